/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-link.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void       wf_link_sign_in_watch (WfVideoLink *link);
GtkWidget *wf_link_sign_in_ask   (WfVideoLink *link,
                                  GtkWindow   *parent);

G_END_DECLS
