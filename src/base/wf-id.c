/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-base"

#include "config.h"

#include "wf-id.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>
#include <sys/random.h>

static const char digits[] = "0123456789abcdef";

static char *
format_uuid (const guint8 b[16])
{
  char *text = g_malloc (37);
  char *c = text;

  for (gsize i = 0; i < 16; i++)
    {
      if (i == 4 || i == 6 || i == 8 || i == 10)
        *c++ = '-';
      *c++ = digits[b[i] >> 4];
      *c++ = digits[b[i] & 0x0f];
    }
  *c = '\0';

  return text;
}

/**
 * wf_random_bytes:
 * @data: where to put them
 * @size: how many
 *
 * Fills @data from the kernel's random source. Without one nothing here is safe, so that ends the program.
 */
void
wf_random_bytes (void  *data,
                 gsize  size)
{
  guint8 *next = data;

  while (size > 0)
    {
      ssize_t n = getrandom (next, size, 0);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        g_error ("The system gives no random bytes: %s", g_strerror (errno));

      next += n;
      size -= (gsize) n;
    }
}

/**
 * wf_id_new:
 * @clock: where the time comes from
 *
 * Makes a UUIDv7 (RFC 9562, 5.7): sorted by time of making, the rest random. Any thread.
 *
 * Returns: (transfer full): 36 characters
 */
char *
wf_id_new (WfClock *clock)
{
  guint8 b[16];
  uint64_t now = (uint64_t) wf_clock_now (clock);

  wf_random_bytes (b, sizeof b);

  for (int i = 0; i < 6; i++)
    b[i] = (guint8) (now >> (8 * (5 - i)));

  b[6] = 0x70 | (b[6] & 0x0f);
  b[8] = 0x80 | (b[8] & 0x3f);

  return format_uuid (b);
}

/**
 * wf_id_derive:
 * @parent: an id
 * @name: what is derived from it
 *
 * Makes the id of something that follows from something else: the same pair always gives the same id, so that a
 * workstation and the service, or a service before and after a restart, agree on it without asking. It is a UUIDv8
 * (RFC 9562, 5.8) of a SHA-256.
 *
 * Returns: (transfer full): 36 characters
 */
char *
wf_id_derive (const char *parent,
              const char *name)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_return_val_if_fail (parent != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  g_checksum_update (sum, (const guchar *) parent, (gssize) strlen (parent));
  g_checksum_update (sum, (const guchar *) "\n", 1);
  g_checksum_update (sum, (const guchar *) name, (gssize) strlen (name));
  g_checksum_get_digest (sum, digest, &size);

  digest[6] = 0x80 | (digest[6] & 0x0f);
  digest[8] = 0x80 | (digest[8] & 0x3f);

  return format_uuid (digest);
}

/**
 * wf_id_is_valid:
 * @id: (nullable): a text
 *
 * Ids that Watchfire makes are UUIDs; ids that a centre brings along (such as `team-017`) may be any of 1 to 64 letters,
 * digits, dots, hyphens and underscores.
 *
 * Returns: whether @id may be used as an id
 */
gboolean
wf_id_is_valid (const char *id)
{
  if (id == NULL || id[0] == '\0' || id[0] == '.' || id[0] == '-')
    return FALSE;

  gsize n = 0;
  for (; id[n] != '\0'; n++)
    if (n >= 64 || !(g_ascii_isalnum (id[n]) || id[n] == '-' || id[n] == '_' || id[n] == '.'))
      return FALSE;

  return TRUE;
}

/**
 * wf_digest_bytes:
 * @data: bytes
 * @size: how many
 *
 * Returns: (transfer full): their SHA-256 as 64 hexadecimal digits
 */
char *
wf_digest_bytes (const void *data,
                 gsize       size)
{
  struct sha256_ctx context;
  guint8 sum[SHA256_DIGEST_SIZE];
  char *text = g_malloc (2 * sizeof sum + 1);

  /* Nettle uses the processor's own instructions for it where there are any; GLib does not. */
  sha256_init (&context);
  sha256_update (&context, size, data);
  sha256_digest (&context, sizeof sum, sum);

  for (gsize i = 0; i < sizeof sum; i++)
    {
      text[2 * i] = digits[sum[i] >> 4];
      text[2 * i + 1] = digits[sum[i] & 0x0f];
    }
  text[2 * sizeof sum] = '\0';

  return text;
}

/**
 * wf_digest_is_valid:
 * @digest: (nullable): a text
 *
 * Returns: whether it is a SHA-256 in 64 lower-case hexadecimal digits
 */
gboolean
wf_digest_is_valid (const char *digest)
{
  if (digest == NULL || strlen (digest) != 64)
    return FALSE;

  return strspn (digest, "0123456789abcdef") == 64;
}
