/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfirectl"

#include "config.h"

#include "ctl.h"

#include "wf-id.h"
#include "wf-time.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>

/* The certificates by which units are known. Their authority is a folder of its own, which is best kept where the service is
 * not: its key can make any unit's. What was made and what was taken back are lists of fingerprints, a line each. */

#define AUTHORITY  "authority.pem"
#define KEY        "authority.key"
#define MADE       "made.txt"
#define REVOKED    "revoked.txt"
#define YEARS      10
#define SLACK      300 /* s: the clocks of a service and of the machine that makes certificates are not quite alike */
#define DIGEST     32

int wf_ctl_days = 365;
char *wf_ctl_until;

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_crt_t, gnutls_x509_crt_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_privkey_t, gnutls_x509_privkey_deinit, NULL)

/* Returns: whether it went well */
static gboolean
check (int       code,
       GError  **error)
{
  if (code >= 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The certificate cannot be made: %s", gnutls_strerror (code));
  return FALSE;
}

static char *
in_folder (const char *folder,
           const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static gnutls_x509_privkey_t
make_key (GError **error)
{
  g_auto (gnutls_x509_privkey_t) key = NULL;

  if (!check (gnutls_x509_privkey_init (&key), error)
      || !check (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
                 error))
    return NULL;

  return g_steal_pointer (&key);
}

/* Fills in what all have: who, from when and until when, and a number that nobody else's has. */
static gnutls_x509_crt_t
make_certificate (const char             *name,
                  gnutls_x509_privkey_t   key,
                  gint64                  until,
                  gboolean                authority,
                  GError                **error)
{
  g_auto (gnutls_x509_crt_t) certificate = NULL;
  guint8 serial[16];
  guint8 id[20];
  gsize length = sizeof id;
  unsigned usage = authority ? GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (!check (gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial), error))
    return NULL;
  serial[0] = (serial[0] & 0x7f) | 0x40;

  if (!check (gnutls_x509_crt_init (&certificate), error)
      || !check (gnutls_x509_crt_set_version (certificate, 3), error)
      || !check (gnutls_x509_crt_set_serial (certificate, serial, sizeof serial), error)
      || !check (gnutls_x509_crt_set_activation_time (certificate, now - SLACK), error)
      || !check (gnutls_x509_crt_set_expiration_time (certificate, until), error)
      || !check (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned) strlen (name)),
                 error)
      || !check (gnutls_x509_crt_set_key (certificate, key), error)
      || !check (gnutls_x509_crt_set_basic_constraints (certificate, authority, -1), error)
      || !check (gnutls_x509_crt_set_key_usage (certificate, usage), error)
      || !check (gnutls_x509_crt_get_key_id (certificate, 0, id, &length), error)
      || !check (gnutls_x509_crt_set_subject_key_id (certificate, id, length), error))
    return NULL;

  if (!authority && !check (gnutls_x509_crt_set_key_purpose_oid (certificate, GNUTLS_KP_TLS_WWW_CLIENT, 0), error))
    return NULL;

  return g_steal_pointer (&certificate);
}

/* So that authorities of the same name are told apart. */
static gboolean
name_authority (gnutls_x509_crt_t   certificate,
                gnutls_x509_crt_t   authority,
                GError            **error)
{
  guint8 id[64];
  gsize length = sizeof id;

  return check (gnutls_x509_crt_get_subject_key_id (authority, id, &length, NULL), error)
         && check (gnutls_x509_crt_set_authority_key_id (certificate, id, length), error);
}

static char *
print_certificate (gnutls_x509_crt_t   certificate,
                   GError            **error)
{
  gnutls_datum_t text = { 0 };
  char *copy;

  if (!check (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &text), error))
    return NULL;

  copy = g_strndup ((const char *) text.data, text.size);
  gnutls_free (text.data);
  return copy;
}

static char *
print_key (gnutls_x509_privkey_t   key,
           GError                **error)
{
  gnutls_datum_t text = { 0 };
  char *copy;

  if (!check (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &text), error))
    return NULL;

  copy = g_strndup ((const char *) text.data, text.size);
  gnutls_free (text.data);
  return copy;
}

static char *
get_fingerprint (gnutls_x509_crt_t   certificate,
                 GError            **error)
{
  guint8 digest[DIGEST];
  gsize size = sizeof digest;
  GString *text = g_string_new (NULL);

  if (!check (gnutls_x509_crt_get_fingerprint (certificate, GNUTLS_DIG_SHA256, digest, &size), error))
    {
      g_string_free (text, TRUE);
      return NULL;
    }

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  return g_string_free (text, FALSE);
}

/* Keys are for their owner only, from the first byte on. */
static gboolean
write_file (const char  *path,
            const char  *text,
            GError     **error)
{
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static gboolean
add_line (const char  *path,
          const char  *line,
          GError     **error)
{
  g_autofree char *before = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_get_contents (path, &before, NULL, error))
    return FALSE;

  g_autofree char *text = g_strconcat (before != NULL ? before : "", line, "\n", NULL);

  return write_file (path, text, error);
}

static gboolean
read_datum (const char      *folder,
            const char      *name,
            char           **text,
            gnutls_datum_t  *datum,
            GError         **error)
{
  g_autofree char *path = in_folder (folder, name);
  gsize size;

  if (!g_file_get_contents (path, text, &size, error))
    {
      g_prefix_error (error, "There is no authority in “%s” (watchfirectl certificate authority makes one): ", folder);
      return FALSE;
    }

  *datum = (gnutls_datum_t) { (unsigned char *) *text, (unsigned) size };
  return TRUE;
}

static gboolean
load_authority (const char             *folder,
                gnutls_x509_crt_t      *certificate,
                gnutls_x509_privkey_t  *key,
                GError                **error)
{
  g_autofree char *certificate_text = NULL;
  g_autofree char *key_text = NULL;
  gnutls_datum_t certificate_datum, key_datum;

  return read_datum (folder, AUTHORITY, &certificate_text, &certificate_datum, error)
         && read_datum (folder, KEY, &key_text, &key_datum, error)
         && check (gnutls_x509_crt_init (certificate), error)
         && check (gnutls_x509_crt_import (*certificate, &certificate_datum, GNUTLS_X509_FMT_PEM), error)
         && check (gnutls_x509_privkey_init (key), error)
         && check (gnutls_x509_privkey_import2 (*key, &key_datum, GNUTLS_X509_FMT_PEM, NULL, 0), error);
}

/* --- what can be asked for ----------------------------------------------------------------------------------------- */

gboolean
wf_ctl_certificate_authority (char  **arguments,
                              GError **error)
{
  const char *name = wf_ctl_person.name != NULL ? wf_ctl_person.name : "Watchfire";
  g_autofree char *path = in_folder (arguments[0], AUTHORITY);
  g_autofree char *key_path = in_folder (arguments[0], KEY);
  gint64 until = g_get_real_time () / G_USEC_PER_SEC + YEARS * 365 * (WF_DAY / 1000);

  if (g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (key_path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   "There is an authority in “%s” already. What it has signed would not be taken any more: name another folder",
                   arguments[0]);
      return FALSE;
    }

  if (g_mkdir_with_parents (arguments[0], 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The folder “%s” cannot be made", arguments[0]);
      return FALSE;
    }

  g_auto (gnutls_x509_privkey_t) key = make_key (error);
  g_auto (gnutls_x509_crt_t) certificate = key != NULL ? make_certificate (name, key, until, TRUE, error) : NULL;

  if (certificate == NULL || !check (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0), error))
    return FALSE;

  g_autofree char *text = print_certificate (certificate, error);
  g_autofree char *key_text = text != NULL ? print_key (key, error) : NULL;

  if (key_text == NULL || !write_file (key_path, key_text, error) || !write_file (path, text, error))
    return FALSE;

  printf ("Give the service %s (--client-ca); keep %s where nobody else comes.\n", path, key_path);
  return TRUE;
}

static gboolean
find_end (gint64  *until,
          GError **error)
{
  int64_t end = (g_get_real_time () / 1000) + CLAMP (wf_ctl_days, 1, 3650) * WF_DAY;

  if (wf_ctl_until != NULL && !wf_time_parse (wf_ctl_until, &end))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "“%s” is no time: write 2030-01-31T00:00:00Z", wf_ctl_until);
      return FALSE;
    }

  *until = end / 1000;
  return TRUE;
}

gboolean
wf_ctl_certificate_unit (char  **arguments,
                         GError **error)
{
  const char *folder = arguments[0];
  const char *unit = arguments[1];
  g_auto (gnutls_x509_crt_t) authority = NULL;
  g_auto (gnutls_x509_privkey_t) authority_key = NULL;
  g_autofree char *file = g_strconcat (unit, ".pem", NULL);
  g_autofree char *path = in_folder (folder, file);
  g_autofree char *made = in_folder (folder, MADE);
  gint64 until;

  if (!wf_id_is_valid (unit) || strcmp (unit, "authority") == 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "“%s” is no id of a unit", unit);
      return FALSE;
    }

  if (!find_end (&until, error) || !load_authority (folder, &authority, &authority_key, error))
    return FALSE;

  g_auto (gnutls_x509_privkey_t) key = make_key (error);
  g_auto (gnutls_x509_crt_t) certificate = key != NULL ? make_certificate (unit, key, until, FALSE, error) : NULL;

  if (certificate == NULL || !name_authority (certificate, authority, error)
      || !check (gnutls_x509_crt_sign2 (certificate, authority, authority_key, GNUTLS_DIG_SHA256, 0), error))
    return FALSE;

  g_autofree char *text = print_certificate (certificate, error);
  g_autofree char *key_text = text != NULL ? print_key (key, error) : NULL;
  g_autofree char *digest = key_text != NULL ? get_fingerprint (certificate, error) : NULL;

  if (digest == NULL)
    return FALSE;

  g_autofree char *both = g_strconcat (text, key_text, NULL);
  g_autofree char *end = wf_time_format (until * 1000);
  g_autofree char *line = g_strdup_printf ("%s %s %s", digest, unit, end);

  /* Noted first: what is not noted could not be taken back. */
  if (!add_line (made, line, error) || !write_file (path, both, error))
    return FALSE;

  printf ("%s\n%s\n", path, line);
  return TRUE;
}

/* Lines of a list as words. Returns: (transfer full): may be empty */
static GPtrArray *
read_list (const char *folder,
           const char *name)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autofree char *path = in_folder (folder, name);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return list;

  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' && lines[i][0] != '#')
      g_ptr_array_add (list, g_strsplit (lines[i], " ", 3));

  return list;
}

static gboolean
has_digest (GPtrArray  *list,
            const char *digest)
{
  for (guint i = 0; i < list->len; i++)
    if (strcmp (((char **) g_ptr_array_index (list, i))[0], digest) == 0)
      return TRUE;

  return FALSE;
}

gboolean
wf_ctl_certificate_revoke (char  **arguments,
                           GError **error)
{
  const char *folder = arguments[0];
  const char *which = arguments[1];
  g_autoptr (GPtrArray) made = read_list (folder, MADE);
  g_autoptr (GPtrArray) revoked = read_list (folder, REVOKED);
  g_autofree char *path = in_folder (folder, REVOKED);
  g_autofree char *now = wf_time_format (g_get_real_time () / 1000);
  guint n = 0;

  for (guint i = 0; i < made->len; i++)
    {
      char **words = g_ptr_array_index (made, i);
      gboolean meant = g_ascii_strcasecmp (words[0], which) == 0 || g_strcmp0 (words[1], which) == 0;

      if (!meant)
        continue;

      n++;
      if (has_digest (revoked, words[0]))
        continue;

      g_autofree char *line = g_strdup_printf ("%s %s %s", words[0], words[1] != NULL ? words[1] : "?", now);

      if (!add_line (path, line, error))
        return FALSE;
    }

  if (n == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "“%s” is neither a unit nor the fingerprint of a certificate that was made in “%s”", which, folder);
      return FALSE;
    }

  printf ("Taken back: %u. Give the service %s (--revoked) and have it read that again (systemctl reload watchfired).\n", n, path);
  return TRUE;
}

gboolean
wf_ctl_certificate_list (char  **arguments,
                         GError **error)
{
  g_autoptr (GPtrArray) made = read_list (arguments[0], MADE);
  g_autoptr (GPtrArray) revoked = read_list (arguments[0], REVOKED);

  for (guint i = 0; i < made->len; i++)
    {
      char **words = g_ptr_array_index (made, i);
      int64_t until = 0;
      gboolean good = g_strv_length (words) == 3 && wf_time_parse (words[2], &until);

      if (!good)
        continue;

      printf ("%s until %s %s%s\n", words[1], words[2], words[0],
              has_digest (revoked, words[0]) ? " taken back" : until < g_get_real_time () / 1000 ? " expired" : "");
    }

  return TRUE;
}
