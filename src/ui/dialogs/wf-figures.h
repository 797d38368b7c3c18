/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-dialog.h"

G_BEGIN_DECLS

/**
 * WfFigures:
 * @casualties: how many were hurt, with source and time
 * @evacuation: (nullable): how many have to leave and have left
 * @facts: (nullable): what the plan asks for
 * @changed: whether somebody wrote in the first, second and third
 * @facts_written: (nullable): called when the facts were written in
 * @facts_data: for it
 *
 * The forms for an incident's numbers, as several dialogs have them.
 */
typedef struct
{
  WfForm    *casualties;
  WfForm    *evacuation;
  WfForm    *facts;
  gboolean   changed[3];
  GPtrArray *yes_no; /* names of facts that are answered with yes or no */
  GtkBox    *facts_box;
  char      *plan;
  void     (*facts_written) (WfForm     *form,
                             const char *key,
                             gpointer    data);
  gpointer   facts_data;
} WfFigures;

WfFigures *wf_figures_new      (WfDialog    *dialog,
                                gboolean     with_evacuation,
                                const char  *plan);
void       wf_figures_free     (WfFigures   *self);
void       wf_figures_set_plan (WfFigures   *self,
                                WfDialog    *dialog,
                                const char  *plan);
gboolean   wf_figures_queue    (WfFigures   *self,
                                WfDialog    *dialog);
WfEntity  *wf_figures_apply    (WfFigures   *self,
                                WfEntity    *incident);

G_END_DECLS
