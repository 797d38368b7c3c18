/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-search-index.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define WF_TYPE_WINDOW (wf_window_get_type ())
G_DECLARE_FINAL_TYPE (WfWindow, wf_window, WF, WINDOW, AdwApplicationWindow)

/* Properties: "context" (WfContext, construct only), "incident" (id of the selected incident, notify), "page" (name of the page
 * shown, notify), "incident-item" (WfItem of the selected incident or NULL, notify; follow its notify::entity). */

/**
 * WfPageFunc:
 * @window: the window
 *
 * Makes a page, when it is shown for the first time.
 *
 * Returns: (transfer floating): the page
 */
typedef GtkWidget *(*WfPageFunc) (WfWindow *window);

WfWindow   *wf_window_new               (GtkApplication *application,
                                         WfContext      *context);
WfContext  *wf_window_get_context       (WfWindow       *self);
const char *wf_window_get_incident      (WfWindow       *self);
WfItem     *wf_window_get_incident_item (WfWindow       *self);
void        wf_window_set_incident      (WfWindow       *self,
                                         const char     *incident);
void        wf_window_add_page          (WfWindow       *self,
                                         WfPageFunc      make,
                                         const char     *name,
                                         const char     *title);
GtkWidget  *wf_window_get_page          (WfWindow       *self,
                                         const char     *name);
void        wf_window_toast             (WfWindow       *self,
                                         const char     *text);
void        wf_window_notice            (WfWindow       *self,
                                         const char     *text);
void        wf_window_submit            (WfWindow       *self,
                                         const char     *type,
                                         GVariant       *payload,
                                         int64_t         occurred_at,
                                         const char     *done);
void        wf_window_record            (WfWindow       *self,
                                         WfVideoLink    *link,
                                         const char     *unit);
void        wf_window_keep_picture      (WfWindow       *self,
                                         GBytes         *bytes,
                                         const char     *content_type,
                                         const char     *source,
                                         int64_t         taken_at);
void        wf_window_pick_place_async  (WfWindow       *self,
                                         const char     *hint,
                                         GCancellable   *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer        data);
gboolean    wf_window_pick_place_finish (WfWindow       *self,
                                         GAsyncResult   *result,
                                         double         *longitude,
                                         double         *latitude,
                                         GError        **error);
WfSearchIndex *wf_window_get_search_index (WfWindow     *self);
void        wf_window_show_progress     (WfWindow       *self,
                                         const char     *title,
                                         const char     *text);
void        wf_window_show_failure      (WfWindow       *self,
                                         const char     *text,
                                         const char     *details);
void        wf_window_show_account      (WfWindow       *self);
void        wf_window_show_pages        (WfWindow       *self);

G_END_DECLS
