/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-search-key.h"

static void
assert_order (const char *text,
              const char *better,
              const char *worse)
{
  g_autofree char *key = wf_search_key_new (text);

  g_assert_cmpint (wf_search_key_match (key, better), >, wf_search_key_match (key, worse));
}

static void
assert_match (const char *text,
              const char *query,
              gboolean    expected)
{
  g_autofree char *key = wf_search_key_new (text);

  if ((wf_search_key_match (key, query) > 0) != expected)
    g_error ("“%s” %s “%s” (%s)", query, expected ? "does not find" : "finds", text, key);
}

static void
test_characters (void)
{
  assert_match ("区危化品救援队", "救援", TRUE);
  assert_match ("区危化品救援队", "危化 救援", TRUE);
  assert_match ("区危化品救援队", "消防", FALSE);
  assert_match ("Ammonia tank", "tank ammonia", TRUE);
}

static void
test_pinyin (void)
{
  assert_match ("指挥车01", "zhihuiche", TRUE);
  assert_match ("指挥车01", "zhihuiche01", TRUE);
  assert_match ("指挥车01", "zhc01", TRUE);
  assert_match ("指挥车01", "zhc", TRUE);
  assert_match ("指挥车01", "hc0", TRUE);
  assert_match ("指挥车01", "zhc02", FALSE);
  assert_match ("麻池镇", "machi", TRUE);
  assert_match ("麻池镇", "mcz", TRUE);
}

/* Characters that are said otherwise in names of places than alone, or in one name and not in another. */
static void
test_readings (void)
{
  assert_match ("昆都仑区", "kundulun", TRUE);
  assert_match ("锡林郭勒盟", "xilinguole", TRUE);
  assert_match ("长治市", "changzhi", TRUE);
  assert_match ("长治市", "czs", TRUE);
  assert_match ("应急管理局局长", "juzhang", TRUE);
  assert_match ("局长 13800000000", "juzhang138", TRUE);
  assert_match ("重庆市", "chongqing", TRUE);
  assert_match ("重型装备", "zhongxing", TRUE);
  assert_match ("厦门市", "xiamen", TRUE);
  assert_match ("国贸大厦", "dasha", TRUE);
  assert_match ("西藏自治区", "xizang", TRUE);
  assert_match ("佛山市", "foshan", TRUE);
}

/* What begins so comes before what merely has it somewhere. */
static void
test_order (void)
{
  assert_order ("区消防救援大队", "区消防", "消防");
  assert_order ("消防", "消防", "消");
}

static void
test_odd (void)
{
  g_autofree char *long_text = g_strnfill (20000, 'x');

  assert_match ("", "a", FALSE);
  assert_match ("…", "a", FALSE);
  assert_match ("a\nb\tc", "a c", TRUE);
  assert_match (long_text, "xx", TRUE);
  assert_match ("👩‍🚒 组", "z", TRUE);
  g_assert_cmpint (wf_search_key_match ("not a key", "a"), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/search/key/characters", test_characters);
  g_test_add_func ("/search/key/pinyin", test_pinyin);
  g_test_add_func ("/search/key/readings", test_readings);
  g_test_add_func ("/search/key/order", test_order);
  g_test_add_func ("/search/key/odd", test_odd);

  return g_test_run ();
}
