/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gdk/gdk.h>
#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* A watchfire-unit as a process of its own, which sends video of units and takes commands a line each. */

typedef struct _UnitProgram UnitProgram;

UnitProgram *unit_program_new     (const char   *program,
                                   ...) G_GNUC_NULL_TERMINATED;
void         unit_program_free    (UnitProgram  *self);
char        *unit_program_dup_uri (UnitProgram  *self,
                                   const char   *unit);
char        *unit_program_read    (UnitProgram  *self);
gboolean     unit_program_obeys   (UnitProgram  *self,
                                   const char   *line);
gboolean     unit_program_clock   (GdkPaintable *picture,
                                   int64_t      *time);

G_END_DECLS
