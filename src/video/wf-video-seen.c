/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-seen.h"

#include <string.h>

/* Key frames that are remembered: those of the pieces that a playlist commonly lists. */
#define REMEMBERED 64

typedef struct
{
  guint64  digest;
  guint    opening; /* in which it came */
  gboolean common;  /* twice in one opening: a test picture, which says nothing */
} Key;

/*
 * WfVideoSeen:
 *
 * What a link has been given before. A playlist is read from some pieces before its end with each attempt: where its server
 * has stopped these are the same again, and must not pass for the present. Shared by the attempts of one link.
 */
struct _WfVideoSeen
{
  gatomicrefcount refs;

  GMutex   lock;
  Key      keys[REMEMBERED]; /* under lock: a ring */
  guint    n;                /* under lock: so many were put into it */
  guint    opening;          /* under lock */
  gboolean skipping;         /* under lock */
  gboolean fresh;            /* under lock: something new has come in this opening */
};

/*
 * wf_video_seen_new:
 *
 * Returns: (transfer full): one that remembers nothing
 */
WfVideoSeen *
wf_video_seen_new (void)
{
  WfVideoSeen *self = g_new0 (WfVideoSeen, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);

  return self;
}

WfVideoSeen *
wf_video_seen_ref (WfVideoSeen *self)
{
  g_atomic_ref_count_inc (&self->refs);

  return self;
}

void
wf_video_seen_unref (WfVideoSeen *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_mutex_clear (&self->lock);
  g_free (self);
}

/*
 * wf_video_seen_begin:
 * @self: what was seen
 *
 * The link is opened once more.
 */
void
wf_video_seen_begin (WfVideoSeen *self)
{
  g_mutex_lock (&self->lock);
  self->opening++;
  self->skipping = FALSE;
  self->fresh = FALSE;
  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_seen_clear:
 * @self: what was seen
 *
 * Forgets all: a person who opens a recording again wants to see it again.
 */
void
wf_video_seen_clear (WfVideoSeen *self)
{
  g_mutex_lock (&self->lock);
  self->n = 0;
  g_mutex_unlock (&self->lock);
}

static guint64
compute_digest (GstBuffer *coded)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  guint64 value;
  GstMapInfo map;

  if (!gst_buffer_map (coded, &map, GST_MAP_READ))
    return 0;

  g_checksum_update (checksum, map.data, (gssize) map.size);
  gst_buffer_unmap (coded, &map);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (&value, digest, sizeof value);

  return value;
}

/* Call with the lock held. Remembers a key frame. Returns: whether it came in an opening before this one */
static gboolean
look (WfVideoSeen *self,
      guint64      digest)
{
  guint known = MIN (self->n, REMEMBERED);

  for (guint i = 0; i < known; i++)
    {
      Key *key = &self->keys[i];

      if (key->digest != digest)
        continue;
      if (key->opening == self->opening)
        key->common = TRUE;
      return !key->common && key->opening != self->opening;
    }

  self->keys[self->n++ % REMEMBERED] = (Key) { digest, self->opening, FALSE };
  if (self->n == 2 * REMEMBERED)
    self->n = REMEMBERED;

  return FALSE;
}

/*
 * wf_video_seen_skip:
 * @self: what was seen
 * @coded: a coded picture
 * @is_key: whether it needs no picture before it
 *
 * Called for each coded picture, by one thread at a time.
 *
 * Returns: whether to leave it out, since an attempt before this one has shown it
 */
gboolean
wf_video_seen_skip (WfVideoSeen *self,
                    GstBuffer   *coded,
                    gboolean     is_key)
{
  guint64 digest = is_key ? compute_digest (coded) : 0;

  g_mutex_lock (&self->lock);

  if (is_key)
    {
      gboolean seen = look (self, digest);

      self->fresh = self->fresh || !seen;
      self->skipping = !self->fresh;
    }
  gboolean skipping = self->skipping;

  g_mutex_unlock (&self->lock);

  return skipping;
}
