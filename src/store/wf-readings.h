/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-store.h"

G_BEGIN_DECLS

/**
 * WfReading:
 * @source: the unit or sensor that read it
 * @quantity: what it read: one of wf_rules_quantities()
 * @at: when
 * @value: in the unit of the quantity
 */
typedef struct
{
  const char *source;
  const char *quantity;
  int64_t     at;
  double      value;
} WfReading;

guint   wf_store_put_readings         (WfStore              *self,
                                       const char           *scope,
                                       const WfReading      *readings,
                                       guint                 n,
                                       GError              **error);
void    wf_store_read_readings_async  (WfStore              *self,
                                       const char           *scope,
                                       const char           *source,
                                       const char           *quantity,
                                       int64_t               since,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              data);
GBytes *wf_store_read_readings_finish (WfStore              *self,
                                       GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
