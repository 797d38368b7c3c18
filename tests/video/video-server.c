/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "video-server.h"

#include <string.h>

#define MAX_THREADS 32
#define MAX_REQUEST 8192

/* An endless answer ends after this, so that a test that does not look away ends too. */
#define MAX_ENDLESS (256 * 1024 * 1024)

typedef struct
{
  char       *head;     /* (owned) up to the empty line, which is ours */
  GBytes     *body;     /* (owned) (nullable) */
  gboolean    endless;
  GstElement *pipeline; /* (owned) (nullable) that makes the body, in an element called "out" */
} Answer;

struct _VideoServer
{
  GSocketService *service;
  guint16         port;
  GMutex          lock;
  GHashTable     *answers;      /* (owned) under lock, of path → Answer */
  GPtrArray      *connections;  /* (owned) under lock: those that were given to a pipeline */
  char           *folder;       /* (owned) (nullable) under lock: where other paths are looked for */
  gboolean        ending;       /* under lock */
  GTlsCertificate *certificate; /* (owned) (nullable): then it speaks TLS; set before anybody comes */
};

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  if (answer->pipeline != NULL)
    {
      gst_element_set_state (answer->pipeline, GST_STATE_NULL);
      gst_object_unref (answer->pipeline);
    }
  g_clear_pointer (&answer->body, g_bytes_unref);
  g_free (answer->head);
  g_free (answer);
}

static gboolean
is_ending (VideoServer *self)
{
  g_mutex_lock (&self->lock);
  gboolean ending = self->ending;
  g_mutex_unlock (&self->lock);

  return ending;
}

/* The path that is asked for. */
static char *
read_request (GInputStream *input)
{
  char request[MAX_REQUEST + 1] = "";
  gsize length = 0;

  while (length < MAX_REQUEST && strstr (request, "\r\n\r\n") == NULL)
    {
      gssize n = g_input_stream_read (input, request + length, MAX_REQUEST - length, NULL, NULL);

      if (n <= 0)
        return NULL;
      length += (gsize) n;
      request[length] = '\0';
    }

  char *start = strchr (request, ' ');
  char *end = start != NULL ? strchr (start + 1, ' ') : NULL;

  return end != NULL ? g_strndup (start + 1, (gsize) (end - start - 1)) : NULL;
}

static gboolean
put (GOutputStream *output,
     const void    *data,
     gsize          size)
{
  return g_output_stream_write_all (output, data, size, NULL, NULL, NULL);
}

static void
put_endless (VideoServer   *self,
             GOutputStream *output,
             GBytes        *body)
{
  gsize size;
  const void *data = g_bytes_get_data (body, &size);

  for (gsize sent = 0; sent < MAX_ENDLESS && !is_ending (self); sent += size)
    if (!put (output, data, size))
      return;
}

static void
answer_with_file (VideoServer   *self,
                  GOutputStream *output,
                  const char    *path)
{
  static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
  static const char none[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *contents = NULL;
  gsize size = 0;

  g_mutex_lock (&self->lock);
  g_autofree char *file = self->folder != NULL ? g_build_filename (self->folder, base, NULL) : NULL;
  g_mutex_unlock (&self->lock);

  if (file != NULL && g_file_get_contents (file, &contents, &size, NULL))
    {
      if (put (output, head, strlen (head)))
        put (output, contents, size);
    }
  else
    put (output, none, strlen (none));
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                data)
{
  VideoServer *self = data;
  g_autoptr (GIOStream) stream = self->certificate != NULL
                                 ? g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL)
                                 : g_object_ref (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (stream);
  g_autofree char *path = read_request (g_io_stream_get_input_stream (stream));

  if (path == NULL || is_ending (self))
    return TRUE;

  g_mutex_lock (&self->lock);
  Answer *answer = g_hash_table_lookup (self->answers, path);
  g_mutex_unlock (&self->lock);

  if (answer == NULL)
    {
      answer_with_file (self, output, path);
      return TRUE;
    }

  if (!put (output, answer->head, strlen (answer->head)))
    return TRUE;

  if (answer->pipeline != NULL)
    {
      g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (answer->pipeline), "out");
      int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));

      g_mutex_lock (&self->lock);
      g_ptr_array_add (self->connections, g_object_ref (connection));
      g_mutex_unlock (&self->lock);
      put (output, "\r\n", 2);
      g_signal_emit_by_name (out, "add", fd);
    }
  else if (answer->endless)
    put_endless (self, output, answer->body);
  else if (put (output, "\r\n", 2))
    put (output, g_bytes_get_data (answer->body, NULL), g_bytes_get_size (answer->body));

  return TRUE;
}

VideoServer *
video_server_new (void)
{
  VideoServer *self = g_new0 (VideoServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, answer_free);
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->service = g_threaded_socket_service_new (MAX_THREADS);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);

  return self;
}

void
video_server_free (VideoServer *self)
{
  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  g_mutex_unlock (&self->lock);

  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_signal_handlers_disconnect_by_data (self->service, self);

  /* What threads are still at it hold the answers; they end with their connections. */
  g_hash_table_unref (self->answers);
  g_ptr_array_unref (self->connections);
  g_object_unref (self->service);
  g_free (self->folder);
  g_clear_object (&self->certificate);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* From now on it speaks TLS; for what is added with video_server_add() and video_server_add_endless(). */
void
video_server_set_certificate (VideoServer     *self,
                              GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
}

char *
video_server_dup_uri (VideoServer *self,
                      const char  *path)
{
  return g_strdup_printf ("%s://127.0.0.1:%u%s", self->certificate != NULL ? "https" : "http", self->port, path);
}

static Answer *
add (VideoServer *self,
     const char  *path,
     const char  *head)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->head = g_strdup (head);
  g_mutex_lock (&self->lock);
  g_hash_table_replace (self->answers, g_strdup (path), answer);
  g_mutex_unlock (&self->lock);

  return answer;
}

/* The head with its lines' ends, but without the empty line. */
void
video_server_add (VideoServer *self,
                  const char  *path,
                  const char  *head,
                  const void  *body,
                  gsize        size)
{
  add (self, path, head)->body = g_bytes_new (body, size);
}

/* After the head, in which the empty line is not added, the same again and again. */
void
video_server_add_endless (VideoServer *self,
                          const char  *path,
                          const char  *head,
                          const void  *again,
                          gsize        size)
{
  Answer *answer = add (self, path, head);

  answer->body = g_bytes_new (again, size);
  answer->endless = TRUE;
}

void
video_server_add_folder (VideoServer *self,
                         const char  *folder)
{
  g_mutex_lock (&self->lock);
  g_free (self->folder);
  self->folder = g_strdup (folder);
  g_mutex_unlock (&self->lock);
}

/* What the pipeline makes, whose last element is a multifdsink that is called "out". */
void
video_server_add_stream (VideoServer *self,
                         const char  *path,
                         const char  *head,
                         const char  *pipeline)
{
  Answer *answer = add (self, path, head);
  g_autoptr (GError) error = NULL;

  answer->pipeline = gst_parse_launch (pipeline, &error);
  g_assert_no_error (error);
  gst_element_set_state (answer->pipeline, GST_STATE_PLAYING);
}
