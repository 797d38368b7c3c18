/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-tap.h"

#include <sys/mman.h>

/* What is kept for half a minute lies apart from the heap: between pictures that come and go it would leave holes that fit
 * nothing, and the program would grow with each moment in which the machine has more to do than it can. */
#define SLAB (512 * 1024)

typedef struct
{
  gatomicrefcount  refs; /* of the tap, and of each piece in it */
  guint8          *data; /* (owned) */
  gsize            size;
  gsize            used; /* by one thread at a time, under the tap's lock */
} Slab;

/*
 * WfVideoTap:
 *
 * Where what a link receives can be had before it is decoded. It keeps the last half minute, from a key frame on, so that
 * a recording begins before somebody thought of it; bounded in bytes whatever the stream does. What is kept is copied, so
 * that it holds no more than it says. It outlives the pipelines of its link. Any thread.
 */
struct _WfVideoTap
{
  gatomicrefcount refs;

  GMutex          lock;
  Slab           *slab;       /* (owned) (nullable) under lock: where the next piece goes */
  GQueue          kept;       /* (element-type WfVideoPacket) under lock, begins with a key frame */
  gsize           bytes;      /* under lock, of @kept */
  guint           n_keys;     /* under lock, in @kept */
  guint           opening;    /* under lock */
  GstCaps        *sound;      /* (owned) (nullable) under lock, of this opening */
  int64_t         sound_at;   /* monotonic ms, of the last piece of it; under lock */
  gboolean        dated;      /* under lock: it is known when pictures of this opening were taken */
  int64_t         ahead;      /* ns: how far the link's time is ahead of ours in this opening; under lock */
  WfVideoTapFunc  func;       /* under lock */
  gpointer        user_data;  /* under lock */
};

/*
 * wf_video_packet_ref:
 * @packet: a packet
 *
 * Any thread.
 *
 * Returns: (transfer full): the same
 */
WfVideoPacket *
wf_video_packet_ref (WfVideoPacket *packet)
{
  g_atomic_ref_count_inc (&packet->refs);
  return packet;
}

/*
 * wf_video_packet_unref:
 * @packet: (transfer full): a packet
 *
 * Any thread.
 */
void
wf_video_packet_unref (WfVideoPacket *packet)
{
  if (!g_atomic_ref_count_dec (&packet->refs))
    return;

  gst_caps_unref (packet->caps);
  gst_buffer_unref (packet->buffer);
  g_free (packet);
}

static Slab *
slab_new (gsize size)
{
  gpointer data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (data == MAP_FAILED)
    return NULL;

  Slab *slab = g_new0 (Slab, 1);
  g_atomic_ref_count_init (&slab->refs);
  slab->data = data;
  slab->size = size;

  return slab;
}

static void
slab_unref (gpointer data)
{
  Slab *slab = data;

  if (!g_atomic_ref_count_dec (&slab->refs))
    return;

  munmap (slab->data, slab->size);
  g_free (slab);
}

/* Returns: (nullable): room for so many bytes, of which the caller has a reference; %NULL where the system has none */
static Slab *
find_room (WfVideoTap *self,
           gsize       size,
           gsize      *at)
{
  g_mutex_lock (&self->lock);
  if (self->slab == NULL || self->slab->size - self->slab->used < size)
    {
      g_clear_pointer (&self->slab, slab_unref);
      self->slab = slab_new (MAX (size, SLAB));
    }

  Slab *slab = self->slab;
  if (slab != NULL)
    {
      g_atomic_ref_count_inc (&slab->refs);
      *at = slab->used;
      slab->used += size;
    }
  g_mutex_unlock (&self->lock);

  return slab;
}

static GstBuffer *
copy_buffer (WfVideoTap *self,
             GstBuffer  *buffer)
{
  gsize size = gst_buffer_get_size (buffer);
  gsize at;
  Slab *slab = size > 0 ? find_room (self, size, &at) : NULL;

  if (slab == NULL)
    return gst_buffer_copy_deep (buffer);

  gst_buffer_extract (buffer, 0, slab->data + at, size);
  GstBuffer *copy = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, slab->data + at, size, 0, size, slab, slab_unref);
  gst_buffer_copy_into (copy, buffer, GST_BUFFER_COPY_METADATA, 0, (gsize) -1);

  return copy;
}

/*
 * wf_video_tap_new:
 *
 * Returns: (transfer full): a tap that nothing has gone through
 */
WfVideoTap *
wf_video_tap_new (void)
{
  WfVideoTap *self = g_new0 (WfVideoTap, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  g_queue_init (&self->kept);

  return self;
}

/*
 * wf_video_tap_ref:
 * @self: a tap
 *
 * Returns: (transfer full): the same
 */
WfVideoTap *
wf_video_tap_ref (WfVideoTap *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/* Call with the lock held. */
static void
forget (WfVideoTap *self)
{
  g_queue_clear_full (&self->kept, (GDestroyNotify) wf_video_packet_unref);
  self->bytes = 0;
  self->n_keys = 0;
}

/*
 * wf_video_tap_unref:
 * @self: (transfer full): a tap
 */
void
wf_video_tap_unref (WfVideoTap *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  forget (self);
  g_clear_pointer (&self->slab, slab_unref);
  gst_clear_caps (&self->sound);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/*
 * wf_video_tap_begin:
 * @self: a tap
 *
 * The link is opened anew: times that follow have nothing to do with those before.
 */
void
wf_video_tap_begin (WfVideoTap *self)
{
  g_mutex_lock (&self->lock);
  self->opening++;
  self->ahead = 0;
  self->dated = FALSE;
  gst_clear_caps (&self->sound);
  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_tap_clear:
 * @self: a tap
 *
 * Nobody looks at the link any more: what was kept goes.
 */
void
wf_video_tap_clear (WfVideoTap *self)
{
  g_mutex_lock (&self->lock);
  forget (self);
  g_mutex_unlock (&self->lock);
}

static gboolean
begins (const WfVideoPacket *packet)
{
  return packet->track == WF_VIDEO_TRACK_PICTURE && packet->is_key;
}

/* Takes away the pictures from one key frame to the next. Call with the lock held. */
static void
drop_first (WfVideoTap *self)
{
  do
    {
      g_autoptr (WfVideoPacket) packet = g_queue_pop_head (&self->kept);

      self->bytes -= packet->size;
      self->n_keys -= begins (packet);
    }
  while (!g_queue_is_empty (&self->kept) && !begins (g_queue_peek_head (&self->kept)));
}

static WfVideoPacket *
find_second_key (WfVideoTap *self)
{
  for (GList *l = self->kept.head != NULL ? self->kept.head->next : NULL; l != NULL; l = l->next)
    if (begins (l->data))
      return l->data;

  return NULL;
}

/* Call with the lock held. */
static void
trim (WfVideoTap *self,
      int64_t     now)
{
  while (self->bytes > WF_VIDEO_TAP_BYTES)
    drop_first (self);
  while (self->n_keys > 1 && find_second_key (self)->arrived_at <= now - WF_VIDEO_TAP_TIME)
    drop_first (self);

  /* A link that has been down for long has nothing to say about the last half minute. */
  WfVideoPacket *last = g_queue_peek_tail (&self->kept);
  if (last != NULL && last->arrived_at < now - WF_VIDEO_TAP_TIME)
    forget (self);
}

/* The sender may say what time it is there only after the first pictures: then it is known of these, too, when they were taken.
 * Whoever has one of them keeps it as it was. Call with the lock held. */
static void
date_kept (WfVideoTap          *self,
           const WfVideoPacket *known)
{
  for (GList *l = self->kept.head; l != NULL; l = l->next)
    {
      WfVideoPacket *packet = l->data;

      if (packet->opening != known->opening || packet->track != WF_VIDEO_TRACK_PICTURE || packet->is_dated)
        continue;

      WfVideoPacket *dated = g_memdup2 (packet, sizeof *packet);
      GstClockTimeDiff since = GST_CLOCK_DIFF (GST_BUFFER_PTS (known->buffer), GST_BUFFER_PTS (packet->buffer));

      g_atomic_ref_count_init (&dated->refs);
      gst_caps_ref (dated->caps);
      gst_buffer_ref (dated->buffer);
      dated->captured_at = known->captured_at + since / (int64_t) GST_MSECOND;
      dated->is_dated = TRUE;
      l->data = dated;
      wf_video_packet_unref (packet);
    }
}

/*
 * wf_video_tap_push:
 * @self: a tap
 * @packet: (transfer none): what came; its opening is set
 */
void
wf_video_tap_push (WfVideoTap    *self,
                   WfVideoPacket *packet)
{
  g_mutex_lock (&self->lock);

  packet->opening = self->opening;
  if (packet->is_dated && !self->dated)
    {
      self->dated = TRUE;
      date_kept (self, packet);
    }
  if (packet->track == WF_VIDEO_TRACK_SOUND)
    {
      gst_caps_replace (&self->sound, packet->caps);
      self->sound_at = packet->arrived_at;
    }
  if (begins (packet) || !g_queue_is_empty (&self->kept))
    {
      g_queue_push_tail (&self->kept, wf_video_packet_ref (packet));
      self->bytes += packet->size;
      self->n_keys += begins (packet);
      if (begins (packet) || self->bytes > WF_VIDEO_TAP_BYTES)
        trim (self, packet->arrived_at);
    }
  if (self->func != NULL)
    self->func (packet, self->user_data);

  g_mutex_unlock (&self->lock);
}

static GstClockTime
get_running_time (const GstSegment *segment,
                  GstClockTime      time)
{
  return segment != NULL && GST_CLOCK_TIME_IS_VALID (time) ? gst_segment_to_running_time (segment, GST_FORMAT_TIME, time)
                                                           : GST_CLOCK_TIME_NONE;
}

/* Some senders do not say when, or not always: then it was now, in the time that the others are in. */
static void
complete_time (WfVideoTap    *self,
               WfVideoPacket *packet)
{
  int64_t now = packet->arrived_at * (int64_t) GST_MSECOND;

  g_mutex_lock (&self->lock);
  if (GST_BUFFER_PTS_IS_VALID (packet->buffer))
    self->ahead = (int64_t) GST_BUFFER_PTS (packet->buffer) - now;
  /* What a parser gave no time of its own, since two came at once, has that at which it is to be decoded. Without any, a
   * file would leave it out, and all that follow would look broken until the next key frame. */
  else if (GST_BUFFER_DTS_IS_VALID (packet->buffer))
    GST_BUFFER_PTS (packet->buffer) = GST_BUFFER_DTS (packet->buffer);
  else
    GST_BUFFER_PTS (packet->buffer) = (GstClockTime) MAX (now + self->ahead, 0);
  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_tap_take:
 * @self: a tap
 * @track: what it is
 * @pad: where it passes by
 * @buffer: what passes by
 * @captured_at: when it was taken, ms since the epoch
 * @is_dated: whether that rests on the sender's clock; else it is now
 *
 * Keeps a copy of @buffer. Called in the thread in which it passes by.
 */
void
wf_video_tap_take (WfVideoTap   *self,
                   WfVideoTrack  track,
                   GstPad       *pad,
                   GstBuffer    *buffer,
                   int64_t       captured_at,
                   gboolean      is_dated)
{
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  GstCaps *caps = gst_pad_get_current_caps (pad);
  const GstSegment *segment = NULL;

  if (caps == NULL)
    return;
  if (event != NULL)
    gst_event_parse_segment (event, &segment);

  WfVideoPacket *packet = g_new0 (WfVideoPacket, 1);
  g_atomic_ref_count_init (&packet->refs);
  packet->track = track;
  packet->is_key = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  packet->caps = caps;
  packet->buffer = copy_buffer (self, buffer);
  packet->size = gst_buffer_get_size (buffer);
  packet->arrived_at = g_get_monotonic_time () / 1000;
  packet->captured_at = captured_at;
  packet->is_dated = is_dated;
  GST_BUFFER_PTS (packet->buffer) = get_running_time (segment, GST_BUFFER_PTS (buffer));
  GST_BUFFER_DTS (packet->buffer) = get_running_time (segment, GST_BUFFER_DTS (buffer));

  complete_time (self, packet);

  wf_video_tap_push (self, packet);
  wf_video_packet_unref (packet);
}

/*
 * wf_video_tap_attach:
 * @self: a tap
 * @func: gets at once what was kept, then everything as it comes; must not wait, nor call the tap
 * @user_data: for @func
 *
 * One at a time.
 */
void
wf_video_tap_attach (WfVideoTap     *self,
                     WfVideoTapFunc  func,
                     gpointer        user_data)
{
  g_mutex_lock (&self->lock);

  trim (self, g_get_monotonic_time () / 1000);
  for (GList *l = self->kept.head; l != NULL; l = l->next)
    func (l->data, user_data);
  self->func = func;
  self->user_data = user_data;

  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_tap_detach:
 * @self: a tap
 *
 * Whoever was attached is not called any more when this returns.
 */
void
wf_video_tap_detach (WfVideoTap *self)
{
  g_mutex_lock (&self->lock);
  self->func = NULL;
  self->user_data = NULL;
  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_tap_dup_sound:
 * @self: a tap
 * @opening: of the pictures that it goes with
 *
 * Returns: (transfer full) (nullable): what kind of sound comes with them; %NULL also where it has fallen silent, so that no
 *   file waits for it
 */
GstCaps *
wf_video_tap_dup_sound (WfVideoTap *self,
                        guint       opening)
{
  g_mutex_lock (&self->lock);
  gboolean heard = self->sound != NULL && self->opening == opening
                   && g_get_monotonic_time () / 1000 - self->sound_at <= WF_VIDEO_TAP_SILENCE;
  GstCaps *caps = heard ? gst_caps_ref (self->sound) : NULL;
  g_mutex_unlock (&self->lock);

  return caps;
}

/*
 * wf_video_tap_get_bytes:
 * @self: a tap
 *
 * Returns: how much it keeps
 */
gsize
wf_video_tap_get_bytes (WfVideoTap *self)
{
  g_mutex_lock (&self->lock);
  gsize bytes = self->bytes;
  g_mutex_unlock (&self->lock);

  return bytes;
}
