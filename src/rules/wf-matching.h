/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-state.h"

G_BEGIN_DECLS

/**
 * WfMatch:
 * @entity: the team, unit, expert or stock line
 * @depot: (nullable): for a stock line, where it lies
 * @capable: how many of the needed capabilities it has
 * @distance_m: straight-line distance; negative where one of the places is not known
 * @readiness_minutes: until it can leave
 * @free: whether it stands by; for stock, whether anything is left unreserved
 * @available: for stock: quantity less what is reserved
 * @score: smaller is better
 *
 * Something that could help with an incident.
 */
typedef struct
{
  WfEntity *entity;
  WfEntity *depot;
  guint     capable;
  double    distance_m;
  int64_t   readiness_minutes;
  gboolean  free;
  double    available;
  double    score;
} WfMatch;

/* What is needed: the plan's needs at a level (objects with capability, item, quantity, text). */
GPtrArray *wf_rules_needs        (WfState    *state,
                                  const char *scope,
                                  WfEntity   *incident);
GPtrArray *wf_rules_match_forces (WfState    *state,
                                  const char *scope,
                                  WfEntity   *incident,
                                  const char *force_kind,
                                  guint       most);
GPtrArray *wf_rules_match_stock  (WfState    *state,
                                  const char *scope,
                                  WfEntity   *incident,
                                  const char *item,
                                  guint       most);
void       wf_match_free         (WfMatch    *self);

G_END_DECLS
