/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sync-testing.h"
#include "wf-context.h"
#include "wf-window.h"

G_BEGIN_DECLS

/* A desk with a real service of its own: what the screens work with and, once it is shown, the window. */
typedef struct
{
  char           *folder;
  TestService    *service;
  WfClock        *clock;
  GSettings      *settings;
  char           *token;   /* of whoever sits there */
  WfSession      *session;
  WfContext      *context;
  GtkApplication *application;
  WfWindow       *window;
  WfSession      *other;   /* another desk at the same service, where a test has opened one; closed with this one */
} TestDesk;

void test_desk_open  (TestDesk   *self,
                      const char *actor,
                      const char *role,
                      gboolean    seed);
void test_desk_show  (TestDesk   *self);
void test_desk_close (TestDesk   *self);

void test_desk_begin (TestDesk   *self,
                      const char *actor);
int  test_desk_run   (TestDesk   *self);

gpointer test_desk_find_type (TestDesk   *self,
                              GType       type);
gpointer test_desk_find_name (TestDesk   *self,
                              const char *name);
gboolean test_desk_says      (TestDesk   *self,
                              const char *text);

G_END_DECLS
