/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-model"

#include "config.h"

#include "wf-field.h"

#include "wf-dict-pack.h"
#include "wf-dict.h"
#include "wf-id.h"
#include "wf-kind.h"
#include "wf-table.h"

#include <math.h>
#include <string.h>

G_DEFINE_QUARK (wf-model-error-quark, wf_model_error)

static const GVariantType *const variant_types[] = {
  [WF_FIELD_STRING] = (const GVariantType *) "s",
  [WF_FIELD_TEXT] = (const GVariantType *) "s",
  [WF_FIELD_ID] = (const GVariantType *) "s",
  [WF_FIELD_ENUM] = (const GVariantType *) "s",
  [WF_FIELD_INT] = (const GVariantType *) "x",
  [WF_FIELD_DOUBLE] = (const GVariantType *) "d",
  [WF_FIELD_BOOL] = (const GVariantType *) "b",
  [WF_FIELD_TIME] = (const GVariantType *) "x",
  [WF_FIELD_POINT] = (const GVariantType *) "(dd)",
  [WF_FIELD_POINTS] = (const GVariantType *) "a(dd)",
  [WF_FIELD_STRINGS] = (const GVariantType *) "as",
  [WF_FIELD_OBJECT] = (const GVariantType *) "a{sv}",
  [WF_FIELD_OBJECTS] = (const GVariantType *) "aa{sv}",
  [WF_FIELD_FACTS] = (const GVariantType *) "a{sv}",
  [WF_FIELD_DIGEST] = (const GVariantType *) "s",
  [WF_FIELD_ENTITIES] = (const GVariantType *) "aa{sv}",
};

/* The largest whole number that every JSON reader keeps exactly: 2^53 - 1. */
#define EXACT_MAX 9007199254740991.0

/* 9999-12-31T23:59:59.999Z */
#define TIME_MAX G_GINT64_CONSTANT (253402300799999)

#define FACTS_MAX 100

/**
 * wf_field_variant_type:
 * @type: a field type
 *
 * Returns: (transfer none): how its values stand in a #GVariant
 */
const GVariantType *
wf_field_variant_type (WfFieldType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (variant_types), NULL);

  return variant_types[type];
}

/**
 * wf_fields_lookup:
 * @fields: a table
 * @key: a key
 *
 * Returns: (transfer none) (nullable): its row
 */
const WfField *
wf_fields_lookup (const WfField *fields,
                  const char    *key)
{
  for (; fields != NULL && fields->key != NULL; fields++)
    if (wf_same_text (fields->key, key))
      return fields;

  return NULL;
}

/**
 * wf_choices_contain:
 * @choices: (array zero-terminated=1): texts
 * @value: (nullable): a text
 *
 * Returns: whether @value is one of them
 */
gboolean
wf_choices_contain (const char *const *choices,
                    const char        *value)
{
  if (value == NULL)
    return FALSE;

  for (; choices != NULL && *choices != NULL; choices++)
    if (wf_same_text (*choices, value))
      return TRUE;

  return FALSE;
}

/* Where a value stands; written out only when something is wrong there. */
typedef struct _Place Place;

struct _Place
{
  const Place *in;  /* (nullable) */
  const char  *key; /* (nullable): it is number index of a list */
  gsize        index;
};

static void
write_place (GString     *out,
             const Place *place)
{
  if (place == NULL)
    return;

  write_place (out, place->in);
  if (place->key == NULL)
    g_string_append_printf (out, "[%" G_GSIZE_FORMAT "]", place->index);
  else
    {
      if (out->len > 0)
        g_string_append_c (out, '.');
      g_string_append (out, place->key);
    }
}

static gboolean
refuse (char       **path,
        const Place *at,
        GError     **error,
        WfModelError code,
        const char  *reason)
{
  g_autoptr (GString) text = g_string_new (NULL);

  write_place (text, at);
  g_set_error (error, WF_MODEL_ERROR, code, "%s: %s", text->str, reason);

  if (path != NULL)
    *path = g_string_free (g_steal_pointer (&text), FALSE);

  return FALSE;
}

static gboolean
check_text (const WfField *field,
            const char    *text,
            const Place   *at,
            char         **path,
            GError       **error)
{
  gboolean lines = field->type == WF_FIELD_TEXT;
  double max = field->max > 0 ? field->max : lines ? 20000 : 200;

  if ((field->flags & WF_FIELD_REQUIRED) && text[strspn (text, " \t\r\n")] == '\0')
    return refuse (path, at, error, WF_MODEL_ERROR_MISSING_FIELD, "must not be empty");

  /* It has no more characters than bytes. */
  if ((double) strlen (text) > max && (double) g_utf8_strlen (text, -1) > max)
    return refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, "the text is too long");

  for (const guchar *c = (const guchar *) text; *c != '\0'; c++)
    if (*c == 0x7f || (*c < 0x20 && !(lines && (*c == '\n' || *c == '\t'))))
      return refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, "the text has a control character");

  return TRUE;
}

static gboolean
check_point (double       longitude,
             double       latitude,
             const Place *at,
             char       **path,
             GError     **error)
{
  if (!(longitude >= -180 && longitude <= 180) || !(latitude >= -90 && latitude <= 90))
    return refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE,
                   "not a place on earth (longitude -180 to 180, then latitude -90 to 90)");

  return TRUE;
}

static gboolean
check_number (const WfField *field,
              double         number,
              double         max,
              const Place   *at,
              char         **path,
              GError       **error)
{
  double low = field->min != 0 || field->max != 0 ? field->min : -max;
  double high = field->min != 0 || field->max != 0 ? field->max : max;

  if (!isfinite (number) || number < low || number > high)
    {
      g_autofree char *reason = g_strdup_printf ("must lie from %.15g to %.15g", low, high);
      return refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, reason);
    }

  return TRUE;
}

static gboolean
check_facts (GVariant    *facts,
             const Place *at,
             char       **path,
             GError     **error)
{
  static const WfField text = { "", WF_FIELD_TEXT, .max = 500 };
  static const WfField number = { "", WF_FIELD_DOUBLE };
  GVariantIter iter;
  const char *key;
  GVariant *value;

  if (g_variant_n_children (facts) > FACTS_MAX)
    return refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, "too many entries");

  g_variant_iter_init (&iter, facts);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      G_GNUC_UNUSED g_autoptr (GVariant) owned = value;
      const Place place = { at, key };
      const Place *here = &place;

      if (!wf_id_is_valid (key))
        return refuse (path, at, error, WF_MODEL_ERROR_UNKNOWN_FIELD, "an entry's name may only have letters, digits, . _ and -");

      if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        {
          if (!check_text (&text, g_variant_get_string (value, NULL), here, path, error))
            return FALSE;
        }
      else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
        {
          if (!check_number (&number, g_variant_get_double (value), G_MAXDOUBLE, here, path, error))
            return FALSE;
        }
      else if (!g_variant_is_of_type (value, G_VARIANT_TYPE_INT64) &&
               !g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
        return refuse (path, here, error, WF_MODEL_ERROR_WRONG_TYPE, "must be a number, a text, true or false");
    }

  return TRUE;
}

static gboolean check_dict (const WfField *fields,
                            GVariant      *dict,
                            const Place   *at,
                            char         **path,
                            GError       **error);

static gboolean
check_entity (GVariant    *entity,
              const Place *at,
              char       **path,
              GError     **error)
{
  const char *name = wf_dict_string (entity, "kind");
  const char *id = wf_dict_string (entity, "id");
  const WfKind *kind = name != NULL ? wf_kind_lookup (name) : NULL;
  g_autoptr (GVariant) fields = wf_dict_value (entity, "fields");
  const Place place = { at, "fields" };

  if (kind == NULL || !kind->registry)
    return refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, "not a kind that can be entered in the registry");
  if (!wf_id_is_valid (id))
    return refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, "not a valid id");
  if (fields == NULL || !g_variant_is_of_type (fields, G_VARIANT_TYPE_VARDICT) || g_variant_n_children (entity) != 3)
    return refuse (path, at, error, WF_MODEL_ERROR_WRONG_TYPE, "must be kind, id and fields");

  return check_dict (kind->fields, fields, &place, path, error);
}

static gboolean
check_list (const WfField *field,
            GVariant      *value,
            const Place   *at,
            char         **path,
            GError       **error)
{
  gsize n = g_variant_n_children (value);
  double max = field->max > 0 ? field->max : field->type == WF_FIELD_POINTS ? 10000 : 1000;

  if ((double) n > max)
    return refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, "too many entries");

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      const Place here = { at, NULL, i };

      if (field->type == WF_FIELD_OBJECTS)
        {
          if (!check_dict (field->fields, child, &here, path, error))
            return FALSE;
        }
      else if (field->type == WF_FIELD_ENTITIES)
        {
          if (!check_entity (child, &here, path, error))
            return FALSE;
        }
      else if (field->type == WF_FIELD_STRINGS)
        {
          static const WfField item = { "", WF_FIELD_STRING, WF_FIELD_REQUIRED };

          if (!check_text (&item, g_variant_get_string (child, NULL), &here, path, error))
            return FALSE;
        }
      else
        {
          double lon, lat;

          g_variant_get (child, "(dd)", &lon, &lat);
          if (!check_point (lon, lat, &here, path, error))
            return FALSE;
        }
    }

  return TRUE;
}

static gboolean
check_value (const WfField *field,
             GVariant      *value,
             const Place   *at,
             char         **path,
             GError       **error)
{
  if (!g_variant_is_of_type (value, wf_field_variant_type (field->type)))
    return refuse (path, at, error, WF_MODEL_ERROR_WRONG_TYPE, "a value of another type is wanted here");

  switch (field->type)
    {
    case WF_FIELD_STRING:
    case WF_FIELD_TEXT:
      return check_text (field, g_variant_get_string (value, NULL), at, path, error);

    case WF_FIELD_ID:
      return wf_id_is_valid (g_variant_get_string (value, NULL)) ||
             refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, "not a valid id");

    case WF_FIELD_DIGEST:
      return wf_digest_is_valid (g_variant_get_string (value, NULL)) ||
             refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, "not a SHA-256 in hexadecimal");

    case WF_FIELD_ENUM:
      {
        if (wf_choices_contain (field->choices, g_variant_get_string (value, NULL)))
          return TRUE;

        g_autofree char *list = g_strjoinv (", ", (char **) field->choices);
        g_autofree char *reason = g_strdup_printf ("must be one of: %s", list);
        return refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, reason);
      }

    case WF_FIELD_INT:
      return check_number (field, (double) g_variant_get_int64 (value), EXACT_MAX, at, path, error);

    case WF_FIELD_DOUBLE:
      return check_number (field, g_variant_get_double (value), G_MAXDOUBLE, at, path, error);

    case WF_FIELD_TIME:
      {
        gint64 time = g_variant_get_int64 (value);

        return (time > 0 && time <= TIME_MAX) ||
               refuse (path, at, error, WF_MODEL_ERROR_OUT_OF_RANGE, "must lie from 1970 to 9999");
      }

    case WF_FIELD_POINT:
      {
        double lon, lat;

        g_variant_get (value, "(dd)", &lon, &lat);
        return check_point (lon, lat, at, path, error);
      }

    case WF_FIELD_POINTS:
    case WF_FIELD_STRINGS:
    case WF_FIELD_OBJECTS:
    case WF_FIELD_ENTITIES:
      return check_list (field, value, at, path, error);

    case WF_FIELD_OBJECT:
      return check_dict (field->fields, value, at, path, error);

    case WF_FIELD_FACTS:
      return check_facts (value, at, path, error);

    case WF_FIELD_BOOL:
    default:
      return TRUE;
    }
}

/* Checks what is not made of other things where it lies.
 * Returns: whether it is good; if not, check_value() says what is wrong */
static gboolean
is_good (const WfField     *field,
         const WfDictEntry *entry,
         const Place       *at)
{
  const char *text = wf_dict_entry_string (entry);
  double real, other;
  int64_t whole;
  gboolean yes;

  switch (field->type)
    {
    case WF_FIELD_STRING:
    case WF_FIELD_TEXT:
      return text != NULL && check_text (field, text, at, NULL, NULL);
    case WF_FIELD_ID:
      return wf_id_is_valid (text);
    case WF_FIELD_DIGEST:
      return wf_digest_is_valid (text);
    case WF_FIELD_ENUM:
      return wf_choices_contain (field->choices, text);
    case WF_FIELD_INT:
      return wf_dict_entry_int (entry, &whole) && check_number (field, (double) whole, EXACT_MAX, at, NULL, NULL);
    case WF_FIELD_DOUBLE:
      return wf_dict_entry_double (entry, &real) && check_number (field, real, G_MAXDOUBLE, at, NULL, NULL);
    case WF_FIELD_TIME:
      return wf_dict_entry_int (entry, &whole) && whole > 0 && whole <= TIME_MAX;
    case WF_FIELD_POINT:
      return wf_dict_entry_point (entry, &real, &other) && check_point (real, other, at, NULL, NULL);
    case WF_FIELD_BOOL:
      return wf_dict_entry_bool (entry, &yes);
    case WF_FIELD_POINTS:
    case WF_FIELD_STRINGS:
    case WF_FIELD_OBJECT:
    case WF_FIELD_OBJECTS:
    case WF_FIELD_FACTS:
    case WF_FIELD_ENTITIES:
    default:
      return FALSE;
    }
}

static gboolean
check_dict (const WfField *fields,
            GVariant      *dict,
            const Place   *at,
            char         **path,
            GError       **error)
{
  WfDictIter iter;
  WfDictEntry entry;
  guint64 seen = 0; /* of the first 64 rows */

  wf_dict_iter_init (&iter, dict);
  while (wf_dict_iter_next (&iter, &entry))
    {
      const Place here = { at, entry.key };
      const WfField *field = wf_fields_lookup (fields, entry.key);

      if (field == NULL)
        return refuse (path, &here, error, WF_MODEL_ERROR_UNKNOWN_FIELD, "no such field");

      if (field - fields < 64)
        seen |= G_GUINT64_CONSTANT (1) << (field - fields);

      if ((field->flags & WF_FIELD_CLEARABLE) && wf_dict_entry_is (&entry, "()"))
        continue;

      if (is_good (field, &entry, &here))
        continue;

      g_autoptr (GVariant) value = wf_dict_iter_value (&iter, &entry);
      if (!check_value (field, value, &here, path, error))
        return FALSE;
    }

  for (const WfField *field = fields; field != NULL && field->key != NULL; field++)
    {
      if (!(field->flags & WF_FIELD_REQUIRED))
        continue;

      if (field - fields < 64 ? (seen >> (field - fields) & 1) == 0 : !wf_dict_has (dict, field->key))
        {
          const Place here = { at, field->key };

          return refuse (path, &here, error, WF_MODEL_ERROR_MISSING_FIELD, "is missing");
        }
    }

  return TRUE;
}

/**
 * wf_fields_check:
 * @fields: a table
 * @dict: a dictionary
 * @path: (out) (optional) (transfer full): where it is wrong, such as `levels[2].tasks[0].minutes`
 * @error: return location
 *
 * Checks a dictionary against a table: nothing unknown, nothing required missing, every value of its type and in its
 * range. The error's message begins with the path.
 *
 * Returns: whether all of it holds
 */
gboolean
wf_fields_check (const WfField *fields,
                 GVariant      *dict,
                 char         **path,
                 GError       **error)
{
  g_return_val_if_fail (fields != NULL, FALSE);
  g_return_val_if_fail (dict != NULL, FALSE);

  if (!g_variant_is_of_type (dict, G_VARIANT_TYPE_VARDICT))
    return refuse (path, NULL, error, WF_MODEL_ERROR_WRONG_TYPE, "an object is wanted here");

  return check_dict (fields, dict, NULL, path, error);
}
