/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-doubt-row.h"
#include "wf-form.h"
#include "wf-search-index.h"
#include "wf-suggest-entry.h"

G_BEGIN_DECLS

/**
 * WfFormInput:
 * @key: the field of the payload
 * @type: how it is asked for
 * @required: whether it must be given
 * @label: its name
 * @cell: name, control and room for what is wrong, below each other
 * @widget: what is focused
 * @error: the label of what is wrong
 * @values: (nullable): of a choice
 * @labels: (nullable): what the values of a choice among many are called
 * @buttons: (nullable): of a choice whose values stand beside each other
 * @holder: of the buttons
 * @suggest: (nullable): where names are suggested
 * @wording: (nullable): under which name wf_wording_value() knows the choices; of suggestions, their kind
 * @time: what a time was set to
 * @doubt: (nullable): what may be wrong with coordinates
 * @written: (nullable): how that was written: left alone, it keeps its milliseconds
 *
 * One field of a form with its control. A form's own business: see #WfForm.
 */
typedef struct
{
  char           *key;
  WfFormType      type;
  gboolean        required;
  char           *label;
  GtkWidget      *cell;
  GtkWidget      *widget;
  GtkWidget      *error;
  GPtrArray      *values;
  GPtrArray      *labels;
  GPtrArray      *buttons;
  GtkWidget      *holder;
  WfSuggestEntry *suggest;
  const char     *wording;
  int64_t         time;
  char           *written;
  WfDoubtRow     *doubt;
} WfFormInput;

WfFormInput *wf_form_input_new         (const WfFormField *spec);
void         wf_form_input_free        (WfFormInput       *input);
void         wf_form_input_set_error   (WfFormInput       *input,
                                        const char        *message);
void         wf_form_input_set_choices (WfFormInput       *input,
                                        const char *const *values,
                                        const char *const *labels);
void         wf_form_input_set_index   (WfFormInput       *input,
                                        WfSearchIndex     *index);
void         wf_form_input_set         (WfFormInput       *input,
                                        GVariant          *value,
                                        int64_t            now);
char        *wf_form_input_get_text    (WfFormInput       *input);
const char  *wf_form_input_get_choice  (WfFormInput       *input);
void         wf_form_input_judge       (WfFormInput       *input,
                                        WfSession         *session);
GVariant    *wf_form_input_read        (WfFormInput       *input,
                                        int64_t            now,
                                        const char       **error);

/* What happens in a field is told to the form that it stands in. */
void         wf_form_input_changed     (WfForm            *form,
                                        WfFormInput       *input);
void         wf_form_input_pick        (WfForm            *form,
                                        WfFormInput       *input);
void         wf_form_input_chosen      (WfForm            *form,
                                        WfFormInput       *input,
                                        WfSearchHit       *hit);

G_END_DECLS
