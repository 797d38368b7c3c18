/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfVerification:
 * @entries: how many entries were read
 * @scopes: how many scopes there are
 * @checkpoints: how many signatures hold
 * @erased: how many payloads are gone (their headers still hold)
 * @entities: how many things the journal makes
 * @taken: how many of them rest on what is gone, and were taken as they stand
 * @tracks: how many closed pieces of track are as they were
 * @tracks_gone: how many are past their time and not kept any more
 * @problems: (element-type utf8): sentences about what does not hold; empty where all does
 */
typedef struct
{
  guint64    entries;
  guint      scopes;
  guint      checkpoints;
  guint64    erased;
  guint64    entities;
  guint64    taken;
  guint64    tracks;
  guint64    tracks_gone;
  GPtrArray *problems;
} WfVerification;

WfVerification *wf_verify           (const char      *folder,
                                     GError         **error);
void            wf_verification_free (WfVerification *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfVerification, wf_verification_free)

G_END_DECLS
