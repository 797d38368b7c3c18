/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-id.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

/**
 * WfStore:
 *
 * The journal and what follows from it, in a data folder that one program owns at a time. Commands go in, are decided by
 * the rules on the state in memory, and are answered when what they made is on the disk; commands that wait together share
 * one commit. Belongs to the thread that opened it: callbacks and signals come there.
 *
 * What is committed is told by the signal "committed", in order and without gaps.
 *
 * Close it before letting go of it: the threads hold references of their own, and cannot end themselves.
 */

enum {
  CHANGED,
  COMMITTED,
  POSITIONS,
  READINGS,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_QUARK (wf-store-error-quark, wf_store_error)
G_DEFINE_BOXED_TYPE (WfOutcome, wf_outcome, wf_outcome_ref, wf_outcome_unref)
G_DEFINE_FINAL_TYPE (WfStore, wf_store, G_TYPE_OBJECT)

static void
wf_store_dispose (GObject *object)
{
  wf_store_close (WF_STORE (object));

  G_OBJECT_CLASS (wf_store_parent_class)->dispose (object);
}

static void
wf_store_finalize (GObject *object)
{
  WfStore *self = WF_STORE (object);

  g_clear_object (&self->writer);
  g_clear_object (&self->committer);
  g_clear_object (&self->reader);
  g_clear_object (&self->streamer);
  g_clear_object (&self->people);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->schedules, g_hash_table_unref);
  g_clear_pointer (&self->unwritten, g_hash_table_unref);
  wf_store_clear_positions (self);
  wf_store_clear_telemetry (self);
  g_clear_pointer (&self->media_used, g_hash_table_unref);
  g_clear_pointer (&self->media_promised, g_hash_table_unref);
  wf_store_clear_tokens (self);
  g_free (self->folder);
  g_free (self->service);
  wf_store_health_clear (&self->health);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);

  G_OBJECT_CLASS (wf_store_parent_class)->finalize (object);
}

static void
wf_store_class_init (WfStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wf_store_dispose;
  object_class->finalize = wf_store_finalize;

  /* (GPtrArray<WfEntity> *entities): this is how these stand now, in order; right before "committed". */
  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);

  /* (GPtrArray<WfEntry> *entries): these are on the disk. */
  signals[COMMITTED] = g_signal_new ("committed", WF_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);

  /* (const char *scope, GPtrArray<const WfUnitPosition> *positions): these units have moved. */
  signals[POSITIONS] = g_signal_new ("positions", WF_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_PTR_ARRAY);

  /* (const char *scope, GPtrArray<const WfReading> *readings): sensors have read this. */
  signals[READINGS] = g_signal_new ("readings", WF_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_PTR_ARRAY);
}

static void
wf_store_init (WfStore *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_queue_init (&self->waiting);
  self->lock_file = -1;
  self->next_due = INT64_MAX;
  self->schedules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wf_schedule_free);
  self->unwritten = g_hash_table_new (g_str_hash, g_str_equal);
  wf_store_init_health (self);
  wf_store_init_positions (self);
  wf_store_init_telemetry (self);
  self->media_total_max = self->media_actor_max = G_MAXINT64 / 4;
  wf_store_init_tokens (self);
}

/**
 * wf_outcome_ref:
 * @self: an outcome
 *
 * Returns: (transfer full): @self
 */
WfOutcome *
wf_outcome_ref (WfOutcome *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * wf_outcome_unref:
 * @self: (transfer full): an outcome
 */
void
wf_outcome_unref (WfOutcome *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_free (self->id);
  g_clear_pointer (&self->problem, wf_problem_free);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

/**
 * wf_page_free:
 * @self: (transfer full): a page
 */
void
wf_page_free (WfPage *self)
{
  g_bytes_unref (self->entries);
  g_free (self);
}

/**
 * wf_store_lock_folder:
 * @folder: a data folder
 * @error: return location, %WF_STORE_ERROR_LOCKED where somebody else has it
 *
 * The lock is the kernel's: it goes with the process however that ends, so that no stale one is ever in the way.
 *
 * Returns: a file to close when the folder is to be let go of; negative if it cannot be had
 */
int
wf_store_lock_folder (const char *folder,
                      GError    **error)
{
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  int file = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (file < 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "“%s” cannot be written: %s", path, g_strerror (errno));
      return -1;
    }

  if (flock (file, LOCK_EX | LOCK_NB) != 0)
    {
      close (file);
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_LOCKED,
                   "Another program is at work in “%s”: end it first", folder);
      return -1;
    }

  return file;
}

/* The key goes first: a database whose service id is there has been made completely. */
static gboolean
open_identity (WfStore *self,
               GError **error)
{
  self->service = wf_database_get_meta (self->database, "service");
  self->signer = wf_signer_open (self->folder, self->service == NULL, error);
  if (self->signer == NULL)
    return FALSE;

  if (self->service != NULL)
    return TRUE;

  g_autofree char *key = wf_signer_public (self->signer);
  self->service = wf_id_new (self->clock);

  return wf_database_exec (self->database, "BEGIN IMMEDIATE", error) &&
         wf_database_set_meta (self->database, "service", self->service, error) &&
         wf_database_set_meta (self->database, "public_key", key, error) &&
         wf_database_exec (self->database, "COMMIT", error);
}

static void
clock_changed_cb (WfStore *self)
{
  wf_store_tick_async (self, NULL, NULL, NULL);
}

static gboolean
open_content (WfStore *self,
              GError **error)
{
  self->database = wf_schema_open (self->folder, TRUE, error);
  if (self->database == NULL || !wf_schema_migrate (self->database, error) || !open_identity (self, error))
    return FALSE;

  self->read_database = wf_schema_open (self->folder, FALSE, error);
  self->look_database = self->read_database != NULL ? wf_schema_open (self->folder, FALSE, error) : NULL;

  return self->look_database != NULL && wf_store_load (self, error) && wf_store_load_positions (self, error) &&
         wf_store_load_readings (self, error) &&
         wf_store_load_media (self, error) && wf_store_finish_erasures (self, error) && wf_store_load_tokens (self, error);
}

/**
 * wf_store_open:
 * @folder: the data folder; made where there is none
 * @clock: where the time comes from
 * @error: return location, of %WF_STORE_ERROR
 *
 * Opens a data folder and reads the state that it stands at. Blocks: for the start of a program.
 *
 * Returns: (transfer full) (nullable): the store
 */
WfStore *
wf_store_open (const char *folder,
               WfClock    *clock,
               GError    **error)
{
  g_return_val_if_fail (folder != NULL && WF_IS_CLOCK (clock), NULL);

  g_autoptr (WfStore) self = g_object_new (WF_TYPE_STORE, NULL);
  g_autoptr (GError) wrong = NULL;

  self->folder = g_strdup (folder);
  self->clock = g_object_ref (clock);
  self->context = g_main_context_ref_thread_default ();

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "“%s” cannot be made: %s", folder, g_strerror (errno));
      return NULL;
    }

  self->lock_file = wf_store_lock_folder (folder, error);
  if (self->lock_file < 0)
    return NULL;

  if (!open_content (self, &wrong))
    {
      if (g_error_matches (wrong, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT))
        g_prefix_error (&wrong, "The data folder “%s” is damaged; keep it as it is, and restore the newest backup into a new one "
                        "(watchfirectl restore BACKUP NEWDIR): ", folder);
      g_propagate_error (error, g_steal_pointer (&wrong));
      return NULL;
    }

  self->writer = wf_worker_new ("store-writer");
  self->committer = wf_worker_new ("store-committer");
  self->reader = wf_worker_new ("store-reader");
  self->streamer = wf_worker_new ("store-streamer");
  self->people = wf_worker_new ("store-people");
  self->reads = wf_reads_new (folder, self->streamer);

  if (wf_clock_is_manual (clock))
    self->clock_handler = g_signal_connect_object (clock, "changed", G_CALLBACK (clock_changed_cb), self, G_CONNECT_SWAPPED);
  wf_store_arm (self);
  wf_store_start_health (self);
  wf_store_start_tracks (self, 0);
  wf_store_start_fences (self);

  return g_steal_pointer (&self);
}

/**
 * wf_store_close:
 * @self: a store
 *
 * Ends the work that is under way, signs where the journals stand, and lets go of the folder. Blocks until that is done.
 * Safe to call twice.
 */
void
wf_store_close (WfStore *self)
{
  g_return_if_fail (WF_IS_STORE (self));

  if (self->closed)
    return;
  self->closed = TRUE;

  g_clear_signal_handler (&self->clock_handler, self->clock);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->flush_timer, g_source_remove);
  wf_store_stop_tracks (self);
  if (self->watch_timer != NULL)
    g_source_destroy (self->watch_timer);
  g_clear_pointer (&self->watch_timer, g_source_unref);

  if (self->writer != NULL)
    {
      wf_store_flush_telemetry (self);
      wf_worker_shutdown (self->people);
      wf_store_close_people (self);
      g_clear_pointer (&self->reads, wf_reads_free);
      wf_worker_shutdown (self->streamer);
      wf_worker_shutdown (self->reader);
      wf_worker_shutdown (self->writer);
      wf_worker_shutdown (self->committer);
      wf_store_sign (self);
    }

  wf_store_drop_waiting (self);
  g_clear_pointer (&self->ledger, wf_ledger_free);
  g_clear_pointer (&self->read_database, wf_database_close);
  g_clear_pointer (&self->look_database, wf_database_close);
  g_clear_pointer (&self->database, wf_database_close);
  g_clear_pointer (&self->signer, wf_signer_free);

  if (self->lock_file >= 0)
    {
      close (self->lock_file);
      self->lock_file = -1;
    }
}

/**
 * wf_store_note_read:
 * @self: a store
 * @read: what was read; its time is the store's
 *
 * Records that somebody read something (#WfReads). Never waits.
 */
void
wf_store_note_read (WfStore      *self,
                    const WfRead *read)
{
  g_return_if_fail (WF_IS_STORE (self) && read != NULL);

  WfRead now = *read;

  now.at = wf_clock_now (self->clock);
  if (self->reads != NULL)
    wf_reads_note (self->reads, &now);
}

/**
 * wf_store_get_service:
 * @self: a store
 *
 * Returns: (transfer none): the id of the service that the folder belongs to
 */
const char *
wf_store_get_service (WfStore *self)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);

  return self->service;
}

/**
 * wf_store_get_folder:
 * @self: a store
 *
 * Returns: (transfer none): the data folder
 */
const char *
wf_store_get_folder (WfStore *self)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);

  return self->folder;
}

/**
 * wf_store_get_clock:
 * @self: a store
 *
 * Returns: (transfer none): where its time comes from
 */
WfClock *
wf_store_get_clock (WfStore *self)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);

  return self->clock;
}

/**
 * wf_store_get_head:
 * @self: a store
 *
 * Returns: position of the last entry that "committed" has told of
 */
int64_t
wf_store_get_head (WfStore *self)
{
  g_return_val_if_fail (WF_IS_STORE (self), 0);

  return self->head;
}

/**
 * wf_store_get_waiting:
 * @self: a store
 *
 * Returns: how many commands wait to be decided, for limits and metrics
 */
guint
wf_store_get_waiting (WfStore *self)
{
  g_return_val_if_fail (WF_IS_STORE (self), 0);

  g_mutex_lock (&self->lock);
  guint n = self->n_waiting;
  g_mutex_unlock (&self->lock);

  return n;
}
