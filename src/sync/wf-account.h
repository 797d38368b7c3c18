/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-clock.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_ACCOUNT (wf_account_get_type ())
G_DECLARE_FINAL_TYPE (WfAccount, wf_account, WF, ACCOUNT, GObject)

/* Signal: "ended" (): the time of the sign-in has run out. Once for each. */

WfAccount  *wf_account_new             (WfClock              *clock,
                                        const char           *uri);
void        wf_account_set_trust       (WfAccount            *self,
                                        GTlsDatabase         *trust);
const char *wf_account_get_uri         (WfAccount            *self);
const char *wf_account_get_token       (WfAccount            *self);
const char *wf_account_get_actor       (WfAccount            *self);
gboolean    wf_account_has_ended       (WfAccount            *self);
char       *wf_account_explain_end     (WfAccount            *self);
gboolean    wf_account_is_kept         (WfAccount            *self);
gboolean    wf_account_is_keeping      (WfAccount            *self);

void        wf_account_load_async      (WfAccount            *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              data);
gboolean    wf_account_load_finish     (WfAccount            *self,
                                        GAsyncResult         *result,
                                        GError              **error);
void        wf_account_sign_in_async   (WfAccount            *self,
                                        const char           *user,
                                        const char           *password,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              data);
gboolean    wf_account_sign_in_finish  (WfAccount            *self,
                                        GAsyncResult         *result,
                                        GError              **error);
void        wf_account_sign_out_async  (WfAccount            *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              data);
gboolean    wf_account_sign_out_finish (WfAccount            *self,
                                        GAsyncResult         *result,
                                        GError              **error);
void        wf_account_drop            (WfAccount            *self);

G_END_DECLS
