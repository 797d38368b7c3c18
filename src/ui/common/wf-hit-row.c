/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-hit-row.h"

#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

static void
setup_cb (GtkListItemFactory *factory,
          GtkListItem        *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *subtitle = gtk_label_new (NULL);
  GtkWidget *kind = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (subtitle), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (subtitle), 0);
  gtk_widget_set_hexpand (subtitle, TRUE);
  gtk_widget_add_css_class (subtitle, "wf-dim");
  gtk_widget_add_css_class (subtitle, "wf-small");
  gtk_widget_add_css_class (kind, "wf-dim");
  gtk_widget_add_css_class (kind, "wf-small");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), subtitle);
  gtk_box_append (GTK_BOX (box), kind);
  gtk_list_item_set_child (list_item, box);
}

static const char *
get_kind_title (const char *kind)
{
  if (g_str_equal (kind, WF_SEARCH_PLACE))
    return _("Place");
  if (g_str_equal (kind, WF_SEARCH_DIVISION))
    return _("Division");
  if (g_str_equal (kind, WF_SEARCH_COMMAND))
    return _("Command");

  return wf_wording_kind (kind);
}

static void
bind_cb (GtkListItemFactory *factory,
         GtkListItem        *list_item)
{
  WfSearchHit *hit = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *title = gtk_widget_get_first_child (box);
  GtkWidget *subtitle = gtk_widget_get_next_sibling (title);
  GtkWidget *kind = gtk_widget_get_next_sibling (subtitle);
  const char *kind_title = get_kind_title (wf_search_hit_get_kind (hit));
  const char *more = wf_search_hit_get_subtitle (hit);
  g_autofree char *name = wf_ui_join (_(", "), wf_search_hit_get_title (hit), kind_title,
                                      g_strcmp0 (more, kind_title) != 0 ? more : "", NULL);

  gtk_label_set_text (GTK_LABEL (title), wf_search_hit_get_title (hit));
  /* The name goes before what is said beside it; a Chinese character is as wide as two others. */
  gtk_label_set_width_chars (GTK_LABEL (title), (int) MIN (g_utf8_strlen (wf_search_hit_get_title (hit), -1) * 2, 22));
  gtk_label_set_text (GTK_LABEL (subtitle), g_strcmp0 (more, kind_title) != 0 ? more : "");
  gtk_label_set_text (GTK_LABEL (kind), kind_title);
  wf_ui_set_row_name (box, name);
}

/**
 * wf_hit_row_factory_new:
 *
 * Returns: (transfer full): what makes rows for #WfSearchHit
 */
GtkListItemFactory *
wf_hit_row_factory_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);

  return factory;
}
