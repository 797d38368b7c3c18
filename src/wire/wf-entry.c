/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-wire"

#include "config.h"

#include "wf-entry.h"

#include "wf-id.h"
#include "wf-rules.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (WfEntry, wf_entry, wf_entry_ref, wf_entry_unref)

static const WfField header_fields[] = {
  { "actor", WF_FIELD_ID, WF_FIELD_REQUIRED },
  { "algorithm", WF_FIELD_STRING, WF_FIELD_REQUIRED, .max = 20 },
  { "audience", WF_FIELD_STRING, WF_FIELD_REQUIRED, .max = 60 },
  { "cause", WF_FIELD_ID, WF_FIELD_REQUIRED },
  { "number", WF_FIELD_INT, WF_FIELD_REQUIRED, 1, 9e15 },
  { "occurred_at", WF_FIELD_TIME, WF_FIELD_REQUIRED },
  { "payload_digest", WF_FIELD_DIGEST, WF_FIELD_REQUIRED },
  { "position", WF_FIELD_INT, WF_FIELD_REQUIRED, 1, 9e15 },
  { "post", WF_FIELD_STRING, .max = 60 },
  { "previous", WF_FIELD_DIGEST, WF_FIELD_REQUIRED },
  { "recorded_at", WF_FIELD_TIME, WF_FIELD_REQUIRED },
  { "scope", WF_FIELD_ID, WF_FIELD_REQUIRED },
  { "scope_time", WF_FIELD_TIME, WF_FIELD_REQUIRED },
  { "subject", WF_FIELD_ID },
  { "type", WF_FIELD_STRING, WF_FIELD_REQUIRED, .max = 60 },
  { "type_version", WF_FIELD_INT, WF_FIELD_REQUIRED, 1, 1000000 },
  { NULL }
};

/* Deeper than any payload needs to be, but a header is small. */
#define HEADER_MAX  (16 * 1024)
#define PAYLOAD_MAX (16 * 1024 * 1024)

/* A text larger than this is not kept for the next one. */
#define SCRATCH_MAX (256 * 1024)

static WfEntry *
new_entry (WfEvent *event,
           GBytes  *header)
{
  WfEntry *self = g_slice_new0 (WfEntry);

  g_atomic_ref_count_init (&self->refs);
  self->event = wf_event_ref (event);
  self->header = g_bytes_ref (header);

  return self;
}

static GVariant *
decode_payload (const char *type,
                int         version,
                GBytes     *bytes,
                GError    **error)
{
  const WfField *fields = wf_rules_event_fields (type, version);

  /* Whoever applies it will find that it does not know the event; it may still be kept, shown as unknown and verified. */
  if (fields == NULL)
    return NULL;

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (bytes, PAYLOAD_MAX, error);

  return doc != NULL ? wf_wire_read_fields (wf_json_doc_root (doc), fields, NULL, error) : NULL;
}

static void
free_scratch (gpointer text)
{
  g_string_free (text, TRUE);
}

/* Returns: (transfer none): an empty text of the calling thread, so that what is kept can be copied out of it as short as it
 *   is */
static GString *
take_scratch (void)
{
  static GPrivate scratch = G_PRIVATE_INIT (free_scratch);
  GString *text = g_private_get (&scratch);

  if (text == NULL || text->allocated_len > SCRATCH_MAX)
    {
      text = g_string_sized_new (2000);
      g_private_replace (&scratch, text);
    }

  return g_string_truncate (text, 0);
}

/* In the canonical form: by key, as header_fields has them. */
static GBytes *
write_header (WfEvent *event)
{
  GString *text = take_scratch ();

  g_string_append_c (text, '{');
  wf_json_write_member_text (text, "actor", event->actor);
  wf_json_write_member_text (text, "algorithm", "sha256");
  wf_json_write_member_text (text, "audience", event->audience);
  wf_json_write_member_text (text, "cause", event->cause);
  wf_json_write_member_int (text, "number", event->number);
  wf_json_write_member_time (text, "occurred_at", event->occurred_at);
  wf_json_write_member_text (text, "payload_digest", event->payload_digest);
  wf_json_write_member_int (text, "position", event->position);
  wf_json_write_member_text (text, "post", event->post);
  wf_json_write_member_text (text, "previous", event->previous);
  wf_json_write_member_time (text, "recorded_at", event->recorded_at);
  wf_json_write_member_text (text, "scope", event->scope);
  wf_json_write_member_time (text, "scope_time", event->scope_time);
  wf_json_write_member_text (text, "subject", event->subject);
  wf_json_write_member_text (text, "type", event->type);
  wf_json_write_member_int (text, "type_version", event->type_version);
  g_string_append_c (text, '}');

  return g_bytes_new (text->str, text->len);
}

static char *
digest_of (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return wf_digest_bytes (data, size);
}

/**
 * wf_entry_seal:
 * @event: (transfer none): an event that nobody else holds yet, numbered, with its payload and everything that a header says
 * @previous: hash of the header before it in the scope, or %WF_ENTRY_FIRST
 * @error: return location, of %WF_WIRE_ERROR or %WF_JSON_ERROR
 *
 * Writes payload and header once and for all. From then on the event's payload is what its bytes say, so that whoever
 * applies it here does the same as whoever applies it after reading.
 *
 * Returns: (transfer full) (nullable): the entry
 */
WfEntry *
wf_entry_seal (WfEvent    *event,
               const char *previous,
               GError    **error)
{
  g_return_val_if_fail (event != NULL && event->payload != NULL && event->hash == NULL, NULL);
  g_return_val_if_fail (event->number > 0 && event->position > 0, NULL);
  g_return_val_if_fail (event->actor != NULL && event->cause != NULL, NULL);

  const WfField *fields = wf_rules_event_fields (event->type, event->type_version);

  if (fields == NULL)
    {
      g_set_error (error, WF_WIRE_ERROR, WF_WIRE_ERROR_UNKNOWN_TYPE,
                   "There is no event “%s” of version %d", event->type, event->type_version);
      return NULL;
    }

  GString *text = take_scratch ();
  g_autoptr (GVariant) decoded = wf_wire_write_readable (text, fields, event->payload);
  g_autoptr (GBytes) payload = g_bytes_new (text->str, text->len);

  if (decoded == NULL)
    decoded = decode_payload (event->type, event->type_version, payload, error);
  if (decoded == NULL)
    return NULL;

  g_variant_unref (event->payload);
  event->payload = g_steal_pointer (&decoded);
  event->payload_bytes = g_steal_pointer (&payload);
  event->payload_digest = digest_of (event->payload_bytes);
  event->previous = g_strdup (previous);

  g_autoptr (GBytes) header = write_header (event);
  event->hash = digest_of (header);

  return new_entry (event, header);
}

/**
 * wf_entry_restore:
 * @header: the header's bytes
 * @hash: the hash that goes with it
 * @payload: (nullable): the payload's bytes
 * @decode: whether the payload is wanted as a dictionary too
 * @error: return location, of %WF_WIRE_ERROR or %WF_JSON_ERROR
 *
 * Makes an entry out of what was recorded. That the hashes hold is for wf_entry_verify() to say.
 *
 * Returns: (transfer full) (nullable): the entry
 */
WfEntry *
wf_entry_restore (GBytes     *header,
                  const char *hash,
                  GBytes     *payload,
                  gboolean    decode,
                  GError    **error)
{
  g_return_val_if_fail (header != NULL && hash != NULL, NULL);

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (header, HEADER_MAX, error);
  if (doc == NULL)
    return NULL;

  g_autoptr (GVariant) dict = wf_wire_read_checked (wf_json_doc_root (doc), header_fields, "header.", NULL, error);
  if (dict == NULL)
    return NULL;

  const char *type = wf_dict_string (dict, "type");
  int version = (int) wf_dict_int (dict, "type_version", 1);
  g_autoptr (GVariant) decoded = NULL;

  if (decode && payload != NULL)
    {
      g_autoptr (GError) wrong = NULL;

      decoded = decode_payload (type, version, payload, &wrong);
      if (wrong != NULL)
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&wrong), "payload of entry %" G_GINT64_FORMAT ": ",
                                      (gint64) wf_dict_int (dict, "position", 0));
          return NULL;
        }
    }

  g_autoptr (WfEvent) event = wf_event_new (type, version, wf_dict_string (dict, "scope"),
                                            wf_dict_string (dict, "subject"), decoded);
  event->number = wf_dict_int (dict, "number", 0);
  event->position = wf_dict_int (dict, "position", 0);
  g_free (event->audience);
  event->audience = g_strdup (wf_dict_string (dict, "audience"));
  event->occurred_at = wf_dict_time (dict, "occurred_at");
  event->recorded_at = wf_dict_time (dict, "recorded_at");
  event->scope_time = wf_dict_time (dict, "scope_time");
  event->actor = g_strdup (wf_dict_string (dict, "actor"));
  event->post = g_strdup (wf_dict_string (dict, "post"));
  event->cause = g_strdup (wf_dict_string (dict, "cause"));
  event->payload_bytes = payload != NULL ? g_bytes_ref (payload) : NULL;
  event->payload_digest = g_strdup (wf_dict_string (dict, "payload_digest"));
  event->previous = g_strdup (wf_dict_string (dict, "previous"));
  event->hash = g_strdup (hash);

  return new_entry (event, header);
}

/**
 * wf_entry_read:
 * @doc: the document
 * @value: an entry in it
 * @error: return location, of %WF_WIRE_ERROR or %WF_JSON_ERROR
 *
 * Reads an entry from the wire; header and payload stay byte for byte what came, and the hash is checked against the header
 * and the header's digest against the payload. That it follows upon the entry before is for wf_entry_verify() to say.
 *
 * Returns: (transfer full) (nullable): the entry
 */
WfEntry *
wf_entry_read (WfJsonDoc    *doc,
               const WfJson *value,
               GError      **error)
{
  const WfJson *header = wf_json_member (value, "header");
  const WfJson *payload = wf_json_member (value, "payload");
  const char *hash = wf_json_member_string (value, "hash");

  if (wf_json_type (header) != WF_JSON_OBJECT || !wf_digest_is_valid (hash) ||
      (payload != NULL && wf_json_type (payload) != WF_JSON_OBJECT))
    {
      g_set_error (error, WF_WIRE_ERROR, WF_WIRE_ERROR_MISSING_FIELD,
                   "line %u: an entry must have a header, a hash and perhaps a payload", wf_json_line (value));
      return NULL;
    }

  g_autoptr (GBytes) header_bytes = wf_json_raw_bytes (doc, header);
  g_autoptr (GBytes) payload_bytes = payload != NULL ? wf_json_raw_bytes (doc, payload) : NULL;
  g_autoptr (WfEntry) self = wf_entry_restore (header_bytes, hash, payload_bytes, TRUE, error);

  if (self == NULL || !wf_entry_verify (self, NULL, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * wf_entry_ref:
 * @self: an entry
 *
 * Returns: (transfer full): @self
 */
WfEntry *
wf_entry_ref (WfEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * wf_entry_unref:
 * @self: (transfer full): an entry
 */
void
wf_entry_unref (WfEntry *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  wf_event_unref (self->event);
  g_bytes_unref (self->header);
  g_slice_free (WfEntry, self);
}

/**
 * wf_entry_write:
 * @self: an entry
 * @payload: whether the payload may be seen
 * @out: where to
 *
 * Writes an entry for the wire, header and payload byte for byte as they were recorded.
 */
void
wf_entry_write (WfEntry  *self,
                gboolean  payload,
                GString  *out)
{
  gsize size;
  const char *bytes = g_bytes_get_data (self->header, &size);

  g_string_append (out, "{\"header\":");
  g_string_append_len (out, bytes, (gssize) size);
  g_string_append (out, ",\"hash\":\"");
  g_string_append (out, self->event->hash);
  g_string_append_c (out, '"');

  if (payload && self->event->payload_bytes != NULL)
    {
      bytes = g_bytes_get_data (self->event->payload_bytes, &size);
      g_string_append (out, ",\"payload\":");
      g_string_append_len (out, bytes, (gssize) size);
    }

  g_string_append_c (out, '}');
}

/* A text of a header that this program or an older one wrote: canonical, and the names of types and roles have nothing in
 * them that JSON would escape; a quotation mark within another text never stands without a backslash before it. */
static gboolean
peek (const char *header,
      gsize       size,
      const char *key,
      char        value[64])
{
  g_autofree char *needle = g_strdup_printf ("\"%s\":\"", key);
  gsize length = strlen (needle);
  const char *found = memmem (header, size, needle, length);
  const char *end = found != NULL ? memchr (found + length, '"', size - (gsize) (found - header) - length) : NULL;

  if (end == NULL || end - (found + length) >= 64)
    return FALSE;

  memcpy (value, found + length, (gsize) (end - (found + length)));
  value[end - (found + length)] = '\0';
  return TRUE;
}

/**
 * wf_entry_header_is_for:
 * @header: a header as this service recorded it
 * @size: its length
 * @role: in which role somebody who reads acts
 *
 * Says whether somebody may see the payload that goes with a header, without reading the header as a whole. Any thread.
 *
 * Returns: whether; what has no audience that can be read is for nobody but a whole desk
 */
gboolean
wf_entry_header_is_for (const char *header,
                        gsize       size,
                        WfRole      role)
{
  char audience[64], type[64];

  if (!peek (header, size, "audience", audience) || !peek (header, size, "type", type))
    return (role & WF_ROLE_DESK) != 0;

  return wf_rights_hears_event (role, audience, type);
}

/**
 * wf_entry_verify:
 * @self: an entry
 * @previous: (nullable): hash of the header before it in the scope, or %NULL to leave the chain aside
 * @error: return location, %WF_WIRE_ERROR_DIGEST
 *
 * Checks that the hash is that of the header, that the payload (where there is one) is the one that the header speaks of,
 * and that the header follows upon the one before.
 *
 * Returns: whether all of it holds
 */
gboolean
wf_entry_verify (WfEntry    *self,
                 const char *previous,
                 GError    **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  WfEvent *event = self->event;
  g_autofree char *hash = digest_of (self->header);
  const char *wrong = NULL;

  if (g_strcmp0 (hash, event->hash) != 0)
    wrong = "the header does not have the hash that goes with it";
  else if (previous != NULL && g_strcmp0 (previous, event->previous) != 0)
    wrong = "the header does not follow upon the one before";
  else if (event->payload_bytes != NULL)
    {
      g_autofree char *digest = digest_of (event->payload_bytes);

      if (g_strcmp0 (digest, event->payload_digest) != 0)
        wrong = "the payload is not the one that the header speaks of";
    }

  if (wrong == NULL)
    return TRUE;

  g_set_error (error, WF_WIRE_ERROR, WF_WIRE_ERROR_DIGEST, "entry %" G_GINT64_FORMAT " of “%s”: %s",
               (gint64) event->number, event->scope, wrong);
  return FALSE;
}
