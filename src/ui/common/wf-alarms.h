/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

G_BEGIN_DECLS

/**
 * WfAlarm:
 * @key: what it is about; the same as long as it is the same alarm
 * @rank: smaller is more urgent
 * @due: (nullable) 0 or the deadline that it is about, for a running clock
 * @title: what is wrong, in a few words
 * @detail: where, and what it is about
 * @incident: (nullable): id of the incident
 * @action: (nullable): what deals with it
 * @target: (nullable): for @action
 * @button: (nullable): what the button says
 * @place: (nullable): what "win.select" shows on the map, without dealing with it
 * @dismissed_by_use: whether it is dealt with by having been looked at
 */
typedef struct
{
  char     *key;
  int       rank;
  int64_t   due;
  char     *title;
  char     *detail;
  char     *incident;
  char     *action;
  GVariant *target;
  char     *button;
  GVariant *place;
  gboolean  dismissed_by_use;
} WfAlarm;

#define WF_TYPE_ALARMS (wf_alarms_get_type ())
G_DECLARE_FINAL_TYPE (WfAlarms, wf_alarms, WF, ALARMS, GObject)

/* Signals: "changed": the alarms or the silence have changed; "dealt-with" (char *text): somebody else has dealt with one,
 * and who; "sound": the sound is to be played now. */

WfAlarms      *wf_alarms_new         (WfContext  *context);
GPtrArray     *wf_alarms_get         (WfAlarms   *self);
gboolean       wf_alarms_is_sounding (WfAlarms   *self);
void           wf_alarms_silence     (WfAlarms   *self);
void           wf_alarms_dismiss     (WfAlarms   *self,
                                      const char *key);

G_END_DECLS
