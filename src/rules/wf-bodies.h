/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"

G_BEGIN_DECLS

gboolean wf_rules_is_body              (const char *kind);
gboolean wf_rules_credit_code_is_valid (const char *code);
char    *wf_rules_body_uid             (const char *service,
                                        WfEntity   *body);

G_END_DECLS
