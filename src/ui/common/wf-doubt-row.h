/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-geo.h"
#include "wf-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * WfDoubtRow:
 *
 * What stands under coordinates that somebody writes, where they lie outside of the district, or nowhere: a sentence, and a
 * button that takes them as they are meant. It only warns; a fire does not keep to a district. Signal “taken” (double lon,
 * double lat).
 */
#define WF_TYPE_DOUBT_ROW (wf_doubt_row_get_type ())
G_DECLARE_FINAL_TYPE (WfDoubtRow, wf_doubt_row, WF, DOUBT_ROW, GtkBox)

GtkWidget *wf_doubt_row_new   (void);
gboolean   wf_doubt_row_judge       (WfDoubtRow *self,
                                     WfSession  *session,
                                     const char *text);
void       wf_doubt_row_judge_lines (WfDoubtRow *self,
                                     WfSession  *session,
                                     const char *text);
char      *wf_doubt_row_mend_lines  (WfDoubtRow *self,
                                     const char *text);
void       wf_doubt_row_clear       (WfDoubtRow *self);
gboolean   wf_doubt_find_district   (WfSession  *session,
                                     WfGeoBox   *box);

G_END_DECLS
