/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"

G_BEGIN_DECLS

#define WF_TYPE_STATE (wf_state_get_type ())
G_DECLARE_FINAL_TYPE (WfState, wf_state, WF, STATE, GObject)

WfState   *wf_state_new       (void);
WfState   *wf_state_new_layer (WfState    *below,
                               const char *scope,
                               const char *below_scope);

WfEntity  *wf_state_get       (WfState    *self,
                               const char *scope,
                               const char *kind,
                               const char *id);
GPtrArray *wf_state_list      (WfState    *self,
                               const char *scope,
                               const char *kind,
                               const char *parent);
guint      wf_state_count     (WfState    *self,
                               const char *scope,
                               const char *kind);
WfEntity  *wf_state_replace   (WfState    *self,
                               WfEntity   *entity);
void       wf_state_put       (WfState    *self,
                               WfEntity   *entity);
void       wf_state_lay_on    (WfState    *self,
                               WfState    *below,
                               const char *scope,
                               const char *below_scope);
GPtrArray *wf_state_list_own  (WfState    *self,
                               const char *scope);
void       wf_state_remove    (WfState    *self,
                               WfEntity   *entity);
void       wf_state_clear     (WfState    *self);
char     **wf_state_scopes    (WfState    *self);
char     **wf_state_kinds     (WfState    *self,
                               const char *scope);
void       wf_state_freeze    (WfState    *self,
                               const char *base,
                               WfState    *to);

G_END_DECLS
