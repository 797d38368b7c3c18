/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-time.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* What stands in the way of keeping things, and when it is gone.
 *
 * A disk that is full or read-only may have room again at any moment: every command tries, and where none comes the store
 * tries by itself. A database that is damaged is another matter: whatever was written into it could make it worse, so that
 * nothing is, until a person has put a backup in its place; what can still be read is. */

/* How often to look at the disk, in seconds; what cannot be written is tried again as often. */
#define LOOK_EVERY 5

/* How often to delete what is past its time, and how long after the start to begin with it. */
#define PRUNE_EVERY ((gint64) 60 * 60 * G_USEC_PER_SEC)
#define PRUNE_FIRST ((gint64) 60 * G_USEC_PER_SEC)

/* A database up to this size is looked through before the service starts; a larger one while it works. */
#define CHECK_FIRST_BYTES (64 * 1024 * 1024)

static const double batch_bounds[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512 };
static const double commit_bounds[] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5 };

/**
 * wf_store_health_clear:
 * @self: what wf_store_get_health() gave
 */
void
wf_store_health_clear (WfStoreHealth *self)
{
  g_clear_pointer (&self->reason, g_free);
}

/**
 * wf_store_init_health:
 * @self: a new store
 */
void
wf_store_init_health (WfStore *self)
{
  wf_histogram_init (&self->health.batches, batch_bounds, G_N_ELEMENTS (batch_bounds));
  wf_histogram_init (&self->health.commits, commit_bounds, G_N_ELEMENTS (commit_bounds));
}

/**
 * wf_store_now:
 * @self: a store, in its writer
 *
 * Returns: the time, which never goes back behind what is recorded
 */
int64_t
wf_store_now (WfStore *self)
{
  return MAX (wf_clock_now (self->clock), self->recorded_at);
}

/**
 * wf_store_take_recorded:
 * @self: a store, in its writer or before that works
 * @recorded_at: of the newest entry
 */
void
wf_store_take_recorded (WfStore *self,
                        int64_t  recorded_at)
{
  self->recorded_at = MAX (self->recorded_at, recorded_at);

  g_mutex_lock (&self->lock);
  self->published_at = self->recorded_at;
  g_mutex_unlock (&self->lock);
}

static void
set_condition (WfStore          *self,
               WfStoreCondition  condition,
               const char       *reason)
{
  g_mutex_lock (&self->lock);
  WfStoreCondition before = self->health.condition;

  /* Only another database ends this. */
  if (before != WF_STORE_CORRUPT)
    {
      self->health.condition = condition;
      g_free (self->health.reason);
      self->health.reason = g_strdup (reason);
    }
  g_mutex_unlock (&self->lock);

  if (before == condition || before == WF_STORE_CORRUPT)
    return;

  if (condition == WF_STORE_GOOD)
    g_message ("Keeping works again");
  else
    g_message ("Nothing can be kept now: %s", reason);
}

static gboolean
disk_is_read_only (WfStore *self)
{
  struct statvfs disk;

  return statvfs (self->folder, &disk) == 0 && (disk.f_flag & ST_RDONLY) != 0;
}

/**
 * wf_store_may_write:
 * @self: a store, in its writer
 * @error: return location, %WF_STORE_ERROR_CORRUPT
 *
 * Returns: whether anything may be written at all
 */
gboolean
wf_store_may_write (WfStore *self,
                    GError **error)
{
  g_mutex_lock (&self->lock);
  gboolean good = self->health.condition != WF_STORE_CORRUPT;
  if (!good)
    g_set_error_literal (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, self->health.reason);
  g_mutex_unlock (&self->lock);

  return good;
}

static void
stop_writing (WfStore    *self,
              const char *what)
{
  g_autofree char *line = g_strdelimit (g_strdup (what), "\n", ' ');
  g_autofree char *reason =
    g_strdup_printf ("The database is damaged (%s). Nothing more is written to it. End the service, keep the data folder as it is, "
                     "and restore the newest backup into a new one: watchfirectl restore BACKUP NEWDIR", line);

  set_condition (self, WF_STORE_CORRUPT, reason);
}

/**
 * wf_store_take_error:
 * @self: a store, in its writer
 * @error: what stood in the way of a transaction
 *
 * Draws the consequence from a transaction that failed.
 */
void
wf_store_take_error (WfStore      *self,
                     const GError *error)
{
  g_mutex_lock (&self->lock);
  self->health.failed_commits++;
  g_mutex_unlock (&self->lock);

  if (error->domain != WF_STORE_ERROR)
    return;

  switch ((WfStoreError) error->code)
    {
    case WF_STORE_ERROR_FULL:
      set_condition (self, WF_STORE_FULL, "The disk is full: make room; it goes on by itself");
      break;

    case WF_STORE_ERROR_CORRUPT:
      stop_writing (self, error->message);

      /* The last gate, for whoever does not ask first. */
      wf_database_exec (self->database, "PRAGMA query_only = ON", NULL);
      break;

    case WF_STORE_ERROR_READ_ONLY:
      set_condition (self, WF_STORE_READ_ONLY, "The disk is read-only: it goes on by itself when it can be written to again");
      break;

    case WF_STORE_ERROR_UNAVAILABLE:
      if (disk_is_read_only (self))
        set_condition (self, WF_STORE_READ_ONLY, "The disk is read-only: it goes on by itself when it can be written to again");
      else
        {
          g_autofree char *reason = g_strdup_printf ("%s: look at the disk; it goes on by itself if that mends", error->message);

          set_condition (self, WF_STORE_FAILING, reason);
        }
      break;

    case WF_STORE_ERROR_LOCKED:
    case WF_STORE_ERROR_OPEN:
    case WF_STORE_ERROR_VERSION:
    case WF_STORE_ERROR_GONE:
    case WF_STORE_ERROR_NOT_FOUND:
    case WF_STORE_ERROR_DIGEST:
    case WF_STORE_ERROR_LIMIT:
    case WF_STORE_ERROR_INTERNAL:
    default:
      break;
    }
}

/**
 * wf_store_take_commit:
 * @self: a store, in its writer
 * @commands: how many commands were in it
 * @microseconds: how long it took
 *
 * Notes a transaction that is on the disk.
 */
void
wf_store_take_commit (WfStore *self,
                      guint    commands,
                      gint64   microseconds)
{
  g_mutex_lock (&self->lock);
  if (commands > 0)
    wf_histogram_observe (&self->health.batches, commands);
  wf_histogram_observe (&self->health.commits, (double) microseconds / G_USEC_PER_SEC);
  g_mutex_unlock (&self->lock);

  set_condition (self, WF_STORE_GOOD, NULL);
}

static guint64
size_of (WfStore    *self,
         const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  struct stat info;

  return stat (path, &info) == 0 ? (guint64) info.st_size : 0;
}

static void
measure (WfStore *self)
{
  struct statvfs disk;
  gboolean known = statvfs (self->folder, &disk) == 0;
  guint64 database_bytes = size_of (self, WF_DATABASE_NAME);
  guint64 log_bytes = size_of (self, WF_DATABASE_NAME "-wal");

  g_mutex_lock (&self->lock);
  if (known)
    self->health.disk_free = (guint64) disk.f_bavail * disk.f_frsize;
  self->health.database_bytes = database_bytes;
  self->health.log_bytes = log_bytes;
  g_mutex_unlock (&self->lock);
}

/* Something small that has to reach the disk. */
static void
probe_cb (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  WfStore *self = source;
  g_autoptr (GError) error = NULL;
  g_autofree char *now = wf_time_format (wf_clock_now (self->clock));
  gint64 begun = g_get_monotonic_time ();

  if (wf_store_may_write (self, &error) && wf_database_set_meta (self->database, "probed_at", now, &error))
    wf_store_take_commit (self, 0, g_get_monotonic_time () - begun);
  else
    wf_store_take_error (self, error);

  g_task_return_boolean (task, TRUE);
}

static void
look_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  measure (source);
  g_task_return_boolean (task, TRUE);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  WF_STORE (source)->watching = FALSE;
}

/**
 * wf_store_look:
 * @self: a store
 *
 * Looks at the disk, and tries whether it can be written to again where it could not. The store does so by itself every few
 * seconds.
 */
void
wf_store_look (WfStore *self)
{
  if (self->watching)
    return;

  g_mutex_lock (&self->lock);
  WfStoreCondition condition = self->health.condition;
  g_mutex_unlock (&self->lock);

  self->watching = TRUE;
  wf_worker_push (self->reader, G_PRIORITY_LOW, g_task_new (self, NULL, looked_cb, NULL), look_cb);
  if (condition != WF_STORE_GOOD && condition != WF_STORE_CORRUPT)
    wf_worker_push (self->writer, G_PRIORITY_LOW, g_task_new (self, NULL, NULL, NULL), probe_cb);
}

static gboolean
watch_cb (gpointer data)
{
  WfStore *self = data;

  wf_store_look (self);
  if (g_get_monotonic_time () >= self->prune_at)
    {
      self->prune_at = g_get_monotonic_time () + PRUNE_EVERY;
      wf_store_prune_async (self, NULL, NULL);
    }

  return G_SOURCE_CONTINUE;
}

/* Looks at every page: that it is one, and that the trees hold together. */
static void
look_through (WfStore *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfDatabase) database = wf_schema_open (self->folder, FALSE, &error);
  g_autoptr (WfStatement) statement =
    database != NULL ? wf_database_prepare (database, "PRAGMA quick_check (1)", &error) : NULL;
  gboolean row = FALSE;

  if (statement != NULL && wf_database_step (database, statement, &row, &error) && row &&
      g_strcmp0 (wf_database_text (statement, 0), "ok") != 0)
    stop_writing (self, wf_database_text (statement, 0));
  else if (g_error_matches (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT))
    stop_writing (self, error->message);
  else if (error != NULL)
    g_message ("The database could not be looked through: %s", error->message);

  g_mutex_lock (&self->lock);
  self->health.checked = error == NULL && row;
  g_mutex_unlock (&self->lock);
}

static void
look_through_cb (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  look_through (source);
  g_task_return_boolean (task, TRUE);
}

/**
 * wf_store_start_health:
 * @self: a store that is open
 *
 * Looks through the database, and at the disk from now on.
 */
void
wf_store_start_health (WfStore *self)
{
  measure (self);
  if (self->health.database_bytes <= CHECK_FIRST_BYTES)
    look_through (self);
  else
    wf_worker_push (self->streamer, G_PRIORITY_LOW, g_task_new (self, NULL, NULL, NULL), look_through_cb);

  self->prune_at = g_get_monotonic_time () + PRUNE_FIRST;
  self->watch_timer = g_timeout_source_new_seconds (LOOK_EVERY);
  g_source_set_callback (self->watch_timer, watch_cb, self, NULL);
  g_source_attach (self->watch_timer, self->context);
}

/**
 * wf_store_get_health:
 * @self: a store
 * @health: (out caller-allocates): how it is; clear it afterwards
 */
void
wf_store_get_health (WfStore       *self,
                     WfStoreHealth *health)
{
  g_return_if_fail (WF_IS_STORE (self));

  int64_t now = wf_clock_now (self->clock);
  int64_t lead = wf_clock_get_lead (self->clock);

  g_mutex_lock (&self->lock);
  *health = self->health;
  health->reason = g_strdup (self->health.reason);
  health->telemetry_lost = self->telemetry_lost;
  health->clock_lead = MAX (lead, self->published_at - now);
  g_mutex_unlock (&self->lock);
}

/**
 * wf_store_dup_fault:
 * @self: a store
 *
 * Returns: (transfer full) (nullable): why nothing can be kept at present, such as a full disk; %NULL where all is well
 */
char *
wf_store_dup_fault (WfStore *self)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);

  g_mutex_lock (&self->lock);
  char *fault = g_strdup (self->health.reason);
  g_mutex_unlock (&self->lock);

  return fault;
}
