/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-attention.h"


/* What of the register asks for attention before somebody sends people or trucks there. */

/* Finer than anything is counted; see how quantities are settled when events are applied. */
#define TRACE 1e-7

/* All lots of one item in a depot. */
typedef struct
{
  const char *name;
  double      minimum;
  double      free;
} Store;

/**
 * wf_rules_is_full:
 * @place: a shelter, a hospital or another place with a capacity
 *
 * Returns: whether it takes people in and has said that there is room for nobody more. A place that does not say how much
 *   room it has is not full
 */
gboolean
wf_rules_is_full (WfEntity *place)
{
  g_return_val_if_fail (place != NULL, FALSE);

  return wf_entity_int (place, "capacity", 0) > 0 && wf_entity_int (place, "free", -1) == 0;
}

/* @places: where each item stands in @stores, counted from 1. */
static Store *
find_store (GArray     *stores,
            GHashTable *places,
            const char *item)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (places, item));

  if (place == 0)
    {
      place = stores->len + 1;
      g_array_set_size (stores, place);
      g_hash_table_insert (places, (gpointer) item, GUINT_TO_POINTER (place));
    }

  return &g_array_index (stores, Store, place - 1);
}

/**
 * wf_rules_used_up:
 * @state: a state
 * @scope: a scope
 * @depot: a depot's id
 *
 * Lists what a depot should have and of which it has nothing more to give: over all lots of an item (by its code, else by its
 * name) everything is gone or reserved. An item for which no minimum is kept may run out. Dates do not count: that lots are to
 * be replaced is for those who tend the stock, and in some depot there is always one.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): the items' names; %NULL for none
 */
GPtrArray *
wf_rules_used_up (WfState    *state,
                  const char *scope,
                  const char *depot)
{
  g_return_val_if_fail (WF_IS_STATE (state), NULL);
  g_return_val_if_fail (scope != NULL && depot != NULL, NULL);

  g_autoptr (GPtrArray) lots = wf_state_list (state, scope, "stock", depot);
  g_autoptr (GArray) stores = g_array_new (FALSE, TRUE, sizeof (Store));
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *names = NULL;

  for (guint i = 0; i < lots->len; i++)
    {
      WfEntity *lot = lots->pdata[i];
      const char *name = wf_entity_string (lot, "name");
      const char *code = wf_entity_string (lot, "code");
      Store *store = find_store (stores, places, code != NULL && *code != '\0' ? code : name);

      store->name = name;
      store->minimum = MAX (store->minimum, wf_entity_double (lot, "minimum", 0));
      store->free += wf_entity_double (lot, "quantity", 0) - wf_entity_double (lot, "reserved", 0);
    }
  for (guint i = 0; i < stores->len; i++)
    {
      const Store *store = &g_array_index (stores, Store, i);

      if (store->minimum <= 0 || store->free > TRACE)
        continue;
      if (names == NULL)
        names = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (names, g_strdup (store->name));
    }

  return names;
}
