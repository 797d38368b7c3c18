/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"
#include "wf-event.h"

G_BEGIN_DECLS

#define WF_TYPE_ITEM (wf_item_get_type ())
G_DECLARE_FINAL_TYPE (WfItem, wf_item, WF, ITEM, GObject)

/* WfItem: a thing on the screen. It stays the same object while the entity in it changes: listen to notify::entity
 * (WF_TYPE_ENTITY) and notify::pending. Main thread only. */

WfItem     *wf_item_new         (WfEntity *entity);
WfEntity   *wf_item_get_entity  (WfItem   *self);  /* (transfer none), valid until the next notify */
const char *wf_item_get_id      (WfItem   *self);
const char *wf_item_get_kind    (WfItem   *self);
gboolean    wf_item_get_pending (WfItem   *self);  /* whether a change waits in the outbox */
void        wf_item_set_entity  (WfItem   *self,
                                 WfEntity *entity,
                                 gboolean  pending);

#define WF_TYPE_JOURNAL_LINE (wf_journal_line_get_type ())
G_DECLARE_FINAL_TYPE (WfJournalLine, wf_journal_line, WF, JOURNAL_LINE, GObject)

/* WfJournalLine: a line of the journal, as lists show it. Immutable. */

WfJournalLine *wf_journal_line_new       (WfEvent       *event,
                                          const char    *text,
                                          gboolean       pending);
WfEvent       *wf_journal_line_get_event (WfJournalLine *self);
const char    *wf_journal_line_get_text  (WfJournalLine *self);
gboolean       wf_journal_line_get_pending (WfJournalLine *self);

G_END_DECLS
