/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-base"

#include "config.h"

#include "wf-time.h"

#include <string.h>

/**
 * wf_time_format:
 * @time: milliseconds since the epoch
 *
 * Writes a moment as it stands on the wire: RFC 3339, UTC, with milliseconds, such as `2026-11-21T13:07:45.120Z`.
 *
 * Returns: (transfer full): the text
 */
char *
wf_time_format (int64_t time)
{
  int64_t seconds = time / 1000;
  int64_t rest = time % 1000;

  if (rest < 0)
    {
      rest += 1000;
      seconds -= 1;
    }

  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (seconds);

  if (moment == NULL)
    return g_strdup ("1970-01-01T00:00:00.000Z");

  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                          g_date_time_get_year (moment),
                          g_date_time_get_month (moment),
                          g_date_time_get_day_of_month (moment),
                          g_date_time_get_hour (moment),
                          g_date_time_get_minute (moment),
                          g_date_time_get_second (moment),
                          (int) rest);
}

/**
 * wf_time_parse:
 * @text: an RFC 3339 time with an offset or Z
 * @time: (out): milliseconds since the epoch
 *
 * Reads a moment from the wire. A text without an offset is refused, because nobody could say which moment it means.
 *
 * Returns: whether @text was such a time
 */
gboolean
wf_time_parse (const char *text,
               int64_t    *time)
{
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (time != NULL, FALSE);

  if (strlen (text) > 40 || strlen (text) < 20 || text[4] != '-' || text[10] != 'T')
    return FALSE;

  g_autoptr (GDateTime) moment = g_date_time_new_from_iso8601 (text, NULL);

  if (moment == NULL)
    return FALSE;

  *time = g_date_time_to_unix (moment) * 1000 + g_date_time_get_microsecond (moment) / 1000;
  return TRUE;
}

/**
 * wf_time_format_local:
 * @time: milliseconds since the epoch
 * @format: a g_date_time_format() pattern
 *
 * Writes a moment in the time zone of this machine, for people.
 *
 * Returns: (transfer full): the text
 */
char *
wf_time_format_local (int64_t     time,
                      const char *format)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / 1000);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, format) : g_strdup ("");
}
