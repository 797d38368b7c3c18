/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-service.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Private to service. WfGate: who may come in, how, and how long they may take. */

typedef struct _WfGate WfGate;

/* A connection that is in; TLS is done with. Returns the room that it went to, %NULL for none. */
typedef gpointer (*WfGateEnter) (GIOStream      *stream,
                                 GSocketAddress *local,
                                 GSocketAddress *remote,
                                 gpointer        data);

WfGate     *wf_gate_new         (const WfServiceLimits *limits,
                                 WfGateEnter            enter,
                                 gpointer               data);
void        wf_gate_free        (WfGate                *self);
void        wf_gate_set_tls     (WfGate                *self,
                                 GTlsCertificate       *certificate,
                                 GTlsDatabase          *clients,
                                 GHashTable            *revoked);
gboolean    wf_gate_listen      (WfGate                *self,
                                 GInetSocketAddress    *address,
                                 guint16               *port,
                                 GError               **error);
void        wf_gate_stop        (WfGate                *self);
guint       wf_gate_count       (WfGate                *self);
void        wf_gate_watch       (SoupServerMessage     *message);
void        wf_gate_pass        (SoupServerMessage     *message);
gboolean    wf_gate_may_ask     (WfGate                *self,
                                 SoupServerMessage     *message,
                                 const char            *actor);
GSocket    *wf_gate_socket      (SoupServerMessage     *message);
gpointer    wf_gate_room        (SoupServerMessage     *message);
gboolean    wf_gate_is_empty    (WfGate                *self,
                                 gpointer               room);
const char *wf_gate_certificate_name (SoupServerMessage *message);
const char *wf_gate_certificate_flaw (SoupServerMessage *message);

G_END_DECLS
