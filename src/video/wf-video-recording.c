/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-recording.h"
#include "wf-video-init.h"
#include "wf-video-link-private.h"
#include "wf-video-writer.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <sys/statvfs.h>

/* A file is closed after so much, so that it can be sent on while the recording goes on. */
#define FILE_TIME  (2 * 60 * 1000)         /* ms */
#define FILE_BYTES (32 * 1024 * 1024)

/* What waits for the writing thread. Behind that the disk does not follow, and pictures are lost up to a key frame. */
#define MAX_WAITING (64 * 1024 * 1024)

#define TICK       (200 * 1000)            /* µs */
#define TELL_EVERY 1000                    /* ms */
#define SYNC_EVERY 5000                    /* ms */

/* An examined file is given up after this, whatever it is. */
#define MEASURE_PATIENCE 30                /* s without a picture */

/**
 * WfVideoRecording:
 *
 * What a link brings, on the disk, as it came: not decoded, not coded anew, from the one connection that there is. It begins
 * with the last half minute before it was started. It goes on in another file every two minutes, or 32 MB, and
 * whenever the link was lost and is back; a file that was not closed because the program or the machine died is good up to
 * its last block. A thread of its own writes; properties and signals belong to the main context that started it.
 *
 * Signals: #WfVideoRecording::changed, #WfVideoRecording::segment, #WfVideoRecording::ended.
 */
struct _WfVideoRecording
{
  GObject parent_instance;

  WfVideoLink   *link;        /* (owned) (nullable) while it is active */
  WfVideoTap    *tap;         /* (owned) */
  char          *folder;      /* (owned) constant */
  guint64        reserve;     /* constant */
  GMainContext  *context;     /* (owned) */
  GThread       *thread;      /* (owned) (nullable) */
  gboolean       active;
  gboolean       ended;
  int64_t        started_at;
  int64_t        bytes;
  int64_t        room;        /* ms, -1 when not known */
  char          *reason;      /* (owned) (nullable) */

  GAsyncQueue   *queue;       /* (owned) of WfVideoPacket */
  gssize         waiting;     /* (atomic) bytes in the queue */
  gboolean       skipping;    /* (of the link's thread) until the next key picture */
  int            stopping;    /* (atomic) */
  gssize         max_time;    /* (atomic) ms, of a file */
  gssize         max_bytes;   /* (atomic) of a file */

  /* The writing thread's. */
  WfVideoWriter *writer;      /* (owned) (nullable) */
  GError        *failure;     /* (owned) (nullable) */
  int64_t        told_at;
  int64_t        synced_at;
  int64_t        first_at;
  int64_t        closed_bytes;
  guint64        free_bytes;
};

enum {
  CHANGED,
  SEGMENT,
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfVideoRecording, wf_video_recording, G_TYPE_OBJECT)

/* --- to the main context --- */

typedef struct
{
  WfVideoRecording *self;    /* (owned) */
  WfVideoSegment    segment; /* its path is owned, (nullable) */
  int64_t           started_at;
  int64_t           bytes;
  int64_t           room;
  gboolean          ended;
  char             *reason;  /* (owned) (nullable) */
} Telling;

static void
free_telling (gpointer data)
{
  Telling *telling = data;

  g_object_unref (telling->self);
  g_free (telling->segment.path);
  g_free (telling->reason);
  g_free (telling);
}

static void
let_go (WfVideoRecording *self)
{
  wf_video_tap_detach (self->tap);
  self->active = FALSE;
  if (self->link == NULL)
    return;

  g_autoptr (WfVideoLink) link = g_steal_pointer (&self->link);

  wf_video_link_set_recording (link, NULL);
  wf_video_link_release (link, self);
}

static gboolean
tell_cb (gpointer data)
{
  Telling *telling = data;
  WfVideoRecording *self = telling->self;

  if (telling->started_at != 0)
    self->started_at = telling->started_at;
  self->bytes = telling->bytes;
  self->room = telling->room;

  if (telling->segment.path != NULL)
    g_signal_emit (self, signals[SEGMENT], 0, &telling->segment);
  if (telling->ended)
    {
      self->reason = g_steal_pointer (&telling->reason);
      self->ended = TRUE;
      let_go (self);
      g_clear_pointer (&self->thread, g_thread_join);
      g_signal_emit (self, signals[ENDED], 0, self->reason);
    }
  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/* Takes @path and @reason. */
static void
tell (WfVideoRecording *self,
      WfVideoSegment    segment,
      gboolean          ended,
      char             *reason)
{
  Telling *telling = g_new0 (Telling, 1);
  g_autoptr (GSource) source = g_idle_source_new ();
  int64_t now = g_get_real_time () / 1000;

  telling->self = g_object_ref (self);
  telling->segment = segment;
  telling->started_at = self->first_at;
  telling->bytes = self->closed_bytes + (self->writer != NULL ? wf_video_writer_get_bytes (self->writer) : 0);
  telling->room = -1;
  if (telling->bytes > 0 && now > self->first_at)
    telling->room = self->free_bytes > self->reserve
                    ? (int64_t) ((double) (self->free_bytes - self->reserve) / (double) telling->bytes
                                 * (double) (now - self->first_at))
                    : 0;
  telling->ended = ended;
  telling->reason = reason;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "watchfire-video-recording");
  g_source_set_callback (source, tell_cb, telling, free_telling);
  g_source_attach (source, self->context);
}

/* --- the writing thread --- */

static void
close_file (WfVideoRecording *self)
{
  g_autoptr (GError) error = NULL;
  WfVideoSegment segment;

  if (self->writer == NULL)
    return;

  if (!wf_video_writer_close (self->writer, &error))
    {
      g_message ("A recording has no proper end: %s", error != NULL ? error->message : "");
      if (self->failure == NULL)
        self->failure = g_steal_pointer (&error);
    }

  segment.path = g_strdup (wf_video_writer_get_path (self->writer));
  segment.started_at = wf_video_writer_get_start (self->writer);
  segment.duration = wf_video_writer_get_duration (self->writer);
  segment.bytes = wf_video_writer_get_bytes (self->writer);
  segment.n_pictures = wf_video_writer_get_pictures (self->writer);
  self->closed_bytes += segment.bytes;
  g_clear_pointer (&self->writer, wf_video_writer_free);
  tell (self, segment, FALSE, NULL);
}

static char *
choose_path (WfVideoRecording *self,
             int64_t           at)
{
  /* Its name says when it began, also where nothing else does. */
  for (;; at++)
    {
      g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ".mkv", at);
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

static void
open_file (WfVideoRecording *self,
           WfVideoPacket    *first)
{
  g_autofree char *path = choose_path (self, first->captured_at);
  g_autoptr (GstCaps) sound = wf_video_tap_dup_sound (self->tap, first->opening);

  self->writer = wf_video_writer_open (path, first, sound, &self->failure);
  if (self->first_at == 0)
    self->first_at = first->captured_at;
}

static gboolean
is_file_full (WfVideoRecording *self)
{
  return wf_video_writer_get_duration (self->writer) >= g_atomic_pointer_get (&self->max_time)
         || wf_video_writer_get_bytes (self->writer) >= g_atomic_pointer_get (&self->max_bytes);
}

static void
take_picture (WfVideoRecording *self,
              WfVideoPacket    *packet)
{
  if (self->writer != NULL && !wf_video_writer_fits (self->writer, packet))
    close_file (self);
  if (self->writer != NULL && packet->is_key)
    {
      g_autoptr (GstCaps) sound = wf_video_tap_dup_sound (self->tap, packet->opening);

      if (is_file_full (self) || !wf_video_writer_has_sound (self->writer, sound))
        close_file (self);
    }

  if (self->writer == NULL && packet->is_key && self->failure == NULL)
    open_file (self, packet);
  if (self->writer != NULL)
    wf_video_writer_put (self->writer, packet, &self->failure);
}

static void
take (WfVideoRecording *self,
      WfVideoPacket    *packet)
{
  if (packet->track == WF_VIDEO_TRACK_PICTURE)
    take_picture (self, packet);
  else if (self->writer != NULL && wf_video_writer_fits (self->writer, packet))
    wf_video_writer_put (self->writer, packet, &self->failure);
}

static void
check_room (WfVideoRecording *self)
{
  struct statvfs about;

  if (statvfs (self->folder, &about) != 0)
    {
      g_set_error (&self->failure, G_IO_ERROR, g_io_error_from_errno (errno), _("The recording cannot be written: %s"),
                   g_strerror (errno));
      return;
    }

  self->free_bytes = (guint64) about.f_bavail * about.f_frsize;
  if (self->free_bytes < self->reserve)
    {
      g_autofree char *free_text = g_format_size (self->free_bytes);
      g_autofree char *reserve = g_format_size (self->reserve);

      g_set_error (&self->failure, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   _("Only %s are free on the disk, and %s are left for other things. Make room to record."), free_text, reserve);
    }
}

static void
look_after (WfVideoRecording *self)
{
  int64_t now = g_get_monotonic_time () / 1000;

  if (now - self->told_at < TELL_EVERY || self->failure != NULL)
    return;

  self->told_at = now;
  check_room (self);
  if (self->failure == NULL)
    tell (self, (WfVideoSegment) { 0 }, FALSE, NULL);
  if (self->writer != NULL && now - self->synced_at >= SYNC_EVERY)
    {
      self->synced_at = now;
      wf_video_writer_sync (self->writer);
    }
}

static gboolean
gone_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static gpointer
write_in_thread (gpointer data)
{
  WfVideoRecording *self = data;

  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    g_set_error (&self->failure, G_IO_ERROR, g_io_error_from_errno (errno), _("“%s” cannot be made: %s"), self->folder,
                 g_strerror (errno));
  else
    check_room (self);

  while (self->failure == NULL)
    {
      g_autoptr (WfVideoPacket) packet = g_async_queue_timeout_pop (self->queue, TICK);

      if (packet != NULL)
        {
          g_atomic_pointer_add (&self->waiting, -(gssize) packet->size);
          take (self, packet);
        }
      else if (g_atomic_int_get (&self->stopping))
        break;
      look_after (self);
    }

  close_file (self);
  tell (self, (WfVideoSegment) { 0 }, TRUE, self->failure != NULL ? g_strdup (self->failure->message) : NULL);

  /* The last reference goes where the object may go. */
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_callback (source, gone_cb, self, g_object_unref);
  g_source_attach (source, self->context);

  return NULL;
}

/* In a thread of GStreamer. */
static void
packet_cb (WfVideoPacket *packet,
           gpointer       user_data)
{
  WfVideoRecording *self = user_data;

  /* What follows a picture that is missing shows nothing before the next one that stands alone. */
  if (g_atomic_pointer_get (&self->waiting) > MAX_WAITING)
    self->skipping = TRUE;
  else if (packet->track == WF_VIDEO_TRACK_PICTURE && packet->is_key)
    self->skipping = FALSE;
  if (self->skipping)
    return;

  g_atomic_pointer_add (&self->waiting, (gssize) packet->size);
  g_async_queue_push (self->queue, wf_video_packet_ref (packet));
}

/* --- object --- */

static void
wf_video_recording_dispose (GObject *object)
{
  WfVideoRecording *self = WF_VIDEO_RECORDING (object);

  g_assert (self->thread == NULL);
  g_clear_object (&self->link);

  G_OBJECT_CLASS (wf_video_recording_parent_class)->dispose (object);
}

static void
wf_video_recording_finalize (GObject *object)
{
  WfVideoRecording *self = WF_VIDEO_RECORDING (object);

  g_assert (self->writer == NULL);
  g_clear_pointer (&self->tap, wf_video_tap_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->queue, g_async_queue_unref);
  g_clear_error (&self->failure);
  g_free (self->folder);
  g_free (self->reason);

  G_OBJECT_CLASS (wf_video_recording_parent_class)->finalize (object);
}

static void
wf_video_recording_class_init (WfVideoRecordingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_video_recording_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_video_recording_finalize;

  /**
   * WfVideoRecording::changed:
   *
   * Once a second: it is longer and larger.
   */
  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_VIDEO_RECORDING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  /**
   * WfVideoRecording::segment:
   * @segment: a #WfVideoSegment, until the handler returns
   *
   * A file has been closed.
   */
  signals[SEGMENT] = g_signal_new ("segment", WF_TYPE_VIDEO_RECORDING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_POINTER);

  /**
   * WfVideoRecording::ended:
   * @reason: (nullable): why, where nobody stopped it; a sentence for people
   */
  signals[ENDED] = g_signal_new ("ended", WF_TYPE_VIDEO_RECORDING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
wf_video_recording_init (WfVideoRecording *self)
{
  self->queue = g_async_queue_new_full ((GDestroyNotify) wf_video_packet_unref);
  self->context = g_main_context_ref_thread_default ();
  self->max_time = FILE_TIME;
  self->max_bytes = FILE_BYTES;
  self->room = -1;
}

/**
 * wf_video_recording_start:
 * @link: what to record; it is held as long as the recording lasts
 * @folder: where; made if it is not there
 * @reserve: so many bytes of the disk stay free
 *
 * Returns at once; whether it can be written shows in #WfVideoRecording::ended.
 *
 * Returns: (transfer full) (nullable): the recording; %NULL where @link is being recorded already
 */
WfVideoRecording *
wf_video_recording_start (WfVideoLink *link,
                          const char  *folder,
                          guint64      reserve)
{
  g_return_val_if_fail (WF_IS_VIDEO_LINK (link), NULL);
  g_return_val_if_fail (folder != NULL, NULL);

  if (wf_video_link_get_recording (link) != NULL || !wf_video_init (NULL))
    return NULL;

  WfVideoRecording *self = g_object_new (WF_TYPE_VIDEO_RECORDING, NULL);

  self->link = g_object_ref (link);
  self->folder = g_strdup (folder);
  self->reserve = reserve;
  self->active = TRUE;
  self->started_at = g_get_real_time () / 1000;
  self->tap = wf_video_tap_ref (wf_video_link_get_tap (link));
  wf_video_link_hold (link, self);
  wf_video_link_set_wanted_size (link, self, WF_VIDEO_UNSEEN, WF_VIDEO_UNSEEN);
  wf_video_link_set_recording (link, self);
  wf_video_tap_attach (self->tap, packet_cb, self);
  self->thread = g_thread_new ("recording", write_in_thread, g_object_ref (self));

  return self;
}

/**
 * wf_video_recording_set_limits:
 * @self: a recording
 * @duration: of a file, in ms
 * @bytes: of a file
 *
 * When another file is begun, other than after two minutes or 32 MB: at the next key frame then.
 */
void
wf_video_recording_set_limits (WfVideoRecording *self,
                               int64_t           duration,
                               int64_t           bytes)
{
  g_return_if_fail (WF_IS_VIDEO_RECORDING (self));

  g_atomic_pointer_set (&self->max_time, (gssize) duration);
  g_atomic_pointer_set (&self->max_bytes, (gssize) bytes);
}

/**
 * wf_video_recording_stop:
 * @self: a recording
 *
 * Ends it. What has come so far is still written; then #WfVideoRecording::ended tells.
 */
void
wf_video_recording_stop (WfVideoRecording *self)
{
  g_return_if_fail (WF_IS_VIDEO_RECORDING (self));

  if (!self->active)
    return;

  let_go (self);
  g_atomic_int_set (&self->stopping, TRUE);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * wf_video_recording_finish:
 * @self: a recording
 *
 * Ends it and waits for the disk, for a program that is about to end. What it would have told is not told any more.
 */
void
wf_video_recording_finish (WfVideoRecording *self)
{
  g_return_if_fail (WF_IS_VIDEO_RECORDING (self));

  wf_video_recording_stop (self);
  g_clear_pointer (&self->thread, g_thread_join);
}

/**
 * wf_video_recording_is_active:
 * @self: a recording
 *
 * Returns: whether it goes on
 */
gboolean
wf_video_recording_is_active (WfVideoRecording *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_RECORDING (self), FALSE);

  return self->active;
}

/**
 * wf_video_recording_get_link:
 * @self: a recording
 *
 * Returns: (transfer none) (nullable): what it records, while it does
 */
WfVideoLink *
wf_video_recording_get_link (WfVideoRecording *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_RECORDING (self), NULL);

  return self->link;
}

/**
 * wf_video_recording_get_folder:
 * @self: a recording
 *
 * Returns: (transfer none): where its files are
 */
const char *
wf_video_recording_get_folder (WfVideoRecording *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_RECORDING (self), NULL);

  return self->folder;
}

/**
 * wf_video_recording_get_started_at:
 * @self: a recording
 *
 * Returns: when its first picture was taken, as far as that is known; ms since the epoch
 */
int64_t
wf_video_recording_get_started_at (WfVideoRecording *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_RECORDING (self), 0);

  return self->started_at;
}

/**
 * wf_video_recording_get_bytes:
 * @self: a recording
 *
 * Returns: how large it is
 */
int64_t
wf_video_recording_get_bytes (WfVideoRecording *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_RECORDING (self), 0);

  return self->bytes;
}

/**
 * wf_video_recording_get_room:
 * @self: a recording
 *
 * Returns: for how many ms the disk has room if it goes on like this; -1 when that is not known
 */
int64_t
wf_video_recording_get_room (WfVideoRecording *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_RECORDING (self), -1);

  return self->room;
}

/**
 * wf_video_recording_get_reason:
 * @self: a recording
 *
 * Returns: (nullable): why it ended, where nobody stopped it
 */
const char *
wf_video_recording_get_reason (WfVideoRecording *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_RECORDING (self), NULL);

  return self->reason;
}

/**
 * wf_video_recording_to_string:
 * @self: a recording
 *
 * Returns: (transfer full): its mark: "REC 1:05"
 */
char *
wf_video_recording_to_string (WfVideoRecording *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_RECORDING (self), NULL);

  int64_t seconds = MAX (g_get_real_time () / 1000 - self->started_at, 0) / 1000;

  /* TRANSLATORS: the mark on a picture that is being recorded: minutes and seconds */
  return g_strdup_printf (_("● REC %d:%02d"), (int) (seconds / 60), (int) (seconds % 60));
}

/* --- files --- */

/**
 * wf_video_segment_read_start:
 * @path: a file of a recording
 *
 * Returns: when it began, as its name says; ms since the epoch, or 0 where it is no such file
 */
int64_t
wf_video_segment_read_start (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  char *end;
  int64_t at = (int64_t) g_ascii_strtoull (name, &end, 10);

  return end > name && g_str_equal (end, ".mkv") ? at : 0;
}

/**
 * wf_video_segment_measure:
 * @path: a file of a recording, perhaps one that was never closed
 * @duration: (out): how long it is, in ms
 * @n_pictures: (out): how many pictures it has
 * @error: return location for a #GError
 *
 * Reads through the whole file, without decoding it. Waits for the disk: for a thread.
 *
 * Returns: whether there is a picture in it
 */
gboolean
wf_video_segment_measure (const char  *path,
                          int64_t     *duration,
                          guint       *n_pictures,
                          GError     **error)
{
  if (!wf_video_init (error))
    return FALSE;

  g_autoptr (GstElement) pipeline = gst_parse_launch ("filesrc name=in ! matroskademux name=d d.video_0 ! queue ! "
                                                      "appsink name=out sync=false max-buffers=64", error);
  if (pipeline == NULL)
    return FALSE;

  g_autoptr (GstElement) input = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  g_autoptr (GstElement) output = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstClockTime last = 0;
  guint n = 0;
  guint silent = 0;

  g_object_set (input, "location", path, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (;;)
    {
      g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
      g_autoptr (GstSample) sample = message == NULL ? gst_app_sink_try_pull_sample (GST_APP_SINK (output), GST_SECOND) : NULL;

      if (sample == NULL && (message != NULL || gst_app_sink_is_eos (GST_APP_SINK (output)) || ++silent >= MEASURE_PATIENCE))
        break;
      if (sample == NULL)
        continue;

      GstBuffer *buffer = gst_sample_get_buffer (sample);

      n++;
      if (GST_BUFFER_PTS_IS_VALID (buffer))
        last = MAX (last, GST_BUFFER_PTS (buffer));
    }
  gst_element_set_state (pipeline, GST_STATE_NULL);

  *n_pictures = n;
  *duration = (int64_t) ((last + (n > 1 ? last / (n - 1) : 0)) / GST_MSECOND);
  if (n == 0)
    g_set_error (error, WF_VIDEO_ERROR, WF_VIDEO_ERROR_NO_PICTURE, _("There is no picture in this recording."));

  return n > 0;
}
