/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a person has drawn, changed and struck here, and what takes it back or does it again. */

/* Commands that belong together: a person takes them back at once. */
typedef struct _WfPlotStep WfPlotStep;

typedef struct _WfPlotHistory WfPlotHistory;

/**
 * WfPlotStepFunc:
 * @type: type of a command
 * @payload: what it carries
 * @last: whether it is the last of its step
 * @user_data: the caller's
 */
typedef void (*WfPlotStepFunc) (const char *type,
                                GVariant   *payload,
                                gboolean    last,
                                gpointer    user_data);

WfPlotHistory *wf_plot_history_new   (void);
void           wf_plot_history_free  (WfPlotHistory  *self);
WfPlotStep    *wf_plot_history_push  (WfPlotHistory  *self);
void           wf_plot_step_add      (WfPlotStep     *step,
                                      const char     *undo_type,
                                      GVariant       *undo,
                                      const char     *redo_type,
                                      GVariant       *redo);
void           wf_plot_history_drop  (WfPlotHistory  *self,
                                      WfPlotStep     *step);
void           wf_plot_history_clear (WfPlotHistory  *self);
gboolean       wf_plot_history_can   (WfPlotHistory  *self,
                                      gboolean        back);
gboolean       wf_plot_history_go    (WfPlotHistory  *self,
                                      gboolean        back,
                                      WfPlotStepFunc  func,
                                      gpointer        user_data);

G_END_DECLS
