/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of the dialogs and pages, for looking at them: dialog-shots FOLDER [light|dark] [DPI] [NAME…]. The language is
 * that of LANGUAGE; 192 dots per inch are text of 200 %. Works on a service of its own with the demonstration district. */

#include "config.h"

#include "sync-testing.h"
#include "wf-application.h"
#include "wf-call-dialog.h"
#include "wf-dialogs.h"
#include "wf-incident-dialogs.h"
#include "wf-kind.h"
#include "wf-locale.h"
#include "wf-plan-window.h"
#include "wf-preferences.h"
#include "wf-sign-in-dialog.h"
#include "wf-ui-util.h"
#include "wf-window.h"

#include <stdlib.h>
#include <string.h>

#define S(text) wf_value_string (text)

typedef struct
{
  TestService    *service;
  WfSession      *session;
  WfClock        *clock; /* (unowned) */
  WfContext      *context;
  GtkApplication *application;
  WfWindow       *window;
  const char     *folder;
  char          **names; /* (nullable): which are wanted */
} Shots;

/* --- pictures --- */

static void
await (int milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;
  guint tick = g_timeout_add (20, test_tick_cb, NULL);

  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

static void
take (Shots      *self,
      GtkWidget  *window,
      const char *name)
{
  int width = gtk_widget_get_width (window);
  int height = gtk_widget_get_height (window);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autofree char *file = g_strdup_printf ("%s/%s.png", self->folder, name);

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  g_autoptr (GdkTexture) texture =
    gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);

  gdk_texture_save_to_png (texture, file);
  g_print ("%s %d×%d\n", name, width, height);
}

static gboolean
is_wanted (Shots      *self,
           const char *name)
{
  return self->names == NULL || self->names[0] == NULL || g_strv_contains ((const char *const *) self->names, name);
}

static void
shoot (Shots      *self,
       const char *name,
       GtkWindow  *dialog)
{
  if (WF_IS_DIALOG (dialog))
    wf_dialogs_present (self->window, WF_DIALOG (dialog));
  else
    gtk_window_present (dialog);
  test_await (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  await (700);
  take (self, GTK_WIDGET (dialog), name);
  gtk_window_destroy (dialog);
  test_settle ();
}

/* --- what there is --- */

static char *
find (Shots      *self,
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

static void
shoot_dialogs (Shots *self)
{
  g_autofree char *responding = find (self, "incident", NULL, "state", "responding");
  g_autofree char *task = find (self, "task", responding, "state", "open");
  g_autofree char *report = find (self, "report", responding, "medium", "written");
  g_autofree char *order = find (self, "order", responding, "force_kind", "team");

  for (gsize i = 0; i < G_N_ELEMENTS (of_incident); i++)
    {
      g_autofree char *incident = find (self, "incident", NULL, "state", of_incident[i].state);

      if (is_wanted (self, of_incident[i].name))
        shoot (self, of_incident[i].name, GTK_WINDOW (of_incident[i].make (self->context, incident)));
    }

  if (is_wanted (self, "log"))
    shoot (self, "log", GTK_WINDOW (wf_log_dialog_new (self->context, responding, "区委值班室", "0472-0000000")));
  if (is_wanted (self, "task"))
    shoot (self, "task", GTK_WINDOW (wf_task_dialog_new (self->context, task)));
  if (is_wanted (self, "task-strike"))
    shoot (self, "task-strike", GTK_WINDOW (wf_task_strike_dialog_new (self->context, task)));
  if (is_wanted (self, "written-report"))
    shoot (self, "written-report", GTK_WINDOW (wf_report_dialog_new (self->context, report)));
  if (is_wanted (self, "order-step") && order != NULL)
    shoot (self, "order-step", GTK_WINDOW (wf_order_step_dialog_new (self->context, order, "refused")));
  if (is_wanted (self, "order"))
    shoot (self, "order", GTK_WINDOW (wf_order_dialog_new (self->context, responding, NULL, NULL)));
  if (is_wanted (self, "call"))
    shoot (self, "call", GTK_WINDOW (wf_call_dialog_new (self->window, "区委值班室", "0472-0000000")));
  if (is_wanted (self, "plans"))
    shoot (self, "plans", GTK_WINDOW (wf_plan_window_new (self->context)));
  if (is_wanted (self, "preferences"))
    shoot (self, "preferences", GTK_WINDOW (wf_preferences_new (wf_context_get_settings (self->context))));
  if (is_wanted (self, "sign-in"))
    {
      g_autoptr (WfAccount) account = wf_account_new (self->clock, "https://jiuyuan.example:8443/");

      shoot (self, "sign-in", GTK_WINDOW (wf_sign_in_dialog_new (account, NULL)));
    }
}

/* --- what was refused --- */

static void
set_place (WfSession  *session,
           const char *incident,
           const char *place,
           int64_t     due)
{
  GVariant *evacuation = wf_dict_make ("due", wf_value_int (due), "done", wf_value_int (due / 2), "source", S ("现场"),
                                       "at", wf_value_time (wf_session_now (session)), NULL);

  test_submit (session, "incident.correct", wf_dict_make ("incident", S (incident), "place", S (place),
                                                          "reason", S ("核实"), NULL), NULL);
  test_submit (session, "incident.evacuation", wf_dict_make ("incident", S (incident), "evacuation", evacuation, NULL), NULL);
}

static void
shoot_refused (Shots *self)
{
  g_autofree char *incident = find (self, "incident", NULL, "state", "responding");
  g_autofree char *folder = test_folder_new ();
  const char *uri = test_service_uri (self->service);
  const char *token = test_service_token (self->service);
  WfSession *far = test_session_online (uri, token, folder);

  set_place (self->session, incident, "哈业胡同镇 园区北路 1 号", 100);
  test_await (wf_session_get_pending (self->session) == 0);
  test_settle ();
  wf_session_set_service (self->session, "http://127.0.0.1:9/", token);
  test_await (wf_session_get_link (self->session) != WF_LINK_ONLINE);
  set_place (self->session, incident, "哈业胡同镇 园区南路 8 号西门", 180);
  set_place (far, incident, "哈业胡同镇 园区南路 6 号", 240);
  test_await (wf_session_get_pending (far) == 0);
  wf_session_set_service (self->session, uri, token);
  test_await (wf_session_get_refused (self->session) >= 2 && wf_session_get_link (self->session) == WF_LINK_ONLINE);

  g_autoptr (GPtrArray) refused = wf_session_list_refused (self->session, NULL);

  for (guint i = 0; i < refused->len; i++)
    {
      WfCommand *command = g_ptr_array_index (refused, i);
      g_autofree char *name = g_strdup_printf ("refused-%u", i);

      shoot (self, name, GTK_WINDOW (wf_refused_dialog_new (self->context, command->id)));
    }
  await (1500);
  take (self, GTK_WIDGET (self->window), "banner");
  test_session_end (far);
  test_folder_remove (g_steal_pointer (&folder));
}

static void
shoot_pages (Shots *self)
{
  static const char *const pages[] = { "situation", "response", "resources" };

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_object_set (self->window, "page", pages[i], NULL);
      await (2500);
      take (self, GTK_WIDGET (self->window), pages[i]);
    }
  g_object_set (self->window, "page", "situation", NULL);
}

int
main (int   argc,
      char *argv[])
{
  Shots self = { NULL };
  g_autofree char *folder = NULL;
  g_autofree char *replica = NULL;
  g_autofree char *seed = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "demo", NULL);
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  g_autoptr (GSettings) settings = NULL;

  if (argc < 2)
    return 2;

  wf_locale_init (NULL);
  adw_init ();
  wf_ui_init ();
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (argc > 3 ? atoi (argv[3]) : 96) * 1024,
                "gtk-enable-animations", FALSE, NULL);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      argc > 2 && strcmp (argv[2], "dark") == 0 ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                              : ADW_COLOR_SCHEME_FORCE_LIGHT);
  folder = test_folder_new ();
  replica = g_build_filename (folder, "replica", NULL);
  settings = g_settings_new (APPLICATION_ID);
  self.folder = argv[1];
  self.clock = clock;
  self.names = argc > 4 ? argv + 4 : NULL;
  self.service = test_service_new (folder, "person-duty-officer", seed);
  self.session = test_session_online (test_service_uri (self.service), test_service_token (self.service), replica);
  self.context = wf_context_new (self.session, clock, settings, g_getenv ("WATCHFIRE_DATADIR"));
  self.application = GTK_APPLICATION (adw_application_new (APPLICATION_ID, G_APPLICATION_NON_UNIQUE));
  g_application_register (G_APPLICATION (self.application), NULL, NULL);
  self.window = wf_window_new (self.application, self.context);
  wf_window_show_pages (self.window);
  gtk_window_set_default_size (GTK_WINDOW (self.window), 1366, 768);
  gtk_window_present (GTK_WINDOW (self.window));
  test_await (gtk_widget_get_mapped (GTK_WIDGET (self.window)) && wf_window_get_incident (self.window) != NULL);

  if (is_wanted (&self, "pages"))
    shoot_pages (&self);
  shoot_dialogs (&self);
  if (is_wanted (&self, "refused"))
    shoot_refused (&self);

  gtk_window_destroy (GTK_WINDOW (self.window));
  test_settle ();
  g_object_run_dispose (G_OBJECT (self.context));
  g_object_unref (self.context);
  g_object_unref (self.application);
  test_session_end (self.session);
  test_service_free (self.service);
  test_folder_remove (g_steal_pointer (&folder));

  return 0;
}
