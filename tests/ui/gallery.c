/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "gallery.h"

#include "wf-application.h"
#include "wf-call-dialog.h"
#include "wf-dialogs.h"
#include "wf-exercise-dialogs.h"
#include "wf-incident-dialogs.h"
#include "wf-kind.h"
#include "wf-link-check.h"
#include "wf-link-sign-in.h"
#include "wf-locale.h"
#include "wf-map-import-dialog.h"
#include "wf-plan-window.h"
#include "wf-preferences.h"
#include "wf-rings-dialog.h"
#include "wf-sign-in-dialog.h"

#include <string.h>

/* Video may draw all the time, so that nothing is ever still: waits are for so long, not for quiet. */
void
gallery_wait (int milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;
  guint tick = g_timeout_add (20, test_tick_cb, NULL);

  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

/* GTK is initialised, and speaks the language of LANGUAGE. */
Gallery *
gallery_new (void)
{
  Gallery *self = g_new0 (Gallery, 1);
  g_autofree char *seed = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "demo", NULL);
  g_autofree char *replica = NULL;

  wf_ui_init ();
  self->folder = test_folder_new ();
  replica = g_build_filename (self->folder, "replica", NULL);
  self->clock = wf_clock_new_real ();
  self->settings = g_settings_new (APPLICATION_ID);
  self->service = test_service_new (self->folder, "person-duty-officer", seed);
  self->session = test_session_online (test_service_uri (self->service), test_service_token (self->service), replica);
  self->context = wf_context_new (self->session, self->clock, self->settings, g_getenv ("WATCHFIRE_DATADIR"));
  self->application = GTK_APPLICATION (adw_application_new (APPLICATION_ID, G_APPLICATION_NON_UNIQUE));
  g_application_register (G_APPLICATION (self->application), NULL, NULL);
  self->window = wf_window_new (self->application, self->context);
  wf_window_show_pages (self->window);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1366, 768);
  gtk_window_present (GTK_WINDOW (self->window));
  test_await (gtk_widget_get_mapped (GTK_WIDGET (self->window)) && wf_window_get_incident (self->window) != NULL);

  return self;
}

void
gallery_free (Gallery *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  test_settle ();
  g_object_run_dispose (G_OBJECT (self->context));
  g_object_unref (self->context);
  g_object_unref (self->application);
  test_session_end (self->session);
  test_service_free (self->service);
  g_object_unref (self->settings);
  g_object_unref (self->clock);
  test_folder_remove (g_steal_pointer (&self->folder));
  g_free (self);
}

/* Presents a dialog, which is closed afterwards. */
void
gallery_show (Gallery     *self,
              const char  *name,
              GtkWindow   *dialog,
              GalleryFunc  func,
              gpointer     data)
{
  if (WF_IS_DIALOG (dialog))
    wf_dialogs_present (self->window, WF_DIALOG (dialog));
  else
    gtk_window_present (dialog);
  test_await (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  gallery_wait (300);
  func (name, dialog, data);
  gtk_window_destroy (dialog);
  gallery_wait (50);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (wf_session_submit_finish (WF_SESSION (source), result, NULL, &error));
  g_assert_no_error (error);
}

/* In an exercise, which is left again. */
static void
show_exercise (Gallery     *self,
               GalleryFunc  func,
               gpointer     data)
{
  g_autofree char *scope = wf_session_new_id (self->session);
  g_autoptr (GVariant) payload =
    wf_dict_make ("name", wf_value_string ("2026 年秋季危险化学品泄漏综合应急演练（双盲）"), "rate", wf_value_double (2), NULL);
  WfProblem *problem = NULL;

  wf_session_submit_in_async (self->session, scope, "exercise.open", payload, 0, NULL, NULL, opened_cb, NULL);
  test_await (wf_session_get_pending (self->session) == 0);
  problem = wf_session_enter (self->session, scope);
  g_assert_null (problem);
  gallery_wait (1000);
  func ("exercise", GTK_WINDOW (self->window), data);
  gallery_show (self, "exercise-end", GTK_WINDOW (wf_exercise_end_dialog_new (self->context)), func, data);
  problem = wf_session_enter (self->session, WF_LIVE);
  g_assert_null (problem);
  gallery_wait (300);
}

/* The pages, and what is opened beside the map. */
void
gallery_each_page (Gallery     *self,
                   GalleryFunc  func,
                   gpointer     data)
{
  static const char *const pages[] = { "situation", "response", "resources", "video" };

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_object_set (self->window, "page", pages[i], NULL);
      gallery_wait (2000);
      func (pages[i], GTK_WINDOW (self->window), data);
    }
  g_object_set (self->window, "page", "situation", NULL);
  show_exercise (self, func, data);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.report", NULL);
  gallery_wait (1000);
  func ("intake", GTK_WINDOW (self->window), data);
}

/* --- dialogs --- */

char *
gallery_find (Gallery    *self,
              const char *kind,
              const char *parent,
              const char *field,
              const char *value)
{
  g_autoptr (GPtrArray) list = wf_state_list (wf_session_get_state (self->session), WF_LIVE, kind, parent);

  for (guint i = 0; i < list->len; i++)
    if (wf_entity_is (list->pdata[i], field, value))
      return g_strdup (wf_entity_id (list->pdata[i]));

  return NULL;
}

typedef WfDialog *(*Make) (WfContext  *context,
                           const char *id);

static const struct
{
  const char *name;
  const char *state; /* of the incident that it is shown for */
  Make        make;
} of_incident[] = {
  { "verify", "reported", wf_verify_dialog_new },
  { "figures", "responding", wf_figures_dialog_new },
  { "grade", "reported", wf_grade_dialog_new },
  { "activate", "reported", wf_activate_dialog_new },
  { "change-level", "responding", wf_change_level_dialog_new },
  { "headquarters", "responding", wf_headquarters_dialog_new },
  { "wind", "responding", wf_wind_dialog_new },
  { "task-add", "responding", wf_task_add_dialog_new },
  { "control", "responding", wf_control_dialog_new },
  { "stand-down", "controlled", wf_stand_down_dialog_new },
  { "review", "controlled", wf_review_dialog_new },
  { "archive", "controlled", wf_archive_dialog_new },
  { "supplement", "controlled", wf_supplement_dialog_new },
  { "step-back", "responding", wf_step_back_dialog_new },
  { "approval-sign", "responding", wf_sign_dialog_new },
};

static gboolean
is_wanted (char       **names,
           const char  *name)
{
  return names == NULL || names[0] == NULL || g_strv_contains ((const char *const *) names, name);
}

/* With something in it that is mended, and a layer that has a long name. */
static void
show_import (Gallery     *self,
             GalleryFunc  func,
             gpointer     data)
{
  g_autofree char *path = g_build_filename (self->folder, "内蒙古自治区包头市九原区乡镇级行政区划2024.geojson", NULL);
  GtkWidget *dialog;

  g_assert_true (g_file_set_contents (path, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
                                      "{\"NAME\":\"九原区\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                                      "[[[109.4,40.5],[109.9,40.7],[109.9,40.5],[109.4,40.7],[109.4,40.5]]]}}]}", -1, NULL));
  dialog = wf_map_import_dialog_new (path, self->folder);
  test_await (!wf_map_import_dialog_is_busy (WF_MAP_IMPORT_DIALOG (dialog)));
  gallery_show (self, "map-import", GTK_WINDOW (dialog), func, data);
}

/* @names: (nullable): which; all where there are none. */
void
gallery_each_dialog (Gallery      *self,
                     char        **names,
                     GalleryFunc   func,
                     gpointer      data)
{
  g_autofree char *responding = gallery_find (self, "incident", NULL, "state", "responding");
  g_autofree char *task = gallery_find (self, "task", responding, "state", "open");
  g_autofree char *report = gallery_find (self, "report", responding, "medium", "written");
  g_autofree char *order = gallery_find (self, "order", responding, "force_kind", "team");

  for (gsize i = 0; i < G_N_ELEMENTS (of_incident); i++)
    {
      g_autofree char *incident = gallery_find (self, "incident", NULL, "state", of_incident[i].state);

      if (is_wanted (names, of_incident[i].name))
        gallery_show (self, of_incident[i].name, GTK_WINDOW (of_incident[i].make (self->context, incident)), func, data);
    }

  if (is_wanted (names, "log"))
    gallery_show (self, "log", GTK_WINDOW (wf_log_dialog_new (self->context, responding, "区委值班室", "0472-0000000")), func, data);
  if (is_wanted (names, "task"))
    gallery_show (self, "task", GTK_WINDOW (wf_task_dialog_new (self->context, task)), func, data);
  if (is_wanted (names, "task-strike"))
    gallery_show (self, "task-strike", GTK_WINDOW (wf_task_strike_dialog_new (self->context, task)), func, data);
  if (is_wanted (names, "written-report"))
    gallery_show (self, "written-report", GTK_WINDOW (wf_report_dialog_new (self->context, report)), func, data);
  if (is_wanted (names, "order-step") && order != NULL)
    gallery_show (self, "order-step", GTK_WINDOW (wf_order_step_dialog_new (self->context, order, "refused")), func, data);
  if (is_wanted (names, "order"))
    gallery_show (self, "order", GTK_WINDOW (wf_order_dialog_new (self->context, responding, NULL, NULL)), func, data);
  if (is_wanted (names, "range-rings"))
    gallery_show (self, "range-rings", GTK_WINDOW (wf_rings_dialog_new (self->context, responding, NULL)), func, data);
  if (is_wanted (names, "exercise-begin"))
    gallery_show (self, "exercise-begin", GTK_WINDOW (wf_exercise_begin_dialog_new (self->window)), func, data);
  if (is_wanted (names, "exercise-enter"))
    gallery_show (self, "exercise-enter", GTK_WINDOW (wf_exercise_enter_dialog_new (self->window)), func, data);
  if (is_wanted (names, "call"))
    gallery_show (self, "call", GTK_WINDOW (wf_call_dialog_new (self->window, "区委值班室", "0472-0000000")), func, data);
  if (is_wanted (names, "plans"))
    gallery_show (self, "plans", GTK_WINDOW (wf_plan_window_new (self->context)), func, data);
  if (is_wanted (names, "preferences"))
    gallery_show (self, "preferences", GTK_WINDOW (wf_preferences_new (wf_context_get_settings (self->context))), func, data);
  if (is_wanted (names, "link-sign-in"))
    {
      g_autoptr (WfVideoLink) link = wf_video_link_new ("rtsp://10.1.1.1:554/a/rather/long/path/to/one/camera", "液氨储罐区北门球机");

      gallery_show (self, "link-sign-in", GTK_WINDOW (wf_link_sign_in_ask (link, GTK_WINDOW (self->window))), func, data);
    }
  if (is_wanted (names, "link-check"))
    gallery_show (self, "link-check", GTK_WINDOW (wf_link_check_new (self->window)), func, data);
  if (is_wanted (names, "map-import"))
    show_import (self, func, data);
  if (is_wanted (names, "sign-in"))
    {
      g_autoptr (WfAccount) account = wf_account_new (self->clock, "https://jiuyuan.example:8443/");

      gallery_show (self, "sign-in", GTK_WINDOW (wf_sign_in_dialog_new (account, NULL)), func, data);
    }
}
