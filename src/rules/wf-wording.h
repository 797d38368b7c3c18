/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-event.h"
#include "wf-state.h"

G_BEGIN_DECLS

/* Words for what happened and for values, translated by gettext in the language of the program that asks. */

char       *wf_wording_event      (WfEvent    *event,
                                   WfState    *state);
const char *wf_wording_event_kind (WfEvent    *event);
const char *wf_wording_command (const char *type);
const char *wf_wording_field   (const char *field);
const char *wf_wording_value      (const char *field,
                                   const char *value);
const char *wf_wording_kind       (const char *kind);
const char *wf_wording_level      (int         level);
const char *wf_wording_level_glyph (int        level);
char       *wf_wording_casualties (GVariant   *casualties);
char       *wf_wording_evacuation (GVariant   *evacuation);
char       *wf_wording_attention  (WfState    *state,
                                   const char *scope,
                                   WfEntity   *thing);
char       *wf_wording_span       (int64_t     milliseconds);
char       *wf_wording_clock      (int64_t     due,
                                   int64_t     now);

G_END_DECLS
