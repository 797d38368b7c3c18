/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define WF_TYPE_SEARCH_HIT (wf_search_hit_get_type ())
G_DECLARE_FINAL_TYPE (WfSearchHit, wf_search_hit, WF, SEARCH_HIT, GObject)

/* Signal "changed": there is more, or something else, to be found. */

/* Kinds of hits that are not kinds of the model. */
#define WF_SEARCH_PLACE   "place"
#define WF_SEARCH_COMMAND "command"

const char *wf_search_hit_get_kind     (WfSearchHit *self);
const char *wf_search_hit_get_id       (WfSearchHit *self);
const char *wf_search_hit_get_title    (WfSearchHit *self);
const char *wf_search_hit_get_subtitle (WfSearchHit *self);
gboolean    wf_search_hit_get_point    (WfSearchHit *self,
                                        double      *lon,
                                        double      *lat);

#define WF_TYPE_SEARCH_INDEX (wf_search_index_get_type ())
G_DECLARE_FINAL_TYPE (WfSearchIndex, wf_search_index, WF, SEARCH_INDEX, GObject)

WfSearchIndex *wf_search_index_new          (WfSession           *session,
                                             const char          *map_folder);
void           wf_search_index_add_command  (WfSearchIndex       *self,
                                             const char          *action,
                                             const char          *title,
                                             const char          *keys);
gboolean       wf_search_index_is_ready     (WfSearchIndex       *self);
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
