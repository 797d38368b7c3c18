/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-model"

#include "config.h"

#include "wf-dict-pack.h"

#include <stdlib.h>
#include <string.h>

/* Dictionaries as the bytes that they are. Every command is read, checked, decided, written, applied and kept as
 * dictionaries; with GVariantBuilder and g_variant_lookup() each field costs six allocations to make and two to pass by,
 * which was most of what the service did. Here a field is written once, behind the one before, and found by walking over
 * the bytes. What comes out is a #GVariant like any other, and takes a quarter of the memory.
 *
 * The form is GVariant's own, for a{sv}: each entry begins at a multiple of 8 with its key; the variant begins at the next
 * multiple of 8 with the value, a zero and the value's type; then comes where the key ends. Behind all entries stands where
 * each of them ends. Offsets are little-endian and as wide as the size of what they are in asks for. (The GVariant
 * specification, 2.3 to 2.5.) Whoever walks checks every bound, so that bytes that lie are bytes without fields. */

#define ALIGN(n) (((n) + 7) & ~(gsize) 7)

static gsize
width_of (gsize size)
{
  return size <= G_MAXUINT8 ? 1 : size <= G_MAXUINT16 ? 2 : size <= G_MAXUINT32 ? 4 : 8;
}

/* How wide @n offsets are behind a body, which they make longer. */
static gsize
width_behind (gsize body,
              gsize n)
{
  return body + n <= G_MAXUINT8 ? 1 : body + 2 * n <= G_MAXUINT16 ? 2 : body + 4 * n <= G_MAXUINT32 ? 4 : 8;
}

static inline gsize
read_offset (const guint8 *at,
             gsize         width)
{
  gsize offset = 0;

  if (width == 1)
    return at[0];

  for (gsize i = width; i > 0; i--)
    offset = offset << 8 | at[i - 1];

  return offset;
}

/**
 * wf_dict_iter_init:
 * @self: an iterator
 * @dict: (nullable): a{sv}; must outlive it
 *
 * Begins to walk over a dictionary.
 */
void
wf_dict_iter_init (WfDictIter *self,
                   GVariant   *dict)
{
  memset (self, 0, sizeof *self);
  self->dict = dict;
  if (dict == NULL || strcmp (g_variant_get_type_string (dict), "a{sv}") != 0)
    return;

  self->data = g_variant_get_data (dict);
  self->size = g_variant_get_size (dict);
  if (self->data == NULL || self->size == 0)
    return;

  self->width = width_of (self->size);
  if (self->size < self->width)
    return;

  gsize end = read_offset (self->data + self->size - self->width, self->width);
  if (end <= self->size && (self->size - end) % self->width == 0)
    {
      self->n = (self->size - end) / self->width;
      self->size = end;
    }
}

/**
 * wf_dict_iter_next:
 * @self: an iterator
 * @entry: (out): the next field
 *
 * Returns: whether there is one
 */
gboolean
wf_dict_iter_next (WfDictIter  *self,
                   WfDictEntry *entry)
{
  if (self->next >= self->n)
    return FALSE;

  gsize start = ALIGN (self->start);
  gsize end = read_offset (self->data + self->size + self->next * self->width, self->width);
  gsize width = end > start ? width_of (end - start) : 0;

  if (end > self->size || end < start || end - start < width + 2)
    return FALSE;

  const guint8 *at = self->data + start;
  gsize body = end - start - width;
  gsize key_size = read_offset (at + body, width);
  gsize value = ALIGN (key_size);

  if (key_size == 0 || value > body || at[key_size - 1] != '\0')
    return FALSE;

  const guint8 *zero = memrchr (at + value, '\0', body - value);
  if (zero == NULL)
    return FALSE;

  entry->key = (const char *) at;
  entry->data = at + value;
  entry->size = (gsize) (zero - entry->data);
  entry->type = (const char *) zero + 1;
  entry->type_size = (gsize) (at + body - zero) - 1;
  self->start = end;
  self->next++;

  return TRUE;
}

/**
 * wf_dict_iter_find:
 * @self: an iterator that has just begun
 * @key: a field
 * @entry: (out): the first field of that name
 *
 * Walks to a field; what lies before it is not looked into.
 *
 * Returns: whether there is one
 */
gboolean
wf_dict_iter_find (WfDictIter  *self,
                   const char  *key,
                   WfDictEntry *entry)
{
  gsize size = strlen (key) + 1;

  for (; self->next < self->n; self->next++)
    {
      gsize start = ALIGN (self->start);
      gsize end = read_offset (self->data + self->size + self->next * self->width, self->width);

      if (end > self->size || end < start)
        return FALSE;
      if (end - start > size && memcmp (self->data + start, key, size) == 0)
        return wf_dict_iter_next (self, entry);

      self->start = end;
    }

  return FALSE;
}

/**
 * wf_dict_iter_value:
 * @self: an iterator
 * @entry: what it gave
 *
 * Returns: (transfer full): the value, which shares the dictionary's bytes
 */
GVariant *
wf_dict_iter_value (WfDictIter        *self,
                    const WfDictEntry *entry)
{
  char type[16];

  /* What is part of something sound is sound; by way of the entry and its box it would take three times as long. */
  if (entry->type_size < sizeof type && g_variant_is_normal_form (self->dict))
    {
      g_autoptr (GBytes) all = g_variant_get_data_as_bytes (self->dict);
      const guint8 *data = g_bytes_get_data (all, NULL);
      g_autoptr (GBytes) own = g_bytes_new_from_bytes (all, (gsize) (entry->data - data), entry->size);

      memcpy (type, entry->type, entry->type_size);
      type[entry->type_size] = '\0';

      return g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (type), own, TRUE));
    }

  g_autoptr (GVariant) pair = g_variant_get_child_value (self->dict, self->next - 1);
  g_autoptr (GVariant) box = g_variant_get_child_value (pair, 1);

  return g_variant_get_variant (box);
}

/**
 * wf_dict_entry_is:
 * @self: a field
 * @type: a type string
 *
 * Returns: whether its value is of that type
 */
gboolean
wf_dict_entry_is (const WfDictEntry *self,
                  const char        *type)
{
  return strncmp (type, self->type, self->type_size) == 0 && type[self->type_size] == '\0';
}

static gboolean
is_letter (const WfDictEntry *self,
           char               type)
{
  return self->type_size == 1 && self->type[0] == type;
}

/**
 * wf_dict_entry_string:
 * @self: a field
 *
 * Returns: (transfer none) (nullable): its text, valid as long as the dictionary; %NULL where it is none
 */
const char *
wf_dict_entry_string (const WfDictEntry *self)
{
  return is_letter (self, 's') && self->size > 0 && self->data[self->size - 1] == '\0' ? (const char *) self->data : NULL;
}

/**
 * wf_dict_entry_int:
 * @self: a field
 * @number: (out): its number
 *
 * Returns: whether it is a whole number
 */
gboolean
wf_dict_entry_int (const WfDictEntry *self,
                   int64_t           *number)
{
  if (!is_letter (self, 'x') || self->size != sizeof *number)
    return FALSE;

  memcpy (number, self->data, sizeof *number);
  return TRUE;
}

/**
 * wf_dict_entry_double:
 * @self: a field
 * @number: (out): its number
 *
 * Returns: whether it is a number that need not be whole
 */
gboolean
wf_dict_entry_double (const WfDictEntry *self,
                      double            *number)
{
  if (!is_letter (self, 'd') || self->size != sizeof *number)
    return FALSE;

  memcpy (number, self->data, sizeof *number);
  return TRUE;
}

/**
 * wf_dict_entry_bool:
 * @self: a field
 * @value: (out): what it says
 *
 * Returns: whether it is yes or no
 */
gboolean
wf_dict_entry_bool (const WfDictEntry *self,
                    gboolean          *value)
{
  if (!is_letter (self, 'b') || self->size != 1)
    return FALSE;

  *value = self->data[0] != 0;
  return TRUE;
}

/**
 * wf_dict_entry_point:
 * @self: a field
 * @longitude: (out): degrees east
 * @latitude: (out): degrees north
 *
 * Returns: whether it is a place
 */
gboolean
wf_dict_entry_point (const WfDictEntry *self,
                     double            *longitude,
                     double            *latitude)
{
  if (!wf_dict_entry_is (self, "(dd)") || self->size != 2 * sizeof (double))
    return FALSE;

  memcpy (longitude, self->data, sizeof (double));
  memcpy (latitude, self->data + sizeof (double), sizeof (double));
  return TRUE;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  return strcmp (((const WfDictEntry *) a)->key, ((const WfDictEntry *) b)->key);
}

/**
 * wf_dict_entries_sort:
 * @entries: (array length=n): fields
 * @n: how many
 *
 * Sorts fields by their names, as the canonical form has them.
 */
void
wf_dict_entries_sort (WfDictEntry *entries,
                      gsize        n)
{
  /* Few, and mostly in order already. */
  if (n > WF_DICT_PACK_FEW)
    {
      qsort (entries, n, sizeof *entries, compare_entries);
      return;
    }

  for (gsize i = 1; i < n; i++)
    {
      gsize to = i;

      while (to > 0 && compare_entries (&entries[i], &entries[to - 1]) < 0)
        to--;

      if (to < i)
        {
          const WfDictEntry entry = entries[i];

          memmove (&entries[to + 1], &entries[to], (i - to) * sizeof *entries);
          entries[to] = entry;
        }
    }
}

/* --- writing --- */

/**
 * wf_dict_pack_init:
 * @self: a dictionary to be written
 *
 * Begins a dictionary. Ended by wf_dict_pack_end() or wf_dict_pack_clear().
 */
void
wf_dict_pack_init (WfDictPack *self)
{
  self->room = sizeof self->small;
  self->data = self->small;
  self->used = 0;
  self->ends = self->few;
  self->n = 0;
  self->n_room = G_N_ELEMENTS (self->few);
}

/**
 * wf_dict_pack_clear:
 * @self: a dictionary that is not wanted after all
 */
void
wf_dict_pack_clear (WfDictPack *self)
{
  if (self->ends != self->few)
    g_free (self->ends);
  if (self->data != self->small)
    g_free (self->data);
}

/* Returns: where the next @size bytes go; no more than that may be written there */
static guint8 *
ensure_room (WfDictPack *self,
             gsize       size)
{
  if (self->room - self->used < size)
    {
      guint8 *before = self->data == self->small ? NULL : self->data;

      self->room = MAX (2 * self->room, self->used + size);
      self->data = g_realloc (before, self->room);
      if (before == NULL)
        memcpy (self->data, self->small, self->used);
    }

  return self->data + self->used;
}

static void
append (WfDictPack *self,
        const void *data,
        gsize       size)
{
  /* An empty list has no data at all, which memcpy() may not be handed. */
  if (size > 0)
    memcpy (ensure_room (self, size), data, size);
  self->used += size;
}

static void
pad (WfDictPack *self)
{
  gsize missing = ALIGN (self->used) - self->used;

  memset (ensure_room (self, 8), 0, missing);
  self->used += missing;
}

static void
append_offset (WfDictPack *self,
               gsize       offset,
               gsize       width)
{
  guint8 *at = ensure_room (self, width);

  for (gsize i = 0; i < width; i++, offset >>= 8)
    at[i] = (guint8) offset;
  self->used += width;
}

/* Returns: size of the key, for end_entry() */
static gsize
begin_entry (WfDictPack *self,
             const char *key)
{
  gsize size = strlen (key) + 1;

  pad (self);
  append (self, key, size);
  pad (self);

  return size;
}

static void
end_entry (WfDictPack *self,
           gsize       start,
           gsize       key_size,
           const char *type,
           gsize       type_size)
{
  append (self, "", 1);
  append (self, type, type_size);
  append_offset (self, key_size, width_behind (self->used - start, 1));

  if (self->n == self->n_room)
    {
      gsize *before = self->ends == self->few ? NULL : self->ends;

      self->n_room *= 2;
      self->ends = g_renew (gsize, before, self->n_room);
      if (before == NULL)
        memcpy (self->ends, self->few, sizeof self->few);
    }
  self->ends[self->n++] = self->used;
}

static void
add_raw (WfDictPack *self,
         const char *key,
         const char *type,
         gsize       type_size,
         const void *data,
         gsize       size)
{
  gsize start = ALIGN (self->used);
  gsize key_size = begin_entry (self, key);

  append (self, data, size);
  end_entry (self, start, key_size, type, type_size);
}

/**
 * wf_dict_pack_add:
 * @self: a dictionary
 * @key: a field
 * @value: (transfer none): its value; a floating reference is taken
 */
void
wf_dict_pack_add (WfDictPack *self,
                  const char *key,
                  GVariant   *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  const char *type = g_variant_get_type_string (owned);

  add_raw (self, key, type, strlen (type), g_variant_get_data (owned), g_variant_get_size (owned));
}

/**
 * wf_dict_pack_add_string:
 * @self: a dictionary
 * @key: a field
 * @value: UTF-8 text
 */
void
wf_dict_pack_add_string (WfDictPack *self,
                         const char *key,
                         const char *value)
{
  add_raw (self, key, "s", 1, value, strlen (value) + 1);
}

/**
 * wf_dict_pack_add_int:
 * @self: a dictionary
 * @key: a field
 * @value: a whole number
 */
void
wf_dict_pack_add_int (WfDictPack *self,
                      const char *key,
                      int64_t     value)
{
  add_raw (self, key, "x", 1, &value, sizeof value);
}

/**
 * wf_dict_pack_add_double:
 * @self: a dictionary
 * @key: a field
 * @value: a number
 */
void
wf_dict_pack_add_double (WfDictPack *self,
                         const char *key,
                         double      value)
{
  add_raw (self, key, "d", 1, &value, sizeof value);
}

/**
 * wf_dict_pack_add_bool:
 * @self: a dictionary
 * @key: a field
 * @value: yes or no
 */
void
wf_dict_pack_add_bool (WfDictPack *self,
                       const char *key,
                       gboolean    value)
{
  guint8 byte = value ? 1 : 0;

  add_raw (self, key, "b", 1, &byte, 1);
}

/**
 * wf_dict_pack_add_point:
 * @self: a dictionary
 * @key: a field
 * @longitude: degrees east
 * @latitude: degrees north
 */
void
wf_dict_pack_add_point (WfDictPack *self,
                        const char *key,
                        double      longitude,
                        double      latitude)
{
  const double pair[2] = { longitude, latitude };

  add_raw (self, key, "(dd)", 4, pair, sizeof pair);
}

/**
 * wf_dict_pack_add_entry:
 * @self: a dictionary
 * @entry: a field of another one
 */
void
wf_dict_pack_add_entry (WfDictPack        *self,
                        const WfDictEntry *entry)
{
  add_raw (self, entry->key, entry->type, entry->type_size, entry->data, entry->size);
}

/**
 * wf_dict_pack_end:
 * @self: a dictionary; it is over with
 *
 * Returns: (transfer full): a{sv}
 */
GVariant *
wf_dict_pack_end (WfDictPack *self)
{
  gsize width = width_behind (self->used, self->n);
  guint8 *data;

  for (gsize i = 0; i < self->n; i++)
    append_offset (self, self->ends[i], width);

  /* What is kept for years should not lie in a buffer that was made for more. */
  data = g_malloc (MAX (self->used, 1));
  if (self->used > 0)
    memcpy (data, self->data, self->used);
  wf_dict_pack_clear (self);

  return g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE_VARDICT, data, self->used, TRUE, g_free, data));
}
