/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A symbol is a small drawing. */
#define WF_SYMBOL_SVG_MAX_BYTES    65536
#define WF_SYMBOL_SVG_MAX_ELEMENTS 400

gboolean wf_symbol_svg_check (const char  *name,
                              GBytes      *bytes,
                              GError     **error);

G_END_DECLS
