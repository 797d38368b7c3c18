/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-seed.h"

#include "wf-id.h"
#include "wf-kind.h"
#include "wf-rights.h"
#include "wf-store-private.h"
#include "wf-time.h"
#include "wf-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Fills a data folder with a story: commands that run through the same rules as any other, on a clock that is moved to when
 * each of them happened, so that reports that were late are late and what fell due in between is overdue. It all happens in
 * a folder of its own, which takes the place of the empty one when it is done: a seed with a fault leaves nothing behind.
 * The form is told in doc/seed.md. */

#define FILE_MAX (64 * 1024 * 1024)
#define DRAFT    "seeding"

typedef struct
{
  WfStore   *store;
  WfClock   *clock; /* the story's */
  int64_t    now;   /* the moment of seeding */
  GPtrArray *answers;
  GError    *error;
  gboolean   done;
  guint      n;
} Seeder;

static gboolean
read_span (const char **text,
           int64_t     *span)
{
  static const struct
  {
    char    unit;
    int64_t length;
  } units[] = { { 'd', WF_DAY }, { 'h', WF_HOUR }, { 'm', WF_MINUTE }, { 's', WF_SECOND } };
  gsize next = 0;

  *span = 0;
  while (**text != '\0')
    {
      char *end;

      if (!g_ascii_isdigit (**text))
        return FALSE;

      guint64 number = g_ascii_strtoull (*text, &end, 10);
      if (number > 1000000)
        return FALSE;

      while (next < G_N_ELEMENTS (units) && units[next].unit != *end)
        next++;
      if (next == G_N_ELEMENTS (units))
        return FALSE;

      *span += (int64_t) number * units[next++].length;
      *text = end + 1;
    }

  return *span > 0;
}

/**
 * wf_seed_resolve_time:
 * @text: such as `now`, `now-35m`, `now-3h41m`, `now+2d`
 * @now: the moment of seeding
 *
 * Returns: (transfer full) (nullable): that moment as it stands on the wire, or %NULL for any other text
 */
char *
wf_seed_resolve_time (const char *text,
                      int64_t     now)
{
  int64_t span = 0;

  if (!g_str_has_prefix (text, "now"))
    return NULL;

  const char *rest = text + 3;
  if (*rest == '+' || *rest == '-')
    {
      gboolean back = *rest++ == '-';

      if (!read_span (&rest, &span))
        return NULL;
      if (back)
        span = -span;
    }
  else if (*rest != '\0')
    return NULL;

  return wf_time_format (now + span);
}

/* `@task:INCIDENT:CODE` */
static char *
resolve_task (WfState    *state,
              const char *scope,
              const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 3);
  g_autoptr (GPtrArray) list = g_strv_length (parts) == 3 ? wf_state_list (state, scope, "task", parts[1]) : NULL;
  WfEntity *newest = NULL;

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      WfEntity *task = g_ptr_array_index (list, i);

      /* No event changes a task's code: its version is when the task was made. */
      if (wf_entity_is (task, "code", parts[2]) &&
          (newest == NULL || wf_entity_version (task, "code") >= wf_entity_version (newest, "code")))
        newest = task;
    }

  return newest != NULL ? g_strdup (wf_entity_id (newest)) : NULL;
}

/* `@report:INCIDENT:RECIPIENT:MEDIUM` */
static char *
resolve_report (WfState    *state,
                const char *scope,
                const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 4);
  g_autoptr (GPtrArray) list = g_strv_length (parts) == 4 ? wf_state_list (state, scope, "report", parts[1]) : NULL;
  WfEntity *oldest = NULL;

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      WfEntity *report = g_ptr_array_index (list, i);

      if (wf_entity_is (report, "recipient", parts[2]) && wf_entity_is (report, "medium", parts[3]) &&
          wf_entity_is (report, "state", "due") &&
          (oldest == NULL || wf_entity_time (report, "due") < wf_entity_time (oldest, "due")))
        oldest = report;
    }

  return oldest != NULL ? g_strdup (wf_entity_id (oldest)) : NULL;
}

/* Writes a value with what only seeds have resolved.
 * Returns: whether everything was found */
static gboolean
write_resolved (Seeder       *self,
                const char   *scope,
                const WfJson *value,
                GString      *out,
                GError      **error)
{
  const char *text = wf_json_string (value);
  gboolean object = wf_json_type (value) == WF_JSON_OBJECT;

  if (text != NULL)
    {
      g_autofree char *resolved = wf_seed_resolve_time (text, self->now);
      gboolean task = g_str_has_prefix (text, "@task:");

      if (task || g_str_has_prefix (text, "@report:"))
        {
          g_autoptr (WfState) state = wf_ledger_state (self->store->ledger, scope);

          resolved = task ? resolve_task (state, scope, text) : resolve_report (state, scope, text);
          if (resolved == NULL)
            {
              g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "line %u: there is no “%s” yet",
                           wf_json_line (value), text);
              return FALSE;
            }
        }

      wf_json_write_string (out, resolved != NULL ? resolved : text);
      return TRUE;
    }

  if (wf_json_type (value) < WF_JSON_ARRAY)
    {
      wf_json_write (out, value);
      return TRUE;
    }

  g_string_append_c (out, object ? '{' : '[');
  for (const WfJson *child = wf_json_first (value); child != NULL; child = wf_json_next (child))
    {
      if (object)
        wf_json_write_key (out, wf_json_key (child));
      if (!write_resolved (self, scope, child, out, error))
        return FALSE;
      if (!object && wf_json_next (child) != NULL)
        g_string_append_c (out, ',');
    }
  g_string_append_c (out, object ? '}' : ']');

  return TRUE;
}

static void
submitted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Seeder *self = data;

  self->answers = wf_store_submit_finish (WF_STORE (source), result, &self->error);
  self->done = TRUE;
}

static void
ticked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Seeder *self = data;

  wf_store_tick_finish (WF_STORE (source), result, &self->error);
  self->done = TRUE;
}

static void
wait_until_done (Seeder *self)
{
  while (!self->done)
    g_main_context_iteration (self->store->context, TRUE);
  self->done = FALSE;
}

/* Moves the story's clock on; what falls due on the way happens when it is due. */
static gboolean
move_clock (Seeder  *self,
            int64_t  time,
            GError **error)
{
  for (;;)
    {
      int64_t due = wf_store_next_due (self->store);
      gboolean last = due > time;

      wf_clock_set (self->clock, MAX (wf_clock_now (self->clock), last ? time : due));
      wf_store_tick_async (self->store, NULL, ticked_cb, self);
      wait_until_done (self);

      if (self->error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&self->error));
          return FALSE;
        }
      if (last)
        return TRUE;
    }
}

static WfCommand *
read_command (Seeder       *self,
              const WfJson *value,
              const char   *id,
              GError      **error)
{
  const char *scope = wf_json_member_string (value, "scope");
  const char *actor = wf_json_member_string (value, "actor");
  g_autoptr (GString) text = g_string_new ("{");

  if (wf_json_type (value) != WF_JSON_OBJECT)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "line %u: an object is wanted here", wf_json_line (value));
      return NULL;
    }

  if (wf_json_member (value, "id") == NULL)
    {
      wf_json_write_member_text (text, "id", id);
    }
  if (scope == NULL)
    {
      scope = WF_LIVE;
      wf_json_write_member_text (text, "scope", scope);
    }
  for (const WfJson *child = wf_json_first (value); child != NULL; child = wf_json_next (child))
    {
      if (strcmp (wf_json_key (child), "actor") == 0)
        continue;
      wf_json_write_key (text, wf_json_key (child));
      if (!write_resolved (self, scope, child, text, error))
        return NULL;
    }
  g_string_append_c (text, '}');

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (text->str, error);
  if (doc == NULL)
    return NULL;

  g_autoptr (GError) wrong = NULL;
  g_autofree char *path = NULL;
  g_autoptr (WfCommand) command =
    wf_wire_read_command (wf_json_doc_root (doc), actor != NULL ? actor : "seed", NULL, &path, &wrong);

  if (command == NULL)
    {
      /* The line is that of the text just made; the one that people look for is in the file. */
      const char *reason = strstr (wrong->message, ": ");

      g_set_error (error, wrong->domain, wrong->code, "line %u%s",
                   wf_json_line (path != NULL ? wf_json_find (value, path) : value),
                   reason != NULL ? reason : wrong->message);
      return NULL;
    }

  /* Whoever fills an empty data folder owns it. */
  return wf_command_with_role (command, WF_ROLE_NAME_DESK);
}

static int64_t
read_time (Seeder       *self,
           const WfJson *value,
           int64_t       fallback)
{
  const char *text = wf_json_member_string (value, "occurred_at");
  g_autofree char *resolved = text != NULL ? wf_seed_resolve_time (text, self->now) : NULL;
  int64_t time;

  if (text == NULL || !wf_time_parse (resolved != NULL ? resolved : text, &time))
    return fallback;

  return time;
}

static gboolean
run_command (Seeder       *self,
             const WfJson *value,
             const char   *id,
             int64_t      *last,
             GError      **error)
{
  int64_t time = read_time (self, value, 0);

  /* A wrong time is for read_command() to refuse. */
  if (time > self->now || (time != 0 && time < *last))
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "line %u: occurred_at: %s",
                   wf_json_line (wf_json_find (value, "occurred_at")),
                   time > self->now ? "lies in the future" : "goes back behind the command before");
      return FALSE;
    }

  if (time != 0)
    {
      /* The files tell stories side by side: the clock never goes back, what happened earlier is recorded then. */
      *last = time;
      if (!move_clock (self, time, error))
        return FALSE;
    }

  g_autoptr (WfCommand) command = read_command (self, value, id, error);
  if (command == NULL)
    return FALSE;

  g_autoptr (GPtrArray) commands = g_ptr_array_new ();
  g_ptr_array_add (commands, command);
  wf_store_submit_async (self->store, commands, NULL, submitted_cb, self);
  wait_until_done (self);

  g_autoptr (GPtrArray) answers = g_steal_pointer (&self->answers);
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }

  WfOutcome *outcome = g_ptr_array_index (answers, 0);
  if (outcome->problem != NULL)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "line %u: %s is refused by %s%s%s%s%s",
                   wf_json_line (value), command->type, outcome->problem->rule,
                   outcome->problem->field != NULL ? ", field " : "",
                   outcome->problem->field != NULL ? outcome->problem->field : "",
                   outcome->problem->detail != NULL ? ": " : "",
                   outcome->problem->detail != NULL ? outcome->problem->detail : "");
      return FALSE;
    }

  self->n++;
  return TRUE;
}

static gboolean
run_file (Seeder     *self,
          const char *folder,
          const char *name,
          GError    **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  g_autoptr (GBytes) bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
  g_autoptr (WfJsonDoc) doc = bytes != NULL ? wf_json_doc_new (bytes, FILE_MAX, error) : NULL;
  int64_t last = 0;
  guint i = 0;

  if (doc == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }

  const WfJson *commands = wf_json_member (wf_json_doc_root (doc), "commands");
  if (wf_json_type (commands) != WF_JSON_ARRAY)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "%s: line 1: commands: a list is wanted here", name);
      return FALSE;
    }

  for (const WfJson *value = wf_json_first (commands); value != NULL; value = wf_json_next (value), i++)
    {
      g_autofree char *place = g_strdup_printf ("%s/%u", name, i);
      g_autofree char *id = wf_id_derive ("seed", place);

      if (!run_command (self, value, id, &last, error))
        {
          g_prefix_error (error, "%s: command %u: ", name, i + 1);
          return FALSE;
        }
    }

  return TRUE;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_files (const char *folder,
            GError    **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return NULL;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  return g_steal_pointer (&names);
}

/* The story begins with the first thing that it tells of. */
static int64_t
find_start (Seeder     *self,
            const char *folder,
            GPtrArray  *names)
{
  int64_t start = self->now;

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
      g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
      g_autoptr (GBytes) bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
      g_autoptr (WfJsonDoc) doc = bytes != NULL ? wf_json_doc_new (bytes, FILE_MAX, NULL) : NULL;

      /* What cannot be read is refused when its turn comes. */
      if (doc == NULL)
        continue;

      const WfJson *commands = wf_json_member (wf_json_doc_root (doc), "commands");
      for (const WfJson *value = wf_json_first (commands); value != NULL; value = wf_json_next (value))
        start = MIN (start, read_time (self, value, start));
    }

  return start;
}

static gboolean
run_seed (const char *draft,
          const char *seed,
          int64_t     now,
          guint      *n,
          GError    **error)
{
  g_autoptr (GPtrArray) names = list_files (seed, error);
  Seeder self = { .now = now };
  gboolean good = TRUE;

  if (names == NULL)
    return FALSE;
  if (names->len == 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_NOT_FOUND, "“%s” has no *.json files", seed);
      return FALSE;
    }

  g_autoptr (GMainContext) context = g_main_context_new ();
  g_main_context_push_thread_default (context);

  g_autoptr (WfClock) clock = wf_clock_new_manual (find_start (&self, seed, names));
  g_autoptr (WfStore) store = wf_store_open (draft, clock, error);

  self.clock = clock;
  self.store = store;

  /* A draft need not outlive the machine's fall: it is brought to the disk as a whole when it is done. */
  good = store == NULL || wf_database_exec (store->database, "PRAGMA synchronous = OFF", error);

  for (guint i = 0; store != NULL && good && i < names->len; i++)
    good = run_file (&self, seed, names->pdata[i], error);
  good = store != NULL && good && move_clock (&self, now, error);

  if (store != NULL)
    wf_store_close (store);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  *n = self.n;

  return good;
}

/**
 * wf_seed_wanted:
 * @folder: a data folder, or one that is not there yet
 *
 * Returns: whether nothing has happened in it yet
 */
gboolean
wf_seed_wanted (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, WF_DATABASE_NAME, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  g_autoptr (WfDatabase) database = wf_schema_open (folder, FALSE, NULL);
  g_autoptr (WfStatement) statement =
    database != NULL ? wf_database_prepare (database, "SELECT count(*) FROM journal", NULL) : NULL;
  gboolean row;

  return statement != NULL && wf_database_step (database, statement, &row, NULL) && sqlite3_column_int64 (statement, 0) == 0;
}

static void
remove_draft (const char *draft)
{
  static const char *const names[] = {
    WF_DATABASE_NAME, WF_DATABASE_NAME "-wal", WF_DATABASE_NAME "-shm", "service.key", "lock"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (draft, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (draft);
}

/* The folder's identity and tokens, if it has any yet, are those of the seeded one. */
static gboolean
copy_into_draft (const char *folder,
                 const char *draft,
                 GError    **error)
{
  g_autofree char *path = g_build_filename (folder, WF_DATABASE_NAME, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  g_autoptr (WfDatabase) database = wf_schema_open (folder, TRUE, error);
  if (database == NULL)
    return FALSE;

  g_autofree char *copy = g_build_filename (draft, WF_DATABASE_NAME, NULL);
  char *sql = sqlite3_mprintf ("VACUUM INTO %Q", copy);
  gboolean good = wf_database_exec (database, sql, error);
  sqlite3_free (sql);

  g_autofree char *from = g_build_filename (folder, "service.key", NULL);
  g_autofree char *to = g_build_filename (draft, "service.key", NULL);
  g_autofree char *key = NULL;
  gsize size;

  return good && g_file_get_contents (from, &key, &size, error) &&
         g_file_set_contents_full (to, key, (gssize) size, G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static gboolean
sync_path (const char *path,
           GError    **error)
{
  int file = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean good = file >= 0 && fsync (file) == 0;

  if (!good)
    g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_UNAVAILABLE, "“%s” cannot be kept: %s", path, g_strerror (errno));
  if (file >= 0)
    close (file);

  return good;
}

static gboolean
move_file (const char *from_folder,
           const char *to_folder,
           const char *name,
           GError    **error)
{
  g_autofree char *from = g_build_filename (from_folder, name, NULL);
  g_autofree char *to = g_build_filename (to_folder, name, NULL);

  if (!sync_path (from, error))
    return FALSE;

  if (g_rename (from, to) == 0)
    return sync_path (to_folder, error);

  g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "“%s” cannot be put in its place", to);
  return FALSE;
}

/**
 * wf_seed_folder:
 * @folder: a data folder in which nothing has happened yet, or one that is not there
 * @seed: a folder with a seed
 * @clock: what gives the moment of seeding
 * @n: (out): how many commands ran
 * @error: return location; the message names file, command and line
 *
 * Fills a data folder. Blocks for as long as it takes.
 *
 * Returns: whether all of it went through; if not, the folder is as it was
 */
gboolean
wf_seed_folder (const char *folder,
                const char *seed,
                WfClock    *clock,
                guint      *n,
                GError    **error)
{
  g_return_val_if_fail (folder != NULL && seed != NULL && WF_IS_CLOCK (clock), FALSE);

  g_autofree char *draft = g_build_filename (folder, DRAFT, NULL);

  *n = 0;
  if (!wf_seed_wanted (folder))
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN,
                   "Something has happened in “%s” already: only an empty data folder can be seeded", folder);
      return FALSE;
    }

  if (g_mkdir_with_parents (draft, 0700) != 0)
    {
      g_set_error (error, WF_STORE_ERROR, WF_STORE_ERROR_OPEN, "“%s” cannot be made", draft);
      return FALSE;
    }

  int lock = wf_store_lock_folder (folder, error);
  if (lock < 0)
    return FALSE;

  remove_draft (draft);
  g_mkdir_with_parents (draft, 0700);

  gboolean good = copy_into_draft (folder, draft, error) && run_seed (draft, seed, wf_clock_now (clock), n, error);

  /* Closed, the draft's database is one file: the last connection folds the log into it. */
  good = good && move_file (draft, folder, "service.key", error) && move_file (draft, folder, WF_DATABASE_NAME, error);
  remove_draft (draft);
  close (lock);

  return good;
}
