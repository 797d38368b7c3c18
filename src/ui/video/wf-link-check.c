/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-link-check.h"

#include "wf-kind.h"
#include "wf-link-sign-in.h"
#include "wf-ui-util.h"
#include "wf-wall.h"

#include <glib/gi18n.h>

#define LOG_MOST 3900 /* characters of an entry of the log, with some to spare */

/**
 * WfLinkCheck:
 *
 * Before a drill: tries every link that there is, a few at once, and says of each how soon its first picture came, what it is
 * like, or why there is none. The window stays usable, and so is everything beside it; closing it ends the check.
 */
struct _WfLinkCheck
{
  AdwWindow       parent_instance;

  /* session's lists of the kinds that may have a link → the trials of a check → list view */
  WfWindow       *window;   /* (unowned): it owns us */
  WfVideoCheck   *check;    /* (owned) */

  GtkLabel       *summary;
  GtkProgressBar *progress;
  GtkListView    *list;
  GtkButton      *run;
  GtkWidget      *copy;
  GtkWidget      *note;
};

G_DEFINE_FINAL_TYPE (WfLinkCheck, wf_link_check, ADW_TYPE_WINDOW)

/* --- what there is --- */

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  const char *x = wf_entity_string (*(WfEntity **) a, "name");
  const char *y = wf_entity_string (*(WfEntity **) b, "name");

  return g_utf8_collate (x != NULL ? x : "", y != NULL ? y : "");
}

static GPtrArray *
list_sources (WfContext *context)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  WfSession *session = wf_context_get_session (context);
  guint n;
  const WfKind *kinds = wf_kind_all (&n);

  for (guint i = 0; i < n; i++)
    {
      GListModel *things = wf_wall_may_show (&kinds[i]) ? wf_session_list (session, kinds[i].name) : NULL;

      for (guint j = 0; things != NULL && j < g_list_model_get_n_items (things); j++)
        {
          g_autoptr (WfItem) item = g_list_model_get_item (things, j);

          if (wf_ui_nonempty (wf_entity_string (wf_item_get_entity (item), "video")) != NULL)
            g_ptr_array_add (sources, wf_entity_ref (wf_item_get_entity (item)));
        }
    }
  g_ptr_array_sort (sources, compare_names);

  return sources;
}

/* --- rows --- */

static const struct
{
  const char *icon;
  const char *css;
} looks[WF_VIDEO_N_TRIAL_STATES] = {
  [WF_VIDEO_TRIAL_WAITING] = { "content-loading-symbolic", "wf-dim" },
  [WF_VIDEO_TRIAL_RUNNING] = { "emblem-synchronizing-symbolic", "wf-dim" },
  [WF_VIDEO_TRIAL_GOOD] = { "emblem-ok-symbolic", "wf-strong" },
  [WF_VIDEO_TRIAL_WEAK] = { "dialog-warning-symbolic", "wf-soon" },
  [WF_VIDEO_TRIAL_FAILED] = { "dialog-error-symbolic", "error" },
  [WF_VIDEO_TRIAL_STOPPED] = { "action-unavailable-symbolic", "wf-dim" },
};

static GtkWidget *
add_label (GtkWidget  *grid,
           int         column,
           int         row,
           int         width,
           const char *css)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  gtk_grid_attach (GTK_GRID (grid), label, column, row, width, 1);

  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *name = add_label (grid, 1, 0, 1, "wf-strong");
  GtkWidget *state = add_label (grid, 2, 0, 1, NULL);

  gtk_grid_set_column_spacing (GTK_GRID (grid), 8);
  gtk_widget_set_margin_start (grid, 6);
  gtk_widget_set_margin_end (grid, 6);
  gtk_widget_set_margin_top (grid, 4);
  gtk_widget_set_margin_bottom (grid, 4);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_grid_attach (GTK_GRID (grid), icon, 0, 0, 1, 1);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_label_set_wrap (GTK_LABEL (state), FALSE);
  gtk_widget_set_valign (state, GTK_ALIGN_START);
  g_object_set_data (G_OBJECT (grid), "icon", icon);
  g_object_set_data (G_OBJECT (grid), "name", name);
  g_object_set_data (G_OBJECT (grid), "state", state);
  g_object_set_data (G_OBJECT (grid), "figures", add_label (grid, 1, 1, 2, "wf-dim"));
  g_object_set_data (G_OBJECT (grid), "advice", add_label (grid, 1, 2, 2, NULL));
  gtk_widget_add_css_class (g_object_get_data (G_OBJECT (grid), "figures"), "numeric");
  gtk_list_item_set_child (list_item, grid);
  gtk_list_item_set_activatable (list_item, FALSE);
}

static void
show_row (GtkListItem *list_item)
{
  WfVideoTrial *trial = gtk_list_item_get_item (list_item);
  GObject *grid = G_OBJECT (gtk_list_item_get_child (list_item));
  GtkWidget *icon = g_object_get_data (grid, "icon");
  GtkWidget *state = g_object_get_data (grid, "state");
  GtkWidget *figures = g_object_get_data (grid, "figures");
  GtkWidget *advice = g_object_get_data (grid, "advice");
  WfVideoTrialState now = wf_video_trial_get_state (trial);
  g_autofree char *measured = wf_video_trial_describe (trial);
  g_autofree char *said = wf_video_trial_to_string (trial);
  const char *why = wf_video_trial_get_advice (trial);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), looks[now].icon);
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      gtk_widget_remove_css_class (icon, looks[i].css);
      gtk_widget_remove_css_class (state, looks[i].css);
    }
  gtk_widget_add_css_class (icon, looks[now].css);
  gtk_widget_add_css_class (state, looks[now].css);
  gtk_label_set_text (g_object_get_data (grid, "name"), wf_video_trial_get_name (trial));
  gtk_label_set_text (GTK_LABEL (state), wf_video_trial_state_to_string (now));
  gtk_label_set_text (GTK_LABEL (figures), measured);
  gtk_widget_set_visible (figures, *measured != '\0');
  gtk_label_set_text (GTK_LABEL (advice), why != NULL ? why : "");
  gtk_widget_set_visible (advice, why != NULL);
  wf_ui_set_row_name (GTK_WIDGET (grid), said);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item)
{
  g_signal_connect_swapped (gtk_list_item_get_item (list_item), "notify::state", G_CALLBACK (show_row), list_item);
  show_row (list_item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (list_item), show_row, list_item);
}

/* --- the check --- */

static void
show (WfLinkCheck *self)
{
  guint n = g_list_model_get_n_items (wf_video_check_get_trials (self->check));
  guint open = wf_video_check_count (self->check, WF_VIDEO_TRIAL_WAITING)
               + wf_video_check_count (self->check, WF_VIDEO_TRIAL_RUNNING);
  gboolean running = wf_video_check_is_running (self->check);
  g_autofree char *summary = n > 0 ? wf_video_check_summarize (self->check)
                             : g_strdup (_("There is no link to check. Units and cameras have one when a video address is entered for them."));

  gtk_label_set_text (self->summary, summary);
  gtk_progress_bar_set_fraction (self->progress, n > 0 ? (double) (n - open) / n : 1);
  gtk_button_set_label (self->run, running ? _("Stop the check") : _("Check again"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->run), n > 0);
  gtk_widget_set_sensitive (self->copy, n > open);
  gtk_widget_set_sensitive (self->note, n > 0 && !running);
  wf_ui_set_tooltip (self->note, running ? _("When the check is done, or stopped") : NULL);
}

static void
end_check (WfLinkCheck *self)
{
  if (self->check == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->check, self);
  wf_video_check_stop (self->check);
  g_clear_object (&self->check);
}

static void
begin_check (WfLinkCheck *self)
{
  WfContext *context = wf_window_get_context (self->window);
  g_autoptr (GPtrArray) sources = list_sources (context);

  end_check (self);
  self->check = wf_video_check_new ();
  for (guint i = 0; i < sources->len; i++)
    {
      WfEntity *source = g_ptr_array_index (sources, i);
      const char *name = wf_entity_string (source, "name");
      g_autoptr (WfVideoLink) link = wf_video_hub_get_link (wf_context_get_video (context),
                                                            wf_entity_string (source, "video"), name);

      wf_link_sign_in_watch (link);
      wf_video_check_add (self->check, link, name);
    }

  g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (g_object_ref (wf_video_check_get_trials (self->check)));

  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (self->check, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  wf_video_check_start (self->check);
}

static void
run_cb (WfLinkCheck *self)
{
  if (wf_video_check_is_running (self->check))
    wf_video_check_stop (self->check);
  else
    begin_check (self);
}

static void
copy_cb (WfLinkCheck *self)
{
  g_autofree char *text = wf_video_check_to_string (self->check, 0);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  wf_window_toast (self->window, _("The result of the check is copied"));
}

static void
note_cb (WfLinkCheck *self)
{
  WfContext *context = wf_window_get_context (self->window);
  WfSession *session = wf_context_get_session (context);
  g_autofree char *id = wf_session_new_id (session);
  g_autofree char *text = wf_video_check_to_string (self->check, LOG_MOST);
  g_autoptr (GVariant) payload = wf_dict_make ("log", wf_value_string (id),
                                               "kind", wf_value_string ("note"),
                                               "text", wf_value_string (text),
                                               "person", wf_value_string (wf_ui_nonempty (wf_session_get_actor_name (session))),
                                               NULL);

  wf_window_submit (self->window, "log.add", payload, wf_context_now (context), _("The result of the check is in the log"));
  /* Once is enough. */
  gtk_widget_set_sensitive (self->note, FALSE);
}

static void
wf_link_check_dispose (GObject *object)
{
  WfLinkCheck *self = WF_LINK_CHECK (object);

  end_check (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), WF_TYPE_LINK_CHECK);

  G_OBJECT_CLASS (wf_link_check_parent_class)->dispose (object);
}

static void
wf_link_check_class_init (WfLinkCheckClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_link_check_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/video/wf-link-check.ui");
  gtk_widget_class_bind_template_child (widget_class, WfLinkCheck, summary);
  gtk_widget_class_bind_template_child (widget_class, WfLinkCheck, progress);
  gtk_widget_class_bind_template_child (widget_class, WfLinkCheck, list);
  gtk_widget_class_bind_template_child (widget_class, WfLinkCheck, run);
  gtk_widget_class_bind_template_child (widget_class, WfLinkCheck, copy);
  gtk_widget_class_bind_template_child (widget_class, WfLinkCheck, note);
  gtk_widget_class_bind_template_callback (widget_class, run_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, note_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
wf_link_check_init (WfLinkCheck *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_widen_window (GTK_WINDOW (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
}

/**
 * wf_link_check_new:
 * @window: the window whose links are checked
 *
 * Returns: (transfer none): a window in which the check has begun; it belongs to GTK
 */
GtkWidget *
wf_link_check_new (WfWindow *window)
{
  g_return_val_if_fail (WF_IS_WINDOW (window), NULL);

  WfLinkCheck *self = g_object_new (WF_TYPE_LINK_CHECK, "transient-for", window, "destroy-with-parent", TRUE, NULL);

  self->window = window;
  begin_check (self);
  show (self);

  return GTK_WIDGET (self);
}

/**
 * wf_link_check_present:
 * @window: the window whose links are checked
 *
 * Shows the check that is open already, or begins one.
 */
void
wf_link_check_present (WfWindow *window)
{
  g_return_if_fail (WF_IS_WINDOW (window));

  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) toplevel = g_list_model_get_item (toplevels, i);

      if (WF_IS_LINK_CHECK (toplevel) && gtk_window_get_transient_for (toplevel) == GTK_WINDOW (window))
        {
          gtk_window_present (toplevel);
          return;
        }
    }

  gtk_window_present (GTK_WINDOW (wf_link_check_new (window)));
}

/**
 * wf_link_check_get_check:
 * @self: a check's window
 *
 * Returns: (transfer none): what goes on in it
 */
WfVideoCheck *
wf_link_check_get_check (WfLinkCheck *self)
{
  g_return_val_if_fail (WF_IS_LINK_CHECK (self), NULL);

  return self->check;
}
