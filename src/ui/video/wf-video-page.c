/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-video-page.h"

#include "wf-kind.h"
#include "wf-link-check.h"
#include "wf-search-key.h"
#include "wf-ui-util.h"
#include "wf-wall-groups.h"
#include "wf-wall.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

#define LAYOUTS_MOST 30
#define NAME_MOST    40 /* characters of a layout's name */

enum
{
  GROUP_ALL,
  GROUP_INCIDENT,
  GROUP_UNITS,
  GROUP_CAMERAS,
  N_GROUPS, /* behind them come those that people have named */
};

/**
 * WfVideoPage:
 *
 * The video wall: every link that there is on the left, 1, 4, 9 or 16 of them as pictures. A patrol shows the listed ones in
 * turns; layouts are kept by name; the wall can stand on a second monitor as well. A page that is not shown opens no link.
 */
struct _WfVideoPage
{
  GtkWidget           parent_instance;

  /* session's lists of the kinds that may have a link → one list → filter → sorter by name → selection of many → list view */
  WfWindow           *window;  /* (unowned): it owns the page */
  WfContext          *context; /* (owned) */
  GtkFilter          *filter;  /* (owned) */
  GtkFilterListModel *found;   /* (owned) */
  GListModel         *sorted;  /* (owned) */
  WfWall             *wall;
  WfWall             *big;     /* (unowned) (nullable): on the second monitor */
  GVariant           *named;   /* (owned) groups of links, as wf-wall-groups.h has them */
  char               *in;      /* (owned) (nullable): the one of them that is listed */
  char               *query;   /* (owned) folded */
  gboolean            naming;  /* the list of groups is being made anew */
  char               *kept;    /* (owned) (nullable): the wall as it was before the patrol */
  guint               patrol_timer;
  guint               patrol_from;

  GtkDropDown        *group;
  GtkMenuButton      *groups;
  GtkSearchEntry     *search;
  GtkListView        *list;
  GtkWidget          *none;
  GtkBox             *right;
  GtkBox             *sizes;
  GtkToggleButton    *patrol;
  GtkSpinButton      *dwell;
  GtkLabel           *turn;
  GtkMenuButton      *layouts;
  GtkScaleButton     *volume;
};

G_DEFINE_FINAL_TYPE (WfVideoPage, wf_video_page, GTK_TYPE_WIDGET)

static const guint wall_sizes[] = { 1, 4, 9, 16 };

static GSettings *
get_settings (WfVideoPage *self)
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

/* What a patrol shows is not what the person has arranged. */
static void
changed_cb (WfVideoPage *self)
{
  g_autofree char *layout = wf_wall_dup_layout (self->wall);

  show_size (self);
  mirror (self);
  if (self->patrol_timer == 0)
    g_settings_set_string (get_settings (self), "video-layout", layout);
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
      changed_cb (self);
    }
}

static void
dwell_cb (WfVideoPage *self)
{
  g_settings_set_uint (get_settings (self), "video-dwell", (guint) gtk_spin_button_get_value_as_int (self->dwell));
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

  g_settings_set_double (get_settings (self), "video-volume", volume);
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

static void
group_cb (WfVideoPage *self)
{
  GtkStringObject *chosen = gtk_drop_down_get_selected_item (self->group);
  gboolean named = gtk_drop_down_get_selected (self->group) >= N_GROUPS && chosen != NULL;

  g_free (self->in);
  self->in = named ? g_strdup (gtk_string_object_get_string (chosen)) : NULL;
  if (self->context != NULL && !self->naming)
    g_settings_set_string (get_settings (self), "video-group", self->in != NULL ? self->in : "");
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

/* --- groups that people name --- */

/* Behind the four that are always there. The one that is listed stays listed. */
static void
show_groups (WfVideoPage *self,
             const char  *listed)
{
  GtkStringList *list = GTK_STRING_LIST (gtk_drop_down_get_model (self->group));
  g_auto (GStrv) names = wf_wall_groups_list (self->named);
  guint old = g_list_model_get_n_items (G_LIST_MODEL (list)) - N_GROUPS;
  guint selected = gtk_drop_down_get_selected (self->group);

  self->naming = TRUE;
  if (selected >= N_GROUPS)
    selected = GROUP_ALL;
  gtk_drop_down_set_selected (self->group, selected);
  gtk_string_list_splice (list, N_GROUPS, old, (const char *const *) names);
  for (guint i = 0; names[i] != NULL; i++)
    if (g_strcmp0 (names[i], listed) == 0)
      selected = N_GROUPS + i;
  gtk_drop_down_set_selected (self->group, selected);
  self->naming = FALSE;
  group_cb (self);
}

/* Takes @named. */
static void
keep_groups (WfVideoPage *self,
             GVariant    *named)
{
  g_autofree char *listed = g_strdup (self->in);

  g_variant_unref (self->named);
  self->named = named;
  g_settings_set_value (get_settings (self), "video-groups", named);
  show_groups (self, listed);
}

/* Ids of what is selected in the list. */
static char **
list_selected (WfVideoPage *self)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (gtk_list_view_get_model (self->list));
  GPtrArray *ids = g_ptr_array_new ();
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (WfItem) item = g_list_model_get_item (self->sorted, position);

      g_ptr_array_add (ids, g_strdup (wf_item_get_id (item)));
    }
  g_ptr_array_add (ids, NULL);

  return (char **) g_ptr_array_free (ids, FALSE);
}

static void
join_group_cb (GtkCheckButton *button,
               WfVideoPage    *self)
{
  g_auto (GStrv) ids = list_selected (self);

  gtk_check_button_set_inconsistent (button, FALSE);
  keep_groups (self, wf_wall_groups_put (self->named, g_object_get_data (G_OBJECT (button), "group"),
                                         (const char *const *) ids, gtk_check_button_get_active (button)));
}

static void
delete_group_cb (GtkButton   *button,
                 WfVideoPage *self)
{
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (button), "group"));

  gtk_menu_button_popdown (self->groups);
  keep_groups (self, wf_wall_groups_remove (self->named, name));
}

static void
new_group_cb (WfVideoPage *self)
{
  GtkWidget *entry = g_object_get_data (G_OBJECT (self->groups), "name");
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  g_auto (GStrv) ids = list_selected (self);

  if (*name == '\0')
    {
      gtk_widget_grab_focus (entry);
      return;
    }

  gtk_menu_button_popdown (self->groups);
  keep_groups (self, wf_wall_groups_put (self->named, name, (const char *const *) ids, TRUE));
  show_groups (self, name);
}

/* A name to choose, and beside it how to delete it. Both buttons know the name under @key. */
static GtkWidget *
new_named_row (GtkWidget  *choice,
               const char *key,
               const char *name,
               const char *tip,
               GCallback   delete_cb,
               gpointer    self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *remove = gtk_button_new_from_icon_name ("edit-delete-symbolic");

  gtk_widget_set_hexpand (choice, TRUE);
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_tooltip_text (remove, tip);
  wf_ui_set_name (remove, tip);
  g_object_set_data_full (G_OBJECT (choice), key, g_strdup (name), g_free);
  g_object_set_data_full (G_OBJECT (remove), key, g_strdup (name), g_free);
  g_signal_connect_object (remove, "clicked", delete_cb, self, 0);
  gtk_box_append (GTK_BOX (row), choice);
  gtk_box_append (GTK_BOX (row), remove);

  return row;
}

static GtkWidget *
new_group_row (WfVideoPage       *self,
               const char        *name,
               const char *const *ids)
{
  GtkWidget *check = gtk_check_button_new_with_label (name);
  g_autofree char *tip = g_strdup_printf (_("Delete the group %s"), name);
  GtkWidget *row = new_named_row (check, "group", name, tip, G_CALLBACK (delete_group_cb), self);
  guint n = g_strv_length ((char **) ids);
  guint inside = wf_wall_groups_count (self->named, name, ids);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), n > 0 && inside == n);
  gtk_check_button_set_inconsistent (GTK_CHECK_BUTTON (check), inside > 0 && inside < n);
  gtk_widget_set_sensitive (check, n > 0);
  g_signal_connect_object (check, "toggled", G_CALLBACK (join_group_cb), self, 0);

  return row;
}

static void
fill_groups (GtkMenuButton *menu,
             gpointer       data)
{
  WfVideoPage *self = data;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *make = gtk_button_new_with_label (_("New group"));
  g_auto (GStrv) names = wf_wall_groups_list (self->named);
  g_auto (GStrv) ids = list_selected (self);
  guint n = g_strv_length (ids);
  gboolean full = g_strv_length (names) >= WF_WALL_GROUPS_MOST;
  g_autofree char *text = n > 0 ? g_strdup_printf (ngettext ("The %u selected link belongs to:",
                                                             "The %u selected links belong to:", n), n)
                          : g_strdup (_("Select links in the list first: with Ctrl or Shift, several."));
  GtkWidget *hint = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (hint), 0);
  gtk_label_set_wrap (GTK_LABEL (hint), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (hint), 36);
  gtk_box_append (GTK_BOX (box), hint);
  for (gsize i = 0; names[i] != NULL; i++)
    gtk_box_append (GTK_BOX (box), new_group_row (self, names[i], (const char *const *) ids));

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("Name of the group"));
  gtk_entry_set_max_length (GTK_ENTRY (entry), NAME_MOST);
  wf_ui_set_name (entry, _("Name of the group"));
  g_object_set_data (G_OBJECT (self->groups), "name", entry);
  g_signal_connect_object (entry, "activate", G_CALLBACK (new_group_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (make, "clicked", G_CALLBACK (new_group_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_sensitive (make, !full);
  gtk_widget_set_sensitive (entry, !full);
  gtk_widget_set_tooltip_text (make, full ? _("There are as many as can be kept. Delete one first.") : NULL);
  gtk_box_append (GTK_BOX (line), entry);
  gtk_box_append (GTK_BOX (line), make);
  gtk_box_append (GTK_BOX (box), line);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (menu, popover);
}

/* --- layouts --- */

static void
close_layouts (WfVideoPage *self)
{
  gtk_menu_button_popdown (self->layouts);
}

static void
choose_layout_cb (GtkButton   *button,
                  WfVideoPage *self)
{
  const char *name = g_object_get_data (G_OBJECT (button), "layout");
  g_autoptr (GVariant) all = g_settings_get_value (get_settings (self), "video-layouts");
  const char *layout;

  gtk_toggle_button_set_active (self->patrol, FALSE);
  if (!g_variant_lookup (all, name, "&s", &layout) || !wf_wall_set_layout (self->wall, layout))
    wf_window_toast (self->window, _("This layout cannot be read. Save it anew."));
  else
    changed_cb (self);
  close_layouts (self);
}

static void
keep_layouts (WfVideoPage *self,
              const char  *name,
              const char  *layout)
{
  g_autoptr (GVariant) all = g_settings_get_value (get_settings (self), "video-layouts");
  GVariantDict dict;

  g_variant_dict_init (&dict, all);
  if (layout != NULL)
    g_variant_dict_insert (&dict, name, "s", layout);
  else
    g_variant_dict_remove (&dict, name);

  /* The dictionary of GLib holds variants; the setting holds strings. */
  g_autoptr (GVariant) filled = g_variant_ref_sink (g_variant_dict_end (&dict));
  GVariantBuilder builder;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_iter_init (&iter, filled);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    g_variant_builder_add (&builder, "{ss}", key, g_variant_get_string (value, NULL));
  g_settings_set_value (get_settings (self), "video-layouts", g_variant_builder_end (&builder));
}

static void
delete_layout_cb (GtkButton   *button,
                  WfVideoPage *self)
{
  keep_layouts (self, g_object_get_data (G_OBJECT (button), "layout"), NULL);
  close_layouts (self);
}

static void
save_layout_cb (WfVideoPage *self)
{
  GtkWidget *entry = g_object_get_data (G_OBJECT (self->layouts), "name");
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  g_autofree char *layout = wf_wall_dup_layout (self->wall);

  if (*name == '\0')
    {
      gtk_widget_grab_focus (entry);
      return;
    }

  keep_layouts (self, name, layout);
  close_layouts (self);
}

static GtkWidget *
new_layout_row (WfVideoPage *self,
                const char  *name)
{
  GtkWidget *button = gtk_button_new_with_label (name);
  g_autofree char *tip = g_strdup_printf (_("Delete the layout %s"), name);

  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (choose_layout_cb), self, 0);

  return new_named_row (button, "layout", name, tip, G_CALLBACK (delete_layout_cb), self);
}

static void
fill_layouts (GtkMenuButton *menu,
              gpointer       data)
{
  WfVideoPage *self = data;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *save = gtk_button_new_with_label (_("Save"));
  g_autoptr (GVariant) all = g_settings_get_value (get_settings (self), "video-layouts");
  gboolean full = g_variant_n_children (all) >= LAYOUTS_MOST;

  for (gsize i = 0; i < g_variant_n_children (all); i++)
    {
      const char *name;

      g_variant_get_child (all, i, "{&s&s}", &name, NULL);
      gtk_box_append (GTK_BOX (box), new_layout_row (self, name));
    }

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("Name of this layout"));
  gtk_entry_set_max_length (GTK_ENTRY (entry), NAME_MOST);
  wf_ui_set_name (entry, _("Name of this layout"));
  g_object_set_data (G_OBJECT (self->layouts), "name", entry);
  g_signal_connect_object (entry, "activate", G_CALLBACK (save_layout_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (save, "clicked", G_CALLBACK (save_layout_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_sensitive (save, !full);
  gtk_widget_set_tooltip_text (save, full ? _("There are as many as can be kept. Delete one first.") : NULL);
  gtk_box_append (GTK_BOX (line), entry);
  gtk_box_append (GTK_BOX (line), save);
  gtk_box_append (GTK_BOX (box), line);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (menu, popover);
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
  gtk_widget_class_bind_template_callback (widget_class, group_cb);
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
  layout = g_settings_get_string (get_settings (self), "video-layout");
  wf_wall_set_layout (self->wall, layout);
  add_sizes (self);
  gtk_spin_button_set_value (self->dwell, g_settings_get_uint (get_settings (self), "video-dwell"));
  gtk_scale_button_set_value (self->volume, g_settings_get_double (get_settings (self), "video-volume"));
  gtk_menu_button_set_create_popup_func (self->layouts, fill_layouts, self, NULL);
  self->named = g_settings_get_value (get_settings (self), "video-groups");
  gtk_menu_button_set_create_popup_func (self->groups, fill_groups, self, NULL);
  fill_list (self);
  group = g_settings_get_string (get_settings (self), "video-group");
  show_groups (self, group);

  g_signal_connect_object (self->wall, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_overview (self->context), "changed", G_CALLBACK (things_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::incident", G_CALLBACK (group_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
