/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-event.h"
#include "wf-json.h"
#include "wf-rights.h"

G_BEGIN_DECLS

#define WF_TYPE_ENTRY (wf_entry_get_type ())

/**
 * WfEntry:
 * @event: what it says; its payload is %NULL where it was withheld or erased, was not asked for, or is of a type that this
 *   program does not know
 * @header: the header as it was recorded, byte for byte
 *
 * An entry of the journal as it stands on the wire and on the disk. It never changes; may be shared between threads.
 */
typedef struct
{
  gatomicrefcount refs;
  WfEvent        *event;
  GBytes         *header;
} WfEntry;

/* What the first header of a scope has for the hash before it. */
#define WF_ENTRY_FIRST "0000000000000000000000000000000000000000000000000000000000000000"

GType     wf_entry_get_type (void);

WfEntry  *wf_entry_seal     (WfEvent       *event,
                             const char    *previous,
                             GError       **error);
WfEntry  *wf_entry_restore  (GBytes        *header,
                             const char    *hash,
                             GBytes        *payload,
                             gboolean       decode,
                             GError       **error);
WfEntry  *wf_entry_read     (WfJsonDoc     *doc,
                             const WfJson  *value,
                             GError       **error);
WfEntry  *wf_entry_ref      (WfEntry       *self);
void      wf_entry_unref    (WfEntry       *self);
void      wf_entry_write    (WfEntry       *self,
                             gboolean       payload,
                             GString       *out);
gboolean  wf_entry_verify   (WfEntry       *self,
                             const char    *previous,
                             GError       **error);

gboolean  wf_entry_header_is_for (const char *header,
                                  gsize       size,
                                  WfRole      role);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfEntry, wf_entry_unref)

G_END_DECLS
