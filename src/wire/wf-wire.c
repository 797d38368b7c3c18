/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-wire"

#include "config.h"

#include "wf-wire.h"

#include "wf-dict.h"
#include "wf-kind.h"
#include "wf-time.h"

#include <string.h>

/* Dictionaries between JSON and GVariant, by the tables of wf-field.h. Reading is in two steps: the shape, which the table
 * says, then wf_fields_check() for what is allowed; both speak of a path, and the document knows its line. */

G_DEFINE_QUARK (wf-wire-error-quark, wf_wire_error)

static gboolean
refuse (const WfJson *at,
        const char   *where,
        char        **path,
        WfWireError   code,
        const char   *reason,
        GError      **error)
{
  g_set_error (error, WF_WIRE_ERROR, (int) code, "line %u: %s: %s",
               wf_json_line (at), where[0] != '\0' ? where : "the object", reason);

  if (path != NULL)
    *path = g_strdup (where);

  return FALSE;
}

static GVariant *read_dict (const WfJson  *value,
                            const WfField *fields,
                            const char    *prefix,
                            char         **path,
                            GError       **error);

static gboolean
read_pair (const WfJson *value,
           double       *x,
           double       *y)
{
  const WfJson *first = wf_json_first (value);
  const WfJson *second = first != NULL ? wf_json_next (first) : NULL;

  if (wf_json_type (value) != WF_JSON_ARRAY || wf_json_length (value) != 2)
    return FALSE;

  if ((wf_json_type (first) != WF_JSON_INT && wf_json_type (first) != WF_JSON_DOUBLE) ||
      (wf_json_type (second) != WF_JSON_INT && wf_json_type (second) != WF_JSON_DOUBLE))
    return FALSE;

  *x = wf_json_double (first);
  *y = wf_json_double (second);
  return TRUE;
}

static GVariant *
read_facts (const WfJson *value,
            const char   *at,
            char        **path,
            GError      **error)
{
  GVariantBuilder builder;

  if (wf_json_type (value) != WF_JSON_OBJECT)
    {
      refuse (value, at, path, WF_WIRE_ERROR_WRONG_TYPE, "an object is wanted here", error);
      return NULL;
    }

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);

  for (const WfJson *child = wf_json_first (value); child != NULL; child = wf_json_next (child))
    {
      GVariant *fact;

      switch (wf_json_type (child))
        {
        case WF_JSON_BOOL:
          fact = g_variant_new_boolean (wf_json_bool (child));
          break;
        case WF_JSON_INT:
          fact = g_variant_new_int64 (wf_json_int (child));
          break;
        case WF_JSON_DOUBLE:
          fact = g_variant_new_double (wf_json_double (child));
          break;
        case WF_JSON_STRING:
          fact = g_variant_new_string (wf_json_string (child));
          break;
        case WF_JSON_NULL:
        case WF_JSON_ARRAY:
        case WF_JSON_OBJECT:
        default:
          {
            g_autofree char *here = g_strdup_printf ("%s.%s", at, wf_json_key (child));

            refuse (child, here, path, WF_WIRE_ERROR_WRONG_TYPE, "must be a number, a text, true or false", error);
            g_variant_builder_clear (&builder);
            return NULL;
          }
        }

      g_variant_builder_add (&builder, "{sv}", wf_json_key (child), fact);
    }

  return g_variant_builder_end (&builder);
}

/* `{"kind", "id", "fields"}`, the fields by the kind's table. */
static GVariant *
read_entity (const WfJson *value,
             const char   *at,
             char        **path,
             GError      **error)
{
  g_autofree char *prefix = g_strdup_printf ("%s.fields.", at);
  g_autofree char *wrong = NULL;
  const char *name = wf_json_member_string (value, "kind");
  const char *id = wf_json_member_string (value, "id");
  const WfJson *fields = wf_json_member (value, "fields");
  const WfKind *kind = name != NULL ? wf_kind_lookup (name) : NULL;

  for (const WfJson *child = wf_json_first (value); child != NULL && wf_json_key (child) != NULL; child = wf_json_next (child))
    if (!g_str_equal (wf_json_key (child), "kind") && !g_str_equal (wf_json_key (child), "id") &&
        !g_str_equal (wf_json_key (child), "fields"))
      {
        wrong = g_strdup_printf ("%s.%s", at, wf_json_key (child));
        refuse (child, wrong, path, WF_WIRE_ERROR_UNKNOWN_FIELD, "no such field", error);
        return NULL;
      }

  if (kind == NULL)
    {
      wrong = g_strdup_printf ("%s.kind", at);
      refuse (value, wrong, path, WF_WIRE_ERROR_UNKNOWN_TYPE, "no such kind of thing", error);
      return NULL;
    }

  if (id == NULL)
    {
      wrong = g_strdup_printf ("%s.id", at);
      refuse (value, wrong, path, WF_WIRE_ERROR_MISSING_FIELD, "a text is wanted here", error);
      return NULL;
    }

  if (fields == NULL)
    {
      wrong = g_strdup_printf ("%s.fields", at);
      refuse (value, wrong, path, WF_WIRE_ERROR_MISSING_FIELD, "is missing", error);
      return NULL;
    }

  GVariant *dict = read_dict (fields, kind->fields, prefix, path, error);
  if (dict == NULL)
    return NULL;

  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "kind", g_variant_new_string (kind->name));
  g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_string (id));
  g_variant_builder_add (&builder, "{sv}", "fields", dict);
  return g_variant_builder_end (&builder);
}

static GVariant *
read_list (const WfJson  *value,
           const WfField *field,
           const char    *at,
           char         **path,
           GError       **error)
{
  GVariantBuilder builder;
  guint i = 0;

  if (wf_json_type (value) != WF_JSON_ARRAY)
    {
      refuse (value, at, path, WF_WIRE_ERROR_WRONG_TYPE, "a list is wanted here", error);
      return NULL;
    }

  g_variant_builder_init (&builder, wf_field_variant_type (field->type));

  for (const WfJson *child = wf_json_first (value); child != NULL; child = wf_json_next (child), i++)
    {
      g_autofree char *here = g_strdup_printf ("%s[%u]", at, i);
      GVariant *item = NULL;
      double lon, lat;

      if (field->type == WF_FIELD_STRINGS)
        {
          if (wf_json_string (child) != NULL)
            item = g_variant_new_string (wf_json_string (child));
          else
            refuse (child, here, path, WF_WIRE_ERROR_WRONG_TYPE, "a text is wanted here", error);
        }
      else if (field->type == WF_FIELD_POINTS)
        {
          if (read_pair (child, &lon, &lat))
            item = g_variant_new ("(dd)", lon, lat);
          else
            refuse (child, here, path, WF_WIRE_ERROR_WRONG_TYPE, "[longitude, latitude] is wanted here", error);
        }
      else if (field->type == WF_FIELD_ENTITIES)
        item = read_entity (child, here, path, error);
      else
        {
          g_autofree char *prefix = g_strconcat (here, ".", NULL);

          item = read_dict (child, field->fields, prefix, path, error);
        }

      if (item == NULL)
        {
          g_variant_builder_clear (&builder);
          return NULL;
        }

      g_variant_builder_add_value (&builder, item);
    }

  return g_variant_builder_end (&builder);
}

/* Returns: (transfer floating) (nullable) */
static GVariant *
read_value (const WfJson  *value,
            const WfField *field,
            const char    *at,
            char         **path,
            GError       **error)
{
  const char *text = wf_json_string (value);
  const char *wanted = "a text is wanted here";

  if (wf_json_type (value) == WF_JSON_NULL)
    return wf_value_clear ();

  switch (field->type)
    {
    case WF_FIELD_STRING:
    case WF_FIELD_TEXT:
    case WF_FIELD_ID:
    case WF_FIELD_ENUM:
    case WF_FIELD_DIGEST:
      if (text != NULL)
        return g_variant_new_string (text);
      break;

    case WF_FIELD_INT:
      if (wf_json_type (value) == WF_JSON_INT)
        return g_variant_new_int64 (wf_json_int (value));
      wanted = "a whole number is wanted here";
      break;

    case WF_FIELD_DOUBLE:
      if (wf_json_type (value) == WF_JSON_INT || wf_json_type (value) == WF_JSON_DOUBLE)
        return g_variant_new_double (wf_json_double (value));
      wanted = "a number is wanted here";
      break;

    case WF_FIELD_BOOL:
      if (wf_json_type (value) == WF_JSON_BOOL)
        return g_variant_new_boolean (wf_json_bool (value));
      wanted = "true or false is wanted here";
      break;

    case WF_FIELD_TIME:
      {
        int64_t time;

        if (text != NULL && wf_time_parse (text, &time))
          return g_variant_new_int64 (time);
        wanted = "a time such as 2026-11-21T13:07:45.120Z is wanted here";
        break;
      }

    case WF_FIELD_POINT:
      {
        double lon, lat;

        if (read_pair (value, &lon, &lat))
          return wf_value_point (lon, lat);
        wanted = "[longitude, latitude] is wanted here";
        break;
      }

    case WF_FIELD_POINTS:
    case WF_FIELD_STRINGS:
    case WF_FIELD_OBJECTS:
    case WF_FIELD_ENTITIES:
      return read_list (value, field, at, path, error);

    case WF_FIELD_OBJECT:
      {
        g_autofree char *prefix = g_strconcat (at, ".", NULL);

        return read_dict (value, field->fields, prefix, path, error);
      }

    case WF_FIELD_FACTS:
      return read_facts (value, at, path, error);

    default:
      g_assert_not_reached ();
    }

  refuse (value, at, path, WF_WIRE_ERROR_WRONG_TYPE, wanted, error);
  return NULL;
}

/* Returns: (transfer floating) (nullable) */
static GVariant *
read_dict (const WfJson  *value,
           const WfField *fields,
           const char    *prefix,
           char         **path,
           GError       **error)
{
  GVariantBuilder builder;

  if (wf_json_type (value) != WF_JSON_OBJECT)
    {
      g_autofree char *at = g_strdup (prefix);
      gsize size = strlen (at);

      if (size > 0)
        at[size - 1] = '\0';
      refuse (value, at, path, WF_WIRE_ERROR_WRONG_TYPE, "an object is wanted here", error);
      return NULL;
    }

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);

  for (const WfJson *child = wf_json_first (value); child != NULL; child = wf_json_next (child))
    {
      const WfField *field = wf_fields_lookup (fields, wf_json_key (child));
      g_autofree char *at = g_strconcat (prefix, wf_json_key (child), NULL);
      GVariant *item = NULL;

      if (field == NULL)
        refuse (child, at, path, WF_WIRE_ERROR_UNKNOWN_FIELD, "no such field", error);
      else
        item = read_value (child, field, at, path, error);

      if (item == NULL)
        {
          g_variant_builder_clear (&builder);
          return NULL;
        }

      g_variant_builder_add (&builder, "{sv}", wf_json_key (child), item);
    }

  return g_variant_builder_end (&builder);
}

/**
 * wf_wire_read_fields:
 * @value: an object
 * @fields: the table that says what it may have
 * @path: (out) (optional) (transfer full): where it is wrong
 * @error: return location, of %WF_WIRE_ERROR; the message begins with the line and the path
 *
 * Reads an object by a table, its shape only: what is missing, too long or out of range is for wf_fields_check(). `null`
 * becomes "cleared".
 *
 * Returns: (transfer full) (nullable): a{sv}
 */
GVariant *
wf_wire_read_fields (const WfJson  *value,
                     const WfField *fields,
                     char         **path,
                     GError       **error)
{
  GVariant *dict = read_dict (value, fields, "", path, error);

  return dict != NULL ? g_variant_ref_sink (dict) : NULL;
}

/**
 * wf_wire_read_checked:
 * @value: an object
 * @fields: the table that says what it may have
 * @prefix: what comes before the path, such as `payload.`; may be empty
 * @path: (out) (optional) (transfer full): where it is wrong
 * @error: return location, of %WF_WIRE_ERROR; the message begins with the line and the path
 *
 * Reads an object by a table and checks all of it.
 *
 * Returns: (transfer full) (nullable): a{sv}
 */
GVariant *
wf_wire_read_checked (const WfJson  *value,
                      const WfField *fields,
                      const char    *prefix,
                      char         **path,
                      GError       **error)
{
  GVariant *floating = read_dict (value, fields, prefix, path, error);

  if (floating == NULL)
    return NULL;

  g_autoptr (GVariant) dict = g_variant_ref_sink (floating);
  g_autoptr (GError) wrong = NULL;
  g_autofree char *at = NULL;

  if (wf_fields_check (fields, dict, &at, &wrong))
    return g_steal_pointer (&dict);

  static const WfWireError codes[] = {
    [WF_MODEL_ERROR_UNKNOWN_FIELD] = WF_WIRE_ERROR_UNKNOWN_FIELD,
    [WF_MODEL_ERROR_MISSING_FIELD] = WF_WIRE_ERROR_MISSING_FIELD,
    [WF_MODEL_ERROR_WRONG_TYPE] = WF_WIRE_ERROR_WRONG_TYPE,
    [WF_MODEL_ERROR_OUT_OF_RANGE] = WF_WIRE_ERROR_OUT_OF_RANGE,
  };

  g_set_error (error, WF_WIRE_ERROR, (int) codes[wrong->code], "line %u: %s%s",
               wf_json_line (wf_json_find (value, at)), prefix, wrong->message);
  if (path != NULL)
    *path = g_strconcat (prefix, at, NULL);

  return NULL;
}

typedef struct
{
  const char *key;
  GVariant   *value; /* (owned) */
} Pair;

static int
compare_pairs (gconstpointer a,
               gconstpointer b)
{
  return strcmp (((const Pair *) a)->key, ((const Pair *) b)->key);
}

static void
clear_pair (Pair *pair)
{
  g_variant_unref (pair->value);
}

static void
write_point (GString  *out,
             GVariant *point)
{
  double lon, lat;

  g_variant_get (point, "(dd)", &lon, &lat);
  g_string_append_c (out, '[');
  wf_json_write_double (out, lon);
  g_string_append_c (out, ',');
  wf_json_write_double (out, lat);
  g_string_append_c (out, ']');
}

static void
write_named_entity (GString  *out,
                    GVariant *entity)
{
  const char *kind_name = wf_dict_string (entity, "kind");
  const WfKind *kind = kind_name != NULL ? wf_kind_lookup (kind_name) : NULL;
  g_autoptr (GVariant) fields = wf_dict_value (entity, "fields");

  g_string_append (out, "{\"fields\":");
  if (fields != NULL)
    wf_wire_write_fields (out, kind != NULL ? kind->fields : NULL, fields);
  else
    g_string_append (out, "{}");
  wf_json_write_key (out, "id");
  wf_json_write_string (out, wf_dict_string (entity, "id") != NULL ? wf_dict_string (entity, "id") : "");
  wf_json_write_key (out, "kind");
  wf_json_write_string (out, kind_name != NULL ? kind_name : "");
  g_string_append_c (out, '}');
}

static void
write_time (GString *out,
            int64_t  time)
{
  g_autofree char *text = wf_time_format (time);

  wf_json_write_string (out, text);
}

static void write_value (GString       *out,
                         const WfField *field,
                         GVariant      *value);

static void
write_list (GString       *out,
            const WfField *field,
            GVariant      *list)
{
  gsize n = g_variant_n_children (list);

  g_string_append_c (out, '[');

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);

      if (i > 0)
        g_string_append_c (out, ',');

      if (field != NULL && field->type == WF_FIELD_ENTITIES)
        write_named_entity (out, child);
      else if (g_variant_is_of_type (child, G_VARIANT_TYPE_VARDICT))
        wf_wire_write_fields (out, field != NULL ? field->fields : NULL, child);
      else
        write_value (out, NULL, child);
    }

  g_string_append_c (out, ']');
}

static void
write_value (GString       *out,
             const WfField *field,
             GVariant      *value)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_STRING:
      wf_json_write_string (out, g_variant_get_string (value, NULL));
      break;

    case G_VARIANT_CLASS_INT64:
      if (field != NULL && field->type == WF_FIELD_TIME)
        write_time (out, g_variant_get_int64 (value));
      else
        wf_json_write_int (out, g_variant_get_int64 (value));
      break;

    case G_VARIANT_CLASS_DOUBLE:
      wf_json_write_double (out, g_variant_get_double (value));
      break;

    case G_VARIANT_CLASS_BOOLEAN:
      g_string_append (out, g_variant_get_boolean (value) ? "true" : "false");
      break;

    case G_VARIANT_CLASS_TUPLE:
      if (g_variant_is_of_type (value, G_VARIANT_TYPE ("(dd)")))
        write_point (out, value);
      else
        g_string_append (out, "null");
      break;

    case G_VARIANT_CLASS_ARRAY:
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
        wf_wire_write_fields (out, field != NULL ? field->fields : NULL, value);
      else
        write_list (out, field, value);
      break;

    case G_VARIANT_CLASS_VARIANT:
      {
        g_autoptr (GVariant) inner = g_variant_get_variant (value);

        write_value (out, field, inner);
        break;
      }

    case G_VARIANT_CLASS_BYTE:
    case G_VARIANT_CLASS_INT16:
    case G_VARIANT_CLASS_UINT16:
    case G_VARIANT_CLASS_INT32:
    case G_VARIANT_CLASS_UINT32:
    case G_VARIANT_CLASS_UINT64:
    case G_VARIANT_CLASS_HANDLE:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
    case G_VARIANT_CLASS_MAYBE:
    case G_VARIANT_CLASS_DICT_ENTRY:
    default:
      g_critical ("A dictionary has a value of type %s", g_variant_get_type_string (value));
      g_string_append (out, "null");
      break;
    }
}

/**
 * wf_wire_write_value:
 * @out: where to
 * @field: (nullable): the table's row for it
 * @value: a value
 *
 * Writes one value as it stands in an object.
 */
void
wf_wire_write_value (GString       *out,
                     const WfField *field,
                     GVariant      *value)
{
  write_value (out, field, value);
}

/**
 * wf_wire_write_fields:
 * @out: where to
 * @fields: (nullable): the table that says which numbers are times
 * @dict: a{sv}
 *
 * Writes a dictionary in the canonical form: keys sorted, no white space.
 */
void
wf_wire_write_fields (GString       *out,
                      const WfField *fields,
                      GVariant      *dict)
{
  g_autoptr (GArray) pairs = g_array_sized_new (FALSE, FALSE, sizeof (Pair), (guint) g_variant_n_children (dict));
  GVariantIter iter;
  Pair pair;

  g_array_set_clear_func (pairs, (GDestroyNotify) clear_pair);

  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &pair.key, &pair.value))
    g_array_append_val (pairs, pair);
  g_array_sort (pairs, compare_pairs);

  g_string_append_c (out, '{');
  for (guint i = 0; i < pairs->len; i++)
    {
      const Pair *next = &g_array_index (pairs, Pair, i);

      wf_json_write_key (out, next->key);
      write_value (out, wf_fields_lookup (fields, next->key), next->value);
    }
  g_string_append_c (out, '}');
}
