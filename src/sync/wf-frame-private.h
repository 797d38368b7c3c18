/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-replica-private.h"

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef enum {
  WF_FRAME_HELLO,
  WF_FRAME_ENTRIES,
  WF_FRAME_POSITIONS,
  WF_FRAME_READINGS,
  WF_FRAME_TIME,
  WF_FRAME_SKETCH,
  WF_FRAME_OTHER,
} WfFrameKind;

/**
 * WfFrame:
 * @kind: what it is
 * @head: position of the service
 * @next: position to go on from, of a page
 * @moved: turn of the last of @positions, of a page; -1 where it does not say
 * @beat: a number to send back, which tells that all before it has arrived; -1 where there is none
 * @entries: (nullable) (element-type WfEntry): what follows
 * @positions: (nullable) (element-type WfUnitPosition): where units are
 * @readings: (nullable) (element-type WfScopedReading): what sensors have read, as far as its quantities are known here
 * @sketch: (nullable): what somebody is drawing, by wf_told_sketch_fields
 * @drawn: (nullable) (element-type GVariant): of a page, all that is being drawn; %NULL where nothing of it has changed
 * @sketches: of a hello, whether the service passes on what is being drawn
 *
 * A message of the feed, read and checked. A kind that this program does not know is passed over.
 */
typedef struct
{
  WfFrameKind kind;
  int64_t     head;
  int64_t     next;
  int64_t     moved;
  int64_t     beat;
  GPtrArray  *entries;
  GPtrArray  *positions;
  GPtrArray  *readings;
  GVariant   *sketch;
  GPtrArray  *drawn;
  gboolean    sketches;
} WfFrame;

WfFrame *wf_frame_read (GBytes   *bytes,
                        gboolean  page,
                        GError  **error);
void     wf_frame_free (WfFrame  *self);

GPtrArray *wf_positions_read (GBytes      *bytes,
                              const char  *scope,
                              GError     **error);
GPtrArray *wf_readings_read  (GBytes      *bytes,
                              const char  *scope,
                              GError     **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfFrame, wf_frame_free)

G_END_DECLS
