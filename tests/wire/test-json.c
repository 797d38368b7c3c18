/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-json-write.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define DOC(text) text, sizeof text - 1

static const struct
{
  const char *name;
  const char *text;
  gsize       size;
  WfJsonError code;
  const char *line;
} hostile[] = {
  { "empty", DOC (""), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "space only", DOC (" \n "), WF_JSON_ERROR_SYNTAX, "line 2:" },
  { "single quotes", DOC ("{'a':1}"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "bare key", DOC ("{a:1}"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "duplicate", DOC ("{\"a\":1,\n\"a\":2}"), WF_JSON_ERROR_DUPLICATE, "line 2:" },
  { "duplicate by escape", DOC ("{\"a\":1,\"\\u0061\":2}"), WF_JSON_ERROR_DUPLICATE, "line 1:" },
  { "trailing comma", DOC ("[1,]"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "trailing comma in object", DOC ("{\"a\":1,}"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "two values", DOC ("1 2"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "something after", DOC ("{}\n\nx"), WF_JSON_ERROR_SYNTAX, "line 3:" },
  { "comment", DOC ("{} // x"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "not closed", DOC ("{\"a\":[1,2"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "wrongly closed", DOC ("[1}"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "text without end", DOC ("\"abc"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "text ends in escape", DOC ("\"abc\\"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "text ends behind escaped quote", DOC ("\"abc\\\""), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "line break in text", DOC ("\"a\nb\""), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "unknown escape", DOC ("\"\\x41\""), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "short unicode", DOC ("\"\\u12\""), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "NUL escaped", DOC ("\"a\\u0000b\""), WF_JSON_ERROR_ENCODING, "line 1:" },
  { "NUL", DOC ("\"a\0b\""), WF_JSON_ERROR_ENCODING, "line 1:" },
  { "high surrogate alone", DOC ("\"\\ud83d\""), WF_JSON_ERROR_ENCODING, "line 1:" },
  { "high surrogate with text", DOC ("\"\\ud83dxx\""), WF_JSON_ERROR_ENCODING, "line 1:" },
  { "high surrogate twice", DOC ("\"\\ud83d\\ud83d\""), WF_JSON_ERROR_ENCODING, "line 1:" },
  { "low surrogate alone", DOC ("\"\\ude00\""), WF_JSON_ERROR_ENCODING, "line 1:" },
  { "truncated UTF-8", DOC ("\"\xe5\xae\""), WF_JSON_ERROR_ENCODING, "line 1:" },
  { "overlong UTF-8", DOC ("\"\xc0\xaf\""), WF_JSON_ERROR_ENCODING, "line 1:" },
  { "surrogate in UTF-8", DOC ("\n\"\xed\xa0\x80\""), WF_JSON_ERROR_ENCODING, "line 2:" },
  { "byte-order mark", DOC ("\xef\xbb\xbf{}"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "UTF-16", DOC ("{\0}\0"), WF_JSON_ERROR_ENCODING, "line 1:" },
  { "1e400", DOC ("[1e400]"), WF_JSON_ERROR_NUMBER, "line 1:" },
  { "-1e400", DOC ("-1e400"), WF_JSON_ERROR_NUMBER, "line 1:" },
  { "64-bit overflow", DOC ("18446744073709551616"), WF_JSON_ERROR_NUMBER, "line 1:" },
  { "2^53", DOC ("9007199254740992"), WF_JSON_ERROR_NUMBER, "line 1:" },
  { "-2^53", DOC ("-9007199254740992"), WF_JSON_ERROR_NUMBER, "line 1:" },
  { "NaN", DOC ("NaN"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "Infinity", DOC ("-Infinity"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "leading zero", DOC ("[012]"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "plus", DOC ("+1"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "point first", DOC (".5"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "point last", DOC ("5."), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "exponent missing", DOC ("5e"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "minus alone", DOC ("-"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "hexadecimal", DOC ("0x10"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "capital word", DOC ("True"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "word too short", DOC ("[tru]"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "number as key", DOC ("{1:1}"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "no colon", DOC ("{\"a\" 1}"), WF_JSON_ERROR_SYNTAX, "line 1:" },
  { "form feed as space", DOC ("\f1"), WF_JSON_ERROR_SYNTAX, "line 1:" },
};

static void
test_hostile (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      /* A copy of exactly that size, so that the sanitizer sees a step beyond it. */
      g_autoptr (GBytes) bytes = g_bytes_new (hostile[i].text, hostile[i].size);
      g_autoptr (GError) error = NULL;
      g_autoptr (WfJsonDoc) doc = wf_json_doc_new (bytes, 1000, &error);

      g_test_message ("%s", hostile[i].name);
      g_assert_null (doc);
      g_assert_error (error, WF_JSON_ERROR, (int) hostile[i].code);
      g_assert_true (g_str_has_prefix (error->message, hostile[i].line));
    }
}

static void
test_brackets (void)
{
  g_autofree char *text = g_malloc (100000);
  g_autoptr (GError) error = NULL;

  memset (text, '[', 100000);
  g_autoptr (GBytes) many = g_bytes_new (text, 100000);
  g_assert_null (wf_json_doc_new (many, G_MAXSIZE, &error));
  g_assert_error (error, WF_JSON_ERROR, WF_JSON_ERROR_TOO_DEEP);
  g_clear_error (&error);

  for (guint depth = WF_JSON_MAX_DEPTH; depth <= WF_JSON_MAX_DEPTH + 1; depth++)
    {
      g_autoptr (GString) nested = g_string_new (NULL);

      for (guint i = 0; i < depth; i++)
        g_string_append (nested, i % 2 == 0 ? "[" : "{\"a\":");
      g_string_append (nested, "1");
      for (guint i = depth; i > 0; i--)
        g_string_append_c (nested, (i - 1) % 2 == 0 ? ']' : '}');

      g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (nested->str, &error);
      if (depth <= WF_JSON_MAX_DEPTH)
        g_assert_nonnull (doc);
      else
        g_assert_error (error, WF_JSON_ERROR, WF_JSON_ERROR_TOO_DEEP);
    }
}

static void
test_limits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) small = g_bytes_new_static ("[1,2]", 5);
  g_autoptr (WfJsonDoc) fits = wf_json_doc_new (small, 5, &error);

  g_assert_nonnull (fits);
  g_assert_null (wf_json_doc_new (small, 4, &error));
  g_assert_error (error, WF_JSON_ERROR, WF_JSON_ERROR_TOO_LARGE);
  g_clear_error (&error);

  /* More values than any body of ours has: memory stays bounded. */
  gsize size = 2 * (WF_JSON_MAX_VALUES + 10);
  g_autofree char *text = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    text[i] = i % 2 == 0 ? '0' : ',';
  text[0] = '[';
  text[1] = '0';
  g_autoptr (GBytes) many = g_bytes_new (text, size);
  g_assert_null (wf_json_doc_new (many, G_MAXSIZE, &error));
  g_assert_true (error->code == WF_JSON_ERROR_TOO_LARGE || error->code == WF_JSON_ERROR_SYNTAX);
  g_clear_error (&error);

  text[1] = '0';
  for (gsize i = 1; i < size; i++)
    text[i] = i % 2 == 1 ? '0' : ',';
  g_autoptr (GBytes) more = g_bytes_new (text, size);
  g_assert_null (wf_json_doc_new (more, G_MAXSIZE, &error));
  g_assert_error (error, WF_JSON_ERROR, WF_JSON_ERROR_TOO_LARGE);
  g_clear_error (&error);

  /* Many keys, the last one twice: found, and not by comparing each with each. */
  g_autoptr (GString) keys = g_string_new ("{");
  for (int i = 0; i < 100000; i++)
    g_string_append_printf (keys, "\"k%d\":0,", i);
  g_string_append (keys, "\"k7\":1}");
  g_assert_null (wf_json_doc_new_text (keys->str, &error));
  g_assert_error (error, WF_JSON_ERROR, WF_JSON_ERROR_DUPLICATE);
}

static void
test_values (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (
    "\n{\"text\": \"\\u5305\\u5934 \\ud83d\\ude00 \\\"\\\\\\/\\b\\f\\n\\r\\t\",\n"
    " \"int\": -9007199254740991, \"double\": 1.5e3,\n"
    " \"yes\": true, \"no\": false, \"none\": null,\n"
    " \"list\": [1, {\"deep\": [10, 20, 30]}], \"empty\": {}, \"nothing\": []}\n", &error);

  g_assert_no_error (error);
  const WfJson *root = wf_json_doc_root (doc);

  g_assert_cmpint (wf_json_type (root), ==, WF_JSON_OBJECT);
  g_assert_cmpuint (wf_json_length (root), ==, 9);
  g_assert_cmpstr (wf_json_member_string (root, "text"), ==, "包头 😀 \"\\/\b\f\n\r\t");
  g_assert_cmpint (wf_json_int (wf_json_member (root, "int")), ==, -WF_JSON_MAX_INT);
  g_assert_cmpfloat (wf_json_double (wf_json_member (root, "double")), ==, 1500);
  g_assert_true (wf_json_bool (wf_json_member (root, "yes")));
  g_assert_false (wf_json_bool (wf_json_member (root, "no")));
  g_assert_cmpint (wf_json_type (wf_json_member (root, "none")), ==, WF_JSON_NULL);
  g_assert_cmpuint (wf_json_length (wf_json_member (root, "empty")), ==, 0);
  g_assert_null (wf_json_member (root, "missing"));
  g_assert_null (wf_json_member_string (root, "int"));

  const WfJson *deep = wf_json_find (root, "list[1].deep[2]");
  g_assert_cmpint (wf_json_int (deep), ==, 30);
  g_assert_cmpuint (wf_json_line (deep), ==, 5);
  g_assert_true (wf_json_find (root, "list[1].wrong.more") == wf_json_find (root, "list[1]"));

  gsize size;
  const char *raw = wf_json_raw (wf_json_member (root, "list"), &size);
  g_assert_cmpmem (raw, size, "[1, {\"deep\": [10, 20, 30]}]", 27);

  g_autoptr (GString) out = g_string_new (NULL);
  wf_json_write (out, root);
  g_assert_cmpstr (out->str, ==,
                   "{\"double\":1500,\"empty\":{},\"int\":-9007199254740991,\"list\":[1,{\"deep\":[10,20,30]}],"
                   "\"no\":false,\"none\":null,\"nothing\":[],"
                   "\"text\":\"包头 😀 \\\"\\\\/\\u0008\\u000c\\n\\r\\t\",\"yes\":true}");

  /* What was written canonically reads and writes as itself. */
  g_autoptr (WfJsonDoc) again = wf_json_doc_new_text (out->str, &error);
  g_autoptr (GString) twice = g_string_new (NULL);
  wf_json_write (twice, wf_json_doc_root (again));
  g_assert_cmpstr (out->str, ==, twice->str);
}

static void
test_numbers (void)
{
  static const struct
  {
    double      number;
    const char *text;
  } known[] = {
    { 0.0, "0" }, { -0.0, "0" }, { 1, "1" }, { -12.5, "-12.5" }, { 0.1, "0.1" }, { 109.96820000000001, "109.96820000000001" },
    { 1e21, "1e+21" }, { 9007199254740991.0, "9007199254740991" }, { 9007199254740994.0, "9007199254740994.0" },
    { DBL_MAX, "1.7976931348623157e+308" }, { 5e-324, "4.94065645841247e-324" }, { 1.0 / 3, "0.333333333333333315" },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (WfJsonDoc) doc = NULL;

      wf_json_write_double (out, known[i].number);
      if (known[i].number != 1.0 / 3)
        g_assert_cmpstr (out->str, ==, known[i].text);

      doc = wf_json_doc_new_text (out->str, NULL);
      g_assert_nonnull (doc);
      g_assert_cmpfloat (wf_json_double (wf_json_doc_root (doc)), ==, known[i].number);
    }

  for (int i = 0; i < 20000; i++)
    {
      union { guint64 bits; double number; } any;
      g_autoptr (GString) out = g_string_new (NULL);

      any.bits = ((guint64) g_rand_int (rand) << 32) | g_rand_int (rand);
      if (!isfinite (any.number) || any.number == 0)
        continue;

      wf_json_write_double (out, any.number);
      g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (out->str, NULL);
      g_assert_nonnull (doc);
      g_assert_cmpfloat (wf_json_double (wf_json_doc_root (doc)), ==, any.number);
    }

  g_autoptr (GString) whole = g_string_new (NULL);
  wf_json_write_int (whole, INT64_MIN);
  g_string_append_c (whole, ' ');
  wf_json_write_int (whole, 0);
  g_assert_cmpstr (whole->str, ==, "-9223372036854775808 0");
}

/* Any byte at any place of texts of any length up to some words: what is escaped and what is not. */
static void
test_texts (void)
{
  for (guint size = 1; size <= 20; size++)
    for (guint at = 0; at < size; at++)
      for (guint byte = 1; byte < 128; byte++)
        {
          g_autofree char *text = g_strnfill (size, 'a');
          g_autoptr (GString) out = g_string_new ("{");
          g_autoptr (GError) error = NULL;

          text[at] = (char) byte;
          wf_json_write_member_text (out, text, text);
          g_string_append_c (out, '}');

          gboolean plain = byte >= 0x20 && byte != '"' && byte != '\\';

          g_assert_cmpint (out->len == 2 * size + 7, ==, plain);
          for (gsize i = 0; i < out->len; i++)
            g_assert_cmpint ((guchar) out->str[i], >=, 0x20);

          g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (out->str, &error);

          g_assert_no_error (error);
          g_assert_cmpstr (wf_json_member_string (wf_json_doc_root (doc), text), ==, text);
        }

  /* More than one byte a letter. */
  g_autoptr (GString) out = g_string_new (NULL);

  wf_json_write_string (out, "萨拉齐化工厂\t“储罐”");
  g_assert_cmpstr (out->str, ==, "\"萨拉齐化工厂\\t“储罐”\"");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/json/hostile", test_hostile);
  g_test_add_func ("/wire/json/brackets", test_brackets);
  g_test_add_func ("/wire/json/limits", test_limits);
  g_test_add_func ("/wire/json/values", test_values);
  g_test_add_func ("/wire/json/numbers", test_numbers);
  g_test_add_func ("/wire/json/texts", test_texts);

  return g_test_run ();
}
