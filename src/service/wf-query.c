/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-query.h"

#include "wf-id.h"
#include "wf-time.h"

#include <math.h>
#include <string.h>

/* What stands behind the question mark and in some headers. */

#define PARAMETERS_MAX 20

/* --- parameters --- */

static gboolean
take_parameter (WfParameter *parameter,
                const char  *text)
{
  char *end;

  if (parameter->text != NULL)
    return FALSE;
  parameter->text = g_strdup (text);

  switch (parameter->type)
    {
    case 'i':
      if (!g_ascii_isdigit (text[0]) || strlen (text) > 16)
        return FALSE;
      parameter->number = g_ascii_strtoll (text, &end, 10);
      return *end == '\0' && parameter->number <= WF_JSON_MAX_INT;

    case 't':
      return wf_time_parse (text, &parameter->number);

    case 'x':
      return strlen (text) <= 400;

    case 's':
    default:
      return wf_id_is_valid (text);
    }
}

static WfParameter *
find_parameter (WfParameter *parameters,
                guint        n,
                const char  *key)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (parameters[i].key, key) == 0)
      return &parameters[i];

  return NULL;
}

/**
 * wf_query_read:
 * @query: (nullable): what stands behind the question mark, still escaped
 * @parameters: (array length=n): what may stand there; filled in
 * @n: how many
 * @good: (out): whether all of it is
 *
 * Reads parameters. Anything unknown, twice, or of the wrong form is no good.
 *
 * Returns: (transfer full) (nullable): the parameter to blame, where one is
 */
char *
wf_query_read (const char  *query,
               WfParameter *parameters,
               guint        n,
               gboolean    *good)
{
  g_autofree char *wrong = NULL;
  g_autoptr (GError) error = NULL;
  GUriParamsIter iter;
  char *key, *value;

  if (query != NULL)
    {
      g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
      while (wrong == NULL && g_uri_params_iter_next (&iter, &key, &value, &error))
        {
          WfParameter *parameter = find_parameter (parameters, n, key);

          if (parameter == NULL || !take_parameter (parameter, value))
            wrong = g_strdup_printf ("%.60s", parameter != NULL ? parameter->key : "?");
          g_free (key);
          g_free (value);
        }
    }

  for (guint i = 0; i < n && wrong == NULL; i++)
    if (parameters[i].required && parameters[i].text == NULL)
      wrong = g_strdup (parameters[i].key);

  *good = wrong == NULL && error == NULL;
  return g_steal_pointer (&wrong);
}

/**
 * wf_query_clear:
 * @parameters: (array length=n): what was read
 * @n: how many
 */
void
wf_query_clear (WfParameter *parameters,
                guint        n)
{
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&parameters[i].text, g_free);
}

/**
 * wf_query_split:
 * @query: (nullable): what stands behind the question mark, still escaped
 * @keys: (element-type utf8): owns what is in it; the names are added, in order
 * @texts: (element-type utf8): the same with what they are
 *
 * For whoever does not know beforehand what may stand there.
 *
 * Returns: whether it could be read, each name is there once, and there are not too many
 */
gboolean
wf_query_split (const char *query,
                GPtrArray  *keys,
                GPtrArray  *texts)
{
  g_autoptr (GError) error = NULL;
  GUriParamsIter iter;
  char *key, *value;

  if (query == NULL)
    return TRUE;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_WWW_FORM);
  while (g_uri_params_iter_next (&iter, &key, &value, &error))
    {
      gboolean twice = g_ptr_array_find_with_equal_func (keys, key, g_str_equal, NULL);

      g_ptr_array_add (keys, key);
      g_ptr_array_add (texts, value);
      if (twice || keys->len > PARAMETERS_MAX || !g_utf8_validate (key, -1, NULL) || !g_utf8_validate (value, -1, NULL))
        return FALSE;
    }

  return error == NULL;
}

/* --- OGC API --- */

static gboolean
read_number (const char *text,
             double     *number)
{
  char *end;

  if (text[0] == '\0' || g_ascii_isspace (text[0]) || strlen (text) > 40)
    return FALSE;

  *number = g_ascii_strtod (text, &end);
  return *end == '\0' && isfinite (*number);
}

static gboolean
read_bbox (const char *text,
           WfOgcQuery *query)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", 8);
  guint n = g_strv_length (parts);
  double numbers[6];

  if (n != 4 && n != 6)
    return FALSE;

  for (guint i = 0; i < n; i++)
    if (!read_number (parts[i], &numbers[i]))
      return FALSE;

  /* With six there are heights between; all of ours is on the ground. */
  WfGeoBox box = { numbers[0], numbers[1], numbers[n / 2], numbers[n / 2 + 1] };

  if (box.min_lon < -180 || box.min_lon > 180 || box.max_lon < -180 || box.max_lon > 180 || box.min_lat < -90 ||
      box.max_lat > 90 || box.min_lat > box.max_lat)
    return FALSE;

  query->n_boxes = 1;
  query->boxes[0] = box;
  if (box.min_lon > box.max_lon)
    {
      query->n_boxes = 2;
      query->boxes[0].max_lon = 180;
      query->boxes[1] = box;
      query->boxes[1].min_lon = -180;
    }

  return TRUE;
}

static gboolean
read_moment (const char *text,
             int64_t     open,
             int64_t    *moment)
{
  if (text[0] == '\0' || strcmp (text, "..") == 0)
    {
      *moment = open;
      return TRUE;
    }

  return wf_time_parse (text, moment);
}

static gboolean
read_datetime (const char *text,
               WfOgcQuery *query)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 3);
  guint n = g_strv_length (parts);

  query->timed = TRUE;
  if (n == 1)
    {
      if (!wf_time_parse (text, &query->from))
        return FALSE;
      query->until = query->from;
      return TRUE;
    }

  return n == 2 && read_moment (parts[0], G_MININT64, &query->from) && read_moment (parts[1], G_MAXINT64, &query->until) &&
         query->from <= query->until;
}

static gboolean
read_limit (const char *text,
            WfOgcQuery *query)
{
  gsize size = strlen (text);

  if (size == 0 || size > 9 || strspn (text, "0123456789") != size)
    return FALSE;

  guint64 limit = g_ascii_strtoull (text, NULL, 10);

  /* More than the service gives is no fault, says the standard: it gives what it can. */
  query->limit = (guint) MIN (limit, WF_OGC_LIMIT_MAX);
  return limit >= 1;
}

static gboolean
read_filter (GPtrArray  *columns,
             const char *key,
             const char *text,
             WfOgcQuery *query,
             gboolean   *known)
{
  WfOgcFilter filter = { 0 };
  gboolean good = TRUE;
  int64_t time;

  *known = FALSE;
  for (guint i = 0; i < columns->len && !*known; i++)
    {
      filter.column = i;
      *known = strcmp (((WfOgcColumn *) g_ptr_array_index (columns, i))->name, key) == 0;
    }

  if (!*known || query->filters->len >= WF_OGC_FILTERS_MAX)
    return FALSE;

  const WfOgcColumn *column = g_ptr_array_index (columns, filter.column);
  if (column->field->type == WF_FIELD_INT || column->field->type == WF_FIELD_DOUBLE)
    good = read_number (text, &filter.number);
  else if (column->field->type == WF_FIELD_BOOL)
    good = strcmp (text, "true") == 0 || strcmp (text, "false") == 0;
  else if (column->field->type == WF_FIELD_TIME)
    {
      good = wf_time_parse (text, &time);
      filter.number = good ? (double) time : 0;
    }
  else if (column->field->type == WF_FIELD_ENUM)
    good = wf_choices_contain (column->field->choices, text);

  if (good)
    {
      filter.text = g_strdup (text);
      g_array_append_val (query->filters, filter);
    }

  return good;
}

/**
 * wf_query_read_ogc:
 * @columns: (element-type WfOgcColumn): properties of the collection
 * @key: name of a parameter
 * @text: what it is
 * @query: what is asked for; filled in
 *
 * Reads a parameter of a question about a collection: bbox, datetime, limit, after, or a property.
 *
 * Returns: (transfer none) (nullable): a sentence that says what is wrong, or %NULL
 */
const char *
wf_query_read_ogc (GPtrArray  *columns,
                   const char *key,
                   const char *text,
                   WfOgcQuery *query)
{
  gboolean known;

  if (strcmp (key, "bbox") == 0)
    return read_bbox (text, query) ? NULL : "bbox is west,south,east,north in degrees (WGS 84)";
  if (strcmp (key, "datetime") == 0)
    return read_datetime (text, query) ? NULL : "datetime is a moment, or two of them with a slash between; .. is open";
  if (strcmp (key, "limit") == 0)
    return read_limit (text, query) ? NULL : "limit is a whole number from 1 on";
  if (strcmp (key, "after") == 0)
    {
      g_free (query->after);
      query->after = g_strdup (text);
      return wf_id_is_valid (text) ? NULL : "after is the id of a feature";
    }
  if (read_filter (columns, key, text, query, &known))
    return NULL;

  return known ? "This property cannot have that value, or too many are given" : "There is no such parameter or property here";
}

/* --- headers --- */

/**
 * wf_query_quality:
 * @accept: an Accept header
 * @type: a media type
 *
 * Returns: how much the type is wanted: the quality of the most specific range that it lies in; 0 for not at all
 */
double
wf_query_quality (const char *accept,
                  const char *type)
{
  g_auto (GStrv) ranges = g_strsplit (accept, ",", 50);
  double quality = 0;
  int best = 0;

  for (gsize i = 0; ranges[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (ranges[i], ";", 10);
      const char *range = parts[0] != NULL ? g_strstrip (parts[0]) : "";
      int weight = g_ascii_strcasecmp (range, type) == 0 ? 3
        : g_ascii_strcasecmp (range, "application/*") == 0 ? 2
        : strcmp (range, "*/*") == 0 ? 1 : 0;

      if (weight <= best)
        continue;

      best = weight;
      quality = 1;
      for (gsize j = 1; parts[0] != NULL && parts[j] != NULL; j++)
        if (g_str_has_prefix (g_strstrip (parts[j]), "q="))
          quality = g_ascii_strtod (parts[j] + 2, NULL);
    }

  return quality;
}

/**
 * wf_query_range:
 * @text: (nullable): a Range header
 * @size: how much there is
 * @first: (out): the first byte that is wanted; at @size or behind it, where nothing of it is there
 * @last: (out): the last one
 *
 * Reads `bytes=FIRST-LAST`, `bytes=FIRST-` or `bytes=-COUNT`; anything else, and several at once, is as if nothing had been said
 * (RFC 9110, 14.2).
 *
 * Returns: whether there is a range
 */
gboolean
wf_query_range (const char *text,
                gint64      size,
                gint64     *first,
                gint64     *last)
{
  const char *dash;
  char *end;

  if (text == NULL || !g_str_has_prefix (text, "bytes=") || strlen (text) > 60)
    return FALSE;

  text += strlen ("bytes=");
  dash = strchr (text, '-');
  if (dash == NULL || strspn (text, "0123456789-") != strlen (text) || strchr (dash + 1, '-') != NULL || text[0] == '\0')
    return FALSE;

  *last = dash[1] != '\0' ? g_ascii_strtoll (dash + 1, NULL, 10) : size - 1;
  if (dash == text)
    {
      *first = MAX (size - *last, 0);
      *last = size - 1;
      return dash[1] != '\0';
    }

  *first = g_ascii_strtoll (text, &end, 10);
  if (*last < *first && dash[1] != '\0')
    return FALSE;

  *last = MIN (*last, size - 1);
  return end == dash;
}

/**
 * wf_query_basic_token:
 * @header: an Authorization header
 *
 * Many a GIS knows only a name and a password: the token is taken as the password, with any name.
 *
 * Returns: (transfer full) (nullable): the token in a header of the Basic scheme, or %NULL if it is none
 */
char *
wf_query_basic_token (const char *header)
{
  if (g_ascii_strncasecmp (header, "Basic ", 6) != 0)
    return NULL;

  gsize size;
  g_autofree guchar *plain = g_base64_decode (header + 6, &size);
  const guchar *colon = size > 0 ? memchr (plain, ':', size) : NULL;
  gsize begin = colon != NULL ? (gsize) (colon - plain) + 1 : 0;

  if (colon == NULL || memchr (plain, '\0', size) != NULL)
    return NULL;

  return g_strndup ((const char *) plain + begin, size - begin);
}
