/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-store.h"

G_BEGIN_DECLS

#define WF_TYPE_SERVICE (wf_service_get_type ())
G_DECLARE_FINAL_TYPE (WfService, wf_service, WF, SERVICE, GObject)

WfService *wf_service_new      (WfStore             *store);
gboolean   wf_service_listen   (WfService           *self,
                                GInetSocketAddress  *address,
                                GError             **error);
guint16    wf_service_get_port (WfService           *self);
void       wf_service_stop     (WfService           *self);

G_END_DECLS
