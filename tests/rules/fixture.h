/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-rules.h"

G_BEGIN_DECLS

/* A small district to try the rules on: a state, a clock, and plans with few tasks. */

/* 2026-07-01T12:00:00Z */
#define START G_GINT64_CONSTANT (1782907200000)

typedef struct
{
  WfState   *state;
  WfMoment   now;
  GPtrArray *journal; /* (element-type WfEvent) */
  int64_t    number;
  guint      commands;
  char      *scope;
} World;

World     *world_new         (void);
void       world_free        (World      *self);
void       world_pass        (World      *self,
                              int64_t     milliseconds);
WfCommand *world_command     (World      *self,
                              const char *type,
                              GVariant   *payload);
WfProblem *world_try         (World      *self,
                              WfCommand  *command);
void       world_do          (World      *self,
                              const char *type,
                              GVariant   *payload);
void       world_refuses     (World      *self,
                              const char *type,
                              GVariant   *payload,
                              const char *rule,
                              const char *field);
WfEntity  *world_get         (World      *self,
                              const char *kind,
                              const char *id);
char      *world_string      (World      *self,
                              const char *kind,
                              const char *id,
                              const char *field);
WfEntity  *world_task        (World      *self,
                              const char *incident,
                              const char *code,
                              const char *state);
guint      world_count       (World      *self,
                              const char *kind,
                              const char *incident,
                              const char *state);
WfEntity  *world_report_to   (World      *self,
                              const char *incident,
                              const char *recipient,
                              const char *medium,
                              const char *series,
                              const char *state);

GVariant  *make_approval     (int64_t     at);
GVariant  *make_casualties   (World      *self,
                              int64_t     deaths,
                              int64_t     missing,
                              int64_t     trapped,
                              int64_t     serious,
                              int64_t     light);
void       report_incident   (World      *self,
                              const char *id);
void       activate          (World      *self,
                              const char *id,
                              int         level);
void       change_level      (World      *self,
                              const char *id,
                              int         level);
void       stand_down        (World      *self,
                              const char *id);
void       order             (World      *self,
                              const char *id,
                              const char *incident,
                              const char *kind,
                              const char *force);
void       step              (World      *self,
                              const char *id,
                              const char *next);
char      *digest_state      (WfState    *state,
                              const char *scope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

#define S(text) wf_value_string (text)
#define I(number) wf_value_int (number)
#define D(number) wf_value_double (number)
#define B(yes) wf_value_bool (yes)
#define T(time) wf_value_time (time)

G_END_DECLS
