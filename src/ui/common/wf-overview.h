/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-session.h"

G_BEGIN_DECLS

/**
 * WfSummary:
 * @tasks: how many tasks it has, but for struck ones
 * @tasks_done: how many of them are done
 * @tasks_late: how many are overdue
 * @reports_late: how many reports are overdue
 * @reports_soon: how many reports are due within five minutes
 * @orders_all: how many orders there are, ended ones too
 * @orders: how many orders are at work, or asked for
 * @orders_waiting: how many of them have not been acknowledged
 * @orders_moving: how many are under way
 * @orders_there: how many are on the scene or working
 * @orders_late: how many have not been acknowledged in time
 * @next_due: the next deadline of anything, 0 for none
 *
 * An incident in numbers.
 */
typedef struct
{
  guint   tasks;
  guint   tasks_done;
  guint   tasks_late;
  guint   reports_late;
  guint   reports_soon;
  guint   orders_all;
  guint   orders;
  guint   orders_waiting;
  guint   orders_moving;
  guint   orders_there;
  guint   orders_late;
  int64_t next_due;
} WfSummary;

#define WF_TYPE_OVERVIEW (wf_overview_get_type ())
G_DECLARE_FINAL_TYPE (WfOverview, wf_overview, WF, OVERVIEW, GObject)

/* Signal "changed": after anything in the live picture has changed, at most once a turn of the main loop, and each second,
 * because deadlines pass by themselves. */

WfOverview      *wf_overview_new      (WfSession  *session);
const WfSummary *wf_overview_get      (WfOverview *self,
                                       const char *incident);
guint            wf_overview_get_late (WfOverview *self,
                                       const char *incident);
void             wf_overview_refresh  (WfOverview *self);
void             wf_overview_tick     (WfOverview *self);

/* Alarms come this long before a report is due. */
#define WF_REPORT_SOON (5 * 60 * 1000)

G_END_DECLS
