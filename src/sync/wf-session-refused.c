/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-command-types.h"
#include "wf-dict.h"
#include "wf-kind.h"

#include <string.h>

/* What could not be done: commands that the service refused, each beside what has become of the thing meanwhile; and
 * commands that are not this person's. */

/* Commands that write over a field of the thing that they are about. What they are based on goes along, so that the service
 * does not put them over what somebody else has written meanwhile. (Facts are put together by name, and steps of a task or
 * an order are held apart by the rules.) */
static const struct
{
  const char *type;
  const char *kind;
} overwriting[] = {
  { "incident.casualties", "incident" },
  { "incident.correct", "incident" },
  { "incident.evacuation", "incident" },
  { "incident.headquarters", "incident" },
  { "incident.wind", "incident" },
  { "plot.change", "plot" },
};

/**
 * wf_session_base:
 * @seen: the thing as the person saw it
 * @type: type of a command
 * @payload: what it says
 *
 * Returns: (transfer full) (nullable): what the command is based on; %NULL where it writes over nothing
 */
GVariant *
wf_session_base (WfEntity   *seen,
                 const char *type,
                 GVariant   *payload)
{
  const WfKind *kind = wf_kind_lookup (wf_entity_kind (seen));
  GVariantBuilder builder;
  gboolean overwrites = FALSE;
  gboolean any = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (overwriting); i++)
    if (strcmp (overwriting[i].type, type) == 0 && strcmp (overwriting[i].kind, wf_entity_kind (seen)) == 0)
      overwrites = TRUE;
  if (!overwrites || kind == NULL)
    return NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; kind->fields[i].key != NULL; i++)
    {
      const char *field = kind->fields[i].key;
      g_autoptr (GVariant) value = wf_entity_value (seen, field);
      int64_t version = wf_entity_version (seen, field);

      /* What nobody has written is written over by nobody. */
      if (version <= 0 || value == NULL || !wf_dict_has (payload, field))
        continue;

      g_autoptr (GVariant) base = wf_dict_make ("kind", wf_value_string (wf_entity_kind (seen)),
                                                "id", wf_value_string (wf_entity_id (seen)),
                                                "field", wf_value_string (field),
                                                "version", wf_value_int (version),
                                                NULL);

      g_variant_builder_add_value (&builder, base);
      any = TRUE;
    }

  if (any)
    return g_variant_ref_sink (g_variant_builder_end (&builder));

  g_variant_builder_clear (&builder);
  return NULL;
}

/* The thing that a command is about: the one that its type is named after, or else the incident. */
static WfEntity *
find_thing (WfState     *state,
            const char  *scope,
            const char  *type,
            GVariant    *payload,
            const char **kind)
{
  const char *dot = strchr (type, '.');
  g_autofree char *own = dot != NULL ? g_strndup (type, (gsize) (dot - type)) : NULL;
  const char *candidates[] = { own, "incident" };

  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      const WfKind *known = candidates[i] != NULL ? wf_kind_lookup (candidates[i]) : NULL;
      const char *id = known != NULL ? wf_dict_string (payload, candidates[i]) : NULL;

      if (id == NULL)
        continue;

      *kind = known->name;
      return wf_state_get (state, scope, known->name, id);
    }

  *kind = NULL;
  return NULL;
}

/**
 * wf_session_base_now:
 * @state: as things stand on this workstation
 * @scope: a scope
 * @type: type of a command
 * @payload: what it says
 *
 * Returns: (transfer full) (nullable): what the command is based on as things stand on this workstation
 */
GVariant *
wf_session_base_now (WfState    *state,
                     const char *scope,
                     const char *type,
                     GVariant   *payload)
{
  const char *kind;
  g_autoptr (WfEntity) thing = find_thing (state, scope, type, payload, &kind);

  return thing != NULL ? wf_session_base (thing, type, payload) : NULL;
}

static void
free_difference (WfDifference *difference)
{
  g_free (difference->field);
  g_clear_pointer (&difference->mine, g_variant_unref);
  g_clear_pointer (&difference->theirs, g_variant_unref);
  g_free (difference);
}

/**
 * wf_refusal_free:
 * @self: (transfer full): a refusal
 */
void
wf_refusal_free (WfRefusal *self)
{
  wf_command_unref (self->command);
  wf_problem_free (self->problem);
  g_clear_pointer (&self->entity, wf_entity_unref);
  g_clear_pointer (&self->event, wf_event_unref);
  g_ptr_array_unref (self->differences);
  g_free (self);
}

static void
add_difference (WfRefusal  *self,
                const char *field,
                GVariant   *mine,
                GVariant   *theirs)
{
  WfDifference *difference = g_new0 (WfDifference, 1);

  difference->field = g_strdup (field);
  difference->mine = mine != NULL ? g_variant_ref (mine) : NULL;
  difference->theirs = theirs != NULL ? g_variant_ref (theirs) : NULL;
  g_ptr_array_add (self->differences, difference);
}

/* Field by field: what the command says and the records say otherwise, and the state that stands in its way. */
static int64_t
compare (WfRefusal *self)
{
  const WfCommandType *type = wf_command_type_lookup (self->command->type);
  const WfKind *kind = self->kind != NULL ? wf_kind_lookup (self->kind) : NULL;
  int64_t newest = 0;

  for (gsize i = 0; type != NULL && type->fields[i].key != NULL; i++)
    {
      const char *field = type->fields[i].key;
      g_autoptr (GVariant) mine = wf_dict_value (self->command->payload, field);
      g_autoptr (GVariant) theirs = self->entity != NULL ? wf_entity_value (self->entity, field) : NULL;

      /* Ids of things are no matter for people. */
      if (mine == NULL || wf_kind_lookup (field) != NULL || (theirs != NULL && g_variant_equal (mine, theirs)))
        continue;

      add_difference (self, field, mine, theirs);
      if (theirs != NULL)
        newest = MAX (newest, wf_entity_version (self->entity, field));
    }

  if (self->entity != NULL && kind != NULL && self->problem->kind == WF_PROBLEM_STATE &&
      wf_entity_string (self->entity, "state") != NULL)
    {
      g_autoptr (GVariant) state = wf_entity_value (self->entity, "state");

      add_difference (self, "state", NULL, state);
      newest = MAX (newest, wf_entity_version (self->entity, "state"));
    }

  return newest > 0 ? newest : self->entity != NULL ? wf_entity_number (self->entity) : 0;
}

static WfEvent *
find_event (WfSession  *self,
            const char *scope,
            int64_t     number)
{
  for (guint i = self->events->len; number > 0 && i > 0; i--)
    {
      WfEvent *event = g_ptr_array_index (self->events, i - 1);

      if (event->number == number && strcmp (event->scope, scope) == 0)
        return wf_event_ref (event);
    }

  return NULL;
}

/**
 * wf_session_find_refusal:
 * @self: a session
 * @id: id of a refused command
 *
 * Returns: (transfer full) (nullable): the command beside what stands now; %NULL where it has been dealt with
 */
WfRefusal *
wf_session_find_refusal (WfSession  *self,
                         const char *id)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  for (guint i = 0; i < self->refused->len; i++)
    {
      WfOutboxRow *row = g_ptr_array_index (self->refused, i);
      WfCommand *command = NULL;

      if (g_strcmp0 (row->id, id) == 0 && wf_session_is_own (self, row))
        command = wf_session_read_row (self, row);
      if (command == NULL)
        continue;

      WfRefusal *refusal = g_new0 (WfRefusal, 1);
      WfState *layer = wf_session_shows (self, command->scope) ? self->state : wf_session_find_layer (self, command->scope);

      refusal->command = command;
      refusal->problem = wf_problem_copy (row->problem);
      refusal->refused_at = row->refused_at;
      if (layer != NULL)
        refusal->entity = find_thing (layer, command->scope, command->type, command->payload, &refusal->kind);
      refusal->differences = g_ptr_array_new_with_free_func ((GDestroyNotify) free_difference);
      refusal->event = find_event (self, command->scope, compare (refusal));

      return refusal;
    }

  return NULL;
}

/**
 * wf_session_get_refused:
 * @self: a session
 *
 * Returns: how many commands of this person were refused and wait for somebody to deal with them
 */
guint
wf_session_get_refused (WfSession *self)
{
  guint n = 0;

  g_return_val_if_fail (WF_IS_SESSION (self), 0);

  for (guint i = 0; i < self->refused->len; i++)
    n += wf_session_is_own (self, g_ptr_array_index (self->refused, i));

  return n;
}

/**
 * wf_session_name_actor:
 * @self: a session
 * @actor: (nullable): who did something
 *
 * Accounts are meant for administrators; of others the directory knows the name where the person's id there is that of the
 * account.
 *
 * Returns: (transfer full): a name for people where one is known here, or else the id
 */
char *
wf_session_name_actor (WfSession  *self,
                       const char *actor)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  g_autoptr (WfEntity) user = actor != NULL ? wf_state_get (self->state, WF_LIVE, "user", actor) : NULL;
  g_autoptr (WfEntity) person = actor != NULL ? wf_state_get (self->state, WF_LIVE, "person", actor) : NULL;
  const char *name = wf_entity_string (user != NULL ? user : person, "name");

  if (name == NULL && g_strcmp0 (actor, self->actor) == 0)
    name = self->name;

  return g_strdup (name != NULL ? name : actor != NULL ? actor : "");
}

/**
 * wf_session_list_refused:
 * @self: a session
 * @problems: (out) (optional) (transfer full) (element-type WfProblem): why, in the same order
 *
 * Lists what the service has refused of this person's and nobody has dealt with, so that what was typed is not lost.
 *
 * Returns: (transfer full) (element-type WfCommand): the commands, oldest first
 */
GPtrArray *
wf_session_list_refused (WfSession  *self,
                         GPtrArray **problems)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  GPtrArray *commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);
  g_autoptr (GPtrArray) reasons = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_problem_free);

  for (guint i = 0; i < self->refused->len; i++)
    {
      WfOutboxRow *row = g_ptr_array_index (self->refused, i);
      WfCommand *command = wf_session_is_own (self, row) ? wf_session_read_row (self, row) : NULL;

      if (command == NULL)
        continue;

      g_ptr_array_add (commands, command);
      g_ptr_array_add (reasons, wf_problem_copy (row->problem));
    }

  if (problems != NULL)
    *problems = g_steal_pointer (&reasons);

  return commands;
}

/**
 * wf_session_forget_refused:
 * @self: a session
 * @id: id of a refused command that somebody has dealt with
 */
void
wf_session_forget_refused (WfSession  *self,
                           const char *id)
{
  g_return_if_fail (WF_IS_SESSION (self));

  for (guint i = 0; i < self->refused->len; i++)
    if (g_strcmp0 (((WfOutboxRow *) g_ptr_array_index (self->refused, i))->id, id) == 0)
      {
        g_ptr_array_remove_index (self->refused, i);
        wf_outbox_forget_refused (self->outbox, id);
        wf_session_update_waiting (self);
        return;
      }
}

/**
 * wf_session_list_held:
 * @self: a session
 *
 * Lists commands on this workstation that are not this person's, or are for another service. They are never sent in this
 * person's name; they go out when their author works here again.
 *
 * Returns: (transfer full) (element-type WfCommand): the commands, in order
 */
GPtrArray *
wf_session_list_held (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  GPtrArray *commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

  for (guint i = 0; i < self->held->len; i++)
    {
      WfCommand *command = wf_session_read_row (self, g_ptr_array_index (self->held, i));

      if (command != NULL)
        g_ptr_array_add (commands, command);
    }

  return commands;
}
