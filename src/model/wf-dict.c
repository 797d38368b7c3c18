/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-model"

#include "config.h"

#include "wf-dict.h"

#include "wf-dict-pack.h"
#include "wf-table.h"

#include <stdarg.h>
#include <string.h>

/**
 * wf_value_string:
 * @value: (nullable): a UTF-8 text
 *
 * Returns: (transfer floating) (nullable): the value for a dictionary, or %NULL (left out by wf_dict_make()) for %NULL
 */
GVariant *
wf_value_string (const char *value)
{
  return value != NULL ? g_variant_new_string (value) : NULL;
}

/**
 * wf_value_int:
 * @value: a number
 *
 * Returns: (transfer floating): the value for a dictionary
 */
GVariant *
wf_value_int (int64_t value)
{
  return g_variant_new_int64 (value);
}

/**
 * wf_value_time:
 * @value: milliseconds since the epoch
 *
 * Returns: (transfer floating) (nullable): the value for a dictionary, or %NULL for 0, which means "not known"
 */
GVariant *
wf_value_time (int64_t value)
{
  return value != 0 ? g_variant_new_int64 (value) : NULL;
}

/**
 * wf_value_double:
 * @value: a finite number
 *
 * Returns: (transfer floating): the value for a dictionary
 */
GVariant *
wf_value_double (double value)
{
  return g_variant_new_double (value);
}

/**
 * wf_value_bool:
 * @value: yes or no
 *
 * Returns: (transfer floating): the value for a dictionary
 */
GVariant *
wf_value_bool (gboolean value)
{
  return g_variant_new_boolean (value);
}

/**
 * wf_value_point:
 * @longitude: degrees east, WGS 84
 * @latitude: degrees north, WGS 84
 *
 * Returns: (transfer floating): the value for a dictionary
 */
GVariant *
wf_value_point (double longitude,
                double latitude)
{
  return g_variant_new ("(dd)", longitude, latitude);
}

/**
 * wf_value_strings:
 * @values: (array zero-terminated=1) (nullable): texts
 *
 * Returns: (transfer floating) (nullable): the value for a dictionary
 */
GVariant *
wf_value_strings (const char *const *values)
{
  return values != NULL ? g_variant_new_strv (values, -1) : NULL;
}

/**
 * wf_value_objects:
 * @dicts: (element-type GVariant) (nullable): dictionaries
 *
 * Returns: (transfer floating) (nullable): the value for a dictionary
 */
GVariant *
wf_value_objects (GPtrArray *dicts)
{
  return dicts != NULL
         ? g_variant_new_array (G_VARIANT_TYPE_VARDICT, (GVariant **) dicts->pdata, dicts->len)
         : NULL;
}

/**
 * wf_value_clear:
 *
 * Returns: (transfer floating): the value that clears a field when an entity is patched
 */
GVariant *
wf_value_clear (void)
{
  return g_variant_new_tuple (NULL, 0);
}

/**
 * wf_value_is_clear:
 * @value: a value
 *
 * Returns: whether it clears the field that it is given for
 */
gboolean
wf_value_is_clear (GVariant *value)
{
  return g_variant_is_of_type (value, G_VARIANT_TYPE_UNIT);
}

/**
 * wf_dict_make:
 * @key: (nullable): the first key
 * @...: the first value (a #GVariant, floating or not), more pairs, and %NULL
 *
 * Makes a dictionary. Pairs whose value is %NULL are left out, so that optional fields need no branches.
 *
 * Returns: (transfer full): the dictionary
 */
GVariant *
wf_dict_make (const char *key,
              ...)
{
  WfDictPack pack;
  va_list args;

  wf_dict_pack_init (&pack);

  va_start (args, key);
  while (key != NULL)
    {
      GVariant *value = va_arg (args, GVariant *);

      if (value != NULL)
        wf_dict_pack_add (&pack, key, value);

      key = va_arg (args, const char *);
    }
  va_end (args);

  return wf_dict_pack_end (&pack);
}

/**
 * wf_dict_empty:
 *
 * Returns: (transfer full): a dictionary with nothing in it
 */
GVariant *
wf_dict_empty (void)
{
  return wf_dict_make (NULL, NULL);
}

/* Keeps a field to be sorted as long as there is room; what comes then is put down as it comes. One without data is none. */
static void
add_or_keep (WfDictPack        *pack,
             WfDictEntry       *few,
             gsize             *n,
             const WfDictEntry *entry)
{
  if (*n < WF_DICT_PACK_FEW)
    few[(*n)++] = *entry;
  else if (entry->data != NULL)
    wf_dict_pack_add_entry (pack, entry);
}

static gboolean
is_among (const WfDictEntry *few,
          gsize              n,
          const char        *key)
{
  for (gsize i = 0; i < n; i++)
    if (wf_same_text (few[i].key, key))
      return TRUE;

  return FALSE;
}

/**
 * wf_dict_merge:
 * @dict: a dictionary
 * @patch: what is to change in it; a unit tuple clears a field
 *
 * Few fields come out sorted by name, so that whoever writes them down in the canonical form finds them in order.
 *
 * Returns: (transfer full): @dict with the fields of @patch put in their place
 */
GVariant *
wf_dict_merge (GVariant *dict,
               GVariant *patch)
{
  WfDictEntry few[WF_DICT_PACK_FEW];
  gsize n = 0;
  WfDictPack pack;
  WfDictIter iter;
  WfDictEntry entry;

  g_return_val_if_fail (g_variant_is_of_type (dict, G_VARIANT_TYPE_VARDICT), NULL);
  g_return_val_if_fail (g_variant_is_of_type (patch, G_VARIANT_TYPE_VARDICT), NULL);

  wf_dict_pack_init (&pack);

  wf_dict_iter_init (&iter, patch);
  while (wf_dict_iter_next (&iter, &entry))
    {
      /* It clears; what clears in @dict stays, for whoever comes after. */
      if (wf_dict_entry_is (&entry, "()"))
        entry.data = NULL;
      add_or_keep (&pack, few, &n, &entry);
    }

  gsize n_patch = n;

  wf_dict_iter_init (&iter, dict);
  while (wf_dict_iter_next (&iter, &entry))
    if (!(n_patch < WF_DICT_PACK_FEW ? is_among (few, n_patch, entry.key) : wf_dict_has (patch, entry.key)))
      add_or_keep (&pack, few, &n, &entry);

  wf_dict_entries_sort (few, n);
  for (gsize i = 0; i < n; i++)
    if (few[i].data != NULL)
      wf_dict_pack_add_entry (&pack, &few[i]);

  return wf_dict_pack_end (&pack);
}

static gboolean
find (GVariant    *dict,
      const char  *key,
      WfDictIter  *iter,
      WfDictEntry *entry)
{
  wf_dict_iter_init (iter, dict);

  return wf_dict_iter_find (iter, key, entry);
}

/**
 * wf_dict_value:
 * @dict: (nullable): a dictionary
 * @key: a field
 *
 * Returns: (transfer full) (nullable): the field's value, or %NULL if there is none
 */
GVariant *
wf_dict_value (GVariant   *dict,
               const char *key)
{
  WfDictIter iter;
  WfDictEntry entry;

  return find (dict, key, &iter, &entry) ? wf_dict_iter_value (&iter, &entry) : NULL;
}

/**
 * wf_dict_has:
 * @dict: (nullable): a dictionary
 * @key: a field
 *
 * Returns: whether the dictionary has the field
 */
gboolean
wf_dict_has (GVariant   *dict,
             const char *key)
{
  WfDictIter iter;
  WfDictEntry entry;

  return find (dict, key, &iter, &entry);
}

/**
 * wf_dict_string:
 * @dict: (nullable): a dictionary
 * @key: a field
 *
 * Returns: (transfer none) (nullable): the text, valid as long as @dict; %NULL if the field is missing or no text
 */
const char *
wf_dict_string (GVariant   *dict,
                const char *key)
{
  WfDictIter iter;
  WfDictEntry entry;

  return find (dict, key, &iter, &entry) ? wf_dict_entry_string (&entry) : NULL;
}

/**
 * wf_dict_int:
 * @dict: (nullable): a dictionary
 * @key: a field
 * @fallback: what to return where the field is missing
 *
 * Returns: the number
 */
int64_t
wf_dict_int (GVariant   *dict,
             const char *key,
             int64_t     fallback)
{
  WfDictIter iter;
  WfDictEntry entry;
  int64_t number;

  return find (dict, key, &iter, &entry) && wf_dict_entry_int (&entry, &number) ? number : fallback;
}

/**
 * wf_dict_time:
 * @dict: (nullable): a dictionary
 * @key: a field
 *
 * Returns: milliseconds since the epoch, 0 if not known
 */
int64_t
wf_dict_time (GVariant   *dict,
              const char *key)
{
  return wf_dict_int (dict, key, 0);
}

/**
 * wf_dict_double:
 * @dict: (nullable): a dictionary
 * @key: a field of type double or int
 * @fallback: what to return where the field is missing
 *
 * Returns: the number
 */
double
wf_dict_double (GVariant   *dict,
                const char *key,
                double      fallback)
{
  WfDictIter iter;
  WfDictEntry entry;
  double number;
  int64_t whole;

  if (!find (dict, key, &iter, &entry))
    return fallback;
  if (wf_dict_entry_double (&entry, &number))
    return number;

  return wf_dict_entry_int (&entry, &whole) ? (double) whole : fallback;
}

/**
 * wf_dict_bool:
 * @dict: (nullable): a dictionary
 * @key: a field
 *
 * Returns: the value; %FALSE if the field is missing
 */
gboolean
wf_dict_bool (GVariant   *dict,
              const char *key)
{
  WfDictIter iter;
  WfDictEntry entry;
  gboolean value;

  return find (dict, key, &iter, &entry) && wf_dict_entry_bool (&entry, &value) && value;
}

/**
 * wf_dict_point:
 * @dict: (nullable): a dictionary
 * @key: a field
 * @longitude: (out) (optional): degrees east, WGS 84
 * @latitude: (out) (optional): degrees north, WGS 84
 *
 * Returns: whether the field is there
 */
gboolean
wf_dict_point (GVariant   *dict,
               const char *key,
               double     *longitude,
               double     *latitude)
{
  WfDictIter iter;
  WfDictEntry entry;
  double lon, lat;

  if (!find (dict, key, &iter, &entry) || !wf_dict_entry_point (&entry, &lon, &lat))
    return FALSE;

  if (longitude != NULL)
    *longitude = lon;
  if (latitude != NULL)
    *latitude = lat;

  return TRUE;
}

/**
 * wf_dict_strings:
 * @dict: (nullable): a dictionary
 * @key: a field
 *
 * Returns: (transfer full) (array zero-terminated=1): the texts; empty if the field is missing
 */
char **
wf_dict_strings (GVariant   *dict,
                 const char *key)
{
  char **texts = NULL;

  if (dict == NULL || !g_variant_lookup (dict, key, "^as", &texts))
    texts = g_new0 (char *, 1);

  return texts;
}

/**
 * wf_dict_objects:
 * @dict: (nullable): a dictionary
 * @key: a field of type objects
 *
 * Returns: (transfer full) (element-type GVariant): the dictionaries in it; empty if the field is missing
 */
GPtrArray *
wf_dict_objects (GVariant   *dict,
                 const char *key)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) list = wf_dict_value (dict, key);

  if (list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("aa{sv}")))
    for (gsize i = 0; i < g_variant_n_children (list); i++)
      g_ptr_array_add (objects, g_variant_get_child_value (list, i));

  return objects;
}
