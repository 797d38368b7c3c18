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

/* Dictionaries into JSON, in the canonical form: keys sorted, no white space. */

/* The year 2100: a time before it is certainly written and read as it is. */
#define PLAIN_TIME_MAX G_GINT64_CONSTANT (4102444800000)

static void
write_pair (GString *out,
            double   lon,
            double   lat)
{
  g_string_append_c (out, '[');
  wf_json_write_double (out, lon);
  g_string_append_c (out, ',');
  wf_json_write_double (out, lat);
  g_string_append_c (out, ']');
}

static void
write_point (GString  *out,
             GVariant *point)
{
  double lon, lat;

  g_variant_get (point, "(dd)", &lon, &lat);
  write_pair (out, lon, lat);
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
  wf_json_write_member_text (out, "id", wf_dict_string (entity, "id") != NULL ? wf_dict_string (entity, "id") : "");
  wf_json_write_member_text (out, "kind", kind_name != NULL ? kind_name : "");
  g_string_append_c (out, '}');
}

static void
write_time (GString *out,
            int64_t  time)
{
  char text[WF_TIME_SIZE];

  wf_time_write (time, text);
  g_string_append_c (out, '"');
  g_string_append (out, text);
  g_string_append_c (out, '"');
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

static void
write_entry (GString           *out,
             const WfField     *field,
             GVariant          *dict,
             const WfDictEntry *entry)
{
  const char *text = wf_dict_entry_string (entry);
  int64_t whole;
  double real, other;
  gboolean yes;

  if (text != NULL)
    wf_json_write_string (out, text);
  else if (wf_dict_entry_int (entry, &whole))
    {
      if (field != NULL && field->type == WF_FIELD_TIME)
        write_time (out, whole);
      else
        wf_json_write_int (out, whole);
    }
  else if (wf_dict_entry_double (entry, &real))
    wf_json_write_double (out, real);
  else if (wf_dict_entry_bool (entry, &yes))
    g_string_append (out, yes ? "true" : "false");
  else if (wf_dict_entry_point (entry, &real, &other))
    write_pair (out, real, other);
  else
    {
      g_autoptr (GVariant) value = wf_dict_value (dict, entry->key);

      write_value (out, field, value);
    }
}

/* The fields of a dictionary, sorted by key. */
typedef struct
{
  WfDictEntry *entries;
  gsize        n;
  gboolean     sorted; /* whether the dictionary itself has them in this order */
  WfDictEntry  few[24];
} Sorted;

static void
sort_fields (Sorted   *self,
             GVariant *dict)
{
  gsize room = G_N_ELEMENTS (self->few);
  WfDictIter iter;

  self->entries = self->few;
  self->n = 0;
  self->sorted = TRUE;

  wf_dict_iter_init (&iter, dict);
  while (wf_dict_iter_next (&iter, &self->entries[self->n]))
    {
      self->sorted = self->sorted &&
                     (self->n == 0 || strcmp (self->entries[self->n - 1].key, self->entries[self->n].key) < 0);

      if (++self->n == room)
        {
          WfDictEntry *before = self->entries == self->few ? NULL : self->entries;

          room *= 2;
          self->entries = g_renew (WfDictEntry, before, room);
          if (before == NULL)
            memcpy (self->entries, self->few, sizeof self->few);
        }
    }

  if (!self->sorted)
    wf_dict_entries_sort (self->entries, self->n);
}

static void
clear_sorted (Sorted *self)
{
  if (self->entries != self->few)
    g_free (self->entries);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sorted, clear_sorted)

/* Returns: whether a text is UTF-8 without a zero in it; most are ASCII, which eight bytes at a time tell */
static gboolean
is_text (const char *text,
         gsize       size)
{
  uint64_t high = 0;
  gsize i = 0;

  if (strlen (text) != size)
    return FALSE;

  for (; i + sizeof high <= size; i += sizeof high)
    {
      uint64_t eight;

      memcpy (&eight, text + i, sizeof eight);
      high |= eight;
    }
  for (; i < size; i++)
    high |= (guchar) text[i];

  return (high & G_GUINT64_CONSTANT (0x8080808080808080)) == 0 || g_utf8_validate_len (text, size, NULL);
}

/* Returns: whether whoever reads the field gets what was written, to the bit, beyond doubt */
static gboolean
reads_back (const WfField     *field,
            const WfDictEntry *entry)
{
  const char *text;
  gboolean yes;
  int64_t whole;

  if (field == NULL)
    return FALSE;

  switch (field->type)
    {
    case WF_FIELD_STRING:
    case WF_FIELD_TEXT:
    case WF_FIELD_ID:
    case WF_FIELD_ENUM:
    case WF_FIELD_DIGEST:
      text = wf_dict_entry_string (entry);
      return text != NULL && is_text (text, entry->size - 1);

    case WF_FIELD_INT:
      return wf_dict_entry_int (entry, &whole) && ABS (whole) <= WF_JSON_MAX_INT;

    case WF_FIELD_TIME:
      return wf_dict_entry_int (entry, &whole) && whole > 0 && whole < PLAIN_TIME_MAX;

    case WF_FIELD_BOOL:
      return wf_dict_entry_bool (entry, &yes);

    case WF_FIELD_DOUBLE:
    case WF_FIELD_POINT:
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

/* Returns: whether whoever reads it gets what was written, to the bit, beyond doubt */
static gboolean
write_sorted (GString       *out,
              const WfField *fields,
              GVariant      *dict,
              const Sorted  *sorted)
{
  gboolean good = TRUE;

  g_string_append_c (out, '{');
  for (gsize i = 0; i < sorted->n; i++)
    {
      const WfDictEntry *entry = &sorted->entries[i];
      const WfField *field = wf_fields_lookup (fields, entry->key);

      wf_json_write_key (out, entry->key);
      write_entry (out, field, dict, entry);
      good = good && reads_back (field, entry) && (i == 0 || strcmp (sorted->entries[i - 1].key, entry->key) != 0);
    }
  g_string_append_c (out, '}');

  return good;
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
  g_auto (Sorted) sorted;

  sort_fields (&sorted, dict);
  write_sorted (out, fields, dict, &sorted);
}

/**
 * wf_wire_write_readable:
 * @out: where to
 * @fields: a table
 * @dict: a{sv}
 *
 * Writes a dictionary as wf_wire_write_fields() does, and says what whoever reads it will find, where that needs no reading:
 * where there are only texts, whole numbers, times and yes or no.
 *
 * Returns: (transfer full) (nullable): what wf_wire_read_fields() would make of it, or %NULL where only that can tell
 */
GVariant *
wf_wire_write_readable (GString       *out,
                        const WfField *fields,
                        GVariant      *dict)
{
  g_auto (Sorted) sorted;

  sort_fields (&sorted, dict);
  if (!write_sorted (out, fields, dict, &sorted))
    return NULL;
  if (sorted.sorted)
    return g_variant_ref (dict);

  WfDictPack pack;

  wf_dict_pack_init (&pack);
  for (gsize i = 0; i < sorted.n; i++)
    wf_dict_pack_add_entry (&pack, &sorted.entries[i]);

  return wf_dict_pack_end (&pack);
}
