/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-wording.h"

#include "wf-geo-text.h"
#include "wf-kind.h"
#include "wf-rules.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  WfEvent  *event;
  GVariant *payload;
  WfState  *state;
} Line;

typedef char *(*WordEvent) (Line *line);

/* --- parts of lines --- */

static const char *
text_of (Line       *line,
         const char *key)
{
  const char *text = wf_dict_string (line->payload, key);

  return text != NULL ? text : "";
}

/* What came with a colon: ": the text", or nothing. */
static char *
after_colon (const char *text)
{
  return text != NULL && text[0] != '\0' ? g_strdup_printf (_(": %s"), text) : g_strdup ("");
}

static char *
in_parentheses (const char *text)
{
  return text != NULL && text[0] != '\0' ? g_strdup_printf (_(" (%s)"), text) : g_strdup ("");
}

static WfEntity *
look (Line       *line,
      const char *kind,
      const char *id)
{
  return line->state != NULL && id != NULL ? wf_state_get (line->state, line->event->scope, kind, id) : NULL;
}

/* How many tasks and reports came with it. */
static char *
duties (Line *line)
{
  g_autoptr (GPtrArray) tasks = wf_dict_objects (line->payload, "tasks");
  g_autoptr (GPtrArray) reports = wf_dict_objects (line->payload, "reports");
  g_auto (GStrv) struck = wf_dict_strings (line->payload, "tasks_struck");
  GString *text = g_string_new (NULL);

  if (tasks->len > 0)
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "; %u task", "; %u tasks", tasks->len), tasks->len);
  if (reports->len > 0)
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "; %u report due", "; %u reports due", reports->len),
                            reports->len);
  if (struck[0] != NULL)
    {
      guint n = g_strv_length (struck);

      g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "; %u task struck", "; %u tasks struck", n), n);
    }

  return g_string_free (text, FALSE);
}

/* "approved by … (phone, recording 0417)" */
static char *
approval (Line *line)
{
  g_autoptr (GVariant) given = wf_dict_value (line->payload, "approval");
  const char *recording = wf_dict_string (given, "recording");
  const char *by = wf_dict_string (given, "approved_by");
  const char *way = wf_wording_value ("way", wf_dict_string (given, "way"));

  if (by == NULL)
    return g_strdup ("");
  if (recording != NULL)
    return g_strdup_printf (_("; approved by %s (%s, recording %s)"), by, way, recording);

  return g_strdup_printf (_("; approved by %s (%s)"), by, way);
}

static char *
task_name (Line *line)
{
  const char *id = wf_dict_string (line->payload, "task");
  g_autoptr (WfEntity) task = look (line, "task", id);
  const char *code = wf_entity_string (task, "code");
  const char *text = wf_entity_string (task, "text");

  if (text == NULL)
    return g_strdup (id != NULL ? id : "");

  return code != NULL ? g_strdup_printf ("%s %s", code, text) : g_strdup (text);
}

/* "first report to … by telephone" */
static char *
report_words (GVariant *report)
{
  const char *recipient = wf_dict_string (report, "recipient");

  /* Translators: a report: first, follow-up or final; to whom; by telephone or in writing. */
  return g_strdup_printf (_("%s to %s %s"), wf_wording_value ("series", wf_dict_string (report, "series")),
                          recipient != NULL ? recipient : "?",
                          wf_wording_value ("medium", wf_dict_string (report, "medium")));
}

static char *
report_name (Line *line)
{
  const char *id = wf_dict_string (line->payload, "report");
  g_autoptr (WfEntity) report = look (line, "report", id);

  return report != NULL ? report_words (wf_entity_fields (report)) : g_strdup (id != NULL ? id : "");
}

static char *
stock_name (Line *line)
{
  const char *id = wf_dict_string (line->payload, "stock");
  g_autoptr (WfEntity) stock = look (line, "stock", id);
  const char *name = wf_entity_string (stock, "name");
  const char *unit = wf_entity_string (stock, "unit");

  return g_strdup_printf ("%s %.10g %s", name != NULL ? name : id, wf_dict_double (line->payload, "quantity", 0),
                          unit != NULL ? unit : "");
}

static char *
order_name (Line *line)
{
  const char *id = wf_dict_string (line->payload, "order");
  const char *name = wf_dict_string (line->payload, "force_name");
  g_autoptr (WfEntity) order = name == NULL ? look (line, "order", id) : NULL;

  if (name == NULL)
    name = wf_entity_string (order, "force_name");

  return g_strdup (name != NULL ? name : id != NULL ? id : "");
}

static const char *
by_or_actor (Line *line)
{
  const char *by = wf_dict_string (line->payload, "by");

  return by != NULL ? by : line->event->actor != NULL ? line->event->actor : "";
}

/* --- incidents --- */

static char *
word_incident_reported (Line *line)
{
  g_autofree char *place = in_parentheses (wf_dict_string (line->payload, "place"));
  g_autofree char *more = duties (line);

  return g_strdup_printf (_("Reported: %s%s%s"), text_of (line, "title"), place, more);
}

static char *
word_incident_corrected (Line *line)
{
  g_autofree char *reason = after_colon (wf_dict_string (line->payload, "reason"));
  g_autofree char *more = duties (line);

  return g_strdup_printf (_("Details corrected%s%s"), reason, more);
}

static char *
word_incident_verified (Line *line)
{
  g_autofree char *text = after_colon (wf_dict_string (line->payload, "text"));

  /* Translators: what the verification found, whom it was verified with, and a text that brings its own colon. */
  return g_strdup_printf (_("Verified: %s, with %s%s"), wf_wording_value ("outcome", text_of (line, "outcome")),
                          text_of (line, "source"), text);
}

static char *
word_casualties (Line *line)
{
  g_autoptr (GVariant) casualties = wf_dict_value (line->payload, "casualties");
  g_autofree char *counts = wf_wording_casualties (casualties);
  const char *source = wf_dict_string (casualties, "source");

  return g_strdup_printf (_("Casualties: %s (%s)"), counts, source != NULL ? source : "?");
}

static char *
word_evacuation (Line *line)
{
  g_autoptr (GVariant) evacuation = wf_dict_value (line->payload, "evacuation");
  g_autofree char *counts = wf_wording_evacuation (evacuation);
  const char *source = wf_dict_string (evacuation, "source");

  return g_strdup_printf (_("Evacuation: %s (%s)"), counts, source != NULL ? source : "?");
}

static char *
fact_text (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? _("yes") : _("no"));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return g_strdup_printf ("%.10g", g_variant_get_double (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return g_strdup_printf ("%" G_GINT64_FORMAT, g_variant_get_int64 (value));

  return g_variant_dup_string (value, NULL);
}

/* What a plan says of a fact: what it is called, and what it is counted in. */
static GVariant *
find_fact (Line       *line,
           const char *name)
{
  g_autoptr (GPtrArray) plans = line->state != NULL
                                ? wf_state_list (line->state, line->event->scope, "plan", NULL)
                                : g_ptr_array_new ();

  for (guint i = 0; i < plans->len; i++)
    {
      g_autoptr (GPtrArray) facts = wf_entity_objects (plans->pdata[i], "facts");

      for (guint j = 0; j < facts->len; j++)
        if (g_strcmp0 (wf_dict_string (facts->pdata[j], "name"), name) == 0)
          return g_variant_ref (facts->pdata[j]);
    }

  return NULL;
}

/* 12 t, but 12人 and 12%. */
static const char *
space_before (const char *unit)
{
  return unit[0] == '%' || g_unichar_get_script (g_utf8_get_char (unit)) == G_UNICODE_SCRIPT_HAN ? "" : " ";
}

static char *
word_facts (Line *line)
{
  g_autoptr (GVariant) facts = wf_dict_value (line->payload, "facts");
  g_autoptr (GString) text = g_string_new (NULL);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, facts);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) fact = find_fact (line, key);
      const char *label = fact != NULL ? wf_dict_string (fact, "label") : wf_wording_value ("fact", key);
      const char *unit = fact != NULL ? wf_dict_string (fact, "unit") : NULL;
      g_autofree char *words = fact_text (value);

      g_string_append_printf (text, "%s%s %s", text->len > 0 ? _("; ") : "", label, words);
      if (unit != NULL && unit[0] != '\0')
        g_string_append_printf (text, "%s%s", space_before (unit), unit);
    }

  return g_strdup_printf (_("Facts: %s"), text->str);
}

static char *
word_wind (Line *line)
{
  g_autoptr (GVariant) wind = wf_dict_value (line->payload, "wind");

  return g_strdup_printf (_("Wind from %.0f°, %.1f m/s (%s)"), wf_dict_double (wind, "from_degrees", 0),
                          wf_dict_double (wind, "speed", 0), wf_dict_string (wind, "source"));
}

static char *
word_headquarters (Line *line)
{
  g_autoptr (GVariant) headquarters = wf_dict_value (line->payload, "headquarters");
  g_autofree char *commander = in_parentheses (wf_dict_string (headquarters, "commander"));

  return g_strdup_printf (_("Field headquarters: %s%s"), wf_dict_string (headquarters, "place"), commander);
}

static char *
word_graded (Line *line)
{
  const char *basis = wf_dict_string (line->payload, "basis");
  int level = (int) wf_dict_int (line->payload, "level", wf_dict_int (line->payload, "rule_level", 0));
  g_autofree char *why = after_colon (basis != NULL ? basis : wf_dict_string (line->payload, "rule_grade_basis"));
  const char *grade = wf_wording_value ("grade", text_of (line, "grade"));

  if (level > 0)
    return g_strdup_printf (_("Grade: %s, proposed %s%s"), grade, wf_wording_level (level), why);

  return g_strdup_printf (_("Grade: %s%s"), grade, why);
}

static char *
word_controlled (Line *line)
{
  g_autofree char *text = after_colon (wf_dict_string (line->payload, "text"));

  return g_strdup_printf (_("Under control%s"), text);
}

static char *
word_stepped_back (Line *line)
{
  return g_strdup_printf (_("Step back: %s → %s: %s"), wf_wording_value ("incident.state", text_of (line, "from")),
                          wf_wording_value ("incident.state", text_of (line, "to")), text_of (line, "reason"));
}

static char *
word_reviewed (Line *line)
{
  g_autofree char *by = in_parentheses (wf_dict_string (line->payload, "by"));

  return g_strdup_printf (_("Review written%s"), by);
}

static char *
word_archived (Line *line)
{
  return g_strdup (_("Archived"));
}

static char *
word_supplemented (Line *line)
{
  return g_strdup_printf (_("Supplement: %s (signed %s)"), text_of (line, "text"), text_of (line, "signed_by"));
}

/* --- response --- */

static char *
word_activated (Line *line)
{
  int level = (int) wf_dict_int (line->payload, "level", 0);
  g_autoptr (WfEntity) plan = look (line, "plan", text_of (line, "plan"));
  const char *title = wf_entity_string (plan, "title");
  g_autofree char *approved = approval (line);
  g_autofree char *more = duties (line);

  return g_strdup_printf (_("%s response activated: %s%s%s"), wf_wording_level (level),
                          title != NULL ? title : text_of (line, "plan"), approved, more);
}

static char *
word_level_changed (Line *line)
{
  int from = (int) wf_dict_int (line->payload, "from", 0);
  int level = (int) wf_dict_int (line->payload, "level", 0);
  g_autofree char *approved = approval (line);
  g_autofree char *more = duties (line);

  /* Translators: two levels, the reason, and who approved (with its own semicolon). */
  return g_strdup_printf (_("%s → %s: %s%s%s"), wf_wording_level (from), wf_wording_level (level),
                          text_of (line, "reason"), approved, more);
}

static char *
word_stood_down (Line *line)
{
  g_autofree char *approved = approval (line);
  g_autofree char *more = duties (line);

  return g_strdup_printf (_("Response stood down: %s%s%s"), text_of (line, "reason"), approved, more);
}

static char *
word_approval_signed (Line *line)
{
  return g_strdup_printf (_("Approval signed by %s"), text_of (line, "signed_by"));
}

/* --- tasks --- */

static char *
word_task_added (Line *line)
{
  g_autoptr (GVariant) task = wf_dict_value (line->payload, "task");
  g_autofree char *group = in_parentheses (wf_dict_string (task, "group"));

  return g_strdup_printf (_("Task added: %s%s"), wf_dict_string (task, "text"), group);
}

static char *
word_task_acknowledged (Line *line)
{
  g_autofree char *name = task_name (line);

  return g_strdup_printf (_("Task acknowledged: %s (%s)"), name, by_or_actor (line));
}

/* What came back, in as few words as possible. */
static char *
result_words (Line *line)
{
  g_autoptr (GVariant) result = wf_dict_value (line->payload, "result");
  const char *signer = wf_dict_string (result, "signed_by");
  g_autoptr (GString) text = g_string_new (wf_dict_string (result, "text"));

  if (wf_dict_has (result, "pair_due") && wf_dict_has (result, "pair_done"))
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, text->len > 0 ? " " : "",
                            (gint64) wf_dict_int (result, "pair_done", 0), (gint64) wf_dict_int (result, "pair_due", 0));
  if (wf_dict_has (result, "media"))
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", _("[picture]"));
  if (signer != NULL)
    g_string_append_printf (text, _(" signed %s"), signer);

  return after_colon (g_strstrip (text->str));
}

static char *
word_task_fed_back (Line *line)
{
  g_autofree char *name = task_name (line);
  g_autofree char *result = result_words (line);

  return g_strdup_printf (_("Feedback on %s%s"), name, result);
}

static char *
word_task_completed (Line *line)
{
  g_autofree char *name = task_name (line);
  g_autofree char *result = result_words (line);

  return g_strdup_printf (_("Done: %s%s"), name, result);
}

static char *
word_task_struck (Line *line)
{
  g_autofree char *name = task_name (line);

  return g_strdup_printf (_("Task struck: %s: %s"), name, text_of (line, "reason"));
}

static char *
word_task_started (Line *line)
{
  g_autoptr (GPtrArray) started = wf_dict_objects (line->payload, "started");

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u waiting task begins", "%u waiting tasks begin", started->len),
                          started->len);
}

static char *
word_task_overdue (Line *line)
{
  g_autofree char *name = task_name (line);

  return g_strdup_printf (_("Task overdue: %s"), name);
}

/* --- reports --- */

static char *
word_report_added (Line *line)
{
  g_autoptr (GVariant) report = wf_dict_value (line->payload, "report");
  g_autofree char *name = report_words (report);

  return g_strdup_printf (_("Report to be made: %s"), name);
}

static char *
word_report_sent (Line *line)
{
  g_autofree char *name = report_name (line);
  int64_t late = wf_dict_int (line->payload, "late_ms", 0);
  g_autofree char *span = wf_wording_span (late);

  if (late > 0)
    return g_strdup_printf (_("Sent: %s, taken by %s, %s late"), name, text_of (line, "taken_by"), span);

  return g_strdup_printf (_("Sent: %s, taken by %s"), name, text_of (line, "taken_by"));
}

static char *
word_report_struck (Line *line)
{
  g_autofree char *name = report_name (line);

  return g_strdup_printf (_("Report struck: %s: %s"), name, text_of (line, "reason"));
}

static char *
word_report_overdue (Line *line)
{
  g_autofree char *name = report_name (line);

  return g_strdup_printf (_("Report overdue: %s"), name);
}

/* --- orders and stock --- */

static char *
item_list (Line *line)
{
  g_autoptr (GPtrArray) items = wf_dict_objects (line->payload, "items");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    {
      const char *unit = wf_dict_string (items->pdata[i], "unit");

      g_string_append_printf (text, "%s%s %.10g %s", i > 0 ? _("; ") : "", wf_dict_string (items->pdata[i], "name"),
                              wf_dict_double (items->pdata[i], "quantity", 0), unit != NULL ? unit : "");
    }

  return after_colon (text->len > 0 ? text->str : wf_dict_string (line->payload, "text"));
}

static char *
word_order_issued (Line *line)
{
  g_autofree char *what = item_list (line);
  const char *kind = wf_wording_value ("order.kind", text_of (line, "kind"));

  if (wf_dict_bool (line->payload, "first_dispatch"))
    return g_strdup_printf (_("First dispatch (%s): %s%s"), kind, text_of (line, "force_name"), what);

  return g_strdup_printf (_("Ordered (%s): %s%s"), kind, text_of (line, "force_name"), what);
}

static char *
word_order_stepped (Line *line)
{
  g_autofree char *name = order_name (line);
  g_autofree char *text = after_colon (wf_dict_string (line->payload, "text"));

  /* Translators: a force, the step that it reports, and a text that brings its own colon. */
  return g_strdup_printf (_("%s: %s%s"), name, wf_wording_value ("order.state", text_of (line, "step")), text);
}

static char *
word_order_overdue (Line *line)
{
  g_autofree char *name = order_name (line);

  return g_strdup_printf (_("%s has not acknowledged the order"), name);
}

static char *
word_stock_reserved (Line *line)
{
  g_autofree char *name = stock_name (line);

  return g_strdup_printf (_("Reserved: %s"), name);
}

static char *
word_stock_released (Line *line)
{
  g_autofree char *name = stock_name (line);

  return g_strdup_printf (_("Reservation let go: %s"), name);
}

/* --- registry, log, media, exercises --- */

static char *
word_registry_entered (Line *line)
{
  g_autoptr (GPtrArray) entities = wf_dict_objects (line->payload, "entities");
  g_autoptr (GVariant) fields = entities->len > 0 ? wf_dict_value (entities->pdata[0], "fields") : NULL;
  const char *name = wf_dict_string (fields, "name");

  if (name == NULL)
    name = wf_dict_string (fields, "title");
  if (entities->len == 1 && name != NULL)
    return g_strdup_printf (_("Registry: %s %s"), wf_wording_kind (wf_dict_string (entities->pdata[0], "kind")), name);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Registry: %u entry", "Registry: %u entries", entities->len),
                          entities->len);
}

static char *
word_log_added (Line *line)
{
  const char *kind = wf_wording_value ("log.kind", text_of (line, "kind"));
  const char *with = wf_dict_string (line->payload, "with");
  g_autofree char *other = in_parentheses (with);

  if (wf_dict_bool (line->payload, "late"))
    return g_strdup_printf (_("%s%s, entered late: %s"), kind, other, text_of (line, "text"));

  return g_strdup_printf (_("%s%s: %s"), kind, other, text_of (line, "text"));
}

static char *
word_log_struck (Line *line)
{
  return g_strdup_printf (_("Log entry struck: %s"), text_of (line, "reason"));
}

static char *
word_medium_attached (Line *line)
{
  const char *source = wf_dict_string (line->payload, "source");
  const char *name = wf_dict_string (line->payload, "name");
  g_autoptr (WfEntity) unit = look (line, "unit", source);
  const char *of = wf_entity_string (unit, "name");
  g_autofree char *from = in_parentheses (of != NULL ? of : source);

  if (wf_dict_has (line->payload, "duration"))
    {
      g_autofree char *span = wf_wording_span (wf_dict_int (line->payload, "duration", 0));

      /* TRANSLATORS: a recording of a video link: its name, the unit in parentheses, how long it is */
      return g_strdup_printf (_("Recording: %s%s, %s"), name != NULL ? name : text_of (line, "type"), from, span);
    }

  return g_strdup_printf (_("Attached: %s%s"), name != NULL ? name : text_of (line, "type"), from);
}

/* "fire line “North flank”" */
static char *
plot_name (Line *line)
{
  g_autoptr (WfEntity) plot = look (line, "plot", wf_dict_string (line->payload, "plot"));
  const char *type = wf_dict_string (line->payload, "type");
  const char *label = wf_dict_string (line->payload, "label");

  if (type == NULL)
    type = wf_entity_string (plot, "type");
  if (label == NULL)
    label = wf_entity_string (plot, "label");
  if (type == NULL)
    return g_strdup (text_of (line, "plot"));
  if (label == NULL)
    return g_strdup (wf_wording_value ("plot.type", type));

  /* Translators: what is drawn on the map and its label, such as: fire line “North flank”. */
  return g_strdup_printf (_("%s “%s”"), wf_wording_value ("plot.type", type), label);
}

/* What a danger zone rests on: how dangerous, of what, how much, by which model. */
static char *
danger_words (GVariant *zone)
{
  static const char *const keys[] = { "substance", "amount", "model" };
  const char *danger = wf_dict_string (zone, "danger");
  GString *text = g_string_new (NULL);

  if (danger != NULL)
    g_string_append_printf (text, _(": %s"), wf_wording_value ("danger", danger));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (wf_dict_string (zone, keys[i]) != NULL)
      g_string_append_printf (text, " · %s", wf_dict_string (zone, keys[i]));

  return g_string_free (text, FALSE);
}

static char *
word_plot_drawn (Line *line)
{
  g_autofree char *name = plot_name (line);
  g_autofree char *danger = danger_words (line->payload);
  double radius = wf_dict_double (line->payload, "radius_m", 0);
  g_autofree char *distance = radius > 0 ? wf_geo_format_distance (radius) : NULL;
  g_autofree char *size = distance != NULL ? g_strdup_printf (_(", radius %s"), distance) : g_strdup ("");

  return g_strdup_printf (_("Drawn on the map: %s%s%s"), name, size, danger);
}

static char *
word_plot_changed (Line *line)
{
  g_autofree char *name = plot_name (line);
  g_autofree char *reason = after_colon (wf_dict_string (line->payload, "reason"));

  return g_strdup_printf (_("Drawing changed: %s%s"), name, reason);
}

static char *
word_plot_struck (Line *line)
{
  g_autofree char *name = plot_name (line);

  return g_strdup_printf (_("Drawing struck: %s: %s"), name, text_of (line, "reason"));
}

static char *
word_plot_restored (Line *line)
{
  g_autofree char *name = plot_name (line);

  return g_strdup_printf (_("Drawing holds again: %s"), name);
}

static char *
word_erased (Line *line)
{
  return g_strdup_printf (_("Lawfully erased by authority of %s: %s"), text_of (line, "authority"), text_of (line, "reason"));
}

static char *
word_crossing_raised (Line *line)
{
  g_autofree char *name = plot_name (line);
  gboolean entered = strcmp (text_of (line, "way"), "entered") == 0;
  gboolean drawn = wf_dict_bool (line->payload, "drawn");
  const char *unit = text_of (line, "unit_name");

  /* Translators: a unit's name, and what is drawn on the map, such as: danger zone “Tank 3”. */
  if (entered)
    return g_strdup_printf (drawn ? _("%s stands in what was drawn: %s") : _("%s has entered: %s"), unit, name);

  return g_strdup_printf (drawn ? _("%s is outside of what was changed: %s") : _("%s has left: %s"), unit, name);
}

static char *
word_crossing_acknowledged (Line *line)
{
  g_autoptr (WfEntity) crossing = look (line, "crossing", text_of (line, "crossing"));
  g_autofree char *by = in_parentheses (wf_dict_string (line->payload, "by"));
  g_autofree char *note = after_colon (wf_dict_string (line->payload, "note"));
  const char *unit = wf_entity_string (crossing, "unit_name");

  return g_strdup_printf (_("Crossing acknowledged: %s%s%s"), unit != NULL ? unit : text_of (line, "crossing"), by, note);
}

static char *
word_exercise_opened (Line *line)
{
  return g_strdup_printf (_("Exercise opened: %s"), text_of (line, "name"));
}

static char *
word_exercise_clock (Line *line)
{
  double rate = wf_dict_double (line->payload, "clock_rate", 1);

  return rate > 0 ? g_strdup_printf (_("Exercise clock runs at %.10g×"), rate) : g_strdup (_("Exercise clock paused"));
}

static char *
word_exercise_ended (Line *line)
{
  g_autofree char *reason = after_colon (wf_dict_string (line->payload, "reason"));

  return g_strdup_printf (_("Exercise ended%s"), reason);
}

static char *
word_track_closed (Line *line)
{
  g_autoptr (GPtrArray) segments = wf_dict_objects (line->payload, "segments");

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Track of %u unit sealed", "Tracks of %u units sealed", segments->len),
                          segments->len);
}

static char *
word_user_added (Line *line)
{
  return g_strdup_printf (_("Account opened: %s (%s), %s"), text_of (line, "name"), text_of (line, "user"),
                          wf_wording_value ("role", text_of (line, "role")));
}

static char *
word_user_changed (Line *line)
{
  const char *role = wf_dict_string (line->payload, "role");

  if (wf_dict_bool (line->payload, "active"))
    return g_strdup_printf (_("Account opened again: %s"), text_of (line, "user"));
  if (role != NULL)
    return g_strdup_printf (_("Account changed: %s is now %s"), text_of (line, "user"), wf_wording_value ("role", role));

  return g_strdup_printf (_("Account changed: %s"), text_of (line, "user"));
}

static char *
word_user_disabled (Line *line)
{
  return g_strdup_printf (_("Account disabled: %s: %s"), text_of (line, "user"), text_of (line, "reason"));
}

static const struct
{
  const char *type;
  const char *kind;
  WordEvent   word;
} lines[] = {
  { "approval.signed", NC_ ("journal", "Approval"), word_approval_signed },
  { "crossing.acknowledged", NC_ ("journal", "Map"), word_crossing_acknowledged },
  { "crossing.raised", NC_ ("journal", "Alarm"), word_crossing_raised },
  { "exercise.clock_set", NC_ ("journal", "Exercise"), word_exercise_clock },
  { "exercise.ended", NC_ ("journal", "Exercise"), word_exercise_ended },
  { "exercise.opened", NC_ ("journal", "Exercise"), word_exercise_opened },
  { "incident.archived", NC_ ("journal", "Archive"), word_archived },
  { "incident.casualties_counted", NC_ ("journal", "Casualties"), word_casualties },
  { "incident.controlled", NC_ ("journal", "State"), word_controlled },
  { "incident.corrected", NC_ ("journal", "Facts"), word_incident_corrected },
  { "incident.evacuation_counted", NC_ ("journal", "Evacuation"), word_evacuation },
  { "incident.facts_stated", NC_ ("journal", "Facts"), word_facts },
  { "incident.graded", NC_ ("journal", "Assessment"), word_graded },
  { "incident.headquarters_set", NC_ ("journal", "Headquarters"), word_headquarters },
  { "incident.reported", NC_ ("journal", "Intake"), word_incident_reported },
  { "incident.reviewed", NC_ ("journal", "Review"), word_reviewed },
  { "incident.stepped_back", NC_ ("journal", "State"), word_stepped_back },
  { "incident.supplemented", NC_ ("journal", "Archive"), word_supplemented },
  { "incident.verified", NC_ ("journal", "Verification"), word_incident_verified },
  { "incident.wind_measured", NC_ ("journal", "Weather"), word_wind },
  { "journal.erased", NC_ ("journal", "Erasure"), word_erased },
  { "log.added", NC_ ("journal", "Log"), word_log_added },
  { "log.struck", NC_ ("journal", "Log"), word_log_struck },
  { "medium.attached", NC_ ("journal", "Media"), word_medium_attached },
  { "order.became_overdue", NC_ ("journal", "Overdue"), word_order_overdue },
  { "order.issued", NC_ ("journal", "Order"), word_order_issued },
  { "order.stepped", NC_ ("journal", "Order"), word_order_stepped },
  { "plot.changed", NC_ ("journal", "Map"), word_plot_changed },
  { "plot.drawn", NC_ ("journal", "Map"), word_plot_drawn },
  { "plot.restored", NC_ ("journal", "Map"), word_plot_restored },
  { "plot.struck", NC_ ("journal", "Map"), word_plot_struck },
  { "registry.entered", NC_ ("journal", "Registry"), word_registry_entered },
  { "report.added", NC_ ("journal", "Report"), word_report_added },
  { "report.became_overdue", NC_ ("journal", "Overdue"), word_report_overdue },
  { "report.sent", NC_ ("journal", "Report"), word_report_sent },
  { "report.struck", NC_ ("journal", "Report"), word_report_struck },
  { "response.activated", NC_ ("journal", "Response"), word_activated },
  { "response.level_changed", NC_ ("journal", "Response"), word_level_changed },
  { "response.stood_down", NC_ ("journal", "Response"), word_stood_down },
  { "stock.released", NC_ ("journal", "Stock"), word_stock_released },
  { "stock.reserved", NC_ ("journal", "Stock"), word_stock_reserved },
  { "task.acknowledged", NC_ ("journal", "Task"), word_task_acknowledged },
  { "task.added", NC_ ("journal", "Task"), word_task_added },
  { "task.became_overdue", NC_ ("journal", "Overdue"), word_task_overdue },
  { "task.completed", NC_ ("journal", "Task"), word_task_completed },
  { "task.fed_back", NC_ ("journal", "Task"), word_task_fed_back },
  { "task.started", NC_ ("journal", "Task"), word_task_started },
  { "task.struck", NC_ ("journal", "Task"), word_task_struck },
  { "track.closed", NC_ ("journal", "Track"), word_track_closed },
  { "user.added", NC_ ("journal", "Account"), word_user_added },
  { "user.changed", NC_ ("journal", "Account"), word_user_changed },
  { "user.disabled", NC_ ("journal", "Account"), word_user_disabled },
};

/**
 * wf_wording_event:
 * @event: an event
 * @state: (nullable): where names are looked up
 *
 * Says in one line what happened, in the language of this program. It reads the names as they are now.
 *
 * Returns: (transfer full): the line
 */
char *
wf_wording_event (WfEvent *event,
                  WfState *state)
{
  g_return_val_if_fail (event != NULL, NULL);

  if (event->payload == NULL)
    return g_strdup (_("Not for your eyes, or erased by law"));

  g_autoptr (GVariant) payload = wf_rules_upcast (event->type, event->type_version, event->payload, NULL);
  Line line = { event, payload, state };

  for (gsize i = 0; payload != NULL && i < G_N_ELEMENTS (lines); i++)
    if (strcmp (lines[i].type, event->type) == 0)
      {
        char *text = lines[i].word (&line);

        /* One line is one line, whatever people wrote. */
        return g_strdelimit (text, "\n\t", ' ');
      }

  return g_strdup_printf (_("Not known to this program: %s"), event->type);
}

/**
 * wf_wording_event_kind:
 * @event: an event
 *
 * Returns: (transfer none): a word for what sort of event it is, in the language of this program
 */
const char *
wf_wording_event_kind (WfEvent *event)
{
  g_return_val_if_fail (event != NULL, "");

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (strcmp (lines[i].type, event->type) == 0)
      return g_dpgettext2 (GETTEXT_PACKAGE, "journal", lines[i].kind);

  return event->type;
}
