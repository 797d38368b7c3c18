/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-search-index.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkListItemFactory *wf_hit_row_factory_new (void);

G_END_DECLS
