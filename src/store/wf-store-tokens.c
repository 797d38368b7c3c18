/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-id.h"
#include "wf-rights.h"

#include <string.h>

/* Only a token's SHA-256 is kept: it has 256 random bits, so that there is nothing to guess and no salt is needed. Looking
 * it up by its digest also tells nobody by its timing how much of a guess was right. */

/**
 * wf_store_init_tokens:
 * @self: a new store
 */
void
wf_store_init_tokens (WfStore *self)
{
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wf_token_free);
  self->gone_tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->lent_tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wf_token_free);
}

/**
 * wf_store_clear_tokens:
 * @self: a store that ends
 */
void
wf_store_clear_tokens (WfStore *self)
{
  g_clear_pointer (&self->tokens, g_hash_table_unref);
  g_clear_pointer (&self->lent_tokens, g_hash_table_unref);
  g_clear_pointer (&self->gone_tokens, g_hash_table_unref);
}

static GHashTable *
read_tokens (WfDatabase *database,
             GError    **error)
{
  g_autoptr (GHashTable) tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wf_token_free);
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT digest, actor, name, post, expires_at, role FROM token WHERE revoked_at IS NULL", error);
  g_autoptr (WfState) people = statement != NULL ? wf_people_load (database, error) : NULL;
  gboolean row;

  if (people == NULL)
    return NULL;

  while (wf_database_step (database, statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&tokens);

      g_autoptr (WfToken) token = g_new0 (WfToken, 1);
      token->actor = g_strdup (wf_database_text (statement, 1));
      token->name = g_strdup (wf_database_text (statement, 2));
      token->post = g_strdup (wf_database_text (statement, 3));
      token->expires_at = sqlite3_column_int64 (statement, 4);
      token->role = g_strdup (wf_database_text (statement, 5));

      /* Somebody who was disabled is not let in any more. */
      if (wf_people_complete (people, token))
        g_hash_table_insert (tokens, g_strdup (wf_database_text (statement, 0)), g_steal_pointer (&token));
    }

  return NULL;
}

/**
 * wf_store_load_tokens:
 * @self: a store that is being opened
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_store_load_tokens (WfStore *self,
                      GError **error)
{
  GHashTable *tokens = read_tokens (self->read_database, error);

  if (tokens == NULL)
    return FALSE;

  g_hash_table_unref (self->tokens);
  self->tokens = tokens;
  return TRUE;
}

static void
reload_cb (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  WfStore *self = source;
  GError *error = NULL;
  GHashTable *tokens = read_tokens (self->read_database, &error);

  if (tokens != NULL)
    g_task_return_pointer (task, tokens, (GDestroyNotify) g_hash_table_unref);
  else
    g_task_return_error (task, error);
}

/* What was signed out stays out, though the table was read before that was written there. */
static gboolean
settle_gone_cb (gpointer digest,
                gpointer value,
                gpointer tokens)
{
  return !g_hash_table_remove (tokens, digest);
}

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  WfStore *self = WF_STORE (source);
  g_autoptr (GError) error = NULL;
  GHashTable *tokens = g_task_propagate_pointer (G_TASK (result), &error);

  if (tokens == NULL)
    {
      g_message ("The tokens cannot be read: %s", error->message);
      return;
    }

  /* It was read before somebody signed in; the next one has them. */
  if (GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result))) != self->token_serial)
    {
      g_hash_table_unref (tokens);
      return;
    }

  g_hash_table_foreach_remove (self->gone_tokens, settle_gone_cb, tokens);
  g_hash_table_unref (self->tokens);
  self->tokens = tokens;
}

/**
 * wf_store_reload_tokens:
 * @self: a store
 *
 * Looks for tokens that `watchfirectl` has added or revoked meanwhile.
 */
void
wf_store_reload_tokens (WfStore *self)
{
  g_return_if_fail (WF_IS_STORE (self));

  if (self->closed)
    return;

  GTask *task = g_task_new (self, NULL, reloaded_cb, NULL);

  g_task_set_task_data (task, GUINT_TO_POINTER (self->token_serial), NULL);
  wf_worker_push (self->reader, G_PRIORITY_DEFAULT, task, reload_cb);
}

/**
 * wf_store_find_token:
 * @self: a store
 * @token: what somebody brings
 *
 * Returns: (transfer none) (nullable): whom it belongs to, until the main loop runs again; %NULL for a token that there is
 *   not, or not any more
 */
const WfToken *
wf_store_find_token (WfStore    *self,
                     const char *token)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);
  g_return_val_if_fail (token != NULL, NULL);

  g_autofree char *digest = wf_digest_bytes (token, strlen (token));
  WfToken *found = g_hash_table_lookup (self->lent_tokens, digest);

  if (found == NULL)
    found = g_hash_table_lookup (self->tokens, digest);

  return found != NULL && found->expires_at > wf_clock_now (self->clock) ? found : NULL;
}

/**
 * wf_store_lend_token:
 * @self: a store
 * @token: a token
 * @actor: whom it belongs to
 * @name: what people call them
 * @post: (nullable): the post that they are on
 *
 * Takes a token for as long as the store is open. It is written nowhere.
 */
void
wf_store_lend_token (WfStore    *self,
                     const char *token,
                     const char *actor,
                     const char *name,
                     const char *post)
{
  g_return_if_fail (WF_IS_STORE (self));

  WfToken *lent = g_new0 (WfToken, 1);
  lent->actor = g_strdup (actor);
  lent->name = g_strdup (name);
  lent->post = g_strdup (post);
  lent->role = g_strdup (WF_ROLE_NAME_DESK);
  lent->reads = TRUE;
  lent->expires_at = INT64_MAX;

  g_hash_table_replace (self->lent_tokens, wf_digest_bytes (token, strlen (token)), lent);
}

/**
 * wf_store_take_token:
 * @self: a store
 * @token: a token that was just written
 * @who: (transfer full): whose it is
 */
void
wf_store_take_token (WfStore    *self,
                     const char *token,
                     WfToken    *who)
{
  self->token_serial++;
  g_hash_table_replace (self->tokens, wf_digest_bytes (token, strlen (token)), who);
}

/**
 * wf_store_drop_token:
 * @self: a store
 * @token: a token
 *
 * Forgets a token in memory.
 *
 * Returns: (transfer full): its digest
 */
char *
wf_store_drop_token (WfStore    *self,
                     const char *token)
{
  char *digest = wf_digest_bytes (token, strlen (token));

  g_hash_table_add (self->gone_tokens, g_strdup (digest));
  g_hash_table_remove (self->tokens, digest);
  g_hash_table_remove (self->lent_tokens, digest);

  return digest;
}

/**
 * wf_tokens_open:
 * @folder: a data folder, also of a service that runs
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a connection that may write
 */
WfDatabase *
wf_tokens_open (const char *folder,
                GError    **error)
{
  g_autofree char *path = g_build_filename (folder, WF_DATABASE_NAME, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND,
                   "“%s” is not a data folder: make one with “watchfirectl init”", folder);
      return NULL;
    }

  g_autoptr (WfDatabase) database = wf_schema_open (folder, TRUE, error);

  return database != NULL && wf_schema_migrate (database, error) ? g_steal_pointer (&database) : NULL;
}

/**
 * wf_token_make:
 * @database: a connection that may write
 * @who: whose it is to be, and until when
 * @now: the time
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a new token, of which only the digest is kept
 */
char *
wf_token_make (WfDatabase    *database,
               const WfToken *who,
               int64_t        now,
               GError       **error)
{
  guint8 secret[32];

  wf_random_bytes (secret, sizeof secret);
  g_autofree char *base64 = g_base64_encode (secret, sizeof secret);
  g_autofree char *token = g_strconcat ("wf_", g_strdelimit (g_strdelimit (g_strdelimit (base64, "+", '-'), "/", '_'), "=",
                                                             '\0'), NULL);
  g_autofree char *digest = wf_digest_bytes (token, strlen (token));
  sqlite3_stmt *statement =
    wf_database_prepare (database, "INSERT INTO token (digest, actor, name, post, made_at, expires_at, role)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, digest);
      wf_database_bind_text (statement, 2, who->actor);
      wf_database_bind_text (statement, 3, who->name);
      wf_database_bind_text (statement, 4, who->post);
      sqlite3_bind_int64 (statement, 5, now);
      sqlite3_bind_int64 (statement, 6, who->expires_at);
      wf_database_bind_text (statement, 7, who->role);
    }

  return wf_database_run (database, statement, error) ? g_steal_pointer (&token) : NULL;
}

/**
 * wf_tokens_add_role:
 * @folder: a data folder, also of a service that runs
 * @actor: whom it is for
 * @name: what people call them
 * @post: (nullable): the post that they are on
 * @role: the role that they act in, unless they are one of the users, who have one of their own
 * @now: the time
 * @expires_at: when it ends
 * @error: return location
 *
 * Makes a token. A service that runs knows it within some seconds.
 *
 * Returns: (transfer full) (nullable): the token, which nobody can find out again
 */
char *
wf_tokens_add_role (const char *folder,
                    const char *actor,
                    const char *name,
                    const char *post,
                    const char *role,
                    int64_t     now,
                    int64_t     expires_at,
                    GError    **error)
{
  g_autoptr (WfDatabase) database = wf_tokens_open (folder, error);
  const WfToken who = { .actor = (char *) actor, .name = (char *) name, .post = (char *) post, .role = (char *) role,
                        .expires_at = expires_at };

  return database != NULL ? wf_token_make (database, &who, now, error) : NULL;
}

/**
 * wf_tokens_add:
 * @folder: a data folder, also of a service that runs
 * @actor: whom it is for
 * @name: what people call them
 * @post: (nullable): the post that they are on
 * @now: the time
 * @expires_at: when it ends
 * @error: return location
 *
 * Makes a token for a desk of the centre that may do everything (wf_tokens_add_role()).
 *
 * Returns: (transfer full) (nullable): the token, which nobody can find out again
 */
char *
wf_tokens_add (const char *folder,
               const char *actor,
               const char *name,
               const char *post,
               int64_t     now,
               int64_t     expires_at,
               GError    **error)
{
  return wf_tokens_add_role (folder, actor, name, post, WF_ROLE_NAME_DESK, now, expires_at, error);
}

/**
 * wf_tokens_list:
 * @folder: a data folder, also of a service that runs
 * @error: return location
 *
 * Returns: (transfer container) (element-type WfToken) (nullable): whose the tokens are that were neither revoked nor
 *   replaced; the tokens themselves nobody can find out
 */
GPtrArray *
wf_tokens_list (const char *folder,
                GError    **error)
{
  g_autoptr (WfDatabase) database = wf_tokens_open (folder, error);
  g_autoptr (GHashTable) tokens = database != NULL ? read_tokens (database, error) : NULL;
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_token_free);
  GHashTableIter iter;
  gpointer token;

  if (tokens == NULL)
    {
      g_ptr_array_unref (list);
      return NULL;
    }

  g_hash_table_iter_init (&iter, tokens);
  while (g_hash_table_iter_next (&iter, NULL, &token))
    g_ptr_array_add (list, wf_token_copy (token));

  return list;
}

/**
 * wf_tokens_revoke:
 * @folder: a data folder, also of a service that runs
 * @actor: whose tokens
 * @now: the time
 * @n: (out): how many there were
 * @error: return location
 *
 * Ends all tokens of somebody. A service that runs knows it within some seconds.
 *
 * Returns: whether it worked
 */
gboolean
wf_tokens_revoke (const char *folder,
                  const char *actor,
                  int64_t     now,
                  guint      *n,
                  GError    **error)
{
  g_autoptr (WfDatabase) database = wf_tokens_open (folder, error);

  if (database == NULL)
    return FALSE;

  sqlite3_stmt *statement =
    wf_database_prepare (database, "UPDATE token SET revoked_at = ?2 WHERE actor = ?1 AND revoked_at IS NULL", error);

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, actor);
      sqlite3_bind_int64 (statement, 2, now);
    }

  if (!wf_database_run (database, statement, error))
    return FALSE;

  *n = (guint) sqlite3_changes (database->handle);
  return TRUE;
}
