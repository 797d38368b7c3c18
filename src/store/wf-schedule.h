/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"

G_BEGIN_DECLS

/* Private to store. WfSchedule: what of one scope is due when, on the scope's own clock. */

typedef struct _WfSchedule WfSchedule;

WfSchedule *wf_schedule_new    (void);
void        wf_schedule_free   (WfSchedule *self);
void        wf_schedule_update (WfSchedule *self,
                                WfEntity   *entity);
WfEntity   *wf_schedule_peek   (WfSchedule *self,
                                int64_t    *due);
WfEntity   *wf_schedule_pop    (WfSchedule *self);

G_END_DECLS
