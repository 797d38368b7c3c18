/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-name-index.h"

G_BEGIN_DECLS

/* The lines of a key. */
enum
{
  LINE_TEXT,
  LINE_PINYIN,
  LINE_INITIALS,
  N_LINES,
};

/* The names that hold a few characters side by side, as the differences between their ranks, seven bits a byte. */
typedef struct
{
  guint64 gram;
  gsize   start; /* in the postings */
  guint32 bytes;
  guint32 n;     /* names */
} Gram;

/* Everything is by rank: 0 is the name of the most weight, so that what is met first is the better one. */
struct _WfNameIndex
{
  gatomicrefcount refs;
  guint           n;
  char           *keys;            /* (owned): one behind the other, each with its NUL */
  gsize           keys_size;
  guint32        *starts;          /* (owned): in @keys */
  guint32        *names;           /* (owned): rank → number of the caller */
  guint8         *weights;         /* (owned) */
  guint8         *tags;            /* (owned) */
  guint32        *sorted[N_LINES]; /* (owned) (nullable) for a small index: ranks by line */
  Gram           *grams;           /* (owned) (nullable): by gram */
  gsize           n_grams;
  guint8         *postings;        /* (owned) (nullable) */
  gsize           postings_size;
};

/* Up to here it is quicker to look at every name than to keep lists of them. */
#define SMALL 4096

#define RANK_KEY(self, rank) ((self)->keys + (self)->starts[rank])

/* What grams are made of: one or two characters of the text, of which one is not a Latin letter, three of the pinyin, two
 * of the initials. */
#define GRAM_ONE(a)      (G_GUINT64_CONSTANT (1) << 62 | (guint64) (a))
#define GRAM_TWO(a, b)   (G_GUINT64_CONSTANT (2) << 62 | (guint64) (a) << 21 | (guint64) (b))
#define GRAM_INITIALS(p) (G_GUINT64_CONSTANT (3) << 62 | (guint64) (guchar) (p)[0] << 8 | (guint64) (guchar) (p)[1])
#define GRAM_PINYIN(p)   ((guint64) (guchar) (p)[0] << 16 | (guint64) (guchar) (p)[1] << 8 | (guint64) (guchar) (p)[2])

typedef void (*WfGramFunc) (guint64  gram,
                            gpointer data);

void wf_grams_of_text     (const char *text,
                           gsize       size,
                           WfGramFunc  func,
                           gpointer    data);
void wf_grams_of_pinyin   (const char *text,
                           gsize       size,
                           WfGramFunc  func,
                           gpointer    data);
void wf_grams_of_initials (const char *text,
                           gsize       size,
                           WfGramFunc  func,
                           gpointer    data);

/* Where the lines of a key begin, and how long they are. */
typedef struct
{
  const char *start[N_LINES];
  gsize       size[N_LINES];
} Lines;

void wf_name_lines        (const char *key,
                           Lines      *lines);

G_END_DECLS
