/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WfFieldType:
 * @WF_FIELD_STRING: one line of text; max is its length in characters (200 if 0)
 * @WF_FIELD_TEXT: text with line breaks; max is its length in characters (20000 if 0)
 * @WF_FIELD_ID: an id as wf_id_is_valid() has it
 * @WF_FIELD_ENUM: one of choices
 * @WF_FIELD_INT: a whole number from min to max (both 0: any that JSON carries exactly)
 * @WF_FIELD_DOUBLE: a finite number from min to max (both 0: any)
 * @WF_FIELD_BOOL: yes or no
 * @WF_FIELD_TIME: a moment
 * @WF_FIELD_POINT: longitude and latitude, WGS 84
 * @WF_FIELD_POINTS: a line or ring of points; max is their number (10000 if 0)
 * @WF_FIELD_STRINGS: texts; max is their number (1000 if 0)
 * @WF_FIELD_OBJECT: fields of its own
 * @WF_FIELD_OBJECTS: a list of such; max is their number (1000 if 0)
 * @WF_FIELD_FACTS: freely named numbers, texts and yes/no, 100 at most, such as `{"leak_tonnes": 12}`
 * @WF_FIELD_DIGEST: a SHA-256 in hexadecimal
 * @WF_FIELD_ENTITIES: a list of `{"kind", "id", "fields"}`, the fields by the table of the kind, which must be a
 *   registry kind; max is its number (1000 if 0)
 *
 * What may stand in a field. How each stands in a #GVariant is told in wf-dict.h.
 */
typedef enum {
  WF_FIELD_STRING,
  WF_FIELD_TEXT,
  WF_FIELD_ID,
  WF_FIELD_ENUM,
  WF_FIELD_INT,
  WF_FIELD_DOUBLE,
  WF_FIELD_BOOL,
  WF_FIELD_TIME,
  WF_FIELD_POINT,
  WF_FIELD_POINTS,
  WF_FIELD_STRINGS,
  WF_FIELD_OBJECT,
  WF_FIELD_OBJECTS,
  WF_FIELD_FACTS,
  WF_FIELD_DIGEST,
  WF_FIELD_ENTITIES,
} WfFieldType;

typedef enum {
  WF_FIELD_OPTIONAL = 0,
  WF_FIELD_REQUIRED = 1 << 0,
  WF_FIELD_CLEARABLE = 1 << 1, /* may be given as "cleared" (null on the wire) */
} WfFieldFlags;

typedef struct _WfField WfField;

/**
 * WfField:
 *
 * One row of the table that says what a kind, a command or an event may carry. The table ends with a row without a key.
 * Whatever comes from outside is checked by such a table before anything else sees it.
 */
struct _WfField
{
  const char        *key;
  WfFieldType        type;
  WfFieldFlags       flags;
  double             min;
  double             max;
  const char *const *choices;
  const WfField     *fields;
};

#define WF_MODEL_ERROR (wf_model_error_quark ())

/**
 * WfModelError:
 * @WF_MODEL_ERROR_UNKNOWN_FIELD: a field that the table does not have
 * @WF_MODEL_ERROR_MISSING_FIELD: a required field is not there
 * @WF_MODEL_ERROR_WRONG_TYPE: a value of another type than the table says
 * @WF_MODEL_ERROR_OUT_OF_RANGE: too long, too many, too large, too small, or not one of the choices
 */
typedef enum {
  WF_MODEL_ERROR_UNKNOWN_FIELD,
  WF_MODEL_ERROR_MISSING_FIELD,
  WF_MODEL_ERROR_WRONG_TYPE,
  WF_MODEL_ERROR_OUT_OF_RANGE,
} WfModelError;

GQuark wf_model_error_quark (void);

const WfField      *wf_fields_lookup (const WfField  *fields,
                                      const char     *key);
const GVariantType *wf_field_variant_type (WfFieldType type);
gboolean            wf_fields_check  (const WfField  *fields,
                                      GVariant       *dict,
                                      char          **path,
                                      GError        **error);
gboolean            wf_choices_contain (const char *const *choices,
                                        const char        *value);

G_END_DECLS
