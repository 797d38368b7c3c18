/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-video-page-private.h"

#include "wf-ui-util.h"
#include "wf-wall-groups.h"

#include <glib/gi18n.h>

#define LAYOUTS_MOST 30
#define NAME_MOST    40 /* characters of a name */

/* --- groups that people name --- */

/**
 * wf_video_page_show_groups:
 * @self: the page
 * @listed: (nullable): the one of them whose links are listed
 *
 * Offers them behind the four that are always there. The one that is listed stays listed.
 */
void
wf_video_page_show_groups (WfVideoPage *self,
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
  wf_video_page_list_links (self);
}

/* Takes @named. */
static void
keep_groups (WfVideoPage *self,
             GVariant    *named)
{
  g_autofree char *listed = g_strdup (self->in);

  g_variant_unref (self->named);
  self->named = named;
  g_settings_set_value (wf_video_page_get_settings (self), "video-groups", named);
  wf_video_page_show_groups (self, listed);
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
  wf_video_page_show_groups (self, name);
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

/**
 * wf_video_page_fill_groups:
 * @menu: the button of groups
 * @data: the page
 *
 * Makes the menu that says to which groups the selected links belong.
 */
void
wf_video_page_fill_groups (GtkMenuButton *menu,
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
  g_autoptr (GVariant) all = g_settings_get_value (wf_video_page_get_settings (self), "video-layouts");
  const char *layout;

  gtk_toggle_button_set_active (self->patrol, FALSE);
  if (!g_variant_lookup (all, name, "&s", &layout) || !wf_wall_set_layout (self->wall, layout))
    wf_window_toast (self->window, _("This layout cannot be read. Save it anew."));
  else
    wf_video_page_keep_wall (self);
  close_layouts (self);
}

static void
keep_layouts (WfVideoPage *self,
              const char  *name,
              const char  *layout)
{
  g_autoptr (GVariant) all = g_settings_get_value (wf_video_page_get_settings (self), "video-layouts");
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
  g_settings_set_value (wf_video_page_get_settings (self), "video-layouts", g_variant_builder_end (&builder));
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

/**
 * wf_video_page_fill_layouts:
 * @menu: the button of layouts
 * @data: the page
 *
 * Makes the menu of the layouts that have a name.
 */
void
wf_video_page_fill_layouts (GtkMenuButton *menu,
                            gpointer       data)
{
  WfVideoPage *self = data;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *save = gtk_button_new_with_label (_("Save"));
  g_autoptr (GVariant) all = g_settings_get_value (wf_video_page_get_settings (self), "video-layouts");
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
