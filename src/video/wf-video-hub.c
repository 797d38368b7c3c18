/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-hub.h"

/**
 * WfVideoHub:
 *
 * Keeps the links of an application apart by address, so that one source is opened once, however many places show it.
 * Links that are open are kept until they have closed, so that a picture that moves from the strip to the full screen
 * does not blink; the others live as long as somebody else holds them.
 */
struct _WfVideoHub
{
  GObject parent_instance;

  GHashTable *links; /* (owned) of address → link, not referenced */
  GHashTable *open;  /* (owned) of links, referenced */
  GHashTable *sounds; /* (owned) of sounds, not referenced: theirs, and of recordings that are played */
  double      volume;
};

G_DEFINE_FINAL_TYPE (WfVideoHub, wf_video_hub, G_TYPE_OBJECT)

static gboolean
is_link_cb (gpointer key,
            gpointer value,
            gpointer user_data)
{
  return value == user_data;
}

static void
link_gone_cb (gpointer  data,
              GObject  *link)
{
  WfVideoHub *self = data;

  g_hash_table_foreach_remove (self->links, is_link_cb, link);
}

/* What nobody looks at any more is not heard when somebody looks again, much later. */
static void
state_changed_cb (WfVideoHub  *self,
                  GParamSpec  *pspec,
                  WfVideoLink *link)
{
  if (wf_video_link_get_state (link) == WF_VIDEO_STATE_IDLE)
    {
      wf_video_sound_set_heard (wf_video_link_get_sound (link), FALSE);
      g_hash_table_remove (self->open, link);
    }
  else if (!g_hash_table_contains (self->open, link))
    g_hash_table_add (self->open, g_object_ref (link));
}

/* One is heard at a time. */
static void
heard_changed_cb (WfVideoHub   *self,
                  GParamSpec   *pspec,
                  WfVideoSound *sound)
{
  GHashTableIter iter;
  gpointer other;

  if (!wf_video_sound_get_heard (sound))
    return;

  g_hash_table_iter_init (&iter, self->sounds);
  while (g_hash_table_iter_next (&iter, &other, NULL))
    if (other != sound)
      wf_video_sound_set_heard (other, FALSE);
}

static void
sound_gone_cb (gpointer  data,
               GObject  *sound)
{
  WfVideoHub *self = data;

  g_hash_table_remove (self->sounds, sound);
}

static void
wf_video_hub_dispose (GObject *object)
{
  WfVideoHub *self = WF_VIDEO_HUB (object);
  GHashTableIter iter;
  gpointer link;

  g_hash_table_iter_init (&iter, self->links);
  while (g_hash_table_iter_next (&iter, NULL, &link))
    {
      g_signal_handlers_disconnect_by_func (link, state_changed_cb, self);
      g_object_weak_unref (link, link_gone_cb, self);
    }

  g_hash_table_iter_init (&iter, self->sounds);
  while (g_hash_table_iter_next (&iter, &link, NULL))
    g_object_weak_unref (link, sound_gone_cb, self);

  g_hash_table_remove_all (self->sounds);
  g_hash_table_remove_all (self->links);
  g_hash_table_remove_all (self->open);

  G_OBJECT_CLASS (wf_video_hub_parent_class)->dispose (object);
}

static void
wf_video_hub_finalize (GObject *object)
{
  WfVideoHub *self = WF_VIDEO_HUB (object);

  g_hash_table_unref (self->links);
  g_hash_table_unref (self->open);
  g_hash_table_unref (self->sounds);

  G_OBJECT_CLASS (wf_video_hub_parent_class)->finalize (object);
}

static void
wf_video_hub_class_init (WfVideoHubClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_video_hub_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_video_hub_finalize;
}

static void
wf_video_hub_init (WfVideoHub *self)
{
  self->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->open = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->sounds = g_hash_table_new (NULL, NULL);
  self->volume = 1;
}

/**
 * wf_video_hub_new:
 *
 * Returns: (transfer full): a hub; one per application
 */
WfVideoHub *
wf_video_hub_new (void)
{
  return g_object_new (WF_TYPE_VIDEO_HUB, NULL);
}

/**
 * wf_video_hub_get_link:
 * @self: a hub
 * @uri: an rtsp:// or rtsps:// address
 * @name: (nullable): what people call the source; a new name replaces the one before, %NULL leaves it
 *
 * Returns: (transfer full): the one link to @uri
 */
WfVideoLink *
wf_video_hub_get_link (WfVideoHub *self,
                       const char *uri,
                       const char *name)
{
  g_return_val_if_fail (WF_IS_VIDEO_HUB (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  WfVideoLink *link = g_hash_table_lookup (self->links, uri);

  if (link != NULL)
    {
      if (name != NULL)
        wf_video_link_set_name (link, name);
      return g_object_ref (link);
    }

  link = wf_video_link_new (uri, name);
  g_hash_table_insert (self->links, g_strdup (uri), link);
  g_object_weak_ref (G_OBJECT (link), link_gone_cb, self);
  g_signal_connect_object (link, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  wf_video_hub_add_sound (self, wf_video_link_get_sound (link));

  return link;
}

/**
 * wf_video_hub_add_sound:
 * @self: a hub
 * @sound: (transfer none): of a recording that is played; those of links come by themselves
 *
 * Counts it among those of which one is heard at a time, as loud as the others, for as long as it lives.
 */
void
wf_video_hub_add_sound (WfVideoHub   *self,
                        WfVideoSound *sound)
{
  g_return_if_fail (WF_IS_VIDEO_HUB (self));
  g_return_if_fail (WF_IS_VIDEO_SOUND (sound));

  if (!g_hash_table_add (self->sounds, sound))
    return;

  wf_video_sound_set_volume (sound, self->volume);
  g_object_weak_ref (G_OBJECT (sound), sound_gone_cb, self);
  g_signal_connect_object (sound, "notify::heard", G_CALLBACK (heard_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * wf_video_hub_set_volume:
 * @self: a hub
 * @volume: 0 to 1
 *
 * How loud the one that is heard is, and whichever is heard after it.
 */
void
wf_video_hub_set_volume (WfVideoHub *self,
                         double      volume)
{
  GHashTableIter iter;
  gpointer sound;

  g_return_if_fail (WF_IS_VIDEO_HUB (self));

  self->volume = volume;
  g_hash_table_iter_init (&iter, self->sounds);
  while (g_hash_table_iter_next (&iter, &sound, NULL))
    wf_video_sound_set_volume (sound, volume);
}

/**
 * wf_video_hub_count:
 * @self: a hub
 *
 * Returns: how many links there are
 */
guint
wf_video_hub_count (WfVideoHub *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_HUB (self), 0);

  return g_hash_table_size (self->links);
}
