/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-wire"

#include "config.h"

#include "wf-wire.h"

#include "wf-command-types.h"
#include "wf-dict.h"
#include "wf-id.h"
#include "wf-kind.h"
#include "wf-telemetry.h"
#include "wf-time.h"

#include <string.h>

/* What goes between a workstation and the service, one form each; doc/protocol.md. */

#define END { NULL }
#define REQ WF_FIELD_REQUIRED

static const WfField based_on_fields[] = {
  { "kind", WF_FIELD_ID, REQ },
  { "id", WF_FIELD_ID, REQ },
  { "field", WF_FIELD_ID, REQ },
  { "version", WF_FIELD_INT, REQ, 0, 9e15 },
  END
};

static const WfField envelope_fields[] = {
  { "id", WF_FIELD_ID, REQ },
  { "type", WF_FIELD_STRING, REQ, .max = 60 },
  { "scope", WF_FIELD_ID, REQ },
  { "occurred_at", WF_FIELD_TIME, REQ },
  { "post", WF_FIELD_STRING, .max = 60 },
  { "cause", WF_FIELD_ID },
  { "based_on", WF_FIELD_OBJECTS, .max = 200, .fields = based_on_fields },
  { "payload", WF_FIELD_FACTS }, /* by the table of the type, see below */
  END
};

static const WfField position_fields[] = {
  { "unit", WF_FIELD_ID, REQ },
  { "at", WF_FIELD_TIME, REQ },
  { "location", WF_FIELD_POINT, REQ },
  { "heading", WF_FIELD_DOUBLE, .min = 0, .max = 360 },
  { "speed", WF_FIELD_DOUBLE, .min = 0, .max = 1000 },
  END
};

static gboolean
refuse (const WfJson *at,
        const char   *where,
        char        **path,
        WfWireError   code,
        const char   *reason,
        GError      **error)
{
  g_set_error (error, WF_WIRE_ERROR, (int) code, "line %u: %s: %s", wf_json_line (at), where, reason);

  if (path != NULL)
    *path = g_strdup (where);

  return FALSE;
}

/* The envelope without its payload, whose table is only known when the type is. */
static GVariant *
read_envelope (const WfJson *value,
               char        **path,
               GError      **error)
{
  WfField fields[G_N_ELEMENTS (envelope_fields)];

  memcpy (fields, envelope_fields, sizeof fields);

  const WfJson *payload = wf_json_member (value, "payload");
  const char *type = wf_json_member_string (value, "type");
  const WfCommandType *known = type != NULL ? wf_command_type_lookup (type) : NULL;

  if (known == NULL && type != NULL)
    {
      refuse (wf_json_member (value, "type"), "type", path, WF_WIRE_ERROR_UNKNOWN_TYPE, "no such command", error);
      return NULL;
    }

  if (wf_json_type (value) == WF_JSON_OBJECT && wf_json_type (payload) != WF_JSON_OBJECT)
    {
      refuse (payload != NULL ? payload : value, "payload", path,
              payload != NULL ? WF_WIRE_ERROR_WRONG_TYPE : WF_WIRE_ERROR_MISSING_FIELD,
              "an object is wanted here", error);
      return NULL;
    }

  for (gsize i = 0; fields[i].key != NULL; i++)
    if (strcmp (fields[i].key, "payload") == 0 && known != NULL)
      {
        fields[i].type = WF_FIELD_OBJECT;
        fields[i].fields = known->fields;
      }

  return wf_wire_read_checked (value, fields, "", path, error);
}

/**
 * wf_wire_read_command:
 * @value: a command
 * @actor: who gives it: whoever the token belongs to, never what the sender says
 * @post: (nullable): the post that the actor's token carries (empty for none), which is the command's where the sender says
 *   nothing; %NULL to take the sender's word
 * @path: (out) (optional) (transfer full): where it is wrong
 * @error: return location, of %WF_WIRE_ERROR; the message begins with the line and the path
 *
 * Reads a command and checks envelope and payload by their tables.
 *
 * Returns: (transfer full) (nullable): the command
 */
WfCommand *
wf_wire_read_command (const WfJson *value,
                      const char   *actor,
                      const char   *post,
                      char        **path,
                      GError      **error)
{
  g_return_val_if_fail (value != NULL && actor != NULL, NULL);

  g_autoptr (GVariant) envelope = read_envelope (value, path, error);

  if (envelope == NULL)
    return NULL;

  g_autoptr (GVariant) based_on = wf_dict_value (envelope, "based_on");
  g_autoptr (GVariant) payload = wf_dict_value (envelope, "payload");
  const char *said = wf_dict_string (envelope, "post");
  const char *acting_post = said != NULL && said[0] != '\0' ? said : post;
  WfCommand *command = wf_command_new (wf_dict_string (envelope, "id"),
                                       wf_dict_string (envelope, "type"),
                                       wf_dict_string (envelope, "scope"),
                                       actor,
                                       acting_post != NULL && acting_post[0] != '\0' ? acting_post : NULL,
                                       wf_dict_time (envelope, "occurred_at"),
                                       based_on,
                                       wf_dict_string (envelope, "cause"),
                                       payload);

  /* It stays what was written, so that one that was done already is known again. */
  command->other_post = post != NULL && g_strcmp0 (acting_post, post) != 0;

  return command;
}

static void
write_based_on (GString  *out,
                GVariant *based_on)
{
  gsize n = g_variant_n_children (based_on);

  wf_json_write_key (out, "based_on");
  g_string_append_c (out, '[');
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (based_on, i);

      if (i > 0)
        g_string_append_c (out, ',');
      wf_wire_write_fields (out, based_on_fields, child);
    }
  g_string_append_c (out, ']');
}

/**
 * wf_wire_write_command:
 * @out: where to
 * @command: a command
 *
 * Writes a command in the canonical form. The actor is not in it.
 */
void
wf_wire_write_command (GString   *out,
                       WfCommand *command)
{
  const WfCommandType *type = wf_command_type_lookup (command->type);

  g_string_append_c (out, '{');
  if (command->based_on != NULL)
    write_based_on (out, command->based_on);
  wf_json_write_member_text (out, "cause", command->cause);
  wf_json_write_member_text (out, "id", command->id);
  wf_json_write_member_time (out, "occurred_at", command->occurred_at);
  wf_json_write_key (out, "payload");
  wf_wire_write_fields (out, type != NULL ? type->fields : NULL, command->payload);
  wf_json_write_member_text (out, "post", command->post);
  wf_json_write_member_text (out, "scope", command->scope);
  wf_json_write_member_text (out, "type", command->type);
  g_string_append_c (out, '}');
}

/**
 * wf_wire_command_digest:
 * @command: a command
 *
 * What tells whether a command that comes again is the same one: who gives it and all that it says, however it was written.
 *
 * Returns: (transfer full): a SHA-256 in hexadecimal
 */
char *
wf_wire_command_digest (WfCommand *command)
{
  g_autoptr (GString) text = g_string_sized_new (512);

  g_string_append (text, command->actor);
  g_string_append_c (text, '\n');
  wf_wire_write_command (text, command);

  return wf_digest_bytes (text->str, text->len);
}

static const struct
{
  const char *kind;
  guint       status;
  const char *title;
  int         rules_kind; /* what the workstation's rules call it */
} problems[] = {
  { "invalid", 422, "A field is wrong or missing", WF_PROBLEM_INVALID },
  { "not-found", 404, "There is no such thing", WF_PROBLEM_NOT_FOUND },
  { "state", 409, "Not possible as things stand", WF_PROBLEM_STATE },
  { "conflict", 409, "Someone else changed this meanwhile", WF_PROBLEM_CONFLICT },
  { "rights", 403, "You may not do this", WF_PROBLEM_RIGHTS },
  { "id-reused", 409, "This id belongs to another command", WF_PROBLEM_CONFLICT },
  { "malformed", 400, "The request cannot be read", WF_PROBLEM_INVALID },
  { "method-not-allowed", 405, "This route does not take that method", WF_PROBLEM_INVALID },
  { "not-acceptable", 406, "The answer cannot be had in this form", WF_PROBLEM_INVALID },
  { "too-large", 413, "The request is too large", WF_PROBLEM_INVALID },
  { "range", 416, "There is no such range", WF_PROBLEM_INVALID },
  { "too-many", 429, "Too many attempts or requests", WF_PROBLEM_STATE },
  { "unauthorized", 401, "A valid token is wanted", WF_PROBLEM_RIGHTS },
  { "gone", 410, "This is no longer held", WF_PROBLEM_NOT_FOUND },
  { "unavailable", 503, "The service cannot do this now", WF_PROBLEM_STATE },
  { "full", 507, "There is no room on the service's disk", WF_PROBLEM_STATE },
  { "damaged", 503, "The service's database is damaged", WF_PROBLEM_STATE },
};

#define PROBLEM_PREFIX "urn:watchfire:problem:"

static gsize
find_problem (const char *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++)
    if (g_strcmp0 (problems[i].kind, kind) == 0)
      return i;

  return G_N_ELEMENTS (problems);
}

/**
 * wf_wire_problem_nth:
 * @i: a number from 0 on
 *
 * Returns: (transfer none) (nullable): what stands behind the last colon of a problem's type, or %NULL behind the last
 */
const char *
wf_wire_problem_nth (guint i)
{
  return i < G_N_ELEMENTS (problems) ? problems[i].kind : NULL;
}

/**
 * wf_wire_problem_status:
 * @kind: what stands behind the last colon of a problem's type
 *
 * Returns: its HTTP status; 500 for a kind that is not known
 */
guint
wf_wire_problem_status (const char *kind)
{
  gsize i = find_problem (kind);

  return i < G_N_ELEMENTS (problems) ? problems[i].status : 500;
}

/**
 * wf_wire_write_problem_named:
 * @out: where to
 * @kind: one of those that doc/protocol.md has
 * @detail: (nullable): a sentence
 * @rule: (nullable): stable name of the rule
 * @field: (nullable): path of the field
 *
 * Writes a problem document.
 */
void
wf_wire_write_problem_named (GString    *out,
                             const char *kind,
                             const char *detail,
                             const char *rule,
                             const char *field)
{
  gsize i = find_problem (kind);

  g_return_if_fail (i < G_N_ELEMENTS (problems));

  g_string_append (out, "{\"type\":\"" PROBLEM_PREFIX);
  g_string_append (out, kind);
  g_string_append (out, "\",\"title\":");
  wf_json_write_string (out, problems[i].title);
  wf_json_write_member_int (out, "status", problems[i].status);
  wf_json_write_member_text (out, "detail", detail);
  wf_json_write_member_text (out, "rule", rule);
  wf_json_write_member_text (out, "field", field);
  g_string_append_c (out, '}');
}

/**
 * wf_wire_write_problem:
 * @out: where to
 * @problem: why a command was refused
 *
 * Writes a problem document.
 */
void
wf_wire_write_problem (GString         *out,
                       const WfProblem *problem)
{
  const char *kind = "invalid";

  for (gsize i = 0; i <= WF_PROBLEM_RIGHTS; i++)
    if (problems[i].rules_kind == (int) problem->kind)
      kind = problems[i].kind;

  wf_wire_write_problem_named (out, kind, problem->detail, problem->rule, problem->field);
}

/**
 * wf_wire_read_problem:
 * @value: a problem document
 * @kind: (out) (optional) (transfer full): what stands behind the last colon of its type
 * @error: return location, of %WF_WIRE_ERROR
 *
 * Reads a problem. Members that it does not know are passed over, as RFC 9457 asks.
 *
 * Returns: (transfer full) (nullable): the problem
 */
WfProblem *
wf_wire_read_problem (const WfJson *value,
                      char        **kind,
                      GError      **error)
{
  const char *type = wf_json_member_string (value, "type");

  if (type == NULL || !g_str_has_prefix (type, PROBLEM_PREFIX))
    {
      refuse (value, "type", NULL, WF_WIRE_ERROR_MISSING_FIELD, "not a problem of Watchfire", error);
      return NULL;
    }

  const char *name = type + strlen (PROBLEM_PREFIX);
  gsize i = find_problem (name);
  const char *rule = wf_json_member_string (value, "rule");

  if (kind != NULL)
    *kind = g_strdup (name);

  return wf_problem_new (i < G_N_ELEMENTS (problems) ? (WfProblemKind) problems[i].rules_kind : WF_PROBLEM_INVALID,
                         rule != NULL ? rule : name,
                         wf_json_member_string (value, "field"),
                         wf_json_member_string (value, "detail"));
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * wf_wire_write_versions:
 * @out: where to
 * @versions: (nullable): a{sx}
 *
 * Writes an entity's versions, sorted by field.
 */
void
wf_wire_write_versions (GString  *out,
                        GVariant *versions)
{
  GVariantIter iter;
  const char *key;
  gint64 version;

  if (versions == NULL)
    {
      g_string_append (out, "{}");
      return;
    }

  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  g_variant_iter_init (&iter, versions);
  while (g_variant_iter_next (&iter, "{&sx}", &key, &version))
    g_ptr_array_add (keys, (gpointer) key);
  g_ptr_array_sort (keys, compare_texts);

  g_string_append_c (out, '{');
  for (guint i = 0; i < keys->len; i++)
    {
      g_variant_lookup (versions, keys->pdata[i], "x", &version);
      wf_json_write_member_int (out, keys->pdata[i], version);
    }
  g_string_append_c (out, '}');
}

/**
 * wf_wire_read_versions:
 * @value: (nullable): an object of whole numbers
 * @error: return location, of %WF_WIRE_ERROR
 *
 * Returns: (transfer full) (nullable): a{sx}
 */
GVariant *
wf_wire_read_versions (const WfJson *value,
                       GError      **error)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sx}"));

  for (const WfJson *child = wf_json_first (value); child != NULL; child = wf_json_next (child))
    {
      if (wf_json_type (child) != WF_JSON_INT || wf_json_key (child) == NULL)
        {
          refuse (child, "versions", NULL, WF_WIRE_ERROR_WRONG_TYPE, "an object of whole numbers is wanted here", error);
          g_variant_builder_clear (&builder);
          return NULL;
        }
      g_variant_builder_add (&builder, "{sx}", wf_json_key (child), (gint64) wf_json_int (child));
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * wf_wire_write_entity:
 * @out: where to
 * @entity: an entity
 *
 * Writes an entity as a line of a snapshot, without the line's end.
 */
void
wf_wire_write_entity (GString  *out,
                      WfEntity *entity)
{
  const WfKind *kind = wf_kind_lookup (wf_entity_kind (entity));

  g_string_append (out, "{\"kind\":\"entity\"");
  wf_json_write_member_text (out, "scope", wf_entity_scope (entity));
  wf_json_write_member_text (out, "entity", wf_entity_kind (entity));
  wf_json_write_member_text (out, "id", wf_entity_id (entity));
  wf_json_write_member_int (out, "number", wf_entity_number (entity));
  wf_json_write_key (out, "versions");
  wf_wire_write_versions (out, wf_entity_versions (entity));
  wf_json_write_key (out, "fields");
  wf_wire_write_fields (out, kind != NULL ? kind->fields : NULL, wf_entity_fields (entity));
  g_string_append_c (out, '}');
}

/**
 * wf_wire_read_entity:
 * @value: a line of a snapshot
 * @error: return location, of %WF_WIRE_ERROR
 *
 * Reads an entity as wf_wire_write_entity() writes it.
 *
 * Returns: (transfer full) (nullable): the entity
 */
WfEntity *
wf_wire_read_entity (const WfJson *value,
                     GError      **error)
{
  const char *scope = wf_json_member_string (value, "scope");
  const char *name = wf_json_member_string (value, "entity");
  const char *id = wf_json_member_string (value, "id");
  const WfJson *number = wf_json_member (value, "number");
  const WfJson *fields = wf_json_member (value, "fields");
  const WfKind *kind = name != NULL ? wf_kind_lookup (name) : NULL;

  if (scope == NULL || name == NULL || !wf_id_is_valid (id) || fields == NULL ||
      wf_json_type (number) != WF_JSON_INT || wf_json_int (number) < 0)
    {
      refuse (value, "entity", NULL, WF_WIRE_ERROR_MISSING_FIELD,
              "scope, entity, id, number and fields are wanted", error);
      return NULL;
    }

  if (kind == NULL)
    {
      refuse (value, "entity", NULL, WF_WIRE_ERROR_UNKNOWN_TYPE, "no such kind of thing", error);
      return NULL;
    }

  g_autoptr (GVariant) versions = wf_wire_read_versions (wf_json_member (value, "versions"), error);
  if (versions == NULL)
    return NULL;

  g_autoptr (GVariant) dict = wf_wire_read_fields (fields, kind->fields, NULL, error);
  if (dict == NULL)
    return NULL;

  return wf_entity_new (scope, name, id, dict,
                        g_variant_n_children (versions) > 0 ? versions : NULL,
                        wf_json_int (number));
}

/**
 * wf_wire_write_position:
 * @out: where to
 * @unit: id of the unit
 * @position: where it was
 */
void
wf_wire_write_position (GString          *out,
                        const char       *unit,
                        const WfPosition *position)
{
  g_string_append_c (out, '{');
  wf_json_write_member_time (out, "at", position->at);
  if (position->heading >= 0)
    {
      wf_json_write_key (out, "heading");
      wf_json_write_double (out, position->heading);
    }
  g_string_append (out, ",\"location\":[");
  wf_json_write_double (out, position->longitude);
  g_string_append_c (out, ',');
  wf_json_write_double (out, position->latitude);
  g_string_append_c (out, ']');
  if (position->speed >= 0)
    {
      wf_json_write_key (out, "speed");
      wf_json_write_double (out, position->speed);
    }
  wf_json_write_member_text (out, "unit", unit);
  g_string_append_c (out, '}');
}

/**
 * wf_wire_read_position:
 * @value: a position
 * @unit: (out) (transfer none): id of the unit, valid as long as the document
 * @position: (out caller-allocates): where it was
 * @path: (out) (optional) (transfer full): where it is wrong
 * @error: return location, of %WF_WIRE_ERROR
 *
 * Returns: whether it is a position
 */
gboolean
wf_wire_read_position (const WfJson *value,
                       const char  **unit,
                       WfPosition   *position,
                       char        **path,
                       GError      **error)
{
  g_autoptr (GVariant) dict = wf_wire_read_checked (value, position_fields, "", path, error);

  if (dict == NULL)
    return FALSE;

  *unit = wf_json_member_string (value, "unit");
  position->at = wf_dict_time (dict, "at");
  position->heading = wf_dict_double (dict, "heading", -1);
  position->speed = wf_dict_double (dict, "speed", -1);
  wf_dict_point (dict, "location", &position->longitude, &position->latitude);

  return TRUE;
}

/**
 * wf_wire_write_reading:
 * @out: where to
 * @reading: what was read
 */
void
wf_wire_write_reading (GString         *out,
                       const WfReading *reading)
{
  g_string_append_c (out, '{');
  wf_json_write_member_text (out, "source", reading->source);
  wf_json_write_member_text (out, "quantity", reading->quantity);
  wf_json_write_member_time (out, "at", reading->at);
  wf_json_write_key (out, "value");
  wf_json_write_double (out, reading->value);
  g_string_append_c (out, '}');
}

/**
 * wf_wire_read_reading:
 * @value: a reading
 * @reading: (out caller-allocates): what was read; its source is valid as long as the document, its quantity for ever
 *
 * Returns: (transfer none) (nullable): which member is wrong or not known here, `""` for the whole; %NULL: none
 */
const char *
wf_wire_read_reading (const WfJson *value,
                      WfReading    *reading)
{
  if (wf_json_type (value) != WF_JSON_OBJECT || wf_json_length (value) != 4)
    return "";

  const WfQuantity *quantity = wf_rules_quantity (wf_json_member_string (value, "quantity"));
  const char *at = wf_json_member_string (value, "at");
  const WfJson *number = wf_json_member (value, "value");

  reading->source = wf_json_member_string (value, "source");
  if (reading->source == NULL || !wf_id_is_valid (reading->source))
    return "source";
  if (quantity == NULL)
    return "quantity";
  if (at == NULL || !wf_time_parse (at, &reading->at))
    return "at";
  if (number == NULL || (wf_json_type (number) != WF_JSON_INT && wf_json_type (number) != WF_JSON_DOUBLE))
    return "value";

  reading->quantity = quantity->name;
  reading->value = wf_json_double (number);
  return reading->value >= quantity->min && reading->value <= quantity->max ? NULL : "value";
}

/**
 * wf_state_digest_toggle_line:
 * @self: a digest
 * @kind: an entity's kind
 * @id: its id
 * @number: number of the event that changed it last
 * @fields: its fields in the canonical form
 * @size: how many bytes those have
 *
 * Puts an entity in, or takes it out: doing it twice changes nothing.
 */
void
wf_state_digest_toggle_line (WfStateDigest *self,
                             const char    *kind,
                             const char    *id,
                             int64_t        number,
                             const char    *fields,
                             gsize          size)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *head = g_strdup_printf ("%s\n%s\n%" G_GINT64_FORMAT "\n", kind, id, (gint64) number);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (sum, (const guchar *) head, -1);
  g_checksum_update (sum, (const guchar *) fields, (gssize) size);
  g_checksum_get_digest (sum, digest, &length);

  for (gsize i = 0; i < sizeof digest; i++)
    self->bytes[i] ^= digest[i];
}

/**
 * wf_state_digest_toggle:
 * @self: a digest
 * @entity: an entity
 *
 * Puts an entity in, or takes it out: doing it twice changes nothing.
 */
void
wf_state_digest_toggle (WfStateDigest *self,
                        WfEntity      *entity)
{
  const WfKind *kind = wf_kind_lookup (wf_entity_kind (entity));
  g_autoptr (GString) fields = g_string_sized_new (512);

  wf_wire_write_fields (fields, kind != NULL ? kind->fields : NULL, wf_entity_fields (entity));
  wf_state_digest_toggle_line (self, wf_entity_kind (entity), wf_entity_id (entity), wf_entity_number (entity),
                               fields->str, fields->len);
}

/**
 * wf_state_digest_to_string:
 * @self: a digest
 *
 * Returns: (transfer full): it in hexadecimal
 */
char *
wf_state_digest_to_string (const WfStateDigest *self)
{
  GString *text = g_string_sized_new (64);

  for (gsize i = 0; i < sizeof self->bytes; i++)
    g_string_append_printf (text, "%02x", self->bytes[i]);

  return g_string_free (text, FALSE);
}
