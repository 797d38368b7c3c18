/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void     wf_link_password_find_async    (const char           *address,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              data);
gboolean wf_link_password_find_finish   (GAsyncResult         *result,
                                         char                **user,
                                         char                **password,
                                         GError              **error);
void     wf_link_password_keep_async    (const char           *address,
                                         const char           *user,
                                         const char           *password,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              data);
gboolean wf_link_password_keep_finish   (GAsyncResult         *result,
                                         GError              **error);
void     wf_link_password_forget_async  (const char           *address,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              data);
gboolean wf_link_password_forget_finish (GAsyncResult         *result,
                                         GError              **error);
void     wf_link_password_free          (char                 *password);

G_END_DECLS
