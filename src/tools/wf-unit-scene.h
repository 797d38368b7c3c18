/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <cairo.h>
#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef struct _WfUnitScene WfUnitScene;

WfUnitScene *wf_unit_scene_new  (guint32      seed,
                                 int          width,
                                 int          height);
void         wf_unit_scene_free (WfUnitScene *self);
void         wf_unit_scene_draw (WfUnitScene *self,
                                 cairo_t     *cr,
                                 int64_t      time,
                                 const char  *name,
                                 const char  *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfUnitScene, wf_unit_scene_free)

G_END_DECLS
