/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sync-testing.h"

G_BEGIN_DECLS

/* A service with two workstations: one near, behind a line that can be cut, and one far, beside the service. */

typedef struct
{
  char        *folder;
  char        *near;    /* one workstation's folder */
  char        *far;     /* another one's */
  TestService *service;
  TestLine    *line;
} Fixture;

void       fixture_set_up       (Fixture       *fixture,
                                 gconstpointer  data);
void       fixture_tear_down    (Fixture       *fixture,
                                 gconstpointer  data);
WfSession *fixture_near         (Fixture       *fixture);
WfSession *fixture_far          (Fixture       *fixture);

guint      test_count           (WfSession     *session,
                                 const char    *kind);
gboolean   test_has             (WfSession     *session,
                                 const char    *kind,
                                 const char    *id);
gboolean   test_is_pending      (WfSession     *session,
                                 const char    *kind,
                                 const char    *id);
char      *test_report_incident (WfSession     *session);
char      *test_add_task        (WfSession     *session,
                                 const char    *incident);
void       test_uploaded_cb     (GObject       *source,
                                 GAsyncResult  *result,
                                 gpointer       data);

G_END_DECLS
