/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-query.h"

#include "wf-id.h"
#include "wf-sketch.h"
#include "wf-telemetry.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <string.h>

/* The small bodies and frames that the service takes; those of commands are read in src/wire. */

#define NAME_MAX_BYTES     256
#define PASSWORD_MAX_BYTES 1024
#define FRAME_MAX          (64 * 1024)

/**
 * wf_body_read_sign_in:
 * @root: a body
 * @user: (out) (transfer none): who signs in
 * @password: (out) (transfer none): with what
 *
 * Reads `{"user", "password"}`.
 *
 * Returns: (transfer none) (nullable): the field to blame, or %NULL where it is good
 */
const char *
wf_body_read_sign_in (const WfJson  *root,
                      const char   **user,
                      const char   **password)
{
  *user = wf_json_member_string (root, "user");
  *password = wf_json_member_string (root, "password");

  if (*user == NULL || strlen (*user) > NAME_MAX_BYTES)
    return "user";

  return *password == NULL || wf_json_length (root) != 2 || strlen (*password) > PASSWORD_MAX_BYTES ? "password" : NULL;
}

static gboolean
read_position (const WfJson  *value,
               guint          i,
               GArray        *positions,
               WfProblem    **problem)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  const char *unit;
  WfUnitPosition position;

  if (!wf_wire_read_position (value, &unit, &position.position, &path, &error))
    {
      g_autofree char *field = g_strdup_printf ("positions[%u].%s", i, path != NULL ? path : "");

      *problem = wf_problem_new (WF_PROBLEM_INVALID, "telemetry.form", field, error->message);
      return FALSE;
    }

  position.unit = (char *) unit;
  g_array_append_val (positions, position);
  return TRUE;
}

static gboolean
read_reading (const WfJson  *value,
              guint          i,
              GArray        *readings,
              WfProblem    **problem)
{
  WfReading reading = { NULL };
  const char *wrong = wf_wire_read_reading (value, &reading);

  if (wrong != NULL)
    {
      g_autofree char *field = g_strdup_printf ("readings[%u].%s", i, wrong);

      *problem = wf_problem_new (WF_PROBLEM_INVALID, "telemetry.form", field,
                                 "A reading has a source, a known quantity, a time, and a value that the quantity can have");
      return FALSE;
    }

  g_array_append_val (readings, reading);
  return TRUE;
}

/**
 * wf_body_read_telemetry:
 * @root: a body
 * @scope: (out) (transfer none): in which scope
 * @positions: (element-type WfUnitPosition): where to add them; the units' ids belong to the body
 * @readings: (element-type WfReading): where to add them; the sources' ids belong to the body
 * @problem: (out): what is wrong with it
 *
 * Reads `{"scope", "positions"?, "readings"?}`. All or nothing: whoever sends a wrong one is told, and sends the rest again.
 *
 * Returns: (transfer none) (nullable): the kind of problem on the wire, or %NULL where it is good
 */
const char *
wf_body_read_telemetry (const WfJson  *root,
                        const char   **scope,
                        GArray        *positions,
                        GArray        *readings,
                        WfProblem    **problem)
{
  const WfJson *lists[] = { wf_json_member (root, "positions"), wf_json_member (root, "readings") };
  const char *const names[] = { "positions", "readings" };
  guint n = 1;

  *scope = wf_json_member_string (root, "scope");
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    n += lists[i] != NULL;
  if (*scope == NULL || !wf_id_is_valid (*scope) || n < 2 || wf_json_length (root) != n)
    {
      *problem = wf_problem_new (WF_PROBLEM_INVALID, "telemetry.form",
                                 *scope != NULL && wf_id_is_valid (*scope) ? "positions" : "scope",
                                 "A scope and a list of positions, or of readings, are wanted, and nothing else");
      return "invalid";
    }

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      guint next = 0;

      if (lists[i] != NULL && wf_json_type (lists[i]) != WF_JSON_ARRAY)
        {
          *problem = wf_problem_new (WF_PROBLEM_INVALID, "telemetry.form", names[i], "A list is wanted here");
          return "invalid";
        }
      if (lists[i] != NULL && wf_json_length (lists[i]) > WF_SERVICE_POSITIONS_MAX)
        {
          *problem = wf_problem_new (WF_PROBLEM_INVALID, "telemetry.size", names[i], "1000 at most at a time");
          return "too-large";
        }

      for (const WfJson *value = lists[i] != NULL ? wf_json_first (lists[i]) : NULL; value != NULL; value = wf_json_next (value))
        if (!(i == 0 ? read_position (value, next++, positions, problem) : read_reading (value, next++, readings, problem)))
          return "invalid";
    }

  return NULL;
}

/**
 * wf_body_read_sketch:
 * @root: a body
 * @desk: (out) (transfer none): how whoever draws calls their desk
 * @problem: (out): what is wrong with it
 *
 * Reads `{"desk", "sketch"}`.
 *
 * Returns: (transfer full) (nullable): what is being drawn, by wf_sketch_fields
 */
GVariant *
wf_body_read_sketch (const WfJson  *root,
                     const char   **desk,
                     WfProblem    **problem)
{
  const WfJson *drawn = wf_json_member (root, "sketch");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  GVariant *sketch;

  *desk = wf_json_member_string (root, "desk");
  if (*desk == NULL || !wf_id_is_valid (*desk) || drawn == NULL || wf_json_length (root) != 2)
    {
      *problem = wf_problem_new (WF_PROBLEM_INVALID, "sketch.form", *desk != NULL && wf_id_is_valid (*desk) ? "sketch" : "desk",
                                 "A desk and a sketch are wanted, and nothing else");
      return NULL;
    }

  sketch = wf_wire_read_checked (drawn, wf_sketch_fields, "sketch.", &path, &error);
  if (sketch == NULL)
    *problem = wf_problem_new (WF_PROBLEM_INVALID, "sketch.form", path != NULL ? path : "sketch", error->message);

  return sketch;
}

/* Returns: the number, or -1 where there is none */
static int64_t
read_count (const WfJson *value)
{
  return value != NULL && wf_json_type (value) == WF_JSON_INT && wf_json_int (value) >= 0 ? wf_json_int (value) : -1;
}

/**
 * wf_body_read_frame:
 * @frame: what came over a WebSocket
 * @ack: (out): what it acknowledges; -1: nothing
 * @beat: (out): the beat that it answers; -1: none
 * @sketch: (out) (transfer full) (nullable): what is being drawn, by wf_sketch_fields
 *
 * Reads `{"ack": N}`, `{"beat": N}` or `{"sketch": {…}}`.
 *
 * Returns: whether it is one of them
 */
gboolean
wf_body_read_frame (GBytes    *frame,
                    int64_t   *ack,
                    int64_t   *beat,
                    GVariant **sketch)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (frame, FRAME_MAX, NULL);
  const WfJson *root = doc != NULL ? wf_json_doc_root (doc) : NULL;

  *ack = read_count (wf_json_member (root, "ack"));
  *beat = read_count (wf_json_member (root, "beat"));

  const WfJson *drawn = wf_json_member (root, "sketch");
  g_autofree char *path = NULL;

  *sketch = drawn != NULL ? wf_wire_read_checked (drawn, wf_sketch_fields, "sketch", &path, NULL) : NULL;

  return wf_json_length (root) == 1 && (*ack >= 0 || *beat >= 0 || *sketch != NULL);
}
