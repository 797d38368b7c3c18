/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_EMBEDDED (wf_embedded_get_type ())
G_DECLARE_FINAL_TYPE (WfEmbedded, wf_embedded, WF, EMBEDDED, GObject)

/* WfEmbedded: the application's own watchfired on loopback. Starts it as a child process with a random token over a pipe,
 * restarts it when it dies (bounded back-off), and lets it end with the application. Properties: "uri" and "token"
 * (NULL until it is ready; notify when it comes back on another port), "reason" (translated, when it cannot be started).
 * demo units: also starts watchfire-unit for the demonstration district's simulated units. */

WfEmbedded *wf_embedded_new          (const char          *service_program,
                                      const char          *unit_program,
                                      const char          *data_folder,
                                      const char          *seed_folder);
void        wf_embedded_start_async  (WfEmbedded          *self,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             data);
gboolean    wf_embedded_start_finish (WfEmbedded          *self,
                                      GAsyncResult        *result,
                                      GError             **error);
const char *wf_embedded_get_uri      (WfEmbedded          *self);
const char *wf_embedded_get_token    (WfEmbedded          *self);
void        wf_embedded_stop         (WfEmbedded          *self);

G_END_DECLS
