/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-schema.h"
#include "wf-ledger.h"
#include "wf-schedule.h"
#include "wf-signer.h"
#include "wf-store.h"
#include "wf-worker.h"

G_BEGIN_DECLS

/* The writer owns the ledger and the connection that writes, which it lends to the committer for as long as a group of
 * commands is written. The reader has a connection that reads, and the streamer makes snapshots and moves files. Everything
 * else belongs to the thread that opened the store. */
struct _WfStore
{
  GObject       parent_instance;

  char         *folder;    /* (owned) */
  char         *service;   /* (owned) id */
  int           lock_file; /* held as long as the store is open */
  WfClock      *clock;     /* (owned) */
  GMainContext *context;   /* (owned) */
  gulong        clock_handler;
  gboolean      closed;

  WfWorker     *writer;    /* (owned) */
  WfWorker     *committer; /* (owned) */
  WfWorker     *reader;    /* (owned) */
  WfWorker     *streamer;  /* (owned) */
  WfReads      *reads;     /* (owned) (nullable) */

  /* under lock */
  GMutex        lock;
  GCond         wake;      /* the writer, while a group is being written */
  GQueue        waiting;   /* (element-type WfSubmission) */
  guint         n_waiting; /* commands in it */
  gboolean      called;    /* whether the writer has been told of them */
  gboolean      written;   /* whether the group that was being written no longer is */
  WfStoreHealth health;
  int64_t       published_at; /* recorded_at, for others than the writer */
  int64_t       next_due;  /* real time; INT64_MAX: never */

  /* the writer's */
  WfDatabase   *database;  /* (owned) */
  WfDatabase   *look_database; /* (owned) reads only: what was answered before */
  GHashTable   *unwritten; /* (owned) a command's id → what it came to, not on the disk yet */
  WfLedger     *ledger;    /* (owned) */
  GHashTable   *schedules; /* (owned) scope → WfSchedule */
  WfSigner     *signer;    /* (owned) */
  gboolean      to_scrub;    /* whether something erased may still be in the log */
  int64_t       recorded_at; /* of the newest entry: time does not go back behind it */

  /* the reader's */
  WfDatabase   *read_database; /* (owned) */

  /* of the thread for people */
  WfWorker     *people;          /* (owned) */
  WfDatabase   *people_database; /* (owned) (nullable) */
  char         *nobodys_hash;    /* (owned) (nullable) */

  /* the owner's */
  int64_t       head;
  guint         timer;
  GSource      *watch_timer;   /* (owned) (nullable) */
  gint64        prune_at;      /* monotonic */
  gboolean      watching;      /* whether a look at the disk is under way */
  GHashTable   *tokens;        /* (owned) digest → WfToken */
  GHashTable   *lent_tokens;   /* (owned) digest → WfToken, of this run only */
  GHashTable   *gone_tokens;   /* (owned) set of digests that were signed out, until the table says so too */
  guint         token_serial;  /* of what was taken since the table was read */
  GHashTable   *positions;     /* (owned) "scope\nunit" → the last of it */
  GHashTable   *readings;      /* (owned) "scope\nsource\nquantity" → the last of it */
  GHashTable   *fresh;         /* (owned) set of values in both that are not written yet */
  GArray       *telemetry_rows; /* (owned) what goes into tracks and series and is not written yet */
  guint         telemetry_unwritten; /* how many there are, with those that are being written */
  guint64       telemetry_lost;      /* how many found no room there since the disk began to lag; 0: it does not */
  GHashTable   *scopes;        /* (owned) scope → whether it takes positions */
  GHashTable   *media_used;    /* (owned) actor → gint64 (owned): bytes of their media */
  GHashTable   *media_promised; /* (owned) name of a partial → gint64 (owned): what it will come to */
  gint64        media_total;
  gint64        media_total_max;
  gint64        media_actor_max;
  guint         flush_timer;
  gboolean      flushing;
  int64_t       track_length;   /* how long a piece of track may get, in milliseconds */
  GSource      *track_timer;    /* (owned) (nullable) */
  gboolean      closing_tracks; /* whether some are being closed */
  GHashTable   *fences;         /* (owned) the writer's: scope → WfFences */
  int           fences_taken;   /* the writer's: which serial they are of */
  int           fences_serial;  /* atomic: counts what changes drawn areas and who is in them */
};

/* wf-store.c */
int      wf_store_lock_folder     (const char *folder,
                                   GError    **error);

/* wf-store-rows.c */

/* What a command came to. */
typedef struct
{
  WfCommand *command;
  WfOutcome *outcome; /* (owned) */
  int64_t    now;     /* when it was decided */
} WfAnswer;

WfOutcome *wf_outcome_new         (const char *id);
WfOutcome *wf_outcome_new_repeated (const char *id,
                                   gboolean    reused);
gboolean wf_store_find_outcome    (WfDatabase *database,
                                   WfCommand  *command,
                                   WfOutcome **outcome,
                                   GError    **error);
gboolean wf_store_write_answers   (WfStore    *self,
                                   WfAnswer  **answers,
                                   guint       n,
                                   GError    **error);
gboolean wf_store_write_entries   (WfStore    *self,
                                   WfEntry   **entries,
                                   guint       n,
                                   GError    **error);
gboolean wf_store_write_entities  (WfStore    *self,
                                   WfEntity  **entities,
                                   guint       n,
                                   GError    **error);
gboolean wf_store_write_checkpoint (WfStore    *self,
                                   const char *scope,
                                   int64_t     number,
                                   const char *hash,
                                   int64_t     now,
                                   GError    **error);

/* wf-store-load.c */
gboolean wf_store_load            (WfStore  *self,
                                   GError  **error);
WfEntity *wf_store_load_entity    (sqlite3_stmt *statement,
                                   GError  **error);

/* wf-store-write.c */
void     wf_store_sign            (WfStore  *self);
void     wf_store_drop_waiting    (WfStore  *self);

/* wf-store-due.c */
void     wf_store_fill_schedules  (WfStore   *self);
void     wf_store_follow_due      (WfStore   *self,
                                   GPtrArray *changed);
void     wf_store_publish_due     (WfStore   *self,
                                   int64_t    not_before);
void     wf_store_arm             (WfStore   *self);

/* wf-store-erase.c */

/* What is left to do when an erasure is committed. */
typedef struct
{
  gboolean   any;
  GPtrArray *frozen; /* (owned) (element-type WfEntity) */
  GPtrArray *media;  /* (owned) (element-type utf8) */
} WfErasure;

gboolean wf_store_erase           (WfStore      *self,
                                   WfEntry      *entry,
                                   WfErasure    *erasure,
                                   GError      **error);
void     wf_store_erased          (WfStore      *self,
                                   WfErasure    *erasure);
void     wf_store_scrub           (WfStore      *self);
gboolean wf_store_finish_erasures (WfStore      *self,
                                   GError      **error);

/* wf-store-prune.c */
void     wf_store_prune_async     (WfStore      *self,
                                   GAsyncReadyCallback callback,
                                   gpointer      data);
gssize   wf_store_prune_finish    (WfStore      *self,
                                   GAsyncResult *result,
                                   GError      **error);

/* wf-store-health.c */
void     wf_store_init_health     (WfStore      *self);
void     wf_store_start_health    (WfStore      *self);
void     wf_store_look            (WfStore      *self);
int64_t  wf_store_now             (WfStore      *self);
gboolean wf_store_may_write       (WfStore      *self,
                                   GError      **error);
void     wf_store_take_error      (WfStore      *self,
                                   const GError *error);
void     wf_store_take_recorded   (WfStore      *self,
                                   int64_t       recorded_at);
void     wf_store_take_commit     (WfStore      *self,
                                   guint         commands,
                                   gint64        microseconds);

/* wf-store-positions.c */
void     wf_store_init_positions  (WfStore  *self);
void     wf_store_clear_positions (WfStore  *self);
gboolean wf_store_load_positions  (WfStore  *self,
                                   GError  **error);
void     wf_store_take_scopes     (WfStore   *self,
                                   GPtrArray *entities);
void     wf_store_list_positions  (WfStore  *self,
                                   GString  *lines,
                                   guint    *n);

void     wf_store_read_position   (sqlite3_stmt *statement,
                                   int           column,
                                   WfPosition   *position);

/* A piece of track that is to be closed. */
typedef struct
{
  char   *scope; /* (owned) */
  char   *unit;  /* (owned) */
  int64_t until;
} WfTrackPiece;

GArray  *wf_store_ripe_tracks     (WfStore  *self,
                                   int64_t   length,
                                   int64_t   silence);
void     wf_store_tracks_closed   (WfStore  *self,
                                   GArray   *pieces);

/* Positions from before that moment have been let go, as retention has it. */
#define WF_META_TRACKS_PRUNED "tracks_pruned"

/* wf-store-readings.c */
gboolean wf_store_load_readings   (WfStore  *self,
                                   GError  **error);

/* wf-store-telemetry.c */
void     wf_store_init_telemetry  (WfStore  *self);
void     wf_store_clear_telemetry (WfStore  *self);

/* wf-store-fences.c */
void     wf_store_init_fences     (WfStore          *self);
void     wf_store_clear_fences    (WfStore          *self);
void     wf_store_start_fences    (WfStore          *self);
void     wf_store_follow_fences   (WfStore          *self,
                                   GPtrArray        *changed);
void     wf_store_look_at_fences  (WfStore          *self,
                                   const char       *scope,
                                   const char       *unit,
                                   const WfPosition *position,
                                   gboolean          drawn,
                                   GPtrArray        *commands);
void     wf_store_raise_crossings (WfStore          *self,
                                   GPtrArray        *commands);

/* wf-store-tracks.c */
char    *wf_track_digest          (WfDatabase  *database,
                                   const char  *scope,
                                   const char  *unit,
                                   int64_t      after,
                                   int64_t      until,
                                   gint64      *points,
                                   GError     **error);
void     wf_store_stop_tracks     (WfStore  *self);

/* wf-store-media.c */
gboolean wf_store_load_media      (WfStore  *self,
                                   GError  **error);

/* wf-store-tokens.c */
void     wf_store_init_tokens     (WfStore  *self);
void     wf_store_clear_tokens    (WfStore  *self);
gboolean wf_store_load_tokens     (WfStore  *self,
                                   GError  **error);
void     wf_store_take_token      (WfStore    *self,
                                   const char *token,
                                   WfToken    *who);
char    *wf_store_drop_token      (WfStore    *self,
                                   const char *token);
char    *wf_token_make            (WfDatabase    *database,
                                   const WfToken *who,
                                   int64_t        now,
                                   GError       **error);
WfDatabase *wf_tokens_open        (const char *folder,
                                   GError    **error);

/* wf-store-people.c */
WfState *wf_people_load           (WfDatabase *database,
                                   GError    **error);
gboolean wf_people_complete       (WfState    *people,
                                   WfToken    *token);
void     wf_store_close_people    (WfStore    *self);

G_END_DECLS
