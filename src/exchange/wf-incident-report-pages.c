/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-exchange"

#include "config.h"

#include "wf-incident-report-private.h"

#include "wf-kind.h"
#include "wf-time.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

static char *
moment (int64_t time)
{
  return time != 0 ? wf_time_format_local (time, "%m-%d %H:%M:%S") : g_strdup ("–");
}

static void
fact (WfSheets    *pages,
      const char *label,
      const char *value)
{
  if (value != NULL && value[0] != '\0')
    wf_sheets_row (pages, (const char *const[]) { label, value, NULL });
}

static void
fact_time (WfSheets    *pages,
           const char *label,
           int64_t     time)
{
  if (time == 0)
    return;

  g_autofree char *text = wf_time_format_local (time, "%Y-%m-%d %H:%M:%S");
  fact (pages, label, text);
}

static char *
with_source (const char *what,
             GVariant   *dict)
{
  g_autofree char *at = moment (wf_dict_time (dict, "at"));
  const char *source = wf_dict_string (dict, "source");

  /* Translators: casualties or evacuation; who says so; when */
  return g_strdup_printf (_("%s (source: %s, %s)"), what, source != NULL ? source : "–", at);
}

static void
set_caller (WfIncidentReport *self,
            WfSheets         *pages)
{
  g_autoptr (GVariant) caller = wf_entity_value (self->incident, "caller");

  if (caller == NULL)
    return;

  static const char *const keys[] = { "name", "unit", "phone", "line", "recording" };
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *value = wf_dict_string (caller, keys[i]);

      if (value != NULL && value[0] != '\0')
        g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", value);
    }

  fact (pages, _("Caller"), text->str);
}

static void
set_verification (WfIncidentReport *self,
                  WfSheets         *pages)
{
  g_autoptr (GVariant) verification = wf_entity_value (self->incident, "verification");

  if (verification == NULL)
    return;

  const char *outcome = wf_wording_value ("outcome", wf_dict_string (verification, "outcome"));
  const char *text = wf_dict_string (verification, "text");
  g_autofree char *said = with_source (outcome, verification);
  g_autofree char *all = text != NULL && text[0] != '\0' ? g_strdup_printf ("%s\n%s", said, text) : g_strdup (said);

  fact (pages, _("Verification"), all);
}

static void
set_facts (WfIncidentReport *self,
           WfSheets         *pages)
{
  static const double widths[] = { 0.2, 0.8 };
  WfEntity *incident = self->incident;
  const char *grade = wf_entity_string (incident, "grade");
  double longitude, latitude;

  wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Facts"));
  wf_sheets_table (pages, widths, 2, NULL);
  fact (pages, _("Incident"), wf_entity_string (incident, "title"));
  fact (pages, _("Class"), self->class_name);
  fact (pages, _("Place"), wf_entity_string (incident, "place"));

  if (wf_entity_point (incident, "location", &longitude, &latitude))
    {
      g_autofree char *text = g_strdup_printf ("%.5f°E %.5f°N (WGS 84)", longitude, latitude);

      fact (pages, _("Coordinates"), text);
    }

  fact_time (pages, _("Call taken (T0)"), wf_entity_time (incident, "t0"));
  set_caller (self, pages);
  fact (pages, _("What was reported"), wf_entity_string (incident, "summary"));
  fact (pages, _("Done by the caller"), wf_entity_string (incident, "actions_taken"));
  fact_time (pages, _("First dispatch"), wf_entity_time (incident, "first_dispatch_at"));
  set_verification (self, pages);
  if (grade != NULL)
    fact (pages, _("Grade"), wf_wording_value ("grade", grade));
  fact (pages, _("Basis of the grade"), wf_entity_string (incident, "grade_basis"));
  fact (pages, _("Plan"), self->plan_title);
  fact_time (pages, _("Activated (A)"), wf_entity_time (incident, "activated_at"));
  fact (pages, _("Matter of the response"), wf_entity_string (incident, "matter"));
  fact (pages, _("Measures"), wf_entity_string (incident, "measures"));
  fact_time (pages, _("Under control"), wf_entity_time (incident, "controlled_at"));
  fact_time (pages, _("Stood down"), wf_entity_time (incident, "stood_down_at"));
  fact (pages, _("Reason for standing down"), wf_entity_string (incident, "stand_down_reason"));
  fact_time (pages, _("Archived"), wf_entity_time (incident, "archived_at"));
  wf_sheets_table_end (pages);
}

static void
set_people (WfIncidentReport *self,
            WfSheets         *pages)
{
  static const double widths[] = { 0.2, 0.8 };
  g_autoptr (GVariant) casualties = wf_entity_value (self->incident, "casualties");
  g_autoptr (GVariant) evacuation = wf_entity_value (self->incident, "evacuation");

  wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Casualties and evacuation"));

  if (casualties == NULL && evacuation == NULL)
    {
      wf_sheets_paragraph (pages, WF_SHEETS_TEXT, _("Nothing was recorded."));
      return;
    }

  wf_sheets_table (pages, widths, 2, NULL);

  if (casualties != NULL)
    {
      g_autofree char *words = wf_wording_casualties (casualties);
      g_autofree char *text = with_source (words, casualties);

      fact (pages, _("Casualties"), text);
    }

  if (casualties != NULL && wf_dict_has (casualties, "loss_yuan"))
    {
      g_autofree char *amount = g_strdup_printf ("%" G_GINT64_FORMAT, wf_dict_int (casualties, "loss_yuan", 0));
      g_autofree char *text = g_strdup_printf (_("%s yuan"), amount);

      fact (pages, _("Direct loss"), text);
    }

  if (evacuation != NULL)
    {
      g_autofree char *words = wf_wording_evacuation (evacuation);
      g_autofree char *text = with_source (words, evacuation);

      fact (pages, _("Evacuation"), text);
    }

  wf_sheets_table_end (pages);
}

static char *
approval_text (GVariant *approval)
{
  if (approval == NULL)
    return g_strdup ("–");

  const char *by = wf_dict_string (approval, "approved_by");
  const char *asked = wf_dict_string (approval, "requested_by");
  const char *words = wf_dict_string (approval, "words");
  const char *recording = wf_dict_string (approval, "recording");
  g_autofree char *at = moment (wf_dict_time (approval, "at"));
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _("%s, %s, asked by %s, %s"),
                          by != NULL ? by : "–",
                          wf_wording_value ("way", wf_dict_string (approval, "way")),
                          asked != NULL ? asked : "–", at);
  if (words != NULL && words[0] != '\0')
    g_string_append_printf (text, _("\nWords: %s"), words);
  if (wf_dict_bool (approval, "read_back"))
    g_string_append (text, _(" (read back)"));
  if (recording != NULL && recording[0] != '\0')
    g_string_append_printf (text, _("\nRecording %s"), recording);

  if (wf_dict_time (approval, "signed_at") != 0)
    {
      g_autofree char *signed_at = moment (wf_dict_time (approval, "signed_at"));

      g_string_append_printf (text, _("\nSigned %s"), signed_at);
    }
  else
    {
      g_string_append (text, _("\nNot signed yet"));
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
set_levels (WfIncidentReport *self,
            WfSheets         *pages)
{
  static const double widths[] = { 0.15, 0.2, 0.3, 0.35 };
  const char *headings[] = { _("Time"), _("Level"), _("Reason"), _("Approval"), NULL };
  g_autoptr (GPtrArray) levels = wf_entity_objects (self->incident, "levels");

  wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Response level"));

  if (levels == NULL || levels->len == 0)
    {
      wf_sheets_paragraph (pages, WF_SHEETS_TEXT, _("No response was activated."));
      return;
    }

  wf_sheets_table (pages, widths, 4, headings);

  for (guint i = 0; i < levels->len; i++)
    {
      GVariant *step = g_ptr_array_index (levels, i);
      g_autoptr (GVariant) approval = wf_dict_value (step, "approval");
      int to = (int) wf_dict_int (step, "level", 0);
      int from = (int) wf_dict_int (step, "from", 0);
      g_autofree char *at = moment (wf_dict_time (step, "at"));
      g_autofree char *change = from != 0
                                ? g_strdup_printf ("%s → %s", wf_wording_level (from), wf_wording_level (to))
                                : g_strdup (wf_wording_level (to));
      g_autofree char *approved = approval_text (approval);

      wf_sheets_row (pages, (const char *const[]) { at, change, wf_dict_string (step, "reason"), approved, NULL });
    }

  wf_sheets_table_end (pages);
}

static void
set_timeline (WfIncidentReport *self,
              WfSheets         *pages)
{
  static const double widths[] = { 0.18, 0.14, 0.68 };
  const char *headings[] = { _("Time"), _("Kind"), _("What happened"), NULL };

  wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Timeline"));
  wf_sheets_table (pages, widths, 3, headings);

  for (guint i = 0; i < self->lines->len; i++)
    {
      const WfReportLine *line = &g_array_index (self->lines, WfReportLine, i);
      g_autofree char *at = moment (line->at);

      wf_sheets_row (pages, (const char *const[]) { at, line->kind, line->text, NULL });
    }

  wf_sheets_table_end (pages);
}

/* How long it took against what was allowed, and whether it was late. */
static char *
allowed_and_taken (WfEntity *task,
                   int64_t   now)
{
  int64_t due = wf_entity_time (task, "due");
  int64_t starts = wf_entity_time (task, "starts_at");
  int64_t done = wf_entity_time (task, "done_at");
  g_autofree char *allowed = due != 0 && starts != 0 ? wf_wording_span (due - starts) : g_strdup ("–");

  if (wf_entity_is (task, "state", "struck"))
    return g_strdup_printf (_("allowed %s; struck"), allowed);
  if (starts == 0)
    return g_strdup (_("not begun"));

  if (done != 0)
    {
      g_autofree char *taken = wf_wording_span (MAX (0, done - starts));

      if (due != 0 && done > due)
        {
          g_autofree char *late = wf_wording_span (done - due);

          return g_strdup_printf (_("allowed %s, took %s, late by %s"), allowed, taken, late);
        }
      return g_strdup_printf (_("allowed %s, took %s"), allowed, taken);
    }

  if (due != 0 && now > due)
    {
      g_autofree char *late = wf_wording_span (now - due);

      return g_strdup_printf (_("allowed %s; open, late by %s"), allowed, late);
    }

  return g_strdup_printf (_("allowed %s; open"), allowed);
}

static char *
result_text (WfEntity *task)
{
  g_autoptr (GVariant) result = wf_entity_value (task, "result");
  g_autoptr (GString) text = g_string_new (NULL);
  const char *struck = wf_entity_string (task, "struck_reason");

  if (struck != NULL)
    g_string_append (text, struck);

  if (result != NULL)
    {
      const char *words = wf_dict_string (result, "text");
      const char *signed_by = wf_dict_string (result, "signed_by");
      double longitude, latitude;

      if (wf_dict_has (result, "pair_due"))
        g_string_append_printf (text, "%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " ",
                                wf_dict_int (result, "pair_done", 0), wf_dict_int (result, "pair_due", 0));
      if (words != NULL)
        g_string_append (text, words);
      if (wf_dict_point (result, "location", &longitude, &latitude))
        g_string_append_printf (text, " (%.5f, %.5f)", longitude, latitude);
      if (wf_dict_string (result, "media") != NULL)
        g_string_append_printf (text, " [%s]", _("picture"));
      if (signed_by != NULL)
        g_string_append_printf (text, _(" signed: %s"), signed_by);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
set_tasks (WfIncidentReport *self,
           WfSheets         *pages)
{
  static const double widths[] = { 0.09, 0.33, 0.15, 0.13, 0.3 };
  const char *headings[] = { _("Code"), _("Task"), _("Group"), _("State"), _("Time and result"), NULL };

  wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Tasks"));

  if (self->tasks->len == 0)
    {
      wf_sheets_paragraph (pages, WF_SHEETS_TEXT, _("There were none."));
      return;
    }

  wf_sheets_table (pages, widths, 5, headings);

  for (guint i = 0; i < self->tasks->len; i++)
    {
      WfEntity *task = g_ptr_array_index (self->tasks, i);
      g_autofree char *times = allowed_and_taken (task, self->now);
      g_autofree char *result = result_text (task);
      g_autofree char *both = result[0] != '\0' ? g_strdup_printf ("%s\n%s", times, result) : g_strdup (times);

      wf_sheets_row (pages, (const char *const[]) {
        wf_entity_string (task, "code"),
        wf_entity_string (task, "text"),
        wf_entity_string (task, "group"),
        wf_wording_value ("task.state", wf_entity_string (task, "state")),
        both,
        NULL
      });
    }

  wf_sheets_table_end (pages);
}

static char *
steps_text (WfEntity *order)
{
  g_autoptr (GPtrArray) steps = wf_entity_objects (order, "steps");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; steps != NULL && i < steps->len; i++)
    {
      GVariant *step = g_ptr_array_index (steps, i);
      const char *by = wf_dict_string (step, "by");
      const char *why = wf_dict_string (step, "text");
      g_autofree char *at = moment (wf_dict_time (step, "at"));

      g_string_append_printf (text, "%s%s %s", text->len > 0 ? "\n" : "", at,
                              wf_wording_value ("order.state", wf_dict_string (step, "step")));
      if (by != NULL && by[0] != '\0')
        g_string_append_printf (text, " · %s", by);
      if (why != NULL && why[0] != '\0')
        g_string_append_printf (text, " · %s", why);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
set_forces (WfIncidentReport *self,
            WfSheets         *pages)
{
  static const double widths[] = { 0.25, 0.14, 0.25, 0.36 };
  const char *headings[] = { _("Force"), _("Order"), _("Text and rendezvous"), _("Steps"), NULL };

  wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Forces"));

  if (self->orders->len == 0)
    {
      wf_sheets_paragraph (pages, WF_SHEETS_TEXT, _("There were none."));
      return;
    }

  wf_sheets_table (pages, widths, 4, headings);

  for (guint i = 0; i < self->orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (self->orders, i);
      const char *text = wf_entity_string (order, "text");
      const char *place = wf_entity_string (order, "rendezvous_text");
      g_autofree char *both = g_strdup_printf ("%s%s%s", text != NULL ? text : "",
                                               text != NULL && place != NULL ? "\n" : "", place != NULL ? place : "");
      g_autofree char *steps = steps_text (order);
      g_autofree char *kind = g_strdup_printf ("%s%s%s", wf_wording_value ("order.kind", wf_entity_string (order, "kind")),
                                               wf_entity_bool (order, "first_dispatch") ? "\n" : "",
                                               wf_entity_bool (order, "first_dispatch") ? _("first dispatch") : "");

      wf_sheets_row (pages, (const char *const[]) { wf_entity_string (order, "force_name"), kind, both, steps, NULL });
    }

  wf_sheets_table_end (pages);
}

static char *
delay_text (WfEntity *report,
            int64_t   now)
{
  int64_t due = wf_entity_time (report, "due");
  int64_t sent = wf_entity_time (report, "sent_at");
  int64_t late = wf_entity_int (report, "late_ms", 0);

  if (sent == 0 && due != 0 && now > due && !wf_entity_is (report, "state", "struck"))
    late = now - due;

  if (late > 0)
    {
      g_autofree char *span = wf_wording_span (late);

      return sent != 0 ? g_strdup_printf (_("late by %s"), span) : g_strdup_printf (_("not sent, late by %s"), span);
    }

  return g_strdup (sent != 0 ? _("in time") : "–");
}

static void
set_reports (WfIncidentReport *self,
             WfSheets         *pages)
{
  static const double widths[] = { 0.22, 0.16, 0.15, 0.15, 0.14, 0.18 };
  const char *headings[] = { _("Recipient"), _("Which report"), _("Due"), _("Sent"), _("Taken by"), _("Delay"), NULL };

  wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Reports to above"));

  if (self->reports->len == 0)
    {
      wf_sheets_paragraph (pages, WF_SHEETS_TEXT, _("There were none."));
      return;
    }

  wf_sheets_table (pages, widths, 6, headings);

  for (guint i = 0; i < self->reports->len; i++)
    {
      WfEntity *report = g_ptr_array_index (self->reports, i);
      g_autofree char *what = g_strdup_printf ("%s · %s", wf_wording_value ("series", wf_entity_string (report, "series")),
                                               wf_wording_value ("medium", wf_entity_string (report, "medium")));
      g_autofree char *due = moment (wf_entity_time (report, "due"));
      g_autofree char *sent = moment (wf_entity_time (report, "sent_at"));
      g_autofree char *delay = wf_entity_is (report, "state", "struck")
                               ? g_strdup_printf (_("struck: %s"), wf_entity_string (report, "struck_reason"))
                               : delay_text (report, self->now);

      wf_sheets_row (pages, (const char *const[]) {
        wf_entity_string (report, "recipient"), what, due, sent, wf_entity_string (report, "taken_by"), delay, NULL
      });
    }

  wf_sheets_table_end (pages);
}

static void
set_resource_row (WfSheets    *pages,
                  const char *name,
                  const char *unit,
                  double      quantity,
                  const char *state,
                  const char *from)
{
  g_autofree char *amount = g_strdup_printf ("%.10g %s", quantity, unit != NULL ? unit : "");

  wf_sheets_row (pages, (const char *const[]) { name, amount, state, from, NULL });
}

static void
set_resources (WfIncidentReport *self,
               WfSheets         *pages)
{
  static const double widths[] = { 0.4, 0.2, 0.15, 0.25 };
  const char *headings[] = { _("Item"), _("Quantity"), _("State"), _("From"), NULL };

  wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Resources used"));
  wf_sheets_table (pages, widths, 4, headings);

  guint rows = 0;

  for (guint i = 0; i < self->orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (self->orders, i);
      g_autoptr (GPtrArray) items = wf_entity_objects (order, "items");

      for (guint k = 0; items != NULL && k < items->len; k++, rows++)
        {
          GVariant *item = g_ptr_array_index (items, k);

          set_resource_row (pages, wf_dict_string (item, "name"), wf_dict_string (item, "unit"),
                            wf_dict_double (item, "quantity", 0),
                            wf_wording_value ("order.state", wf_entity_string (order, "state")),
                            wf_entity_string (order, "force_name"));
        }
    }

  for (guint i = 0; i < self->reservations->len; i++)
    {
      WfEntity *reservation = g_ptr_array_index (self->reservations, i);
      WfEntity *stock = g_hash_table_lookup (self->stock, wf_entity_string (reservation, "stock"));

      /* What was ordered stands above already. */
      if (!wf_entity_is (reservation, "state", "held"))
        continue;

      set_resource_row (pages, wf_entity_string (stock, "name"), wf_entity_string (stock, "unit"),
                        wf_entity_double (reservation, "quantity", 0), _("reserved"), NULL);
      rows++;
    }

  if (rows == 0)
    wf_sheets_row (pages, (const char *const[]) { _("There were none."), NULL, NULL, NULL, NULL });

  wf_sheets_table_end (pages);
}

static void
set_review (WfIncidentReport *self,
            WfSheets         *pages)
{
  static const double widths[] = { 0.2, 0.8 };
  g_autoptr (GVariant) review = wf_entity_value (self->incident, "review");
  g_autoptr (GPtrArray) supplements = wf_entity_objects (self->incident, "supplements");

  if (review == NULL && (supplements == NULL || supplements->len == 0))
    return;

  wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Review"));
  wf_sheets_table (pages, widths, 2, NULL);

  if (review != NULL)
    {
      fact (pages, _("Course"), wf_dict_string (review, "course"));
      fact (pages, _("Lessons"), wf_dict_string (review, "lessons"));
      fact (pages, _("Improvements"), wf_dict_string (review, "improve"));
      fact (pages, _("Reviewed by"), wf_dict_string (review, "by"));
      fact_time (pages, _("Reviewed"), wf_dict_time (review, "at"));
    }

  for (guint i = 0; supplements != NULL && i < supplements->len; i++)
    {
      GVariant *supplement = g_ptr_array_index (supplements, i);
      g_autofree char *at = moment (wf_dict_time (supplement, "at"));
      g_autofree char *text = g_strdup_printf ("%s\n%s, %s", wf_dict_string (supplement, "text"),
                                               wf_dict_string (supplement, "signed_by"), at);

      fact (pages, _("Supplement"), text);
    }

  wf_sheets_table_end (pages);
}

static void
set_pictures (WfIncidentReport *self,
              WfSheets         *pages)
{
  if (self->map != NULL)
    {
      wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Map"));
      if (!wf_sheets_image (pages, self->map, 330, self->map_caption))
        wf_sheets_paragraph (pages, WF_SHEETS_SMALL, _("The picture of the map could not be read."));
    }

  if (self->pictures->len > 0)
    wf_sheets_paragraph (pages, WF_SHEETS_HEADING, _("Pictures"));

  for (guint i = 0; i < self->pictures->len; i++)
    {
      const WfReportPicture *picture = &g_array_index (self->pictures, WfReportPicture, i);

      if (!wf_sheets_image (pages, picture->bytes, 260, picture->caption))
        {
          g_autofree char *text = g_strdup_printf (_("A picture could not be read: %s"), picture->caption);

          wf_sheets_paragraph (pages, WF_SHEETS_SMALL, text);
        }
    }
}

static void
set_running (WfIncidentReport *self,
             WfSheets         *pages)
{
  g_autofree char *mark = self->exercise != NULL
                          ? g_strdup_printf ("%s · %s", C_("scope", "Drill"), self->exercise)
                          : g_strdup (C_("scope", "Real"));
  g_autofree char *footer = NULL;

  /* The print can be checked against the journal: the number and the hash of the last entry that it knows. */
  if (self->last_number > 0)
    {
      g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, self->last_number);

      footer = g_strdup_printf (_("Journal up to no. %s, SHA-256 %s"), number,
                                self->last_hash != NULL ? self->last_hash : _("not yet recorded"));
    }
  else
    {
      footer = g_strdup (_("No journal entries"));
    }

  wf_sheets_set_running (pages, self->centre, mark, self->exercise != NULL, footer);
}

/**
 * wf_incident_report_set:
 * @self: a report
 *
 * Sets the report as pages, for a PDF or a printer. May run on any thread, one at a time.
 *
 * Returns: (transfer full): the pages
 */
WfSheets *
wf_incident_report_set (WfIncidentReport *self)
{
  g_return_val_if_fail (WF_IS_INCIDENT_REPORT (self), NULL);

  /* Translators: language of the document, as a tag; it decides about the forms of Chinese characters. */
  WfSheets *pages = wf_sheets_new (C_("document language", "en"));
  g_autofree char *title = wf_incident_report_title (self);
  g_autofree char *printed = wf_time_format_local (self->now, "%Y-%m-%d %H:%M:%S");
  g_autofree char *note = g_strdup_printf (_("%s · state: %s · as of %s"),
                                           self->centre != NULL ? self->centre : "",
                                           wf_wording_value ("incident.state", wf_entity_string (self->incident, "state")),
                                           printed);

  set_running (self, pages);
  wf_sheets_paragraph (pages, WF_SHEETS_TITLE, title);
  wf_sheets_paragraph (pages, WF_SHEETS_SMALL, note);
  set_facts (self, pages);
  set_people (self, pages);
  set_levels (self, pages);
  if (self->map != NULL || self->pictures->len > 0)
    set_pictures (self, pages);
  set_timeline (self, pages);
  set_tasks (self, pages);
  set_forces (self, pages);
  set_reports (self, pages);
  set_resources (self, pages);
  set_review (self, pages);

  return pages;
}
