/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-command.h"
#include "wf-problem.h"
#include "wf-reads.h"

G_BEGIN_DECLS

/* Private to watchfirectl. */

gboolean wf_ctl_give         (const char  *where,
                              const char  *what,
                              WfCommand   *command,
                              GError     **error);

gboolean wf_ctl_refuse       (const char       *what,
                              const WfProblem  *problem,
                              GError          **error);

/* A service that runs: whom to trust there. */
extern char *wf_ctl_authority_file; /* (nullable): who may sign its certificate */
extern char *wf_ctl_pin;            /* (nullable): the fingerprint of its certificate */

gboolean wf_ctl_is_address   (const char  *where);
gboolean wf_ctl_post_command (const char  *uri,
                              const char  *what,
                              WfCommand   *command,
                              GError     **error);
gboolean wf_ctl_ask_reads    (const char  *uri,
                              const char  *about,
                              const char  *actor,
                              WfReadFunc   func,
                              gpointer     data,
                              GError     **error);

/* People: what the options say. */
typedef struct
{
  char *role;
  char *name;
  char *post;
  char *organisation;
  char *unit;
  char *phone;
} WfCtlPerson;

extern WfCtlPerson wf_ctl_person;

gboolean wf_ctl_user_add     (char       **arguments,
                              GError     **error);
gboolean wf_ctl_user_change  (char       **arguments,
                              GError     **error);
gboolean wf_ctl_user_disable (char       **arguments,
                              GError     **error);
gboolean wf_ctl_user_list    (char       **arguments,
                              GError     **error);
gboolean wf_ctl_user_passwd  (char       **arguments,
                              GError     **error);
gboolean wf_ctl_user_unlock  (char       **arguments,
                              GError     **error);
gboolean wf_ctl_token_list   (char       **arguments,
                              GError     **error);

/* The certificates by which units are known. */
extern int wf_ctl_days;    /* how long it is good */
extern char *wf_ctl_until; /* (nullable): until when, instead */

gboolean wf_ctl_certificate_authority (char   **arguments,
                                       GError **error);
gboolean wf_ctl_certificate_unit      (char   **arguments,
                                       GError **error);
gboolean wf_ctl_certificate_revoke    (char   **arguments,
                                       GError **error);
gboolean wf_ctl_certificate_list      (char   **arguments,
                                       GError **error);

/* Maps. */
gboolean wf_ctl_map_look   (char   **arguments,
                            GError **error);
gboolean wf_ctl_map_import (char   **arguments,
                            GError **error);

G_END_DECLS
