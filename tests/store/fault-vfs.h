/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A disk that can be unplugged. It stands between SQLite and the real files and knows of each file what has been synced, so
 * that it can say what might be left of it when the power goes: what was synced, and of the rest any of its sectors, in
 * any order, and not others. */

typedef enum {
  FAULT_NONE,
  FAULT_FULL,      /* nothing may be written: SQLITE_FULL */
  FAULT_WRITE,     /* writes fail: SQLITE_IOERR_WRITE */
  FAULT_SYNC,      /* syncs fail: SQLITE_IOERR_FSYNC */
  FAULT_READ_ONLY, /* SQLITE_READONLY */
  FAULT_READ,      /* reads fail: SQLITE_IOERR_READ */
  FAULT_HANG,      /* syncs come back when something else is set */
} Fault;

void     fault_vfs_install    (void);
void     fault_vfs_reset      (guint32     seed);
void     fault_vfs_set        (Fault       fault);
void     fault_vfs_lie        (gboolean    lie);
void     fault_vfs_arm        (guint       operations);
gboolean fault_vfs_is_out     (void);
void     fault_vfs_cut        (void);
guint    fault_vfs_operations (void);
void     fault_vfs_save       (const char *from,
                               const char *to);

G_END_DECLS
