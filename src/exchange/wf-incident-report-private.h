/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-incident-report.h"

G_BEGIN_DECLS

typedef struct
{
  int64_t at;
  char   *kind;
  char   *text;
} WfReportLine;

typedef struct
{
  GBytes *bytes;
  char   *caption;
} WfReportPicture;

/**
 * WfIncidentReport:
 *
 * Everything that the printed report of an incident says, copied from the state when it is made: from then on it never
 * changes (but for the pictures, which are handed in before it is set) and can be set as pages by any thread.
 */
struct _WfIncidentReport
{
  GObject    parent_instance;

  WfEntity  *incident;
  char      *centre;
  char      *exercise;     /* its name, or NULL for what is real */
  char      *class_name;
  char      *plan_title;
  GPtrArray *tasks;
  GPtrArray *orders;
  GPtrArray *reports;
  GPtrArray *reservations; /* of WfEntity */
  GHashTable *stock;       /* id → WfEntity */
  GArray    *lines;
  int64_t    last_number;
  char      *last_hash;
  int64_t    now;
  GBytes    *map;
  char      *map_caption;
  GArray    *pictures;
};

G_END_DECLS
