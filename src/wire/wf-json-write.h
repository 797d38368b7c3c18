/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-json.h"

G_BEGIN_DECLS

/* The canonical form: keys sorted by bytes (the caller's part), no white space, the shortest text of a number. */
void wf_json_write_string      (GString      *out,
                                const char   *text);
void wf_json_write_int         (GString      *out,
                                int64_t       number);
void wf_json_write_double      (GString      *out,
                                double        number);
void wf_json_write_key         (GString      *out,
                                const char   *key);
void wf_json_write_member_text (GString      *out,
                                const char   *key,
                                const char   *text);
void wf_json_write_member_int  (GString      *out,
                                const char   *key,
                                int64_t       number);
void wf_json_write_member_time (GString      *out,
                                const char   *key,
                                int64_t       time);
void wf_json_write             (GString      *out,
                                const WfJson *value);

G_END_DECLS
