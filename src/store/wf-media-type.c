/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-media-type.h"

#include <string.h>

/* What the beginnings of files of a type look like, as their specifications say. A type with several rows may look like any
 * of them. */
static const struct
{
  const char *type;
  gsize       offset;
  const char *bytes;
  gsize       length;
} beginnings[] = {
#define BYTES(text) text, sizeof text - 1
  { "image/png", 0, BYTES ("\x89PNG\r\n\x1a\n") },
  { "image/jpeg", 0, BYTES ("\xff\xd8\xff") },
  { "image/gif", 0, BYTES ("GIF87a") },
  { "image/gif", 0, BYTES ("GIF89a") },
  { "image/webp", 8, BYTES ("WEBP") },
  { "image/tiff", 0, BYTES ("II*\0") },
  { "image/tiff", 0, BYTES ("MM\0*") },
  { "image/heic", 4, BYTES ("ftyp") },
  { "application/pdf", 0, BYTES ("%PDF-") },
  { "video/mp4", 4, BYTES ("ftyp") },
  { "audio/mp4", 4, BYTES ("ftyp") },
  { "video/quicktime", 4, BYTES ("ftyp") },
  { "video/quicktime", 4, BYTES ("moov") },
  { "video/x-matroska", 0, BYTES ("\x1a\x45\xdf\xa3") },
  { "video/webm", 0, BYTES ("\x1a\x45\xdf\xa3") },
  { "audio/webm", 0, BYTES ("\x1a\x45\xdf\xa3") },
  { "video/mp2t", 0, BYTES ("G") },
  { "video/ogg", 0, BYTES ("OggS") },
  { "audio/ogg", 0, BYTES ("OggS") },
  { "audio/flac", 0, BYTES ("fLaC") },
  { "audio/wav", 8, BYTES ("WAVE") },
  { "audio/x-wav", 8, BYTES ("WAVE") },
  { "audio/mpeg", 0, BYTES ("ID3") },
  { "audio/mpeg", 0, BYTES ("\xff\xfb") },
  { "audio/mpeg", 0, BYTES ("\xff\xf3") },
  { "audio/mpeg", 0, BYTES ("\xff\xf2") },
  { "application/zip", 0, BYTES ("PK") },
  { "application/gzip", 0, BYTES ("\x1f\x8b") },
  { "application/geopackage+sqlite3", 0, BYTES ("SQLite format 3\0") },
  { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 0, BYTES ("PK\x03\x04") },
  { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 0, BYTES ("PK\x03\x04") },
  { "application/vnd.openxmlformats-officedocument.presentationml.presentation", 0, BYTES ("PK\x03\x04") },
  { "application/vnd.oasis.opendocument.text", 0, BYTES ("PK\x03\x04") },
  { "application/vnd.oasis.opendocument.spreadsheet", 0, BYTES ("PK\x03\x04") },
};

/* What no machine of a centre is to get under another name. */
static const struct
{
  const char *bytes;
  gsize       length;
} programs[] = {
  { BYTES ("\x7f" "ELF") },
  { BYTES ("MZ") },
  { BYTES ("\xcf\xfa\xed\xfe") },
  { BYTES ("\xca\xfe\xba\xbe") },
#undef BYTES
};

static gboolean
is_text (const guint8 *head,
         gsize         size)
{
  const char *end;

  if (memchr (head, 0, size) != NULL)
    return FALSE;

  /* Where only the beginning is there, a character may be cut through. */
  return g_utf8_validate ((const char *) head, (gssize) size, &end) ||
         (size == WF_MEDIA_TYPE_HEAD && (gsize) ((const guint8 *) end - head) + 4 > size);
}

/**
 * wf_media_type_fits:
 * @type: a Content-Type, without parameters
 * @head: (array length=size): the first %WF_MEDIA_TYPE_HEAD bytes, or all if there are fewer
 * @size: how many
 *
 * Any thread.
 *
 * Returns: whether that may be of this type. Of a type that is not known here anything may be but a program.
 */
gboolean
wf_media_type_fits (const char   *type,
                    const guint8 *head,
                    gsize         size)
{
  gboolean known = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      if (g_ascii_strcasecmp (beginnings[i].type, type) != 0)
        continue;

      known = TRUE;
      if (size >= beginnings[i].offset + beginnings[i].length &&
          memcmp (head + beginnings[i].offset, beginnings[i].bytes, beginnings[i].length) == 0)
        return TRUE;
    }

  if (known)
    return FALSE;

  if (g_ascii_strncasecmp (type, "text/", 5) == 0 || g_ascii_strcasecmp (type, "application/json") == 0 ||
      g_ascii_strcasecmp (type, "application/geo+json") == 0 || g_ascii_strcasecmp (type, "application/xml") == 0)
    return is_text (head, size);

  for (gsize i = 0; i < G_N_ELEMENTS (programs) && g_ascii_strcasecmp (type, "application/octet-stream") != 0; i++)
    if (size >= programs[i].length && memcmp (head, programs[i].bytes, programs[i].length) == 0)
      return FALSE;

  return TRUE;
}
