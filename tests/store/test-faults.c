/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fault-vfs.h"
#include "store-kit.h"

#include "wf-store-private.h"

#include <stdio.h>

/* What the store does on a disk that is full, read-only, failing, damaged, or without power at the worst moment. The log of
 * what was answered is kept here, outside of it, and is the judge. WATCHFIRE_POWER_LOSSES says how often the power goes
 * (20). */

#define COMMANDS 20
#define WINDOW   6

/* --- power --- */

typedef struct
{
  WfStore    *store;
  GHashTable *answered; /* set of numbers */
  guint       next;
  guint       end;
  guint       waiting;
} Sender;

static void send_one (Sender *self);

typedef struct
{
  Sender *sender;
  guint   number;
} Sent;

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autofree Sent *sent = data;
  Sender *self = sent->sender;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outcomes = wf_store_submit_finish (WF_STORE (source), result, &error);

  self->waiting--;
  if (outcomes != NULL)
    {
      g_assert_null (((WfOutcome *) g_ptr_array_index (outcomes, 0))->problem);
      g_hash_table_add (self->answered, GUINT_TO_POINTER (sent->number));
    }
  else
    g_assert_cmpint (error->domain, ==, WF_STORE_ERROR);

  send_one (self);
}

static void
send_one (Sender *self)
{
  if (self->next == self->end || fault_vfs_is_out ())
    return;

  Sent *sent = g_new0 (Sent, 1);
  sent->sender = self;
  sent->number = self->next++;

  /* Of many sizes, and the same body for the same id however often it is sent. */
  g_autofree char *id = g_strdup_printf ("p-%u", sent->number);
  g_autofree char *text = g_strnfill (1 + sent->number * 977 % 3500, 'x');
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_command_unref);

  g_ptr_array_add (commands, kit_log (id, WF_LIVE, text));
  self->waiting++;
  wf_store_submit_async (self->store, commands, NULL, sent_cb, sent);
}

static void
send_all (Sender *self)
{
  for (guint i = 0; i < WINDOW; i++)
    send_one (self);
  while (self->waiting > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* Returns: a new folder with what is left of @folder, which goes */
static char *
move_to_new_disk (char *folder)
{
  char *next = kit_make_folder ();
  g_autofree char *key_from = g_build_filename (folder, "service.key", NULL);
  g_autofree char *key_to = g_build_filename (next, "service.key", NULL);
  g_autofree char *key = NULL;

  fault_vfs_save (folder, next);
  g_assert_true (g_file_get_contents (key_from, &key, NULL, NULL));
  g_assert_true (g_file_set_contents (key_to, key, -1, NULL));
  kit_remove_folder (folder);
  g_free (folder);

  return next;
}

/* Returns: how many of @answered are not there; -1 where it cannot even be opened */
static int
count_lost (const char *folder,
            GHashTable *answered)
{
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);
  WfStore *store = wf_store_open (folder, clock, &error);
  GHashTableIter iter;
  gpointer number;
  int lost = 0;

  if (store == NULL)
    {
      g_test_message ("%s", error->message);
      return -1;
    }

  for (int64_t since = 0;;)
    {
      g_autoptr (WfPage) page = kit_changes (store, since, 500, &error);
      g_assert_no_error (error);
      if (page->n == 0)
        break;

      g_autofree char *text = g_strdup_printf ("[%.*s]", (int) g_bytes_get_size (page->entries),
                                               (const char *) g_bytes_get_data (page->entries, NULL));
      g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (text, &error);
      for (const WfJson *entry = wf_json_first (wf_json_doc_root (doc)); entry != NULL; entry = wf_json_next (entry))
        {
          const char *cause = wf_json_member_string (wf_json_member (entry, "header"), "cause");

          /* Nothing twice. */
          g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER ((guint) strtoul (cause + 2, NULL, 10))));
        }
      since = page->last;
    }

  g_hash_table_iter_init (&iter, answered);
  while (g_hash_table_iter_next (&iter, &number, NULL))
    lost += !g_hash_table_contains (seen, number);

  kit_close (store);
  return lost;
}

static char *
make_data (void)
{
  char *folder = kit_make_folder ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);

  fault_vfs_reset (0);
  kit_close (kit_open (folder, clock));

  return folder;
}

static void
test_power (void)
{
  const char *wanted = g_getenv ("WATCHFIRE_POWER_LOSSES");
  guint n = wanted != NULL ? (guint) strtoul (wanted, NULL, 10) : 20;
  char *folder = make_data ();
  g_autoptr (GHashTable) answered = g_hash_table_new (g_direct_hash, g_direct_equal);
  guint next = 0, before_close = 0, while_closing = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfClock) clock = wf_clock_new_manual (START + (int64_t) i * 1000);
      guint32 seed = (guint32) g_test_rand_int ();

      fault_vfs_reset (seed);
      Sender sender = { .store = kit_open (folder, clock), .answered = answered, .next = next - MIN (next, 5),
                        .end = next + COMMANDS };

      fault_vfs_arm ((guint) g_test_rand_int_range (1, 400));
      send_all (&sender);
      gboolean early = fault_vfs_is_out ();
      kit_close (sender.store);
      while_closing += !early && fault_vfs_is_out ();
      before_close += early;
      fault_vfs_cut ();
      next = sender.next;

      folder = move_to_new_disk (folder);
      fault_vfs_reset (seed);
      int lost = count_lost (folder, answered);
      if (lost != 0)
        g_test_message ("round %u, seed %u: %d of %u lost", i, seed, lost, g_hash_table_size (answered));
      g_assert_cmpint (lost, ==, 0);
      kit_assert_holds (folder);
    }

  g_test_message ("%u losses, %u at work, %u while closing; %u commands answered", n, before_close, while_closing,
                  g_hash_table_size (answered));
  g_assert_cmpuint (before_close, >, 0);
  g_assert_cmpuint (g_hash_table_size (answered), >, n);
  kit_remove_folder (folder);
  g_free (folder);
}

/* The judge must be able to say no: a disk that says that it has synced and has not loses what was answered. */
static void
test_lying (void)
{
  guint bad = 0;

  for (guint i = 0; i < 20; i++)
    {
      char *folder = make_data ();
      g_autoptr (WfClock) clock = wf_clock_new_manual (START);
      g_autoptr (GHashTable) answered = g_hash_table_new (g_direct_hash, g_direct_equal);

      fault_vfs_reset (i + 1);
      fault_vfs_lie (TRUE);
      Sender sender = { .store = kit_open (folder, clock), .answered = answered, .end = COMMANDS };
      send_all (&sender);
      g_assert_cmpuint (g_hash_table_size (answered), ==, COMMANDS);
      fault_vfs_cut ();
      kit_close (sender.store);

      folder = move_to_new_disk (folder);
      fault_vfs_reset (0);
      bad += count_lost (folder, answered) != 0;
      kit_remove_folder (folder);
      g_free (folder);
    }

  g_assert_cmpuint (bad, >, 0);
}

/* Half a database that was never finished being made is finished the next time. */
static void
test_power_at_birth (void)
{
  for (guint i = 1; i <= 40; i++)
    {
      char *folder = kit_make_folder ();
      g_autoptr (WfClock) clock = wf_clock_new_manual (START);
      g_autoptr (GError) error = NULL;

      fault_vfs_reset (i);
      fault_vfs_arm (i);
      WfStore *store = wf_store_open (folder, clock, &error);
      if (store != NULL)
        kit_close (store);
      fault_vfs_cut ();

      char *next = kit_make_folder ();
      g_autofree char *key_from = g_build_filename (folder, "service.key", NULL);
      g_autofree char *key_to = g_build_filename (next, "service.key", NULL);
      g_autofree char *key = NULL;

      fault_vfs_save (folder, next);
      if (g_file_get_contents (key_from, &key, NULL, NULL))
        g_assert_true (g_file_set_contents (key_to, key, -1, NULL));
      kit_remove_folder (folder);
      g_free (folder);

      fault_vfs_reset (0);
      store = kit_open (next, clock);
      kit_accept (store, kit_log ("p-1", WF_LIVE, "born"));
      kit_close (store);
      kit_assert_holds (next);
      kit_remove_folder (next);
      g_free (next);
    }
}

/* --- a disk that takes nothing for a while --- */

static WfStoreCondition
condition_of (WfStore *store)
{
  g_auto (WfStoreHealth) health = { 0 };

  wf_store_get_health (store, &health);
  if (health.condition != WF_STORE_GOOD)
    g_test_message ("%s", health.reason);
  g_assert_cmpint (health.condition == WF_STORE_GOOD, ==, health.reason == NULL);

  return health.condition;
}

static void
wait_for (WfStore          *store,
          WfStoreCondition  condition)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (condition_of (store) != condition)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      wf_store_look (store);
      g_usleep (10000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

static void
test_fault (gconstpointer data)
{
  static const struct
  {
    Fault            fault;
    WfStoreError     code;
    WfStoreCondition condition;
  } cases[] = {
    { FAULT_FULL, WF_STORE_ERROR_FULL, WF_STORE_FULL },
    { FAULT_WRITE, WF_STORE_ERROR_UNAVAILABLE, WF_STORE_FAILING },
    { FAULT_SYNC, WF_STORE_ERROR_UNAVAILABLE, WF_STORE_FAILING },
    { FAULT_READ_ONLY, WF_STORE_ERROR_READ_ONLY, WF_STORE_READ_ONLY },
  };
  const guint i = GPOINTER_TO_UINT (data);
  char *folder = make_data ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  WfStore *store = kit_open (folder, clock);
  g_autoptr (GError) error = NULL;

  kit_accept (store, kit_log ("p-1", WF_LIVE, "before"));
  g_assert_cmpint (condition_of (store), ==, WF_STORE_GOOD);
  g_autofree char *digest = kit_state_digest (store);

  fault_vfs_set (cases[i].fault);
  for (guint j = 0; j < 3; j++)
    {
      g_assert_null (kit_submit (store, kit_log ("p-2", WF_LIVE, "during"), &error));
      g_assert_error (error, WF_STORE_ERROR, (int) cases[i].code);
      g_clear_error (&error);
    }
  g_assert_cmpint (condition_of (store), ==, cases[i].condition);

  /* Reading goes on, and shows what was kept. */
  g_autofree char *same = kit_state_digest (store);
  g_assert_cmpstr (digest, ==, same);
  g_assert_cmpuint (kit_count_events (store, "log.added"), ==, 1);

  /* It recovers without anybody sending anything. */
  fault_vfs_set (FAULT_NONE);
  wait_for (store, WF_STORE_GOOD);
  kit_accept (store, kit_log ("p-2", WF_LIVE, "during"));
  kit_accept (store, kit_log ("p-2", WF_LIVE, "during"));
  g_assert_cmpuint (kit_count_events (store, "log.added"), ==, 2);

  kit_close (store);
  kit_assert_holds (folder);
  kit_remove_folder (folder);
  g_free (folder);
}

/* Faults that come and go while commands do: what was answered is there, whatever was refused. */
static void
test_flapping (gconstpointer data)
{
  guint crowd = GPOINTER_TO_UINT (data); /* how many come before anybody waits for an answer */
  char *folder = make_data ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GHashTable) answered = g_hash_table_new (g_direct_hash, g_direct_equal);
  Sender sender = { .store = kit_open (folder, clock), .answered = answered };

  for (guint i = 0; i < 40; i++)
    {
      fault_vfs_set ((Fault) g_test_rand_int_range (FAULT_NONE, FAULT_READ));
      sender.next -= MIN (sender.next, 3);
      sender.end = sender.next + MAX (8, crowd);
      for (guint j = 0; j < crowd; j++)
        send_one (&sender);
      send_all (&sender);
    }
  fault_vfs_set (FAULT_NONE);
  wait_for (sender.store, WF_STORE_GOOD);
  kit_close (sender.store);

  g_assert_cmpuint (g_hash_table_size (answered), >, 0);
  g_assert_cmpint (count_lost (folder, answered), ==, 0);
  kit_assert_holds (folder);
  kit_remove_folder (folder);
  g_free (folder);
}

/* --- damage --- */

static gint64
page_of (const char *folder,
         const char *table)
{
  g_autofree char *path = g_build_filename (folder, WF_DATABASE_NAME, NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT rootpage FROM sqlite_master WHERE name = '%s'", table);
  sqlite3 *database;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  gint64 page = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (database);

  return page;
}

static void
damage (const char *folder,
        gint64      page)
{
  g_autofree char *path = g_build_filename (folder, WF_DATABASE_NAME, NULL);
  FILE *file = g_fopen (path, "r+b");

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, (page - 1) * 4096, SEEK_SET), ==, 0);
  for (guint i = 0; i < 4096; i++)
    fputc (0xa5, file);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
test_damaged_page (void)
{
  char *folder = make_data ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  WfStore *store = kit_open (folder, clock);
  g_autoptr (GError) error = NULL;

  kit_accept (store, kit_log ("p-1", WF_LIVE, "kept"));
  kit_close (store);
  damage (folder, page_of (folder, "track"));

  /* It starts, shows what it has, and takes nothing. */
  fault_vfs_reset (0);
  store = kit_open (folder, clock);
  g_auto (WfStoreHealth) health = { 0 };
  wf_store_get_health (store, &health);
  g_assert_cmpint (health.condition, ==, WF_STORE_CORRUPT);
  g_assert_nonnull (strstr (health.reason, "watchfirectl restore"));
  g_assert_null (kit_submit (store, kit_log ("p-2", WF_LIVE, "not kept"), &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_cmpuint (kit_count_events (store, "log.added"), ==, 1);

  /* And does not get better by itself. */
  wf_store_look (store);
  g_assert_null (kit_submit (store, kit_log ("p-2", WF_LIVE, "not kept"), &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_cmpint (condition_of (store), ==, WF_STORE_CORRUPT);
  kit_close (store);

  /* Where the state itself cannot be read there is nothing to show. */
  damage (folder, page_of (folder, "entity"));
  fault_vfs_reset (0);
  g_assert_null (wf_store_open (folder, clock, &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "watchfirectl restore"));

  kit_remove_folder (folder);
  g_free (folder);
}

/* A page that goes bad while the service works. */
static void
test_damaged_meanwhile (void)
{
  char *folder = make_data ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  g_autoptr (GError) error = NULL;
  gint64 page = page_of (folder, "checkpoint");

  fault_vfs_reset (0);
  WfStore *store = kit_open (folder, clock);
  damage (folder, page);

  /* The entry whose checkpoint is to be written is the first to come by there. */
  for (guint i = 1; i < 500; i++)
    {
      g_autofree char *id = g_strdup_printf ("p-%u", i);

      kit_accept (store, kit_log (id, WF_LIVE, "kept"));
    }
  g_assert_cmpint (condition_of (store), ==, WF_STORE_GOOD);
  g_assert_null (kit_submit (store, kit_log ("p-500", WF_LIVE, "not kept"), &error));
  g_assert_error (error, WF_STORE_ERROR, WF_STORE_ERROR_CORRUPT);
  g_assert_cmpint (condition_of (store), ==, WF_STORE_CORRUPT);
  g_assert_cmpuint (kit_count_events (store, "log.added"), ==, 499);
  kit_close (store);

  kit_remove_folder (folder);
  g_free (folder);
}

/* --- time --- */

static void
assert_recorded (WfStore *store,
                 int64_t  expected)
{
  g_autoptr (WfJsonDoc) doc = kit_entries (store);
  const WfJson *last = NULL;
  int64_t at;

  for (const WfJson *entry = wf_json_first (wf_json_doc_root (doc)); entry != NULL; entry = wf_json_next (entry))
    last = entry;
  g_assert_true (wf_time_parse (wf_json_member_string (wf_json_member (last, "header"), "recorded_at"), &at));
  g_assert_cmpint (at, ==, expected);
}

static void
test_clock_back (void)
{
  char *folder = make_data ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  WfStore *store = kit_open (folder, clock);
  g_auto (WfStoreHealth) health = { 0 };

  kit_accept (store, kit_log ("p-1", WF_LIVE, "on time"));
  wf_clock_set (clock, START - WF_HOUR);
  kit_accept (store, kit_log ("p-2", WF_LIVE, "an hour back"));
  assert_recorded (store, START);
  wf_store_get_health (store, &health);
  g_assert_cmpint (health.clock_lead, ==, WF_HOUR);
  g_assert_cmpint (health.condition, ==, WF_STORE_GOOD);

  /* A restart does not forget it. */
  kit_close (store);
  store = kit_open (folder, clock);
  kit_accept (store, kit_log ("p-3", WF_LIVE, "still back"));
  assert_recorded (store, START);

  wf_clock_set (clock, START + 1);
  kit_accept (store, kit_log ("p-4", WF_LIVE, "put right"));
  assert_recorded (store, START + 1);
  wf_store_health_clear (&health);
  wf_store_get_health (store, &health);
  g_assert_cmpint (health.clock_lead, <=, 0);

  kit_close (store);
  kit_assert_holds (folder);
  kit_remove_folder (folder);
  g_free (folder);
}

#define HANG_UNITS 12000

static void
put_all (WfStore *store,
         int64_t  at)
{
  g_autoptr (GError) error = NULL;
  g_autofree WfUnitPosition *all = g_new0 (WfUnitPosition, HANG_UNITS);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < HANG_UNITS; i++)
    {
      g_ptr_array_add (names, g_strdup_printf ("u-%u", i));
      all[i].unit = names->pdata[i];
      all[i].position = (WfPosition) { 109.8, 40.6, 0, 0, at };
    }
  g_assert_cmpuint (wf_store_put_positions (store, WF_LIVE, all, HANG_UNITS, &error), ==, HANG_UNITS);
  g_assert_no_error (error);
}

/* A disk that takes nothing and refuses nothing: what waits for it has a bound, and the newest of each unit is kept. */
static void
test_hang (void)
{
  char *folder = make_data ();
  g_autoptr (WfClock) clock = wf_clock_new_manual (START);
  WfStore *store = kit_open (folder, clock);
  g_auto (WfStoreHealth) health = { 0 };
  gint64 end = g_get_monotonic_time () + 100 * G_USEC_PER_SEC;

  fault_vfs_set (FAULT_HANG);
  for (int i = 0; i < 12; i++)
    {
      put_all (store, START - WF_HOUR + i * 20 * WF_SECOND);
      if (i == 0)
        wf_store_flush_telemetry (store);
    }
  wf_store_get_health (store, &health);
  /* Of twelve for each, and the last of each, which is being written. */
  g_assert_cmpuint (health.telemetry_lost, ==, 13 * HANG_UNITS - 100000);
  g_assert_cmpint (health.condition, ==, WF_STORE_GOOD);

  fault_vfs_set (FAULT_NONE);
  while (health.telemetry_lost > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
      wf_store_health_clear (&health);
      wf_store_get_health (store, &health);
    }
  put_all (store, START);
  kit_close (store);

  store = kit_open (folder, clock);
  g_autoptr (GArray) last = wf_store_copy_positions (store, WF_LIVE);
  g_assert_cmpuint (last->len, ==, HANG_UNITS);
  for (guint i = 0; i < last->len; i++)
    g_assert_cmpint (g_array_index (last, WfUnitPosition, i).position.at, ==, START);
  kit_close (store);
  kit_assert_holds (folder);
  kit_remove_folder (folder);
  g_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();

  g_test_add_func ("/store/faults/power", test_power);
  g_test_add_func ("/store/faults/lying", test_lying);
  g_test_add_func ("/store/faults/power-at-birth", test_power_at_birth);
  g_test_add_data_func ("/store/faults/full", GUINT_TO_POINTER (0), test_fault);
  g_test_add_data_func ("/store/faults/write", GUINT_TO_POINTER (1), test_fault);
  g_test_add_data_func ("/store/faults/sync", GUINT_TO_POINTER (2), test_fault);
  g_test_add_data_func ("/store/faults/read-only", GUINT_TO_POINTER (3), test_fault);
  g_test_add_data_func ("/store/faults/flapping", GUINT_TO_POINTER (0), test_flapping);
  g_test_add_data_func ("/store/faults/flapping-crowd", GUINT_TO_POINTER (150), test_flapping);
  g_test_add_func ("/store/faults/damaged-page", test_damaged_page);
  g_test_add_func ("/store/faults/damaged-meanwhile", test_damaged_meanwhile);
  g_test_add_func ("/store/faults/clock-back", test_clock_back);
  g_test_add_func ("/store/faults/hang", test_hang);

  return g_test_run ();
}
