/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

/* The reader: pages of the journal. Readers never wait for the writer, nor it for them. */

/* A page ends at whichever comes first, the number that was asked for or this many bytes. */
#define PAGE_BYTES (1024 * 1024)
#define PAGE_MAX   1000

typedef struct
{
  char     *scope;   /* (nullable): %NULL for the whole service */
  char     *subject; /* (nullable) */
  WfFilter *filter;  /* (owned) (nullable) */
  WfRole    role;    /* in which whoever asks acts */
  int64_t   since;
  guint     limit;
} Query;

static void
free_query (Query *query)
{
  g_free (query->scope);
  g_free (query->subject);
  g_clear_pointer (&query->filter, wf_filter_unref);
  g_free (query);
}

/* Whoever may not see a payload gets the header alone, by which the chain still holds. */
static void
append_entry (GString      *out,
              sqlite3_stmt *statement,
              WfRole        role)
{
  const char *header = sqlite3_column_blob (statement, 1);
  gsize size = (gsize) sqlite3_column_bytes (statement, 1);

  g_string_append (out, "{\"header\":");
  g_string_append_len (out, header, (gssize) size);
  g_string_append (out, ",\"hash\":\"");
  g_string_append (out, wf_database_text (statement, 2));
  g_string_append_c (out, '"');
  if (sqlite3_column_type (statement, 3) != SQLITE_NULL && wf_entry_header_is_for (header, size, role))
    {
      g_string_append (out, ",\"payload\":");
      g_string_append_len (out, sqlite3_column_blob (statement, 3), sqlite3_column_bytes (statement, 3));
    }
  g_string_append_c (out, '}');
}

static sqlite3_stmt *
prepare_page (WfStore *self,
              Query   *query,
              GError **error)
{
  sqlite3_stmt *statement;

  if (query->scope == NULL)
    statement = wf_database_prepare (self->read_database,
                                     "SELECT position, header, hash, payload FROM journal"
                                     " WHERE position > ?1 ORDER BY position LIMIT ?2", error);
  else if (query->subject == NULL)
    statement = wf_database_prepare (self->read_database,
                                     "SELECT number, header, hash, payload FROM journal"
                                     " WHERE scope = ?3 AND number > ?1 ORDER BY number LIMIT ?2", error);
  else
    statement = wf_database_prepare (self->read_database,
                                     "SELECT number, header, hash, payload FROM journal"
                                     " WHERE scope = ?3 AND subject = ?4 AND number > ?1 ORDER BY number LIMIT ?2", error);

  if (statement == NULL)
    return NULL;

  sqlite3_bind_int64 (statement, 1, query->since);
  sqlite3_bind_int64 (statement, 2, (sqlite3_int64) query->limit + 1);
  if (query->scope != NULL)
    wf_database_bind_text (statement, 3, query->scope);
  if (query->subject != NULL)
    wf_database_bind_text (statement, 4, query->subject);

  return statement;
}

/* Asked of the database, not of what has been told: a snapshot may be a moment ahead of that. */
static void
check_held (WfStore *self,
            int64_t  since,
            GError **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->read_database, "SELECT coalesce(max(position), 0) FROM journal", error);
  gboolean row;

  if (statement != NULL && wf_database_step (self->read_database, statement, &row, error) &&
      (since < 0 || since > sqlite3_column_int64 (statement, 0)))
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_GONE, "The service does not hold this position: take a snapshot");
}

/* Where an incident is, as it stands now. */
static WfPlace
find_place (WfStore    *self,
            const char *scope,
            const char *incident,
            GError    **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (self->read_database,
                         "SELECT fields FROM entity WHERE scope = ?1 AND kind = 'incident' AND id = ?2", error);
  WfPlace place = { FALSE };
  gboolean row = FALSE;

  if (statement == NULL)
    return place;

  wf_database_bind_text (statement, 1, scope);
  wf_database_bind_text (statement, 2, incident);
  if (!wf_database_step (self->read_database, statement, &row, error) || !row)
    return place;

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (wf_database_text (statement, 0), NULL);
  const WfJson *point = doc != NULL ? wf_json_member (wf_json_doc_root (doc), "location") : NULL;

  if (wf_json_type (point) == WF_JSON_ARRAY && wf_json_length (point) == 2)
    {
      place.known = TRUE;
      place.longitude = wf_json_double (wf_json_first (point));
      place.latitude = wf_json_double (wf_json_next (wf_json_first (point)));
    }

  return place;
}

/* What has no place, of its own or of the incident that it belongs to, concerns everybody. */
static gboolean
is_wanted (WfStore      *self,
           WfFilter     *filter,
           sqlite3_stmt *statement,
           GError      **error)
{
  g_autoptr (GBytes) header = wf_database_bytes (statement, 1);
  g_autoptr (GBytes) payload = sqlite3_column_type (statement, 3) != SQLITE_NULL ? wf_database_bytes (statement, 3) : NULL;
  g_autoptr (WfEntry) entry = wf_entry_restore (header, wf_database_text (statement, 2), payload,
                                                wf_filter_has_area (filter), error);

  if (entry == NULL || !wf_filter_takes_event (filter, entry->event))
    return FALSE;
  if (!wf_filter_has_area (filter))
    return TRUE;

  WfPlace place = wf_filter_event_place (entry->event);
  if (!place.known && entry->event->subject != NULL)
    place = find_place (self, entry->event->scope, entry->event->subject, error);

  return !place.known || wf_filter_takes_place (filter, place.longitude, place.latitude);
}

static void
read_page_cb (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  WfStore *self = source;
  Query *query = data;
  GError *error = NULL;
  g_autoptr (WfStatement) statement = prepare_page (self, query, &error);
  g_autoptr (GString) out = g_string_sized_new (4096);
  WfPage page = { .first = query->since, .last = query->since };
  gboolean row = FALSE;
  guint looked = 0;

  if (statement == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  while (error == NULL && wf_database_step (self->read_database, statement, &row, &error) && row)
    {
      if (looked >= query->limit || out->len >= PAGE_BYTES)
        {
          page.more = TRUE;
          break;
        }

      looked++;
      page.last = sqlite3_column_int64 (statement, 0);
      if (query->filter != NULL && !is_wanted (self, query->filter, statement, &error))
        continue;

      if (page.n > 0)
        g_string_append_c (out, ',');
      append_entry (out, statement, query->role);
      if (page.n++ == 0)
        page.first = page.last;
    }

  if (error == NULL && looked == 0 && query->scope == NULL)
    check_held (self, query->since, &error);

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  page.entries = g_string_free_to_bytes (g_steal_pointer (&out));
  g_task_return_pointer (task, g_memdup2 (&page, sizeof page), (GDestroyNotify) wf_page_free);
}

static void
read_page (WfStore             *self,
           Query               *query,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, read_page);
  g_task_set_task_data (task, query, (GDestroyNotify) free_query);
  wf_worker_push (self->reader, G_PRIORITY_DEFAULT, task, read_page_cb);
}

/**
 * wf_store_read_changes_async:
 * @self: a store
 * @since: position after which to begin
 * @limit: how many entries at most
 * @cancellable: (nullable): a cancellable
 * @callback: called with the page
 * @data: for @callback
 *
 * Reads what happened in the whole service, all of it. A position ahead of what is recorded gives
 * %WF_STORE_ERROR_GONE: whoever asks knows of things that this service does not.
 */
void
wf_store_read_changes_async (WfStore             *self,
                             int64_t              since,
                             guint                limit,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));

  Query *query = g_new0 (Query, 1);
  query->role = WF_ROLE_DESK;
  query->since = since;
  query->limit = CLAMP (limit, 1, PAGE_MAX);
  read_page (self, query, cancellable, callback, data);
}

/**
 * wf_store_read_filtered_async:
 * @self: a store
 * @role: in which whoever asks acts: what is not meant for it comes without payload
 * @filter: (nullable): what is wanted
 * @since: position after which to begin
 * @limit: how many entries to look at
 * @cancellable: (nullable): a cancellable
 * @callback: called with the page
 * @data: for @callback
 *
 * As wf_store_read_changes_async(), of what a filter takes. A page may be empty and have more behind it.
 */
void
wf_store_read_filtered_async (WfStore             *self,
                              WfRole               role,
                              WfFilter            *filter,
                              int64_t              since,
                              guint                limit,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));

  Query *query = g_new0 (Query, 1);
  query->role = role;
  query->filter = filter != NULL ? wf_filter_ref (filter) : NULL;
  query->since = since;
  query->limit = CLAMP (limit, 1, PAGE_MAX);
  read_page (self, query, cancellable, callback, data);
}

/**
 * wf_store_read_journal_async:
 * @self: a store
 * @role: in which whoever asks acts: what is not meant for it comes without payload
 * @scope: a scope
 * @subject: (nullable): whose story; %NULL for all of the scope
 * @since: number in the scope after which to begin
 * @limit: how many entries at most
 * @cancellable: (nullable): a cancellable
 * @callback: called with the page
 * @data: for @callback
 *
 * Reads the journal of a scope.
 */
void
wf_store_read_journal_async (WfStore             *self,
                             WfRole               role,
                             const char          *scope,
                             const char          *subject,
                             int64_t              since,
                             guint                limit,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));
  g_return_if_fail (scope != NULL);

  Query *query = g_new0 (Query, 1);
  query->role = role;
  query->scope = g_strdup (scope);
  query->subject = g_strdup (subject);
  query->since = since;
  query->limit = CLAMP (limit, 1, PAGE_MAX);
  read_page (self, query, cancellable, callback, data);
}

/**
 * wf_store_read_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the page
 */
WfPage *
wf_store_read_finish (WfStore      *self,
                      GAsyncResult *result,
                      GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- how things stand --- */

typedef struct
{
  char  *scope;
  char **kinds;
} Listing;

static void
free_listing (Listing *listing)
{
  g_free (listing->scope);
  g_strfreev (listing->kinds);
  g_free (listing);
}

static void
list_entities_cb (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  WfStore *self = source;
  const Listing *listing = data;
  GPtrArray *entities = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);

  if (wf_ledger_has_scope (self->ledger, listing->scope))
    {
      g_autoptr (WfState) state = wf_ledger_state (self->ledger, listing->scope);

      for (gsize i = 0; listing->kinds[i] != NULL; i++)
        g_ptr_array_extend_and_steal (entities, wf_state_list (state, listing->scope, listing->kinds[i], NULL));
    }

  g_task_return_pointer (task, entities, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * wf_store_read_entities_async:
 * @self: a store
 * @scope: a scope
 * @kinds: (array zero-terminated=1): which kinds
 * @cancellable: (nullable): a cancellable
 * @callback: called when they are there
 * @data: for @callback
 *
 * Asks for how all things of some kinds stand. Holds the writer up while it lists them (some tens of milliseconds for 200,000):
 * for whoever begins to follow the signal "changed", once. What that signal brings afterwards is never older.
 */
void
wf_store_read_entities_async (WfStore             *self,
                              const char          *scope,
                              char               **kinds,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));

  GTask *task = g_task_new (self, cancellable, callback, data);
  Listing *listing = g_new0 (Listing, 1);

  listing->scope = g_strdup (scope);
  listing->kinds = g_strdupv (kinds);
  g_task_set_source_tag (task, wf_store_read_entities_async);
  g_task_set_task_data (task, listing, (GDestroyNotify) free_listing);
  wf_worker_push (self->writer, G_PRIORITY_DEFAULT, task, list_entities_cb);
}

/**
 * wf_store_read_entities_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type WfEntity): the things, by kind and id
 */
GPtrArray *
wf_store_read_entities_finish (WfStore      *self,
                               GAsyncResult *result,
                               GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
