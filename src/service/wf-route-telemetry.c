/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-id.h"
#include "wf-wire.h"

/* Where units are, and where they went. */

static gboolean
read_positions (SoupServerMessage *message,
                const WfJson      *list,
                GArray            *positions)
{
  guint i = 0;

  for (const WfJson *value = wf_json_first (list); value != NULL; value = wf_json_next (value), i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;
      const char *unit;
      WfUnitPosition position;

      if (!wf_wire_read_position (value, &unit, &position.position, &path, &error))
        {
          g_autofree char *field = g_strdup_printf ("positions[%u].%s", i, path != NULL ? path : "");

          wf_service_send_problem (message, "invalid", error->message, "telemetry.form", field);
          return FALSE;
        }

      if (!wf_service_may_send_for (message, unit))
        {
          g_autofree char *field = g_strdup_printf ("positions[%u].unit", i);

          wf_service_send_problem (message, "rights", "A unit tells its own position only", "rights.unit", field);
          return FALSE;
        }

      position.unit = (char *) unit;
      g_array_append_val (positions, position);
    }

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

  const WfJson *root = wf_json_doc_root (doc);
  const char *scope = wf_json_member_string (root, "scope");
  const WfJson *list = wf_json_member (root, "positions");
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (WfUnitPosition));
  g_autoptr (GError) error = NULL;

  if (!wf_id_is_valid (scope) || wf_json_type (list) != WF_JSON_ARRAY || wf_json_length (root) != 2)
    {
      wf_service_send_problem (message, "invalid", "A scope and a list of positions are wanted, and nothing else",
                               "telemetry.form", wf_id_is_valid (scope) ? "positions" : "scope");
      return;
    }

  if (wf_json_length (list) > WF_SERVICE_POSITIONS_MAX)
    {
      wf_service_send_problem (message, "too-large", "1000 positions at most at a time", "telemetry.size", "positions");
      return;
    }

  /* All or nothing: whoever sends one wrong position is told, and sends the rest again. */
  if (!read_positions (message, list, positions))
    return;

  guint n = wf_store_put_positions (self->store, scope, (WfUnitPosition *) (void *) positions->data, positions->len, &error);
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

  if (wf_service_read_query (message, parameters, G_N_ELEMENTS (parameters)))
    wf_store_read_track_async (self->store, parameters[0].text, parameters[1].text, parameters[2].number, NULL,
                               read_track_cb, wf_pending_new (self, message));

  wf_service_clear_query (parameters, G_N_ELEMENTS (parameters));
}
