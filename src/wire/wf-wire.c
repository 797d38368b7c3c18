/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-wire"

#include "config.h"

#include "wf-wire.h"

#include "wf-dict-pack.h"
#include "wf-dict.h"
#include "wf-kind.h"
#include "wf-time.h"

#include <string.h>

/* Dictionaries out of JSON into GVariant, by the tables of wf-field.h. Reading is in two steps: the shape, which the table
 * says, then wf_fields_check() for what is allowed; both speak of a path, and the document knows its line. */

G_DEFINE_QUARK (wf-wire-error-quark, wf_wire_error)

/* Where a value stands; written out only when something is wrong there. */
typedef struct _Place Place;

struct _Place
{
  const Place *in;  /* (nullable) */
  const char  *key; /* (nullable): it is number index of a list; what is outermost may be empty */
  guint        index;
};

static void
write_place (GString     *out,
             const Place *place)
{
  if (place == NULL)
    return;

  write_place (out, place->in);
  if (place->key == NULL)
    g_string_append_printf (out, "[%u]", place->index);
  else
    {
      if (out->len > 0)
        g_string_append_c (out, '.');
      g_string_append (out, place->key);
    }
}

static gboolean
refuse (const WfJson *at,
        const Place  *where,
        char        **path,
        WfWireError   code,
        const char   *reason,
        GError      **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  write_place (text, where);
  g_set_error (error, WF_WIRE_ERROR, (int) code, "line %u: %s: %s",
               wf_json_line (at), text->len > 0 ? text->str : "the object", reason);

  if (path != NULL)
    *path = g_string_free (g_steal_pointer (&text), FALSE);

  return FALSE;
}

static GVariant *read_dict (const WfJson  *value,
                            const WfField *fields,
                            const Place   *at,
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

/* One of the facts that no table names. */
static gboolean
read_fact (WfDictPack   *pack,
           const WfJson *value,
           const Place  *at,
           char        **path,
           GError      **error)
{
  switch (wf_json_type (value))
    {
    case WF_JSON_BOOL:
      wf_dict_pack_add_bool (pack, at->key, wf_json_bool (value));
      return TRUE;
    case WF_JSON_INT:
      wf_dict_pack_add_int (pack, at->key, wf_json_int (value));
      return TRUE;
    case WF_JSON_DOUBLE:
      wf_dict_pack_add_double (pack, at->key, wf_json_double (value));
      return TRUE;
    case WF_JSON_STRING:
      wf_dict_pack_add_string (pack, at->key, wf_json_string (value));
      return TRUE;
    case WF_JSON_NULL:
    case WF_JSON_ARRAY:
    case WF_JSON_OBJECT:
    default:
      return refuse (value, at, path, WF_WIRE_ERROR_WRONG_TYPE, "must be a number, a text, true or false", error);
    }
}

/* `{"kind", "id", "fields"}`, the fields by the kind's table. Returns: (transfer full) (nullable) */
static GVariant *
read_entity (const WfJson *value,
             const Place  *at,
             char        **path,
             GError      **error)
{
  static const char *const keys[] = { "kind", "id", "fields", NULL };
  const char *name = wf_json_member_string (value, "kind");
  const char *id = wf_json_member_string (value, "id");
  const WfJson *fields = wf_json_member (value, "fields");
  const WfKind *kind = name != NULL ? wf_kind_lookup (name) : NULL;
  Place here = { at, NULL };

  for (const WfJson *child = wf_json_first (value); child != NULL && wf_json_key (child) != NULL; child = wf_json_next (child))
    if (!g_strv_contains (keys, wf_json_key (child)))
      {
        here.key = wf_json_key (child);
        refuse (child, &here, path, WF_WIRE_ERROR_UNKNOWN_FIELD, "no such field", error);
        return NULL;
      }

  if (kind == NULL)
    {
      here.key = "kind";
      refuse (value, &here, path, WF_WIRE_ERROR_UNKNOWN_TYPE, "no such kind of thing", error);
      return NULL;
    }

  if (id == NULL)
    {
      here.key = "id";
      refuse (value, &here, path, WF_WIRE_ERROR_MISSING_FIELD, "a text is wanted here", error);
      return NULL;
    }

  here.key = "fields";
  if (fields == NULL)
    {
      refuse (value, &here, path, WF_WIRE_ERROR_MISSING_FIELD, "is missing", error);
      return NULL;
    }

  g_autoptr (GVariant) dict = read_dict (fields, kind->fields, &here, path, error);
  WfDictPack pack;

  if (dict == NULL)
    return NULL;

  wf_dict_pack_init (&pack);
  wf_dict_pack_add_string (&pack, "kind", kind->name);
  wf_dict_pack_add_string (&pack, "id", id);
  wf_dict_pack_add (&pack, "fields", dict);
  return wf_dict_pack_end (&pack);
}

/* Returns: (transfer full) (nullable) */
static GVariant *
read_list (const WfJson  *value,
           const WfField *field,
           const Place   *at,
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
      const Place here = { at, NULL, i };
      g_autoptr (GVariant) item = NULL;
      double lon, lat;

      if (field->type == WF_FIELD_STRINGS)
        {
          if (wf_json_string (child) != NULL)
            item = g_variant_ref_sink (g_variant_new_string (wf_json_string (child)));
          else
            refuse (child, &here, path, WF_WIRE_ERROR_WRONG_TYPE, "a text is wanted here", error);
        }
      else if (field->type == WF_FIELD_POINTS)
        {
          if (read_pair (child, &lon, &lat))
            item = g_variant_ref_sink (g_variant_new ("(dd)", lon, lat));
          else
            refuse (child, &here, path, WF_WIRE_ERROR_WRONG_TYPE, "[longitude, latitude] is wanted here", error);
        }
      else if (field->type == WF_FIELD_ENTITIES)
        item = read_entity (child, &here, path, error);
      else
        item = read_dict (child, field->fields, &here, path, error);

      if (item == NULL)
        {
          g_variant_builder_clear (&builder);
          return NULL;
        }

      g_variant_builder_add_value (&builder, item);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static gboolean
add_made (WfDictPack *pack,
          const char *key,
          GVariant   *value)
{
  if (value == NULL)
    return FALSE;

  wf_dict_pack_add (pack, key, value);
  g_variant_unref (value);
  return TRUE;
}

static gboolean
read_value (WfDictPack    *pack,
            const WfJson  *value,
            const WfField *field,
            const Place   *at,
            char         **path,
            GError       **error)
{
  const char *text = wf_json_string (value);
  const char *wanted = "a text is wanted here";
  double lon, lat;
  int64_t time;

  if (wf_json_type (value) == WF_JSON_NULL)
    {
      wf_dict_pack_add (pack, field->key, wf_value_clear ());
      return TRUE;
    }

  switch (field->type)
    {
    case WF_FIELD_STRING:
    case WF_FIELD_TEXT:
    case WF_FIELD_ID:
    case WF_FIELD_ENUM:
    case WF_FIELD_DIGEST:
      if (text != NULL)
        {
          wf_dict_pack_add_string (pack, field->key, text);
          return TRUE;
        }
      break;

    case WF_FIELD_INT:
      if (wf_json_type (value) == WF_JSON_INT)
        {
          wf_dict_pack_add_int (pack, field->key, wf_json_int (value));
          return TRUE;
        }
      wanted = "a whole number is wanted here";
      break;

    case WF_FIELD_DOUBLE:
      if (wf_json_type (value) == WF_JSON_INT || wf_json_type (value) == WF_JSON_DOUBLE)
        {
          wf_dict_pack_add_double (pack, field->key, wf_json_double (value));
          return TRUE;
        }
      wanted = "a number is wanted here";
      break;

    case WF_FIELD_BOOL:
      if (wf_json_type (value) == WF_JSON_BOOL)
        {
          wf_dict_pack_add_bool (pack, field->key, wf_json_bool (value));
          return TRUE;
        }
      wanted = "true or false is wanted here";
      break;

    case WF_FIELD_TIME:
      if (text != NULL && wf_time_parse (text, &time))
        {
          wf_dict_pack_add_int (pack, field->key, time);
          return TRUE;
        }
      wanted = "a time such as 2026-11-21T13:07:45.120Z is wanted here";
      break;

    case WF_FIELD_POINT:
      if (read_pair (value, &lon, &lat))
        {
          wf_dict_pack_add_point (pack, field->key, lon, lat);
          return TRUE;
        }
      wanted = "[longitude, latitude] is wanted here";
      break;

    case WF_FIELD_POINTS:
    case WF_FIELD_STRINGS:
    case WF_FIELD_OBJECTS:
    case WF_FIELD_ENTITIES:
      return add_made (pack, field->key, read_list (value, field, at, path, error));

    case WF_FIELD_OBJECT:
      return add_made (pack, field->key, read_dict (value, field->fields, at, path, error));

    case WF_FIELD_FACTS:
      return add_made (pack, field->key, read_dict (value, NULL, at, path, error));

    default:
      g_assert_not_reached ();
    }

  return refuse (value, at, path, WF_WIRE_ERROR_WRONG_TYPE, wanted, error);
}

static gboolean
read_member (WfDictPack    *pack,
             const WfJson  *value,
             const WfField *fields,
             const Place   *at,
             char         **path,
             GError       **error)
{
  const WfField *field = wf_fields_lookup (fields, at->key);

  return field != NULL ? read_value (pack, value, field, at, path, error)
                       : refuse (value, at, path, WF_WIRE_ERROR_UNKNOWN_FIELD, "no such field", error);
}

/* Returns: (transfer full) (nullable): by @fields; facts where that is %NULL */
static GVariant *
read_dict (const WfJson  *value,
           const WfField *fields,
           const Place   *at,
           char         **path,
           GError       **error)
{
  WfDictPack pack;

  if (wf_json_type (value) != WF_JSON_OBJECT)
    {
      refuse (value, at, path, WF_WIRE_ERROR_WRONG_TYPE, "an object is wanted here", error);
      return NULL;
    }

  wf_dict_pack_init (&pack);

  for (const WfJson *child = wf_json_first (value); child != NULL; child = wf_json_next (child))
    {
      const Place here = { at, wf_json_key (child) };

      if (fields != NULL ? !read_member (&pack, child, fields, &here, path, error)
                         : !read_fact (&pack, child, &here, path, error))
        {
          wf_dict_pack_clear (&pack);
          return NULL;
        }
    }

  return wf_dict_pack_end (&pack);
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
  return read_dict (value, fields, NULL, path, error);
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
  char outermost[64];
  gsize size = g_strlcpy (outermost, prefix, sizeof outermost);
  const Place place = { NULL, outermost };

  /* The point at its end comes back where something is written behind it. */
  if (size > 0 && size < sizeof outermost)
    outermost[size - 1] = '\0';

  g_autoptr (GVariant) dict = read_dict (value, fields, &place, path, error);
  if (dict == NULL)
    return NULL;

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
