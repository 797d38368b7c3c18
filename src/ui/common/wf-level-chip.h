/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-entity.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_LEVEL_CHIP (wf_level_chip_get_type ())
G_DECLARE_FINAL_TYPE (WfLevelChip, wf_level_chip, WF, LEVEL_CHIP, GtkWidget)

GtkWidget *wf_level_chip_new          (void);
void       wf_level_chip_set_incident (WfLevelChip *self,
                                       WfEntity    *incident);
void       wf_level_chip_set_level    (WfLevelChip *self,
                                       int          level);

G_END_DECLS
