/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfDictEntry:
 * @key: the field
 * @type: type string of the value, not ended by a zero
 * @type_size: its length
 * @data: the value in its serialised form
 * @size: of it in bytes
 *
 * One field of a dictionary, in place. Valid as long as the dictionary.
 */
typedef struct
{
  const char   *key;
  const char   *type;
  gsize         type_size;
  const guint8 *data;
  gsize         size;
} WfDictEntry;

typedef struct
{
  /*< private >*/
  GVariant     *dict;
  const guint8 *data;
  gsize         size;
  gsize         width; /* bytes of an offset */
  gsize         n;
  gsize         next;
  gsize         start; /* of the next entry */
} WfDictIter;

void       wf_dict_iter_init    (WfDictIter        *self,
                                 GVariant          *dict);
gboolean   wf_dict_iter_next    (WfDictIter        *self,
                                 WfDictEntry       *entry);
gboolean   wf_dict_iter_find    (WfDictIter        *self,
                                 const char        *key,
                                 WfDictEntry       *entry);
GVariant  *wf_dict_iter_value   (WfDictIter        *self,
                                 const WfDictEntry *entry);

gboolean    wf_dict_entry_is     (const WfDictEntry *self,
                                  const char        *type);
const char *wf_dict_entry_string (const WfDictEntry *self);
gboolean    wf_dict_entry_int    (const WfDictEntry *self,
                                  int64_t           *number);
gboolean    wf_dict_entry_double (const WfDictEntry *self,
                                  double            *number);
gboolean    wf_dict_entry_bool   (const WfDictEntry *self,
                                  gboolean          *value);
gboolean    wf_dict_entry_point  (const WfDictEntry *self,
                                  double            *longitude,
                                  double            *latitude);

void        wf_dict_entries_sort (WfDictEntry       *entries,
                                  gsize              n);

#define WF_DICT_PACK_FEW   24
#define WF_DICT_PACK_SMALL 1024

/**
 * WfDictPack:
 *
 * A dictionary that is being written, straight into its serialised form. Lives on the stack.
 */
typedef struct
{
  /*< private >*/
  guint8 *data;
  gsize   used;
  gsize   room;
  gsize  *ends;
  gsize   n;
  gsize   n_room;
  gsize   few[WF_DICT_PACK_FEW];
  guint8  small[WF_DICT_PACK_SMALL];
} WfDictPack;

void       wf_dict_pack_init       (WfDictPack        *self);
void       wf_dict_pack_clear      (WfDictPack        *self);
void       wf_dict_pack_add        (WfDictPack        *self,
                                    const char        *key,
                                    GVariant          *value);
void       wf_dict_pack_add_string (WfDictPack        *self,
                                    const char        *key,
                                    const char        *value);
void       wf_dict_pack_add_int    (WfDictPack        *self,
                                    const char        *key,
                                    int64_t            value);
void       wf_dict_pack_add_double (WfDictPack        *self,
                                    const char        *key,
                                    double             value);
void       wf_dict_pack_add_bool   (WfDictPack        *self,
                                    const char        *key,
                                    gboolean           value);
void       wf_dict_pack_add_point  (WfDictPack        *self,
                                    const char        *key,
                                    double             longitude,
                                    double             latitude);
void       wf_dict_pack_add_entry  (WfDictPack        *self,
                                    const WfDictEntry *entry);
GVariant  *wf_dict_pack_end        (WfDictPack        *self);

G_END_DECLS
