/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-json.h"
#include "wf-ogc-layer.h"
#include "wf-problem.h"
#include "wf-readings.h"
#include "wf-store.h"

G_BEGIN_DECLS

/* Private to service: reading what comes from outside, without a request or a socket, so that it can be tried with anything. */

#define WF_SERVICE_POSITIONS_MAX 1000

/* One thing that may stand behind the question mark. */
typedef struct
{
  const char *key;
  gboolean    required;
  char        type; /* 'i' whole number ≥ 0, 's' id, 't' time, 'x' any text that is not too long */
  char       *text; /* (owned) as it came, or NULL */
  int64_t     number;
} WfParameter;

char      *wf_query_read          (const char    *query,
                                   WfParameter   *parameters,
                                   guint          n,
                                   gboolean      *good);
void       wf_query_clear         (WfParameter   *parameters,
                                   guint          n);
gboolean   wf_query_split         (const char    *query,
                                   GPtrArray     *keys,
                                   GPtrArray     *texts);
const char *wf_query_read_ogc     (GPtrArray     *columns,
                                   const char    *key,
                                   const char    *text,
                                   WfOgcQuery    *query);
double     wf_query_quality       (const char    *accept,
                                   const char    *type);
gboolean   wf_query_range         (const char    *text,
                                   gint64         size,
                                   gint64        *first,
                                   gint64        *last);
char      *wf_query_basic_token   (const char    *header);

const char *wf_body_read_sign_in   (const WfJson  *root,
                                    const char   **user,
                                    const char   **password);
const char *wf_body_read_telemetry (const WfJson *root,
                                    const char  **scope,
                                    GArray       *positions,
                                    GArray       *readings,
                                    WfProblem   **problem);
GVariant  *wf_body_read_sketch    (const WfJson  *root,
                                   const char   **desk,
                                   WfProblem    **problem);
gboolean   wf_body_read_frame     (GBytes        *frame,
                                   int64_t       *ack,
                                   int64_t       *beat,
                                   GVariant     **sketch);

G_END_DECLS
