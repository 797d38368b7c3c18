/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-wire"

#include "config.h"

#include "wf-json-write.h"

#include "wf-time.h"

#include <math.h>
#include <string.h>

#define EACH(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

/* Returns: whether none of eight bytes asks for an escape (a byte is below another where subtracting borrows) */
static inline gboolean
all_plain (uint64_t eight)
{
  uint64_t quote = eight ^ EACH ('"');
  uint64_t slash = eight ^ EACH ('\\');
  uint64_t odd = ((eight - EACH (0x20)) & ~eight) | ((quote - EACH (1)) & ~quote) | ((slash - EACH (1)) & ~slash);

  return (odd & EACH (0x80)) == 0;
}

/* Returns: whether a text can be written as it is */
static gboolean
is_plain (const char *text,
          gsize       size)
{
  gboolean plain = TRUE;
  gsize i = 0;
  uint64_t eight;

  for (; plain && i + sizeof eight <= size; i += sizeof eight)
    {
      memcpy (&eight, text + i, sizeof eight);
      plain = all_plain (eight);
    }

  if (plain && i < size)
    {
      eight = EACH ('x');
      memcpy (&eight, text + i, size - i);
      plain = all_plain (eight);
    }

  return plain;
}

/* Returns: how many bytes need no escape */
static gsize
count_plain (const char *text)
{
  static const guint8 ends[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ['"'] = 1, ['\\'] = 1,
  };
  const guchar *c = (const guchar *) text;

  while (!ends[*c])
    c++;

  return (gsize) (c - (const guchar *) text);
}

static void
append_quoted (GString    *out,
               const char *text,
               gsize       size)
{
  gsize at = out->len;

  g_string_set_size (out, at + size + 2);
  out->str[at] = '"';
  memcpy (out->str + at + 1, text, size);
  out->str[at + size + 1] = '"';
}

/**
 * wf_json_write_string:
 * @out: where to
 * @text: valid UTF-8
 *
 * Writes a text in quotes; only what must be escaped is.
 */
void
wf_json_write_string (GString    *out,
                      const char *text)
{
  gsize size = strlen (text);

  if (is_plain (text, size))
    {
      append_quoted (out, text, size);
      return;
    }

  const char *from = text;
  gsize plain = count_plain (text);

  g_string_append_c (out, '"');

  for (const char *c = text + plain; *c != '\0'; c += count_plain (c))
    {
      g_string_append_len (out, from, c - from);
      from = c + 1;

      switch (*c++)
        {
        case '"':
          g_string_append (out, "\\\"");
          break;
        case '\\':
          g_string_append (out, "\\\\");
          break;
        case '\n':
          g_string_append (out, "\\n");
          break;
        case '\r':
          g_string_append (out, "\\r");
          break;
        case '\t':
          g_string_append (out, "\\t");
          break;
        default:
          g_string_append_printf (out, "\\u%04x", (guint) (guchar) c[-1]);
          break;
        }
    }

  g_string_append (out, from);
  g_string_append_c (out, '"');
}

/**
 * wf_json_write_int:
 * @out: where to
 * @number: a number
 */
void
wf_json_write_int (GString *out,
                   int64_t  number)
{
  char text[24];
  char *c = text + sizeof text;
  uint64_t rest = number < 0 ? 0 - (uint64_t) number : (uint64_t) number;

  do
    {
      *--c = (char) ('0' + rest % 10);
      rest /= 10;
    }
  while (rest > 0);

  if (number < 0)
    *--c = '-';

  g_string_append_len (out, c, text + sizeof text - c);
}

/**
 * wf_json_write_double:
 * @out: where to
 * @number: a finite number
 *
 * Writes the shortest text that reads back as the same double. What is no number is written as 0, because JSON has
 * nothing for it; the tables let none through.
 */
void
wf_json_write_double (GString *out,
                      double   number)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (number) || number == 0)
    {
      g_string_append_c (out, '0');
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (text, sizeof text, formats[i], number);
      if (g_ascii_strtod (text, NULL) == number)
        break;
    }

  g_string_append (out, text);

  /* Digits alone are a whole number to a reader, and those end at 2^53. */
  if (fabs (number) > (double) WF_JSON_MAX_INT && strpbrk (text, ".e") == NULL)
    g_string_append (out, ".0");
}

/**
 * wf_json_write_key:
 * @out: where to; a comma is put before the key unless it is the object's first
 * @key: a key
 */
void
wf_json_write_key (GString    *out,
                   const char *key)
{
  gsize size = strlen (key);

  if (out->len > 0 && out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');

  if (is_plain (key, size))
    {
      gsize at = out->len;

      g_string_set_size (out, at + size + 3);
      out->str[at] = '"';
      memcpy (out->str + at + 1, key, size);
      memcpy (out->str + at + 1 + size, "\":", 2);
      return;
    }

  wf_json_write_string (out, key);
  g_string_append_c (out, ':');
}

/**
 * wf_json_write_member_text:
 * @out: where to, within an object
 * @key: a key
 * @text: (nullable): a text; without one nothing is written
 */
void
wf_json_write_member_text (GString    *out,
                           const char *key,
                           const char *text)
{
  if (text == NULL)
    return;

  wf_json_write_key (out, key);
  wf_json_write_string (out, text);
}

/**
 * wf_json_write_member_int:
 * @out: where to, within an object
 * @key: a key
 * @number: a number
 */
void
wf_json_write_member_int (GString    *out,
                          const char *key,
                          int64_t     number)
{
  wf_json_write_key (out, key);
  wf_json_write_int (out, number);
}

/**
 * wf_json_write_member_time:
 * @out: where to, within an object
 * @key: a key
 * @time: milliseconds since the epoch; with 0, which means that there is none, nothing is written
 */
void
wf_json_write_member_time (GString    *out,
                           const char *key,
                           int64_t     time)
{
  char text[WF_TIME_SIZE];

  if (time == 0)
    return;

  wf_time_write (time, text);
  wf_json_write_member_text (out, key, text);
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return strcmp (wf_json_key (*(const WfJson *const *) a), wf_json_key (*(const WfJson *const *) b));
}

/**
 * wf_json_write:
 * @out: where to
 * @value: a value
 *
 * Writes a value in its canonical form.
 */
void
wf_json_write (GString      *out,
               const WfJson *value)
{
  switch (wf_json_type (value))
    {
    case WF_JSON_BOOL:
      g_string_append (out, wf_json_bool (value) ? "true" : "false");
      break;

    case WF_JSON_INT:
      wf_json_write_int (out, wf_json_int (value));
      break;

    case WF_JSON_DOUBLE:
      wf_json_write_double (out, wf_json_double (value));
      break;

    case WF_JSON_STRING:
      wf_json_write_string (out, wf_json_string (value));
      break;

    case WF_JSON_ARRAY:
      g_string_append_c (out, '[');
      for (const WfJson *child = wf_json_first (value); child != NULL; child = wf_json_next (child))
        {
          wf_json_write (out, child);
          if (wf_json_next (child) != NULL)
            g_string_append_c (out, ',');
        }
      g_string_append_c (out, ']');
      break;

    case WF_JSON_OBJECT:
      {
        g_autoptr (GPtrArray) members = g_ptr_array_sized_new (wf_json_length (value));

        for (const WfJson *child = wf_json_first (value); child != NULL; child = wf_json_next (child))
          g_ptr_array_add (members, (gpointer) child);
        g_ptr_array_sort (members, compare_keys);

        g_string_append_c (out, '{');
        for (guint i = 0; i < members->len; i++)
          {
            const WfJson *child = members->pdata[i];

            wf_json_write_key (out, wf_json_key (child));
            wf_json_write (out, child);
          }
        g_string_append_c (out, '}');
        break;
      }

    case WF_JSON_NULL:
    default:
      g_string_append (out, "null");
      break;
    }
}
