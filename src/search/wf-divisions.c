/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-search"

#include "config.h"

#include "wf-divisions.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* Limits of a file: China has some three thousand divisions down to its counties. */
#define MAX_BYTES (4 * 1024 * 1024)
#define MAX_NAME  200

/* The columns of a line. */
enum
{
  COLUMN_CODE,
  COLUMN_NAME,
  COLUMN_LON,
  COLUMN_LAT,
  COLUMN_AT,
  N_COLUMNS,
};

struct _WfDivisions
{
  char   *text; /* (owned): of the file; the names are in it */
  GArray *all;  /* (owned) (element-type WfDivision): by code */
};

static gboolean
refuse (GError     **error,
        guint        line,
        const char  *field,
        const char  *reason)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "line %u, field “%s”: %s", line, field, reason);

  return FALSE;
}

static gboolean
read_code (const char *text,
           guint32    *code)
{
  *code = 0;
  if (strlen (text) != 6)
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      *code = *code * 10 + (guint32) g_ascii_digit_value (*text);
    }

  return *code >= 100000;
}

static gboolean
read_degrees (const char *text,
              double      most,
              double     *degrees)
{
  char *end;

  *degrees = g_ascii_strtod (text, &end);

  return end != text && *end == '\0' && isfinite (*degrees) && fabs (*degrees) <= most;
}

static gboolean
read_at (const char   *text,
         WfDivisionAt *at)
{
  static const char *const words[] = { "seat", "town", "parent" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (text, words[i]))
      {
        *at = (WfDivisionAt) i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_line (WfDivisions  *self,
           char         *text,
           guint         line,
           GError      **error)
{
  char *columns[N_COLUMNS];
  WfDivision division = { 0 };
  guint32 before = self->all->len > 0 ? g_array_index (self->all, WfDivision, self->all->len - 1).code : 0;

  for (guint i = 0; i < N_COLUMNS; i++)
    {
      columns[i] = text;
      text = i + 1 < N_COLUMNS ? strchr (text, '\t') : NULL;
      if (text != NULL)
        *text++ = '\0';
      else if (i + 1 < N_COLUMNS)
        return refuse (error, line, "code", "a line has five columns");
    }

  if (!read_code (columns[COLUMN_CODE], &division.code))
    return refuse (error, line, "code", "not six digits");
  if (division.code <= before)
    return refuse (error, line, "code", "not above the one before");
  if (*columns[COLUMN_NAME] == '\0' || strlen (columns[COLUMN_NAME]) > MAX_NAME)
    return refuse (error, line, "name", "empty or too long");
  if (!read_degrees (columns[COLUMN_LON], 180, &division.lon))
    return refuse (error, line, "longitude", "not a number from -180 to 180");
  if (!read_degrees (columns[COLUMN_LAT], 90, &division.lat))
    return refuse (error, line, "latitude", "not a number from -90 to 90");
  if (!read_at (columns[COLUMN_AT], &division.at))
    return refuse (error, line, "at", "not seat, town or parent");

  division.name = columns[COLUMN_NAME];
  division.level = division.code % 10000 == 0 ? WF_DIVISION_PROVINCE
                   : division.code % 100 == 0 ? WF_DIVISION_PREFECTURE : WF_DIVISION_COUNTY;
  if (division.at == WF_DIVISION_AT_PARENT && wf_divisions_get_parent (self, &division) == NULL)
    return refuse (error, line, "at", "nothing that it belongs to");
  g_array_append_val (self->all, division);

  return TRUE;
}

/**
 * wf_divisions_parse:
 * @text: (transfer full): a line each, its columns parted by tabulators: code, name, longitude, latitude, and what is there:
 *   seat, town or parent; by code. Lines that begin with # are left out
 * @error: (nullable): for an error, which names line and field
 *
 * Returns: (transfer full) (nullable): the divisions
 */
WfDivisions *
wf_divisions_parse (char    *text,
                    GError **error)
{
  g_autoptr (WfDivisions) self = g_new0 (WfDivisions, 1);
  guint line = 0;

  self->text = text;
  self->all = g_array_new (FALSE, FALSE, sizeof (WfDivision));
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not UTF-8");
      return NULL;
    }

  while (*text != '\0')
    {
      char *next = strchrnul (text, '\n');

      if (*next == '\n')
        *next++ = '\0';
      line++;
      if (*text != '#' && *text != '\0' && !read_line (self, text, line, error))
        return NULL;
      text = next;
    }

  return g_steal_pointer (&self);
}

/**
 * wf_divisions_read:
 * @path: a file as wf_divisions_parse() takes it
 * @error: (nullable): for an error, which names file, line and field
 *
 * Returns: (transfer full) (nullable): the divisions
 */
WfDivisions *
wf_divisions_read (const char  *path,
                   GError     **error)
{
  WfDivisions *self;
  struct stat about;
  char *text;
  gsize size;

  g_return_val_if_fail (path != NULL, NULL);

  if (stat (path, &about) == 0 && about.st_size > MAX_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: larger than %d bytes", path, MAX_BYTES);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &size, error))
    return NULL;
  if (strlen (text) != size)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: not a text", path);
      g_free (text);
      return NULL;
    }

  self = wf_divisions_parse (text, error);
  if (self == NULL)
    g_prefix_error (error, "%s: ", path);

  return self;
}

/**
 * wf_divisions_free:
 * @self: (transfer full): divisions
 */
void
wf_divisions_free (WfDivisions *self)
{
  g_array_unref (self->all);
  g_free (self->text);
  g_free (self);
}

/**
 * wf_divisions_get_n:
 * @self: divisions
 *
 * Returns: how many there are
 */
guint
wf_divisions_get_n (WfDivisions *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->all->len;
}

/**
 * wf_divisions_get:
 * @self: divisions
 * @i: below their number
 *
 * Returns: (transfer none): one of them, in the order of their codes
 */
const WfDivision *
wf_divisions_get (WfDivisions *self,
                  guint        i)
{
  g_return_val_if_fail (self != NULL && i < self->all->len, NULL);

  return &g_array_index (self->all, WfDivision, i);
}

static int
compare_codes (gconstpointer a,
               gconstpointer b)
{
  const WfDivision *division_a = a;
  const WfDivision *division_b = b;

  return division_a->code < division_b->code ? -1 : division_a->code > division_b->code;
}

static const WfDivision *
find (WfDivisions *self,
      guint32      code)
{
  WfDivision wanted = { .code = code };
  guint found;

  return g_array_binary_search (self->all, &wanted, compare_codes, &found) ? &g_array_index (self->all, WfDivision, found) : NULL;
}

/**
 * wf_divisions_get_parent:
 * @self: divisions
 * @division: one of them
 *
 * Returns: (transfer none) (nullable): what it belongs to: a prefecture or, where there is none between, a province
 */
const WfDivision *
wf_divisions_get_parent (WfDivisions      *self,
                         const WfDivision *division)
{
  const WfDivision *parent = NULL;

  g_return_val_if_fail (self != NULL && division != NULL, NULL);

  if (division->level == WF_DIVISION_COUNTY)
    parent = find (self, division->code / 100 * 100);

  return parent != NULL || division->level == WF_DIVISION_PROVINCE ? parent : find (self, division->code / 10000 * 10000);
}
