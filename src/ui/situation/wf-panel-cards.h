/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The cards of an incident's panel. Each fills a box with rows and says in a few words how things stand. */

void  wf_panel_fill_reports (GtkBox     *box,
                             WfContext  *context,
                             const char *incident,
                             GtkLabel   *summary);
void  wf_panel_fill_tasks   (GtkBox     *box,
                             WfContext  *context,
                             WfEntity   *incident,
                             guint       most);
void  wf_panel_fill_forces  (GtkBox     *box,
                             WfContext  *context,
                             WfEntity   *incident,
                             guint       most);
void  wf_panel_fill_facts   (GtkGrid    *grid,
                             WfContext  *context,
                             WfEntity   *incident);

void  wf_panel_fill_more_facts (GtkGrid   *grid,
                                WfContext *context,
                                WfEntity  *incident);

void  wf_panel_show_unsigned (GtkButton *button,
                              WfEntity  *incident);

GtkWidget *wf_call_button_new         (const char *name,
                                       const char *phone);
GtkWidget *wf_panel_unsigned_mark_new (void);
void       wf_box_clear               (GtkWidget  *box);

G_END_DECLS
