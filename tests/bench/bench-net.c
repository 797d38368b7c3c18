/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the benchmarks of the service measure with: hundreds of clients in one thread, on plain sockets, so that what is
 * measured is the service and not the client. Prints one JSON object with what was seen; bench.py sets it beside the peer.
 *
 *   bench-net serve                                         a bare libsoup server that answers every POST with nothing
 *   bench-net post PORT TOKEN CLIENTS SECONDS empty|commands
 *   bench-net fanout PORT TOKEN SUBSCRIBERS STALLED EVENTS GAP_MS
 *   bench-net telemetry PORT TOKEN UNITS DESKS SECONDS */

#include "config.h"

#include "wf-id.h"
#include "wf-time.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libsoup/soup.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  int      fd;
  GString *in;
  guint    index;
  gboolean upgraded;
  gboolean busy;      /* an answer is still to come */
  gint64   asked_at;
  int64_t *newest;    /* of each unit, as this desk has seen it */
} Line;

static const char *token;
static guint16 port;
static int poller;
static WfClock *wall;

static void
die (const char *what)
{
  fprintf (stderr, "bench-net: %s: %s\n", what, g_strerror (errno));
  exit (1);
}

static Line *
connect_line (guint index,
              int   receive_buffer)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  Line *line = g_new0 (Line, 1);
  int yes = 1;

  line->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer > 0)
    setsockopt (line->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  if (line->fd < 0 || connect (line->fd, (struct sockaddr *) &address, sizeof address) != 0)
    die ("connect");
  setsockopt (line->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  line->index = index;
  line->in = g_string_new (NULL);

  return line;
}

static void
watch_line (Line *line)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = line };

  if (epoll_ctl (poller, EPOLL_CTL_ADD, line->fd, &event) != 0)
    die ("epoll");
}

static void
send_all (Line       *line,
          const char *data,
          gsize       size)
{
  while (size > 0)
    {
      ssize_t n = send (line->fd, data, size, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        die ("send");
      data += n;
      size -= (gsize) n;
    }
}

static void
post (Line       *line,
      const char *path,
      const char *body)
{
  g_autofree char *request = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                                              "Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                                              path, token, strlen (body), body);

  line->busy = TRUE;
  line->asked_at = g_get_monotonic_time ();
  send_all (line, request, strlen (request));
}

static gboolean
receive (Line *line)
{
  char buffer[65536];
  ssize_t n = recv (line->fd, buffer, sizeof buffer, 0);

  if (n <= 0)
    return FALSE;

  g_string_append_len (line->in, buffer, n);
  return TRUE;
}

/* Takes one answer off the front. Returns: its status, 0 where it is not complete */
static guint
take_answer (Line *line)
{
  char *end = g_strstr_len (line->in->str, (gssize) line->in->len, "\r\n\r\n");
  const char *length;
  gsize size = 0;
  guint status;

  if (end == NULL)
    return 0;

  *end = '\0';
  status = (guint) strtoul (line->in->str + 9, NULL, 10);
  length = strcasestr (line->in->str, "content-length:");
  size = (gsize) (end - line->in->str) + 4 + (length != NULL ? strtoul (length + 15, NULL, 10) : 0);
  *end = '\r';
  if (status == 101)
    size = (gsize) (end - line->in->str) + 4;
  if (line->in->len < size)
    return 0;

  g_string_erase (line->in, 0, (gssize) size);
  line->busy = FALSE;
  return status;
}

static void
follow (Line *line)
{
  g_autofree char *request = g_strdup_printf (
    "GET /api/v1/changes?since=%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: watchfire.v1\r\n\r\n", getenv ("BENCH_SINCE") != NULL ? getenv ("BENCH_SINCE") : "0", token);

  send_all (line, request, strlen (request));
  while (take_answer (line) == 0)
    if (!receive (line))
      die ("upgrade");
  line->upgraded = TRUE;
}

static void
send_frame (Line       *line,
            guint8      opcode,
            const char *payload,
            gsize       size)
{
  guint8 frame[6 + 125] = { (guint8) (0x80 | opcode), (guint8) (0x80 | size), 0, 0, 0, 0 };

  g_assert (size <= 125);
  memcpy (frame + 6, payload, size); /* a mask of zeros */
  send_all (line, (const char *) frame, 6 + size);
}

/* Takes one frame off the front. Returns: (transfer full): its text; %NULL where none is complete */
static char *
take_frame (Line *line)
{
  for (;;)
    {
      const guint8 *raw = (const guint8 *) line->in->str;
      gsize head = 2, size;

      if (line->in->len < 2)
        return NULL;
      size = raw[1] & 0x7f;
      if (size == 126)
        head = 4;
      else if (size == 127)
        head = 10;
      if (line->in->len < head)
        return NULL;
      if (head > 2)
        {
          size = 0;
          for (gsize i = 2; i < head; i++)
            size = size << 8 | raw[i];
        }
      if (line->in->len < head + size)
        return NULL;

      guint8 opcode = raw[0] & 0x0f;
      char *text = g_strndup ((const char *) raw + head, size);
      g_string_erase (line->in, 0, (gssize) (head + size));

      if (opcode == 1)
        return text;
      if (opcode == 9)
        send_frame (line, 10, text, size);
      else if (opcode == 8)
        die ("a subscriber was sent away");
      g_free (text);
    }
}

/* Answers what a workstation answers. */
static void
answer_frame (Line       *line,
              const char *text)
{
  const char *beat = strstr (text, "\"beat\":");
  const char *next = g_str_has_prefix (text, "{\"kind\":\"entries\"") ? g_strrstr (text, "\"next\":") : NULL;
  char answer[60];

  if (next != NULL)
    g_snprintf (answer, sizeof answer, "{\"ack\":%ld}", strtol (next + 7, NULL, 10));
  else if (beat != NULL && !g_str_has_prefix (text, "{\"kind\":\"positions\""))
    g_snprintf (answer, sizeof answer, "{\"beat\":%ld}", strtol (beat + 7, NULL, 10));
  else
    return;

  send_frame (line, 1, answer, strlen (answer));
}

static int
compare_spans (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static double
quantile (GArray *spans,
          double  q)
{
  g_array_sort (spans, compare_spans);

  return spans->len > 0 ? (double) g_array_index (spans, gint64, (guint) ((spans->len - 1) * q)) / 1000 : -1;
}

static char *
make_log (const char *text)
{
  g_autofree char *id = wf_id_new (wall);
  g_autofree char *now = wf_time_format (wf_clock_now (wall));

  return g_strdup_printf ("{\"id\":\"%s\",\"type\":\"log.add\",\"scope\":\"live\",\"occurred_at\":\"%s\",\"payload\":"
                          "{\"log\":\"log-%s\",\"kind\":\"note\",\"text\":\"%s\"}}", id, now, id, text);
}

/* --- post --- */

static int
run_post (guint       clients,
          double      seconds,
          const char *what)
{
  gboolean commands = strcmp (what, "commands") == 0;
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (gint64));
  struct epoll_event events[64];
  guint64 done = 0, wrong = 0;
  guint busy = clients;

  /* A bare libsoup server lets ten wait to be taken; the others come again after a second. */
  for (guint i = 0; i < clients; i++)
    g_ptr_array_add (lines, connect_line (i, 0));
  g_usleep (3 * G_USEC_PER_SEC);

  gint64 begin = g_get_monotonic_time (), end = begin + (gint64) (seconds * G_USEC_PER_SEC);
  for (guint i = 0; i < clients; i++)
    {
      Line *line = lines->pdata[i];
      g_autofree char *body = commands ? make_log ("text of a usual length, as somebody on duty types it") : g_strdup ("");

      watch_line (line);
      post (line, commands ? "/api/v1/commands" : "/", body);
    }

  while (busy > 0)
    {
      int n = epoll_wait (poller, events, G_N_ELEMENTS (events), 1000);

      for (int i = 0; i < n; i++)
        {
          Line *line = events[i].data.ptr;
          guint status;

          if (!receive (line))
            die ("a connection was closed");
          status = take_answer (line);
          if (status == 0)
            continue;

          gint64 now = g_get_monotonic_time (), span = now - line->asked_at;
          done++;
          wrong += status != 200;
          g_array_append_val (spans, span);
          if (now >= end)
            {
              busy--;
              continue;
            }
          g_autofree char *body = commands ? make_log ("text of a usual length, as somebody on duty types it") : g_strdup ("");
          post (line, commands ? "/api/v1/commands" : "/", body);
        }
    }

  double span = (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  printf ("{\"rate\": %.1f, \"p99\": %.3f, \"wrong\": %lu}\n", (double) done / span, quantile (spans, 0.99), wrong);
  return 0;
}

/* --- fan-out --- */

static int
run_fanout (guint subscribers,
            guint stalled,
            guint n_events,
            guint gap)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (gint64));
  struct epoll_event events[256];
  guint64 wanted = (guint64) subscribers * n_events;
  guint sent = 0;

  for (guint i = 0; i < stalled; i++)
    follow (connect_line (i, 4096));
  for (guint i = 0; i < subscribers; i++)
    {
      Line *line = connect_line (i, 0);

      follow (line);
      watch_line (line);
    }

  Line *giver = connect_line (0, 0);
  watch_line (giver);
  gint64 next = g_get_monotonic_time () + G_USEC_PER_SEC, end = next + 120 * G_USEC_PER_SEC;

  while (spans->len < wanted)
    {
      gint64 now = g_get_monotonic_time ();

      if (now > end)
        {
          fprintf (stderr, "bench-net: only %u of %lu arrived\n", spans->len, wanted);
          return 1;
        }
      if (sent < n_events && now >= next && !giver->busy)
        {
          g_autofree char *text = g_strdup_printf ("bench %ld", (long) g_get_monotonic_time ());
          g_autofree char *body = make_log (text);

          post (giver, "/api/v1/commands", body);
          next = now + gap * 1000;
          sent++;
        }

      int n = epoll_wait (poller, events, G_N_ELEMENTS (events), (int) CLAMP ((next - now) / 1000, 0, 100));
      for (int i = 0; i < n; i++)
        {
          Line *line = events[i].data.ptr;
          char *frame;

          if (!receive (line))
            die ("a connection was closed");
          if (!line->upgraded)
            {
              guint status = take_answer (line);

              if (status != 0 && status != 200)
                die ("a command was refused");
              continue;
            }
          while ((frame = take_frame (line)) != NULL)
            {
              gint64 arrived = g_get_monotonic_time ();

              for (const char *at = strstr (frame, "\"bench "); at != NULL; at = strstr (at + 1, "\"bench "))
                {
                  gint64 span = arrived - strtol (at + 7, NULL, 10);

                  g_array_append_val (spans, span);
                }
              answer_frame (line, frame);
              g_free (frame);
            }
        }
    }

  printf ("{\"median\": %.3f, \"p99\": %.3f, \"worst\": %.3f}\n", quantile (spans, 0.5), quantile (spans, 0.99),
          quantile (spans, 1));
  return 0;
}

/* --- telemetry --- */

#define SENDERS 32

typedef struct
{
  GArray  *spans;
  int64_t *sent; /* of each unit */
  guint    units;
} Telemetry;

static void
take_positions (Telemetry  *self,
                Line       *desk,
                const char *frame)
{
  int64_t now = wf_clock_now (wall);

  for (const char *at = strstr (frame, "\"unit\":\"bench-"); at != NULL; at = strstr (at + 1, "\"unit\":\"bench-"))
    {
      guint unit = (guint) strtoul (at + 14, NULL, 10);
      const char *object = at;
      const char *time_at;
      char text[25];
      int64_t when;

      /* The keys of a position come in any order. */
      while (object > frame && *object != '{')
        object--;
      time_at = strstr (object, "\"at\":\"");
      if (time_at == NULL || unit >= self->units)
        continue;
      g_strlcpy (text, time_at + 6, sizeof text);
      if (!wf_time_parse (text, &when) || when <= desk->newest[unit])
        continue;

      gint64 span = (now - when) * 1000;
      desk->newest[unit] = when;
      g_array_append_val (self->spans, span);
    }
}

static int
run_telemetry (guint  units,
               guint  desks,
               double seconds)
{
  Telemetry self = { .spans = g_array_new (FALSE, FALSE, sizeof (gint64)), .sent = g_new0 (int64_t, units), .units = units };
  Line *senders[SENDERS], *all[1000];
  guint turn = 0;
  struct epoll_event events[256];
  guint64 given = 0, wanted = (guint64) (seconds * units), lost = 0;

  for (guint i = 0; i < desks && i < G_N_ELEMENTS (all); i++)
    {
      all[i] = connect_line (i, 0);
      all[i]->newest = g_new0 (int64_t, units);
      follow (all[i]);
      watch_line (all[i]);
    }
  for (guint i = 0; i < SENDERS; i++)
    {
      senders[i] = connect_line (i, 0);
      watch_line (senders[i]);
    }

  gint64 begin = g_get_monotonic_time (), quiet = 0;
  int64_t first = wf_clock_now (wall);
  while (quiet == 0 || g_get_monotonic_time () - quiet < 3 * G_USEC_PER_SEC)
    {
      gint64 now = g_get_monotonic_time ();
      guint64 due = MIN (wanted, (guint64) ((double) (now - begin) / G_USEC_PER_SEC * units));

      for (guint tried = 0; tried < SENDERS && given < due; tried++)
        {
          Line *sender = senders[turn++ % SENDERS]; /* all of them, so that none lies idle until it is cut off */

          if (sender->busy)
            continue;

          guint unit = (guint) (given % units);
          /* When it was to be sent: whoever cannot be given it in time has it late, and that is part of the time it took. */
          int64_t when = first + (int64_t) ((double) given / units * 1000);
          g_autofree char *text = wf_time_format (when);
          g_autofree char *body = g_strdup_printf ("{\"scope\":\"live\",\"positions\":[{\"unit\":\"bench-%u\",\"at\":\"%s\","
                                                   "\"location\":[%.5f,40.6],\"heading\":90,\"speed\":12}]}", unit, text,
                                                   109.5 + (double) (given % 50000) / 100000);

          self.sent[unit] = when;
          post (sender, "/api/v1/telemetry", body);
          given++;
        }
      if (given == wanted && quiet == 0)
        quiet = now;

      int n = epoll_wait (poller, events, G_N_ELEMENTS (events), 1);
      for (int i = 0; i < n; i++)
        {
          Line *line = events[i].data.ptr;
          char *frame;

          if (!receive (line))
            die ("a connection was closed");
          if (!line->upgraded)
            {
              guint status = take_answer (line);

              if (status != 0 && status != 200)
                die ("a position was refused");
              continue;
            }
          while ((frame = take_frame (line)) != NULL)
            {
              take_positions (&self, line, frame);
              answer_frame (line, frame);
              g_free (frame);
            }
        }
    }

  for (guint i = 0; i < desks; i++)
    for (guint unit = 0; unit < units; unit++)
      lost += all[i]->newest[unit] != self.sent[unit];

  printf ("{\"median\": %.3f, \"p99\": %.3f, \"worst\": %.3f, \"lost\": %lu, \"heard\": %u}\n",
          quantile (self.spans, 0.5), quantile (self.spans, 0.99), quantile (self.spans, 1), lost, self.spans->len);
  return 0;
}

/* --- the bare server --- */

static void
answer_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           data)
{
  soup_server_message_set_status (message, 200, NULL);
}

static int
run_serve (void)
{
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  soup_server_add_handler (server, NULL, answer_cb, NULL, NULL);
  if (!soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL))
    die ("listen");

  GSList *uris = soup_server_get_uris (server);
  printf ("{\"port\": %d}\n", g_uri_get_port (uris->data));
  fflush (stdout);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  g_main_loop_run (loop);

  return 0;
}

int
main (int   argc,
      char *argv[])
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  poller = epoll_create1 (EPOLL_CLOEXEC);
  wall = wf_clock_new_real ();

  if (argc == 2 && strcmp (argv[1], "serve") == 0)
    return run_serve ();

  if (argc < 5)
    {
      fprintf (stderr, "bench-net: see the head of its source\n");
      return 2;
    }

  port = (guint16) strtoul (argv[2], NULL, 10);
  token = argv[3];
  if (argc == 7 && strcmp (argv[1], "post") == 0)
    return run_post ((guint) strtoul (argv[4], NULL, 10), g_ascii_strtod (argv[5], NULL), argv[6]);
  if (argc == 8 && strcmp (argv[1], "fanout") == 0)
    return run_fanout ((guint) strtoul (argv[4], NULL, 10), (guint) strtoul (argv[5], NULL, 10),
                       (guint) strtoul (argv[6], NULL, 10), (guint) strtoul (argv[7], NULL, 10));
  if (argc == 7 && strcmp (argv[1], "telemetry") == 0)
    return run_telemetry ((guint) strtoul (argv[4], NULL, 10), (guint) strtoul (argv[5], NULL, 10),
                          g_ascii_strtod (argv[6], NULL));

  fprintf (stderr, "bench-net: see the head of its source\n");
  return 2;
}
