/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-embedded.h"

#include "wf-id.h"
#include "wf-json-write.h"
#include "wf-sync-error.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The first start fills the records, which takes a while on a slow machine. */
#define READY_WITHIN  180  /* s */
#define RETRY_FIRST   500  /* ms */
#define RETRY_LONGEST 30000
#define STEADY_AFTER  60   /* s of running, then a death is the first one again */
#define END_WITHIN    2000 /* ms */
#define UNIT_AFTER    1500 /* ms after the service: a dozen cameras begin at once, while the application still draws itself */

/**
 * WfEmbedded:
 *
 * The application's own service: the same watchfired as a centre runs, as a child process on loopback, with a token that
 * nobody else has. It ends when its standard input does, which is also what happens when the application crashes.
 */
struct _WfEmbedded
{
  GObject parent_instance;

  char         *service_program; /* (owned) */
  char         *unit_program;    /* (owned) (nullable) */
  char         *data_folder;     /* (owned) */
  char         *seed_folder;     /* (owned) (nullable) */
  char         *token;           /* (owned) */
  char         *uri;             /* (owned) (nullable) */
  char         *reason;          /* (owned) (nullable) */
  GSubprocess  *service;         /* (owned) (nullable) */
  GSubprocess  *unit;            /* (owned) (nullable) */
  GTask        *starting;        /* (owned) (nullable) somebody waits for it */
  GCancellable *cancellable;     /* (owned) of what belongs to the running child */
  gboolean      stopped;
  guint         ready_id;
  guint         retry_id;
  guint         unit_retry_id;
  guint         delay;
  guint         unit_delay;
  gint64        started_at;      /* monotonic */
  gint64        unit_started_at;
};

enum {
  PROP_URI = 1,
  PROP_TOKEN,
  PROP_REASON,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WfEmbedded, wf_embedded, G_TYPE_OBJECT)

static gboolean spawn_service (WfEmbedded  *self,
                               GError     **error);
static void start_unit (WfEmbedded *self);

/* --- properties -------------------------------------------------------------------------------------------------- */

static void
set_uri (WfEmbedded *self,
         const char *uri)
{
  if (g_strcmp0 (self->uri, uri) == 0)
    return;

  g_free (self->uri);
  self->uri = g_strdup (uri);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_URI]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOKEN]);
}

static void
set_reason (WfEmbedded *self,
            const char *reason)
{
  if (g_strcmp0 (self->reason, reason) == 0)
    return;

  g_free (self->reason);
  self->reason = g_strdup (reason);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
}

static void
wf_embedded_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  WfEmbedded *self = WF_EMBEDDED (object);

  switch (id)
    {
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_TOKEN:
      g_value_set_string (value, wf_embedded_get_token (self));
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* --- children ---------------------------------------------------------------------------------------------------- */

/* Runs in the child between fork and exec. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);

  /* The parent may have gone before that. */
  if (getppid () != (pid_t) GPOINTER_TO_INT (data))
    _exit (1);
}

static GSubprocess *
spawn (const char *const  *argv,
       const char         *line,
       GSubprocessFlags    flags,
       GError            **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | flags);
  g_autoptr (GSubprocess) child = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, GINT_TO_POINTER (getpid ()), NULL);
  child = g_subprocess_launcher_spawnv (launcher, argv, error);
  if (child == NULL)
    return NULL;

  /* Short enough for the pipe to take it at once. The pipe stays open: its end is the child's. */
  if (!g_output_stream_write_all (g_subprocess_get_stdin_pipe (child), line, strlen (line), NULL, NULL, error))
    {
      g_subprocess_force_exit (child);
      return NULL;
    }

  return g_steal_pointer (&child);
}

static void
end_child (GSubprocess **place)
{
  g_autoptr (GSubprocess) child = g_steal_pointer (place);

  if (child != NULL)
    g_output_stream_close (g_subprocess_get_stdin_pipe (child), NULL, NULL);
}

/* --- the simulated units ----------------------------------------------------------------------------------------- */

static gboolean
unit_retry_cb (gpointer data)
{
  WfEmbedded *self = data;

  self->unit_retry_id = 0;
  start_unit (self);

  return G_SOURCE_REMOVE;
}

static void
unit_ended_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (WfEmbedded) self = data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);

  if (self->unit != G_SUBPROCESS (source))
    return;

  g_clear_object (&self->unit);
  if (self->stopped || self->uri == NULL)
    return;

  /* Units are there to be looked at; that they are missing stops nobody. */
  if (g_get_monotonic_time () - self->unit_started_at > STEADY_AFTER * G_USEC_PER_SEC)
    self->unit_delay = RETRY_FIRST;
  self->unit_retry_id = g_timeout_add (self->unit_delay, unit_retry_cb, self);
  self->unit_delay = MIN (self->unit_delay * 2, RETRY_LONGEST);
}

static void
start_unit (WfEmbedded *self)
{
  if (self->unit_program == NULL || self->uri == NULL || self->stopped || self->unit != NULL)
    return;

  const char *argv[] = { self->unit_program, "--service", self->uri, "--token-stdin", "--fleet",
                         /* Enough for tiles, and several at once leave a plain PC free for its work. */
                         "--width", "640", "--height", "360", "--rate", "15", NULL };
  g_autofree char *line = g_strconcat (self->token, "\n", NULL);
  g_autoptr (GError) error = NULL;

  self->unit_started_at = g_get_monotonic_time ();
  self->unit = spawn (argv, line, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);

  if (self->unit != NULL)
    g_subprocess_wait_async (self->unit, NULL, unit_ended_cb, g_object_ref (self));
  else
    g_message ("The simulated units cannot be started: %s", error->message);
}

static void
end_unit (WfEmbedded *self)
{
  g_clear_handle_id (&self->unit_retry_id, g_source_remove);
  end_child (&self->unit);
}

/* --- the service ------------------------------------------------------------------------------------------------- */

static void
finish_start (WfEmbedded *self,
              GError     *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->starting);

  g_clear_handle_id (&self->ready_id, g_source_remove);

  if (task == NULL)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
retry_cb (gpointer data)
{
  WfEmbedded *self = data;
  g_autoptr (GError) error = NULL;

  self->retry_id = 0;
  if (!spawn_service (self, &error))
    {
      set_reason (self, error->message);
      self->delay = MIN (self->delay * 2, RETRY_LONGEST);
      self->retry_id = g_timeout_add (self->delay, retry_cb, self);
    }

  return G_SOURCE_REMOVE;
}

/* The service is gone, or is not to be waited for any longer. */
static void
service_lost (WfEmbedded *self,
              GError     *error)
{
  gboolean first = self->starting != NULL;

  end_unit (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->service != NULL)
    g_subprocess_force_exit (self->service);
  end_child (&self->service);
  g_clear_handle_id (&self->ready_id, g_source_remove);
  set_reason (self, error->message);
  set_uri (self, NULL);

  if (g_get_monotonic_time () - self->started_at > STEADY_AFTER * G_USEC_PER_SEC)
    self->delay = RETRY_FIRST;

  /* Whoever waits for the first start decides what to do when it fails. */
  if (!first && !self->stopped && self->retry_id == 0)
    {
      self->retry_id = g_timeout_add (self->delay, retry_cb, self);
      self->delay = MIN (self->delay * 2, RETRY_LONGEST);
    }

  finish_start (self, error);
}

static void
service_ended_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (WfEmbedded) self = data;
  GSubprocess *child = G_SUBPROCESS (source);

  g_subprocess_wait_finish (child, result, NULL);

  if (self->service != child)
    return;

  GError *error =
    g_subprocess_get_if_exited (child)
    ? g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_PROGRAM, _("The data service has ended by itself (status %d)."),
                   g_subprocess_get_exit_status (child))
    : g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_PROGRAM, _("The data service was ended by signal %d."),
                   g_subprocess_get_term_sig (child));

  service_lost (self, error);
}

static gboolean
not_ready_cb (gpointer data)
{
  WfEmbedded *self = data;

  self->ready_id = 0;
  service_lost (self, g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_PROGRAM, _("The data service does not get ready.")));

  return G_SOURCE_REMOVE;
}

/* What else it may say is read, so that it never waits for us. */
static void
drained_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  GCancellable *cancellable = data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      g_object_unref (cancellable);
      return;
    }

  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), G_PRIORITY_LOW, cancellable, drained_cb, cancellable);
}

static gboolean
read_ready (const char *line,
            int        *port)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (line, NULL);
  const WfJson *root = doc != NULL ? wf_json_doc_root (doc) : NULL;

  if (root == NULL || wf_json_type (root) != WF_JSON_OBJECT)
    return FALSE;

  const WfJson *ready = wf_json_member (root, "ready");
  const WfJson *number = wf_json_member (root, "port");

  if (ready == NULL || wf_json_type (ready) != WF_JSON_BOOL || !wf_json_bool (ready)
      || number == NULL || wf_json_type (number) != WF_JSON_INT
      || wf_json_int (number) < 1 || wf_json_int (number) > 65535)
    return FALSE;

  *port = (int) wf_json_int (number);
  return TRUE;
}

typedef struct
{
  WfEmbedded   *self;        /* (owned) */
  GCancellable *cancellable; /* (owned) */
} Reading;

static void
said_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Reading *reading = data;
  g_autoptr (WfEmbedded) self = reading->self;
  g_autoptr (GCancellable) cancellable = reading->cancellable;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  int port;

  g_free (reading);

  /* Its end is seen by who waits for the process, and says more. */
  if (self->cancellable != cancellable || line == NULL)
    return;

  if (!read_ready (line, &port))
    {
      service_lost (self, g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_PROGRAM,
                                       _("The data service says something that is not understood.")));
      return;
    }

  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%d", port);

  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), G_PRIORITY_LOW, cancellable, drained_cb,
                                       g_object_ref (cancellable));
  set_reason (self, NULL);
  set_uri (self, uri);
  if (self->unit_program != NULL && self->unit_retry_id == 0)
    self->unit_retry_id = g_timeout_add (UNIT_AFTER, unit_retry_cb, self);
  finish_start (self, NULL);
}

static gboolean
spawn_service (WfEmbedded  *self,
               GError     **error)
{
  const char *argv[] = { self->service_program, "--embedded", "--data", self->data_folder,
                         self->seed_folder != NULL ? "--seed" : NULL, self->seed_folder, NULL };
  g_autoptr (GString) line = g_string_new ("{\"actor\":\"local\",\"name\":");

  wf_json_write_string (line, _("Duty officer"));
  wf_json_write_member_text (line, "post", _("Duty officer"));
  wf_json_write_member_text (line, "token", self->token);
  g_string_append (line, "}\n");

  self->service = spawn (argv, line->str, G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);
  if (self->service == NULL)
    return FALSE;

  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->service));
  Reading *reading = g_new0 (Reading, 1);

  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->started_at = g_get_monotonic_time ();
  reading->self = g_object_ref (self);
  reading->cancellable = g_object_ref (self->cancellable);
  g_data_input_stream_read_line_async (output, G_PRIORITY_DEFAULT, self->cancellable, said_cb, reading);
  g_subprocess_wait_async (self->service, NULL, service_ended_cb, g_object_ref (self));
  self->ready_id = g_timeout_add_seconds (READY_WITHIN, not_ready_cb, self);

  return TRUE;
}

/* --- class ------------------------------------------------------------------------------------------------------- */

static void
wf_embedded_dispose (GObject *object)
{
  wf_embedded_stop (WF_EMBEDDED (object));

  G_OBJECT_CLASS (wf_embedded_parent_class)->dispose (object);
}

static void
wf_embedded_finalize (GObject *object)
{
  WfEmbedded *self = WF_EMBEDDED (object);

  g_free (self->service_program);
  g_free (self->unit_program);
  g_free (self->data_folder);
  g_free (self->seed_folder);
  g_free (self->token);
  g_free (self->uri);
  g_free (self->reason);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (wf_embedded_parent_class)->finalize (object);
}

static void
wf_embedded_class_init (WfEmbeddedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = wf_embedded_dispose;
  object_class->finalize = wf_embedded_finalize;
  object_class->get_property = wf_embedded_get_property;

  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, flags);
  properties[PROP_TOKEN] = g_param_spec_string ("token", NULL, NULL, NULL, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
wf_embedded_init (WfEmbedded *self)
{
  guint8 bytes[32];
  g_autoptr (GString) token = g_string_new (NULL);

  wf_random_bytes (bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    g_string_append_printf (token, "%02x", bytes[i]);

  self->token = g_string_free (g_steal_pointer (&token), FALSE);
  self->delay = RETRY_FIRST;
  self->unit_delay = RETRY_FIRST;
}

/**
 * wf_embedded_new:
 * @service_program: file name of watchfired
 * @unit_program: (nullable): file name of watchfire-unit, or %NULL for no simulated units
 * @data_folder: where the service keeps its records
 * @seed_folder: (nullable): what an empty one is filled from
 *
 * Returns: (transfer full): a service that has not been started
 */
WfEmbedded *
wf_embedded_new (const char *service_program,
                 const char *unit_program,
                 const char *data_folder,
                 const char *seed_folder)
{
  g_return_val_if_fail (service_program != NULL && data_folder != NULL, NULL);

  WfEmbedded *self = g_object_new (WF_TYPE_EMBEDDED, NULL);

  self->service_program = g_strdup (service_program);
  self->unit_program = g_strdup (unit_program);
  self->data_folder = g_strdup (data_folder);
  self->seed_folder = g_strdup (seed_folder);

  return self;
}

/**
 * wf_embedded_start_async:
 * @self: an embedded service
 * @cancellable: (nullable): to stop waiting for it
 * @callback: called when it is ready
 * @data: for @callback
 *
 * Starts the service. From then on it is started again whenever it dies, and "uri" notifies.
 */
void
wf_embedded_start_async (WfEmbedded          *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             data)
{
  g_return_if_fail (WF_IS_EMBEDDED (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  GError *error = NULL;

  g_task_set_source_tag (task, wf_embedded_start_async);
  self->stopped = FALSE;

  if (self->uri != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (self->starting != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, _("The data service is being started."));
      return;
    }

  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->service == NULL && !spawn_service (self, &error))
    {
      set_reason (self, error->message);
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_PROGRAM, _("“%s” cannot be started: %s"),
                               self->service_program, error->message);
      g_error_free (error);
      return;
    }

  self->starting = g_steal_pointer (&task);
}

/**
 * wf_embedded_start_finish:
 * @self: an embedded service
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: whether it is ready
 */
gboolean
wf_embedded_start_finish (WfEmbedded    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * wf_embedded_get_uri:
 * @self: an embedded service
 *
 * Returns: (transfer none) (nullable): its address, %NULL while it is not ready
 */
const char *
wf_embedded_get_uri (WfEmbedded *self)
{
  g_return_val_if_fail (WF_IS_EMBEDDED (self), NULL);

  return self->uri;
}

/**
 * wf_embedded_get_token:
 * @self: an embedded service
 *
 * Returns: (transfer none) (nullable): the token that it takes, %NULL while it is not ready
 */
const char *
wf_embedded_get_token (WfEmbedded *self)
{
  g_return_val_if_fail (WF_IS_EMBEDDED (self), NULL);

  return self->uri != NULL ? self->token : NULL;
}

/* GSubprocess reaps in a thread of its own, so this sees the end without the main loop. */
static void
await_end (GSubprocess *child)
{
  for (int waited = 0; waited < END_WITHIN && g_subprocess_get_identifier (child) != NULL; waited += 10)
    g_usleep (10000);

  if (g_subprocess_get_identifier (child) != NULL)
    g_subprocess_force_exit (child);
}

/**
 * wf_embedded_stop:
 * @self: an embedded service
 *
 * Lets it end, and waits a moment for it, so that the next start finds its records free. Safe to call twice.
 */
void
wf_embedded_stop (WfEmbedded *self)
{
  g_return_if_fail (WF_IS_EMBEDDED (self));

  g_autoptr (GSubprocess) child = self->service != NULL ? g_object_ref (self->service) : NULL;

  self->stopped = TRUE;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  end_unit (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  end_child (&self->service);
  finish_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The data service was stopped.")));
  set_uri (self, NULL);

  if (child != NULL)
    await_end (child);
}
