/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <adwaita.h>

/* The least that a program with libadwaita can be, for what its toolkit alone costs: a window with a header bar and a line of
 * text; or, with “written”, with about as many texts and buttons as stand on our first page, and nothing behind them: no
 * record is read, no map is drawn. */

#define ROWS 26

static gboolean written;

static GtkWidget *
make_text (int i)
{
  static const char *const texts[] = {
    "液氨储罐泄漏", "三岔口险工坍岸", "化工园区青石合成氨厂", "通知下风向紧邻单位就地避险", "市应急局值班室", "Reports to above",
    "13:36 · 22", "落实空床、解毒药和洗消接诊口", "on the way 2", "疏散：应撤 2520 · 已撤 1340", "Take a report", "四个路口已封控",
  };
  static const double sizes[] = { 0.82, 0.9, 1, 1.1 };
  GtkWidget *label = gtk_label_new (texts[i % G_N_ELEMENTS (texts)]);
  PangoAttrList *look = pango_attr_list_new ();

  pango_attr_list_insert (look, pango_attr_scale_new (sizes[i / 3 % G_N_ELEMENTS (sizes)]));
  pango_attr_list_insert (look, pango_attr_weight_new (i % 4 == 0 ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL));
  gtk_label_set_attributes (GTK_LABEL (label), look);
  pango_attr_list_unref (look);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);

  return label;
}

/* Rows of texts left and right, as many as the window is high; the middle is empty. */
static GtkWidget *
make_content (void)
{
  GtkWidget *grid = gtk_grid_new ();

  for (int row = 0; row < ROWS; row++)
    for (int column = 0; column < 5; column++)
      {
        gboolean button = row % 7 == 6 && column != 2;
        GtkWidget *child = column == 2 ? gtk_label_new (NULL) : button ? gtk_button_new () : make_text (row * 5 + column);

        if (button)
          gtk_button_set_child (GTK_BUTTON (child), make_text (row + column));
        gtk_widget_set_hexpand (child, column == 2);
        gtk_grid_attach (GTK_GRID (grid), child, column, row, 1, 1);
      }

  return grid;
}

static void
activate_cb (GtkApplication *application)
{
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *content = written ? make_content () : gtk_label_new ("Nothing");

  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), content);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 1600, 900);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = adw_application_new ("org.watchfire.BenchWindow", G_APPLICATION_NON_UNIQUE);

  written = argc > 1 && g_str_equal (argv[1], "written");
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);

  return g_application_run (G_APPLICATION (application), 1, argv);
}
