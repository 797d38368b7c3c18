/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-verify.h"

#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-store-private.h"
#include "wf-wire.h"

#include <string.h>

/* Reads the whole journal as somebody would who trusts nothing but the public key: every hash, every number, every digest;
 * plays it again from the beginning; and compares what comes out with what the service shows. */

typedef struct
{
  WfDatabase     *database;
  const char     *service;    /* (nullable) */
  const char     *public_key; /* (nullable) */
  WfVerification *result;
  WfLedger       *ledger;
  GHashTable     *hashes; /* (owned) "scope number" of checkpoints → hash that the journal has there */
  guint64         shown_live;
  int64_t         pruned;     /* tracks before that have been let go */
  GHashTable     *shown;  /* (owned) (nullable) "scope number" → GPtrArray of the things that the event of that number changed */
  GHashTable     *taken;  /* (owned) set of "scope kind id": things that rest on what was erased */
  GPtrArray      *gaps;   /* (owned) (element-type WfEvent) whose payload is gone, or that rest on such */
  gboolean        replay; /* until something does not hold */
} Verifier;

#define PROBLEMS_MAX 50

static void
complain (Verifier   *self,
          const char *format,
          ...) G_GNUC_PRINTF (2, 3);

static void
complain (Verifier   *self,
          const char *format,
          ...)
{
  va_list args;

  if (self->result->problems->len >= PROBLEMS_MAX)
    return;

  va_start (args, format);
  g_ptr_array_add (self->result->problems, g_strdup_vprintf (format, args));
  va_end (args);
}

/**
 * wf_verification_free:
 * @self: (transfer full): a result
 */
void
wf_verification_free (WfVerification *self)
{
  g_ptr_array_unref (self->problems);
  g_free (self);
}

/* Hands each row that @sql gives to @check. */
static gboolean
walk (Verifier   *self,
      const char *sql,
      void      (*check) (Verifier *, sqlite3_stmt *),
      GError    **error)
{
  g_autoptr (WfStatement) statement = wf_database_prepare (self->database, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  while (wf_database_step (self->database, statement, &row, error))
    {
      if (!row)
        return TRUE;
      check (self, statement);
    }

  return FALSE;
}

static void
note_checkpoint (Verifier     *self,
                 sqlite3_stmt *statement)
{
  g_hash_table_insert (self->hashes,
                       g_strdup_printf ("%s %" G_GINT64_FORMAT, wf_database_text (statement, 0),
                                        (gint64) sqlite3_column_int64 (statement, 1)),
                       NULL);
}

/* Whether the positions are still those whose digest the entry carries. */
static void
check_segment (Verifier *self,
               WfEvent  *event,
               GVariant *segment)
{
  const char *unit = wf_dict_string (segment, "unit");
  int64_t after = wf_dict_time (segment, "after");
  g_autoptr (GError) error = NULL;
  gint64 points;

  g_autofree char *digest =
    wf_track_digest (self->database, event->scope, unit, after, wf_dict_time (segment, "until"), &points, &error);

  if (digest == NULL)
    complain (self, "The track of %s cannot be read: %s", unit, error->message);
  else if (g_strcmp0 (digest, wf_dict_string (segment, "digest")) == 0)
    self->result->tracks++;
  else if (after < self->pruned)
    /* It began before what is kept: what is left of it shows nothing. */
    self->result->tracks_gone++;
  else
    complain (self, "The track of %s in “%s” is not the one that entry %" G_GINT64_FORMAT " sealed: it had %" G_GINT64_FORMAT
              " positions, now there are %" G_GINT64_FORMAT, unit, event->scope, (gint64) event->number,
              (gint64) wf_dict_int (segment, "points", 0), points);
}

static void
check_tracks (Verifier *self,
              WfEvent  *event)
{
  g_autoptr (GPtrArray) segments =
    g_strcmp0 (event->type, "track.closed") == 0 && event->payload != NULL ? wf_dict_objects (event->payload, "segments") : NULL;

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    check_segment (self, event, g_ptr_array_index (segments, i));
}

/* --- what an erasure leaves ---
 * What an erased entry made cannot be made again. The things as they stand still say which of their fields it changed last:
 * those are taken as they are, and everything else is compared as ever. */

static void
remember (GHashTable *shown,
          WfEntity   *entity,
          int64_t     number)
{
  char *key = g_strdup_printf ("%s %" G_GINT64_FORMAT, wf_entity_scope (entity), (gint64) number);
  GPtrArray *list = g_hash_table_lookup (shown, key);

  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
      g_hash_table_insert (shown, g_strdup (key), list);
    }
  if (list->len == 0 || g_ptr_array_index (list, list->len - 1) != entity)
    g_ptr_array_add (list, wf_entity_ref (entity));
  g_free (key);
}

static void
remember_entity (Verifier     *self,
                 sqlite3_stmt *statement)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfEntity) entity = wf_store_load_entity (statement, &error);
  GVariant *versions = entity != NULL ? wf_entity_versions (entity) : NULL;
  GVariantIter iter;
  gint64 version;

  if (entity == NULL)
    {
      complain (self, "%s", error->message);
      return;
    }

  remember (self->shown, entity, wf_entity_number (entity));
  if (versions == NULL)
    return;

  g_variant_iter_init (&iter, versions);
  while (g_variant_iter_next (&iter, "{&sx}", NULL, &version))
    remember (self->shown, entity, version);
}

/* Returns: (transfer full): what the event @number left in it */
static GVariant *
pick_fields (WfEntity *entity,
             int64_t   number)
{
  GVariantBuilder builder;
  GVariantIter iter;
  const char *key;
  GVariant *value;
  gint64 version;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_iter_init (&iter, wf_entity_fields (entity));
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    if (wf_entity_version (entity, key) == number)
      g_variant_builder_add (&builder, "{sv}", key, value);

  if (wf_entity_versions (entity) != NULL)
    {
      g_variant_iter_init (&iter, wf_entity_versions (entity));
      while (g_variant_iter_next (&iter, "{&sx}", &key, &version))
        if (version == number && key[0] != '\0' && !wf_dict_has (wf_entity_fields (entity), key))
          g_variant_builder_add (&builder, "{sv}", key, wf_value_clear ());
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static char *
name_thing (const char *scope,
            const char *kind,
            const char *id)
{
  return g_strdup_printf ("%s\n%s\n%s", scope, kind, id);
}

/* Takes over what an event made that cannot be played again. */
static void
take_over (Verifier *self,
           WfEvent  *event)
{
  g_autofree char *key = g_strdup_printf ("%s %" G_GINT64_FORMAT, event->scope, (gint64) event->number);
  g_autoptr (WfState) state = wf_ledger_state (self->ledger, event->scope);
  g_autoptr (GError) error = NULL;

  if (self->shown == NULL)
    {
      self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
      if (!walk (self, "SELECT scope, kind, id, number, versions, fields FROM entity", remember_entity, &error))
        complain (self, "%s", error->message);
    }
  g_ptr_array_add (self->gaps, wf_event_ref (event));

  GPtrArray *things = g_hash_table_lookup (self->shown, key);
  for (guint i = 0; things != NULL && i < things->len; i++)
    {
      WfEntity *thing = g_ptr_array_index (things, i);
      const char *kind = wf_entity_kind (thing);
      const char *id = wf_entity_id (thing);
      g_autoptr (GVariant) fields = pick_fields (thing, event->number);
      g_autoptr (WfEntity) before = wf_state_get (state, event->scope, kind, id);
      g_autoptr (WfEntity) after = before != NULL ? wf_entity_patch (before, fields, event->number)
                                                  : wf_entity_new (event->scope, kind, id, fields, NULL, event->number);

      wf_state_put (state, after);
      g_hash_table_add (self->taken, name_thing (event->scope, kind, id));
    }
}

/* Whether a thing may be otherwise than the journal makes it, because something is gone that changed it after it was made
 * (@first) and before it was changed last (@number). */
static gboolean
may_differ (Verifier   *self,
            const char *scope,
            const char *kind,
            const char *id,
            const char *incident,
            int64_t     first,
            int64_t     number)
{
  g_autofree char *name = name_thing (scope, kind, id);

  if (g_hash_table_contains (self->taken, name))
    return TRUE;

  /* What was frozen for an exercise is erased with its original. */
  gboolean base = g_str_has_suffix (scope, "@base");

  for (guint i = 0; i < self->gaps->len; i++)
    {
      WfEvent *gap = g_ptr_array_index (self->gaps, i);

      if ((base || (strcmp (gap->scope, scope) == 0 && gap->number >= first && gap->number <= number)) &&
          (gap->subject == NULL || strcmp (gap->subject, id) == 0 || g_strcmp0 (gap->subject, incident) == 0))
        return TRUE;
    }

  return FALSE;
}

/* Plays an entry. One that does not fit because of what is gone is passed over, and so are its effects. */
static gboolean
play (Verifier *self,
      WfEntry  *entry,
      GError  **error)
{
  WfEvent *event = entry->event;
  g_autoptr (GError) wrong = NULL;

  if (wf_ledger_replay (self->ledger, entry, &wrong))
    {
      if (event->payload == NULL)
        take_over (self, event);
      return TRUE;
    }

  if (self->gaps->len == 0 || wrong->domain != WF_RULES_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&wrong));
      return FALSE;
    }

  GVariant *payload = g_steal_pointer (&event->payload);
  gboolean good = wf_ledger_replay (self->ledger, entry, error);

  event->payload = payload;
  if (good)
    take_over (self, event);
  return good;
}

static void
check_entry (Verifier     *self,
             sqlite3_stmt *statement)
{
  int64_t position = sqlite3_column_int64 (statement, 0);
  g_autoptr (GBytes) header = wf_database_bytes (statement, 3);
  g_autoptr (GBytes) payload = wf_database_bytes (statement, 5);
  g_autoptr (GError) error = NULL;
  const char *hash = wf_database_text (statement, 4);
  g_autoptr (WfEntry) entry = header != NULL && hash != NULL ? wf_entry_restore (header, hash, payload, TRUE, &error) : NULL;

  self->result->entries++;

  if (entry == NULL)
    {
      complain (self, "Entry at position %" G_GINT64_FORMAT " cannot be read: %s", (gint64) position,
                error != NULL ? error->message : "it has no header");
      self->replay = FALSE;
      return;
    }

  if (entry->event->position != position || g_strcmp0 (entry->event->scope, wf_database_text (statement, 1)) != 0 ||
      entry->event->number != sqlite3_column_int64 (statement, 2) ||
      g_strcmp0 (entry->event->subject, wf_database_text (statement, 6)) != 0)
    complain (self, "Entry at position %" G_GINT64_FORMAT " is filed under another name than its header has", (gint64) position);

  g_autofree char *key = g_strdup_printf ("%s %" G_GINT64_FORMAT, entry->event->scope, (gint64) entry->event->number);
  if (g_hash_table_contains (self->hashes, key))
    g_hash_table_insert (self->hashes, g_steal_pointer (&key), g_strdup (entry->event->hash));

  self->result->erased += payload == NULL;

  if (self->replay && !play (self, entry, &error))
    {
      complain (self, "%s", error->message);
      self->replay = FALSE;
    }
  else if (!self->replay && !wf_entry_verify (entry, NULL, &error))
    complain (self, "%s", error->message);

  check_tracks (self, entry->event);
}

static void
check_scope (Verifier     *self,
             sqlite3_stmt *statement)
{
  const char *scope = wf_database_text (statement, 0);

  self->result->scopes++;
  if (self->replay && (wf_ledger_number (self->ledger, scope) != sqlite3_column_int64 (statement, 1) ||
                       g_strcmp0 (wf_ledger_hash (self->ledger, scope), wf_database_text (statement, 2)) != 0))
    complain (self, "The journal of “%s” does not end where the service says it does", scope);
}

static void
check_signature (Verifier     *self,
                 sqlite3_stmt *statement)
{
  const char *scope = wf_database_text (statement, 0);
  int64_t number = sqlite3_column_int64 (statement, 1);
  const char *hash = wf_database_text (statement, 2);
  g_autofree char *key = g_strdup_printf ("%s %" G_GINT64_FORMAT, scope, (gint64) number);

  if (self->service == NULL || self->public_key == NULL ||
      !wf_signature_holds (self->public_key, wf_database_text (statement, 4), self->service, scope, number, hash,
                           sqlite3_column_int64 (statement, 3)))
    complain (self, "The checkpoint at %s is not signed by this service", key);
  else if (g_strcmp0 (g_hash_table_lookup (self->hashes, key), hash) != 0)
    complain (self, "The journal has another entry at %s than the checkpoint that was signed", key);
  else
    self->result->checkpoints++;
}

static void
compare_entity (Verifier     *self,
                sqlite3_stmt *statement)
{
  const char *scope = wf_database_text (statement, 0);
  const char *kind = wf_database_text (statement, 1);
  const char *id = wf_database_text (statement, 2);
  gsize n = strlen (scope);
  gboolean base = n > 5 && strcmp (scope + n - 5, "@base") == 0;
  g_autofree char *name = base ? g_strndup (scope, n - 5) : g_strdup (scope);
  WfStateDigest digest = { { 0 } };
  static const WfStateDigest none;

  g_autoptr (WfState) state = wf_ledger_state (self->ledger, name);
  g_autoptr (WfEntity) entity = wf_state_get (state, scope, kind, id);

  self->result->entities++;
  self->shown_live += strcmp (scope, WF_LIVE) == 0;

  if (entity != NULL)
    {
      wf_state_digest_toggle (&digest, entity);
      wf_state_digest_toggle_line (&digest, kind, id, sqlite3_column_int64 (statement, 3), wf_database_text (statement, 4),
                                   (gsize) sqlite3_column_bytes (statement, 4));
      if (memcmp (&digest, &none, sizeof digest) == 0)
        {
          g_autofree char *thing = name_thing (scope, kind, id);

          self->result->taken += g_hash_table_contains (self->taken, thing);
          return;
        }
    }

  g_autoptr (WfJsonDoc) fields = wf_json_doc_new_text (wf_database_text (statement, 4), NULL);
  g_autoptr (WfJsonDoc) versions = wf_json_doc_new_text (wf_database_text (statement, 5), NULL);
  const WfJson *made = versions != NULL ? wf_json_member (wf_json_doc_root (versions), "") : NULL;
  int64_t number = sqlite3_column_int64 (statement, 3);
  int64_t first = made != NULL && wf_json_type (made) == WF_JSON_INT ? wf_json_int (made) : number;
  const char *incident = fields != NULL ? wf_json_member_string (wf_json_doc_root (fields), "incident") : NULL;
  if (self->gaps->len > 0 && may_differ (self, scope, kind, id, incident, first, number))
    {
      self->result->taken++;
      return;
    }

  if (entity == NULL)
    {
      complain (self, "The service shows %s %s in “%s”, which the journal does not make", kind, id, scope);
      return;
    }

  complain (self, "The service shows %s %s in “%s” otherwise than the journal makes it", kind, id, scope);
}

static void
compare_numbers (Verifier *self)
{
  g_autoptr (WfState) live = wf_ledger_state (self->ledger, WF_LIVE);
  g_auto (GStrv) kinds = wf_state_kinds (live, WF_LIVE);
  guint64 made = 0;

  for (gsize i = 0; kinds[i] != NULL; i++)
    made += wf_state_count (live, WF_LIVE, kinds[i]);
  if (made != self->shown_live)
    complain (self, "The journal makes %" G_GUINT64_FORMAT " live things, the service shows %" G_GUINT64_FORMAT,
              made, self->shown_live);
}

/* Of every page, also of what the journal has nothing to do with. */
static void
take_check (Verifier     *self,
            sqlite3_stmt *statement)
{
  g_autofree char *line = g_strdelimit (g_strdup (wf_database_text (statement, 0)), "\n", ' ');

  if (g_strcmp0 (line, "ok") != 0)
    complain (self, "The database is damaged: %s", line);
}

static gboolean
walk_all (Verifier *self,
          GError  **error)
{
  if (!walk (self, "PRAGMA integrity_check (10)", take_check, error) ||
      !walk (self, "SELECT scope, number FROM checkpoint", note_checkpoint, error) ||
      !walk (self, "SELECT position, scope, number, header, hash, payload, subject FROM journal ORDER BY position", check_entry,
             error) ||
      !walk (self, "SELECT scope, number, hash FROM scope", check_scope, error) ||
      !walk (self, "SELECT scope, number, hash, made_at, signature FROM checkpoint", check_signature, error))
    return FALSE;
  if (!self->replay)
    return TRUE;
  if (!walk (self, "SELECT scope, kind, id, number, fields, versions FROM entity", compare_entity, error))
    return FALSE;

  compare_numbers (self);
  return TRUE;
}

/**
 * wf_verify:
 * @folder: a data folder, also of a service that runs
 * @error: return location, where it could not be read at all
 *
 * Verifies a data folder. Blocks for as long as it takes.
 *
 * Returns: (transfer full) (nullable): what was found
 */
WfVerification *
wf_verify (const char *folder,
           GError    **error)
{
  g_autoptr (WfDatabase) database = wf_schema_open (folder, FALSE, error);

  if (database == NULL || !wf_database_exec (database, "BEGIN", error))
    return NULL;

  g_autoptr (WfVerification) result = g_new0 (WfVerification, 1);
  g_autoptr (WfLedger) ledger = wf_ledger_new ();
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) gaps = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  g_autoptr (GHashTable) hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *service = wf_database_get_meta (database, "service");
  g_autofree char *public_key = wf_database_get_meta (database, "public_key");
  g_autofree char *pruned = wf_database_get_meta (database, WF_META_TRACKS_PRUNED);
  Verifier self = {
    .database = database,
    .service = service,
    .public_key = public_key,
    .result = result,
    .ledger = ledger,
    .hashes = hashes,
    .taken = taken,
    .gaps = gaps,
    .pruned = pruned != NULL ? g_ascii_strtoll (pruned, NULL, 10) : INT64_MIN,
    .replay = TRUE,
  };

  result->problems = g_ptr_array_new_with_free_func (g_free);

  gboolean good = walk_all (&self, error);

  g_clear_pointer (&self.shown, g_hash_table_unref);
  return good ? g_steal_pointer (&result) : NULL;
}
