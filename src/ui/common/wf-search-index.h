/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"
#include "wf-search-hit.h"
#include "wf-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Signal "changed": there is more, or something else, to be found. */

#define WF_TYPE_SEARCH_INDEX (wf_search_index_get_type ())
G_DECLARE_FINAL_TYPE (WfSearchIndex, wf_search_index, WF, SEARCH_INDEX, GObject)

WfSearchIndex *wf_search_index_new          (WfSession           *session,
                                             const char          *map_folder);
void           wf_search_index_set_own_map  (WfSearchIndex       *self,
                                             const char          *path,
                                             WfDatum              datum);
void           wf_search_index_add_command  (WfSearchIndex       *self,
                                             const char          *action,
                                             const char          *title,
                                             const char          *keys);
gboolean       wf_search_index_is_ready     (WfSearchIndex       *self);
gboolean       wf_search_index_has_places   (WfSearchIndex       *self);
void           wf_search_index_query_async  (WfSearchIndex       *self,
                                             const char          *text,
                                             const char *const   *kinds,
                                             guint                most,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             data);
GListModel    *wf_search_index_query_finish (WfSearchIndex       *self,
                                             GAsyncResult        *result,
                                             GError             **error);

G_END_DECLS
