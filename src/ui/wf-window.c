/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-window-private.h"

#include "wf-alarm-bar.h"
#include "wf-chime.h"
#include "wf-dialogs.h"
#include "wf-exercise-bar.h"
#include "wf-link-button.h"
#include "wf-pages.h"
#include "wf-quick-search.h"
#include "wf-time.h"
#include "wf-ui-focus.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>

/**
 * WfWindow:
 *
 * The one window: whether this is real, who is on watch, the state of the link and the time stand above whatever page is
 * shown. It keeps which incident is selected, for all pages and dialogs.
 */
struct _WfWindow
{
  AdwApplicationWindow parent_instance;

  WfContext *context;       /* (owned) */
  WfItem    *incident_item; /* (owned) (nullable) */
  char      *incident;      /* (owned) (nullable) */
  WfAlarms  *alarms;        /* (owned) */
  WfChime   *chime;         /* (owned) */

  AdwToastOverlay *toasts;
  GtkMenuButton   *menu;
  GMenu           *main_menu;
  GtkWidget       *switcher;
  GtkLabel        *badge;
  GtkLabel        *centre_name;
  GtkWidget       *search_words;
  GtkLabel        *watch;
  GtkLabel        *clock;
  WfLinkButton    *link;
  WfExerciseBar   *exercise_bar;
  WfAlarmBar      *alarm_bar;
  GtkMenuButton   *search_button;
  WfQuickSearch   *search;
  GtkStack        *root;
  GtkStack        *pages;
  AdwStatusPage   *progress;
  AdwStatusPage   *failure;
  GtkLabel        *details;
  GtkWidget       *details_box;
};

enum {
  PROP_0,
  PROP_CONTEXT,
  PROP_INCIDENT,
  PROP_INCIDENT_ITEM,
  PROP_PAGE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WfWindow, wf_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- header ------------------------------------------------------------------------------------------------------ */

static void
update_centre (WfWindow *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (WfEntity) centre = NULL;
  const char *name;

  if (!wf_session_is_ready (session))
    return;

  centre = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "centre", "centre");
  name = wf_entity_string (centre, "name");
  gtk_label_set_text (self->centre_name, name != NULL ? name : "");

  g_autoptr (WfEntity) exercise = wf_session_find_exercise (session, NULL);
  const char *shown = name != NULL ? name : _("Watchfire");
  /* TRANSLATORS: title of the window in an exercise: its name, the centre's name */
  g_autofree char *title = exercise != NULL ? g_strdup_printf (_("[Drill] %s – %s"), wf_entity_string (exercise, "name"), shown)
                                            : g_strdup (shown);

  gtk_window_set_title (GTK_WINDOW (self), title);
}

/* Every window of the program has the frame of an exercise, so that nobody can take one for what is real. */
static void
mark_windows (WfWindow *self)
{
  gboolean drill = wf_session_is_drill (wf_context_get_session (self->context));
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      /* A form knows itself what it belongs to. */
      if (!WF_IS_DIALOG (toplevel))
        wf_ui_set_class (toplevel, "wf-drill", drill);
    }
}

static void
show_scope (WfWindow *self)
{
  gboolean drill = wf_session_is_drill (wf_context_get_session (self->context));

  gtk_label_set_text (self->badge, drill ? C_("scope", "Drill") : _("REAL"));
  wf_ui_set_class (GTK_WIDGET (self->badge), "wf-drill", drill);
  wf_ui_set_tooltip (GTK_WIDGET (self->clock), drill ? _("Time on the exercise's own clock") : _("Time, as the service has it"));
  mark_windows (self);
}

/* Those two of the shift whose names everybody must know: who leads it (带班) and who heads the desk (值班长). They are the
 * first two posts of the shift. */
static void
update_watch (WfWindow *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) shifts = NULL;
  int64_t now = wf_context_now (self->context);
  WfEntity *shift = NULL;
  g_autoptr (GString) text = NULL;

  if (!wf_session_is_ready (session))
    return;

  shifts = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "shift", NULL);
  for (guint i = 0; i < shifts->len && shift == NULL; i++)
    {
      WfEntity *candidate = g_ptr_array_index (shifts, i);

      if (wf_entity_time (candidate, "starts") <= now && now < wf_entity_time (candidate, "ends"))
        shift = candidate;
    }

  text = g_string_new (NULL);
  if (shift != NULL)
    {
      g_autoptr (GPtrArray) posts = wf_entity_objects (shift, "posts");

      for (guint i = 0; posts != NULL && i < MIN (posts->len, 2); i++)
        {
          GVariant *post = g_ptr_array_index (posts, i);

          if (i > 0)
            g_string_append (text, " · ");
          g_string_append_printf (text, "%s %s", wf_dict_string (post, "post"), wf_dict_string (post, "person"));
        }
    }
  else
    g_string_append (text, _("Nobody on watch"));
  gtk_label_set_text (self->watch, text->str);
  wf_ui_set_tooltip (GTK_WIDGET (self->watch), text->str);
}

/* With large text the pages and what is true need the whole width: what stands elsewhere too goes. */
static void
text_scale_cb (WfWindow *self)
{
  gboolean large = wf_ui_text_scale () > 1.4;

  gtk_widget_set_visible (self->search_words, !large);
  wf_ui_set_class (GTK_WIDGET (self->search_button), "wf-icon-only", large);
  gtk_widget_set_visible (GTK_WIDGET (self->centre_name), !large);
}

static void
tick_cb (WfWindow *self,
         int64_t   now)
{
  g_autofree char *text = wf_time_format_local (now, "%H:%M:%S");

  gtk_label_set_text (self->clock, text);
  if (now / 1000 % 60 == 0)
    update_watch (self);
}

static void
ready_cb (WfWindow *self)
{
  update_centre (self);
  update_watch (self);
}

/* Nothing that was chosen or said of one scope stays for another. */
static void
scope_cb (WfWindow *self)
{
  show_scope (self);
  wf_window_set_incident (self, NULL);
  update_centre (self);
  update_watch (self);
  tick_cb (self, wf_context_now (self->context));
  wf_overview_refresh (wf_context_get_overview (self->context));
}

static void
watch_kind (WfWindow   *self,
            const char *kind)
{
  GListModel *list = wf_session_list (wf_context_get_session (self->context), kind);

  g_signal_connect_object (list, "items-changed", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
}

/* --- alarms ------------------------------------------------------------------------------------------------------ */

static void
deal_cb (WfWindow *self,
         WfAlarm  *alarm)
{
  wf_window_deal_with (self, alarm);
}

static void
dealt_with_cb (WfWindow   *self,
               const char *text)
{
  /* TRANSLATORS: somebody else has dealt with an alarm; what follows is the journal's sentence */
  g_autofree char *said = g_strdup_printf (_("Dealt with: %s"), text);

  wf_window_toast (self, said);
}

static void
sound_cb (WfWindow *self)
{
  wf_chime_play (self->chime);
}

static void
alarms_changed_cb (WfWindow *self)
{
  if (!wf_alarms_is_sounding (self->alarms))
    wf_chime_stop (self->chime);
}

static void
hit_chosen_cb (WfWindow    *self,
               WfSearchHit *hit)
{
  wf_window_open_hit (self, hit);
}

/* --- pages ------------------------------------------------------------------------------------------------------- */

/* A page stands in a bin, which is empty until the page is wanted: most of them are never looked at in the first seconds, and
 * none may keep the first one waiting. */
static GtkWidget *
ensure_page (WfWindow  *self,
             GtkWidget *bin)
{
  WfPageFunc make = (WfPageFunc) g_object_get_data (G_OBJECT (bin), "make");

  if (adw_bin_get_child (ADW_BIN (bin)) == NULL)
    adw_bin_set_child (ADW_BIN (bin), make (self));

  return adw_bin_get_child (ADW_BIN (bin));
}

/* Whoever goes to a page by keyboard goes on in it, and not through everything that stands above it. */
static void
focus_page (WfWindow  *self,
            GtkWidget *page)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || (focus != NULL && gtk_widget_is_ancestor (focus, page)))
    return;

  if (!gtk_widget_grab_focus (page))
    gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
}

static void
visible_page_cb (WfWindow *self)
{
  GtkWidget *bin = gtk_stack_get_visible_child (self->pages);

  if (bin != NULL)
    focus_page (self, ensure_page (self, bin));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

/* --- overrides --------------------------------------------------------------------------------------------------- */

static gboolean
wf_window_close_request (GtkWindow *window)
{
  WfWindow *self = WF_WINDOW (window);
  GSettings *settings = wf_context_get_settings (self->context);
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_int (settings, "window-width", width);
  g_settings_set_int (settings, "window-height", height);
  g_settings_set_boolean (settings, "window-maximized", gtk_window_is_maximized (window));

  return GTK_WINDOW_CLASS (wf_window_parent_class)->close_request (window);
}

static void
wf_window_constructed (GObject *object)
{
  WfWindow *self = WF_WINDOW (object);
  WfSession *session = wf_context_get_session (self->context);
  GSettings *settings = wf_context_get_settings (self->context);

  G_OBJECT_CLASS (wf_window_parent_class)->constructed (object);

  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));

  wf_link_button_set_context (self->link, self->context);
  self->alarms = wf_alarms_new (self->context);
  self->chime = wf_chime_new (GTK_WIDGET (self));
  wf_alarm_bar_set_alarms (self->alarm_bar, self->alarms, self->context);
  g_signal_connect_object (self->alarm_bar, "deal", G_CALLBACK (deal_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->alarms, "dealt-with", G_CALLBACK (dealt_with_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->alarms, "sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->alarms, "changed", G_CALLBACK (alarms_changed_cb), self, G_CONNECT_SWAPPED);
  wf_quick_search_set_index (self->search, wf_context_get_search_index (self->context));
  g_signal_connect_object (self->search, "chosen", G_CALLBACK (hit_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_recorder (self->context), "said", G_CALLBACK (wf_window_toast), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::scope", G_CALLBACK (scope_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_window_get_toplevels (), "items-changed", G_CALLBACK (mark_windows), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-xft-dpi", G_CALLBACK (text_scale_cb), self,
                           G_CONNECT_SWAPPED);
  text_scale_cb (self);
  wf_exercise_bar_set_context (self->exercise_bar, self->context);
  watch_kind (self, "centre");
  watch_kind (self, "shift");
  tick_cb (self, wf_context_now (self->context));
  show_scope (self);
  ready_cb (self);

  wf_window_install_actions (self);
  wf_dialogs_install (self);
  wf_pages_install (self);
}

static void
wf_window_dispose (GObject *object)
{
  WfWindow *self = WF_WINDOW (object);

  g_clear_object (&self->incident_item);
  g_clear_object (&self->chime);
  g_clear_object (&self->alarms);
  gtk_widget_dispose_template (GTK_WIDGET (self), WF_TYPE_WINDOW);

  G_OBJECT_CLASS (wf_window_parent_class)->dispose (object);
}

static void
wf_window_finalize (GObject *object)
{
  WfWindow *self = WF_WINDOW (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->incident, g_free);

  G_OBJECT_CLASS (wf_window_parent_class)->finalize (object);
}

static void
wf_window_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  WfWindow *self = WF_WINDOW (object);

  switch (prop_id)
    {
    case PROP_CONTEXT:
      g_value_set_object (value, self->context);
      break;

    case PROP_INCIDENT:
      g_value_set_string (value, self->incident);
      break;

    case PROP_INCIDENT_ITEM:
      g_value_set_object (value, self->incident_item);
      break;

    case PROP_PAGE:
      {
        const char *name = gtk_stack_get_visible_child_name (self->pages);

        g_value_set_string (value, name != NULL ? name : "");
      }
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_window_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  WfWindow *self = WF_WINDOW (object);

  switch (prop_id)
    {
    case PROP_CONTEXT:
      self->context = g_value_dup_object (value);
      break;

    case PROP_INCIDENT:
      wf_window_set_incident (self, g_value_get_string (value));
      break;

    case PROP_PAGE:
      if (wf_window_get_page (self, g_value_get_string (value)) != NULL)
        gtk_stack_set_visible_child_name (self->pages, g_value_get_string (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_window_class_init (WfWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY;

  object_class->constructed = wf_window_constructed;
  object_class->dispose = wf_window_dispose;
  object_class->finalize = wf_window_finalize;
  object_class->get_property = wf_window_get_property;
  object_class->set_property = wf_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = wf_window_close_request;

  properties[PROP_CONTEXT] = g_param_spec_object ("context", NULL, NULL, WF_TYPE_CONTEXT,
                                                  readable | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_INCIDENT] = g_param_spec_string ("incident", NULL, NULL, NULL, writable);
  properties[PROP_INCIDENT_ITEM] = g_param_spec_object ("incident-item", NULL, NULL, WF_TYPE_ITEM, readable);
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, "", writable);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (WF_TYPE_ALARM_BAR);
  g_type_ensure (WF_TYPE_EXERCISE_BAR);
  g_type_ensure (WF_TYPE_LINK_BUTTON);
  g_type_ensure (WF_TYPE_QUICK_SEARCH);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/wf-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WfWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, badge);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, centre_name);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, search_words);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, watch);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, clock);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, link);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, exercise_bar);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, alarm_bar);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, menu);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, main_menu);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, search);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, root);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, failure);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, details);
  gtk_widget_class_bind_template_child (widget_class, WfWindow, details_box);
  gtk_widget_class_bind_template_callback (widget_class, visible_page_cb);

  gtk_widget_class_install_property_action (widget_class, "win.page", "page");
}

static void
wf_window_init (WfWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_set_menu (self->menu, G_MENU_MODEL (self->main_menu));
  wf_ui_tend_stack (self->root);
  wf_ui_tend_stack (self->pages);
  wf_ui_keep_focus (GTK_WINDOW (self));
}

/* --- public ------------------------------------------------------------------------------------------------------ */

/**
 * wf_window_new:
 * @application: the application
 * @context: what the screens work with
 *
 * Returns: (transfer none): a new window, owned by GTK
 */
WfWindow *
wf_window_new (GtkApplication *application,
               WfContext      *context)
{
  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (WF_IS_CONTEXT (context), NULL);

  return g_object_new (WF_TYPE_WINDOW, "application", application, "context", context, NULL);
}

/**
 * wf_window_get_context:
 * @self: a window
 *
 * Returns: (transfer none): what the screens work with
 */
WfContext *
wf_window_get_context (WfWindow *self)
{
  g_return_val_if_fail (WF_IS_WINDOW (self), NULL);

  return self->context;
}

/**
 * wf_window_get_incident:
 * @self: a window
 *
 * Returns: (transfer none) (nullable): id of the selected incident
 */
const char *
wf_window_get_incident (WfWindow *self)
{
  g_return_val_if_fail (WF_IS_WINDOW (self), NULL);

  return self->incident;
}

/**
 * wf_window_get_incident_item:
 * @self: a window
 *
 * Returns: (transfer none) (nullable): the selected incident
 */
WfItem *
wf_window_get_incident_item (WfWindow *self)
{
  g_return_val_if_fail (WF_IS_WINDOW (self), NULL);

  return self->incident_item;
}

/**
 * wf_window_set_incident:
 * @self: a window
 * @incident: (nullable): id of an incident
 *
 * Selects an incident, for all pages and for the actions that work on one.
 */
void
wf_window_set_incident (WfWindow   *self,
                        const char *incident)
{
  g_return_if_fail (WF_IS_WINDOW (self));

  if (g_strcmp0 (self->incident, incident) == 0)
    return;

  g_free (self->incident);
  self->incident = g_strdup (incident);
  g_clear_object (&self->incident_item);
  if (incident != NULL)
    self->incident_item = wf_session_get_item (wf_context_get_session (self->context), "incident", incident);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INCIDENT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INCIDENT_ITEM]);
}

/**
 * wf_window_add_page:
 * @self: a window
 * @make: makes the page when it is first wanted
 * @name: its name, which is also the target of `win.page`
 * @title: what the switcher says
 *
 * Adds a page behind those that are there. The first one is shown, and so made at once.
 */
void
wf_window_add_page (WfWindow   *self,
                    WfPageFunc  make,
                    const char *name,
                    const char *title)
{
  GtkWidget *bin;
  GtkWidget *button;

  g_return_if_fail (WF_IS_WINDOW (self));
  g_return_if_fail (make != NULL);

  bin = adw_bin_new ();
  g_object_set_data (G_OBJECT (bin), "make", (gpointer) make);
  gtk_stack_add_titled (self->pages, bin, name, title);
  button = gtk_toggle_button_new_with_label (title);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.page");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", name);
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_box_append (GTK_BOX (self->switcher), button);
}

/**
 * wf_window_get_page:
 * @self: a window
 * @name: a page's name
 *
 * Returns: (transfer none) (nullable): the page, which is made now if it has not been shown yet
 */
GtkWidget *
wf_window_get_page (WfWindow   *self,
                    const char *name)
{
  GtkWidget *bin;

  g_return_val_if_fail (WF_IS_WINDOW (self), NULL);

  bin = name != NULL ? gtk_stack_get_child_by_name (self->pages, name) : NULL;

  return bin != NULL ? ensure_page (self, bin) : NULL;
}

static void
add_toast (WfWindow   *self,
           const char *text,
           guint       seconds)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_timeout (toast, seconds);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/**
 * wf_window_toast:
 * @self: a window
 * @text: a sentence
 *
 * Says something that nobody needs to answer.
 */
void
wf_window_toast (WfWindow   *self,
                 const char *text)
{
  g_return_if_fail (WF_IS_WINDOW (self));
  g_return_if_fail (text != NULL);

  add_toast (self, text, 4);
}

/**
 * wf_window_notice:
 * @self: a window
 * @text: a sentence
 *
 * Says something that stays until somebody has read it and sends it away.
 */
void
wf_window_notice (WfWindow   *self,
                  const char *text)
{
  g_return_if_fail (WF_IS_WINDOW (self));
  g_return_if_fail (text != NULL);

  add_toast (self, text, 0);
}

/**
 * wf_window_get_search_index:
 * @self: a window
 *
 * Returns: (transfer none): where everything is found by name
 */
WfSearchIndex *
wf_window_get_search_index (WfWindow *self)
{
  g_return_val_if_fail (WF_IS_WINDOW (self), NULL);

  return wf_context_get_search_index (self->context);
}

/**
 * wf_window_get_alarms:
 * @self: a window
 *
 * Returns: (transfer none): the alarms
 */
WfAlarms *
wf_window_get_alarms (WfWindow *self)
{
  g_return_val_if_fail (WF_IS_WINDOW (self), NULL);

  return self->alarms;
}

/**
 * wf_window_popup_search:
 * @self: a window
 *
 * Opens the quick search.
 */
void
wf_window_popup_search (WfWindow *self)
{
  g_return_if_fail (WF_IS_WINDOW (self));

  gtk_menu_button_popup (self->search_button);
}

/**
 * wf_window_show_progress:
 * @self: a window
 * @title: what is done
 * @text: more about it
 *
 * Shows what the program is at, before there is anything to show.
 */
void
wf_window_show_progress (WfWindow   *self,
                         const char *title,
                         const char *text)
{
  g_return_if_fail (WF_IS_WINDOW (self));

  adw_status_page_set_title (self->progress, title);
  adw_status_page_set_description (self->progress, text);
  gtk_stack_set_visible_child_name (self->root, "progress");
}

/**
 * wf_window_show_failure:
 * @self: a window
 * @text: a sentence that says what is wrong and what to do
 * @details: (nullable): what an administrator asks for
 *
 * Shows that there is nothing to show, and why; with a button for `app.retry`.
 */
void
wf_window_show_failure (WfWindow   *self,
                        const char *text,
                        const char *details)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (WF_IS_WINDOW (self));

  escaped = g_markup_escape_text (text, -1);
  adw_status_page_set_description (self->failure, escaped);
  gtk_label_set_text (self->details, details != NULL ? details : "");
  gtk_widget_set_visible (self->details_box, wf_ui_nonempty (details) != NULL);
  gtk_stack_set_visible_child_name (self->root, "failure");
}

/**
 * wf_window_show_account:
 * @self: a window
 *
 * Shows that nobody is signed in; with a button for `app.sign-in`.
 */
void
wf_window_show_account (WfWindow *self)
{
  g_return_if_fail (WF_IS_WINDOW (self));

  gtk_stack_set_visible_child_name (self->root, "account");
}

/**
 * wf_window_show_pages:
 * @self: a window
 *
 * Shows the pages.
 */
void
wf_window_show_pages (WfWindow *self)
{
  g_return_if_fail (WF_IS_WINDOW (self));

  gtk_stack_set_visible_child_name (self->root, "pages");
}
