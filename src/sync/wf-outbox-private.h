/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-problem.h"

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfOutboxRow:
 * @id: the command's id
 * @service: the service that it is for
 * @actor: who gave it; it is never sent in anybody else's name
 * @body: the command's JSON, sent as it stands here however often it takes
 * @decided_at: when it was given, by the session's clock
 * @problem: (nullable): why the service refused it
 * @refused_at: when
 *
 * A command that waits for the service's answer, or one that was refused.
 */
typedef struct
{
  char      *id;
  char      *service;
  char      *actor;
  GBytes    *body;
  int64_t    decided_at;
  WfProblem *problem;
  int64_t    refused_at;
} WfOutboxRow;

/**
 * WfOutboxUpload:
 * @digest: of the bytes, which lie in the media folder under this name
 * @service: the service that it is for
 * @actor: who took it
 * @type: its content type
 *
 * Something that must be at the service before the command that speaks of it.
 */
typedef struct
{
  char *digest;
  char *service;
  char *actor;
  char *type;
} WfOutboxUpload;

/**
 * WfOutboxContents:
 *
 * What a workstation has in hand: commands in the order in which they were given, refused ones, uploads, and drafts by name.
 */
typedef struct
{
  GPtrArray  *rows;    /* (element-type WfOutboxRow) */
  GPtrArray  *refused; /* (element-type WfOutboxRow) */
  GPtrArray  *uploads; /* (element-type WfOutboxUpload) */
  GHashTable *drafts;  /* (element-type utf8 GVariant) */
} WfOutboxContents;

WfOutboxRow      *wf_outbox_row_new       (const char *id,
                                           const char *service,
                                           const char *actor,
                                           GBytes     *body,
                                           int64_t     decided_at);
WfOutboxRow      *wf_outbox_row_copy      (const WfOutboxRow *self);
void              wf_outbox_row_free      (WfOutboxRow *self);
WfOutboxUpload   *wf_outbox_upload_new    (const char *digest,
                                           const char *service,
                                           const char *actor,
                                           const char *type);
void              wf_outbox_upload_free   (WfOutboxUpload *self);
void              wf_outbox_contents_free (WfOutboxContents *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfOutboxRow, wf_outbox_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfOutboxUpload, wf_outbox_upload_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfOutboxContents, wf_outbox_contents_free)

#define WF_TYPE_OUTBOX (wf_outbox_get_type ())
G_DECLARE_FINAL_TYPE (WfOutbox, wf_outbox, WF, OUTBOX, GObject)

WfOutbox         *wf_outbox_new              (const char           *path);
void              wf_outbox_open_async       (WfOutbox             *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              data);
WfOutboxContents *wf_outbox_open_finish      (WfOutbox             *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void              wf_outbox_add_async        (WfOutbox             *self,
                                              const WfOutboxRow    *row,
                                              GAsyncReadyCallback   callback,
                                              gpointer              data);
void              wf_outbox_add_upload_async (WfOutbox             *self,
                                              const WfOutboxUpload *upload,
                                              GAsyncReadyCallback   callback,
                                              gpointer              data);
gboolean          wf_outbox_write_finish     (WfOutbox             *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void              wf_outbox_remove           (WfOutbox             *self,
                                              const char           *id);
void              wf_outbox_refuse           (WfOutbox             *self,
                                              const char           *id,
                                              const WfProblem      *problem,
                                              int64_t               at);
void              wf_outbox_forget_refused   (WfOutbox             *self,
                                              const char           *id);
void              wf_outbox_remove_upload    (WfOutbox             *self,
                                              const char           *digest);
void              wf_outbox_set_draft        (WfOutbox             *self,
                                              const char           *name,
                                              GVariant             *draft);
void              wf_outbox_close            (WfOutbox             *self);

G_END_DECLS
