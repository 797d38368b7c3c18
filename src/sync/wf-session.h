/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-clock.h"
#include "wf-command.h"
#include "wf-item.h"
#include "wf-position.h"
#include "wf-problem.h"
#include "wf-reading.h"
#include "wf-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_SESSION (wf_session_get_type ())
G_DECLARE_FINAL_TYPE (WfSession, wf_session, WF, SESSION, GObject)

/**
 * WfLink:
 * @WF_LINK_OFFLINE: no connection; reading goes on, commands wait in the outbox
 * @WF_LINK_CONNECTING: trying
 * @WF_LINK_CATCHING_UP: connected, the replica is not yet level with the service
 * @WF_LINK_ONLINE: connected and level
 * @WF_LINK_REFUSED: the service does not take this person's token; it is not tried again by itself
 * @WF_LINK_OUTDATED: the service speaks of what this program does not know; the program must be updated, and what is here can
 *   be read meanwhile; it is not tried again by itself
 */
typedef enum {
  WF_LINK_OFFLINE,
  WF_LINK_CONNECTING,
  WF_LINK_CATCHING_UP,
  WF_LINK_ONLINE,
  WF_LINK_REFUSED,
  WF_LINK_OUTDATED,
} WfLink;

/* Properties (all notify): "link" (WfLink), "link-reason" (translated sentence, NULL when online), "delay" (milliseconds of
 * the last round trip, -1 unknown), "synced-at" (ms since the epoch), "pending" (commands in the outbox), "refused" (commands
 * of this person that the service refused and that nobody has dealt with), "ready" (the replica can be read), "scope" (what is
 * shown: `live` or an exercise; when it notifies, state, lists and journals are those of the new one already).
 *
 * Signals:
 *   "event" (WfEvent *event, gboolean own): a recorded event came by the feed (after it has been applied); own: made by a
 *           command of this workstation. For alarms and toasts. Of the scope that is shown.
 *   "elsewhere" (WfEvent *event, gboolean own): the same of something in a scope that is not shown: what is real goes on
 *           while somebody is in an exercise.
 *   "exercises" (): the exercises that wf_session_list_exercises() gives, or one of them, have changed.
 *   "refused" (WfCommand *command, WfProblem *problem): the service refused a command that was shown as pending; its effect
 *           has been taken back.
 *   "positions" (): units have moved; at most ten times a second.
 *   "sketched" (GVariant *sketch): somebody is drawing on the map at another desk: scope, type, points (none: it is over),
 *           radius_m, actor, name, and desk, a number for each desk.
 *   "uploaded" (const char *digest, gboolean taken): a file has arrived at the service, or will never be taken there.
 *
 * Who owns what: the list of a kind belongs to the session (transfer none) and lasts as long as it does. Lists of children,
 * journals and items are given with a reference (transfer full: g_autoptr (GListModel), or hand it on to a constructor that
 * takes it); asked for twice, they are the same objects as long as somebody holds them. The state belongs to the session
 * (transfer none) and stays the same object; entities in it change. Ids, bytes, drafts and tracks are the caller's (transfer
 * full). A journal's newest line is the last one of its model. Payloads and drafts may be floating. A session is used from the
 * main thread only; close it before the last reference goes. */

WfSession   *wf_session_new            (WfClock             *clock,
                                        const char          *uri,
                                        const char          *token,
                                        const char          *folder);
void         wf_session_open_async     (WfSession           *self,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data);
gboolean     wf_session_open_finish    (WfSession           *self,
                                        GAsyncResult        *result,
                                        GError             **error);
void         wf_session_close          (WfSession           *self);
GTlsDatabase *wf_session_get_trust     (WfSession           *self);
gboolean     wf_session_set_trust      (WfSession           *self,
                                        const char          *authority,
                                        const char          *pin,
                                        GError             **error);
void         wf_session_set_service    (WfSession           *self,
                                        const char          *uri,
                                        const char          *token);

WfLink       wf_session_get_link       (WfSession           *self);
gboolean     wf_session_is_unauthorized (WfSession          *self);
const char  *wf_session_get_link_reason (WfSession          *self);
int          wf_session_get_delay      (WfSession           *self);
int64_t      wf_session_get_synced_at  (WfSession           *self);
guint        wf_session_get_pending    (WfSession           *self);
gboolean     wf_session_is_ready       (WfSession           *self);
const char  *wf_session_get_scope      (WfSession           *self);
gboolean     wf_session_is_drill       (WfSession           *self);
WfProblem   *wf_session_enter          (WfSession           *self,
                                        const char          *scope);
WfEntity    *wf_session_find_exercise  (WfSession           *self,
                                        const char          *scope);
GPtrArray   *wf_session_list_exercises (WfSession           *self);
const char  *wf_session_get_actor      (WfSession           *self);
const char  *wf_session_get_actor_name (WfSession           *self);
const char  *wf_session_get_role       (WfSession           *self);
void         wf_session_set_person     (WfSession           *self,
                                        const char          *actor);
gboolean     wf_session_is_foreign     (WfSession           *self);
void         wf_session_set_ended      (WfSession           *self,
                                        gboolean             ended);
gboolean     wf_session_get_ended      (WfSession           *self);
WfProblem   *wf_session_check          (WfSession           *self,
                                        const char          *type);
int64_t      wf_session_now            (WfSession           *self);
int64_t      wf_session_scope_now      (WfSession           *self);
int64_t      wf_session_scope_time     (WfSession           *self,
                                        const char          *scope,
                                        int64_t              real);
char        *wf_session_new_id         (WfSession           *self);

WfState     *wf_session_get_state      (WfSession           *self);
WfItem      *wf_session_get_item       (WfSession           *self,
                                        const char          *kind,
                                        const char          *id);
GListModel  *wf_session_list           (WfSession           *self,
                                        const char          *kind);
GListModel  *wf_session_list_children  (WfSession           *self,
                                        const char          *kind,
                                        const char          *parent);
GListModel  *wf_session_journal        (WfSession           *self,
                                        const char          *subject);

void         wf_session_submit_async   (WfSession           *self,
                                        const char          *type,
                                        GVariant            *payload,
                                        int64_t              occurred_at,
                                        GVariant            *based_on,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data);
void         wf_session_submit_in_async (WfSession          *self,
                                        const char          *scope,
                                        const char          *type,
                                        GVariant            *payload,
                                        int64_t              occurred_at,
                                        GVariant            *based_on,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data);
gboolean     wf_session_submit_finish  (WfSession           *self,
                                        GAsyncResult        *result,
                                        WfProblem          **problem,
                                        GError             **error);

/**
 * WfDifference:
 * @field: a field's name
 * @mine: (nullable): what the command gives it
 * @theirs: (nullable): how it stands
 *
 * A field that a refused command and the records say differently.
 */
typedef struct
{
  char     *field;
  GVariant *mine;
  GVariant *theirs;
} WfDifference;

/**
 * WfRefusal:
 * @command: what was wanted
 * @problem: why the service refused it
 * @refused_at: when
 * @kind: (nullable): kind of the thing that it is about
 * @entity: (nullable): how that stands now; %NULL where there is none
 * @event: (nullable): who changed it last and when, as far as it is known here
 * @differences: (element-type WfDifference): where the two say different things
 *
 * A refused command, put beside what has become of the thing meanwhile.
 */
typedef struct
{
  WfCommand  *command;
  WfProblem  *problem;
  int64_t     refused_at;
  const char *kind;
  WfEntity   *entity;
  WfEvent    *event;
  GPtrArray  *differences;
} WfRefusal;

void         wf_refusal_free           (WfRefusal           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfRefusal, wf_refusal_free)

/* Commands that the service refused, or that are somebody else's; see the functions. */
guint        wf_session_get_refused    (WfSession           *self);
WfRefusal   *wf_session_find_refusal   (WfSession           *self,
                                        const char          *id);
GVariant    *wf_session_base           (WfEntity            *seen,
                                        const char          *type,
                                        GVariant            *payload);
char        *wf_session_name_actor     (WfSession           *self,
                                        const char          *actor);
GPtrArray   *wf_session_list_refused   (WfSession           *self,
                                        GPtrArray          **problems);
void         wf_session_forget_refused (WfSession           *self,
                                        const char          *id);
GPtrArray   *wf_session_list_held      (WfSession           *self);

GVariant    *wf_session_get_draft      (WfSession           *self,
                                        const char          *name);
void         wf_session_set_draft      (WfSession           *self,
                                        const char          *name,
                                        GVariant            *draft);

gboolean     wf_session_get_position   (WfSession           *self,
                                        const char          *unit,
                                        WfPosition          *position);
gboolean     wf_session_get_position_at (WfSession          *self,
                                         const char         *scope,
                                        const char          *unit,
                                        int64_t              at,
                                        WfPosition          *position);
GArray      *wf_session_get_readings   (WfSession           *self,
                                        const char          *source);
void         wf_session_fetch_readings_async (WfSession      *self,
                                              const char     *source,
                                              const char     *quantity,
                                              int64_t         since,
                                              GCancellable   *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer        data);
GArray      *wf_session_fetch_readings_finish (WfSession     *self,
                                               GAsyncResult  *result,
                                               GError       **error);
GArray      *wf_session_get_track      (WfSession           *self,
                                        const char          *unit);
void         wf_session_fetch_track_async (WfSession         *self,
                                           const char        *unit,
                                           int64_t            since,
                                           GCancellable      *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer           data);
GArray      *wf_session_fetch_track_finish (WfSession        *self,
                                            GAsyncResult     *result,
                                            GError          **error);
void         wf_session_report_readings (WfSession          *self,
                                         const WfReading    *readings,
                                         guint               n);
void         wf_session_report_position (WfSession          *self,
                                        const char          *unit,
                                        const WfPosition    *position);

void         wf_session_sketch         (WfSession           *self,
                                        const char          *type,
                                        GVariant            *points,
                                        double               radius);

void         wf_session_upload_async   (WfSession           *self,
                                        GBytes              *bytes,
                                        const char          *content_type,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data);
char        *wf_session_upload_finish  (WfSession           *self,
                                        GAsyncResult        *result,
                                        GError             **error);
void         wf_session_upload_file_async (WfSession        *self,
                                        const char          *path,
                                        const char          *content_type,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data);
gboolean     wf_session_is_upload_waiting (WfSession        *self,
                                        const char          *digest);
guint        wf_session_get_uploads    (WfSession           *self,
                                        double              *part);
const char  *wf_session_get_folder     (WfSession           *self);
void         wf_session_fetch_file_async (WfSession         *self,
                                        const char          *digest,
                                        goffset              size,
                                        GCancellable        *cancellable,
                                        GFileProgressCallback progress,
                                        gpointer             progress_data,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data);
char        *wf_session_fetch_file_finish (WfSession        *self,
                                        GAsyncResult        *result,
                                        GError             **error);
void         wf_session_fetch_async    (WfSession           *self,
                                        const char          *digest,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data);
GBytes      *wf_session_fetch_finish   (WfSession           *self,
                                        GAsyncResult        *result,
                                        GError             **error);

G_END_DECLS
