/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-exchange"

#include "config.h"

#include "wf-report-text.h"

#include "wf-kind.h"
#include "wf-time.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* What a written report must say is art. 12 of decree 493: the unit; time, place and scene; the course so far; the dead,
 * injured and missing and a first estimate of the loss; the measures taken; anything else. What is not known yet is no
 * reason to wait: it stands as "being verified". */

typedef struct
{
  WfState    *state;
  const char *scope;
  WfEntity   *incident; /* (owned) */
  int64_t     now;
} Source;

static void
source_clear (Source *source)
{
  g_clear_pointer (&source->incident, wf_entity_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

static const char *
known (const char *text)
{
  return text != NULL && text[0] != '\0' ? text : _("being verified");
}

static gboolean
look_up (Source     *source,
         WfState    *state,
         const char *scope,
         const char *incident,
         int64_t     now)
{
  source->state = state;
  source->scope = scope;
  source->incident = wf_state_get (state, scope, "incident", incident);
  source->now = now;

  return source->incident != NULL;
}

static char *
make_title (Source     *source,
            const char *series)
{
  const char *title = wf_entity_string (source->incident, "title");
  const char *place = wf_entity_string (source->incident, "place");
  g_autofree char *what = NULL;

  if (place == NULL || place[0] == '\0' || strstr (title, place) != NULL)
    what = g_strdup (title);
  else
    /* Translators: place, what happened */
    what = g_strdup_printf (C_("report title", "%2$s at %1$s"), place, title);

  /* Translators: what happened and where; which report in the series, such as "first report" */
  g_autofree char *all = g_strdup_printf (C_("report title", "Report on %s (%s)"), what, series);

  /* What happens in a drill is never taken for real, on paper either. */
  if (strcmp (source->scope, WF_LIVE) != 0)
    return g_strdup_printf (_("[Drill] %s"), all);

  return g_steal_pointer (&all);
}

static void
section (GString    *text,
         int         number,
         const char *heading,
         const char *words)
{
  /* Translators: number, heading and text of a section of a written report */
  g_string_append_printf (text, _("%d. %s: %s\n"), number, heading, words);
}

static char *
unit_words (Source *source)
{
  const char *id = wf_entity_string (source->incident, "firm");
  g_autoptr (WfEntity) firm = id != NULL ? wf_state_get (source->state, source->scope, "firm", id) : NULL;

  if (firm == NULL)
    return g_strdup (_("being verified"));

  const char *branch = wf_entity_string (firm, "branch");
  int64_t staff = wf_entity_int (firm, "staff", -1);
  g_autoptr (GString) text = g_string_new (wf_entity_string (firm, "name"));

  if (branch != NULL)
    g_string_append_printf (text, _(", branch: %s"), branch);
  if (staff >= 0)
    g_string_append_printf (text, _(", staff: %d"), (int) staff);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
scene_words (Source *source)
{
  g_autofree char *when = wf_time_format_local (wf_entity_time (source->incident, "t0"), _("%Y-%m-%d %H:%M"));
  g_autoptr (GVariant) wind = wf_entity_value (source->incident, "wind");
  g_autoptr (GString) text = g_string_new (NULL);

  /* Translators: time of the call, place */
  g_string_append_printf (text, _("call taken %s; place: %s"), when, known (wf_entity_string (source->incident, "place")));

  if (wind != NULL)
    g_string_append_printf (text, _("; wind from %.0f°, %.1f m/s (%s)"), wf_dict_double (wind, "from_degrees", 0),
                            wf_dict_double (wind, "speed", 0), wf_dict_string (wind, "source"));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
course_words (Source *source)
{
  g_autoptr (GVariant) verification = wf_entity_value (source->incident, "verification");
  g_autoptr (GString) text = g_string_new (known (wf_entity_string (source->incident, "summary")));

  if (verification == NULL)
    {
      g_string_append (text, _("; the report itself is being verified"));
    }
  else
    {
      const char *found = wf_dict_string (verification, "text");

      g_string_append_printf (text, _("; verified with %s: %s"), known (wf_dict_string (verification, "source")),
                              wf_wording_value ("outcome", wf_dict_string (verification, "outcome")));
      if (found != NULL && found[0] != '\0')
        g_string_append_printf (text, _(" (%s)"), found);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
casualty_words (Source *source)
{
  g_autoptr (GVariant) casualties = wf_entity_value (source->incident, "casualties");
  g_autoptr (GVariant) evacuation = wf_entity_value (source->incident, "evacuation");
  g_autoptr (GString) text = g_string_new (NULL);

  if (casualties != NULL)
    {
      g_autofree char *words = wf_wording_casualties (casualties);
      g_autofree char *at = wf_time_format_local (wf_dict_time (casualties, "at"), "%H:%M");

      /* Translators: casualties, time, who says so */
      g_string_append_printf (text, _("%s (as of %s, %s)"), words, at, wf_dict_string (casualties, "source"));
    }
  else
    {
      g_string_append (text, _("casualties being verified"));
    }

  if (casualties != NULL && wf_dict_has (casualties, "loss_yuan"))
    g_string_append_printf (text, _("; first estimate of the direct loss %d yuan"),
                            (int) MIN (wf_dict_int (casualties, "loss_yuan", 0), G_MAXINT));
  else
    g_string_append (text, _("; direct loss being verified"));

  if (evacuation != NULL)
    {
      g_autofree char *words = wf_wording_evacuation (evacuation);

      g_string_append_printf (text, _("; evacuation: %s"), words);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The forces whose order has changed after @since, each with where it stands. */
static char *
force_words (Source  *source,
             int64_t  since)
{
  g_autoptr (GPtrArray) orders = wf_state_list (source->state, source->scope, "order", wf_entity_id (source->incident));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (orders, i);

      if (wf_entity_number (order) <= since || wf_entity_is (order, "state", "proposed"))
        continue;

      g_string_append_printf (text, _("%s%s (%s)"), text->len > 0 ? C_("list", ", ") : "", wf_entity_string (order, "force_name"),
                              wf_wording_value ("order.state", wf_entity_string (order, "state")));
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static char *
level_words (Source *source)
{
  int64_t level = wf_entity_int (source->incident, "level", 0);
  int64_t activated = wf_entity_time (source->incident, "activated_at");

  if (level == 0)
    return NULL;

  g_autofree char *at = wf_time_format_local (activated, "%H:%M");

  return g_strdup_printf (_("%s response since %s"), wf_wording_level ((int) level), at);
}

static char *
measure_words (Source *source)
{
  const char *caller = wf_entity_string (source->incident, "actions_taken");
  const char *measures = wf_entity_string (source->incident, "measures");
  g_autofree char *forces = force_words (source, -1);
  g_autofree char *level = level_words (source);
  g_autoptr (GString) text = g_string_new (NULL);

  if (caller != NULL && caller[0] != '\0')
    g_string_append (text, caller);
  if (level != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? _("; ") : "", level);
  if (measures != NULL && measures[0] != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? _("; ") : "", measures);
  if (forces != NULL)
    g_string_append_printf (text, _("%sforces: %s"), text->len > 0 ? _("; ") : "", forces);

  if (text->len == 0)
    g_string_append (text, _("being verified"));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
other_words (Source *source)
{
  const char *grade = wf_entity_string (source->incident, "grade");
  g_autoptr (GVariant) headquarters = wf_entity_value (source->incident, "headquarters");
  g_autoptr (GString) text = g_string_new (NULL);

  if (grade != NULL)
    g_string_append_printf (text, _("grade for the time being: %s"), wf_wording_value ("grade", grade));
  else
    g_string_append (text, _("grade being judged"));

  if (headquarters != NULL)
    {
      const char *commander = wf_dict_string (headquarters, "commander");
      const char *phone = wf_dict_string (headquarters, "phone");

      g_string_append_printf (text, _("; headquarters on scene: %s"), wf_dict_string (headquarters, "place"));
      if (commander != NULL)
        g_string_append_printf (text, _(", commander %s"), commander);
      if (phone != NULL)
        g_string_append_printf (text, _(", telephone %s"), phone);
    }

  g_string_append (text, _("; follow-up reports will be made"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
sign (Source  *source,
      GString *text)
{
  g_autoptr (WfEntity) centre = wf_state_get (source->state, source->scope, "centre", "centre");
  const char *name = wf_entity_string (centre, "name");
  const char *phone = wf_entity_string (centre, "phone");
  g_autofree char *when = wf_time_format_local (source->now, _("%Y-%m-%d %H:%M"));

  g_string_append_printf (text, "\n%s%s%s\n%s", name != NULL ? name : "", phone != NULL ? " " : "",
                          phone != NULL ? phone : "", when);
}

static WfReportText *
make (char *title,
      char *text)
{
  WfReportText *self = g_new0 (WfReportText, 1);

  self->title = title;
  self->text = text;
  return self;
}

/**
 * wf_report_text_first:
 * @state: the state
 * @scope: the scope
 * @incident: the incident's id
 * @now: the time on the scope's clock
 *
 * Composes the first written report (首报).
 *
 * Returns: (transfer full) (nullable): the proposed text, or %NULL if there is no such incident
 */
WfReportText *
wf_report_text_first (WfState    *state,
                      const char *scope,
                      const char *incident,
                      int64_t     now)
{
  g_auto (Source) source = { NULL };

  if (!look_up (&source, state, scope, incident, now))
    return NULL;

  g_autofree char *unit = unit_words (&source);
  g_autofree char *scene = scene_words (&source);
  g_autofree char *course = course_words (&source);
  g_autofree char *casualties = casualty_words (&source);
  g_autofree char *measures = measure_words (&source);
  g_autofree char *other = other_words (&source);
  GString *text = g_string_new (NULL);

  section (text, 1, _("Unit where it happened"), unit);
  section (text, 2, _("Time, place and scene"), scene);
  section (text, 3, _("Course so far"), course);
  section (text, 4, _("Casualties and loss"), casualties);
  section (text, 5, _("Measures taken"), measures);
  section (text, 6, _("Other matters"), other);
  sign (&source, text);

  return make (make_title (&source, _("first report")), g_string_free (text, FALSE));
}

/**
 * wf_report_last_sent:
 * @state: the state
 * @scope: the scope
 * @incident: the incident's id
 * @n_followups: (out) (optional): how many different follow-ups have been sent in writing
 *
 * Returns: number of the event by which a written report was last sent, or -1 where none was
 */
int64_t
wf_report_last_sent (WfState    *state,
                     const char *scope,
                     const char *incident,
                     guint      *n_followups)
{
  g_autoptr (GPtrArray) reports = wf_state_list (state, scope, "report", incident);
  int64_t last = -1;
  int64_t highest = 0;

  for (guint i = 0; i < reports->len; i++)
    {
      WfEntity *report = g_ptr_array_index (reports, i);

      if (!wf_entity_is (report, "state", "sent") || !wf_entity_is (report, "medium", "written"))
        continue;

      last = MAX (last, wf_entity_version (report, "sent_at"));
      if (wf_entity_is (report, "series", "followup"))
        highest = MAX (highest, wf_entity_int (report, "number", 1));
    }

  if (n_followups != NULL)
    *n_followups = (guint) highest;

  return last;
}

static gboolean
changed (Source     *source,
         const char *field,
         int64_t     since)
{
  g_autoptr (GVariant) value = wf_entity_value (source->incident, field);

  return value != NULL && wf_entity_version (source->incident, field) > since;
}

static char *
task_words (Source  *source,
            int64_t  since)
{
  g_autoptr (GPtrArray) tasks = wf_state_list (source->state, source->scope, "task", wf_entity_id (source->incident));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < tasks->len; i++)
    {
      WfEntity *task = g_ptr_array_index (tasks, i);

      if (!wf_entity_is (task, "state", "done") || wf_entity_version (task, "done_at") <= since)
        continue;

      g_autoptr (GVariant) result = wf_entity_value (task, "result");

      g_string_append_printf (text, "%s%s", text->len > 0 ? _(", ") : "", wf_entity_string (task, "text"));
      if (result != NULL && wf_dict_has (result, "pair_due"))
        g_string_append_printf (text, " %d/%d", (int) wf_dict_int (result, "pair_done", 0),
                                (int) wf_dict_int (result, "pair_due", 0));
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* A Chinese report counts 续报一, 续报二 …; up to ten there are words for it. */
static char *
followup_name (int number)
{
  static const char *const numerals[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" };

  /* Translators: "yes" where follow-up reports are counted with Chinese numerals, otherwise "no" */
  if (strcmp (C_("chinese numerals", "no"), "yes") == 0 && number >= 1 && number <= 10)
    return g_strdup_printf (_("follow-up %s"), numerals[number - 1]);

  g_autofree char *digits = g_strdup_printf ("%d", number);
  return g_strdup_printf (_("follow-up %s"), digits);
}

/**
 * wf_report_text_followup:
 * @state: the state
 * @scope: the scope
 * @incident: the incident's id
 * @number: which follow-up, from 1
 * @since: number of the event after which changes are told, as wf_report_last_sent() gives it
 * @now: the time on the scope's clock
 *
 * Composes a follow-up (续报), which says only what changed since the last report.
 *
 * Returns: (transfer full) (nullable): the proposed text, or %NULL if there is no such incident
 */
WfReportText *
wf_report_text_followup (WfState    *state,
                         const char *scope,
                         const char *incident,
                         int         number,
                         int64_t     since,
                         int64_t     now)
{
  g_auto (Source) source = { NULL };
  int n = 0;

  if (!look_up (&source, state, scope, incident, now))
    return NULL;

  g_autofree char *name = followup_name (number);
  g_autofree char *forces = force_words (&source, since);
  g_autofree char *tasks = task_words (&source, since);
  GString *text = g_string_new (NULL);

  if (changed (&source, "verification", since) || changed (&source, "summary", since))
    {
      g_autofree char *course = course_words (&source);

      section (text, ++n, _("Course so far"), course);
    }

  if (changed (&source, "casualties", since) || changed (&source, "evacuation", since))
    {
      g_autofree char *casualties = casualty_words (&source);

      section (text, ++n, _("Casualties and loss"), casualties);
    }

  if (changed (&source, "grade", since))
    section (text, ++n, _("Grade"), wf_wording_value ("grade", wf_entity_string (source.incident, "grade")));

  if (changed (&source, "level", since))
    {
      g_autofree char *level = level_words (&source);

      if (level != NULL)
        section (text, ++n, _("Response level"), level);
    }

  if (forces != NULL)
    section (text, ++n, _("Forces"), forces);
  if (tasks != NULL)
    section (text, ++n, _("Tasks completed"), tasks);
  if (changed (&source, "controlled_at", since))
    section (text, ++n, _("State"), _("under control"));

  g_string_append (text, n == 0 ? _("Nothing has changed since the last report.\n") : _("Otherwise nothing has changed.\n"));
  sign (&source, text);

  return make (make_title (&source, name), g_string_free (text, FALSE));
}

/**
 * wf_report_text_final:
 * @state: the state
 * @scope: the scope
 * @incident: the incident's id
 * @now: the time on the scope's clock
 *
 * Composes the final report (终报): the whole, with how it ended.
 *
 * Returns: (transfer full) (nullable): the proposed text, or %NULL if there is no such incident
 */
WfReportText *
wf_report_text_final (WfState    *state,
                      const char *scope,
                      const char *incident,
                      int64_t     now)
{
  g_auto (Source) source = { NULL };

  if (!look_up (&source, state, scope, incident, now))
    return NULL;

  g_autoptr (GVariant) review = wf_entity_value (source.incident, "review");
  const char *reason = wf_entity_string (source.incident, "stand_down_reason");
  const char *course = review != NULL ? wf_dict_string (review, "course") : NULL;
  g_autofree char *unit = unit_words (&source);
  g_autofree char *scene = scene_words (&source);
  g_autofree char *so_far = course != NULL ? g_strdup (course) : course_words (&source);
  g_autofree char *casualties = casualty_words (&source);
  g_autofree char *measures = measure_words (&source);
  g_autoptr (GString) end = g_string_new (NULL);
  GString *text = g_string_new (NULL);

  if (wf_entity_time (source.incident, "stood_down_at") != 0)
    {
      g_autofree char *at = wf_time_format_local (wf_entity_time (source.incident, "stood_down_at"), _("%Y-%m-%d %H:%M"));

      g_string_append_printf (end, _("the response was stood down %s: %s"), at, known (reason));
    }
  else
    {
      g_string_append (end, _("the response goes on"));
    }

  section (text, 1, _("Unit where it happened"), unit);
  section (text, 2, _("Time, place and scene"), scene);
  section (text, 3, _("Course"), so_far);
  section (text, 4, _("Casualties and loss"), casualties);
  section (text, 5, _("Measures taken"), measures);
  section (text, 6, _("How it ended"), end->str);
  sign (&source, text);

  return make (make_title (&source, _("final report")), g_string_free (text, FALSE));
}

/**
 * wf_report_text_for:
 * @state: the state
 * @scope: the scope
 * @report: a report that is due
 * @now: the time on the scope's clock
 *
 * Composes what its series asks for.
 *
 * Returns: (transfer full) (nullable): the proposed text, or %NULL if its incident is not there
 */
WfReportText *
wf_report_text_for (WfState    *state,
                    const char *scope,
                    WfEntity   *report,
                    int64_t     now)
{
  const char *incident = wf_entity_string (report, "incident");

  if (wf_entity_is (report, "series", "followup"))
    {
      guint n = 0;
      int64_t since = wf_report_last_sent (state, scope, incident, &n);
      int number = (int) wf_entity_int (report, "number", n + 1);

      return wf_report_text_followup (state, scope, incident, number, since, now);
    }

  if (wf_entity_is (report, "series", "final"))
    return wf_report_text_final (state, scope, incident, now);

  return wf_report_text_first (state, scope, incident, now);
}

/**
 * wf_report_text_free:
 * @self: (transfer full): a text
 */
void
wf_report_text_free (WfReportText *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->title);
  g_free (self->text);
  g_free (self);
}
