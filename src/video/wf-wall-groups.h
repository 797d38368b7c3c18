/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Named groups of video links, as a setting keeps them: a dictionary of names to the ids of what has the links. Pure. */

#define WF_WALL_GROUPS_TYPE "a{sas}"

#define WF_WALL_GROUPS_MOST       30
#define WF_WALL_GROUPS_LINKS_MOST 500 /* in one group */

char     **wf_wall_groups_list     (GVariant           *groups);
gboolean   wf_wall_groups_has      (GVariant           *groups,
                                    const char         *name,
                                    const char         *id);
guint      wf_wall_groups_count    (GVariant           *groups,
                                    const char         *name,
                                    const char *const  *ids);
GVariant  *wf_wall_groups_put      (GVariant           *groups,
                                    const char         *name,
                                    const char *const  *ids,
                                    gboolean            in);
GVariant  *wf_wall_groups_remove   (GVariant           *groups,
                                    const char         *name);

G_END_DECLS
