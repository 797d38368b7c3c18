/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-divisions.h"
#include "wf-name-index.h"
#include "wf-search-key.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

static WfDivisions *
read_shipped (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "basemap", "divisions.tsv", NULL);
  WfDivisions *divisions = wf_divisions_read (path, &error);

  g_assert_no_error (error);

  return divisions;
}

static const WfDivision *
find (WfDivisions *divisions,
      guint32      code)
{
  for (guint i = 0; i < wf_divisions_get_n (divisions); i++)
    if (wf_divisions_get (divisions, i)->code == code)
      return wf_divisions_get (divisions, i);

  g_error ("%u is missing", code);
}

/* What is shipped: all provinces and prefectures, nearly all counties, each with what it belongs to, and none of them abroad. */
static void
test_shipped (void)
{
  g_autoptr (WfDivisions) divisions = read_shipped ();
  guint n[3] = { 0 }, n_at[3] = { 0 };

  for (guint i = 0; i < wf_divisions_get_n (divisions); i++)
    {
      const WfDivision *division = wf_divisions_get (divisions, i);
      const WfDivision *parent = wf_divisions_get_parent (divisions, division);

      n[division->level]++;
      n_at[division->at]++;
      g_assert_true (division->lon > 73 && division->lon < 136 && division->lat > 3 && division->lat < 54);
      g_assert_true ((parent == NULL) == (division->level == WF_DIVISION_PROVINCE));
      g_assert_true (parent == NULL || parent->level < division->level);
      if (division->at == WF_DIVISION_AT_PARENT)
        g_assert_true (parent->lon == division->lon && parent->lat == division->lat);
    }
  g_assert_cmpuint (n[WF_DIVISION_PROVINCE], ==, 34);
  g_assert_cmpuint (n[WF_DIVISION_PREFECTURE], ==, 333);
  g_assert_cmpuint (n[WF_DIVISION_COUNTY], >, 2800);
  g_assert_cmpuint (n_at[WF_DIVISION_AT_PARENT] * 3, <, n_at[WF_DIVISION_AT_SEAT] + n_at[WF_DIVISION_AT_TOWN]);

  g_assert_cmpstr (find (divisions, 150000)->name, ==, "内蒙古自治区");
  g_assert_cmpstr (find (divisions, 150203)->name, ==, "昆都仑区");
  g_assert_cmpstr (wf_divisions_get_parent (divisions, find (divisions, 150203))->name, ==, "包头市");
  /* Of a municipality, which has no prefectures. */
  g_assert_cmpstr (wf_divisions_get_parent (divisions, find (divisions, 110105))->name, ==, "北京市");
}

/* Whoever is called like another is found by what it belongs to only, so the code tells which one it is. */
static void
assert_finds (WfNameIndex *index,
              WfDivisions *divisions,
              const char  *query,
              guint32      code)
{
  WfNameHit hits[20];
  guint n = wf_name_index_find (index, query, WF_NAME_ALL_TAGS, hits, G_N_ELEMENTS (hits));

  for (guint i = 0; i < n; i++)
    if (wf_divisions_get (divisions, hits[i].name)->code == code)
      return;

  g_error ("“%s” does not find %u", query, code);
}

static void
test_found (void)
{
  static const struct
  {
    const char *query;
    guint32     code;
  } expected[] = {
    { "内蒙古自治区", 150000 }, { "内蒙", 150000 }, { "neimenggu", 150000 }, { "nmgzzq", 150000 }, { "neimengu", 150000 },
    { "昆都仑区", 150203 }, { "昆都", 150203 }, { "都仑", 150203 }, { "kundulunqu", 150203 }, { "kdlq", 150203 },
    { "150203", 150203 }, { "包头", 150200 }, { "bts", 150200 }, { "boatoushi", 150200 }, { "达尔罕茂明安联合旗", 150223 },
    { "锡林郭勒", 152500 }, { "xilinguole", 152500 }, { "xilinguele", 152500 }, { "kundulenqu", 150203 }, { "chengdushi", 510100 },
    { "changzhi", 140400 }, { "xiamen", 350200 },
  };
  g_autoptr (WfDivisions) divisions = read_shipped ();
  WfNameBuilder *builder = wf_name_builder_new ();
  g_autoptr (WfNameIndex) index = NULL;

  for (guint i = 0; i < wf_divisions_get_n (divisions); i++)
    {
      const WfDivision *division = wf_divisions_get (divisions, i);
      g_autofree char *text = g_strdup_printf ("%s" WF_SEARCH_KEY_PART "%u", division->name, division->code);
      g_autofree char *key = wf_search_key_new (text);

      wf_name_builder_add (builder, key, 0, 0);
    }
  index = wf_name_builder_finish (builder);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    assert_finds (index, divisions, expected[i].query, expected[i].code);
}

/* A file that somebody has spoilt is refused with line and field. */
static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } bad[] = {
    { "150000\t内蒙古自治区\t111.65\t40.81\n", "five columns" },
    { "15000\t内蒙古自治区\t111.65\t40.81\tseat\n", "six digits" },
    { "1500x0\t内蒙古自治区\t111.65\t40.81\tseat\n", "six digits" },
    { "150000\t\t111.65\t40.81\tseat\n", "“name”" },
    { "150000\t内蒙古自治区\t181\t40.81\tseat\n", "“longitude”" },
    { "150000\t内蒙古自治区\tnan\t40.81\tseat\n", "“longitude”" },
    { "150000\t内蒙古自治区\t111.65\t-91\tseat\n", "“latitude”" },
    { "150000\t内蒙古自治区\t111.65\t40,81\tseat\n", "“latitude”" },
    { "150000\t内蒙古自治区\t111.65\t40.81\tseat\t\n", "“at”" },
    { "150203\t昆都仑区\t109.84\t40.65\tparent\n", "belongs to" },
    { "# in order\n150200\t包头市\t109.84\t40.65\tseat\n150000\t内蒙古自治区\t111.65\t40.81\tseat\n", "line 3" },
    { "150000\t\xff\xfe\t111.65\t40.81\tseat\n", "UTF-8" },
  };
  g_autofree char *folder = g_dir_make_tmp ("wf-divisions-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "divisions.tsv", NULL);
  g_autoptr (GError) none = NULL;

  g_assert_null (wf_divisions_read (path, &none));
  g_assert_error (none, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, bad[i].text, -1, NULL));
      g_assert_null (wf_divisions_read (path, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, bad[i].reason));
    }

  /* The last line may end without a new one, and nothing at all is no mistake. */
  g_assert_true (g_file_set_contents (path, "# one\n\n150000\t内蒙古自治区\t111.65\t40.81\tseat", -1, NULL));
  g_autoptr (WfDivisions) one = wf_divisions_read (path, NULL);
  g_assert_cmpuint (wf_divisions_get_n (one), ==, 1);
  g_assert_cmpfloat (wf_divisions_get (one, 0)->lat, ==, 40.81);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/search/divisions/shipped", test_shipped);
  g_test_add_func ("/search/divisions/found", test_found);
  g_test_add_func ("/search/divisions/refused", test_refused);

  return g_test_run ();
}
