/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"
#include "wf-name-index.h"
#include "wf-search-hit.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WfSearchPlaces:
 *
 * The names on the ground of all map packs, and of a set of vector tiles: a name takes some hundred bytes, so that there may be
 * a million of them. Never changed once it is made: any thread.
 */
typedef struct _WfSearchPlaces WfSearchPlaces;

WfSearchPlaces *wf_search_places_new   (const char     *folder,
                                        const char     *own_map,
                                        WfDatum         datum,
                                        GCancellable   *cancellable);
WfSearchPlaces *wf_search_places_ref   (WfSearchPlaces *self);
void            wf_search_places_unref (WfSearchPlaces *self);
guint           wf_search_places_find  (WfSearchPlaces *self,
                                        const char     *query,
                                        WfNameHit      *hits,
                                        guint           most);
WfSearchHit    *wf_search_places_get   (WfSearchPlaces *self,
                                        guint32         place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfSearchPlaces, wf_search_places_unref)

G_END_DECLS
