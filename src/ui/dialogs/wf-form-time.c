/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-form-time.h"

#include "wf-time.h"

#include <stdio.h>
#include <string.h>

/**
 * wf_form_time_format:
 * @time: a moment; 0 where there is none
 * @now: the present one
 *
 * Returns: (transfer full): as a person would type it: without the date where it is today
 */
char *
wf_form_time_format (int64_t time,
                     int64_t now)
{
  if (time == 0)
    return g_strdup ("");

  g_autofree char *day = wf_time_format_local (time, "%F");
  g_autofree char *today = wf_time_format_local (now, "%F");

  return wf_time_format_local (time, strcmp (day, today) == 0 ? "%H:%M:%S" : "%F %H:%M:%S");
}

static gboolean
to_moment (GDateTime *local,
           int64_t   *time)
{
  if (local == NULL)
    return FALSE;

  *time = g_date_time_to_unix (local) * WF_SECOND;
  return TRUE;
}

/**
 * wf_form_time_parse:
 * @text: what a person typed; a full-width colon is taken too
 * @now: the present moment, which a time without a date is near to
 * @time: (out): the moment
 *
 * Reads 21:07, 2107, 21:07:30, 07-14 21:07 and 2026-07-14 21:07 in local time. A time of day that would lie more than an
 * hour ahead was meant for the day before: people note down what has happened.
 *
 * Returns: whether it could be read
 */
gboolean
wf_form_time_parse (const char *text,
                    int64_t     now,
                    int64_t    *time)
{
  g_return_val_if_fail (text != NULL && time != NULL, FALSE);

  g_autoptr (GString) plain = g_string_new (text);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now / WF_SECOND);
  g_autoptr (GDateTime) here = g_date_time_to_local (utc);
  g_autoptr (GDateTime) local = NULL;
  int year, month, day, hour, minute, second = 0;
  int end = 0;

  g_string_replace (plain, "\357\274\232", ":", 0);
  g_string_replace (plain, "/", "-", 0);

  const char *p = plain->str;
  int length = (int) plain->len;

#define WHOLE(n, ...) (end = 0, second = 0, sscanf (p, __VA_ARGS__, &end) >= (n) && end == length)
  if (WHOLE (6, "%4d-%2d-%2d %2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second) ||
      WHOLE (5, "%4d-%2d-%2d %2d:%2d%n", &year, &month, &day, &hour, &minute))
    local = g_date_time_new_local (year, month, day, hour, minute, second);
  else if (WHOLE (5, "%2d-%2d %2d:%2d:%2d%n", &month, &day, &hour, &minute, &second) ||
           WHOLE (4, "%2d-%2d %2d:%2d%n", &month, &day, &hour, &minute))
    local = g_date_time_new_local (g_date_time_get_year (here), month, day, hour, minute, second);
  else if (WHOLE (3, "%2d:%2d:%2d%n", &hour, &minute, &second) ||
           WHOLE (2, "%2d:%2d%n", &hour, &minute) ||
           (length == 4 && WHOLE (2, "%2d%2d%n", &hour, &minute)))
    {
      local = g_date_time_new_local (g_date_time_get_year (here), g_date_time_get_month (here),
                                     g_date_time_get_day_of_month (here), hour, minute, second);

      if (local != NULL && g_date_time_to_unix (local) * WF_SECOND > now + WF_HOUR)
        {
          GDateTime *before = g_date_time_add_days (local, -1);

          g_date_time_unref (local);
          local = before;
        }
    }
#undef WHOLE

  return to_moment (local, time);
}
