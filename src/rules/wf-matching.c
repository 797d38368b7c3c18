/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-matching.h"

#include "wf-geo.h"
#include "wf-judgement.h"

#include <string.h>

/* The score is minutes until it is there: until it can leave, and the way at the speed of a heavy vehicle, a third longer
 * than the straight line. Where the way is not known it counts as an hour. */
#define METRES_PER_MINUTE (50000.0 / 60)
#define DETOUR            1.3
#define UNKNOWN_WAY       60.0

/* A force that can do more of what is needed is worth waiting some minutes for; one that can do nothing of it, or is not
 * free, stands below all that can and are. */
#define PER_CAPABILITY 5.0
#define NOT_CAPABLE    10000.0
#define NOT_FREE       1000000.0

/**
 * wf_match_free:
 * @self: (transfer full): a match
 */
void
wf_match_free (WfMatch *self)
{
  g_return_if_fail (self != NULL);

  wf_entity_unref (self->entity);
  g_clear_pointer (&self->depot, wf_entity_unref);
  g_free (self);
}

/* --- needs --- */

static WfEntity *
find_plan (WfState    *state,
           const char *scope,
           WfEntity   *incident)
{
  const char *id = wf_entity_string (incident, "plan");

  if (id != NULL)
    return wf_state_get (state, scope, "plan", id);

  g_autoptr (GPtrArray) plans = wf_rules_plans_for (state, scope, wf_entity_string (incident, "class"));
  return plans->len > 0 ? wf_entity_ref (g_ptr_array_index (plans, 0)) : NULL;
}

static gboolean
same_need (GVariant *a,
           GVariant *b)
{
  return g_strcmp0 (wf_dict_string (a, "capability"), wf_dict_string (b, "capability")) == 0 &&
         g_strcmp0 (wf_dict_string (a, "item"), wf_dict_string (b, "item")) == 0;
}

/* The same thing needed on several levels is needed once, as much as the level that asks for most. */
static void
add_need (GPtrArray *needs,
          GVariant  *need)
{
  for (guint i = 0; i < needs->len; i++)
    {
      GVariant *other = g_ptr_array_index (needs, i);

      if (!same_need (other, need))
        continue;

      if (wf_dict_double (need, "quantity", 1) > wf_dict_double (other, "quantity", 1))
        {
          needs->pdata[i] = g_variant_ref (need);
          g_variant_unref (other);
        }
      return;
    }

  g_ptr_array_add (needs, g_variant_ref (need));
}

/**
 * wf_rules_needs:
 * @state: as things stand
 * @scope: a scope
 * @incident: an incident
 *
 * Says what the plan asks for at the level in force and the lower ones; before activation, at the level proposed, or else
 * the lowest, so that there is something to send first.
 *
 * Returns: (transfer full) (element-type GVariant): the plan's needs, each once
 */
GPtrArray *
wf_rules_needs (WfState    *state,
                const char *scope,
                WfEntity   *incident)
{
  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (scope != NULL && incident != NULL, NULL);

  GPtrArray *needs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (WfEntity) plan = find_plan (state, scope, incident);
  int64_t level = wf_entity_int (incident, "level", 0);

  if (level == 0)
    level = wf_entity_int (incident, "proposed_level", 0);
  if (level == 0)
    level = 4;

  for (int l = (int) level; plan != NULL && l <= 4; l++)
    {
      g_autoptr (GVariant) source = wf_rules_plan_level (plan, l);
      g_autoptr (GPtrArray) of_level = wf_dict_objects (source, "needs");

      for (guint i = 0; i < of_level->len; i++)
        add_need (needs, g_ptr_array_index (of_level, i));
    }

  return needs;
}

/* --- matches --- */

static double
distance_to (WfEntity *incident,
             WfEntity *thing)
{
  double lon1, lat1, lon2, lat2;

  if (!wf_entity_point (incident, "location", &lon1, &lat1) || !wf_entity_point (thing, "location", &lon2, &lat2))
    return -1;

  return wf_geo_distance (lon1, lat1, lon2, lat2);
}

static double
minutes_until_there (WfMatch *match)
{
  double way = match->distance_m >= 0 ? match->distance_m * DETOUR / METRES_PER_MINUTE : UNKNOWN_WAY;

  return (double) match->readiness_minutes + way;
}

static int
compare_matches (gconstpointer a,
                 gconstpointer b)
{
  const WfMatch *left = *(WfMatch *const *) a;
  const WfMatch *right = *(WfMatch *const *) b;

  if (left->score != right->score)
    return left->score < right->score ? -1 : 1;

  return strcmp (wf_entity_id (left->entity), wf_entity_id (right->entity));
}

static GPtrArray *
finish (GPtrArray *matches,
        guint      most)
{
  g_ptr_array_sort (matches, compare_matches);
  if (most > 0 && matches->len > most)
    g_ptr_array_set_size (matches, (int) most);

  return matches;
}

static guint
count_capable (WfEntity  *force,
               GPtrArray *needs)
{
  gboolean expert = strcmp (wf_entity_kind (force), "expert") == 0;
  g_auto (GStrv) can = wf_dict_strings (wf_entity_fields (force), expert ? "specialities" : "capabilities");
  guint n = 0;

  for (guint i = 0; i < needs->len; i++)
    {
      const char *capability = wf_dict_string (g_ptr_array_index (needs, i), "capability");

      if (capability != NULL && g_strv_contains ((const char *const *) can, capability))
        n++;
    }

  return n;
}

static gboolean
asks_for_capability (GPtrArray *needs)
{
  for (guint i = 0; i < needs->len; i++)
    if (wf_dict_has (g_ptr_array_index (needs, i), "capability"))
      return TRUE;

  return FALSE;
}

static WfMatch *
match_force (WfEntity  *incident,
             WfEntity  *force,
             GPtrArray *needs)
{
  WfMatch *match = g_new0 (WfMatch, 1);

  match->entity = wf_entity_ref (force);
  match->capable = count_capable (force, needs);
  match->distance_m = distance_to (incident, force);
  match->readiness_minutes = wf_entity_int (force, "readiness_minutes", 0);
  match->free = wf_entity_is (force, "state", "standby");
  match->score = minutes_until_there (match);

  if (match->capable > 0)
    match->score -= PER_CAPABILITY * (match->capable - 1);
  else if (asks_for_capability (needs))
    match->score += NOT_CAPABLE;
  if (!match->free)
    match->score += NOT_FREE;

  return match;
}

/**
 * wf_rules_match_forces:
 * @state: as things stand
 * @scope: a scope
 * @incident: an incident
 * @force_kind: (nullable): `team`, `unit` or `expert`; %NULL for all of them
 * @most: how many; 0 for all
 *
 * Proposes forces: free and able ones by the minutes until they can be there, then the others, so that one sees what is
 * missing.
 *
 * Returns: (transfer full) (element-type WfMatch): the best first
 */
GPtrArray *
wf_rules_match_forces (WfState    *state,
                       const char *scope,
                       WfEntity   *incident,
                       const char *force_kind,
                       guint       most)
{
  static const char *const all[] = { "team", "unit", "expert" };

  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (scope != NULL && incident != NULL, NULL);

  GPtrArray *matches = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_match_free);
  g_autoptr (GPtrArray) needs = wf_rules_needs (state, scope, incident);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      if (force_kind != NULL && strcmp (force_kind, all[i]) != 0)
        continue;

      g_autoptr (GPtrArray) forces = wf_state_list (state, scope, all[i], NULL);

      for (guint j = 0; j < forces->len; j++)
        g_ptr_array_add (matches, match_force (incident, g_ptr_array_index (forces, j), needs));
    }

  return finish (matches, most);
}

static gboolean
is_item (WfEntity   *stock,
         const char *item)
{
  const char *name = wf_entity_string (stock, "name");

  return wf_entity_is (stock, "code", item) || (name != NULL && strstr (name, item) != NULL);
}

static gboolean
is_needed (WfEntity  *stock,
           GPtrArray *needs)
{
  for (guint i = 0; i < needs->len; i++)
    {
      const char *item = wf_dict_string (g_ptr_array_index (needs, i), "item");

      if (item != NULL && is_item (stock, item))
        return TRUE;
    }

  return FALSE;
}

static WfMatch *
match_stock (WfState    *state,
             const char *scope,
             WfEntity   *incident,
             WfEntity   *stock)
{
  WfMatch *match = g_new0 (WfMatch, 1);

  match->entity = wf_entity_ref (stock);
  match->depot = wf_state_get (state, scope, "depot", wf_entity_string (stock, "depot"));
  match->capable = 1;
  match->distance_m = match->depot != NULL ? distance_to (incident, match->depot) : -1;
  match->readiness_minutes = wf_entity_int (match->depot, "readiness_minutes", 0);
  match->available = wf_entity_double (stock, "quantity", 0) - wf_entity_double (stock, "reserved", 0);
  match->free = match->available > 0;
  match->score = minutes_until_there (match) + (match->free ? 0 : NOT_FREE);

  return match;
}

/**
 * wf_rules_match_stock:
 * @state: as things stand
 * @scope: a scope
 * @incident: an incident
 * @item: (nullable): code or name (or a part of the name) of an item; %NULL for all that the plan needs
 * @most: how many; 0 for all
 *
 * Proposes stock lines by the minutes until they can be there. A line that has less than is needed is shown as well: the
 * rest comes from the next.
 *
 * Returns: (transfer full) (element-type WfMatch): the best first
 */
GPtrArray *
wf_rules_match_stock (WfState    *state,
                      const char *scope,
                      WfEntity   *incident,
                      const char *item,
                      guint       most)
{
  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (scope != NULL && incident != NULL, NULL);

  GPtrArray *matches = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_match_free);
  g_autoptr (GPtrArray) needs = wf_rules_needs (state, scope, incident);
  g_autoptr (GPtrArray) lines = wf_state_list (state, scope, "stock", NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      WfEntity *line = g_ptr_array_index (lines, i);

      if (item != NULL ? is_item (line, item) : is_needed (line, needs))
        g_ptr_array_add (matches, match_stock (state, scope, incident, line));
    }

  return finish (matches, most);
}
