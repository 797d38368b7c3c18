/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-base"

#include "config.h"

#include "wf-log.h"

#include "wf-time.h"

#include <string.h>
#include <unistd.h>

/* Everything goes through GLib's structured log. Fields beside the message are named like WATCHFIRE_COMMAND; systemd's journal
 * keeps them as they are, so that `journalctl WATCHFIRE_COMMAND=…` finds what belongs together. Nothing that a person has
 * entered goes into a log, and no token. */

/**
 * wf_log_parse_format:
 * @text: `auto`, `text`, `journal` or `json`
 * @format: (out): what it means
 *
 * Returns: whether it is one of them
 */
gboolean
wf_log_parse_format (const char  *text,
                     WfLogFormat *format)
{
  static const char *const names[] = { "auto", "text", "journal", "json" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (text, names[i]) == 0)
      {
        *format = (WfLogFormat) i;
        return TRUE;
      }

  return FALSE;
}

static const char *
name_level (GLogLevelFlags level)
{
  if ((level & G_LOG_LEVEL_ERROR) != 0)
    return "error";
  if ((level & G_LOG_LEVEL_CRITICAL) != 0)
    return "critical";
  if ((level & G_LOG_LEVEL_WARNING) != 0)
    return "warning";
  if ((level & G_LOG_LEVEL_MESSAGE) != 0)
    return "message";

  return (level & G_LOG_LEVEL_INFO) != 0 ? "info" : "debug";
}

static void
append_string (GString    *out,
               const char *text,
               gsize       size)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) size);

  g_string_append_c (out, '"');
  for (const char *c = valid; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_printf (out, "\\%c", *c);
      else if (*c == '\n')
        g_string_append (out, "\\n");
      else if ((guchar) *c < 0x20 || *c == 0x7f)
        g_string_append_printf (out, "\\u%04x", (guint) *c);
      else
        g_string_append_c (out, *c);
    }
  g_string_append_c (out, '"');
}

static void
append_field (GString    *out,
              const char *key,
              const char *text,
              gsize       size)
{
  g_string_append (out, ",\"");
  g_string_append (out, key);
  g_string_append (out, "\":");
  append_string (out, text, size);
}

/**
 * wf_log_format_json:
 * @level: how bad it is
 * @fields: (array length=n): what was logged
 * @n: how many fields
 * @time: when, in milliseconds since the epoch
 *
 * Returns: (transfer full): one JSON object, without the line's end: time, level, domain, message, and fields of ours in
 *   lower case
 */
char *
wf_log_format_json (GLogLevelFlags   level,
                    const GLogField *fields,
                    gsize            n,
                    gint64           time)
{
  GString *out = g_string_new ("{\"time\":\"");
  g_autofree char *at = wf_time_format (time);

  g_string_append_printf (out, "%s\",\"level\":\"%s\"", at, name_level (level));
  for (gsize i = 0; i < n; i++)
    {
      const char *value = fields[i].value;
      gsize size = fields[i].length < 0 ? strlen (value) : (gsize) fields[i].length;

      if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
        append_field (out, "domain", value, size);
      else if (strcmp (fields[i].key, "MESSAGE") == 0)
        append_field (out, "message", value, size);
      else if (g_str_has_prefix (fields[i].key, "WATCHFIRE_"))
        {
          g_autofree char *key = g_ascii_strdown (fields[i].key + strlen ("WATCHFIRE_"), -1);

          append_field (out, key, value, size);
        }
    }
  g_string_append_c (out, '}');

  return g_string_free (out, FALSE);
}

static gboolean
is_wanted (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n)
{
  const char *domain = NULL;

  for (gsize i = 0; i < n; i++)
    if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
      domain = fields[i].value;

  return !g_log_writer_default_would_drop (level, domain);
}

/* In one write, so that lines of several threads do not mix. */
static GLogWriterOutput
write_json (GLogLevelFlags   level,
            const GLogField *fields,
            gsize            n,
            gpointer         data)
{
  if (!is_wanted (level, fields, n))
    return G_LOG_WRITER_HANDLED;

  g_autofree char *text = wf_log_format_json (level, fields, n, g_get_real_time () / 1000);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  gsize size = strlen (line);

  return write (STDERR_FILENO, line, size) == (ssize_t) size ? G_LOG_WRITER_HANDLED : G_LOG_WRITER_UNHANDLED;
}

static GLogWriterOutput
write_journal (GLogLevelFlags   level,
               const GLogField *fields,
               gsize            n,
               gpointer         data)
{
  if (!is_wanted (level, fields, n) || g_log_writer_journald (level, fields, n, NULL) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;

  return g_log_writer_standard_streams (level, fields, n, NULL);
}

static GLogWriterOutput
write_text (GLogLevelFlags   level,
            const GLogField *fields,
            gsize            n,
            gpointer         data)
{
  if (!is_wanted (level, fields, n))
    return G_LOG_WRITER_HANDLED;

  return g_log_writer_standard_streams (level, fields, n, NULL);
}

/**
 * wf_log_start:
 * @format: how
 *
 * Sets how this program's log is written, to standard error in any case. Once, at the start.
 */
void
wf_log_start (WfLogFormat format)
{
  g_log_writer_default_set_use_stderr (TRUE);

  if (format == WF_LOG_AUTO)
    format = g_log_writer_is_journald (STDERR_FILENO) ? WF_LOG_JOURNAL : WF_LOG_TEXT;

  switch (format)
    {
    case WF_LOG_JSON:
      g_log_set_writer_func (write_json, NULL, NULL);
      break;
    case WF_LOG_JOURNAL:
      g_log_set_writer_func (write_journal, NULL, NULL);
      break;
    case WF_LOG_TEXT:
    case WF_LOG_AUTO:
    default:
      g_log_set_writer_func (write_text, NULL, NULL);
      break;
    }
}
