/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-describe.h"

#include "wf-command-types.h"
#include "wf-dict.h"
#include "wf-kind.h"
#include "wf-time.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* Values for people, by the tables of their fields. */

static char *describe (const WfField *field,
                       GVariant      *value);

static const WfField *
find_field (const WfField *fields,
            const char    *key)
{
  for (gsize i = 0; fields != NULL && fields[i].key != NULL; i++)
    if (strcmp (fields[i].key, key) == 0)
      return &fields[i];

  return NULL;
}

static char *
describe_object (const WfField *fields,
                 GVariant      *value)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; fields != NULL && fields[i].key != NULL; i++)
    {
      g_autoptr (GVariant) inner = wf_dict_value (value, fields[i].key);
      g_autofree char *words = inner != NULL ? describe (&fields[i], inner) : NULL;
      const char *label = wf_wording_field (fields[i].key);

      if (words == NULL || words[0] == '\0')
        continue;
      if (text->len > 0)
        g_string_append (text, " · ");
      if (label != NULL)
        g_string_append_printf (text, _("%s: %s"), label, words);
      else
        g_string_append (text, words);
    }

  return g_string_free (text, FALSE);
}

static char *
describe (const WfField *field,
          GVariant      *value)
{
  double longitude, latitude;

  if (strcmp (field->key, "casualties") == 0 && g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return wf_wording_casualties (value);
  if (strcmp (field->key, "evacuation") == 0 && g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return wf_wording_evacuation (value);
  if (field->type == WF_FIELD_TIME && g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return wf_time_format_local (g_variant_get_int64 (value), "%m-%d %H:%M");
  if (field->type == WF_FIELD_ENUM && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_strdup (wf_wording_value (field->key, g_variant_get_string (value, NULL)));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? _("Yes") : _("No"));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("(dd)")))
    {
      g_variant_get (value, "(dd)", &longitude, &latitude);
      return g_strdup_printf ("%.5f, %.5f", longitude, latitude);
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return g_strdup_printf ("%.10g", g_variant_get_double (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return g_strdup_printf ("%" G_GINT64_FORMAT, g_variant_get_int64 (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return describe_object (field->fields, value);

  return g_variant_print (value, FALSE);
}

/**
 * wf_describe_value:
 * @type: (nullable): type of the command that has the field
 * @kind: (nullable): kind of the thing that has the field
 * @key: the field
 * @value: (nullable): its value
 *
 * Returns: (transfer full): the value in words; a dash where there is none
 */
char *
wf_describe_value (const char *type,
                   const char *kind,
                   const char *key,
                   GVariant   *value)
{
  const WfCommandType *command = type != NULL ? wf_command_type_lookup (type) : NULL;
  const WfKind *known = kind != NULL ? wf_kind_lookup (kind) : NULL;
  const WfField *field = find_field (command != NULL ? command->fields : NULL, key);

  if (field == NULL && known != NULL)
    field = find_field (known->fields, key);
  if (value == NULL || field == NULL)
    return g_strdup ("—");

  /* The same word of a state means another thing of another kind. */
  if (strcmp (key, "state") == 0 && kind != NULL)
    {
      g_autofree char *name = g_strdup_printf ("%s.state", kind);

      return g_strdup (wf_wording_value (name, g_variant_get_string (value, NULL)));
    }

  return describe (field, value);
}
