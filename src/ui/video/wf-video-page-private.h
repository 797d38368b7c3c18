/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-video-page.h"

#include "wf-wall.h"

G_BEGIN_DECLS

/* Private to the files of WfVideoPage: wf-video-page.c has the list, the wall and the patrol, wf-video-page-menus.c what people
 * name: groups and layouts. */

enum
{
  GROUP_ALL,
  GROUP_INCIDENT,
  GROUP_UNITS,
  GROUP_CAMERAS,
  N_GROUPS, /* behind them come those that people have named */
};

struct _WfVideoPage
{
  GtkWidget           parent_instance;

  /* session's lists of the kinds that may have a link → one list → filter → sorter by name → selection of many → list view */
  WfWindow           *window;  /* (unowned): it owns the page */
  WfContext          *context; /* (owned) */
  GtkFilter          *filter;  /* (owned) */
  GtkFilterListModel *found;   /* (owned) */
  GListModel         *sorted;  /* (owned) */
  WfWall             *wall;
  WfWall             *big;     /* (unowned) (nullable): on the second monitor */
  GVariant           *named;   /* (owned) groups of links, as wf-wall-groups.h has them */
  char               *in;      /* (owned) (nullable): the one of them that is listed */
  char               *query;   /* (owned) folded */
  gboolean            naming;  /* the list of groups is being made anew */
  char               *kept;    /* (owned) (nullable): the wall as it was before the patrol */
  guint               patrol_timer;
  guint               patrol_from;

  GtkDropDown        *group;
  GtkMenuButton      *groups;
  GtkSearchEntry     *search;
  GtkListView        *list;
  GtkWidget          *none;
  GtkBox             *right;
  GtkBox             *sizes;
  GtkToggleButton    *patrol;
  GtkSpinButton      *dwell;
  GtkLabel           *turn;
  GtkMenuButton      *layouts;
  GtkScaleButton     *volume;
};

GSettings *wf_video_page_get_settings (WfVideoPage   *self);
void       wf_video_page_keep_wall    (WfVideoPage   *self);
void       wf_video_page_list_links   (WfVideoPage   *self);

void       wf_video_page_show_groups  (WfVideoPage   *self,
                                       const char    *listed);
void       wf_video_page_fill_groups  (GtkMenuButton *menu,
                                       gpointer       data);
void       wf_video_page_fill_layouts (GtkMenuButton *menu,
                                       gpointer       data);

G_END_DECLS
