/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"
#include "wf-session.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * WfTileSet:
 * @set: by which the service knows it
 * @name: what it is called
 * @attribution: what must stand under the map
 * @datum: of its images
 * @max_zoom: the highest zoom that it has
 *
 * A map of the centre, whose tiles its service hands out.
 */
typedef struct
{
  char   *set;
  char   *name;
  char   *attribution;
  WfDatum datum;
  int     max_zoom;
} WfTileSet;

void         wf_tile_set_free                 (WfTileSet            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfTileSet, wf_tile_set_free)

void         wf_session_list_tile_sets_async  (WfSession            *self,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
GPtrArray   *wf_session_list_tile_sets_finish (WfSession            *self,
                                               GAsyncResult         *result,
                                               GError              **error);
char        *wf_session_get_tile_address      (WfSession            *self,
                                               const char           *set);
SoupSession *wf_session_new_tile_connections  (WfSession            *self);
SoupMessage *wf_session_new_tile_message      (const char           *address,
                                               gpointer              session);

G_END_DECLS
