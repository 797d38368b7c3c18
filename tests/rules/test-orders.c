/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-attention.h"
#include "wf-kind.h"
#include "wf-time.h"
#include "wf-wording.h"

static GVariant *
order_of (const char *id,
          const char *kind,
          const char *force)
{
  return wf_dict_make ("order", S (id), "incident", S ("i1"), "kind", S ("dispatch"), "force_kind", S (kind), "force",
                       S (force), NULL);
}

static GVariant *
step_of (const char *id,
         const char *step,
         const char *text)
{
  return wf_dict_make ("order", S (id), "step", S (step), "text", S (text), NULL);
}

static void
check_force (World      *world,
             const char *kind,
             const char *id,
             const char *state,
             const char *incident)
{
  g_autoptr (WfEntity) force = world_get (world, kind, id);

  g_assert_cmpstr (wf_entity_string (force, "state"), ==, state);
  g_assert_cmpstr (wf_entity_string (force, "incident"), ==, incident);
}

static void
test_steps (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  world_refuses (world, "order.issue", order_of ("o1", "team", "nobody"), "team.unknown", "force");
  world_refuses (world, "order.issue", order_of ("o1", "team", "team-4"), "force.out-of-service", "force");
  order (world, "o1", "i1", "team", "team-1");
  check_force (world, "team", "team-1", "called_out", "i1");
  world_refuses (world, "order.issue", order_of ("o1", "team", "team-2"), "id.taken", "order");
  world_refuses (world, "order.issue", order_of ("o2", "team", "team-1"), "force.busy", "force");

  world_refuses (world, "order.step", step_of ("o1", "working", NULL), "order.step-order", "step");
  world_refuses (world, "order.step", step_of ("o1", "back", NULL), "order.step-order", "step");
  world_refuses (world, "order.step", step_of ("o1", "refused", NULL), "order.reason-missing", "text");
  world_refuses (world, "order.step", step_of ("o1", "recalled", " "), "order.reason-missing", "text");
  world_refuses (world, "order.step", step_of ("o9", "acknowledged", NULL), "order.unknown", "order");

  step (world, "o1", "acknowledged");
  world_refuses (world, "order.step", step_of ("o1", "acknowledged", NULL), "order.step-order", "step");
  step (world, "o1", "under_way");
  world_refuses (world, "order.step", step_of ("o1", "refused", "too late"), "order.step-order", "step");
  check_force (world, "team", "team-1", "under_way", "i1");
  step (world, "o1", "on_scene");
  step (world, "o1", "working");
  check_force (world, "team", "team-1", "working", "i1");
  step (world, "o1", "released");
  check_force (world, "team", "team-1", "withdrawing", "i1");

  /* On its way back it can be sent elsewhere, and the end of the older order does not change that. */
  order (world, "o2", "i1", "team", "team-1");
  step (world, "o1", "back");
  check_force (world, "team", "team-1", "called_out", "i1");
  step (world, "o2", "refused");
  check_force (world, "team", "team-1", "standby", NULL);
  world_refuses (world, "order.step", step_of ("o2", "under_way", NULL), "order.step-order", "step");

  g_autoptr (WfEntity) first = world_get (world, "order", "o1");
  g_autoptr (GPtrArray) steps = wf_entity_objects (first, "steps");
  g_assert_cmpuint (steps->len, ==, 7);
}

static void
test_recall (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  order (world, "o1", "i1", "unit", "unit-1");
  step (world, "o1", "recalled");
  check_force (world, "unit", "unit-1", "standby", NULL);
  world_refuses (world, "order.step", step_of ("o1", "back", NULL), "order.step-order", "step");

  order (world, "o2", "i1", "expert", "expert-1");
  step (world, "o2", "on_scene");
  step (world, "o2", "recalled");
  check_force (world, "expert", "expert-1", "withdrawing", "i1");
  step (world, "o2", "back");
  check_force (world, "expert", "expert-1", "standby", NULL);
}

/* --- stock --- */

static void
check_stock (World      *world,
             const char *id,
             double      quantity,
             double      reserved)
{
  g_autoptr (WfEntity) stock = world_get (world, "stock", id);

  g_assert_cmpfloat (wf_entity_double (stock, "quantity", -1), ==, quantity);
  g_assert_cmpfloat (wf_entity_double (stock, "reserved", 0), ==, reserved);
}

static GVariant *
stock_order (const char *id,
             const char *depot,
             const char *stock,
             double      quantity)
{
  g_autoptr (GVariant) item = wf_dict_make ("stock", S (stock), "quantity", D (quantity), NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_ptr_array_add (items, item);
  return wf_dict_make ("order", S (id), "incident", S ("i1"), "kind", S ("directive"), "force_kind", S ("depot"), "force",
                       S (depot), "items", wf_value_objects (items), NULL);
}

static GVariant *
reservation_of (const char *id,
                const char *stock,
                double      quantity)
{
  return wf_dict_make ("reservation", S (id), "incident", S ("i1"), "stock", S (stock), "quantity", D (quantity), NULL);
}

static void
test_stock_order (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  world_refuses (world, "order.issue", stock_order ("o1", "depot-1", "foam-2", 10), "order.item-elsewhere", "items[0].stock");
  world_refuses (world, "order.issue", stock_order ("o1", "depot-1", "gold", 10), "stock.unknown", "items[0].stock");
  world_refuses (world, "order.issue", stock_order ("o1", "depot-1", "foam-1", 61), "stock.not-enough", "items[0].stock");
  world_refuses (world, "order.issue", stock_order ("o1", "depot-1", "foam-1", 0), "field.invalid", "items[0].quantity");

  world_do (world, "order.issue", stock_order ("o1", "depot-1", "foam-1", 40));
  check_stock (world, "foam-1", 60, 40);
  world_refuses (world, "order.issue", stock_order ("o2", "depot-1", "foam-1", 21), "stock.not-enough", "items[0].stock");
  world_do (world, "order.issue", stock_order ("o2", "depot-1", "foam-1", 20));
  check_stock (world, "foam-1", 60, 60);

  step (world, "o1", "acknowledged");
  check_stock (world, "foam-1", 60, 60);
  step (world, "o1", "under_way");
  check_stock (world, "foam-1", 20, 20);
  step (world, "o1", "on_scene");
  check_stock (world, "foam-1", 20, 20);

  step (world, "o2", "refused");
  check_stock (world, "foam-1", 20, 0);

  /* Called back on the way, it comes back into the store only when it is back. */
  step (world, "o1", "recalled");
  check_stock (world, "foam-1", 20, 0);
  step (world, "o1", "back");
  check_stock (world, "foam-1", 60, 0);

  g_autoptr (WfEntity) first = world_get (world, "order", "o1");
  g_autoptr (GPtrArray) items = wf_entity_objects (first, "items");
  g_assert_cmpstr (wf_dict_string (items->pdata[0], "name"), ==, "foam");
  g_assert_cmpstr (wf_dict_string (items->pdata[0], "unit"), ==, "l");
}

static void
test_items_of_others (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) good = stock_order ("o1", "depot-1", "foam-1", 1);
  g_autoptr (GVariant) to_team = wf_dict_make ("force_kind", S ("team"), "force", S ("team-1"), NULL);
  g_autoptr (GPtrArray) twice = wf_dict_objects (good, "items");
  g_autoptr (GVariant) doubled = NULL;

  report_incident (world, "i1");
  world_refuses (world, "order.issue", wf_dict_merge (good, to_team), "order.items-without-depot", "items");
  g_ptr_array_add (twice, g_variant_ref (twice->pdata[0]));
  doubled = wf_dict_make ("items", wf_value_objects (twice), NULL);
  world_refuses (world, "order.issue", wf_dict_merge (good, doubled), "order.item-twice", "items");

  /* A depot may be at work on several orders. */
  order (world, "o2", "i1", "depot", "depot-1");
  order (world, "o3", "i1", "depot", "depot-1");
}

static void
test_reservations (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  world_refuses (world, "stock.reserve", reservation_of ("v1", "foam-1", 60.5), "stock.not-enough", "quantity");
  world_do (world, "stock.reserve", reservation_of ("v1", "foam-1", 50));
  check_stock (world, "foam-1", 60, 50);
  world_refuses (world, "stock.reserve", reservation_of ("v2", "foam-1", 11), "stock.not-enough", "quantity");
  world_refuses (world, "stock.reserve", reservation_of ("v1", "foam-1", 1), "id.taken", "reservation");
  world_do (world, "stock.release", wf_dict_make ("reservation", S ("v1"), NULL));
  check_stock (world, "foam-1", 60, 0);
  world_refuses (world, "stock.release", wf_dict_make ("reservation", S ("v1"), NULL), "stock.not-held", NULL);

  /* The order takes over what was reserved for the incident. */
  world_do (world, "stock.reserve", reservation_of ("v2", "foam-1", 50));
  world_do (world, "order.issue", stock_order ("o1", "depot-1", "foam-1", 55));
  check_stock (world, "foam-1", 60, 55);
  g_autofree char *taken = world_string (world, "reservation", "v2", "state");
  g_autofree char *by = world_string (world, "reservation", "v2", "order");
  g_assert_cmpstr (taken, ==, "ordered");
  g_assert_cmpstr (by, ==, "o1");
  step (world, "o1", "refused");
  check_stock (world, "foam-1", 60, 0);
  g_autofree char *let_go = world_string (world, "reservation", "v2", "state");
  g_assert_cmpstr (let_go, ==, "released");

  /* What was reserved beyond the order is free again. */
  world_do (world, "stock.reserve", reservation_of ("v3", "foam-1", 60));
  world_do (world, "order.issue", stock_order ("o2", "depot-1", "foam-1", 0.1));
  check_stock (world, "foam-1", 60, 0.1);
  step (world, "o2", "under_way");
  g_autoptr (WfEntity) stock = world_get (world, "stock", "foam-1");
  g_assert_cmpfloat (wf_entity_double (stock, "reserved", -1), ==, 0);
}

/* --- registry --- */

static GVariant *
put (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *whole = g_strdup_printf ("{'entities': <[%s]>}", text);
  GVariant *payload = g_variant_parse (G_VARIANT_TYPE_VARDICT, whole, NULL, NULL, &error);

  g_assert_no_error (error);
  return payload;
}

#define TEAM(state) \
  "{'kind': <'team'>, 'id': <'team-1'>, 'fields': <{'name': <'Fire 1'>, 'nature': <'national'>, 'state': <'" state "'>}>}"

#define CAMERA(video) \
  "{'kind': <'camera'>, 'id': <'camera-1'>, 'fields': <{'name': <'Gate'>, 'video': <'" video "'>}>}"

static void
test_registry (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  world_refuses (world, "registry.put", put ("{'kind': <'task'>, 'id': <'t'>, 'fields': <@a{sv} {}>}"), "field.invalid",
                 "entities[0]");
  world_refuses (world, "registry.put",
                 put ("{'kind': <'stock'>, 'id': <'s'>, 'fields': <{'depot': <'none'>, 'name': <'x'>, 'unit': <'t'>,"
                      " 'quantity': <1.0>}>}"),
                 "registry.reference", "entities[0].fields.depot");
  world_refuses (world, "registry.put", put (TEAM ("standby") "," TEAM ("standby")), "registry.twice", "entities[1].id");
  world_refuses (world, "registry.put", put (CAMERA ("rtsp://admin:s3cret@10.1.1.1/live")), "video.password",
                 "entities[0].fields.video");
  world_refuses (world, "registry.put", put (CAMERA ("rtsp://admin:pa/ss@10.1.1.1/live")), "video.password",
                 "entities[0].fields.video");
  world_refuses (world, "registry.put", put (CAMERA ("rtsp://admin:7p/ss@10.1.1.1/live")), "video.password",
                 "entities[0].fields.video");
  world_refuses (world, "registry.put", put (CAMERA ("srt://10.1.1.1:9000?passphrase=s3cret-s3cret")), "video.password",
                 "entities[0].fields.video");
  world_refuses (world, "registry.put", put (CAMERA ("rtsp://admin:p@ss@10.1.1.1/live")), "video.password",
                 "entities[0].fields.video");
  world_do (world, "registry.put", put (CAMERA ("rtsp://[fe80::1]:554/a@b")));
  world_do (world, "registry.put", put (CAMERA ("rtsp://admin@10.1.1.1:554/a@b")));
  world_do (world, "registry.put", put (CAMERA ("rtsp://10.1.1.1:554/live?at=a:b@c")));
  world_refuses (world, "registry.put", put (TEAM ("asleep")), "field.invalid", "entities[0].fields.state");

  /* What it belongs to may come with it. */
  world_do (world, "registry.put",
            put ("{'kind': <'stock'>, 'id': <'s'>, 'fields': <{'depot': <'d9'>, 'name': <'x'>, 'unit': <'t'>,"
                 " 'quantity': <1.0>}>},"
                 "{'kind': <'depot'>, 'id': <'d9'>, 'fields': <{'name': <'New'>, 'tier': <'social'>}>}"));

  /* Only what differs gets a new number, and what is left out is gone. */
  g_autoptr (WfEntity) before = world_get (world, "team", "team-1");
  world_do (world, "registry.put", put (TEAM ("standby")));
  g_autoptr (WfEntity) after = world_get (world, "team", "team-1");
  g_assert_cmpint (wf_entity_version (after, "name"), >, wf_entity_version (before, "name"));
  g_assert_cmpint (wf_entity_version (after, "nature"), ==, wf_entity_version (before, "nature"));
  g_assert_false (wf_dict_has (wf_entity_fields (after), "capabilities"));

  /* An import does not bring a team home that is at work, nor free what is reserved. */
  order (world, "o1", "i1", "team", "team-1");
  world_do (world, "registry.put", put (TEAM ("standby")));
  check_force (world, "team", "team-1", "called_out", "i1");
  world_do (world, "stock.reserve", reservation_of ("v1", "foam-1", 50));
  world_refuses (world, "registry.put",
                 put ("{'kind': <'stock'>, 'id': <'foam-1'>, 'fields': <{'depot': <'depot-1'>, 'name': <'foam'>,"
                      " 'unit': <'l'>, 'quantity': <49.0>}>}"),
                 "stock.below-reserved", "entities[0].fields.quantity");
  world_do (world, "registry.put",
            put ("{'kind': <'stock'>, 'id': <'foam-1'>, 'fields': <{'depot': <'depot-1'>, 'name': <'foam'>,"
                 " 'unit': <'l'>, 'quantity': <70.0>, 'reserved': <0.0>}>}"));
  check_stock (world, "foam-1", 70, 50);
}

#define PLAN(tasks) \
  "{'kind': <'plan'>, 'id': <'p'>, 'fields': <{'title': <'P'>, 'kind': <'special'>, 'version': <'1'>, 'levels': <[" \
  "{'level': <int64 4>, 'authority': <'x'>, 'hours': <int64 1>, 'conditions_text': <'x'>, 'tasks': <[" tasks "]>}]>}>}"
#define TASK(code, trigger) \
  "{'code': <'" code "'>, 'text': <'x'>, 'group': <'x'>, 'trigger': <{" trigger "}>}"

static void
test_plans (void)
{
  g_autoptr (World) world = world_new ();

  world_refuses (world, "registry.put", put (PLAN (TASK ("A", "'on': <'level'>") "," TASK ("A", "'on': <'level'>"))),
                 "plan.code-twice", "entities[0].fields.levels[0].tasks[1].code");
  world_refuses (world, "registry.put", put (PLAN (TASK ("A", "'on': <'after'>, 'after': <'B'>"))), "plan.after-unknown",
                 "entities[0].fields.levels[0].tasks[0].trigger");
  world_refuses (world, "registry.put", put (PLAN (TASK ("A", "'on': <'after'>"))), "plan.trigger", NULL);
  world_refuses (world, "registry.put", put (PLAN (TASK ("A", "'on': <'event'>, 'event': <'rain'>"))), "plan.trigger", NULL);
  world_do (world, "registry.put",
            put (PLAN (TASK ("A", "'on': <'event'>, 'event': <'task.completed'>") ","
                       TASK ("B", "'on': <'after'>, 'after': <'A'>"))));
}

/* --- attention --- */

static char *
used_up (World *world)
{
  g_autoptr (GPtrArray) names = wf_rules_used_up (world->state, world->scope, "depot-1");

  if (names == NULL)
    return g_strdup ("");
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **) names->pdata);
}

static void
check_used_up (World      *world,
               const char *names)
{
  g_autofree char *found = used_up (world);

  g_assert_cmpstr (found, ==, names);
}

#define LOT(id, name, code, quantity, more) \
  "{'kind': <'stock'>, 'id': <'" id "'>, 'fields': <{'depot': <'depot-1'>, 'name': <'" name "'>, 'code': <'" code "'>," \
  "  'unit': <'l'>, 'quantity': <" quantity ">" more "}>}"

/* What a depot is out of: all lots of an item together, without what is reserved. */
static void
test_used_up (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (WfEntity) depot = world_get (world, "depot", "depot-1");

  report_incident (world, "i1");
  check_used_up (world, "");
  world_do (world, "registry.put", put (LOT ("rope-1", "rope", "", "0.0", "")));
  check_used_up (world, "");
  world_do (world, "registry.put", put (LOT ("rope-1", "rope", "", "0.0", ", 'minimum': <5.0>")));
  check_used_up (world, "rope");

  world_do (world, "registry.put", put (LOT ("foam-3", "foam", "F1", "20.0", ", 'minimum': <15.0>")));
  world_do (world, "registry.put", put (LOT ("foam-4", "foam", "F1", "10.0", ", 'expires': <int64 1>")));
  world_do (world, "stock.reserve", reservation_of ("v1", "foam-3", 20));
  check_used_up (world, "rope");
  world_do (world, "stock.reserve", reservation_of ("v2", "foam-4", 10));
  check_used_up (world, "foam rope");
  g_autofree char *said = wf_wording_attention (world->state, world->scope, depot);
  g_assert_cmpstr (said, ==, "nothing left of foam, rope");
  world_do (world, "stock.release", wf_dict_make ("reservation", S ("v1"), NULL));
  check_used_up (world, "rope");
}

/* Full is who says that there is room for nobody, not who says nothing. */
static void
test_full (void)
{
  static const struct
  {
    const char *fields;
    gboolean    full;
  } places[] = {
    { "'capacity': <int64 100>, 'free': <int64 0>", TRUE },
    { "'capacity': <int64 100>, 'free': <int64 1>", FALSE },
    { "'capacity': <int64 100>", FALSE },
    { "'capacity': <int64 0>, 'free': <int64 0>", FALSE },
    { "'free': <int64 0>", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (World) world = world_new ();
      g_autofree char *text = g_strdup_printf ("{'kind': <'shelter'>, 'id': <'s1'>, 'fields': <{'name': <'School'>, %s}>}",
                                               places[i].fields);
      g_autoptr (WfEntity) shelter = NULL;
      g_autofree char *said = NULL;

      world_do (world, "registry.put", put (text));
      shelter = world_get (world, "shelter", "s1");
      said = wf_wording_attention (world->state, world->scope, shelter);
      g_assert_cmpint (wf_rules_is_full (shelter), ==, places[i].full);
      g_assert_cmpstr (said, ==, places[i].full ? "full" : NULL);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/orders/steps", test_steps);
  g_test_add_func ("/rules/orders/recall", test_recall);
  g_test_add_func ("/rules/orders/stock", test_stock_order);
  g_test_add_func ("/rules/orders/items-of-others", test_items_of_others);
  g_test_add_func ("/rules/orders/reservations", test_reservations);
  g_test_add_func ("/rules/orders/registry", test_registry);
  g_test_add_func ("/rules/orders/plans", test_plans);

  g_test_add_func ("/rules/orders/used-up", test_used_up);
  g_test_add_func ("/rules/orders/full", test_full);

  return g_test_run ();
}
