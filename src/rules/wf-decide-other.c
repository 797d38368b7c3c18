/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-bodies.h"
#include "wf-decision.h"
#include "wf-kind.h"
#include "wf-telemetry.h"
#include "wf-time.h"

#include <string.h>

/* --- what the scheduler says --- */

/**
 * wf_decide_overdue:
 * @self: a decision
 * @kind: kind of the thing, which is also the name of the field
 * @event: type of the event
 *
 * A deadline has passed, unless meanwhile the thing was done, struck or given another one.
 *
 * Returns: whether it did
 */
gboolean
wf_decide_overdue (WfDecision *self,
                   const char *kind,
                   const char *event)
{
  g_autoptr (WfEntity) incident = NULL;
  g_autoptr (WfEntity) entity = wf_decision_child (self, kind, WF_ALLOW_KEPT, &incident);
  WfDeadline deadline;

  if (entity == NULL)
    return FALSE;
  if (!wf_rules_deadline (entity, &deadline) || deadline.due != wf_dict_time (self->payload, "due"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "deadline.gone", "due", NULL);
  if (deadline.due > self->now->scope)
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "deadline.not-yet", "due", NULL);

  wf_decision_emit_with (self, event, wf_entity_id (incident),
                         wf_dict_make ("incident", wf_value_string (wf_entity_id (incident)),
                                       "at", wf_value_time (self->now->scope),
                                       NULL));

  /* It happened when the scope's clock showed the deadline, not when the service came round to say so. */
  WfEvent *passed = g_ptr_array_index (self->events, self->events->len - 1);

  passed->occurred_at = MIN (wf_rules_real_time (self->state, self->scope, deadline.due), self->now->real);
  return TRUE;
}

/* --- registry --- */

static const struct
{
  const char *kind;
  const char *field;
  const char *target;
} references[] = {
  { "stock", "depot", "depot" },
  { "expert", "pool", "pool" },
  { "hazard_source", "firm", "firm" },
  { "unit", "team", "team" },
};

static gboolean
is_entered (GHashTable *batch,
            const char *kind,
            const char *id)
{
  g_autofree char *key = g_strdup_printf ("%s/%s", kind, id);

  return g_hash_table_contains (batch, key);
}

static gboolean
check_references (WfDecision *self,
                  GHashTable *batch,
                  const char *kind,
                  GVariant   *fields,
                  guint       index)
{
  for (gsize i = 0; i < G_N_ELEMENTS (references); i++)
    {
      const char *id = wf_dict_string (fields, references[i].field);

      if (strcmp (references[i].kind, kind) != 0 || id == NULL || is_entered (batch, references[i].target, id))
        continue;

      g_autoptr (WfEntity) target = wf_state_get (self->state, self->scope, references[i].target, id);
      g_autofree char *path = g_strdup_printf ("entities[%u].fields.%s", index, references[i].field);

      if (target == NULL)
        return wf_decision_refuse (self, WF_PROBLEM_NOT_FOUND, "registry.reference", path, id);
    }

  return TRUE;
}

static gboolean
check_plan_tasks (WfDecision *self,
                  GVariant   *part,
                  const char *path,
                  GHashTable *codes)
{
  g_autoptr (GPtrArray) tasks = wf_dict_objects (part, "tasks");

  for (guint i = 0; i < tasks->len; i++)
    {
      const char *code = wf_dict_string (g_ptr_array_index (tasks, i), "code");
      g_autofree char *at = g_strdup_printf ("%stasks[%u].code", path, i);

      if (!g_hash_table_add (codes, g_strdup (code)))
        return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plan.code-twice", at, code);
    }

  return TRUE;
}

static gboolean
check_plan_waits (WfDecision *self,
                  GVariant   *part,
                  const char *path,
                  GHashTable *codes)
{
  g_autoptr (GPtrArray) tasks = wf_dict_objects (part, "tasks");

  for (guint i = 0; i < tasks->len; i++)
    {
      g_autoptr (GVariant) trigger = wf_dict_value (g_ptr_array_index (tasks, i), "trigger");
      const char *after = wf_dict_string (trigger, "after");
      const char *on = wf_dict_string (trigger, "on");
      g_autofree char *at = g_strdup_printf ("%stasks[%u].trigger", path, i);

      if (after != NULL && !g_hash_table_contains (codes, after))
        return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plan.after-unknown", at, after);
      if ((strcmp (on, "after") == 0 && after == NULL) ||
          (strcmp (on, "event") == 0 && wf_rules_event_version (wf_dict_string (trigger, "event") != NULL
                                                                ? wf_dict_string (trigger, "event") : "") == 0))
        return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plan.trigger", at, on);
    }

  return TRUE;
}

/* What the table of fields cannot say of a plan: codes and levels stand for one thing each, and nothing waits for what is
 * not there. */
static gboolean
check_plan (WfDecision *self,
            GVariant   *fields,
            guint       index)
{
  g_autoptr (GHashTable) codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) levels = wf_dict_objects (fields, "levels");
  g_autofree char *path = g_strdup_printf ("entities[%u].fields.", index);
  guint seen = 0;

  if (!check_plan_tasks (self, fields, path, codes))
    return FALSE;

  for (guint i = 0; i < levels->len; i++)
    {
      GVariant *level = g_ptr_array_index (levels, i);
      g_autofree char *at = g_strdup_printf ("%slevels[%u].", path, i);
      guint bit = 1u << wf_dict_int (level, "level", 0);

      if (seen & bit)
        return wf_decision_refuse (self, WF_PROBLEM_INVALID, "plan.level-twice", at, NULL);
      if (!check_plan_tasks (self, level, at, codes))
        return FALSE;

      seen |= bit;
    }

  if (!check_plan_waits (self, fields, path, codes))
    return FALSE;

  for (guint i = 0; i < levels->len; i++)
    {
      g_autofree char *at = g_strdup_printf ("%slevels[%u].", path, i);

      if (!check_plan_waits (self, g_ptr_array_index (levels, i), at, codes))
        return FALSE;
    }

  return TRUE;
}

static GVariant *
without_cleared (GVariant *fields)
{
  g_autoptr (GVariant) nothing = wf_dict_empty ();

  return wf_dict_merge (nothing, fields);
}

static gboolean
is_force (const char *kind)
{
  return strcmp (kind, "team") == 0 || strcmp (kind, "unit") == 0 || strcmp (kind, "expert") == 0;
}

static gboolean
is_held_by_order (WfDecision *self,
                  const char *kind,
                  const char *id)
{
  g_autoptr (GPtrArray) orders = wf_state_list (self->state, self->scope, "order", NULL);

  for (guint i = 0; i < orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (orders, i);

      if (wf_entity_is (order, "force_kind", kind) && wf_entity_is (order, "force", id) && wf_order_holds_force (order))
        return TRUE;
    }

  return FALSE;
}

/* What happens to things is not entered: reserved stock and the state of a force at work stay as the events made them. */
static GVariant *
keep_what_happened (WfDecision *self,
                    const char *kind,
                    const char *id,
                    GVariant   *fields)
{
  g_autoptr (GVariant) entered = without_cleared (fields);
  g_autoptr (WfEntity) old = wf_state_get (self->state, self->scope, kind, id);

  if (strcmp (kind, "stock") == 0)
    {
      double reserved = wf_entity_double (old, "reserved", 0);
      g_autoptr (GVariant) patch = wf_dict_make ("reserved",
                                                 reserved > 0 ? wf_value_double (reserved) : wf_value_clear (),
                                                 NULL);

      return wf_dict_merge (entered, patch);
    }

  if (old != NULL && is_force (kind) && is_held_by_order (self, kind, id))
    {
      const char *incident = wf_entity_string (old, "incident");
      g_autoptr (GVariant) patch = wf_dict_make ("state", wf_value_string (wf_entity_string (old, "state")),
                                                 "incident",
                                                 incident != NULL ? wf_value_string (incident) : wf_value_clear (),
                                                 NULL);

      return wf_dict_merge (entered, patch);
    }

  return g_steal_pointer (&entered);
}

/* The journal is for ever and for many eyes; whoever opens a link is asked, and the keyring remembers. */
static gboolean
has_password (const char *address)
{
  const char *host = strstr (address, "://");

  if (host == NULL)
    return FALSE;

  host += strlen ("://");
  if (strstr (host, "passphrase=") != NULL)
    return TRUE;

  gsize authority = strcspn (host, "/?#");
  const char *at = memchr (host, '@', authority);
  if (at != NULL)
    return memchr (host, ':', (gsize) (at - host)) != NULL;

  /* A password may hold what should have been escaped, such as a slash. Then what stands behind the colon is no port, and an
   * @ follows somewhere. */
  const char *bracket = *host == '[' ? memchr (host, ']', authority) : NULL;
  const char *from = bracket != NULL ? bracket : host;
  const char *colon = memchr (from, ':', authority - (gsize) (from - host));

  return colon != NULL && strchr (host + authority, '@') != NULL
         && colon + 1 + strspn (colon + 1, "0123456789") != host + authority;
}

static GVariant *
enter_one (WfDecision *self,
           GHashTable *batch,
           GVariant   *entity,
           guint       index)
{
  const char *kind = wf_dict_string (entity, "kind");
  const char *id = wf_dict_string (entity, "id");
  g_autoptr (GVariant) fields = wf_dict_value (entity, "fields");

  if (!check_references (self, batch, kind, fields, index))
    return NULL;
  if (strcmp (kind, "plan") == 0 && !check_plan (self, fields, index))
    return NULL;
  if (strcmp (kind, "telemetry") == 0 && !wf_rules_reports (id))
    {
      g_autofree char *path = g_strdup_printf ("entities[%u].id", index);

      wf_decision_refuse (self, WF_PROBLEM_INVALID, "telemetry.type", path, id);
      return NULL;
    }

  const char *video = wf_dict_string (fields, "video");
  if (video != NULL && has_password (video))
    {
      g_autofree char *path = g_strdup_printf ("entities[%u].fields.video", index);

      wf_decision_refuse (self, WF_PROBLEM_INVALID, "video.password", path, NULL);
      return NULL;
    }

  const char *code = wf_rules_is_body (kind) ? wf_dict_string (fields, "credit_code") : NULL;
  if (code != NULL && !wf_rules_credit_code_is_valid (code))
    {
      g_autofree char *path = g_strdup_printf ("entities[%u].fields.credit_code", index);

      wf_decision_refuse (self, WF_PROBLEM_INVALID, "body.credit-code", path, code);
      return NULL;
    }

  g_autoptr (GVariant) kept = keep_what_happened (self, kind, id, fields);

  if (strcmp (kind, "stock") == 0 && wf_dict_double (kept, "quantity", 0) < wf_dict_double (kept, "reserved", 0))
    {
      g_autofree char *path = g_strdup_printf ("entities[%u].fields.quantity", index);

      wf_decision_refuse (self, WF_PROBLEM_STATE, "stock.below-reserved", path, id);
      return NULL;
    }

  return wf_dict_make ("kind", wf_value_string (kind), "id", wf_value_string (id), "fields", kept, NULL);
}

gboolean
wf_decide_registry_put (WfDecision *self)
{
  g_autoptr (GPtrArray) entities = wf_dict_objects (self->payload, "entities");
  g_autoptr (GPtrArray) entered = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GHashTable) batch = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (entities->len == 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "registry.empty", "entities", NULL);

  for (guint i = 0; i < entities->len; i++)
    {
      GVariant *entity = g_ptr_array_index (entities, i);
      char *key = g_strdup_printf ("%s/%s", wf_dict_string (entity, "kind"), wf_dict_string (entity, "id"));

      if (!g_hash_table_add (batch, key))
        {
          g_autofree char *path = g_strdup_printf ("entities[%u].id", i);

          return wf_decision_refuse (self, WF_PROBLEM_INVALID, "registry.twice", path, wf_dict_string (entity, "id"));
        }
    }

  for (guint i = 0; i < entities->len; i++)
    {
      GVariant *one = enter_one (self, batch, g_ptr_array_index (entities, i), i);

      if (one == NULL)
        return FALSE;

      g_ptr_array_add (entered, one);
    }

  const char *subject = entered->len == 1 ? wf_dict_string (g_ptr_array_index (entered, 0), "id") : NULL;

  wf_decision_emit (self, "registry.entered", subject, wf_dict_make ("entities", wf_value_list (entered), NULL));
  return TRUE;
}

/* --- log and media --- */

gboolean
wf_decide_log_add (WfDecision *self)
{
  g_autoptr (WfEntity) incident = NULL;
  g_autofree char *person = NULL;

  if (!wf_decision_fresh (self, "log", "log"))
    return FALSE;

  if (wf_dict_has (self->payload, "incident"))
    {
      /* What is entered from paper keeps its own time, from before the incident too. */
      int64_t at = self->at;

      incident = wf_decision_incident (self, WF_ALLOW_KEPT);
      if (incident == NULL)
        return FALSE;

      self->at = at;
    }

  person = wf_decision_by (self, "person");
  wf_decision_emit_with (self, "log.added", incident != NULL ? wf_entity_id (incident) : NULL,
                         wf_dict_make ("person", wf_value_string (person), "at", wf_decision_at (self), NULL));
  return TRUE;
}

gboolean
wf_decide_log_strike (WfDecision *self)
{
  g_autoptr (WfEntity) log = wf_decision_find (self, "log", "log");

  if (log == NULL)
    return FALSE;

  const char *id = wf_entity_string (log, "incident");
  g_autoptr (WfEntity) incident = wf_state_get (self->state, self->scope, "incident", id);

  if (wf_entity_is (incident, "state", "archived"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.archived", NULL, NULL);
  if (wf_entity_string (log, "struck_reason") != NULL)
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "log.struck-already", NULL, NULL);

  wf_decision_emit_with (self, "log.struck", id,
                         wf_dict_make ("incident", wf_value_string (id), "at", wf_decision_at (self), NULL));
  return TRUE;
}

gboolean
wf_decide_medium_attach (WfDecision *self)
{
  g_autoptr (WfEntity) task = NULL;
  g_autoptr (WfEntity) incident = NULL;
  const char *id = wf_dict_string (self->payload, "incident");

  if (!wf_decision_fresh (self, "medium", "medium") ||
      !wf_decision_not_ahead (self, wf_dict_time (self->payload, "taken_at"), "taken_at"))
    return FALSE;

  if (wf_dict_has (self->payload, "task"))
    {
      task = wf_decision_child (self, "task", WF_ALLOW_KEPT, &incident);
      if (task == NULL)
        return FALSE;
      if (id != NULL && strcmp (id, wf_entity_id (incident)) != 0)
        return wf_decision_refuse (self, WF_PROBLEM_INVALID, "medium.other-incident", "incident", id);
    }
  else if (id != NULL)
    {
      incident = wf_decision_incident (self, WF_ALLOW_KEPT);
      if (incident == NULL)
        return FALSE;
    }

  id = incident != NULL ? wf_entity_id (incident) : NULL;
  wf_decision_emit_with (self, "medium.attached", id, wf_dict_make ("incident", wf_value_string (id), NULL));
  return TRUE;
}

/* --- exercises --- */

/* The number of live that an exercise starts from: the newest entry that anything stems from. */
static int64_t
newest_number (WfState *state)
{
  g_auto (GStrv) kinds = wf_state_kinds (state, WF_LIVE);
  int64_t newest = 0;

  for (gsize i = 0; kinds[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) list = wf_state_list (state, WF_LIVE, kinds[i], NULL);

      for (guint j = 0; j < list->len; j++)
        newest = MAX (newest, wf_entity_number (g_ptr_array_index (list, j)));
    }

  return newest;
}

gboolean
wf_decide_exercise_open (WfDecision *self)
{
  g_autoptr (WfEntity) exercise = wf_state_get (self->state, self->scope, "exercise", self->scope);
  int64_t starts = wf_dict_time (self->payload, "starts_at");

  if (strcmp (self->scope, WF_LIVE) == 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "exercise.live", "scope", NULL);
  if (exercise != NULL)
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "id.taken", "scope", self->scope);

  wf_decision_emit (self, "exercise.opened", self->scope,
                    wf_dict_make ("name", wf_value_string (wf_dict_string (self->payload, "name")),
                                  "base_number", wf_value_int (newest_number (self->state)),
                                  "clock_real", wf_value_time (self->now->real),
                                  "clock_scope", wf_value_time (starts != 0 ? starts : self->now->real),
                                  "clock_rate", wf_value_double (wf_dict_double (self->payload, "rate", 1)),
                                  NULL));
  return TRUE;
}

static gboolean
check_exercise (WfDecision *self)
{
  return strcmp (self->scope, WF_LIVE) != 0 ||
         wf_decision_refuse (self, WF_PROBLEM_INVALID, "exercise.live", "scope", NULL);
}

gboolean
wf_decide_exercise_clock (WfDecision *self)
{
  if (!check_exercise (self))
    return FALSE;

  wf_decision_emit (self, "exercise.clock_set", self->scope,
                    wf_dict_make ("clock_real", wf_value_time (self->now->real),
                                  "clock_scope", wf_value_time (self->now->scope),
                                  "clock_rate", wf_value_double (wf_dict_double (self->payload, "rate", 1)),
                                  NULL));
  return TRUE;
}

gboolean
wf_decide_exercise_end (WfDecision *self)
{
  if (!check_exercise (self))
    return FALSE;

  wf_decision_emit (self, "exercise.ended", self->scope,
                    wf_dict_make ("clock_real", wf_value_time (self->now->real),
                                  "clock_scope", wf_value_time (self->now->scope),
                                  "clock_rate", wf_value_double (0),
                                  "reason", wf_value_string (wf_dict_string (self->payload, "reason")),
                                  NULL));
  return TRUE;
}
