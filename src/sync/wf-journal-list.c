/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-lists-private.h"

/**
 * WfJournalList:
 *
 * Lines of the journal by their numbers, the newest last, and behind them what waits in the outbox. A list may be bounded:
 * then the oldest lines leave it.
 */
struct _WfJournalList
{
  GObject parent_instance;

  GPtrArray *lines;    /* (owned) (element-type WfJournalLine) recorded ones, then pending ones */
  guint      recorded; /* how many of them are recorded */
  guint      most;     /* 0: as many as there are */
};

static void wf_journal_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WfJournalList, wf_journal_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, wf_journal_list_model_init))

static int64_t
number_of (WfJournalLine *line)
{
  return wf_journal_line_get_event (line)->number;
}

static guint
find_place (WfJournalList *self,
            int64_t        number,
            gboolean      *found)
{
  guint low = 0;
  guint high = self->recorded;

  /* Nearly always it is the newest. */
  if (high > 0 && number_of (g_ptr_array_index (self->lines, high - 1)) < number)
    low = high;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (number_of (g_ptr_array_index (self->lines, middle)) < number)
        low = middle + 1;
      else
        high = middle;
    }

  *found = low < self->recorded && number_of (g_ptr_array_index (self->lines, low)) == number;
  return low;
}

static GType
wf_journal_list_get_item_type (GListModel *model)
{
  return WF_TYPE_JOURNAL_LINE;
}

static guint
wf_journal_list_get_n_items (GListModel *model)
{
  return WF_JOURNAL_LIST (model)->lines->len;
}

static gpointer
wf_journal_list_get_item (GListModel *model,
                          guint       position)
{
  WfJournalList *self = WF_JOURNAL_LIST (model);

  return position < self->lines->len ? g_object_ref (g_ptr_array_index (self->lines, position)) : NULL;
}

static void
wf_journal_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = wf_journal_list_get_item_type;
  iface->get_n_items = wf_journal_list_get_n_items;
  iface->get_item = wf_journal_list_get_item;
}

static void
wf_journal_list_finalize (GObject *object)
{
  WfJournalList *self = WF_JOURNAL_LIST (object);

  g_ptr_array_unref (self->lines);

  G_OBJECT_CLASS (wf_journal_list_parent_class)->finalize (object);
}

static void
wf_journal_list_class_init (WfJournalListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_journal_list_finalize;
}

static void
wf_journal_list_init (WfJournalList *self)
{
  self->lines = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * wf_journal_list_new:
 * @most: how many recorded lines it keeps, the newest; 0 for all
 *
 * Returns: (transfer full): an empty list
 */
WfJournalList *
wf_journal_list_new (guint most)
{
  WfJournalList *self = g_object_new (WF_TYPE_JOURNAL_LIST, NULL);

  self->most = most;
  return self;
}

static void
drop_oldest (WfJournalList *self)
{
  if (self->most == 0 || self->recorded <= self->most)
    return;

  guint n = self->recorded - self->most;

  g_ptr_array_remove_range (self->lines, 0, n);
  self->recorded = self->most;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

/**
 * wf_journal_list_has:
 * @self: a list
 * @number: number of an event in its scope
 *
 * Returns: whether the list has its line
 */
gboolean
wf_journal_list_has (WfJournalList *self,
                     int64_t        number)
{
  gboolean found;

  g_return_val_if_fail (WF_IS_JOURNAL_LIST (self), FALSE);

  find_place (self, number, &found);
  return found;
}

/**
 * wf_journal_list_add:
 * @self: a list
 * @line: (transfer none): a recorded line; one whose number is there already is left out
 */
void
wf_journal_list_add (WfJournalList *self,
                     WfJournalLine *line)
{
  gboolean found;

  g_return_if_fail (WF_IS_JOURNAL_LIST (self));
  g_return_if_fail (WF_IS_JOURNAL_LINE (line));

  guint place = find_place (self, number_of (line), &found);
  if (found)
    return;

  g_ptr_array_insert (self->lines, (int) place, g_object_ref (line));
  self->recorded++;
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
  drop_oldest (self);
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  int64_t x = number_of (*(WfJournalLine *const *) a);
  int64_t y = number_of (*(WfJournalLine *const *) b);

  return x < y ? -1 : x > y;
}

/**
 * wf_journal_list_merge:
 * @self: a list
 * @lines: (transfer none) (element-type WfJournalLine): recorded lines in any order, such as older ones that were fetched
 *
 * Puts many lines in at once, telling it as one change.
 */
void
wf_journal_list_merge (WfJournalList *self,
                       GPtrArray     *lines)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean found;

  g_return_if_fail (WF_IS_JOURNAL_LIST (self));
  g_return_if_fail (lines != NULL);

  for (guint i = 0; i < lines->len; i++)
    if (!wf_journal_list_has (self, number_of (g_ptr_array_index (lines, i))))
      g_ptr_array_add (fresh, g_object_ref (g_ptr_array_index (lines, i)));

  if (fresh->len == 0)
    return;

  g_ptr_array_sort (fresh, compare_lines);

  guint first = find_place (self, number_of (g_ptr_array_index (fresh, 0)), &found);
  guint last = find_place (self, number_of (g_ptr_array_index (fresh, fresh->len - 1)), &found);
  g_autoptr (GPtrArray) range = g_ptr_array_new_with_free_func (g_object_unref);
  guint i = first;
  guint j = 0;

  while (i < last || j < fresh->len)
    {
      gboolean old = j >= fresh->len || (i < last && compare_lines (&self->lines->pdata[i], &fresh->pdata[j]) < 0);

      g_ptr_array_add (range, g_object_ref (old ? self->lines->pdata[i++] : fresh->pdata[j++]));
      if (range->len > 1 && compare_lines (&range->pdata[range->len - 2], &range->pdata[range->len - 1]) == 0)
        g_ptr_array_remove_index (range, range->len - 1);
    }

  if (last > first)
    g_ptr_array_remove_range (self->lines, first, last - first);
  for (guint k = 0; k < range->len; k++)
    g_ptr_array_insert (self->lines, (int) (first + k), g_object_ref (g_ptr_array_index (range, k)));

  self->recorded += range->len - (last - first);
  g_list_model_items_changed (G_LIST_MODEL (self), first, last - first, range->len);
  drop_oldest (self);
}

/**
 * wf_journal_list_set_pending:
 * @self: a list
 * @lines: (transfer none) (element-type WfJournalLine): what the outbox will do, in order
 *
 * Replaces the pending lines. Those that stay at the front are not told as changed.
 */
void
wf_journal_list_set_pending (WfJournalList *self,
                             GPtrArray     *lines)
{
  g_return_if_fail (WF_IS_JOURNAL_LIST (self));
  g_return_if_fail (lines != NULL);

  guint old = self->lines->len - self->recorded;
  guint same = 0;

  while (same < old && same < lines->len
         && g_ptr_array_index (self->lines, self->recorded + same) == g_ptr_array_index (lines, same))
    same++;

  guint from = self->recorded + same;
  guint removed = old - same;

  if (removed == 0 && same == lines->len)
    return;

  if (removed > 0)
    g_ptr_array_remove_range (self->lines, from, removed);
  for (guint i = same; i < lines->len; i++)
    g_ptr_array_add (self->lines, g_object_ref (g_ptr_array_index (lines, i)));

  g_list_model_items_changed (G_LIST_MODEL (self), from, removed, lines->len - same);
}

/**
 * wf_journal_list_clear:
 * @self: a list
 *
 * Empties it.
 */
void
wf_journal_list_clear (WfJournalList *self)
{
  g_return_if_fail (WF_IS_JOURNAL_LIST (self));

  guint n = self->lines->len;
  if (n == 0)
    return;

  g_ptr_array_set_size (self->lines, 0);
  self->recorded = 0;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}
