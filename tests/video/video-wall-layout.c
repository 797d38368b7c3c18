/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-wall-groups.h"
#include "wf-wall-layout.h"

#include <string.h>

static void
assert_layout (WfWallLayout *layout,
               const char   *expected)
{
  g_autofree char *text = wf_wall_layout_to_string (layout);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_put (void)
{
  g_autoptr (WfWallLayout) layout = wf_wall_layout_new (4);

  assert_layout (layout, "4:,,,");
  g_assert_cmpint (wf_wall_layout_find_room (layout), ==, 0);
  wf_wall_layout_put (layout, 0, "a");
  wf_wall_layout_put (layout, 3, "d");
  assert_layout (layout, "4:a,,,d");
  g_assert_cmpint (wf_wall_layout_find_room (layout), ==, 1);

  /* No link stands there twice: the tiles change places. */
  wf_wall_layout_put (layout, 0, "d");
  assert_layout (layout, "4:d,,,a");
  wf_wall_layout_put (layout, 1, "a");
  assert_layout (layout, "4:d,a,,");
  wf_wall_layout_put (layout, 1, "a");
  assert_layout (layout, "4:d,a,,");
  wf_wall_layout_put (layout, 0, NULL);
  assert_layout (layout, "4:,a,,");
  g_assert_cmpint (wf_wall_layout_find (layout, "a"), ==, 1);
  g_assert_cmpint (wf_wall_layout_find (layout, "d"), ==, -1);
}

static void
test_sizes (void)
{
  g_autoptr (WfWallLayout) layout = wf_wall_layout_parse ("9:,a,,b,,c,,d,e", NULL);

  g_assert_nonnull (layout);
  wf_wall_layout_set_size (layout, 16);
  assert_layout (layout, "16:,a,,b,,c,,d,e,,,,,,,");
  wf_wall_layout_set_size (layout, 4);
  assert_layout (layout, "4:a,b,c,d");
  wf_wall_layout_set_size (layout, 1);
  assert_layout (layout, "1:a");
  g_assert_cmpstr (wf_wall_layout_get (layout, 0), ==, "a");
  g_assert_null (wf_wall_layout_get (layout, 1));
}

static void
test_patrol (void)
{
  g_autoptr (WfWallLayout) layout = wf_wall_layout_new (4);
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  guint next;

  wf_wall_layout_put (layout, 2, "old");
  g_assert_cmpuint (wf_wall_layout_patrol (layout, sources, 0), ==, 0);
  assert_layout (layout, "4:,,,");

  for (const char *const *name = (const char *const[]) { "a", "b", "c", "d", "e", "f", NULL }; *name != NULL; name++)
    g_ptr_array_add (sources, (char *) *name);
  next = wf_wall_layout_patrol (layout, sources, 0);
  assert_layout (layout, "4:a,b,c,d");
  next = wf_wall_layout_patrol (layout, sources, next);
  assert_layout (layout, "4:e,f,a,b");
  next = wf_wall_layout_patrol (layout, sources, next);
  assert_layout (layout, "4:c,d,e,f");
  g_assert_cmpuint (next, ==, 0);

  /* Links go while it runs. */
  g_ptr_array_set_size (sources, 3);
  next = wf_wall_layout_patrol (layout, sources, 5);
  assert_layout (layout, "4:a,b,c,");
  g_assert_cmpuint (next, ==, 0);
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "", "4", ":", "a:b", "0:", "5:,,,,", "-4:,,,", "17:", "4:a,b,c,d,e", "4:a,,a,", "1:,", "4:\xff",
    "4 :,,,", " 4:", "99999999999:",
  };
  g_autofree char *long_id = g_strnfill (201, 'x');
  g_autofree char *too_long = g_strconcat ("1:", long_id, NULL);
  g_autoptr (WfWallLayout) short_one = wf_wall_layout_parse ("4:a", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (wf_wall_layout_parse (bad[i], &error));
      g_assert_nonnull (error);
    }
  g_assert_null (wf_wall_layout_parse (too_long, NULL));

  g_assert_nonnull (short_one);
  assert_layout (short_one, "4:a,,,");
}

/* --- groups --- */

static void
test_groups (void)
{
  static const char *const two[] = { "a", "b", NULL };
  static const char *const one[] = { "b", "c", NULL };
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sas}"), NULL, 0));
  g_autoptr (GVariant) night = wf_wall_groups_put (none, "夜班", two, TRUE);
  g_autoptr (GVariant) both = wf_wall_groups_put (night, "库区", one, TRUE);
  g_auto (GStrv) names = wf_wall_groups_list (both);

  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_true (wf_wall_groups_has (both, "夜班", "a"));
  g_assert_false (wf_wall_groups_has (both, "库区", "a"));
  g_assert_false (wf_wall_groups_has (both, "nobody", "a"));
  g_assert_cmpuint (wf_wall_groups_count (both, "夜班", one), ==, 1);

  /* Putting one in twice is the same as once; a group may be empty, and stays. */
  g_autoptr (GVariant) again = wf_wall_groups_put (both, "夜班", one, TRUE);
  g_assert_cmpuint (wf_wall_groups_count (again, "夜班", one), ==, 2);
  g_autoptr (GVariant) out = wf_wall_groups_put (again, "库区", one, FALSE);
  g_assert_cmpuint (wf_wall_groups_count (out, "库区", one), ==, 0);
  g_auto (GStrv) still = wf_wall_groups_list (out);
  g_assert_cmpuint (g_strv_length (still), ==, 2);
  g_autoptr (GVariant) gone = wf_wall_groups_remove (out, "库区");
  g_auto (GStrv) last = wf_wall_groups_list (gone);
  g_assert_cmpstr (last[0], ==, "夜班");
  g_assert_null (last[1]);

  /* Bounded. */
  g_autoptr (GVariant) many = g_variant_ref (none);
  for (int i = 0; i < 2 * WF_WALL_GROUPS_MOST; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d", i);
      GVariant *more = wf_wall_groups_put (many, name, two, TRUE);

      g_variant_unref (many);
      many = more;
    }
  g_assert_cmpuint (g_variant_n_children (many), ==, WF_WALL_GROUPS_MOST);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/video/wall-layout/put", test_put);
  g_test_add_func ("/video/wall-layout/sizes", test_sizes);
  g_test_add_func ("/video/wall-layout/patrol", test_patrol);
  g_test_add_func ("/video/wall-layout/refused", test_refused);
  g_test_add_func ("/video/wall-layout/groups", test_groups);

  return g_test_run ();
}
