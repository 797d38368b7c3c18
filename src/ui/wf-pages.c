/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-pages.h"

#include "wf-resources-page.h"
#include "wf-response-page.h"
#include "wf-situation-page.h"
#include "wf-video-page.h"

#include <glib/gi18n.h>

static GtkWidget *
make_resources (WfWindow *window)
{
  return wf_resources_page_new (wf_window_get_context (window));
}

/**
 * wf_pages_install:
 * @window: the window
 *
 * Adds the pages, in the order of the switcher. A page gets the context and binds its own "incident" to the window's. Only
 * pages that work stand here.
 */
void
wf_pages_install (WfWindow *window)
{
  g_return_if_fail (WF_IS_WINDOW (window));

  wf_window_add_page (window, wf_situation_page_new, "situation", _("Situation"));
  wf_window_add_page (window, wf_response_page_new, "response", _("Response"));
  wf_window_add_page (window, make_resources, "resources", _("Resources"));
  wf_window_add_page (window, wf_video_page_new, "video", _("Video"));
}
