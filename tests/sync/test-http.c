/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-http-private.h"

#include <libsoup/soup.h>

/* What a workstation posts once a second must not cost a connection once a second, and one that is kept may break at any
 * moment. */

#define BODY "{\"positions\":[]}"

typedef struct
{
  SoupServer *server;
  WfHttp     *http;
  GHashTable *ports;    /* (owned) set of the ports that were called from */
  guint       n_good;
  guint       n_wrong;  /* requests whose body was not what was sent */
  guint       n_done;
  gboolean    breaking; /* the connection ends after each answer, without a word */
} Fixture;

static void
wrote_cb (SoupServerMessage *message,
          gpointer           data)
{
  g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
}

static void
handle_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           data)
{
  Fixture *fixture = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  GInetSocketAddress *remote = G_INET_SOCKET_ADDRESS (soup_server_message_get_remote_address (message));

  g_hash_table_add (fixture->ports, GUINT_TO_POINTER (g_inet_socket_address_get_port (remote)));
  if (body->length != sizeof BODY - 1)
    fixture->n_wrong++;
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, "{}", 2);
  soup_server_message_set_status (message, 200, NULL);
  if (fixture->breaking)
    g_signal_connect (message, "finished", G_CALLBACK (wrote_cb), NULL);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  g_assert_no_error (error);
  fixture->n_good += answer->status == 200;
  fixture->n_done++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = soup_server_new (NULL, NULL);
  fixture->ports = g_hash_table_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, handle_cb, fixture, NULL);
  g_assert_true (soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));

  GSList *uris = soup_server_get_uris (fixture->server);
  g_autofree char *uri = g_uri_to_string (uris->data);
  fixture->http = wf_http_new (uri, "token-of-sixteen-characters");
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_object (&fixture->http);
  soup_server_disconnect (fixture->server);
  g_clear_object (&fixture->server);
  g_hash_table_unref (fixture->ports);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
post (Fixture *fixture,
      guint    times)
{
  g_autoptr (GBytes) body = g_bytes_new_static (BODY, sizeof BODY - 1);

  for (guint i = 1; i <= times; i++)
    {
      gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

      wf_http_post_async (fixture->http, "/api/v1/telemetry", body, 1000, NULL, answered_cb, fixture);
      while (fixture->n_done < i && g_get_monotonic_time () < end)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (fixture->n_done, ==, i);
    }
}

static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  post (fixture, 20);
  g_assert_cmpuint (fixture->n_good, ==, 20);
  g_assert_cmpuint (fixture->n_wrong, ==, 0);
  g_assert_cmpuint (g_hash_table_size (fixture->ports), ==, 1);
}

static void
test_broken (Fixture       *fixture,
             gconstpointer  data)
{
  fixture->breaking = TRUE;
  post (fixture, 20);
  g_assert_cmpuint (fixture->n_good, ==, 20);
  g_assert_cmpuint (fixture->n_wrong, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/http/kept", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add ("/http/broken", Fixture, NULL, set_up, test_broken, tear_down);

  return g_test_run ();
}
