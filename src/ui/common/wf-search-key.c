/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-search-key.h"

#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

/* A key has three lines: the text itself, folded; its pinyin without spaces; the first letters of its syllables and words. */

/* Longer texts are cut: nobody finds a thing by its five-hundredth character. */
#define MAX_CHARACTERS 240

static GPrivate transliterator = G_PRIVATE_INIT ((GDestroyNotify) utrans_close);

/* ICU's transliterators are not to be shared between threads, and take some milliseconds to open. */
static UTransliterator *
get_transliterator (void)
{
  UTransliterator *trans = g_private_get (&transliterator);

  if (trans == NULL)
    {
      static const char id[] = "Han-Latin; Latin-ASCII; Lower";
      UChar name[sizeof id];
      UErrorCode status = U_ZERO_ERROR;

      u_uastrcpy (name, id);
      trans = utrans_openU (name, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
      if (U_FAILURE (status))
        {
          g_warning ("ICU cannot write Chinese in Latin letters: %s", u_errorName (status));
          return NULL;
        }
      g_private_set (&transliterator, trans);
    }

  return trans;
}

static char *
to_latin (const char *text)
{
  UTransliterator *trans = get_transliterator ();
  UChar buffer[MAX_CHARACTERS * 8];
  char out[MAX_CHARACTERS * 8 * 3 + 1];
  int32_t length = 0, limit, written = 0;
  UErrorCode status = U_ZERO_ERROR;

  if (trans == NULL)
    return g_strdup ("");

  u_strFromUTF8 (buffer, G_N_ELEMENTS (buffer), &length, text, -1, &status);
  if (U_FAILURE (status))
    return g_strdup ("");
  limit = length;
  utrans_transUChars (trans, buffer, &length, G_N_ELEMENTS (buffer), 0, &limit, &status);
  u_strToUTF8 (out, sizeof out - 1, &written, buffer, length, &status);
  if (U_FAILURE (status))
    return g_strdup ("");
  out[written] = '\0';

  return g_strdup (out);
}

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;

  return TRUE;
}

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *cut = normal != NULL ? g_utf8_substring (normal, 0, MIN (g_utf8_strlen (normal, -1), MAX_CHARACTERS))
                                        : g_strdup ("");
  char *folded = g_utf8_casefold (cut, -1);

  for (char *p = folded; *p != '\0'; p++)
    if (*p == '\n' || *p == '\r' || *p == '\t')
      *p = ' ';

  return folded;
}

/**
 * wf_search_key_new:
 * @text: what a thing is called
 *
 * Makes what a thing is found by: its characters, its pinyin and its initials. Costs some ten microseconds for a Chinese
 * name: make keys of many things in a worker thread. Any thread.
 *
 * Returns: (transfer full): a key for wf_search_key_match()
 */
char *
wf_search_key_new (const char *text)
{
  g_autofree char *folded = NULL;
  g_autofree char *latin = NULL;
  g_autoptr (GString) key = NULL;
  gsize first_line;
  gboolean inside = FALSE;

  g_return_val_if_fail (text != NULL, NULL);

  folded = fold (text);
  key = g_string_new (folded);
  g_string_append_c (key, '\n');
  if (is_ascii (folded))
    latin = g_strdup (folded);
  else
    {
      /* ICU parts syllables by spaces only between Chinese characters: it must not glue a digit to one. */
      g_autoptr (GString) spaced = g_string_new (NULL);

      for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);
          gboolean wide = c >= 0x2e80;

          if (wide)
            g_string_append_c (spaced, ' ');
          g_string_append_unichar (spaced, c);
          if (wide)
            g_string_append_c (spaced, ' ');
        }
      latin = to_latin (spaced->str);
    }

  for (const char *p = latin; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (key, *p);
  g_string_append_c (key, '\n');
  first_line = key->len;
  for (const char *p = latin; *p != '\0'; p++)
    {
      gboolean letter = g_ascii_isalnum (*p);

      if (letter && (!inside || g_ascii_isdigit (*p)))
        g_string_append_c (key, *p);
      inside = letter;
    }
  if (key->len == first_line)
    g_string_append_c (key, ' ');

  return g_strdup (key->str);
}

/* How well a line holds a word: 4 is it, 3 begins with it, 2 holds it, 0 does not. */
static int
match_line (const char *line,
            gsize       length,
            const char *word)
{
  const char *found = g_strstr_len (line, (gssize) length, word);
  gsize size = strlen (word);

  if (found == NULL)
    return 0;
  if (found == line)
    return size == length ? 4 : 3;

  return 2;
}

/**
 * wf_search_key_match:
 * @key: a key
 * @query: what was typed, folded by g_utf8_casefold()
 *
 * All words of the query must be found, each in the characters, the pinyin or the initials. Any thread.
 *
 * Returns: 0 where it does not match, or the better it matches the more
 */
int
wf_search_key_match (const char *key,
                     const char *query)
{
  g_auto (GStrv) words = NULL;
  const char *pinyin, *initials;
  int score = 0;

  g_return_val_if_fail (key != NULL && query != NULL, 0);

  pinyin = strchr (key, '\n');
  initials = pinyin != NULL ? strchr (pinyin + 1, '\n') : NULL;
  if (initials == NULL)
    return 0;
  words = g_strsplit_set (query, " \t\n", 16);
  for (guint i = 0; words[i] != NULL; i++)
    {
      int best;

      if (*words[i] == '\0')
        continue;
      best = match_line (key, pinyin - key, words[i]) * 4;
      best = MAX (best, match_line (initials + 1, strlen (initials + 1), words[i]) * 3);
      best = MAX (best, match_line (pinyin + 1, initials - pinyin - 1, words[i]) * 3 - 1);
      if (best <= 0)
        return 0;
      score += best;
    }

  return score;
}
