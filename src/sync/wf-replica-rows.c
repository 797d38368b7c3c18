/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-replica-rows-private.h"

#include "wf-sync-error.h"
#include "wf-telemetry.h"

#include <glib/gi18n.h>

/* What stands in a replica's file, row by row. */

/* So many events are read when a session opens. */
#define EVENTS_READ "2000"

/* Everything of an event but what proves it, which has been checked before it gets here. */
#define EVENT_TYPE "(sisxxsmsxxxsmssmsma{sv})"

#define POSITION_TYPE "(ddddx)"
#define READING_TYPE  "(xd)"

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

static void
bind_event (sqlite3_stmt *statement,
            int           column,
            gpointer      row)
{
  WfEvent *event = row;
  g_autoptr (GVariant) body = g_variant_ref_sink (event_to_variant (event));

  sqlite3_bind_int64 (statement, column, event->position);
  wf_database_bind_text (statement, column + 1, event->scope);
  sqlite3_bind_int64 (statement, column + 2, event->number);
  wf_database_bind_text (statement, column + 3, event->subject);
  wf_database_bind_variant (statement, column + 4, body);
}

/**
 * wf_replica_write_events:
 * @db: a replica's file, in its worker and a transaction
 * @events: (element-type WfEvent): events
 * @error: where to put an error
 *
 * Returns: whether they are written
 */
gboolean
wf_replica_write_events (WfDatabase  *db,
                         GPtrArray   *events,
                         GError     **error)
{
#define INSERT "INSERT OR REPLACE INTO event (position, scope, number, subject, body) VALUES "
#define ROW "(?,?,?,?,?)"
  return wf_database_put_rows (db, INSERT ROW, INSERT WF_DATABASE_ROWS (ROW), bind_event, events->pdata, events->len, error);
#undef INSERT
#undef ROW
}

static void
bind_entity (sqlite3_stmt *statement,
             int           column,
             gpointer      row)
{
  WfEntity *entity = row;

  wf_database_bind_text (statement, column, wf_entity_scope (entity));
  wf_database_bind_text (statement, column + 1, wf_entity_kind (entity));
  wf_database_bind_text (statement, column + 2, wf_entity_id (entity));
  sqlite3_bind_int64 (statement, column + 3, wf_entity_number (entity));
  wf_database_bind_variant (statement, column + 4, wf_entity_fields (entity));
  wf_database_bind_variant (statement, column + 5, wf_entity_versions (entity));
}

/**
 * wf_replica_write_entities:
 * @db: a replica's file, in its worker and a transaction
 * @entities: (element-type WfEntity): things as they stand
 * @error: where to put an error
 *
 * Returns: whether they are written
 */
gboolean
wf_replica_write_entities (WfDatabase  *db,
                           GPtrArray   *entities,
                           GError     **error)
{
#define INSERT "INSERT OR REPLACE INTO entity (scope, kind, id, number, fields, versions) VALUES "
#define ROW "(?,?,?,?,?,?)"
  return wf_database_put_rows (db, INSERT ROW, INSERT WF_DATABASE_ROWS (ROW), bind_entity, entities->pdata, entities->len,
                               error);
#undef INSERT
#undef ROW
}

static void
bind_position (sqlite3_stmt *statement,
               int           column,
               gpointer      row)
{
  WfUnitPosition *at = row;
  g_autoptr (GVariant) body =
    g_variant_ref_sink (g_variant_new (POSITION_TYPE, at->position.longitude, at->position.latitude,
                                       at->position.heading, at->position.speed, (gint64) at->position.at));

  wf_database_bind_text (statement, column, at->scope);
  wf_database_bind_text (statement, column + 1, at->unit);
  wf_database_bind_variant (statement, column + 2, body);
}

/**
 * wf_replica_write_positions:
 * @db: a replica's file, in its worker and a transaction
 * @positions: (element-type WfUnitPosition): where units are
 * @error: where to put an error
 *
 * Returns: whether they are written
 */
gboolean
wf_replica_write_positions (WfDatabase  *db,
                            GPtrArray   *positions,
                            GError     **error)
{
#define INSERT "INSERT OR REPLACE INTO position (scope, unit, body) VALUES "
#define ROW "(?,?,?)"
  return wf_database_put_rows (db, INSERT ROW, INSERT WF_DATABASE_ROWS (ROW), bind_position, positions->pdata,
                               positions->len, error);
#undef INSERT
#undef ROW
}

static void
bind_reading (sqlite3_stmt *statement,
              int           column,
              gpointer      row)
{
  const WfScopedReading *read = row;
  g_autoptr (GVariant) body =
    g_variant_ref_sink (g_variant_new (READING_TYPE, (gint64) read->reading.at, read->reading.value));

  wf_database_bind_text (statement, column, read->scope);
  wf_database_bind_text (statement, column + 1, read->source);
  wf_database_bind_text (statement, column + 2, read->reading.quantity);
  wf_database_bind_variant (statement, column + 3, body);
}

/**
 * wf_replica_write_readings:
 * @db: a replica's file, in its worker and a transaction
 * @readings: (element-type WfScopedReading): what sensors read last
 * @error: where to put an error
 *
 * Returns: whether they are written
 */
gboolean
wf_replica_write_readings (WfDatabase  *db,
                           GPtrArray   *readings,
                           GError     **error)
{
#define INSERT "INSERT OR REPLACE INTO reading (scope, source, quantity, body) VALUES "
#define ROW "(?,?,?,?)"
  return wf_database_put_rows (db, INSERT ROW, INSERT WF_DATABASE_ROWS (ROW), bind_reading, readings->pdata, readings->len,
                               error);
#undef INSERT
#undef ROW
}

/**
 * wf_replica_write_place:
 * @db: a replica's file, in its worker and a transaction
 * @position: how far the replica has followed the feed
 * @error: where to put an error
 *
 * Returns: whether it is written
 */
gboolean
wf_replica_write_place (WfDatabase  *db,
                        int64_t      position,
                        GError     **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) position);

  return wf_database_set_meta (db, "position", text, error);
}

/**
 * wf_replica_write_head:
 * @db: a replica's file, in its worker and a transaction
 * @scope: a scope
 * @number: of its newest event
 * @hash: of that event
 * @error: where to put an error
 *
 * Returns: whether it is written
 */
gboolean
wf_replica_write_head (WfDatabase  *db,
                       const char  *scope,
                       int64_t      number,
                       const char  *hash,
                       GError     **error)
{
  return wf_database_put (db, error, "INSERT OR REPLACE INTO head (scope, number, hash) VALUES (?, ?, ?)", "tit",
                          scope, number, hash);
}

/* --- reading it all ---------------------------------------------------------------------------------------------- */

typedef struct
{
  WfContents *contents;
  char       *order;    /* (owned) (nullable): the byte order of what is in the file */
} Reading;

static gboolean
read_meta (WfDatabase   *db,
           WfStatement  *select,
           gpointer      data,
           GError      **error)
{
  Reading *reading = data;
  WfContents *contents = reading->contents;
  const char *key = wf_database_text (select, 0);
  const char *value = wf_database_text (select, 1);
  char **place = g_strcmp0 (key, "service") == 0 ? &contents->service
                 : g_strcmp0 (key, "actor") == 0 ? &contents->actor
                 : g_strcmp0 (key, "name") == 0 ? &contents->name
                 : g_strcmp0 (key, "post") == 0 ? &contents->post
                 : g_strcmp0 (key, "role") == 0 ? &contents->role
                 : g_strcmp0 (key, "order") == 0 ? &reading->order
                 : NULL;

  if (place != NULL)
    {
      g_free (*place);
      *place = g_strdup (value);
    }
  else if (g_strcmp0 (key, "position") == 0 && value != NULL)
    contents->position = g_ascii_strtoll (value, NULL, 10);

  return TRUE;
}

static gboolean
read_head (WfDatabase   *db,
           WfStatement  *select,
           gpointer      data,
           GError      **error)
{
  Reading *reading = data;

  if (!wf_workfile_check_text (select, 0, 1, error) || !wf_workfile_check_text (select, 2, 1, error))
    return FALSE;

  g_hash_table_insert (reading->contents->heads, g_strdup (wf_database_text (select, 0)),
                       wf_head_new (sqlite3_column_int64 (select, 1), wf_database_text (select, 2)));

  return TRUE;
}

static gboolean
read_entity (WfDatabase   *db,
             WfStatement  *select,
             gpointer      data,
             GError      **error)
{
  Reading *reading = data;
  g_autoptr (GVariant) fields = NULL;
  g_autoptr (GVariant) versions = NULL;

  if (!wf_workfile_check_text (select, 0, 3, error)
      || !wf_database_variant (db, select, 4, G_VARIANT_TYPE_VARDICT, &fields, error)
      || !wf_database_variant (db, select, 5, G_VARIANT_TYPE ("a{sx}"), &versions, error))
    return FALSE;

  g_ptr_array_add (reading->contents->entities,
                   wf_entity_new (wf_database_text (select, 0), wf_database_text (select, 1), wf_database_text (select, 2),
                                  fields, versions, sqlite3_column_int64 (select, 3)));

  return TRUE;
}

static gboolean
read_event (WfDatabase   *db,
            WfStatement  *select,
            gpointer      data,
            GError      **error)
{
  GPtrArray *events = data;
  g_autoptr (GVariant) body = NULL;

  if (!wf_database_variant (db, select, 0, G_VARIANT_TYPE (EVENT_TYPE), &body, error))
    return FALSE;
  if (body != NULL)
    g_ptr_array_add (events, event_from_variant (body));

  return TRUE;
}

static gboolean
read_position (WfDatabase   *db,
               WfStatement  *select,
               gpointer      data,
               GError      **error)
{
  Reading *reading = data;
  g_autoptr (GVariant) body = NULL;
  WfPosition position;
  gint64 at;

  if (!wf_workfile_check_text (select, 0, 2, error)
      || !wf_database_variant (db, select, 2, G_VARIANT_TYPE (POSITION_TYPE), &body, error))
    return FALSE;
  if (body == NULL)
    return TRUE;

  g_variant_get (body, POSITION_TYPE, &position.longitude, &position.latitude, &position.heading, &position.speed, &at);
  position.at = at;
  g_ptr_array_add (reading->contents->positions,
                   wf_unit_position_new (wf_database_text (select, 0), wf_database_text (select, 1), &position));

  return TRUE;
}

static gboolean
read_reading (WfDatabase   *db,
              WfStatement  *select,
              gpointer      data,
              GError      **error)
{
  Reading *reading = data;
  g_autoptr (GVariant) body = NULL;
  gint64 at;

  if (!wf_workfile_check_text (select, 0, 3, error)
      || !wf_database_variant (db, select, 3, G_VARIANT_TYPE (READING_TYPE), &body, error))
    return FALSE;

  const WfQuantity *quantity = wf_rules_quantity (wf_database_text (select, 2));
  if (body == NULL || quantity == NULL)
    return TRUE;

  WfReading read = { .source = wf_database_text (select, 1), .quantity = quantity->name };

  g_variant_get (body, READING_TYPE, &at, &read.value);
  read.at = at;
  g_ptr_array_add (reading->contents->readings, wf_scoped_reading_new (wf_database_text (select, 0), &read));

  return TRUE;
}

/**
 * wf_replica_read_story:
 * @db: a replica's file, in its worker
 * @scope: a scope
 * @subject: whose story
 * @events: (element-type WfEvent): where to add them, oldest first
 * @error: where to put an error
 *
 * Returns: whether they could be read
 */
gboolean
wf_replica_read_story (WfDatabase  *db,
                       const char  *scope,
                       const char  *subject,
                       GPtrArray   *events,
                       GError     **error)
{
  g_autoptr (WfStatement) select =
    wf_database_prepare (db, "SELECT body FROM event WHERE scope = ? AND subject = ? ORDER BY number", error);

  if (select == NULL)
    return FALSE;

  wf_database_bind_text (select, 1, scope);
  wf_database_bind_text (select, 2, subject);

  return wf_database_each (db, select, read_event, events, error);
}

/**
 * wf_replica_read_all:
 * @db: a replica's file, in its worker
 * @error: where to put an error
 *
 * Returns: (transfer full) (nullable): what is in it, with the newest events
 */
WfContents *
wf_replica_read_all (WfDatabase  *db,
                     GError     **error)
{
  static const struct
  {
    const char    *sql;
    WfDatabaseRow  read;
  } tables[] = {
    { "SELECT key, value FROM meta", read_meta },
    { "SELECT scope, number, hash FROM head", read_head },
    { "SELECT scope, kind, id, number, fields, versions FROM entity", read_entity },
    { "SELECT scope, unit, body FROM position", read_position },
    { "SELECT scope, source, quantity, body FROM reading", read_reading },
  };
  g_autoptr (WfContents) contents = wf_contents_new ();
  Reading reading = { contents, NULL };
  gboolean read = TRUE;

  for (gsize i = 0; read && i < G_N_ELEMENTS (tables); i++)
    read = wf_database_each (db, wf_database_prepare (db, tables[i].sql, error), tables[i].read, &reading, error);

  g_autofree char *order = reading.order;

  if (!read
      || !wf_database_each (db, wf_database_prepare (db, "SELECT body FROM (SELECT position, body FROM event ORDER BY "
                                                         "position DESC LIMIT " EVENTS_READ ") ORDER BY position", error),
                            read_event, contents->events, error))
    return NULL;

  if (contents->service != NULL && g_strcmp0 (order, BYTE_ORDER_NAME) != 0)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_DAMAGED,
                   _("This workstation's data comes from a machine of another kind "
                     "and cannot be used here. A new copy is taken."));
      return NULL;
    }

  return g_steal_pointer (&contents);
}

/**
 * wf_replica_write_all:
 * @db: a replica's file, in its worker and a transaction
 * @contents: a whole snapshot
 * @error: where to put an error
 *
 * Replaces all that is in it.
 *
 * Returns: whether it is written
 */
gboolean
wf_replica_write_all (WfDatabase  *db,
                      WfContents  *contents,
                      GError     **error)
{
  const struct
  {
    const char *key;
    const char *value;
  } meta[] = {
    { "order", BYTE_ORDER_NAME },
    { "service", contents->service },
    { "actor", contents->actor },
    { "name", contents->name },
    { "post", contents->post },
    { "role", contents->role },
  };
  GHashTableIter iter;
  gpointer scope, head;

  if (!wf_database_exec (db, "DELETE FROM meta; DELETE FROM head; DELETE FROM entity; DELETE FROM event; "
                             "DELETE FROM position; DELETE FROM reading", error))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (meta); i++)
    if (!wf_database_set_meta (db, meta[i].key, meta[i].value, error))
      return FALSE;

  g_hash_table_iter_init (&iter, contents->heads);
  while (g_hash_table_iter_next (&iter, &scope, &head))
    if (!wf_replica_write_head (db, scope, ((WfHead *) head)->number, ((WfHead *) head)->hash, error))
      return FALSE;

  return wf_replica_write_place (db, contents->position, error)
         && wf_replica_write_entities (db, contents->entities, error)
         && wf_replica_write_events (db, contents->events, error)
         && wf_replica_write_positions (db, contents->positions, error)
         && wf_replica_write_readings (db, contents->readings, error);
}
