/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-wire"

#include "config.h"

#include "wf-json.h"

#include <math.h>
#include <string.h>

struct _WfJson
{
  WfJsonType  type;
  guint       line;
  const char *start; /* in the document's bytes */
  const char *end;
  const char *key;   /* (nullable) of a member of an object */
  WfJson     *next;
  union
  {
    gboolean    yes;
    int64_t     whole;
    double      real;
    const char *text;
    struct
    {
      WfJson *first;
      guint   length;
    } list;
  } value;
};

/* Values and texts live as long as the document, so they are cut from large blocks and never freed one by one. */
typedef struct _Block Block;

struct _Block
{
  Block *before;
  gsize  size;
  gsize  used;
};

/**
 * WfJsonDoc:
 *
 * A JSON text that came from outside, read strictly: what two readers could understand differently (keys given twice,
 * numbers that do not fit, half characters, something after the end) is refused. It never changes and may be shared
 * between threads. Each value knows its line, so that a refusal can name it, and the bytes that it was read from, so that
 * what is hashed is what came.
 */
struct _WfJsonDoc
{
  gatomicrefcount refs;
  GBytes         *bytes;  /* (owned) */
  Block          *blocks; /* (owned) */
  WfJson         *root;   /* in blocks */
};

typedef struct
{
  WfJsonDoc  *doc;
  const char *next;
  const char *end;
  guint       line;
  guint       depth;
  guint       n_values;
} Reader;

G_DEFINE_QUARK (wf-json-error-quark, wf_json_error)
G_DEFINE_BOXED_TYPE (WfJsonDoc, wf_json_doc, wf_json_doc_ref, wf_json_doc_unref)

#define BLOCK_MIN 4096
#define BLOCK_MAX (256 * 1024)

/* More digits than any double needs; a longer number is an attempt at something else. */
#define NUMBER_MAX 256

/* A block of the smallest size for the next document: most need just one, and there is one request after the other. */
static gpointer spare;

static void
free_block (Block *block)
{
  if (block->size != BLOCK_MIN || !g_atomic_pointer_compare_and_exchange (&spare, NULL, block))
    g_free (block);
}

static gpointer
take_memory (WfJsonDoc *self,
             gsize      size)
{
  Block *block = self->blocks;

  size = (size + 7) & ~(gsize) 7;

  if (block == NULL || block->size - block->used < size)
    {
      gsize wanted = block == NULL ? BLOCK_MIN : MIN (block->size * 2, (gsize) BLOCK_MAX);

      wanted = MAX (wanted, size);
      block = wanted == BLOCK_MIN ? g_atomic_pointer_exchange (&spare, NULL) : NULL;
      if (block == NULL)
        block = g_malloc (sizeof (Block) + wanted);
      block->before = self->blocks;
      block->size = wanted;
      block->used = 0;
      self->blocks = block;
    }

  gpointer memory = (char *) (block + 1) + block->used;
  block->used += size;

  return memory;
}

static gboolean
refuse (Reader     *reader,
        WfJsonError code,
        const char *reason,
        GError    **error)
{
  g_set_error (error, WF_JSON_ERROR, (int) code, "line %u: %s", reader->line, reason);
  return FALSE;
}

static void
skip_space (Reader *reader)
{
  for (; reader->next < reader->end; reader->next++)
    {
      char c = *reader->next;

      if (c == '\n')
        reader->line++;
      else if (c != ' ' && c != '\t' && c != '\r')
        return;
    }
}

static gboolean
read_hex (Reader  *reader,
          guint32 *unit)
{
  if (reader->end - reader->next < 4)
    return FALSE;

  *unit = 0;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (reader->next[i]);

      if (digit < 0)
        return FALSE;
      *unit = *unit * 16 + (guint32) digit;
    }

  reader->next += 4;
  return TRUE;
}

/* Behind "\u". */
static gboolean
read_unicode (Reader  *reader,
              char   **out,
              GError **error)
{
  guint32 unit, low;

  if (!read_hex (reader, &unit))
    return refuse (reader, WF_JSON_ERROR_SYNTAX, "\\u must be followed by four hexadecimal digits", error);

  if (unit == 0)
    return refuse (reader, WF_JSON_ERROR_ENCODING, "a text must not have the character NUL", error);

  if (unit >= 0xdc00 && unit <= 0xdfff)
    return refuse (reader, WF_JSON_ERROR_ENCODING, "the second half of a surrogate pair stands alone", error);

  if (unit >= 0xd800 && unit <= 0xdbff)
    {
      if (reader->end - reader->next < 2 || reader->next[0] != '\\' || reader->next[1] != 'u')
        return refuse (reader, WF_JSON_ERROR_ENCODING, "the first half of a surrogate pair stands alone", error);

      reader->next += 2;
      if (!read_hex (reader, &low) || low < 0xdc00 || low > 0xdfff)
        return refuse (reader, WF_JSON_ERROR_ENCODING, "the first half of a surrogate pair stands alone", error);

      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }

  *out += g_unichar_to_utf8 (unit, *out);
  return TRUE;
}

static gboolean
read_escape (Reader  *reader,
             char   **out,
             GError **error)
{
  char c = reader->next < reader->end ? *reader->next++ : '\0';

  switch (c)
    {
    case '"':
    case '\\':
    case '/':
      *(*out)++ = c;
      return TRUE;
    case 'b':
      *(*out)++ = '\b';
      return TRUE;
    case 'f':
      *(*out)++ = '\f';
      return TRUE;
    case 'n':
      *(*out)++ = '\n';
      return TRUE;
    case 'r':
      *(*out)++ = '\r';
      return TRUE;
    case 't':
      *(*out)++ = '\t';
      return TRUE;
    case 'u':
      return read_unicode (reader, out, error);
    default:
      return refuse (reader, WF_JSON_ERROR_SYNTAX, "an escape in a text that JSON does not have", error);
    }
}

/* At the opening quote. The document's bytes are known to be UTF-8 by now. */
static const char *
read_text (Reader  *reader,
           GError **error)
{
  const char *from = ++reader->next;
  const char *to = from;

  while (to < reader->end && *to != '"')
    {
      if (*to == '\\')
        to++;
      to++;
    }

  if (to >= reader->end)
    {
      refuse (reader, WF_JSON_ERROR_SYNTAX, "a text has no end", error);
      return NULL;
    }

  /* No escape is shorter than what it stands for. */
  char *text = take_memory (reader->doc, (gsize) (to - from) + 1);
  char *out = text;

  while (*reader->next != '"')
    {
      char c = *reader->next++;

      if (c == '\\')
        {
          if (!read_escape (reader, &out, error))
            return NULL;
        }
      else if ((guchar) c < 0x20)
        {
          refuse (reader, WF_JSON_ERROR_SYNTAX, "a control character in a text must be escaped", error);
          return NULL;
        }
      else
        *out++ = c;
    }

  reader->next++;
  *out = '\0';

  return text;
}

static void
skip_digits (Reader *reader)
{
  while (reader->next < reader->end && g_ascii_isdigit (*reader->next))
    reader->next++;
}

static gboolean
skip_number (Reader   *reader,
             gboolean *whole)
{
  *whole = TRUE;

  if (reader->next < reader->end && *reader->next == '-')
    reader->next++;

  if (reader->next >= reader->end || !g_ascii_isdigit (*reader->next))
    return FALSE;

  if (*reader->next == '0')
    reader->next++;
  else
    skip_digits (reader);

  if (reader->next < reader->end && *reader->next == '.')
    {
      *whole = FALSE;
      reader->next++;
      if (reader->next >= reader->end || !g_ascii_isdigit (*reader->next))
        return FALSE;
      skip_digits (reader);
    }

  if (reader->next < reader->end && (*reader->next == 'e' || *reader->next == 'E'))
    {
      *whole = FALSE;
      reader->next++;
      if (reader->next < reader->end && (*reader->next == '+' || *reader->next == '-'))
        reader->next++;
      if (reader->next >= reader->end || !g_ascii_isdigit (*reader->next))
        return FALSE;
      skip_digits (reader);
    }

  return TRUE;
}

static gboolean
read_number (Reader  *reader,
             WfJson  *value,
             GError **error)
{
  const char *from = reader->next;
  gboolean whole;
  char text[NUMBER_MAX + 1];

  if (!skip_number (reader, &whole))
    return refuse (reader, WF_JSON_ERROR_SYNTAX, "not a JSON number", error);

  gsize size = (gsize) (reader->next - from);
  if (size > NUMBER_MAX)
    return refuse (reader, WF_JSON_ERROR_NUMBER, "a number has too many digits", error);

  memcpy (text, from, size);
  text[size] = '\0';

  if (whole)
    {
      /* 17 digits and a sign are within 64 bits. */
      int64_t number = size <= 17 ? g_ascii_strtoll (text, NULL, 10) : INT64_MAX;

      if (number > WF_JSON_MAX_INT || number < -WF_JSON_MAX_INT)
        return refuse (reader, WF_JSON_ERROR_NUMBER, "a whole number lies outside of ±(2^53 - 1)", error);

      value->type = WF_JSON_INT;
      value->value.whole = number;
    }
  else
    {
      value->type = WF_JSON_DOUBLE;
      value->value.real = g_ascii_strtod (text, NULL);

      if (!isfinite (value->value.real))
        return refuse (reader, WF_JSON_ERROR_NUMBER, "a number is too large", error);
    }

  return TRUE;
}

static gboolean
read_word (Reader     *reader,
           const char *word)
{
  gsize size = strlen (word);

  if ((gsize) (reader->end - reader->next) < size || memcmp (reader->next, word, size) != 0)
    return FALSE;

  reader->next += size;
  return TRUE;
}

static WfJson *read_value (Reader  *reader,
                           GError **error);

/* Few keys are compared with each other; many go through a table, so that a hostile object costs no more than its size. */
static gboolean
check_keys (Reader  *reader,
            WfJson  *object,
            GError **error)
{
  const WfJson *twice = NULL;

  if (object->value.list.length <= 24)
    {
      for (const WfJson *a = object->value.list.first; a != NULL && twice == NULL; a = a->next)
        for (const WfJson *b = a->next; b != NULL; b = b->next)
          if (strcmp (a->key, b->key) == 0)
            twice = b;
    }
  else
    {
      g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);

      for (const WfJson *a = object->value.list.first; a != NULL && twice == NULL; a = a->next)
        if (!g_hash_table_add (keys, (gpointer) a->key))
          twice = a;
    }

  if (twice == NULL)
    return TRUE;

  g_autofree char *reason = g_strdup_printf ("the key “%.60s” is given twice", twice->key);
  g_autofree char *valid = g_utf8_make_valid (reason, -1);
  reader->line = twice->line;
  return refuse (reader, WF_JSON_ERROR_DUPLICATE, valid, error);
}

static gboolean
read_list (Reader  *reader,
           WfJson  *list,
           GError **error)
{
  gboolean object = *reader->next == '{';
  char close = object ? '}' : ']';
  WfJson **tail = &list->value.list.first;

  list->type = object ? WF_JSON_OBJECT : WF_JSON_ARRAY;

  if (++reader->depth > WF_JSON_MAX_DEPTH)
    return refuse (reader, WF_JSON_ERROR_TOO_DEEP, "nested too deeply", error);

  reader->next++;
  skip_space (reader);

  if (reader->next < reader->end && *reader->next == close)
    {
      reader->next++;
      reader->depth--;
      return TRUE;
    }

  for (;;)
    {
      const char *key = NULL;

      if (object)
        {
          if (reader->next >= reader->end || *reader->next != '"')
            return refuse (reader, WF_JSON_ERROR_SYNTAX, "a key in double quotes is wanted", error);
          key = read_text (reader, error);
          if (key == NULL)
            return FALSE;
          skip_space (reader);
          if (reader->next >= reader->end || *reader->next != ':')
            return refuse (reader, WF_JSON_ERROR_SYNTAX, "a colon is wanted behind a key", error);
          reader->next++;
          skip_space (reader);
        }

      WfJson *child = read_value (reader, error);
      if (child == NULL)
        return FALSE;

      child->key = key;
      *tail = child;
      tail = &child->next;
      list->value.list.length++;

      skip_space (reader);
      char c = reader->next < reader->end ? *reader->next : '\0';

      if (c == close)
        break;
      if (c != ',')
        return refuse (reader, WF_JSON_ERROR_SYNTAX,
                       object ? "a comma or “}” is wanted" : "a comma or “]” is wanted", error);
      reader->next++;
      skip_space (reader);
    }

  reader->next++;
  reader->depth--;

  return !object || check_keys (reader, list, error);
}

/* The depth limit of read_list() bounds this recursion. */
static WfJson *
read_value (Reader  *reader,
            GError **error)
{
  if (reader->next >= reader->end)
    {
      refuse (reader, WF_JSON_ERROR_SYNTAX, "the text ends where a value is wanted", error);
      return NULL;
    }

  if (++reader->n_values > WF_JSON_MAX_VALUES)
    {
      refuse (reader, WF_JSON_ERROR_TOO_LARGE, "too many values", error);
      return NULL;
    }

  WfJson *value = take_memory (reader->doc, sizeof (WfJson));
  gboolean good;

  memset (value, 0, sizeof *value);
  value->line = reader->line;
  value->start = reader->next;

  switch (*reader->next)
    {
    case '{':
    case '[':
      good = read_list (reader, value, error);
      break;

    case '"':
      value->type = WF_JSON_STRING;
      value->value.text = read_text (reader, error);
      good = value->value.text != NULL;
      break;

    case 't':
    case 'f':
      value->type = WF_JSON_BOOL;
      value->value.yes = *reader->next == 't';
      good = read_word (reader, value->value.yes ? "true" : "false") ||
             refuse (reader, WF_JSON_ERROR_SYNTAX, "not a JSON value", error);
      break;

    case 'n':
      good = read_word (reader, "null") || refuse (reader, WF_JSON_ERROR_SYNTAX, "not a JSON value", error);
      break;

    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      good = read_number (reader, value, error);
      break;

    default:
      good = refuse (reader, WF_JSON_ERROR_SYNTAX, "not a JSON value", error);
      break;
    }

  value->end = reader->next;
  return good ? value : NULL;
}

static gboolean
check_encoding (Reader  *reader,
                GError **error)
{
  const char *bad;

  if (g_utf8_validate_len (reader->next, (gsize) (reader->end - reader->next), &bad))
    return TRUE;

  for (const char *c = reader->next; c < bad; c++)
    if (*c == '\n')
      reader->line++;

  return refuse (reader, WF_JSON_ERROR_ENCODING, "not UTF-8", error);
}

/**
 * wf_json_doc_new:
 * @bytes: the text
 * @limit: how many bytes it may have at most
 * @error: return location, of %WF_JSON_ERROR; the message begins with the line
 *
 * Reads a JSON text. Any thread.
 *
 * Returns: (transfer full) (nullable): the document
 */
WfJsonDoc *
wf_json_doc_new (GBytes  *bytes,
                 gsize    limit,
                 GError **error)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *text = data != NULL ? data : "";
  Reader reader = { .next = text, .end = text + size, .line = 1 };

  if (size > limit)
    {
      g_set_error (error, WF_JSON_ERROR, WF_JSON_ERROR_TOO_LARGE,
                   "line 1: the text has %" G_GSIZE_FORMAT " bytes, %" G_GSIZE_FORMAT " at most are taken", size, limit);
      return NULL;
    }

  if (size == 0)
    {
      refuse (&reader, WF_JSON_ERROR_SYNTAX, "there is no text", error);
      return NULL;
    }

  if (!check_encoding (&reader, error))
    return NULL;

  g_autoptr (WfJsonDoc) self = g_new0 (WfJsonDoc, 1);
  g_atomic_ref_count_init (&self->refs);
  self->bytes = g_bytes_ref (bytes);
  reader.doc = self;

  skip_space (&reader);
  self->root = read_value (&reader, error);
  if (self->root == NULL)
    return NULL;

  skip_space (&reader);
  if (reader.next != reader.end)
    {
      refuse (&reader, WF_JSON_ERROR_SYNTAX, "there is something after the end of the value", error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * wf_json_doc_new_text:
 * @text: the text
 * @error: return location, of %WF_JSON_ERROR
 *
 * Reads a JSON text that Watchfire itself wrote; without a limit of size.
 *
 * Returns: (transfer full) (nullable): the document
 */
WfJsonDoc *
wf_json_doc_new_text (const char *text,
                      GError    **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return wf_json_doc_new (bytes, G_MAXSIZE, error);
}

/**
 * wf_json_doc_ref:
 * @self: a document
 *
 * Returns: (transfer full): @self
 */
WfJsonDoc *
wf_json_doc_ref (WfJsonDoc *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * wf_json_doc_unref:
 * @self: (transfer full): a document
 */
void
wf_json_doc_unref (WfJsonDoc *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  while (self->blocks != NULL)
    {
      Block *before = self->blocks->before;

      free_block (self->blocks);
      self->blocks = before;
    }

  g_bytes_unref (self->bytes);
  g_free (self);
}

/**
 * wf_json_doc_root:
 * @self: a document
 *
 * Returns: (transfer none): its value
 */
const WfJson *
wf_json_doc_root (WfJsonDoc *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->root;
}

/**
 * wf_json_type:
 * @self: (nullable): a value
 *
 * Returns: what it is; %WF_JSON_NULL for %NULL
 */
WfJsonType
wf_json_type (const WfJson *self)
{
  return self != NULL ? self->type : WF_JSON_NULL;
}

/**
 * wf_json_line:
 * @self: a value
 *
 * Returns: the line that it begins on, from 1
 */
guint
wf_json_line (const WfJson *self)
{
  return self->line;
}

/**
 * wf_json_raw:
 * @self: a value
 * @size: (out): how many bytes
 *
 * Returns: (transfer none): the bytes that it was read from, without the white space around it
 */
const char *
wf_json_raw (const WfJson *self,
             gsize        *size)
{
  *size = (gsize) (self->end - self->start);
  return self->start;
}

/**
 * wf_json_raw_bytes:
 * @doc: its document
 * @self: a value
 *
 * Returns: (transfer full): the bytes that it was read from; they keep the document's text alive
 */
GBytes *
wf_json_raw_bytes (WfJsonDoc    *doc,
                   const WfJson *self)
{
  const char *text = g_bytes_get_data (doc->bytes, NULL);

  return g_bytes_new_from_bytes (doc->bytes, (gsize) (self->start - text), (gsize) (self->end - self->start));
}

/**
 * wf_json_bool:
 * @self: (nullable): a value
 *
 * Returns: whether it is `true`
 */
gboolean
wf_json_bool (const WfJson *self)
{
  return wf_json_type (self) == WF_JSON_BOOL && self->value.yes;
}

/**
 * wf_json_int:
 * @self: (nullable): a value
 *
 * Returns: the whole number, 0 if it is none
 */
int64_t
wf_json_int (const WfJson *self)
{
  return wf_json_type (self) == WF_JSON_INT ? self->value.whole : 0;
}

/**
 * wf_json_double:
 * @self: (nullable): a value
 *
 * Returns: the number, whole or not; 0 if it is none
 */
double
wf_json_double (const WfJson *self)
{
  if (wf_json_type (self) == WF_JSON_DOUBLE)
    return self->value.real;

  return (double) wf_json_int (self);
}

/**
 * wf_json_string:
 * @self: (nullable): a value
 *
 * Returns: (transfer none) (nullable): the text, %NULL if it is none
 */
const char *
wf_json_string (const WfJson *self)
{
  return wf_json_type (self) == WF_JSON_STRING ? self->value.text : NULL;
}

/**
 * wf_json_length:
 * @self: (nullable): a value
 *
 * Returns: how many values an array or object has
 */
guint
wf_json_length (const WfJson *self)
{
  return wf_json_type (self) >= WF_JSON_ARRAY ? self->value.list.length : 0;
}

/**
 * wf_json_first:
 * @self: (nullable): a value
 *
 * Returns: (transfer none) (nullable): the first value of an array or object
 */
const WfJson *
wf_json_first (const WfJson *self)
{
  return wf_json_type (self) >= WF_JSON_ARRAY ? self->value.list.first : NULL;
}

/**
 * wf_json_next:
 * @self: a value in an array or object
 *
 * Returns: (transfer none) (nullable): the one behind it
 */
const WfJson *
wf_json_next (const WfJson *self)
{
  return self->next;
}

/**
 * wf_json_key:
 * @self: a value
 *
 * Returns: (transfer none) (nullable): its key in the object that it is in
 */
const char *
wf_json_key (const WfJson *self)
{
  return self->key;
}

/**
 * wf_json_member:
 * @self: (nullable): a value
 * @key: a key
 *
 * Returns: (transfer none) (nullable): the object's value of that key
 */
const WfJson *
wf_json_member (const WfJson *self,
                const char   *key)
{
  if (wf_json_type (self) != WF_JSON_OBJECT)
    return NULL;

  for (const WfJson *child = self->value.list.first; child != NULL; child = child->next)
    if (strcmp (child->key, key) == 0)
      return child;

  return NULL;
}

/**
 * wf_json_member_string:
 * @self: (nullable): a value
 * @key: a key
 *
 * Returns: (transfer none) (nullable): the text that the object has for that key
 */
const char *
wf_json_member_string (const WfJson *self,
                       const char   *key)
{
  return wf_json_string (wf_json_member (self, key));
}

/**
 * wf_json_find:
 * @self: a value
 * @path: such as `levels[2].tasks[0].minutes`
 *
 * Finds the value that a path speaks of, or the last one on the way to it that is there: the place to point at when
 * something is wrong or missing.
 *
 * Returns: (transfer none): the value
 */
const WfJson *
wf_json_find (const WfJson *self,
              const char   *path)
{
  while (*path != '\0')
    {
      const WfJson *child = NULL;

      if (*path == '[')
        {
          guint64 index = g_ascii_strtoull (path + 1, (char **) &path, 10);

          if (*path == ']')
            path++;
          if (wf_json_type (self) == WF_JSON_ARRAY && index < wf_json_length (self))
            for (child = wf_json_first (self); index > 0; index--)
              child = child->next;
        }
      else
        {
          if (*path == '.')
            path++;

          gsize size = strcspn (path, ".[");
          g_autofree char *key = g_strndup (path, size);

          child = wf_json_member (self, key);
          path += size;
        }

      if (child == NULL)
        break;
      self = child;
    }

  return self;
}
