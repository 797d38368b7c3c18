/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-search"

#include "config.h"

#include "wf-search-key.h"

#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

/* A key has three lines: the text itself, folded; its pinyin without spaces; the first letters of its syllables and words. */

/* Longer texts are cut: nobody finds a thing by its five-hundredth character. */
#define MAX_CHARACTERS 240

#define MAX_WORDS 16

/* ICU's transliterators are not to be shared between threads and take some milliseconds to open. Each character is asked for
 * once a thread: Han-Latin looks at no neighbours that a space has parted. */
typedef struct
{
  UTransliterator *trans;    /* (owned) (nullable) where ICU has none */
  GHashTable      *syllables; /* (owned) (element-type gunichar utf8) */
} Latin;

/* What ICU reads otherwise than it is said in names of places. */
static const struct
{
  const char *character;
  const char *syllable;
} readings[] = {
  { "都", "du" }, { "勒", "le" }, { "地", "di" }, { "圩", "xu" }, { "佛", "fo" }, { "埔", "pu" }, { "什", "shi" }, { "咀", "zui" },
};

static void
latin_free (gpointer data)
{
  Latin *self = data;

  g_clear_pointer (&self->trans, utrans_close);
  g_clear_pointer (&self->syllables, g_hash_table_unref);
  g_free (self);
}

static GPrivate latin_private = G_PRIVATE_INIT (latin_free);

static Latin *
get_latin (void)
{
  static const char id[] = "Han-Latin; Latin-ASCII; Lower";
  Latin *self = g_private_get (&latin_private);
  UChar name[sizeof id];
  UErrorCode status = U_ZERO_ERROR;

  if (self != NULL)
    return self;

  self = g_new0 (Latin, 1);
  self->syllables = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (readings); i++)
    g_hash_table_insert (self->syllables, GUINT_TO_POINTER (g_utf8_get_char (readings[i].character)),
                         g_strdup (readings[i].syllable));
  u_uastrcpy (name, id);
  self->trans = utrans_openU (name, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
  if (U_FAILURE (status))
    {
      g_warning ("ICU cannot write Chinese in Latin letters: %s", u_errorName (status));
      self->trans = NULL;
    }
  g_private_set (&latin_private, self);

  return self;
}

/* (transfer none): a character in Latin letters, without accents. */
static const char *
get_syllable (Latin    *latin,
              gunichar  character)
{
  char *syllable = g_hash_table_lookup (latin->syllables, GUINT_TO_POINTER (character));
  UChar buffer[64];
  char out[sizeof buffer * 3 + 1];
  int32_t length = 0, limit, written = 0;
  UErrorCode status = U_ZERO_ERROR;
  char text[7];

  if (syllable != NULL)
    return syllable;

  text[g_unichar_to_utf8 (character, text)] = '\0';
  u_strFromUTF8 (buffer, G_N_ELEMENTS (buffer), &length, text, -1, &status);
  limit = length;
  if (U_SUCCESS (status) && latin->trans != NULL)
    utrans_transUChars (latin->trans, buffer, &length, G_N_ELEMENTS (buffer), 0, &limit, &status);
  u_strToUTF8 (out, sizeof out - 1, &written, buffer, length, &status);
  out[U_SUCCESS (status) ? written : 0] = '\0';
  syllable = g_strdup (out);
  g_hash_table_insert (latin->syllables, GUINT_TO_POINTER (character), syllable);

  return syllable;
}

static gboolean
is_wide (gunichar character)
{
  return character >= 0x2e80;
}

/* What is read by its neighbours: 长 is zhang where a title ends with it and chang where a name goes on. */
static const char *
read_syllable (Latin    *latin,
               gunichar  before,
               gunichar  character,
               gunichar  after)
{
  switch (character)
    {
    case 0x957f: /* 长 */
      return is_wide (after) ? "chang" : "zhang";
    case 0x91cd: /* 重庆 */
      return after == 0x5e86 ? "chong" : "zhong";
    case 0x53a6: /* 厦门 */
      return after == 0x95e8 ? "xia" : "sha";
    case 0x85cf: /* 西藏 */
      return before == 0x897f ? "zang" : "cang";
    default:
      return get_syllable (latin, character);
    }
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
 * @text: what a thing is called, and what else it is found by, each behind %WF_SEARCH_KEY_PART
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
      Latin *letters = get_latin ();
      g_autoptr (GString) written = g_string_new (NULL);
      gunichar before = 0;

      /* A digit behind a Chinese character is no part of its syllable. */
      for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);
          gboolean wide = is_wide (c);

          if (wide)
            g_string_append_c (written, ' ');
          if (c < 0x80)
            g_string_append_c (written, (char) c);
          else
            g_string_append (written, read_syllable (letters, before, c, g_utf8_get_char (g_utf8_next_char (p))));
          if (wide)
            g_string_append_c (written, ' ');
          before = c;
        }
      latin = g_string_free (g_steal_pointer (&written), FALSE);
    }

  for (const char *p = latin; *p != '\0'; p++)
    if (g_ascii_isalnum (*p) || *p == *WF_SEARCH_KEY_PART)
      g_string_append_c (key, *p);
  g_string_append_c (key, '\n');
  first_line = key->len;
  for (const char *p = latin; *p != '\0'; p++)
    {
      gboolean letter = g_ascii_isalnum (*p);

      if ((letter && (!inside || g_ascii_isdigit (*p))) || *p == *WF_SEARCH_KEY_PART)
        g_string_append_c (key, *p);
      inside = letter;
    }
  if (key->len == first_line)
    g_string_append_c (key, ' ');

  return g_strdup (key->str);
}

/* How well a line holds a word: 4 is it or is called so, 3 begins with it, 2 holds it, 0 does not. */
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
    return size == length || found[size] == *WF_SEARCH_KEY_PART ? 4 : 3;

  return 2;
}

/**
 * wf_search_words_new:
 * @query: what was typed
 *
 * Parts what was typed into what must be found. Of more than sixteen words the rest counts as one.
 *
 * Returns: (transfer full): its words, folded; none is empty
 */
char **
wf_search_words_new (const char *query)
{
  g_autofree char *folded = NULL;
  g_auto (GStrv) words = NULL;
  guint n = 0;

  g_return_val_if_fail (query != NULL, NULL);

  folded = g_strdelimit (fold (query), WF_SEARCH_KEY_PART, ' ');
  words = g_strsplit (folded, " ", MAX_WORDS);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_strstrip (words[i]);
      if (*words[i] != '\0')
        words[n++] = words[i];
      else
        g_free (words[i]);
    }
  words[n] = NULL;

  return g_steal_pointer (&words);
}

/**
 * wf_search_key_match_words:
 * @key: a key
 * @words: what must be found, of wf_search_words_new()
 *
 * All words must be found, each in the characters, the pinyin or the initials. Any thread.
 *
 * Returns: 0 where it does not match, or the better it matches the more
 */
int
wf_search_key_match_words (const char         *key,
                           const char *const  *words)
{
  const char *pinyin, *initials;
  int score = 0;

  g_return_val_if_fail (key != NULL && words != NULL, 0);

  pinyin = strchr (key, '\n');
  initials = pinyin != NULL ? strchr (pinyin + 1, '\n') : NULL;
  if (initials == NULL)
    return 0;
  for (guint i = 0; words[i] != NULL; i++)
    {
      int best = match_line (key, (gsize) (pinyin - key), words[i]) * 4;

      best = MAX (best, match_line (initials + 1, strlen (initials + 1), words[i]) * 3);
      best = MAX (best, match_line (pinyin + 1, (gsize) (initials - pinyin - 1), words[i]) * 3 - 1);
      if (best <= 0)
        return 0;
      score += best;
    }

  return score;
}

/**
 * wf_search_key_match:
 * @key: a key
 * @query: what was typed
 *
 * As wf_search_key_match_words(), for a single look.
 *
 * Returns: 0 where it does not match, or the better it matches the more
 */
int
wf_search_key_match (const char *key,
                     const char *query)
{
  g_auto (GStrv) words = wf_search_words_new (query);

  return wf_search_key_match_words (key, (const char *const *) words);
}
