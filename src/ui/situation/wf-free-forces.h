/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_FREE_FORCES (wf_free_forces_get_type ())
G_DECLARE_FINAL_TYPE (WfFreeForces, wf_free_forces, WF, FREE_FORCES, GtkWidget)

GtkWidget *wf_free_forces_new        (WfContext    *context);
void       wf_free_forces_set_centre (WfFreeForces *self,
                                      gboolean      known,
                                      double        lon,
                                      double        lat);

G_END_DECLS
