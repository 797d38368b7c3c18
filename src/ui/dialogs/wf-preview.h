/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * WfPreview:
 * @problem: (nullable): why the command would be refused; nothing else is set then
 * @changed: (element-type WfEntity): what it would make or change, as it would then stand
 *
 * What a command would do, found out without doing it.
 */
typedef struct
{
  WfProblem *problem;
  GPtrArray *changed;
} WfPreview;

WfPreview *wf_preview_new        (WfSession  *session,
                                  const char *type,
                                  GVariant   *payload);
void       wf_preview_free       (WfPreview  *self);
guint      wf_preview_count      (WfPreview  *self,
                                  const char *kind,
                                  const char *state);
char      *wf_preview_no_right   (WfSession  *session,
                                  const char *action);
void       wf_preview_guard      (GtkWidget  *widget,
                                  WfSession  *session,
                                  const char *type);
char      *wf_preview_why_not    (WfSession  *session,
                                  const char *action,
                                  const char *incident);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfPreview, wf_preview_free)

G_END_DECLS
