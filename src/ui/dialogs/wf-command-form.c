/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-command-form.h"

#include "wf-command-types.h"
#include "wf-wording.h"

#include <string.h>

/* A form for any command, made from the table of its fields: for a command that was refused and that its author changes
 * before it goes out again. What a person cannot write (ids, lists, facts) stays as it was given. */

typedef void (*Visit) (const WfField *field,
                       const char    *object,
                       gpointer       data);

static gboolean
find_type (const WfField *field,
           WfFormType    *type)
{
  static const struct
  {
    WfFieldType field;
    WfFormType  form;
  } types[] = {
    { WF_FIELD_STRING, WF_FORM_LINE },
    { WF_FIELD_TEXT, WF_FORM_TEXT },
    { WF_FIELD_ENUM, WF_FORM_CHOICE },
    { WF_FIELD_INT, WF_FORM_NUMBER },
    { WF_FIELD_DOUBLE, WF_FORM_DECIMAL },
    { WF_FIELD_BOOL, WF_FORM_CHECK },
    { WF_FIELD_TIME, WF_FORM_TIME },
    { WF_FIELD_POINT, WF_FORM_POINT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].field == field->type)
      {
        *type = types[i].form;
        return TRUE;
      }

  return FALSE;
}

/* What has no name for people was not written by people. */
static const char *
find_label (const WfField *field,
            const char    *object)
{
  g_autofree char *whole = object != NULL ? g_strdup_printf ("%s.%s", object, field->key) : NULL;
  const char *label = whole != NULL ? wf_wording_field (whole) : NULL;

  return label != NULL ? label : wf_wording_field (field->key);
}

static void
visit_fields (const WfField *fields,
              const char    *object,
              Visit          visit,
              gpointer       data)
{
  WfFormType type;

  for (gsize i = 0; fields != NULL && fields[i].key != NULL; i++)
    {
      if (fields[i].type == WF_FIELD_OBJECT && object == NULL)
        visit_fields (fields[i].fields, fields[i].key, visit, data);
      else if (find_type (&fields[i], &type) && find_label (&fields[i], object) != NULL)
        visit (&fields[i], object, data);
    }
}

typedef struct
{
  WfForm *form;
  guint   n;
} Adding;

static void
add_field (const WfField *field,
           const char    *object,
           gpointer       data)
{
  Adding *adding = data;
  g_autofree char *key = object != NULL ? g_strdup_printf ("%s.%s", object, field->key) : g_strdup (field->key);
  WfFormType type = WF_FORM_LINE;

  find_type (field, &type);

  /* An object that may be left out has no required fields until it is begun, which only the rules can judge. */
  const WfFormField spec = {
    key, type, find_label (field, object),
    (field->flags & WF_FIELD_REQUIRED) != 0 && object == NULL && type != WF_FORM_CHECK,
    FALSE, field->choices, type == WF_FORM_CHOICE ? g_intern_string (field->key) : NULL
  };

  wf_form_add (adding->form, &spec);
  adding->n++;
}

/**
 * wf_command_form_add:
 * @form: a form
 * @type: type of a command
 *
 * Adds a field for everything in the command that a person can write.
 *
 * Returns: how many were added
 */
guint
wf_command_form_add (WfForm     *form,
                     const char *type)
{
  const WfCommandType *command = wf_command_type_lookup (type);
  Adding adding = { form, 0 };

  g_return_val_if_fail (WF_IS_FORM (form), 0);

  if (command != NULL)
    visit_fields (command->fields, NULL, add_field, &adding);

  return adding.n;
}

static GVariant *
without (GVariant   *dict,
         const char *key)
{
  GVariantDict left;

  g_variant_dict_init (&left, dict);
  g_variant_dict_remove (&left, key);

  return g_variant_ref_sink (g_variant_dict_end (&left));
}

static void
take_away (const WfField *field,
           const char    *object,
           gpointer       data)
{
  GVariant **payload = data;
  g_autoptr (GVariant) before = *payload;

  if (object == NULL)
    {
      *payload = without (before, field->key);
      return;
    }

  g_autoptr (GVariant) inner = wf_dict_value (before, object);

  if (inner == NULL || !g_variant_is_of_type (inner, G_VARIANT_TYPE_VARDICT))
    {
      *payload = g_variant_ref (before);
      return;
    }

  g_autoptr (GVariant) left = without (inner, field->key);
  g_autoptr (GVariant) patch = wf_dict_make (object, left, NULL);

  *payload = wf_dict_merge (before, patch);
}

/* Objects in it are put together field by field; one of which nothing is left goes. */
static GVariant *
merge (GVariant *payload,
       GVariant *written)
{
  GVariantDict merged;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_dict_init (&merged, payload);
  g_variant_iter_init (&iter, written);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) before = wf_dict_value (payload, key);

      gboolean both = before != NULL && g_variant_is_of_type (before, G_VARIANT_TYPE_VARDICT)
                      && g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT);
      g_autoptr (GVariant) inner = both ? wf_dict_merge (before, value) : g_variant_ref (value);

      g_variant_dict_insert_value (&merged, key, inner);
      g_variant_unref (value);
    }

  g_variant_iter_init (&iter, payload);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT) && g_variant_n_children (value) == 0
          && !wf_dict_has (written, key))
        g_variant_dict_remove (&merged, key);
      g_variant_unref (value);
    }

  return g_variant_ref_sink (g_variant_dict_end (&merged));
}

/**
 * wf_command_form_collect:
 * @form: a form to which wf_command_form_add() has added
 * @type: type of the command
 * @payload: what the command said
 *
 * Reads the form. What is wrong is shown at its field.
 *
 * Returns: (transfer full) (nullable): what the command says now, or %NULL where something is wrong
 */
GVariant *
wf_command_form_collect (WfForm     *form,
                         const char *type,
                         GVariant   *payload)
{
  const WfCommandType *command = wf_command_type_lookup (type);
  g_autoptr (GVariant) written = NULL;

  g_return_val_if_fail (WF_IS_FORM (form) && command != NULL, NULL);

  written = wf_form_collect (form);
  if (written == NULL)
    return NULL;

  GVariant *kept = g_variant_ref (payload);

  visit_fields (command->fields, NULL, take_away, &kept);

  GVariant *merged = merge (kept, written);

  g_variant_unref (kept);
  return merged;
}
