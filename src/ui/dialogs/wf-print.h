/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-window.h"

G_BEGIN_DECLS

void wf_print_report (WfWindow   *window,
                      const char *incident);

G_END_DECLS
