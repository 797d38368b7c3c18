/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Private to sync: one secret for each service, in the keyring of whoever is logged in at this machine. */

void     wf_keyring_find_async   (const char           *service,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              data);
char    *wf_keyring_find_finish  (GAsyncResult         *result,
                                  int64_t              *expires_at,
                                  GError              **error);
void     wf_keyring_keep_async   (const char           *service,
                                  const char           *token,
                                  int64_t               expires_at,
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
