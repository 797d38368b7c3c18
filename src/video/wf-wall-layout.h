/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WF_WALL_MOST 16 /* tiles */

/**
 * WfWallLayout:
 *
 * Which sources stand where on a wall of 1, 4, 9 or 16 tiles, row by row. No source stands there twice. Not safe to share
 * between threads.
 */
typedef struct _WfWallLayout WfWallLayout;

WfWallLayout *wf_wall_layout_new       (guint               size);
WfWallLayout *wf_wall_layout_parse     (const char         *text,
                                        GError            **error);
void          wf_wall_layout_free      (WfWallLayout       *self);
char         *wf_wall_layout_to_string (const WfWallLayout *self);
guint         wf_wall_layout_get_size  (const WfWallLayout *self);
void          wf_wall_layout_set_size  (WfWallLayout       *self,
                                        guint               size);
const char   *wf_wall_layout_get       (const WfWallLayout *self,
                                        guint               cell);
int           wf_wall_layout_find      (const WfWallLayout *self,
                                        const char         *source);
int           wf_wall_layout_find_room (const WfWallLayout *self);
void          wf_wall_layout_put       (WfWallLayout       *self,
                                        guint               cell,
                                        const char         *source);
guint         wf_wall_layout_patrol    (WfWallLayout       *self,
                                        GPtrArray          *sources,
                                        guint               from);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfWallLayout, wf_wall_layout_free)

G_END_DECLS
