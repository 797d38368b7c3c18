/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-session.h"

G_BEGIN_DECLS

/**
 * WfColumnType:
 * @WF_COLUMN_TEXT: a text
 * @WF_COLUMN_CHOICE: a value that has a word
 * @WF_COLUMN_NUMBER: a number
 * @WF_COLUMN_STRINGS: texts
 * @WF_COLUMN_DATE: a day
 * @WF_COLUMN_YES_NO: yes or no
 * @WF_COLUMN_CONTACT: name and number of the first of the contacts
 * @WF_COLUMN_PARENT: name of the thing whose id it has
 *
 * How a column shows a field.
 */
typedef enum {
  WF_COLUMN_TEXT,
  WF_COLUMN_CHOICE,
  WF_COLUMN_NUMBER,
  WF_COLUMN_STRINGS,
  WF_COLUMN_DATE,
  WF_COLUMN_YES_NO,
  WF_COLUMN_CONTACT,
  WF_COLUMN_PARENT,
} WfColumnType;

/**
 * WfColumn:
 * @title: (translatable with NC_() as "resource column"): its title
 * @field: which field it shows
 * @type: how
 * @detail: of a choice: under which name its words are known; of a parent: its kind
 * @width: characters; 0 for a column that takes what is left
 *
 * A column of the table of a kind.
 */
typedef struct
{
  const char   *title;
  const char   *field;
  WfColumnType  type;
  const char   *detail;
  int           width;
} WfColumn;

const WfColumn *wf_resource_columns        (const char     *kind,
                                            gsize          *n);
char           *wf_resource_column_text    (const WfColumn *self,
                                            WfSession      *session,
                                            WfEntity       *entity);
int             wf_resource_column_compare (const WfColumn *self,
                                            WfSession      *session,
                                            WfEntity       *a,
                                            WfEntity       *b);
gboolean        wf_stock_is_short          (WfEntity       *stock,
                                            int64_t         now);

G_END_DECLS
