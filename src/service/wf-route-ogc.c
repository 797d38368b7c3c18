/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-route-ogc.h"

#include "wf-id.h"
#include "wf-json-write.h"
#include "wf-ogc.h"
#include "wf-time.h"

#include <math.h>
#include <string.h>

/* OGC API – Features, Part 1: Core (OGC 17-069r4), with its conformance classes Core, GeoJSON and OpenAPI 3.0: every located
 * thing of the live scope, for any GIS. Read only. What it says of errors, links and parameters is done as there. */

#define JSON    "application/json"
#define GEOJSON "application/geo+json"
#define OPENAPI "application/vnd.oai.openapi+json;version=3.0"
#define CRS84   "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

/* What people call the collections; a kind that is not here goes by its own name. */
static const struct
{
  const char *kind;
  const char *english;
  const char *chinese;
} titles[] = {
  { "incident", "Incidents", "突发事件" },
  { "medium", "Media", "影像" },
  { "plot", "Drawings on the map", "标绘" },
  { "crossing", "Crossings of drawn areas", "进出告警" },
  { "centre", "Command centre", "指挥中心" },
  { "organisation", "Organisations", "单位" },
  { "team", "Rescue teams", "救援队伍" },
  { "unit", "Vehicles and mobile units", "车辆与移动单元" },
  { "depot", "Depots", "物资库" },
  { "expert", "Experts", "专家" },
  { "hazard_source", "Hazard sources", "重大危险源" },
  { "firm", "Firms", "企业" },
  { "shelter", "Shelters", "避难场所" },
  { "hospital", "Hospitals", "医院" },
  { "fire_station", "Fire stations", "消防站" },
  { "water_source", "Water sources", "水源" },
  { "helipad", "Helipads", "停机坪" },
  { "watchtower", "Watchtowers", "瞭望塔" },
  { "camera", "Cameras", "摄像头" },
  { "flood_section", "Flood sections", "防汛险段" },
  { "reservoir", "Reservoirs", "水库" },
  { "loudspeaker", "Loudspeakers", "应急广播" },
  { "reading", "Readings of sensors", "监测数据" },
};

static const char *const conformance[] = {
  "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
  "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
  "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
};

/* What is asked: the path behind /ogc, and what stands behind the question mark. */
typedef struct
{
  char       *base;  /* (owned) address of /ogc */
  char       *rest;  /* (owned) of the path, without slashes at its ends */
  GPtrArray  *keys;  /* (owned) */
  GPtrArray  *texts; /* (owned) */
  const char *type;  /* of the answer */
} Request;

static void
free_request (Request *request)
{
  g_free (request->base);
  g_free (request->rest);
  g_ptr_array_unref (request->keys);
  g_ptr_array_unref (request->texts);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, free_request)

static gboolean
refuse (SoupServerMessage *message,
        const char        *field,
        const char        *detail)
{
  wf_service_send_problem (message, "malformed", detail, "request.query", field);
  return FALSE;
}

/* --- reading the request --- */

static gboolean
read_parameters (SoupServerMessage *message,
                 Request           *request)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));

  return wf_query_split (query, request->keys, request->texts) ||
         refuse (message, NULL, "What stands behind the question mark cannot be read, or a parameter is given twice");
}

static const char *
find_text (const Request *request,
           const char    *key)
{
  guint i;

  if (!g_ptr_array_find_with_equal_func (request->keys, key, g_str_equal, &i))
    return NULL;

  return g_ptr_array_index (request->texts, i);
}

static gboolean
choose_type (SoupServerMessage *message,
             Request           *request,
             gboolean           features)
{
  const char *f = find_text (request, "f");
  const char *accept = soup_message_headers_get_list (soup_server_message_get_request_headers (message), "Accept");

  if (f != NULL)
    {
      request->type = strcmp (f, "json") == 0 ? JSON : features && strcmp (f, "geojson") == 0 ? GEOJSON : NULL;
      return request->type != NULL || refuse (message, "f", features ? "f is json or geojson" : "f is json");
    }

  request->type = features ? GEOJSON : JSON;
  if (accept == NULL)
    return TRUE;

  double json = wf_query_quality (accept, JSON);
  double geojson = features ? wf_query_quality (accept, GEOJSON) : 0;

  request->type = geojson > 0 && geojson >= json ? GEOJSON : JSON;
  if (json > 0 || geojson > 0)
    return TRUE;

  wf_service_send_problem (message, "not-acceptable", features ? "There is " GEOJSON " and " JSON : "There is " JSON,
                           "request.accept", "Accept");
  return FALSE;
}

/* Every parameter is one of @known, which ends with %NULL. */
static gboolean
check_parameters (SoupServerMessage *message,
                  const Request     *request,
                  const char *const *known)
{
  for (guint i = 0; i < request->keys->len; i++)
    if (!g_strv_contains (known, g_ptr_array_index (request->keys, i)))
      return refuse (message, g_ptr_array_index (request->keys, i), "There is no such parameter here");

  return TRUE;
}

/* What stood behind the question mark, written anew; without @except. */
static char *
write_query (const Request *request,
             const char    *except)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < request->keys->len; i++)
    {
      const char *key = g_ptr_array_index (request->keys, i);

      if (g_strcmp0 (key, except) == 0)
        continue;
      if (out->len > 0)
        g_string_append_c (out, '&');
      g_string_append_uri_escaped (out, key, NULL, FALSE);
      g_string_append_c (out, '=');
      g_string_append_uri_escaped (out, g_ptr_array_index (request->texts, i), ",:/", FALSE);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static WfOgcAsk *
read_ask (WfService         *self,
          SoupServerMessage *message,
          const Request     *request,
          guint              layer)
{
  g_autoptr (WfOgcAsk) ask = wf_ogc_ask_new ();
  GPtrArray *columns = wf_ogc_columns (self->ogc, layer);

  ask->layer = layer;
  ask->base = g_strdup (request->base);

  for (guint i = 0; i < request->keys->len; i++)
    {
      const char *key = g_ptr_array_index (request->keys, i);
      const char *text = g_ptr_array_index (request->texts, i);
      const char *fault = strcmp (key, "f") != 0 ? wf_query_read_ogc (columns, key, text, &ask->query) : NULL;

      if (fault != NULL)
        {
          refuse (message, key, fault);
          return NULL;
        }
    }

  ask->self_query = write_query (request, NULL);
  ask->next_query = write_query (request, "after");
  ask->plain_query = write_query (request, "f");
  ask->json = strcmp (request->type, JSON) == 0;
  return g_steal_pointer (&ask);
}

/* --- documents --- */

static const char *
title_of (SoupServerMessage *message,
          const char        *kind)
{
  const char *language =
    soup_message_headers_get_list (soup_server_message_get_request_headers (message), "Accept-Language");
  gboolean chinese = language != NULL && g_str_has_prefix (language, "zh");

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    if (strcmp (titles[i].kind, kind) == 0)
      return chinese ? titles[i].chinese : titles[i].english;

  return kind;
}

static void
write_link (GString    *out,
            const char *rel,
            const char *type,
            const char *title,
            const char *address,
            const char *path)
{
  g_autofree char *href = g_strconcat (address, path, NULL);

  if (out->str[out->len - 1] != '[')
    g_string_append_c (out, ',');
  g_string_append (out, "{\"rel\":");
  wf_json_write_string (out, rel);
  wf_json_write_member_text (out, "type", type);
  wf_json_write_member_text (out, "title", title);
  wf_json_write_member_text (out, "href", href);
  g_string_append_c (out, '}');
}

static void
send_landing (SoupServerMessage *message,
              const Request     *request)
{
  GString *out = g_string_new ("{\"title\":\"Watchfire\",\"description\":\"Located things of an emergency command centre\"");
  g_autofree char *root = g_strndup (request->base, strlen (request->base) - strlen ("/ogc"));

  g_string_append (out, ",\"links\":[");
  write_link (out, "self", JSON, "This page", request->base, "/");
  write_link (out, "service-desc", OPENAPI, "The definition of the API", root, "/api/v1/openapi.json");
  write_link (out, "conformance", JSON, "What this service conforms to", request->base, "/conformance");
  write_link (out, "data", JSON, "The collections", request->base, "/collections");
  g_string_append (out, "]}");

  wf_service_send (message, 200, JSON, out);
}

static void
send_conformance (SoupServerMessage *message,
                  const Request     *request)
{
  GString *out = g_string_new ("{\"conformsTo\":[");

  for (gsize i = 0; i < G_N_ELEMENTS (conformance); i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      wf_json_write_string (out, conformance[i]);
    }
  g_string_append (out, "],\"links\":[");
  write_link (out, "self", JSON, "This page", request->base, "/conformance");
  g_string_append (out, "]}");

  wf_service_send (message, 200, JSON, out);
}

static void
write_moment (GString *out,
              int64_t  moment)
{
  if (moment == G_MAXINT64 || moment == G_MININT64)
    {
      g_string_append (out, "null");
      return;
    }

  g_autofree char *text = wf_time_format (moment);
  wf_json_write_string (out, text);
}

static void
write_extent (GString           *out,
              const WfOgcExtent *extent)
{
  const double edges[] = { extent->box.min_lon, extent->box.min_lat, extent->box.max_lon, extent->box.max_lat };

  wf_json_write_key (out, "extent");
  g_string_append (out, "{\"spatial\":{\"bbox\":[[");
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      wf_json_write_double (out, edges[i]);
    }
  g_string_append (out, "]],\"crs\":\"" CRS84 "\"}");

  if (extent->from != G_MAXINT64)
    {
      g_string_append (out, ",\"temporal\":{\"interval\":[[");
      write_moment (out, extent->from);
      g_string_append_c (out, ',');
      write_moment (out, extent->until);
      g_string_append (out, "]],\"trs\":\"http://www.opengis.net/def/uom/ISO-8601/0/Gregorian\"}");
    }

  g_string_append_c (out, '}');
}

static void
write_collection (GString           *out,
                  SoupServerMessage *message,
                  const Request     *request,
                  const char        *kind,
                  const WfOgcExtent *extent)
{
  g_autofree char *path = g_strconcat ("/collections/", kind, NULL);
  g_autofree char *items = g_strconcat (path, "/items", NULL);
  const char *title = title_of (message, kind);

  g_string_append (out, "{\"id\":");
  wf_json_write_string (out, kind);
  wf_json_write_member_text (out, "title", title);
  wf_json_write_key (out, "itemType");
  g_string_append (out, "\"feature\",\"crs\":[\"" CRS84 "\"]");
  if (extent->any)
    write_extent (out, extent);
  wf_json_write_key (out, "links");
  g_string_append_c (out, '[');
  write_link (out, "self", JSON, title, request->base, path);
  write_link (out, "items", GEOJSON, title, request->base, items);
  g_string_append (out, "]}");
}

typedef struct
{
  WfPending *pending;
  Request   *request;
  int        layer; /* the collection that is wanted; negative for all */
} Reading;

static void
free_reading (Reading *reading)
{
  wf_pending_free (reading->pending);
  free_request (reading->request);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, free_reading)

static void
send_collections (WfService     *self,
                  const Reading *reading,
                  GArray        *extents)
{
  SoupServerMessage *message = reading->pending->message;
  GString *out = g_string_new (NULL);

  if (reading->layer >= 0)
    {
      write_collection (out, message, reading->request, wf_ogc_kind (self->ogc, (guint) reading->layer)->name,
                        &g_array_index (extents, WfOgcExtent, (guint) reading->layer));
      wf_service_send (message, 200, JSON, out);
      return;
    }

  g_string_append (out, "{\"links\":[");
  write_link (out, "self", JSON, "The collections", reading->request->base, "/collections");
  g_string_append (out, "],\"collections\":[");
  for (guint i = 0; i < extents->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      write_collection (out, message, reading->request, wf_ogc_kind (self->ogc, i)->name,
                        &g_array_index (extents, WfOgcExtent, i));
    }
  g_string_append (out, "]}");

  wf_service_send (message, 200, JSON, out);
}

static void
extents_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (Reading) reading = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) extents = wf_ogc_extents_finish (WF_OGC (source), result, &error);

  if (wf_pending_is_gone (reading->pending))
    return;

  if (extents != NULL)
    send_collections (reading->pending->service, reading, extents);
  else
    wf_service_send_error (reading->pending->message, error);

  wf_pending_answer (reading->pending);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (Reading) reading = data;
  SoupServerMessage *message = reading->pending->message;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) features = wf_ogc_read_finish (WF_OGC (source), result, &error);

  if (wf_pending_is_gone (reading->pending))
    return;

  if (features != NULL)
    wf_service_send_bytes (message, 200, reading->request->type, features);
  else if (g_error_matches (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND) && find_text (reading->request, "after") != NULL)
    refuse (message, "after", error->message);
  else
    wf_service_send_error (message, error);

  wf_pending_answer (reading->pending);
}

/* --- the way --- */

static Request *
read_request (SoupServerMessage *message,
              const char        *path)
{
  GUri *uri = soup_server_message_get_uri (message);
  Request *request = g_new0 (Request, 1);
  const char *host = g_uri_get_host (uri);
  gboolean colons = host != NULL && strchr (host, ':') != NULL;
  int port = g_uri_get_port (uri);
  g_autofree char *number = port > 0 ? g_strdup_printf (":%d", port) : g_strdup ("");

  request->base = g_strconcat (g_uri_get_scheme (uri), "://", colons ? "[" : "", host, colons ? "]" : "", number, "/ogc", NULL);
  request->rest = g_strdup (path + strlen ("/ogc"));
  request->keys = g_ptr_array_new_with_free_func (g_free);
  request->texts = g_ptr_array_new_with_free_func (g_free);

  return request;
}

static void
read_items (WfService         *self,
            SoupServerMessage *message,
            Request           *request,
            guint              layer,
            const char        *feature)
{
  static const char *const plain[] = { "f", NULL };

  if (!choose_type (message, request, TRUE) || (feature != NULL && !check_parameters (message, request, plain)))
    {
      free_request (request);
      return;
    }

  WfOgcAsk *ask = read_ask (self, message, request, layer);
  if (ask == NULL)
    {
      free_request (request);
      return;
    }
  ask->feature = g_strdup (feature);

  Reading *reading = g_new0 (Reading, 1);
  reading->pending = wf_pending_new (self, message);
  reading->request = request;
  wf_ogc_read_async (self->ogc, ask, NULL, read_cb, reading);
}

static void
read_collections (WfService         *self,
                  SoupServerMessage *message,
                  Request           *request,
                  int                layer)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->pending = wf_pending_new (self, message);
  reading->request = request;
  reading->layer = layer;
  wf_ogc_extents_async (self->ogc, NULL, extents_cb, reading);
}

/**
 * wf_route_ogc:
 * @self: the service
 * @message: a request
 *
 * `GET /ogc/…`
 */
void
wf_route_ogc (WfService         *self,
              SoupServerMessage *message)
{
  static const char *const plain[] = { "f", NULL };
  g_autoptr (Request) request = read_request (message, g_uri_get_path (soup_server_message_get_uri (message)));
  g_auto (GStrv) parts = g_strsplit (request->rest[0] == '/' ? request->rest + 1 : request->rest, "/", 6);
  guint n = g_strv_length (parts);
  gboolean collections = n >= 1 && strcmp (parts[0], "collections") == 0;
  guint layer = 0;

  if (!read_parameters (message, request))
    return;

  if (collections && n >= 2 && !wf_ogc_find (self->ogc, parts[1], &layer))
    wf_service_send_problem (message, "not-found", "There is no such collection", "request.route", NULL);
  else if (collections && (n == 3 || (n == 4 && wf_id_is_valid (parts[3]))) && strcmp (parts[2], "items") == 0)
    read_items (self, message, g_steal_pointer (&request), layer, parts[3]);
  else if (n == 4 && collections && strcmp (parts[2], "items") == 0)
    wf_service_send_problem (message, "not-found", "There is no such feature", "request.route", NULL);
  else if (!(n == 0 || (n == 1 && (collections || parts[0][0] == '\0' || strcmp (parts[0], "conformance") == 0)) ||
             (n == 2 && collections)))
    wf_service_send_problem (message, "not-found", "There is no such route", "request.route", NULL);
  else if (!choose_type (message, request, FALSE) || !check_parameters (message, request, plain))
    return;
  else if (collections)
    read_collections (self, message, g_steal_pointer (&request), n == 2 ? (int) layer : -1);
  else if (n == 1 && parts[0][0] != '\0')
    send_conformance (message, request);
  else
    send_landing (message, request);
}
