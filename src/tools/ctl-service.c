/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfirectl"

#include "config.h"

#include "ctl.h"

#include "wf-http-private.h"
#include "wf-json-write.h"
#include "wf-json.h"
#include "wf-reads.h"
#include "wf-sync-error.h"
#include "wf-time.h"
#include "wf-trust-private.h"
#include "wf-wire.h"

#include <string.h>

/* Asking a service that runs, by the way that workstations take: its certificate is verified or pinned, the token comes from
 * the environment, and goes nowhere where somebody could read it. */

#define ANSWER_MAX (64 * 1024 * 1024)
#define PAGE       10000

char *wf_ctl_authority_file;
char *wf_ctl_pin;

typedef struct
{
  WfAnswer *answer;
  GError   *error;
  gboolean  done;
} Reply;

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Reply *reply = data;

  reply->answer = wf_http_send_finish (WF_HTTP (source), result, &reply->error);
  reply->done = TRUE;
}

gboolean
wf_ctl_is_address (const char *where)
{
  return g_str_has_prefix (where, "http://") || g_str_has_prefix (where, "https://");
}

static WfHttp *
open_way (const char  *uri,
          GError     **error)
{
  const char *token = g_getenv ("WATCHFIRE_TOKEN");
  g_autoptr (GError) wrong = NULL;

  if (token == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "Put the token for “%s” into the environment as WATCHFIRE_TOKEN", uri);
      return NULL;
    }

  g_autoptr (GTlsDatabase) trust = wf_trust_new (wf_ctl_authority_file, wf_ctl_pin, &wrong);
  if (wrong != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s",
                   wf_ctl_pin != NULL ? "--pin" : wf_ctl_authority_file, wrong->message);
      return NULL;
    }

  WfHttp *http = wf_http_new (uri, token);
  wf_http_set_trust (http, trust);

  return http;
}

static WfAnswer *
ask (WfHttp      *http,
     const char  *method,
     const char  *path,
     GBytes      *body,
     GError     **error)
{
  Reply reply = { NULL };

  wf_http_send_async (http, method, path, body != NULL ? "application/json" : NULL, body, ANSWER_MAX, NULL, answered_cb, &reply);
  while (!reply.done)
    g_main_context_iteration (NULL, TRUE);

  if (reply.error != NULL)
    g_propagate_error (error, reply.error);
  return reply.answer;
}

/* What the service has against it: the rule, for whoever keeps to it, or a sentence. */
static void
take_refusal (const char  *what,
              WfAnswer    *answer,
              GError     **error)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, ANSWER_MAX, NULL);
  g_autoptr (WfProblem) problem = doc != NULL ? wf_wire_read_problem (wf_json_doc_root (doc), NULL, NULL) : NULL;

  if (problem != NULL && problem->rule != NULL)
    wf_ctl_refuse (what, problem, error);
  else
    g_propagate_error (error, wf_http_error (answer->status, answer->body));
}

/**
 * wf_ctl_post_command:
 * @uri: the address of a service
 * @what: what it is about, for the sentence
 * @command: a command
 * @error: return location
 *
 * Gives a command and waits for the answer.
 *
 * Returns: whether it was accepted
 */
gboolean
wf_ctl_post_command (const char  *uri,
                     const char  *what,
                     WfCommand   *command,
                     GError     **error)
{
  g_autoptr (WfHttp) http = open_way (uri, error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (http == NULL)
    return FALSE;

  wf_wire_write_command (text, command);
  g_autoptr (GBytes) body = g_bytes_new (text->str, text->len);
  g_autoptr (WfAnswer) answer = ask (http, "POST", "/api/v1/commands", body, error);

  if (answer == NULL)
    return FALSE;
  if (answer->status == 200)
    return TRUE;

  take_refusal (what, answer, error);
  return FALSE;
}

/* Returns: how many reads come before the next page; -1 where this was the last, -2 where it is none, or leads nowhere */
static int64_t
show_page (WfAnswer   *answer,
           int64_t     skipped,
           WfReadFunc  func,
           gpointer    data)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, ANSWER_MAX, NULL);
  const WfJson *root = doc != NULL ? wf_json_doc_root (doc) : NULL;
  const WfJson *reads = wf_json_member (root, "reads");
  const WfJson *next = wf_json_member (root, "next");
  WfRead read;

  if (reads == NULL || wf_json_type (reads) != WF_JSON_ARRAY)
    return -2;

  for (const WfJson *line = wf_json_first (reads); line != NULL; line = wf_json_next (line))
    if (wf_read_parse (line, &read))
      func (&read, data);

  if (next == NULL || wf_json_type (next) != WF_JSON_INT)
    return -1;

  return wf_json_int (next) > skipped ? wf_json_int (next) : -2;
}

/**
 * wf_ctl_ask_reads:
 * @uri: the address of a service
 * @about: (nullable): only what had this person or thing in it, by id
 * @actor: (nullable): only what they read
 * @func: (scope call): called for each read, oldest first
 * @data: for @func
 * @error: return location
 *
 * Asks a service who read what, as an administrator may.
 *
 * Returns: whether it said
 */
gboolean
wf_ctl_ask_reads (const char  *uri,
                  const char  *about,
                  const char  *actor,
                  WfReadFunc   func,
                  gpointer     data,
                  GError     **error)
{
  g_autoptr (WfHttp) http = open_way (uri, error);
  g_autofree char *until = wf_time_format (g_get_real_time () / 1000);
  int64_t skip = 0;

  /* Up to now: that this is asked is recorded too, page by page. */
  while (http != NULL && skip >= 0)
    {
      g_autoptr (GString) path = g_string_new (NULL);

      g_string_append_printf (path, "/api/v1/audit?to=%s&skip=%" G_GINT64_FORMAT "&limit=%d", until, (gint64) skip, PAGE);
      if (about != NULL)
        g_string_append_uri_escaped (g_string_append (path, "&person="), about, NULL, FALSE);
      if (actor != NULL)
        g_string_append_uri_escaped (g_string_append (path, "&actor="), actor, NULL, FALSE);

      g_autoptr (WfAnswer) answer = ask (http, "GET", path->str, NULL, error);
      if (answer == NULL)
        return FALSE;
      if (answer->status != 200)
        {
          take_refusal ("audit", answer, error);
          return FALSE;
        }

      skip = show_page (answer, skip, func, data);
      if (skip == -2)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "What “%s” answers is not who read what", uri);
    }

  return skip == -1;
}
