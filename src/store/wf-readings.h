/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-reading.h"
#include "wf-store.h"

G_BEGIN_DECLS

/**
 * WfStoreReadingFunc:
 * @scope: a scope
 * @reading: the last of its kind there
 * @data: as given
 */
typedef void (*WfStoreReadingFunc) (const char      *scope,
                                    const WfReading *reading,
                                    gpointer         data);

guint   wf_store_put_readings         (WfStore              *self,
                                       const char           *scope,
                                       const WfReading      *readings,
                                       guint                 n,
                                       GError              **error);
void    wf_store_each_reading         (WfStore              *self,
                                       WfStoreReadingFunc    each,
                                       gpointer              data);
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
