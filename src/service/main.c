/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfired"

#include "config.h"

#include "wf-id.h"
#include "wf-json.h"
#include "wf-locale.h"
#include "wf-log.h"
#include "wf-seed.h"
#include "wf-service.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* watchfired: the data service. In the foreground; logs to standard error; ends on SIGTERM, SIGINT and, when it belongs to
 * an application (--embedded), when its standard input ends, which it does however the application ends. */

#define GREETING_MAX   4096
#define PATIENCE_MAX   3600
#define MEDIA_MB       G_GINT64_CONSTANT (200000)
#define MEDIA_ACTOR_MB G_GINT64_CONSTANT (20000)

typedef struct
{
  char     *data;
  char     *listen;
  char     *seed;
  char     *log;
  char     *language;
  gint64    media;
  gint64    media_per_actor;
  int       connections;
  int       connections_per_address;
  int       requests;
  int       patience;
  int       silence;
  int       track_length;
  char     *certificate;
  char     *key;
  char     *client_ca;
  char     *revoked;
  gboolean  embedded;
  gboolean  version;
} Options;

static void
clear_options (Options *options)
{
  g_free (options->data);
  g_free (options->listen);
  g_free (options->seed);
  g_free (options->certificate);
  g_free (options->key);
  g_free (options->client_ca);
  g_free (options->revoked);
  g_free (options->log);
  g_free (options->language);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);

  return G_SOURCE_CONTINUE;
}

/* Nothing more is expected there but the end. */
static gboolean
input_cb (int          file,
          GIOCondition condition,
          gpointer     data)
{
  char rest[256];
  ssize_t n = read (file, rest, sizeof rest);

  if (n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)))
    return G_SOURCE_CONTINUE;

  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

/* Byte by byte, so that nothing behind the line is taken. */
static char *
read_line (void)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char c;
  ssize_t n;

  while ((n = read (STDIN_FILENO, &c, 1)) != 0 && line->len < GREETING_MAX)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        break;
      if (c == '\n')
        return g_string_free (g_steal_pointer (&line), FALSE);
      g_string_append_c (line, c);
    }

  return NULL;
}

static gboolean
take_greeting (WfStore *store,
               GError **error)
{
  g_autofree char *line = read_line ();
  g_autoptr (WfJsonDoc) doc = line != NULL ? wf_json_doc_new_text (line, NULL) : NULL;
  const WfJson *root = doc != NULL ? wf_json_doc_root (doc) : NULL;
  const char *token = wf_json_member_string (root, "token");
  const char *actor = wf_json_member_string (root, "actor");
  const char *name = wf_json_member_string (root, "name");

  if (token == NULL || strlen (token) < 16 || !wf_id_is_valid (actor) || name == NULL)
    {
      /* What came is not repeated: there is a token in it. */
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "A line with token, actor and name is wanted on the standard input");
      return FALSE;
    }

  wf_store_lend_token (store, token, actor, name, wf_json_member_string (root, "post"));
  return TRUE;
}

static GInetSocketAddress *
parse_address (const char *text,
               gboolean    tls,
               GError    **error)
{
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse (text, 7480, error);

  if (connectable == NULL)
    return NULL;

  const char *host = g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable));
  GSocketAddress *address = g_inet_socket_address_new_from_string (host,
                                                                   g_network_address_get_port (G_NETWORK_ADDRESS (connectable)));

  if (address == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s” is no numeric address such as 127.0.0.1:7480", text);
      return NULL;
    }

  /* Without TLS a token would go over the wire for all to read. */
  if (!tls && !g_inet_address_get_is_loopback (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address))))
    {
      g_object_unref (address);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "“%s” can be reached from other machines, which wants TLS: give --certificate, or listen on 127.0.0.1", text);
      return NULL;
    }

  return G_INET_SOCKET_ADDRESS (address);
}

static gboolean
seed (const Options *options,
      WfClock       *clock,
      GError       **error)
{
  guint n;

  if (options->seed == NULL || !wf_seed_wanted (options->data))
    return TRUE;

  if (!wf_seed_folder (options->data, options->seed, clock, &n, error))
    return FALSE;

  g_message ("Seeded with %u commands", n);
  return TRUE;
}

static void
say_ready (WfStore   *store,
           WfService *service)
{
  printf ("{\"ready\": true, \"port\": %u, \"service\": \"%s\"}\n",
          (guint) wf_service_get_port (service), wf_store_get_service (store));
  fflush (stdout);
}

/* Each connection is a file, and the usual limit is below the usual number of connections. */
static void
raise_files (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
    return;

  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
    g_message ("No more than the usual number of files can be open: %s", g_strerror (errno));
}

/* Returns: whether there is TLS, or none was asked for */
static gboolean
load_tls (const Options *options,
          WfService     *service,
          GError       **error)
{
  g_autoptr (GTlsDatabase) clients = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (options->certificate == NULL)
    return TRUE;

  certificate = options->key != NULL ? g_tls_certificate_new_from_files (options->certificate, options->key, error)
                                     : g_tls_certificate_new_from_file (options->certificate, error);
  if (certificate == NULL)
    {
      g_prefix_error (error, "The certificate “%s” cannot be used: ", options->certificate);
      return FALSE;
    }

  if (options->client_ca != NULL)
    {
      clients = g_tls_file_database_new (options->client_ca, error);
      if (clients == NULL)
        {
          g_prefix_error (error, "The authority of the units, “%s”, cannot be used: ", options->client_ca);
          return FALSE;
        }
    }

  return wf_service_set_tls (service, certificate, clients, options->revoked, error);
}

typedef struct
{
  const Options *options;
  WfService     *service;
} Renewal;

static gboolean
renew_cb (gpointer data)
{
  Renewal *renewal = data;
  g_autoptr (GError) error = NULL;

  if (load_tls (renewal->options, renewal->service, &error))
    g_message ("The certificate was read again");
  else
    g_warning ("%s: the old one stays in use", error->message);

  return G_SOURCE_CONTINUE;
}

/* Tells systemd, if it is there: sd_notify() is one datagram (sd_notify(3)). */
static void
tell_manager (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gsize length = path != NULL ? strlen (path) : 0;

  if (length < 2 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
    return;

  int file = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  memcpy (address.sun_path, path, length);
  if (path[0] == '@')
    address.sun_path[0] = '\0';
  if (file < 0 || sendto (file, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
                          (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length)) < 0)
    g_message ("systemd cannot be told: %s", g_strerror (errno));
  if (file >= 0)
    close (file);
}

static gboolean
alive_cb (gpointer data)
{
  tell_manager ("WATCHDOG=1");

  return G_SOURCE_CONTINUE;
}

/* A main loop that hangs says nothing, and is started again. */
static void
watch_over (void)
{
  const char *text = g_getenv ("WATCHDOG_USEC");
  guint64 usec = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;

  if (usec >= 2000)
    g_timeout_add ((guint) MIN (usec / 2000, 60000), alive_cb, NULL);
}

static gboolean
run (const Options *options,
     GError       **error)
{
  g_autoptr (WfClock) clock = wf_clock_new_steady (NULL, NULL);
  g_autoptr (GInetSocketAddress) address =
    parse_address (options->embedded ? "127.0.0.1:0" : options->listen != NULL ? options->listen : "127.0.0.1:7480",
                   options->certificate != NULL, error);

  if (address == NULL || !seed (options, clock, error))
    return FALSE;

  g_autoptr (WfStore) store = wf_store_open (options->data, clock, error);
  if (store == NULL)
    return FALSE;

  wf_store_set_media_quota (store, (options->media > 0 ? options->media : MEDIA_MB) * 1000000,
                            (options->media_per_actor > 0 ? options->media_per_actor : MEDIA_ACTOR_MB) * 1000000);

  if (options->track_length > 0)
    wf_store_start_tracks (store, (guint) options->track_length);

  WfServiceLimits limits = WF_SERVICE_LIMITS;
  if (options->connections > 0)
    limits.connections = (guint) options->connections;
  if (options->connections_per_address > 0)
    limits.connections_per_address = (guint) options->connections_per_address;
  if (options->requests > 0)
    limits.requests_per_second = (guint) options->requests;
  if (options->patience > 0)
    limits.patience = (guint) MIN (options->patience, PATIENCE_MAX);
  if (options->silence > 0)
    limits.silence = (guint) options->silence;
  g_autoptr (WfService) service = wf_service_new (store, &limits);
  Renewal renewal = { options, service };

  /* An application that dies closes the input and sends the signal, in whatever order: the loop stays as long as one of them
   * can still come, while the store is being closed. */
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  gboolean good = (!options->embedded || take_greeting (store, error)) && load_tls (options, service, error) &&
                  wf_service_listen (service, address, error);

  if (good)
    {
      g_unix_signal_add (SIGTERM, quit_cb, loop);
      g_unix_signal_add (SIGINT, quit_cb, loop);
      g_unix_signal_add (SIGHUP, renew_cb, &renewal);
      if (options->embedded)
        {
          g_unix_set_fd_nonblocking (STDIN_FILENO, TRUE, NULL);
          g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, input_cb, loop);
        }

      say_ready (store, service);
      tell_manager ("READY=1");
      watch_over ();
      g_main_loop_run (loop);
      tell_manager ("STOPPING=1");
    }

  wf_service_stop (service);
  wf_store_close (store);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  return good;
}

int
main (int   argc,
      char *argv[])
{
  g_auto (Options) options = { NULL };
  WfLogFormat format = WF_LOG_AUTO;
  const GOptionEntry entries[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &options.data, "The data folder", "DIR" },
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &options.listen, "Where to listen (127.0.0.1:7480)", "ADDRESS:PORT" },
    { "seed", 's', 0, G_OPTION_ARG_FILENAME, &options.seed, "Fill an empty data folder from here first", "DIR" },
    { "media", 0, 0, G_OPTION_ARG_INT64, &options.media, "How much room media may take (200000)", "MB" },
    { "media-per-actor", 0, 0, G_OPTION_ARG_INT64, &options.media_per_actor,
      "How much of it those of one sender may take (20000)", "MB" },
    { "connections", 0, 0, G_OPTION_ARG_INT, &options.connections, "How many connections may be open (2000)", "N" },
    { "connections-per-address", 0, 0, G_OPTION_ARG_INT, &options.connections_per_address,
      "How many of them from one address (256)", "N" },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &options.certificate, "The centre's certificate (PEM): TLS only", "FILE" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key, "Its key (PEM), where that is in a file of its own", "FILE" },
    { "client-ca", 0, 0, G_OPTION_ARG_FILENAME, &options.client_ca,
      "Who signs the certificates by which units are known (PEM)", "FILE" },
    { "revoked", 0, 0, G_OPTION_ARG_FILENAME, &options.revoked,
      "Those of them that have been taken back, a fingerprint (SHA-256) a line", "FILE" },
    { "requests-per-second", 0, 0, G_OPTION_ARG_INT, &options.requests, "How often one person or unit may ask (500)", "N" },
    { "patience", 0, 0, G_OPTION_ARG_INT, &options.patience,
      "How long a request's headers may take to come (10); a slow body three times, a slow answer six times, a pause twelve times as "
      "long", "SECONDS" },
    { "silence", 0, 0, G_OPTION_ARG_INT, &options.silence,
      "After how many seconds a workstation that says nothing is taken for gone (35)", "SECONDS" },
    { "track-length", 0, 0, G_OPTION_ARG_INT, &options.track_length,
      "After how many seconds a piece of a unit's track is sealed (3600)", "SECONDS" },
    { "log", 0, 0, G_OPTION_ARG_STRING, &options.log,
      "How the log is written: auto, text, journal, or json, an object a line (auto)", "FORMAT" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &options.language,
      "The language of what the rules put into words, such as zh_CN (that of the environment)", "LANGUAGE" },
    { "embedded", 0, 0, G_OPTION_ARG_NONE, &options.embedded, "Serve the application that started this, and end with it", NULL },
    { "version", 'v', 0, G_OPTION_ARG_NONE, &options.version, "Show the version", NULL },
    G_OPTION_ENTRY_NULL
  };

  wf_locale_init (NULL);
  umask (077);

  /* A file that may not grow is a full disk, which the store can live with. */
  signal (SIGXFSZ, SIG_IGN);
  raise_files ();

  g_autoptr (GOptionContext) context = g_option_context_new ("– the data service of Watchfire");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("watchfired: %s\n", error->message);
      return 2;
    }

  if (options.language != NULL)
    wf_locale_init (options.language);

  if (options.version)
    {
      g_print ("watchfired " WF_VERSION "\n");
      return 0;
    }

  if (options.data == NULL)
    {
      g_printerr ("watchfired: say where the data is, with --data DIR\n");
      return 2;
    }

  if (options.log != NULL && !wf_log_parse_format (options.log, &format))
    {
      g_printerr ("watchfired: --log is auto, text, journal or json\n");
      return 2;
    }

  /* Readers of the standard output read one line. */
  wf_log_start (format);

  if (run (&options, &error))
    return 0;

  g_printerr ("watchfired: %s\n", error->message);
  return 1;
}
