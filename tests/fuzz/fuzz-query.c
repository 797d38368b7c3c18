/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-certificates.h"
#include "wf-filter.h"
#include "wf-query.h"

#include <stddef.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

enum { SINCE, SCOPE, KIND, AREA, RATE, LIMIT, WAIT, MOVED, SUBJECT, UNIT, AFTER, N_PARAMETERS };

/* What the feed, the journal and the tracks take. */
static void
try_parameters (const char *query)
{
  WfParameter parameters[N_PARAMETERS] = {
    [SINCE] = { "since", TRUE, 'i' }, [SCOPE] = { "scope", FALSE, 's' }, [KIND] = { "kind", FALSE, 'x' },
    [AREA] = { "area", FALSE, 'x' }, [RATE] = { "rate", FALSE, 'i' }, [LIMIT] = { "limit", FALSE, 'i' },
    [WAIT] = { "wait", FALSE, 'i' }, [MOVED] = { "moved", FALSE, 'i' }, [SUBJECT] = { "subject", FALSE, 's' },
    [UNIT] = { "unit", FALSE, 's' }, [AFTER] = { "after", FALSE, 't' },
  };
  gboolean good;
  g_autofree char *wrong = wf_query_read (query, parameters, N_PARAMETERS, &good);

  if (good)
    {
      const char *fault;
      g_autoptr (WfFilter) filter = wf_filter_new (parameters[SCOPE].text, parameters[KIND].text, parameters[AREA].text, &fault);

      g_assert_nonnull (parameters[SINCE].text);
      g_assert_cmpint (parameters[SINCE].number, >=, 0);
      g_assert_null (wrong);
      g_assert_true (fault == NULL || filter == NULL);
      if (filter != NULL)
        wf_filter_takes_place (filter, 109.9, 40.6);
    }

  wf_query_clear (parameters, N_PARAMETERS);
}

static void
clear_filter (gpointer filter)
{
  g_free (((WfOgcFilter *) filter)->text);
}

/* What a GIS asks of a collection; what was taken is answered too. */
static void
try_ogc (const char *kind,
         const char *query)
{
  g_autoptr (WfOgcLayer) layer = wf_ogc_layer_new (wf_kind_lookup (kind), "fuzz");
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) out = g_string_new (NULL);
  WfOgcQuery ask = { .from = G_MININT64, .until = G_MAXINT64, .limit = WF_OGC_LIMIT_DEFAULT };
  WfOgcPage page;

  ask.filters = g_array_new (FALSE, FALSE, sizeof (WfOgcFilter));
  g_array_set_clear_func (ask.filters, clear_filter);

  gboolean good = wf_query_split (query, keys, texts);
  for (guint i = 0; good && i < keys->len; i++)
    good = wf_query_read_ogc (wf_ogc_layer_columns (layer), g_ptr_array_index (keys, i), g_ptr_array_index (texts, i),
                              &ask) == NULL;

  if (good)
    {
      g_assert_cmpuint (ask.limit, >=, 1);
      g_assert_cmpuint (ask.limit, <=, WF_OGC_LIMIT_MAX);
      g_assert_cmpuint (ask.filters->len, <=, WF_OGC_FILTERS_MAX);
      g_assert_cmpint (ask.from, <=, ask.until);
      for (guint i = 0; i < ask.n_boxes; i++)
        g_assert_true (ask.boxes[i].min_lon <= ask.boxes[i].max_lon && ask.boxes[i].min_lat <= ask.boxes[i].max_lat);
      wf_ogc_layer_query (layer, &ask, out, &page);
    }

  g_array_unref (ask.filters);
  g_free (ask.after);
}

static void
try_headers (const char *text)
{
  static const gint64 sizes[] = { 1, 100, G_MAXINT64 };
  G_GNUC_UNUSED g_autofree char *token = wf_query_basic_token (text);
  gint64 first, last;

  wf_query_quality (text, "application/geo+json");
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (wf_query_range (text, sizes[i], &first, &last))
      {
        g_assert_cmpint (first, >=, 0);
        g_assert_cmpint (last, <, sizes[i]);
        g_assert_true (first >= sizes[i] || first <= last);
      }
}

/* The subject of a certificate: whoever chooses how their firm is called there does not choose as which unit they come. */
static void
try_subject (const char *text)
{
  g_autofree char *name = wf_certificate_subject_name (text);
  g_autofree char *behind = g_strconcat ("O=x,", text, NULL);
  g_autofree char *same = wf_certificate_subject_name (behind);
  g_autoptr (GString) firm = g_string_new ("O=");

  g_assert_cmpstr (name, ==, same);
  for (const char *c = text; *c != '\0'; c++)
    {
      g_string_append_c (firm, '\\');
      g_string_append_c (firm, *c);
    }
  g_assert_null (wf_certificate_subject_name (firm->str));
}

/* A letter says what the rest is taken for: p parameters, h headers, c a certificate's subject, else the query of a
 * collection. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  if (size == 0)
    return 0;

  g_autofree char *text = g_strndup ((const char *) data + 1, size - 1);

  switch (data[0])
    {
    case 'p':
      try_parameters (text);
      break;
    case 'h':
      try_headers (text);
      break;
    case 'c':
      try_subject (text);
      break;
    case 'i':
      try_ogc ("incident", text);
      break;
    default:
      try_ogc ("unit", text);
      break;
    }

  return 0;
}
