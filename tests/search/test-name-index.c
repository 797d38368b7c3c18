/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-name-index.h"
#include "wf-search-key.h"

#include <string.h>

#define MANY 20000

static WfNameIndex *
make_index (const char *const *names,
            guint              n_more)
{
  WfNameBuilder *builder = wf_name_builder_new ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *key = wf_search_key_new (names[i]);

      wf_name_builder_add (builder, key, 10, 1);
    }
  /* Enough of them, and nothing like the others, so that lists are made. */
  for (guint i = 0; i < n_more; i++)
    {
      g_autofree char *name = g_strdup_printf ("%08x", i);
      g_autofree char *key = wf_search_key_new (name);

      wf_name_builder_add (builder, key, 0, 2);
    }

  return wf_name_builder_finish (builder);
}

static const char *const names[] = {
  "九原区", "九原大道", "昆都仑区", "哈林格尔镇", "九原区应急管理局", "San Francisco", "Santa Fe", "Zürich", "3号储罐",
  "G6京藏高速", "O'Neil Creek", "包头市第三医院", NULL,
};

/* What was found first. */
static const char *
first_of (WfNameIndex *index,
          const char  *query)
{
  WfNameHit hit;

  return wf_name_index_find (index, query, 1 << 1, &hit, 1) > 0 ? names[hit.name] : NULL;
}

static void
assert_finds (WfNameIndex *index,
              const char  *query,
              const char  *expected)
{
  const char *found = first_of (index, query);

  if (g_strcmp0 (found, expected) != 0)
    g_error ("“%s” finds %s and not %s", query, found, expected);
}

/* Both ways of looking: a small index is gone through, a large one has lists. */
static void
test_ways (gconstpointer data)
{
  g_autoptr (WfNameIndex) index = make_index (names, GPOINTER_TO_UINT (data));

  assert_finds (index, "九原", "九原区");
  assert_finds (index, "九", "九原区");
  assert_finds (index, "原区应急", "九原区应急管理局");
  assert_finds (index, "应急 九原", "九原区应急管理局");
  assert_finds (index, "jyq", "九原区");
  assert_finds (index, "jiuyuan", "九原区");
  assert_finds (index, "j", "九原区");
  assert_finds (index, "jy", "九原区");
  assert_finds (index, "jy q", "九原区");
  assert_finds (index, "sa fr", "San Francisco");
  assert_finds (index, "kundulun", "昆都仑区");
  assert_finds (index, "lunqu", "昆都仑区");
  assert_finds (index, "hlge", "哈林格尔镇");
  assert_finds (index, "san fr", "San Francisco");
  assert_finds (index, "FRANCISCO", "San Francisco");
  assert_finds (index, "sf", "Santa Fe");
  assert_finds (index, "zürich", "Zürich");
  assert_finds (index, "zurich", "Zürich");
  assert_finds (index, "ü", "Zürich");
  assert_finds (index, "3号", "3号储罐");
  assert_finds (index, "g6", "G6京藏高速");
  assert_finds (index, "o'n", "O'Neil Creek");
  assert_finds (index, "北京", NULL);
  assert_finds (index, "九原 昆都仑", NULL);
}

/* One letter wrong, one too many, one missing, two in the wrong order; and a character that sounds the same. */
static void
test_errors (gconstpointer data)
{
  g_autoptr (WfNameIndex) index = make_index (names, GPOINTER_TO_UINT (data));

  assert_finds (index, "halangeer", "哈林格尔镇");
  assert_finds (index, "halingeeer", "哈林格尔镇");
  assert_finds (index, "halngeer", "哈林格尔镇");
  assert_finds (index, "hailngeer", "哈林格尔镇");
  assert_finds (index, "zalingeer", "哈林格尔镇");
  assert_finds (index, "alingeer", "哈林格尔镇");
  /* 都 is read in two ways, of which only one is known: the other is a letter too many. */
  assert_finds (index, "kundoulun", "昆都仑区");
  assert_finds (index, "san fransisco", "San Francisco");
  assert_finds (index, "zurichh", "Zürich");
  assert_finds (index, "酒原区", "九原区");
  assert_finds (index, "halangaer", NULL);
  assert_finds (index, "zzz", NULL);
}

/* --- the same as looking at all of them -------------------------------------------------------------------------- */

static const char *const pieces[] = {
  "九", "原", "区", "山", "村", "河", "东", "西", "新", "大", "庄", "镇", "北", "泉", "李", "王", "石", "桥", "沟", "岭",
};

static char *
make_name (GRand *random)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (int n = g_rand_int_range (random, 2, 7); n > 0; n--)
    if (g_rand_int_range (random, 0, 8) == 0)
      g_string_append_printf (name, "%s%d", g_rand_boolean (random) ? " " : "", g_rand_int_range (random, 0, 20));
    else
      g_string_append (name, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);

  return g_string_free (g_steal_pointer (&name), FALSE);
}

/* A part of a name: of its characters, its pinyin or its initials. */
static char *
make_query (GRand     *random,
            GPtrArray *keys)
{
  const char *key = keys->pdata[g_rand_int_range (random, 0, (gint32) keys->len)];
  g_auto (GStrv) lines = g_strsplit (key, "\n", 3);
  const char *line = lines[g_rand_int_range (random, 0, 3)];
  glong size = g_utf8_strlen (line, -1);
  glong start = g_rand_int_range (random, 0, (gint32) size);
  glong end = start + g_rand_int_range (random, 1, 9);

  return g_utf8_substring (line, start, MIN (size, end));
}

static int
compare_numbers (gconstpointer a,
                 gconstpointer b)
{
  guint32 number_a = *(const guint32 *) a;
  guint32 number_b = *(const guint32 *) b;

  return number_a > number_b ? -1 : number_a < number_b;
}

static gboolean
is_short (const char *query)
{
  g_auto (GStrv) words = wf_search_words_new (query);

  return words[0] == NULL || (strlen (words[0]) < 3 && (guchar) words[0][0] < 0x80) || words[1] != NULL;
}

static void
test_as_all (void)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  WfNameBuilder *builder = wf_name_builder_new ();
  g_autoptr (WfNameIndex) index = NULL;
  g_autofree WfNameHit *hits = g_new (WfNameHit, MANY);
  g_autoptr (GArray) scores = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint *weights = g_new (guint, MANY);
  GRand *random = g_rand_new_with_seed (20261122);
  guint asked = 0;

  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *name = make_name (random);
      char *key = wf_search_key_new (name);

      weights[i] = (guint) g_rand_int_range (random, 0, 50);
      wf_name_builder_add (builder, key, weights[i], i % 5);
      g_ptr_array_add (keys, key);
    }
  index = wf_name_builder_finish (builder);
  g_assert_cmpuint (wf_name_index_get_size (index), ==, MANY);

  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *query = make_query (random, keys);
      g_auto (GStrv) words = wf_search_words_new (query);
      guint64 tags = i % 3 == 0 ? 1 << 2 | 1 << 4 : WF_NAME_ALL_TAGS;
      guint n;

      if (is_short (query))
        continue;
      asked++;
      g_array_set_size (scores, 0);
      for (guint name = 0; name < MANY; name++)
        {
          int match = wf_search_key_match_words (keys->pdata[name], (const char *const *) words);
          guint32 score = (guint32) match * 10 + weights[name];

          if (match > 0 && tags >> (name % 5) & 1)
            g_array_append_val (scores, score);
        }
      g_array_sort (scores, compare_numbers);
      /* Where none has it, what is similar is found. */
      if (scores->len == 0)
        continue;

      n = wf_name_index_find (index, query, tags, hits, MANY);
      if (n != scores->len)
        g_error ("“%s”: %u of %u", query, n, scores->len);
      for (guint k = 0; k < n; k++)
        {
          int match = wf_search_key_match_words (keys->pdata[hits[k].name], (const char *const *) words);

          g_assert_cmpuint (hits[k].score, ==, g_array_index (scores, guint32, k));
          g_assert_cmpuint (hits[k].score, ==, (guint32) match * 10 + weights[hits[k].name]);
          g_assert_true (tags >> (hits[k].name % 5) & 1);
        }

      /* A few of them are the best of them. */
      n = wf_name_index_find (index, query, tags, hits, 10);
      g_assert_cmpuint (n, ==, MIN (10, scores->len));
      for (guint k = 0; k < n && scores->len < 4096; k++)
        g_assert_cmpuint (hits[k].score, ==, g_array_index (scores, guint32, k));
    }
  g_assert_cmpuint (asked, >, 150);
  g_rand_free (random);
}

static void
test_empty (void)
{
  g_autoptr (WfNameIndex) none = wf_name_builder_finish (wf_name_builder_new ());
  g_autoptr (WfNameIndex) some = make_index (names, 10000);
  WfNameHit hits[3];

  g_assert_cmpuint (wf_name_index_find (none, "a", WF_NAME_ALL_TAGS, hits, 3), ==, 0);
  g_assert_cmpuint (wf_name_index_find (none, "", WF_NAME_ALL_TAGS, hits, 3), ==, 0);
  /* Without a word, those of most weight. */
  g_assert_cmpuint (wf_name_index_find (some, "  ", WF_NAME_ALL_TAGS, hits, 3), ==, 3);
  g_assert_cmpuint (hits[0].score, ==, 10);
  g_assert_cmpuint (wf_name_index_find (some, "", 1 << 2, hits, 1), ==, 1);
  g_assert_cmpuint (hits[0].score, ==, 0);
  /* What is no text finds nothing. */
  g_assert_cmpuint (wf_name_index_find (some, "\xff\xfe", 1 << 5, hits, 3), ==, 0);
  g_assert_cmpuint (wf_name_index_find (some, "…", 1 << 1, hits, 3), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/search/name-index/small", GUINT_TO_POINTER (0), test_ways);
  g_test_add_data_func ("/search/name-index/large", GUINT_TO_POINTER (10000), test_ways);
  g_test_add_data_func ("/search/name-index/errors/small", GUINT_TO_POINTER (0), test_errors);
  g_test_add_data_func ("/search/name-index/errors/large", GUINT_TO_POINTER (10000), test_errors);
  g_test_add_func ("/search/name-index/as-all", test_as_all);
  g_test_add_func ("/search/name-index/empty", test_empty);

  return g_test_run ();
}
