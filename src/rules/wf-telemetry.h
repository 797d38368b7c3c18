/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-command.h"
#include "wf-entity.h"
#include "wf-field.h"
#include "wf-state.h"

G_BEGIN_DECLS

/* Pieces of track that one command may seal. */
#define WF_TRACK_SEGMENTS_MAX 500

/* In the series that is kept of a sensor that reports, so many ms at most lie between one reading and the next. */
#define WF_READING_EVERY 60000

extern const WfField wf_segment_fields[];

/**
 * WfQuantity:
 * @name: as on the wire
 * @unit: in which its values are
 * @min: least value that can be
 * @max: greatest value that can be
 * @lasts: how old a value may be, in seconds, before one should not go by it any more
 *
 * Something that sensors read.
 */
typedef struct
{
  const char *name;
  const char *unit;
  double      min;
  double      max;
  int         lasts;
} WfQuantity;

const WfQuantity *wf_rules_quantity (const char *name);

int64_t  wf_rules_position_lasts (WfState    *state,
                                  const char *scope,
                                  WfEntity   *unit);
int64_t  wf_rules_type_lasts     (WfState    *state,
                                  const char *scope,
                                  const char *type);
gboolean wf_rules_reports        (const char *type);
const char *wf_rules_reporting_type (guint   i);

WfCommand *wf_rules_track_command (const char *scope,
                                   GPtrArray  *segments,
                                   int64_t     now);

G_END_DECLS
