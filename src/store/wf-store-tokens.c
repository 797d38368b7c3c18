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

static void
free_token (WfToken *token)
{
  g_free (token->actor);
  g_free (token->name);
  g_free (token->post);
  g_free (token->role);
  g_free (token);
}

/**
 * wf_store_init_tokens:
 * @self: a new store
 */
void
wf_store_init_tokens (WfStore *self)
{
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) free_token);
  self->lent_tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) free_token);
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
}

static GHashTable *
read_tokens (WfDatabase *database,
             GError    **error)
{
  g_autoptr (GHashTable) tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) free_token);
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT digest, actor, name, post, expires_at FROM token WHERE revoked_at IS NULL", error);
  gboolean row;

  if (statement == NULL)
    return NULL;

  while (wf_database_step (database, statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&tokens);

      WfToken *token = g_new0 (WfToken, 1);
      token->actor = g_strdup (wf_database_text (statement, 1));
      token->name = g_strdup (wf_database_text (statement, 2));
      token->post = g_strdup (wf_database_text (statement, 3));
      token->role = g_strdup (WF_ROLE_NAME_DESK);
      token->expires_at = sqlite3_column_int64 (statement, 4);
      g_hash_table_insert (tokens, g_strdup (wf_database_text (statement, 0)), token);
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

  if (!self->closed)
    wf_worker_push (self->reader, G_PRIORITY_DEFAULT, g_task_new (self, NULL, reloaded_cb, NULL), reload_cb);
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
  lent->expires_at = INT64_MAX;

  g_hash_table_replace (self->lent_tokens, wf_digest_bytes (token, strlen (token)), lent);
}

static WfDatabase *
open_for_tokens (const char *folder,
                 GError    **error)
{
  g_autofree char *path = g_build_filename (folder, WF_DATABASE_NAME, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND,
                   "“%s” is not a data folder: make one with “watchfirectl init”", folder);
      return NULL;
    }

  g_autoptr (WfDatabase) database = wf_database_open (folder, TRUE, error);

  return database != NULL && wf_database_migrate (database, error) ? g_steal_pointer (&database) : NULL;
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
 * Makes a token. A service that runs knows it within some seconds.
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
  g_autoptr (WfDatabase) database = open_for_tokens (folder, error);
  guint8 secret[32];

  if (database == NULL)
    return NULL;

  wf_random_bytes (secret, sizeof secret);
  g_autofree char *base64 = g_base64_encode (secret, sizeof secret);
  g_autofree char *token = g_strconcat ("wf_", g_strdelimit (g_strdelimit (g_strdelimit (base64, "+", '-'), "/", '_'), "=",
                                                             '\0'), NULL);
  g_autofree char *digest = wf_digest_bytes (token, strlen (token));
  sqlite3_stmt *statement =
    wf_database_prepare (database, "INSERT INTO token (digest, actor, name, post, made_at, expires_at)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, digest);
      wf_database_bind_text (statement, 2, actor);
      wf_database_bind_text (statement, 3, name);
      wf_database_bind_text (statement, 4, post);
      sqlite3_bind_int64 (statement, 5, now);
      sqlite3_bind_int64 (statement, 6, expires_at);
    }

  return wf_database_run (database, statement, error) ? g_steal_pointer (&token) : NULL;
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
  g_autoptr (WfDatabase) database = open_for_tokens (folder, error);

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
