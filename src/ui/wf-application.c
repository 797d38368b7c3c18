/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-application.h"

#include "wf-account.h"
#include "wf-column-layout.h"
#include "wf-context.h"
#include "wf-embedded.h"
#include "wf-preferences.h"
#include "wf-resources.h"
#include "wf-sign-in-dialog.h"
#include "wf-ui-util.h"
#include "wf-window.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>

/* A token file is one line; anything longer is something else. */
#define MAX_TOKEN_FILE 4096

/* The replica of a district is read in some hundredths of a second. The window waits so long for it, in ms, to come with its
 * pages at once; where there is more to read, or nothing, it comes and says so. */
#define PATIENCE 250

/* The service is started when the window has been painted, or after so many ms. */
#define SERVICE_AT_LAST 1000

/**
 * WfApplication:
 *
 * Puts the parts together: the session with its replica, the service (one of its own where none is named) and the window. The
 * window is there before the service is: it shows what the replica has, and the service of its own is started only then, so
 * that the two do not wait for each other's processor.
 */
struct _WfApplication
{
  AdwApplication parent_instance;

  WfClock      *clock;       /* (owned) */
  GSettings    *settings;    /* (owned) */
  WfSession    *session;     /* (owned) (nullable) */
  WfEmbedded   *embedded;    /* (owned) (nullable): without a service of another machine */
  WfContext    *context;     /* (owned) (nullable) */
  WfWindow     *window;      /* (unowned) (nullable): GTK's */
  GCancellable *cancellable; /* (owned) */
  char         *service;     /* (owned) (nullable): address */
  char         *token;       /* (owned) (nullable) */
  char         *authority;   /* (owned) (nullable) file of certificates */
  char         *pin;         /* (owned) (nullable) fingerprint */
  char         *profile;     /* (owned): folder of this workstation's data */
  char         *data_folder; /* (owned) (nullable): the installed data */
  char         *failure;     /* (owned) (nullable): why there is no service */
  WfAccount    *account;     /* (owned) (nullable): with another machine's service and no token file */
  GtkWidget    *sign_in;     /* (unowned) (nullable): the dialog that asks */
  guint         patience_id; /* presents the window though the replica is not there yet */
  guint         service_id;  /* starts the service though nothing has been painted */
  GdkFrameClock *frames;     /* (owned) (nullable): the window's, until the service is started after a picture */
  gboolean      opening;     /* the session's files are being read */
  gboolean      opened;      /* they have been read */
  gboolean      let_in;      /* somebody has been signed in, whose records may be shown */
  gboolean      taken;       /* the service has taken that sign-in */
};

G_DEFINE_FINAL_TYPE (WfApplication, wf_application, ADW_TYPE_APPLICATION)

static void start_service (WfApplication *self);
static void link_cb (WfApplication *self);
static void painted_cb (WfApplication *self);

/**
 * wf_ui_init:
 *
 * Makes the templates and icons of this library known. To be called once, before its first widget.
 */
void
wf_ui_init (void)
{
  g_resources_register (wf_get_resource ());
  g_type_ensure (WF_TYPE_COLUMN_LAYOUT);
  g_type_ensure (WF_TYPE_WRAP_LAYOUT);
}

/* --- folders ----------------------------------------------------------------------------------------------------- */

static char *
get_data_folder (void)
{
  const char *folder = g_getenv ("WATCHFIRE_DATADIR");

  return g_strdup (folder != NULL ? folder : PKGDATADIR);
}

/* Programs lie beside this one, as in a build folder's install; in the build folder itself they lie in folders of
 * their own, which the environment names. */
static char *
find_program (const char *name)
{
  const char *libexec = g_getenv ("WATCHFIRE_LIBEXEC");
  g_autofree char *self_path = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *self_folder = self_path != NULL ? g_path_get_dirname (self_path) : NULL;
  const char *folders[] = { libexec, self_folder, BINDIR };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = folders[i] != NULL ? g_build_filename (folders[i], name, NULL) : NULL;

      if (path != NULL && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }

  return g_build_filename (BINDIR, name, NULL);
}

/* --- the first picture ------------------------------------------------------------------------------------------- */

static void
forget_start (WfApplication *self)
{
  g_clear_handle_id (&self->service_id, g_source_remove);
  if (self->frames != NULL)
    g_signal_handlers_disconnect_by_func (self->frames, painted_cb, self);
  g_clear_object (&self->frames);
}

static void
painted_cb (WfApplication *self)
{
  forget_start (self);
  start_service (self);
}

static gboolean
at_last_cb (gpointer data)
{
  WfApplication *self = data;

  self->service_id = 0;
  painted_cb (self);

  return G_SOURCE_REMOVE;
}

/* Without a replica there is nothing to be painted that would be worth waiting for. */
static void
start_service_soon (WfApplication *self)
{
  GdkFrameClock *frames = gtk_widget_get_frame_clock (GTK_WIDGET (self->window));

  if (!wf_session_is_ready (self->session) || frames == NULL)
    {
      start_service (self);
      return;
    }

  g_set_object (&self->frames, frames);
  g_signal_connect_object (frames, "after-paint", G_CALLBACK (painted_cb), self, G_CONNECT_SWAPPED);
  self->service_id = g_timeout_add (SERVICE_AT_LAST, at_last_cb, self);
}

static void
present (WfApplication *self)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
  if (self->window != NULL)
    gtk_window_present (GTK_WINDOW (self->window));
}

static gboolean
patience_cb (gpointer data)
{
  WfApplication *self = data;

  self->patience_id = 0;
  present (self);

  return G_SOURCE_REMOVE;
}

/* --- what the window shows --------------------------------------------------------------------------------------- */

static void
show_state (WfApplication *self)
{
  if (self->window == NULL)
    return;

  if (self->account != NULL && !self->let_in)
    wf_window_show_account (self->window);
  else if (wf_session_is_ready (self->session) && !wf_session_is_foreign (self->session))
    wf_window_show_pages (self->window);
  else if (self->failure != NULL)
    wf_window_show_failure (self->window,
                            _("The data service could not be started. Try again; if it stays so, give the details to whoever looks after this machine."),
                            self->failure);
  else if (wf_session_get_link (self->session) == WF_LINK_REFUSED)
    wf_window_show_failure (self->window,
                            _("The data service does not take this workstation. Ask for a new access token and start again with it."),
                            wf_session_get_link_reason (self->session));
  else if (wf_session_get_link (self->session) == WF_LINK_OUTDATED)
    wf_window_show_failure (self->window, _("This program is older than the data service. Update it and start again."),
                            wf_session_get_link_reason (self->session));
  else if (wf_session_get_link (self->session) == WF_LINK_CATCHING_UP)
    wf_window_show_progress (self->window, _("Reading the Records"), _("The workstation takes a copy of the service's records."));
  else if (!self->opened)
    wf_window_show_progress (self->window, _("Reading the Records"), "");
  else if (self->embedded != NULL && wf_embedded_get_uri (self->embedded) == NULL)
    wf_window_show_progress (self->window, _("Preparing the District"),
                             _("The data service starts and fills its records. This takes a few seconds, the first time only."));
  else
    wf_window_show_progress (self->window, _("Connecting to the Service"),
                             wf_session_get_link_reason (self->session) != NULL ? wf_session_get_link_reason (self->session)
                               : "");
}

static void
service_changed_cb (WfApplication *self)
{
  const char *uri = wf_embedded_get_uri (self->embedded);

  if (uri != NULL)
    {
      g_clear_pointer (&self->failure, g_free);
      wf_session_set_service (self->session, uri, wf_embedded_get_token (self->embedded));
    }
  show_state (self);
}

static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (WfApplication) self = data;
  g_autoptr (GError) error = NULL;

  if (!wf_embedded_start_finish (WF_EMBEDDED (object), result, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_free (self->failure);
      self->failure = g_strdup (error->message);
      show_state (self);
      return;
    }
  service_changed_cb (self);
}

/* --- signing in -------------------------------------------------------------------------------------------------- */

static void
update_account_actions (WfApplication *self)
{
  gboolean in = self->account != NULL && wf_account_get_token (self->account) != NULL;
  GAction *sign_in = g_action_map_lookup_action (G_ACTION_MAP (self), "sign-in");
  GAction *sign_out = g_action_map_lookup_action (G_ACTION_MAP (self), "sign-out");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (sign_in), self->account != NULL && !in);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (sign_out), in);
}

static void
signed_in_cb (WfApplication *self)
{
  self->let_in = TRUE;
  self->taken = FALSE;
  wf_session_set_ended (self->session, FALSE);
  wf_session_set_person (self->session, wf_account_get_actor (self->account));
  update_account_actions (self);
  start_service (self);
}

static void
ask_who (WfApplication *self,
         const char    *why)
{
  update_account_actions (self);
  show_state (self);
  if (self->window == NULL || self->sign_in != NULL)
    return;

  present (self);
  self->sign_in = wf_sign_in_dialog_new (self->account, why);
  g_object_add_weak_pointer (G_OBJECT (self->sign_in), (gpointer *) &self->sign_in);
  g_signal_connect_object (self->sign_in, "done", G_CALLBACK (signed_in_cb), self, G_CONNECT_SWAPPED);
  gtk_window_set_transient_for (GTK_WINDOW (self->sign_in), GTK_WINDOW (self->window));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (self->sign_in), TRUE);
  gtk_window_present (GTK_WINDOW (self->sign_in));
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfApplication) self = data;
  g_autoptr (GError) error = NULL;
  gboolean found = wf_account_load_finish (WF_ACCOUNT (object), result, &error);
  g_autofree char *ended = wf_account_explain_end (self->account);

  if (error != NULL)
    return;
  if (found)
    signed_in_cb (self);
  else
    ask_who (self, ended);
}

/* While the service is away nobody can sign in. What is on the screen stays to be read; the window's banner tells, and what
 * is typed is kept. */
static void
ended_cb (WfApplication *self)
{
  wf_session_set_ended (self->session, TRUE);
  update_account_actions (self);
  wf_overview_refresh (wf_context_get_overview (self->context));
  link_cb (self);
}

/* The token has ended, or was taken back. What is on the screen stays for whom the service had let in: nothing urgent waits
 * for a login. */
static void
link_cb (WfApplication *self)
{
  WfLink link = wf_session_get_link (self->session);

  if (self->account == NULL)
    return;

  if (wf_account_has_ended (self->account))
    {
      g_autofree char *ended = wf_account_explain_end (self->account);

      if (link == WF_LINK_ONLINE || wf_session_is_unauthorized (self->session))
        ask_who (self, ended);
      return;
    }
  if (wf_account_get_token (self->account) == NULL)
    return;

  self->taken = self->taken || link == WF_LINK_ONLINE || link == WF_LINK_CATCHING_UP;
  if (!wf_session_is_unauthorized (self->session))
    return;

  wf_account_drop (self->account);
  self->let_in = self->taken;
  ask_who (self, self->taken
                 ? _("The service no longer takes this sign-in. Sign in again: what you did meanwhile waits and is sent in your name.")
                 : wf_session_get_link_reason (self->session));
}

static void
sign_in_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  ask_who (WF_APPLICATION (data), NULL);
}

static void
sign_out_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  WfApplication *self = WF_APPLICATION (data);

  wf_account_sign_out_async (self->account, NULL, NULL, NULL);
  wf_session_set_service (self->session, NULL, NULL);
  self->let_in = FALSE;
  ask_who (self, NULL);
}

static void
start_service (WfApplication *self)
{
  g_autofree char *ended = self->account != NULL ? wf_account_explain_end (self->account) : NULL;

  g_clear_pointer (&self->failure, g_free);
  if (self->embedded != NULL)
    wf_embedded_start_async (self->embedded, self->cancellable, started_cb, g_object_ref (self));
  else if (self->account != NULL && wf_account_get_token (self->account) == NULL)
    ask_who (self, ended);
  else if (self->account != NULL)
    wf_session_set_service (self->session, self->service, wf_account_get_token (self->account));
  else
    wf_session_set_service (self->session, self->service, self->token);
  show_state (self);
}

/* What the session has read comes on the screen. */
static void
show_opened (WfApplication *self)
{
  /* The most urgent incident is chosen then, and is in the first picture. */
  wf_overview_refresh (wf_context_get_overview (self->context));
  show_state (self);
  present (self);
  if (self->opened && self->account == NULL)
    start_service_soon (self);
}

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfApplication) self = data;
  g_autoptr (GError) error = NULL;

  self->opening = FALSE;
  self->opened = wf_session_open_finish (WF_SESSION (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (self->cancellable))
    return;

  if (!self->opened)
    {
      g_free (self->failure);
      self->failure = g_strdup (error->message);
    }
  if (self->window != NULL)
    show_opened (self);
}

static void
open_session (WfApplication *self)
{
  g_clear_pointer (&self->failure, g_free);
  self->opening = TRUE;
  wf_session_open_async (self->session, self->cancellable, opened_cb, g_object_ref (self));
  show_state (self);
}

/* --- actions ----------------------------------------------------------------------------------------------------- */

static void
retry_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  WfApplication *self = WF_APPLICATION (data);

  if (self->opened)
    start_service (self);
  else
    open_session (self);
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  WfApplication *self = WF_APPLICATION (data);

  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
  else
    g_application_quit (G_APPLICATION (self));
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  WfApplication *self = WF_APPLICATION (data);

  adw_show_about_window (GTK_WINDOW (self->window),
                         "application-name", _("Watchfire"),
                         "application-icon", APPLICATION_ID,
                         "developer-name", _("The Watchfire authors"),
                         "version", WF_VERSION,
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("The desk of an emergency command centre"),
                         NULL);
}

static void
preferences_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       data)
{
  WfApplication *self = WF_APPLICATION (data);
  GtkWidget *preferences = wf_preferences_new (self->settings);

  if (self->session != NULL && wf_session_is_ready (self->session) && !wf_session_is_foreign (self->session))
    wf_preferences_show_centre (WF_PREFERENCES (preferences), self->session);
  gtk_window_set_transient_for (GTK_WINDOW (preferences), GTK_WINDOW (self->window));
  gtk_window_present (GTK_WINDOW (preferences));
}

static const GActionEntry actions[] = {
  { "about", about_action },
  { "preferences", preferences_action },
  { "quit", quit_action },
  { "retry", retry_action },
  { "sign-in", sign_in_action },
  { "sign-out", sign_out_action },
};

static const struct {
  const char *action;
  const char *keys[3];
} shortcuts[] = {
  { "app.preferences", { "<Control>comma", NULL } },
  { "app.quit", { "<Control>q", NULL } },
  { "win.next-part", { "F7", NULL } },
  { "win.order", { "F4", NULL } },
  { "win.page::resources", { "<Control>3", NULL } },
  { "win.page::response", { "<Control>2", NULL } },
  { "win.page::situation", { "<Control>1", NULL } },
  { "win.page::video", { "<Control>4", NULL } },
  { "win.previous-part", { "<Shift>F7", NULL } },
  { "win.print-report", { "<Control>p", NULL } },
  { "win.map-save", { "<Control><Shift>s", NULL } },
  { "win.replay", { "<Control>r", NULL } },
  { "win.report", { "F2", NULL } },
  { "win.report-next", { "F6", NULL } },
  { "win.search", { "<Control>k", "<Control>f", NULL } },
  { "win.show-help-overlay", { "<Control>question", "F1", NULL } },
  { "win.silence", { "F8", NULL } },
};

/* --- overrides --------------------------------------------------------------------------------------------------- */

static void
color_scheme_cb (WfApplication *self)
{
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (scheme, "dark") ? ADW_COLOR_SCHEME_FORCE_DARK
                                      : g_str_equal (scheme, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                      : ADW_COLOR_SCHEME_DEFAULT);
}

/* With its settings GTK reads its own theme, some 5,000 rules, and libadwaita takes it away again. Whoever has named a theme
 * gets that. */
static void
init_toolkit (void)
{
  if (g_getenv ("GTK_THEME") != NULL)
    return;

  /* Added as the last of the environment and taken from there again, which moves nothing that another thread may be reading. */
  g_setenv ("GTK_THEME", "Adwaita-empty", TRUE);
  if (gtk_init_check ())
    gtk_settings_get_default ();
  g_unsetenv ("GTK_THEME");
}

/* Without a compositor, as over X forwarding or VNC, nothing can be half transparent: shadows would be black frames. */
static void
load_flat_style (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GtkCssProvider) provider = NULL;

  if (display == NULL || gdk_display_is_composited (display))
    return;

  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_data (provider,
                                   "popover > contents, popover > arrow, tooltip, window.popup { box-shadow: none; border-radius: 0; }"
                                   "popover > contents { border: 1px solid alpha(currentColor, 0.3); margin: 0; }",
                                   -1);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/* What was said on the command line is kept, so that it need be said once. */
static void
apply_trust (WfApplication *self)
{
  g_autoptr (GError) error = NULL;

  if (self->authority != NULL)
    g_settings_set_string (self->settings, "service-authority", self->authority);
  if (self->pin != NULL)
    g_settings_set_string (self->settings, "service-pin", self->pin);

  g_autofree char *authority = g_settings_get_string (self->settings, "service-authority");
  g_autofree char *pin = g_settings_get_string (self->settings, "service-pin");

  if (!wf_session_set_trust (self->session, *authority != '\0' ? authority : NULL, *pin != '\0' ? pin : NULL, &error))
    {
      g_free (self->failure);
      self->failure = g_strdup (error->message);
    }
}

static void
open_profile (WfApplication *self)
{
  g_autofree char *replica = g_build_filename (self->profile, self->service != NULL ? "remote" : "replica", NULL);

  self->session = wf_session_new (self->clock, NULL, NULL, replica);
  if (self->service != NULL)
    apply_trust (self);
  self->data_folder = get_data_folder ();
  if (self->service == NULL)
    {
      g_autofree char *program = find_program ("watchfired");
      g_autofree char *unit_program = find_program ("watchfire-unit");
      g_autofree char *records = g_build_filename (self->profile, "service", NULL);
      g_autofree char *seed = g_build_filename (self->data_folder, "demo", NULL);

      self->embedded = wf_embedded_new (program, unit_program, records, seed);
      g_signal_connect_object (self->embedded, "notify::uri", G_CALLBACK (service_changed_cb), self, G_CONNECT_SWAPPED);
    }
  g_signal_connect_object (self->session, "notify::ready", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::link", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::link", G_CALLBACK (link_cb), self, G_CONNECT_SWAPPED);
  if (self->service != NULL && self->token == NULL)
    {
      g_autoptr (WfClock) steady = wf_clock_new_steady (NULL, NULL);

      self->account = wf_account_new (steady, self->service);
      g_signal_connect_object (self->account, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
      wf_account_set_trust (self->account, wf_session_get_trust (self->session));
    }
}

static void
wf_application_startup (GApplication *application)
{
  WfApplication *self = WF_APPLICATION (application);

  /* The session's files are read while GTK comes up. */
  self->settings = g_settings_new (APPLICATION_ID);
  open_profile (self);
  open_session (self);
  init_toolkit ();
  G_APPLICATION_CLASS (wf_application_parent_class)->startup (application);

  self->context = wf_context_new (self->session, self->clock, self->settings, self->data_folder);
  g_signal_connect_object (self->settings, "changed::color-scheme", G_CALLBACK (color_scheme_cb), self, G_CONNECT_SWAPPED);
  color_scheme_cb (self);
  load_flat_style ();

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), shortcuts[i].action,
                                           (const char *const *) shortcuts[i].keys);
  update_account_actions (self);
}

static void
wf_application_activate (GApplication *application)
{
  WfApplication *self = WF_APPLICATION (application);

  if (self->window == NULL)
    {
      self->window = wf_window_new (GTK_APPLICATION (self), self->context);
      g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
      if (self->opening)
        {
          show_state (self);
          self->patience_id = g_timeout_add (PATIENCE, patience_cb, self);
        }
      else
        show_opened (self);
      if (self->account != NULL)
        wf_account_load_async (self->account, self->cancellable, loaded_cb, g_object_ref (self));
    }
  else
    present (self);
}

static void
wf_application_shutdown (GApplication *application)
{
  WfApplication *self = WF_APPLICATION (application);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  forget_start (self);
  if (self->context != NULL)
    wf_recorder_finish (wf_context_get_recorder (self->context));
  if (self->session != NULL)
    wf_session_close (self->session);
  if (self->embedded != NULL)
    wf_embedded_stop (self->embedded);

  G_APPLICATION_CLASS (wf_application_parent_class)->shutdown (application);
}

static gboolean
read_token (WfApplication *self,
            const char    *path,
            GError       **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  g_strstrip (text);
  if (length > MAX_TOKEN_FILE || *text == '\0' || strchr (text, '\n') != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("%s holds no token: it must be one line"), path);
      return FALSE;
    }
  self->token = g_steal_pointer (&text);

  return TRUE;
}

static int
wf_application_handle_local_options (GApplication *application,
                                     GVariantDict *options)
{
  WfApplication *self = WF_APPLICATION (application);
  g_autoptr (GError) error = NULL;
  g_autofree char *token_file = NULL;
  g_autofree char *profile = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("watchfire %s\n", WF_VERSION);
      return 0;
    }

  g_variant_dict_lookup (options, "service", "s", &self->service);
  g_variant_dict_lookup (options, "token-file", "^ay", &token_file);
  g_variant_dict_lookup (options, "ca", "^ay", &self->authority);
  g_variant_dict_lookup (options, "pin", "s", &self->pin);
  if (self->service != NULL)
    {
      if (!g_uri_is_valid (self->service, G_URI_FLAGS_NONE, &error) ||
          (token_file != NULL && !read_token (self, token_file, &error)))
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
    }

  if (g_variant_dict_lookup (options, "data", "^ay", &profile))
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (profile);

      self->profile = g_file_get_path (file);
    }
  else
    self->profile = g_build_filename (g_get_user_data_dir (), "watchfire", NULL);
  if (self->profile == NULL)
    {
      g_printerr ("%s\n", _("--data must name a folder of this machine."));
      return 1;
    }

  /* Another profile or service is another workstation, and may stand beside this one. */
  if (profile != NULL || self->service != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

static void
wf_application_finalize (GObject *object)
{
  WfApplication *self = WF_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->sign_in);
  g_clear_object (&self->account);
  g_clear_object (&self->context);
  g_clear_object (&self->embedded);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->service, g_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->authority, g_free);
  g_clear_pointer (&self->pin, g_free);
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->data_folder, g_free);
  g_clear_pointer (&self->failure, g_free);

  G_OBJECT_CLASS (wf_application_parent_class)->finalize (object);
}

static void
wf_application_class_init (WfApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = wf_application_finalize;
  application_class->startup = wf_application_startup;
  application_class->activate = wf_application_activate;
  application_class->shutdown = wf_application_shutdown;
  application_class->handle_local_options = wf_application_handle_local_options;
}

static void
wf_application_init (WfApplication *self)
{
  const GOptionEntry options[] = {
    { "service", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, NULL, N_("Work with the service at this address"), N_("URL") },
    { "token-file", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, NULL, N_("File with the access token; without it one signs in"),
      N_("FILE") },
    { "ca", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, NULL,
      N_("File with the certificates of those who may sign the service's; kept in the settings"), N_("FILE") },
    { "pin", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, NULL,
      N_("SHA-256 fingerprint of the service's certificate; kept in the settings"), N_("FINGERPRINT") },
    { "data", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, NULL, N_("Keep this workstation's data in another folder"),
      N_("DIR") },
    { "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_("Say the version and end"), NULL },
    { NULL },
  };

  wf_ui_init ();
  self->clock = wf_clock_new_real ();
  self->cancellable = g_cancellable_new ();
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

/**
 * wf_application_new:
 *
 * Returns: (transfer full): the application
 */
WfApplication *
wf_application_new (void)
{
  return g_object_new (WF_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "resource-base-path", "/org/watchfire/Watchfire",
                       NULL);
}
