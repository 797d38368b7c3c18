/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-kind.h"
#include "wf-sync-error.h"
#include "wf-trust-private.h"

#include <glib/gi18n.h>

/**
 * WfSession:
 *
 * What a workstation's screens read and write. Reading comes from a replica in memory that is there as soon as its file has
 * been read, link or no link; writing is decided here by the same rules as at the service, shown at once as pending, kept
 * on the disk and sent when it can be. No call waits for the network.
 */

enum {
  PROP_LINK = 1,
  PROP_LINK_REASON,
  PROP_DELAY,
  PROP_SYNCED_AT,
  PROP_PENDING,
  PROP_REFUSED,
  PROP_READY,
  PROP_SCOPE,
  N_PROPS,
};

enum {
  EVENT,
  ELSEWHERE,
  EXERCISES,
  REFUSED,
  POSITIONS,
  SKETCHED,
  UPLOADED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfSession, wf_session, G_TYPE_OBJECT)

/* --- properties -------------------------------------------------------------------------------------------------- */

/**
 * wf_session_set_link:
 * @self: a session
 * @link: how the connection stands
 * @reason: (nullable): in words
 *
 * Notifies what has changed.
 */
void
wf_session_set_link (WfSession  *self,
                     WfLink      link,
                     const char *reason)
{
  gboolean other_link = self->link != link;
  gboolean other_reason = g_strcmp0 (self->reason, reason) != 0;

  self->link = link;
  if (other_reason)
    {
      g_free (self->reason);
      self->reason = g_strdup (reason);
    }

  g_object_freeze_notify (G_OBJECT (self));
  if (other_link)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINK]);
  if (other_reason)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINK_REASON]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * wf_session_set_delay:
 * @self: a session
 * @delay: milliseconds of the last round trip, -1 where it is not known
 */
void
wf_session_set_delay (WfSession *self,
                      int        delay)
{
  if (self->delay == delay)
    return;

  self->delay = delay;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DELAY]);
}

/**
 * wf_session_set_synced:
 * @self: a session
 *
 * Notes that what is shown is now what the service has.
 */
void
wf_session_set_synced (WfSession *self)
{
  int64_t now = wf_clock_now (self->clock);

  if (self->synced_at == now)
    return;

  self->synced_at = now;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYNCED_AT]);
}

/**
 * wf_session_set_ready:
 * @self: a session
 *
 * Notes that the replica can be read.
 */
void
wf_session_set_ready (WfSession *self)
{
  if (self->ready)
    return;

  self->ready = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
}

/**
 * wf_session_update_waiting:
 * @self: a session
 *
 * Counts again what has not come back from the service.
 */
void
wf_session_update_waiting (WfSession *self)
{
  guint waiting = self->held->len + self->pending->len;
  guint n_refused = wf_session_get_refused (self);

  if (self->waiting != waiting)
    {
      self->waiting = waiting;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PENDING]);
    }

  if (self->n_refused != n_refused)
    {
      self->n_refused = n_refused;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REFUSED]);
    }
}

/**
 * wf_session_emit_event:
 * @self: a session
 * @event: what has been recorded
 * @own: whether a command of this workstation made it
 *
 * Tells whoever watches the scope that it belongs to.
 */
void
wf_session_emit_event (WfSession *self,
                       WfEvent   *event,
                       gboolean   own)
{
  g_signal_emit (self, signals[wf_session_shows (self, event->scope) ? EVENT : ELSEWHERE], 0, event, own);
}

/**
 * wf_session_emit_exercises:
 * @self: a session
 *
 * Tells that there are other exercises, or that one of them has changed.
 */
void
wf_session_emit_exercises (WfSession *self)
{
  g_signal_emit (self, signals[EXERCISES], 0);
}

/**
 * wf_session_notify_scope:
 * @self: a session
 *
 * Tells that another scope is shown.
 */
void
wf_session_notify_scope (WfSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCOPE]);
}

/**
 * wf_session_emit_refused:
 * @self: a session
 * @command: what was refused
 * @problem: why
 */
void
wf_session_emit_refused (WfSession *self,
                         WfCommand *command,
                         WfProblem *problem)
{
  g_signal_emit (self, signals[REFUSED], 0, command, problem);
}

/**
 * wf_session_emit_positions:
 * @self: a session
 */
void
wf_session_emit_positions (WfSession *self)
{
  g_signal_emit (self, signals[POSITIONS], 0);
}

/**
 * wf_session_emit_sketched:
 * @self: a session
 * @sketch: what somebody is drawing at another desk
 */
void
wf_session_emit_sketched (WfSession *self,
                          GVariant  *sketch)
{
  g_signal_emit (self, signals[SKETCHED], 0, sketch);
}

/**
 * wf_session_emit_uploaded:
 * @self: a session
 * @digest: of a file
 * @taken: whether the service has it now, rather than having refused it
 */
void
wf_session_emit_uploaded (WfSession  *self,
                          const char *digest,
                          gboolean    taken)
{
  g_signal_emit (self, signals[UPLOADED], 0, digest, taken);
}

static void
wf_session_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  WfSession *self = WF_SESSION (object);

  switch (id)
    {
    case PROP_LINK:
      g_value_set_int (value, (int) self->link);
      break;
    case PROP_LINK_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_DELAY:
      g_value_set_int (value, self->delay);
      break;
    case PROP_SYNCED_AT:
      g_value_set_int64 (value, self->synced_at);
      break;
    case PROP_PENDING:
      g_value_set_uint (value, self->waiting);
      break;
    case PROP_REFUSED:
      g_value_set_uint (value, wf_session_get_refused (self));
      break;
    case PROP_READY:
      g_value_set_boolean (value, self->ready);
      break;
    case PROP_SCOPE:
      g_value_set_string (value, self->scope);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* --- class ------------------------------------------------------------------------------------------------------- */

static void
wf_session_dispose (GObject *object)
{
  WfSession *self = WF_SESSION (object);

  wf_session_close (self);
  g_clear_object (&self->replica);
  g_clear_object (&self->outbox);

  G_OBJECT_CLASS (wf_session_parent_class)->dispose (object);
}

static void
wf_session_finalize (GObject *object)
{
  WfSession *self = WF_SESSION (object);

  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->state);
  g_clear_object (&self->base);
  g_hash_table_unref (self->layers);
  g_free (self->scope);
  g_free (self->folder);
  g_free (self->uri);
  g_free (self->token);
  g_clear_object (&self->trust);
  g_free (self->service);
  g_free (self->actor);
  g_free (self->expected);
  g_free (self->name);
  g_free (self->post);
  g_free (self->role);
  g_free (self->reason);
  g_hash_table_unref (self->heads);
  g_hash_table_unref (self->items);
  g_hash_table_unref (self->overlay);
  g_hash_table_unref (self->own);
  g_hash_table_unref (self->drafts);
  g_hash_table_unref (self->unsaved);
  g_hash_table_unref (self->tracks);
  g_hash_table_unref (self->readings);
  g_hash_table_unref (self->reports);
  g_ptr_array_unref (self->read_reports);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->held);
  g_ptr_array_unref (self->refused);
  g_ptr_array_unref (self->uploads);
  g_hash_table_unref (self->kinds);
  g_clear_pointer (&self->children, g_hash_table_unref);
  g_clear_pointer (&self->journals, g_hash_table_unref);

  G_OBJECT_CLASS (wf_session_parent_class)->finalize (object);
}

static void
wf_session_class_init (WfSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = wf_session_dispose;
  object_class->finalize = wf_session_finalize;
  object_class->get_property = wf_session_get_property;

  properties[PROP_LINK] =
    g_param_spec_int ("link", NULL, NULL, WF_LINK_OFFLINE, WF_LINK_OUTDATED, WF_LINK_OFFLINE, flags);
  properties[PROP_LINK_REASON] = g_param_spec_string ("link-reason", NULL, NULL, NULL, flags);
  properties[PROP_DELAY] = g_param_spec_int ("delay", NULL, NULL, -1, G_MAXINT, -1, flags);
  properties[PROP_SYNCED_AT] = g_param_spec_int64 ("synced-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_PENDING] = g_param_spec_uint ("pending", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_REFUSED] = g_param_spec_uint ("refused", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, flags);
  properties[PROP_SCOPE] = g_param_spec_string ("scope", NULL, NULL, WF_LIVE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[EVENT] = g_signal_new ("event", WF_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, WF_TYPE_EVENT, G_TYPE_BOOLEAN);
  signals[ELSEWHERE] = g_signal_new ("elsewhere", WF_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 2, WF_TYPE_EVENT, G_TYPE_BOOLEAN);
  signals[EXERCISES] = g_signal_new ("exercises", WF_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
  signals[REFUSED] = g_signal_new ("refused", WF_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, WF_TYPE_COMMAND, WF_TYPE_PROBLEM);
  signals[SKETCHED] = g_signal_new ("sketched", WF_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_VARIANT);
  signals[UPLOADED] = g_signal_new ("uploaded", WF_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[POSITIONS] = g_signal_new ("positions", WF_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
}

static void
wf_session_init (WfSession *self)
{
  self->cancellable = g_cancellable_new ();
  self->base = wf_state_new ();
  self->layers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->scope = g_strdup (WF_LIVE);
  self->state = wf_state_new_layer (self->base, WF_LIVE, WF_LIVE);
  self->delay = -1;
  self->heads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wf_head_free);
  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->children = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->journals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->overlay = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  self->unsaved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->tracks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wf_track_free);
  self->readings = wf_session_new_readings ();
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_pending_free);
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_outbox_row_free);
  self->refused = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_outbox_row_free);
  self->uploads = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_outbox_upload_free);
  self->reports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->read_reports = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_scoped_reading_free);
  g_queue_init (&self->inbox);
}

/**
 * wf_session_new:
 * @clock: the workstation's clock
 * @uri: (nullable): the service's address; may be given later
 * @token: (nullable): the person's token
 * @folder: where the workstation keeps its replica, its outbox and its files; readable by its owner only
 *
 * Returns: (transfer full): a session that has not been opened
 */
WfSession *
wf_session_new (WfClock    *clock,
                const char *uri,
                const char *token,
                const char *folder)
{
  g_return_val_if_fail (WF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (folder != NULL, NULL);

  WfSession *self = g_object_new (WF_TYPE_SESSION, NULL);
  g_autofree char *replica = g_build_filename (folder, "replica.db", NULL);
  g_autofree char *outbox = g_build_filename (folder, "outbox.db", NULL);

  self->clock = g_object_ref (clock);
  self->uri = g_strdup (uri);
  self->token = g_strdup (token);
  self->folder = g_strdup (folder);
  self->replica = wf_replica_new (replica);
  self->outbox = wf_outbox_new (outbox);

  return self;
}

/* --- opening and closing ----------------------------------------------------------------------------------------- */

static void
start_feed (WfSession *self)
{
  if (self->uri == NULL || self->closed || !self->opened)
    return;

  self->feed = wf_feed_new (self->clock, self->uri, self->token, &wf_session_feed_client, self);
  wf_http_set_trust (wf_feed_get_http (self->feed), self->trust);
  wf_feed_start (self->feed);
}

static void
stop_feed (WfSession *self)
{
  self->verified = FALSE;
  wf_session_stop_sending (self);
  wf_session_stop_uploads (self);

  if (self->feed != NULL)
    wf_feed_stop (self->feed);
  g_clear_object (&self->feed);
}

/* What is read of the two files, each in a thread of its own. */
typedef struct
{
  WfContents       *contents; /* (owned) (nullable) */
  WfOutboxContents *outbox;   /* (owned) (nullable) */
  GError           *error;    /* (owned) (nullable): the first */
  guint             waiting;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_pointer (&opening->contents, wf_contents_free);
  g_clear_pointer (&opening->outbox, wf_outbox_contents_free);
  g_clear_error (&opening->error);
  g_free (opening);
}

static void
take_opened (WfSession *self,
             GTask     *task)
{
  Opening *opening = g_task_get_task_data (task);
  WfContents *contents = opening->contents;

  if (--opening->waiting > 0)
    return;

  if (opening->error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&opening->error));
      return;
    }
  if (self->closed)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_CLOSED, _("The session has been closed."
                                                                            " Sign in again to go on."));
      return;
    }

  if (contents->service != NULL)
    {
      self->service = g_strdup (contents->service);
      self->actor = g_strdup (contents->actor);
      self->name = g_strdup (contents->name);
      self->post = g_strdup (contents->post);
      self->role = g_strdup (contents->role);
      if (self->expected != NULL)
        wf_session_set_person (self, self->expected);
    }

  wf_session_take_outbox (self, opening->outbox);
  wf_session_prune_media (self, FALSE);
  if (contents->service != NULL)
    wf_session_take_contents (self, contents);

  self->opened = TRUE;
  start_feed (self);
  g_task_return_boolean (task, TRUE);
}

static void
outbox_opened_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (GTask) task = data;
  Opening *opening = g_task_get_task_data (task);

  opening->outbox = wf_outbox_open_finish (WF_OUTBOX (source), result, opening->error == NULL ? &opening->error : NULL);
  take_opened (g_task_get_source_object (task), task);
}

static void
replica_opened_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr (GTask) task = data;
  Opening *opening = g_task_get_task_data (task);

  opening->contents = wf_replica_open_finish (WF_REPLICA (source), result, opening->error == NULL ? &opening->error : NULL);
  take_opened (g_task_get_source_object (task), task);
}

/**
 * wf_session_open_async:
 * @self: a session
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Reads the workstation's files and begins to connect. It is done when the files have been read: with a replica the session
 * is ready then, with the first snapshot otherwise.
 */
void
wf_session_open_async (WfSession           *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             data)
{
  g_return_if_fail (WF_IS_SESSION (self));
  g_return_if_fail (!self->opened && !self->closed);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Opening *opening = g_new0 (Opening, 1);

  g_task_set_source_tag (task, wf_session_open_async);
  g_task_set_task_data (task, opening, opening_free);
  opening->waiting = 2;
  wf_outbox_open_async (self->outbox, cancellable, outbox_opened_cb, g_object_ref (task));
  wf_replica_open_async (self->replica, cancellable, replica_opened_cb, g_object_ref (task));
}

/**
 * wf_session_open_finish:
 * @self: a session
 * @result: from the callback
 * @error: where to put a #WfSyncError
 *
 * Returns: whether the workstation's files can be used
 */
gboolean
wf_session_open_finish (WfSession     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * wf_session_close:
 * @self: a session
 *
 * Saves drafts, ends the connection, waits until the files are written and closes them. What waits in the outbox is sent
 * when the session is opened the next time. Requests that are on their way complete with an error; let the main loop run
 * for them. Safe to call twice.
 */
void
wf_session_close (WfSession *self)
{
  g_return_if_fail (WF_IS_SESSION (self));

  if (self->closed)
    return;

  self->closed = TRUE;
  wf_session_save_drafts (self);
  wf_session_keep_positions (self);
  wf_session_keep_readings (self);
  wf_session_finish_pruning (self);
  g_cancellable_cancel (self->cancellable);
  stop_feed (self);
  wf_session_clear_inbox (self);
  g_clear_handle_id (&self->compare_id, g_source_remove);
  g_clear_handle_id (&self->positions_id, g_source_remove);
  g_clear_handle_id (&self->keep_id, g_source_remove);
  g_clear_handle_id (&self->report_id, g_source_remove);
  g_clear_handle_id (&self->draft_id, g_source_remove);
  wf_replica_close (self->replica);
  wf_outbox_close (self->outbox);
  wf_session_forget_lists (self);
  wf_session_set_delay (self, -1);
  wf_session_set_link (self, WF_LINK_OFFLINE, _("The session has been closed. Sign in again to go on."));
}

/**
 * wf_session_get_trust:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): which certificates are trusted; %NULL for the system's choice
 */
GTlsDatabase *
wf_session_get_trust (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  return self->trust;
}

/**
 * wf_session_set_trust:
 * @self: a session
 * @authority: (nullable): file with the certificates (PEM) of those who may sign a service's
 * @pin: (nullable): SHA-256 fingerprint of the service's certificate, which then is all that counts
 * @error: return location
 *
 * Says which service is the right one, where it is reached by https; from the next wf_session_set_service() on.
 *
 * Returns: whether that can be used
 */
gboolean
wf_session_set_trust (WfSession   *self,
                      const char  *authority,
                      const char  *pin,
                      GError     **error)
{
  g_return_val_if_fail (WF_IS_SESSION (self), FALSE);

  g_autoptr (GError) wrong = NULL;
  GTlsDatabase *trust = wf_trust_new (authority, pin, &wrong);

  if (wrong != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&wrong));
      return FALSE;
    }

  g_clear_object (&self->trust);
  self->trust = trust;

  return TRUE;
}

/**
 * wf_session_set_service:
 * @self: a session
 * @uri: (nullable): the service's address; %NULL to work without one
 * @token: (nullable): the person's token
 *
 * Goes to another address, or tries the same one again at once.
 */
void
wf_session_set_service (WfSession  *self,
                        const char *uri,
                        const char *token)
{
  g_return_if_fail (WF_IS_SESSION (self));

  g_autofree char *old_uri = g_steal_pointer (&self->uri);
  g_autofree char *old_token = g_steal_pointer (&self->token);

  self->uri = g_strdup (uri);
  self->token = g_strdup (token);

  if (self->feed != NULL && self->link != WF_LINK_REFUSED && self->link != WF_LINK_OUTDATED
      && g_strcmp0 (old_uri, uri) == 0 && g_strcmp0 (old_token, token) == 0)
    {
      wf_feed_nudge (self->feed);
      return;
    }

  stop_feed (self);
  wf_session_set_delay (self, -1);
  if (uri == NULL)
    wf_session_set_link (self, WF_LINK_OFFLINE, _("No service has been set."));
  start_feed (self);
}
