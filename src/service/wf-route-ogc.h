/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-service-private.h"

G_BEGIN_DECLS

void wf_route_ogc (WfService         *self,
                   SoupServerMessage *message);

G_END_DECLS
