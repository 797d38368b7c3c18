/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-exchange"

#include "config.h"

#include "wf-feature-file.h"

#include "wf-json-write.h"

#include <stdarg.h>

struct _WfFeatureFile
{
  WfFeatureFormat format;
  GString        *text; /* (owned) */
  guint           n;
};

static void
write_xml (GString    *out,
           const char *element,
           const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append_printf (out, "<%s>%s</%s>", element, escaped, element);
}

/**
 * wf_feature_file_new:
 * @format: how it is written
 * @title: what it shows
 * @description: of when, from where, on which terms
 *
 * Returns: (transfer full): a file without features
 */
WfFeatureFile *
wf_feature_file_new (WfFeatureFormat  format,
                     const char      *title,
                     const char      *description)
{
  WfFeatureFile *self = g_new0 (WfFeatureFile, 1);

  self->format = format;
  self->text = g_string_new (NULL);
  if (format == WF_FEATURE_GEOJSON)
    {
      g_string_append_c (self->text, '{');
      wf_json_write_member_text (self->text, "type", "FeatureCollection");
      wf_json_write_member_text (self->text, "name", title);
      wf_json_write_member_text (self->text, "description", description);
      wf_json_write_key (self->text, "features");
      g_string_append_c (self->text, '[');
    }
  else
    {
      g_string_append (self->text,
                       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>");
      write_xml (self->text, "name", title);
      write_xml (self->text, "description", description);
    }

  return self;
}

/**
 * wf_feature_file_free:
 * @self: (transfer full): a file
 */
void
wf_feature_file_free (WfFeatureFile *self)
{
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_free (self);
}

static void
write_place (GString      *out,
             const double *point,
             gboolean      json)
{
  if (json)
    g_string_append_c (out, '[');
  wf_json_write_double (out, point[0]);
  g_string_append_c (out, ',');
  wf_json_write_double (out, point[1]);
  if (json)
    g_string_append_c (out, ']');
}

/* A ring is closed by its first point, once more. */
static void
write_places (GString      *out,
              const double *points,
              gsize         n,
              gboolean      closed,
              gboolean      json)
{
  for (gsize i = 0; i < n + (closed ? 1 : 0); i++)
    {
      if (i > 0)
        g_string_append_c (out, json ? ',' : ' ');
      write_place (out, points + 2 * (i % n), json);
    }
}

static void
write_geometry (WfFeatureFile *self,
                const double  *points,
                gsize          n,
                gboolean       closed)
{
  static const char *const kml[][2] = {
    { "<Point><coordinates>", "</coordinates></Point>" },
    { "<LineString><tessellate>1</tessellate><coordinates>", "</coordinates></LineString>" },
    { "<Polygon><outerBoundaryIs><LinearRing><coordinates>", "</coordinates></LinearRing></outerBoundaryIs></Polygon>" },
  };
  static const char *const json[][2] = {
    { "{\"type\":\"Point\",\"coordinates\":", "}" },
    { "{\"type\":\"LineString\",\"coordinates\":[", "]}" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[", "]]}" },
  };
  guint shape = n == 1 ? 0 : closed ? 2 : 1;
  gboolean is_json = self->format == WF_FEATURE_GEOJSON;

  g_string_append (self->text, is_json ? json[shape][0] : kml[shape][0]);
  write_places (self->text, points, n, closed, is_json);
  g_string_append (self->text, is_json ? json[shape][1] : kml[shape][1]);
}

static void
begin (WfFeatureFile *self,
       const char    *id,
       const char    *folder,
       const char    *name)
{
  GString *out = self->text;

  if (self->format == WF_FEATURE_GEOJSON)
    {
      g_string_append (out, self->n > 0 ? ",\n{" : "\n{");
      wf_json_write_member_text (out, "type", "Feature");
      wf_json_write_member_text (out, "id", id);
      wf_json_write_key (out, "properties");
      g_string_append_c (out, '{');
      wf_json_write_member_text (out, "kind", folder);
      wf_json_write_member_text (out, "name", name);
    }
  else
    {
      g_string_append (out, "\n<Placemark>");
      write_xml (out, "name", name != NULL ? name : folder);
      g_string_append (out, "<ExtendedData><Data name=\"id\">");
      write_xml (out, "value", id);
      g_string_append (out, "</Data><Data name=\"kind\">");
      write_xml (out, "value", folder);
      g_string_append (out, "</Data>");
    }
  self->n++;
}

static void
end (WfFeatureFile *self,
     const double  *points,
     gsize          n,
     gboolean       closed)
{
  if (self->format == WF_FEATURE_GEOJSON)
    {
      g_string_append_c (self->text, '}');
      wf_json_write_key (self->text, "geometry");
      write_geometry (self, points, n, closed);
      g_string_append_c (self->text, '}');
    }
  else
    {
      g_string_append (self->text, "</ExtendedData>");
      write_geometry (self, points, n, closed);
      g_string_append (self->text, "</Placemark>");
    }
}

/**
 * wf_feature_file_add:
 * @self: a file
 * @id: of the thing
 * @folder: what kind of thing it is, for people
 * @name: (nullable): what it is called
 * @lon: where
 * @lat: where
 * @...: names and (nullable) texts of further properties, then %NULL
 *
 * Adds a thing that stands in one place.
 */
void
wf_feature_file_add (WfFeatureFile *self,
                     const char    *id,
                     const char    *folder,
                     const char    *name,
                     double         lon,
                     double         lat,
                     ...)
{
  const double point[] = { lon, lat };
  const char *key;
  va_list list;

  begin (self, id, folder, name);
  va_start (list, lat);
  while ((key = va_arg (list, const char *)) != NULL)
    {
      const char *text = va_arg (list, const char *);

      if (text == NULL)
        continue;
      if (self->format == WF_FEATURE_GEOJSON)
        {
          wf_json_write_member_text (self->text, key, text);
          continue;
        }
      g_string_append_printf (self->text, "<Data name=\"%s\">", key);
      write_xml (self->text, "value", text);
      g_string_append (self->text, "</Data>");
    }
  va_end (list);
  end (self, point, 1, FALSE);
}

/**
 * wf_feature_file_add_line:
 * @self: a file
 * @id: of the thing
 * @folder: what kind of thing it is, for people
 * @name: (nullable): what it is called
 * @points: (array): longitude and latitude in turn
 * @n: how many points, at least two; three where @closed
 * @closed: whether it is an area
 *
 * Adds a line or an area.
 */
void
wf_feature_file_add_line (WfFeatureFile *self,
                          const char    *id,
                          const char    *folder,
                          const char    *name,
                          const double  *points,
                          gsize          n,
                          gboolean       closed)
{
  g_return_if_fail (n >= (closed ? 3 : 2));

  begin (self, id, folder, name);
  end (self, points, n, closed);
}

/**
 * wf_feature_file_count:
 * @self: a file
 *
 * Returns: how many features were added
 */
guint
wf_feature_file_count (WfFeatureFile *self)
{
  return self->n;
}

/**
 * wf_feature_file_finish:
 * @self: (transfer full): a file
 *
 * Returns: (transfer full): what is to be written
 */
GBytes *
wf_feature_file_finish (WfFeatureFile *self)
{
  GBytes *bytes;

  g_string_append (self->text, self->format == WF_FEATURE_GEOJSON ? "\n]}\n" : "\n</Document></kml>\n");
  bytes = g_string_free_to_bytes (g_steal_pointer (&self->text));
  wf_feature_file_free (self);

  return bytes;
}
