/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-manifest.h"

#include "wf-files.h"
#include "wf-id.h"
#include "wf-json-write.h"
#include "wf-reads.h"
#include "wf-store.h"
#include "wf-time.h"

#include <string.h>

#define TEXT_MAX  (256 * 1024 * 1024)
#define SIGNED_AS "watchfire manifest 1"
#define FORMAT    1

static void
free_file (WfManifestFile *file)
{
  g_free (file->path);
  g_free (file->digest);
  g_free (file);
}

/**
 * wf_manifest_new:
 * @kind: what the folder is
 *
 * Returns: (transfer full): a manifest of no files
 */
WfManifest *
wf_manifest_new (const char *kind)
{
  WfManifest *self = g_new0 (WfManifest, 1);

  self->kind = g_strdup (kind);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) free_file);

  return self;
}

/**
 * wf_manifest_free:
 * @self: (transfer full): a manifest
 */
void
wf_manifest_free (WfManifest *self)
{
  g_free (self->kind);
  g_free (self->service);
  g_free (self->public_key);
  g_free (self->scope);
  g_free (self->subject);
  g_ptr_array_unref (self->files);
  g_free (self);
}

/**
 * wf_manifest_add:
 * @self: a manifest
 * @path: where the file lies in the folder
 * @size: in bytes
 * @digest: its SHA-256
 */
void
wf_manifest_add (WfManifest *self,
                 const char *path,
                 int64_t     size,
                 const char *digest)
{
  WfManifestFile *file = g_new0 (WfManifestFile, 1);

  file->path = g_strdup (path);
  file->size = size;
  file->digest = g_strdup (digest);
  g_ptr_array_add (self->files, file);
}

/* A manifest comes from outside: it names files of a folder of ours and nothing else. */
static gboolean
path_is_good (const char *path)
{
  static const char *const names[] = { "watchfire.db", "service.key", "incident.ndjson" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (path, names[i]) == 0)
      return TRUE;

  if (wf_reads_is_day (path))
    return TRUE;

  return g_str_has_prefix (path, "media/") && strlen (path) == strlen ("media/xx/") + 64 && path[8] == '/' &&
         wf_digest_is_valid (path + 9) && strncmp (path + 6, path + 9, 2) == 0;
}

static gboolean
read_files (WfManifest   *self,
            const WfJson *list,
            GError      **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (const WfJson *value = wf_json_first (list); value != NULL; value = wf_json_next (value))
    {
      const char *path = wf_json_member_string (value, "path");
      const char *digest = wf_json_member_string (value, "sha256");
      const WfJson *size = wf_json_member (value, "size");

      if (wf_json_length (value) != 3 || path == NULL || !path_is_good (path) || !wf_digest_is_valid (digest) || size == NULL ||
          wf_json_type (size) != WF_JSON_INT || wf_json_int (size) < 0 || !g_hash_table_add (seen, (gpointer) path))
        {
          g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "The manifest, line %u: this is no file of a backup",
                       wf_json_line (value));
          return FALSE;
        }
      wf_manifest_add (self, path, wf_json_int (size), digest);
    }

  return TRUE;
}

/**
 * wf_manifest_read:
 * @text: what came
 * @error: return location
 *
 * Reads a manifest, from whomever it may be; its signature is another matter.
 *
 * Returns: (transfer full) (nullable): the manifest
 */
WfManifest *
wf_manifest_read (GBytes  *text,
                  GError **error)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (text, TEXT_MAX, error);

  if (doc == NULL)
    {
      g_prefix_error (error, "The manifest: ");
      return NULL;
    }

  const WfJson *root = wf_json_doc_root (doc);
  const WfJson *format = wf_json_member (root, "format");
  const WfJson *position = wf_json_member (root, "position");
  const WfJson *files = wf_json_member (root, "files");
  const char *kind = wf_json_member_string (root, "kind");
  const char *service = wf_json_member_string (root, "service");
  const char *key = wf_json_member_string (root, "public_key");
  const char *made_at = wf_json_member_string (root, "made_at");
  g_autoptr (WfManifest) self = wf_manifest_new (kind);

  if (format == NULL || wf_json_type (format) != WF_JSON_INT || kind == NULL)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "The manifest does not say what it is of");
      return NULL;
    }
  if (wf_json_int (format) != FORMAT)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_VERSION,
                   "It was made by another Watchfire (form %d, this program knows %d): use a newer program",
                   (int) wf_json_int (format), FORMAT);
      return NULL;
    }
  if (!wf_id_is_valid (service) || !wf_digest_is_valid (key) || made_at == NULL || !wf_time_parse (made_at, &self->made_at) ||
      position == NULL || wf_json_type (position) != WF_JSON_INT || files == NULL || wf_json_type (files) != WF_JSON_ARRAY)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "The manifest has a field that is wrong or missing");
      return NULL;
    }

  self->service = g_strdup (service);
  self->public_key = g_strdup (key);
  self->position = wf_json_int (position);
  self->scope = g_strdup (wf_json_member_string (root, "scope"));
  self->subject = g_strdup (wf_json_member_string (root, "subject"));

  return read_files (self, files, error) ? g_steal_pointer (&self) : NULL;
}

static void
append_text (GString    *out,
             const char *key,
             const char *value)
{
  if (value == NULL)
    return;

  g_string_append (out, ",\n \"");
  g_string_append (out, key);
  g_string_append (out, "\": ");
  wf_json_write_string (out, value);
}

static GBytes *
compose (WfManifest *self)
{
  GString *out = g_string_new ("{\"format\": 1");
  g_autofree char *made_at = wf_time_format (self->made_at);

  append_text (out, "kind", self->kind);
  append_text (out, "program", WF_VERSION);
  append_text (out, "service", self->service);
  append_text (out, "public_key", self->public_key);
  append_text (out, "made_at", made_at);
  append_text (out, "scope", self->scope);
  append_text (out, "subject", self->subject);
  g_string_append_printf (out, ",\n \"position\": %" G_GINT64_FORMAT ",\n \"files\": [", (gint64) self->position);

  for (guint i = 0; i < self->files->len; i++)
    {
      WfManifestFile *file = g_ptr_array_index (self->files, i);

      g_string_append_printf (out, "%s\n  {\"path\": \"%s\", \"size\": %" G_GINT64_FORMAT ", \"sha256\": \"%s\"}",
                              i > 0 ? "," : "", file->path, (gint64) file->size, file->digest);
    }
  g_string_append (out, "]}\n");

  return g_string_free_to_bytes (out);
}

/**
 * wf_manifest_write:
 * @self: a manifest
 * @folder: the folder that it is of
 * @signer: the service's key
 * @error: return location
 *
 * Writes the manifest and its signature. The last thing to do: what has them is complete.
 *
 * Returns: whether they are on the disk
 */
gboolean
wf_manifest_write (WfManifest *self,
                   const char *folder,
                   WfSigner   *signer,
                   GError    **error)
{
  g_autoptr (GBytes) text = compose (self);
  g_autofree char *signature = wf_signer_sign_text (signer, SIGNED_AS, text);
  g_autofree char *line = g_strconcat (signature, "\n", NULL);
  g_autofree char *path = g_build_filename (folder, WF_MANIFEST_NAME, NULL);
  g_autofree char *signature_path = g_build_filename (folder, WF_MANIFEST_SIGNATURE, NULL);
  gsize size;
  const void *data = g_bytes_get_data (text, &size);

  return wf_files_write (path, data, size, error) && wf_files_write (signature_path, line, strlen (line), error) &&
         wf_files_sync_folder (folder, error);
}

static GBytes *
load (const char *folder,
      const char *name,
      GError    **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);

  return file != NULL ? g_mapped_file_get_bytes (file) : NULL;
}

/**
 * wf_manifest_open:
 * @folder: a folder that was handed out
 * @kind: what it should be
 * @public_key: (nullable): the key that should have signed it, in hexadecimal; %NULL trusts the one that the folder names
 * @error: return location
 *
 * Reads a manifest and checks its signature. The files themselves are checked as they are read.
 *
 * Returns: (transfer full) (nullable): the manifest
 */
WfManifest *
wf_manifest_open (const char *folder,
                  const char *kind,
                  const char *public_key,
                  GError    **error)
{
  g_autoptr (GBytes) text = load (folder, WF_MANIFEST_NAME, error);
  g_autoptr (GBytes) line = text != NULL ? load (folder, WF_MANIFEST_SIGNATURE, error) : NULL;

  if (line == NULL)
    {
      g_prefix_error (error, "“%s” is not complete: ", folder);
      return NULL;
    }

  g_autoptr (WfManifest) self = wf_manifest_read (text, error);
  if (self == NULL)
    return NULL;

  gsize size;
  const char *data = g_bytes_get_data (line, &size);
  g_autofree char *signature = size == 129 && data[128] == '\n' ? g_strndup (data, 128) : g_strdup ("");

  if (strcmp (self->kind, kind) != 0)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "“%s” is a “%s”, not a “%s”", folder, self->kind, kind);
  else if (public_key != NULL && g_ascii_strcasecmp (public_key, self->public_key) != 0)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "It was made by a service with another key: %s",
                 self->public_key);
  else if (!wf_text_signature_holds (self->public_key, signature, SIGNED_AS, text))
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT,
                 "The manifest of “%s” is not signed by the service that it names: it was changed", folder);
  else
    return g_steal_pointer (&self);

  return NULL;
}
