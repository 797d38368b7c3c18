/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-kind.h"
#include "wf-lists-private.h"

#include <string.h>

/* What a list tells, one change a line, and a copy of it that is kept up by what it tells alone. */
typedef struct
{
  GListModel *model;
  GString    *told;
  GPtrArray  *mirror;
} Listener;

static void
changed_cb (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            Listener   *listener)
{
  g_string_append_printf (listener->told, "%u-%u+%u ", position, removed, added);

  for (guint i = 0; i < removed; i++)
    g_ptr_array_remove_index (listener->mirror, position);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (listener->mirror, (int) (position + i), g_list_model_get_item (model, position + i));

  g_assert_cmpuint (listener->mirror->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < listener->mirror->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      g_assert_true (g_ptr_array_index (listener->mirror, i) == item);
    }
}

static Listener *
listen (gpointer model)
{
  Listener *listener = g_new0 (Listener, 1);

  listener->model = model;
  listener->told = g_string_new (NULL);
  listener->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (model, "items-changed", G_CALLBACK (changed_cb), listener);

  return listener;
}

static void
free_listener (Listener *listener)
{
  g_signal_handlers_disconnect_by_data (listener->model, listener);
  g_string_free (listener->told, TRUE);
  g_ptr_array_unref (listener->mirror);
  g_free (listener);
}

static void
assert_told (Listener   *listener,
             const char *expected)
{
  g_assert_cmpstr (listener->told->str, ==, expected);
  g_string_truncate (listener->told, 0);
}

static WfItem *
make_item (const char *id)
{
  g_autoptr (GVariant) fields = wf_dict_make ("name", wf_value_string (id), NULL);
  g_autoptr (WfEntity) entity = wf_entity_new (WF_LIVE, "team", id, fields, NULL, 1);

  return wf_item_new (entity);
}

static void
sync_to (WfItemList *list,
         GHashTable *known,
         const char *ids)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  for (const char *id = ids; *id != '\0'; id++)
    {
      char name[2] = { *id, '\0' };
      WfItem *item = g_hash_table_lookup (known, name);

      if (item == NULL)
        {
          item = make_item (name);
          g_hash_table_insert (known, g_strdup (name), item);
        }

      g_ptr_array_add (items, item);
    }

  wf_item_list_sync (list, items);
}

static void
test_item_list (void)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  WfItemList *list = wf_item_list_new ();
  Listener *listener = listen (list);
  g_autoptr (WfItem) c = make_item ("c");

  sync_to (list, known, "bdf");
  assert_told (listener, "0-0+3 ");
  sync_to (list, known, "bdf");
  assert_told (listener, "");
  sync_to (list, known, "abdeg");
  assert_told (listener, "0-0+1 3-1+2 ");
  sync_to (list, known, "be");
  assert_told (listener, "0-1+0 1-1+0 2-1+0 ");

  wf_item_list_add (list, c);
  assert_told (listener, "1-0+1 ");
  wf_item_list_add (list, c);
  assert_told (listener, "");
  wf_item_list_remove (list, "b");
  assert_told (listener, "0-1+0 ");
  wf_item_list_remove (list, "nothing");
  assert_told (listener, "");

  free_listener (listener);
  g_assert_finalize_object (list);
}

/* However the lists differ, what is told must lead from the one to the other. */
static void
test_item_list_random (void)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  WfItemList *list = wf_item_list_new ();
  Listener *listener = listen (list);

  for (int round = 0; round < 300; round++)
    {
      g_autoptr (GString) ids = g_string_new (NULL);

      for (char id = '0'; id <= 'z'; id++)
        if (g_test_rand_bit ())
          g_string_append_c (ids, id);

      sync_to (list, known, ids->str);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, ids->len);
    }

  free_listener (listener);
  g_assert_finalize_object (list);
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          guint      *count)
{
  (*count)++;
}

static void
test_item_notify (void)
{
  WfItem *item = make_item ("a");
  g_autoptr (WfEntity) first = wf_entity_ref (wf_item_get_entity (item));
  g_autoptr (GVariant) patch = wf_dict_make ("name", wf_value_string ("other"), NULL);
  g_autoptr (WfEntity) second = wf_entity_patch (first, patch, 2);
  guint entities = 0;
  guint pendings = 0;

  g_signal_connect (item, "notify::entity", G_CALLBACK (count_cb), &entities);
  g_signal_connect (item, "notify::pending", G_CALLBACK (count_cb), &pendings);

  wf_item_set_entity (item, first, FALSE);
  g_assert_cmpuint (entities, ==, 0);
  g_assert_cmpuint (pendings, ==, 0);

  wf_item_set_entity (item, second, TRUE);
  g_assert_cmpuint (entities, ==, 1);
  g_assert_cmpuint (pendings, ==, 1);
  g_assert_cmpstr (wf_entity_string (wf_item_get_entity (item), "name"), ==, "other");

  wf_item_set_entity (item, second, FALSE);
  g_assert_cmpuint (entities, ==, 1);
  g_assert_cmpuint (pendings, ==, 2);

  g_assert_finalize_object (item);
}

static WfJournalLine *
make_line (int64_t  number,
           gboolean pending)
{
  g_autoptr (WfEvent) event = wf_event_new ("log.added", 1, WF_LIVE, NULL, NULL);

  event->number = number;
  return wf_journal_line_new (event, "something happened", pending);
}

static void
test_journal_list (void)
{
  WfJournalList *list = wf_journal_list_new (4);
  Listener *listener = listen (list);
  g_autoptr (GPtrArray) pending = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) older = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  for (int64_t number = 5; number <= 7; number++)
    {
      g_autoptr (WfJournalLine) line = make_line (number, FALSE);

      wf_journal_list_add (list, line);
    }
  assert_told (listener, "0-0+1 1-0+1 2-0+1 ");

  g_ptr_array_add (pending, make_line (0, TRUE));
  g_ptr_array_add (pending, make_line (0, TRUE));
  wf_journal_list_set_pending (list, pending);
  assert_told (listener, "3-0+2 ");
  wf_journal_list_set_pending (list, pending);
  assert_told (listener, "");

  g_autoptr (WfJournalLine) eight = make_line (8, FALSE);
  wf_journal_list_add (list, eight);
  assert_told (listener, "3-0+1 ");
  wf_journal_list_add (list, eight);
  assert_told (listener, "");

  g_autoptr (WfJournalLine) nine = make_line (9, FALSE);
  wf_journal_list_add (list, nine);
  assert_told (listener, "4-0+1 0-1+0 ");

  g_ptr_array_remove_index (pending, 0);
  wf_journal_list_set_pending (list, pending);
  assert_told (listener, "4-2+1 ");
  wf_journal_list_set_pending (list, none);
  assert_told (listener, "4-1+0 ");

  free_listener (listener);
  g_assert_finalize_object (list);

  /* Older lines come between and before. */
  list = wf_journal_list_new (0);
  listener = listen (list);
  g_autoptr (WfJournalLine) five = make_line (5, FALSE);
  wf_journal_list_add (list, five);
  wf_journal_list_add (list, nine);
  for (int64_t number = 9; number > 2; number -= 2)
    g_ptr_array_add (older, make_line (number, FALSE));
  g_ptr_array_add (older, make_line (3, FALSE));
  wf_journal_list_merge (list, older);
  assert_told (listener, "0-0+1 1-0+1 0-1+3 ");
  g_assert_true (wf_journal_list_has (list, 7));
  g_assert_false (wf_journal_list_has (list, 6));

  free_listener (listener);
  g_assert_finalize_object (list);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sync/item-list", test_item_list);
  g_test_add_func ("/sync/item-list/random", test_item_list_random);
  g_test_add_func ("/sync/item/notify", test_item_notify);
  g_test_add_func ("/sync/journal-list", test_journal_list);

  return g_test_run ();
}
