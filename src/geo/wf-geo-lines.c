/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-geo"

#include "config.h"

#include "wf-geo-text.h"

#include "wf-geo.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MAX_LINE 200
#define MAX_STEP 1000000.0

static gboolean
read_unit (const char *text,
           double     *metres)
{
  static const struct
  {
    const char *name;
    double      metres;
  } units[] = { { "km", 1000.0 }, { "公里", 1000.0 }, { "千米", 1000.0 }, { "m", 1.0 }, { "米", 1.0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (text, units[i].name) == 0)
      {
        *metres = units[i].metres;
        return TRUE;
      }

  return FALSE;
}

static const char *
skip (const char *p,
      const char *of)
{
  while (*p != '\0' && g_utf8_strchr (of, -1, g_utf8_get_char (p)) != NULL)
    p = g_utf8_next_char (p);

  return p;
}

static gboolean
read_number (const char **p,
             double      *number)
{
  char *end;

  if (!g_ascii_isdigit (**p))
    return FALSE;

  *number = g_ascii_strtod (*p, &end);
  *p = end;
  return isfinite (*number);
}

/* “45° 1.2 km”: a direction and a distance from the point before. */
static gboolean
read_step (const char *line,
           double     *bearing,
           double     *distance)
{
  const char *p = skip (line, " \t");
  double unit;

  if (!read_number (&p, bearing))
    return FALSE;
  p = skip (p, " \t°度,，/");
  if (!read_number (&p, distance))
    return FALSE;

  p = skip (p, " \t");
  g_autofree char *rest = g_strstrip (g_strdup (p));

  if (!read_unit (rest, &unit))
    return FALSE;
  *distance *= unit;
  return TRUE;
}

static gboolean
add_line (const char  *line,
          guint        number,
          GArray      *points,
          GError     **error)
{
  g_autoptr (GError) wrong = NULL;
  WfGeoPoint place;
  double bearing, distance;

  if (strlen (line) > MAX_LINE)
    {
      g_set_error (error, WF_GEO_ERROR, WF_GEO_ERROR_SYNTAX, _("Line %u is too long."), number);
      return FALSE;
    }

  if (read_step (line, &bearing, &distance))
    {
      if (points->len == 0)
        {
          g_set_error (error, WF_GEO_ERROR, WF_GEO_ERROR_SYNTAX,
                       _("Line %u: a direction and a distance need a point before them."), number);
          return FALSE;
        }
      if (bearing > 360.0 || distance > MAX_STEP)
        {
          g_set_error (error, WF_GEO_ERROR, WF_GEO_ERROR_RANGE,
                       _("Line %u: a direction is from 0 to 360 degrees, a distance 1,000 km at most."), number);
          return FALSE;
        }

      const WfGeoPoint *before = &g_array_index (points, WfGeoPoint, points->len - 1);
      wf_geo_destination (before->lon, before->lat, bearing, distance, &place.lon, &place.lat);
    }
  else if (!wf_geo_parse (line, &place.lon, &place.lat, &wrong))
    {
      g_set_error (error, WF_GEO_ERROR, wrong->code, _("Line %u: %s"), number, wrong->message);
      return FALSE;
    }

  g_array_append_val (points, place);
  return TRUE;
}

/**
 * wf_geo_parse_points:
 * @text: what somebody typed: a point a line
 * @max: so many points at most
 * @error: a sentence for that person, with the line
 *
 * Reads a list of places: each line has coordinates in any notation that wf_geo_parse() knows, or a direction and a distance
 * from the point before, such as “45° 1.2 km”. Empty lines do not count.
 *
 * Returns: (transfer full) (element-type WfGeoPoint) (nullable): the points, or %NULL
 */
GArray *
wf_geo_parse_points (const char  *text,
                     gsize        max,
                     GError     **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  guint number = 0;

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, WF_GEO_ERROR, WF_GEO_ERROR_SYNTAX, _("This is not text."));
      return NULL;
    }

  for (const char *line = text; line != NULL && *line != '\0';)
    {
      const char *end = strchr (line, '\n');
      g_autofree char *one = g_strstrip (end != NULL ? g_strndup (line, (gsize) (end - line)) : g_strdup (line));

      number++;
      line = end != NULL ? end + 1 : NULL;
      if (*one == '\0')
        continue;
      if (points->len >= max)
        {
          g_set_error (error, WF_GEO_ERROR, WF_GEO_ERROR_RANGE, _("There are more than %u points."), (guint) max);
          return NULL;
        }
      if (!add_line (one, number, points, error))
        return NULL;
    }

  return g_steal_pointer (&points);
}

/* How long the word under @p is, and whether it is a unit. */
static gsize
read_unit_word (const char *p,
                double     *metres)
{
  const char *end = p;

  while (*end != '\0' && !g_ascii_isdigit (*end) && !g_unichar_isspace (g_utf8_get_char (end))
         && g_utf8_strchr (",，、;；/", -1, g_utf8_get_char (end)) == NULL)
    end = g_utf8_next_char (end);

  g_autofree char *word = g_strndup (p, (gsize) (end - p));

  return *word != '\0' && read_unit (word, metres) ? (gsize) (end - p) : 0;
}

static gboolean
fail_distance (GError    **error,
               const char *message)
{
  g_set_error_literal (error, WF_GEO_ERROR, WF_GEO_ERROR_SYNTAX, message);
  return FALSE;
}

/* A distance is added once, between the shorter and the longer ones. */
static void
insert_distance (GArray *distances,
                 double  metres)
{
  guint at = 0;

  while (at < distances->len && g_array_index (distances, double, at) < metres)
    at++;
  if (at == distances->len || g_array_index (distances, double, at) > metres)
    g_array_insert_val (distances, at, metres);
}

static gboolean
read_distances (const char  *text,
                GArray      *distances,
                GError     **error)
{
  static const char between[] = " \t\n,，、;；/";

  for (const char *p = skip (text, between); *p != '\0'; p = skip (p, between))
    {
      double metres = 0.0;
      double unit = 1.0;

      if (!read_number (&p, &metres))
        return fail_distance (error, _("Distances are numbers of metres, or with km: 500, 1000, 3 km."));

      const char *word = skip (p, " \t");
      gsize length = read_unit_word (word, &unit);

      if (length > 0)
        p = word + length;
      insert_distance (distances, metres * unit);
    }

  return distances->len > 0 || fail_distance (error, _("Write at least one distance, such as 500."));
}

/**
 * wf_geo_parse_distances:
 * @text: what somebody typed: “500 1000, 3 km”
 * @max: so many at most
 * @least: none is shorter, metres
 * @most: none is longer, metres
 * @error: a sentence for that person
 *
 * Reads a list of distances in metres or with a unit. The same twice counts once.
 *
 * Returns: (transfer full) (element-type double) (nullable): metres, the shortest first, or %NULL
 */
GArray *
wf_geo_parse_distances (const char  *text,
                        gsize        max,
                        double       least,
                        double       most,
                        GError     **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (GArray) distances = g_array_new (FALSE, FALSE, sizeof (double));

  if (strlen (text) > MAX_LINE || !g_utf8_validate (text, -1, NULL))
    {
      fail_distance (error, _("Distances are numbers of metres, or with km: 500, 1000, 3 km."));
      return NULL;
    }

  /* Full-width digits become plain ones. */
  g_autofree char *plain = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);

  if (!read_distances (plain, distances, error))
    return NULL;
  if (distances->len > max)
    {
      g_set_error (error, WF_GEO_ERROR, WF_GEO_ERROR_RANGE, _("More than %u distances at once."), (guint) max);
      return NULL;
    }
  if (g_array_index (distances, double, 0) < least || g_array_index (distances, double, distances->len - 1) > most)
    {
      g_autofree char *from = wf_geo_format_radius (least);
      g_autofree char *to = wf_geo_format_radius (most);

      g_set_error (error, WF_GEO_ERROR, WF_GEO_ERROR_RANGE, _("A distance here is from %s to %s."), from, to);
      return NULL;
    }

  return g_steal_pointer (&distances);
}
