/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define WF_TYPE_POSITION_SETTINGS (wf_position_settings_get_type ())
G_DECLARE_FINAL_TYPE (WfPositionSettings, wf_position_settings, WF, POSITION_SETTINGS, AdwBin)

GtkWidget *wf_position_settings_new (WfSession *session);

G_END_DECLS
