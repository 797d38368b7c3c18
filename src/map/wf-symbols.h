/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-style.h"
#include "wf-symbol-set.h"
#include "wf-things.h"

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* The width of a thing's symbol, logical pixels, and of one in a cluster. */
#define WF_SYMBOL_SIZE      19.0
#define WF_SYMBOL_CHIP_SIZE 13.0

typedef enum
{
  WF_TEXT_LEFT,
  WF_TEXT_CENTER,
  WF_TEXT_RIGHT,
} WfTextAlign;

void wf_symbol_draw        (cairo_t          *cr,
                            WfSymbolSet      *set,
                            const WfMapStyle *style,
                            WfThingKind       kind,
                            WfThingState      state,
                            const char       *text,
                            double            size,
                            int               scale);
void wf_symbol_draw_text   (cairo_t          *cr,
                            const char       *text,
                            double            x,
                            double            y,
                            double            size,
                            gboolean          bold,
                            WfTextAlign       align,
                            guint32           colour,
                            guint32           halo_rgba);
void wf_symbol_prepare_text (void);

void wf_symbol_measure_text (const char      *text,
                             double           size,
                             gboolean         bold,
                             double          *width,
                             double          *height);
double wf_symbol_guess_width (const char      *text,
                              double           size);
void wf_symbol_rounded     (cairo_t          *cr,
                            double            x,
                            double            y,
                            double            width,
                            double            height,
                            double            radius);

G_END_DECLS
