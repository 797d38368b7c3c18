/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-pin.h"

#include "wf-video-reason.h"

#include <string.h>

#define PIN "#sha256="

/*
 * WfVideoPin:
 *
 * Whom a link over TLS trusts: those whom the system's authorities vouch for, and the one certificate whose fingerprint a
 * person put into the address. For sources that ask a database and not us.
 */
struct _WfVideoPin
{
  GTlsDatabase parent_instance;

  char           *uri;       /* (owned) */
  WfVideoPinFunc  refused;
  gpointer        user_data; /* lives as long as the source */
};

G_DEFINE_FINAL_TYPE (WfVideoPin, wf_video_pin, G_TYPE_TLS_DATABASE)

static GTlsCertificateFlags
wf_video_pin_verify_chain (GTlsDatabase             *database,
                           GTlsCertificate          *chain,
                           const char               *purpose,
                           GSocketConnectable       *identity,
                           GTlsInteraction          *interaction,
                           GTlsDatabaseVerifyFlags   flags,
                           GCancellable             *cancellable,
                           GError                  **error)
{
  WfVideoPin *self = WF_VIDEO_PIN (database);
  g_autofree char *fingerprint = wf_video_reason_dup_fingerprint (chain);

  /* What a person has looked at needs no authority, nor a name. */
  if (wf_video_pin_accepts (self->uri, fingerprint))
    return 0;

  g_autoptr (GTlsDatabase) system = g_tls_backend_get_default_database (g_tls_backend_get_default ());
  GTlsCertificateFlags wrong = g_tls_database_verify_chain (system, chain, purpose, identity, interaction, flags, cancellable,
                                                            error);

  if (wrong != 0)
    self->refused (fingerprint, self->user_data);

  return wrong;
}

static void
wf_video_pin_finalize (GObject *object)
{
  g_free (WF_VIDEO_PIN (object)->uri);

  G_OBJECT_CLASS (wf_video_pin_parent_class)->finalize (object);
}

static void
wf_video_pin_class_init (WfVideoPinClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_video_pin_finalize;
  G_TLS_DATABASE_CLASS (klass)->verify_chain = wf_video_pin_verify_chain;
}

static void
wf_video_pin_init (WfVideoPin *self)
{
}

/*
 * wf_video_pin_new:
 * @uri: the address of a link, perhaps with a fingerprint behind it
 * @refused: told of a certificate that is not accepted
 * @user_data: for @refused
 *
 * Returns: (transfer full): whom the link trusts
 */
GTlsDatabase *
wf_video_pin_new (const char     *uri,
                  WfVideoPinFunc  refused,
                  gpointer        user_data)
{
  WfVideoPin *self = g_object_new (WF_TYPE_VIDEO_PIN, NULL);

  self->uri = g_strdup (uri);
  self->refused = refused;
  self->user_data = user_data;

  return G_TLS_DATABASE (self);
}

/*
 * wf_video_pin_is_in:
 * @uri: the address of a link
 *
 * Returns: whether a person put a fingerprint into it
 */
gboolean
wf_video_pin_is_in (const char *uri)
{
  return strstr (uri, PIN) != NULL;
}

/*
 * wf_video_pin_accepts:
 * @uri: the address of a link
 * @fingerprint: of the other end's certificate
 *
 * Returns: whether a person put that fingerprint into the address
 */
gboolean
wf_video_pin_accepts (const char *uri,
                      const char *fingerprint)
{
  const char *pin = strstr (uri, PIN);

  return pin != NULL && g_ascii_strcasecmp (pin + strlen (PIN), fingerprint) == 0;
}
