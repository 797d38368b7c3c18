/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-init.h"
#include "wf-video-sound.h"
#include "wf-video-state.h"

#include <gdk/gdk.h>
#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _WfVideoRecording WfVideoRecording;

typedef enum
{
  WF_VIDEO_IMAGE_FORMAT_JPEG,
  WF_VIDEO_IMAGE_FORMAT_PNG,
} WfVideoImageFormat;

#define WF_TYPE_VIDEO_LINK (wf_video_link_get_type ())
G_DECLARE_FINAL_TYPE (WfVideoLink, wf_video_link, WF, VIDEO_LINK, GObject)

WfVideoLink  *wf_video_link_new               (const char           *uri,
                                               const char           *name);
const char   *wf_video_link_get_uri           (WfVideoLink          *self);
const char   *wf_video_link_get_name          (WfVideoLink          *self);
void          wf_video_link_set_name          (WfVideoLink          *self,
                                               const char           *name);
void          wf_video_link_set_credentials   (WfVideoLink          *self,
                                               const char           *user,
                                               const char           *password);

void          wf_video_link_hold              (WfVideoLink          *self,
                                               gpointer              viewer);
void          wf_video_link_release           (WfVideoLink          *self,
                                               gpointer              viewer);
void          wf_video_link_set_wanted_size   (WfVideoLink          *self,
                                               gpointer              viewer,
                                               int                   width,
                                               int                   height);
void          wf_video_link_retry             (WfVideoLink          *self);

WfVideoState  wf_video_link_get_state         (WfVideoLink          *self);
const char   *wf_video_link_get_reason        (WfVideoLink          *self);
WfVideoReason wf_video_link_get_reason_code   (WfVideoLink          *self);
int           wf_video_link_get_delay_ms      (WfVideoLink          *self);
double        wf_video_link_get_frame_rate    (WfVideoLink          *self);
int64_t       wf_video_link_get_bit_rate      (WfVideoLink          *self);
double        wf_video_link_get_loss          (WfVideoLink          *self);
int64_t       wf_video_link_get_last_frame_at (WfVideoLink          *self);
int64_t       wf_video_link_get_age_ms        (WfVideoLink          *self);
int           wf_video_link_get_width         (WfVideoLink          *self);
int           wf_video_link_get_height        (WfVideoLink          *self);
const char   *wf_video_link_get_codec         (WfVideoLink          *self);
int           wf_video_link_get_opening_ms    (WfVideoLink          *self);
GdkPaintable *wf_video_link_get_paintable     (WfVideoLink          *self);
WfVideoSound *wf_video_link_get_sound         (WfVideoLink          *self);
gboolean      wf_video_link_has_picture       (WfVideoLink          *self);

WfVideoRecording *wf_video_link_get_recording (WfVideoLink      *self);

void          wf_video_link_snapshot_async    (WfVideoLink          *self,
                                               WfVideoImageFormat    format,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
GBytes       *wf_video_link_snapshot_finish   (WfVideoLink          *self,
                                               GAsyncResult         *result,
                                               int64_t              *captured_at,
                                               GError              **error);

char         *wf_video_address_dup_plain      (const char           *uri);

G_END_DECLS
