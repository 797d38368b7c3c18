/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-position.h"
#include "wf-reading.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_SENDER (wf_sender_get_type ())
G_DECLARE_FINAL_TYPE (WfSender, wf_sender, WF, SENDER, GObject)

WfSender   *wf_sender_new             (const char           *uri,
                                       const char           *certificate,
                                       const char           *key,
                                       const char           *authority,
                                       const char           *pin,
                                       GError              **error);
void        wf_sender_introduce_async (WfSender             *self,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              data);
gboolean    wf_sender_introduce_finish (WfSender            *self,
                                        GAsyncResult        *result,
                                        GError             **error);
const char *wf_sender_get_unit        (WfSender             *self);
void        wf_sender_tell_async      (WfSender             *self,
                                       const WfPosition     *position,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              data);
void        wf_sender_tell_readings   (WfSender             *self,
                                       const WfReading      *readings,
                                       guint                 n,
                                       GCancellable         *cancellable);
gboolean    wf_sender_tell_finish     (WfSender             *self,
                                       GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
