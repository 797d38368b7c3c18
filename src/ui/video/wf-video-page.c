/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-video-page-private.h"

#include "wf-kind.h"
#include "wf-link-check.h"
#include "wf-search-key.h"
#include "wf-ui-util.h"
#include "wf-wall-groups.h"
#include "wf-wall.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

/**
 * WfVideoPage:
 *
 * The video wall: every link that there is on the left, 1, 4, 9 or 16 of them as pictures. A patrol shows the listed ones in
 * turns; layouts are kept by name; the wall can stand on a second monitor as well. A page that is not shown opens no link.
 */
G_DEFINE_FINAL_TYPE (WfVideoPage, wf_video_page, GTK_TYPE_WIDGET)

static const guint wall_sizes[] = { 1, 4, 9, 16 };

/**
 * wf_video_page_get_settings:
 * @self: the page
 *
 * Returns: (transfer none): where it keeps what people arrange
 */
GSettings *
wf_video_page_get_settings (WfVideoPage *self)
{
  return wf_context_get_settings (self->context);
}

/* --- the wall --- */

static void
mirror (WfVideoPage *self)
{
  g_autofree char *layout = wf_wall_dup_layout (self->wall);

  if (self->big != NULL)
    wf_wall_set_layout (self->big, layout);
}

static void
show_size (WfVideoPage *self)
{
  guint size = wf_wall_get_size (self->wall);
  guint i = 0;

  for (GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self->sizes)); button != NULL;
       button = gtk_widget_get_next_sibling (button), i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), wall_sizes[i] == size);
}

/**
 * wf_video_page_keep_wall:
 * @self: the page
 *
 * Keeps how the wall is arranged, and shows it on the second monitor. What a patrol shows is not what the person has arranged.
 */
void
wf_video_page_keep_wall (WfVideoPage *self)
{
  g_autofree char *layout = wf_wall_dup_layout (self->wall);

  show_size (self);
  mirror (self);
  if (self->patrol_timer == 0)
    g_settings_set_string (wf_video_page_get_settings (self), "video-layout", layout);
}

static void
size_cb (GtkToggleButton *button,
         WfVideoPage     *self)
{
  guint size = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "size"));

  if (gtk_toggle_button_get_active (button) && size != wf_wall_get_size (self->wall))
    wf_wall_set_size (self->wall, size);
}

static void
add_sizes (WfVideoPage *self)
{
  GtkWidget *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wall_sizes); i++)
    {
      g_autofree char *label = g_strdup_printf ("%u", wall_sizes[i]);
      g_autofree char *name = g_strdup_printf (ngettext ("%u tile", "%u tiles", wall_sizes[i]), wall_sizes[i]);
      GtkWidget *button = gtk_toggle_button_new_with_label (label);

      wf_ui_set_name (button, name);
      gtk_widget_set_tooltip_text (button, name);
      g_object_set_data (G_OBJECT (button), "size", GUINT_TO_POINTER (wall_sizes[i]));
      if (first == NULL)
        first = button;
      else
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
      gtk_box_append (self->sizes, button);
    }
  show_size (self);
  for (GtkWidget *button = first; button != NULL; button = gtk_widget_get_next_sibling (button))
    g_signal_connect_object (button, "toggled", G_CALLBACK (size_cb), self, 0);
}

/* --- patrol --- */

static gboolean
turn_cb (gpointer data)
{
  WfVideoPage *self = data;
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_free);
  guint n = g_list_model_get_n_items (self->sorted);
  g_autofree char *text = NULL;
  guint first = self->patrol_from < n ? self->patrol_from : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (self->sorted, i);

      g_ptr_array_add (sources, g_strdup (wf_item_get_id (item)));
    }

  self->patrol_from = wf_wall_patrol (self->wall, sources, first);
  mirror (self);
  if (n > 0)
    /* TRANSLATORS: of a patrol over video links: the first that is shown now, of how many */
    text = g_strdup_printf (_("From link %u of %u"), (n > wf_wall_get_size (self->wall) ? first : 0) + 1, n);
  gtk_label_set_text (self->turn, text != NULL ? text : _("No links to show in turns"));

  return G_SOURCE_CONTINUE;
}

static void
start_turns (WfVideoPage *self)
{
  g_clear_handle_id (&self->patrol_timer, g_source_remove);
  self->patrol_timer = g_timeout_add_seconds ((guint) gtk_spin_button_get_value_as_int (self->dwell), turn_cb, self);
}

static void
patrol_cb (WfVideoPage *self)
{
  if (gtk_toggle_button_get_active (self->patrol) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      if (self->kept == NULL)
        self->kept = wf_wall_dup_layout (self->wall);
      self->patrol_from = 0;
      start_turns (self);
      turn_cb (self);
      return;
    }

  g_clear_handle_id (&self->patrol_timer, g_source_remove);
  gtk_label_set_text (self->turn, "");
  if (self->kept != NULL)
    {
      wf_wall_set_layout (self->wall, self->kept);
      g_clear_pointer (&self->kept, g_free);
      wf_video_page_keep_wall (self);
    }
}

static void
dwell_cb (WfVideoPage *self)
{
  g_settings_set_uint (wf_video_page_get_settings (self), "video-dwell", (guint) gtk_spin_button_get_value_as_int (self->dwell));
  if (self->patrol_timer != 0)
    start_turns (self);
}

/* --- sound --- */

static void
volume_cb (WfVideoPage *self)
{
  double volume = gtk_scale_button_get_value (self->volume);

  /* Set by us for the first time there is no context yet. */
  if (self->context == NULL)
    return;

  g_settings_set_double (wf_video_page_get_settings (self), "video-volume", volume);
  wf_video_hub_set_volume (wf_context_get_video (self->context), volume);
}

/* --- links --- */

static gboolean
is_shown (gpointer data,
          gpointer user_data)
{
  WfVideoPage *self = user_data;
  WfEntity *entity = wf_item_get_entity (data);
  const char *incident = wf_window_get_incident (self->window);
  gboolean is_unit = g_str_equal (wf_item_get_kind (data), "unit");

  if (wf_ui_nonempty (wf_entity_string (entity, "video")) == NULL)
    return FALSE;

  switch (gtk_drop_down_get_selected (self->group))
    {
    case GROUP_INCIDENT:
      if (incident == NULL || !wf_entity_is (entity, "incident", incident))
        return FALSE;
      break;
    case GROUP_UNITS:
      if (!is_unit)
        return FALSE;
      break;
    case GROUP_CAMERAS:
      if (is_unit)
        return FALSE;
      break;
    case GROUP_ALL:
      break;
    default:
      if (self->in == NULL || !wf_wall_groups_has (self->named, self->in, wf_item_get_id (data)))
        return FALSE;
      break;
    }

  g_autofree char *key = self->query != NULL ? wf_search_key_new (wf_entity_string (entity, "name")) : NULL;

  return self->query == NULL || wf_search_key_match (key, self->query) > 0;
}

static void
count_cb (WfVideoPage *self)
{
  gtk_widget_set_visible (self->none, g_list_model_get_n_items (self->sorted) == 0);
}

/**
 * wf_video_page_list_links:
 * @self: the page
 *
 * Lists the links of the chosen group that match what is searched for.
 */
void
wf_video_page_list_links (WfVideoPage *self)
{
  GtkStringObject *chosen = gtk_drop_down_get_selected_item (self->group);
  gboolean named = gtk_drop_down_get_selected (self->group) >= N_GROUPS && chosen != NULL;

  g_free (self->in);
  self->in = named ? g_strdup (gtk_string_object_get_string (chosen)) : NULL;
  if (self->context != NULL && !self->naming)
    g_settings_set_string (wf_video_page_get_settings (self), "video-group", self->in != NULL ? self->in : "");
  g_free (self->query);
  self->query = *gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0'
                ? g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1) : NULL;
  if (self->filter != NULL)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

/* A link comes, goes or joins an incident without its thing coming or going. */
static void
things_changed_cb (WfVideoPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static int
compare_names (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const char *x = wf_entity_string (wf_item_get_entity ((WfItem *) a), "name");
  const char *y = wf_entity_string (wf_item_get_entity ((WfItem *) b), "name");
  int order = g_utf8_collate (x != NULL ? x : "", y != NULL ? y : "");

  return order < 0 ? GTK_ORDERING_SMALLER : order > 0 ? GTK_ORDERING_LARGER : GTK_ORDERING_EQUAL;
}

static void
activate_cb (GtkListView *view,
             guint        position,
             WfVideoPage *self)
{
  g_autoptr (WfItem) item = g_list_model_get_item (self->sorted, position);

  gtk_toggle_button_set_active (self->patrol, FALSE);
  wf_wall_show_source (self->wall, wf_item_get_id (item));
}

static GdkContentProvider *
prepare_cb (GtkDragSource *drag,
            double         x,
            double         y,
            GtkListItem   *list_item)
{
  WfItem *item = gtk_list_item_get_item (list_item);

  return item != NULL ? gdk_content_provider_new_typed (G_TYPE_STRING, wf_item_get_id (item)) : NULL;
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          WfVideoPage              *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkDragSource *drag = gtk_drag_source_new ();

  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      if (i == 1)
        {
          gtk_widget_add_css_class (label, "wf-dim");
          gtk_widget_add_css_class (label, "wf-small");
        }
      gtk_box_append (GTK_BOX (box), label);
    }
  g_signal_connect_object (drag, "prepare", G_CALLBACK (prepare_cb), list_item, 0);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (drag));
  gtk_list_item_set_child (list_item, box);
}

static void
show_row (GtkListItem *list_item)
{
  WfItem *item = gtk_list_item_get_item (list_item);
  WfEntity *entity = wf_item_get_entity (item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *name = gtk_widget_get_first_child (box);
  gboolean is_unit = g_str_equal (wf_item_get_kind (item), "unit");
  const char *type = is_unit ? wf_wording_value ("type", wf_entity_string (entity, "type"))
                             : wf_wording_kind (wf_item_get_kind (item));
  const char *state = is_unit ? wf_wording_value ("state", wf_entity_string (entity, "state")) : NULL;
  g_autofree char *more = wf_ui_join (" · ", type, state != NULL ? state : wf_entity_string (entity, "place"), NULL);

  gtk_label_set_text (GTK_LABEL (name), wf_entity_string (entity, "name"));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (name)), more);
  gtk_widget_set_tooltip_text (box, _("Double-click, Enter or drag puts it on the wall"));
  wf_ui_set_row_name (box, wf_entity_string (entity, "name"));
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         WfVideoPage              *self)
{
  g_signal_connect_swapped (gtk_list_item_get_item (list_item), "notify::entity", G_CALLBACK (show_row), list_item);
  show_row (list_item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           WfVideoPage              *self)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (list_item), show_row, list_item);
}

static void
fill_list (WfVideoPage *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GListStore) lists = g_list_store_new (G_TYPE_LIST_MODEL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkMultiSelection) selection = NULL;
  guint n;
  const WfKind *kinds = wf_kind_all (&n);

  for (guint i = 0; i < n; i++)
    if (wf_wall_may_show (&kinds[i]))
      g_list_store_append (lists, wf_session_list (session, kinds[i].name));

  self->filter = GTK_FILTER (gtk_custom_filter_new (is_shown, self, NULL));
  self->found = gtk_filter_list_model_new (G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (g_steal_pointer (&lists)))),
                                           g_object_ref (self->filter));
  self->sorted = G_LIST_MODEL (gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->found)),
                                                        GTK_SORTER (gtk_custom_sorter_new (compare_names, NULL, NULL))));
  selection = gtk_multi_selection_new (g_object_ref (self->sorted));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (self->sorted, "items-changed", G_CALLBACK (count_cb), self, G_CONNECT_SWAPPED);
  count_cb (self);
}

/* --- before a drill --- */

static void
check_cb (WfVideoPage *self)
{
  wf_link_check_present (self->window);
}

/* --- the second monitor --- */

static void
big_gone_cb (WfVideoPage *self)
{
  self->big = NULL;
}

static void
big_cb (WfVideoPage *self)
{
  GtkWidget *big;

  if (self->big != NULL)
    {
      gtk_window_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self->big))));
      return;
    }

  big = gtk_window_new ();
  self->big = WF_WALL (wf_wall_new (self->context, FALSE));
  gtk_window_set_title (GTK_WINDOW (big), _("Video wall"));
  gtk_window_set_transient_for (GTK_WINDOW (big), GTK_WINDOW (self->window));
  gtk_window_set_default_size (GTK_WINDOW (big), 1280, 720);
  gtk_window_set_child (GTK_WINDOW (big), GTK_WIDGET (self->big));
  gtk_widget_add_css_class (big, "wf-big");
  wf_ui_close_on_escape (GTK_WINDOW (big));
  g_signal_connect_object (big, "destroy", G_CALLBACK (big_gone_cb), self, G_CONNECT_SWAPPED);
  mirror (self);
  if (!wf_ui_fill_monitor (GTK_WINDOW (big), GTK_WINDOW (self->window), TRUE))
    wf_window_toast (self->window, _("There is no second monitor: the wall is shown in a window."));
  gtk_window_present (GTK_WINDOW (big));
}

/* --- */

/* A patrol that nobody sees would open links for nobody. */
static void
wf_video_page_map (GtkWidget *widget)
{
  WfVideoPage *self = WF_VIDEO_PAGE (widget);

  GTK_WIDGET_CLASS (wf_video_page_parent_class)->map (widget);
  things_changed_cb (self);
  if (gtk_toggle_button_get_active (self->patrol))
    patrol_cb (self);
}

static void
wf_video_page_unmap (GtkWidget *widget)
{
  WfVideoPage *self = WF_VIDEO_PAGE (widget);

  if (self->big == NULL)
    g_clear_handle_id (&self->patrol_timer, g_source_remove);
  GTK_WIDGET_CLASS (wf_video_page_parent_class)->unmap (widget);
}

static void
wf_video_page_dispose (GObject *object)
{
  WfVideoPage *self = WF_VIDEO_PAGE (object);

  g_clear_handle_id (&self->patrol_timer, g_source_remove);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_VIDEO_PAGE);
  g_clear_object (&self->sorted);
  g_clear_object (&self->found);
  g_clear_object (&self->filter);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_video_page_parent_class)->dispose (object);
}

static void
wf_video_page_finalize (GObject *object)
{
  WfVideoPage *self = WF_VIDEO_PAGE (object);

  g_clear_pointer (&self->named, g_variant_unref);
  g_free (self->in);
  g_free (self->query);
  g_free (self->kept);

  G_OBJECT_CLASS (wf_video_page_parent_class)->finalize (object);
}

static void
wf_video_page_class_init (WfVideoPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_video_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_video_page_finalize;
  widget_class->map = wf_video_page_map;
  widget_class->unmap = wf_video_page_unmap;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/video/wf-video-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, group);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, groups);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, search);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, list);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, none);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, right);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, sizes);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, patrol);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, dwell);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, turn);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, layouts);
  gtk_widget_class_bind_template_child (widget_class, WfVideoPage, volume);
  gtk_widget_class_bind_template_callback (widget_class, volume_cb);
  gtk_widget_class_bind_template_callback (widget_class, wf_video_page_list_links);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, patrol_cb);
  gtk_widget_class_bind_template_callback (widget_class, dwell_cb);
  gtk_widget_class_bind_template_callback (widget_class, big_cb);
  gtk_widget_class_bind_template_callback (widget_class, check_cb);
}

static void
wf_video_page_init (WfVideoPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * wf_video_page_new:
 * @window: the window, whose selected incident is one of the groups
 *
 * Returns: (transfer floating): the page, with the wall as it was left
 */
GtkWidget *
wf_video_page_new (WfWindow *window)
{
  WfVideoPage *self = g_object_new (WF_TYPE_VIDEO_PAGE, NULL);
  g_autofree char *layout = NULL;
  g_autofree char *group = NULL;

  self->window = window;
  self->context = g_object_ref (wf_window_get_context (window));
  self->wall = WF_WALL (wf_wall_new (self->context, TRUE));
  gtk_widget_add_css_class (GTK_WIDGET (self->wall), "wf-wall");
  gtk_widget_set_vexpand (GTK_WIDGET (self->wall), TRUE);
  gtk_box_append (self->right, GTK_WIDGET (self->wall));
  layout = g_settings_get_string (wf_video_page_get_settings (self), "video-layout");
  wf_wall_set_layout (self->wall, layout);
  add_sizes (self);
  gtk_spin_button_set_value (self->dwell, g_settings_get_uint (wf_video_page_get_settings (self), "video-dwell"));
  gtk_scale_button_set_value (self->volume, g_settings_get_double (wf_video_page_get_settings (self), "video-volume"));
  gtk_menu_button_set_create_popup_func (self->layouts, wf_video_page_fill_layouts, self, NULL);
  self->named = g_settings_get_value (wf_video_page_get_settings (self), "video-groups");
  gtk_menu_button_set_create_popup_func (self->groups, wf_video_page_fill_groups, self, NULL);
  fill_list (self);
  group = g_settings_get_string (wf_video_page_get_settings (self), "video-group");
  wf_video_page_show_groups (self, group);

  g_signal_connect_object (self->wall, "changed", G_CALLBACK (wf_video_page_keep_wall), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_overview (self->context), "changed", G_CALLBACK (things_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::incident", G_CALLBACK (wf_video_page_list_links), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
