/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-sound-private.h"
#include "wf-video-state.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Private to src/video. */

/* All of them run in threads of GStreamer. */
typedef struct
{
  GstPadProbeCallback   coded;              /* sees each picture before it is decoded, and may drop it */
  GstPadProbeCallback   sound;              /* sees each piece of coded sound as it comes */
  void                (*found)  (const char    *codec,      /* constant: what the pictures are coded in, as people know it */
                                 gpointer       user_data);
  void                (*dated)  (int64_t        taken_at,   /* when the first picture was taken, ms since 1970 */
                                 gpointer       user_data);
  void                (*paced)  (gpointer       user_data); /* pictures come faster than they are to be shown */
  void                (*failed) (WfVideoReason  reason,
                                 const char    *detail,     /* (nullable) a sentence */
                                 gpointer       user_data);
} WfVideoChainFuncs;

/* From what a source sends to its pictures. A plain value. */
typedef struct
{
  GstBin                  *bin;   /* not owned: the pipeline */
  GstElement              *sink;  /* not owned: where the pictures go, in @bin already */
  WfVideoEar              *ear;   /* not owned: where the sound goes */
  const WfVideoChainFuncs *funcs;
  gpointer                 user_data;
  gboolean                 software; /* no decoder that is hardware */
  gboolean                 pinned; /* one certificate is accepted, for the address itself */
} WfVideoChain;

GstElement *wf_video_chain_make   (const char    *factory,
                                   GError       **error);
gboolean    wf_video_chain_knows  (GstCaps       *caps);
void        wf_video_chain_follow (WfVideoChain  *self,
                                   GstPad        *pad,
                                   GstCaps       *caps);

G_END_DECLS
