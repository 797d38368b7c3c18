/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-search-index.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_SUGGEST_ENTRY (wf_suggest_entry_get_type ())
G_DECLARE_FINAL_TYPE (WfSuggestEntry, wf_suggest_entry, WF, SUGGEST_ENTRY, GtkWidget)

/* Kinds of what has a name and a place. */
extern const char *const wf_suggest_place_kinds[];

/* Signals: "changed": the text has changed; "chosen" (WfSearchHit *hit): a suggestion was taken. */

void        wf_suggest_entry_set_index (WfSuggestEntry    *self,
                                        WfSearchIndex     *index,
                                        const char *const *kinds);
void        wf_suggest_entry_set_browsable (WfSuggestEntry *self,
                                            gboolean        browsable);
void        wf_suggest_entry_set_name  (WfSuggestEntry    *self,
                                        const char        *name,
                                        const char        *placeholder);
const char *wf_suggest_entry_get_text  (WfSuggestEntry    *self);
void        wf_suggest_entry_set_text  (WfSuggestEntry    *self,
                                        const char        *text);
GtkWidget  *wf_suggest_entry_get_entry (WfSuggestEntry    *self);

G_END_DECLS
