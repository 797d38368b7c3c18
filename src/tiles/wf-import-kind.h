/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-feature.h"

G_BEGIN_DECLS

/**
 * WfImportKind:
 * @id: how plans name it
 * @title: what people call it, untranslated
 * @area: as what polygons are drawn; 0 for not
 * @line: as what lines are drawn; 0 for not
 * @name: as what a name is shown, of a point, an area, or a line that is not drawn along; 0 for none
 * @along: as what the name of a line is written along it; 0 for not
 * @min_zoom: from which zoom shapes are drawn
 * @name_zoom: from which zoom names are
 * @rank: of names; lower is more important
 * @coarse: whether it is seen from so far that simplified shapes are worth their room
 *
 * What a layer of a file becomes on the map: one table for the dialog, the command and what writes the pack.
 */
typedef struct
{
  const char *id;
  const char *title;
  int         area;
  int         line;
  int         name;
  int         along;
  int         min_zoom;
  int         name_zoom;
  int         rank;
  gboolean    coarse;
} WfImportKind;

const WfImportKind *wf_import_kinds        (gsize      *n);
const WfImportKind *wf_import_kind_lookup  (const char *id);
const char         *wf_import_kind_guess   (const char *layer,
                                            const char *fields,
                                            WfMapShape  shape);

G_END_DECLS
