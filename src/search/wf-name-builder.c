/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-search"

#include "config.h"

#include "wf-name-index-private.h"

#include <string.h>

struct _WfNameBuilder
{
  GString *keys;   /* (owned): one behind the other, each with its NUL */
  GArray  *given;  /* (owned) (element-type Given) */
};

typedef struct
{
  guint32 start; /* of its key */
  guint16 size;  /* of its text, the shorter of two alike comes first */
  guint8  weight;
  guint8  tag;
} Given;

/**
 * wf_name_builder_new:
 *
 * Returns: (transfer full): a builder without names
 */
WfNameBuilder *
wf_name_builder_new (void)
{
  WfNameBuilder *self = g_new0 (WfNameBuilder, 1);

  self->keys = g_string_new (NULL);
  self->given = g_array_new (FALSE, FALSE, sizeof (Given));

  return self;
}

/**
 * wf_name_builder_free:
 * @self: (transfer full): a builder
 */
void
wf_name_builder_free (WfNameBuilder *self)
{
  if (self->keys != NULL)
    g_string_free (self->keys, TRUE);
  g_clear_pointer (&self->given, g_array_unref);
  g_free (self);
}

/**
 * wf_name_builder_add:
 * @self: a builder
 * @key: what it is found by, of wf_search_key_new()
 * @weight: how much it counts among what matches alike, up to %WF_NAME_MAX_WEIGHT; ten are as much as one step from inside
 *   of a name to its beginning
 * @tag: the caller's, up to %WF_NAME_MAX_TAG
 *
 * Adds a name. Its number is that of the names before it. Beyond four gigabytes of keys names are left out.
 */
void
wf_name_builder_add (WfNameBuilder *self,
                     const char    *key,
                     guint          weight,
                     guint          tag)
{
  gsize size = strlen (key) + 1;
  Given given = {
    .start = (guint32) self->keys->len,
    .size = (guint16) MIN (strcspn (key, "\n"), G_MAXUINT16),
    .weight = (guint8) MIN (weight, WF_NAME_MAX_WEIGHT),
    .tag = (guint8) MIN (tag, WF_NAME_MAX_TAG),
  };

  g_return_if_fail (self->keys->len + size < G_MAXUINT32);

  g_string_append_len (self->keys, key, (gssize) size);
  g_array_append_val (self->given, given);
}

/* --- lines and grams --------------------------------------------------------------------------------------------- */

void
wf_name_lines (const char *key,
               Lines      *lines)
{
  for (guint i = 0; i < N_LINES; i++)
    {
      const char *end = strchrnul (key, '\n');

      lines->start[i] = key;
      lines->size[i] = (gsize) (end - key);
      key = *end == '\n' ? end + 1 : end;
    }
}

void
wf_grams_of_text (const char *text,
                  gsize       size,
                  WfGramFunc  func,
                  gpointer    data)
{
  gunichar before = 0;

  for (const char *p = text; p < text + size; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == ' ')
        c = 0;
      if (c >= 0x80)
        func (GRAM_ONE (c), data);
      if (before != 0 && c != 0 && !(before < 0x80 && g_ascii_isalpha ((char) before) && c < 0x80 && g_ascii_isalpha ((char) c)))
        func (GRAM_TWO (before, c), data);
      before = c;
    }
}

void
wf_grams_of_pinyin (const char *text,
                    gsize       size,
                    WfGramFunc  func,
                    gpointer    data)
{
  for (gsize i = 0; i + 3 <= size; i++)
    func (GRAM_PINYIN (text + i), data);
}

void
wf_grams_of_initials (const char *text,
                      gsize       size,
                      WfGramFunc  func,
                      gpointer    data)
{
  for (gsize i = 0; i + 2 <= size; i++)
    func (GRAM_INITIALS (text + i), data);
}

/* --- order ------------------------------------------------------------------------------------------------------- */

typedef struct
{
  guint64     first; /* bytes of what is sorted by, so that memory is looked at where they are alike only */
  const char *text;
  guint32     number;
} Sorted;

static guint64
first_bytes (const char *text)
{
  guint64 value = 0;

  for (guint i = 0; i < 8; i++)
    {
      guchar c = (guchar) *text;

      /* The end of a line comes before whatever may stand in one. */
      if (c == '\n')
        c = 0;
      value = value << 8 | c;
      if (c != 0)
        text++;
    }

  return value;
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  const Sorted *line_a = a;
  const Sorted *line_b = b;
  const char *text_a = line_a->text;
  const char *text_b = line_b->text;

  if (line_a->first != line_b->first)
    return line_a->first < line_b->first ? -1 : 1;

  while (*text_a == *text_b && *text_a != '\n' && *text_a != '\0')
    {
      text_a++;
      text_b++;
    }

  int left = *text_a == '\n' ? 0 : (guchar) *text_a;
  int right = *text_b == '\n' ? 0 : (guchar) *text_b;
  if (left != right)
    return left - right;

  return line_a->number < line_b->number ? -1 : line_a->number > line_b->number;
}

static guint32 *
sort_lines (WfNameIndex *self,
            guint        line)
{
  Sorted *lines = g_new (Sorted, self->n);
  guint32 *ranks = g_new (guint32, self->n);

  for (guint i = 0; i < self->n; i++)
    {
      Lines parts;

      wf_name_lines (RANK_KEY (self, i), &parts);
      lines[i] = (Sorted) { first_bytes (parts.start[line]), parts.start[line], i };
    }
  qsort (lines, self->n, sizeof *lines, compare_lines);
  for (guint i = 0; i < self->n; i++)
    ranks[i] = lines[i].number;
  g_free (lines);

  return ranks;
}

/* By weight, then the shorter, then by its bytes. */
static Sorted *
sort_given (WfNameBuilder *builder)
{
  Sorted *order = g_new (Sorted, MAX (builder->given->len, 1));

  for (guint i = 0; i < builder->given->len; i++)
    {
      const Given *given = &g_array_index (builder->given, Given, i);
      const char *key = builder->keys->str + given->start;

      order[i] = (Sorted) {
        .first = (guint64) (WF_NAME_MAX_WEIGHT - given->weight) << 56 | (guint64) given->size << 40 | first_bytes (key) >> 24,
        .text = key,
        .number = i,
      };
    }
  qsort (order, builder->given->len, sizeof *order, compare_lines);

  return order;
}

/* --- lists ------------------------------------------------------------------------------------------------------- */

typedef struct
{
  Gram    gram;
  guint32 last; /* rank that was put in last, plus one */
} Slot;

/* Twice over the names: first to know how long each list becomes, then to write it. */
typedef struct
{
  Slot    *slots;
  gsize    size; /* a power of two */
  gsize    used;
  guint32  rank;
  guint8  *postings; /* (nullable) the first time */
} Lists;

static Slot *
find_slot (Slot   *slots,
           gsize   size,
           guint64 gram)
{
  gsize i = (gsize) ((gram ^ gram >> 29) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) >> 20) & (size - 1);

  while (slots[i].gram.n > 0 && slots[i].gram.gram != gram)
    i = (i + 1) & (size - 1);

  return &slots[i];
}

static void
grow (Lists *lists)
{
  gsize size = lists->size * 2;
  Slot *slots = g_new0 (Slot, size);

  for (gsize i = 0; i < lists->size; i++)
    if (lists->slots[i].gram.n > 0)
      *find_slot (slots, size, lists->slots[i].gram.gram) = lists->slots[i];
  g_free (lists->slots);
  lists->slots = slots;
  lists->size = size;
}

static void
count_gram (guint64  gram,
            gpointer data)
{
  Lists *lists = data;
  Slot *slot = find_slot (lists->slots, lists->size, gram);

  if (slot->last == lists->rank + 1)
    return;
  if (slot->gram.n == 0)
    {
      lists->used++;
      slot->gram.gram = gram;
    }
  for (guint32 step = lists->rank + 1 - slot->last; step > 0; step >>= 7)
    slot->gram.bytes++;
  slot->gram.n++;
  slot->last = lists->rank + 1;
  if (lists->used * 2 > lists->size)
    grow (lists);
}

static void
write_gram (guint64  gram,
            gpointer data)
{
  Lists *lists = data;
  Slot *slot = find_slot (lists->slots, lists->size, gram);
  guint32 step = lists->rank + 1 - slot->last;

  if (step == 0)
    return;
  while (step >= 0x80)
    {
      lists->postings[slot->gram.start++] = (guint8) (step | 0x80);
      step >>= 7;
    }
  lists->postings[slot->gram.start++] = (guint8) step;
  slot->last = lists->rank + 1;
}

static void
go_over (WfNameIndex *self,
         Lists       *lists,
         WfGramFunc   func)
{
  for (lists->rank = 0; lists->rank < self->n; lists->rank++)
    {
      Lines parts;

      wf_name_lines (RANK_KEY (self, lists->rank), &parts);
      wf_grams_of_text (parts.start[LINE_TEXT], parts.size[LINE_TEXT], func, lists);
      wf_grams_of_pinyin (parts.start[LINE_PINYIN], parts.size[LINE_PINYIN], func, lists);
      wf_grams_of_initials (parts.start[LINE_INITIALS], parts.size[LINE_INITIALS], func, lists);
    }
}

static int
compare_grams (gconstpointer a,
               gconstpointer b)
{
  const Gram *gram_a = a;
  const Gram *gram_b = b;

  return gram_a->gram < gram_b->gram ? -1 : gram_a->gram > gram_b->gram;
}

static void
make_lists (WfNameIndex *self)
{
  Lists lists = { g_new0 (Slot, 4096), 4096, 0, 0, NULL };
  gsize start = 0, n = 0;

  go_over (self, &lists, count_gram);

  for (gsize i = 0; i < lists.size; i++)
    {
      lists.slots[i].gram.start = start;
      lists.slots[i].last = 0;
      start += lists.slots[i].gram.bytes;
    }
  lists.postings = g_malloc (MAX (start, 1));
  go_over (self, &lists, write_gram);

  self->postings = lists.postings;
  self->postings_size = start;
  self->grams = g_new (Gram, lists.used);
  for (gsize i = 0; i < lists.size; i++)
    if (lists.slots[i].gram.n > 0)
      {
        self->grams[n] = lists.slots[i].gram;
        self->grams[n++].start -= lists.slots[i].gram.bytes;
      }
  self->n_grams = n;
  qsort (self->grams, n, sizeof *self->grams, compare_grams);
  g_free (lists.slots);
}

/**
 * wf_name_builder_finish:
 * @self: (transfer full): a builder
 *
 * Makes the index, which takes about two seconds for a million names: do it in a worker thread.
 *
 * Returns: (transfer full): the index
 */
WfNameIndex *
wf_name_builder_finish (WfNameBuilder *self)
{
  WfNameIndex *index = g_new0 (WfNameIndex, 1);
  g_autofree Sorted *order = sort_given (self);
  gsize end = 0;

  g_atomic_ref_count_init (&index->refs);
  index->n = self->given->len;
  index->keys_size = self->keys->len;
  index->keys = g_malloc (MAX (index->keys_size, 1));
  index->starts = g_new (guint32, MAX (index->n, 1));
  index->names = g_new (guint32, MAX (index->n, 1));
  index->weights = g_new (guint8, MAX (index->n, 1));
  index->tags = g_new (guint8, MAX (index->n, 1));

  for (guint rank = 0; rank < index->n; rank++)
    {
      guint32 name = order[rank].number;
      const Given *given = &g_array_index (self->given, Given, name);
      gsize size = strlen (order[rank].text) + 1;

      memcpy (index->keys + end, order[rank].text, size);
      index->starts[rank] = (guint32) end;
      index->names[rank] = name;
      index->weights[rank] = given->weight;
      index->tags[rank] = given->tag;
      end += size;
    }
  wf_name_builder_free (self);

  if (index->n > SMALL)
    {
      for (guint line = 0; line < N_LINES; line++)
        index->sorted[line] = sort_lines (index, line);
      make_lists (index);
    }

  return index;
}
