/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Private to store: files that are copied for keeping. */

/**
 * WfPace:
 * @rate: bytes a second at most; 0 for as fast as the disk goes
 * @started: monotonic time of the first byte, in microseconds; 0 at first
 * @done: bytes so far
 *
 * How fast a long copy may go, so that whoever works meanwhile is not kept waiting by the disk.
 */
typedef struct
{
  guint64 rate;
  gint64  started;
  guint64 done;
} WfPace;

void     wf_pace_take          (WfPace       *self,
                                guint64       bytes);
gboolean wf_files_copy         (const char   *from,
                                const char   *to,
                                WfPace       *pace,
                                char        **digest,
                                int64_t      *size,
                                GError      **error);
gboolean wf_files_write        (const char   *path,
                                const void   *data,
                                gsize         size,
                                GError      **error);
gboolean wf_files_digest       (const char   *path,
                                char        **digest,
                                int64_t      *size,
                                GError      **error);
gboolean wf_files_sync_folder  (const char   *path,
                                GError      **error);
gboolean wf_files_is_empty     (const char   *path);
char    *wf_files_make_stage   (const char   *place,
                                GError      **error);
gboolean wf_files_put_in_place (const char   *stage,
                                const char   *place,
                                GError      **error);
void     wf_files_remove_tree  (const char   *path);

G_END_DECLS
