/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>
#include <stdint.h>

G_BEGIN_DECLS

#define WF_JSON_MAX_DEPTH  32
#define WF_JSON_MAX_VALUES 1000000
#define WF_JSON_MAX_INT    G_GINT64_CONSTANT (9007199254740991) /* 2^53 - 1 */

#define WF_JSON_ERROR (wf_json_error_quark ())

/**
 * WfJsonError:
 * @WF_JSON_ERROR_SYNTAX: not JSON as RFC 8259 has it
 * @WF_JSON_ERROR_ENCODING: not UTF-8, a lone surrogate, or a NUL
 * @WF_JSON_ERROR_DUPLICATE: a key that the object already has
 * @WF_JSON_ERROR_NUMBER: a number that a double or a 53-bit integer does not carry
 * @WF_JSON_ERROR_TOO_DEEP: nested deeper than %WF_JSON_MAX_DEPTH
 * @WF_JSON_ERROR_TOO_LARGE: more bytes than the caller allows, or more than %WF_JSON_MAX_VALUES values
 */
typedef enum {
  WF_JSON_ERROR_SYNTAX,
  WF_JSON_ERROR_ENCODING,
  WF_JSON_ERROR_DUPLICATE,
  WF_JSON_ERROR_NUMBER,
  WF_JSON_ERROR_TOO_DEEP,
  WF_JSON_ERROR_TOO_LARGE,
} WfJsonError;

GQuark wf_json_error_quark (void);

typedef enum {
  WF_JSON_NULL,
  WF_JSON_BOOL,
  WF_JSON_INT,
  WF_JSON_DOUBLE,
  WF_JSON_STRING,
  WF_JSON_ARRAY,
  WF_JSON_OBJECT,
} WfJsonType;

#define WF_TYPE_JSON_DOC (wf_json_doc_get_type ())

typedef struct _WfJsonDoc WfJsonDoc;
typedef struct _WfJson WfJson;

GType         wf_json_doc_get_type (void);
WfJsonDoc    *wf_json_doc_new      (GBytes       *bytes,
                                    gsize         limit,
                                    GError      **error);
WfJsonDoc    *wf_json_doc_new_text (const char   *text,
                                    GError      **error);
WfJsonDoc    *wf_json_doc_ref      (WfJsonDoc    *self);
void          wf_json_doc_unref    (WfJsonDoc    *self);
const WfJson *wf_json_doc_root     (WfJsonDoc    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfJsonDoc, wf_json_doc_unref)

/* Values belong to their document. */
WfJsonType    wf_json_type         (const WfJson *self);
guint         wf_json_line         (const WfJson *self);
const char   *wf_json_raw          (const WfJson *self,
                                    gsize        *size);
GBytes       *wf_json_raw_bytes    (WfJsonDoc    *doc,
                                    const WfJson *self);
gboolean      wf_json_bool         (const WfJson *self);
int64_t       wf_json_int          (const WfJson *self);
double        wf_json_double       (const WfJson *self);
const char   *wf_json_string       (const WfJson *self);
guint         wf_json_length       (const WfJson *self);
const WfJson *wf_json_first        (const WfJson *self);
const WfJson *wf_json_next         (const WfJson *self);
const char   *wf_json_key          (const WfJson *self);
const WfJson *wf_json_member       (const WfJson *self,
                                    const char   *key);
const char   *wf_json_member_string (const WfJson *self,
                                     const char   *key);
const WfJson *wf_json_find         (const WfJson *self,
                                    const char   *path);

G_END_DECLS
