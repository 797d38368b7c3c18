/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"
#include "wf-dict.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_FORM (wf_form_get_type ())
G_DECLARE_FINAL_TYPE (WfForm, wf_form, WF, FORM, GtkWidget)

/**
 * WfFormType:
 * @WF_FORM_LINE: one line of text
 * @WF_FORM_TEXT: several lines
 * @WF_FORM_NUMBER: a whole number
 * @WF_FORM_DECIMAL: a number
 * @WF_FORM_CHOICE: one of choices: beside each other where they are few, a list to pick from otherwise
 * @WF_FORM_CHECK: yes or no
 * @WF_FORM_PLACE: one line with the name of a place; those that are known are suggested while it is typed, and give their
 *   coordinates to the next field for a point
 * @WF_FORM_POINT: where something is, in any usual notation or picked on the map
 * @WF_FORM_SUGGEST: one of many choices, found by its characters, its pinyin or its initials; the choices come from
 *   wf_form_set_choices()
 * @WF_FORM_TIME: a moment, written as 21:07, 21:07:30, 07-14 21:07 or 2026-07-14 21:07
 *
 * How a value is asked for.
 */
typedef enum {
  WF_FORM_LINE,
  WF_FORM_TEXT,
  WF_FORM_NUMBER,
  WF_FORM_DECIMAL,
  WF_FORM_CHOICE,
  WF_FORM_CHECK,
  WF_FORM_PLACE,
  WF_FORM_POINT,
  WF_FORM_SUGGEST,
  WF_FORM_TIME,
} WfFormType;

/* What each line of a text is, where that may be in doubt. */
#define WF_FORM_POINTS "points"

/**
 * WfFormField:
 * @key: the field of the payload, `approval.at` for one of an object
 * @type: how it is asked for
 * @label: (translatable with N_()): its name
 * @required: whether it must be given
 * @beside: whether it stands beside the field before it
 * @choices: (nullable): values of a choice, ending with %NULL
 * @wording: (nullable): under which name wf_wording_value() knows the choices; of a %WF_FORM_SUGGEST, their kind; of a
 *   %WF_FORM_TEXT, %WF_FORM_POINTS where each line is a place
 *
 * One row of the table that a form is made from.
 */
typedef struct
{
  const char        *key;
  WfFormType         type;
  const char        *label;
  gboolean           required;
  gboolean           beside;
  const char *const *choices;
  const char        *wording;
} WfFormField;

/* Signals: "changed" (key): a person has changed a field; "pick" (key): a place is wanted by a click on the map. */

GtkWidget  *wf_form_new           (const WfFormField  *fields,
                                   gsize               n_fields);
void        wf_form_add           (WfForm             *self,
                                   const WfFormField  *field);
void        wf_form_set_context   (WfForm             *self,
                                   WfContext          *context);
void        wf_form_set_now       (WfForm             *self,
                                   int64_t             now);
void        wf_form_set_choices   (WfForm             *self,
                                   const char         *key,
                                   const char *const  *values,
                                   const char *const  *labels);
void        wf_form_set           (WfForm             *self,
                                   const char         *key,
                                   GVariant           *value);
void        wf_form_set_string    (WfForm             *self,
                                   const char         *key,
                                   const char         *value);
void        wf_form_place         (WfForm             *self,
                                   const char         *key,
                                   double              longitude,
                                   double              latitude);
void        wf_form_fill          (WfForm             *self,
                                   GVariant           *values);
char       *wf_form_get_string    (WfForm             *self,
                                   const char         *key);
GVariant   *wf_form_peek          (WfForm             *self);
GVariant   *wf_form_collect       (WfForm             *self);
gboolean    wf_form_show_error    (WfForm             *self,
                                   const char         *field,
                                   const char         *message);
void        wf_form_clear_errors  (WfForm             *self);
void        wf_form_set_even      (WfForm             *self);
void        wf_form_set_height    (WfForm             *self,
                                   const char         *key,
                                   int                 height);
void        wf_form_show_field    (WfForm             *self,
                                   const char         *key,
                                   gboolean            shown);
GtkWidget  *wf_form_get_widget    (WfForm             *self,
                                   const char         *key);
const char *wf_form_get_error     (WfForm             *self,
                                   const char         *key);

G_END_DECLS
