/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-entry.h"
#include "wf-id.h"
#include "wf-json.h"
#include "wf-time.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>

/* The real watchfired, as an application starts it, over real loopback sockets. */

#define TOKEN "test-token-0123456789abcdef"
#define LIMIT (60 * G_USEC_PER_SEC)

typedef struct
{
  char        *folder;
  GSubprocess *process;
  guint16      port;
  SoupSession *session;
} Fixture;

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
start (Fixture *fixture)
{
  static const char greeting[] =
    "{\"token\": \"" TOKEN "\", \"actor\": \"desk-1\", \"name\": \"Desk One\", \"post\": \"duty\"}\n";
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "..", "src", "service", "watchfired", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  fixture->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                       program, "--embedded", "--data", fixture->folder, NULL);
  g_assert_no_error (error);

  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (fixture->process), greeting, strlen (greeting), NULL,
                                            NULL,
                                            &error));
  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->process));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (line, &error);
  g_assert_no_error (error);
  g_assert_true (wf_json_bool (wf_json_member (wf_json_doc_root (doc), "ready")));
  fixture->port = (guint16) wf_json_int (wf_json_member (wf_json_doc_root (doc), "port"));
  g_assert_cmpuint (fixture->port, !=, 0);
}

static void
stop (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  /* As when the application is gone. */
  g_output_stream_close (g_subprocess_get_stdin_pipe (fixture->process), NULL, NULL);
  g_assert_true (g_subprocess_wait_check (fixture->process, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&fixture->process);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("wf-service-XXXXXX", NULL);
  fixture->session = soup_session_new_with_options ("timeout", 60, "max-conns-per-host", 32, "max-conns", 64, NULL);
  start (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  soup_session_abort (fixture->session);
  g_clear_object (&fixture->session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  stop (fixture);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static SoupMessage *
make_message (Fixture    *fixture,
              const char *method,
              const char *path,
              const char *body)
{
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u%s", fixture->port, path);
  SoupMessage *message = soup_message_new (method, uri);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", "Bearer " TOKEN);
  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }

  return message;
}

static guint
send_message (Fixture     *fixture,
              SoupMessage *message,
              GBytes     **reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = soup_session_send_and_read (fixture->session, message, NULL, &error);

  g_assert_no_error (error);
  if (reply != NULL)
    *reply = g_steal_pointer (&bytes);

  return soup_message_get_status (message);
}

/* Returns: the status; @doc is what was answered, if that was JSON */
static guint
ask (Fixture    *fixture,
     const char *method,
     const char *path,
     const char *body,
     WfJsonDoc **doc)
{
  g_autoptr (SoupMessage) message = make_message (fixture, method, path, body);
  g_autoptr (GBytes) reply = NULL;
  guint status = send_message (fixture, message, &reply);

  if (doc != NULL)
    {
      g_autoptr (GError) error = NULL;

      *doc = wf_json_doc_new (reply, G_MAXSIZE, &error);
      g_assert_no_error (error);
    }

  return status;
}

static char *
write_log (const char *id,
           const char *text)
{
  return g_strdup_printf ("{\"id\":\"%s\",\"type\":\"log.add\",\"scope\":\"live\",\"occurred_at\":\"2026-11-21T13:07:45.000Z\","
                          "\"payload\":{\"log\":\"log-%s\",\"kind\":\"note\",\"text\":\"%s\"}}", id, id, text);
}

static void
post_log (Fixture    *fixture,
          const char *id)
{
  g_autofree char *body = write_log (id, "text");

  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", body, NULL), ==, 200);
}

static int64_t
get_head (Fixture *fixture)
{
  g_autoptr (WfJsonDoc) doc = NULL;

  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/changes?since=0&limit=1", NULL, &doc), ==, 200);
  return wf_json_int (wf_json_member (wf_json_doc_root (doc), "head"));
}

static void
assert_problem (WfJsonDoc  *doc,
                const char *kind,
                const char *field)
{
  g_autofree char *type = g_strconcat ("urn:watchfire:problem:", kind, NULL);

  g_assert_cmpstr (wf_json_member_string (wf_json_doc_root (doc), "type"), ==, type);
  if (field != NULL)
    g_assert_cmpstr (wf_json_member_string (wf_json_doc_root (doc), "field"), ==, field);
}

static void
test_way_in (Fixture       *fixture,
             gconstpointer  data)
{
  static const char *const paths[] = {
    "/api/v1/session", "/api/v1/changes?since=0", "/api/v1/snapshot", "/api/v1/journal?scope=live", "/metrics", "/nowhere",
  };
  g_autoptr (WfJsonDoc) doc = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (SoupMessage) message = make_message (fixture, "GET", paths[i], NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                    i % 2 == 0 ? "Bearer wrong-token-0123456789" : "Basic " TOKEN);
      g_assert_cmpuint (send_message (fixture, message, NULL), ==, 401);
    }

  g_autoptr (SoupMessage) health = make_message (fixture, "GET", "/health", NULL);
  soup_message_headers_remove (soup_message_get_request_headers (health), "Authorization");
  g_assert_cmpuint (send_message (fixture, health, NULL), ==, 200);

  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/session", NULL, &doc), ==, 200);
  g_assert_cmpstr (wf_json_member_string (wf_json_doc_root (doc), "actor"), ==, "desk-1");
  g_assert_cmpint (wf_json_int (wf_json_member (wf_json_doc_root (doc), "protocol")), ==, 1);

  g_assert_cmpuint (ask (fixture, "GET", "/nowhere", NULL, NULL), ==, 404);
  g_assert_cmpuint (ask (fixture, "DELETE", "/api/v1/snapshot", NULL, NULL), ==, 405);
  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/changes", NULL, NULL), ==, 400);
  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/changes?since=-1", NULL, NULL), ==, 400);
  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/changes?since=0&since=0", NULL, NULL), ==, 400);
  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/changes?since=0&more=1", NULL, NULL), ==, 400);
  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/changes?since=0&wait=31", NULL, NULL), ==, 400);
  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/changes?since=1", NULL, NULL), ==, 410);
  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/journal?scope=%00", NULL, NULL), ==, 400);
}

static void
test_commands (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *one = write_log ("c1", "one");
  g_autofree char *two = write_log ("c1", "two");
  g_autofree char *three = write_log ("c3", "three");
  g_autofree char *batch = g_strdup_printf ("{\"commands\":[%s,%s,{\"id\":\"c2\",\"type\":\"x\"},%s]}", one, two, three);
  g_autoptr (WfJsonDoc) first = NULL;
  g_autoptr (WfJsonDoc) again = NULL;
  g_autoptr (WfJsonDoc) other = NULL;
  g_autoptr (WfJsonDoc) many = NULL;

  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", one, &first), ==, 200);
  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", one, &again), ==, 200);
  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", two, &other), ==, 409);
  assert_problem (other, "id-reused", NULL);

  const WfJson *entry = wf_json_find (wf_json_doc_root (first), "results[0].events[0]");
  const WfJson *same = wf_json_find (wf_json_doc_root (again), "results[0].events[0]");
  g_autoptr (GError) error = NULL;
  g_autoptr (WfEntry) read = wf_entry_read (first, entry, &error);
  g_assert_no_error (error);
  g_assert_true (wf_entry_verify (read, WF_ENTRY_FIRST, &error));
  g_assert_cmpstr (read->event->actor, ==, "desk-1");
  g_assert_cmpstr (read->event->post, ==, "duty");
  g_assert_cmpstr (wf_json_member_string (entry, "hash"), ==, wf_json_member_string (same, "hash"));

  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", batch, &many), ==, 200);
  const WfJson *root = wf_json_doc_root (many);
  g_assert_cmpuint (wf_json_length (wf_json_member (root, "results")), ==, 4);
  g_assert_cmpstr (wf_json_string (wf_json_find (root, "results[0].status")), ==, "accepted");
  g_assert_cmpstr (wf_json_string (wf_json_find (root, "results[1].problem.type")), ==, "urn:watchfire:problem:id-reused");
  g_assert_cmpstr (wf_json_string (wf_json_find (root, "results[2].problem.field")), ==, "type");
  g_assert_cmpstr (wf_json_string (wf_json_find (root, "results[2].id")), ==, "c2");
  g_assert_cmpstr (wf_json_string (wf_json_find (root, "results[3].status")), ==, "accepted");
  g_assert_cmpint (get_head (fixture), ==, 2);
}

#define HEAD(type) \
  "{\"id\":\"never\",\"type\":\"" type "\",\"scope\":\"live\",\"occurred_at\":\"2026-11-21T13:07:45Z\",\"payload\":"

static const struct
{
  const char *body;
  guint       status;
  const char *kind;
  const char *field;
} malformed[] = {
  { "", 400, "malformed", NULL },
  { "{'a':1}", 400, "malformed", NULL },
  { "{\"id\":\"x\",\"id\":\"y\"}", 400, "malformed", NULL },
  { "[1e400]", 400, "malformed", NULL },
  { "{\"a\":\"\\u0000\"}", 400, "malformed", NULL },
  { "{\"a\":\"\xe5\xae\"}", 400, "malformed", NULL },
  { "{} {}", 400, "malformed", NULL },
  { "[]", 422, "invalid", NULL },
  { "null", 422, "invalid", NULL },
  { "{}", 422, "invalid", "payload" },
  { "{\"commands\":{}}", 400, "malformed", "commands" },
  { "{\"commands\":[]}", 400, "malformed", "commands" },
  { "{\"commands\":[],\"x\":1}", 400, "malformed", "commands" },
  { "{\"id\":\"c\",\"type\":\"no.such\",\"scope\":\"live\",\"occurred_at\":\"2026-11-21T13:07:45Z\",\"payload\":{}}", 422,
    "invalid", "type" },
  { "{\"id\":\"c\",\"type\":\"log.add\",\"scope\":\"live\",\"occurred_at\":\"now\",\"payload\":{}}", 422, "invalid",
    "occurred_at" },
  { "{\"id\":\"c\",\"type\":\"log.add\",\"scope\":\"live\",\"occurred_at\":\"2026-11-21T13:07:45Z\",\"actor\":\"system\",\"payload\":{}}",
    422, "invalid", "actor" },
  { "{\"id\":\"c\",\"type\":\"log.add\",\"scope\":\"live\",\"occurred_at\":\"2026-11-21T13:07:45Z\",\"payload\":"
    "{\"log\":\"l\",\"kind\":\"gossip\",\"text\":\"x\"}}", 422, "invalid", "payload.kind" },
  /* wrong type, unknown field, a key twice deep inside, a number out of range, one that no 64 bits hold, too long a text */
  { HEAD ("log.add") "{\"log\":\"l\",\"kind\":\"note\",\"text\":5}}", 422, "invalid", "payload.text" },
  { HEAD ("log.add") "{\"log\":\"l\",\"kind\":\"note\",\"text\":\"x\",\"mood\":\"x\"}}", 422, "invalid", "payload.mood" },
  { HEAD ("log.add") "{\"log\":\"l\",\"kind\":\"note\",\"text\":\"x\",\"text\":\"y\"}}", 400, "malformed", NULL },
  { HEAD ("response.change_level") "{\"incident\":\"i\",\"level\":5,\"reason\":\"x\",\"approval\":{}}}", 422, "invalid",
    "payload.level" },
  { HEAD ("task.add") "{\"task\":\"t\",\"incident\":\"i\",\"text\":\"x\",\"minutes\":99999999999999999999}}", 400, "malformed", NULL },
  { HEAD ("task.add") "{\"task\":\"t\",\"incident\":\"i\",\"text\":\"x\",\"minutes\":1.5}}", 422, "invalid", "payload.minutes" },
  { HEAD ("incident.report") "{\"incident\":\"i\",\"title\":\"x\",\"t0\":\"2026-11-21T13:07:45Z\",\"location\":[109.7,91]}}", 422,
    "invalid", "payload.location" },
  /* a plan whose third level is broken, in a batch with a good team: neither is entered */
  { HEAD ("registry.put") "{\"entities\":[{\"kind\":\"team\",\"id\":\"t\",\"fields\":{\"name\":\"x\",\"nature\":\"firm\","
    "\"state\":\"standby\"}},{\"kind\":\"plan\",\"id\":\"p\",\"fields\":{\"title\":\"x\",\"kind\":\"special\",\"classes\":[],"
    "\"levels\":[{\"level\":\"third\"}]}}]}}", 422, "invalid", "payload.entities[1].fields.levels[0].level" },
  { "{\"id\":\"c\",\"type\":\"task.overdue\",\"scope\":\"live\",\"occurred_at\":\"2026-11-21T13:07:45Z\",\"payload\":"
    "{\"task\":\"t\",\"due\":\"2026-11-21T13:07:45Z\"}}", 403, "rights", NULL },
  { "{\"id\":\"d\",\"type\":\"log.add\",\"scope\":\"drill-9\",\"occurred_at\":\"2026-11-21T13:07:45Z\",\"payload\":"
    "{\"log\":\"l\",\"kind\":\"note\",\"text\":\"x\"}}", 404, "not-found", "scope" },
};

static void
test_malformed (Fixture       *fixture,
                gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autoptr (WfJsonDoc) doc = NULL;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", malformed[i].body, &doc), ==, malformed[i].status);
      assert_problem (doc, malformed[i].kind, malformed[i].field);
    }

  /* One level deeper than is taken, 100,000 brackets, a batch of 201, and a text that is too long. */
  g_autofree char *deep = g_strdup_printf (HEAD ("log.add") "%.*s%.*s}", 32, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 32,
                                           "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", deep, NULL), ==, 400);

  g_autofree char *letters = g_strnfill (4001, 'x');
  g_autofree char *wordy = g_strdup_printf (HEAD ("log.add") "{\"log\":\"l\",\"kind\":\"note\",\"text\":\"%s\"}}", letters);
  g_autoptr (WfJsonDoc) refused = NULL;
  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", wordy, &refused), ==, 422);
  assert_problem (refused, "invalid", "payload.text");

  g_autofree char *brackets = g_strnfill (100000, '[');
  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", brackets, NULL), ==, 400);

  g_autoptr (GString) many = g_string_new ("{\"commands\":[{}");
  for (int i = 0; i < 200; i++)
    g_string_append (many, ",{}");
  g_string_append (many, "]}");
  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", many->str, NULL), ==, 413);

  g_assert_cmpint (get_head (fixture), ==, 0);

  /* What could not be read used no id up: put right, it is taken. */
  g_autofree char *right = write_log ("never", "put right");
  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", right, NULL), ==, 200);
}

static void
test_too_large (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *spaces = g_strnfill (9 * 1024 * 1024, ' ');
  g_autoptr (SoupMessage) message = make_message (fixture, "POST", "/api/v1/commands", spaces);
  g_autoptr (SoupMessage) chunked = make_message (fixture, "POST", "/api/v1/telemetry", NULL);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (spaces, 2 * 1024 * 1024 - 10, NULL);

  g_assert_cmpuint (send_message (fixture, message, NULL), ==, 413);

  /* Without a length before it, it is found out on the way. */
  soup_message_set_request_body (chunked, "application/json", stream, -1);
  g_assert_cmpuint (send_message (fixture, chunked, NULL), ==, 413);
  g_assert_cmpint (get_head (fixture), ==, 0);
}

static void
test_media (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *digest = wf_digest_bytes ("0123456789", 10);
  g_autofree char *path = g_strconcat ("/api/v1/media/", digest, NULL);
  g_autoptr (SoupMessage) get = make_message (fixture, "GET", path, NULL);
  g_autoptr (GBytes) part = NULL;
  static const guint statuses[] = { 201, 200 };

  g_assert_cmpuint (ask (fixture, "GET", path, NULL, NULL), ==, 404);
  g_assert_cmpuint (ask (fixture, "PUT", path, "something else", NULL), ==, 422);
  g_assert_cmpuint (ask (fixture, "PUT", "/api/v1/media/..%2f..%2fetc", "0123456789", NULL), ==, 400);
  g_assert_cmpuint (ask (fixture, "PUT", "/api/v1/media/abc", "0123456789", NULL), ==, 422);
  g_assert_cmpuint (ask (fixture, "GET", path, NULL, NULL), ==, 404);
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    g_assert_cmpuint (ask (fixture, "PUT", path, "0123456789", NULL), ==, statuses[i]);

  soup_message_headers_set_range (soup_message_get_request_headers (get), 2, 5);
  g_assert_cmpuint (send_message (fixture, get, &part), ==, 206);
  g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part), "2345", 4);
}

/* --- the feed --- */

typedef struct
{
  SoupWebsocketConnection *connection;
  GPtrArray               *frames; /* of WfJsonDoc, but for the time */
  int64_t                  last;   /* position of the last entry */
  guint64                  bytes;
  gboolean                 acknowledge;
  gboolean                 closed;
  GError                  *error;
  gboolean                 done;
} Follower;

static void
acknowledge (Follower *self)
{
  g_autofree char *ack = g_strdup_printf ("{\"ack\": %" G_GINT64_FORMAT "}", (gint64) self->last);

  soup_websocket_connection_send_text (self->connection, ack);
}

static void
frame_cb (SoupWebsocketConnection *connection,
          SoupWebsocketDataType    type,
          GBytes                  *frame,
          gpointer                 data)
{
  Follower *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (frame, G_MAXSIZE, &error);

  g_assert_no_error (error);
  const char *kind = wf_json_member_string (wf_json_doc_root (doc), "kind");
  if (g_strcmp0 (kind, "time") == 0)
    return;

  if (g_strcmp0 (kind, "entries") == 0)
    {
      self->bytes += g_bytes_get_size (frame);
      for (const WfJson *value = wf_json_first (wf_json_member (wf_json_doc_root (doc), "entries")); value != NULL;
           value = wf_json_next (value))
        {
          g_autoptr (WfEntry) entry = wf_entry_read (doc, value, &error);

          g_assert_no_error (error);
          g_assert_cmpint (entry->event->position, ==, self->last + 1);
          self->last = entry->event->position;
        }
      if (self->acknowledge)
        acknowledge (self);
    }

  g_ptr_array_add (self->frames, g_steal_pointer (&doc));
}

static void
closed_cb (SoupWebsocketConnection *connection,
           gpointer                 data)
{
  ((Follower *) data)->closed = TRUE;
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Follower *self = data;

  self->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &self->error);
  if (self->connection != NULL)
    {
      soup_websocket_connection_set_max_incoming_payload_size (self->connection, 0);
      g_signal_connect (self->connection, "message", G_CALLBACK (frame_cb), self);
      g_signal_connect (self->connection, "closed", G_CALLBACK (closed_cb), self);
    }
  self->done = TRUE;
}

#define WAIT_UNTIL(condition) \
  G_STMT_START { \
    gint64 end = g_get_monotonic_time () + LIMIT; \
    while (!(condition)) \
      { \
        g_assert_cmpint (g_get_monotonic_time (), <, end); \
        g_main_context_iteration (NULL, TRUE); \
      } \
  } G_STMT_END

static void
follow (Fixture  *fixture,
        Follower *self,
        int64_t   since)
{
  g_autofree char *path = g_strdup_printf ("/api/v1/changes?since=%" G_GINT64_FORMAT, (gint64) since);
  g_autoptr (SoupMessage) message = make_message (fixture, "GET", path, NULL);
  char *protocols[] = { (char *) "watchfire.v1", NULL };

  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_json_doc_unref);
  self->last = since;
  soup_session_websocket_connect_async (fixture->session, message, NULL, protocols, G_PRIORITY_DEFAULT, NULL, connected_cb, self);
  WAIT_UNTIL (self->done);
}

static void
unfollow (Follower *self)
{
  if (self->connection != NULL)
    {
      if (!self->closed)
        soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
      WAIT_UNTIL (self->closed);
      g_signal_handlers_disconnect_by_data (self->connection, self);
    }
  g_clear_object (&self->connection);
  g_clear_pointer (&self->frames, g_ptr_array_unref);
  g_clear_error (&self->error);
}

static const char *
frame_kind (Follower *self,
            guint     i)
{
  return wf_json_member_string (wf_json_doc_root (g_ptr_array_index (self->frames, i)), "kind");
}

static void
test_feed (Fixture       *fixture,
           gconstpointer  data)
{
  Follower one = { .acknowledge = TRUE };
  Follower two = { .acknowledge = TRUE };
  Follower ahead = { NULL };

  post_log (fixture, "c1");
  follow (fixture, &one, 0);
  g_assert_no_error (one.error);
  g_assert_cmpstr (soup_websocket_connection_get_protocol (one.connection), ==, "watchfire.v1");
  g_assert_null (soup_websocket_connection_get_extensions (one.connection));
  WAIT_UNTIL (one.last == 1);
  g_assert_cmpstr (frame_kind (&one, 0), ==, "hello");

  post_log (fixture, "c2");
  WAIT_UNTIL (one.last == 2);
  unfollow (&one);

  /* Away for a while, and on from there. */
  post_log (fixture, "c3");
  post_log (fixture, "c4");
  follow (fixture, &two, 2);
  WAIT_UNTIL (two.last == 4);

  g_autofree char *now = wf_time_format (g_get_real_time () / 1000);
  g_autofree char *positions = g_strdup_printf (
    "{\"scope\":\"live\",\"positions\":[{\"unit\":\"u1\",\"at\":\"%s\",\"location\":[109.9,40.6],\"speed\":12}]}", now);
  guint before = two.frames->len;
  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/telemetry", positions, NULL), ==, 200);
  WAIT_UNTIL (two.frames->len > before);
  g_assert_cmpstr (frame_kind (&two, before), ==, "positions");
  unfollow (&two);

  g_autoptr (WfJsonDoc) wrong = NULL;
  g_assert_cmpuint (ask (fixture, "POST", "/api/v1/telemetry",
                         "{\"scope\":\"live\",\"positions\":[{\"unit\":\"u1\",\"at\":\"2026-01-01T00:00:00Z\",\"location\":[0,91]}]}",
                         &wrong), ==, 422);
  assert_problem (wrong, "invalid", "positions[0].location");

  follow (fixture, &ahead, 99);
  WAIT_UNTIL (ahead.closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (ahead.connection), ==, 4410);
  unfollow (&ahead);
}

static void
test_slow (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *text = g_strnfill (3900, 'x');
  Follower quick = { .acknowledge = TRUE };
  Follower slow = { NULL };
  guint n = 0;

  follow (fixture, &quick, 0);
  follow (fixture, &slow, 0);

  /* Half as much again as anybody may leave unacknowledged. */
  for (guint i = 0; i < 7; i++)
    {
      g_autoptr (GString) batch = g_string_new ("{\"commands\":[");

      for (guint j = 0; j < 200; j++)
        {
          g_autofree char *id = g_strdup_printf ("c%u", n++);
          g_autofree char *command = write_log (id, text);

          g_string_append_printf (batch, "%s%s", j > 0 ? "," : "", command);
        }
      g_string_append (batch, "]}");
      g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", batch->str, NULL), ==, 200);
      WAIT_UNTIL (quick.last == n);
    }
  g_assert_cmpint (slow.last, <, n);
  g_assert_cmpuint (slow.bytes, <, 6 * 1024 * 1024);

  /* As soon as it says that it keeps up, it gets the rest. */
  slow.acknowledge = TRUE;
  if (!slow.closed)
    acknowledge (&slow);
  WAIT_UNTIL (slow.last == n || slow.closed);

  /* On a machine so busy that this took a minute, it was sent away, and told that it may come again. */
  if (slow.closed)
    g_assert_cmpuint (soup_websocket_connection_get_close_code (slow.connection), ==, 4408);

  unfollow (&quick);
  unfollow (&slow);
}

static void
replied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  *(GBytes **) data = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
}

static void
test_long_poll (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SoupMessage) waiting = make_message (fixture, "GET", "/api/v1/changes?since=0&wait=30", NULL);
  g_autoptr (WfJsonDoc) doc = NULL;
  g_autoptr (GBytes) reply = NULL;

  soup_session_send_and_read_async (fixture->session, waiting, G_PRIORITY_DEFAULT, NULL, replied_cb, &reply);
  for (int i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (reply);

  g_autofree char *body = write_log ("c1", "text");
  g_autoptr (SoupMessage) post = make_message (fixture, "POST", "/api/v1/commands", body);
  g_autoptr (GBytes) posted = NULL;
  soup_session_send_and_read_async (fixture->session, post, G_PRIORITY_DEFAULT, NULL, replied_cb, &posted);
  WAIT_UNTIL (reply != NULL && posted != NULL);

  doc = wf_json_doc_new (reply, G_MAXSIZE, NULL);
  g_assert_cmpint (wf_json_int (wf_json_member (wf_json_doc_root (doc), "next")), ==, 1);

  /* Where nothing comes, the wait ends by itself. */
  g_autoptr (WfJsonDoc) none = NULL;
  g_assert_cmpuint (ask (fixture, "GET", "/api/v1/changes?since=1&wait=1", NULL, &none), ==, 200);
  g_assert_cmpuint (wf_json_length (wf_json_member (wf_json_doc_root (none), "entries")), ==, 0);
}

static void
test_snapshot (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GString) things = g_string_new (NULL);
  guint n = 0;

  /* Enough for many pieces. */
  for (guint i = 0; i < 4; i++)
    {
      g_string_printf (things, "{\"id\":\"p%u\",\"type\":\"registry.put\",\"scope\":\"live\","
                               "\"occurred_at\":\"2026-11-21T13:07:45.000Z\",\"payload\":{\"entities\":[", i);
      for (guint j = 0; j < 1000; j++)
        g_string_append_printf (things, "%s{\"kind\":\"person\",\"id\":\"person-%u\",\"fields\":{\"name\":\"人员%u\"}}",
                                j > 0 ? "," : "", n++, j);
      g_string_append (things, "]}}");
      g_assert_cmpuint (ask (fixture, "POST", "/api/v1/commands", things->str, NULL), ==, 200);
    }

  g_autoptr (SoupMessage) message = make_message (fixture, "GET", "/api/v1/snapshot", NULL);
  g_autoptr (GBytes) reply = NULL;
  g_assert_cmpuint (send_message (fixture, message, &reply), ==, 200);

  g_autofree char *text = g_strndup (g_bytes_get_data (reply, NULL), g_bytes_get_size (reply));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_lines = g_strv_length (lines) - 1;
  g_assert_cmpstr (lines[n_lines], ==, "");

  g_autoptr (WfJsonDoc) first = wf_json_doc_new_text (lines[0], NULL);
  g_autoptr (WfJsonDoc) end = wf_json_doc_new_text (lines[n_lines - 1], NULL);
  g_assert_cmpint (wf_json_int (wf_json_member (wf_json_doc_root (first), "position")), ==, 4);
  g_assert_cmpint (wf_json_int (wf_json_find (wf_json_doc_root (first), "scopes.live.number")), ==, 4);
  g_assert_cmpint (wf_json_int (wf_json_member (wf_json_doc_root (end), "lines")), ==, n_lines - 1);
  g_assert_cmpuint (n_lines, >=, n + 2);

  /* One who goes away in the middle harms nobody. */
  g_autoptr (SoupMessage) partly = make_message (fixture, "GET", "/api/v1/snapshot", NULL);
  g_autoptr (GInputStream) stream = soup_session_send (fixture->session, partly, NULL, NULL);
  char some[1000];
  g_assert_cmpint (g_input_stream_read (stream, some, sizeof some, NULL, NULL), >, 0);
  g_input_stream_close (stream, NULL, NULL);
  soup_session_abort (fixture->session);
  post_log (fixture, "after");
}

static void
test_lost_answers (Fixture       *fixture,
                   gconstpointer  data)
{
  guint n = 0;

  /* Killed at any moment; what was not answered is sent again to the next one. */
  for (guint round = 0; round < 3; round++)
    {
      GBytes *replies[12] = { NULL };
      g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
        {
          g_autofree char *id = g_strdup_printf ("k%u", n + i);
          g_autofree char *body = write_log (id, "text");
          SoupMessage *message = make_message (fixture, "POST", "/api/v1/commands", body);

          g_ptr_array_add (messages, message);
          soup_session_send_and_read_async (fixture->session, message, G_PRIORITY_DEFAULT, NULL, replied_cb, &replies[i]);
        }

      gint64 end = g_get_monotonic_time () + g_test_rand_int_range (0, 30000);
      while (g_get_monotonic_time () < end)
        g_main_context_iteration (NULL, FALSE);

      g_subprocess_send_signal (fixture->process, SIGKILL);
      g_subprocess_wait (fixture->process, NULL, NULL);
      g_clear_object (&fixture->process);
      soup_session_abort (fixture->session);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      start (fixture);

      for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
        {
          g_autofree char *id = g_strdup_printf ("k%u", n++);

          g_clear_pointer (&replies[i], g_bytes_unref);
          post_log (fixture, id);
        }
      g_assert_cmpint (get_head (fixture), ==, n);
    }
}

static void
test_second_owner (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "..", "src", "service", "watchfired", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) second = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, program, "--data", fixture->folder,
                                                     "--listen", "127.0.0.1:0", NULL);
  g_autofree char *words = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (second, NULL, NULL, NULL, &words, &error));
  g_assert_cmpint (g_subprocess_get_exit_status (second), ==, 1);
  g_assert_nonnull (strstr (words, "Another program is at work"));
  post_log (fixture, "c1");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/service/way-in", Fixture, NULL, set_up, test_way_in, tear_down);
  g_test_add ("/service/commands", Fixture, NULL, set_up, test_commands, tear_down);
  g_test_add ("/service/malformed", Fixture, NULL, set_up, test_malformed, tear_down);
  g_test_add ("/service/too-large", Fixture, NULL, set_up, test_too_large, tear_down);
  g_test_add ("/service/media", Fixture, NULL, set_up, test_media, tear_down);
  g_test_add ("/service/feed", Fixture, NULL, set_up, test_feed, tear_down);
  g_test_add ("/service/slow", Fixture, NULL, set_up, test_slow, tear_down);
  g_test_add ("/service/long-poll", Fixture, NULL, set_up, test_long_poll, tear_down);
  g_test_add ("/service/snapshot", Fixture, NULL, set_up, test_snapshot, tear_down);
  g_test_add ("/service/lost-answers", Fixture, NULL, set_up, test_lost_answers, tear_down);
  g_test_add ("/service/second-owner", Fixture, NULL, set_up, test_second_owner, tear_down);

  return g_test_run ();
}
