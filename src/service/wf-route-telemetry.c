/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-id.h"
#include "wf-telemetry.h"
#include "wf-wire.h"

/* Where units are, and where they went; and what somebody is drawing. */

static gboolean
check_source (SoupServerMessage *message,
              const char        *source,
              const char        *list,
              guint              place,
              const char        *member)
{
  const WfToken *token = wf_service_token (message);

  if (wf_service_may_send_for (message, source))
    return TRUE;

  g_autofree char *field = g_strdup_printf ("%s[%u].%s", list, place, member);
  if (token->unit != NULL)
    wf_service_send_problem (message, "rights", "A unit tells of itself only", "rights.unit", field);
  else
    wf_service_send_problem (message, "rights", "Only people of the centre tell of others; a device shows who it is itself",
                             "rights.centre-only", field);
  return FALSE;
}

static gboolean
check_sources (SoupServerMessage *message,
               GArray            *positions,
               GArray            *readings)
{
  for (guint i = 0; i < positions->len; i++)
    if (!check_source (message, g_array_index (positions, WfUnitPosition, i).unit, "positions", i, "unit"))
      return FALSE;
  for (guint i = 0; i < readings->len; i++)
    if (!check_source (message, g_array_index (readings, WfReading, i).source, "readings", i, "source"))
      return FALSE;

  return TRUE;
}

/**
 * wf_route_telemetry:
 * @self: the service
 * @message: a request
 *
 * `POST /api/v1/telemetry`
 */
void
wf_route_telemetry (WfService         *self,
                    SoupServerMessage *message)
{
  g_autoptr (WfJsonDoc) doc = wf_service_read_body (message, WF_SERVICE_SMALL_BYTES);

  if (doc == NULL)
    return;

  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (WfUnitPosition));
  g_autoptr (GArray) readings = g_array_new (FALSE, FALSE, sizeof (WfReading));
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GError) error = NULL;
  const char *scope = NULL;
  const char *kind = wf_body_read_telemetry (wf_json_doc_root (doc), &scope, positions, readings, &problem);

  if (kind != NULL)
    {
      wf_service_send_problem (message, kind, problem->detail, problem->rule, problem->field);
      return;
    }

  g_autoptr (WfProblem) closed = wf_store_check_telemetry (self->store, scope);
  if (closed != NULL)
    {
      wf_service_send_problem (message, wf_problem_kind_name (closed->kind), closed->detail, closed->rule, closed->field);
      return;
    }

  if (!check_sources (message, positions, readings))
    return;

  guint n = wf_store_put_positions (self->store, scope, (WfUnitPosition *) (void *) positions->data, positions->len, &error);
  if (error != NULL)
    {
      wf_service_send_error (message, error);
      return;
    }

  n += wf_store_put_readings (self->store, scope, (WfReading *) (void *) readings->data, readings->len, &error);
  if (error != NULL)
    {
      wf_service_send_error (message, error);
      return;
    }

  GString *body = g_string_new (NULL);
  self->n_positions += n;
  g_string_printf (body, "{\"accepted\":%u}", n);
  wf_service_send (message, 200, "application/json", body);
}

/**
 * wf_route_sketches:
 * @self: the service
 * @message: a request
 *
 * `POST /api/v1/sketches`: what is being drawn, from whoever has no WebSocket to say it by
 */
void
wf_route_sketches (WfService         *self,
                   SoupServerMessage *message)
{
  if (!wf_feed_may_sketch (wf_service_token (message)))
    {
      wf_service_send_problem (message, "rights", "Only who may draw says what is being drawn", "rights.role", NULL);
      return;
    }

  g_autoptr (WfJsonDoc) doc = wf_service_read_body (message, WF_SERVICE_SKETCH_BYTES);
  if (doc == NULL)
    return;

  g_autoptr (WfProblem) problem = NULL;
  const char *name;
  g_autoptr (GVariant) sketch = wf_body_read_sketch (wf_json_doc_root (doc), &name, &problem);
  if (sketch == NULL)
    {
      wf_service_send_problem (message, "invalid", problem->detail, problem->rule, problem->field);
      return;
    }

  int64_t desk;
  const char *kind = wf_feed_post_sketch (self->feed, wf_service_token (message), name, sketch, &desk);
  if (kind != NULL)
    {
      wf_service_send_problem (message, kind, "Too much is being drawn at once: this was told to nobody", "request.rate", NULL);
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "1");
      return;
    }

  GString *body = g_string_new (NULL);
  g_string_printf (body, "{\"desk\":%" G_GINT64_FORMAT "}", (gint64) desk);
  wf_service_send (message, 200, "application/json", body);
}

static void
read_track_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (WfPending) pending = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) track = wf_store_read_track_finish (WF_STORE (source), result, &error);

  if (wf_pending_is_gone (pending))
    return;

  if (track != NULL)
    wf_service_send_bytes (pending->message, 200, "application/json", track);
  else
    wf_service_send_error (pending->message, error);

  wf_pending_answer (pending);
}

/**
 * wf_route_tracks:
 * @self: the service
 * @message: a request
 *
 * `GET /api/v1/tracks`
 */
void
wf_route_tracks (WfService         *self,
                 SoupServerMessage *message)
{
  WfParameter parameters[] = { { "scope", TRUE, 's' }, { "unit", TRUE, 's' }, { "since", FALSE, 't' } };

  if (wf_service_read_query (message, parameters, G_N_ELEMENTS (parameters)) &&
      wf_service_may_read_of (message, parameters[1].text))
    {
      wf_service_note_read (self, message, "track", parameters[0].text, parameters[1].text, 0, 0);
      wf_store_read_track_async (self->store, parameters[0].text, parameters[1].text, parameters[2].number, NULL,
                                 read_track_cb, wf_pending_new (self, message));
    }

  wf_query_clear (parameters, G_N_ELEMENTS (parameters));
}

static void
read_readings_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (WfPending) pending = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) readings = wf_store_read_readings_finish (WF_STORE (source), result, &error);

  if (wf_pending_is_gone (pending))
    return;

  if (readings != NULL)
    wf_service_send_bytes (pending->message, 200, "application/json", readings);
  else
    wf_service_send_error (pending->message, error);

  wf_pending_answer (pending);
}

/**
 * wf_route_readings:
 * @self: the service
 * @message: a request
 *
 * `GET /api/v1/readings`: the last value of each, or the series of one quantity of one source
 */
void
wf_route_readings (WfService         *self,
                   SoupServerMessage *message)
{
  WfParameter parameters[] = {
    { "scope", TRUE, 's' }, { "source", FALSE, 's' }, { "quantity", FALSE, 's' }, { "since", FALSE, 't' }
  };

  if (wf_service_read_query (message, parameters, G_N_ELEMENTS (parameters)) &&
      wf_service_may_read_of (message, parameters[1].text))
    {
      if (parameters[2].text != NULL && (parameters[1].text == NULL || wf_rules_quantity (parameters[2].text) == NULL))
        wf_service_send_problem (message, "malformed", "A series is of a known quantity and of one source", "request.query",
                                 parameters[1].text == NULL ? "source" : "quantity");
      else
        wf_store_read_readings_async (self->store, parameters[0].text, parameters[1].text, parameters[2].text,
                                      parameters[3].number, NULL, read_readings_cb, wf_pending_new (self, message));
    }

  wf_query_clear (parameters, G_N_ELEMENTS (parameters));
}
