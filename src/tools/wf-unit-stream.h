/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

#define WF_TYPE_UNIT_STREAM (wf_unit_stream_get_type ())
G_DECLARE_FINAL_TYPE (WfUnitStream, wf_unit_stream, WF, UNIT_STREAM, GObject)

/* How a unit's picture is made and offered. */
typedef struct
{
  const char *id;        /* the mount point, wf_id_is_valid() */
  const char *name;      /* burnt in */
  int         width;     /* 160 to 3840, even; 0 for 1280 */
  int         height;    /* 90 to 2160, even; 0 for 720 */
  int         rate;      /* pictures per second, 1 to 60; 0 for 25 */
  int         kilobits;  /* per second, 64 to 20000; 0 for what fits the size */
  const char *codec;     /* "h264", "h265" or "jpeg"; NULL for the first */
  const char *sound;     /* a tone: "aac", "alaw", "mulaw" or "opus"; "none" or NULL for none */
  int         key;       /* seconds between key frames that nobody asked for, 1 to 600; 0 for 1 */
  gboolean    stamp;     /* write into each picture when it was taken, where its codec has a place for it */
  gboolean    udp_only;  /* refuse RTP inside the RTSP connection, as some cameras do */
} WfUnitStreamSpec;

WfUnitStream *wf_unit_stream_new             (void);
gboolean      wf_unit_stream_start           (WfUnitStream           *self,
                                              guint16                 port,
                                              GError                **error);
void          wf_unit_stream_stop            (WfUnitStream           *self);
guint16       wf_unit_stream_get_port        (WfUnitStream           *self);
gboolean      wf_unit_stream_add             (WfUnitStream           *self,
                                              const WfUnitStreamSpec *spec,
                                              GError                **error);
char         *wf_unit_stream_dup_uri         (WfUnitStream           *self,
                                              const char             *id);
void          wf_unit_stream_set_credentials (WfUnitStream           *self,
                                              const char             *user,
                                              const char             *password);
gboolean      wf_unit_stream_set_text        (WfUnitStream           *self,
                                              const char             *id,
                                              const char             *text);
void          wf_unit_stream_set_position    (WfUnitStream           *self,
                                              const char             *id,
                                              double                  latitude,
                                              double                  longitude,
                                              double                  speed,
                                              double                  heading);
gboolean      wf_unit_stream_set_frozen      (WfUnitStream           *self,
                                              const char             *id,
                                              gboolean                frozen);
gboolean      wf_unit_stream_set_garbage     (WfUnitStream           *self,
                                              const char             *id,
                                              gboolean                garbage);
gboolean      wf_unit_stream_set_limit       (WfUnitStream           *self,
                                              const char             *id,
                                              int                     kilobits);
void          wf_unit_stream_set_certificate (WfUnitStream           *self,
                                              GTlsCertificate        *certificate);
void          wf_unit_stream_drop_clients    (WfUnitStream           *self);
guint         wf_unit_stream_count_encoders  (WfUnitStream           *self);
guint         wf_unit_stream_count_clients   (WfUnitStream           *self);

G_END_DECLS
