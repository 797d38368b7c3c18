/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-search-index.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_QUICK_SEARCH (wf_quick_search_get_type ())
G_DECLARE_FINAL_TYPE (WfQuickSearch, wf_quick_search, WF, QUICK_SEARCH, GtkPopover)

/* Signal "chosen" (WfSearchHit *hit). */

void wf_quick_search_set_index (WfQuickSearch *self,
                                WfSearchIndex *index);

G_END_DECLS
