/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-decision.h"
#include "wf-kind.h"
#include "wf-time.h"

#include <string.h>

/* A force that says nothing for this long after an order is asked after. */
#define ACKNOWLEDGE_WITHIN (5 * WF_MINUTE)

#define STEPS_MAX 100

/* Finer than anything is counted; see how quantities are settled when events are applied. */
#define TRACE 1e-7

/* Which steps may follow which. A force that reports itself on the scene need not have said that it left. */
static const struct
{
  const char *state;
  const char *next[6];
} sequence[] = {
  { "ordered", { "acknowledged", "under_way", "on_scene", "refused", "recalled" } },
  { "acknowledged", { "under_way", "on_scene", "refused", "recalled" } },
  { "under_way", { "on_scene", "recalled" } },
  { "on_scene", { "working", "released", "recalled" } },
  { "working", { "released", "recalled" } },
  { "released", { "back" } },
  { "recalled", { "back" } },
};

/* The state that a step puts the force into. */
static const struct
{
  const char *step;
  const char *state;
} force_states[] = {
  { "acknowledged", "called_out" },
  { "under_way", "under_way" },
  { "on_scene", "on_scene" },
  { "working", "working" },
  { "released", "withdrawing" },
  { "back", "standby" },
  { "refused", "standby" },
};

/**
 * wf_order_has_left:
 * @order: an order
 *
 * Returns: whether the force went on its way (and what a depot gives was taken out)
 */
gboolean
wf_order_has_left (WfEntity *order)
{
  g_autoptr (GPtrArray) steps = wf_entity_objects (order, "steps");

  for (guint i = 0; i < steps->len; i++)
    {
      const char *step = wf_dict_string (g_ptr_array_index (steps, i), "step");

      if (g_strcmp0 (step, "under_way") == 0 || g_strcmp0 (step, "on_scene") == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * wf_order_is_out:
 * @order: an order
 *
 * Returns: whether something is still to be heard of it
 */
gboolean
wf_order_is_out (WfEntity *order)
{
  if (wf_entity_is (order, "state", "recalled"))
    return wf_order_has_left (order);

  return !wf_entity_is (order, "state", "back") && !wf_entity_is (order, "state", "refused");
}

/**
 * wf_order_holds_force:
 * @order: an order
 *
 * Returns: whether the force cannot be given another one; on its way back it can
 */
gboolean
wf_order_holds_force (WfEntity *order)
{
  static const char *const holding[] = { "proposed", "ordered", "acknowledged", "under_way", "on_scene", "working", NULL };

  return wf_choices_contain (holding, wf_entity_string (order, "state"));
}

/* The order that a force is at work for, other than @but. */
static WfEntity *
find_holding_order (WfDecision *self,
                    const char *force_kind,
                    const char *force,
                    const char *but)
{
  g_autoptr (GPtrArray) orders = wf_state_list (self->state, self->scope, "order", NULL);

  for (guint i = 0; i < orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (orders, i);

      if (wf_entity_is (order, "force", force) && wf_entity_is (order, "force_kind", force_kind) &&
          g_strcmp0 (wf_entity_id (order), but) != 0 && wf_order_holds_force (order))
        return wf_entity_ref (order);
    }

  return NULL;
}

/* A unit that is out with its team for this incident may still be given an order of its own there. */
static gboolean
is_out_with_team (WfDecision *self,
                  WfEntity   *force)
{
  return strcmp (wf_entity_kind (force), "unit") == 0 && wf_entity_string (force, "team") != NULL &&
         g_strcmp0 (wf_entity_string (force, "incident"), wf_dict_string (self->payload, "incident")) == 0;
}

static gboolean
check_force_free (WfDecision *self,
                  WfEntity   *force)
{
  static const char *const orderable[] = { "standby", "withdrawing", "resting", NULL };
  const char *state = wf_entity_string (force, "state");

  if (strcmp (wf_entity_kind (force), "depot") == 0)
    return TRUE;

  g_autoptr (WfEntity) order = find_holding_order (self, wf_entity_kind (force), wf_entity_id (force), NULL);

  if (g_strcmp0 (state, "out_of_service") == 0)
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "force.out-of-service", "force", wf_entity_string (force, "name"));
  if (order != NULL || (!wf_choices_contain (orderable, state) && !is_out_with_team (self, force)))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "force.busy", "force", wf_entity_string (force, "name"));

  return TRUE;
}

/* --- items --- */

static double
available (WfEntity *stock)
{
  return wf_entity_double (stock, "quantity", 0) - wf_entity_double (stock, "reserved", 0);
}

static gboolean
refuse_short (WfDecision *self,
              WfEntity   *stock,
              const char *field)
{
  g_autofree char *detail = g_strdup_printf ("%s: %.10g %s", wf_entity_string (stock, "name"), available (stock),
                                             wf_entity_string (stock, "unit"));

  return wf_decision_refuse (self, WF_PROBLEM_STATE, "stock.not-enough", field, detail);
}

/* What the incident has already reserved of a stock line; the order takes it over. */
static double
take_reservations (WfDecision *self,
                   WfEntity   *incident,
                   const char *stock,
                   GPtrArray  *taken)
{
  g_autoptr (GPtrArray) reservations = wf_state_list (self->state, self->scope, "reservation", wf_entity_id (incident));
  double held = 0;

  for (guint i = 0; i < reservations->len; i++)
    {
      WfEntity *reservation = g_ptr_array_index (reservations, i);

      if (wf_entity_is (reservation, "stock", stock) && wf_entity_is (reservation, "state", "held"))
        {
          held += wf_entity_double (reservation, "quantity", 0);
          g_ptr_array_add (taken, g_strdup (wf_entity_id (reservation)));
        }
    }

  return held;
}

static GVariant *
check_item (WfDecision *self,
            WfEntity   *incident,
            WfEntity   *depot,
            GVariant   *item,
            guint       index,
            GPtrArray  *taken)
{
  const char *id = wf_dict_string (item, "stock");
  double quantity = wf_dict_double (item, "quantity", 0);
  g_autoptr (WfEntity) stock = wf_state_get (self->state, self->scope, "stock", id);
  g_autofree char *field = g_strdup_printf ("items[%u].stock", index);

  if (stock == NULL)
    {
      wf_decision_refuse (self, WF_PROBLEM_NOT_FOUND, "stock.unknown", field, id);
      return NULL;
    }
  if (!wf_entity_is (stock, "depot", wf_entity_id (depot)))
    {
      wf_decision_refuse (self, WF_PROBLEM_INVALID, "order.item-elsewhere", field, wf_entity_string (stock, "name"));
      return NULL;
    }

  double held = take_reservations (self, incident, id, taken);

  if (quantity - held > available (stock) + TRACE)
    {
      refuse_short (self, stock, field);
      return NULL;
    }

  return wf_dict_make ("stock", wf_value_string (id),
                       "name", wf_value_string (wf_entity_string (stock, "name")),
                       "unit", wf_value_string (wf_entity_string (stock, "unit")),
                       "quantity", wf_value_double (quantity),
                       "held", wf_value_double (held),
                       NULL);
}

static gboolean
check_items (WfDecision *self,
             WfEntity   *incident,
             WfEntity   *force,
             GPtrArray  *issued,
             GPtrArray  *taken)
{
  g_autoptr (GPtrArray) items = wf_dict_objects (self->payload, "items");
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (items->len > 0 && strcmp (wf_entity_kind (force), "depot") != 0)
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "order.items-without-depot", "items", NULL);

  for (guint i = 0; i < items->len; i++)
    {
      GVariant *item = g_ptr_array_index (items, i);

      if (!g_hash_table_add (seen, (char *) wf_dict_string (item, "stock")))
        return wf_decision_refuse (self, WF_PROBLEM_INVALID, "order.item-twice", "items", wf_dict_string (item, "stock"));

      GVariant *checked = check_item (self, incident, force, item, i, taken);

      if (checked == NULL)
        return FALSE;

      g_ptr_array_add (issued, checked);
    }

  return TRUE;
}

gboolean
wf_decide_order_issue (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);

  if (incident == NULL || !wf_decision_fresh (self, "order", "order"))
    return FALSE;
  if (wf_incident_in (incident, "stood_down", "reviewed", NULL))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.stood-down", NULL, NULL);

  g_autoptr (WfEntity) force = wf_decision_find (self, wf_dict_string (self->payload, "force_kind"), "force");
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GPtrArray) reservations = g_ptr_array_new_with_free_func (g_free);

  if (force == NULL ||
      !check_force_free (self, force) ||
      !check_items (self, incident, force, items, reservations))
    return FALSE;

  gboolean first = wf_entity_time (incident, "activated_at") == 0;

  wf_decision_emit_with (self, "order.issued", wf_entity_id (incident),
                         wf_dict_make ("force_name", wf_value_string (wf_entity_string (force, "name")),
                                       "first_dispatch", first ? wf_value_bool (TRUE) : NULL,
                                       "items", items->len > 0 ? wf_value_list (items) : wf_value_clear (),
                                       "reservations", wf_value_ids (reservations),
                                       "acknowledge_due", wf_value_time (self->at + ACKNOWLEDGE_WITHIN),
                                       "at", wf_decision_at (self),
                                       NULL));
  return TRUE;
}

/* --- steps --- */

static gboolean
may_follow (const char *state,
            const char *step)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sequence); i++)
    if (strcmp (sequence[i].state, state) == 0)
      return wf_choices_contain (sequence[i].next, step);

  return FALSE;
}

static gboolean
check_step (WfDecision *self,
            WfEntity   *order,
            const char *step)
{
  const char *text = wf_dict_string (self->payload, "text");
  gboolean reasoned = text != NULL && text[strspn (text, " \t\r\n")] != '\0';
  g_autoptr (GPtrArray) steps = wf_entity_objects (order, "steps");
  const char *state = wf_entity_string (order, "state");

  if (!may_follow (state, step) ||
      (strcmp (state, "recalled") == 0 && !wf_order_has_left (order)) ||
      steps->len >= STEPS_MAX)
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "order.step-order", "step", state);
  if (!reasoned && (strcmp (step, "refused") == 0 || strcmp (step, "recalled") == 0))
    return wf_decision_refuse (self, WF_PROBLEM_INVALID, "order.reason-missing", "text", step);

  return TRUE;
}

static const char *
state_of_force (WfDecision *self,
                WfEntity   *order,
                const char *step)
{
  const char *kind = wf_entity_string (order, "force_kind");
  g_autoptr (WfEntity) other = find_holding_order (self, kind, wf_entity_string (order, "force"), wf_entity_id (order));

  /* What has meanwhile been sent elsewhere is not called back by the end of an older order. */
  if (strcmp (kind, "depot") == 0 || other != NULL)
    return NULL;
  if (strcmp (step, "recalled") == 0)
    return wf_order_has_left (order) ? "withdrawing" : "standby";

  for (gsize i = 0; i < G_N_ELEMENTS (force_states); i++)
    if (strcmp (force_states[i].step, step) == 0)
      return force_states[i].state;

  return NULL;
}

/* What happens to the order's items: taken out when it leaves, let go when it does not, brought back when it is called
 * back on the way. */
static const char *
movement_of_items (WfEntity   *order,
                   const char *step)
{
  g_autoptr (GPtrArray) items = wf_entity_objects (order, "items");
  gboolean left = wf_order_has_left (order);

  if (items->len == 0)
    return NULL;
  if (!left && (strcmp (step, "under_way") == 0 || strcmp (step, "on_scene") == 0))
    return "taken_out";
  if (!left && (strcmp (step, "refused") == 0 || strcmp (step, "recalled") == 0))
    return "let_go";

  return strcmp (step, "back") == 0 && wf_entity_is (order, "state", "recalled") ? "brought_back" : NULL;
}

gboolean
wf_decide_order_step (WfDecision *self)
{
  g_autoptr (WfEntity) incident = NULL;
  g_autoptr (WfEntity) order = wf_decision_child (self, "order", WF_ALLOW_KEPT, &incident);
  const char *step = wf_dict_string (self->payload, "step");

  if (order == NULL || !check_step (self, order, step))
    return FALSE;

  self->at = MAX (self->at, wf_entity_time (order, "ordered_at"));
  wf_decision_emit_with (self, "order.stepped", wf_entity_id (incident),
                         wf_dict_make ("incident", wf_value_string (wf_entity_id (incident)),
                                       "force_kind", wf_value_string (wf_entity_string (order, "force_kind")),
                                       "force", wf_value_string (wf_entity_string (order, "force")),
                                       "force_name", wf_value_string (wf_entity_string (order, "force_name")),
                                       "force_state", wf_value_string (state_of_force (self, order, step)),
                                       "movement", wf_value_string (movement_of_items (order, step)),
                                       "at", wf_decision_at (self),
                                       NULL));
  return TRUE;
}

gboolean
wf_decide_order_overdue (WfDecision *self)
{
  return wf_decide_overdue (self, "order", "order.became_overdue");
}

/* --- reservations --- */

gboolean
wf_decide_stock_reserve (WfDecision *self)
{
  g_autoptr (WfEntity) incident = wf_decision_incident (self, WF_ALLOW_OPEN);
  g_autoptr (WfEntity) stock = incident != NULL ? wf_decision_find (self, "stock", "stock") : NULL;
  g_autofree char *by = wf_decision_by (self, "by");

  if (stock == NULL || !wf_decision_fresh (self, "reservation", "reservation"))
    return FALSE;
  if (wf_incident_in (incident, "stood_down", "reviewed", NULL))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "incident.stood-down", NULL, NULL);
  if (wf_dict_double (self->payload, "quantity", 0) > available (stock) + TRACE)
    return refuse_short (self, stock, "quantity");

  wf_decision_emit_with (self, "stock.reserved", wf_entity_id (incident),
                         wf_dict_make ("depot", wf_value_string (wf_entity_string (stock, "depot")),
                                       "by", wf_value_string (by),
                                       "at", wf_decision_at (self),
                                       NULL));
  return TRUE;
}

gboolean
wf_decide_stock_release (WfDecision *self)
{
  g_autoptr (WfEntity) incident = NULL;
  g_autoptr (WfEntity) reservation = wf_decision_child (self, "reservation", WF_ALLOW_KEPT, &incident);

  if (reservation == NULL)
    return FALSE;
  if (!wf_entity_is (reservation, "state", "held"))
    return wf_decision_refuse (self, WF_PROBLEM_STATE, "stock.not-held", NULL, wf_entity_string (reservation, "state"));

  wf_decision_emit_with (self, "stock.released", wf_entity_id (incident),
                         wf_dict_make ("incident", wf_value_string (wf_entity_id (incident)),
                                       "depot", wf_value_string (wf_entity_string (reservation, "depot")),
                                       "stock", wf_value_string (wf_entity_string (reservation, "stock")),
                                       "quantity", wf_value_double (wf_entity_double (reservation, "quantity", 0)),
                                       "at", wf_decision_at (self),
                                       NULL));
  return TRUE;
}
