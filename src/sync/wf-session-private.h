/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-feed-private.h"
#include "wf-lists-private.h"
#include "wf-outbox-private.h"
#include "wf-replica-private.h"
#include "wf-session.h"
#include "wf-worker.h"

G_BEGIN_DECLS

/* How the parts of a session hang together:
 *
 *   feed → inbox → base (the replica in memory) → replica file → acknowledgement
 *                    ↓
 *   submit → outbox file → pending commands → layer over base = what screens read
 *                    ↓
 *   items and lists (by key), journals, "event"
 *
 * wf-session.c owns the object, wf-session-scope.c which scope is shown, wf-session-feed.c what comes in,
 * wf-session-outbox.c what goes out, wf-session-lists.c what screens hold, wf-session-media.c files and drafts,
 * wf-session-positions.c where units are, wf-session-readings.c what sensors read. Everything here runs in the main thread. */

/* A command that waits for the service. */
typedef struct
{
  WfOutboxRow *row;      /* (owned) */
  WfCommand   *command;  /* (owned) */
  gboolean     durable;  /* it is on the disk, so it may be sent */
  gboolean     accepted; /* the service has it; shown until its events have come */
  int64_t      until;    /* their last position */
  GPtrArray   *lines;    /* (owned) (nullable) (element-type WfJournalLine) what it will add to the journal */
} WfPending;

/* Where a unit is and was. */
typedef struct
{
  WfPosition last;
  GArray    *track;      /* (owned) (element-type WfPosition) oldest first */
  gboolean   asked;      /* whether the service has been asked for the track */
} WfTrack;

struct _WfSession
{
  GObject parent_instance;

  WfClock      *clock;        /* (owned) */
  char         *folder;       /* (owned) */
  char         *uri;          /* (owned) (nullable) */
  char         *token;        /* (owned) (nullable) */
  GTlsDatabase *trust;        /* (owned) (nullable) */
  WfReplica    *replica;      /* (owned) */
  WfOutbox     *outbox;       /* (owned) */
  WfFeed       *feed;         /* (owned) (nullable) */
  GCancellable *cancellable;  /* (owned) cancelled by close */
  gboolean      opened;
  gboolean      closed;

  /* who we are */
  char    *service;           /* (owned) (nullable) */
  char    *actor;             /* (owned) (nullable) */
  char    *name;              /* (owned) (nullable) */
  char    *post;              /* (owned) (nullable) */
  char    *role;              /* (owned) (nullable) as the token carries it */
  gboolean verified;          /* the service has said so on this connection */
  gboolean foreign;           /* what is in memory is another person's, or another service's */
  char    *expected;          /* (owned) (nullable) id of the person who signed in */
  gboolean ended;             /* that sign-in is over */

  /* the replica in memory */
  WfState    *base;           /* (owned) live, and what each exercise reads of it as frozen */
  GHashTable *layers;         /* (owned) exercise → WfState (owned): what happened in it, over @base */
  char       *scope;          /* (owned) what is shown: live, or one of @layers */
  WfState    *state;          /* (owned) that scope with what is pending over it */
  GHashTable *heads;          /* (owned) scope → WfHead */
  int64_t     position;
  int64_t     head;           /* the service's */
  gboolean    ready;
  GQueue      inbox;          /* (element-type WfEntry) (owned) */
  guint       inbox_id;
  guint       gaps;           /* snapshots in a row that did not help */
  guint       compare_id;

  /* link */
  WfLink  link;
  char   *reason;             /* (owned) (nullable) */
  int     delay;
  int64_t ahead;              /* ms that the service's clock is ahead */
  int64_t synced_at;

  /* what screens hold */
  GHashTable *items;          /* (owned) "kind/id" → WfItem (owned) */
  GHashTable *kinds;          /* (owned) kind → WfItemList (owned) of all that there is of it, once asked for */
  GHashTable *children;       /* (owned) "kind/parent" → WfItemList (weak) */
  GHashTable *journals;       /* (owned) subject or "" → WfJournalList (weak) */
  GPtrArray  *events;         /* (owned) (element-type WfEvent) the newest of all scopes, by position */

  /* outbox */
  GPtrArray    *pending;      /* (owned) (element-type WfPending) in order */
  GPtrArray    *held;         /* (owned) (element-type WfOutboxRow) somebody else's, or another service's */
  GPtrArray    *refused;      /* (owned) (element-type WfOutboxRow) */
  GHashTable   *overlay;      /* (owned) set of "kind/id" that the layer has */
  GHashTable   *own;          /* (owned) set of ids of commands of this workstation */
  guint         waiting;      /* as notified */
  guint         n_refused;    /* as notified */
  GCancellable *sending;      /* (owned) (nullable) */
  guint         send_id;
  guint         send_delay;
  guint         singly;       /* so many commands go one at a time */

  /* files */
  GPtrArray    *uploads;      /* (owned) (element-type WfOutboxUpload) */
  GCancellable *uploading;    /* (owned) (nullable) */
  gsize         upload_sent;  /* of that */
  gsize         upload_size;
  guint         upload_id;
  guint         storing;      /* so many are being put on the disk and are not known to wait yet */
  guint         prune_id;
  gint64        prune_all;    /* µs since the epoch: what was here then must go, if it can be fetched again; 0 for none */

  /* drafts */
  GHashTable *drafts;         /* (owned) name → GVariant (owned) */
  GHashTable *unsaved;        /* (owned) set of names */
  guint       draft_id;

  /* telemetry */
  GHashTable *tracks;         /* (owned) "scope/unit" → WfTrack */
  GHashTable *readings;       /* (owned) "scope\nsource" → the newest of each quantity, see wf-session-readings.c */
  guint       positions_id;
  gboolean    moved;          /* since "positions" was last emitted */
  guint       keep_id;        /* positions are written now and then */
  GHashTable *reports;        /* (owned) unit → WfPosition (owned) to be told to the service */
  GPtrArray  *read_reports;   /* (owned) of WfScopedReading, likewise */
  guint       report_id;
};

/* wf-session.c */
void         wf_session_set_link        (WfSession         *self,
                                         WfLink             link,
                                         const char        *reason);
void         wf_session_set_delay       (WfSession         *self,
                                         int                delay);
void         wf_session_set_synced      (WfSession         *self);
void         wf_session_set_ready       (WfSession         *self);
void         wf_session_update_waiting  (WfSession         *self);
void         wf_session_emit_event      (WfSession         *self,
                                         WfEvent           *event,
                                         gboolean           own);
void         wf_session_emit_exercises  (WfSession         *self);
void         wf_session_notify_scope    (WfSession         *self);
void         wf_session_emit_refused    (WfSession         *self,
                                         WfCommand         *command,
                                         WfProblem         *problem);
void         wf_session_emit_positions  (WfSession         *self);
void         wf_session_emit_sketched   (WfSession         *self,
                                         GVariant          *sketch);

/* wf-session-feed.c */
extern const WfFeedClient wf_session_feed_client;
void         wf_session_take_contents   (WfSession         *self,
                                         WfContents        *contents);
void         wf_session_clear_inbox     (WfSession         *self);
void         wf_session_compare         (WfSession         *self);

/* wf-session-scope.c */
WfState     *wf_session_find_layer      (WfSession         *self,
                                         const char        *scope);
WfState     *wf_session_ensure_layer    (WfSession         *self,
                                         const char        *scope);
WfState     *wf_session_freeze          (WfSession         *self,
                                         const char        *scope);
void         wf_session_forget_scopes   (WfSession         *self);
gboolean     wf_session_check_scope     (WfSession         *self);
gboolean     wf_session_shows           (WfSession         *self,
                                         const char        *scope);
char        *wf_session_scoped          (WfSession         *self,
                                         const char        *name);

/* wf-session-person.c */
void         wf_session_change_person   (WfSession         *self);

/* wf-session-read.c */
void         wf_session_forget_lists    (WfSession         *self);

/* wf-session-lists.c */
WfItem      *wf_session_ensure_item     (WfSession         *self,
                                         WfEntity          *entity);
void         wf_session_fill_list       (WfSession         *self,
                                         WfItemList        *list,
                                         const char        *kind,
                                         const char        *parent);
void         wf_session_fill_journal    (WfSession         *self,
                                         WfJournalList     *list,
                                         const char        *subject);
char        *wf_session_key             (const char        *kind,
                                         const char        *id);
void         wf_session_refresh         (WfSession         *self,
                                         GHashTable        *keys);
void         wf_session_refresh_all     (WfSession         *self);
void         wf_session_add_line        (WfSession         *self,
                                         WfEvent           *event);
void         wf_session_reset_journals  (WfSession         *self);
void         wf_session_complete_journals (WfSession       *self);
void         wf_session_show_pending_lines (WfSession      *self);
char        *wf_session_tell            (WfSession         *self,
                                         WfEvent           *event);

/* wf-session-outbox.c */
void         wf_session_take_outbox     (WfSession         *self,
                                         WfOutboxContents  *contents);
void         wf_session_sort_outbox     (WfSession         *self);
WfCommand   *wf_session_read_row        (WfSession         *self,
                                         WfOutboxRow       *row);
gboolean     wf_session_is_own          (WfSession         *self,
                                         const WfOutboxRow *row);
gboolean     wf_session_settle          (WfSession         *self,
                                         GHashTable        *causes);
void         wf_session_lay_pending     (WfSession         *self,
                                         GHashTable        *keys);
void         wf_session_send            (WfSession         *self);
void         wf_session_stop_sending    (WfSession         *self);
void         wf_pending_free            (WfPending         *pending);

/* wf-session-refused.c */
GVariant    *wf_session_base_now        (WfState           *state,
                                         const char        *scope,
                                         const char        *type,
                                         GVariant          *payload);

/* wf-session-media.c */
char        *wf_session_medium_path     (WfSession         *self,
                                         const char        *digest);
void         wf_session_send_uploads    (WfSession         *self);
void         wf_session_note_upload     (WfSession         *self,
                                         const char        *digest,
                                         const char        *type,
                                         GTask             *task);
void         wf_session_emit_uploaded   (WfSession         *self,
                                         const char        *digest,
                                         gboolean           taken);
void         wf_session_stop_uploads    (WfSession         *self);
gboolean     wf_session_is_uploading    (WfSession         *self,
                                         WfPending         *pending);
void         wf_session_prune_media     (WfSession         *self,
                                         gboolean           all);
void         wf_session_finish_pruning  (WfSession         *self);
void         wf_session_save_drafts     (WfSession         *self);
GError      *wf_session_medium_error    (WfAnswer          *answer);

/* wf-session-positions.c */
void         wf_session_take_positions  (WfSession         *self,
                                         GPtrArray         *positions,
                                         gboolean           tracks);
void         wf_session_keep_positions  (WfSession         *self);
void         wf_session_stop_reports    (WfSession         *self);
void         wf_track_free              (WfTrack           *track);

/* wf-session-readings.c */
GHashTable  *wf_session_new_readings    (void);
void         wf_session_take_readings   (WfSession         *self,
                                         GPtrArray         *readings);
void         wf_session_keep_readings   (WfSession         *self);
void         wf_session_keep_soon       (WfSession         *self);

G_END_DECLS
