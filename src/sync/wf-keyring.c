/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-keyring-private.h"

#include <libsecret/secret.h>
#include <string.h>

/* The secret is the token and, behind a blank, when it ends: what tells whose or until when is no business of whoever
 * may list a locked keyring. */

static const SecretSchema schema = {
  "org.watchfire.Watchfire",
  SECRET_SCHEMA_NONE,
  {
    { "service", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

/**
 * wf_keyring_find_async:
 * @service: address of a service
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is known
 * @data: for @callback
 *
 * Looks for the token of a service.
 */
void
wf_keyring_find_async (const char          *service,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             data)
{
  secret_password_lookup (&schema, cancellable, callback, data, "service", service, NULL);
}

/**
 * wf_keyring_find_finish:
 * @result: from the callback
 * @expires_at: (out): when the token ends
 * @error: return location: there is no keyring, or it stays locked
 *
 * Returns: (transfer full) (nullable): the token, to be freed with secret_password_free(); %NULL where there is none
 */
char *
wf_keyring_find_finish (GAsyncResult  *result,
                        int64_t       *expires_at,
                        GError       **error)
{
  char *secret = secret_password_lookup_finish (result, error);
  char *blank = secret != NULL ? strchr (secret, ' ') : NULL;

  *expires_at = 0;
  if (blank == NULL)
    {
      secret_password_free (secret);
      return NULL;
    }

  *expires_at = g_ascii_strtoll (blank + 1, NULL, 10);
  *blank = '\0';
  return secret;
}

/**
 * wf_keyring_keep_async:
 * @service: address of a service
 * @token: the token
 * @expires_at: when it ends
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is kept
 * @data: for @callback
 *
 * Keeps a token in place of the one before.
 */
void
wf_keyring_keep_async (const char          *service,
                       const char          *token,
                       int64_t              expires_at,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             data)
{
  g_autofree char *label = g_strdup_printf ("Watchfire: %s", service);
  g_autofree char *secret = g_strdup_printf ("%s %" G_GINT64_FORMAT, token, (gint64) expires_at);

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, secret, cancellable, callback, data, "service", service,
                         NULL);
  secret_password_wipe (secret);
}

/**
 * wf_keyring_keep_finish:
 * @result: from the callback
 * @error: return location: there is no keyring, or it stays locked
 *
 * Returns: whether it is kept
 */
gboolean
wf_keyring_keep_finish (GAsyncResult  *result,
                        GError       **error)
{
  return secret_password_store_finish (result, error);
}

/**
 * wf_keyring_forget_async:
 * @service: address of a service
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is forgotten
 * @data: for @callback
 *
 * Takes a service's token out of the keyring.
 */
void
wf_keyring_forget_async (const char          *service,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             data)
{
  secret_password_clear (&schema, cancellable, callback, data, "service", service, NULL);
}

/**
 * wf_keyring_forget_finish:
 * @result: from the callback
 * @error: return location
 *
 * Returns: whether there was one
 */
gboolean
wf_keyring_forget_finish (GAsyncResult  *result,
                          GError       **error)
{
  return secret_password_clear_finish (result, error);
}
