/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-marks.h"
#include "wf-plots.h"

G_BEGIN_DECLS

/* The most places that a text is tried at. */
#define WF_MAP_TEXT_PLACES 8

/**
 * WfMapText:
 * @text: (owned): what is written
 * @letters: the size of its letters
 * @bold: whether they are bold
 * @faint: whether it belongs to what somebody else is drawing just now
 * @forced: whether it stands in any case
 * @on_screen: whether it is no part of what is printed
 * @plot: (unowned) (nullable): the plot that it names, which remembers its place
 * @boxes: where it may stand, in the world at the zoom, the best first
 * @n_boxes: how many
 * @place: the one of @boxes where it stands, −1 for want of room
 *
 * A text that stands on the map beside no symbol: of a drawing, a range ring, an order or what is measured.
 */
typedef struct
{
  char       *text;
  double      letters;
  gboolean    bold;
  gboolean    faint;
  gboolean    forced;
  gboolean    on_screen;
  WfPlotMark *plot;
  WfLabelBox  boxes[WF_MAP_TEXT_PLACES];
  int         n_boxes;
  int         place;
} WfMapText;

typedef struct _WfMapTexts WfMapTexts;

WfMapTexts *wf_map_texts_new     (void);
void        wf_map_texts_free    (WfMapTexts       *self);
GArray     *wf_map_texts_collect (WfMapTexts       *self,
                                  WfMarks          *marks,
                                  const WfMapFrame *frame);
void        wf_map_texts_settle  (WfMapTexts       *self);
GArray     *wf_map_texts_get     (WfMapTexts       *self);
void        wf_map_texts_draw    (WfMapTexts       *self,
                                  const WfPainter  *painter);

G_END_DECLS
