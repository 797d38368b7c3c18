/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"

G_BEGIN_DECLS

void wf_ogc_write_geometry (GString  *out,
                            WfEntity *entity,
                            double    lon,
                            double    lat);

G_END_DECLS
