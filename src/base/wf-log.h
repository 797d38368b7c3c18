/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WfLogFormat:
 * @WF_LOG_AUTO: the journal where standard error leads there, lines for people elsewhere
 * @WF_LOG_TEXT: lines for people
 * @WF_LOG_JOURNAL: the journal of systemd, with all fields
 * @WF_LOG_JSON: an object a line
 *
 * How a program's log is written.
 */
typedef enum {
  WF_LOG_AUTO,
  WF_LOG_TEXT,
  WF_LOG_JOURNAL,
  WF_LOG_JSON,
} WfLogFormat;

gboolean wf_log_parse_format (const char      *text,
                              WfLogFormat     *format);
void     wf_log_start        (WfLogFormat      format);
char    *wf_log_format_json  (GLogLevelFlags   level,
                              const GLogField *fields,
                              gsize            n,
                              gint64           time);

G_END_DECLS
