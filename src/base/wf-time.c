/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-base"

#include "config.h"

#include "wf-time.h"

#include <string.h>

#define DAY 86400
#define FIRST_SECOND (-G_GINT64_CONSTANT (62135596800)) /* of the year 1 */
#define LAST_SECOND  G_GINT64_CONSTANT (253402300799)   /* of the year 9999 */

/* The two digits of a number below 100. */
static inline void
put_two (char *at,
         int   number)
{
  at[0] = (char) ('0' + number / 10);
  at[1] = (char) ('0' + number % 10);
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar, and back: years begin in March, so that the leap day is the
 * last of one, and are counted in ages of 400 years, which are all equally long. */
static int64_t
days_of (int year,
         int month,
         int day)
{
  int y = month > 2 ? year : year - 1;
  int age = y / 400;
  int in_age = y - age * 400;
  int in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

  return (int64_t) age * 146097 + in_age * 365 + in_age / 4 - in_age / 100 + in_year - 719468;
}

static void
date_of (int64_t  days,
         int     *year,
         int     *month,
         int     *day)
{
  int64_t since = days + 719468; /* 0000-03-01; never negative here */
  int in_age = (int) (since % 146097);
  int y = (in_age - in_age / 1460 + in_age / 36524 - in_age / 146096) / 365;
  int in_year = in_age - (365 * y + y / 4 - y / 100);
  int m = (5 * in_year + 2) / 153;

  *day = in_year - (153 * m + 2) / 5 + 1;
  *month = m < 10 ? m + 3 : m - 9;
  *year = (int) (since / 146097) * 400 + y + (*month <= 2 ? 1 : 0);
}

/**
 * wf_time_write:
 * @time: milliseconds since the epoch
 * @text: (out) (array fixed-size=25): where to
 *
 * Writes a moment as wf_time_format() does, without taking memory.
 */
void
wf_time_write (int64_t time,
               char    text[WF_TIME_SIZE])
{
  int64_t seconds = time / 1000;
  int rest = (int) (time % 1000);
  int year, month, day;

  if (rest < 0)
    {
      rest += 1000;
      seconds -= 1;
    }

  if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
    seconds = rest = 0;

  int64_t days = seconds / DAY;
  int second = (int) (seconds % DAY);
  if (second < 0)
    {
      second += DAY;
      days -= 1;
    }

  date_of (days, &year, &month, &day);

  memcpy (text, "0000-00-00T00:00:00.000Z", WF_TIME_SIZE);
  put_two (text, year / 100);
  put_two (text + 2, year % 100);
  put_two (text + 5, month);
  put_two (text + 8, day);
  put_two (text + 11, second / 3600);
  put_two (text + 14, second / 60 % 60);
  put_two (text + 17, second % 60);
  text[20] = (char) ('0' + rest / 100);
  put_two (text + 21, rest % 100);
}

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
  char text[WF_TIME_SIZE];

  wf_time_write (time, text);
  return g_strdup (text);
}

/* Returns: the number that @digits digits make; a negative one where they are none */
static int
take (const char *text,
      int         digits)
{
  int number = 0;

  for (int i = 0; i < digits; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return -10000;
      number = number * 10 + text[i] - '0';
    }

  return number;
}

/* The form that we write ourselves, which is nearly all that ever comes. */
static gboolean
parse_own (const char *text,
           int64_t    *time)
{
  static const char form[] = "0000-00-00T00:00:00.000Z";

  for (gsize i = 0; i < sizeof form - 1; i++)
    if (form[i] != '0' && text[i] != form[i])
      return FALSE;

  int year = take (text, 4), month = take (text + 5, 2), day = take (text + 8, 2);
  int hour = take (text + 11, 2), minute = take (text + 14, 2), second = take (text + 17, 2);
  int rest = take (text + 20, 3);

  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 28 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 59 || rest < 0)
    return FALSE;

  *time = ((days_of (year, month, day) * DAY) + hour * 3600 + minute * 60 + second) * 1000 + rest;
  return TRUE;
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

  gsize size = strlen (text);

  if (size > 40 || size < 20 || text[4] != '-' || text[10] != 'T')
    return FALSE;
  if (size == WF_TIME_SIZE - 1 && parse_own (text, time))
    return TRUE;

  /* Also the last days of months, which not every month has. */
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
