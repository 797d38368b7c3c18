/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WF_HISTOGRAM_MAX 20

/**
 * WfHistogram:
 *
 * How often a measured number lay below each of some bounds. A plain value: whoever shares one between threads guards it.
 */
typedef struct
{
  const double *bounds; /* (unowned) ascending */
  guint         n;
  guint64       counts[WF_HISTOGRAM_MAX + 1];
  guint64       count;
  double        sum;
} WfHistogram;

void wf_histogram_init    (WfHistogram       *self,
                           const double      *bounds,
                           guint              n);
void wf_histogram_observe (WfHistogram       *self,
                           double             value);
void wf_histogram_write   (const WfHistogram *self,
                           const char        *name,
                           const char        *help,
                           GString           *out);

G_END_DECLS
