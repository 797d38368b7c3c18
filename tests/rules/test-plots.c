/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-plot.h"
#include "wf-time.h"

/* A command's payload as text, for what has points in it. */
static GVariant *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return value;
}

static void
draw (World      *world,
      const char *text)
{
  world_do (world, "plot.draw", parse (text));
}

static void
refuse (World      *world,
        const char *text,
        const char *rule,
        const char *field)
{
  world_refuses (world, "plot.draw", parse (text), rule, field);
}

#define SQUARE "<[(109.8, 40.6), (109.9, 40.6), (109.9, 40.7), (109.8, 40.7)]>"

static void
test_draw (void)
{
  g_autoptr (World) world = world_new ();
  double lon, lat;

  report_incident (world, "i1");
  world_pass (world, WF_MINUTE);
  draw (world, "{'plot': <'p1'>, 'incident': <'i1'>, 'type': <'polygon'>, 'points': " SQUARE ", 'label': <'Search'>}");
  draw (world, "{'plot': <'p2'>, 'type': <'fire_line'>, 'points': <[(109.8, 40.6), (109.9, 40.6)]>, 'from': <int64 1782900000000>}");

  g_autoptr (WfEntity) area = world_get (world, "plot", "p1");
  g_assert_cmpstr (wf_entity_string (area, "incident"), ==, "i1");
  g_assert_cmpstr (wf_entity_string (area, "label"), ==, "Search");
  g_assert_cmpint (wf_entity_time (area, "from"), ==, START + WF_MINUTE);
  g_assert_cmpint (wf_entity_time (area, "drawn_at"), ==, START + WF_MINUTE);
  g_assert_true (wf_entity_point (area, "location", &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, 109.85, 1e-9);
  g_assert_cmpfloat_with_epsilon (lat, 40.65, 1e-9);
  g_assert_nonnull (wf_entity_string (area, "author"));

  g_autoptr (WfEntity) line = world_get (world, "plot", "p2");
  g_assert_cmpint (wf_entity_time (line, "from"), ==, G_GINT64_CONSTANT (1782900000000));
  g_assert_null (wf_entity_string (line, "incident"));

  refuse (world, "{'plot': <'p1'>, 'type': <'point'>, 'points': <[(109.8, 40.6)]>}", "id.taken", "plot");
  refuse (world, "{'plot': <'p9'>, 'incident': <'i9'>, 'type': <'point'>, 'points': <[(109.8, 40.6)]>}", "incident.unknown",
          "incident");
  refuse (world, "{'plot': <'p9'>, 'type': <'star'>, 'points': <[(109.8, 40.6)]>}", "field.invalid", "type");
}

/* Every type in the shapes that it may have, and in none that it may not. */
static void
test_types (void)
{
  static const char *const shapes[] = {
    "'points': <[(109.8, 40.6)]>", "'points': <[(109.8, 40.6), (109.9, 40.6)]>", ("'points': " SQUARE),
    "'points': <[(109.8, 40.6)]>, 'radius_m': <500.0>"
  };
  g_autoptr (World) world = world_new ();
  guint drawn = 0;

  for (gsize i = 0; wf_plot_types[i] != NULL; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (shapes); j++)
      {
        gboolean zone = g_str_equal (wf_plot_types[i], "danger_zone");
        WfPlotShape may = wf_plot_type_get_shapes (wf_plot_types[i]);
        g_autofree char *text =
          g_strdup_printf ("{'plot': <'p-%u'>, 'type': <'%s'>, 'label': <'x'>, %s%s}", world->commands, wf_plot_types[i],
                           shapes[j], zone ? ", 'danger': <'low'>" : "");
        g_autoptr (WfCommand) command = world_command (world, "plot.draw", parse (text));
        g_autoptr (WfProblem) problem = world_try (world, command);
        /* A line with a third and fourth point is still one. */
        gboolean good = (may & (1 << j)) != 0 || (j == 2 && (may & WF_PLOT_LINE) != 0);

        g_test_message ("%s: %s", text, problem != NULL ? problem->rule : "drawn");
        g_assert_cmpint (problem == NULL, ==, good);
        if (problem != NULL)
          {
            g_autofree char *message = wf_problem_message (problem);

            g_assert_cmpint (problem->kind, ==, WF_PROBLEM_INVALID);
            g_assert_cmpuint (strlen (message), >, 10);
          }
        else
          drawn++;
      }

  g_assert_cmpuint (drawn, ==, 2 + 4 * 2 + 1 + 2 + 3 * 2);
}

static void
test_geometry (void)
{
  g_autoptr (World) world = world_new ();

#define DRAW(type, rest) "{'plot': <'p'>, 'type': <'" type "'>, " rest "}"
  refuse (world, DRAW ("line", "'points': <[(109.8, 40.6), (190.0, 40.6)]>"), "field.invalid", "points[1]");
  refuse (world, DRAW ("line", "'points': <[(40.6, 109.8), (40.6, 109.9)]>"), "field.invalid", "points[0]");
  refuse (world, DRAW ("line", "'points': <[(109.8, 40.6), (109.8, 40.6)]>"), "plot.point-twice", "points[1]");
  refuse (world, DRAW ("polygon", "'points': <[(109.8, 40.6), (109.9, 40.6), (109.9, 40.7), (109.8, 40.6)]>"), "plot.point-twice",
          "points[0]");
  refuse (world, DRAW ("polygon", "'points': <[(179.5, 50.0), (-179.5, 50.0), (-179.5, 51.0)]>"), "plot.antimeridian", "points");
  refuse (world, DRAW ("circle", "'points': <[(179.99, 50.0)]>, 'radius_m': <5000.0>"), "plot.antimeridian", "points");
  refuse (world, DRAW ("circle", "'points': <[(109.8, 85.0)]>, 'radius_m': <50000.0>"), "plot.at-pole", "points");
  refuse (world, DRAW ("point", "'points': <[(109.8, 89.0)]>"), "plot.at-pole", "points");
  refuse (world, DRAW ("circle", "'points': <[(109.8, 40.0)]>, 'radius_m': <200001.0>"), "field.invalid", "radius_m");
  refuse (world, DRAW ("circle", "'points': <[(109.8, 40.0)]>, 'radius_m': <0.5>"), "field.invalid", "radius_m");
  refuse (world, DRAW ("circle", "'points': <[(109.8, 40.0), (109.9, 40.0)]>, 'radius_m': <5.0>"), "plot.one-point", "points");
  refuse (world, DRAW ("polygon", "'points': <@a(dd) []>"), "plot.too-few-points", "points");

  /* Which edges: a bow tie's first and third. */
  g_autoptr (WfCommand) command =
    world_command (world, "plot.draw",
                   parse (DRAW ("polygon", "'points': <[(109.8, 40.6), (109.9, 40.7), (109.9, 40.6), (109.8, 40.7)]>")));
  g_autoptr (WfProblem) problem = world_try (world, command);
  g_assert_cmpstr (problem->rule, ==, "plot.crosses-itself");
  g_assert_cmpstr (problem->detail, ==, "1–2 × 3–4");

  g_autoptr (GString) many = g_string_new ("{'plot': <'p'>, 'type': <'line'>, 'points': <[(109.0, 40.0)");
  for (guint i = 1; i <= WF_PLOT_POINTS_MAX; i++)
    g_string_append_printf (many, ", (109.0, 40.%06u)", i);
  g_string_append (many, "]>}");
  refuse (world, many->str, "field.invalid", "points");
#undef DRAW
}

static void
test_danger_zone (void)
{
  g_autoptr (World) world = world_new ();

#define ZONE(rest) "{'plot': <'z1'>, 'type': <'danger_zone'>, 'points': <[(109.8, 40.6)]>, 'radius_m': <500.0>" rest "}"
  refuse (world, ZONE (), "plot.danger-missing", "danger");
  refuse (world, ZONE (", 'danger': <'high'>, 'from': <int64 1782900000000>, 'until': <int64 1782900000000>"), "plot.over-before",
          "until");
  refuse (world, "{'plot': <'p1'>, 'type': <'polygon'>, 'points': " SQUARE ", 'substance': <'ammonia'>}", "plot.danger-only",
          "substance");
  refuse (world, "{'plot': <'p1'>, 'type': <'text'>, 'points': <[(109.8, 40.6)]>}", "plot.text-missing", "label");
  draw (world, ZONE (", 'danger': <'high'>, 'substance': <'ammonia'>, 'amount': <'12 t'>, 'model': <'guide 125'>,"
                     " 'wind': <{'from_degrees': <225.0>, 'speed': <3.2>, 'source': <'mast'>, 'at': <int64 1782907200000>}>"));
#undef ZONE

  g_autoptr (WfEntity) zone = world_get (world, "plot", "z1");
  g_autoptr (GVariant) wind = wf_entity_value (zone, "wind");
  g_assert_cmpfloat_with_epsilon (wf_dict_double (wind, "speed", 0), 3.2, 1e-9);
  g_assert_cmpstr (wf_entity_string (zone, "model"), ==, "guide 125");
}

static void
test_change (void)
{
  g_autoptr (World) world = world_new ();
  double lon, lat;

  report_incident (world, "i1");
  draw (world, "{'plot': <'p1'>, 'incident': <'i1'>, 'type': <'cordon'>, 'points': " SQUARE ", 'label': <'Inner'>}");
  world_pass (world, WF_HOUR);

  g_autoptr (WfEntity) before = world_get (world, "plot", "p1");
  world_refuses (world, "plot.change", parse ("{'plot': <'p1'>}"), "plot.nothing-changed", NULL);
  world_refuses (world, "plot.change", parse ("{'plot': <'p1'>, 'reason': <'x'>}"), "plot.nothing-changed", NULL);
  world_refuses (world, "plot.change", parse ("{'plot': <'p2'>, 'label': <'x'>}"), "plot.unknown", "plot");
  world_refuses (world, "plot.change", parse ("{'plot': <'p1'>, 'radius_m': <20.0>}"), "plot.one-point", "points");
  world_refuses (world, "plot.change", parse ("{'plot': <'p1'>, 'type': <'line'>}"), "field.unknown", "type");
  world_do (world, "plot.change", parse ("{'plot': <'p1'>, 'points': <[(110.0, 40.0)]>, 'radius_m': <800.0>}"));
  world_do (world, "plot.change", parse ("{'plot': <'p1'>, 'label': <()>, 'until': <int64 1782993600000>}"));

  g_autoptr (WfEntity) after = world_get (world, "plot", "p1");
  g_assert_null (wf_entity_string (after, "label"));
  g_assert_true (wf_entity_point (after, "location", &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, 110.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (wf_entity_double (after, "radius_m", 0), 800.0, 1e-9);
  g_assert_cmpint (wf_entity_time (after, "changed_at"), ==, START + WF_HOUR);
  g_assert_cmpstr (wf_entity_string (after, "type"), ==, "cordon");

  /* Somebody at another desk, who has not seen that yet, moves the old corners. */
  g_autoptr (GVariant) payload = parse ("{'plot': <'p1'>, 'points': " SQUARE ", 'radius_m': <()>}");
  g_autoptr (GVariant) base =
    g_variant_ref_sink (g_variant_new_parsed ("[{'kind': <'plot'>, 'id': <'p1'>, 'field': <'points'>, 'version': <%x>}]",
                                              wf_entity_version (before, "points")));
  g_autoptr (WfCommand) late = wf_command_new ("late", "plot.change", WF_LIVE, "desk-2", NULL, world->now.real, base, NULL,
                                               payload);
  g_autoptr (WfCommand) desk = wf_command_with_role (late, "desk");
  g_autoptr (WfProblem) problem = world_try (world, desk);
  g_assert_cmpstr (problem->rule, ==, "command.conflict");
  g_assert_cmpstr (problem->field, ==, "points");
}

static void
test_strike (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  draw (world, "{'plot': <'p1'>, 'incident': <'i1'>, 'type': <'point'>, 'points': <[(109.8, 40.6)]>}");
  world_refuses (world, "plot.strike", parse ("{'plot': <'p1'>}"), "field.missing", "reason");
  world_refuses (world, "plot.restore", parse ("{'plot': <'p1'>}"), "plot.not-struck", "plot");
  world_do (world, "plot.strike", parse ("{'plot': <'p1'>, 'reason': <'wrong place'>}"));
  world_refuses (world, "plot.strike", parse ("{'plot': <'p1'>, 'reason': <'x'>}"), "plot.struck-already", "plot");
  world_refuses (world, "plot.change", parse ("{'plot': <'p1'>, 'label': <'x'>}"), "plot.struck-already", "plot");

  g_autoptr (WfEntity) struck = world_get (world, "plot", "p1");
  g_assert_cmpstr (wf_entity_string (struck, "struck_reason"), ==, "wrong place");
  g_assert_false (wf_plot_holds (struck, world->now.scope));

  world_do (world, "plot.restore", parse ("{'plot': <'p1'>}"));
  g_autoptr (WfEntity) restored = world_get (world, "plot", "p1");
  g_assert_null (wf_entity_string (restored, "struck_reason"));
  g_assert_true (wf_plot_holds (restored, world->now.scope));

  /* Nothing is drawn on what is closed for good. */
  world_do (world, "incident.verify",
            wf_dict_make ("incident", S ("i1"), "outcome", S ("false"), "source", S ("119"), "text", S ("kettle"), NULL));
  world_do (world, "incident.archive", wf_dict_make ("incident", S ("i1"), NULL));
  world_refuses (world, "plot.strike", parse ("{'plot': <'p1'>, 'reason': <'x'>}"), "incident.archived", NULL);
  refuse (world, "{'plot': <'p2'>, 'incident': <'i1'>, 'type': <'point'>, 'points': <[(109.8, 40.6)]>}", "incident.archived",
          NULL);
}

/* The journal up to a moment gives the fire as it stood then: it grows, and goes out. */
static void
test_replay (void)
{
  static const struct
  {
    int64_t at;
    guint   holding;
    double  radius;
  } moments[] = {
    { START + 30 * WF_MINUTE, 1, 100 }, { START + 90 * WF_MINUTE, 2, 300 }, { START + 150 * WF_MINUTE, 1, 900 },
    { START + 300 * WF_MINUTE, 0, 900 },
  };
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  draw (world, "{'plot': <'fire'>, 'incident': <'i1'>, 'type': <'circle'>, 'points': <[(109.8, 40.6)]>, 'radius_m': <100.0>,"
               " 'until': <int64 1782921600000>}");
  world_pass (world, WF_HOUR);
  world_do (world, "plot.change", parse ("{'plot': <'fire'>, 'radius_m': <300.0>}"));
  draw (world, "{'plot': <'front'>, 'incident': <'i1'>, 'type': <'fire_line'>, 'points': <[(109.8, 40.6), (109.9, 40.6)]>}");
  world_pass (world, WF_HOUR);
  world_do (world, "plot.change", parse ("{'plot': <'fire'>, 'radius_m': <900.0>}"));
  world_do (world, "plot.strike", parse ("{'plot': <'front'>, 'reason': <'joined'>}"));

  for (gsize i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autoptr (WfState) then = wf_state_new ();
      guint holding = 0;

      for (guint j = 0; j < world->journal->len; j++)
        {
          WfEvent *event = g_ptr_array_index (world->journal, j);

          if (event->recorded_at <= moments[i].at)
            g_assert_true (wf_rules_apply_to (then, event, NULL, NULL));
        }

      g_autoptr (GPtrArray) plots = wf_state_list (then, WF_LIVE, "plot", "i1");
      g_autoptr (WfEntity) fire = wf_state_get (then, WF_LIVE, "plot", "fire");
      for (guint j = 0; j < plots->len; j++)
        holding += wf_plot_holds (g_ptr_array_index (plots, j), moments[i].at) ? 1 : 0;
      g_assert_cmpuint (holding, ==, moments[i].holding);
      g_assert_cmpfloat_with_epsilon (wf_entity_double (fire, "radius_m", 0), moments[i].radius, 1e-9);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/plots/draw", test_draw);
  g_test_add_func ("/rules/plots/types", test_types);
  g_test_add_func ("/rules/plots/geometry", test_geometry);
  g_test_add_func ("/rules/plots/danger-zone", test_danger_zone);
  g_test_add_func ("/rules/plots/change", test_change);
  g_test_add_func ("/rules/plots/strike", test_strike);
  g_test_add_func ("/rules/plots/replay", test_replay);

  return g_test_run ();
}
