/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-json.h"
#include "wf-worker.h"

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfRead:
 * @at: when
 * @actor: who read
 * @role: (nullable): in which role
 * @address: (nullable): from where
 * @what: `snapshot`, `changes`, `journal`, `medium`, `track`, `own`, or `audit`: this very record
 * @scope: (nullable): of which scope; %NULL for all of them
 * @subject: (nullable): the one thing that was asked for
 * @first: of the journal, what lies behind this number …
 * @last: … up to this one: positions in the service, or numbers in the scope for `journal`
 * @n: how often, where it was the same several times within a second
 *
 * That somebody read something in which there may be persons.
 */
typedef struct
{
  int64_t     at;
  const char *actor;
  const char *role;
  const char *address;
  const char *what;
  const char *scope;
  const char *subject;
  int64_t     first;
  int64_t     last;
  int64_t     n;
} WfRead;

typedef void (*WfReadFunc) (const WfRead *read,
                            gpointer      data);

typedef struct _WfReads WfReads;

WfReads *wf_reads_new    (const char    *folder,
                          WfWorker      *worker);
void     wf_reads_free   (WfReads       *self);
void     wf_reads_note   (WfReads       *self,
                          const WfRead  *read);
void     wf_reads_flush  (WfReads       *self);
gboolean wf_reads_is_day (const char    *path);
GPtrArray *wf_reads_days (const char    *folder);
gint     wf_reads_prune  (const char    *folder,
                          int64_t        before);
void     wf_read_write   (const WfRead  *read,
                          GString       *out);
gboolean wf_read_parse   (const WfJson  *line,
                          WfRead        *read);
gboolean wf_reads_list   (const char    *folder,
                          const char    *about,
                          int64_t        since,
                          WfReadFunc     func,
                          gpointer       data,
                          GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfReads, wf_reads_free)

G_END_DECLS
