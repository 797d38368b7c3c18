/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-replica-rows-private.h"

#include "wf-sync-error.h"

#include <glib/gi18n.h>

/* What stands in a replica's file, row by row. */

/* So many events are read when a session opens. */
#define EVENTS_READ 2000

/* Everything of an event but what proves it, which has been checked before it gets here. */
#define EVENT_TYPE "(sisxxsmsxxxsmssmsma{sv})"

/* Values are kept in this machine's byte order. */
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define BYTE_ORDER_NAME "little"
#else
#define BYTE_ORDER_NAME "big"
#endif

/* --- rows -------------------------------------------------------------------------------------------------------- */

static GVariant *
event_to_variant (WfEvent *event)
{
  GVariant *payload = event->payload;

  return g_variant_new ("(sisxxsmsxxxsmssms@ma{sv})",
                        event->type, event->type_version, event->scope, (gint64) event->number,
                        (gint64) event->position, event->audience, event->subject, (gint64) event->occurred_at,
                        (gint64) event->recorded_at, (gint64) event->scope_time, event->actor != NULL ? event->actor : "",
                        event->post, event->cause != NULL ? event->cause : "", event->hash,
                        g_variant_new_maybe (G_VARIANT_TYPE_VARDICT, payload));
}

static WfEvent *
event_from_variant (GVariant *value)
{
  const char *type, *scope, *audience, *subject, *actor, *post, *cause, *hash;
  gint32 version;
  gint64 number, position, occurred_at, recorded_at, scope_time;
  g_autoptr (GVariant) maybe = NULL;

  g_variant_get (value, "(&si&sxx&sm&sxxx&sm&s&sm&s@ma{sv})",
                 &type, &version, &scope, &number, &position, &audience, &subject, &occurred_at, &recorded_at,
                 &scope_time, &actor, &post, &cause, &hash, &maybe);

  g_autoptr (GVariant) payload = g_variant_get_maybe (maybe);
  WfEvent *event = wf_event_new (type, version, scope, subject, payload);

  event->number = number;
  event->position = position;
  event->occurred_at = occurred_at;
  event->recorded_at = recorded_at;
  event->scope_time = scope_time;
  g_free (event->audience);
  event->audience = g_strdup (audience);
  event->actor = g_strdup (actor);
  event->post = g_strdup (post);
  event->cause = g_strdup (cause);
  event->hash = g_strdup (hash);

  return event;
}

static gboolean
write_event (WfStatement  *insert,
             WfEvent      *event,
             GError      **error)
{
  g_autoptr (GVariant) body = g_variant_ref_sink (event_to_variant (event));

  sqlite3_bind_int64 (insert, 1, event->position);
  wf_bind_text (insert, 2, event->scope);
  sqlite3_bind_int64 (insert, 3, event->number);
  wf_bind_text (insert, 4, event->subject);
  wf_bind_variant (insert, 5, body);

  return wf_workfile_run (insert, error);
}

/**
 * wf_replica_write_events:
 * @file: a replica's file, in its worker and a transaction
 * @events: (element-type WfEvent): events
 * @error: where to put an error
 *
 * Returns: whether they are written
 */
gboolean
wf_replica_write_events (WfWorkfile  *file,
                         GPtrArray   *events,
                         GError     **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (file->db, "INSERT OR REPLACE INTO event (position, scope, number, subject, body) "
                                   "VALUES (?, ?, ?, ?, ?)", error);

  if (insert == NULL)
    return FALSE;

  for (guint i = 0; i < events->len; i++)
    if (!write_event (insert, g_ptr_array_index (events, i), error))
      return FALSE;

  return TRUE;
}

/**
 * wf_replica_write_entities:
 * @file: a replica's file, in its worker and a transaction
 * @entities: (element-type WfEntity): things as they stand
 * @error: where to put an error
 *
 * Returns: whether they are written
 */
gboolean
wf_replica_write_entities (WfWorkfile  *file,
                           GPtrArray   *entities,
                           GError     **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (file->db, "INSERT OR REPLACE INTO entity (scope, kind, id, number, fields, versions) "
                                   "VALUES (?, ?, ?, ?, ?, ?)", error);

  if (insert == NULL)
    return FALSE;

  for (guint i = 0; i < entities->len; i++)
    {
      WfEntity *entity = g_ptr_array_index (entities, i);

      wf_bind_text (insert, 1, wf_entity_scope (entity));
      wf_bind_text (insert, 2, wf_entity_kind (entity));
      wf_bind_text (insert, 3, wf_entity_id (entity));
      sqlite3_bind_int64 (insert, 4, wf_entity_number (entity));
      wf_bind_variant (insert, 5, wf_entity_fields (entity));
      wf_bind_variant (insert, 6, wf_entity_versions (entity));

      if (!wf_workfile_run (insert, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * wf_replica_write_positions:
 * @file: a replica's file, in its worker and a transaction
 * @positions: (element-type WfUnitPosition): where units are
 * @error: where to put an error
 *
 * Returns: whether they are written
 */
gboolean
wf_replica_write_positions (WfWorkfile  *file,
                            GPtrArray   *positions,
                            GError     **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (file->db, "INSERT OR REPLACE INTO position (scope, unit, body) VALUES (?, ?, ?)", error);

  if (insert == NULL)
    return FALSE;

  for (guint i = 0; i < positions->len; i++)
    {
      WfUnitPosition *at = g_ptr_array_index (positions, i);
      g_autoptr (GVariant) body =
        g_variant_ref_sink (g_variant_new ("(ddddx)", at->position.longitude, at->position.latitude,
                                           at->position.heading, at->position.speed, (gint64) at->position.at));

      wf_bind_text (insert, 1, at->scope);
      wf_bind_text (insert, 2, at->unit);
      wf_bind_variant (insert, 3, body);

      if (!wf_workfile_run (insert, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_meta (WfWorkfile   *file,
            const char  *key,
            const char  *value,
            GError     **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (file->db, "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", error);

  if (insert == NULL)
    return FALSE;

  wf_bind_text (insert, 1, key);
  wf_bind_text (insert, 2, value);

  return wf_workfile_run (insert, error);
}

/**
 * wf_replica_write_place:
 * @file: a replica's file, in its worker and a transaction
 * @position: how far the replica has followed the feed
 * @error: where to put an error
 *
 * Returns: whether it is written
 */
gboolean
wf_replica_write_place (WfWorkfile  *file,
                        int64_t      position,
                        GError     **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) position);

  return write_meta (file, "position", text, error);
}

/**
 * wf_replica_write_head:
 * @file: a replica's file, in its worker and a transaction
 * @scope: a scope
 * @number: of its newest event
 * @hash: of that event
 * @error: where to put an error
 *
 * Returns: whether it is written
 */
gboolean
wf_replica_write_head (WfWorkfile  *file,
                       const char  *scope,
                       int64_t      number,
                       const char  *hash,
                       GError     **error)
{
  g_autoptr (WfStatement) insert =
    wf_workfile_prepare (file->db, "INSERT OR REPLACE INTO head (scope, number, hash) VALUES (?, ?, ?)", error);

  if (insert == NULL)
    return FALSE;

  wf_bind_text (insert, 1, scope);
  sqlite3_bind_int64 (insert, 2, number);
  wf_bind_text (insert, 3, hash);

  return wf_workfile_run (insert, error);
}

/* --- reading it all ---------------------------------------------------------------------------------------------- */

static gboolean
read_meta (WfWorkfile   *file,
           WfContents  *contents,
           GError     **error)
{
  g_autoptr (WfStatement) select = wf_workfile_prepare (file->db, "SELECT key, value FROM meta", error);
  g_autofree char *order = NULL;
  gboolean row;

  if (select == NULL)
    return FALSE;

  for (;;)
    {
      if (!wf_workfile_next (select, &row, error))
        return FALSE;
      if (!row)
        break;

      g_autofree char *key = wf_column_text (select, 0);
      char *value = wf_column_text (select, 1);
      g_autofree char *number = NULL;
      char **place = g_strcmp0 (key, "service") == 0 ? &contents->service
                     : g_strcmp0 (key, "actor") == 0 ? &contents->actor
                     : g_strcmp0 (key, "name") == 0 ? &contents->name
                     : g_strcmp0 (key, "post") == 0 ? &contents->post
                     : g_strcmp0 (key, "role") == 0 ? &contents->role
                     : g_strcmp0 (key, "order") == 0 ? &order
                     : &number;

      g_free (*place);
      *place = value;
      if (g_strcmp0 (key, "position") == 0 && number != NULL)
        contents->position = g_ascii_strtoll (number, NULL, 10);
    }

  if (contents->service != NULL && g_strcmp0 (order, BYTE_ORDER_NAME) != 0)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_DAMAGED,
                   _("This workstation's data comes from a machine of another kind."));
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_heads (WfWorkfile   *file,
            WfContents  *contents,
            GError     **error)
{
  g_autoptr (WfStatement) select = wf_workfile_prepare (file->db, "SELECT scope, number, hash FROM head", error);
  gboolean row = FALSE;

  if (select == NULL)
    return FALSE;

  for (;;)
    {
      if (!wf_workfile_next (select, &row, error))
        return FALSE;
      if (!row)
        return TRUE;

      g_hash_table_insert (contents->heads, wf_column_text (select, 0),
                           wf_head_new (sqlite3_column_int64 (select, 1),
                                        (const char *) sqlite3_column_text (select, 2)));
    }
}

static gboolean
read_entities (WfWorkfile   *file,
               WfContents  *contents,
               GError     **error)
{
  g_autoptr (WfStatement) select =
    wf_workfile_prepare (file->db, "SELECT scope, kind, id, number, fields, versions FROM entity", error);
  gboolean row;

  if (select == NULL)
    return FALSE;

  for (;;)
    {
      if (!wf_workfile_next (select, &row, error))
        return FALSE;
      if (!row)
        return TRUE;

      g_autoptr (GError) broken = NULL;
      g_autoptr (GVariant) fields = wf_column_variant (select, 4, G_VARIANT_TYPE_VARDICT, &broken);
      g_autoptr (GVariant) versions =
        broken == NULL ? wf_column_variant (select, 5, G_VARIANT_TYPE ("a{sx}"), &broken) : NULL;

      if (broken != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&broken));
          return FALSE;
        }

      g_ptr_array_add (contents->entities,
                       wf_entity_new ((const char *) sqlite3_column_text (select, 0),
                                      (const char *) sqlite3_column_text (select, 1),
                                      (const char *) sqlite3_column_text (select, 2),
                                      fields, versions, sqlite3_column_int64 (select, 3)));
    }
}

/**
 * wf_replica_read_events:
 * @select: finds events, its only column being the body
 * @events: (element-type WfEvent): where to add them
 * @error: where to put an error
 *
 * Returns: whether they could be read
 */
gboolean
wf_replica_read_events (WfStatement  *select,
                        GPtrArray    *events,
                        GError      **error)
{
  gboolean row;

  for (;;)
    {
      if (!wf_workfile_next (select, &row, error))
        return FALSE;
      if (!row)
        return TRUE;

      g_autoptr (GVariant) body = wf_column_variant (select, 0, G_VARIANT_TYPE (EVENT_TYPE), error);
      if (body == NULL)
        return FALSE;

      g_ptr_array_add (events, event_from_variant (body));
    }
}

static gboolean
read_newest_events (WfWorkfile   *file,
                    WfContents  *contents,
                    GError     **error)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT body FROM (SELECT position, body FROM event ORDER BY position DESC LIMIT %d) "
                     "ORDER BY position", EVENTS_READ);
  g_autoptr (WfStatement) select = wf_workfile_prepare (file->db, sql, error);

  return select != NULL && wf_replica_read_events (select, contents->events, error);
}

static gboolean
read_positions (WfWorkfile   *file,
                WfContents  *contents,
                GError     **error)
{
  g_autoptr (WfStatement) select = wf_workfile_prepare (file->db, "SELECT scope, unit, body FROM position", error);
  gboolean row;

  if (select == NULL)
    return FALSE;

  for (;;)
    {
      if (!wf_workfile_next (select, &row, error))
        return FALSE;
      if (!row)
        return TRUE;

      g_autoptr (GVariant) body = wf_column_variant (select, 2, G_VARIANT_TYPE ("(ddddx)"), error);
      if (body == NULL)
        return FALSE;

      WfPosition position;
      gint64 at;

      g_variant_get (body, "(ddddx)", &position.longitude, &position.latitude, &position.heading, &position.speed, &at);
      position.at = at;
      g_ptr_array_add (contents->positions,
                       wf_unit_position_new ((const char *) sqlite3_column_text (select, 0),
                                             (const char *) sqlite3_column_text (select, 1), &position));
    }
}

/**
 * wf_replica_read_all:
 * @file: a replica's file, in its worker
 * @error: where to put an error
 *
 * Returns: (transfer full) (nullable): what is in it, with the newest events
 */
WfContents *
wf_replica_read_all (WfWorkfile  *file,
                     GError     **error)
{
  g_autoptr (WfContents) contents = wf_contents_new ();

  if (!read_meta (file, contents, error)
      || !read_heads (file, contents, error)
      || !read_entities (file, contents, error)
      || !read_newest_events (file, contents, error)
      || !read_positions (file, contents, error))
    return NULL;

  return g_steal_pointer (&contents);
}

/**
 * wf_replica_write_all:
 * @file: a replica's file, in its worker and a transaction
 * @contents: a whole snapshot
 * @error: where to put an error
 *
 * Replaces all that is in it.
 *
 * Returns: whether it is written
 */
gboolean
wf_replica_write_all (WfWorkfile  *file,
                      WfContents  *contents,
                      GError     **error)
{
  GHashTableIter iter;
  gpointer scope, head;

  if (!wf_workfile_exec (file->db, "DELETE FROM meta; DELETE FROM head; DELETE FROM entity; DELETE FROM event; "
                                   "DELETE FROM position", error)
      || !write_meta (file, "order", BYTE_ORDER_NAME, error)
      || !write_meta (file, "service", contents->service, error)
      || !write_meta (file, "actor", contents->actor, error)
      || !write_meta (file, "name", contents->name, error)
      || !write_meta (file, "post", contents->post, error)
      || !write_meta (file, "role", contents->role, error)
      || !wf_replica_write_place (file, contents->position, error)
      || !wf_replica_write_entities (file, contents->entities, error)
      || !wf_replica_write_events (file, contents->events, error)
      || !wf_replica_write_positions (file, contents->positions, error))
    return FALSE;

  g_hash_table_iter_init (&iter, contents->heads);
  while (g_hash_table_iter_next (&iter, &scope, &head))
    if (!wf_replica_write_head (file, scope, ((WfHead *) head)->number, ((WfHead *) head)->hash, error))
      return FALSE;

  return TRUE;
}
