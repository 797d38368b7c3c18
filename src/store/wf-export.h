/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfExport:
 * @headers: how many headers it has: all of the scope
 * @payloads: how many payloads: those of the incident
 * @erased: how many of the incident's payloads had been erased
 * @media: how many media
 * @public_key: the key that signed it, in hexadecimal
 *
 * What there is to say of an export.
 */
typedef struct
{
  guint64 headers;
  guint64 payloads;
  guint64 erased;
  guint   media;
  char   *public_key;
} WfExport;

WfExport *wf_export_incident (const char  *folder,
                              const char  *scope,
                              const char  *incident,
                              const char  *into,
                              int64_t      now,
                              GError     **error);
void      wf_export_free     (WfExport    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfExport, wf_export_free)

G_END_DECLS
