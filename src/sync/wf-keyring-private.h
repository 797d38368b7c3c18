/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Private to sync: one secret for each service, in the keyring of whoever is logged in at this machine. */

/**
 * WfSignIn:
 * @token: the token
 * @actor: (nullable): id of whose it is
 * @expires_at: when it ends
 * @seen: the newest time that is known to have been
 *
 * What is kept of a sign-in.
 */
typedef struct
{
  char   *token;
  char   *actor;
  int64_t expires_at;
  int64_t seen;
} WfSignIn;

void      wf_sign_in_clear (WfSignIn *self);
char     *wf_sign_in_write (const WfSignIn *self);
gboolean  wf_sign_in_read  (WfSignIn   *self,
                            const char *text);

void     wf_keyring_find_async   (const char           *service,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              data);
gboolean wf_keyring_find_finish  (GAsyncResult         *result,
                                  WfSignIn             *sign_in,
                                  GError              **error);
void     wf_keyring_keep_async   (const char           *service,
                                  const WfSignIn       *sign_in,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              data);
gboolean wf_keyring_keep_finish  (GAsyncResult         *result,
                                  GError              **error);
void     wf_keyring_forget_async (const char           *service,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              data);
gboolean wf_keyring_forget_finish (GAsyncResult        *result,
                                   GError             **error);

G_END_DECLS
