/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-dict.h"
#include "wf-entry.h"
#include "wf-id.h"
#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-sync-error.h"
#include "wf-wire.h"

#include <glib/gi18n.h>
#include <string.h>

#define BATCH_MAX   100
#define BATCH_BYTES (512 * 1024)
#define ANSWER_MAX  (64 * 1024 * 1024)
#define DELAY_FIRST 500   /* ms */
#define DELAY_MAX   5000

/**
 * wf_pending_free:
 * @pending: (transfer full): a command that waits
 */
void
wf_pending_free (WfPending *pending)
{
  wf_outbox_row_free (pending->row);
  wf_command_unref (pending->command);
  g_clear_pointer (&pending->lines, g_ptr_array_unref);
  g_free (pending);
}

static WfPending *
find_pending (WfSession  *self,
              const char *id,
              guint      *index)
{
  for (guint i = 0; i < self->pending->len; i++)
    {
      WfPending *pending = g_ptr_array_index (self->pending, i);

      if (g_strcmp0 (pending->row->id, id) == 0)
        {
          if (index != NULL)
            *index = i;
          return pending;
        }
    }

  return NULL;
}

/**
 * wf_session_read_row:
 * @self: a session
 * @row: a row of the outbox
 *
 * Returns: (transfer full) (nullable): its command
 */
WfCommand *
wf_session_read_row (WfSession   *self,
                     WfOutboxRow *row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (row->body, g_bytes_get_size (row->body), &error);
  g_autoptr (WfCommand) command = doc != NULL
                                  ? wf_wire_read_command (wf_json_doc_root (doc), row->actor, NULL, NULL, &error)
                                  : NULL;

  if (command == NULL)
    {
      g_message ("A command in the outbox cannot be read: %s", error->message);
      return NULL;
    }

  return wf_command_with_role (command, wf_session_get_role (self));
}

/**
 * wf_session_is_own:
 * @self: a session
 * @row: a row of the outbox
 *
 * Returns: whether it is this person's, for this service
 */
gboolean
wf_session_is_own (WfSession         *self,
                   const WfOutboxRow *row)
{
  return g_strcmp0 (row->actor, self->actor) == 0 && g_strcmp0 (row->service, self->service) == 0;
}

/**
 * wf_session_sort_outbox:
 * @self: a session
 *
 * Parts the outbox into what is this person's at this service and what is not. What is not stays where it is, and is sent
 * when its author works here again.
 */
void
wf_session_sort_outbox (WfSession *self)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->held);
  g_autoptr (GPtrArray) pending = g_steal_pointer (&self->pending);

  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_outbox_row_free);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_pending_free);

  /* Each of the old ones is handed on or freed below. */
  g_ptr_array_set_free_func (pending, NULL);

  for (guint i = 0; i < pending->len; i++)
    {
      WfPending *one = g_ptr_array_index (pending, i);

      if (!wf_session_is_own (self, one->row))
        g_ptr_array_add (self->held, wf_outbox_row_copy (one->row));
    }

  /* Those that were held first: they are older than anything that was added since. */
  for (guint i = 0; i < held->len; i++)
    {
      WfOutboxRow *row = g_ptr_array_index (held, i);
      WfCommand *command = wf_session_is_own (self, row) ? wf_session_read_row (self, row) : NULL;

      if (command == NULL)
        {
          g_ptr_array_add (self->held, wf_outbox_row_copy (row));
          continue;
        }

      WfPending *one = g_new0 (WfPending, 1);
      one->row = wf_outbox_row_copy (row);
      one->command = command;
      one->durable = TRUE;
      g_ptr_array_add (self->pending, one);
      g_hash_table_add (self->own, g_strdup (row->id));
    }

  for (guint i = 0; i < pending->len; i++)
    {
      WfPending *one = g_ptr_array_index (pending, i);

      if (wf_session_is_own (self, one->row))
        g_ptr_array_add (self->pending, one);
      else
        wf_pending_free (one);
    }
}

/**
 * wf_session_take_outbox:
 * @self: a session whose person is known, if that is known
 * @contents: what the file holds
 */
void
wf_session_take_outbox (WfSession        *self,
                        WfOutboxContents *contents)
{
  GHashTableIter iter;
  gpointer name, draft;

  for (guint i = 0; i < contents->rows->len; i++)
    g_ptr_array_add (self->held, wf_outbox_row_copy (g_ptr_array_index (contents->rows, i)));
  for (guint i = 0; i < contents->refused->len; i++)
    g_ptr_array_add (self->refused, wf_outbox_row_copy (g_ptr_array_index (contents->refused, i)));
  for (guint i = 0; i < contents->uploads->len; i++)
    {
      WfOutboxUpload *upload = g_ptr_array_index (contents->uploads, i);

      g_ptr_array_add (self->uploads,
                       wf_outbox_upload_new (upload->digest, upload->service, upload->actor, upload->type));
    }

  g_hash_table_iter_init (&iter, contents->drafts);
  while (g_hash_table_iter_next (&iter, &name, &draft))
    if (!g_hash_table_contains (self->drafts, name) && !g_hash_table_contains (self->unsaved, name))
      g_hash_table_insert (self->drafts, g_strdup (name), g_variant_ref (draft));

  wf_session_sort_outbox (self);
  wf_session_update_waiting (self);
}

/* --- what is pending, as if it had happened ---------------------------------------------------------------------- */

static GPtrArray *
decide_pending (WfState   *state,
                WfPending *pending)
{
  WfMoment now = {
    .real = pending->row->decided_at,
    .scope = wf_rules_scope_time (state, pending->command->scope, pending->row->decided_at),
  };

  return wf_rules_decide (state, pending->command, &now, NULL);
}

static void
lay_one (WfSession  *self,
         WfPending  *pending,
         GHashTable *keys)
{
  g_clear_pointer (&pending->lines, g_ptr_array_unref);
  if (!wf_session_shows (self, pending->command->scope))
    return;

  g_autoptr (GPtrArray) events = decide_pending (self->state, pending);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_object_unref);

  /* Things have come to stand so that it will be refused, or its work has been done: nothing to show until the answer. */
  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (events, i);

      if (!wf_rules_apply_to (self->state, event, changed, NULL))
        break;

      g_autofree char *text = wf_session_tell (self, event);

      g_ptr_array_add (lines, wf_journal_line_new (event, text, TRUE));
    }

  for (guint i = 0; i < changed->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (changed, i);

      char *key = wf_session_key (wf_entity_kind (entity), wf_entity_id (entity));

      g_hash_table_add (keys, g_strdup (key));
      g_hash_table_add (self->overlay, key);
    }

  pending->lines = g_steal_pointer (&lines);
}

/**
 * wf_session_lay_pending:
 * @self: a session
 * @keys: (element-type utf8): gets what was shown as pending and what is now
 *
 * Lays what waits over the replica again.
 */
void
wf_session_lay_pending (WfSession  *self,
                        GHashTable *keys)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->overlay);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (keys, g_strdup (key));

  wf_state_clear (self->state);
  g_hash_table_remove_all (self->overlay);

  for (guint i = 0; i < self->pending->len; i++)
    lay_one (self, g_ptr_array_index (self->pending, i), keys);
}

static void
show_pending (WfSession *self)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  wf_session_lay_pending (self, keys);
  wf_session_refresh (self, keys);
  wf_session_show_pending_lines (self);
  wf_session_update_waiting (self);
}

/**
 * wf_session_settle:
 * @self: a session whose replica has moved on
 * @causes: (element-type utf8): the commands that made it
 *
 * Lets go of what has happened.
 *
 * Returns: whether there was anything
 */
gboolean
wf_session_settle (WfSession  *self,
                   GHashTable *causes)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->pending->len;)
    {
      WfPending *pending = g_ptr_array_index (self->pending, i);
      gboolean recorded = g_hash_table_contains (causes, pending->row->id);

      if (!recorded && !(pending->accepted && pending->until <= self->position))
        {
          i++;
          continue;
        }

      /* What has been recorded needs no answer. */
      if (!pending->accepted)
        wf_outbox_remove (self->outbox, pending->row->id);
      g_ptr_array_remove_index (self->pending, i);
      any = TRUE;
    }

  return any;
}

/* --- sending ----------------------------------------------------------------------------------------------------- */

static gboolean
send_again_cb (gpointer data)
{
  WfSession *self = data;

  self->send_id = 0;
  wf_session_send (self);

  return G_SOURCE_REMOVE;
}

static void
send_later (WfSession *self)
{
  if (self->closed || self->send_id != 0)
    return;

  self->send_delay = CLAMP (self->send_delay * 2, DELAY_FIRST, DELAY_MAX);
  self->send_id = g_timeout_add (self->send_delay / 2 + (guint) g_random_int_range (0, (gint32) self->send_delay),
                                 send_again_cb, self);
}

static void
accept (WfSession    *self,
        WfPending    *pending,
        const WfJson *result)
{
  const WfJson *events = wf_json_member (result, "events");

  for (const WfJson *entry = events != NULL && wf_json_type (events) == WF_JSON_ARRAY ? wf_json_first (events) : NULL;
       entry != NULL;
       entry = wf_json_next (entry))
    {
      const WfJson *position = wf_json_find (entry, "header.position");

      if (position != NULL && wf_json_type (position) == WF_JSON_INT)
        pending->until = MAX (pending->until, wf_json_int (position));
    }

  pending->accepted = TRUE;
  wf_outbox_remove (self->outbox, pending->row->id);
}

static void
refuse (WfSession *self,
        guint      index,
        WfProblem *problem)
{
  WfPending *pending = g_ptr_array_index (self->pending, index);
  g_autoptr (WfCommand) command = wf_command_ref (pending->command);
  WfOutboxRow *row = wf_outbox_row_copy (pending->row);

  row->problem = wf_problem_copy (problem);
  row->refused_at = wf_session_now (self);
  wf_outbox_refuse (self->outbox, row->id, problem, row->refused_at);
  g_ptr_array_add (self->refused, row);
  g_ptr_array_remove_index (self->pending, index);

  show_pending (self);
  wf_session_emit_refused (self, command, problem);
}

/* Returns whether the command has had its answer. */
static gboolean
take_result (WfSession    *self,
             const WfJson *result)
{
  const char *id = wf_json_type (result) == WF_JSON_OBJECT ? wf_json_member_string (result, "id") : NULL;
  const char *status = id != NULL ? wf_json_member_string (result, "status") : NULL;
  const WfJson *document = id != NULL ? wf_json_member (result, "problem") : NULL;
  g_autofree char *kind = NULL;
  guint index;
  WfPending *pending = id != NULL ? find_pending (self, id, &index) : NULL;

  /* Its events may have come by the feed before the answer. */
  if (pending == NULL || pending->accepted)
    return TRUE;

  if (g_strcmp0 (status, "accepted") == 0)
    {
      accept (self, pending, result);
      return TRUE;
    }

  g_autoptr (WfProblem) problem = document != NULL ? wf_wire_read_problem (document, &kind, NULL) : NULL;

  if (g_strcmp0 (status, "refused") != 0 || problem == NULL
      || g_strcmp0 (kind, "unavailable") == 0 || g_strcmp0 (kind, "full") == 0 || g_strcmp0 (kind, "damaged") == 0
      || g_strcmp0 (kind, "unauthorized") == 0)
    return FALSE;

  refuse (self, index, problem);
  return TRUE;
}

typedef struct
{
  WfSession    *self;    /* (owned) */
  GCancellable *sending; /* (owned) */
  char         *only;    /* (owned) (nullable) id, where it is one command */
  guint         n;
} Sending;

static void
free_sending (Sending *sending)
{
  g_object_unref (sending->self);
  g_object_unref (sending->sending);
  g_free (sending->only);
  g_free (sending);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sending, free_sending)

static gboolean
take_results (WfSession *self,
              GBytes    *body)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (body, ANSWER_MAX, NULL);
  const WfJson *root = doc != NULL ? wf_json_doc_root (doc) : NULL;
  const WfJson *results = root != NULL && wf_json_type (root) == WF_JSON_OBJECT ? wf_json_member (root, "results") : NULL;
  gboolean all = TRUE;

  if (results == NULL || wf_json_type (results) != WF_JSON_ARRAY)
    return FALSE;

  for (const WfJson *result = wf_json_first (results); result != NULL; result = wf_json_next (result))
    all = take_result (self, result) && all;

  g_autoptr (GHashTable) none = g_hash_table_new (g_str_hash, g_str_equal);

  if (wf_session_settle (self, none))
    show_pending (self);
  wf_session_update_waiting (self);

  return all;
}

/* The request as a whole was turned down. One command that cannot be read must not stop the others for ever. */
static void
take_refusal (WfSession *self,
              Sending   *sending,
              WfAnswer  *answer)
{
  g_autoptr (GError) error = wf_http_error (answer->status, answer->body);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, ANSWER_MAX, NULL);
  guint index;

  if (g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED))
    {
      if (self->feed != NULL)
        wf_feed_fail (self->feed, error);
      return;
    }

  if (g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL) && sending->only == NULL)
    {
      self->singly = sending->n;
      wf_session_send (self);
      return;
    }

  g_autoptr (WfProblem) problem = doc != NULL ? wf_wire_read_problem (wf_json_doc_root (doc), NULL, NULL) : NULL;

  if (g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL)
      && problem != NULL && find_pending (self, sending->only, &index) != NULL)
    {
      refuse (self, index, problem);
      wf_session_send (self);
      return;
    }

  g_message ("Commands wait: %s", error->message);
  send_later (self);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (Sending) sending = data;
  WfSession *self = sending->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  /* Given up meanwhile: what came of it will be seen when it is sent again. */
  if (self->sending != sending->sending)
    return;

  g_clear_object (&self->sending);

  if (answer == NULL)
    {
      /* Something on the way broke; the feed mostly finds out too and says when it is back. */
      send_later (self);
      return;
    }

  wf_session_set_delay (self, answer->elapsed);

  if (answer->status != SOUP_STATUS_OK)
    take_refusal (self, sending, answer);
  else if (take_results (self, answer->body))
    {
      self->send_delay = 0;
      wf_session_send (self);
    }
  else
    send_later (self);
}

/**
 * wf_session_stop_sending:
 * @self: a session
 *
 * Gives up what is on its way; it stays in the outbox and is sent again.
 */
void
wf_session_stop_sending (WfSession *self)
{
  if (self->sending != NULL)
    g_cancellable_cancel (self->sending);
  g_clear_object (&self->sending);
  g_clear_handle_id (&self->send_id, g_source_remove);
}

/**
 * wf_session_send:
 * @self: a session
 *
 * Sends what waits, in order, if it can be sent now.
 */
void
wf_session_send (WfSession *self)
{
  if (self->closed || self->feed == NULL || !self->verified || self->sending != NULL || self->send_id != 0)
    return;

  g_autoptr (GString) text = g_string_new ("{\"commands\":[");
  Sending *sending = NULL;
  const char *only = NULL;
  guint most = self->singly > 0 ? 1 : BATCH_MAX;
  guint n = 0;

  for (guint i = 0; i < self->pending->len && n < most && text->len < BATCH_BYTES; i++)
    {
      WfPending *pending = g_ptr_array_index (self->pending, i);
      gsize size;
      const char *body = g_bytes_get_data (pending->row->body, &size);

      if (pending->accepted)
        continue;

      /* In order: what is not on the disk yet, or speaks of a picture that is not there yet, holds up what follows. */
      if (!pending->durable || wf_session_is_uploading (self, pending))
        break;

      if (n > 0)
        g_string_append_c (text, ',');
      g_string_append_len (text, body, (gssize) size);
      only = pending->row->id;
      n++;
    }

  if (n == 0)
    return;

  g_string_append (text, "]}");
  if (self->singly > 0)
    self->singly--;

  g_autoptr (GBytes) body = g_string_free_to_bytes (g_steal_pointer (&text));

  self->sending = g_cancellable_new ();
  sending = g_new0 (Sending, 1);
  sending->self = g_object_ref (self);
  sending->sending = g_object_ref (self->sending);
  sending->only = n == 1 ? g_strdup (only) : NULL;
  sending->n = n;
  wf_http_send_async (wf_feed_get_http (self->feed), "POST", "/api/v1/commands", "application/json", body, ANSWER_MAX,
                      self->sending, sent_cb, sending);
}

/* --- submitting -------------------------------------------------------------------------------------------------- */

typedef struct
{
  char      *id;
  WfProblem *problem;
} Submission;

static void
free_submission (Submission *submission)
{
  g_free (submission->id);
  g_clear_pointer (&submission->problem, wf_problem_free);
  g_free (submission);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  WfSession *self = g_task_get_source_object (task);
  Submission *submission = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean stored = wf_outbox_write_finish (WF_OUTBOX (source), result, &error);
  guint index;
  WfPending *pending = find_pending (self, submission->id, &index);

  if (stored)
    {
      if (pending != NULL)
        pending->durable = TRUE;
      wf_session_send (self);
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (pending != NULL)
    {
      g_ptr_array_remove_index (self->pending, index);
      show_pending (self);
    }

  g_task_return_error (task, error);
}

/* Fields that only a command in the outbox has changed have no version yet: that they are as this workstation left them is
 * seen to by the order in which its commands are sent. */
static GVariant *
recorded_base (GVariant *based_on)
{
  GVariantBuilder builder;
  gsize n = based_on != NULL ? g_variant_n_children (based_on) : 0;
  gboolean any = FALSE;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) field = g_variant_get_child_value (based_on, i);

      if (wf_dict_int (field, "version", 0) > 0)
        {
          g_variant_builder_add_value (&builder, field);
          any = TRUE;
        }
    }

  if (any)
    return g_variant_ref_sink (g_variant_builder_end (&builder));

  g_variant_builder_clear (&builder);
  return NULL;
}

static GBytes *
write_body (WfCommand *command)
{
  GString *text = g_string_sized_new (512);

  wf_wire_write_command (text, command);
  return g_string_free_to_bytes (text);
}

/* What a command in a scope is decided on. A scope that does not exist yet is an exercise that would begin now.
 * Returns: (transfer full) */
static WfState *
find_decision_state (WfSession  *self,
                     const char *scope)
{
  if (wf_session_shows (self, scope))
    return g_object_ref (self->state);

  WfState *layer = wf_session_find_layer (self, scope);
  WfState *state = layer != NULL ? wf_state_new_layer (layer, scope, scope)
                                 : wf_state_new_layer (self->base, scope, WF_LIVE);

  for (guint i = 0; i < self->pending->len; i++)
    {
      WfPending *pending = g_ptr_array_index (self->pending, i);
      g_autoptr (GPtrArray) events = strcmp (pending->command->scope, scope) == 0 ? decide_pending (state, pending) : NULL;
      gboolean applied = TRUE;

      for (guint j = 0; events != NULL && applied && j < events->len; j++)
        applied = wf_rules_apply_to (state, g_ptr_array_index (events, j), NULL, NULL);
    }

  return state;
}

/* When something was on the clock on the wall, which is what commands say, by what the scope's own clock showed. */
static int64_t
find_real_time (WfState    *state,
                const char *scope,
                int64_t     scope_time,
                int64_t     now)
{
  if (scope_time <= 0)
    return now;
  if (strcmp (scope, WF_LIVE) == 0)
    return scope_time;

  return MIN (wf_rules_real_time (state, scope, scope_time), now);
}

/**
 * wf_session_submit_async:
 * @self: a session
 * @type: the command's type
 * @payload: (transfer none): its payload; a floating reference is taken
 * @occurred_at: when it happened, on the clock of the scope that is shown; 0 for now
 * @based_on: (transfer none) (nullable): aa{sv} of {kind, id, field, version}, what the person saw of the fields that it
 *   changes, see wf_session_base(); a floating reference is taken. %NULL: what stands here now
 * @cancellable: (nullable): to stop waiting for it; what has been handed over is done nevertheless
 * @callback: called when it is done
 * @data: for @callback
 *
 * Gives a command. It is decided here first: what the rules refuse is refused at once. What they allow is shown as pending
 * before this returns, and is done (for the caller) when it is safe on this workstation's disk; the network is not waited
 * for. Should the service refuse it later, "refused" tells. It belongs to the scope that is shown when it is given.
 */
void
wf_session_submit_async (WfSession           *self,
                         const char          *type,
                         GVariant            *payload,
                         int64_t              occurred_at,
                         GVariant            *based_on,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             data)
{
  g_return_if_fail (WF_IS_SESSION (self));

  g_autofree char *scope = g_strdup (self->scope);

  wf_session_submit_in_async (self, scope, type, payload, occurred_at, based_on, cancellable, callback, data);
}

/**
 * wf_session_submit_in_async:
 * @self: a session
 * @scope: `live` or an exercise, which need not be the one that is shown
 * @type: the command's type
 * @payload: (transfer none): its payload; a floating reference is taken
 * @occurred_at: when it happened, on that scope's clock; 0 for now
 * @based_on: (transfer none) (nullable): see wf_session_submit_async()
 * @cancellable: (nullable): to stop waiting for it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Gives a command in the scope that somebody had before their eyes when they began, or to open an exercise. Finish with
 * wf_session_submit_finish().
 */
void
wf_session_submit_in_async (WfSession           *self,
                            const char          *scope,
                            const char          *type,
                            GVariant            *payload,
                            int64_t              occurred_at,
                            GVariant            *based_on,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             data)
{
  g_return_if_fail (WF_IS_SESSION (self));
  g_return_if_fail (scope != NULL && type != NULL && payload != NULL);

  g_autoptr (WfState) state = find_decision_state (self, scope);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GVariant) owned_payload = g_variant_ref_sink (payload);
  g_autoptr (GVariant) owned_base = based_on != NULL ? g_variant_ref_sink (based_on)
                                    : wf_session_base_now (state, scope, type, owned_payload);
  g_autoptr (GVariant) base = recorded_base (owned_base);

  g_task_set_source_tag (task, wf_session_submit_async);

  if (!self->ready || self->closed || self->foreign)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, self->closed ? WF_SYNC_ERROR_CLOSED : WF_SYNC_ERROR_NOT_READY,
                               _("The workstation has no copy of the service's records yet. Wait until it is connected."));
      return;
    }

  g_autofree char *id = wf_id_new (self->clock);
  int64_t now = wf_session_now (self);
  WfMoment moment = { .real = now, .scope = wf_rules_scope_time (state, scope, now) };
  g_autoptr (WfCommand) plain = wf_command_new (id, type, scope, self->actor, self->post,
                                                find_real_time (state, scope, occurred_at, now), base, NULL,
                                                owned_payload);
  g_autoptr (WfCommand) command = wf_command_with_role (plain, wf_session_get_role (self));
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GPtrArray) events = wf_rules_decide (state, command, &moment, &problem);
  Submission *submission = g_new0 (Submission, 1);

  submission->id = g_strdup (id);
  g_task_set_task_data (task, submission, (GDestroyNotify) free_submission);

  if (self->ended)
    {
      submission->problem = wf_problem_new (WF_PROBLEM_RIGHTS, "session.ended", NULL, NULL);
      g_task_return_boolean (task, FALSE);
      return;
    }

  if (events == NULL)
    {
      submission->problem = g_steal_pointer (&problem);
      g_task_return_boolean (task, FALSE);
      return;
    }

  g_autoptr (GBytes) body = write_body (command);
  WfPending *pending = g_new0 (WfPending, 1);

  pending->row = wf_outbox_row_new (id, self->service, self->actor, body, now);
  pending->command = g_steal_pointer (&command);
  g_ptr_array_add (self->pending, pending);
  g_hash_table_add (self->own, g_strdup (id));
  wf_outbox_add_async (self->outbox, pending->row, stored_cb, g_steal_pointer (&task));

  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  lay_one (self, pending, keys);
  wf_session_refresh (self, keys);
  wf_session_show_pending_lines (self);
  wf_session_update_waiting (self);
}

/**
 * wf_session_submit_finish:
 * @self: a session
 * @result: from the callback
 * @problem: (out) (optional) (transfer full) (nullable): why the rules refuse it
 * @error: where to put a #WfSyncError: it could not be kept
 *
 * Returns: whether it is safe; otherwise either @problem or @error is set
 */
gboolean
wf_session_submit_finish (WfSession     *self,
                          GAsyncResult  *result,
                          WfProblem    **problem,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  Submission *submission = g_task_get_task_data (G_TASK (result));

  if (problem != NULL)
    *problem = submission != NULL && submission->problem != NULL ? wf_problem_copy (submission->problem) : NULL;

  return g_task_propagate_boolean (G_TASK (result), error);
}
