/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-signer.h"

#include "wf-files.h"
#include "wf-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#define KEY_NAME "service.key"

struct _WfSigner
{
  guint8 secret[crypto_sign_SECRETKEYBYTES]; /* the public one is its second half */
};

static gboolean
read_key (WfSigner   *self,
          const char *path,
          GError    **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) wrong = NULL;
  gsize size, n;

  if (!g_file_get_contents (path, &text, &size, &wrong))
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "The service's key cannot be read: %s", wrong->message);
      return FALSE;
    }

  int code = sodium_hex2bin (self->secret, sizeof self->secret, text, size, "\n", &n, NULL);
  sodium_memzero (text, size);

  if (code != 0 || n != sizeof self->secret)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT, "“%s” is not a key", path);
      return FALSE;
    }

  return TRUE;
}

static gboolean
make_key (WfSigner   *self,
          const char *folder,
          const char *path,
          GError    **error)
{
  g_autofree char *draft = g_strconcat (path, ".new", NULL);
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  char text[2 * crypto_sign_SECRETKEYBYTES + 2];

  crypto_sign_keypair (public_key, self->secret);
  sodium_bin2hex (text, sizeof text, self->secret, sizeof self->secret);
  strcat (text, "\n");

  /* Under its name there is a whole key or none: half of one, left by a full disk, could never be opened again. */
  g_unlink (draft);
  gboolean good = wf_files_write (draft, text, strlen (text), error);
  if (good && g_rename (draft, path) != 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "“%s” cannot be written: %s", path, g_strerror (errno));
      good = FALSE;
    }
  good = good && wf_files_sync_folder (folder, error);
  sodium_memzero (text, sizeof text);

  return good;
}

/**
 * wf_signer_open:
 * @folder: the data folder
 * @make: whether to make a key where there is none
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the key
 */
WfSigner *
wf_signer_open (const char *folder,
                gboolean    make,
                GError    **error)
{
  g_autofree char *path = g_build_filename (folder, KEY_NAME, NULL);
  g_autoptr (WfSigner) self = g_new0 (WfSigner, 1);

  if (sodium_init () < 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "libsodium cannot be started");
      return NULL;
    }

  if (make && !g_file_test (path, G_FILE_TEST_EXISTS))
    return make_key (self, folder, path, error) ? g_steal_pointer (&self) : NULL;

  return read_key (self, path, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * wf_signer_free:
 * @self: (transfer full): a key
 */
void
wf_signer_free (WfSigner *self)
{
  sodium_memzero (self, sizeof *self);
  g_free (self);
}

/**
 * wf_signer_public:
 * @self: a key
 *
 * Returns: (transfer full): the public key in hexadecimal
 */
char *
wf_signer_public (WfSigner *self)
{
  char text[2 * crypto_sign_PUBLICKEYBYTES + 1];

  sodium_bin2hex (text, sizeof text, self->secret + crypto_sign_SEEDBYTES, crypto_sign_PUBLICKEYBYTES);
  return g_strdup (text);
}

static char *
write_message (const char *service,
               const char *scope,
               int64_t     number,
               const char *hash,
               int64_t     made_at)
{
  return g_strdup_printf ("watchfire checkpoint 1\n%s\n%s\n%" G_GINT64_FORMAT "\n%s\n%" G_GINT64_FORMAT "\n",
                          service, scope, (gint64) number, hash, (gint64) made_at);
}

/**
 * wf_signer_sign:
 * @self: a key
 * @service: id of the service
 * @scope: a scope
 * @number: of an entry in it
 * @hash: of that entry's header
 * @made_at: when the checkpoint is made
 *
 * Returns: (transfer full): the signature in hexadecimal
 */
char *
wf_signer_sign (WfSigner   *self,
                const char *service,
                const char *scope,
                int64_t     number,
                const char *hash,
                int64_t     made_at)
{
  g_autofree char *message = write_message (service, scope, number, hash, made_at);
  guint8 signature[crypto_sign_BYTES];
  char text[2 * crypto_sign_BYTES + 1];

  crypto_sign_detached (signature, NULL, (const guint8 *) message, strlen (message), self->secret);
  sodium_bin2hex (text, sizeof text, signature, sizeof signature);

  return g_strdup (text);
}

/**
 * wf_signature_holds:
 * @public_key: the service's public key in hexadecimal
 * @signature: in hexadecimal
 * @service: see wf_signer_sign()
 * @scope: see wf_signer_sign()
 * @number: see wf_signer_sign()
 * @hash: see wf_signer_sign()
 * @made_at: see wf_signer_sign()
 *
 * Returns: whether the service signed just that
 */
gboolean
wf_signature_holds (const char *public_key,
                    const char *signature,
                    const char *service,
                    const char *scope,
                    int64_t     number,
                    const char *hash,
                    int64_t     made_at)
{
  g_autofree char *message = write_message (service, scope, number, hash, made_at);
  guint8 key[crypto_sign_PUBLICKEYBYTES];
  guint8 bytes[crypto_sign_BYTES];
  gsize n;

  if (sodium_init () < 0 ||
      sodium_hex2bin (key, sizeof key, public_key, strlen (public_key), NULL, &n, NULL) != 0 || n != sizeof key ||
      sodium_hex2bin (bytes, sizeof bytes, signature, strlen (signature), NULL, &n, NULL) != 0 || n != sizeof bytes)
    return FALSE;

  return crypto_sign_verify_detached (bytes, (const guint8 *) message, strlen (message), key) == 0;
}

/* What a text is of stands before it, so that a signature for one purpose is none for another. */
static GBytes *
name_text (const char *what,
           GBytes     *text)
{
  GByteArray *message = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (text, &size);

  g_byte_array_append (message, (const guint8 *) what, (guint) strlen (what));
  g_byte_array_append (message, (const guint8 *) "\n", 1);
  g_byte_array_append (message, data, (guint) size);

  return g_byte_array_free_to_bytes (message);
}

/**
 * wf_signer_sign_text:
 * @self: a key
 * @what: what it is a signature for, such as `watchfire manifest 1`
 * @text: what to sign
 *
 * Returns: (transfer full): the signature in hexadecimal
 */
char *
wf_signer_sign_text (WfSigner   *self,
                     const char *what,
                     GBytes     *text)
{
  g_autoptr (GBytes) message = name_text (what, text);
  guint8 signature[crypto_sign_BYTES];
  char hex[2 * crypto_sign_BYTES + 1];

  crypto_sign_detached (signature, NULL, g_bytes_get_data (message, NULL), g_bytes_get_size (message), self->secret);
  sodium_bin2hex (hex, sizeof hex, signature, sizeof signature);

  return g_strdup (hex);
}

/**
 * wf_text_signature_holds:
 * @public_key: the service's public key in hexadecimal
 * @signature: in hexadecimal
 * @what: see wf_signer_sign_text()
 * @text: see wf_signer_sign_text()
 *
 * Returns: whether whoever has the key signed just that
 */
gboolean
wf_text_signature_holds (const char *public_key,
                         const char *signature,
                         const char *what,
                         GBytes     *text)
{
  g_autoptr (GBytes) message = name_text (what, text);
  guint8 key[crypto_sign_PUBLICKEYBYTES];
  guint8 bytes[crypto_sign_BYTES];
  gsize n;

  if (sodium_init () < 0 ||
      sodium_hex2bin (key, sizeof key, public_key, strlen (public_key), NULL, &n, NULL) != 0 || n != sizeof key ||
      sodium_hex2bin (bytes, sizeof bytes, signature, strlen (signature), NULL, &n, NULL) != 0 || n != sizeof bytes)
    return FALSE;

  return crypto_sign_verify_detached (bytes, g_bytes_get_data (message, NULL), g_bytes_get_size (message), key) == 0;
}
