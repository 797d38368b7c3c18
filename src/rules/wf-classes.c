/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-classes.h"

#include <string.h>

static guint
match_one (const char *pattern,
           const char *incident_class)
{
  gsize length = strlen (pattern);

  if (strcmp (pattern, incident_class) == 0)
    return (guint) length + 2;
  if (length == 0 || pattern[length - 1] != '.')
    return 0;
  if (strncmp (pattern, incident_class, length) == 0)
    return (guint) length;

  /* "accident.fire." covers "accident.fire" itself too. */
  return strlen (incident_class) == length - 1 && strncmp (pattern, incident_class, length - 1) == 0
         ? (guint) length + 1
         : 0;
}

/**
 * wf_classes_match:
 * @patterns: (array zero-terminated=1): codes of incident classes, or beginnings of them that end with a dot
 * @incident_class: (nullable): a class
 *
 * Returns: how closely the best of them fits, from 1; 0 where none does
 */
guint
wf_classes_match (const char *const *patterns,
                  const char        *incident_class)
{
  guint best = 0;

  for (gsize i = 0; incident_class != NULL && patterns[i] != NULL; i++)
    best = MAX (best, match_one (patterns[i], incident_class));

  return best;
}
