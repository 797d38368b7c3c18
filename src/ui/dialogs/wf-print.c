/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-print.h"

#include "wf-dialog.h"
#include "wf-incident-report.h"
#include "wf-map-view.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <string.h>

/* A report shows what proves something, not every picture that was taken. */
#define MOST_PICTURES 8

#define MAP_WIDTH 1200
#define MAP_HEIGHT 780
#define MAP_ZOOM 14

/* One report on its way: pictures are fetched one after the other, then it is set in a thread and saved. */
typedef struct
{
  WfWindow         *window; /* (owned) */
  WfSession        *session; /* (owned) */
  WfIncidentReport *report; /* (owned) */
  WfEntity         *incident; /* (owned) */
  GPtrArray        *media;  /* of WfEntity, not yet fetched */
  GBytes           *pdf;    /* (owned) (nullable) */
  GFile            *file;   /* (owned) (nullable) */
  WfDialog         *dialog; /* (nullable) */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->window);
  g_clear_object (&job->session);
  g_clear_object (&job->report);
  g_clear_pointer (&job->incident, wf_entity_unref);
  g_clear_pointer (&job->media, g_ptr_array_unref);
  g_clear_pointer (&job->pdf, g_bytes_unref);
  g_clear_object (&job->file);
  g_free (job);
}

/* --- print --- */

static void
draw_page_cb (GtkPrintOperation *operation,
              GtkPrintContext   *context,
              int                page,
              WfSheets          *sheets)
{
  wf_sheets_draw (sheets, gtk_print_context_get_cairo_context (context), (guint) page);
}

static void
print_done_cb (GtkPrintOperation       *operation,
               GtkPrintOperationResult  result,
               WfDialog                *dialog)
{
  g_autoptr (GError) error = NULL;

  gtk_print_operation_get_error (operation, &error);
  if (error != NULL)
    wf_dialog_show_trouble (dialog, error->message);
}

static void
print_cb (WfDialog *dialog,
          Job      *job)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) setup = gtk_page_setup_new ();
  GtkPaperSize *paper = gtk_paper_size_new (GTK_PAPER_NAME_A4);
  WfSheets *sheets = wf_incident_report_set (job->report);
  g_autofree char *title = wf_incident_report_title (job->report);
  g_autoptr (GError) error = NULL;

  gtk_page_setup_set_paper_size (setup, paper);
  gtk_paper_size_free (paper);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_job_name (operation, title);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_use_full_page (operation, TRUE);
  gtk_print_operation_set_n_pages (operation, (int) wf_sheets_count (sheets));
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_object_set_data_full (G_OBJECT (operation), "sheets", sheets, (GDestroyNotify) wf_sheets_free);
  g_signal_connect (operation, "draw-page", G_CALLBACK (draw_page_cb), sheets);
  g_signal_connect_object (operation, "done", G_CALLBACK (print_done_cb), dialog, 0);

  if (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, GTK_WINDOW (dialog), &error) ==
      GTK_PRINT_OPERATION_RESULT_ERROR)
    wf_dialog_show_trouble (dialog, error->message);
}

/* --- save elsewhere --- */

static void
copy_saved_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (WfDialog) dialog = data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    {
      wf_dialog_show_trouble (dialog, error->message);
      return;
    }

  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (dialog));
  g_autofree char *path = g_file_get_parse_name (G_FILE (object));
  g_autofree char *text = g_strdup_printf (_("Saved as %s"), path);

  if (WF_IS_WINDOW (parent))
    wf_window_toast (WF_WINDOW (parent), text);
}

static void
save_response_cb (GtkNativeDialog *chooser,
                  int              response,
                  WfDialog        *dialog)
{
  Job *job = g_object_get_data (G_OBJECT (dialog), "print");

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

      g_file_replace_contents_bytes_async (file, job->pdf, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL,
                                           copy_saved_cb, g_object_ref (dialog));
    }

  g_object_unref (chooser);
}

static void
save_cb (GtkButton *button,
         WfDialog  *dialog)
{
  Job *job = g_object_get_data (G_OBJECT (dialog), "print");
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_("Save the report"), GTK_WINDOW (dialog),
                                                               GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  g_autofree char *name = wf_incident_report_file_name (job->report);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  g_signal_connect_object (chooser, "response", G_CALLBACK (save_response_cb), dialog, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
open_cb (GtkButton *button,
         WfDialog  *dialog)
{
  Job *job = g_object_get_data (G_OBJECT (dialog), "print");
  g_autofree char *uri = g_file_get_uri (job->file);

  gtk_show_uri (GTK_WINDOW (dialog), uri, GDK_CURRENT_TIME);
}

/* --- the way there --- */

static void
offer (Job *job)
{
  WfContext *context = wf_window_get_context (job->window);
  WfDialog *dialog = wf_dialog_new (context, wf_entity_id (job->incident), _("Report for print"), _("Print…"));
  GtkWidget *save = gtk_button_new_with_label (_("Save a copy…"));
  GtkWidget *open = gtk_button_new_with_label (_("Open"));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  job->dialog = dialog;
  if (job->file != NULL)
    {
      g_autofree char *path = g_file_get_parse_name (job->file);
      g_autofree char *text = g_strdup_printf (_("Saved as %s"), path);
      GtkLabel *label = wf_dialog_add_note (dialog, text);

      gtk_label_set_selectable (label, TRUE);
      wf_window_toast (job->window, text);
    }
  else
    {
      wf_dialog_show_trouble (dialog, _("The report could not be saved in the documents folder; save a copy elsewhere."));
    }

  gtk_box_append (GTK_BOX (box), save);
  gtk_box_append (GTK_BOX (box), open);
  gtk_widget_set_sensitive (open, job->file != NULL);
  wf_dialog_add (dialog, box);
  g_signal_connect (save, "clicked", G_CALLBACK (save_cb), dialog);
  g_signal_connect (open, "clicked", G_CALLBACK (open_cb), dialog);
  g_signal_connect (dialog, "confirm", G_CALLBACK (print_cb), job);
  g_object_set_data_full (G_OBJECT (dialog), "print", job, job_free);
  /* A path takes two lines, which nobody knows before it is laid out. */
  gtk_window_set_default_size (GTK_WINDOW (dialog), 640, 190);
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (job->window));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
saved_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    {
      g_warning ("the report could not be saved: %s", error->message);
      g_clear_object (&job->file);
    }

  offer (job);
}

/* The folder is made by a thread: the home may lie on a server that is slow just now. */
static void
make_folder_thread (GTask        *task,
                    gpointer      source,
                    gpointer      task_data,
                    GCancellable *cancellable)
{
  g_autoptr (GFile) folder = g_file_get_parent (G_FILE (task_data));
  g_autoptr (GError) error = NULL;

  if (!g_file_make_directory_with_parents (folder, NULL, &error) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
folder_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_warning ("the folder for reports cannot be made: %s", error->message);
      g_clear_object (&job->file);
      offer (job);
      return;
    }

  g_file_replace_contents_bytes_async (job->file, job->pdf, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL,
                                       saved_cb, job);
}

static GFile *
default_file (WfIncidentReport *report)
{
  const char *documents = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  g_autofree char *fallback = g_build_filename (g_get_home_dir (), "Documents", NULL);
  g_autofree char *name = wf_incident_report_file_name (report);

  return g_file_new_build_filename (documents != NULL ? documents : fallback, "Watchfire", name, NULL);
}

static void
pdf_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;

  job->pdf = wf_incident_report_to_pdf_finish (job->report, result, &error);
  if (job->pdf == NULL)
    {
      wf_window_toast (job->window, error->message);
      job_free (job);
      return;
    }

  job->file = default_file (job->report);
  task = g_task_new (NULL, NULL, folder_cb, job);
  g_task_set_source_tag (task, pdf_cb);
  g_task_set_task_data (task, g_object_ref (job->file), g_object_unref);
  wf_task_run_in_thread (task, make_folder_thread);
}

static void fetch_next (Job *job);

static void
fetched_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  Job *job = data;
  g_autoptr (WfEntity) medium = g_ptr_array_steal_index (job->media, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = wf_session_fetch_finish (WF_SESSION (object), result, &error);
  const char *source = wf_entity_string (medium, "source");
  const char *name = wf_entity_string (medium, "name");
  g_autofree char *at = wf_entity_time (medium, "taken_at") != 0
                        ? wf_time_format_local (wf_entity_time (medium, "taken_at"), "%F %T") : g_strdup ("");
  g_autofree char *caption = wf_ui_join (" · ", source != NULL ? source : "", name != NULL ? name : "", at, NULL);

  if (bytes != NULL)
    wf_incident_report_add_picture (job->report, bytes, caption);
  else
    g_warning ("a picture for the report cannot be had: %s", error->message);

  fetch_next (job);
}

static void
fetch_next (Job *job)
{
  if (job->media->len == 0)
    {
      wf_incident_report_to_pdf_async (job->report, NULL, pdf_cb, job);
      return;
    }

  wf_session_fetch_async (job->session, wf_entity_string (job->media->pdata[0], "digest"), NULL, fetched_cb, job);
}

static void
map_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png = wf_map_view_render_image_finish (WF_MAP_VIEW (object), result, &error);
  g_autofree char *at = wf_time_format_local (wf_session_scope_now (job->session), "%F %T");
  g_autofree char *caption = g_strdup_printf (_("The incident on the map, %s"), at);

  if (png != NULL)
    wf_incident_report_set_map (job->report, png, caption);
  else
    g_warning ("the map cannot be drawn for the report: %s", error->message);

  fetch_next (job);
}

static WfMapView *
find_map (GtkWidget *widget)
{
  if (WF_IS_MAP_VIEW (widget))
    return WF_MAP_VIEW (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      WfMapView *found = find_map (child);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static GPtrArray *
journal_events (WfSession  *session,
                const char *incident)
{
  g_autoptr (GListModel) journal = wf_session_journal (session, incident);
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  guint n = g_list_model_get_n_items (journal);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfJournalLine) line = g_list_model_get_item (journal, i);

      /* What nobody has recorded yet does not belong on paper. */
      if (!wf_journal_line_get_pending (line))
        g_ptr_array_add (events, wf_event_ref (wf_journal_line_get_event (line)));
    }

  return events;
}

static GPtrArray *
pictures_of (WfSession  *session,
             const char *incident)
{
  GPtrArray *media = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "medium", incident);

  for (guint i = media->len; i > 0; i--)
    {
      const char *type = wf_entity_string (media->pdata[i - 1], "type");

      if (type == NULL || !g_str_has_prefix (type, "image/"))
        g_ptr_array_remove_index (media, i - 1);
    }
  if (media->len > MOST_PICTURES)
    g_ptr_array_set_size (media, MOST_PICTURES);

  return media;
}

/**
 * wf_print_report:
 * @window: the window
 * @incident: id of an incident
 *
 * Sets the incident's report as PDF, saves it among the person's documents, and offers to print it.
 */
void
wf_print_report (WfWindow   *window,
                 const char *incident)
{
  g_return_if_fail (WF_IS_WINDOW (window));
  g_return_if_fail (incident != NULL);

  WfContext *context = wf_window_get_context (window);
  WfSession *session = wf_context_get_session (context);
  g_autoptr (GPtrArray) events = journal_events (session, incident);
  WfIncidentReport *report = wf_incident_report_new (wf_session_get_state (session), wf_session_get_scope (session),
                                                     incident, events, wf_context_now (context));
  double longitude, latitude;

  if (report == NULL)
    return;

  Job *job = g_new0 (Job, 1);
  WfMapView *map = find_map (GTK_WIDGET (window));

  job->window = g_object_ref (window);
  job->session = g_object_ref (session);
  job->report = report;
  job->incident = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "incident", incident);
  job->media = pictures_of (session, incident);

  if (map != NULL && wf_entity_point (job->incident, "location", &longitude, &latitude))
    wf_map_view_render_image_async (map, longitude, latitude, MAP_ZOOM, MAP_WIDTH, MAP_HEIGHT, 2, NULL, map_cb, job);
  else
    fetch_next (job);
}
