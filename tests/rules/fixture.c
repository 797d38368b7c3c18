/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-id.h"
#include "wf-kind.h"
#include "wf-time.h"

/* What the registry of the small district has, as GVariant text: kind, id, fields. */
static const char *const registry[] = {
  "{'kind': <'plan'>, 'id': <'common'>, 'fields': <{"
  "  'title': <'Every incident'>, 'kind': <'common'>, 'version': <'1'>,"
  "  'tasks': <[{'code': <'G01'>, 'text': <'Write it down'>, 'group': <'Watch'>, 'trigger': <{'on': <'t0'>}>,"
  "              'minutes': <int64 3>, 'returns': <'text'>},"
  "             {'code': <'G07'>, 'text': <'Tell the police'>, 'group': <'Watch'>, 'trigger': <{'on': <'t0'>}>,"
  "              'minutes': <int64 60>, 'classes': <['accident.']>},"
  "             {'code': <'G11'>, 'text': <'Call the leader'>, 'group': <'Watch'>, 'trigger': <{'on': <'activation'>}>,"
  "              'minutes': <int64 5>},"
  "             {'code': <'G12'>, 'text': <'Thank the caller'>, 'group': <'Watch'>,"
  "              'trigger': <{'on': <'event'>, 'event': <'incident.controlled'>}>, 'minutes': <int64 30>}]>,"
  "  'reports': <[{'recipient': <'Party'>, 'phone': <'1'>, 'medium': <'phone'>, 'series': <'first'>, 'minutes': <int64 20>,"
  "                'basis': <'20 minutes'>},"
  "               {'recipient': <'Party'>, 'medium': <'written'>, 'series': <'first'>, 'minutes': <int64 40>},"
  "               {'recipient': <'City'>, 'medium': <'phone'>, 'series': <'first'>, 'minutes': <int64 20>}]>}>}",

  "{'kind': <'plan'>, 'id': <'hazchem'>, 'fields': <{"
  "  'title': <'Chemicals'>, 'kind': <'special'>, 'version': <'2026'>, 'classes': <['accident.hazchem.']>,"
  "  'facts': <[{'name': <'leak_tonnes'>, 'label': <'Leaked'>, 'type': <'number'>, 'unit': <'t'>}]>,"
  "  'levels': <["
  "    {'level': <int64 4>, 'authority': <'Director'>, 'hours': <int64 12>, 'conditions_text': <'small'>,"
  "     'conditions': <[{'fact': <'serious'>, 'min': <1.0>, 'max': <2.0>, 'text': <'one or two hurt'>},"
  "                     {'fact': <'small_leak'>, 'yes': <true>, 'text': <'a small leak'>}]>,"
  "     'tasks': <[{'code': <'C4-01'>, 'text': <'Firm starts its plan'>, 'group': <'Firm'>,"
  "                 'trigger': <{'on': <'activation'>}>, 'minutes': <int64 10>, 'returns': <'text'>},"
  "                {'code': <'C4-02'>, 'text': <'Log who goes in'>, 'group': <'Rescue'>,"
  "                 'trigger': <{'on': <'after'>, 'after': <'C4-01'>}>, 'minutes': <int64 15>},"
  "                {'code': <'C4-11'>, 'text': <'Call round'>, 'group': <'Watch'>, 'trigger': <{'on': <'activation'>}>,"
  "                 'minutes': <int64 30>, 'repeat_minutes': <int64 30>}]>,"
  "     'reports': <[{'recipient': <'City'>, 'medium': <'written'>, 'series': <'followup'>, 'minutes': <int64 1440>,"
  "                   'repeat_minutes': <int64 1440>},"
  "                  {'recipient': <'City'>, 'medium': <'written'>, 'series': <'final'>, 'minutes': <int64 1440>}]>,"
  "     'needs': <[{'capability': <'hazmat.rescue'>, 'quantity': <1.0>, 'text': <'one team'>},"
  "                {'item': <'foam'>, 'quantity': <100.0>, 'text': <'foam'>}]>},"
  "    {'level': <int64 3>, 'authority': <'Deputy'>, 'hours': <int64 24>, 'conditions_text': <'beyond the fence'>,"
  "     'conditions': <[{'fact': <'deaths'>, 'min': <1.0>, 'text': <'a death'>},"
  "                     {'fact': <'leak_tonnes'>, 'min': <1.0>, 'with': <'toxic_gas'>, 'text': <'a tonne of toxic gas'>},"
  "                     {'fact': <'evacuate'>, 'min': <100.0>, 'text': <'100 to evacuate'>}]>,"
  "     'tasks': <[{'code': <'C3-01'>, 'text': <'Set up headquarters'>, 'group': <'Office'>,"
  "                 'trigger': <{'on': <'level'>}>, 'minutes': <int64 30>, 'returns': <'place'>},"
  "                {'code': <'C3-05'>, 'text': <'Evacuate downwind'>, 'group': <'Township'>,"
  "                 'trigger': <{'on': <'level'>}>, 'minutes': <int64 60>, 'returns': <'pair'>}]>,"
  "     'reports': <[{'recipient': <'City'>, 'medium': <'written'>, 'series': <'followup'>, 'minutes': <int64 120>,"
  "                   'repeat_minutes': <int64 120>}]>,"
  "     'needs': <[{'capability': <'hazmat.rescue'>, 'quantity': <2.0>, 'text': <'two teams'>},"
  "                {'capability': <'medical'>, 'text': <'ambulances'>}]>},"
  "    {'level': <int64 2>, 'authority': <'Commander'>, 'hours': <int64 48>, 'conditions_text': <'large'>,"
  "     'conditions': <[{'fact': <'deaths'>, 'min': <3.0>, 'text': <'three deaths'>},"
  "                     {'fact': <'leak_tonnes'>, 'min': <10.0>, 'text': <'ten tonnes'>}]>,"
  "     'tasks': <[{'code': <'C2-10'>, 'text': <'Requisition'>, 'group': <'Office'>, 'trigger': <{'on': <'manual'>}>},"
  "                {'code': <'C2-02'>, 'text': <'Ask the city for help'>, 'group': <'Office'>,"
  "                 'trigger': <{'on': <'level'>}>, 'minutes': <int64 15>, 'returns': <'signature'>}]>,"
  "     'reports': <[{'recipient': <'Region'>, 'medium': <'written'>, 'series': <'first'>, 'minutes': <int64 60>}]>}]>}>}",

  "{'kind': <'grade_table'>, 'id': <'work'>, 'fields': <{'title': <'Decree 493'>, 'classes': <['accident.']>, 'rows': <["
  "  {'grade': <'extraordinary'>, 'fact': <'deaths'>, 'min': <30.0>}, {'grade': <'major'>, 'fact': <'deaths'>, 'min': <10.0>},"
  "  {'grade': <'larger'>, 'fact': <'deaths'>, 'min': <3.0>}, {'grade': <'ordinary'>, 'fact': <'deaths'>, 'min': <0.0>},"
  "  {'grade': <'extraordinary'>, 'fact': <'serious'>, 'min': <100.0>}, {'grade': <'major'>, 'fact': <'serious'>, 'min': <50.0>},"
  "  {'grade': <'larger'>, 'fact': <'serious'>, 'min': <10.0>}, {'grade': <'ordinary'>, 'fact': <'serious'>, 'min': <0.0>},"
  "  {'grade': <'extraordinary'>, 'fact': <'loss_yuan'>, 'min': <100000000.0>},"
  "  {'grade': <'major'>, 'fact': <'loss_yuan'>, 'min': <50000000.0>},"
  "  {'grade': <'larger'>, 'fact': <'loss_yuan'>, 'min': <10000000.0>},"
  "  {'grade': <'ordinary'>, 'fact': <'loss_yuan'>, 'min': <0.0>}]>}>}",
  "{'kind': <'grade_table'>, 'id': <'traffic'>, 'fields': <{'title': <'Roads'>, 'classes': <['accident.traffic.']>, 'rows': <["
  "  {'grade': <'major'>, 'fact': <'deaths'>, 'min': <3.0>}]>}>}",

  "{'kind': <'incident_class'>, 'id': <'accident.hazchem.leak'>, 'fields': <{'code': <'accident.hazchem.leak'>,"
  "  'name': <'Leak'>, 'category': <'accident'>}>}",
  "{'kind': <'firm'>, 'id': <'firm-1'>, 'fields': <{'name': <'Works'>}>}",
  "{'kind': <'person'>, 'id': <'p1'>, 'fields': <{'name': <'Li Watch'>}>}",

  "{'kind': <'team'>, 'id': <'team-1'>, 'fields': <{'name': <'Fire One'>, 'nature': <'national'>, 'state': <'standby'>,"
  "  'capabilities': <['hazmat.rescue', 'fire']>, 'location': <(109.90, 40.60)>, 'readiness_minutes': <int64 2>}>}",
  "{'kind': <'team'>, 'id': <'team-2'>, 'fields': <{'name': <'Fire Two'>, 'nature': <'national'>, 'state': <'standby'>,"
  "  'capabilities': <['hazmat.rescue', 'medical']>, 'location': <(109.92, 40.60)>, 'readiness_minutes': <int64 2>}>}",
  "{'kind': <'team'>, 'id': <'team-3'>, 'fields': <{'name': <'Divers'>, 'nature': <'social'>, 'state': <'standby'>,"
  "  'capabilities': <['diving']>, 'location': <(109.80, 40.60)>, 'readiness_minutes': <int64 1>}>}",
  "{'kind': <'team'>, 'id': <'team-4'>, 'fields': <{'name': <'Wreckers'>, 'nature': <'social'>, 'state': <'out_of_service'>,"
  "  'capabilities': <['hazmat.rescue']>}>}",
  "{'kind': <'unit'>, 'id': <'unit-1'>, 'fields': <{'name': <'Command One'>, 'type': <'command'>, 'state': <'standby'>,"
  "  'location': <(109.85, 40.61)>}>}",
  "{'kind': <'pool'>, 'id': <'pool-1'>, 'fields': <{'name': <'Chemists'>, 'speciality': <'chemistry'>}>}",
  "{'kind': <'expert'>, 'id': <'expert-1'>, 'fields': <{'name': <'Dr Wang'>, 'pool': <'pool-1'>, 'state': <'standby'>}>}",
  "{'kind': <'depot'>, 'id': <'depot-1'>, 'fields': <{'name': <'Main store'>, 'tier': <'district'>,"
  "  'location': <(109.83, 40.60)>}>}",
  "{'kind': <'depot'>, 'id': <'depot-2'>, 'fields': <{'name': <'Far store'>, 'tier': <'township'>,"
  "  'location': <(110.30, 40.60)>}>}",
  "{'kind': <'stock'>, 'id': <'foam-1'>, 'fields': <{'depot': <'depot-1'>, 'name': <'foam'>, 'unit': <'l'>,"
  "  'quantity': <60.0>}>}",
  "{'kind': <'stock'>, 'id': <'foam-2'>, 'fields': <{'depot': <'depot-2'>, 'name': <'foam'>, 'unit': <'l'>,"
  "  'quantity': <500.0>}>}",
  "{'kind': <'stock'>, 'id': <'sand-1'>, 'fields': <{'depot': <'depot-1'>, 'name': <'sand'>, 'unit': <'t'>,"
  "  'quantity': <10.0>}>}",
};

static GVariant *
make_registry (void)
{
  g_autoptr (GPtrArray) entities = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (registry); i++)
    {
      g_autoptr (GError) error = NULL;
      GVariant *entity = g_variant_parse (G_VARIANT_TYPE_VARDICT, registry[i], NULL, NULL, &error);

      g_assert_no_error (error);
      g_ptr_array_add (entities, entity);
    }

  return wf_dict_make ("entities", wf_value_objects (entities), NULL);
}

World *
world_new (void)
{
  World *self = g_new0 (World, 1);

  self->state = wf_state_new ();
  self->now = (WfMoment) { START, START };
  self->journal = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  self->scope = g_strdup (WF_LIVE);

  world_do (self, "registry.put", make_registry ());

  return self;
}

void
world_free (World *self)
{
  g_object_unref (self->state);
  g_ptr_array_unref (self->journal);
  g_free (self->scope);
  g_free (self);
}

void
world_pass (World   *self,
            int64_t  milliseconds)
{
  self->now.real += milliseconds;
  self->now.scope = wf_rules_scope_time (self->state, self->scope, self->now.real);
}

WfCommand *
world_command (World      *self,
               const char *type,
               GVariant   *payload)
{
  g_autoptr (GVariant) owned = payload;
  g_autofree char *id = g_strdup_printf ("command-%05u", ++self->commands);
  gboolean system = g_str_has_suffix (type, ".overdue");

  g_autoptr (WfCommand) command = wf_command_new (id, type, self->scope, system ? WF_ACTOR_SYSTEM : "p1", NULL,
                                                  self->now.real, NULL, NULL, owned);

  return wf_command_with_role (command, system ? NULL : "desk");
}

/* Decides and applies, and checks on the way what holds for every command. The desk's own person may do everything. */
WfProblem *
world_try (World     *self,
           WfCommand *given)
{
  g_autoptr (WfCommand) command = wf_command_with_role (given, strcmp (given->actor, "p1") == 0 ? "desk" : given->role);
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (WfProblem) again = NULL;
  g_autoptr (GPtrArray) events = wf_rules_decide (self->state, command, &self->now, &problem);
  g_autoptr (GPtrArray) second = wf_rules_decide (self->state, command, &self->now, &again);

  g_assert_true ((events != NULL) != (problem != NULL));
  g_assert_true ((second != NULL) == (events != NULL));

  if (events == NULL)
    {
      g_autofree char *message = wf_problem_message (problem);

      g_assert_cmpstr (problem->rule, ==, again->rule);
      g_assert_cmpuint (strlen (message), >, 0);
      return g_steal_pointer (&problem);
    }

  g_assert_cmpuint (events->len, >, 0);
  g_assert_cmpuint (events->len, ==, second->len);

  for (guint i = 0; i < events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (events, i);
      WfEvent *twin = g_ptr_array_index (second, i);
      g_autoptr (GError) error = NULL;

      g_assert_cmpstr (event->type, ==, twin->type);
      g_assert_true (g_variant_equal (event->payload, twin->payload));
      g_assert_cmpstr (event->scope, ==, command->scope);
      g_assert_cmpstr (event->cause, ==, command->id);
      g_assert_true (wf_fields_check (wf_rules_event_fields (event->type, event->type_version), event->payload, NULL,
                                      &error));
      g_assert_no_error (error);

      event->number = ++self->number;
      wf_rules_apply_to (self->state, event, NULL, &error);
      g_assert_no_error (error);
      g_ptr_array_add (self->journal, wf_event_ref (event));
    }

  return NULL;
}

void
world_do (World      *self,
          const char *type,
          GVariant   *payload)
{
  g_autoptr (WfCommand) command = world_command (self, type, payload);
  g_autoptr (WfProblem) problem = world_try (self, command);

  if (problem != NULL)
    g_error ("%s was refused: %s %s %s", type, problem->rule, problem->field, problem->detail);
}

void
world_refuses (World      *self,
               const char *type,
               GVariant   *payload,
               const char *rule,
               const char *field)
{
  g_autoptr (WfCommand) command = world_command (self, type, payload);
  g_autoptr (WfProblem) problem = world_try (self, command);

  g_assert_nonnull (problem);
  g_assert_cmpstr (problem->rule, ==, rule);
  if (field != NULL)
    g_assert_cmpstr (problem->field, ==, field);
}

WfEntity *
world_get (World      *self,
           const char *kind,
           const char *id)
{
  return wf_state_get (self->state, self->scope, kind, id);
}

char *
world_string (World      *self,
              const char *kind,
              const char *id,
              const char *field)
{
  g_autoptr (WfEntity) entity = world_get (self, kind, id);

  return g_strdup (wf_entity_string (entity, field));
}

WfEntity *
world_task (World      *self,
            const char *incident,
            const char *code,
            const char *state)
{
  g_autoptr (GPtrArray) tasks = wf_state_list (self->state, self->scope, "task", incident);

  for (guint i = 0; i < tasks->len; i++)
    if (wf_entity_is (tasks->pdata[i], "code", code) && (state == NULL || wf_entity_is (tasks->pdata[i], "state", state)))
      return wf_entity_ref (tasks->pdata[i]);

  return NULL;
}

guint
world_count (World      *self,
             const char *kind,
             const char *incident,
             const char *state)
{
  g_autoptr (GPtrArray) list = wf_state_list (self->state, self->scope, kind, incident);
  guint n = 0;

  for (guint i = 0; i < list->len; i++)
    if (state == NULL || wf_entity_is (list->pdata[i], "state", state))
      n++;

  return n;
}

WfEntity *
world_report_to (World      *self,
                 const char *incident,
                 const char *recipient,
                 const char *medium,
                 const char *series,
                 const char *state)
{
  g_autoptr (GPtrArray) reports = wf_state_list (self->state, self->scope, "report", incident);

  for (guint i = 0; i < reports->len; i++)
    {
      WfEntity *report = g_ptr_array_index (reports, i);

      if (wf_entity_is (report, "recipient", recipient) && wf_entity_is (report, "medium", medium) &&
          wf_entity_is (report, "series", series) && wf_entity_is (report, "state", state))
        return wf_entity_ref (report);
    }

  return NULL;
}

GVariant *
make_approval (int64_t at)
{
  return wf_dict_make ("way", S ("phone"), "requested_by", S ("Li"), "approved_by", S ("Zhao"), "at", T (at),
                       "recording", S ("0417"), NULL);
}

GVariant *
make_casualties (World   *self,
                 int64_t  deaths,
                 int64_t  missing,
                 int64_t  trapped,
                 int64_t  serious,
                 int64_t  light)
{
  return wf_dict_make ("deaths", I (deaths), "missing", I (missing), "trapped", I (trapped), "serious", I (serious),
                       "light", I (light), "source", S ("120"), "at", T (self->now.scope), NULL);
}

void
report_incident (World      *self,
                 const char *id)
{
  world_do (self, "incident.report",
            wf_dict_make ("incident", S (id), "title", S ("Ammonia leak"), "t0", T (self->now.scope),
                          "class", S ("accident.hazchem.leak"), "place", S ("Works"),
                          "location", wf_value_point (109.84, 40.60), NULL));
}

void
activate (World      *self,
          const char *id,
          int         level)
{
  g_autoptr (GVariant) approval = make_approval (self->now.scope);

  world_do (self, "response.activate",
            wf_dict_make ("incident", S (id), "plan", S ("hazchem"), "level", I (level), "matter", S ("Leak"),
                          "expected_hours", I (12), "measures", S ("Close it"), "approval", approval, NULL));
}

void
change_level (World      *self,
              const char *id,
              int         level)
{
  g_autoptr (GVariant) approval = make_approval (self->now.scope);

  world_do (self, "response.change_level",
            wf_dict_make ("incident", S (id), "level", I (level), "reason", S ("as it is now"), "approval", approval, NULL));
}

void
stand_down (World      *self,
            const char *id)
{
  g_autoptr (GVariant) approval = make_approval (self->now.scope);

  world_do (self, "response.stand_down",
            wf_dict_make ("incident", S (id), "reason", S ("the leak is closed"), "approval", approval, NULL));
}

void
order (World      *self,
       const char *id,
       const char *incident,
       const char *kind,
       const char *force)
{
  world_do (self, "order.issue",
            wf_dict_make ("order", S (id), "incident", S (incident), "kind", S ("dispatch"), "force_kind", S (kind),
                          "force", S (force), "text", S ("Go"), NULL));
}

void
step (World      *self,
      const char *id,
      const char *next)
{
  world_do (self, "order.step", wf_dict_make ("order", S (id), "step", S (next), "text", S ("so it is"), NULL));
}

/* A fingerprint of all that a scope has; dictionaries may be in any order, so keys are sorted. */
static void
print_value (GString  *out,
             GVariant *value)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    {
      if (g_variant_is_of_type (value, G_VARIANT_TYPE ("aa{sv}")))
        for (gsize i = 0; i < g_variant_n_children (value); i++)
          {
            g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

            print_value (out, child);
          }
      else
        g_variant_print_string (value, out, TRUE);
      return;
    }

  g_autoptr (GList) keys = NULL;
  GVariantIter iter;
  const char *key;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&sv}", &key, NULL))
    keys = g_list_insert_sorted (keys, (char *) key, (GCompareFunc) strcmp);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      g_autoptr (GVariant) child = wf_dict_value (value, l->data);

      g_string_append_printf (out, "%s=", (const char *) l->data);
      print_value (out, child);
      g_string_append_c (out, ';');
    }
}

char *
digest_state (WfState    *state,
              const char *scope)
{
  g_auto (GStrv) kinds = wf_state_kinds (state, scope);
  g_autoptr (GString) out = g_string_new (NULL);

  for (gsize i = 0; kinds[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) list = wf_state_list (state, scope, kinds[i], NULL);

      for (guint j = 0; j < list->len; j++)
        {
          WfEntity *entity = g_ptr_array_index (list, j);

          g_string_append_printf (out, "%s/%s@%" G_GINT64_FORMAT ":", kinds[i], wf_entity_id (entity),
                                  (gint64) wf_entity_number (entity));
          print_value (out, wf_entity_fields (entity));
          g_string_append_c (out, '\n');
        }
    }

  return wf_digest_bytes (out->str, out->len);
}
