/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-dict.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define WF_TYPE_ENTITY (wf_entity_get_type ())

typedef struct _WfEntity WfEntity;

GType       wf_entity_get_type  (void);

WfEntity   *wf_entity_new       (const char *scope,
                                 const char *kind,
                                 const char *id,
                                 GVariant   *fields,
                                 GVariant   *versions,
                                 int64_t     number);
WfEntity   *wf_entity_new_packed (const char *scope,
                                 const char *kind,
                                 const char *id,
                                 GVariant   *fields,
                                 GVariant   *versions,
                                 int64_t     number);
WfEntity   *wf_entity_patch     (WfEntity   *self,
                                 GVariant   *patch,
                                 int64_t     number);
WfEntity   *wf_entity_in_scope  (WfEntity   *self,
                                 const char *scope);
WfEntity   *wf_entity_ref       (WfEntity   *self);
void        wf_entity_unref     (WfEntity   *self);

const char *wf_entity_scope     (WfEntity   *self);
const char *wf_entity_kind      (WfEntity   *self);
const char *wf_entity_id        (WfEntity   *self);
int64_t     wf_entity_number    (WfEntity   *self);
GVariant   *wf_entity_fields    (WfEntity   *self);
GVariant   *wf_entity_versions  (WfEntity   *self);
int64_t     wf_entity_version   (WfEntity   *self,
                                 const char *field);
const char *wf_entity_parent    (WfEntity   *self);

/* Short forms of wf_dict_…(wf_entity_fields (self), …); a NULL entity has no fields. */
const char *wf_entity_string    (WfEntity   *self,
                                 const char *field);
int64_t     wf_entity_int       (WfEntity   *self,
                                 const char *field,
                                 int64_t     fallback);
int64_t     wf_entity_time      (WfEntity   *self,
                                 const char *field);
double      wf_entity_double    (WfEntity   *self,
                                 const char *field,
                                 double      fallback);
gboolean    wf_entity_bool      (WfEntity   *self,
                                 const char *field);
gboolean    wf_entity_point     (WfEntity   *self,
                                 const char *field,
                                 double     *longitude,
                                 double     *latitude);
GVariant   *wf_entity_value     (WfEntity   *self,
                                 const char *field);
GPtrArray  *wf_entity_objects   (WfEntity   *self,
                                 const char *field);
gboolean    wf_entity_is        (WfEntity   *self,
                                 const char *field,
                                 const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfEntity, wf_entity_unref)

G_END_DECLS
