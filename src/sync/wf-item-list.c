/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-lists-private.h"

#include <string.h>

/* More separate changes than this at once are told as one range: a view that is told of each would rebuild itself for
 * each. */
#define MOST_RUNS 64

/**
 * WfItemList:
 *
 * The things of one kind, or those of one kind that belong to one thing, sorted by id. Says precisely what came and went;
 * that a thing has changed is said by its item alone.
 */
struct _WfItemList
{
  GObject parent_instance;

  GPtrArray *items; /* (owned) (element-type WfItem) sorted by id */
};

static void wf_item_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WfItemList, wf_item_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, wf_item_list_model_init))

typedef struct
{
  guint position; /* in the list as it is after the runs before */
  guint removed;
  guint added;
  guint from;     /* index of the first added one in the new items */
} Run;

static int
compare_at (GPtrArray  *items,
            guint       i,
            const char *id)
{
  return strcmp (wf_item_get_id (g_ptr_array_index (items, i)), id);
}

/* Where @id is, or where it belongs. */
static guint
find_place (WfItemList *self,
            const char *id,
            gboolean   *found)
{
  guint low = 0;
  guint high = self->items->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare_at (self->items, middle, id) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  *found = low < self->items->len && compare_at (self->items, low, id) == 0;
  return low;
}

static GType
wf_item_list_get_item_type (GListModel *model)
{
  return WF_TYPE_ITEM;
}

static guint
wf_item_list_get_n_items (GListModel *model)
{
  return WF_ITEM_LIST (model)->items->len;
}

static gpointer
wf_item_list_get_item (GListModel *model,
                       guint       position)
{
  WfItemList *self = WF_ITEM_LIST (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
wf_item_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = wf_item_list_get_item_type;
  iface->get_n_items = wf_item_list_get_n_items;
  iface->get_item = wf_item_list_get_item;
}

static void
wf_item_list_finalize (GObject *object)
{
  WfItemList *self = WF_ITEM_LIST (object);

  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (wf_item_list_parent_class)->finalize (object);
}

static void
wf_item_list_class_init (WfItemListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_item_list_finalize;
}

static void
wf_item_list_init (WfItemList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * wf_item_list_new:
 *
 * Returns: (transfer full): an empty list
 */
WfItemList *
wf_item_list_new (void)
{
  return g_object_new (WF_TYPE_ITEM_LIST, NULL);
}

/**
 * wf_item_list_add:
 * @self: a list
 * @item: (transfer none): an item; one that is there already stays where it is
 */
void
wf_item_list_add (WfItemList *self,
                  WfItem     *item)
{
  gboolean found;

  g_return_if_fail (WF_IS_ITEM_LIST (self));
  g_return_if_fail (WF_IS_ITEM (item));

  guint place = find_place (self, wf_item_get_id (item), &found);
  if (found)
    return;

  g_ptr_array_insert (self->items, (int) place, g_object_ref (item));
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
}

/**
 * wf_item_list_remove:
 * @self: a list
 * @id: id of the item to remove; nothing happens if it is not there
 */
void
wf_item_list_remove (WfItemList *self,
                     const char *id)
{
  gboolean found;

  g_return_if_fail (WF_IS_ITEM_LIST (self));

  guint place = find_place (self, id, &found);
  if (!found)
    return;

  g_ptr_array_remove_index (self->items, place);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 1, 0);
}

/* Compares two sorted lists; a run is what differs between two things that are in both. */
static GArray *
find_runs (GPtrArray *old,
           GPtrArray *new)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (Run));
  guint i = 0;
  guint j = 0;
  gboolean open = FALSE;

  while (i < old->len || j < new->len)
    {
      int order = i >= old->len ? 1
                  : j >= new->len ? -1
                  : compare_at (old, i, wf_item_get_id (g_ptr_array_index (new, j)));

      if (order == 0)
        {
          open = FALSE;
          i++;
          j++;
          continue;
        }

      if (!open)
        {
          Run fresh = { .position = j, .from = j };

          g_array_append_val (runs, fresh);
          open = TRUE;
        }

      Run *run = &g_array_index (runs, Run, runs->len - 1);

      if (order < 0)
        {
          run->removed++;
          i++;
        }
      else
        {
          run->added++;
          j++;
        }
    }

  return runs;
}

/* One range that covers all of them. */
static void
join_runs (GArray *runs,
           guint   n_old,
           guint   n_new)
{
  Run *first = &g_array_index (runs, Run, 0);
  Run *last = &g_array_index (runs, Run, runs->len - 1);
  guint after = n_new - (last->from + last->added);

  first->added = n_new - after - first->from;
  first->removed = n_old - after - first->position;
  g_array_set_size (runs, 1);
}

/**
 * wf_item_list_sync:
 * @self: a list
 * @items: (transfer none) (element-type WfItem): what is to be in it, sorted by id; a thing that stays must come with the
 *   item that it has
 *
 * Makes the list hold @items, telling only what differs.
 */
void
wf_item_list_sync (WfItemList *self,
                   GPtrArray  *items)
{
  g_return_if_fail (WF_IS_ITEM_LIST (self));
  g_return_if_fail (items != NULL);

  g_autoptr (GArray) runs = find_runs (self->items, items);

  if (runs->len > MOST_RUNS)
    join_runs (runs, self->items->len, items->len);

  for (guint r = 0; r < runs->len; r++)
    {
      Run *run = &g_array_index (runs, Run, r);

      if (run->removed > 0)
        g_ptr_array_remove_range (self->items, run->position, run->removed);

      if (run->added > 0)
        {
          guint tail = self->items->len - run->position;

          /* Growing fills with NULL, which nothing sees before the places are taken. */
          g_ptr_array_set_size (self->items, (int) (self->items->len + run->added));
          memmove (&self->items->pdata[run->position + run->added], &self->items->pdata[run->position],
                   tail * sizeof (gpointer));
          for (guint i = 0; i < run->added; i++)
            self->items->pdata[run->position + i] = g_object_ref (g_ptr_array_index (items, run->from + i));
        }

      g_list_model_items_changed (G_LIST_MODEL (self), run->position, run->removed, run->added);
    }
}
