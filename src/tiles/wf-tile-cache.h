/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A larger tile is shown and not kept. */
#define WF_TILE_CACHE_TILE_MAX (1024 * 1024)

/* The least that a cache may be limited to. */
#define WF_TILE_CACHE_LIMIT_MIN (16 * 1024 * 1024)

typedef struct _WfTileCache WfTileCache;

/**
 * WfCachedTile:
 * @bytes: the image
 * @etag: (nullable): what its server calls this version of it
 * @modified: (nullable): when its server says that it was changed, as an HTTP date
 * @expires: seconds since the epoch, until when it need not be asked for again
 *
 * A tile that was kept.
 */
typedef struct
{
  GBytes *bytes;
  char   *etag;
  char   *modified;
  gint64  expires;
} WfCachedTile;

WfTileCache  *wf_tile_cache_open      (const char         *path,
                                       gint64              limit,
                                       GError            **error);
void          wf_tile_cache_free      (WfTileCache        *self);
WfCachedTile *wf_tile_cache_look_up   (WfTileCache        *self,
                                       const char         *source,
                                       int                 zoom,
                                       int                 x,
                                       int                 y,
                                       gint64              now);
gboolean      wf_tile_cache_put       (WfTileCache        *self,
                                       const char         *source,
                                       int                 zoom,
                                       int                 x,
                                       int                 y,
                                       const WfCachedTile *tile,
                                       gint64              now,
                                       GError            **error);
void          wf_tile_cache_renew     (WfTileCache        *self,
                                       const char         *source,
                                       int                 zoom,
                                       int                 x,
                                       int                 y,
                                       gint64              expires);
void          wf_tile_cache_remove    (WfTileCache        *self,
                                       const char         *source,
                                       int                 zoom,
                                       int                 x,
                                       int                 y);
gboolean      wf_tile_cache_clear     (WfTileCache        *self,
                                       GError            **error);
gint64        wf_tile_cache_measure   (const char         *path);
char         *wf_tile_cache_find_path (void);

void          wf_cached_tile_free     (WfCachedTile       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfTileCache, wf_tile_cache_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfCachedTile, wf_cached_tile_free)

G_END_DECLS
