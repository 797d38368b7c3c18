/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-store-private.h"

#include "wf-id.h"
#include "wf-kind.h"
#include "wf-passwords.h"
#include "wf-rights.h"
#include "wf-time.h"

#include <sodium.h>
#include <string.h>

/* Signing in. One thread with a connection of its own looks at passwords, one after the other: each takes 64 MiB and a
 * while, and guesses cannot overtake the count of failures. Who somebody is stands in the journal, as the users; only the
 * password's hash, the failed attempts and the tokens' digests stand beside it. A name that nobody has takes the same way
 * and the same time as one with a wrong password. */

#define WAITING_MAX 32

typedef struct
{
  char *user;
  char *password;
  char *address;
} Attempt;

static void
free_attempt (Attempt *attempt)
{
  sodium_memzero (attempt->password, strlen (attempt->password));
  g_free (attempt->user);
  g_free (attempt->password);
  g_free (attempt->address);
  g_free (attempt);
}

/**
 * wf_sign_in_free:
 * @self: (transfer full): an answer
 */
void
wf_sign_in_free (WfSignIn *self)
{
  g_clear_pointer (&self->who, wf_token_free);
  g_free (self->token);
  g_free (self);
}

/**
 * wf_token_free:
 * @self: (transfer full): whose a token is
 */
void
wf_token_free (WfToken *self)
{
  g_free (self->actor);
  g_free (self->name);
  g_free (self->post);
  g_free (self->role);
  g_free (self->unit);
  g_free (self);
}

/**
 * wf_token_copy:
 * @self: whose a token is
 *
 * Returns: (transfer full): the same once more
 */
WfToken *
wf_token_copy (const WfToken *self)
{
  WfToken *copy = g_new0 (WfToken, 1);

  copy->actor = g_strdup (self->actor);
  copy->name = g_strdup (self->name);
  copy->post = g_strdup (self->post);
  copy->role = g_strdup (self->role);
  copy->unit = g_strdup (self->unit);
  copy->reads = self->reads;
  copy->expires_at = self->expires_at;

  return copy;
}

/**
 * wf_people_load:
 * @database: a connection
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a state with the users and what the rules ask of their organisations, as committed
 */
WfState *
wf_people_load (WfDatabase *database,
                GError    **error)
{
  g_autoptr (WfState) state = wf_state_new ();
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT scope, kind, id, number, versions, fields FROM entity"
                                   " WHERE scope = 'live' AND kind IN ('user', 'organisation')", error);
  gboolean row;

  if (statement == NULL)
    return NULL;

  while (wf_database_step (database, statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&state);

      g_autoptr (WfEntity) entity = wf_store_load_entity (statement, error);
      if (entity == NULL)
        return NULL;
      wf_state_put (state, entity);
    }

  return NULL;
}

/**
 * wf_people_complete:
 * @people: from wf_people_load()
 * @token: whose a token is, as it was when the token was made
 *
 * Puts in what the users say now.
 *
 * Returns: whether it is anybody who may be let in
 */
gboolean
wf_people_complete (WfState *people,
                    WfToken *token)
{
  g_autoptr (WfEntity) user = wf_state_get (people, WF_LIVE, "user", token->actor);

  if (user != NULL)
    {
      g_free (token->name);
      g_free (token->post);
      g_free (token->role);
      token->name = g_strdup (wf_entity_string (user, "name"));
      token->post = g_strdup (wf_entity_string (user, "post"));
      token->role = g_strdup (wf_entity_string (user, "role"));
    }

  g_clear_pointer (&token->unit, g_free);
  if (wf_role_from_name (token->role) == WF_ROLE_UNIT)
    {
      const char *unit = wf_entity_string (user, "unit");

      token->unit = g_strdup (unit != NULL ? unit : token->actor);
    }

  token->reads = wf_rights_reads (people, token->actor, token->role);
  return wf_rights_role (people, token->actor, token->role) != WF_ROLE_NONE;
}

static char *
find_hash (WfDatabase *database,
           const char *user,
           GError    **error)
{
  g_autoptr (WfStatement) statement = wf_database_prepare (database, "SELECT hash FROM password WHERE user = ?1", error);
  gboolean row;

  if (statement == NULL)
    return NULL;

  wf_database_bind_text (statement, 1, user);
  return wf_database_step (database, statement, &row, error) && row ? g_strdup (wf_database_text (statement, 0)) : NULL;
}

static gboolean
open_people (WfStore *self,
             GError **error)
{
  g_autofree guint8 *secret = g_malloc (24);

  if (self->people_database == NULL)
    self->people_database = wf_schema_open (self->folder, TRUE, error);
  if (self->people_database == NULL)
    return FALSE;

  /* Stands for the password of whoever has none. */
  if (self->nobodys_hash == NULL)
    {
      wf_random_bytes (secret, 24);
      g_autofree char *text = g_base64_encode (secret, 24);

      self->nobodys_hash = wf_password_hash (text, error);
    }

  return self->nobodys_hash != NULL;
}

/* Whether it is the password of somebody who may be let in; takes as long either way. */
static WfToken *
judge (WfStore       *self,
       const Attempt *attempt,
       GError       **error)
{
  WfDatabase *database = self->people_database;
  g_autoptr (WfState) people = wf_people_load (database, error);
  g_autofree char *hash = people != NULL && wf_id_is_valid (attempt->user) ? find_hash (database, attempt->user, error) : NULL;

  if (people == NULL)
    return NULL;

  gboolean fits = wf_password_fits (hash != NULL ? hash : self->nobodys_hash, attempt->password);
  g_autoptr (WfEntity) user = hash != NULL ? wf_state_get (people, WF_LIVE, "user", attempt->user) : NULL;

  if (hash == NULL || user == NULL || !fits)
    return NULL;

  g_autoptr (WfToken) token = g_new0 (WfToken, 1);

  token->actor = g_strdup (attempt->user);
  return wf_people_complete (people, token) ? g_steal_pointer (&token) : NULL;
}

static void
sign_in_cb (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  WfStore *self = source;
  const Attempt *attempt = data;
  g_autoptr (WfSignIn) answer = g_new0 (WfSignIn, 1);
  g_autoptr (GError) error = NULL;
  int64_t now = wf_clock_now (self->clock);

  if (!open_people (self, &error) ||
      !wf_attempts_wait (self->people_database, attempt->user, attempt->address, now, &answer->wait, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (answer->wait > 0)
    {
      g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) wf_sign_in_free);
      return;
    }

  answer->who = judge (self, attempt, &error);
  if (answer->who == NULL)
    {
      if (error != NULL || !wf_attempts_failed (self->people_database, attempt->user, attempt->address, now, &error))
        g_task_return_error (task, g_steal_pointer (&error));
      else
        g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) wf_sign_in_free);
      return;
    }

  answer->who->expires_at = now + WF_STORE_SIGN_IN_LASTS;
  answer->token = wf_token_make (self->people_database, answer->who, now, &error);
  if (answer->token == NULL || !wf_attempts_forget (self->people_database, attempt->user, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) wf_sign_in_free);
}

/**
 * wf_store_sign_in_async:
 * @self: a store
 * @user: the name that somebody signs in with
 * @password: what they say is their password
 * @address: where they are, for counting failures
 * @cancellable: (nullable): a cancellable
 * @callback: called with the answer
 * @data: for @callback
 *
 * Looks at a password. Failures are counted for the name and for the address, and make the next attempt wait longer.
 */
void
wf_store_sign_in_async (WfStore             *self,
                        const char          *user,
                        const char          *password,
                        const char          *address,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));
  g_return_if_fail (user != NULL && password != NULL && address != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->user = g_strdup (user);
  attempt->password = g_strdup (password);
  attempt->address = g_strdup (address);
  g_task_set_source_tag (task, wf_store_sign_in_async);
  g_task_set_task_data (task, attempt, (GDestroyNotify) free_attempt);

  if (self->closed || wf_worker_pending (self->people) >= WAITING_MAX)
    {
      g_task_return_new_error (task, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE,
                               "Too many people sign in at once. Try again in some seconds");
      return;
    }

  wf_worker_push (self->people, G_PRIORITY_DEFAULT, g_steal_pointer (&task), sign_in_cb);
}

/**
 * wf_store_sign_in_finish:
 * @self: a store
 * @result: the result
 * @error: return location, of %WF_STORE_ERROR
 *
 * Returns: (transfer full) (nullable): the answer; a refusal is an answer too
 */
WfSignIn *
wf_store_sign_in_finish (WfStore      *self,
                         GAsyncResult *result,
                         GError      **error)
{
  g_return_val_if_fail (WF_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  WfSignIn *answer = g_task_propagate_pointer (G_TASK (result), error);

  /* Known from now on, not only when the tokens are looked through next. */
  if (answer != NULL && answer->token != NULL)
    wf_store_take_token (self, answer->token, wf_token_copy (answer->who));

  return answer;
}

static void
sign_out_cb (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  WfStore *self = source;
  g_autoptr (GError) error = NULL;
  sqlite3_stmt *statement = NULL;

  if (open_people (self, &error))
    statement = wf_database_prepare (self->people_database, "UPDATE token SET revoked_at = ?2"
                                                            " WHERE digest = ?1 AND revoked_at IS NULL", &error);
  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, data);
      sqlite3_bind_int64 (statement, 2, wf_clock_now (self->clock));
    }

  if (error == NULL && wf_database_run (self->people_database, statement, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * wf_store_sign_out_async:
 * @self: a store
 * @token: a token
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is revoked for good
 * @data: for @callback
 *
 * Ends a token. From now on it is not known any more; the answer comes when that is on the disk.
 */
void
wf_store_sign_out_async (WfStore             *self,
                         const char          *token,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             data)
{
  g_return_if_fail (WF_IS_STORE (self));
  g_return_if_fail (token != NULL);

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_store_sign_out_async);
  g_task_set_task_data (task, wf_store_drop_token (self, token), g_free);

  if (self->closed)
    {
      g_task_return_new_error (task, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "The service is ending");
      g_object_unref (task);
      return;
    }

  wf_worker_push (self->people, G_PRIORITY_DEFAULT, task, sign_out_cb);
}

/**
 * wf_store_sign_out_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: whether the token is revoked on the disk
 */
gboolean
wf_store_sign_out_finish (WfStore      *self,
                          GAsyncResult *result,
                          GError      **error)
{
  g_return_val_if_fail (WF_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * wf_passwords_set:
 * @folder: a data folder, also of a service that runs
 * @user: one of the users
 * @password: the new password
 * @now: the time
 * @error: return location
 *
 * Sets somebody's password and ends the tokens that the old one gave; blocks. Attempts that failed are forgotten.
 *
 * Returns: whether it worked
 */
gboolean
wf_passwords_set (const char *folder,
                  const char *user,
                  const char *password,
                  int64_t     now,
                  GError    **error)
{
  if (!wf_password_check (password, error))
    return FALSE;

  g_autoptr (WfDatabase) database = wf_tokens_open (folder, error);
  g_autoptr (WfState) people = database != NULL ? wf_people_load (database, error) : NULL;

  if (people == NULL)
    return FALSE;

  g_autoptr (WfEntity) known = wf_state_get (people, WF_LIVE, "user", user);
  if (known == NULL)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "There is no user “%s”: add them first", user);
      return FALSE;
    }

  g_autofree char *hash = wf_password_hash (password, error);
  sqlite3_stmt *statement =
    hash != NULL ? wf_database_prepare (database, "INSERT OR REPLACE INTO password (user, hash, changed_at)"
                                                  " VALUES (?1, ?2, ?3)", error) : NULL;

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, user);
      wf_database_bind_text (statement, 2, hash);
      sqlite3_bind_int64 (statement, 3, now);
    }

  guint n;
  return wf_database_run (database, statement, error) && wf_attempts_forget (database, user, error) &&
         wf_tokens_revoke (folder, user, now, &n, error);
}

/**
 * wf_passwords_forgive:
 * @folder: a data folder, also of a service that runs
 * @user: a name
 * @error: return location
 *
 * Lets somebody try again at once who mistyped their password too often.
 *
 * Returns: whether it worked
 */
gboolean
wf_passwords_forgive (const char *folder,
                      const char *user,
                      GError    **error)
{
  g_autoptr (WfDatabase) database = wf_tokens_open (folder, error);

  return database != NULL && wf_attempts_forget (database, user, error);
}

/**
 * wf_people_read:
 * @folder: a data folder, also of a service that runs
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a state with the users and the organisations, as committed
 */
WfState *
wf_people_read (const char *folder,
                GError    **error)
{
  g_autoptr (WfDatabase) database = wf_tokens_open (folder, error);

  return database != NULL ? wf_people_load (database, error) : NULL;
}

/**
 * wf_store_close_people:
 * @self: a store that ends, whose thread for people has ended
 */
void
wf_store_close_people (WfStore *self)
{
  g_clear_pointer (&self->people_database, wf_database_close);
  g_clear_pointer (&self->nobodys_hash, g_free);
}
