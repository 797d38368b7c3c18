/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-gate.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Private to service. WfRooms: libsoup's servers, one after the other. */

typedef struct _WfRooms WfRooms;

/* Gives a new server its handlers. */
typedef void (*WfRoomsFurnish) (SoupServer *server,
                                gpointer    data);

WfRooms *wf_rooms_new    (WfRoomsFurnish   furnish,
                          gpointer         data);
void     wf_rooms_free   (WfRooms         *self);
gboolean wf_rooms_open   (WfRooms         *self,
                          GError         **error);
void     wf_rooms_close  (WfRooms         *self);
gpointer wf_rooms_enter  (WfRooms         *self,
                          GIOStream       *stream,
                          GSocketAddress  *local,
                          GSocketAddress  *remote,
                          GError         **error);
gboolean wf_rooms_is_old (WfRooms         *self,
                          gpointer         room);
void     wf_rooms_clear  (WfRooms         *self,
                          WfGate          *gate);

G_END_DECLS
