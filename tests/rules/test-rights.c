/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-command-types.h"
#include "wf-event-types.h"
#include "wf-kind.h"
#include "wf-rights.h"
#include "wf-time.h"

#include <string.h>

/* Who may do what, written down a second time, by hand and in another form than the rules have it: a letter for each role
 * that may, in the real thing and, behind the stroke, in an exercise.
 * v viewer, d duty officer, o operator, c commander, r drill coordinator, a administrator, u unit, D whole desk. */
static const struct
{
  const char *type;
  const char *may;
} matrix[] = {
  { "approval.sign", "cD|cD" },
  { "crossing.acknowledge", "docD|docrD" },
  { "crossing.raise", "|" },
  { "exercise.clock", "raD|raD" },
  { "exercise.end", "raD|raD" },
  { "exercise.open", "raD|raD" },
  { "incident.archive", "dcD|dcrD" },
  { "incident.casualties", "docD|docrD" },
  { "incident.control", "dcD|dcrD" },
  { "incident.correct", "docD|docrD" },
  { "incident.evacuation", "docD|docrD" },
  { "incident.facts", "docD|docrD" },
  { "incident.grade", "dcD|dcrD" },
  { "incident.headquarters", "docD|docrD" },
  { "incident.report", "docD|docrD" },
  { "incident.review", "dcD|dcrD" },
  { "incident.step_back", "dcD|dcrD" },
  { "incident.supplement", "docD|docrD" },
  { "incident.verify", "docD|docrD" },
  { "incident.wind", "docD|docrD" },
  { "journal.erase", "aD|aD" },
  { "log.add", "docruD|docruD" },
  { "log.strike", "dcD|dcrD" },
  { "medium.attach", "docuD|docruD" },
  { "order.issue", "docD|docrD" },
  { "order.overdue", "|" },
  { "order.step", "docuD|docruD" },
  { "plot.change", "docD|docrD" },
  { "plot.draw", "docD|docrD" },
  { "plot.restore", "docD|docrD" },
  { "plot.strike", "docD|docrD" },
  { "registry.put", "doaD|doarD" },
  { "report.add", "docD|docrD" },
  { "report.overdue", "|" },
  { "report.send", "docD|docrD" },
  { "report.strike", "dcD|dcrD" },
  { "response.activate", "dcD|dcrD" },
  { "response.change_level", "dcD|dcrD" },
  { "response.stand_down", "dcD|dcrD" },
  { "stock.release", "docD|docrD" },
  { "stock.reserve", "docD|docrD" },
  { "task.acknowledge", "docuD|docruD" },
  { "task.add", "docD|docrD" },
  { "task.feedback", "docuD|docruD" },
  { "task.overdue", "|" },
  { "task.strike", "dcD|dcrD" },
  { "track.close", "|" },
  { "user.add", "aD|aD" },
  { "user.change", "aD|aD" },
  { "user.disable", "aD|aD" },
};

static const struct
{
  char        letter;
  const char *role;
} letters[] = {
  { 'v', "viewer" }, { 'd', "duty_officer" }, { 'o', "operator" }, { 'c', "commander" }, { 'r', "drill_coordinator" },
  { 'a', "administrator" }, { 'u', "unit" }, { 'D', "desk" },
};

static void
add_user (World      *world,
          const char *id,
          const char *role,
          const char *organisation)
{
  world_do (world, "user.add",
            wf_dict_make ("user", S (id), "name", S (id), "role", S (role), "organisation",
                          organisation != NULL ? S (organisation) : NULL, NULL));
}

static void
enter (World      *world,
       const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) entity = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  g_autoptr (GPtrArray) entities = g_ptr_array_new ();

  g_assert_no_error (error);
  g_ptr_array_add (entities, entity);
  world_do (world, "registry.put", wf_dict_make ("entities", wf_value_objects (entities), NULL));
}

/* What the rules say to a command of somebody, with a role from a token or none. */
static WfProblem *
ask (World      *world,
     const char *actor,
     const char *role,
     const char *scope,
     const char *type,
     GVariant   *payload)
{
  g_autoptr (GVariant) owned = payload;
  g_autofree char *id = g_strdup_printf ("asked-%u", ++world->commands);
  g_autoptr (WfCommand) plain = wf_command_new (id, type, scope, actor, NULL, world->now.real, NULL, NULL, owned);
  g_autoptr (WfCommand) command = wf_command_with_role (plain, role);
  WfProblem *problem = NULL;
  G_GNUC_UNUSED g_autoptr (GPtrArray) events = wf_rules_decide (world->state, command, &world->now, &problem);

  return problem;
}

static void
assert_rule (WfProblem  *problem,
             const char *rule)
{
  g_autoptr (WfProblem) owned = problem;

  g_assert_cmpstr (owned != NULL ? owned->rule : NULL, ==, rule);
}

static gboolean
is_rights (const WfProblem *problem)
{
  return problem != NULL && problem->kind == WF_PROBLEM_RIGHTS;
}

/* Every role × every command, in the real thing and in an exercise; by a token's role and by a user's; both the question
 * that the screens ask and the decision itself. */
static void
test_matrix (void)
{
  g_autoptr (World) world = world_new ();
  guint n;
  const WfCommandType *types = wf_command_type_all (&n);

  for (gsize i = 0; i < G_N_ELEMENTS (letters) - 1; i++)
    add_user (world, letters[i].role, letters[i].role, NULL);

  g_free (world->scope);
  world->scope = g_strdup ("drill-1");
  world_do (world, "exercise.open", wf_dict_make ("name", S ("Drill"), NULL));

  g_assert_cmpuint (n, ==, G_N_ELEMENTS (matrix));
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpstr (types[i].name, ==, matrix[i].type);
      g_auto (GStrv) parts = g_strsplit (matrix[i].may, "|", 2);

      for (gsize j = 0; j < G_N_ELEMENTS (letters) * 2; j++)
        {
          const char *role = letters[j / 2].role;
          const char *scope = j % 2 == 0 ? WF_LIVE : "drill-1";
          gboolean may = strchr (parts[j % 2], letters[j / 2].letter) != NULL;
          gboolean user = letters[j / 2].letter != 'D';

          g_test_message ("%s, %s, %s", role, types[i].name, scope);

          g_autoptr (WfProblem) carried = wf_rights_check (world->state, "somebody", role, scope, types[i].name);
          g_autoptr (WfProblem) own = user ? wf_rights_check (world->state, role, NULL, scope, types[i].name) : NULL;

          /* Units reach what is theirs only, which the command's thing tells; what the centre alone does is not theirs. */
          g_assert_cmpint (carried == NULL, ==, may);
          g_assert_true (carried == NULL || is_rights (carried));
          if (user)
            g_assert_cmpint (own == NULL, ==, may);

          /* With an empty payload the decision ends either at the rights or, past them, at the first missing field. */
          g_autoptr (WfProblem) decided = ask (world, "somebody", role, scope, types[i].name, wf_dict_empty ());
          g_assert_cmpint (!is_rights (decided), ==, may);

          if (carried != NULL && !types[i].system)
            {
              g_autofree char *message = wf_problem_message (carried);

              g_assert_cmpstr (carried->rule, ==, "rights.role");
              g_assert_nonnull (strstr (message, "may be done by"));
            }
        }
    }
}

static void
test_who (void)
{
  g_autoptr (World) world = world_new ();

#define LOG() wf_dict_make ("log", S ("l9"), "kind", S ("note"), "text", S ("x"), NULL)

  /* Nobody in particular, and words that are no role. */
  assert_rule (ask (world, "ghost", NULL, WF_LIVE, "log.add", LOG ()), "rights.nobody");
  assert_rule (ask (world, "ghost", "king", WF_LIVE, "log.add", LOG ()), "rights.nobody");
  assert_rule (ask (world, "ghost", "system", WF_LIVE, "log.add", LOG ()), "rights.nobody");
  assert_rule (ask (world, "ghost", "operator", WF_LIVE, "log.add", LOG ()), NULL);
  assert_rule (ask (world, "ghost", "system", WF_LIVE, "task.overdue",
                    wf_dict_make ("task", S ("t"), "due", T (START), NULL)), "command.system-only");

  /* A user's own role goes before what an old token says. */
  add_user (world, "zhao", "operator", NULL);
  assert_rule (ask (world, "zhao", "administrator", WF_LIVE, "user.disable",
                    wf_dict_make ("user", S ("zhao"), "reason", S ("x"), NULL)), "rights.role");
  assert_rule (ask (world, "zhao", "viewer", WF_LIVE, "log.add", LOG ()), NULL);

  world_do (world, "user.change", wf_dict_make ("user", S ("zhao"), "role", S ("viewer"), NULL));
  assert_rule (ask (world, "zhao", "desk", WF_LIVE, "log.add", LOG ()), "rights.role");

  world_do (world, "user.change", wf_dict_make ("user", S ("zhao"), "role", S ("operator"), NULL));
  world_do (world, "user.disable", wf_dict_make ("user", S ("zhao"), "reason", S ("left"), NULL));
  assert_rule (ask (world, "zhao", "desk", WF_LIVE, "log.add", LOG ()), "rights.disabled");
  world_refuses (world, "user.disable", wf_dict_make ("user", S ("zhao"), "reason", S ("x"), NULL), "user.disabled-already",
                 "user");

  world_do (world, "user.change", wf_dict_make ("user", S ("zhao"), "active", B (TRUE), NULL));
  assert_rule (ask (world, "zhao", NULL, WF_LIVE, "log.add", LOG ()), NULL);

  g_autoptr (WfEntity) again = world_get (world, "user", "zhao");
  g_assert_null (wf_entity_string (again, "disabled_reason"));
  g_assert_true (wf_entity_bool (again, "active"));
}

static void
test_users (void)
{
  g_autoptr (World) world = world_new ();

  add_user (world, "root", "administrator", NULL);
  world_refuses (world, "user.add", wf_dict_make ("user", S ("root"), "name", S ("x"), "role", S ("viewer"), NULL), "id.taken",
                 "user");
  world_refuses (world, "user.add", wf_dict_make ("user", S ("system"), "name", S ("x"), "role", S ("viewer"), NULL),
                 "user.reserved", "user");
  world_refuses (world, "user.add", wf_dict_make ("user", S ("x"), "name", S ("x"), "role", S ("desk"), NULL), "field.invalid",
                 "role");
  world_refuses (world, "user.add",
                 wf_dict_make ("user", S ("x"), "name", S ("x"), "role", S ("viewer"), "organisation", S ("nowhere"), NULL),
                 "organisation.unknown", "organisation");
  world_refuses (world, "user.add",
                 wf_dict_make ("user", S ("x"), "name", S ("x"), "role", S ("unit"), "unit", S ("unit-9"), NULL),
                 "unit.unknown", "unit");
  world_refuses (world, "user.change", wf_dict_make ("user", S ("root"), NULL), "user.nothing-changed", NULL);
  world_refuses (world, "user.change", wf_dict_make ("user", S ("root"), "active", B (FALSE), NULL), "user.disable-instead",
                 "active");

  /* The last one who can give rights stays. */
  world_refuses (world, "user.disable", wf_dict_make ("user", S ("root"), "reason", S ("x"), NULL), "user.last-administrator",
                 "user");
  world_refuses (world, "user.change", wf_dict_make ("user", S ("root"), "role", S ("viewer"), NULL),
                 "user.last-administrator", "user");
  add_user (world, "second", "administrator", NULL);
  world_do (world, "user.change", wf_dict_make ("user", S ("root"), "role", S ("viewer"), "phone", S ("1"), NULL));
  world_do (world, "user.change", wf_dict_make ("user", S ("root"), "phone", wf_value_clear (), NULL));

  g_autoptr (WfEntity) user = world_get (world, "user", "root");
  g_assert_cmpstr (wf_entity_string (user, "role"), ==, "viewer");
  g_assert_null (wf_entity_string (user, "phone"));
}

/* Townships, firms and units reach what is theirs. */
static void
test_reach (void)
{
  g_autoptr (World) world = world_new ();

  enter (world, "{'kind': <'organisation'>, 'id': <'town'>, 'fields': <{'name': <'Baiyan'>, 'tier': <'township'>}>}");
  enter (world, "{'kind': <'organisation'>, 'id': <'city'>, 'fields': <{'name': <'Baotou'>, 'tier': <'city'>}>}");
  enter (world, "{'kind': <'team'>, 'id': <'team-9'>, 'fields': <{'name': <'Town team'>, 'nature': <'reserve'>,"
                " 'state': <'standby'>, 'organisation': <'Baiyan'>}>}");
  enter (world, "{'kind': <'depot'>, 'id': <'depot-9'>, 'fields': <{'name': <'Town store'>, 'tier': <'township'>,"
                " 'organisation': <'town'>}>}");
  add_user (world, "town-1", "operator", "town");
  add_user (world, "city-1", "operator", "city");
  add_user (world, "firm-man", "operator", "firm-1");
  add_user (world, "car", "unit", NULL);
  world_do (world, "user.change", wf_dict_make ("user", S ("car"), "unit", S ("unit-1"), NULL));

  report_incident (world, "i1");
  order (world, "o-town", "i1", "team", "team-9");
  order (world, "o-fire", "i1", "team", "team-1");
  order (world, "o-car", "i1", "unit", "unit-1");

#define STEP(id) wf_dict_make ("order", S (id), "step", S ("acknowledged"), NULL)
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "order.step", STEP ("o-town")), NULL);
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "order.step", STEP ("o-fire")), "rights.organisation");
  assert_rule (ask (world, "city-1", NULL, WF_LIVE, "order.step", STEP ("o-fire")), NULL);
  assert_rule (ask (world, "car", NULL, WF_LIVE, "order.step", STEP ("o-car")), NULL);
  assert_rule (ask (world, "car", NULL, WF_LIVE, "order.step", STEP ("o-fire")), "rights.organisation");
  assert_rule (ask (world, "unit-1", "unit", WF_LIVE, "order.step", STEP ("o-car")), NULL);
  assert_rule (ask (world, "unit-2", "unit", WF_LIVE, "order.step", STEP ("o-car")), "rights.organisation");

  /* What is the centre's is not theirs, though the role has it. */
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "incident.wind", wf_dict_empty ()), "rights.centre-only");
  assert_rule (ask (world, "firm-man", NULL, WF_LIVE, "order.issue", wf_dict_empty ()), "rights.centre-only");
  assert_rule (ask (world, "firm-man", NULL, WF_LIVE, "incident.report",
                    wf_dict_make ("incident", S ("i2"), "title", S ("Smoke"), "t0", T (START), NULL)), NULL);

  /* Tasks of one's own group. */
  world_do (world, "task.add",
            wf_dict_make ("task", S ("t-town"), "incident", S ("i1"), "text", S ("Go"), "group", S ("Baiyan"), NULL));
  world_do (world, "task.add",
            wf_dict_make ("task", S ("t-else"), "incident", S ("i1"), "text", S ("Go"), "group", S ("Watch"), NULL));
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "task.acknowledge", wf_dict_make ("task", S ("t-town"), NULL)), NULL);
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "task.acknowledge", wf_dict_make ("task", S ("t-else"), NULL)),
               "rights.organisation");

  g_assert_true (wf_rights_reads (world->state, "city-1", NULL));
  g_assert_false (wf_rights_reads (world->state, "town-1", NULL));
  g_assert_false (wf_rights_reads (world->state, "firm-man", NULL));
  g_assert_false (wf_rights_reads (world->state, "unit-1", "unit"));
  g_assert_false (wf_rights_reads (world->state, "ghost", NULL));
  g_assert_true (wf_rights_reads (world->state, "ghost", "viewer"));
}

/* What was approved by telephone is signed by a commander, with their own account and name. */
static void
test_signing (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  activate (world, "i1", 3);
  world_do (world, "user.add", wf_dict_make ("user", S ("wang"), "name", S ("Wang"), "role", S ("commander"), NULL));
  add_user (world, "li", "duty_officer", NULL);

#define SIGN(name) wf_dict_make ("incident", S ("i1"), "step", I (0), "signed_by", S (name), NULL)
  assert_rule (ask (world, "li", NULL, WF_LIVE, "approval.sign", SIGN ("li")), "rights.role");
  assert_rule (ask (world, "wang", NULL, WF_LIVE, "approval.sign", SIGN ("Zhao")), "approval.signer-other");
  assert_rule (ask (world, "wang", NULL, WF_LIVE, "approval.sign", SIGN ("Wang")), NULL);
}

static GVariant *
put (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) entity = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  g_autoptr (GPtrArray) entities = g_ptr_array_new ();

  g_assert_no_error (error);
  g_ptr_array_add (entities, entity);
  return wf_dict_make ("entities", wf_value_objects (entities), NULL);
}

static void
test_registry (void)
{
  g_autoptr (World) world = world_new ();

  enter (world, "{'kind': <'organisation'>, 'id': <'town'>, 'fields': <{'name': <'Baiyan'>, 'tier': <'township'>}>}");
  enter (world, "{'kind': <'depot'>, 'id': <'depot-9'>, 'fields': <{'name': <'Town store'>, 'tier': <'township'>,"
                " 'organisation': <'town'>}>}");
  add_user (world, "town-1", "operator", "town");
  add_user (world, "firm-man", "operator", "firm-1");
  add_user (world, "li", "operator", NULL);
  add_user (world, "root", "administrator", NULL);

#define DEPOT "{'kind': <'depot'>, 'id': <'depot-9'>, 'fields': <{'name': <'Store'>, 'tier': <'township'>, 'organisation': <'town'>}>}"
#define GIVEN "{'kind': <'depot'>, 'id': <'depot-9'>, 'fields': <{'name': <'Store'>, 'tier': <'township'>, 'organisation': <'x'>}>}"
#define TAKEN "{'kind': <'depot'>, 'id': <'depot-1'>, 'fields': <{'name': <'Main'>, 'tier': <'district'>, 'organisation': <'town'>}>}"
#define LOT "{'kind': <'stock'>, 'id': <'lot'>, 'fields': <{'depot': <'depot-9'>, 'name': <'x'>, 'unit': <'l'>, 'quantity': <1.0>}>}"
#define OTHER "{'kind': <'stock'>, 'id': <'lot'>, 'fields': <{'depot': <'depot-1'>, 'name': <'x'>, 'unit': <'l'>, 'quantity': <1.0>}>}"
#define FIRM "{'kind': <'firm'>, 'id': <'firm-1'>, 'fields': <{'name': <'Works and sons'>}>}"
#define TANK "{'kind': <'hazard_source'>, 'id': <'tank'>, 'fields': <{'name': <'Tank'>, 'firm': <'firm-1'>}>}"
#define CODE "{'kind': <'capability'>, 'id': <'fire'>, 'fields': <{'code': <'fire'>, 'name': <'Fire'>}>}"
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "registry.put", put (DEPOT)), NULL);
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "registry.put", put (GIVEN)), "rights.organisation");
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "registry.put", put (TAKEN)), "rights.organisation");
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "registry.put", put (LOT)), NULL);
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "registry.put", put (OTHER)), "rights.organisation");
  assert_rule (ask (world, "town-1", NULL, WF_LIVE, "registry.put", put (FIRM)), "rights.organisation");
  assert_rule (ask (world, "firm-man", NULL, WF_LIVE, "registry.put", put (FIRM)), NULL);
  assert_rule (ask (world, "firm-man", NULL, WF_LIVE, "registry.put", put (TANK)), NULL);
  assert_rule (ask (world, "li", NULL, WF_LIVE, "registry.put", put (TAKEN)), NULL);
  assert_rule (ask (world, "li", NULL, WF_LIVE, "registry.put", put (CODE)), "rights.role");
  assert_rule (ask (world, "root", NULL, WF_LIVE, "registry.put", put (CODE)), NULL);
}

/* Who may see what is recorded: one role and the whole desk, where it is not for all. */
static void
test_audience (void)
{
  static const struct
  {
    const char *audience;
    const char *hear; /* letters as above */
  } rows[] = {
    { "all", "vdocrauD" }, { NULL, "vdocrauD" }, { "administrator", "aD" }, { "drill_coordinator", "rD" },
    { "of another time", "D" },
  };
  guint n;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (letters); j++)
      g_assert_cmpint (wf_rights_hears (wf_role_from_name (letters[j].role), rows[i].audience), ==,
                       strchr (rows[i].hear, letters[j].letter) != NULL);

  /* What was recorded for all in the time before is meant for those whom it is meant for now. */
  g_assert_false (wf_rights_hears_event (WF_ROLE_VIEWER, "all", "user.added"));
  g_assert_true (wf_rights_hears_event (WF_ROLE_ADMINISTRATOR, "all", "user.added"));
  g_assert_false (wf_rights_hears_event (WF_ROLE_VIEWER, "administrator", "log.added"));
  g_assert_true (wf_rights_hears_event (WF_ROLE_VIEWER, "all", "of.tomorrow"));

  g_assert_true (wf_rights_hear_alike (WF_ROLE_VIEWER, WF_ROLE_COMMANDER));
  g_assert_true (wf_rights_hear_alike (WF_ROLE_ADMINISTRATOR, WF_ROLE_DESK));
  g_assert_false (wf_rights_hear_alike (WF_ROLE_VIEWER, WF_ROLE_ADMINISTRATOR));

  /* An event that not all may see changes only things that the same may see, and the other way round: else a copy without
   * the one would differ in the other. */
  const WfEventType *types = wf_event_type_all (&n);
  for (guint i = 0; i < n; i++)
    {
      const WfKind *kind = g_str_has_prefix (types[i].name, "user.") ? wf_kind_lookup ("user") : NULL;

      g_assert_cmpstr (types[i].audience, ==, kind != NULL ? kind->audience : NULL);
      g_assert_true (types[i].audience == NULL || wf_role_from_name (types[i].audience) != WF_ROLE_NONE);
    }
  const WfKind *kinds = wf_kind_all (&n);
  for (guint i = 0; i < n; i++)
    g_assert_true (kinds[i].audience == NULL || (!kinds[i].registry && strcmp (kinds[i].name, "user") == 0));

  /* It stands in the header from the moment of the decision. */
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) who = wf_dict_make ("user", S ("zhao"), "name", S ("Zhao"), "role", S ("viewer"), NULL);
  g_autoptr (WfCommand) plain = wf_command_new ("c-1", "user.add", WF_LIVE, "boss", NULL, world->now.real, NULL, NULL, who);
  g_autoptr (WfCommand) command = wf_command_with_role (plain, "administrator");
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GPtrArray) events = wf_rules_decide (world->state, command, &world->now, &problem);

  g_assert_cmpuint (events->len, ==, 1);
  g_assert_cmpstr (((WfEvent *) g_ptr_array_index (events, 0))->audience, ==, "administrator");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rights/audience", test_audience);
  g_test_add_func ("/rights/matrix", test_matrix);
  g_test_add_func ("/rights/who", test_who);
  g_test_add_func ("/rights/users", test_users);
  g_test_add_func ("/rights/reach", test_reach);
  g_test_add_func ("/rights/registry", test_registry);
  g_test_add_func ("/rights/signing", test_signing);

  return g_test_run ();
}
