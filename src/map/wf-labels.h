/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-things-view.h"

G_BEGIN_DECLS

/**
 * WfLabels:
 *
 * One rule for all names that stand beside symbols: no name lies on a symbol or on another name. Room is given to what is
 * selected, then to incidents, pins, units and things, the more urgent first; a name that finds no room beside its symbol
 * stands a little off with a line to it, or is left out. All is reckoned on the ground around the view and not on the
 * screen, so that nothing comes, goes or moves while the map is panned. Main thread.
 */
typedef struct _WfLabels WfLabels;

WfLabels   *wf_labels_new           (WfMarks          *marks,
                                     WfThingsView     *things);
void        wf_labels_free          (WfLabels         *self);
guint64     wf_labels_place         (WfLabels         *self,
                                     const WfMapFrame *frame);
guint64     wf_labels_get_names     (WfLabels         *self);
gboolean    wf_labels_is_taken      (WfLabels         *self,
                                     const WfLabelBox *box);

G_END_DECLS
