/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-frame.h"

G_BEGIN_DECLS

/**
 * WfMapSheet:
 *
 * Many small pictures at fixed places of the ground, put together in square images that are kept, so that a frame of a pan
 * copies some forty of those instead of drawing hundreds of pictures. An image is drawn anew only when what lies on it looks
 * otherwise than before. Main thread.
 */
typedef struct _WfMapSheet WfMapSheet;

/**
 * WfSheetItem:
 * @x: its left edge in the world at the frame's zoom, at a whole device pixel
 * @y: its top edge
 * @width: logical pixels
 * @height: logical pixels
 * @look: a number that is another where it looks otherwise
 *
 * One picture. Later ones lie over earlier ones.
 */
typedef struct
{
  double  x;
  double  y;
  double  width;
  double  height;
  guint64 look;
} WfSheetItem;

/**
 * WfSheetDraw:
 * @cr: a context in logical pixels
 * @item: which item
 * @x: where its left edge is to be
 * @y: where its top edge is to be
 * @user_data: the caller's
 */
typedef void (*WfSheetDraw) (cairo_t  *cr,
                             guint     item,
                             double    x,
                             double    y,
                             gpointer  user_data);

WfMapSheet *wf_map_sheet_new      (void);
void        wf_map_sheet_free     (WfMapSheet       *self);
void        wf_map_sheet_put      (WfMapSheet       *self,
                                   const WfMapFrame *frame,
                                   gboolean          dark,
                                   const GArray     *items);
guint       wf_map_sheet_snapshot (WfMapSheet       *self,
                                   const WfMapFrame *frame,
                                   GtkSnapshot      *snapshot,
                                   WfSheetDraw       draw,
                                   gpointer          user_data);
guint64     wf_map_sheet_mix      (guint64           look,
                                   guint64           with);

G_END_DECLS
