/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-dialog.h"
#include "wf-geo.h"

G_BEGIN_DECLS

WfDialog          *wf_rings_dialog_new       (WfContext        *context,
                                              const char       *incident,
                                              const WfGeoPoint *centre);
const char *const *wf_rings_dialog_get_plots (WfDialog         *self);

G_END_DECLS
