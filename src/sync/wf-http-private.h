/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfAnswer:
 * @status: HTTP status
 * @body: what came
 * @type: (nullable): its content type
 * @elapsed: milliseconds from sending to the first byte of the answer
 *
 * A whole answer of the service.
 */
typedef struct
{
  guint   status;
  GBytes *body;
  char   *type;
  int     elapsed;
} WfAnswer;

void wf_answer_free (WfAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfAnswer, wf_answer_free)

#define WF_TYPE_HTTP (wf_http_get_type ())
G_DECLARE_FINAL_TYPE (WfHttp, wf_http, WF, HTTP, GObject)

gboolean      wf_http_is_private   (const char           *uri);
WfHttp       *wf_http_new          (const char           *uri,
                                    const char           *token);
void          wf_http_set_trust    (WfHttp               *self,
                                    GTlsDatabase         *trust);
void          wf_http_set_certificate (WfHttp           *self,
                                    GTlsCertificate      *certificate);
SoupSession  *wf_http_get_session  (WfHttp               *self);
SoupMessage  *wf_http_message      (WfHttp               *self,
                                    const char           *method,
                                    const char           *path,
                                    GError              **error);
void          wf_http_send_async   (WfHttp               *self,
                                    const char           *method,
                                    const char           *path,
                                    const char           *type,
                                    GBytes               *body,
                                    gsize                 limit,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              data);
void          wf_http_post_async   (WfHttp               *self,
                                    const char           *path,
                                    GBytes               *body,
                                    gsize                 limit,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              data);
void          wf_http_put_part_async (WfHttp             *self,
                                    const char           *path,
                                    const char           *type,
                                    GBytes               *whole,
                                    gsize                 offset,
                                    gsize                 length,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              data);
void          wf_http_get_part_async (WfHttp             *self,
                                    const char           *path,
                                    goffset               offset,
                                    gsize                 length,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              data);
WfAnswer     *wf_http_send_finish  (WfHttp               *self,
                                    GAsyncResult         *result,
                                    GError              **error);
GError       *wf_http_error        (guint                 status,
                                    GBytes               *body);
GError       *wf_http_unreachable  (const GError         *error);
void          wf_http_close        (WfHttp               *self);

G_END_DECLS
