/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-clock.h"
#include "wf-command.h"
#include "wf-entry.h"
#include "wf-filter.h"
#include "wf-histogram.h"
#include "wf-position.h"
#include "wf-problem.h"
#include "wf-reads.h"
#include "wf-rights.h"
#include "wf-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_STORE_ERROR (wf_store_error_quark ())

/**
 * WfStoreError:
 * @WF_STORE_ERROR_LOCKED: another program owns the data folder
 * @WF_STORE_ERROR_OPEN: the data folder cannot be opened
 * @WF_STORE_ERROR_VERSION: it was written by a newer program
 * @WF_STORE_ERROR_CORRUPT: what lies there does not hold together
 * @WF_STORE_ERROR_UNAVAILABLE: the disk is failing; nothing was kept, and it may be tried again
 * @WF_STORE_ERROR_READ_ONLY: the disk is read-only; nothing was kept, and it may be tried again
 * @WF_STORE_ERROR_FULL: the disk is full; nothing was kept, and it may be tried again
 * @WF_STORE_ERROR_GONE: the position asked for is not held, or lies ahead
 * @WF_STORE_ERROR_NOT_FOUND: there is no such thing
 * @WF_STORE_ERROR_DIGEST: bytes that do not have the digest that they should have
 * @WF_STORE_ERROR_TYPE: bytes that are not of the type that they should be of
 * @WF_STORE_ERROR_LIMIT: too much at once
 * @WF_STORE_ERROR_INTERNAL: the rules made something that cannot be kept: a fault of this program
 */
typedef enum {
  WF_STORE_ERROR_LOCKED,
  WF_STORE_ERROR_OPEN,
  WF_STORE_ERROR_VERSION,
  WF_STORE_ERROR_CORRUPT,
  WF_STORE_ERROR_UNAVAILABLE,
  WF_STORE_ERROR_READ_ONLY,
  WF_STORE_ERROR_FULL,
  WF_STORE_ERROR_GONE,
  WF_STORE_ERROR_NOT_FOUND,
  WF_STORE_ERROR_DIGEST,
  WF_STORE_ERROR_TYPE,
  WF_STORE_ERROR_LIMIT,
  WF_STORE_ERROR_INTERNAL,
} WfStoreError;

GQuark wf_store_error_quark (void);

/**
 * WfStoreCondition:
 * @WF_STORE_GOOD: what comes in is kept
 * @WF_STORE_FULL: there is no room on the disk
 * @WF_STORE_READ_ONLY: the disk takes nothing
 * @WF_STORE_FAILING: the disk fails
 * @WF_STORE_CORRUPT: the database is damaged; nothing is kept any more until a backup takes its place
 *
 * Whether a store can keep what comes in. Reading goes on in all of them, as far as the disk can be read.
 */
typedef enum {
  WF_STORE_GOOD,
  WF_STORE_FULL,
  WF_STORE_READ_ONLY,
  WF_STORE_FAILING,
  WF_STORE_CORRUPT,
} WfStoreCondition;

/**
 * WfStoreHealth:
 * @condition: whether it can keep what comes in
 * @reason: (nullable): why not, in a sentence that says what to do
 * @clock_lead: by how many milliseconds its time is ahead of the machine's clock, because that was set back
 * @disk_free: bytes that there is room for
 * @database_bytes: size of the database
 * @log_bytes: size of its write-ahead log
 * @telemetry_lost: how many positions and readings found no room to wait for the disk, since it began to lag; 0: it does not
 * @checked: whether the whole database has been looked through since the start
 * @batches: how many commands shared each commit
 * @commits: how long each commit took, in seconds
 * @failed_commits: how many commits failed
 *
 * How a store is. Clear it with wf_store_health_clear().
 */
typedef struct
{
  WfStoreCondition condition;
  char            *reason;
  int64_t          clock_lead;
  guint64          disk_free;
  guint64          database_bytes;
  guint64          log_bytes;
  guint64          telemetry_lost;
  gboolean         checked;
  WfHistogram      batches;
  WfHistogram      commits;
  guint64          failed_commits;
} WfStoreHealth;

void wf_store_health_clear (WfStoreHealth *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WfStoreHealth, wf_store_health_clear)

#define WF_TYPE_OUTCOME (wf_outcome_get_type ())

/**
 * WfOutcome:
 * @id: the command's id
 * @repeated: whether the command had been answered before: nothing was done now
 * @reused: whether the id belongs to another command: nothing was done
 * @problem: (nullable): why it was refused; %NULL if it was accepted
 * @entries: (element-type WfEntry): what it made, empty if it was refused
 *
 * The answer to a command. Immutable.
 */
typedef struct
{
  gatomicrefcount refs;
  char           *id;
  gboolean        repeated;
  gboolean        reused;
  WfProblem      *problem;
  GPtrArray      *entries;
} WfOutcome;

GType      wf_outcome_get_type (void);
WfOutcome *wf_outcome_ref      (WfOutcome *self);
void       wf_outcome_unref    (WfOutcome *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfOutcome, wf_outcome_unref)

/**
 * WfPage:
 * @entries: entries as they stand on the wire, with commas between them
 * @n: how many
 * @first: position (or number, for one scope's journal) of the first
 * @last: that of the last; where there is none, what was asked to begin after; with a filter, how far was looked
 * @more: whether there are more behind it
 *
 * A piece of the journal, ready to be sent.
 */
typedef struct
{
  GBytes  *entries;
  guint    n;
  int64_t  first;
  int64_t  last;
  gboolean more;
} WfPage;

void wf_page_free (WfPage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfPage, wf_page_free)

/**
 * WfToken:
 * @actor: id of the person, unit or program that it belongs to
 * @name: what people call them
 * @post: (nullable): the post that they are on
 * @role: the role that they act in
 * @unit: (nullable): for a mobile unit: the one whose positions it may tell
 * @reads: whether they may read the records (wf_rights_reads())
 * @expires_at: when it ends
 *
 * Who a bearer token belongs to. The token itself is kept nowhere, only its SHA-256.
 */
typedef struct
{
  char   *actor;
  char   *name;
  char   *post;
  char   *role;
  char   *unit;
  gboolean reads;
  int64_t expires_at;
} WfToken;

WfToken *wf_token_copy (const WfToken *self);
void     wf_token_free (WfToken       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfToken, wf_token_free)

/* How long a person stays signed in: a watch of twelve hours and its hand-over. */
#define WF_STORE_SIGN_IN_LASTS ((int64_t) 14 * 3600 * 1000)

/**
 * WfSignIn:
 * @token: (nullable): the token; %NULL where the name or the password is not right
 * @who: (nullable): whose it is
 * @wait: milliseconds until another attempt is looked at, where there were too many; 0: none
 *
 * The answer to somebody who signs in.
 */
typedef struct
{
  char    *token;
  WfToken *who;
  int64_t  wait;
} WfSignIn;

void wf_sign_in_free (WfSignIn *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfSignIn, wf_sign_in_free)

/**
 * WfUnitPosition:
 * @unit: id of a unit
 * @position: where it was
 */
typedef struct
{
  char      *unit;
  WfPosition position;
} WfUnitPosition;

/**
 * WfMedium:
 * @size: in bytes
 * @type: its Content-Type
 */
typedef struct
{
  int64_t size;
  char   *type;
} WfMedium;

void wf_medium_free (WfMedium *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfMedium, wf_medium_free)

#define WF_TYPE_STORE (wf_store_get_type ())
G_DECLARE_FINAL_TYPE (WfStore, wf_store, WF, STORE, GObject)

WfStore       *wf_store_open               (const char           *folder,
                                            WfClock              *clock,
                                            GError              **error);
void           wf_store_close              (WfStore              *self);
const char    *wf_store_get_service        (WfStore              *self);
const char    *wf_store_get_folder         (WfStore              *self);
WfClock       *wf_store_get_clock          (WfStore              *self);
int64_t        wf_store_get_head           (WfStore              *self);
char          *wf_store_dup_fault          (WfStore              *self);
void           wf_store_get_health         (WfStore              *self,
                                            WfStoreHealth        *health);
guint          wf_store_get_waiting        (WfStore              *self);

void           wf_store_submit_async       (WfStore              *self,
                                            GPtrArray            *commands,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
GPtrArray     *wf_store_submit_finish      (WfStore              *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void           wf_store_tick_async         (WfStore              *self,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
gboolean       wf_store_tick_finish        (WfStore              *self,
                                            GAsyncResult         *result,
                                            GError              **error);
int64_t        wf_store_next_due           (WfStore              *self);

void           wf_store_read_changes_async (WfStore              *self,
                                            int64_t               since,
                                            guint                 limit,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
void           wf_store_read_filtered_async (WfStore             *self,
                                             WfRole               role,
                                             WfFilter            *filter,
                                             int64_t              since,
                                             guint                limit,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             data);
void           wf_store_read_journal_async (WfStore              *self,
                                            WfRole                role,
                                            const char           *scope,
                                            const char           *subject,
                                            int64_t               since,
                                            guint                 limit,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
WfPage        *wf_store_read_finish        (WfStore              *self,
                                            GAsyncResult         *result,
                                            GError              **error);

void           wf_store_read_entities_async (WfStore             *self,
                                             const char          *scope,
                                             char               **kinds,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             data);
GPtrArray     *wf_store_read_entities_finish (WfStore            *self,
                                              GAsyncResult       *result,
                                              GError            **error);

WfProblem     *wf_store_check_telemetry    (WfStore              *self,
                                            const char           *scope);
guint          wf_store_put_positions      (WfStore              *self,
                                            const char           *scope,
                                            const WfUnitPosition *positions,
                                            guint                 n,
                                            GError              **error);
GArray        *wf_store_copy_positions     (WfStore              *self,
                                            const char           *scope);
void           wf_store_flush_telemetry    (WfStore              *self);
void           wf_store_start_tracks       (WfStore              *self,
                                            guint                 seconds);
void           wf_store_close_tracks_async (WfStore              *self,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
gssize         wf_store_close_tracks_finish (WfStore             *self,
                                             GAsyncResult        *result,
                                             GError             **error);
void           wf_store_read_track_async   (WfStore              *self,
                                            const char           *scope,
                                            const char           *unit,
                                            int64_t               since,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
GBytes        *wf_store_read_track_finish  (WfStore              *self,
                                            GAsyncResult         *result,
                                            GError              **error);

char          *wf_store_media_path         (WfStore              *self,
                                            const char           *digest);
char          *wf_store_media_partial      (WfStore              *self,
                                            const char           *digest,
                                            const char           *actor);
void           wf_store_set_media_quota    (WfStore              *self,
                                            gint64                total,
                                            gint64                per_actor);
void           wf_store_set_file_error     (GError              **error,
                                            int                   code);
void           wf_store_promise_medium     (WfStore              *self,
                                            const char           *partial,
                                            gint64                size);
gboolean       wf_store_check_media_room   (WfStore              *self,
                                            const char           *digest,
                                            const char           *actor,
                                            gint64                size,
                                            GError              **error);
void           wf_store_adopt_medium_async (WfStore              *self,
                                            const char           *draft,
                                            const char           *digest,
                                            const char           *type,
                                            const char           *actor,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
gboolean       wf_store_adopt_medium_finish (WfStore             *self,
                                             GAsyncResult        *result,
                                             gboolean            *known,
                                             GError             **error);
void           wf_store_find_medium_async  (WfStore              *self,
                                            const char           *digest,
                                            const WfToken        *reader,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
WfMedium      *wf_store_find_medium_finish (WfStore              *self,
                                            GAsyncResult         *result,
                                            GError              **error);

const WfToken *wf_store_find_token         (WfStore              *self,
                                            const char           *token);
void           wf_store_lend_token         (WfStore              *self,
                                            const char           *token,
                                            const char           *actor,
                                            const char           *name,
                                            const char           *post);
void           wf_store_note_read          (WfStore              *self,
                                            const WfRead         *read);
void           wf_store_reload_tokens      (WfStore              *self);
void           wf_store_sign_in_async      (WfStore              *self,
                                            const char           *user,
                                            const char           *password,
                                            const char           *address,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
WfSignIn      *wf_store_sign_in_finish     (WfStore              *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void           wf_store_sign_out_async     (WfStore              *self,
                                            const char           *token,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
gboolean       wf_store_sign_out_finish    (WfStore              *self,
                                            GAsyncResult         *result,
                                            GError              **error);
WfState       *wf_people_read              (const char           *folder,
                                            GError              **error);
gboolean       wf_passwords_forgive        (const char           *folder,
                                            const char           *user,
                                            GError              **error);
gboolean       wf_passwords_set            (const char           *folder,
                                            const char           *user,
                                            const char           *password,
                                            int64_t               now,
                                            GError              **error);
char          *wf_tokens_add_role          (const char           *folder,
                                            const char           *actor,
                                            const char           *name,
                                            const char           *post,
                                            const char           *role,
                                            int64_t               now,
                                            int64_t               expires_at,
                                            GError              **error);
GPtrArray     *wf_tokens_list              (const char           *folder,
                                            GError              **error);
char          *wf_tokens_add               (const char           *folder,
                                            const char           *actor,
                                            const char           *name,
                                            const char           *post,
                                            int64_t               now,
                                            int64_t               expires_at,
                                            GError              **error);
gboolean       wf_tokens_revoke            (const char           *folder,
                                            const char           *actor,
                                            int64_t               now,
                                            guint                *n,
                                            GError              **error);

G_END_DECLS
