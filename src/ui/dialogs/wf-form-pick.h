/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-form.h"

G_BEGIN_DECLS

void wf_form_pick_place (WfForm       *form,
                         const char   *key,
                         GCancellable *cancellable);

G_END_DECLS
