/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-command-types.h"
#include "wf-entry.h"
#include "wf-id.h"
#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

#define REPORT \
  "{\"id\": \"c1\", \"type\": \"incident.report\", \"scope\": \"live\", \"occurred_at\": \"2026-11-21T13:07:45.120Z\",\n" \
  " \"based_on\": [{\"kind\": \"incident\", \"id\": \"i1\", \"field\": \"title\", \"version\": 7}],\n" \
  " \"cause\": \"c0\", \"post\": \"值班员\",\n" \
  " \"payload\": {\"incident\": \"i1\", \"title\": \"储罐泄漏 \\u26a0\",\n" \
  "  \"t0\": \"2026-11-21T21:07:00+08:00\", \"location\": [109.968, 40.61],\n" \
  "  \"facts\": {\"leak_tonnes\": 12.5, \"tanks\": 3, \"fire\": false, \"note\": \"a\\nb\"}}}"

static WfCommand *
read_command (const char *text,
              char      **path,
              GError    **error)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (text, error);

  g_assert_nonnull (doc);
  return wf_wire_read_command (wf_json_doc_root (doc), "desk-1", "duty", path, error);
}

static void
test_command (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfCommand) command = read_command (REPORT, NULL, &error);
  double lon, lat;
  int64_t time;

  g_assert_no_error (error);
  g_assert_cmpstr (command->actor, ==, "desk-1");
  g_assert_cmpstr (command->post, ==, "值班员");
  g_assert_true (command->other_post);
  g_assert_cmpstr (command->cause, ==, "c0");
  g_assert_true (wf_time_parse ("2026-11-21T13:07:00.000Z", &time));
  g_assert_cmpint (wf_dict_time (command->payload, "t0"), ==, time);
  g_assert_true (wf_dict_point (command->payload, "location", &lon, &lat));
  g_assert_cmpfloat (lon, ==, 109.968);

  g_autoptr (GVariant) facts = wf_dict_value (command->payload, "facts");
  g_assert_cmpfloat (wf_dict_double (facts, "leak_tonnes", 0), ==, 12.5);
  g_assert_cmpint (wf_dict_int (facts, "tanks", 0), ==, 3);
  g_assert_cmpstr (wf_dict_string (facts, "note"), ==, "a\nb");

  /* However it was written, it is the same command. */
  g_autoptr (GString) out = g_string_new (NULL);
  wf_wire_write_command (out, command);
  g_autoptr (WfCommand) again = read_command (out->str, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *digest = wf_wire_command_digest (command);
  g_autofree char *same = wf_wire_command_digest (again);
  g_assert_cmpstr (digest, ==, same);
  g_assert_cmpmem (out->str, 12, "{\"based_on\":", 12);

  /* Another actor's, or another title, is another. */
  g_free (again->actor);
  again->actor = g_strdup ("desk-2");
  g_autofree char *other = wf_wire_command_digest (again);
  g_assert_cmpstr (digest, !=, other);

  /* Whoever knows no better takes the sender's word for the post; from another than the actor's it can only be looked up. */
  g_autoptr (WfJsonDoc) own = wf_json_doc_new_text (REPORT, NULL);
  g_autoptr (WfCommand) said = wf_wire_read_command (wf_json_doc_root (own), "desk-1", NULL, NULL, NULL);
  g_autoptr (WfCommand) none = wf_wire_read_command (wf_json_doc_root (own), "desk-1", "", NULL, NULL);
  g_assert_cmpstr (said->post, ==, "值班员");
  g_assert_false (said->other_post);
  g_assert_cmpstr (none->post, ==, "值班员");
  g_assert_true (none->other_post);
  g_assert_null (said->role);

  /* Without a post of its own it has the actor's. */
  g_autoptr (WfCommand) plain = read_command ("{\"id\":\"c\",\"type\":\"incident.archive\",\"scope\":\"live\","
                                              "\"occurred_at\":\"2026-11-21T13:07:45Z\",\"payload\":{\"incident\":\"i\"}}",
                                              NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (plain->post, ==, "duty");
  g_assert_false (plain->other_post);
}

static const struct
{
  const char *from;
  const char *to;
  const char *path;
  const char *line;
} wrong[] = {
  { "\"c1\"", "\"c 1\"", "id", "line 1:" },
  { "\"c1\"", "1", "id", "line 1:" },
  { "\"id\": \"c1\", ", "", "id", "line 1:" },
  { "\"scope\"", "\"scopes\"", "scopes", "line 1:" },
  { "incident.report", "incident.invent", "type", "line 1:" },
  { "2026-11-21T13:07:45.120Z", "2026-11-21 13:07", "occurred_at", "line 1:" },
  { "2026-11-21T13:07:45.120Z", "2026-11-21T13:07:45", "occurred_at", "line 1:" },
  { "\"version\": 7", "\"version\": -7", "based_on[0].version", "line 2:" },
  { "\"version\": 7", "\"versions\": 7", "based_on[0].versions", "line 2:" },
  { "\"cause\": \"c0\"", "\"cause\": null", "cause", "line 3:" },
  { "\"cause\"", "\"actor\"", "actor", "line 3:" },
  { "\"payload\"", "\"payloads\"", "payload", "line 1:" },
  { "\"title\": ", "\"titel\": ", "payload.titel", "line 4:" },
  { "\"储罐泄漏 \\u26a0\"", "7", "payload.title", "line 4:" },
  { "\"储罐泄漏 \\u26a0\"", "\" \"", "payload.title", "line 4:" },
  { "109.968, 40.61", "40.61, 109.968", "payload.location", "line 5:" },
  { "109.968, 40.61", "109.968", "payload.location", "line 5:" },
  { "109.968, 40.61", "109.968, \"40\"", "payload.location", "line 5:" },
  { "2026-11-21T21:07:00+08:00", "2026-13-21T21:07:00+08:00", "payload.t0", "line 5:" },
  { "12.5", "[12.5]", "payload.facts.leak_tonnes", "line 6:" },
  { "\"fire\": false", "\"fire\": null", "payload.facts.fire", "line 6:" },
};

static void
test_command_wrong (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_auto (GStrv) parts = g_strsplit (REPORT, wrong[i].from, 2);
      g_autofree char *text = g_strjoinv (wrong[i].to, parts);
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;

      g_test_message ("%s → %s", wrong[i].from, wrong[i].to);
      g_assert_cmpuint (g_strv_length (parts), ==, 2);
      g_assert_null (read_command (text, &path, &error));
      g_assert_true (error->domain == WF_WIRE_ERROR);
      g_assert_cmpstr (path, ==, wrong[i].path);
      g_assert_nonnull (strstr (error->message, wrong[i].path));
      g_assert_true (g_str_has_prefix (error->message, wrong[i].line));
    }
}

static void
test_entities_field (void)
{
  const WfField *fields = wf_command_type_lookup ("registry.put")->fields;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (WfJsonDoc) good = wf_json_doc_new_text (
    "{\"entities\":[{\"fields\":{\"checked_at\":\"2026-01-01T00:00:00.000Z\",\"name\":\"T\",\"nature\":\"firm\",\"state\":\"standby\"},"
    "\"id\":\"t1\",\"kind\":\"team\"}]}", NULL);
  g_autoptr (GVariant) dict = wf_wire_read_checked (wf_json_doc_root (good), fields, "", NULL, &error);

  g_assert_no_error (error);

  /* What it writes is what it read: times inside the fields are known by the kind's table. */
  g_autoptr (GString) out = g_string_new (NULL);
  gsize size;
  wf_wire_write_fields (out, fields, dict);
  const char *raw = wf_json_raw (wf_json_doc_root (good), &size);
  g_assert_cmpmem (out->str, out->len, raw, size);

  g_autoptr (WfJsonDoc) bad = wf_json_doc_new_text (
    "{\"entities\":[{\"kind\":\"team\",\"id\":\"t1\",\n\"fields\":{\"name\":\"T\",\"nature\":\"firm\",\n\"state\":\"asleep\"}}]}", NULL);
  g_assert_null (wf_wire_read_checked (wf_json_doc_root (bad), fields, "payload.", &path, &error));
  g_assert_cmpstr (path, ==, "payload.entities[0].fields.state");
  g_assert_true (g_str_has_prefix (error->message, "line 3: payload.entities[0].fields.state:"));
  g_clear_error (&error);

  g_autoptr (WfJsonDoc) unknown = wf_json_doc_new_text ("{\"entities\":[{\"kind\":\"spaceship\",\"id\":\"t1\",\"fields\":{}}]}",
                                                        NULL);
  g_assert_null (wf_wire_read_checked (wf_json_doc_root (unknown), fields, "", NULL, &error));
  g_assert_error (error, WF_WIRE_ERROR, WF_WIRE_ERROR_UNKNOWN_TYPE);
}

static WfEvent *
make_event (int64_t number)
{
  g_autoptr (GVariant) payload = wf_dict_make ("incident", wf_value_string ("i1"),
                                               "text", wf_value_string ("围堤 \"A\""),
                                               "at", wf_value_time (1763730465120),
                                               NULL);
  WfEvent *event = wf_event_new ("incident.controlled", 1, "live", "i1", payload);

  event->number = number;
  event->position = number + 10;
  event->actor = g_strdup ("desk-1");
  event->post = g_strdup ("duty");
  event->cause = g_strdup ("c1");
  event->occurred_at = 1763730465120;
  event->recorded_at = 1763730466000;
  event->scope_time = 1763730466000;

  return event;
}

static void
test_entry (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfEvent) first = make_event (1);
  g_autoptr (WfEvent) second = make_event (2);
  g_autoptr (WfEntry) one = wf_entry_seal (first, WF_ENTRY_FIRST, &error);

  g_assert_no_error (error);
  g_autoptr (WfEntry) two = wf_entry_seal (second, first->hash, &error);
  g_assert_no_error (error);

  g_assert_true (wf_entry_verify (one, WF_ENTRY_FIRST, &error));
  g_assert_true (wf_entry_verify (two, first->hash, &error));
  g_assert_false (wf_entry_verify (two, WF_ENTRY_FIRST, &error));
  g_assert_error (error, WF_WIRE_ERROR, WF_WIRE_ERROR_DIGEST);
  g_clear_error (&error);

  /* The header is what doc/protocol.md says, byte for byte. */
  g_autofree char *expected = g_strdup_printf (
    "{\"actor\":\"desk-1\",\"algorithm\":\"sha256\",\"audience\":\"all\",\"cause\":\"c1\",\"number\":1,"
    "\"occurred_at\":\"2025-11-21T13:07:45.120Z\",\"payload_digest\":\"%s\",\"position\":11,\"post\":\"duty\","
    "\"previous\":\"" WF_ENTRY_FIRST "\",\"recorded_at\":\"2025-11-21T13:07:46.000Z\",\"scope\":\"live\","
    "\"scope_time\":\"2025-11-21T13:07:46.000Z\",\"subject\":\"i1\",\"type\":\"incident.controlled\",\"type_version\":1}",
    first->payload_digest);
  gsize size;
  const char *header = g_bytes_get_data (one->header, &size);
  g_assert_cmpmem (header, size, expected, strlen (expected));

  /* Over the wire and back. */
  g_autoptr (GString) out = g_string_new (NULL);
  wf_entry_write (one, TRUE, out);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (out->str, &error);
  g_autoptr (WfEntry) read = wf_entry_read (doc, wf_json_doc_root (doc), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (read->header, one->header));
  g_assert_true (g_bytes_equal (read->event->payload_bytes, first->payload_bytes));
  g_assert_true (g_variant_equal (read->event->payload, first->payload));
  g_assert_cmpint (read->event->position, ==, 11);

  /* Without its payload it is still whole. */
  g_string_truncate (out, 0);
  wf_entry_write (one, FALSE, out);
  g_autoptr (WfJsonDoc) bare = wf_json_doc_new_text (out->str, &error);
  g_autoptr (WfEntry) withheld = wf_entry_read (bare, wf_json_doc_root (bare), &error);
  g_assert_no_error (error);
  g_assert_null (withheld->event->payload);
  g_assert_true (wf_entry_verify (withheld, WF_ENTRY_FIRST, &error));
}

static void
test_entry_tampered (void)
{
  static const char *const changes[][2] = {
    { "围堤", "围坝" }, { "desk-1", "desk-2" }, { "\"number\":1", "\"number\":2" }, { "\"position\":11", "\"position\": 11" },
  };
  g_autoptr (WfEvent) event = make_event (1);
  g_autoptr (WfEntry) entry = wf_entry_seal (event, WF_ENTRY_FIRST, NULL);
  g_autoptr (GString) out = g_string_new (NULL);

  wf_entry_write (entry, TRUE, out);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_auto (GStrv) parts = g_strsplit (out->str, changes[i][0], 2);
      g_autofree char *text = g_strjoinv (changes[i][1], parts);
      g_autoptr (GError) error = NULL;
      g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (text, &error);

      g_assert_cmpuint (g_strv_length (parts), ==, 2);
      g_assert_null (wf_entry_read (doc, wf_json_doc_root (doc), &error));
      g_assert_error (error, WF_WIRE_ERROR, WF_WIRE_ERROR_DIGEST);
    }
}

static void
test_entity_and_digest (void)
{
  g_autoptr (GVariant) fields = wf_dict_make ("incident", wf_value_string ("i1"),
                                              "text", wf_value_string ("上报"),
                                              "basis", wf_value_string ("t0"),
                                              "state", wf_value_string ("open"),
                                              "due", wf_value_time (1763730465120),
                                              NULL);
  g_autoptr (WfEntity) made = wf_entity_new ("live", "task", "t1", fields, NULL, 4);
  g_autoptr (GVariant) patch = wf_dict_make ("state", wf_value_string ("done"), NULL);
  g_autoptr (WfEntity) entity = wf_entity_patch (made, patch, 9);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  wf_wire_write_entity (out, entity);
  g_assert_cmpstr (out->str, ==,
                   "{\"kind\":\"entity\",\"scope\":\"live\",\"entity\":\"task\",\"id\":\"t1\",\"number\":9,"
                   "\"versions\":{\"\":4,\"state\":9},"
                   "\"fields\":{\"basis\":\"t0\",\"due\":\"2025-11-21T13:07:45.120Z\",\"incident\":\"i1\",\"state\":\"done\",\"text\":\"上报\"}}");

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (out->str, &error);
  g_autoptr (WfEntity) read = wf_wire_read_entity (wf_json_doc_root (doc), &error);
  g_assert_no_error (error);
  g_assert_cmpint (wf_entity_version (read, "state"), ==, 9);
  g_assert_cmpint (wf_entity_version (read, "text"), ==, 4);

  WfStateDigest digest = { { 0 } };
  const char *line = "task\nt1\n9\n{\"basis\":\"t0\",\"due\":\"2025-11-21T13:07:45.120Z\",\"incident\":\"i1\",\"state\":\"done\",\"text\":\"上报\"}";
  g_autofree char *expected = wf_digest_bytes (line, strlen (line));
  wf_state_digest_toggle (&digest, entity);
  g_autofree char *got = wf_state_digest_to_string (&digest);
  g_assert_cmpstr (got, ==, expected);
  wf_state_digest_toggle (&digest, read);
  g_autofree char *none = wf_state_digest_to_string (&digest);
  g_assert_cmpstr (none, ==, WF_ENTRY_FIRST);
}

static void
test_problem (void)
{
  g_autoptr (WfProblem) problem = wf_problem_new (WF_PROBLEM_STATE, "response.not-graded", "level", "first \"grade\" it");
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *kind = NULL;

  wf_wire_write_problem (out, problem);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (out->str, &error);
  g_assert_no_error (error);
  g_assert_cmpint (wf_json_int (wf_json_member (wf_json_doc_root (doc), "status")), ==, 409);

  g_autoptr (WfProblem) read = wf_wire_read_problem (wf_json_doc_root (doc), &kind, &error);
  g_assert_cmpstr (kind, ==, "state");
  g_assert_cmpint (read->kind, ==, WF_PROBLEM_STATE);
  g_assert_cmpstr (read->rule, ==, problem->rule);
  g_assert_cmpstr (read->field, ==, problem->field);
  g_assert_cmpstr (read->detail, ==, problem->detail);

  /* Every kind that the rules have has the name that the rules give it. */
  for (int i = WF_PROBLEM_INVALID; i <= WF_PROBLEM_RIGHTS; i++)
    {
      g_autoptr (WfProblem) any = wf_problem_new ((WfProblemKind) i, "r", NULL, NULL);
      g_autofree char *type = g_strdup_printf ("\"urn:watchfire:problem:%s\"", wf_problem_kind_name ((WfProblemKind) i));

      g_string_truncate (out, 0);
      wf_wire_write_problem (out, any);
      g_assert_nonnull (strstr (out->str, type));
    }
}

static void
test_position (void)
{
  WfPosition position = { 109.9, 40.6, 271.5, -1, 1763730465120 }, read;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  const char *unit;

  wf_wire_write_position (out, "unit-1", &position);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (out->str, &error);
  g_assert_no_error (error);
  g_assert_true (wf_wire_read_position (wf_json_doc_root (doc), &unit, &read, NULL, &error));
  g_assert_cmpstr (unit, ==, "unit-1");
  g_assert_cmpfloat (read.longitude, ==, position.longitude);
  g_assert_cmpfloat (read.heading, ==, 271.5);
  g_assert_cmpfloat (read.speed, <, 0);
  g_assert_cmpint (read.at, ==, position.at);

  g_autoptr (WfJsonDoc) bad = wf_json_doc_new_text ("{\"unit\":\"u\",\"at\":\"2026-11-21T13:07:45Z\",\"location\":[200,0]}",
                                                    NULL);
  g_assert_false (wf_wire_read_position (wf_json_doc_root (bad), &unit, &read, &path, &error));
  g_assert_cmpstr (path, ==, "location");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/command", test_command);
  g_test_add_func ("/wire/command/wrong", test_command_wrong);
  g_test_add_func ("/wire/entities-field", test_entities_field);
  g_test_add_func ("/wire/entry", test_entry);
  g_test_add_func ("/wire/entry/tampered", test_entry_tampered);
  g_test_add_func ("/wire/entity-and-digest", test_entity_and_digest);
  g_test_add_func ("/wire/problem", test_problem);
  g_test_add_func ("/wire/position", test_position);

  return g_test_run ();
}
