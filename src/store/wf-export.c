/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-export.h"

#include "wf-files.h"
#include "wf-id.h"
#include "wf-json-write.h"
#include "wf-manifest.h"
#include "wf-store-private.h"
#include "wf-time.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* One incident with its proof, for whoever must be shown it: the headers of the whole journal of its scope, so that the chain
 * can be followed from the first entry to a checkpoint that is signed, the payloads of the incident's own entries and of
 * nobody else's, and the media that they name. doc/export.md tells the form; data/verify-export.py checks it without any of
 * this code. */

#define LINES_NAME   "incident.ndjson"
#define BUFFER_BYTES (64 * 1024)

typedef struct
{
  WfDatabase *database;
  WfSigner   *signer;
  WfManifest *manifest;
  WfExport   *result;
  GHashTable *media;  /* (owned) set of digests that the payloads name */
  GString    *buffer; /* (owned) */
  char       *path;   /* (owned) of the lines */
  int         file;
  int64_t     number;
  char       *hash;   /* (owned) */
} Exporter;

/**
 * wf_export_free:
 * @self: (transfer full): what there is to say
 */
void
wf_export_free (WfExport *self)
{
  g_free (self->public_key);
  g_free (self);
}

static gboolean
flush (Exporter *self,
       GError  **error)
{
  const char *next = self->buffer->str;
  gsize left = self->buffer->len;

  while (left > 0)
    {
      ssize_t n = write (self->file, next, left);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be written: %s", self->path,
                       g_strerror (errno));
          return FALSE;
        }
      next += n;
      left -= (gsize) n;
    }
  g_string_truncate (self->buffer, 0);

  return TRUE;
}

/* Every text in a payload that is a digest; whether there is such a medium is asked later. */
static void
collect_media (Exporter   *self,
               const char *text,
               gsize       size)
{
  for (gsize i = 0; i + 66 <= size; i++)
    if (text[i] == '"' && text[i + 65] == '"')
      {
        g_autofree char *digest = g_strndup (text + i + 1, 64);

        if (wf_digest_is_valid (digest))
          g_hash_table_add (self->media, g_steal_pointer (&digest));
      }
}

static gboolean
write_entry (Exporter     *self,
             sqlite3_stmt *statement,
             const char   *incident,
             GError      **error)
{
  gboolean ours = g_strcmp0 (wf_database_text (statement, 4), incident) == 0;
  gboolean held = sqlite3_column_type (statement, 3) != SQLITE_NULL;

  g_free (self->hash);
  self->hash = g_strdup (wf_database_text (statement, 2));
  self->number = sqlite3_column_int64 (statement, 0);
  self->result->headers++;

  g_string_append (self->buffer, "{\"kind\":\"entry\",\"hash\":\"");
  g_string_append (self->buffer, self->hash);
  g_string_append (self->buffer, "\",\"header\":");
  g_string_append_len (self->buffer, sqlite3_column_blob (statement, 1), sqlite3_column_bytes (statement, 1));

  if (ours && held)
    {
      const char *payload = sqlite3_column_blob (statement, 3);
      gsize size = (gsize) sqlite3_column_bytes (statement, 3);

      self->result->payloads++;
      g_string_append (self->buffer, ",\"payload\":");
      g_string_append_len (self->buffer, payload, (gssize) size);
      collect_media (self, payload, size);
    }
  else if (ours)
    {
      self->result->erased++;
      g_string_append (self->buffer, ",\"erased\":true");
    }
  g_string_append (self->buffer, "}\n");

  return self->buffer->len < BUFFER_BYTES || flush (self, error);
}

static gboolean
write_entries (Exporter *self,
               GError  **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->database, "SELECT number, header, hash, payload, subject FROM journal"
                                         " WHERE scope = ?1 ORDER BY number", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, self->manifest->scope);
  while (wf_database_step (self->database, statement, &row, error))
    {
      if (!row)
        return TRUE;
      if (!write_entry (self, statement, self->manifest->subject, error))
        return FALSE;
    }

  return FALSE;
}

static void
write_checkpoint (Exporter *self)
{
  WfManifest *manifest = self->manifest;
  g_autofree char *signature = wf_signer_sign (self->signer, manifest->service, manifest->scope, self->number, self->hash,
                                               manifest->made_at);

  g_string_append (self->buffer, "{\"kind\":\"checkpoint\"");
  wf_json_write_member_text (self->buffer, "scope", manifest->scope);
  g_string_append_printf (self->buffer, ",\"number\":%" G_GINT64_FORMAT ",\"hash\":\"%s\",\"made_at\":%" G_GINT64_FORMAT,
                          (gint64) self->number, self->hash, (gint64) manifest->made_at);
  g_string_append_printf (self->buffer, ",\"signature\":\"%s\"}\n", signature);
}

static gboolean
write_lines (Exporter   *self,
             const char *stage,
             GError    **error)
{
  g_autofree char *digest = NULL;
  int64_t size;

  self->path = g_build_filename (stage, LINES_NAME, NULL);
  self->file = g_open (self->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (self->file < 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "“%s” cannot be made: %s", self->path, g_strerror (errno));
      return FALSE;
    }

  gboolean good = write_entries (self, error);
  if (good && self->result->payloads + self->result->erased == 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "There is no incident “%s” in “%s”",
                   self->manifest->subject, self->manifest->scope);
      good = FALSE;
    }
  if (good)
    {
      write_checkpoint (self);
      good = flush (self, error);
    }
  if (good && fsync (self->file) != 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be kept: %s", self->path, g_strerror (errno));
      good = FALSE;
    }
  close (self->file);

  if (!good || !wf_files_digest (self->path, &digest, &size, error))
    return FALSE;

  self->manifest->position = self->number;
  wf_manifest_add (self->manifest, LINES_NAME, size, digest);
  return TRUE;
}

static gboolean
copy_media (Exporter   *self,
            const char *folder,
            const char *stage,
            GError    **error)
{
  g_autoptr (GList) digests = g_list_sort (g_hash_table_get_keys (self->media), (GCompareFunc) strcmp);

  for (GList *l = digests; l != NULL; l = l->next)
    {
      const char *digest = l->data;
      g_autofree char *name = g_strdup_printf ("media/%.2s/%s", digest, digest);
      g_autofree char *from = g_build_filename (folder, name, NULL);
      g_autofree char *to = g_build_filename (stage, name, NULL);
      g_autofree char *got = NULL;
      int64_t size;

      /* A digest of something else, or a medium that was erased. */
      if (!g_file_test (from, G_FILE_TEST_EXISTS))
        continue;

      if (!wf_files_copy (from, to, NULL, &got, &size, error))
        return FALSE;
      if (strcmp (got, digest) != 0)
        {
          g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "The medium “%s” was changed on the disk", from);
          return FALSE;
        }
      wf_manifest_add (self->manifest, name, size, got);
      self->result->media++;
    }

  return TRUE;
}

static gboolean
fill_stage (Exporter   *self,
            const char *folder,
            const char *stage,
            GError    **error)
{
  if (!wf_database_exec (self->database, "BEGIN", error))
    return FALSE;

  self->manifest->service = wf_database_get_meta (self->database, "service");
  self->manifest->public_key = wf_signer_public (self->signer);
  self->result->public_key = g_strdup (self->manifest->public_key);
  if (self->manifest->service == NULL)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "“%s” belongs to no service yet", folder);
      return FALSE;
    }

  return write_lines (self, stage, error) && copy_media (self, folder, stage, error) &&
         wf_manifest_write (self->manifest, stage, self->signer, error);
}

/**
 * wf_export_incident:
 * @folder: a data folder, also of a service that runs
 * @scope: the scope of the incident
 * @incident: its id
 * @into: where to; nothing, or an empty folder
 * @now: the time
 * @error: return location
 *
 * Writes one incident with its chain and its media into a folder. Blocks.
 *
 * Returns: (transfer full) (nullable): what was written; if %NULL, nothing was
 */
WfExport *
wf_export_incident (const char *folder,
                    const char *scope,
                    const char *incident,
                    const char *into,
                    int64_t     now,
                    GError    **error)
{
  g_autoptr (WfSigner) signer = wf_signer_open (folder, FALSE, error);
  g_autoptr (WfDatabase) database = signer != NULL ? wf_schema_open (folder, FALSE, error) : NULL;

  if (database == NULL)
    return NULL;

  g_autofree char *stage = wf_files_make_stage (into, error);
  if (stage == NULL)
    return NULL;

  g_autoptr (WfManifest) manifest = wf_manifest_new (WF_MANIFEST_EXPORT);
  g_autoptr (GHashTable) media = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) buffer = g_string_sized_new (2 * BUFFER_BYTES);
  g_autoptr (WfExport) result = g_new0 (WfExport, 1);
  Exporter self = { .database = database, .signer = signer, .manifest = manifest, .result = result, .media = media,
                    .buffer = buffer, .file = -1 };

  manifest->scope = g_strdup (scope);
  manifest->subject = g_strdup (incident);
  manifest->made_at = now;

  gboolean good = fill_stage (&self, folder, stage, error) && wf_files_put_in_place (stage, into, error);
  g_free (self.path);
  g_free (self.hash);
  if (good)
    return g_steal_pointer (&result);

  wf_files_remove_tree (stage);
  return NULL;
}
