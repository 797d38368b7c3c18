/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-dict-pack.h"
#include "wf-field.h"
#include "wf-kind.h"
#include "wf-state.h"

#include <string.h>

static WfEntity *
make_task (const char *id,
           const char *incident,
           const char *text,
           int64_t     number)
{
  g_autoptr (GVariant) fields = wf_dict_make ("incident", wf_value_string (incident),
                                              "text", wf_value_string (text),
                                              NULL);

  return wf_entity_new (WF_LIVE, "task", id, fields, NULL, number);
}

/* A dictionary as GLib makes it and as the pack does are the same value, byte for byte, whatever its size. */
static void
test_pack (void)
{
  static const guint sizes[] = { 0, 1, 2, 5, 23, 24, 25, 60, 1000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      GVariantBuilder builder;
      WfDictPack pack;
      WfDictIter iter;
      WfDictEntry entry;
      guint found = 0;

      wf_dict_pack_init (&pack);
      g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
      for (guint j = 0; j < sizes[i]; j++)
        {
          g_autofree char *key = g_strdup_printf ("key%u", j);
          g_autofree char *text = g_strnfill (j % 300, 'x');

          switch (j % 7)
            {
            case 0:
              wf_dict_pack_add_string (&pack, key, text);
              g_variant_builder_add (&builder, "{sv}", key, g_variant_new_string (text));
              break;
            case 1:
              wf_dict_pack_add_int (&pack, key, -(int64_t) j);
              g_variant_builder_add (&builder, "{sv}", key, g_variant_new_int64 (-(int64_t) j));
              break;
            case 2:
              wf_dict_pack_add_double (&pack, key, j / 3.0);
              g_variant_builder_add (&builder, "{sv}", key, g_variant_new_double (j / 3.0));
              break;
            case 3:
              wf_dict_pack_add_bool (&pack, key, j % 2 == 0);
              g_variant_builder_add (&builder, "{sv}", key, g_variant_new_boolean (j % 2 == 0));
              break;
            case 4:
              wf_dict_pack_add_point (&pack, key, j, -1.5);
              g_variant_builder_add (&builder, "{sv}", key, g_variant_new ("(dd)", (double) j, -1.5));
              break;
            case 5:
              wf_dict_pack_add (&pack, key, wf_value_clear ());
              g_variant_builder_add (&builder, "{sv}", key, wf_value_clear ());
              break;
            default:
              wf_dict_pack_add (&pack, key, g_variant_new_parsed ("[{'a': <%s>}, {}]", text));
              g_variant_builder_add (&builder, "{sv}", key, g_variant_new_parsed ("[{'a': <%s>}, {}]", text));
              break;
            }
        }

      g_autoptr (GVariant) ours = wf_dict_pack_end (&pack);
      g_autoptr (GVariant) theirs = g_variant_ref_sink (g_variant_builder_end (&builder));
      g_autoptr (GBytes) our_bytes = g_variant_get_data_as_bytes (ours);
      g_autoptr (GBytes) their_bytes = g_variant_get_data_as_bytes (theirs);

      g_assert_true (g_bytes_equal (our_bytes, their_bytes));
      g_assert_true (g_variant_equal (ours, theirs));

      wf_dict_iter_init (&iter, theirs);
      while (wf_dict_iter_next (&iter, &entry))
        {
          g_autofree char *key = g_strdup_printf ("key%u", found++);
          g_autoptr (GVariant) value = wf_dict_iter_value (&iter, &entry);
          g_autoptr (GVariant) same = g_variant_lookup_value (theirs, key, NULL);

          g_assert_cmpstr (entry.key, ==, key);
          g_assert_true (g_variant_equal (value, same));
        }
      g_assert_cmpuint (found, ==, sizes[i]);
    }
}

/* Bytes that are no dictionary are one without fields, or with fewer; nothing outside them is looked at. */
static void
test_pack_broken (void)
{
  g_autoptr (GVariant) dict = wf_dict_make ("text", wf_value_string ("some text"), "number", wf_value_int (7),
                                            "other", wf_value_string ("more"), NULL);
  gsize size = g_variant_get_size (dict);

  for (gsize i = 0; i < 20000; i++)
    {
      gsize kept = i % 7 == 0 ? i % size : size;
      guint8 *data = g_memdup2 (g_variant_get_data (dict), size);
      WfDictIter iter;
      WfDictEntry entry;

      data[g_test_rand_int_range (0, (int) size)] = (guint8) g_test_rand_int_range (0, 256);
      data[g_test_rand_int_range (0, (int) size)] = (guint8) g_test_rand_int_range (0, 256);
      data = g_realloc (data, MAX (kept, 1));

      g_autoptr (GVariant) broken =
        g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE_VARDICT, data, kept, FALSE, g_free, data));

      wf_dict_iter_init (&iter, broken);
      while (wf_dict_iter_next (&iter, &entry))
        {
          g_assert_true ((const guint8 *) entry.key >= data && (const guint8 *) entry.key + strlen (entry.key) < data + kept);
          g_assert_true (entry.data >= data && entry.data + entry.size <= data + kept);
          g_assert_true (entry.type + entry.type_size <= (const char *) data + kept);
        }
    }
}

static void
test_patch (void)
{
  g_autoptr (WfEntity) task = make_task ("t1", "i1", "close the valve", 4);
  g_autoptr (GVariant) patch = wf_dict_make ("text", wf_value_clear (), "done_at", wf_value_time (1000), NULL);
  g_autoptr (WfEntity) patched = wf_entity_patch (task, patch, 9);

  g_assert_cmpstr (wf_entity_string (task, "text"), ==, "close the valve");
  g_assert_null (wf_entity_string (patched, "text"));
  g_assert_cmpint (wf_entity_time (patched, "done_at"), ==, 1000);
  g_assert_cmpint (wf_entity_version (patched, "incident"), ==, 4);
  g_assert_cmpint (wf_entity_version (patched, "done_at"), ==, 9);
  g_assert_cmpint (wf_entity_version (patched, "text"), ==, 9);
  g_assert_cmpint (wf_entity_number (patched), ==, 9);
}

/* Few fields and more than are sorted: the patch wins, what it clears is gone, and what was cleared in the dictionary itself
 * stays so, for whoever comes after. */
static void
test_merge (void)
{
  for (guint n = 3; n < 40; n++)
    {
      WfDictPack dict, patch;

      wf_dict_pack_init (&dict);
      wf_dict_pack_init (&patch);
      for (guint i = n; i > 0; i--)
        {
          g_autofree char *key = g_strdup_printf ("field%02u", i);

          if (i % 3 == 0)
            wf_dict_pack_add (&dict, key, wf_value_clear ());
          else
            wf_dict_pack_add_int (&dict, key, i);
          if (i % 5 == 1)
            wf_dict_pack_add_int (&patch, key, 100 + i);
          else if (i % 5 == 2)
            wf_dict_pack_add (&patch, key, wf_value_clear ());
        }
      wf_dict_pack_add_int (&patch, "another", 7);

      g_autoptr (GVariant) into = wf_dict_pack_end (&dict);
      g_autoptr (GVariant) what = wf_dict_pack_end (&patch);
      g_autoptr (GVariant) merged = wf_dict_merge (into, what);
      guint left = 1;

      g_assert_cmpint (wf_dict_int (merged, "another", 0), ==, 7);
      for (guint i = 1; i <= n; i++)
        {
          g_autofree char *key = g_strdup_printf ("field%02u", i);

          g_assert_cmpint (wf_dict_has (merged, key), ==, i % 5 != 2);
          if (i % 5 == 1)
            g_assert_cmpint (wf_dict_int (merged, key, 0), ==, 100 + i);
          else if (i % 5 != 2)
            g_assert_cmpint (wf_dict_int (merged, key, -1), ==, i % 3 == 0 ? -1 : (int) i);
          left += i % 5 != 2;
        }
      g_assert_cmpuint (g_variant_n_children (merged), ==, left);

      WfDictIter iter;
      WfDictEntry entry;
      g_autofree char *before = NULL;

      wf_dict_iter_init (&iter, merged);
      for (guint i = 0; left < WF_DICT_PACK_FEW / 2 && wf_dict_iter_next (&iter, &entry); i++)
        {
          g_assert_true (before == NULL || strcmp (before, entry.key) < 0);
          g_free (before);
          before = g_strdup (entry.key);
        }
    }
}

static void
test_parent_index (void)
{
  g_autoptr (WfState) state = wf_state_new ();
  g_autoptr (WfEntity) a = make_task ("b", "i1", "x", 1);
  g_autoptr (WfEntity) b = make_task ("a", "i1", "x", 2);
  g_autoptr (WfEntity) c = make_task ("c", "i2", "x", 3);

  wf_state_put (state, a);
  wf_state_put (state, b);
  wf_state_put (state, c);

  g_autoptr (GPtrArray) list = wf_state_list (state, WF_LIVE, "task", "i1");
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (wf_entity_id (list->pdata[0]), ==, "a");
  g_assert_cmpstr (wf_entity_id (list->pdata[1]), ==, "b");

  g_autoptr (GVariant) patch = wf_dict_make ("incident", wf_value_string ("i2"), NULL);
  g_autoptr (WfEntity) moved = wf_entity_patch (a, patch, 4);
  wf_state_put (state, moved);

  g_autoptr (GPtrArray) left = wf_state_list (state, WF_LIVE, "task", "i1");
  g_autoptr (GPtrArray) grown = wf_state_list (state, WF_LIVE, "task", "i2");
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_cmpuint (grown->len, ==, 2);
  g_assert_cmpuint (wf_state_count (state, WF_LIVE, "task"), ==, 3);
}

static void
test_layers (void)
{
  g_autoptr (WfState) base = wf_state_new ();
  g_autoptr (WfEntity) task = make_task ("t", "i1", "as it was", 1);

  wf_state_put (base, task);

  g_autoptr (WfState) drill = wf_state_new_layer (base, "drill-1", WF_LIVE);
  g_autoptr (WfEntity) seen = wf_state_get (drill, "drill-1", "task", "t");
  g_assert_nonnull (seen);
  g_assert_cmpstr (wf_entity_scope (seen), ==, "drill-1");

  g_autoptr (GVariant) patch = wf_dict_make ("text", wf_value_string ("drilled"), NULL);
  g_autoptr (WfEntity) changed = wf_entity_patch (seen, patch, 1);
  wf_state_put (drill, changed);

  g_autoptr (WfState) pending = wf_state_new_layer (drill, "drill-1", "drill-1");
  g_autoptr (WfEntity) top = wf_state_get (pending, "drill-1", "task", "t");
  g_autoptr (WfEntity) real = wf_state_get (pending, WF_LIVE, "task", "t");
  g_assert_cmpstr (wf_entity_string (top, "text"), ==, "drilled");
  g_assert_cmpstr (wf_entity_string (real, "text"), ==, "as it was");

  g_autoptr (GPtrArray) list = wf_state_list (pending, "drill-1", "task", "i1");
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_cmpstr (wf_entity_string (list->pdata[0], "text"), ==, "drilled");
}

static void
check_refused (const WfField *fields,
               GVariant      *dict,
               WfModelError   code,
               const char    *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *at = NULL;

  g_assert_false (wf_fields_check (fields, dict, &at, &error));
  g_assert_error (error, WF_MODEL_ERROR, (int) code);
  g_assert_cmpstr (at, ==, path);
  g_variant_unref (dict);
}

static void
test_fields (void)
{
  static const char *const choices[] = { "red", "green", NULL };
  static const WfField inner[] = { { "n", WF_FIELD_INT, WF_FIELD_REQUIRED, 1, 5 }, { NULL } };
  static const WfField fields[] = {
    { "name", WF_FIELD_STRING, WF_FIELD_REQUIRED, .max = 5 },
    { "colour", WF_FIELD_ENUM, .choices = choices },
    { "parts", WF_FIELD_OBJECTS, .max = 2, .fields = inner },
    { "where", WF_FIELD_POINT, WF_FIELD_CLEARABLE },
    { "facts", WF_FIELD_FACTS },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  g_ptr_array_add (parts, wf_dict_make ("n", wf_value_int (6), NULL));

  g_autoptr (GVariant) facts = wf_dict_make ("t", wf_value_double (1.5), NULL);
  g_autoptr (GVariant) good = wf_dict_make ("name", wf_value_string ("一二三四五"),
                                            "where", wf_value_clear (),
                                            "facts", facts,
                                            NULL);
  g_assert_true (wf_fields_check (fields, good, NULL, &error));
  g_assert_no_error (error);

  check_refused (fields, wf_dict_make ("colour", wf_value_string ("red"), NULL), WF_MODEL_ERROR_MISSING_FIELD, "name");
  check_refused (fields, wf_dict_make ("name", wf_value_string (" "), NULL), WF_MODEL_ERROR_MISSING_FIELD, "name");
  check_refused (fields, wf_dict_make ("name", wf_value_string ("123456"), NULL), WF_MODEL_ERROR_OUT_OF_RANGE, "name");
  check_refused (fields, wf_dict_make ("name", wf_value_string ("a\nb"), NULL), WF_MODEL_ERROR_OUT_OF_RANGE, "name");
  check_refused (fields, wf_dict_make ("name", wf_value_int (1), NULL), WF_MODEL_ERROR_WRONG_TYPE, "name");
  check_refused (fields, wf_dict_make ("name", wf_value_string ("a"), "x", wf_value_int (1), NULL),
                 WF_MODEL_ERROR_UNKNOWN_FIELD, "x");
  check_refused (fields, wf_dict_make ("name", wf_value_string ("a"), "colour", wf_value_string ("blue"), NULL),
                 WF_MODEL_ERROR_OUT_OF_RANGE, "colour");
  check_refused (fields, wf_dict_make ("name", wf_value_string ("a"), "parts", wf_value_objects (parts), NULL),
                 WF_MODEL_ERROR_OUT_OF_RANGE, "parts[0].n");
  check_refused (fields, wf_dict_make ("name", wf_value_string ("a"), "where", wf_value_point (200, 0), NULL),
                 WF_MODEL_ERROR_OUT_OF_RANGE, "where");
}

static void
test_kinds (void)
{
  guint n;
  const WfKind *kinds = wf_kind_all (&n);

  g_assert_cmpuint (n, >, 20);
  for (guint i = 0; i < n; i++)
    {
      g_assert_true (wf_kind_lookup (kinds[i].name) == &kinds[i]);
      if (kinds[i].parent != NULL)
        g_assert_nonnull (wf_fields_lookup (kinds[i].fields, kinds[i].parent));
    }

  g_assert_null (wf_kind_lookup ("nothing"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/pack", test_pack);
  g_test_add_func ("/model/pack/broken", test_pack_broken);
  g_test_add_func ("/model/patch", test_patch);
  g_test_add_func ("/model/merge", test_merge);
  g_test_add_func ("/model/parent-index", test_parent_index);
  g_test_add_func ("/model/layers", test_layers);
  g_test_add_func ("/model/fields", test_fields);
  g_test_add_func ("/model/kinds", test_kinds);

  return g_test_run ();
}
