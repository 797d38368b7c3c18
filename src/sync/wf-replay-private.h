/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-replay.h"

G_BEGIN_DECLS

/* Private to the files of WfReplay: wf-replay.c has the story and its moments, wf-replay-tracks.c where units were and where
 * their cameras looked. */

struct _WfReplay
{
  GObject parent_instance;

  WfSession    *session;     /* (owned) */
  char         *incident;    /* (owned) */
  char         *scope;       /* (owned): whose story it is; the session may go on to another */
  GListModel   *journal;     /* (owned) */
  GPtrArray    *events;      /* (owned) (element-type WfEvent): by number */
  GArray       *times;       /* (owned) (element-type gint64): when each of them was */
  WfState      *base;        /* (owned): the registry without incidents */
  WfState      *state;       /* (owned): what lies on it */
  guint         applied;     /* so many of @events are in @state */
  GHashTable   *tracks;      /* (owned) (element-type utf8 GArray): of units; an empty one while it is fetched */
  GHashTable   *looks;       /* (owned) (element-type utf8 Look): "unit\nquantity" → what its camera told */
  GCancellable *cancellable; /* (owned) */
  GPtrArray    *to_copy;     /* (owned) (nullable) (element-type utf8): kinds that are not in @base yet */
  guint         copied;      /* of the last of them */
  guint         copying;     /* source that goes on with it */
  guint         fetching;    /* tracks and readings under way */
  int64_t       since;       /* from when on @tracks are */
  int64_t       time;
  int           pace;        /* how fast it is played, 0 while it stands */
};

void wf_replay_init_tracks   (WfReplay   *self);
void wf_replay_clear_tracks  (WfReplay   *self);
void wf_replay_forget_tracks (WfReplay   *self);
void wf_replay_fetch_track   (WfReplay   *self,
                              const char *unit);
void wf_replay_update_tracks (WfReplay   *self);

G_END_DECLS
