/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-resource-columns.h"

#include "wf-time.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* Stock that expires within this time is to be replaced. */
#define EXPIRES_SOON (30 * WF_DAY)

static const WfColumn team_columns[] = {
  { NC_("resource column", "Name"), "name", WF_COLUMN_TEXT },
  { NC_("resource column", "Nature"), "nature", WF_COLUMN_CHOICE, "nature", 12 },
  { NC_("resource column", "State"), "state", WF_COLUMN_CHOICE, "team.state", 13 },
  { NC_("resource column", "Strength"), "strength", WF_COLUMN_NUMBER, NULL, 6 },
  { NC_("resource column", "Ready (min)"), "readiness_minutes", WF_COLUMN_NUMBER, NULL, 8 },
  { NC_("resource column", "Unit"), "organisation", WF_COLUMN_TEXT, NULL, 14 },
  { NC_("resource column", "Contact"), "contacts", WF_COLUMN_CONTACT, NULL, 24 },
};

static const WfColumn unit_columns[] = {
  { NC_("resource column", "Name"), "name", WF_COLUMN_TEXT },
  { NC_("resource column", "Kind"), "type", WF_COLUMN_CHOICE, "unit.type", 15 },
  { NC_("resource column", "State"), "state", WF_COLUMN_CHOICE, "unit.state", 13 },
  { NC_("resource column", "Plate"), "plate", WF_COLUMN_TEXT, NULL, 10 },
  { NC_("resource column", "Crew"), "crew", WF_COLUMN_STRINGS, NULL, 18 },
  { NC_("resource column", "Contact"), "contacts", WF_COLUMN_CONTACT, NULL, 24 },
};

static const WfColumn depot_columns[] = {
  { NC_("resource column", "Name"), "name", WF_COLUMN_TEXT },
  { NC_("resource column", "Tier"), "tier", WF_COLUMN_CHOICE, "tier", 17 },
  { NC_("resource column", "Place"), "place", WF_COLUMN_TEXT, NULL, 22 },
  { NC_("resource column", "Ready (min)"), "readiness_minutes", WF_COLUMN_NUMBER, NULL, 8 },
  { NC_("resource column", "Contact"), "contacts", WF_COLUMN_CONTACT, NULL, 24 },
};

static const WfColumn stock_columns[] = {
  { NC_("resource column", "Item"), "name", WF_COLUMN_TEXT },
  { NC_("resource column", "Quantity"), "quantity", WF_COLUMN_NUMBER, NULL, 8 },
  { NC_("resource column", "Measure"), "unit", WF_COLUMN_TEXT, NULL, 5 },
  { NC_("resource column", "Reserved"), "reserved", WF_COLUMN_NUMBER, NULL, 7 },
  { NC_("resource column", "Minimum"), "minimum", WF_COLUMN_NUMBER, NULL, 7 },
  { NC_("resource column", "Expires"), "expires", WF_COLUMN_DATE, NULL, 10 },
  { NC_("resource column", "Depot"), "depot", WF_COLUMN_PARENT, "depot", 18 },
  { NC_("resource column", "Lot"), "lot", WF_COLUMN_TEXT, NULL, 12 },
};

static const WfColumn pool_columns[] = {
  { NC_("resource column", "Name"), "name", WF_COLUMN_TEXT },
  { NC_("resource column", "Speciality"), "speciality", WF_COLUMN_PARENT, "capability", 20 },
  { NC_("resource column", "Contact"), "contacts", WF_COLUMN_CONTACT, NULL, 24 },
};

static const WfColumn expert_columns[] = {
  { NC_("resource column", "Name"), "name", WF_COLUMN_TEXT },
  { NC_("resource column", "Title"), "title", WF_COLUMN_TEXT, NULL, 12 },
  { NC_("resource column", "Pool"), "pool", WF_COLUMN_PARENT, "pool", 16 },
  { NC_("resource column", "On call"), "on_call", WF_COLUMN_YES_NO, NULL, 6 },
  { NC_("resource column", "State"), "state", WF_COLUMN_CHOICE, "expert.state", 13 },
  { NC_("resource column", "Unit"), "organisation", WF_COLUMN_TEXT, NULL, 15 },
  { NC_("resource column", "Contact"), "contacts", WF_COLUMN_CONTACT, NULL, 24 },
};

static const WfColumn hazard_columns[] = {
  { NC_("resource column", "Name"), "name", WF_COLUMN_TEXT },
  { NC_("resource column", "Level"), "level", WF_COLUMN_NUMBER, NULL, 5 },
  { NC_("resource column", "Substance"), "substance", WF_COLUMN_TEXT, NULL, 10 },
  { NC_("resource column", "UN no."), "un_number", WF_COLUMN_TEXT, NULL, 7 },
  { NC_("resource column", "Amount (t)"), "amount_t", WF_COLUMN_NUMBER, NULL, 8 },
  { NC_("resource column", "Firm"), "firm", WF_COLUMN_PARENT, "firm", 20 },
  { NC_("resource column", "Contact"), "contacts", WF_COLUMN_CONTACT, NULL, 24 },
};

static const WfColumn firm_columns[] = {
  { NC_("resource column", "Name"), "name", WF_COLUMN_TEXT },
  { NC_("resource column", "Branch"), "branch", WF_COLUMN_TEXT, NULL, 10 },
  { NC_("resource column", "Staff"), "staff", WF_COLUMN_NUMBER, NULL, 7 },
  { NC_("resource column", "Plan filed"), "plan_filed", WF_COLUMN_YES_NO, NULL, 8 },
  { NC_("resource column", "Place"), "place", WF_COLUMN_TEXT, NULL, 20 },
  { NC_("resource column", "Contact"), "contacts", WF_COLUMN_CONTACT, NULL, 24 },
};

static const WfColumn fixed_columns[] = {
  { NC_("resource column", "Name"), "name", WF_COLUMN_TEXT },
  { NC_("resource column", "Capacity"), "capacity", WF_COLUMN_NUMBER, NULL, 8 },
  { NC_("resource column", "Free"), "free", WF_COLUMN_NUMBER, NULL, 8 },
  { NC_("resource column", "Place"), "place", WF_COLUMN_TEXT, NULL, 24 },
  { NC_("resource column", "Unit"), "organisation", WF_COLUMN_TEXT, NULL, 15 },
  { NC_("resource column", "Contact"), "contacts", WF_COLUMN_CONTACT, NULL, 24 },
};

static const WfColumn person_columns[] = {
  { NC_("resource column", "Name"), "name", WF_COLUMN_TEXT, NULL, 12 },
  { NC_("resource column", "Post"), "post", WF_COLUMN_TEXT, NULL, 18 },
  { NC_("resource column", "Unit"), "organisation", WF_COLUMN_TEXT },
  { NC_("resource column", "Role in plans"), "plan_role", WF_COLUMN_TEXT, NULL, 20 },
  { NC_("resource column", "Telephone"), "phone", WF_COLUMN_TEXT, NULL, 14 },
  { NC_("resource column", "Mobile"), "mobile", WF_COLUMN_TEXT, NULL, 13 },
};

static const struct
{
  const char     *kind;
  const WfColumn *columns;
  gsize           n;
} tables[] = {
  { "team", team_columns, G_N_ELEMENTS (team_columns) },
  { "unit", unit_columns, G_N_ELEMENTS (unit_columns) },
  { "depot", depot_columns, G_N_ELEMENTS (depot_columns) },
  { "stock", stock_columns, G_N_ELEMENTS (stock_columns) },
  { "pool", pool_columns, G_N_ELEMENTS (pool_columns) },
  { "expert", expert_columns, G_N_ELEMENTS (expert_columns) },
  { "hazard_source", hazard_columns, G_N_ELEMENTS (hazard_columns) },
  { "firm", firm_columns, G_N_ELEMENTS (firm_columns) },
  { "person", person_columns, G_N_ELEMENTS (person_columns) },
};

/**
 * wf_resource_columns:
 * @kind: a kind of resource
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): the columns of its table
 */
const WfColumn *
wf_resource_columns (const char *kind,
                     gsize      *n)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (strcmp (tables[i].kind, kind) == 0)
      {
        *n = tables[i].n;
        return tables[i].columns;
      }

  *n = G_N_ELEMENTS (fixed_columns);
  return fixed_columns;
}

static char *
contact_text (WfEntity   *entity,
              const char *field)
{
  g_autoptr (GPtrArray) contacts = wf_entity_objects (entity, field);

  if (contacts == NULL || contacts->len == 0)
    return g_strdup ("");

  const char *name = wf_dict_string (contacts->pdata[0], "name");
  const char *phone = wf_dict_string (contacts->pdata[0], "phone");

  /* The number first: where there is little room, it is what one needs. */
  return g_strdup_printf ("%s %s", phone != NULL ? phone : "", name != NULL ? name : "");
}

static char *
parent_name (const WfColumn *self,
             WfSession      *session,
             WfEntity       *entity)
{
  g_autoptr (WfEntity) parent = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), self->detail,
                                              wf_entity_string (entity, self->field));
  const char *name = wf_entity_string (parent, "name");

  if (name == NULL)
    name = wf_entity_string (entity, self->field);
  return g_strdup (name != NULL ? name : "");
}

/**
 * wf_resource_column_text:
 * @self: a column
 * @session: the session
 * @entity: a thing
 *
 * Returns: (transfer full): what the column shows of it
 */
char *
wf_resource_column_text (const WfColumn *self,
                         WfSession      *session,
                         WfEntity       *entity)
{
  const char *text;
  g_autoptr (GVariant) value = wf_entity_value (entity, self->field);

  if (value == NULL)
    return g_strdup ("");

  switch (self->type)
    {
    case WF_COLUMN_CHOICE:
      text = wf_entity_string (entity, self->field);
      return g_strdup (text != NULL ? wf_wording_value (self->detail, text) : "");

    case WF_COLUMN_NUMBER:
      return g_strdup_printf ("%.10g", wf_entity_double (entity, self->field, 0));

    case WF_COLUMN_STRINGS:
      {
        g_auto (GStrv) strings = wf_dict_strings (wf_entity_fields (entity), self->field);

        return g_strjoinv (C_("list", ", "), strings);
      }

    case WF_COLUMN_DATE:
      return wf_time_format_local (wf_entity_time (entity, self->field), "%F");

    case WF_COLUMN_YES_NO:
      return g_strdup (wf_entity_bool (entity, self->field) ? _("yes") : _("no"));

    case WF_COLUMN_CONTACT:
      return contact_text (entity, self->field);

    case WF_COLUMN_PARENT:
      return parent_name (self, session, entity);

    case WF_COLUMN_TEXT:
    default:
      text = wf_entity_string (entity, self->field);
      return g_strdup (text != NULL ? text : "");
    }
}

/**
 * wf_resource_column_compare:
 * @self: a column
 * @session: the session
 * @a: a thing
 * @b: another
 *
 * Numbers are compared as numbers and texts as the language sorts them.
 *
 * Returns: as strcmp()
 */
int
wf_resource_column_compare (const WfColumn *self,
                            WfSession      *session,
                            WfEntity       *a,
                            WfEntity       *b)
{
  if (self->type == WF_COLUMN_NUMBER || self->type == WF_COLUMN_DATE)
    {
      double l = wf_entity_double (a, self->field, -1);
      double r = wf_entity_double (b, self->field, -1);

      return l < r ? -1 : l > r;
    }

  g_autofree char *l = wf_resource_column_text (self, session, a);
  g_autofree char *r = wf_resource_column_text (self, session, b);

  return g_utf8_collate (l, r);
}

/**
 * wf_stock_is_short:
 * @stock: a stock line
 * @now: the present moment
 *
 * Returns: whether there is less of it than there should be, or it expires soon
 */
gboolean
wf_stock_is_short (WfEntity *stock,
                   int64_t   now)
{
  int64_t expires = wf_entity_time (stock, "expires");
  double left = wf_entity_double (stock, "quantity", 0) - wf_entity_double (stock, "reserved", 0);

  return left < wf_entity_double (stock, "minimum", 0) || (expires != 0 && expires < now + EXPIRES_SOON);
}
