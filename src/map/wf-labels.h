/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-things-view.h"

G_BEGIN_DECLS

/**
 * WfLabels:
 *
 * One rule for all names and texts: none lies on a symbol or on another one. Room is given to what is selected, then to
 * incidents, pins, the texts of drawings, range rings and orders, units and things, the more urgent first; a name that finds
 * no room beside its symbol stands a little off with a line to it, or is left out. All is reckoned on the ground around the
 * view and not on the screen, so that nothing comes, goes or moves while the map is panned. Main thread.
 */
typedef struct _WfLabels WfLabels;

WfLabels   *wf_labels_new           (WfMarks          *marks,
                                     WfThingsView     *things);
void        wf_labels_free          (WfLabels         *self);
guint64     wf_labels_place         (WfLabels         *self,
                                     const WfMapFrame *frame);
guint64     wf_labels_get_names     (WfLabels         *self);
GArray     *wf_labels_get_texts     (WfLabels         *self);
void        wf_labels_draw_texts    (WfLabels         *self,
                                     const WfPainter  *painter);
gboolean    wf_labels_is_taken      (WfLabels         *self,
                                     const WfLabelBox *box);

G_END_DECLS
