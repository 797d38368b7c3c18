/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* WfSigner: the service's Ed25519 key. A checkpoint that it signed lies on workstations and on paper, so that nobody,
 * not even who owns the disk, can rewrite what came before it unseen. */

typedef struct _WfSigner WfSigner;

WfSigner *wf_signer_open     (const char  *folder,
                              gboolean     make,
                              GError     **error);
void      wf_signer_free     (WfSigner    *self);
char     *wf_signer_public   (WfSigner    *self);
char     *wf_signer_sign     (WfSigner    *self,
                              const char  *service,
                              const char  *scope,
                              int64_t      number,
                              const char  *hash,
                              int64_t      made_at);
gboolean  wf_signature_holds (const char  *public_key,
                              const char  *signature,
                              const char  *service,
                              const char  *scope,
                              int64_t      number,
                              const char  *hash,
                              int64_t      made_at);
char     *wf_signer_sign_text (WfSigner    *self,
                               const char  *what,
                               GBytes      *text);
gboolean  wf_text_signature_holds (const char  *public_key,
                                   const char  *signature,
                                   const char  *what,
                                   GBytes      *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfSigner, wf_signer_free)

G_END_DECLS
