/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-style.h"
#include "wf-things.h"

#include <cairo.h>

G_BEGIN_DECLS

/**
 * WfSymbolSet:
 *
 * The symbols of things as drawings (SVG): those that are shipped, and in their place those of a folder of the centre's own,
 * named like the kinds ("hospital.svg"). A worker reads the files and draws each symbol once for every state, size and
 * style. The classes edge, face, hollow, picture and picture-hollow of a drawing get the map's colours.
 *
 * Signals: “changed”: symbols that wf_symbol_set_prepare() was asked for are there; “refused” (char *reason): a file of the own
 * folder cannot be used, and the shipped symbol is. Main thread, where nothing else is said.
 */
#define WF_TYPE_SYMBOL_SET (wf_symbol_set_get_type ())
G_DECLARE_FINAL_TYPE (WfSymbolSet, wf_symbol_set, WF, SYMBOL_SET, GObject)

WfSymbolSet *wf_symbol_set_new     (const char       *folder);
gboolean     wf_symbol_set_prepare (WfSymbolSet      *self,
                                    const WfMapStyle *style,
                                    const double     *sizes,
                                    gsize             n,
                                    int               scale);
void         wf_symbol_set_draw    (WfSymbolSet      *self,
                                    cairo_t          *cr,
                                    const WfMapStyle *style,
                                    WfThingKind       kind,
                                    WfThingState      state,
                                    gboolean          plain,
                                    double            size,
                                    int               scale);
gboolean     wf_symbol_set_is_own  (WfSymbolSet      *self,
                                    WfThingKind       kind);

G_END_DECLS
