/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_THING_POPOVER (wf_thing_popover_get_type ())
G_DECLARE_FINAL_TYPE (WfThingPopover, wf_thing_popover, WF, THING_POPOVER, GtkPopover)

GtkWidget *wf_thing_popover_new  (WfContext       *context);
void       wf_thing_popover_show (WfThingPopover  *self,
                                  char           **ids,
                                  const char      *summary);

G_END_DECLS
