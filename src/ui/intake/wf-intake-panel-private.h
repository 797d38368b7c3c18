/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-clock-label.h"
#include "wf-doubt-row.h"
#include "wf-intake-panel.h"
#include "wf-suggest-entry.h"

G_BEGIN_DECLS

/**
 * WfIntakePanel:
 *
 * Taking a report (接报): what, where, how bad, who called, in that order, beside the map and not over it. All is kept as a
 * draft from the first key. T0 is the moment at which the panel was opened, because that is when the telephone was picked
 * up; it can be corrected.
 */
struct _WfIntakePanel
{
  GtkWidget parent_instance;

  WfClockLabel    *elapsed;
  GtkEntry        *t0_entry;
  GtkWidget       *draft_bar;
  GtkLabel        *draft_label;
  GtkLabel        *problem;
  GtkEntry        *title;
  WfSuggestEntry  *class_entry;
  WfSuggestEntry  *place;
  GtkEntry        *coordinates;
  WfDoubtRow      *doubt;
  GtkToggleButton *pick;
  GtkEntry        *deaths;
  GtkEntry        *missing;
  GtkEntry        *trapped;
  GtkEntry        *serious;
  GtkEntry        *light;
  GtkEntry        *source;
  GtkEntry        *caller_name;
  GtkEntry        *caller_phone;
  GtkComboBoxText *caller_line;
  GtkEntry        *recording;
  GtkTextView     *summary;
  GtkTextView     *actions_taken;
  GtkButton       *send;

  WfContext       *context;        /* (owned) */
  char            *scope;          /* (owned): what was shown when it was made; in another there is another panel */
  char            *incident;       /* (owned) (nullable): id of the incident to be */
  char            *incident_class; /* (owned) (nullable): code */
  char            *firm;           /* (owned) (nullable) */
  GVariant        *sent;           /* (owned) (nullable): the draft of what is on its way */
  int64_t          t0;
  gboolean         located;
  double           lon;
  double           lat;
  gboolean         loading;        /* fields are filled by the program */
};

const char *wf_intake_entry_text (GtkEntry    *entry);
void        wf_intake_set_entry  (GtkEntry    *entry,
                                  const char  *text);
char       *wf_intake_view_text  (GtkTextView *view);

void      wf_intake_panel_show_problem (WfIntakePanel *self,
                                        const char    *text,
                                        GtkWidget     *field);
GVariant *wf_intake_panel_dup_draft    (WfIntakePanel *self);
void      wf_intake_panel_fill         (WfIntakePanel *self,
                                        GVariant      *draft);
GVariant *wf_intake_panel_make_report  (WfIntakePanel *self);

G_END_DECLS
