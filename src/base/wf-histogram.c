/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-base"

#include "config.h"

#include "wf-histogram.h"

/**
 * wf_histogram_init:
 * @self: a histogram
 * @bounds: (array length=n): ascending upper bounds; stay as long as @self
 * @n: how many, %WF_HISTOGRAM_MAX at most
 */
void
wf_histogram_init (WfHistogram  *self,
                   const double *bounds,
                   guint         n)
{
  g_return_if_fail (n <= WF_HISTOGRAM_MAX);

  *self = (WfHistogram) { .bounds = bounds, .n = n };
}

/**
 * wf_histogram_observe:
 * @self: a histogram
 * @value: what was measured
 */
void
wf_histogram_observe (WfHistogram *self,
                      double       value)
{
  guint i = 0;

  while (i < self->n && value > self->bounds[i])
    i++;

  self->counts[i]++;
  self->count++;
  self->sum += value;
}

/* The point is a point whatever the language. */
static const char *
print (double value,
       char   buffer[G_ASCII_DTOSTR_BUF_SIZE])
{
  return g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.9g", value);
}

/**
 * wf_histogram_write:
 * @self: a histogram
 * @name: the metric's name
 * @help: what it is, in a sentence
 * @out: where to add it
 *
 * Writes it in the text form of Prometheus (0.0.4): the buckets add up, the last is of all.
 */
void
wf_histogram_write (const WfHistogram *self,
                    const char        *name,
                    const char        *help,
                    GString           *out)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  guint64 sum = 0;

  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name);
  for (guint i = 0; i < self->n; i++)
    {
      sum += self->counts[i];
      g_string_append_printf (out, "%s_bucket{le=\"%s\"} %" G_GUINT64_FORMAT "\n", name, print (self->bounds[i], number), sum);
    }
  g_string_append_printf (out, "%s_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT "\n", name, self->count);
  g_string_append_printf (out, "%s_sum %s\n%s_count %" G_GUINT64_FORMAT "\n", name, print (self->sum, number), name, self->count);
}
