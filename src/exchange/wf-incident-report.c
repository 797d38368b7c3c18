/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-exchange"

#include "config.h"

#include "wf-incident-report.h"

#include "wf-event.h"
#include "wf-kind.h"
#include "wf-time.h"
#include "wf-wording.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  int64_t at;
  char   *kind;
  char   *text;
} Line;

typedef struct
{
  GBytes *bytes;
  char   *caption;
} Picture;

/**
 * WfIncidentReport:
 *
 * Everything that the printed report of an incident says, copied from the state when it is made: from then on it never
 * changes (but for the pictures, which are handed in before it is set) and can be set as pages by any thread.
 */
struct _WfIncidentReport
{
  GObject    parent_instance;

  WfEntity  *incident;
  char      *centre;
  char      *exercise;     /* its name, or NULL for what is real */
  char      *class_name;
  char      *plan_title;
  GPtrArray *tasks;
  GPtrArray *orders;
  GPtrArray *reports;
  GPtrArray *reservations; /* of WfEntity */
  GHashTable *stock;       /* id → WfEntity */
  GArray    *lines;
  int64_t    last_number;
  char      *last_hash;
  int64_t    now;
  GBytes    *map;
  char      *map_caption;
  GArray    *pictures;
};

G_DEFINE_FINAL_TYPE (WfIncidentReport, wf_incident_report, G_TYPE_OBJECT)

static void
line_clear (gpointer data)
{
  Line *line = data;

  g_free (line->kind);
  g_free (line->text);
}

static void
picture_clear (gpointer data)
{
  Picture *picture = data;

  g_bytes_unref (picture->bytes);
  g_free (picture->caption);
}

static void
wf_incident_report_finalize (GObject *object)
{
  WfIncidentReport *self = WF_INCIDENT_REPORT (object);

  g_clear_pointer (&self->incident, wf_entity_unref);
  g_free (self->centre);
  g_free (self->exercise);
  g_free (self->class_name);
  g_free (self->plan_title);
  g_clear_pointer (&self->tasks, g_ptr_array_unref);
  g_clear_pointer (&self->orders, g_ptr_array_unref);
  g_clear_pointer (&self->reports, g_ptr_array_unref);
  g_clear_pointer (&self->reservations, g_ptr_array_unref);
  g_clear_pointer (&self->stock, g_hash_table_unref);
  g_clear_pointer (&self->lines, g_array_unref);
  g_free (self->last_hash);
  g_clear_pointer (&self->map, g_bytes_unref);
  g_free (self->map_caption);
  g_clear_pointer (&self->pictures, g_array_unref);

  G_OBJECT_CLASS (wf_incident_report_parent_class)->finalize (object);
}

static void
wf_incident_report_class_init (WfIncidentReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_incident_report_finalize;
}

static void
wf_incident_report_init (WfIncidentReport *self)
{
  self->lines = g_array_new (FALSE, TRUE, sizeof (Line));
  g_array_set_clear_func (self->lines, line_clear);
  self->pictures = g_array_new (FALSE, TRUE, sizeof (Picture));
  g_array_set_clear_func (self->pictures, picture_clear);
  self->stock = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wf_entity_unref);
}

/* --- taking the copy --- */

static int
by_due (gconstpointer a,
        gconstpointer b)
{
  WfEntity *left = *(WfEntity **) a;
  WfEntity *right = *(WfEntity **) b;
  int64_t l = wf_entity_time (left, "due");
  int64_t r = wf_entity_time (right, "due");

  if (l != r)
    return l == 0 ? 1 : r == 0 ? -1 : l < r ? -1 : 1;

  return strcmp (wf_entity_id (left), wf_entity_id (right));
}

static int
by_ordered_at (gconstpointer a,
               gconstpointer b)
{
  int64_t l = wf_entity_time (*(WfEntity **) a, "ordered_at");
  int64_t r = wf_entity_time (*(WfEntity **) b, "ordered_at");

  return l < r ? -1 : l > r;
}

static void
copy_lines (WfIncidentReport *self,
            WfState          *state,
            GPtrArray        *events)
{
  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (events, i);
      Line line = {
        event->occurred_at,
        g_strdup (wf_wording_event_kind (event)),
        event->payload != NULL ? wf_wording_event (event, state) : g_strdup (_("(withheld)")),
      };

      g_array_append_val (self->lines, line);

      if (event->number > self->last_number)
        {
          self->last_number = event->number;
          g_free (self->last_hash);
          self->last_hash = g_strdup (event->hash);
        }
    }
}

static void
copy_stock (WfIncidentReport *self,
            WfState          *state,
            const char       *scope)
{
  for (guint i = 0; i < self->reservations->len; i++)
    {
      const char *id = wf_entity_string (g_ptr_array_index (self->reservations, i), "stock");
      g_autoptr (WfEntity) stock = id != NULL ? wf_state_get (state, scope, "stock", id) : NULL;

      if (stock != NULL)
        g_hash_table_insert (self->stock, g_strdup (id), g_steal_pointer (&stock));
    }
}

static char *
class_name (WfState    *state,
            const char *scope,
            const char *code)
{
  if (code == NULL)
    return NULL;

  g_autoptr (GPtrArray) classes = wf_state_list (state, scope, "incident_class", NULL);

  for (guint i = 0; i < classes->len; i++)
    if (wf_entity_is (g_ptr_array_index (classes, i), "code", code))
      return g_strdup (wf_entity_string (g_ptr_array_index (classes, i), "name"));

  return g_strdup (code);
}

/**
 * wf_incident_report_new:
 * @state: the state, which is only read now
 * @scope: the scope
 * @incident: the incident's id
 * @events: (element-type WfEvent) (nullable): its story from the journal, oldest first
 * @now: the time on the scope's clock
 *
 * Copies what the report says. Call it on the thread that owns @state.
 *
 * Returns: (transfer full) (nullable): the report, or %NULL if there is no such incident
 */
WfIncidentReport *
wf_incident_report_new (WfState    *state,
                        const char *scope,
                        const char *incident,
                        GPtrArray  *events,
                        int64_t     now)
{
  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (scope != NULL && incident != NULL, NULL);

  g_autoptr (WfEntity) entity = wf_state_get (state, scope, "incident", incident);

  if (entity == NULL)
    return NULL;

  WfIncidentReport *self = g_object_new (WF_TYPE_INCIDENT_REPORT, NULL);
  g_autoptr (WfEntity) centre = wf_state_get (state, scope, "centre", "centre");
  const char *plan_id = wf_entity_string (entity, "plan");
  g_autoptr (WfEntity) plan = plan_id != NULL ? wf_state_get (state, scope, "plan", plan_id) : NULL;

  self->incident = wf_entity_ref (entity);
  self->centre = g_strdup (wf_entity_string (centre, "name"));
  self->class_name = class_name (state, scope, wf_entity_string (entity, "class"));
  self->plan_title = g_strdup (wf_entity_string (plan, "title"));
  self->tasks = wf_state_list (state, scope, "task", incident);
  self->orders = wf_state_list (state, scope, "order", incident);
  self->reports = wf_state_list (state, scope, "report", incident);
  self->reservations = wf_state_list (state, scope, "reservation", incident);
  self->now = now;
  g_ptr_array_sort (self->tasks, by_due);
  g_ptr_array_sort (self->reports, by_due);
  g_ptr_array_sort (self->orders, by_ordered_at);
  copy_stock (self, state, scope);

  if (strcmp (scope, WF_LIVE) != 0)
    {
      g_autoptr (WfEntity) exercise = wf_state_get (state, scope, "exercise", scope);

      self->exercise = g_strdup (exercise != NULL ? wf_entity_string (exercise, "name") : scope);
    }

  copy_lines (self, state, events);
  return self;
}

/**
 * wf_incident_report_set_map:
 * @self: a report
 * @png: a picture of the map
 * @caption: what it shows and when
 */
void
wf_incident_report_set_map (WfIncidentReport *self,
                            GBytes           *png,
                            const char       *caption)
{
  g_return_if_fail (WF_IS_INCIDENT_REPORT (self));

  g_clear_pointer (&self->map, g_bytes_unref);
  self->map = png != NULL ? g_bytes_ref (png) : NULL;
  g_free (self->map_caption);
  self->map_caption = g_strdup (caption);
}

/**
 * wf_incident_report_add_picture:
 * @self: a report
 * @picture: a PNG or JPEG file
 * @caption: what it shows, from where, when
 */
void
wf_incident_report_add_picture (WfIncidentReport *self,
                                GBytes           *picture,
                                const char       *caption)
{
  g_return_if_fail (WF_IS_INCIDENT_REPORT (self));
  g_return_if_fail (picture != NULL);

  Picture copy = { g_bytes_ref (picture), g_strdup (caption) };
  g_array_append_val (self->pictures, copy);
}

/**
 * wf_incident_report_title:
 * @self: a report
 *
 * Returns: (transfer full): the title, such as 关于九原工业园区液氨储罐泄漏的报告
 */
char *
wf_incident_report_title (WfIncidentReport *self)
{
  g_return_val_if_fail (WF_IS_INCIDENT_REPORT (self), NULL);

  const char *title = wf_entity_string (self->incident, "title");
  const char *place = wf_entity_string (self->incident, "place");

  /* A title such as "三岔口险工坍岸" that names the place already does not get it twice. */
  if (place == NULL || strstr (title, place) != NULL)
    return g_strdup_printf (C_("incident report", "Report on %s"), title);

  /* Translators: place, what happened */
  return g_strdup_printf (C_("incident report", "Report on %2$s at %1$s"), place, title);
}

/**
 * wf_incident_report_file_name:
 * @self: a report
 *
 * Returns: (transfer full): a name for the file, without a folder
 */
char *
wf_incident_report_file_name (WfIncidentReport *self)
{
  g_return_val_if_fail (WF_IS_INCIDENT_REPORT (self), NULL);

  g_autofree char *when = wf_time_format_local (wf_entity_time (self->incident, "t0"), "%Y%m%d-%H%M");
  g_autofree char *title = g_strdup (wf_entity_string (self->incident, "title"));

  /* Title comes from people: nothing in it may name another folder, or trouble a file system. */
  g_strdelimit (title, "/\\:*?\"<>|\n\r\t", '-');
  if (title[0] == '.')
    title[0] = '-';

  const char *mark = self->exercise != NULL ? C_("scope", "Drill") : NULL;
  return mark != NULL ? g_strdup_printf ("%s %s %s.pdf", when, mark, title) : g_strdup_printf ("%s %s.pdf", when, title);
}

/* --- setting it --- */

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
      const Line *line = &g_array_index (self->lines, Line, i);
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
  g_autofree char *amount = g_strdup_printf ("%g %s", quantity, unit != NULL ? unit : "");

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
      const Picture *picture = &g_array_index (self->pictures, Picture, i);

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

/**
 * wf_incident_report_to_pdf:
 * @self: a report
 * @error: return location
 *
 * Sets the report and writes it as PDF. May run on any thread, one at a time.
 *
 * Returns: (transfer full) (nullable): a PDF file
 */
GBytes *
wf_incident_report_to_pdf (WfIncidentReport  *self,
                           GError           **error)
{
  g_return_val_if_fail (WF_IS_INCIDENT_REPORT (self), NULL);

  g_autoptr (WfSheets) pages = wf_incident_report_set (self);
  g_autofree char *title = wf_incident_report_title (self);

  return wf_sheets_to_pdf (pages, title, self->centre, error);
}

static void
to_pdf_thread (GTask        *task,
               gpointer      source,
               gpointer      task_data,
               GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *bytes = wf_incident_report_to_pdf (source, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * wf_incident_report_to_pdf_async:
 * @self: a report, which must not be changed any more
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is done
 * @data: data for @callback
 *
 * As wf_incident_report_to_pdf(), in a thread.
 */
void
wf_incident_report_to_pdf_async (WfIncidentReport    *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             data)
{
  g_return_if_fail (WF_IS_INCIDENT_REPORT (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_incident_report_to_pdf_async);
  wf_task_run_in_thread (task, to_pdf_thread);
}

/**
 * wf_incident_report_to_pdf_finish:
 * @self: the report
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a PDF file
 */
GBytes *
wf_incident_report_to_pdf_finish (WfIncidentReport  *self,
                                  GAsyncResult      *result,
                                  GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
