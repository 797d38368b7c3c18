/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* A small HTTP server on loopback that says whatever a test wants it to say, right or wrong. */
typedef struct _VideoServer VideoServer;

VideoServer *video_server_new         (void);
void         video_server_free        (VideoServer *self);
void         video_server_set_certificate (VideoServer     *self,
                                           GTlsCertificate *certificate);
char        *video_server_dup_uri     (VideoServer *self,
                                       const char  *path);
void         video_server_add         (VideoServer *self,
                                       const char  *path,
                                       const char  *head,
                                       const void  *body,
                                       gsize        size);
void         video_server_add_endless (VideoServer *self,
                                       const char  *path,
                                       const char  *head,
                                       const void  *again,
                                       gsize        size);
void         video_server_add_folder  (VideoServer *self,
                                       const char  *folder);
void         video_server_add_stream  (VideoServer *self,
                                       const char  *path,
                                       const char  *head,
                                       const char  *pipeline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VideoServer, video_server_free)

G_END_DECLS
