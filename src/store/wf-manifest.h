/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-signer.h"

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

#define WF_MANIFEST_NAME      "manifest.json"
#define WF_MANIFEST_SIGNATURE "manifest.sig"
#define WF_MANIFEST_BACKUP    "watchfire backup"
#define WF_MANIFEST_EXPORT    "watchfire export"

/**
 * WfManifestFile:
 * @path: where it lies in the folder
 * @size: in bytes
 * @digest: its SHA-256
 */
typedef struct
{
  char   *path;
  int64_t size;
  char   *digest;
} WfManifestFile;

/**
 * WfManifest:
 * @kind: %WF_MANIFEST_BACKUP or %WF_MANIFEST_EXPORT
 * @service: id of the service that made it
 * @public_key: the service's, in hexadecimal
 * @made_at: when, in milliseconds since the epoch
 * @scope: (nullable): of an export
 * @subject: (nullable): the incident of an export
 * @position: (or number, for an export) of the last entry
 * @files: (element-type WfManifestFile): all that belongs to it
 *
 * What a folder that is handed out holds. It is signed; the files are sealed by their digests in it.
 */
typedef struct
{
  char      *kind;
  char      *service;
  char      *public_key;
  int64_t    made_at;
  char      *scope;
  char      *subject;
  int64_t    position;
  GPtrArray *files;
} WfManifest;

WfManifest *wf_manifest_new   (const char  *kind);
void        wf_manifest_free  (WfManifest  *self);
void        wf_manifest_add   (WfManifest  *self,
                               const char  *path,
                               int64_t      size,
                               const char  *digest);
WfManifest *wf_manifest_read  (GBytes      *text,
                               GError     **error);
gboolean    wf_manifest_write (WfManifest  *self,
                               const char  *folder,
                               WfSigner    *signer,
                               GError     **error);
WfManifest *wf_manifest_open  (const char  *folder,
                               const char  *kind,
                               const char  *public_key,
                               GError     **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfManifest, wf_manifest_free)

G_END_DECLS
