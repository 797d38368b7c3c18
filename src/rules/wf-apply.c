/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-application.h"

#include "wf-dict-pack.h"
#include "wf-table.h"

#include <stdarg.h>
#include <string.h>

G_DEFINE_QUARK (wf-rules-error-quark, wf_rules_error)

typedef struct
{
  const char *type;
  WfApply     apply;
} Applier;

/* Fields that one event may pick at most. */
#define PICK_MAX 40

/* Sorted by name. */
static const Applier appliers[] = {
  { "approval.signed", wf_apply_approval_signed },
  { "crossing.acknowledged", wf_apply_crossing_acknowledged },
  { "crossing.raised", wf_apply_crossing_raised },
  { "exercise.clock_set", wf_apply_exercise_clock_set },
  { "exercise.ended", wf_apply_exercise_ended },
  { "exercise.opened", wf_apply_exercise_opened },
  { "incident.archived", wf_apply_incident_archived },
  { "incident.casualties_counted", wf_apply_incident_casualties_counted },
  { "incident.controlled", wf_apply_incident_controlled },
  { "incident.corrected", wf_apply_incident_corrected },
  { "incident.evacuation_counted", wf_apply_incident_evacuation_counted },
  { "incident.facts_stated", wf_apply_incident_facts_stated },
  { "incident.graded", wf_apply_incident_graded },
  { "incident.headquarters_set", wf_apply_incident_headquarters_set },
  { "incident.reported", wf_apply_incident_reported },
  { "incident.reviewed", wf_apply_incident_reviewed },
  { "incident.stepped_back", wf_apply_incident_stepped_back },
  { "incident.supplemented", wf_apply_incident_supplemented },
  { "incident.verified", wf_apply_incident_verified },
  { "incident.wind_measured", wf_apply_incident_wind_measured },
  { "journal.erased", wf_apply_journal_erased },
  { "log.added", wf_apply_log_added },
  { "log.struck", wf_apply_log_struck },
  { "medium.attached", wf_apply_medium_attached },
  { "order.became_overdue", wf_apply_order_became_overdue },
  { "order.issued", wf_apply_order_issued },
  { "order.stepped", wf_apply_order_stepped },
  { "plot.changed", wf_apply_plot_changed },
  { "plot.drawn", wf_apply_plot_drawn },
  { "plot.restored", wf_apply_plot_restored },
  { "plot.struck", wf_apply_plot_struck },
  { "registry.entered", wf_apply_registry_entered },
  { "report.added", wf_apply_report_added },
  { "report.became_overdue", wf_apply_report_became_overdue },
  { "report.sent", wf_apply_report_sent },
  { "report.struck", wf_apply_report_struck },
  { "response.activated", wf_apply_response_activated },
  { "response.level_changed", wf_apply_response_level_changed },
  { "response.stood_down", wf_apply_response_stood_down },
  { "stock.released", wf_apply_stock_released },
  { "stock.reserved", wf_apply_stock_reserved },
  { "task.acknowledged", wf_apply_task_acknowledged },
  { "task.added", wf_apply_task_added },
  { "task.became_overdue", wf_apply_task_became_overdue },
  { "task.completed", wf_apply_task_completed },
  { "task.fed_back", wf_apply_task_fed_back },
  { "task.started", wf_apply_task_started },
  { "task.struck", wf_apply_task_struck },
  { "track.closed", wf_apply_track_closed },
  { "user.added", wf_apply_user_added },
  { "user.changed", wf_apply_user_changed },
  { "user.disabled", wf_apply_user_disabled },
};

/**
 * wf_application_broken:
 * @self: an application
 * @kind: what the event is about
 * @id: (nullable): which one
 *
 * The event does not fit the state: what it changes is not there, or what it makes is there already.
 *
 * Returns: %FALSE
 */
gboolean
wf_application_broken (WfApplication *self,
                       const char    *kind,
                       const char    *id)
{
  if (self->error == NULL)
    g_set_error (&self->error, WF_RULES_ERROR, WF_RULES_ERROR_BROKEN_EVENT,
                 "Entry %" G_GINT64_FORMAT " of %s (%s) does not fit what is known of %s %s",
                 (gint64) self->event->number, self->scope, self->event->type, kind, id != NULL ? id : "?");

  return FALSE;
}

static int
find_changed (WfApplication *self,
              const char    *kind,
              const char    *id)
{
  for (guint i = 0; i < self->changed->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (self->changed, i);

      if (strcmp (wf_entity_id (entity), id) == 0 && strcmp (wf_entity_kind (entity), kind) == 0)
        return (int) i;
    }

  return -1;
}

/**
 * wf_application_look:
 * @self: an application
 * @kind: a kind
 * @id: (nullable): an id
 *
 * Returns: (transfer full) (nullable): the thing as it stands, with what the event has changed so far
 */
WfEntity *
wf_application_look (WfApplication *self,
                     const char    *kind,
                     const char    *id)
{
  int i = id != NULL ? find_changed (self, kind, id) : -1;

  return i >= 0
         ? wf_entity_ref (g_ptr_array_index (self->changed, i))
         : wf_state_get (self->state, self->scope, kind, id);
}

/**
 * wf_application_find:
 * @self: an application
 * @kind: a kind
 * @field: the field of the payload that names it
 *
 * Returns: (transfer full) (nullable): the thing, or %NULL where the event is broken
 */
WfEntity *
wf_application_find (WfApplication *self,
                     const char    *kind,
                     const char    *field)
{
  const char *id = wf_dict_string (self->payload, field);
  WfEntity *entity = wf_application_look (self, kind, id);

  if (entity == NULL)
    wf_application_broken (self, kind, id);

  return entity;
}

static void
put (WfApplication *self,
     WfEntity      *entity)
{
  int i = find_changed (self, wf_entity_kind (entity), wf_entity_id (entity));

  if (i < 0)
    {
      g_ptr_array_add (self->changed, entity);
      return;
    }

  wf_entity_unref (g_ptr_array_index (self->changed, i));
  self->changed->pdata[i] = entity;
}

/**
 * wf_application_make:
 * @self: an application
 * @kind: a kind
 * @id: an id that nothing of the kind has yet
 * @fields: (transfer full): its fields, just made, so that they share their bytes with nothing else
 *
 * Returns: whether it could be made
 */
gboolean
wf_application_make (WfApplication *self,
                     const char    *kind,
                     const char    *id,
                     GVariant      *fields)
{
  g_autoptr (GVariant) owned = fields;
  g_autoptr (WfEntity) there = wf_application_look (self, kind, id);

  if (there != NULL)
    return wf_application_broken (self, kind, id);

  put (self, wf_entity_new_packed (self->scope, kind, id, owned, NULL, self->event->number));
  return TRUE;
}

/**
 * wf_application_patch:
 * @self: an application
 * @entity: a thing
 * @patch: (transfer full): what changes in it
 *
 * Returns: %TRUE
 */
gboolean
wf_application_patch (WfApplication *self,
                      WfEntity      *entity,
                      GVariant      *patch)
{
  g_autoptr (GVariant) owned = patch;

  if (g_variant_n_children (owned) > 0)
    put (self, wf_entity_patch (entity, owned, self->event->number));

  return TRUE;
}

/**
 * wf_application_change:
 * @self: an application
 * @kind: a kind, which is also the field of the payload that names it
 * @patch: (transfer full): what changes in it
 *
 * Returns: whether it is there
 */
gboolean
wf_application_change (WfApplication *self,
                       const char    *kind,
                       GVariant      *patch)
{
  g_autoptr (GVariant) owned = patch;
  g_autoptr (WfEntity) entity = wf_application_find (self, kind, kind);

  return entity != NULL && wf_application_patch (self, entity, g_steal_pointer (&owned));
}

/**
 * wf_application_pick:
 * @self: an application
 * @key: a field of the payload
 * @...: more, and %NULL
 *
 * Returns: (transfer full): a dictionary with those that the payload has
 */
GVariant *
wf_application_pick (WfApplication *self,
                     const char    *key,
                     ...)
{
  WfDictEntry found[PICK_MAX];
  const char *keys[PICK_MAX];
  gsize n = 0;
  guint64 there = 0;
  WfDictPack pack;
  WfDictIter iter;
  WfDictEntry entry;
  va_list args;

  va_start (args, key);
  for (; key != NULL && n < PICK_MAX; key = va_arg (args, const char *))
    keys[n++] = key;
  va_end (args);
  g_assert (key == NULL);

  wf_dict_iter_init (&iter, self->payload);
  while (wf_dict_iter_next (&iter, &entry))
    for (gsize i = 0; i < n; i++)
      if (wf_same_text (keys[i], entry.key))
        {
          found[i] = entry;
          there |= G_GUINT64_CONSTANT (1) << i;
          break;
        }

  wf_dict_pack_init (&pack);
  for (gsize i = 0; i < n; i++)
    if (there >> i & 1)
      wf_dict_pack_add_entry (&pack, &found[i]);

  return wf_dict_pack_end (&pack);
}

static WfApply
find_applier (const char *type)
{
  const Applier *row = WF_TABLE_FIND (appliers, type);

  return row != NULL ? row->apply : NULL;
}

/**
 * wf_rules_apply:
 * @state: as things stand
 * @event: what happened
 * @error: return location
 *
 * Says what an event changes. Nothing else changes; @state stays as it is. An event whose payload is withheld changes
 * nothing.
 *
 * Returns: (transfer full) (element-type WfEntity) (nullable): the things as they stand after the event, or %NULL with
 *   #WF_RULES_ERROR
 */
GPtrArray *
wf_rules_apply (WfState  *state,
                WfEvent  *event,
                GError  **error)
{
  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (event != NULL, NULL);

  WfApply apply = find_applier (event->type);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  g_autoptr (GVariant) payload = NULL;
  WfApplication self = { .state = state, .event = event, .scope = event->scope, .changed = changed };

  if (apply == NULL || wf_rules_event_fields (event->type, event->type_version) == NULL)
    {
      g_set_error (error, WF_RULES_ERROR, WF_RULES_ERROR_UNKNOWN_EVENT,
                   "Events of type %s, version %d, are not known to this program; it must be updated",
                   event->type, event->type_version);
      return NULL;
    }

  if (event->payload == NULL)
    return g_steal_pointer (&changed);

  payload = wf_rules_upcast (event->type, event->type_version, event->payload, error);
  if (payload == NULL)
    return NULL;

  self.payload = payload;
  if (apply (&self))
    return g_steal_pointer (&changed);

  g_propagate_error (error, self.error);
  return NULL;
}

/**
 * wf_rules_apply_to:
 * @state: as things stand; the changes are put into it
 * @event: what happened
 * @changed: (element-type WfEntity) (nullable): an array that owns what is in it; what changed is appended
 * @error: return location
 *
 * Returns: whether the event could be applied; where not, nothing has changed
 */
gboolean
wf_rules_apply_to (WfState    *state,
                   WfEvent    *event,
                   GPtrArray  *changed,
                   GError    **error)
{
  g_autoptr (GPtrArray) entities = wf_rules_apply (state, event, error);

  if (entities == NULL)
    return FALSE;

  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);

      wf_state_put (state, entity);
      if (changed != NULL)
        g_ptr_array_add (changed, wf_entity_ref (entity));
    }

  return TRUE;
}
