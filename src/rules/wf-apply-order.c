/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-application.h"
#include "wf-decision.h"

#include <math.h>
#include <string.h>

/* Adding and taking away fractions leaves traces in the last digits; a millionth of a unit is finer than anything is counted. */
static double
settle (double quantity)
{
  double rounded = round (quantity * 1e6) / 1e6;

  return rounded > 0 ? rounded : 0;
}

static gboolean
move_stock (WfApplication *self,
            const char    *id,
            double         quantity,
            double         reserved)
{
  g_autoptr (WfEntity) stock = wf_application_look (self, "stock", id);

  if (stock == NULL)
    return wf_application_broken (self, "stock", id);

  double quantity_after = wf_entity_double (stock, "quantity", 0) + quantity;
  double reserved_after = wf_entity_double (stock, "reserved", 0) + reserved;

  return wf_application_patch (self, stock,
                               wf_dict_make ("quantity", quantity != 0 ? wf_value_double (settle (quantity_after)) : NULL,
                                             "reserved", reserved != 0 ? wf_value_double (settle (reserved_after)) : NULL,
                                             NULL));
}

static gboolean
set_state (WfApplication *self,
           WfEntity      *force,
           const char    *state)
{
  gboolean free = strcmp (state, "standby") == 0;
  gboolean has = wf_entity_string (force, "incident") != NULL;
  const char *incident = wf_dict_string (self->payload, "incident");

  return wf_application_patch (self, force,
                               wf_dict_make ("state", wf_value_string (state),
                                             "incident", !free ? wf_value_string (incident)
                                                         : has ? wf_value_clear () : NULL,
                                             NULL));
}

/* Whether a unit has an order of its own that keeps it, whatever becomes of its team. */
static gboolean
is_held (WfApplication *self,
         WfEntity      *unit)
{
  const char *incident = wf_entity_string (unit, "incident");

  if (incident == NULL)
    return wf_entity_is (unit, "state", "out_of_service");
  if (g_strcmp0 (incident, wf_dict_string (self->payload, "incident")) != 0)
    return TRUE;

  g_autoptr (GPtrArray) orders = wf_state_list (self->state, self->scope, "order", incident);

  for (guint i = 0; i < orders->len; i++)
    if (wf_entity_is (orders->pdata[i], "force", wf_entity_id (unit)) && wf_order_holds_force (orders->pdata[i]))
      return TRUE;

  return FALSE;
}

/* A team goes with its vehicles. */
static gboolean
set_units (WfApplication *self,
           WfEntity      *team,
           const char    *state)
{
  g_autoptr (GPtrArray) units = wf_state_list (self->state, self->scope, "unit", NULL);

  for (guint i = 0; i < units->len; i++)
    if (wf_entity_is (units->pdata[i], "team", wf_entity_id (team)) && !is_held (self, units->pdata[i]) &&
        !set_state (self, units->pdata[i], state))
      return FALSE;

  return TRUE;
}

static gboolean
set_force (WfApplication *self,
           const char    *state)
{
  const char *kind = wf_dict_string (self->payload, "force_kind");
  g_autoptr (WfEntity) force = wf_application_find (self, kind, "force");

  if (force == NULL || !set_state (self, force, state))
    return FALSE;

  return strcmp (kind, "team") != 0 || set_units (self, force, state);
}

/* --- issuing --- */

static gboolean
reserve_items (WfApplication *self,
               GPtrArray     *items,
               GPtrArray     *kept)
{
  for (guint i = 0; i < items->len; i++)
    {
      GVariant *item = g_ptr_array_index (items, i);
      double quantity = wf_dict_double (item, "quantity", 0);
      g_autoptr (GVariant) without_held = wf_dict_make ("held", wf_value_clear (), NULL);

      if (!move_stock (self, wf_dict_string (item, "stock"), 0, quantity - wf_dict_double (item, "held", 0)))
        return FALSE;

      g_ptr_array_add (kept, wf_dict_merge (item, without_held));
    }

  return TRUE;
}

static gboolean
take_reservations (WfApplication *self)
{
  g_auto (GStrv) ids = wf_dict_strings (self->payload, "reservations");

  for (gsize i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (WfEntity) reservation = wf_application_look (self, "reservation", ids[i]);

      if (reservation == NULL)
        return wf_application_broken (self, "reservation", ids[i]);

      wf_application_patch (self, reservation,
                            wf_dict_make ("state", wf_value_string ("ordered"),
                                          "order", wf_value_string (wf_dict_string (self->payload, "order")),
                                          NULL));
    }

  return TRUE;
}

static gboolean
note_first_dispatch (WfApplication *self)
{
  g_autoptr (WfEntity) incident = wf_application_find (self, "incident", "incident");

  if (incident == NULL)
    return FALSE;
  if (!wf_dict_bool (self->payload, "first_dispatch") || wf_entity_time (incident, "first_dispatch_at") != 0)
    return TRUE;

  return wf_application_patch (self, incident,
                               wf_dict_make ("first_dispatch_at", wf_value_time (wf_dict_time (self->payload, "at")), NULL));
}

gboolean
wf_apply_order_issued (WfApplication *self)
{
  g_autoptr (GPtrArray) items = wf_dict_objects (self->payload, "items");
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  const char *taken_by = wf_dict_string (self->payload, "taken_by");
  int64_t at = wf_dict_time (self->payload, "at");

  if (!note_first_dispatch (self) || !reserve_items (self, items, kept) || !take_reservations (self))
    return FALSE;

  g_ptr_array_add (steps, wf_dict_make ("step", wf_value_string ("ordered"),
                                        "at", wf_value_time (at),
                                        "by", wf_value_string (taken_by),
                                        NULL));

  g_autoptr (GVariant) picked = wf_application_pick (self, "incident", "kind", "force_kind", "force", "force_name", "text",
                                                     "first_dispatch", "rendezvous", "rendezvous_text", "route",
                                                     "distance_m", "taken_by", "acknowledge_due", NULL);
  g_autoptr (GVariant) own = wf_dict_make ("state", wf_value_string ("ordered"),
                                           "items", kept->len > 0 ? wf_value_objects (kept) : NULL,
                                           "ordered_at", wf_value_time (at),
                                           "steps", wf_value_objects (steps),
                                           NULL);

  return wf_application_make (self, "order", wf_dict_string (self->payload, "order"), wf_dict_merge (picked, own)) &&
         (strcmp (wf_dict_string (self->payload, "force_kind"), "depot") == 0 || set_force (self, "called_out"));
}

/* --- steps --- */

/* 出库, or what is let go or brought back. */
static gboolean
move_items (WfApplication *self,
            WfEntity      *order,
            const char    *movement)
{
  g_autoptr (GPtrArray) items = wf_entity_objects (order, "items");
  gboolean back = g_strcmp0 (movement, "brought_back") == 0;
  gboolean out = g_strcmp0 (movement, "taken_out") == 0;

  for (guint i = 0; movement != NULL && i < items->len; i++)
    {
      double quantity = wf_dict_double (items->pdata[i], "quantity", 0);

      if (!move_stock (self, wf_dict_string (items->pdata[i], "stock"),
                       back ? quantity : out ? -quantity : 0,
                       back ? 0 : -quantity))
        return FALSE;
    }

  return TRUE;
}

/* A reservation that an order took over is let go when the order comes to nothing. */
static gboolean
let_go_reservations (WfApplication *self,
                     WfEntity      *order)
{
  g_autoptr (GPtrArray) reservations = wf_state_list (self->state, self->scope, "reservation",
                                                      wf_entity_string (order, "incident"));

  for (guint i = 0; i < reservations->len; i++)
    {
      WfEntity *reservation = g_ptr_array_index (reservations, i);

      if (wf_entity_is (reservation, "order", wf_entity_id (order)) && wf_entity_is (reservation, "state", "ordered"))
        wf_application_patch (self, reservation, wf_dict_make ("state", wf_value_string ("released"), NULL));
    }

  return TRUE;
}

gboolean
wf_apply_order_stepped (WfApplication *self)
{
  g_autoptr (WfEntity) order = wf_application_find (self, "order", "order");
  g_autoptr (GPtrArray) steps = wf_entity_objects (order, "steps");
  const char *movement = wf_dict_string (self->payload, "movement");
  const char *force_state = wf_dict_string (self->payload, "force_state");

  if (order == NULL || !move_items (self, order, movement))
    return FALSE;
  if (g_strcmp0 (movement, "let_go") == 0)
    let_go_reservations (self, order);

  g_ptr_array_add (steps, wf_application_pick (self, "step", "at", "by", "location", "text", NULL));
  wf_application_patch (self, order,
                        wf_dict_make ("state", wf_value_string (wf_dict_string (self->payload, "step")),
                                      "steps", wf_value_objects (steps),
                                      NULL));

  return force_state == NULL || set_force (self, force_state);
}

gboolean
wf_apply_order_became_overdue (WfApplication *self)
{
  return wf_application_change (self, "order",
                                wf_dict_make ("overdue_at", wf_value_time (wf_dict_time (self->payload, "at")), NULL));
}

/* --- reservations --- */

gboolean
wf_apply_stock_reserved (WfApplication *self)
{
  g_autoptr (GVariant) picked = wf_application_pick (self, "incident", "depot", "stock", "quantity", "by", "at", NULL);
  g_autoptr (GVariant) state = wf_dict_make ("state", wf_value_string ("held"), NULL);

  return wf_application_make (self, "reservation", wf_dict_string (self->payload, "reservation"),
                              wf_dict_merge (picked, state)) &&
         move_stock (self, wf_dict_string (self->payload, "stock"), 0, wf_dict_double (self->payload, "quantity", 0));
}

gboolean
wf_apply_stock_released (WfApplication *self)
{
  return wf_application_change (self, "reservation", wf_dict_make ("state", wf_value_string ("released"), NULL)) &&
         move_stock (self, wf_dict_string (self->payload, "stock"), 0, -wf_dict_double (self->payload, "quantity", 0));
}
