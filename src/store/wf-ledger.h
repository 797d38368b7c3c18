/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entry.h"
#include "wf-state.h"

G_BEGIN_DECLS

/* Private to store. WfLedger: the state of all scopes in memory, with where each scope's journal stands. It is the one
 * place that knows how an exercise lies on what was live when it was opened. One thread at a time. */

typedef struct _WfLedger WfLedger;

WfLedger   *wf_ledger_new          (void);
void        wf_ledger_free         (WfLedger      *self);

void        wf_ledger_load_scope   (WfLedger      *self,
                                    const char    *scope,
                                    int64_t        number,
                                    const char    *hash);
void        wf_ledger_load_entity  (WfLedger      *self,
                                    WfEntity      *entity);
void        wf_ledger_load_end     (WfLedger      *self,
                                    int64_t        position);

gboolean    wf_ledger_has_scope    (WfLedger      *self,
                                    const char    *scope);
char      **wf_ledger_scopes       (WfLedger      *self);
WfState    *wf_ledger_state        (WfLedger      *self,
                                    const char    *scope);
int64_t     wf_ledger_number       (WfLedger      *self,
                                    const char    *scope);
const char *wf_ledger_hash         (WfLedger      *self,
                                    const char    *scope);

gboolean    wf_ledger_record       (WfLedger      *self,
                                    const char    *scope,
                                    GPtrArray     *events,
                                    GPtrArray     *entries,
                                    GPtrArray     *changed,
                                    gboolean      *opened,
                                    GError       **error);
gboolean    wf_ledger_replay       (WfLedger      *self,
                                    WfEntry       *entry,
                                    GError       **error);
void        wf_ledger_close_group  (WfLedger      *self);
void        wf_ledger_commit       (WfLedger      *self);
void        wf_ledger_rollback     (WfLedger      *self);

void        wf_ledger_put_frozen   (WfLedger      *self,
                                    WfEntity      *entity);
char       *wf_ledger_base_scope   (const char    *scope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfLedger, wf_ledger_free)

G_END_DECLS
