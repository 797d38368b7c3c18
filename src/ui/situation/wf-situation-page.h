/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-place-picker.h"
#include "wf-search-index.h"
#include "wf-window.h"

G_BEGIN_DECLS

#define WF_TYPE_SITUATION_PAGE (wf_situation_page_get_type ())
G_DECLARE_FINAL_TYPE (WfSituationPage, wf_situation_page, WF, SITUATION_PAGE, GtkWidget)

GtkWidget *wf_situation_page_new       (WfWindow        *window);
void       wf_situation_page_report    (WfSituationPage *self,
                                        const char      *incident_class);
void       wf_situation_page_show      (WfSituationPage *self,
                                        const char      *kind,
                                        const char      *id);
void       wf_situation_page_select    (WfSituationPage *self,
                                        const char      *kind,
                                        const char      *id);
void       wf_situation_page_show_place (WfSituationPage *self,
                                         const char      *name,
                                         double           lon,
                                         double           lat,
                                         double           zoom);

WfPlacePicker *wf_situation_page_get_picker (WfSituationPage *self);
void wf_situation_page_replay (WfSituationPage *self);
void wf_situation_page_save_map (WfSituationPage *self);

G_END_DECLS
