/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-tiles"

#include "config.h"

#include "wf-map-pack.h"

#include "wf-tiles-error.h"
#include "wf-tiles-private.h"

#include <glib/gstdio.h>
#include <math.h>

/**
 * WfMapPackWriter:
 *
 * Writes a map pack. It is made beside its final name and put in place by wf_map_pack_writer_close(): a pack that was not
 * closed was never there. One thread at a time.
 */
struct _WfMapPackWriter
{
  GObject parent_instance;

  char         *path;      /* (owned) */
  char         *temporary; /* (owned) (nullable) once it is closed */
  sqlite3      *database;  /* (owned) (nullable) */
  sqlite3_stmt *insert;    /* (owned) */
  sqlite3_stmt *index;     /* (owned) */
  gboolean      has_info;
  int64_t       count;
};

static const char schema[] =
    "PRAGMA page_size = 4096;"
    "PRAGMA journal_mode = OFF;"
    "PRAGMA application_id = 0x57464d50;"
    "PRAGMA user_version = 1;"
    "BEGIN;"
    "CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE feature (id INTEGER PRIMARY KEY, class INTEGER NOT NULL, min_zoom INTEGER NOT NULL,"
    " max_zoom INTEGER NOT NULL, rank INTEGER NOT NULL, name TEXT, name_latin TEXT, geometry BLOB NOT NULL);"
    "CREATE VIRTUAL TABLE feature_index USING rtree (id, min_lon, max_lon, min_lat, max_lat, min_zoom, max_zoom);"
    "CREATE TABLE road_node (id INTEGER PRIMARY KEY, lon INTEGER NOT NULL, lat INTEGER NOT NULL);"
    "CREATE TABLE road_edge (a INTEGER NOT NULL, b INTEGER NOT NULL, class INTEGER NOT NULL);";

G_DEFINE_FINAL_TYPE (WfMapPackWriter, wf_map_pack_writer, G_TYPE_OBJECT)

static gboolean
fail (WfMapPackWriter  *self,
      GError          **error)
{
  g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_WRITE, "%s: cannot be written: %s", self->path,
               sqlite3_errmsg (self->database));

  return FALSE;
}

static gboolean
refuse (GError     **error,
        const char  *reason)
{
  g_set_error_literal (error, WF_TILES_ERROR, WF_TILES_ERROR_FIELD, reason);

  return FALSE;
}

static void
close_database (WfMapPackWriter *self)
{
  g_clear_pointer (&self->insert, sqlite3_finalize);
  g_clear_pointer (&self->index, sqlite3_finalize);
  g_clear_pointer (&self->database, sqlite3_close_v2);
}

static void
wf_map_pack_writer_finalize (GObject *object)
{
  WfMapPackWriter *self = WF_MAP_PACK_WRITER (object);

  close_database (self);
  if (self->temporary != NULL)
    g_unlink (self->temporary);
  g_free (self->temporary);
  g_free (self->path);

  G_OBJECT_CLASS (wf_map_pack_writer_parent_class)->finalize (object);
}

static void
wf_map_pack_writer_class_init (WfMapPackWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_map_pack_writer_finalize;
}

static void
wf_map_pack_writer_init (WfMapPackWriter *self)
{
}

/**
 * wf_map_pack_writer_new:
 * @path: where the pack is to be; what is there is replaced when it is closed
 * @error: why it cannot be written there
 *
 * Starts a map pack.
 *
 * Returns: (transfer full): the writer, or %NULL
 */
WfMapPackWriter *
wf_map_pack_writer_new (const char  *path,
                        GError     **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_autoptr (WfMapPackWriter) self = g_object_new (WF_TYPE_MAP_PACK_WRITER, NULL);
  self->path = g_strdup (path);
  self->temporary = g_strconcat (path, ".part", NULL);
  g_unlink (self->temporary);

  if (sqlite3_open_v2 (self->temporary, &self->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK
      || sqlite3_exec (self->database, schema, NULL, NULL, NULL) != SQLITE_OK)
    {
      fail (self, error);
      return NULL;
    }

  self->insert = wf_tiles_prepare (self->database,
                                   path, "INSERT INTO feature VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", error);
  if (self->insert == NULL)
    return NULL;
  self->index = wf_tiles_prepare (self->database,
                                  path, "INSERT INTO feature_index VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);
  if (self->index == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

static gboolean
put_text (WfMapPackWriter  *self,
          const char       *name,
          const char       *value,
          GError          **error)
{
  g_autoptr (sqlite3_stmt) put = wf_tiles_prepare (self->database, self->path,
                                                   "INSERT OR REPLACE INTO metadata VALUES (?1, ?2)", error);

  if (put == NULL)
    return FALSE;
  sqlite3_bind_text (put, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text (put, 2, value != NULL ? value : "", -1, SQLITE_STATIC);

  return sqlite3_step (put) == SQLITE_DONE || fail (self, error);
}

static gboolean
put_int (WfMapPackWriter  *self,
         const char       *name,
         int               value,
         GError          **error)
{
  g_autofree char *text = g_strdup_printf ("%d", value);

  return put_text (self, name, text, error);
}

static gboolean
put_box (WfMapPackWriter  *self,
         const char       *name,
         const WfGeoBox   *box,
         GError          **error)
{
  const double v[4] = { box->min_lon, box->min_lat, box->max_lon, box->max_lat };
  g_autoptr (GString) text = g_string_new (NULL);

  if (!wf_geo_is_valid (v[0], v[1]) || !wf_geo_is_valid (v[2], v[3]) || v[0] >= v[2] || v[1] >= v[3])
    return refuse (error, "metadata, field “bbox”: is out of range or turned round");

  for (int i = 0; i < 4; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", g_ascii_formatd (number, sizeof number, "%.6f", v[i]));
    }

  return put_text (self, name, text->str, error);
}

/**
 * wf_map_pack_writer_set_info:
 * @self: a writer
 * @info: what the pack says of itself; @home may be all zero for @box
 * @error: what is wrong with it
 *
 * Writes the metadata. Needed once before the pack is closed.
 *
 * Returns: whether it was written
 */
gboolean
wf_map_pack_writer_set_info (WfMapPackWriter      *self,
                             const WfMapPackInfo  *info,
                             GError              **error)
{
  g_return_val_if_fail (WF_IS_MAP_PACK_WRITER (self), FALSE);

  const WfGeoBox *home = info->home.min_lon < info->home.max_lon ? &info->home : &info->box;
  if (info->min_zoom < 0 || info->max_zoom > 24 || info->min_zoom > info->max_zoom)
    return refuse (error, "metadata, field “min_zoom”: and max_zoom are not a range within 0 to 24");

  self->has_info = put_text (self, "name", info->name, error) && put_text (self, "source", info->source, error)
                   && put_text (self, "licence", info->licence, error) && put_text (self, "attribution",
                                                                                    info->attribution, error)
                   && put_text (self, "review_number", info->review_number, error)
                   && put_text (self, "datum", wf_datum_get_name (info->datum), error) && put_box (self, "bbox",
                                                                                                   &info->box, error)
                   && put_box (self, "home", home, error) && put_int (self, "min_zoom", info->min_zoom, error)
                   && put_int (self, "max_zoom", info->max_zoom, error) && put_int (self, "opaque", info->opaque, error)
                   && put_int (self, "schematic", info->schematic, error);

  return self->has_info;
}

static void
bind_box (sqlite3_stmt        *row,
          const WfMapGeometry *geometry)
{
  double box[4] = { 180.0, -180.0, 90.0, -90.0 };

  for (guint i = 0; i < geometry->n_points; i++)
    {
      box[0] = MIN (box[0], geometry->points[2 * i]);
      box[1] = MAX (box[1], geometry->points[2 * i]);
      box[2] = MIN (box[2], geometry->points[2 * i + 1]);
      box[3] = MAX (box[3], geometry->points[2 * i + 1]);
    }
  for (int i = 0; i < 4; i++)
    sqlite3_bind_double (row, 2 + i, box[i]);
}

/**
 * wf_map_pack_writer_add_feature:
 * @self: a writer
 * @map_class: what it is
 * @min_zoom: from which zoom it is drawn
 * @max_zoom: up to which zoom it is drawn
 * @rank: lower is more important
 * @name: (nullable): its name
 * @name_latin: (nullable): its name in Latin letters
 * @geometry: its shape, in the pack's datum
 * @error: what is wrong with it
 *
 * Adds a feature. What a reader would refuse is refused here.
 *
 * Returns: whether it was added
 */
gboolean
wf_map_pack_writer_add_feature (WfMapPackWriter      *self,
                                WfMapClass            map_class,
                                int                   min_zoom,
                                int                   max_zoom,
                                int                   rank,
                                const char           *name,
                                const char           *name_latin,
                                const WfMapGeometry  *geometry,
                                GError              **error)
{
  g_return_val_if_fail (WF_IS_MAP_PACK_WRITER (self), FALSE);
  g_return_val_if_fail (geometry != NULL, FALSE);

  if (!wf_map_class_is_known ((int) map_class))
    return refuse (error, "feature, field “class”: is unknown");
  if (min_zoom < 0 || max_zoom > 24 || min_zoom > max_zoom)
    return refuse (error, "feature, field “min_zoom”: and max_zoom are not a range within 0 to 24");

  g_autoptr (GBytes) blob = wf_map_geometry_to_blob (geometry);
  g_autoptr (WfMapGeometry) check = wf_map_geometry_from_blob (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob),
                                                               error);
  if (check == NULL)
    return FALSE;

  self->count++;
  sqlite3_reset (self->insert);
  sqlite3_bind_int64 (self->insert, 1, self->count);
  sqlite3_bind_int (self->insert, 2, (int) map_class);
  sqlite3_bind_int (self->insert, 3, min_zoom);
  sqlite3_bind_int (self->insert, 4, max_zoom);
  sqlite3_bind_int (self->insert, 5, rank);
  sqlite3_bind_text (self->insert, 6, name, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text (self->insert, 7, name_latin, -1, SQLITE_TRANSIENT);
  sqlite3_bind_blob (self->insert, 8, g_bytes_get_data (blob, NULL), (int) g_bytes_get_size (blob), SQLITE_TRANSIENT);
  if (sqlite3_step (self->insert) != SQLITE_DONE)
    return fail (self, error);

  sqlite3_reset (self->index);
  sqlite3_bind_int64 (self->index, 1, self->count);
  bind_box (self->index, check);
  sqlite3_bind_int (self->index, 6, min_zoom);
  sqlite3_bind_int (self->index, 7, max_zoom);

  return sqlite3_step (self->index) == SQLITE_DONE || fail (self, error);
}

/**
 * wf_map_pack_writer_add_roads:
 * @self: a writer
 * @nodes: (array length=n_nodes): the graph's nodes, in the pack's datum
 * @n_nodes: how many
 * @edges: (array length=n_edges): its edges, both ways
 * @n_edges: how many
 * @error: what is wrong with them
 *
 * Adds the road graph, once.
 *
 * Returns: whether it was added
 */
gboolean
wf_map_pack_writer_add_roads (WfMapPackWriter   *self,
                              const WfGeoPoint  *nodes,
                              guint32            n_nodes,
                              const WfRoadEdge  *edges,
                              guint32            n_edges,
                              GError           **error)
{
  g_return_val_if_fail (WF_IS_MAP_PACK_WRITER (self), FALSE);

  g_autoptr (sqlite3_stmt) node = wf_tiles_prepare (self->database, self->path,
                                                    "INSERT INTO road_node VALUES (?1, ?2, ?3)", error);
  g_autoptr (sqlite3_stmt) edge = wf_tiles_prepare (self->database, self->path,
                                                    "INSERT INTO road_edge VALUES (?1, ?2, ?3)", error);
  if (node == NULL || edge == NULL)
    return FALSE;

  for (guint32 i = 0; i < n_nodes; i++)
    {
      sqlite3_reset (node);
      sqlite3_bind_int64 (node, 1, (int64_t) i + 1);
      sqlite3_bind_int64 (node, 2, llround (nodes[i].lon * 1e6));
      sqlite3_bind_int64 (node, 3, llround (nodes[i].lat * 1e6));
      if (sqlite3_step (node) != SQLITE_DONE)
        return fail (self, error);
    }
  for (guint32 i = 0; i < n_edges; i++)
    {
      if (edges[i].a >= n_nodes || edges[i].b >= n_nodes || !wf_map_class_is_road (edges[i].map_class))
        return refuse (error, "road_edge: an end that does not exist, or not the class of a road");
      sqlite3_reset (edge);
      sqlite3_bind_int64 (edge, 1, (int64_t) edges[i].a + 1);
      sqlite3_bind_int64 (edge, 2, (int64_t) edges[i].b + 1);
      sqlite3_bind_int (edge, 3, edges[i].map_class);
      if (sqlite3_step (edge) != SQLITE_DONE)
        return fail (self, error);
    }

  return TRUE;
}

/**
 * wf_map_pack_writer_close:
 * @self: a writer
 * @error: why it failed
 *
 * Completes the pack and puts it in place.
 *
 * Returns: whether the pack is there
 */
gboolean
wf_map_pack_writer_close (WfMapPackWriter  *self,
                          GError          **error)
{
  g_return_val_if_fail (WF_IS_MAP_PACK_WRITER (self), FALSE);
  g_return_val_if_fail (self->database != NULL, FALSE);

  if (!self->has_info)
    return refuse (error, "metadata: is missing");
  g_clear_pointer (&self->insert, sqlite3_finalize);
  g_clear_pointer (&self->index, sqlite3_finalize);
  if (sqlite3_exec (self->database, "COMMIT; VACUUM", NULL, NULL, NULL) != SQLITE_OK)
    return fail (self, error);

  close_database (self);
  if (g_rename (self->temporary, self->path) != 0)
    {
      g_set_error (error, WF_TILES_ERROR, WF_TILES_ERROR_WRITE, "%s: cannot be put in place", self->path);
      return FALSE;
    }
  g_clear_pointer (&self->temporary, g_free);

  return TRUE;
}
