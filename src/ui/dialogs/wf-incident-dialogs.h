/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-dialog.h"

G_BEGIN_DECLS

/* Each makes a dialog, owned by GTK until it is closed. */

WfDialog *wf_verify_dialog_new       (WfContext  *context,
                                      const char *incident);
WfDialog *wf_control_dialog_new      (WfContext  *context,
                                      const char *incident);
WfDialog *wf_review_dialog_new       (WfContext  *context,
                                      const char *incident);
WfDialog *wf_archive_dialog_new      (WfContext  *context,
                                      const char *incident);
WfDialog *wf_supplement_dialog_new   (WfContext  *context,
                                      const char *incident);
WfDialog *wf_step_back_dialog_new    (WfContext  *context,
                                      const char *incident);
WfDialog *wf_headquarters_dialog_new (WfContext  *context,
                                      const char *incident);
WfDialog *wf_wind_dialog_new         (WfContext  *context,
                                      const char *incident);
WfDialog *wf_sign_dialog_new         (WfContext  *context,
                                      const char *incident);
WfDialog *wf_task_add_dialog_new     (WfContext  *context,
                                      const char *incident);
WfDialog *wf_task_strike_dialog_new  (WfContext  *context,
                                      const char *task);
WfDialog *wf_report_strike_dialog_new (WfContext *context,
                                       const char *report);
WfDialog *wf_log_dialog_new          (WfContext  *context,
                                      const char *incident,
                                      const char *name,
                                      const char *phone);
WfDialog *wf_figures_dialog_new      (WfContext  *context,
                                      const char *incident);
WfDialog *wf_grade_dialog_new        (WfContext  *context,
                                      const char *incident);
WfDialog *wf_activate_dialog_new     (WfContext  *context,
                                      const char *incident);
WfDialog *wf_change_level_dialog_new (WfContext  *context,
                                      const char *incident);
WfDialog *wf_stand_down_dialog_new   (WfContext  *context,
                                      const char *incident);
WfDialog *wf_order_dialog_new        (WfContext  *context,
                                      const char *incident,
                                      const char *force_kind,
                                      const char *force);
WfDialog *wf_order_step_dialog_new   (WfContext  *context,
                                      const char *order,
                                      const char *step);
WfDialog *wf_task_dialog_new         (WfContext  *context,
                                      const char *task);
WfDialog *wf_report_dialog_new       (WfContext  *context,
                                      const char *report);
WfDialog *wf_refused_dialog_new      (WfContext  *context,
                                      const char *id);

/* Parts that several of them share. */
WfForm   *wf_dialog_add_approval     (WfDialog   *self);
void      wf_dialog_fill_by          (WfDialog   *self,
                                      WfForm     *form,
                                      const char *key);
GVariant *wf_dialog_with             (const char *key,
                                      const char *value,
                                      GVariant   *collected);

G_END_DECLS
