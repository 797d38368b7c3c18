/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-session.h"

G_BEGIN_DECLS

/* Of every person that test_person_add() makes. */
#define TEST_PASSWORD "correct horse battery"

/* A real watchfired as a child process, and a line to it that can be cut. */

typedef struct _TestService TestService;
typedef struct _TestLine TestLine;

TestService *test_service_new     (const char  *folder,
                                   const char  *actor,
                                   const char  *seed);
void         test_service_kill    (TestService *self);
void         test_service_start   (TestService *self,
                                   const char  *actor);
void         test_service_set_post (TestService *self,
                                    const char  *post);
const char  *test_service_uri     (TestService *self);
const char  *test_service_token   (TestService *self);
void         test_service_post    (TestService *self,
                                   const char  *path,
                                   const char  *body);
void         test_service_free    (TestService *self);

TestLine    *test_line_new        (TestService *service);
const char  *test_line_uri        (TestLine    *self);
void         test_line_set_up     (TestLine    *self,
                                   gboolean     up);
void         test_line_cut_answer (TestLine    *self,
                                   const char  *request,
                                   gsize        after);
guint        test_line_cuts       (TestLine    *self);
guint        test_line_count      (TestLine    *self,
                                   const char  *request);

void         test_line_shake      (TestLine    *self,
                                   gboolean     shake);
void         test_line_hold       (TestLine    *self,
                                   gboolean     hold);

/* What a line does to WebSockets. */
typedef enum {
  TEST_UPGRADES_PASS,
  TEST_UPGRADES_IGNORED,   /* answered as if nobody had asked to upgrade */
  TEST_UPGRADES_FORBIDDEN, /* 403, by something that is not the service */
  TEST_UPGRADES_BROKEN,    /* 502 */
  TEST_UPGRADES_CUT,       /* no answer at all */
  TEST_UPGRADES_SWALLOWED, /* granted, and then nothing comes through */
} TestUpgrades;

void         test_line_upgrades   (TestLine    *self,
                                   TestUpgrades upgrades);
void         test_line_free       (TestLine    *self);

/* Runs the main loop until something is so, for a minute at most. */
#define test_await(condition) \
  G_STMT_START { \
    gint64 test_until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC; \
    guint test_tick = g_timeout_add (20, test_tick_cb, NULL); \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > test_until) \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition); \
        g_main_context_iteration (NULL, TRUE); \
      } \
    g_source_remove (test_tick); \
  } G_STMT_END

gboolean     test_tick_cb         (gpointer     data);
void         test_settle          (void);
char        *test_folder_new      (void);
void         test_folder_remove   (char        *folder);

WfSession   *test_session_open_by (WfClock     *clock,
                                   const char  *uri,
                                   const char  *token,
                                   const char  *folder);
WfSession   *test_session_open    (const char  *uri,
                                   const char  *token,
                                   const char  *folder);
WfSession   *test_session_online  (const char  *uri,
                                   const char  *token,
                                   const char  *folder);
void         test_person_add      (TestService *service,
                                   const char  *name,
                                   const char  *role);
char        *test_person_sign_in  (TestService *service,
                                   const char  *name);
void         test_session_end     (WfSession   *session);
void         test_finalize        (gpointer     object);
WfProblem   *test_submit_in       (WfSession   *session,
                                   const char  *scope,
                                   const char  *type,
                                   GVariant    *payload);
gboolean     test_submit          (WfSession   *session,
                                   const char  *type,
                                   GVariant    *payload,
                                   WfProblem  **problem);
char        *test_add_log         (WfSession   *session,
                                   const char  *text);
void         test_run_ctl         (const char  *input,
                                   const char  *token,
                                   ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
