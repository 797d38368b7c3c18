/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-feed.h"
#include "wf-gate.h"
#include "wf-rooms.h"
#include "wf-json.h"
#include "wf-ogc.h"
#include "wf-query.h"
#include "wf-service.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Versions of the wire (doc/protocol.md). A service speaks the one before its own too, so that it can be updated before the
 * workstations are. There has been only one so far. */
#define WF_SERVICE_PROTOCOL        1
#define WF_SERVICE_PROTOCOL_OLDEST 1

#define WF_SERVICE_COMMAND_BYTES (8 * 1024 * 1024)
#define WF_SERVICE_MEDIUM_BYTES  (64 * 1024 * 1024)
#define WF_SERVICE_MEDIUM_TOTAL  (1024 * 1024 * 1024)
#define WF_SERVICE_SMALL_BYTES   (1024 * 1024)
#define WF_SERVICE_SKETCH_BYTES  (64 * 1024)
#define WF_SERVICE_SIGN_IN_BYTES (8 * 1024)
#define WF_SERVICE_BATCH_MAX     200

typedef struct _WfTileSets WfTileSets;

struct _WfService
{
  GObject         parent_instance;

  WfStore        *store;    /* (owned) */
  WfRooms        *rooms;
  WfGate         *gate;     /* (owned) */
  WfFeed         *feed;     /* (owned) */
  WfOgc          *ogc;      /* (owned) */
  WfTileSets     *tiles;    /* (owned) (nullable) once one was asked for */
  GBytes         *openapi;  /* (owned) (nullable) the document, once it was asked for */
  GCancellable   *stopping; /* (owned) */
  guint16         port;
  guint           token_timer;
  GQueue          pollers;  /* (element-type Poller) who waits for something new */
  guint           moved_timer;
  GHashTable     *uploads;  /* (owned) set of paths that are being written to */
  WfServiceLimits limits;
  guint           n_snapshots;
  guint           n_own;       /* questions for what is somebody's own that are under way */
  gboolean        auditing;  /* whether somebody is being told who read what */
  GPtrArray      *followers; /* (owned) (element-type SoupWebsocketConnection) not owned, gone when they go */

  /* for /metrics */
  guint64         n_requests;
  guint64         n_refused_requests;
  guint64         n_commands;
  guint64         n_refused_commands;
  guint64         n_repeated_commands;
  guint64         n_failed_commands;
  guint64         n_malformed_commands;
  guint64         n_snapshots_started;
  WfHistogram     command_times;
  guint64         n_positions;
};

/* A request that is answered later. It ends when it was answered or the other end has gone. */
typedef struct
{
  WfService         *service; /* (owned) */
  SoupServerMessage *message; /* (owned) */
  GCancellable      *gone;    /* (owned) cancelled when the other end has gone */
  gulong             finished_handler;
} WfPending;

WfPending  *wf_pending_new           (WfService          *service,
                                      SoupServerMessage  *message);
void        wf_pending_free          (WfPending          *self);
gboolean    wf_pending_is_gone       (WfPending          *self);
void        wf_pending_answer        (WfPending          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfPending, wf_pending_free)

gboolean    wf_service_read_query    (SoupServerMessage  *message,
                                      WfParameter        *parameters,
                                      guint               n);

void        wf_service_send          (SoupServerMessage  *message,
                                      guint               status,
                                      const char         *type,
                                      GString            *body);
void        wf_service_send_bytes    (SoupServerMessage  *message,
                                      guint               status,
                                      const char         *type,
                                      GBytes             *body);
void        wf_service_send_problem  (SoupServerMessage  *message,
                                      const char         *kind,
                                      const char         *detail,
                                      const char         *rule,
                                      const char         *field);
void        wf_service_send_error    (SoupServerMessage  *message,
                                      const GError       *error);
WfJsonDoc  *wf_service_read_body     (SoupServerMessage  *message,
                                      gsize               limit);

const WfToken *wf_service_token      (SoupServerMessage  *message);
WfRole      wf_service_role          (SoupServerMessage  *message);

/* wf-service-reads.c */
void        wf_service_note_read     (WfService          *self,
                                      SoupServerMessage  *message,
                                      const char         *what,
                                      const char         *scope,
                                      const char         *subject,
                                      int64_t             first,
                                      int64_t             last);
void        wf_service_note_follower (SoupServerMessage  *message,
                                      SoupWebsocketConnection *connection);
void        wf_service_start_notes   (WfService          *self);
char       *wf_service_address       (SoupServerMessage  *message);

/* wf-route-session.c */
gboolean    wf_service_may           (SoupServerMessage  *message,
                                      const char         *path);
gboolean    wf_service_may_read_of   (SoupServerMessage  *message,
                                      const char         *unit);
gboolean    wf_service_may_send_for  (SoupServerMessage  *message,
                                      const char         *unit);
void        wf_service_write_person  (WfService          *self,
                                      GString            *body,
                                      const WfToken      *token);
void        wf_service_watch_follower (WfService         *self,
                                      SoupServerMessage  *message,
                                      SoupWebsocketConnection *connection);
void        wf_service_check_followers (WfService        *self);
void        wf_route_sign_in         (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_sign_out        (WfService          *self,
                                      SoupServerMessage  *message);

/* wf-route-tiles.c */
WfTileSets *wf_tile_sets_new         (const char         *data);
void        wf_tile_sets_free        (WfTileSets         *self);
void        wf_route_tile_sets       (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_tile            (WfService          *self,
                                      SoupServerMessage  *message);

/* Routes. */
void        wf_route_health          (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_metrics         (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_commands        (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_changes         (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_journal         (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_snapshot        (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_audit           (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_telemetry       (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_sketches        (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_own             (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_readings        (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_tracks          (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_put_medium      (WfService          *self,
                                      SoupServerMessage  *message);
void        wf_route_get_medium      (WfService          *self,
                                      SoupServerMessage  *message,
                                      const char         *digest);
void        wf_route_begin_medium    (WfService          *self,
                                      SoupServerMessage  *message,
                                      const char         *digest);
void        wf_route_follow          (WfService          *self,
                                      SoupServerMessage  *message,
                                      SoupWebsocketConnection *connection);
void        wf_service_send_offset   (SoupServerMessage  *message,
                                      guint               status,
                                      gint64              offset);
void        wf_service_wake_pollers  (WfService          *self);
void        wf_service_wake_movers   (WfService          *self);
void        wf_service_drop_pollers  (WfService          *self);

G_END_DECLS
