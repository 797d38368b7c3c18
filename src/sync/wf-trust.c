/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-trust-private.h"

#include "wf-sync-error.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * WfTrust:
 *
 * A service is the right one if its certificate is the very one that is known by its fingerprint, and for no other reason:
 * neither its name nor who signed it matters then. Whoever has no fingerprint trusts an authority, through GIO's own
 * database.
 */
#define WF_TYPE_TRUST (wf_trust_get_type ())
G_DECLARE_FINAL_TYPE (WfTrust, wf_trust, WF, TRUST, GTlsDatabase)

struct _WfTrust
{
  GTlsDatabase parent_instance;

  char *pin; /* (owned) SHA-256 of the certificate, 64 hexadecimal digits */
};

G_DEFINE_FINAL_TYPE (WfTrust, wf_trust, G_TYPE_TLS_DATABASE)

/* In whatever thread shakes hands; the pin never changes. */
static GTlsCertificateFlags
wf_trust_verify_chain (GTlsDatabase             *database,
                       GTlsCertificate          *chain,
                       const char               *purpose,
                       GSocketConnectable       *identity,
                       GTlsInteraction          *interaction,
                       GTlsDatabaseVerifyFlags   flags,
                       GCancellable             *cancellable,
                       GError                  **error)
{
  WfTrust *self = WF_TRUST (database);
  g_autoptr (GByteArray) bytes = NULL;

  g_object_get (chain, "certificate", &bytes, NULL);
  if (bytes == NULL)
    return G_TLS_CERTIFICATE_GENERIC_ERROR;

  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);

  return strcmp (digest, self->pin) == 0 ? G_TLS_CERTIFICATE_NO_FLAGS : G_TLS_CERTIFICATE_UNKNOWN_CA;
}

static void
wf_trust_finalize (GObject *object)
{
  g_free (WF_TRUST (object)->pin);

  G_OBJECT_CLASS (wf_trust_parent_class)->finalize (object);
}

static void
wf_trust_class_init (WfTrustClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_trust_finalize;
  G_TLS_DATABASE_CLASS (klass)->verify_chain = wf_trust_verify_chain;
}

static void
wf_trust_init (WfTrust *self)
{
}

/* Colons and capitals, as other programs print them, are no matter. Returns: (nullable) */
static char *
clean_pin (const char *pin)
{
  GString *clean = g_string_new (NULL);

  for (const char *c = pin; *c != '\0'; c++)
    if (*c != ':' && *c != ' ')
      g_string_append_c (clean, g_ascii_tolower (*c));

  gboolean good = clean->len == 64 && strspn (clean->str, "0123456789abcdef") == 64;

  return g_string_free (clean, !good);
}

/**
 * wf_trust_new:
 * @authority: (nullable): file with the certificates (PEM) of those who may sign a service's
 * @pin: (nullable): SHA-256 fingerprint of the service's certificate, in hexadecimal
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what decides whom to trust: the pin where there is one, else the authority, else
 *   %NULL without an error, which means the system's own
 */
GTlsDatabase *
wf_trust_new (const char  *authority,
              const char  *pin,
              GError     **error)
{
  g_autofree char *clean = NULL;

  if (pin == NULL)
    return authority != NULL ? g_tls_file_database_new (authority, error) : NULL;

  clean = clean_pin (pin);
  if (clean == NULL)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                   _("A fingerprint has 64 hexadecimal digits; colons between them are no matter."));
      return NULL;
    }

  WfTrust *self = g_object_new (WF_TYPE_TRUST, NULL);
  self->pin = g_steal_pointer (&clean);

  return G_TLS_DATABASE (self);
}
