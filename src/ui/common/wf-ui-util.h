/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"
#include "wf-state.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void        wf_ui_set_name        (GtkWidget  *widget,
                                   const char *name);
void        wf_ui_set_description (GtkWidget  *widget,
                                   const char *description);
void        wf_ui_set_row_name    (GtkWidget  *child,
                                   const char *name);
void        wf_ui_set_class       (GtkWidget  *widget,
                                   const char *css_class,
                                   gboolean    on);
void        wf_ui_set_tooltip     (GtkWidget  *widget,
                                   const char *text);
void        wf_ui_explain         (GtkWidget  *widget,
                                   const char *reason);
double      wf_ui_text_scale      (void);
void        wf_ui_widen_window    (GtkWindow  *window);
void        wf_ui_close_on_escape (GtkWindow  *window);
gboolean    wf_ui_fill_monitor    (GtkWindow  *window,
                                   GtkWindow  *beside,
                                   gboolean    other);
GtkWidget  *wf_ui_grid_add_text   (GtkGrid    *grid,
                                   int         column,
                                   int         row,
                                   const char *text,
                                   const char *css_class);
void        wf_ui_keep_figures    (GtkLabel   *label);
void        wf_ui_tend_stack      (GtkStack   *stack);
void        wf_ui_set_menu        (GtkMenuButton *button,
                                   GMenuModel *menu);
void        wf_ui_make_menu       (GtkMenuButton *button);
void        wf_ui_dispose_template (GtkWidget *widget,
                                    GType      type);
char       *wf_ui_format_time     (int64_t     time,
                                   int64_t     now);
char       *wf_ui_format_elapsed  (int64_t     from,
                                   int64_t     now);
char       *wf_ui_format_wind     (double      from_degrees,
                                   double      speed);
const char *wf_ui_nonempty        (const char *text);
char       *wf_ui_join            (const char *separator,
                                   ...) G_GNUC_NULL_TERMINATED;
char       *wf_ui_casualties_short (GVariant  *casualties);
char       *wf_ui_first_phone     (WfEntity   *force);
int         wf_ui_incident_level  (WfEntity   *incident);
gboolean    wf_ui_incident_is_open (WfEntity  *incident);
gboolean    wf_ui_incident_is_done (WfEntity  *incident);
gboolean    wf_ui_task_is_open    (WfEntity   *task);
gboolean    wf_ui_task_is_late    (WfEntity   *task,
                                   int64_t     now);
const char *wf_ui_incident_glyph  (WfEntity   *incident);
const char *wf_ui_incident_css    (WfEntity   *incident);
char       *wf_ui_class_name      (WfState    *state,
                                   const char *scope,
                                   const char *code);

G_END_DECLS
