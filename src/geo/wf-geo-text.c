/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-geo"

#include "config.h"

#include "wf-geo-text.h"

#include "wf-geo.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

G_DEFINE_QUARK (wf-geo-error-quark, wf_geo_error)

#define MAX_TEXT   200
#define MAX_TOKENS 32

typedef enum
{
  TOKEN_NUMBER,
  TOKEN_UNIT,  /* which: 0 degrees, 1 minutes, 2 seconds */
  TOKEN_SIDE,  /* which: 'E' 'W' 'N' 'S', or 'x' 'y' for longitude and latitude without a side */
  TOKEN_BREAK, /* a comma, semicolon or slash */
} TokenKind;

typedef struct
{
  TokenKind kind;
  int       which;
  double    number;
  gboolean  whole;
} Token;

typedef struct
{
  double value;
  int    side; /* 0 where none is given */
} Angle;

/* Longer words first: 东经 before 东. */
static const struct
{
  const char *word;
  TokenKind   kind;
  int         which;
} words[] = {
  { "东经", TOKEN_SIDE, 'E' },
  { "西经", TOKEN_SIDE, 'W' },
  { "北纬", TOKEN_SIDE, 'N' },
  { "南纬", TOKEN_SIDE, 'S' },
  { "经度", TOKEN_SIDE, 'x' },
  { "纬度", TOKEN_SIDE, 'y' },
  { "longitude", TOKEN_SIDE, 'x' },
  { "latitude", TOKEN_SIDE, 'y' },
  { "lon", TOKEN_SIDE, 'x' },
  { "lng", TOKEN_SIDE, 'x' },
  { "lat", TOKEN_SIDE, 'y' },
  { "东", TOKEN_SIDE, 'E' },
  { "西", TOKEN_SIDE, 'W' },
  { "北", TOKEN_SIDE, 'N' },
  { "南", TOKEN_SIDE, 'S' },
  { "e", TOKEN_SIDE, 'E' },
  { "w", TOKEN_SIDE, 'W' },
  { "n", TOKEN_SIDE, 'N' },
  { "s", TOKEN_SIDE, 'S' },
  { "°", TOKEN_UNIT, 0 },
  { "º", TOKEN_UNIT, 0 },
  { "˚", TOKEN_UNIT, 0 },
  { "度", TOKEN_UNIT, 0 },
  { "分", TOKEN_UNIT, 1 },
  { "秒", TOKEN_UNIT, 2 },
  { "″", TOKEN_UNIT, 2 },
  { "”", TOKEN_UNIT, 2 },
  { "′′", TOKEN_UNIT, 2 },
  { "''", TOKEN_UNIT, 2 },
  { "\"", TOKEN_UNIT, 2 },
  { "′", TOKEN_UNIT, 1 },
  { "’", TOKEN_UNIT, 1 },
  { "'", TOKEN_UNIT, 1 },
  { ",", TOKEN_BREAK, 0 },
  { "，", TOKEN_BREAK, 0 },
  { "、", TOKEN_BREAK, 0 },
  { ";", TOKEN_BREAK, 0 },
  { "；", TOKEN_BREAK, 0 },
  { "/", TOKEN_BREAK, 0 },
};

static gboolean
fail_syntax (GError **error)
{
  g_set_error_literal (error, WF_GEO_ERROR, WF_GEO_ERROR_SYNTAX,
                       _("These are not coordinates. Write for example 109.843, 40.657 or 40°39′25″N 109°50′35″E."));
  return FALSE;
}

static gsize
read_number (const char *text,
             Token      *token)
{
  gsize i = text[0] == '-' || text[0] == '+' ? 1 : 0;
  gsize digits = 0;

  token->kind = TOKEN_NUMBER;
  token->whole = TRUE;
  for (; g_ascii_isdigit (text[i]); i++)
    digits++;
  if (text[i] == '.')
    for (i++, token->whole = FALSE; g_ascii_isdigit (text[i]); i++)
      digits++;

  if (digits == 0 || digits > 18)
    return 0;

  g_autofree char *copy = g_strndup (text, i);
  token->number = g_ascii_strtod (copy, NULL);

  return i;
}

static gsize
read_word (const char *text,
           Token      *token)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strncasecmp (text, words[i].word, strlen (words[i].word)) == 0)
      {
        token->kind = words[i].kind;
        token->which = words[i].which;
        return strlen (words[i].word);
      }

  return 0;
}

static int
read_tokens (const char *text,
             Token      *tokens)
{
  int n = 0;

  while (*text != '\0')
    {
      if (g_ascii_isspace (*text) || *text == ':' || *text == '(' || *text == ')')
        {
          text++;
          continue;
        }

      if (n == MAX_TOKENS)
        return -1;

      gsize length = read_number (text, &tokens[n]);
      if (length == 0)
        length = read_word (text, &tokens[n]);
      if (length == 0)
        return -1;
      text += length;
      n++;
    }

  return n;
}

/* Where the second angle begins; a break before it is stepped over by read_angle(). */
static int
find_split (const Token *tokens,
            int          n)
{
  int sides = 0;
  int second_side = -1;
  int first_side = -1;
  int numbers = 0;
  int degree_marks = 0;

  for (int i = 0; i < n; i++)
    {
      if (tokens[i].kind == TOKEN_BREAK)
        return i;
      if (tokens[i].kind == TOKEN_NUMBER)
        numbers++;
      if (tokens[i].kind == TOKEN_UNIT && tokens[i].which == 0 && ++degree_marks == 2)
        return i - 1 > 0 && tokens[i - 2].kind == TOKEN_SIDE && tokens[0].kind == TOKEN_SIDE ? i - 2 : i - 1;
      if (tokens[i].kind == TOKEN_SIDE)
        {
          if (sides == 0)
            first_side = i;
          if (sides == 1)
            second_side = i;
          sides++;
        }
    }

  if (sides == 2)
    return first_side == 0 ? second_side : first_side + 1;

  if (numbers % 2 != 0)
    return -1;

  for (int i = 0, seen = 0; i < n; i++)
    if (tokens[i].kind == TOKEN_NUMBER && seen++ == numbers / 2)
      return i;

  return -1;
}

static gboolean
read_angle (const Token  *tokens,
            int           n,
            Angle        *angle,
            GError      **error)
{
  double parts[3] = { 0.0, 0.0, 0.0 };
  int count = 0;
  gboolean negative = FALSE;
  gboolean whole = TRUE;

  angle->side = 0;
  for (int i = 0; i < n; i++)
    switch (tokens[i].kind)
      {
      case TOKEN_SIDE:
        if (angle->side != 0 || (i != 0 && i != n - 1))
          return fail_syntax (error);
        angle->side = tokens[i].which;
        break;

      case TOKEN_NUMBER:
        /* Only the last number may have a fraction, and only the first a sign. */
        if (count == 3 || !whole || (count > 0 && signbit (tokens[i].number)))
          return fail_syntax (error);
        negative |= signbit (tokens[i].number) != 0;
        whole = tokens[i].whole;
        parts[count++] = fabs (tokens[i].number);
        break;

      case TOKEN_UNIT:
        if (i == 0 || tokens[i - 1].kind != TOKEN_NUMBER || tokens[i].which != count - 1)
          return fail_syntax (error);
        break;

      case TOKEN_BREAK:
      default:
        return fail_syntax (error);
      }

  if (count == 0)
    return fail_syntax (error);

  if (parts[1] >= 60.0 || parts[2] >= 60.0)
    {
      g_set_error_literal (error, WF_GEO_ERROR, WF_GEO_ERROR_RANGE, _("Minutes and seconds of an angle must be below 60."));
      return FALSE;
    }

  angle->value = parts[0] + parts[1] / 60.0 + parts[2] / 3600.0;
  if (negative)
    angle->value = -angle->value;
  if (angle->side == 'S' || angle->side == 'W')
    angle->value = -angle->value;

  return TRUE;
}

static gboolean
is_latitude_side (int side)
{
  return side == 'N' || side == 'S' || side == 'y';
}

/* Whether the first angle is the latitude. Without any side the order is told by the ranges: in China every longitude is
 * above every latitude, so the larger number is the longitude; elsewhere lon, lat is taken. */
static gboolean
is_swapped (const Angle *a,
            const Angle *b)
{
  if (a->side != 0)
    return is_latitude_side (a->side);
  if (b->side != 0)
    return !is_latitude_side (b->side);

  if (fabs (b->value) > 90.0)
    return TRUE;

  return b->value >= 73.0 && a->value > 0.0 && a->value <= 54.0;
}

/* Two angles as longitude and latitude, whether there is such a place or not. */
static gboolean
read_pair (const char  *text,
           double      *x,
           double      *y,
           GError     **error)
{
  Token tokens[MAX_TOKENS] = { 0 };
  Angle a;
  Angle b;

  if (strlen (text) > MAX_TEXT || !g_utf8_validate (text, -1, NULL))
    return fail_syntax (error);

  /* Full-width digits, letters and signs become plain ones. */
  g_autofree char *plain = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  int n = read_tokens (plain, tokens);
  int split = n > 0 ? find_split (tokens, n) : -1;
  if (split <= 0)
    return fail_syntax (error);

  int second = split + (tokens[split].kind == TOKEN_BREAK ? 1 : 0);
  if (!read_angle (tokens, split, &a, error) || !read_angle (tokens + second, n - second, &b, error))
    return FALSE;

  if (a.side != 0 && b.side != 0 && is_latitude_side (a.side) == is_latitude_side (b.side))
    return fail_syntax (error);

  gboolean swapped = is_swapped (&a, &b);
  *x = swapped ? b.value : a.value;
  *y = swapped ? a.value : b.value;

  return TRUE;
}

/**
 * wf_geo_parse:
 * @text: what somebody typed
 * @lon: (out): the longitude
 * @lat: (out): the latitude
 * @error: a sentence for that person
 *
 * Reads a pair of coordinates in any usual notation: decimal degrees in either order, with or without E/N, 东经/北纬, °, 度
 * 分 秒, and degrees with minutes and seconds.
 *
 * Returns: whether @text was understood
 */
gboolean
wf_geo_parse (const char  *text,
              double      *lon,
              double      *lat,
              GError     **error)
{
  double x, y;

  g_return_val_if_fail (text != NULL, FALSE);

  if (!read_pair (text, &x, &y, error))
    return FALSE;
  if (!wf_geo_is_valid (x, y))
    {
      g_set_error (error, WF_GEO_ERROR, WF_GEO_ERROR_RANGE,
                   _("Longitude %.6g, latitude %.6g is not a place on earth: longitude goes from −180 to 180, latitude "
                     "from −90 to 90."),
                   x, y);
      return FALSE;
    }

  *lon = x;
  *lat = y;

  return TRUE;
}

/**
 * wf_geo_parse_swapped:
 * @text: what somebody typed
 * @lon: (out): the longitude that is meant
 * @lat: (out): the latitude that is meant
 *
 * Reads what wf_geo_parse() refuses because it names longitude and latitude the wrong way round, such as “116.4°N 39.9°E”.
 *
 * Returns: whether @text is no place on earth as it stands, and one with the two swapped
 */
gboolean
wf_geo_parse_swapped (const char *text,
                      double     *lon,
                      double     *lat)
{
  double x, y;

  g_return_val_if_fail (text != NULL, FALSE);

  if (!read_pair (text, &x, &y, NULL) || wf_geo_is_valid (x, y) || !wf_geo_is_valid (y, x))
    return FALSE;

  *lon = y;
  *lat = x;

  return TRUE;
}

static void
append_dms (GString *text,
            double   angle,
            char     positive,
            char     negative)
{
  /* Rounded as a whole, so that 59.96″ does not become 60.0″. */
  int64_t tenths = llround (fabs (angle) * 36000.0);

  g_string_append_printf (text, "%d°%02d′%04.1f″%c",
                          (int) (tenths / 36000),
                          (int) (tenths / 600 % 60),
                          (double) (tenths % 600) / 10.0,
                          angle < 0.0 ? negative : positive);
}

/**
 * wf_geo_format:
 * @lon: a longitude
 * @lat: a latitude
 * @notation: how to write it
 *
 * Writes coordinates in a notation that wf_geo_parse() reads, the same in every language.
 *
 * Returns: (transfer full): the text
 */
char *
wf_geo_format (double        lon,
               double        lat,
               WfGeoNotation notation)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char x[G_ASCII_DTOSTR_BUF_SIZE];
  char y[G_ASCII_DTOSTR_BUF_SIZE];

  switch (notation)
    {
    case WF_GEO_NOTATION_DMS:
      append_dms (text, lon, 'E', 'W');
      g_string_append_c (text, ' ');
      append_dms (text, lat, 'N', 'S');
      break;

    case WF_GEO_NOTATION_PLAIN:
      g_ascii_formatd (x, sizeof x, "%.6f", lon);
      g_ascii_formatd (y, sizeof y, "%.6f", lat);
      g_string_append_printf (text, "%s,%s", x, y);
      break;

    case WF_GEO_NOTATION_DECIMAL:
    default:
      g_ascii_formatd (x, sizeof x, "%.4f", fabs (lon));
      g_ascii_formatd (y, sizeof y, "%.4f", fabs (lat));
      g_string_append_printf (text, "%s°%c %s°%c", x, lon < 0.0 ? 'W' : 'E', y, lat < 0.0 ? 'S' : 'N');
      break;
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * wf_geo_format_distance:
 * @metres: a distance
 *
 * Returns: (transfer full): such as “850 m”, “3.2 km”, “120 km”
 */
char *
wf_geo_format_distance (double metres)
{
  if (!isfinite (metres) || metres < 0.0)
    return g_strdup ("–");
  if (metres < 995.0)
    return g_strdup_printf ("%.0f m", metres < 100.0 ? round (metres) : round (metres / 10.0) * 10.0);
  if (metres < 99500.0)
    return g_strdup_printf ("%.1f km", metres / 1000.0);

  return g_strdup_printf ("%.0f km", metres / 1000.0);
}

/**
 * wf_geo_format_radius:
 * @metres: a distance that somebody has set
 *
 * Writes it as it is and not rounded, as wf_geo_format_distance() writes what was measured.
 *
 * Returns: (transfer full): such as “500 m”, “1 km”, “1.25 km”
 */
char *
wf_geo_format_radius (double metres)
{
  return metres >= 1000.0 ? g_strdup_printf ("%.8g km", metres / 1000.0) : g_strdup_printf ("%.8g m", metres);
}
