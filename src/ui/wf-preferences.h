/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define WF_TYPE_PREFERENCES (wf_preferences_get_type ())
G_DECLARE_FINAL_TYPE (WfPreferences, wf_preferences, WF, PREFERENCES, AdwPreferencesWindow)

GtkWidget *wf_preferences_new (GSettings *settings);

void       wf_preferences_show_centre (WfPreferences *self,
                                       WfSession     *session);

void       wf_preferences_take_map_file (WfPreferences *self,
                                         const char    *path);

G_END_DECLS
