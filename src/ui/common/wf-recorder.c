/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-recorder.h"

#include "wf-id.h"
#include "wf-sync-error.h"
#include "wf-time.h"
#include "wf-wording.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define TYPE "video/x-matroska"

/**
 * WfRecorder:
 *
 * Brings recordings to the service. What is recorded lies in the folder of this workstation's session, a folder for each
 * recording; each file that is closed is sent, then entered at its incident, then taken away here. A note beside (a draft of
 * the session) says what a recording is of, so that what a crash has left is found and goes the same way at the next start.
 * Commands never wait for a recording: its entry is made when the service has it.
 *
 *   recordings/ID/STARTED-AT.mkv → examined → sent → "medium.attach" → gone
 */
struct _WfRecorder
{
  GObject parent_instance;

  WfSession    *session;     /* (owned) */
  char         *folder;      /* (owned) */
  GPtrArray    *active;      /* (owned) (element-type WfVideoRecording) */
  GQueue        pieces;      /* (element-type Piece) the first is being worked on */
  gboolean      working;
  GHashTable   *given_up;    /* (owned) paths that were refused; until the next start */
  GCancellable *cancellable; /* (owned) */
  gboolean      looked;      /* what was left has been looked for since the link came up */
};

/* A file that is on its way. */
typedef struct
{
  WfRecorder *self;       /* unowned: the queue is its own */
  char       *path;
  char       *recording;  /* id */
  char       *digest;     /* (nullable) once it is known */
  int64_t     started_at;
  int64_t     duration;   /* 0 before it is examined, for what was left by a crash */
  int64_t     size;
} Piece;

enum {
  SAID,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfRecorder, wf_recorder, G_TYPE_OBJECT)

static void work (WfRecorder *self);

static void
free_piece (Piece *piece)
{
  g_free (piece->path);
  g_free (piece->recording);
  g_free (piece->digest);
  g_free (piece);
}

static void
say (WfRecorder *self,
     const char *text)
{
  g_signal_emit (self, signals[SAID], 0, text);
}

/* --- notes: what a recording is of --- */

static char *
note_name (const char *recording)
{
  return g_strconcat ("recording-", recording, NULL);
}

static GVariant *
get_note (WfRecorder *self,
          const char *recording)
{
  g_autofree char *name = note_name (recording);
  GVariant *note = wf_session_get_draft (self->session, name);

  if (note != NULL && !g_variant_is_of_type (note, G_VARIANT_TYPE_VARDICT))
    g_clear_pointer (&note, g_variant_unref);

  return note;
}

static const char *
get_text (GVariant   *note,
          const char *key)
{
  const char *text = NULL;

  return g_variant_lookup (note, key, "&s", &text) && *text != '\0' ? text : NULL;
}

/* What somebody else has recorded goes in their name or not at all. */
static gboolean
is_own (WfRecorder *self,
        GVariant   *note)
{
  return g_strcmp0 (get_text (note, "actor"), wf_session_get_actor (self->session)) == 0
         && g_strcmp0 (get_text (note, "scope"), wf_session_get_scope (self->session)) == 0;
}

static WfVideoRecording *
find_active (WfRecorder *self,
             const char *recording)
{
  for (guint i = 0; i < self->active->len; i++)
    {
      g_autofree char *id = g_path_get_basename (wf_video_recording_get_folder (self->active->pdata[i]));

      if (g_str_equal (id, recording))
        return self->active->pdata[i];
    }

  return NULL;
}

/* When all of it has arrived, nothing of it is needed here. */
static void
tidy (WfRecorder *self,
      const char *recording)
{
  g_autofree char *folder = g_build_filename (self->folder, recording, NULL);
  g_autofree char *name = note_name (recording);

  if (find_active (self, recording) == NULL && (g_rmdir (folder) == 0 || !g_file_test (folder, G_FILE_TEST_EXISTS)))
    wf_session_set_draft (self->session, name, NULL);
}

/* --- a piece's way --- */

static void
finish_piece (WfRecorder *self,
              gboolean    kept)
{
  Piece *piece = g_queue_pop_head (&self->pieces);

  self->working = FALSE;
  if (kept)
    g_unlink (piece->path);
  else
    g_hash_table_add (self->given_up, g_strdup (piece->path));
  if (kept)
    tidy (self, piece->recording);
  free_piece (piece);
  work (self);
}

static void
submitted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (WfRecorder) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfProblem) problem = NULL;
  gboolean done = wf_session_submit_finish (WF_SESSION (source), result, &problem, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (!done)
    {
      g_autofree char *text = problem != NULL ? wf_problem_message (problem) : g_strdup (error->message);
      g_autofree char *said = g_strdup_printf (_("A recording is not entered at its incident: %s"), text);

      say (self, said);
    }
  finish_piece (self, done);
}

static char *
medium_id (Piece *piece)
{
  g_autofree char *name = g_path_get_basename (piece->path);

  return wf_id_derive (piece->recording, name);
}

static void
submit (WfRecorder *self,
        Piece      *piece)
{
  g_autoptr (GVariant) note = get_note (self, piece->recording);
  g_autofree char *id = medium_id (piece);
  g_autoptr (WfItem) there = wf_session_get_item (self->session, "medium", id);
  g_autofree char *name = wf_time_format_local (piece->started_at, "%Y%m%d-%H%M%S.mkv");
  WfPosition position;

  /* In an exercise nothing of the real thing is entered, and the other way round: it waits until its own is shown again. */
  if (there != NULL || note == NULL || !is_own (self, note))
    {
      finish_piece (self, there != NULL);
      return;
    }

  const char *unit = get_text (note, "unit");
  const char *source = get_text (note, "source");
  const char *incident = get_text (note, "incident");
  gboolean located = unit != NULL && wf_session_get_position_at (self->session, wf_session_get_scope (self->session), unit,
                                                                   piece->started_at, &position);
  GVariant *place = located ? wf_value_point (position.longitude, position.latitude) : NULL;
  g_autoptr (GVariant) payload = wf_dict_make ("medium", wf_value_string (id),
                                               "incident", incident != NULL ? wf_value_string (incident) : NULL,
                                               "digest", wf_value_string (piece->digest),
                                               "type", wf_value_string (TYPE),
                                               "size", wf_value_int (piece->size),
                                               "name", wf_value_string (name),
                                               "source", source != NULL ? wf_value_string (source) : NULL,
                                               "taken_at", wf_value_time (piece->started_at),
                                               "location", place,
                                               "duration", wf_value_int (MAX (piece->duration, 1)),
                                               "recording", wf_value_string (piece->recording),
                                               NULL);

  wf_session_submit_async (self->session, "medium.attach", payload, 0, NULL, NULL, submitted_cb, g_object_ref (self));
}

static void
uploaded_cb (WfRecorder *self,
             const char *digest,
             gboolean    taken)
{
  Piece *piece = g_queue_peek_head (&self->pieces);

  if (piece == NULL || g_strcmp0 (piece->digest, digest) != 0)
    return;

  if (taken)
    submit (self, piece);
  else
    {
      say (self, _("The service does not take a recording; it stays on this workstation, and is tried again at the next start."));
      finish_piece (self, FALSE);
    }
}

static void
adopted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (WfRecorder) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = wf_session_upload_finish (WF_SESSION (source), result, &error);
  Piece *piece = g_queue_peek_head (&self->pieces);

  if (g_cancellable_is_cancelled (self->cancellable) || piece == NULL)
    return;

  if (digest == NULL)
    {
      if (!g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_NOT_READY))
        say (self, error->message);
      finish_piece (self, FALSE);
      return;
    }

  piece->digest = g_steal_pointer (&digest);
  /* It may have arrived before this was known. */
  if (!wf_session_is_upload_waiting (self->session, piece->digest))
    submit (self, piece);
}

static void
examine_in_thread (GTask        *task,
                   gpointer      source,
                   gpointer      data,
                   GCancellable *cancellable)
{
  Piece *piece = data;
  GStatBuf about;
  guint n_pictures;
  GError *error = NULL;

  /* How large it is says whether it may be thrown away, also where it cannot be read today. */
  piece->size = g_stat (piece->path, &about) == 0 ? (int64_t) about.st_size : 0;
  if (piece->duration == 0 && !wf_video_segment_measure (piece->path, &piece->duration, &n_pictures, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  g_task_return_boolean (task, TRUE);
}

static void
examined_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  WfRecorder *self = WF_RECORDER (source);
  Piece *found = g_task_get_task_data (G_TASK (result));
  Piece *piece = g_queue_peek_head (&self->pieces);
  g_autoptr (GError) error = NULL;

  if (g_cancellable_is_cancelled (self->cancellable) || piece == NULL)
    return;

  /* One that died with its first picture has nothing in it. */
  if (!g_task_propagate_boolean (G_TASK (result), &error) || found->size == 0)
    {
      gboolean empty = found->size < 4096 && found->duration == 0;

      g_message ("%s holds no recording: %s", piece->path, error != NULL ? error->message : "");
      if (!empty)
        {
          g_autofree char *said = g_strdup_printf (_("A piece of a recording cannot be read and is not sent. It stays here: %s"),
                                                   piece->path);

          say (self, said);
        }
      finish_piece (self, empty);
      return;
    }

  piece->duration = found->duration;
  piece->size = found->size;
  wf_session_upload_file_async (self->session, piece->path, TYPE, NULL, adopted_cb, g_object_ref (self));
}

/* The next piece, if there is one and it can be sent. */
static void
work (WfRecorder *self)
{
  Piece *piece = g_queue_peek_head (&self->pieces);

  if (self->working || piece == NULL || !wf_session_is_ready (self->session))
    return;

  Piece *copy = g_new0 (Piece, 1);
  g_autoptr (GTask) task = g_task_new (self, NULL, examined_cb, NULL);

  self->working = TRUE;
  copy->path = g_strdup (piece->path);
  copy->duration = piece->duration;
  g_task_set_source_tag (task, examine_in_thread);
  g_task_set_task_data (task, copy, (GDestroyNotify) free_piece);
  wf_task_run_in_thread (task, examine_in_thread);
}

static gboolean
has_piece (WfRecorder *self,
           const char *path)
{
  for (GList *l = self->pieces.head; l != NULL; l = l->next)
    if (g_str_equal (((Piece *) l->data)->path, path))
      return TRUE;

  return g_hash_table_contains (self->given_up, path);
}

static gboolean
add_piece (WfRecorder *self,
           const char *path,
           int64_t     duration)
{
  if (has_piece (self, path))
    return FALSE;

  Piece *piece = g_new0 (Piece, 1);
  g_autofree char *folder = g_path_get_dirname (path);

  piece->path = g_strdup (path);
  piece->recording = g_path_get_basename (folder);
  piece->started_at = wf_video_segment_read_start (path);
  piece->duration = duration;
  g_queue_push_tail (&self->pieces, piece);

  return TRUE;
}

/* --- what was left --- */

static void
list_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  const char *folder = data;
  g_autoptr (GDir) recordings = g_dir_open (folder, 0, NULL);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *recording;

  while (recordings != NULL && (recording = g_dir_read_name (recordings)) != NULL)
    {
      g_autofree char *one = g_build_filename (folder, recording, NULL);
      g_autoptr (GDir) files = wf_id_is_valid (recording) ? g_dir_open (one, 0, NULL) : NULL;
      const char *name;
      guint n = 0;

      while (files != NULL && (name = g_dir_read_name (files)) != NULL)
        {
          n++;
          if (wf_video_segment_read_start (name) != 0)
            g_ptr_array_add (paths, g_build_filename (one, name, NULL));
        }
      /* So that its note goes as well. */
      if (files != NULL && n == 0)
        g_ptr_array_add (paths, g_strconcat (one, "/", NULL));
    }

  g_task_return_pointer (task, paths, (GDestroyNotify) g_ptr_array_unref);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  WfRecorder *self = WF_RECORDER (source);
  g_autoptr (GPtrArray) paths = g_task_propagate_pointer (G_TASK (result), NULL);
  guint n = 0;

  if (g_cancellable_is_cancelled (self->cancellable) || paths == NULL)
    return;

  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = paths->pdata[i];
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *recording = g_path_get_basename (folder);
      g_autoptr (GVariant) note = get_note (self, recording);

      if (find_active (self, recording) != NULL)
        continue;
      if (g_str_has_suffix (path, "/"))
        tidy (self, recording);
      else if (note != NULL && is_own (self, note))
        n += add_piece (self, path, 0);
    }

  if (n > 0)
    {
      g_autofree char *text = g_strdup_printf (g_dngettext (NULL, "%u piece of a recording was left here and is sent now",
                                                            "%u pieces of recordings were left here and are sent now", n), n);
      say (self, text);
    }
  work (self);
}

static void
look_for_left (WfRecorder *self)
{
  gboolean online = wf_session_is_ready (self->session) && wf_session_get_link (self->session) == WF_LINK_ONLINE;

  if (!online)
    {
      self->looked = FALSE;
      return;
    }
  if (self->looked)
    return;

  g_autoptr (GTask) task = g_task_new (self, NULL, listed_cb, NULL);

  self->looked = TRUE;
  g_task_set_source_tag (task, list_in_thread);
  g_task_set_task_data (task, g_strdup (self->folder), g_free);
  wf_task_run_in_thread (task, list_in_thread);
}

/* --- recording --- */

static void
segment_cb (WfRecorder           *self,
            const WfVideoSegment *segment)
{
  if (add_piece (self, segment->path, segment->duration))
    work (self);
}

static void
ended_cb (WfRecorder       *self,
          const char       *reason,
          WfVideoRecording *recording)
{
  g_autofree char *id = g_path_get_basename (wf_video_recording_get_folder (recording));
  g_autoptr (GVariant) note = get_note (self, id);
  const char *source = note != NULL ? get_text (note, "source") : NULL;
  g_autofree char *size = g_format_size ((guint64) wf_video_recording_get_bytes (recording));
  g_autofree char *text = reason != NULL
                          /* TRANSLATORS: a unit, and why */
                          ? g_strdup_printf (_("The recording of %s has ended: %s"), source != NULL ? source : "", reason)
                          : g_strdup_printf (_("The recording of %s is kept with the incident: %s"), source != NULL ? source : "",
                                             size);

  g_ptr_array_remove (self->active, recording);
  say (self, text);
  tidy (self, id);
}

static void
wf_recorder_dispose (GObject *object)
{
  WfRecorder *self = WF_RECORDER (object);

  wf_recorder_finish (self);

  G_OBJECT_CLASS (wf_recorder_parent_class)->dispose (object);
}

static void
wf_recorder_finalize (GObject *object)
{
  WfRecorder *self = WF_RECORDER (object);

  g_queue_clear_full (&self->pieces, (GDestroyNotify) free_piece);
  g_ptr_array_unref (self->active);
  g_hash_table_unref (self->given_up);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_free (self->folder);

  G_OBJECT_CLASS (wf_recorder_parent_class)->finalize (object);
}

static void
wf_recorder_class_init (WfRecorderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_recorder_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_recorder_finalize;

  /**
   * WfRecorder::said:
   * @text: a sentence for a toast
   */
  signals[SAID] = g_signal_new ("said", WF_TYPE_RECORDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
wf_recorder_init (WfRecorder *self)
{
  self->active = g_ptr_array_new_with_free_func (g_object_unref);
  self->given_up = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->pieces);
}

/**
 * wf_recorder_new:
 * @session: a session
 *
 * Returns: (transfer full): a recorder; it begins to send what was left when the service can be reached
 */
WfRecorder *
wf_recorder_new (WfSession *session)
{
  WfRecorder *self = g_object_new (WF_TYPE_RECORDER, NULL);

  self->session = g_object_ref (session);
  self->folder = g_build_filename (wf_session_get_folder (session), "recordings", NULL);
  g_signal_connect_object (session, "uploaded", G_CALLBACK (uploaded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::link", G_CALLBACK (look_for_left), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::ready", G_CALLBACK (look_for_left), self, G_CONNECT_SWAPPED);
  look_for_left (self);

  return self;
}

/**
 * wf_recorder_start:
 * @self: a recorder
 * @link: what to record
 * @unit: id of the unit or camera that it is of
 * @incident: what it is evidence of
 * @error: return location for why not, a sentence
 *
 * Begins a recording, with the half minute before. Whether the disk takes it tells "said".
 *
 * Returns: whether it has begun
 */
gboolean
wf_recorder_start (WfRecorder   *self,
                   WfVideoLink  *link,
                   const char   *unit,
                   const char   *incident,
                   GError      **error)
{
  g_return_val_if_fail (WF_IS_RECORDER (self), FALSE);
  g_return_val_if_fail (WF_IS_VIDEO_LINK (link) && unit != NULL && incident != NULL, FALSE);

  g_autoptr (WfProblem) problem = wf_session_check (self->session, "medium.attach");

  if (problem != NULL)
    {
      g_autofree char *text = wf_problem_message (problem);

      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, text);
      return FALSE;
    }
  if (!wf_session_is_ready (self->session))
    {
      g_set_error_literal (error, WF_SYNC_ERROR, WF_SYNC_ERROR_NOT_READY,
                           _("The workstation has no copy of the service's records yet. Wait until it is connected."));
      return FALSE;
    }

  g_autofree char *id = wf_session_new_id (self->session);
  g_autofree char *folder = g_build_filename (self->folder, id, NULL);
  g_autofree char *name = note_name (id);
  g_autoptr (GVariant) note = wf_dict_make ("scope", wf_value_string (wf_session_get_scope (self->session)),
                                            "actor", wf_value_string (wf_session_get_actor (self->session)),
                                            "incident", wf_value_string (incident),
                                            "unit", wf_value_string (unit),
                                            "source", wf_value_string (wf_video_link_get_name (link)), NULL);
  WfVideoRecording *recording = wf_video_recording_start (link, folder, WF_VIDEO_RECORDING_RESERVE);

  if (recording == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, _("This link is being recorded already."));
      return FALSE;
    }

  wf_session_set_draft (self->session, name, note);
  g_ptr_array_add (self->active, recording);
  g_signal_connect_object (recording, "segment", G_CALLBACK (segment_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (recording, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);

  return TRUE;
}

/**
 * wf_recorder_stop:
 * @self: a recorder
 * @link: what is recorded
 *
 * Ends the recording of @link, if there is one.
 */
void
wf_recorder_stop (WfRecorder  *self,
                  WfVideoLink *link)
{
  g_return_if_fail (WF_IS_RECORDER (self));

  WfVideoRecording *recording = wf_video_link_get_recording (link);

  if (recording != NULL)
    wf_video_recording_stop (recording);
}

/**
 * wf_recorder_count:
 * @self: a recorder
 *
 * Returns: how many recordings go on, or are being closed
 */
guint
wf_recorder_count (WfRecorder *self)
{
  g_return_val_if_fail (WF_IS_RECORDER (self), 0);

  return self->active->len;
}

/**
 * wf_recorder_get_waiting:
 * @self: a recorder
 *
 * Returns: how many files have not arrived yet
 */
guint
wf_recorder_get_waiting (WfRecorder *self)
{
  g_return_val_if_fail (WF_IS_RECORDER (self), 0);

  return self->pieces.length;
}

/**
 * wf_recorder_finish:
 * @self: a recorder
 *
 * Closes what is being recorded, and waits for the disk: the program is about to end. What has not been sent is sent at the
 * next start.
 */
void
wf_recorder_finish (WfRecorder *self)
{
  g_return_if_fail (WF_IS_RECORDER (self));

  g_cancellable_cancel (self->cancellable);
  /* All at once: then each is waited for while the others write their ends, too. */
  for (guint i = 0; i < self->active->len; i++)
    wf_video_recording_stop (self->active->pdata[i]);
  for (guint i = 0; i < self->active->len; i++)
    wf_video_recording_finish (self->active->pdata[i]);
  g_ptr_array_set_size (self->active, 0);
}
