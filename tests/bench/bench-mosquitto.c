/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The peer of the fan-out: so many subscribers of a Mosquitto broker, QoS 1 and persistent, in one thread as ours are, and
 * one publisher. Prints one JSON object.
 *
 *   bench-mosquitto PORT SUBSCRIBERS EVENTS GAP_MS */

#include <glib.h>
#include <mosquitto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define TOPIC "watchfire/bench"

static GArray *spans;
static guint   subscribed;

/* As long as one of our entries. */
static char padding[900];

static void
message_cb (struct mosquitto               *client,
            void                           *data,
            const struct mosquitto_message *message)
{
  gint64 span = g_get_monotonic_time () - strtol (message->payload, NULL, 10);

  g_array_append_val (spans, span);
}

static void
subscribed_cb (struct mosquitto *client,
               void             *data,
               int               id,
               int               n,
               const int        *granted)
{
  subscribed++;
}

static int
compare_spans (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static double
quantile (double q)
{
  g_array_sort (spans, compare_spans);

  return (double) g_array_index (spans, gint64, (guint) ((spans->len - 1) * q)) / 1000;
}

static struct mosquitto *
join (int   port,
      guint index)
{
  g_autofree char *name = g_strdup_printf ("bench-%u", index);
  struct mosquitto *client = mosquitto_new (name, FALSE, NULL);

  mosquitto_message_callback_set (client, message_cb);
  mosquitto_subscribe_callback_set (client, subscribed_cb);
  if (mosquitto_connect (client, "127.0.0.1", port, 60) != MOSQ_ERR_SUCCESS)
    {
      fprintf (stderr, "bench-mosquitto: no connection\n");
      exit (1);
    }
  mosquitto_int_option (client, MOSQ_OPT_TCP_NODELAY, 1);

  return client;
}

static void
turn (struct mosquitto **clients,
      struct pollfd     *files,
      guint              n,
      int                wait)
{
  for (guint i = 0; i < n; i++)
    {
      files[i].fd = mosquitto_socket (clients[i]);
      files[i].events = (short) (POLLIN | (mosquitto_want_write (clients[i]) ? POLLOUT : 0));
    }

  if (poll (files, n, wait) <= 0)
    return;

  for (guint i = 0; i < n; i++)
    {
      if (files[i].revents & POLLIN)
        mosquitto_loop_read (clients[i], 10);
      if (files[i].revents & POLLOUT || mosquitto_want_write (clients[i]))
        mosquitto_loop_write (clients[i], 10);
    }
}

int
main (int   argc,
      char *argv[])
{
  if (argc != 5)
    return 2;

  int port = atoi (argv[1]);
  guint n = (guint) atoi (argv[2]), events = (guint) atoi (argv[3]), gap = (guint) atoi (argv[4]);
  struct mosquitto **clients = g_new0 (struct mosquitto *, n + 1);
  struct pollfd *files = g_new0 (struct pollfd, n + 1);
  struct rlimit limit;
  guint sent = 0;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  mosquitto_lib_init ();
  memset (padding, 'x', sizeof padding - 1);
  spans = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i <= n; i++)
    clients[i] = join (port, i);
  for (guint i = 0; i < 100; i++)
    turn (clients, files, n + 1, 10);
  for (guint i = 0; i < n; i++)
    mosquitto_subscribe (clients[i], NULL, TOPIC, 1);

  gint64 end = g_get_monotonic_time () + 120 * G_USEC_PER_SEC, next;
  while (subscribed < n && g_get_monotonic_time () < end)
    turn (clients, files, n + 1, 10);

  next = g_get_monotonic_time () + G_USEC_PER_SEC;
  while (spans->len < (guint64) n * events)
    {
      gint64 now = g_get_monotonic_time ();

      if (now > end)
        {
          fprintf (stderr, "bench-mosquitto: only %u arrived\n", spans->len);
          return 1;
        }
      if (sent < events && now >= next)
        {
          g_autofree char *text = g_strdup_printf ("%ld %s", (long) now, padding);

          mosquitto_publish (clients[n], NULL, TOPIC, (int) strlen (text), text, 1, FALSE);
          next = now + gap * 1000;
          sent++;
        }
      turn (clients, files, n + 1, (int) CLAMP ((next - now) / 1000, 0, 100));
    }

  printf ("{\"median\": %.3f, \"p99\": %.3f, \"worst\": %.3f}\n", quantile (0.5), quantile (0.99), quantile (1));
  return 0;
}
