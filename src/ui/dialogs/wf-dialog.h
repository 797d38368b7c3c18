/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-form.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define WF_TYPE_DIALOG (wf_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WfDialog, wf_dialog, WF, DIALOG, AdwWindow)

/* Signals:
 *   "confirm" (): the person confirms: collect what was entered and queue commands, then wf_dialog_run().
 *   "done" (): every command was taken; the dialog closes itself afterwards. */

WfDialog   *wf_dialog_new           (WfContext         *context,
                                     const char        *incident,
                                     const char        *title,
                                     const char        *confirm);
WfContext  *wf_dialog_get_context   (WfDialog          *self);
WfSession  *wf_dialog_get_session   (WfDialog          *self);
const char *wf_dialog_get_incident  (WfDialog          *self);
WfEntity   *wf_dialog_dup_incident  (WfDialog          *self);
WfEntity   *wf_dialog_dup_entity    (WfDialog          *self,
                                     const char        *kind,
                                     const char        *id);

void        wf_dialog_set_scope     (WfDialog          *self,
                                     const char        *scope);
const char *wf_dialog_get_scope     (WfDialog          *self);
void        wf_dialog_set_seen      (WfDialog          *self,
                                     WfEntity          *entity);
void        wf_dialog_set_title     (WfDialog          *self,
                                     const char        *title);
void        wf_dialog_set_subtitle  (WfDialog          *self,
                                     const char        *subtitle);
void        wf_dialog_set_confirm   (WfDialog          *self,
                                     const char        *label,
                                     gboolean           grave);
void        wf_dialog_fit           (WfDialog          *self);
void        wf_dialog_add           (WfDialog          *self,
                                     GtkWidget         *widget);
void        wf_dialog_add_heading   (WfDialog          *self,
                                     const char        *text);
GtkLabel   *wf_dialog_add_note      (WfDialog          *self,
                                     const char        *text);
WfForm     *wf_dialog_add_form      (WfDialog          *self,
                                     const WfFormField *fields,
                                     gsize              n_fields);
WfForm     *wf_dialog_add_form_to   (WfDialog          *self,
                                     GtkBox            *box,
                                     const WfFormField *fields,
                                     gsize              n_fields);

void        wf_dialog_queue         (WfDialog          *self,
                                     const char        *type,
                                     GVariant          *payload,
                                     int64_t            occurred_at);
void        wf_dialog_run           (WfDialog          *self,
                                     const char        *done);
void        wf_dialog_send          (WfDialog          *self);
gboolean    wf_dialog_is_busy       (WfDialog          *self);
void        wf_dialog_confirm       (WfDialog          *self);
void        wf_dialog_show_problem  (WfDialog          *self,
                                     const WfProblem   *problem);
void        wf_dialog_show_trouble  (WfDialog          *self,
                                     const char        *text);
const char *wf_dialog_get_trouble   (WfDialog          *self);
void        wf_dialog_set_busy      (WfDialog          *self,
                                     gboolean           busy);
void        wf_dialog_ask           (WfDialog          *self,
                                     const char        *heading,
                                     const char        *text,
                                     const char        *confirm,
                                     GCallback          confirmed,
                                     gpointer           data);

G_END_DECLS
