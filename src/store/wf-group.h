/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-store-private.h"

G_BEGIN_DECLS

/* Private to store. */

/**
 * WfSubmission:
 * @task: (nullable) (owned): who waits for the answers
 * @commands: (element-type WfCommand): what was handed in together
 *
 * Commands on their way to be decided.
 */
typedef struct
{
  GTask     *task;
  GPtrArray *commands;
} WfSubmission;

WfSubmission *wf_submission_new  (GTask        *task);
void          wf_submission_free (WfSubmission *self);
void          wf_submission_add  (WfSubmission *self,
                                  WfCommand    *command);

/**
 * WfGroup:
 * @submissions: (element-type WfSubmission): what came in
 * @answers: (element-type GPtrArray): of #WfOutcome, for each of @submissions
 * @n_commands: how many commands are in them
 * @entries: (element-type WfEntry): what the journal gains
 * @changed: (element-type WfEntity): what has changed, in order
 * @now: when the newest of it was decided
 * @erasure: what is to be done once it is on the disk
 * @erases: whether something in it erases: then the ledger is read when it is written
 * @begun: when it was begun, monotonic
 * @error: (nullable): why it could not be written
 *
 * Commands that share a commit, and what comes of them.
 */
typedef struct
{
  GPtrArray *submissions;
  GPtrArray *answers;
  guint      n_commands;
  GPtrArray *entries;
  GPtrArray *changed;
  int64_t    now;
  WfErasure  erasure;
  gboolean   erases;
  gint64     begun;
  GError    *error;

  /*< private >*/
  GPtrArray *rows;  /* what each command that was decided came to */
  GArray    *heads; /* where the journals that grow stand then */
} WfGroup;

WfGroup  *wf_group_new    (void);
void      wf_group_free   (WfGroup      *self);
gboolean  wf_group_decide (WfGroup      *self,
                           WfStore      *store,
                           GPtrArray    *submissions,
                           GError      **error);
void      wf_group_close  (WfGroup      *self,
                           WfStore      *store);
gboolean  wf_group_write  (WfGroup      *self,
                           WfStore      *store);
void      wf_group_forget (WfGroup      *self,
                           WfStore      *store);

/* wf-store-write.c */
gboolean  wf_store_commit (WfStore       *self,
                           WfSubmission  *submission,
                           GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfGroup, wf_group_free)

G_END_DECLS
