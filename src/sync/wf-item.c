/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-item.h"

/**
 * WfItem:
 *
 * Lists need objects, and entities are values: this is the object that an entity's successive values pass through, so that
 * a row, a marker and a card keep hold of one thing while it changes.
 */
struct _WfItem
{
  GObject parent_instance;

  WfEntity *entity; /* (owned) */
  char     *id;     /* (owned) for whoever keeps it while the entity changes */
  gboolean  pending;
};

enum {
  PROP_ENTITY = 1,
  PROP_PENDING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WfItem, wf_item, G_TYPE_OBJECT)

static void
wf_item_finalize (GObject *object)
{
  WfItem *self = WF_ITEM (object);

  g_clear_pointer (&self->entity, wf_entity_unref);
  g_clear_pointer (&self->id, g_free);

  G_OBJECT_CLASS (wf_item_parent_class)->finalize (object);
}

static void
wf_item_get_property (GObject    *object,
                      guint       id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  WfItem *self = WF_ITEM (object);

  switch (id)
    {
    case PROP_ENTITY:
      g_value_set_boxed (value, self->entity);
      break;
    case PROP_PENDING:
      g_value_set_boolean (value, self->pending);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
wf_item_class_init (WfItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = wf_item_finalize;
  object_class->get_property = wf_item_get_property;

  properties[PROP_ENTITY] =
    g_param_spec_boxed ("entity", NULL, NULL, WF_TYPE_ENTITY, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PENDING] =
    g_param_spec_boolean ("pending", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
wf_item_init (WfItem *self)
{
}

/**
 * wf_item_new:
 * @entity: (transfer none): what it shows at first
 *
 * Returns: (transfer full): an item
 */
WfItem *
wf_item_new (WfEntity *entity)
{
  g_return_val_if_fail (entity != NULL, NULL);

  WfItem *self = g_object_new (WF_TYPE_ITEM, NULL);
  self->entity = wf_entity_ref (entity);
  self->id = g_strdup (wf_entity_id (entity));

  return self;
}

/**
 * wf_item_get_entity:
 * @self: an item
 *
 * Returns: (transfer none): what it shows now, valid until the next notify
 */
WfEntity *
wf_item_get_entity (WfItem *self)
{
  g_return_val_if_fail (WF_IS_ITEM (self), NULL);

  return self->entity;
}

/**
 * wf_item_get_id:
 * @self: an item
 *
 * Returns: (transfer none): the entity's id, which never changes
 */
const char *
wf_item_get_id (WfItem *self)
{
  g_return_val_if_fail (WF_IS_ITEM (self), NULL);

  return self->id;
}

/**
 * wf_item_get_kind:
 * @self: an item
 *
 * Returns: (transfer none): the entity's kind, an interned string
 */
const char *
wf_item_get_kind (WfItem *self)
{
  g_return_val_if_fail (WF_IS_ITEM (self), NULL);

  return wf_entity_kind (self->entity);
}

/**
 * wf_item_get_pending:
 * @self: an item
 *
 * Returns: whether what it shows rests on a command that the service has not answered yet
 */
gboolean
wf_item_get_pending (WfItem *self)
{
  g_return_val_if_fail (WF_IS_ITEM (self), FALSE);

  return self->pending;
}

/**
 * wf_item_set_entity:
 * @self: an item
 * @entity: (transfer none): the same thing as it stands now
 * @pending: whether that rests on a command that waits in the outbox
 *
 * For the session: puts a new value into the item and notifies what has changed.
 */
void
wf_item_set_entity (WfItem   *self,
                    WfEntity *entity,
                    gboolean  pending)
{
  g_return_if_fail (WF_IS_ITEM (self));
  g_return_if_fail (entity != NULL);

  gboolean changed = entity != self->entity;
  gboolean turned = self->pending != !!pending;

  if (changed)
    {
      G_GNUC_UNUSED g_autoptr (WfEntity) old = self->entity;

      self->entity = wf_entity_ref (entity);
    }

  self->pending = !!pending;

  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENTITY]);
  if (turned)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PENDING]);
}
