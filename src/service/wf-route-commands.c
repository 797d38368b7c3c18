/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-id.h"
#include "wf-wire.h"

/* Commands: one, or a batch in which each is for itself. What cannot be read is answered without the store seeing it, so
 * that it can be sent again, put right, with the same id. */

typedef struct
{
  char      *id;      /* (nullable): where not even that could be read */
  WfCommand *command; /* (nullable) */
  char      *problem; /* (nullable) a document, where there is no command */
  guint      status;
} Item;

typedef struct
{
  WfPending *pending;
  GArray    *items;  /* of Item */
  gboolean   single;
  guint      n_commands;
  gint64     begun;  /* monotonic, in microseconds */
} Work;

static void
clear_item (Item *item)
{
  g_free (item->id);
  g_clear_pointer (&item->command, wf_command_unref);
  g_free (item->problem);
}

static void
free_work (Work *work)
{
  g_clear_pointer (&work->pending, wf_pending_free);
  g_array_unref (work->items);
  g_free (work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, free_work)

static void
read_item (Work          *work,
           const WfJson  *value,
           const WfToken *token)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  const char *id = wf_json_member_string (value, "id");
  Item item = { .id = wf_id_is_valid (id) ? g_strdup (id) : NULL };

  const char *post = token->post != NULL ? token->post : "";
  g_autoptr (WfCommand) command = wf_wire_read_command (value, token->actor, post, &path, &error);

  if (command != NULL)
    item.command = wf_command_with_role (command, token->role);
  else
    {
      GString *problem = g_string_new (NULL);
      gboolean unknown = error->code == WF_WIRE_ERROR_UNKNOWN_TYPE && g_strcmp0 (path, "type") == 0;

      wf_wire_write_problem_named (problem, "invalid", error->message, unknown ? "command.type-unknown" : "command.form", path);
      item.problem = g_string_free (problem, FALSE);
      item.status = wf_wire_problem_status ("invalid");
    }

  g_array_append_val (work->items, item);
}

static void
write_outcome (WfOutcome *outcome,
               GString   *out)
{
  g_string_append (out, "{\"id\":");
  wf_json_write_string (out, outcome->id);

  if (outcome->problem == NULL)
    {
      g_string_append (out, ",\"status\":\"accepted\",\"events\":[");
      for (guint i = 0; i < outcome->entries->len; i++)
        {
          if (i > 0)
            g_string_append_c (out, ',');
          wf_entry_write (g_ptr_array_index (outcome->entries, i), TRUE, out);
        }
      g_string_append (out, "]}");
      return;
    }

  g_string_append (out, ",\"status\":\"refused\",\"problem\":");
  if (outcome->reused)
    wf_wire_write_problem_named (out, "id-reused", outcome->problem->detail, outcome->problem->rule, outcome->problem->field);
  else
    wf_wire_write_problem (out, outcome->problem);
  g_string_append_c (out, '}');
}

static void
answer_single (Work      *work,
               WfOutcome *outcome)
{
  SoupServerMessage *message = work->pending->message;
  const WfProblem *problem = outcome->problem;

  if (problem == NULL)
    {
      GString *body = g_string_new ("{\"results\":[");

      write_outcome (outcome, body);
      g_string_append (body, "]}");
      wf_service_send (message, 200, "application/json", body);
    }
  else if (outcome->reused)
    wf_service_send_problem (message, "id-reused", problem->detail, problem->rule, problem->field);
  else
    wf_service_send_problem (message, wf_problem_kind_name (problem->kind), problem->detail, problem->rule, problem->field);
}

static void
answer_batch (Work      *work,
              GPtrArray *outcomes)
{
  GString *body = g_string_new ("{\"results\":[");
  guint next = 0;

  for (guint i = 0; i < work->items->len; i++)
    {
      const Item *item = &g_array_index (work->items, Item, i);

      if (i > 0)
        g_string_append_c (body, ',');

      if (item->command != NULL)
        write_outcome (g_ptr_array_index (outcomes, next++), body);
      else
        {
          g_string_append (body, "{\"id\":");
          if (item->id != NULL)
            wf_json_write_string (body, item->id);
          else
            g_string_append (body, "null");
          g_string_append_printf (body, ",\"status\":\"refused\",\"problem\":%s}", item->problem);
        }
    }

  g_string_append (body, "]}");
  wf_service_send (work->pending->message, 200, "application/json", body);
}

/* What somebody did, by its ids; what they wrote is in the journal and nowhere else. */
static void
log_outcome (Work            *work,
             const WfOutcome *outcome)
{
  const WfToken *token = wf_service_token (work->pending->message);
  const char *result = outcome->problem != NULL ? "refused" : outcome->repeated ? "repeated" : "accepted";

  if (g_log_writer_default_would_drop (G_LOG_LEVEL_INFO, G_LOG_DOMAIN))
    return;

  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO,
                    "WATCHFIRE_COMMAND", outcome->id,
                    "WATCHFIRE_ACTOR", token != NULL ? token->actor : "",
                    "WATCHFIRE_RESULT", result,
                    "WATCHFIRE_RULE", outcome->problem != NULL ? outcome->problem->rule : "",
                    "MESSAGE", "Command %s %s", outcome->id, result);
}

static void
submitted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (Work) work = data;
  WfService *service = work->pending->service;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (WF_STORE (source), result, &error);

  for (guint i = 0; outcomes != NULL && i < outcomes->len; i++)
    {
      const WfOutcome *outcome = g_ptr_array_index (outcomes, i);

      service->n_commands++;
      if (outcome->problem != NULL)
        service->n_refused_commands++;
      else if (outcome->repeated)
        service->n_repeated_commands++;
      log_outcome (work, outcome);
    }
  if (outcomes == NULL)
    service->n_failed_commands += work->n_commands;
  wf_histogram_observe (&service->command_times, (double) (g_get_monotonic_time () - work->begun) / G_USEC_PER_SEC);

  if (wf_pending_is_gone (work->pending))
    return;

  if (outcomes == NULL)
    wf_service_send_error (work->pending->message, error);
  else if (work->single)
    answer_single (work, g_ptr_array_index (outcomes, 0));
  else
    answer_batch (work, outcomes);

  wf_pending_answer (work->pending);
}

/**
 * wf_route_commands:
 * @self: the service
 * @message: a request
 *
 * `POST /api/v1/commands`
 */
void
wf_route_commands (WfService         *self,
                   SoupServerMessage *message)
{
  g_autoptr (WfJsonDoc) doc = wf_service_read_body (message, WF_SERVICE_COMMAND_BYTES);

  if (doc == NULL)
    return;

  const WfJson *root = wf_json_doc_root (doc);
  const WfJson *batch = wf_json_member (root, "commands");
  g_autoptr (Work) work = g_new0 (Work, 1);
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

  work->items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (work->items, (GDestroyNotify) clear_item);
  work->single = batch == NULL;
  work->begun = g_get_monotonic_time ();

  if (batch != NULL && (wf_json_type (batch) != WF_JSON_ARRAY || wf_json_length (root) != 1 || wf_json_length (batch) == 0))
    {
      wf_service_send_problem (message, "malformed", "A batch is an object with a list of commands and nothing else",
                               "request.batch", "commands");
      return;
    }

  if (wf_json_length (batch) > WF_SERVICE_BATCH_MAX)
    {
      wf_service_send_problem (message, "too-large", "A batch has 200 commands at most", "request.batch", "commands");
      return;
    }

  if (work->single)
    read_item (work, root, wf_service_token (message));
  for (const WfJson *value = wf_json_first (batch); value != NULL; value = wf_json_next (value))
    read_item (work, value, wf_service_token (message));

  for (guint i = 0; i < work->items->len; i++)
    self->n_malformed_commands += g_array_index (work->items, Item, i).command == NULL;

  const Item *first = &g_array_index (work->items, Item, 0);
  if (work->single && first->command == NULL)
    {
      wf_service_send (message, first->status, "application/problem+json", g_string_new (first->problem));
      return;
    }

  for (guint i = 0; i < work->items->len; i++)
    {
      const Item *item = &g_array_index (work->items, Item, i);

      if (item->command != NULL)
        g_ptr_array_add (commands, wf_command_ref (item->command));
    }

  work->n_commands = commands->len;
  work->pending = wf_pending_new (self, message);
  wf_store_submit_async (self->store, commands, NULL, submitted_cb, g_steal_pointer (&work));
}
