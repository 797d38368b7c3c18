/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-rights.h"

#include "wf-dict.h"
#include "wf-entity.h"
#include "wf-event-types.h"
#include "wf-kind.h"
#include "wf-rules.h"
#include "wf-table.h"

#include <string.h>

/* Who may do what. First the role (the table of rights), then, for people of a township or a firm and for mobile units,
 * whether the thing is their own (its last column). The sentence that refuses names the roles that may. */

static const struct
{
  WfRole      role;
  const char *name;
} roles[] = {
  { WF_ROLE_VIEWER, "viewer" },
  { WF_ROLE_DUTY_OFFICER, "duty_officer" },
  { WF_ROLE_OPERATOR, "operator" },
  { WF_ROLE_COMMANDER, "commander" },
  { WF_ROLE_DRILL_COORDINATOR, "drill_coordinator" },
  { WF_ROLE_ADMINISTRATOR, "administrator" },
  { WF_ROLE_UNIT, "unit" },
  { WF_ROLE_DESK, WF_ROLE_NAME_DESK },
  { WF_ROLE_SYSTEM, WF_ACTOR_SYSTEM },
};

/* What people of a township, a firm or a unit may do of it. */
typedef enum {
  REACH_NONE, /* nothing: it is the centre's */
  REACH_OWN,  /* where the thing belongs to them */
  REACH_ANY,
} Reach;

#define WATCH (WF_ROLE_DUTY_OFFICER | WF_ROLE_OPERATOR | WF_ROLE_COMMANDER)
#define LEAD  (WF_ROLE_DUTY_OFFICER | WF_ROLE_COMMANDER)
#define FIELD (WATCH | WF_ROLE_UNIT)
#define DRILL WF_ROLE_DRILL_COORDINATOR
#define ADMIN WF_ROLE_ADMINISTRATOR

/**
 * Right:
 * @type: of the command
 * @live: who may do it
 * @drill: who else may do it in an exercise
 * @reach: what of it those may who are not of the centre
 */
typedef struct
{
  const char *type;
  WfRole      live;
  WfRole      drill;
  Reach       reach;
} Right;

static const Right rights[] = {
  { "approval.sign", WF_ROLE_COMMANDER, 0, REACH_NONE },
  { "crossing.acknowledge", WATCH, DRILL, REACH_NONE },
  { "crossing.raise", WF_ROLE_SYSTEM, 0, REACH_NONE },
  { "exercise.clock", DRILL | ADMIN, 0, REACH_NONE },
  { "exercise.end", DRILL | ADMIN, 0, REACH_NONE },
  { "exercise.open", DRILL | ADMIN, 0, REACH_NONE },
  { "incident.archive", LEAD, DRILL, REACH_NONE },
  { "incident.casualties", WATCH, DRILL, REACH_NONE },
  { "incident.control", LEAD, DRILL, REACH_NONE },
  { "incident.correct", WATCH, DRILL, REACH_NONE },
  { "incident.evacuation", WATCH, DRILL, REACH_NONE },
  { "incident.facts", WATCH, DRILL, REACH_NONE },
  { "incident.grade", LEAD, DRILL, REACH_NONE },
  { "incident.headquarters", WATCH, DRILL, REACH_NONE },
  { "incident.report", WATCH, DRILL, REACH_ANY },
  { "incident.review", LEAD, DRILL, REACH_NONE },
  { "incident.step_back", LEAD, DRILL, REACH_NONE },
  { "incident.supplement", WATCH, DRILL, REACH_NONE },
  { "incident.verify", WATCH, DRILL, REACH_NONE },
  { "incident.wind", WATCH, DRILL, REACH_NONE },
  { "journal.erase", ADMIN, 0, REACH_NONE },
  { "log.add", FIELD | DRILL, 0, REACH_ANY },
  { "log.strike", LEAD, DRILL, REACH_NONE },
  { "medium.attach", FIELD, DRILL, REACH_ANY },
  { "order.issue", WATCH, DRILL, REACH_NONE },
  { "order.overdue", WF_ROLE_SYSTEM, 0, REACH_NONE },
  { "order.step", FIELD, DRILL, REACH_OWN },
  { "plot.change", WATCH, DRILL, REACH_NONE },
  { "plot.draw", WATCH, DRILL, REACH_NONE },
  { "plot.restore", WATCH, DRILL, REACH_NONE },
  { "plot.strike", WATCH, DRILL, REACH_NONE },
  { "registry.put", WF_ROLE_DUTY_OFFICER | WF_ROLE_OPERATOR | ADMIN, DRILL, REACH_OWN },
  { "report.add", WATCH, DRILL, REACH_NONE },
  { "report.overdue", WF_ROLE_SYSTEM, 0, REACH_NONE },
  { "report.send", WATCH, DRILL, REACH_NONE },
  { "report.strike", LEAD, DRILL, REACH_NONE },
  { "response.activate", LEAD, DRILL, REACH_NONE },
  { "response.change_level", LEAD, DRILL, REACH_NONE },
  { "response.stand_down", LEAD, DRILL, REACH_NONE },
  { "stock.release", WATCH, DRILL, REACH_NONE },
  { "stock.reserve", WATCH, DRILL, REACH_NONE },
  { "task.acknowledge", FIELD, DRILL, REACH_OWN },
  { "task.add", WATCH, DRILL, REACH_NONE },
  { "task.feedback", FIELD, DRILL, REACH_OWN },
  { "task.overdue", WF_ROLE_SYSTEM, 0, REACH_NONE },
  { "task.strike", LEAD, DRILL, REACH_NONE },
  { "track.close", WF_ROLE_SYSTEM, 0, REACH_NONE },
  { "user.add", ADMIN, 0, REACH_NONE },
  { "user.change", ADMIN, 0, REACH_NONE },
  { "user.disable", ADMIN, 0, REACH_NONE },
};

/* Of the registry: what everybody's work rests on is changed by the administrator alone. */
static const char *const founded_kinds[] = {
  "plan", "grade_table", "incident_class", "capability", "centre", "organisation", "telemetry", NULL
};

/**
 * wf_role_name:
 * @role: one role
 *
 * Returns: (transfer none) (nullable): its name on the wire
 */
const char *
wf_role_name (WfRole role)
{
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (roles[i].role == role)
      return roles[i].name;

  return NULL;
}

/**
 * wf_role_from_name:
 * @name: (nullable): a name from the wire
 *
 * Returns: the role; %WF_ROLE_NONE where there is none of that name
 */
WfRole
wf_role_from_name (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (name != NULL && wf_same_text (roles[i].name, name))
      return roles[i].role;

  return WF_ROLE_NONE;
}

/* --- who somebody is --- */

static const Right *
find_right (const char *type)
{
  return WF_TABLE_FIND (rights, type);
}

/* Users are the real centre's, in an exercise too. */
static WfEntity *
find_user (WfState    *state,
           const char *actor)
{
  return wf_state_get (state, WF_LIVE, "user", actor);
}

/**
 * wf_rights_role:
 * @state: as things stand
 * @actor: who
 * @role: (nullable): the role that their token carries
 *
 * Says in which role somebody acts. One of the users has the role that the administrator gave, whatever a token says, and
 * none once disabled; whoever is no user has that of the token.
 *
 * Returns: the role
 */
WfRole
wf_rights_role (WfState    *state,
                const char *actor,
                const char *role)
{
  g_return_val_if_fail (WF_IS_STATE (state), WF_ROLE_NONE);
  g_return_val_if_fail (actor != NULL, WF_ROLE_NONE);

  if (strcmp (actor, WF_ACTOR_SYSTEM) == 0)
    return WF_ROLE_SYSTEM;

  g_autoptr (WfEntity) user = find_user (state, actor);

  if (user != NULL)
    return wf_entity_bool (user, "active") ? wf_role_from_name (wf_entity_string (user, "role")) : WF_ROLE_NONE;

  WfRole carried = wf_role_from_name (role);

  return carried == WF_ROLE_SYSTEM ? WF_ROLE_NONE : carried;
}

/* What a township, a firm or a unit calls its own: ids and names that tasks, forces and things may bear. */
static GHashTable *
collect_names (WfState  *state,
               WfRole    role,
               const char *actor,
               WfEntity *user)
{
  static const char *const places[] = { "organisation", "firm", "unit", "team" };
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *unit = wf_entity_string (user, "unit");
  const char *first[] = { wf_entity_string (user, "organisation"), role == WF_ROLE_UNIT ? unit != NULL ? unit : actor : NULL };
  g_autoptr (WfEntity) vehicle = first[1] != NULL ? wf_state_get (state, WF_LIVE, "unit", first[1]) : NULL;
  const char *ids[] = { first[0], first[1], wf_entity_string (vehicle, "team") };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    for (gsize j = 0; ids[i] != NULL && j < G_N_ELEMENTS (places); j++)
      {
        g_autoptr (WfEntity) entity = wf_state_get (state, WF_LIVE, places[j], ids[i]);

        g_hash_table_add (names, g_strdup (ids[i]));
        if (entity != NULL && wf_entity_string (entity, "name") != NULL)
          g_hash_table_add (names, g_strdup (wf_entity_string (entity, "name")));
      }

  return names;
}

/* Whether somebody is of the centre (or the city above it), so that nothing there is another's. */
static gboolean
is_of_centre (WfState  *state,
              WfRole    role,
              WfEntity *user)
{
  const char *id = wf_entity_string (user, "organisation");

  if (role == WF_ROLE_UNIT)
    return FALSE;
  if (id == NULL)
    return TRUE;

  g_autoptr (WfEntity) organisation = wf_state_get (state, WF_LIVE, "organisation", id);

  /* A firm, or an organisation that is no longer there. */
  if (organisation == NULL)
    return FALSE;

  return !wf_entity_is (organisation, "tier", "township") && !wf_entity_is (organisation, "tier", "firm");
}

/**
 * wf_rights_reads:
 * @state: as things stand
 * @actor: who
 * @role: (nullable): the role that their token carries
 *
 * Says whether somebody may read the centre's records. Whoever may do something else sends, and asks for what is theirs
 * (wf_rights_pick_own()): a mobile unit, and people of a township or a firm, for whom what the others do is not meant.
 *
 * Returns: whether
 */
gboolean
wf_rights_reads (WfState    *state,
                 const char *actor,
                 const char *role)
{
  WfRole acting = wf_rights_role (state, actor, role);
  g_autoptr (WfEntity) user = find_user (state, actor);

  return acting != WF_ROLE_NONE && is_of_centre (state, acting, user);
}

/**
 * wf_rights_hears:
 * @role: in which role somebody who reads acts
 * @audience: (nullable): of an event or of a kind: `all` (or %NULL), or a role
 *
 * Returns: whether it is meant for them; whoever has the whole desk hears everything
 */
gboolean
wf_rights_hears (WfRole      role,
                 const char *audience)
{
  return audience == NULL || strcmp (audience, WF_AUDIENCE_ALL) == 0 || (role & WF_ROLE_DESK) ||
         (role != WF_ROLE_NONE && role == wf_role_from_name (audience));
}

/**
 * wf_rights_hears_event:
 * @role: in which role somebody who reads acts
 * @audience: as the header says
 * @type: as the header says
 *
 * Says whether somebody may see an event's payload. What was recorded for all when its type had no audience yet is for
 * those whom it is meant for now.
 *
 * Returns: whether
 */
gboolean
wf_rights_hears_event (WfRole      role,
                       const char *audience,
                       const char *type)
{
  g_return_val_if_fail (type != NULL, FALSE);

  return wf_rights_hears (role, audience) && wf_rights_hears (role, wf_rules_event_audience (type));
}

/**
 * wf_rights_hear_alike:
 * @a: a role
 * @b: a role
 *
 * Returns: whether what is meant for the one is meant for the other: a copy of the records that was taken in the one role
 *   is complete in the other, and has nothing too many
 */
gboolean
wf_rights_hear_alike (WfRole a,
                      WfRole b)
{
  guint n_types, n_kinds;
  const WfEventType *types = wf_event_type_all (&n_types);
  const WfKind *kinds = wf_kind_all (&n_kinds);

  for (guint i = 0; i < n_types; i++)
    if (wf_rights_hears (a, types[i].audience) != wf_rights_hears (b, types[i].audience))
      return FALSE;

  for (guint i = 0; i < n_kinds; i++)
    if (wf_rights_hears (a, kinds[i].audience) != wf_rights_hears (b, kinds[i].audience))
      return FALSE;

  return TRUE;
}

/* --- may they --- */

static WfProblem *
refuse_role (WfRole may)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (roles[i].role & may)
      g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "", roles[i].name);

  return wf_problem_new (WF_PROBLEM_RIGHTS, "rights.role", NULL, names->str);
}

/**
 * wf_rights_check:
 * @state: as things stand
 * @actor: who
 * @role: (nullable): the role that their token carries
 * @scope: in which scope
 * @type: type of a command
 *
 * Says whether somebody may give such a command at all; the screens ask it too, so that what one may not do is shown so,
 * with the reason (wf_problem_message()).
 *
 * Returns: (transfer full) (nullable): why not, or %NULL where they may
 */
WfProblem *
wf_rights_check (WfState    *state,
                 const char *actor,
                 const char *role,
                 const char *scope,
                 const char *type)
{
  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (actor != NULL && scope != NULL && type != NULL, NULL);

  const Right *right = find_right (type);
  WfRole acting = wf_rights_role (state, actor, role);
  g_autoptr (WfEntity) user = find_user (state, actor);
  gboolean drill = strcmp (scope, WF_LIVE) != 0;

  /* What stands in no row is nobody's; a test sees to it that each has one. */
  WfRole may = right != NULL ? right->live | (drill ? right->drill : 0) : 0;

  if (may != WF_ROLE_SYSTEM)
    may |= WF_ROLE_DESK;

  if (user != NULL && acting == WF_ROLE_NONE)
    return wf_problem_new (WF_PROBLEM_RIGHTS, "rights.disabled", NULL, NULL);
  if (acting == WF_ROLE_NONE)
    return wf_problem_new (WF_PROBLEM_RIGHTS, "rights.nobody", NULL, NULL);
  if (!(acting & may) && acting != WF_ROLE_SYSTEM)
    return refuse_role (may & ~WF_ROLE_DESK);
  if (right != NULL && right->reach == REACH_NONE && acting != WF_ROLE_SYSTEM && !is_of_centre (state, acting, user))
    return wf_problem_new (WF_PROBLEM_RIGHTS, "rights.centre-only", NULL, NULL);

  return NULL;
}

/* The fields that say whose a thing is. */
static const char *const owners[] = { "organisation", "firm", "team", "depot", "pool" };

/* What a township or a firm is told of an incident that it has something to do in: not who called, who was hurt, nor what
 * people wrote. */
static const char *const told_of_incident[] = {
  "title", "state", "category", "class", "place", "location", "t0", "activated_at", "firm", "grade", "level", "wind",
  "controlled_at", "stood_down_at", "archived_at", NULL
};

static gboolean
is_named (GHashTable *names,
          const char *name)
{
  return name != NULL && g_hash_table_contains (names, name);
}

/* Whether a thing, as its fields say, is of somebody who goes by one of the names. */
static gboolean
is_own (WfState    *state,
        const char *scope,
        const char *kind,
        const char *id,
        GVariant   *fields,
        GHashTable *names)
{
  if (is_named (names, id) && (strcmp (kind, "firm") == 0 || strcmp (kind, "unit") == 0 || strcmp (kind, "team") == 0))
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (owners); i++)
    {
      const char *owner = wf_dict_string (fields, owners[i]);

      if (owner == NULL)
        continue;
      if (is_named (names, owner))
        return TRUE;

      /* What lies in a depot, and a team's vehicle, are of whoever the depot or the team is of. */
      g_autoptr (WfEntity) whole = i > 1 ? wf_state_get (state, scope, owners[i], owner) : NULL;

      if (is_named (names, wf_entity_string (whole, "organisation")))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_own_entity (WfState    *state,
               const char *scope,
               const char *kind,
               const char *id,
               GHashTable *names)
{
  g_autoptr (WfEntity) entity = kind != NULL && id != NULL ? wf_state_get (state, scope, kind, id) : NULL;

  return entity != NULL && is_own (state, scope, kind, id, wf_entity_fields (entity), names);
}

static WfProblem *
refuse_other (const char *field,
              const char *id)
{
  return wf_problem_new (WF_PROBLEM_RIGHTS, "rights.organisation", field, id);
}

static gboolean
is_founded (const char *kind)
{
  return g_strv_contains (founded_kinds, kind);
}

static WfProblem *
check_registry (WfState    *state,
                WfCommand  *command,
                WfRole      acting,
                GHashTable *names)
{
  g_autoptr (GPtrArray) entities = wf_dict_objects (command->payload, "entities");

  for (guint i = 0; i < entities->len; i++)
    {
      GVariant *entry = g_ptr_array_index (entities, i);
      const char *kind = wf_dict_string (entry, "kind");
      const char *id = wf_dict_string (entry, "id");
      g_autoptr (GVariant) fields = wf_dict_value (entry, "fields");
      g_autofree char *path = g_strdup_printf ("entities[%u]", i);

      if (is_founded (kind) && !(acting & (ADMIN | DRILL | WF_ROLE_DESK)))
        return refuse_role (ADMIN);
      if (names == NULL)
        continue;

      /* Both as it was and as it is to be, so that nothing is taken from others nor pushed onto them. */
      g_autoptr (WfEntity) old = wf_state_get (state, command->scope, kind, id);

      if (!is_own (state, command->scope, kind, id, fields, names) ||
          (old != NULL && !is_own_entity (state, command->scope, kind, id, names)))
        return refuse_other (path, id);
    }

  return NULL;
}

static WfProblem *
check_order (WfState    *state,
             WfCommand  *command,
             GHashTable *names)
{
  const char *id = wf_dict_string (command->payload, "order");
  g_autoptr (WfEntity) order = wf_state_get (state, command->scope, "order", id);

  /* What is not there is refused by the rule that looks for it. */
  if (order == NULL || is_own_entity (state, command->scope, wf_entity_string (order, "force_kind"),
                                      wf_entity_string (order, "force"), names))
    return NULL;

  return refuse_other ("order", wf_entity_string (order, "force_name"));
}

static WfProblem *
check_task (WfState    *state,
            WfCommand  *command,
            GHashTable *names)
{
  const char *id = wf_dict_string (command->payload, "task");
  g_autoptr (WfEntity) task = wf_state_get (state, command->scope, "task", id);

  if (task == NULL || is_named (names, wf_entity_string (task, "group")))
    return NULL;

  return refuse_other ("task", wf_entity_string (task, "group"));
}

/**
 * wf_rights_check_reach:
 * @state: as things stand
 * @command: a command that wf_rights_check() lets pass and whose payload fits its table
 *
 * Says whether the very thing is within reach of whoever gives the command.
 *
 * Returns: (transfer full) (nullable): why not, or %NULL where it is
 */
WfProblem *
wf_rights_check_reach (WfState   *state,
                       WfCommand *command)
{
  g_return_val_if_fail (WF_IS_STATE (state) && command != NULL, NULL);

  const Right *right = find_right (command->type);
  WfRole acting = wf_rights_role (state, command->actor, command->role);
  g_autoptr (WfEntity) user = find_user (state, command->actor);
  gboolean centre = acting == WF_ROLE_SYSTEM || is_of_centre (state, acting, user);
  g_autoptr (GHashTable) names = centre ? NULL : collect_names (state, acting, command->actor, user);

  if (strcmp (command->type, "registry.put") == 0)
    return check_registry (state, command, acting, names);
  if (names == NULL || right == NULL || right->reach != REACH_OWN)
    return NULL;

  return strcmp (command->type, "order.step") == 0
         ? check_order (state, command, names)
         : check_task (state, command, names);
}

/* --- what is their own --- */

static gboolean
has_owner (const WfKind *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (owners); i++)
    if (wf_fields_lookup (kind->fields, owners[i]) != NULL)
      return TRUE;

  return FALSE;
}

/**
 * wf_rights_own_kinds:
 *
 * Returns: (transfer full) (array zero-terminated=1): the kinds of which wf_rights_pick_own() may pick something
 */
char **
wf_rights_own_kinds (void)
{
  static const char *const more[] = { "organisation", "firm", "unit", "team", "incident", "task", "order", NULL };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n;
  const WfKind *kinds = wf_kind_all (&n);

  for (guint i = 0; i < n; i++)
    if (g_strv_contains (more, kinds[i].name) ||
        (kinds[i].audience == NULL && g_strcmp0 (kinds[i].parent, "incident") != 0 && has_owner (&kinds[i])))
      g_strv_builder_add (builder, kinds[i].name);

  return g_strv_builder_end (builder);
}

static gboolean
is_theirs (WfState    *state,
           const char *scope,
           WfEntity   *thing,
           GHashTable *names)
{
  const char *kind = wf_entity_kind (thing);

  if (strcmp (kind, "incident") == 0)
    return FALSE;
  if (strcmp (kind, "task") == 0)
    return is_named (names, wf_entity_string (thing, "group"));
  if (strcmp (kind, "order") == 0)
    return is_own_entity (state, scope, wf_entity_string (thing, "force_kind"), wf_entity_string (thing, "force"), names);
  if (strcmp (kind, "organisation") == 0 && is_named (names, wf_entity_id (thing)))
    return TRUE;

  return is_own (state, scope, kind, wf_entity_id (thing), wf_entity_fields (thing), names);
}

static WfEntity *
tell_incident (WfEntity *incident)
{
  GVariantBuilder fields;

  g_variant_builder_init (&fields, G_VARIANT_TYPE_VARDICT);
  for (gsize i = 0; told_of_incident[i] != NULL; i++)
    {
      g_autoptr (GVariant) value = wf_dict_value (wf_entity_fields (incident), told_of_incident[i]);

      if (value != NULL)
        g_variant_builder_add (&fields, "{sv}", told_of_incident[i], value);
    }

  return wf_entity_new (wf_entity_scope (incident), "incident", wf_entity_id (incident), g_variant_builder_end (&fields), NULL,
                        wf_entity_number (incident));
}

/**
 * wf_rights_pick_own:
 * @state: who is who, live, and the teams, depots and pools of the scope
 * @actor: who
 * @role: (nullable): the role that their token carries
 * @scope: a scope
 * @things: (element-type WfEntity): what there is of wf_rights_own_kinds() in it
 *
 * Says what belongs to somebody's organisation, or to a mobile unit: their teams, vehicles, depots and what lies in them,
 * what they are ordered to do, and of the incidents that this is part of what they need to know.
 *
 * Returns: (transfer full) (element-type WfEntity): those things; nothing for who belongs to no organisation
 */
GPtrArray *
wf_rights_pick_own (WfState    *state,
                    const char *actor,
                    const char *role,
                    const char *scope,
                    GPtrArray  *things)
{
  g_return_val_if_fail (WF_IS_STATE (state) && actor != NULL && scope != NULL && things != NULL, NULL);

  GPtrArray *picked = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  WfRole acting = wf_rights_role (state, actor, role);
  g_autoptr (WfEntity) user = find_user (state, actor);
  g_autoptr (GHashTable) names = collect_names (state, acting, actor, user);
  g_autoptr (GHashTable) incidents = g_hash_table_new (g_str_hash, g_str_equal);

  if (acting == WF_ROLE_NONE)
    return picked;

  for (guint i = 0; i < things->len; i++)
    {
      WfEntity *thing = g_ptr_array_index (things, i);
      const char *kind = wf_entity_kind (thing);

      if (!is_theirs (state, scope, thing, names))
        continue;
      g_ptr_array_add (picked, wf_entity_ref (thing));
      if ((strcmp (kind, "task") == 0 || strcmp (kind, "order") == 0) && wf_entity_string (thing, "incident") != NULL)
        g_hash_table_add (incidents, (gpointer) wf_entity_string (thing, "incident"));
    }

  for (guint i = 0; i < things->len; i++)
    {
      WfEntity *thing = g_ptr_array_index (things, i);

      if (strcmp (wf_entity_kind (thing), "incident") == 0 && g_hash_table_contains (incidents, wf_entity_id (thing)))
        g_ptr_array_add (picked, tell_incident (thing));
    }

  return picked;
}
