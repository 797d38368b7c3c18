/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_RESOURCES_PAGE (wf_resources_page_get_type ())
G_DECLARE_FINAL_TYPE (WfResourcesPage, wf_resources_page, WF, RESOURCES_PAGE, GtkWidget)

GtkWidget *wf_resources_page_new       (WfContext       *context);
void       wf_resources_page_show_kind (WfResourcesPage *self,
                                        const char      *kind);
guint      wf_resources_page_get_count (WfResourcesPage *self);

G_END_DECLS
