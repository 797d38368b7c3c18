/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-reads.h"
#include "wf-wire.h"
#include "wf-worker.h"

#include <string.h>

/* Who read what, for administrators. What watchfirectl shows on the machine comes from the same files; they are read in a
 * thread, one question at a time, since years of them may lie there. */

#define PAGE_DEFAULT 1000
#define PAGE_MAX     10000

typedef struct
{
  WfPending *pending; /* (owned) */
  char      *folder;
  char      *person;  /* (nullable) */
  char      *actor;   /* (nullable) */
  int64_t    from;
  int64_t    to;      /* 0: no end */
  int64_t    skip;
  int64_t    limit;

  /* the thread's */
  GString   *body;
  int64_t    n;       /* that were asked for, so far */
} Audit;

static void
free_audit (gpointer data)
{
  Audit *audit = data;

  g_clear_pointer (&audit->pending, wf_pending_free);
  g_free (audit->folder);
  g_free (audit->person);
  g_free (audit->actor);
  g_string_free (audit->body, TRUE);
  g_free (audit);
}

static void
take_read (const WfRead *read,
           gpointer      data)
{
  Audit *audit = data;

  if ((audit->actor != NULL && strcmp (audit->actor, read->actor) != 0) || (audit->to != 0 && read->at >= audit->to))
    return;

  audit->n++;
  if (audit->n <= audit->skip || audit->n > audit->skip + audit->limit)
    return;

  if (audit->n > audit->skip + 1)
    g_string_append_c (audit->body, ',');
  wf_read_write (read, audit->body);
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Audit *audit = data;
  GError *error = NULL;

  if (wf_reads_list (audit->folder, audit->person, audit->from, take_read, audit, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  WfService *self = WF_SERVICE (source);
  Audit *audit = g_task_get_task_data (G_TASK (result));
  g_autoptr (WfPending) pending = g_steal_pointer (&audit->pending); /* a thread may be the last to let go of the rest */
  g_autoptr (GError) error = NULL;
  gboolean good = g_task_propagate_boolean (G_TASK (result), &error);

  self->auditing = FALSE;
  if (wf_pending_is_gone (pending))
    return;

  if (good)
    {
      GString *body = g_string_new ("{\"reads\":[");

      g_string_append_len (body, audit->body->str, (gssize) audit->body->len);
      g_string_append_c (body, ']');
      wf_json_write_key (body, "next");
      if (audit->n > audit->skip + audit->limit)
        wf_json_write_int (body, audit->skip + audit->limit);
      else
        g_string_append (body, "null");
      g_string_append_c (body, '}');
      wf_service_send (pending->message, 200, "application/json", body);
    }
  else
    wf_service_send_error (pending->message, error);

  wf_pending_answer (pending);
}

enum { PERSON, ACTOR, FROM, TO, SKIP, LIMIT, N_PARAMETERS };

static void
begin (WfService         *self,
       SoupServerMessage *message,
       const WfParameter *parameters)
{
  Audit *audit = g_new0 (Audit, 1);
  g_autoptr (GTask) task = g_task_new (self, NULL, read_cb, NULL);

  audit->pending = wf_pending_new (self, message);
  audit->folder = g_strdup (wf_store_get_folder (self->store));
  audit->person = g_strdup (parameters[PERSON].text);
  audit->actor = g_strdup (parameters[ACTOR].text);
  audit->from = parameters[FROM].number;
  audit->to = parameters[TO].number;
  audit->skip = parameters[SKIP].number;
  audit->limit = parameters[LIMIT].text != NULL ? parameters[LIMIT].number : PAGE_DEFAULT;
  audit->body = g_string_new (NULL);

  self->auditing = TRUE;
  wf_service_note_read (self, message, "audit", NULL, audit->person, 0, 0);
  g_task_set_source_tag (task, begin);
  g_task_set_task_data (task, audit, free_audit);
  wf_task_run_in_thread (task, read_in_thread);
}

/**
 * wf_route_audit:
 * @self: the service
 * @message: a request
 *
 * `GET /api/v1/audit`. That somebody looked is recorded like everything else that is read.
 */
void
wf_route_audit (WfService         *self,
                SoupServerMessage *message)
{
  WfParameter parameters[N_PARAMETERS] = {
    [PERSON] = { "person", FALSE, 's' }, [ACTOR] = { "actor", FALSE, 's' }, [FROM] = { "from", FALSE, 't' },
    [TO] = { "to", FALSE, 't' }, [SKIP] = { "skip", FALSE, 'i' }, [LIMIT] = { "limit", FALSE, 'i' },
  };

  if (!(wf_service_role (message) & (WF_ROLE_ADMINISTRATOR | WF_ROLE_DESK)))
    wf_service_send_problem (message, "rights", "administrator", "rights.role", NULL);
  else if (!wf_service_read_query (message, parameters, N_PARAMETERS))
    ;
  else if (parameters[LIMIT].text != NULL && (parameters[LIMIT].number < 1 || parameters[LIMIT].number > PAGE_MAX))
    wf_service_send_problem (message, "malformed", "limit is 1 to 10000", "request.query", "limit");
  else if (self->auditing)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "2");
      wf_service_send_problem (message, "unavailable", "Somebody else asks who read what: try again in a moment",
                               "request.limit", NULL);
    }
  else
    begin (self, message, parameters);

  wf_query_clear (parameters, N_PARAMETERS);
}
