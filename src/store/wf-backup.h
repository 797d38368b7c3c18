/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-verify.h"

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfBackup:
 * @service: id of the service that it is of
 * @public_key: its key, in hexadecimal; whoever knows it from elsewhere can compare
 * @made_at: when it was made
 * @position: of the last entry in it
 * @files: how many files there are
 * @bytes: how large they are together
 *
 * What there is to say of a backup.
 */
typedef struct
{
  char   *service;
  char   *public_key;
  int64_t made_at;
  int64_t position;
  guint   files;
  guint64 bytes;
} WfBackup;

WfBackup *wf_backup_make    (const char  *folder,
                             const char  *into,
                             guint64      rate,
                             int64_t      now,
                             GError     **error);
WfBackup *wf_backup_restore (const char  *backup,
                             const char  *folder,
                             const char  *public_key,
                             GError     **error);
WfBackup *wf_backup_check   (const char  *backup,
                             const char  *public_key,
                             GError     **error);
void      wf_backup_free    (WfBackup    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfBackup, wf_backup_free)

G_END_DECLS
