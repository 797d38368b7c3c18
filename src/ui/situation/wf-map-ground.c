/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-map-ground.h"

#include "wf-session-tiles.h"
#include "wf-tile-cache.h"

#include <glib/gi18n.h>
#include <string.h>

/* The highest that tile servers usually have; above it theirs is enlarged. */
#define SERVER_ZOOM 18

/* A setting that is turned step by step is done when it has stood still for so long. */
#define CACHE_SETTLES_MS 600

/* How long after it is shown the map has the size that it keeps. */
#define SIZE_SETTLES_S 5

/* No screen is larger. */
#define MAX_SIZE 16384u

struct _WfMapGround
{
  GObject parent_instance;

  WfWindow  *window;         /* (unowned): has the page that has this */
  WfContext *context;        /* (owned) */
  WfMapView *map;            /* (unowned) (nullable): lives in the same page */
  char      *centre_address; /* (owned) (nullable): of the tiles of the centre's map that is shown */
  guint      cache_id;       /* until the limit of the cache is what somebody wants */
  guint      size_id;        /* until the map has the size that it keeps */
};

G_DEFINE_FINAL_TYPE (WfMapGround, wf_map_ground, G_TYPE_OBJECT)

static void
map_refused_cb (WfMapGround *self,
                const char      *reason)
{
  /* TRANSLATORS: what follows is the file, the place in it and what is wrong there */
  g_autofree char *text = g_strdup_printf (_("A map file is not used; the map goes on without it. %s"), reason);

  wf_window_notice (self->window, text);
}

static void
map_trouble_cb (WfMapGround *self,
                const char      *sentence)
{
  g_autofree char *text = g_strdup_printf (_("%s What was kept of it, and the maps that come with the program, are shown."), sentence);

  wf_window_notice (self->window, text);
}

static SoupMessage *
tile_message_cb (const char *address,
                 gpointer    data)
{
  g_autoptr (WfSession) session = g_weak_ref_get (data);

  return session != NULL ? wf_session_new_tile_message (address, session) : NULL;
}

static void
free_weak (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static char *
find_centre_map (WfMapGround *self)
{
  g_autoptr (GVariant) centre = g_settings_get_value (wf_context_get_settings (self->context), "map-centre");
  const char *set;

  g_variant_get_child (centre, 0, "&s", &set);

  return *set != '\0' ? wf_session_get_tile_address (wf_context_get_session (self->context), set) : NULL;
}

/* The map that the centre's service hands out, in the name of who is signed in. What is known of it is kept here, so that what
 * was seen of it is there also without the service.
 * Returns: whether there is one */
static gboolean
lay_centre_map (WfMapGround *self,
                WfBaseMap   *base)
{
  GSettings *settings = wf_context_get_settings (self->context);
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GVariant) centre = g_settings_get_value (settings, "map-centre");
  const char *attribution, *name;
  WfDatum datum = WF_DATUM_WGS84;
  guint max_zoom;

  g_free (self->centre_address);
  self->centre_address = find_centre_map (self);
  if (self->centre_address == NULL)
    return FALSE;

  g_variant_get (centre, "(&s&s&su)", NULL, &attribution, &name, &max_zoom);
  wf_datum_parse (name, &datum);

  g_autofree char *path = wf_tile_cache_find_path ();
  g_autoptr (WfTileFetcher) fetcher =
    wf_tile_fetcher_new (self->centre_address, path, (gint64) g_settings_get_uint (settings, "map-cache") << 20);
  g_autoptr (SoupSession) connections = wf_session_new_tile_connections (session);
  GWeakRef *asked = g_new0 (GWeakRef, 1);

  g_weak_ref_init (asked, session);
  wf_tile_fetcher_set_way (fetcher, connections, tile_message_cb, asked, free_weak);
  wf_base_map_set_server (base, fetcher, attribution, datum, WF_TILE_GRID_WEB, (int) max_zoom);

  return TRUE;
}

static void
update_base (WfMapGround *self)
{
  GSettings *settings = wf_context_get_settings (self->context);
  g_autofree char *file = g_settings_get_string (settings, "map-file");
  g_autofree char *server = g_settings_get_string (settings, "map-server");
  g_autofree char *attribution = g_settings_get_string (settings, "map-server-attribution");
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();
  g_autoptr (GError) error = NULL;
  int images = g_settings_get_enum (settings, "map-server-datum");
  WfTileGrid grid = images > (int) WF_DATUM_BD09 ? WF_TILE_GRID_BAIDU : WF_TILE_GRID_WEB;

  if (!lay_centre_map (self, base) && *server != '\0'
      && !wf_base_map_set_url (base, server, attribution, (WfDatum) MIN (images, (int) WF_DATUM_BD09), grid, SERVER_ZOOM,
                               (gint64) g_settings_get_uint (settings, "map-cache") << 20, &error))
    wf_window_notice (self->window, error->message);
  if (*file != '\0')
    wf_base_map_take_file (base, file, g_settings_get_enum (settings, "map-file-datum"));
  g_signal_connect_object (base, "trouble", G_CALLBACK (map_trouble_cb), self, G_CONNECT_SWAPPED);
  wf_map_view_set_base_map (self->map, base);
}

/* Somebody may have signed in at another service, whose map is another. */
static void
link_cb (WfMapGround *self)
{
  g_autofree char *address = find_centre_map (self);

  if (g_strcmp0 (address, self->centre_address) != 0)
    update_base (self);
}

static gboolean
cache_settled_cb (gpointer data)
{
  WfMapGround *self = data;

  self->cache_id = 0;
  update_base (self);

  return G_SOURCE_REMOVE;
}

/* A spin button is turned step by step; the map is made anew when it stands still. */
static void
cache_changed_cb (WfMapGround *self)
{
  g_clear_handle_id (&self->cache_id, g_source_remove);
  self->cache_id = g_timeout_add (CACHE_SETTLES_MS, cache_settled_cb, self);
}

static void
symbol_refused_cb (WfMapGround *self,
                   const char      *reason)
{
  /* TRANSLATORS: what follows is the file, the line in it and what is wrong there */
  g_autofree char *text = g_strdup_printf (_("A symbol of one's own is not used; the map shows the shipped one. %s"), reason);

  wf_window_notice (self->window, text);
}

static void
update_symbols (WfMapGround *self)
{
  g_autofree char *folder = g_settings_get_string (wf_context_get_settings (self->context), "map-symbols");

  wf_map_view_set_symbols (self->map, folder);
}

/* --- how large the map is --- */

static void
remember_size (WfMapGround *self)
{
  GSettings *settings = wf_context_get_settings (self->context);
  guint width = (guint) gtk_widget_get_width (GTK_WIDGET (self->map));
  guint height = (guint) gtk_widget_get_height (GTK_WIDGET (self->map));
  guint width_before, height_before;

  g_settings_get (settings, "map-size", "(uu)", &width_before, &height_before);
  if (width > 0 && height > 0 && (width != width_before || height != height_before))
    g_settings_set (settings, "map-size", "(uu)", width, height);
}

static gboolean
size_settled_cb (gpointer data)
{
  WfMapGround *self = data;

  self->size_id = 0;
  remember_size (self);

  return G_SOURCE_REMOVE;
}

/* A window that is shown may be given another size at once. */
static void
mapped_cb (WfMapGround *self)
{
  g_clear_handle_id (&self->size_id, g_source_remove);
  self->size_id = g_timeout_add_seconds (SIZE_SETTLES_S, size_settled_cb, self);
}

/* The ground is drawn for the size that the map had the last time, while the window is made: it is there when the window is
 * painted, and not a picture later. */
static void
prepare_map (WfMapGround *self)
{
  guint width, height;

  g_settings_get (wf_context_get_settings (self->context), "map-size", "(uu)", &width, &height);
  wf_map_view_prepare (self->map, adw_style_manager_get_dark (adw_style_manager_get_default ()), (int) MIN (width, MAX_SIZE),
                       (int) MIN (height, MAX_SIZE));
  g_signal_connect_object (self->map, "map", G_CALLBACK (mapped_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->map, "unmap", G_CALLBACK (remember_size), self, G_CONNECT_SWAPPED);
}

/* --- construction --- */

static void
wf_map_ground_dispose (GObject *object)
{
  WfMapGround *self = WF_MAP_GROUND (object);

  self->map = NULL;
  g_clear_handle_id (&self->cache_id, g_source_remove);
  g_clear_handle_id (&self->size_id, g_source_remove);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_map_ground_parent_class)->dispose (object);
}

static void
wf_map_ground_finalize (GObject *object)
{
  g_free (WF_MAP_GROUND (object)->centre_address);

  G_OBJECT_CLASS (wf_map_ground_parent_class)->finalize (object);
}

static void
wf_map_ground_class_init (WfMapGroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_map_ground_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_map_ground_finalize;
}

static void
wf_map_ground_init (WfMapGround *self)
{
}

/**
 * wf_map_ground_new:
 * @window: the window
 * @map: the map in it, which must live longer
 *
 * Returns: (transfer full): what keeps its ground as the preferences say
 */
WfMapGround *
wf_map_ground_new (WfWindow  *window,
                   WfMapView *map)
{
  static const char *const map_settings[] = {
    "changed::map-file", "changed::map-file-datum", "changed::map-server", "changed::map-server-attribution",
    "changed::map-server-datum", "changed::map-centre",
  };
  WfMapGround *self = g_object_new (WF_TYPE_MAP_GROUND, NULL);

  self->window = window;
  self->context = g_object_ref (wf_window_get_context (window));
  self->map = map;

  GSettings *settings = wf_context_get_settings (self->context);

  g_signal_connect_object (map, "map-refused", G_CALLBACK (map_refused_cb), self, G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (map_settings); i++)
    g_signal_connect_object (settings, map_settings[i], G_CALLBACK (update_base), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::map-cache", G_CALLBACK (cache_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_session (self->context), "notify::link", G_CALLBACK (link_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (map, "symbol-refused", G_CALLBACK (symbol_refused_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::map-symbols", G_CALLBACK (update_symbols), self, G_CONNECT_SWAPPED);
  update_symbols (self);
  prepare_map (self);
  update_base (self);

  return self;
}
