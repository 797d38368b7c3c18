/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-judgement.h"

#include "wf-classes.h"
#include "wf-kind.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* 较大涉险, from what is known of people (decree 21 of the former safety administration). */
#define LARGER_AT_RISK  10
#define LARGER_LOST      3
#define LARGER_EVACUATE 500

/* --- what is known --- */

/* The value of a name that conditions and tables use: a count of casualties, the number to evacuate, or a stated fact. */
static GVariant *
find_fact (WfEntity   *incident,
           const char *name)
{
  g_autoptr (GVariant) casualties = wf_entity_value (incident, "casualties");
  g_autoptr (GVariant) evacuation = wf_entity_value (incident, "evacuation");
  g_autoptr (GVariant) facts = wf_entity_value (incident, "facts");
  GVariant *value = strcmp (name, "evacuate") == 0 ? wf_dict_value (evacuation, "due") : wf_dict_value (casualties, name);

  return value != NULL ? value : wf_dict_value (facts, name);
}

static gboolean
fact_number (WfEntity   *incident,
             const char *name,
             double     *number)
{
  g_autoptr (GVariant) value = find_fact (incident, name);

  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    *number = (double) g_variant_get_int64 (value);
  else if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    *number = g_variant_get_double (value);
  else
    return FALSE;

  return TRUE;
}

static gboolean
fact_holds (WfEntity   *incident,
            const char *name)
{
  g_autoptr (GVariant) value = find_fact (incident, name);
  double number;

  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_get_boolean (value);

  return fact_number (incident, name, &number) && number > 0;
}

/* --- grade --- */

static int
grade_rank (const char *grade)
{
  for (int i = 0; wf_grades[i] != NULL; i++)
    if (g_strcmp0 (wf_grades[i], grade) == 0)
      return i;

  return -1;
}

static WfEntity *
find_grade_table (WfState    *state,
                  const char *scope,
                  const char *incident_class)
{
  g_autoptr (GPtrArray) tables = wf_state_list (state, scope, "grade_table", NULL);
  WfEntity *best = NULL;
  guint closest = 0;

  for (guint i = 0; i < tables->len; i++)
    {
      WfEntity *table = g_ptr_array_index (tables, i);
      g_auto (GStrv) classes = wf_dict_strings (wf_entity_fields (table), "classes");
      guint fit = wf_classes_match ((const char *const *) classes, incident_class);

      if (fit > closest)
        {
          best = table;
          closest = fit;
        }
    }

  return best != NULL ? wf_entity_ref (best) : NULL;
}

static void
judge_grade (WfJudgement *self,
             WfEntity    *table,
             WfEntity    *incident)
{
  g_autoptr (GPtrArray) rows = wf_entity_objects (table, "rows");
  gboolean known = FALSE;
  double counted = 0;
  int worst = -1;

  for (guint i = 0; i < rows->len; i++)
    {
      GVariant *row = g_ptr_array_index (rows, i);
      const char *fact = wf_dict_string (row, "fact");
      double min = wf_dict_double (row, "min", 0);
      int rank = grade_rank (wf_dict_string (row, "grade"));
      double number;

      if (!fact_number (incident, fact, &number))
        continue;

      known = TRUE;
      /* Of rows that say the same, one where there is something to count tells more than one where there is nothing. */
      if (number < min || rank < worst || (rank == worst && (counted > 0 || number <= 0)))
        continue;

      worst = rank;
      counted = number;
      g_free (self->grade_basis);
      /* Translators: the row of a grade table: what is counted, how many there are, from how many on the row holds, and
       * the table's title. */
      self->grade_basis = g_strdup_printf (_("%s %.10g, from %.10g on (%s)"), wf_wording_value ("fact", fact), number, min,
                                           wf_entity_string (table, "title"));
    }

  if (worst >= 0)
    self->grade = g_strdup (wf_grades[worst]);
  else if (known)
    {
      self->grade = g_strdup (wf_grades[0]);
      self->grade_basis = g_strdup_printf (_("Below every row of the table (%s)"), wf_entity_string (table, "title"));
    }
}

static gboolean
judge_larger (WfEntity *incident)
{
  double at_risk = 0, missing = 0, trapped = 0, evacuate = 0;

  fact_number (incident, "at_risk", &at_risk);
  fact_number (incident, "missing", &missing);
  fact_number (incident, "trapped", &trapped);
  fact_number (incident, "evacuate", &evacuate);

  return at_risk >= LARGER_AT_RISK ||
         missing + trapped >= LARGER_LOST ||
         evacuate >= LARGER_EVACUATE ||
         fact_holds (incident, "heavy_pollution") || fact_holds (incident, "pollution_heavy") ||
         fact_holds (incident, "important_site") || fact_holds (incident, "site_important");
}

/* --- level --- */

static gboolean
condition_holds (WfEntity *incident,
                 GVariant *condition)
{
  const char *fact = wf_dict_string (condition, "fact");
  const char *with = wf_dict_string (condition, "with");
  gboolean has_min = wf_dict_has (condition, "min");
  gboolean has_max = wf_dict_has (condition, "max");
  double number;

  if (with != NULL && !fact_holds (incident, with))
    return FALSE;

  if (has_min || has_max)
    return fact_number (incident, fact, &number) &&
           (!has_min || number >= wf_dict_double (condition, "min", 0)) &&
           (!has_max || number <= wf_dict_double (condition, "max", 0));

  if (wf_dict_has (condition, "yes") && !wf_dict_bool (condition, "yes"))
    {
      g_autoptr (GVariant) value = find_fact (incident, fact);

      return value != NULL && !fact_holds (incident, fact);
    }

  return fact_holds (incident, fact);
}

static char *
conditions_that_hold (WfEntity *incident,
                      GVariant *level)
{
  g_autoptr (GPtrArray) conditions = wf_dict_objects (level, "conditions");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < conditions->len; i++)
    {
      GVariant *condition = g_ptr_array_index (conditions, i);

      if (!condition_holds (incident, condition))
        continue;

      if (text->len > 0)
        g_string_append (text, _("; "));
      g_string_append (text, wf_dict_string (condition, "text"));
    }

  return text->len > 0 ? g_strdup (text->str) : NULL;
}

static void
judge_level (WfJudgement *self,
             WfEntity    *plan,
             WfEntity    *incident)
{
  for (int level = 1; level <= 4; level++)
    {
      g_autoptr (GVariant) source = wf_rules_plan_level (plan, level);
      char *basis = source != NULL ? conditions_that_hold (incident, source) : NULL;

      if (basis != NULL)
        {
          self->level = level;
          self->level_basis = basis;
          return;
        }
    }
}

static WfEntity *
find_plan (WfState    *state,
           const char *scope,
           WfEntity   *incident,
           const char *incident_class,
           const char *plan)
{
  if (plan == NULL)
    plan = wf_entity_string (incident, "plan");
  if (plan != NULL)
    return wf_state_get (state, scope, "plan", plan);

  g_autoptr (GPtrArray) plans = wf_rules_plans_for (state, scope, incident_class);
  return plans->len > 0 ? wf_entity_ref (g_ptr_array_index (plans, 0)) : NULL;
}

/**
 * wf_rules_judge:
 * @state: as things stand
 * @scope: a scope
 * @incident: an incident, or what a form has of one
 * @incident_class: (nullable): its class; missing: the incident's own
 * @plan: (nullable): id of a plan; missing: the incident's own, or the one that fits the class best
 *
 * Judges an incident by what is known of it. What is not known never counts as zero.
 *
 * Returns: (transfer full): grade and level that the rules propose
 */
WfJudgement *
wf_rules_judge (WfState    *state,
                const char *scope,
                WfEntity   *incident,
                const char *incident_class,
                const char *plan)
{
  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (scope != NULL, NULL);

  if (incident_class == NULL)
    incident_class = wf_entity_string (incident, "class");

  WfJudgement *self = g_new0 (WfJudgement, 1);
  g_autoptr (WfEntity) table = find_grade_table (state, scope, incident_class);
  g_autoptr (WfEntity) found = find_plan (state, scope, incident, incident_class, plan);

  if (table != NULL)
    judge_grade (self, table, incident);

  self->reported_as_larger = judge_larger (incident);

  if (found != NULL)
    {
      self->plan = g_strdup (wf_entity_id (found));
      judge_level (self, found, incident);
    }

  return self;
}

/**
 * wf_judgement_free:
 * @self: (transfer full): a judgement
 */
void
wf_judgement_free (WfJudgement *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->grade);
  g_free (self->grade_basis);
  g_free (self->plan);
  g_free (self->level_basis);
  g_free (self);
}

/* --- plans --- */

typedef struct
{
  WfEntity *plan;
  guint     fit;
} Candidate;

static int
compare_candidates (gconstpointer a,
                    gconstpointer b)
{
  const Candidate *left = a;
  const Candidate *right = b;

  if (left->fit != right->fit)
    return left->fit > right->fit ? -1 : 1;

  /* Of two that fit alike, the one that the government issued stands before a firm's. */
  gboolean left_firm = wf_entity_is (left->plan, "kind", "firm");
  gboolean right_firm = wf_entity_is (right->plan, "kind", "firm");

  if (left_firm != right_firm)
    return left_firm ? 1 : -1;

  return strcmp (wf_entity_id (left->plan), wf_entity_id (right->plan));
}

/* How well a plan covers a class: a general one covers all, the least well. */
static guint
plan_fit (WfEntity   *plan,
          const char *incident_class)
{
  g_auto (GStrv) classes = wf_dict_strings (wf_entity_fields (plan), "classes");

  if (wf_entity_is (plan, "kind", "common"))
    return 0;

  guint fit = wf_classes_match ((const char *const *) classes, incident_class);

  if (fit > 0)
    return fit + 1;

  return wf_entity_is (plan, "kind", "general") && classes[0] == NULL ? 1 : 0;
}

/**
 * wf_rules_plans_for:
 * @state: as things stand
 * @scope: a scope
 * @incident_class: (nullable): a class
 *
 * Returns: (transfer full) (element-type WfEntity): the plans that cover the class, the closest first
 */
GPtrArray *
wf_rules_plans_for (WfState    *state,
                    const char *scope,
                    const char *incident_class)
{
  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (scope != NULL, NULL);

  g_autoptr (GPtrArray) plans = wf_state_list (state, scope, "plan", NULL);
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);

  for (guint i = 0; i < plans->len; i++)
    {
      Candidate candidate = { g_ptr_array_index (plans, i), plan_fit (g_ptr_array_index (plans, i), incident_class) };

      if (candidate.fit > 0)
        g_array_append_val (candidates, candidate);
    }

  g_array_sort (candidates, compare_candidates);
  for (guint i = 0; i < candidates->len; i++)
    g_ptr_array_add (found, wf_entity_ref (g_array_index (candidates, Candidate, i).plan));

  return found;
}

/**
 * wf_rules_plan_level:
 * @plan: a plan
 * @level: 1 (highest) to 4
 *
 * Returns: (transfer full) (nullable): what the plan says of the level, or %NULL where it does not have it
 */
GVariant *
wf_rules_plan_level (WfEntity *plan,
                     int       level)
{
  g_return_val_if_fail (plan != NULL, NULL);

  g_autoptr (GPtrArray) levels = wf_entity_objects (plan, "levels");

  for (guint i = 0; i < levels->len; i++)
    if (wf_dict_int (g_ptr_array_index (levels, i), "level", 0) == level)
      return g_variant_ref (g_ptr_array_index (levels, i));

  return NULL;
}
