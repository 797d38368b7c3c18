/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WfLabelPlace:
 * @WF_LABEL_NONE: nowhere, for want of room
 * @WF_LABEL_BELOW: under its symbol
 * @WF_LABEL_RIGHT: at its right
 * @WF_LABEL_LEFT: at its left
 * @WF_LABEL_ABOVE: over it
 * @WF_LABEL_FAR_NORTH_EAST: off to the upper right, with a line; and so on
 *
 * Where a name stands by its symbol.
 */
typedef enum
{
  WF_LABEL_NONE,
  WF_LABEL_BELOW,
  WF_LABEL_RIGHT,
  WF_LABEL_LEFT,
  WF_LABEL_ABOVE,
  WF_LABEL_FAR_NORTH_EAST,
  WF_LABEL_FAR_SOUTH_EAST,
  WF_LABEL_FAR_NORTH_WEST,
  WF_LABEL_FAR_SOUTH_WEST,
  WF_N_LABEL_PLACES,
} WfLabelPlace;

typedef struct
{
  double left;
  double top;
  double right;
  double bottom;
} WfLabelBox;

/* Half of a symbol's width and height, and the size of its name. */
typedef struct
{
  double half_width;
  double half_height;
  double width;
  double height;
} WfLabelSize;

void     wf_label_box        (WfLabelPlace       place,
                              const WfLabelSize *size,
                              WfLabelBox        *box);
gboolean wf_label_has_leader (WfLabelPlace       place);

G_END_DECLS
