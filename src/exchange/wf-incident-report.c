/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-exchange"

#include "config.h"

#include "wf-incident-report-private.h"

#include "wf-event.h"
#include "wf-kind.h"
#include "wf-time.h"
#include "wf-wording.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (WfIncidentReport, wf_incident_report, G_TYPE_OBJECT)

static void
line_clear (gpointer data)
{
  WfReportLine *line = data;

  g_free (line->kind);
  g_free (line->text);
}

static void
picture_clear (gpointer data)
{
  WfReportPicture *picture = data;

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
  self->lines = g_array_new (FALSE, TRUE, sizeof (WfReportLine));
  g_array_set_clear_func (self->lines, line_clear);
  self->pictures = g_array_new (FALSE, TRUE, sizeof (WfReportPicture));
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
      WfReportLine line = {
        wf_event_happened_at (event),
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

  WfReportPicture copy = { g_bytes_ref (picture), g_strdup (caption) };
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
