/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WF_TILES_ERROR (wf_tiles_error_quark ())

/**
 * WfTilesError:
 * @WF_TILES_ERROR_OPEN: the file cannot be opened or read
 * @WF_TILES_ERROR_FORMAT: the file is not of the format that it should be
 * @WF_TILES_ERROR_TRUNCATED: the file is shorter than it says
 * @WF_TILES_ERROR_FIELD: a field holds something that is not allowed; the message names table and field
 * @WF_TILES_ERROR_TOO_LARGE: something is above its limit
 * @WF_TILES_ERROR_NOT_FOUND: there is no such tile
 * @WF_TILES_ERROR_WRITE: the file cannot be written
 * @WF_TILES_ERROR_NO_ROUTE: the road graph does not connect the two places
 */
typedef enum
{
  WF_TILES_ERROR_OPEN,
  WF_TILES_ERROR_FORMAT,
  WF_TILES_ERROR_TRUNCATED,
  WF_TILES_ERROR_FIELD,
  WF_TILES_ERROR_TOO_LARGE,
  WF_TILES_ERROR_NOT_FOUND,
  WF_TILES_ERROR_WRITE,
  WF_TILES_ERROR_NO_ROUTE,
} WfTilesError;

GQuark wf_tiles_error_quark (void);

G_END_DECLS
