/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-certificates.h"

#include <string.h>

#define LIST_MAX (4 * 1024 * 1024)
#define DIGEST   64

/* What may be wrong with a certificate: the rule that refuses it, and a sentence for whoever looks after the unit. The first
 * that fits is said. */
static const struct
{
  GTlsCertificateFlags flag;
  const char          *rule;
  const char          *detail;
} flaws[] = {
  { G_TLS_CERTIFICATE_REVOKED, "certificate.revoked", "This certificate has been taken back. Have the centre make another one." },
  { G_TLS_CERTIFICATE_UNKNOWN_CA, "certificate.foreign",
    "This certificate was not signed by the authority of this centre. Use the one that the centre has made for the unit." },
  { G_TLS_CERTIFICATE_EXPIRED, "certificate.expired", "This certificate has expired. Have the centre make a new one." },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, "certificate.not-yet",
    "This certificate is not valid yet. Look at the clocks of the service and of the machine on which it was made." },
  { G_TLS_CERTIFICATE_VALIDATE_ALL, "certificate.invalid", "This certificate cannot be used. Have the centre make another one." },
};

/* Where a part of a subject ends that begins at @text: at a comma or plus that is neither escaped nor in quotes (RFC 4514). */
static const char *
end_of_part (const char *text)
{
  gboolean quoted = FALSE;

  for (; *text != '\0' && (quoted || (*text != ',' && *text != '+')); text++)
    {
      if (*text == '\\' && text[1] != '\0')
        text++;
      else if (*text == '"')
        quoted = !quoted;
    }

  return text;
}

/**
 * wf_certificate_subject_name:
 * @subject: (nullable): the subject of a certificate, as RFC 4514 writes it
 *
 * Reads `CN=NAME`, wherever it stands. What looks like it within another part, such as a firm's name with a comma in it, is that
 * part's, since an authority may let a firm choose how it is called, but not as which unit it comes.
 *
 * Returns: (transfer full) (nullable): the name; %NULL where there is none, or more than one
 */
char *
wf_certificate_subject_name (const char *subject)
{
  g_autofree char *name = NULL;

  for (const char *part = subject; part != NULL && *part != '\0';)
    {
      const char *end = end_of_part (part);

      while (*part == ' ')
        part++;
      if (g_ascii_strncasecmp (part, "CN=", 3) == 0)
        {
          if (name != NULL)
            return NULL;
          name = g_strstrip (g_strndup (part + 3, (gsize) (end - part - 3)));
        }
      part = *end != '\0' ? end + 1 : end;
    }

  return g_steal_pointer (&name);
}

/**
 * wf_certificate_common_name:
 * @certificate: (nullable): a certificate
 *
 * Returns: (transfer full) (nullable): the name that its subject has, see wf_certificate_subject_name()
 */
char *
wf_certificate_common_name (GTlsCertificate *certificate)
{
  g_autofree char *subject = certificate != NULL ? g_tls_certificate_get_subject_name (certificate) : NULL;

  return wf_certificate_subject_name (subject);
}

/**
 * wf_certificate_digest:
 * @certificate: a certificate
 *
 * Returns: (transfer full): its fingerprint: the SHA-256 of its DER form, in small hexadecimal digits
 */
char *
wf_certificate_digest (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) bytes = NULL;

  g_object_get (certificate, "certificate", &bytes, NULL);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes != NULL ? bytes->data : NULL, bytes != NULL ? bytes->len : 0);
}

/**
 * wf_certificate_flaw:
 * @flags: what a look at the chain found
 *
 * Returns: (nullable): the rule that refuses such a certificate; %NULL where it is good
 */
const char *
wf_certificate_flaw (GTlsCertificateFlags flags)
{
  for (gsize i = 0; i < G_N_ELEMENTS (flaws); i++)
    if ((flags & flaws[i].flag) != 0)
      return flaws[i].rule;

  return NULL;
}

/**
 * wf_certificate_flaw_now:
 * @certificate: a certificate whose chain was good
 * @revoked: (nullable): set of the fingerprints of those that have been taken back
 *
 * A connection may last longer than what it was opened with. Dates are compared with the machine's clock, as TLS does.
 *
 * Returns: (nullable): the rule that refuses it by now; %NULL where it is still good
 */
const char *
wf_certificate_flaw_now (GTlsCertificate *certificate,
                         GHashTable      *revoked)
{
  g_autofree char *digest = revoked != NULL && g_hash_table_size (revoked) > 0 ? wf_certificate_digest (certificate) : NULL;
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
  GTlsCertificateFlags flags = G_TLS_CERTIFICATE_NO_FLAGS;

  if (digest != NULL && g_hash_table_contains (revoked, digest))
    flags |= G_TLS_CERTIFICATE_REVOKED;
  if (end != NULL && g_date_time_to_unix (end) < g_get_real_time () / G_USEC_PER_SEC)
    flags |= G_TLS_CERTIFICATE_EXPIRED;

  return wf_certificate_flaw (flags);
}

/**
 * wf_certificate_explain:
 * @flaw: a rule as wf_certificate_flaw() gives it
 *
 * Returns: a sentence that says what to do
 */
const char *
wf_certificate_explain (const char *flaw)
{
  gsize i = 0;

  while (i + 1 < G_N_ELEMENTS (flaws) && strcmp (flaws[i].rule, flaw) != 0)
    i++;

  return flaws[i].detail;
}

/* Returns: (transfer full) (nullable): 64 small hexadecimal digits; colons between them are no matter */
static char *
clean_digest (const char *text)
{
  g_autofree char *clean = g_ascii_strdown (text, -1);
  gsize n = 0;

  for (const char *c = clean; *c != '\0'; c++)
    if (*c != ':')
      clean[n++] = *c;
  clean[n] = '\0';

  return n == DIGEST && strspn (clean, "0123456789abcdef") == DIGEST ? g_steal_pointer (&clean) : NULL;
}

/**
 * wf_certificates_load_revoked:
 * @path: a file with a fingerprint (SHA-256) a line; what follows it on the line, and lines that begin with `#`, are notes
 * @error: return location, with the number of the line
 *
 * Returns: (transfer full) (nullable) (element-type utf8): set of the fingerprints
 */
GHashTable *
wf_certificates_load_revoked (const char  *path,
                              GError     **error)
{
  g_autoptr (GHashTable) revoked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  gsize size;

  if (!g_file_get_contents (path, &text, &size, error))
    return NULL;

  g_auto (GStrv) lines = g_strsplit (size <= LIST_MAX ? text : "", "\n", -1);

  if (size > LIST_MAX)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "“%s” is longer than 4 MiB", path);
      return NULL;
    }

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);

      if (line[0] == '\0' || line[0] == '#')
        continue;

      line[strcspn (line, " \t#")] = '\0';
      char *digest = clean_digest (line);

      if (digest == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "“%s”, line %u: this is no fingerprint, which has 64 hexadecimal digits", path, i + 1);
          return NULL;
        }
      g_hash_table_add (revoked, digest);
    }

  return g_steal_pointer (&revoked);
}
