/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-passwords.h"

#include "wf-id.h"
#include "wf-time.h"

#include <sodium.h>
#include <string.h>

/* argon2id with 64 MiB and three passes, the second set of parameters that RFC 9106, section 4, recommends: a guess costs
 * about a fifth of a second here, and one at a time the service keeps within its memory. */
#define PASSES 3
#define MEMORY (64 * 1024 * 1024)

/* After so many failures each further one doubles the wait: a person mistypes now and then, and behind one address there
 * may be a whole office. */
#define USER_FREE    3
#define ADDRESS_FREE 20
#define WAIT_MAX     (15 * WF_MINUTE)
#define FORGET_AFTER WF_DAY

/**
 * wf_password_check:
 * @password: what somebody wants for a password
 * @error: return location
 *
 * Returns: whether it will do: long enough, and such as can be typed again
 */
gboolean
wf_password_check (const char *password,
                   GError    **error)
{
  if (g_utf8_validate (password, -1, NULL) && g_utf8_strlen (password, -1) >= WF_PASSWORD_MIN &&
      strlen (password) <= WF_PASSWORD_MAX)
    return TRUE;

  g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_LIMIT, "A password has at least %d characters and at most %d bytes",
               WF_PASSWORD_MIN, WF_PASSWORD_MAX);
  return FALSE;
}

/**
 * wf_password_hash:
 * @password: a password
 * @error: return location
 *
 * Takes a while and 64 MiB: never in a main loop.
 *
 * Returns: (transfer full) (nullable): what may be kept of it, with its salt and parameters
 */
char *
wf_password_hash (const char *password,
                  GError    **error)
{
  char hash[crypto_pwhash_STRBYTES];

  if (sodium_init () >= 0 && crypto_pwhash_str_alg (hash, password, strlen (password), PASSES, MEMORY,
                                                    crypto_pwhash_ALG_ARGON2ID13) == 0)
    return g_strdup (hash);

  g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "There is not enough memory for a password's hash");
  return NULL;
}

/**
 * wf_password_fits:
 * @hash: from wf_password_hash()
 * @password: what somebody says
 *
 * Takes as long as making the hash did.
 *
 * Returns: whether it is the password
 */
gboolean
wf_password_fits (const char *hash,
                  const char *password)
{
  return crypto_pwhash_str_verify (hash, password, strlen (password)) == 0;
}

/* --- failed attempts --- */

/* Names are kept as digests: people type passwords into the field of the name. */
static char *
make_key (const char *what,
          const char *name)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s", what, name);

  return wf_digest_bytes (text, strlen (text));
}

static int64_t
wait_after (int64_t failures,
            int64_t allowed)
{
  int64_t over = failures - allowed;

  return over <= 0 ? 0 : over > 10 ? WAIT_MAX : MIN (WAIT_MAX, WF_SECOND << (over - 1));
}

static gboolean
read_attempts (WfDatabase *database,
               const char *key,
               int64_t     now,
               int64_t    *failures,
               int64_t    *last,
               GError    **error)
{
  g_autoptr (WfStatement) statement =
    wf_database_prepare (database, "SELECT failures, last_at FROM attempt WHERE key = ?1", error);
  gboolean row;

  *failures = 0;
  *last = 0;
  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, key);
  if (!wf_database_step (database, statement, &row, error))
    return FALSE;

  if (row)
    {
      *failures = sqlite3_column_int64 (statement, 0);
      *last = sqlite3_column_int64 (statement, 1);
    }

  /* A clock that was set back must not lock anybody out for as long. */
  if (*last > now || now - *last > FORGET_AFTER)
    *last = MIN (*last, now), *failures = now - *last > FORGET_AFTER ? 0 : *failures;

  return TRUE;
}

/**
 * wf_attempts_wait:
 * @database: a connection
 * @user: the name to sign in with, of somebody or nobody
 * @address: where from
 * @now: the time
 * @wait: (out): milliseconds until the next attempt is looked at; 0: now
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_attempts_wait (WfDatabase *database,
                  const char *user,
                  const char *address,
                  int64_t     now,
                  int64_t    *wait,
                  GError    **error)
{
  g_autofree char *by_user = make_key ("user", user);
  g_autofree char *by_address = make_key ("address", address);
  int64_t failures, last;

  *wait = 0;
  if (!read_attempts (database, by_user, now, &failures, &last, error))
    return FALSE;
  *wait = MAX (*wait, last + wait_after (failures, USER_FREE) - now);

  if (!read_attempts (database, by_address, now, &failures, &last, error))
    return FALSE;
  *wait = MAX (*wait, last + wait_after (failures, ADDRESS_FREE) - now);

  return TRUE;
}

static gboolean
add_attempt (WfDatabase *database,
             const char *key,
             int64_t     now,
             GError    **error)
{
  sqlite3_stmt *statement =
    wf_database_prepare (database, "INSERT INTO attempt (key, failures, last_at) VALUES (?1, 1, ?2)"
                                   " ON CONFLICT (key) DO UPDATE SET last_at = ?2,"
                                   " failures = CASE WHEN last_at < ?3 THEN 1 ELSE failures + 1 END", error);

  if (statement != NULL)
    {
      wf_database_bind_text (statement, 1, key);
      sqlite3_bind_int64 (statement, 2, now);
      sqlite3_bind_int64 (statement, 3, now - FORGET_AFTER);
    }

  return wf_database_run (database, statement, error);
}

/**
 * wf_attempts_failed:
 * @database: a connection
 * @user: the name that was tried
 * @address: where from
 * @now: the time
 * @error: return location
 *
 * Writes a failure down, which outlives the service; those of yesterday are forgotten.
 *
 * Returns: whether it worked
 */
gboolean
wf_attempts_failed (WfDatabase *database,
                    const char *user,
                    const char *address,
                    int64_t     now,
                    GError    **error)
{
  g_autofree char *by_user = make_key ("user", user);
  g_autofree char *by_address = make_key ("address", address);
  sqlite3_stmt *old = wf_database_prepare (database, "DELETE FROM attempt WHERE last_at < ?1", error);

  if (old != NULL)
    sqlite3_bind_int64 (old, 1, now - FORGET_AFTER);

  return wf_database_run (database, old, error) &&
         add_attempt (database, by_user, now, error) &&
         add_attempt (database, by_address, now, error);
}

/**
 * wf_attempts_forget:
 * @database: a connection
 * @user: the name of somebody who has signed in, or whom an administrator lets try again
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
wf_attempts_forget (WfDatabase *database,
                    const char *user,
                    GError    **error)
{
  g_autofree char *key = make_key ("user", user);
  sqlite3_stmt *statement = wf_database_prepare (database, "DELETE FROM attempt WHERE key = ?1", error);

  if (statement != NULL)
    wf_database_bind_text (statement, 1, key);

  return wf_database_run (database, statement, error);
}
