/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Private to service. The certificates by which units are known: what is in them and what may be wrong with them. */

char       *wf_certificate_subject_name  (const char            *subject);
char       *wf_certificate_common_name   (GTlsCertificate       *certificate);
char       *wf_certificate_digest        (GTlsCertificate       *certificate);
const char *wf_certificate_flaw          (GTlsCertificateFlags   flags);
const char *wf_certificate_flaw_now      (GTlsCertificate       *certificate,
                                          GHashTable            *revoked);
const char *wf_certificate_explain       (const char            *flaw);
GHashTable *wf_certificates_load_revoked (const char            *path,
                                          GError               **error);

G_END_DECLS
