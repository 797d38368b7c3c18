/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-snapshot-private.h"

#include "wf-entry.h"
#include "wf-id.h"
#include "wf-sync-error.h"
#include "wf-wire.h"

#include <glib/gi18n.h>
#include <string.h>

/* A line is one thing; the longest are plans. */
#define RECORD_MAX (16 * 1024 * 1024)

/* More lines than this are no snapshot of a command centre. */
#define LINES_MAX 20000000

/**
 * WfSnapshotReader: (skip)
 *
 * Reads a snapshot piece by piece as it comes from the network. Nothing of it is used before its last line has been seen
 * and what it says of the rest has been found true. May be used in any thread, one at a time.
 */
struct _WfSnapshotReader
{
  GByteArray *rest;     /* (owned) a line that is not complete yet */
  WfContents *contents; /* (owned) */
  GHashTable *digests;  /* (owned) scope → WfStateDigest (owned) of what has come */
  gboolean    begun;
  gboolean    ended;
  int64_t     lines;
};

/**
 * wf_snapshot_reader_new:
 *
 * Returns: (transfer full): a reader that has seen nothing
 */
WfSnapshotReader *
wf_snapshot_reader_new (void)
{
  WfSnapshotReader *self = g_new0 (WfSnapshotReader, 1);

  self->rest = g_byte_array_new ();
  self->contents = wf_contents_new ();
  self->digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

/**
 * wf_snapshot_reader_free:
 * @self: (transfer full): a reader
 */
void
wf_snapshot_reader_free (WfSnapshotReader *self)
{
  g_byte_array_unref (self->rest);
  g_clear_pointer (&self->contents, wf_contents_free);
  g_hash_table_unref (self->digests);
  g_free (self);
}

static gboolean
refuse (WfSnapshotReader  *self,
        const char        *reason,
        GError           **error)
{
  g_autofree char *line = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) self->lines);

  g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL,
               _("Line %s of the service's records cannot be used: %s"), line, reason);
  return FALSE;
}

static gboolean
read_int (const WfJson *object,
          const char   *key,
          int64_t      *number)
{
  const WfJson *value = wf_json_member (object, key);

  if (value == NULL || wf_json_type (value) != WF_JSON_INT)
    return FALSE;

  *number = wf_json_int (value);
  return *number >= 0;
}

static gboolean
read_beginning (WfSnapshotReader  *self,
                const WfJson      *line,
                GError           **error)
{
  const char *service = wf_json_member_string (line, "service");
  const WfJson *scopes = wf_json_member (line, "scopes");

  if (self->begun
      || !wf_id_is_valid (service)
      || !read_int (line, "position", &self->contents->position)
      || scopes == NULL
      || wf_json_type (scopes) != WF_JSON_OBJECT)
    return refuse (self, "snapshot", error);

  for (const WfJson *scope = wf_json_first (scopes); scope != NULL; scope = wf_json_next (scope))
    {
      const char *hash = wf_json_type (scope) == WF_JSON_OBJECT ? wf_json_member_string (scope, "hash") : NULL;
      int64_t number;

      if (!wf_id_is_valid (wf_json_key (scope)) || !wf_digest_is_valid (hash) || !read_int (scope, "number", &number))
        return refuse (self, "scopes", error);

      g_hash_table_insert (self->contents->heads, g_strdup (wf_json_key (scope)), wf_head_new (number, hash));
    }

  self->contents->service = g_strdup (service);
  self->begun = TRUE;
  return TRUE;
}

static WfStateDigest *
digest_of (WfSnapshotReader *self,
           const char       *scope)
{
  WfStateDigest *digest = g_hash_table_lookup (self->digests, scope);

  if (digest == NULL)
    {
      digest = g_new0 (WfStateDigest, 1);
      g_hash_table_insert (self->digests, g_strdup (scope), digest);
    }

  return digest;
}

static gboolean
read_entity (WfSnapshotReader  *self,
             const WfJson      *line,
             GError           **error)
{
  WfEntity *entity = wf_wire_read_entity (line, error);

  if (entity == NULL)
    return FALSE;

  wf_state_digest_toggle (digest_of (self, wf_entity_scope (entity)), entity);
  g_ptr_array_add (self->contents->entities, entity);
  return TRUE;
}

static gboolean
read_entry (WfSnapshotReader  *self,
            WfJsonDoc         *doc,
            const WfJson      *line,
            GError           **error)
{
  const WfJson *value = wf_json_member (line, "entry");
  g_autoptr (WfEntry) entry = value != NULL ? wf_entry_read (doc, value, error) : NULL;

  if (value == NULL)
    return refuse (self, "entry", error);
  if (entry == NULL)
    return FALSE;

  g_ptr_array_add (self->contents->events, wf_event_ref (entry->event));
  return TRUE;
}

static gboolean
read_position (WfSnapshotReader  *self,
               const WfJson      *line,
               GError           **error)
{
  const WfJson *value = wf_json_member (line, "position");
  const char *scope = wf_json_member_string (line, "scope");
  const char *unit;
  WfPosition position;

  if (value == NULL || !wf_id_is_valid (scope))
    return refuse (self, "position", error);
  if (!wf_wire_read_position (value, &unit, &position, NULL, error))
    return FALSE;

  g_ptr_array_add (self->contents->positions, wf_unit_position_new (scope, unit, &position));
  return TRUE;
}

static gboolean
read_end (WfSnapshotReader  *self,
          const WfJson      *line,
          GError           **error)
{
  const WfJson *digests = wf_json_member (line, "digests");
  int64_t lines;

  if (!read_int (line, "lines", &lines) || lines != self->lines - 1
      || digests == NULL || wf_json_type (digests) != WF_JSON_OBJECT)
    return refuse (self, "end", error);

  for (const WfJson *digest = wf_json_first (digests); digest != NULL; digest = wf_json_next (digest))
    {
      g_autofree char *own = wf_state_digest_to_string (digest_of (self, wf_json_key (digest)));

      if (wf_json_type (digest) != WF_JSON_STRING || strcmp (own, wf_json_string (digest)) != 0)
        return refuse (self, "digests", error);
    }

  self->ended = TRUE;
  return TRUE;
}

static gboolean
read_line (WfSnapshotReader  *self,
           const guint8      *data,
           gsize              size,
           GError           **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) wrong = NULL;
  g_autoptr (WfJsonDoc) doc = NULL;
  gboolean done = FALSE;

  self->lines++;

  if (self->ended || self->lines > LINES_MAX)
    return refuse (self, "end", error);

  doc = wf_json_doc_new (bytes, RECORD_MAX, &wrong);
  if (doc == NULL)
    return refuse (self, wrong->message, error);

  const WfJson *line = wf_json_doc_root (doc);
  const char *kind = wf_json_type (line) == WF_JSON_OBJECT ? wf_json_member_string (line, "kind") : NULL;

  if (g_strcmp0 (kind, "snapshot") == 0)
    done = read_beginning (self, line, &wrong);
  else if (!self->begun)
    done = refuse (self, "kind", &wrong);
  else if (g_strcmp0 (kind, "entity") == 0)
    done = read_entity (self, line, &wrong);
  else if (g_strcmp0 (kind, "entry") == 0)
    done = read_entry (self, doc, line, &wrong);
  else if (g_strcmp0 (kind, "position") == 0)
    done = read_position (self, line, &wrong);
  else if (g_strcmp0 (kind, "end") == 0)
    done = read_end (self, line, &wrong);
  else
    done = refuse (self, "kind", &wrong);

  if (done)
    return TRUE;

  /* A kind of thing that this program does not know comes from a newer service. */
  if (g_error_matches (wrong, WF_WIRE_ERROR, WF_WIRE_ERROR_UNKNOWN_TYPE)
      || g_error_matches (wrong, WF_WIRE_ERROR, WF_WIRE_ERROR_UNKNOWN_FIELD))
    g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_UPDATE,
                 _("The service holds records that this program does not know. Update it. (%s)"), wrong->message);
  else if (wrong->domain == WF_SYNC_ERROR)
    g_propagate_error (error, g_steal_pointer (&wrong));
  else
    refuse (self, wrong->message, error);

  return FALSE;
}

/**
 * wf_snapshot_reader_feed:
 * @self: a reader
 * @piece: what came next
 * @error: where to put a #WfSyncError
 *
 * Returns: whether all is well so far
 */
gboolean
wf_snapshot_reader_feed (WfSnapshotReader  *self,
                         GBytes            *piece,
                         GError           **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (piece, &size);

  while (size > 0)
    {
      const guint8 *end = memchr (data, '\n', size);
      gsize n = end != NULL ? (gsize) (end - data) : size;

      if (self->rest->len + n > RECORD_MAX)
        return refuse (self, "line too long", error);

      if (end == NULL)
        {
          g_byte_array_append (self->rest, data, (guint) n);
          return TRUE;
        }

      gboolean done;

      if (self->rest->len == 0)
        done = read_line (self, data, n, error);
      else
        {
          g_byte_array_append (self->rest, data, (guint) n);
          done = read_line (self, self->rest->data, self->rest->len, error);
          g_byte_array_set_size (self->rest, 0);
        }

      if (!done)
        return FALSE;

      data += n + 1;
      size -= n + 1;
    }

  return TRUE;
}

/**
 * wf_snapshot_reader_finish:
 * @self: a reader that has been fed everything
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable): what the snapshot holds; %NULL if its end is missing
 */
WfContents *
wf_snapshot_reader_finish (WfSnapshotReader  *self,
                           GError           **error)
{
  if (!self->ended || self->rest->len > 0)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("The service's records broke off on the way."
                                                                   " They are fetched again."));
      return NULL;
    }

  return g_steal_pointer (&self->contents);
}
