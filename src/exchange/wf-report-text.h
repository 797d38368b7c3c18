/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-state.h"

G_BEGIN_DECLS

/**
 * WfReportText:
 * @title: the title, such as 关于园区东路液氨储罐泄漏的报告(首报)
 * @text: the text
 *
 * A written report as it is proposed; a person changes and sends it.
 */
typedef struct
{
  char *title;
  char *text;
} WfReportText;

WfReportText *wf_report_text_for      (WfState      *state,
                                       const char   *scope,
                                       WfEntity     *report,
                                       int64_t       now);
WfReportText *wf_report_text_first    (WfState      *state,
                                       const char   *scope,
                                       const char   *incident,
                                       int64_t       now);
WfReportText *wf_report_text_followup (WfState      *state,
                                       const char   *scope,
                                       const char   *incident,
                                       int           number,
                                       int64_t       since,
                                       int64_t       now);
WfReportText *wf_report_text_final    (WfState      *state,
                                       const char   *scope,
                                       const char   *incident,
                                       int64_t       now);
int64_t       wf_report_last_sent     (WfState      *state,
                                       const char   *scope,
                                       const char   *incident,
                                       guint        *n_followups);
void          wf_report_text_free     (WfReportText *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfReportText, wf_report_text_free)

G_END_DECLS
