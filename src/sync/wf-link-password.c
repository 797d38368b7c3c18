/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-link-password.h"

#include <libsecret/secret.h>
#include <string.h>

/* The name is in the secret, too; a name has no line in it, a password may have anything else. */

static const SecretSchema schema = {
  "org.watchfire.Watchfire.Link",
  SECRET_SCHEMA_NONE,
  {
    { "link", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

/**
 * wf_link_password_find_async:
 * @address: of a video link, without any secret in it
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is known
 * @data: for @callback
 *
 * Looks into the keyring for what one signs in with there.
 */
void
wf_link_password_find_async (const char          *address,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             data)
{
  secret_password_lookup (&schema, cancellable, callback, data, "link", address, NULL);
}

/**
 * wf_link_password_find_finish:
 * @result: from the callback
 * @user: (out) (transfer full): the name, to be freed
 * @password: (out) (transfer full): the password, for wf_link_password_free()
 * @error: return location: there is no keyring, or it stays locked
 *
 * Returns: whether something is kept; %FALSE without an error where nothing is
 */
gboolean
wf_link_password_find_finish (GAsyncResult  *result,
                              char         **user,
                              char         **password,
                              GError       **error)
{
  char *secret = secret_password_lookup_finish (result, error);
  char *line = secret != NULL ? strchr (secret, '\n') : NULL;

  *user = line != NULL ? g_strndup (secret, (gsize) (line - secret)) : NULL;
  *password = line != NULL ? g_strdup (line + 1) : NULL;
  secret_password_free (secret);

  return line != NULL;
}

/**
 * wf_link_password_keep_async:
 * @address: of a video link, without any secret in it
 * @user: name, one line, "" where there is none
 * @password: password
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is kept
 * @data: for @callback
 *
 * Keeps both in place of those before, in the person's own keyring on this computer and nowhere else.
 */
void
wf_link_password_keep_async (const char          *address,
                             const char          *user,
                             const char          *password,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             data)
{
  g_return_if_fail (address != NULL && user != NULL && password != NULL);
  g_return_if_fail (strchr (user, '\n') == NULL);

  g_autofree char *label = g_strdup_printf ("Watchfire: %s", address);
  char *secret = g_strdup_printf ("%s\n%s", user, password);

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, secret, cancellable, callback, data, "link", address, NULL);
  wf_link_password_free (secret);
}

/**
 * wf_link_password_keep_finish:
 * @result: from the callback
 * @error: return location: there is no keyring, or it stays locked
 *
 * Returns: whether it is kept
 */
gboolean
wf_link_password_keep_finish (GAsyncResult  *result,
                              GError       **error)
{
  return secret_password_store_finish (result, error);
}

/**
 * wf_link_password_forget_async:
 * @address: of a video link, without any secret in it
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is forgotten
 * @data: for @callback
 *
 * Takes what one signs in with there out of the keyring.
 */
void
wf_link_password_forget_async (const char          *address,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             data)
{
  secret_password_clear (&schema, cancellable, callback, data, "link", address, NULL);
}

/**
 * wf_link_password_forget_finish:
 * @result: from the callback
 * @error: return location
 *
 * Returns: whether there was any
 */
gboolean
wf_link_password_forget_finish (GAsyncResult  *result,
                                GError       **error)
{
  return secret_password_clear_finish (result, error);
}

/**
 * wf_link_password_free:
 * @password: (transfer full) (nullable): a password
 *
 * Wipes it before its memory is given away.
 */
void
wf_link_password_free (char *password)
{
  if (password != NULL)
    secret_password_wipe (password);
  g_free (password);
}
