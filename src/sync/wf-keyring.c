/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-keyring-private.h"

#include <libsecret/secret.h>
#include <string.h>

/* All of it is in the secret: whose it is and until when is no business of whoever may list a locked keyring. */

static const SecretSchema schema = {
  "org.watchfire.Watchfire",
  SECRET_SCHEMA_NONE,
  {
    { "service", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

/**
 * wf_sign_in_clear:
 * @self: a sign-in
 *
 * Wipes and frees what it holds.
 */
void
wf_sign_in_clear (WfSignIn *self)
{
  if (self->token != NULL)
    secret_password_wipe (self->token);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->actor, g_free);
  self->expires_at = 0;
  self->seen = 0;
}

/**
 * wf_sign_in_write:
 * @self: a sign-in with a token
 *
 * Returns: (transfer full): it as one line: token, end, newest time seen, and whose it is
 */
char *
wf_sign_in_write (const WfSignIn *self)
{
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", self->token, (gint64) self->expires_at,
                          (gint64) self->seen, self->actor != NULL ? self->actor : "");
}

/**
 * wf_sign_in_read:
 * @self: (out caller-allocates): gets what the line says
 * @text: a line as wf_sign_in_write() writes it
 *
 * Returns: whether it is one
 */
gboolean
wf_sign_in_read (WfSignIn   *self,
                 const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 4);
  gint64 expires_at = 0;
  gint64 seen = 0;
  gboolean good = g_strv_length (words) == 4 && words[0][0] != '\0'
                  && g_ascii_string_to_signed (words[1], 10, 0, G_MAXINT64, &expires_at, NULL)
                  && g_ascii_string_to_signed (words[2], 10, 0, G_MAXINT64, &seen, NULL);


  self->token = good ? g_strdup (words[0]) : NULL;
  self->expires_at = expires_at;
  self->seen = seen;
  self->actor = good && words[3][0] != '\0' ? g_strdup (words[3]) : NULL;
  for (guint i = 0; words[i] != NULL; i++)
    secret_password_wipe (words[i]);

  return good;
}

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
 * @sign_in: (out caller-allocates): what is kept, to be cleared with wf_sign_in_clear()
 * @error: return location: there is no keyring, or it stays locked
 *
 * Returns: whether there was one; %FALSE without an error where there is none
 */
gboolean
wf_keyring_find_finish (GAsyncResult  *result,
                        WfSignIn      *sign_in,
                        GError       **error)
{
  char *secret = secret_password_lookup_finish (result, error);
  gboolean found = secret != NULL && wf_sign_in_read (sign_in, secret);

  secret_password_free (secret);
  return found;
}

/**
 * wf_keyring_keep_async:
 * @service: address of a service
 * @sign_in: what is to be kept
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is kept
 * @data: for @callback
 *
 * Keeps a sign-in in place of the one before.
 */
void
wf_keyring_keep_async (const char          *service,
                       const WfSignIn      *sign_in,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             data)
{
  g_autofree char *label = g_strdup_printf ("Watchfire: %s", service);
  g_autofree char *secret = wf_sign_in_write (sign_in);

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
