/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-store.h"

G_BEGIN_DECLS

#define WF_TYPE_SERVICE (wf_service_get_type ())
G_DECLARE_FINAL_TYPE (WfService, wf_service, WF, SERVICE, GObject)

/**
 * WfServiceLimits:
 * @connections: how many may be open at once
 * @connections_per_address: how many of them from one address
 * @requests_per_second: how often one actor may ask, over some time; twice as often in a rush
 * @patience: seconds from the connection to the end of the first request's headers; a body may take three times as long before
 *   its pace counts, an answer six times, and twelve times as long may lie between two requests
 * @silence: seconds that somebody who follows may say nothing, not even answer a ping, before they are taken for gone
 *
 * What the service puts up with.
 */
typedef struct
{
  guint connections;
  guint connections_per_address;
  guint requests_per_second;
  guint patience;
  guint silence;
} WfServiceLimits;

#define WF_SERVICE_LIMITS { .connections = 2000, .connections_per_address = 256, .requests_per_second = 500, .patience = 10, \
                            .silence = 35 }

WfService *wf_service_new      (WfStore               *store,
                                const WfServiceLimits *limits);
gboolean   wf_service_set_tls  (WfService             *self,
                                GTlsCertificate       *certificate,
                                GTlsDatabase          *clients,
                                const char            *revoked,
                                GError               **error);
gboolean   wf_service_listen   (WfService             *self,
                                GInetSocketAddress    *address,
                                GError               **error);
guint16    wf_service_get_port (WfService             *self);
void       wf_service_stop     (WfService             *self);

G_END_DECLS
