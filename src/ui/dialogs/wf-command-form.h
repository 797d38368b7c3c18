/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-form.h"

G_BEGIN_DECLS

guint     wf_command_form_add     (WfForm     *form,
                                   const char *type);
GVariant *wf_command_form_collect (WfForm     *form,
                                   const char *type,
                                   GVariant   *payload);

G_END_DECLS
