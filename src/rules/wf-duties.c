/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-duties.h"

#include "wf-classes.h"
#include "wf-id.h"
#include "wf-judgement.h"
#include "wf-time.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * wf_duties_new:
 * @decision: the decision that they are part of
 * @incident: the incident's id; it need not be there yet
 * @incident_class: (nullable): its class, as it is after the decision
 * @t0: when its report came in
 *
 * Returns: (transfer full): no change yet
 */
WfDuties *
wf_duties_new (WfDecision *decision,
               const char *incident,
               const char *incident_class,
               int64_t     t0)
{
  WfDuties *self = g_new0 (WfDuties, 1);

  self->decision = decision;
  self->incident = g_strdup (incident);
  self->incident_class = g_strdup (incident_class);
  self->t0 = t0;
  self->tasks_there = wf_state_list (decision->state, decision->scope, "task", incident);
  self->reports_there = wf_state_list (decision->state, decision->scope, "report", incident);
  self->tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->reports = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->tasks_struck = g_ptr_array_new_with_free_func (g_free);
  self->reports_struck = g_ptr_array_new_with_free_func (g_free);
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

/**
 * wf_duties_free:
 * @self: (transfer full): duties
 */
void
wf_duties_free (WfDuties *self)
{
  g_free (self->incident);
  g_free (self->incident_class);
  g_ptr_array_unref (self->tasks_there);
  g_ptr_array_unref (self->reports_there);
  g_ptr_array_unref (self->tasks);
  g_ptr_array_unref (self->reports);
  g_ptr_array_unref (self->tasks_struck);
  g_ptr_array_unref (self->reports_struck);
  g_hash_table_unref (self->ids);
  g_free (self->strike_reason);
  g_free (self);
}

static gboolean
id_in (GPtrArray  *ids,
       const char *id)
{
  return g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL);
}

static gboolean
id_is_there (GPtrArray  *entities,
             const char *id)
{
  for (guint i = 0; i < entities->len; i++)
    if (strcmp (wf_entity_id (g_ptr_array_index (entities, i)), id) == 0)
      return TRUE;

  return FALSE;
}

/* What a plan brings has an id that follows from the incident, the plan and its name there. What comes again after it was
 * struck (a level lowered and raised again) is counted on, so that the struck one stays as it was. */
static char *
give_id (WfDuties   *self,
         GPtrArray  *there,
         const char *name)
{
  for (guint n = 1;; n++)
    {
      g_autofree char *counted = n == 1 ? g_strdup (name) : g_strdup_printf ("%s/%u", name, n);
      g_autofree char *id = wf_id_derive (self->incident, counted);

      if (!id_is_there (there, id) && g_hash_table_add (self->ids, g_strdup (id)))
        return g_steal_pointer (&id);
    }
}

static gboolean
class_fits (WfDuties *self,
            GVariant *duty)
{
  g_auto (GStrv) classes = wf_dict_strings (duty, "classes");

  return classes[0] == NULL || wf_classes_match ((const char *const *) classes, self->incident_class) > 0;
}

/* --- tasks --- */

/* Whether the incident has the plan's task already. A repeated one whose newest round was struck is gone. */
static gboolean
has_task (WfDuties   *self,
          const char *code,
          gboolean    repeats)
{
  for (guint i = 0; i < self->tasks_there->len; i++)
    {
      WfEntity *task = g_ptr_array_index (self->tasks_there, i);

      if (!wf_entity_is (task, "code", code) || id_in (self->tasks_struck, wf_entity_id (task)))
        continue;
      if (wf_entity_is (task, "state", "open") || wf_entity_is (task, "state", "acknowledged"))
        return TRUE;
      if (!repeats && wf_entity_is (task, "state", "done"))
        return TRUE;
    }

  for (guint i = 0; i < self->tasks->len; i++)
    if (g_strcmp0 (wf_dict_string (g_ptr_array_index (self->tasks, i), "code"), code) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_done (WfDuties   *self,
         const char *code)
{
  for (guint i = 0; i < self->tasks_there->len; i++)
    {
      WfEntity *task = g_ptr_array_index (self->tasks_there, i);

      if (wf_entity_is (task, "code", code) && wf_entity_is (task, "state", "done"))
        return TRUE;
    }

  return FALSE;
}

/* When the task's time begins to run; 0 where it waits. */
static int64_t
start_of (WfDuties   *self,
          const char *on,
          const char *after,
          int64_t     at)
{
  if (strcmp (on, "t0") == 0)
    return self->t0;
  if (strcmp (on, "activation") == 0 || strcmp (on, "level") == 0)
    return at;
  if (strcmp (on, "after") == 0 && after != NULL && is_done (self, after))
    return at != 0 ? at : self->decision->at;

  return 0;
}

static GVariant *
copy_int (GVariant   *dict,
          const char *key)
{
  return wf_dict_has (dict, key) ? wf_value_int (wf_dict_int (dict, key, 0)) : NULL;
}

static GVariant *
copy_string (GVariant   *dict,
             const char *key)
{
  return wf_value_string (wf_dict_string (dict, key));
}

static void
add_task (WfDuties *self,
          WfEntity *plan,
          int       level,
          GVariant *duty,
          int64_t   at)
{
  const char *code = wf_dict_string (duty, "code");
  g_autoptr (GVariant) trigger = wf_dict_value (duty, "trigger");
  const char *on = wf_dict_string (trigger, "on");
  const char *after = wf_dict_string (trigger, "after");
  gboolean repeats = wf_dict_int (duty, "repeat_minutes", 0) > 0;

  if (!class_fits (self, duty) || has_task (self, code, repeats))
    return;

  g_autofree char *name = g_strdup_printf ("task/%s/%s", wf_entity_id (plan), code);
  g_autofree char *id = give_id (self, self->tasks_there, name);
  int64_t start = start_of (self, on, after, at);
  gboolean timed = start != 0 && wf_dict_has (duty, "minutes");

  g_ptr_array_add (self->tasks,
                   wf_dict_make ("id", wf_value_string (id),
                                 "code", wf_value_string (code),
                                 "text", copy_string (duty, "text"),
                                 "group", copy_string (duty, "group"),
                                 "level", wf_value_int (level),
                                 "basis", wf_value_string (on),
                                 "after", wf_value_string (after),
                                 "event", copy_string (trigger, "event"),
                                 "minutes", copy_int (duty, "minutes"),
                                 "repeat_minutes", copy_int (duty, "repeat_minutes"),
                                 "round", repeats ? wf_value_int (1) : NULL,
                                 "starts_at", wf_value_time (start),
                                 "due", timed
                                        ? wf_value_time (start + wf_dict_int (duty, "minutes", 0) * WF_MINUTE)
                                        : NULL,
                                 "returns", copy_string (duty, "returns"),
                                 "returns_text", copy_string (duty, "returns_text"),
                                 NULL));
}

static void
add_tasks (WfDuties *self,
           WfEntity *plan,
           int       level,
           GVariant *source,
           int64_t   at)
{
  g_autoptr (GPtrArray) tasks = wf_dict_objects (source, "tasks");

  for (guint i = 0; i < tasks->len; i++)
    add_task (self, plan, level, g_ptr_array_index (tasks, i), at);
}

/* --- reports --- */

static gboolean
same_text (GVariant   *a,
           GVariant   *b,
           const char *key)
{
  return g_strcmp0 (wf_dict_string (a, key), wf_dict_string (b, key)) == 0;
}

/* Two duties that say the same recipient, medium and kind of report are one duty; the higher level's is the one that counts. */
static gboolean
same_duty (GVariant *a,
           GVariant *b)
{
  return same_text (a, b, "recipient") && same_text (a, b, "medium") && same_text (a, b, "series");
}

static gboolean
has_report (WfDuties *self,
            GVariant *duty,
            gboolean  only_due)
{
  for (guint i = 0; i < self->reports_there->len; i++)
    {
      WfEntity *report = g_ptr_array_index (self->reports_there, i);

      if (!same_duty (wf_entity_fields (report), duty) || id_in (self->reports_struck, wf_entity_id (report)))
        continue;
      if (wf_entity_is (report, "state", "due") || (!only_due && wf_entity_is (report, "state", "sent")))
        return TRUE;
    }

  for (guint i = 0; i < self->reports->len; i++)
    if (same_duty (g_ptr_array_index (self->reports, i), duty))
      return TRUE;

  return FALSE;
}

static void
add_report (WfDuties *self,
            WfEntity *plan,
            int       level,
            GVariant *duty,
            int64_t   from)
{
  gboolean repeats = wf_dict_int (duty, "repeat_minutes", 0) > 0;

  if (!class_fits (self, duty) || has_report (self, duty, repeats))
    return;

  g_autofree char *name = g_strdup_printf ("report/%s/%d/%s/%s/%s", wf_entity_id (plan), level,
                                           wf_dict_string (duty, "recipient"), wf_dict_string (duty, "medium"),
                                           wf_dict_string (duty, "series"));
  g_autofree char *id = give_id (self, self->reports_there, name);
  gboolean followup = g_strcmp0 (wf_dict_string (duty, "series"), "followup") == 0;

  g_ptr_array_add (self->reports,
                   wf_dict_make ("id", wf_value_string (id),
                                 "recipient", copy_string (duty, "recipient"),
                                 "recipient_phone", copy_string (duty, "phone"),
                                 "medium", copy_string (duty, "medium"),
                                 "series", copy_string (duty, "series"),
                                 "number", followup ? wf_value_int (1) : NULL,
                                 "level", wf_value_int (level),
                                 "basis", copy_string (duty, "basis"),
                                 "due", wf_value_time (from + wf_dict_int (duty, "minutes", 0) * WF_MINUTE),
                                 "repeat_minutes", copy_int (duty, "repeat_minutes"),
                                 NULL));
}

static gboolean
is_final (GVariant *duty)
{
  return g_strcmp0 (wf_dict_string (duty, "series"), "final") == 0;
}

static void
add_reports (WfDuties *self,
             WfEntity *plan,
             int       level,
             GVariant *source,
             int64_t   from,
             gboolean  finals)
{
  g_autoptr (GPtrArray) reports = wf_dict_objects (source, "reports");

  for (guint i = 0; i < reports->len; i++)
    if (is_final (g_ptr_array_index (reports, i)) == finals)
      add_report (self, plan, level, g_ptr_array_index (reports, i), from);
}

/**
 * wf_duties_add_common:
 * @self: duties
 *
 * Adds what every incident brings, whatever happens next: tasks and reports of the plans of kind `common`.
 */
void
wf_duties_add_common (WfDuties *self)
{
  g_autoptr (GPtrArray) plans = wf_state_list (self->decision->state, self->decision->scope, "plan", NULL);

  for (guint i = 0; i < plans->len; i++)
    {
      WfEntity *plan = g_ptr_array_index (plans, i);

      if (wf_entity_is (plan, "kind", "common"))
        wf_duties_add_plan (self, plan, 0);
    }
}

/**
 * wf_duties_add_plan:
 * @self: duties
 * @plan: a plan
 * @at: when it was activated, or 0
 *
 * Adds what a plan brings before any of its levels.
 */
void
wf_duties_add_plan (WfDuties *self,
                    WfEntity *plan,
                    int64_t   at)
{
  add_tasks (self, plan, 0, wf_entity_fields (plan), at);
  add_reports (self, plan, 0, wf_entity_fields (plan), self->t0, FALSE);
}

/* --- levels --- */

/* What is reported at a level: each duty of it and of the levels below, unless a higher one says the same stricter. */
typedef struct
{
  GVariant *duty;
  int       level;
} Effective;

static void
clear_effective (gpointer item)
{
  g_variant_unref (((Effective *) item)->duty);
}

static GArray *
list_effective (WfEntity *plan,
                int       level)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Effective));

  g_array_set_clear_func (list, clear_effective);

  for (int l = level; l <= 4; l++)
    {
      g_autoptr (GVariant) source = wf_rules_plan_level (plan, l);
      g_autoptr (GPtrArray) reports = wf_dict_objects (source, "reports");

      for (guint i = 0; i < reports->len; i++)
        {
          GVariant *duty = g_ptr_array_index (reports, i);
          gboolean covered = is_final (duty);

          for (guint j = 0; j < list->len; j++)
            {
              Effective *above = &g_array_index (list, Effective, j);

              covered |= above->level < l && same_duty (above->duty, duty);
            }

          if (!covered)
            {
              Effective effective = { g_variant_ref (duty), l };

              g_array_append_val (list, effective);
            }
        }
    }

  return list;
}

/* Whether a follow-up that is due is what the level now in force asks for. */
static gboolean
is_effective (GArray   *effective,
              WfEntity *report)
{
  for (guint i = 0; i < effective->len; i++)
    {
      Effective *one = &g_array_index (effective, Effective, i);

      if (same_duty (one->duty, wf_entity_fields (report)) &&
          wf_dict_int (one->duty, "repeat_minutes", 0) == wf_entity_int (report, "repeat_minutes", 0))
        return TRUE;
    }

  return FALSE;
}

static void
strike_superseded_reports (WfDuties *self,
                           GArray   *effective)
{
  for (guint i = 0; i < self->reports_there->len; i++)
    {
      WfEntity *report = g_ptr_array_index (self->reports_there, i);

      if (wf_entity_is (report, "state", "due") && wf_entity_is (report, "series", "followup") &&
          wf_entity_int (report, "level", 0) > 0 && !is_effective (effective, report))
        g_ptr_array_add (self->reports_struck, g_strdup (wf_entity_id (report)));
    }
}

static void
strike_higher_tasks (WfDuties *self,
                     int       level)
{
  for (guint i = 0; i < self->tasks_there->len; i++)
    {
      WfEntity *task = g_ptr_array_index (self->tasks_there, i);
      int64_t of = wf_entity_int (task, "level", 0);

      if (of > 0 && of < level && (wf_entity_is (task, "state", "open") || wf_entity_is (task, "state", "acknowledged")))
        g_ptr_array_add (self->tasks_struck, g_strdup (wf_entity_id (task)));
    }
}

/**
 * wf_duties_change_level:
 * @self: duties
 * @plan: the plan in force
 * @from: the level that was in force; 5 for none
 * @to: the level that is in force now
 * @at: when
 *
 * Adds what the levels bring that are newly in force, and strikes what is no longer asked for. A level includes the
 * lower ones.
 */
void
wf_duties_change_level (WfDuties *self,
                        WfEntity *plan,
                        int       from,
                        int       to,
                        int64_t   at)
{
  g_autoptr (GArray) effective = list_effective (plan, to);

  strike_higher_tasks (self, to);
  strike_superseded_reports (self, effective);

  for (int level = to; level < from && level <= 4; level++)
    {
      g_autoptr (GVariant) source = wf_rules_plan_level (plan, level);

      add_tasks (self, plan, level, source, at);
    }

  for (guint i = 0; i < effective->len; i++)
    {
      Effective *one = &g_array_index (effective, Effective, i);
      gboolean repeats = wf_dict_int (one->duty, "repeat_minutes", 0) > 0;

      if (one->level < from || repeats)
        add_report (self, plan, one->level, one->duty, at);
    }
}

/**
 * wf_duties_add_finals:
 * @self: duties
 * @plan: (nullable): the plan in force
 * @level: the level that was in force
 * @at: when the response ended
 *
 * Adds the final reports, whose time runs from the end of the response.
 */
void
wf_duties_add_finals (WfDuties *self,
                      WfEntity *plan,
                      int       level,
                      int64_t   at)
{
  g_autoptr (GPtrArray) plans = wf_state_list (self->decision->state, self->decision->scope, "plan", NULL);

  for (int l = MAX (level, 1); plan != NULL && l <= 4; l++)
    {
      g_autoptr (GVariant) source = wf_rules_plan_level (plan, l);

      add_reports (self, plan, l, source, at, TRUE);
    }

  if (plan != NULL)
    add_reports (self, plan, 0, wf_entity_fields (plan), at, TRUE);

  for (guint i = 0; i < plans->len; i++)
    if (wf_entity_is (g_ptr_array_index (plans, i), "kind", "common"))
      add_reports (self, g_ptr_array_index (plans, i), 0, wf_entity_fields (g_ptr_array_index (plans, i)), at, TRUE);
}

/**
 * wf_duties_strike_tasks:
 * @self: duties
 *
 * Strikes every task that is not done.
 */
void
wf_duties_strike_tasks (WfDuties *self)
{
  for (guint i = 0; i < self->tasks_there->len; i++)
    {
      WfEntity *task = g_ptr_array_index (self->tasks_there, i);

      if (wf_entity_is (task, "state", "open") || wf_entity_is (task, "state", "acknowledged"))
        g_ptr_array_add (self->tasks_struck, g_strdup (wf_entity_id (task)));
    }
}

/**
 * wf_duties_strike_reports:
 * @self: duties
 * @series: (nullable): of which series, or %NULL for all
 *
 * Strikes every report that is due.
 */
void
wf_duties_strike_reports (WfDuties   *self,
                          const char *series)
{
  for (guint i = 0; i < self->reports_there->len; i++)
    {
      WfEntity *report = g_ptr_array_index (self->reports_there, i);

      if (wf_entity_is (report, "state", "due") && (series == NULL || wf_entity_is (report, "series", series)))
        g_ptr_array_add (self->reports_struck, g_strdup (wf_entity_id (report)));
    }
}

static char *
cut (const char *text,
     glong       characters)
{
  return g_utf8_strlen (text, -1) > characters ? g_utf8_substring (text, 0, characters) : g_strdup (text);
}

/**
 * wf_duties_strike_because:
 * @self: duties
 * @sentence: a translated sentence with %s for @value
 * @value: (nullable): what it is about
 * @reason: (nullable): what a person said
 *
 * Sets down why things are struck.
 */
void
wf_duties_strike_because (WfDuties   *self,
                          const char *sentence,
                          const char *value,
                          const char *reason)
{
  g_autoptr (GString) text = g_string_new (sentence);

  if (value != NULL)
    g_string_replace (text, "%s", value, 1);
  if (reason != NULL && reason[0] != '\0')
    g_string_append_printf (text, _(": %s"), reason);

  g_free (self->strike_reason);
  self->strike_reason = cut (text->str, 1000);
}

/**
 * wf_duties_merge:
 * @self: duties
 * @extra: (transfer full) (nullable): the rest of an event's payload
 *
 * Returns: (transfer full): @extra with the duties in it
 */
GVariant *
wf_duties_merge (WfDuties *self,
                 GVariant *extra)
{
  g_autoptr (GVariant) rest = extra != NULL ? extra : wf_dict_empty ();
  gboolean strikes = self->tasks_struck->len > 0 || self->reports_struck->len > 0;
  g_autoptr (GVariant) duties = wf_dict_make ("tasks", wf_value_list (self->tasks),
                                              "reports", wf_value_list (self->reports),
                                              "tasks_struck", wf_value_ids (self->tasks_struck),
                                              "reports_struck", wf_value_ids (self->reports_struck),
                                              "strike_reason", strikes ? wf_value_string (self->strike_reason) : NULL,
                                              NULL);

  return wf_dict_merge (rest, duties);
}

/* --- what starts later, and what comes again --- */

static GVariant *
start_task (WfEntity *task,
            int64_t   at)
{
  gboolean timed = wf_dict_has (wf_entity_fields (task), "minutes");

  return wf_dict_make ("task", wf_value_string (wf_entity_id (task)),
                       "starts_at", wf_value_time (at),
                       "due", timed ? wf_value_time (at + wf_entity_int (task, "minutes", 0) * WF_MINUTE) : NULL,
                       NULL);
}

static gboolean
is_waiting (WfEntity *task)
{
  return wf_entity_time (task, "starts_at") == 0 &&
         (wf_entity_is (task, "state", "open") || wf_entity_is (task, "state", "acknowledged"));
}

/**
 * wf_duties_start_after:
 * @decision: a decision
 * @incident: an incident's id
 * @code: (nullable): code of the task that is done or no longer needed
 * @at: when
 *
 * Returns: (transfer full) (element-type GVariant): the tasks that waited for it, with their times
 */
GPtrArray *
wf_duties_start_after (WfDecision *decision,
                       const char *incident,
                       const char *code,
                       int64_t     at)
{
  GPtrArray *started = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GPtrArray) tasks = wf_state_list (decision->state, decision->scope, "task", incident);

  for (guint i = 0; code != NULL && i < tasks->len; i++)
    {
      WfEntity *task = g_ptr_array_index (tasks, i);

      if (is_waiting (task) && wf_entity_is (task, "basis", "after") && wf_entity_is (task, "after", code))
        g_ptr_array_add (started, start_task (task, at));
    }

  return started;
}

static gboolean
starts_task (WfEvent  *event,
             WfEntity *task)
{
  g_auto (GStrv) struck = wf_dict_strings (event->payload, "tasks_struck");

  if (g_strv_contains ((const char *const *) struck, wf_entity_id (task)))
    return FALSE;
  if (wf_entity_is (task, "basis", "event"))
    return wf_entity_is (task, "event", event->type);

  return wf_entity_is (task, "basis", "activation") && strcmp (event->type, "response.activated") == 0;
}

static void
start_for_event (WfDecision *decision,
                 WfEvent    *event)
{
  g_autoptr (GPtrArray) tasks = wf_state_list (decision->state, decision->scope, "task", event->subject);
  g_autoptr (GPtrArray) started = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  int64_t at = wf_dict_time (event->payload, "at");

  for (guint i = 0; i < tasks->len; i++)
    {
      WfEntity *task = g_ptr_array_index (tasks, i);

      if (is_waiting (task) && starts_task (event, task))
        g_ptr_array_add (started, start_task (task, at != 0 ? at : decision->at));
    }

  if (started->len > 0)
    wf_decision_emit (decision, "task.started", event->subject,
                      wf_dict_make ("incident", wf_value_string (event->subject),
                                    "started", wf_value_list (started),
                                    NULL));
}

/**
 * wf_duties_start_waiting:
 * @decision: a decision that has its events
 *
 * Starts the tasks that waited for one of the events.
 *
 * Returns: %TRUE
 */
gboolean
wf_duties_start_waiting (WfDecision *decision)
{
  guint n = decision->events->len;

  for (guint i = 0; i < n; i++)
    {
      WfEvent *event = g_ptr_array_index (decision->events, i);

      if (event->subject != NULL)
        start_for_event (decision, event);
    }

  return TRUE;
}

/**
 * wf_duties_next_round:
 * @task: a repeated task that is done
 * @done_at: when
 *
 * Returns: (transfer full): its next round
 */
GVariant *
wf_duties_next_round (WfEntity *task,
                      int64_t   done_at)
{
  GVariant *fields = wf_entity_fields (task);
  g_autofree char *id = wf_id_derive (wf_entity_id (task), "round");

  return wf_dict_make ("id", wf_value_string (id),
                       "code", copy_string (fields, "code"),
                       "text", copy_string (fields, "text"),
                       "group", copy_string (fields, "group"),
                       "level", copy_int (fields, "level"),
                       "basis", copy_string (fields, "basis"),
                       "after", copy_string (fields, "after"),
                       "event", copy_string (fields, "event"),
                       "minutes", copy_int (fields, "minutes"),
                       "repeat_minutes", copy_int (fields, "repeat_minutes"),
                       "round", wf_value_int (MIN (wf_dict_int (fields, "round", 1) + 1, 100000)),
                       "starts_at", wf_value_time (done_at),
                       "due", wf_value_time (done_at + wf_dict_int (fields, "repeat_minutes", 0) * WF_MINUTE),
                       "returns", copy_string (fields, "returns"),
                       "returns_text", copy_string (fields, "returns_text"),
                       "manual", wf_dict_bool (fields, "manual") ? wf_value_bool (TRUE) : NULL,
                       NULL);
}

/**
 * wf_duties_next_report:
 * @report: a repeated report that was sent
 * @sent_at: when
 *
 * Returns: (transfer full): the follow-up that comes next
 */
GVariant *
wf_duties_next_report (WfEntity *report,
                       int64_t   sent_at)
{
  GVariant *fields = wf_entity_fields (report);
  g_autofree char *id = wf_id_derive (wf_entity_id (report), "next");

  return wf_dict_make ("id", wf_value_string (id),
                       "recipient", copy_string (fields, "recipient"),
                       "recipient_phone", copy_string (fields, "recipient_phone"),
                       "medium", copy_string (fields, "medium"),
                       "series", wf_value_string ("followup"),
                       "number", wf_value_int (MIN (wf_dict_int (fields, "number", 0) + 1, 100000)),
                       "level", copy_int (fields, "level"),
                       "basis", copy_string (fields, "basis"),
                       "due", wf_value_time (sent_at + wf_dict_int (fields, "repeat_minutes", 0) * WF_MINUTE),
                       "repeat_minutes", copy_int (fields, "repeat_minutes"),
                       NULL);
}
