/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define WF_TYPE_SEARCH_HIT (wf_search_hit_get_type ())
G_DECLARE_FINAL_TYPE (WfSearchHit, wf_search_hit, WF, SEARCH_HIT, GObject)

/* Kinds of hits that are not kinds of the model. */
#define WF_SEARCH_PLACE    "place"
#define WF_SEARCH_DIVISION "division" /* an area, found with the places: its point is one that it is shown by */
#define WF_SEARCH_COMMAND  "command"

WfSearchHit *wf_search_hit_new          (const char  *kind,
                                         const char  *id,
                                         const char  *title,
                                         const char  *subtitle);
void         wf_search_hit_set_point    (WfSearchHit *self,
                                         double       lon,
                                         double       lat);
void         wf_search_hit_set_view     (WfSearchHit *self,
                                         double       zoom,
                                         const char  *label);
double       wf_search_hit_get_zoom     (WfSearchHit *self);
const char  *wf_search_hit_get_label    (WfSearchHit *self);
const char  *wf_search_hit_get_kind     (WfSearchHit *self);
const char  *wf_search_hit_get_id       (WfSearchHit *self);
const char  *wf_search_hit_get_title    (WfSearchHit *self);
const char  *wf_search_hit_get_subtitle (WfSearchHit *self);
gboolean     wf_search_hit_get_point    (WfSearchHit *self,
                                         double      *lon,
                                         double      *lat);

G_END_DECLS
