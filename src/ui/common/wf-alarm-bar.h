/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-alarms.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_ALARM_BAR (wf_alarm_bar_get_type ())
G_DECLARE_FINAL_TYPE (WfAlarmBar, wf_alarm_bar, WF, ALARM_BAR, GtkWidget)

/* Signal "deal" (WfAlarm *alarm): a person wants to deal with it. */

void wf_alarm_bar_set_alarms (WfAlarmBar *self,
                              WfAlarms   *alarms,
                              WfContext  *context);

G_END_DECLS
