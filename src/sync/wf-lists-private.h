/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_ITEM_LIST (wf_item_list_get_type ())
G_DECLARE_FINAL_TYPE (WfItemList, wf_item_list, WF, ITEM_LIST, GObject)

WfItemList *wf_item_list_new    (void);
void        wf_item_list_add    (WfItemList *self,
                                 WfItem     *item);
void        wf_item_list_remove (WfItemList *self,
                                 const char *id);
void        wf_item_list_sync   (WfItemList *self,
                                 GPtrArray  *items);

#define WF_TYPE_JOURNAL_LIST (wf_journal_list_get_type ())
G_DECLARE_FINAL_TYPE (WfJournalList, wf_journal_list, WF, JOURNAL_LIST, GObject)

WfJournalList *wf_journal_list_new         (guint          most);
void           wf_journal_list_add         (WfJournalList *self,
                                            WfJournalLine *line);
gboolean       wf_journal_list_has         (WfJournalList *self,
                                            int64_t        number);
void           wf_journal_list_set_pending (WfJournalList *self,
                                            GPtrArray     *lines);
void           wf_journal_list_merge       (WfJournalList *self,
                                            GPtrArray     *lines);
void           wf_journal_list_clear       (WfJournalList *self);

G_END_DECLS
