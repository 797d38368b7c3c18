/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-ogc-layer.h"
#include "wf-reading.h"

G_BEGIN_DECLS

/* Private to service. */

const WfKind *wf_ogc_kind_nth        (guint             i);
gboolean      wf_ogc_kind_is_reading (const WfKind     *self);
WfEntity     *wf_ogc_reading_new     (const WfReading  *reading,
                                      const char       *name,
                                      const WfGeoPoint *place);

G_END_DECLS
