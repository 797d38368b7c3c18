/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-json-write.h"
#include "wf-kind.h"
#include "wf-rights.h"
#include "wf-wire.h"
#include "wf-worker.h"

#include <string.h>

/* What belongs to somebody's own organisation: the way in which people of a township or a firm, and units, see what they may
 * act on. Who is who is the real centre's, in an exercise too, so that two lists are asked for one after the other; the
 * writer lists references only, and what of it is whose is found in another thread. */

/* More than these wait for nobody: each holds the writer up for as long as it lists. */
#define OWN_MAX 4

typedef struct
{
  WfPending *pending; /* (owned) */
  char      *scope;
  char      *actor;
  char      *role;
  WfState   *people;  /* (owned) who is who */
  GPtrArray *things;  /* (owned) (nullable) (element-type WfEntity) */
} Own;

static void
free_own (Own *own)
{
  if (own->pending != NULL)
    own->pending->service->n_own--;
  g_clear_pointer (&own->pending, wf_pending_free);
  g_clear_object (&own->people);
  g_clear_pointer (&own->things, g_ptr_array_unref);
  g_free (own->scope);
  g_free (own->actor);
  g_free (own->role);
  g_free (own);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Own, free_own)

static void
write_thing (GString  *out,
             WfEntity *thing)
{
  const WfKind *kind = wf_kind_lookup (wf_entity_kind (thing));

  if (out->str[out->len - 1] != '[')
    g_string_append_c (out, ',');
  g_string_append (out, "{\"kind\":\"entity\"");
  wf_json_write_member_text (out, "scope", wf_entity_scope (thing));
  wf_json_write_member_text (out, "entity", kind->name);
  wf_json_write_member_text (out, "id", wf_entity_id (thing));
  wf_json_write_member_int (out, "number", wf_entity_number (thing));
  wf_json_write_key (out, "versions");
  wf_wire_write_versions (out, wf_entity_versions (thing));
  wf_json_write_key (out, "fields");
  wf_wire_write_fields (out, kind->fields, wf_entity_fields (thing));
  g_string_append_c (out, '}');
}

/* What was frozen for an exercise goes by its name there. */
static void
put_things (Own *own)
{
  for (guint i = 0; i < own->things->len; i++)
    {
      g_autoptr (WfEntity) thing = wf_entity_in_scope (own->things->pdata[i], own->scope);

      wf_state_put (own->people, thing);
      wf_entity_unref (own->things->pdata[i]);
      own->things->pdata[i] = g_steal_pointer (&thing);
    }
}

static void
pick_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Own *own = data;
  GString *out = g_string_new ("{\"entities\":[");

  put_things (own);

  g_autoptr (GPtrArray) picked = wf_rights_pick_own (own->people, own->actor, own->role, own->scope, own->things);

  for (guint i = 0; i < picked->len; i++)
    write_thing (out, g_ptr_array_index (picked, i));
  g_string_append (out, "]}");
  g_task_return_pointer (task, g_string_free_to_bytes (out), (GDestroyNotify) g_bytes_unref);
}

static void
picked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Own *own = g_task_get_task_data (G_TASK (result));
  g_autoptr (GBytes) body = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!wf_pending_is_gone (own->pending))
    {
      wf_service_send_bytes (own->pending->message, 200, "application/json", body);
      wf_pending_answer (own->pending);
    }
  /* In this thread, whoever lets go of the task last. */
  own->pending->service->n_own--;
  g_clear_pointer (&own->pending, wf_pending_free);
}

/* Returns: (transfer full) (nullable): what was listed; where that failed, the problem has been sent */
static GPtrArray *
take_list (Own          *own,
           GObject      *source,
           GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *things = wf_store_read_entities_finish (WF_STORE (source), result, &error);

  if (things == NULL && !wf_pending_is_gone (own->pending))
    {
      wf_service_send_error (own->pending->message, error);
      wf_pending_answer (own->pending);
    }

  return things;
}

static void
things_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (Own) own = data;

  own->things = take_list (own, source, result);
  if (own->things == NULL)
    return;

  g_autoptr (GTask) task = g_task_new (NULL, NULL, picked_cb, NULL);

  g_task_set_source_tag (task, things_cb);
  g_task_set_task_data (task, g_steal_pointer (&own), (GDestroyNotify) free_own);
  wf_task_run_in_thread (task, pick_in_thread);
}

static void
people_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (Own) own = data;
  g_autoptr (GPtrArray) people = take_list (own, source, result);
  g_auto (GStrv) kinds = wf_rights_own_kinds ();

  if (people == NULL)
    return;

  own->people = wf_state_new ();
  for (guint i = 0; i < people->len; i++)
    wf_state_put (own->people, g_ptr_array_index (people, i));

  const char *scope = own->scope;
  wf_store_read_entities_async (WF_STORE (source), scope, kinds, NULL, things_cb, g_steal_pointer (&own));
}

/**
 * wf_route_own:
 * @self: the service
 * @message: a request
 *
 * `GET /api/v1/own`: what belongs to the organisation of whoever asks
 */
void
wf_route_own (WfService         *self,
              SoupServerMessage *message)
{
  static const char *const kinds[] = { "user", "organisation", "firm", "unit", "team", NULL };
  WfParameter parameters[] = { { "scope", TRUE, 's' } };
  const WfToken *token = wf_service_token (message);

  if (!wf_service_read_query (message, parameters, G_N_ELEMENTS (parameters)))
    {
      wf_query_clear (parameters, G_N_ELEMENTS (parameters));
      return;
    }

  g_autoptr (WfProblem) problem = wf_store_check_telemetry (self->store, parameters[0].text);

  if (problem != NULL && strcmp (problem->rule, "scope.unknown") == 0)
    wf_service_send_problem (message, "not-found", problem->detail, problem->rule, "scope");
  else if (self->n_own >= OWN_MAX)
    wf_service_send_problem (message, "unavailable", "Too many questions are waiting: try again in a moment", "request.busy",
                             NULL);
  else
    {
      Own *own = g_new0 (Own, 1);

      self->n_own++;
      own->pending = wf_pending_new (self, message);
      own->scope = g_strdup (parameters[0].text);
      own->actor = g_strdup (token->actor);
      own->role = g_strdup (token->role);
      wf_service_note_read (self, message, "own", own->scope, NULL, 0, 0);
      wf_store_read_entities_async (self->store, WF_LIVE, (char **) kinds, NULL, people_cb, own);
    }

  wf_query_clear (parameters, G_N_ELEMENTS (parameters));
}
