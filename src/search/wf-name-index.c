/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-search"

#include "config.h"

#include "wf-name-index-private.h"

#include "wf-search-key.h"

#include <string.h>

/* A step of wf_search_key_match() in a score. */
#define STEP 10

/* Once there are as many as are wanted, so many more are looked at for better ones. They come by weight. */
#define LOOK_ON 4096

/* Of the grams of a word, so many of the rarest are used: the rest is left to looking at the names themselves. */
#define MAX_CURSORS 3

/* Shorter words are not looked for with a letter wrong: everything would be found. */
#define MIN_FUZZY 4

G_DEFINE_BOXED_TYPE (WfNameIndex, wf_name_index, wf_name_index_ref, wf_name_index_unref)

/**
 * wf_name_index_ref:
 * @self: an index
 *
 * Returns: (transfer full): @self
 */
WfNameIndex *
wf_name_index_ref (WfNameIndex *self)
{
  g_atomic_ref_count_inc (&self->refs);

  return self;
}

/**
 * wf_name_index_unref:
 * @self: (transfer full): an index
 */
void
wf_name_index_unref (WfNameIndex *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  for (guint i = 0; i < N_LINES; i++)
    g_free (self->sorted[i]);
  g_free (self->keys);
  g_free (self->starts);
  g_free (self->names);
  g_free (self->weights);
  g_free (self->tags);
  g_free (self->grams);
  g_free (self->postings);
  g_free (self);
}

/**
 * wf_name_index_get_size:
 * @self: an index
 *
 * Returns: how many names it has
 */
guint
wf_name_index_get_size (WfNameIndex *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n;
}

/**
 * wf_name_index_get_bytes:
 * @self: an index
 *
 * Returns: what it takes of memory, in bytes
 */
gsize
wf_name_index_get_bytes (WfNameIndex *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return sizeof *self + self->keys_size + self->n * (gsize) (4 + 4 + 1 + 1) + (self->grams != NULL ? self->n * (gsize) 12 : 0)
         + self->n_grams * sizeof (Gram) + self->postings_size;
}

/* --- the best -------------------------------------------------------------------------------------------------- */

/* The largest so many of all values that are shown to it: a heap with the least on top. */
typedef struct
{
  guint64 *values;
  guint    n;
  guint    most;
} Top;

static void
top_init (Top   *top,
          guint  most)
{
  top->values = g_new (guint64, most);
  top->n = 0;
  top->most = most;
}

static inline gboolean
top_wants (const Top *top,
           guint64    value)
{
  return top->n < top->most || value > top->values[0];
}

static void
top_sink (Top   *top,
          guint  i)
{
  for (;;)
    {
      guint least = i;

      for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < top->n; child++)
        if (top->values[child] < top->values[least])
          least = child;
      if (least == i)
        return;

      guint64 value = top->values[i];
      top->values[i] = top->values[least];
      top->values[least] = value;
      i = least;
    }
}

static void
top_add (Top     *top,
         guint64  value)
{
  if (!top_wants (top, value))
    return;
  if (top->n == top->most)
    {
      top->values[0] = value;
      top_sink (top, 0);
      return;
    }

  guint i = top->n++;
  for (; i > 0 && top->values[(i - 1) / 2] > value; i = (i - 1) / 2)
    top->values[i] = top->values[(i - 1) / 2];
  top->values[i] = value;
}

/* --- a search ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  WfNameIndex       *self;
  const char *const *words;
  guint64            tags;
  guint              most;
  GArray            *found; /* (element-type guint64): values, some perhaps twice */
} Search;

/* Better scores are larger, and among equals the better rank is. */
static inline guint64
make_value (guint32 score,
            guint32 rank)
{
  return (guint64) score << 32 | (G_MAXUINT32 - rank);
}

static inline gboolean
is_wanted (const Search *search,
           guint32       rank)
{
  return search->tags >> search->self->tags[rank] & 1;
}

/* 0 where it does not match. */
static guint64
judge (const Search *search,
       guint32       rank)
{
  int match = wf_search_key_match_words (RANK_KEY (search->self, rank), search->words);

  return match == 0 ? 0 : make_value ((guint32) match * STEP + search->self->weights[rank], rank);
}

static gboolean
consider (Search  *search,
          guint32  rank)
{
  guint64 value = is_wanted (search, rank) ? judge (search, rank) : 0;

  if (value == 0)
    return FALSE;
  g_array_append_val (search->found, value);

  return TRUE;
}

static void
scan (Search *search)
{
  Top top;

  top_init (&top, search->most);
  for (guint32 rank = 0; rank < search->self->n; rank++)
    {
      guint64 value = is_wanted (search, rank) ? judge (search, rank) : 0;

      if (value != 0)
        top_add (&top, value);
    }
  g_array_append_vals (search->found, top.values, top.n);
  g_free (top.values);
}

/* --- beginnings -------------------------------------------------------------------------------------------------- */

/* Names in the order of a line, of which the first @depth characters are alike. */
typedef struct
{
  guint32 low;
  guint32 high;
  gsize   depth;
} Range;

static const char *
get_line (WfNameIndex *self,
          guint        line,
          guint32      at)
{
  const char *text = RANK_KEY (self, self->sorted[line][at]);

  for (guint i = 0; i < line; i++)
    text = strchr (text, '\n') + 1;

  return text;
}

/* -1 where a line comes before everything that begins with @word, 0 where it does so, 1 after. */
static int
compare_beginning (const char *text,
                   const char *word,
                   gsize       size)
{
  for (gsize i = 0; i < size; i++)
    {
      int c = text[i] == '\n' ? 0 : (guchar) text[i];

      if (c != (guchar) word[i])
        return c < (guchar) word[i] ? -1 : 1;
    }

  return 0;
}

/* Where the names are of which @word comes next. */
static Range
narrow (WfNameIndex *self,
        guint        line,
        Range        range,
        const char  *word,
        gsize        size)
{
  Range found = { range.low, range.high, range.depth + size };

  for (guint32 end = range.high; found.low < end;)
    {
      guint32 middle = found.low + (end - found.low) / 2;

      if (compare_beginning (get_line (self, line, middle) + range.depth, word, size) < 0)
        found.low = middle + 1;
      else
        end = middle;
    }
  for (guint32 start = found.low; start < found.high;)
    {
      guint32 middle = start + (found.high - start) / 2;

      if (compare_beginning (get_line (self, line, middle) + range.depth, word, size) <= 0)
        start = middle + 1;
      else
        found.high = middle;
    }

  return found;
}

static void
add_best_of_range (const Search *search,
                   guint         line,
                   Range         range,
                   Top          *top)
{
  for (guint32 i = range.low; i < range.high; i++)
    {
      guint32 rank = search->self->sorted[line][i];

      if (top_wants (top, G_MAXUINT32 - rank) && is_wanted (search, rank))
        top_add (top, G_MAXUINT32 - rank);
    }
}

/* The best of those that are the word, and of those that begin with it, in as many of the lines. */
static void
take_beginnings (Search     *search,
                 const char *word,
                 guint       n_lines)
{
  gsize size = strlen (word);

  for (guint line = 0; line < n_lines; line++)
    {
      Range all = { 0, search->self->n, 0 };
      Range range = narrow (search->self, line, all, word, size);
      Range whole = { range.low, range.low, size };
      Top top;

      while (whole.high < range.high && strchr ("\n" WF_SEARCH_KEY_PART, get_line (search->self, line, whole.high)[size]) != NULL)
        whole.high++;
      top_init (&top, search->most);
      add_best_of_range (search, line, whole, &top);
      for (guint i = 0; i < top.n; i++)
        consider (search, (guint32) (G_MAXUINT32 - top.values[i]));
      top.n = 0;
      range.low = whole.high;
      add_best_of_range (search, line, range, &top);
      for (guint i = 0; i < top.n; i++)
        consider (search, (guint32) (G_MAXUINT32 - top.values[i]));
      g_free (top.values);
    }
}

/* --- insides ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  WfNameIndex *self;
  const Gram  *grams[MAX_CURSORS]; /* the rarest first */
  guint        n;
  guint        asked;
  gboolean     nowhere;            /* one of them no name has */
} Rarest;

static const Gram *
find_gram (WfNameIndex *self,
           guint64      gram)
{
  gsize low = 0, high = self->n_grams;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (self->grams[middle].gram < gram)
        low = middle + 1;
      else
        high = middle;
    }

  return low < self->n_grams && self->grams[low].gram == gram ? &self->grams[low] : NULL;
}

static void
keep_rarest (guint64  gram,
             gpointer data)
{
  Rarest *rarest = data;
  const Gram *found = find_gram (rarest->self, gram);
  guint at;

  rarest->asked++;
  if (found == NULL)
    {
      rarest->nowhere = TRUE;
      return;
    }
  for (guint i = 0; i < rarest->n; i++)
    if (rarest->grams[i] == found)
      return;

  for (at = rarest->n; at > 0 && rarest->grams[at - 1]->n > found->n; at--)
    if (at < MAX_CURSORS)
      rarest->grams[at] = rarest->grams[at - 1];
  if (at < MAX_CURSORS)
    {
      rarest->grams[at] = found;
      rarest->n = MIN (rarest->n + 1, MAX_CURSORS);
    }
}

typedef struct
{
  const guint8 *next;
  const guint8 *end;
  guint32       rank; /* plus one */
} Cursor;

static gboolean
step (Cursor *cursor)
{
  guint32 value = 0;
  guint shift = 0;

  if (cursor->next == cursor->end)
    return FALSE;
  while (*cursor->next & 0x80)
    {
      value |= (guint32) (*cursor->next++ & 0x7f) << shift;
      shift += 7;
    }
  value |= (guint32) *cursor->next++ << shift;
  cursor->rank += value;

  return TRUE;
}

/* Looks at the names that have all of the grams. */
static void
take_listed (Search       *search,
             const Rarest *rarest)
{
  WfNameIndex *self = search->self;
  Cursor cursors[MAX_CURSORS];
  guint looked = 0, matched = 0;

  for (guint i = 0; i < rarest->n; i++)
    {
      const Gram *gram = rarest->grams[i];

      cursors[i] = (Cursor) { self->postings + gram->start, self->postings + gram->start + gram->bytes, 0 };
    }

  while (step (&cursors[0]))
    {
      gboolean all = TRUE;

      for (guint i = 1; i < rarest->n; i++)
        {
          while (cursors[i].rank < cursors[0].rank)
            if (!step (&cursors[i]))
              return;
          all = all && cursors[i].rank == cursors[0].rank;
        }
      if (!all)
        continue;

      if (consider (search, cursors[0].rank - 1))
        matched++;
      if (++looked >= LOOK_ON && matched >= search->most)
        return;
    }
}

/* What a word is looked for by. */
typedef struct
{
  const char *word;
  Rarest      lists[N_LINES];
  gsize       n;         /* so many names would have to be looked at */
  gboolean    listed;    /* some list has it, or would */
  gboolean    short_one; /* only what begins with it is found, and initials */
} Way;

static gboolean
is_alnum (const char *word)
{
  for (; *word != '\0'; word++)
    if (!g_ascii_isalnum (*word))
      return FALSE;

  return TRUE;
}

static Way
find_way (WfNameIndex *self,
          const char  *word)
{
  Way way = { .word = word };
  gsize size = strlen (word);
  gboolean letters = is_alnum (word);

  for (guint i = 0; i < N_LINES; i++)
    way.lists[i].self = self;
  if (!letters || size == 2)
    wf_grams_of_text (word, size, keep_rarest, &way.lists[LINE_TEXT]);
  if (letters)
    {
      wf_grams_of_pinyin (word, size, keep_rarest, &way.lists[LINE_PINYIN]);
      wf_grams_of_initials (word, size, keep_rarest, &way.lists[LINE_INITIALS]);
    }
  way.short_one = letters && size < 3;
  for (guint i = 0; i < N_LINES; i++)
    {
      way.listed = way.listed || way.lists[i].asked > 0;
      if (way.lists[i].nowhere)
        way.lists[i].n = 0;
      if (way.lists[i].n > 0)
        way.n += way.lists[i].grams[0]->n;
    }

  return way;
}

static void
take_insides (Search    *search,
              const Way *way)
{
  for (guint i = 0; i < N_LINES; i++)
    if (way->lists[i].n > 0)
      take_listed (search, &way->lists[i]);
}

/* --- a letter wrong ---------------------------------------------------------------------------------------------- */

typedef struct
{
  Search     *search;
  const char *word;
  gsize       size;
  Top         top;
} Fuzzy;

static void
take_rest (Fuzzy *fuzzy,
           Range  range,
           gsize  from)
{
  Range found = range;

  if (from < fuzzy->size)
    found = narrow (fuzzy->search->self, LINE_PINYIN, range, fuzzy->word + from, fuzzy->size - from);
  add_best_of_range (fuzzy->search, LINE_PINYIN, found, &fuzzy->top);
}

/* A letter too many, two that have changed places, a wrong one, one that is missing: Damerau's four, each once. */
static void
try_error (Fuzzy *fuzzy,
           Range  range,
           gsize  at)
{
  WfNameIndex *self = fuzzy->search->self;
  const char *word = fuzzy->word;
  guint32 low = range.low;

  take_rest (fuzzy, range, at + 1);
  if (at + 1 < fuzzy->size && word[at] != word[at + 1])
    {
      const char swapped[] = { word[at + 1], word[at] };
      Range found = narrow (self, LINE_PINYIN, range, swapped, 2);

      if (found.low < found.high)
        take_rest (fuzzy, found, at + 2);
    }

  while (low < range.high)
    {
      char other = get_line (self, LINE_PINYIN, low)[range.depth];
      Range rest = { low, range.high, range.depth };

      if (other == '\n')
        {
          char first = 1;

          low = narrow (self, LINE_PINYIN, rest, &first, 1).low;
          continue;
        }

      Range found = narrow (self, LINE_PINYIN, rest, &other, 1);
      if (other != word[at])
        {
          take_rest (fuzzy, found, at + 1);
          take_rest (fuzzy, found, at);
        }
      low = found.high;
    }
}

static void
take_fuzzy (Search     *search,
            const char *word)
{
  Fuzzy fuzzy = { .search = search, .word = word, .size = strlen (word) };
  Range range = { 0, search->self->n, 0 };

  if (fuzzy.size < MIN_FUZZY || !is_alnum (word))
    return;

  top_init (&fuzzy.top, search->most);
  for (gsize at = 0; at < fuzzy.size && range.low < range.high; at++)
    {
      try_error (&fuzzy, range, at);
      range = narrow (search->self, LINE_PINYIN, range, word + at, 1);
    }
  for (guint i = 0; i < fuzzy.top.n; i++)
    {
      guint32 rank = (guint32) (G_MAXUINT32 - fuzzy.top.values[i]);
      guint64 value = make_value (STEP / 2 + search->self->weights[rank], rank);

      g_array_append_val (search->found, value);
    }
  g_free (fuzzy.top.values);
}

/* The same by looking at every name, for a small index. */
static gboolean
begins_nearly (const char *text,
               gsize       length,
               const char *word)
{
  gsize size = strlen (word), same = 0;

  while (same < size && same < length && text[same] == word[same])
    same++;
  if (same == size)
    return TRUE;

  const char *rest = word + same + 1;
  gsize left = size - same - 1;

  /* The letter is one too many, a wrong one, one that is missing, or in its neighbour's place. */
  if (length >= same + left && strncmp (text + same, rest, left) == 0)
    return TRUE;
  if (length >= same + 1 + left && strncmp (text + same + 1, rest, left) == 0)
    return TRUE;
  if (length >= same + 1 + left + 1 && strncmp (text + same + 1, word + same, left + 1) == 0)
    return TRUE;

  return left > 0 && length >= same + 1 + left && text[same] == word[same + 1] && text[same + 1] == word[same]
         && strncmp (text + same + 2, word + same + 2, left - 1) == 0;
}

static void
scan_fuzzy (Search     *search,
            const char *word)
{
  if (strlen (word) < MIN_FUZZY || !is_alnum (word))
    return;

  for (guint32 rank = 0; rank < search->self->n; rank++)
    {
      Lines lines;

      wf_name_lines (RANK_KEY (search->self, rank), &lines);
      if (is_wanted (search, rank) && begins_nearly (lines.start[LINE_PINYIN], lines.size[LINE_PINYIN], word))
        {
          guint64 value = make_value (STEP / 2 + search->self->weights[rank], rank);

          g_array_append_val (search->found, value);
        }
    }
}

/* --- queries ----------------------------------------------------------------------------------------------------- */

static void
find_words (Search *search)
{
  const char *const *words = search->words;
  Way best = { 0 };
  gboolean any = FALSE;

  if (search->self->grams == NULL)
    {
      scan (search);
      return;
    }

  for (guint i = 0; words[i] != NULL; i++)
    {
      Way way = find_way (search->self, words[i]);

      if (!way.listed || (way.short_one && words[1] != NULL))
        continue;
      if (!any || way.n < best.n)
        best = way;
      any = TRUE;
    }

  if (any)
    take_insides (search, &best);
  if (words[1] == NULL && (any || is_alnum (words[0])))
    {
      take_beginnings (search, words[0], N_LINES);
    }
  else if (!any && words[1] != NULL)
    {
      g_autofree char *phrase = g_strjoinv (" ", (char **) words);

      take_beginnings (search, phrase, LINE_TEXT + 1);
    }
  else if (!any)
    {
      scan (search);
    }
}

static int
compare_values (gconstpointer a,
                gconstpointer b)
{
  guint64 value_a = *(const guint64 *) a;
  guint64 value_b = *(const guint64 *) b;

  return value_a > value_b ? -1 : value_a < value_b;
}

static guint
give (const Search *search,
      WfNameHit    *hits)
{
  guint n = 0;
  guint32 last = G_MAXUINT32;

  g_array_sort (search->found, compare_values);
  for (guint i = 0; i < search->found->len && n < search->most; i++)
    {
      guint64 value = g_array_index (search->found, guint64, i);
      guint32 rank = G_MAXUINT32 - (guint32) value;

      if (rank == last)
        continue;
      last = rank;
      hits[n++] = (WfNameHit) { search->self->names[rank], (guint32) (value >> 32) };
    }

  return n;
}

static guint
give_first (const Search *search,
            WfNameHit    *hits)
{
  guint n = 0;

  for (guint32 rank = 0; rank < search->self->n && n < search->most; rank++)
    if (is_wanted (search, rank))
      hits[n++] = (WfNameHit) { search->self->names[rank], search->self->weights[rank] };

  return n;
}

/**
 * wf_name_index_find:
 * @self: an index
 * @query: what was typed
 * @tags: the tags that are wanted, a bit each, or %WF_NAME_ALL_TAGS
 * @hits: (out caller-allocates) (array length=most): what was found, the best first
 * @most: how many are wanted, at least one
 *
 * Finds the names that have all words of @query in their characters, their pinyin or their initials: those first that are
 * the word, then those that begin with it, then those that have it inside. Where there are many names, one or two Latin
 * letters find only those that begin with them or have them among their initials, and several such words those that begin
 * with all of it. Where none is found, those that sound the same, and then those whose pinyin begins with the query but for
 * one letter: one that is wrong, missing or too many, or two in the wrong order. A query without words finds the names of
 * most weight. Any thread.
 *
 * Returns: how many were found
 */
guint
wf_name_index_find (WfNameIndex *self,
                    const char  *query,
                    guint64      tags,
                    WfNameHit   *hits,
                    guint        most)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_auto (GStrv) words = NULL;
  Search search = { self, NULL, tags, most, found };

  g_return_val_if_fail (self != NULL && query != NULL && hits != NULL && most > 0, 0);

  words = wf_search_words_new (query);
  search.words = (const char *const *) words;
  if (words[0] == NULL)
    return give_first (&search, hits);

  find_words (&search);
  if (found->len > 0)
    return give (&search, hits);

  /* In the key of the query stands how it sounds, without spaces. */
  g_autofree char *key = wf_search_key_new (query);
  Lines lines;
  wf_name_lines (key, &lines);
  g_autofree char *sound = g_strndup (lines.start[LINE_PINYIN], lines.size[LINE_PINYIN]);
  const char *const sounds[] = { sound, NULL };

  if (*sound == '\0')
    return 0;
  search.words = sounds;
  if (g_strcmp0 (words[0], sound) != 0)
    find_words (&search);
  if (found->len == 0 && self->grams != NULL)
    take_fuzzy (&search, sound);
  else if (found->len == 0)
    scan_fuzzy (&search, sound);

  return give (&search, hits);
}
