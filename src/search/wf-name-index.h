/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define WF_NAME_MAX_WEIGHT 255
#define WF_NAME_MAX_TAG    63

/* Of a filter that lets every name pass. */
#define WF_NAME_ALL_TAGS   G_MAXUINT64

/**
 * WfNameIndex:
 *
 * A million names that can be found while one types: by characters, by pinyin, by initials, by a part of them, and with
 * a letter wrong at the end. Never changed once it is made: any thread.
 *
 * Names are known by a number, in the order in which they were given. Each has a weight, by which the better of two that
 * match alike comes first, and a tag of the caller's, of which a query can name those that it wants.
 */
typedef struct _WfNameIndex WfNameIndex;

/**
 * WfNameBuilder:
 *
 * What is to become an index. One thread.
 */
typedef struct _WfNameBuilder WfNameBuilder;

typedef struct
{
  guint32 name;
  guint32 score; /* more is better; the weight is in it */
} WfNameHit;

WfNameBuilder *wf_name_builder_new    (void);
void           wf_name_builder_free   (WfNameBuilder *self);
void           wf_name_builder_add    (WfNameBuilder *self,
                                       const char    *key,
                                       guint          weight,
                                       guint          tag);
WfNameIndex   *wf_name_builder_finish (WfNameBuilder *self);

#define WF_TYPE_NAME_INDEX (wf_name_index_get_type ())

GType          wf_name_index_get_type (void);
WfNameIndex   *wf_name_index_ref      (WfNameIndex   *self);
void           wf_name_index_unref    (WfNameIndex   *self);
guint          wf_name_index_get_size (WfNameIndex   *self);
gsize          wf_name_index_get_bytes (WfNameIndex  *self);
guint          wf_name_index_find     (WfNameIndex   *self,
                                       const char    *query,
                                       guint64        tags,
                                       WfNameHit     *hits,
                                       guint          most);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfNameBuilder, wf_name_builder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfNameIndex, wf_name_index_unref)

G_END_DECLS
