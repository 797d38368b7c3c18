/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WF_DIVISION_PROVINCE,
  WF_DIVISION_PREFECTURE,
  WF_DIVISION_COUNTY,
} WfDivisionLevel;

/* What is at the point by which a division is shown. */
typedef enum
{
  WF_DIVISION_AT_SEAT,
  WF_DIVISION_AT_TOWN,   /* a place in it */
  WF_DIVISION_AT_PARENT, /* the seat of what it belongs to: where it is itself is not known */
} WfDivisionAt;

typedef struct
{
  guint32         code; /* six digits */
  WfDivisionLevel level;
  WfDivisionAt    at;
  const char     *name;
  double          lon;
  double          lat;
} WfDivision;

/**
 * WfDivisions:
 *
 * Provinces, prefectures and counties by their codes, each with a point by which it is shown. Never changed once they are read:
 * any thread.
 */
typedef struct _WfDivisions WfDivisions;

WfDivisions      *wf_divisions_parse      (char              *text,
                                           GError           **error);
WfDivisions      *wf_divisions_read       (const char        *path,
                                           GError           **error);
void              wf_divisions_free       (WfDivisions       *self);
guint             wf_divisions_get_n      (WfDivisions       *self);
const WfDivision *wf_divisions_get        (WfDivisions       *self,
                                           guint              i);
const WfDivision *wf_divisions_get_parent (WfDivisions       *self,
                                           const WfDivision  *division);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfDivisions, wf_divisions_free)

G_END_DECLS
