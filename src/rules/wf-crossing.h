/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-command.h"
#include "wf-entity.h"
#include "wf-position.h"
#include "wf-state.h"

G_BEGIN_DECLS

/* Who enters or leaves a danger zone, a cordon or another area that is drawn on the map. Positions are telemetry and no part
 * of the journal; that somebody crossed an edge is. */

/* Outside is who is farther from the edge than this, metres: a receiver errs by less, so that a unit that stands at the edge
 * crosses it once and not with every position. */
#define WF_CROSSING_MARGIN 30.0

typedef struct _WfFences WfFences;

WfFences  *wf_fences_new         (WfState          *state,
                                  const char       *scope);
void       wf_fences_free        (WfFences         *self);
guint      wf_fences_count       (WfFences         *self);
void       wf_fences_look        (WfFences         *self,
                                  const char       *unit,
                                  const WfPosition *position,
                                  int64_t           scope_now,
                                  int64_t           now,
                                  gboolean          drawn,
                                  GPtrArray        *commands);

gboolean   wf_rules_is_watched   (WfEntity         *plot);
gboolean   wf_rules_watches_type (const char       *type);
gboolean   wf_rules_rings        (WfEntity         *crossing,
                                  WfEntity         *plot,
                                  int64_t           now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfFences, wf_fences_free)

G_END_DECLS
