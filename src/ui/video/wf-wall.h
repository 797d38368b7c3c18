/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-kind.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_WALL (wf_wall_get_type ())
G_DECLARE_FINAL_TYPE (WfWall, wf_wall, WF, WALL, GtkWidget)

/* Signal "changed": a person has put something somewhere else; not for what was set from outside. */

GtkWidget *wf_wall_new         (WfContext  *context,
                                gboolean    editable);
gboolean   wf_wall_set_layout  (WfWall     *self,
                                const char *layout);
char      *wf_wall_dup_layout  (WfWall     *self);
guint      wf_wall_get_size    (WfWall     *self);
void       wf_wall_set_size    (WfWall     *self,
                                guint       size);
void       wf_wall_show_source (WfWall     *self,
                                const char *source);
guint      wf_wall_patrol      (WfWall     *self,
                                GPtrArray  *sources,
                                guint       from);
WfEntity  *wf_wall_find_source (WfContext  *context,
                                const char *source);
gboolean   wf_wall_may_show    (const WfKind *kind);

G_END_DECLS
