/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-store-private.h"

G_BEGIN_DECLS

/* Private to store: what positions and readings have in common. */

#define WF_TELEMETRY_VALUES 4

typedef struct _WfLast WfLast;

/**
 * WfTelemetryForm:
 * @size: of its structure, which begins with a #WfLast
 * @n_max: how many things may report
 * @n_values: how many of the values it has
 * @full: what is said when more report than that; with a place for @n_max
 * @load: all that was last; columns scope, source, quantity, at, values
 * @put_last: keeps the last of one; parameters in the same order
 * @put_series: adds to what is kept of the past
 * @loaded: (nullable): called for each that was read
 * @look: (nullable): called for the last of each when it has been written, in the writer's thread; adds commands of the service
 *   itself that follow from it
 *
 * What one sort of telemetry is.
 */
typedef struct
{
  gsize       size;
  guint       n_max;
  guint       n_values;
  const char *full;
  const char *load;
  const char *put_last;
  const char *put_series;
  gboolean  (*loaded) (WfStore      *self,
                       WfLast       *last,
                       GError      **error);
  void      (*look)   (WfStore      *self,
                       const WfLast *last,
                       GPtrArray    *commands);
} WfTelemetryForm;

/* What came last of one unit, or of one quantity of a source. */
struct _WfLast
{
  const WfTelemetryForm *form;
  char                  *scope;    /* (owned) */
  char                  *source;   /* (owned) */
  char                  *quantity; /* (owned) (nullable) */
  int64_t                at;
  double                 values[WF_TELEMETRY_VALUES];
};

/* Writes one row of an answer. */
typedef void (*WfTelemetryWriter) (GString      *out,
                                   sqlite3_stmt *statement);

GHashTable *wf_telemetry_table_new   (void);
WfLast     *wf_telemetry_ensure      (GHashTable             *table,
                                      const WfTelemetryForm  *form,
                                      const char             *scope,
                                      const char             *source,
                                      const char             *quantity,
                                      GError                **error);
gboolean    wf_telemetry_load        (WfStore                *self,
                                      GHashTable             *table,
                                      const WfTelemetryForm  *form,
                                      GError                **error);
gboolean    wf_telemetry_is_news     (WfStore                *self,
                                      const WfLast           *last,
                                      int64_t                 at);
void        wf_telemetry_take        (WfStore                *self,
                                      WfLast                 *last);
gboolean    wf_telemetry_keep        (WfStore                *self,
                                      const WfLast           *last);
void        wf_telemetry_read_async  (WfStore                *self,
                                      const char             *name,
                                      const char             *query,
                                      WfTelemetryWriter       writer,
                                      const char             *scope,
                                      const char             *source,
                                      const char             *quantity,
                                      int64_t                 since,
                                      gpointer                tag,
                                      GCancellable           *cancellable,
                                      GAsyncReadyCallback     callback,
                                      gpointer                data);

G_END_DECLS
