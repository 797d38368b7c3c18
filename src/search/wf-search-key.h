/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Stands in a text between what a thing is called and what else it is found by: who types the whole name has found it, whatever
 * is written beside it. */
#define WF_SEARCH_KEY_PART "\x1f"

char  *wf_search_key_new         (const char        *text);
char **wf_search_words_new       (const char        *query);
int    wf_search_key_match       (const char        *key,
                                  const char        *query);
int    wf_search_key_match_words (const char        *key,
                                  const char *const *words);

G_END_DECLS
