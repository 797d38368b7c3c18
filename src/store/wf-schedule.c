/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-schedule.h"

#include "wf-rules.h"

#include <string.h>

/* Deadlines are state: they are found again from the entities after a restart. Within a scope they keep their order
 * whatever the scope's clock does, so only the first one has to be turned into real time. */
struct _WfSchedule
{
  GSequence  *items; /* (owned) of Item, by due, kind and id */
  GHashTable *known; /* (owned) Item → GSequenceIter, by kind and id */
};

typedef struct
{
  int64_t   due;
  WfEntity *entity; /* (owned) */
} Item;

static void
free_item (Item *item)
{
  wf_entity_unref (item->entity);
  g_free (item);
}

static guint
hash_item (gconstpointer key)
{
  const Item *item = key;

  return g_str_hash (wf_entity_id (item->entity)) ^ g_str_hash (wf_entity_kind (item->entity));
}

static gboolean
same_item (gconstpointer a,
           gconstpointer b)
{
  WfEntity *one = ((const Item *) a)->entity;
  WfEntity *other = ((const Item *) b)->entity;

  return strcmp (wf_entity_id (one), wf_entity_id (other)) == 0 && strcmp (wf_entity_kind (one), wf_entity_kind (other)) == 0;
}

static int
compare_items (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const Item *one = a;
  const Item *other = b;

  if (one->due != other->due)
    return one->due < other->due ? -1 : 1;

  int order = strcmp (wf_entity_kind (one->entity), wf_entity_kind (other->entity));
  return order != 0 ? order : strcmp (wf_entity_id (one->entity), wf_entity_id (other->entity));
}

/**
 * wf_schedule_new:
 *
 * Returns: (transfer full): a schedule with nothing on it
 */
WfSchedule *
wf_schedule_new (void)
{
  WfSchedule *self = g_new0 (WfSchedule, 1);

  self->items = g_sequence_new ((GDestroyNotify) free_item);
  self->known = g_hash_table_new (hash_item, same_item);

  return self;
}

/**
 * wf_schedule_free:
 * @self: (transfer full): a schedule
 */
void
wf_schedule_free (WfSchedule *self)
{
  g_hash_table_unref (self->known);
  g_sequence_free (self->items);
  g_free (self);
}

/**
 * wf_schedule_update:
 * @self: a schedule
 * @entity: an entity as it stands now
 *
 * Puts the entity where its deadline belongs, or takes it off where it has none.
 */
void
wf_schedule_update (WfSchedule *self,
                    WfEntity   *entity)
{
  Item probe = { .entity = entity };
  GSequenceIter *old = g_hash_table_lookup (self->known, &probe);
  WfDeadline deadline;

  if (old != NULL)
    {
      g_hash_table_remove (self->known, &probe);
      g_sequence_remove (old);
    }

  if (!wf_rules_deadline (entity, &deadline))
    return;

  Item *item = g_new0 (Item, 1);
  item->due = deadline.due;
  item->entity = wf_entity_ref (entity);
  g_hash_table_insert (self->known, item, g_sequence_insert_sorted (self->items, item, compare_items, NULL));
}

/**
 * wf_schedule_peek:
 * @self: a schedule
 * @due: (out): on the scope's clock
 *
 * Returns: (transfer none) (nullable): what is due first
 */
WfEntity *
wf_schedule_peek (WfSchedule *self,
                  int64_t    *due)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->items);

  if (g_sequence_iter_is_end (first))
    return NULL;

  Item *item = g_sequence_get (first);
  *due = item->due;
  return item->entity;
}

/**
 * wf_schedule_pop:
 * @self: a schedule that is not empty
 *
 * Takes off what is due first. It comes back when the entity changes and has a deadline again.
 *
 * Returns: (transfer full): the entity
 */
WfEntity *
wf_schedule_pop (WfSchedule *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->items);
  Item *item = g_sequence_get (first);
  WfEntity *entity = wf_entity_ref (item->entity);

  g_hash_table_remove (self->known, item);
  g_sequence_remove (first);

  return entity;
}
