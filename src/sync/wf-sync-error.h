/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WF_SYNC_ERROR (wf_sync_error_quark ())

/**
 * WfSyncError:
 * @WF_SYNC_ERROR_FILE: the workstation's own files cannot be read or written
 * @WF_SYNC_ERROR_DAMAGED: a file is there, but what is in it is not what was written
 * @WF_SYNC_ERROR_PROTOCOL: the service sent something that does not follow the protocol
 * @WF_SYNC_ERROR_GAP: entries are missing between what came and what was there before
 * @WF_SYNC_ERROR_REFUSED: the service does not take the token
 * @WF_SYNC_ERROR_UPDATE: the service speaks of things that this program does not know
 * @WF_SYNC_ERROR_UNREACHABLE: the service does not answer
 * @WF_SYNC_ERROR_GONE: the service no longer holds what follows: take a snapshot
 * @WF_SYNC_ERROR_NOT_READY: there is no replica yet
 * @WF_SYNC_ERROR_CLOSED: the session has been closed
 * @WF_SYNC_ERROR_PROGRAM: the embedded service does not start
 */
typedef enum {
  WF_SYNC_ERROR_FILE,
  WF_SYNC_ERROR_DAMAGED,
  WF_SYNC_ERROR_PROTOCOL,
  WF_SYNC_ERROR_GAP,
  WF_SYNC_ERROR_REFUSED,
  WF_SYNC_ERROR_UPDATE,
  WF_SYNC_ERROR_UNREACHABLE,
  WF_SYNC_ERROR_GONE,
  WF_SYNC_ERROR_NOT_READY,
  WF_SYNC_ERROR_CLOSED,
  WF_SYNC_ERROR_PROGRAM,
} WfSyncError;

GQuark wf_sync_error_quark (void);

G_END_DECLS
