/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-reads.h"

#include "wf-json-write.h"
#include "wf-store-private.h"
#include "wf-time.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who read what, and when. Nobody who reads waits for it: a read is noted in memory, the same one again within a second is
 * counted, and once a second what is noted is appended to the file of the day (reads/YYYY-MM-DD.ndjson) by a worker. What a
 * power failure takes is the last second; what a full disk does not take is counted, and the number recorded when it does. A day
 * is a file, so that what is past its time goes without looking into it. */

#define FOLDER      "reads"
#define EVERY       1     /* seconds */
#define NOTED_MAX   20000 /* that wait; what is beyond is counted, not named */
#define LINE_MAX_BYTES 4096

typedef struct
{
  char   *actor;   /* (owned) */
  char   *role;    /* (owned) (nullable) */
  char   *address; /* (owned) (nullable) */
  char   *what;    /* (owned) */
  char   *scope;   /* (owned) (nullable) */
  char   *subject; /* (owned) (nullable) */
  int64_t at;
  int64_t first;
  int64_t last;
  int64_t n;
} Noted;

/* What could not be recorded, known to whoever notes and to the worker. */
typedef struct
{
  int lost;    /* (atomic) reads that were not named */
  int failing; /* (atomic) the file could not be written the last time */
} Losses;

struct _WfReads
{
  char       *folder;  /* (owned) of the data */
  WfWorker   *worker;  /* (owned) */
  GHashTable *noted;   /* (owned) "actor what scope subject …" → Noted */
  Losses     *losses;  /* (owned) */
  GSource    *timer;   /* (owned) (nullable) */
};

typedef struct
{
  char    *folder; /* (owned) */
  GString *text;   /* (owned) */
  int      n;      /* reads in it */
  char    *day;    /* (owned) */
  Losses  *losses; /* (owned) */
} Writing;

static void
free_noted (Noted *noted)
{
  g_free (noted->actor);
  g_free (noted->role);
  g_free (noted->address);
  g_free (noted->what);
  g_free (noted->scope);
  g_free (noted->subject);
  g_free (noted);
}

static void
free_writing (Writing *writing)
{
  g_free (writing->folder);
  g_free (writing->day);
  g_string_free (writing->text, TRUE);
  g_atomic_rc_box_release (writing->losses);
  g_free (writing);
}

/**
 * wf_read_write:
 * @read: a read
 * @out: where to
 *
 * Writes it as an object, as the files of days and the wire have it.
 */
void
wf_read_write (const WfRead *read,
               GString      *out)
{
  g_string_append_c (out, '{');
  wf_json_write_member_time (out, "at", read->at);
  wf_json_write_member_text (out, "actor", read->actor);
  wf_json_write_member_text (out, "role", read->role);
  wf_json_write_member_text (out, "address", read->address);
  wf_json_write_member_text (out, "what", read->what);
  wf_json_write_member_text (out, "scope", read->scope);
  wf_json_write_member_text (out, "subject", read->subject);
  wf_json_write_member_int (out, "first", read->first);
  wf_json_write_member_int (out, "last", read->last);
  wf_json_write_member_int (out, "n", read->n);
  g_string_append_c (out, '}');
}

static void
write_line (GString     *out,
            const Noted *noted)
{
  const WfRead read = {
    .at = noted->at, .actor = noted->actor, .role = noted->role, .address = noted->address, .what = noted->what,
    .scope = noted->scope, .subject = noted->subject, .first = noted->first, .last = noted->last, .n = noted->n,
  };

  wf_read_write (&read, out);
  g_string_append_c (out, '\n');
}

/* Appends whole lines or nothing. What a power failure left of a line is ended first: the next one is not to be lost with it. */
static gboolean
append_lines (int            file,
              const GString *text)
{
  struct stat about;
  char last = '\n';
  gsize done = 0;

  if (file < 0 || fstat (file, &about) != 0 || (about.st_size > 0 && pread (file, &last, 1, about.st_size - 1) != 1) ||
      (last != '\n' && write (file, "\n", 1) != 1))
    return FALSE;

  while (done < text->len)
    {
      gssize n = write (file, text->str + done, text->len - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          int code = errno;

          /* Where this fails too, the half line is ended the next time. */
          if (ftruncate (file, about.st_size) != 0)
            g_debug ("%s", g_strerror (errno));
          errno = code;
          return FALSE;
        }
      done += (gsize) n;
    }

  return fdatasync (file) == 0;
}

static void
append_cb (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  const Writing *writing = data;
  g_autofree char *folder = g_build_filename (writing->folder, FOLDER, NULL);
  g_autofree char *name = g_strconcat (writing->day, ".ndjson", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int file = g_mkdir_with_parents (folder, 0700) == 0 ? g_open (path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
  gboolean good = append_lines (file, writing->text);
  int code = errno;

  if (!good)
    g_atomic_int_add (&writing->losses->lost, writing->n);
  /* Said once, and not every second for as long as the disk is full. */
  if (g_atomic_int_exchange (&writing->losses->failing, !good) == good)
    {
      if (good)
        g_message ("Who reads what is recorded again");
      else
        g_warning ("Who reads what is not recorded: “%s” cannot be written: %s", path, g_strerror (code));
    }
  if (file >= 0)
    close (file);

  g_task_return_boolean (task, TRUE);
}

static gboolean
due_cb (gpointer key,
        gpointer value,
        gpointer data)
{
  Writing *writing = data;
  const Noted *noted = value;

  write_line (writing->text, noted);
  writing->n += (int) noted->n;
  return TRUE;
}

/**
 * wf_reads_flush:
 * @self: a log of reads
 *
 * Has what is noted written. It does so by itself every second.
 */
void
wf_reads_flush (WfReads *self)
{
  int lost = g_atomic_int_exchange (&self->losses->lost, 0);

  if (g_hash_table_size (self->noted) == 0 && lost == 0)
    return;

  Writing *writing = g_new0 (Writing, 1);
  g_autofree char *now = wf_time_format (g_get_real_time () / 1000);
  GTask *task = g_task_new (NULL, NULL, NULL, NULL);

  writing->folder = g_strdup (self->folder);
  writing->day = g_strndup (now, 10);
  writing->text = g_string_new (NULL);
  writing->losses = g_atomic_rc_box_acquire (self->losses);
  if (lost > 0)
    {
      Noted none = { .actor = (char *) "?", .what = (char *) "lost", .at = g_get_real_time () / 1000, .n = lost };

      write_line (writing->text, &none);
      writing->n = lost;
    }
  g_hash_table_foreach_remove (self->noted, due_cb, writing);
  g_task_set_task_data (task, writing, (GDestroyNotify) free_writing);
  wf_worker_push (self->worker, G_PRIORITY_LOW, task, append_cb);
}

static gboolean
timer_cb (gpointer data)
{
  wf_reads_flush (data);
  return G_SOURCE_CONTINUE;
}

/**
 * wf_reads_new:
 * @folder: a data folder
 * @worker: who writes
 *
 * Returns: (transfer full): the log of who read what there
 */
WfReads *
wf_reads_new (const char *folder,
              WfWorker   *worker)
{
  WfReads *self = g_new0 (WfReads, 1);

  self->folder = g_strdup (folder);
  self->worker = g_object_ref (worker);
  self->losses = g_atomic_rc_box_new0 (Losses);
  self->noted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) free_noted);
  self->timer = g_timeout_source_new_seconds (EVERY);
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());

  return self;
}

/**
 * wf_reads_free:
 * @self: (transfer full): a log of reads; what it has noted is given to the worker first
 */
void
wf_reads_free (WfReads *self)
{
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  wf_reads_flush (self);
  g_hash_table_unref (self->noted);
  g_object_unref (self->worker);
  g_atomic_rc_box_release (self->losses);
  g_free (self->folder);
  g_free (self);
}

/**
 * wf_reads_note:
 * @self: a log of reads
 * @read: what was read; its texts are copied
 *
 * Notes that somebody read something. Never waits.
 */
void
wf_reads_note (WfReads      *self,
               const WfRead *read)
{
  g_autofree char *key = g_strjoin ("\n", read->actor, read->what, read->scope != NULL ? read->scope : "",
                                    read->subject != NULL ? read->subject : "", read->address != NULL ? read->address : "", NULL);
  Noted *noted = g_hash_table_lookup (self->noted, key);

  if (noted == NULL && g_hash_table_size (self->noted) >= NOTED_MAX)
    {
      g_atomic_int_inc (&self->losses->lost);
      return;
    }

  if (noted != NULL)
    {
      noted->first = MIN (noted->first, read->first);
      noted->last = MAX (noted->last, read->last);
      noted->n++;
      return;
    }

  noted = g_new0 (Noted, 1);
  noted->actor = g_strdup (read->actor);
  noted->role = g_strdup (read->role);
  noted->address = g_strdup (read->address);
  noted->what = g_strdup (read->what);
  noted->scope = g_strdup (read->scope);
  noted->subject = g_strdup (read->subject);
  noted->at = read->at;
  noted->first = read->first;
  noted->last = read->last;
  noted->n = 1;
  g_hash_table_insert (self->noted, g_steal_pointer (&key), noted);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * wf_reads_is_day:
 * @path: a path within a data folder
 *
 * Returns: whether it is one of a day of reads
 */
gboolean
wf_reads_is_day (const char *path)
{
  static const char *const form = FOLDER "/dddd-dd-dd.ndjson";

  if (strlen (path) != strlen (form) || !g_str_has_prefix (path, FOLDER "/"))
    return FALSE;

  for (gsize i = strlen (FOLDER "/"); form[i] != '\0'; i++)
    if (i < strlen (FOLDER "/dddd-dd-dd") && form[i] == 'd' ? !g_ascii_isdigit (path[i]) : path[i] != form[i])
      return FALSE;

  return TRUE;
}

/**
 * wf_reads_days:
 * @folder: a data folder
 *
 * Returns: (transfer full) (element-type utf8): the files of days of reads, oldest first
 */
GPtrArray *
wf_reads_days (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, FOLDER, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inside = g_strconcat (FOLDER "/", name, NULL);

      if (wf_reads_is_day (inside))
        g_ptr_array_add (names, g_build_filename (path, name, NULL));
    }
  g_ptr_array_sort (names, compare_names);

  return names;
}

/* Returns: the end of the day that a file is of; 0 where its name says none */
static int64_t
end_of (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *text = g_strdup_printf ("%.10sT00:00:00.000Z", name);
  int64_t at;

  return wf_time_parse (text, &at) ? at + WF_DAY : 0;
}

/**
 * wf_reads_prune:
 * @folder: a data folder
 * @before: a moment
 *
 * Lets go of the days that ended before. Blocks.
 *
 * Returns: how many days went
 */
gint
wf_reads_prune (const char *folder,
                int64_t     before)
{
  g_autoptr (GPtrArray) days = wf_reads_days (folder);
  gint n = 0;

  for (guint i = 0; i < days->len; i++)
    {
      const char *path = g_ptr_array_index (days, i);
      int64_t end = end_of (path);

      if (end != 0 && end <= before && g_unlink (path) == 0)
        n++;
    }

  return n;
}

/* --- reading it --- */

/* Where somebody or something stands in the journal. */
typedef struct
{
  GHashTable *numbers; /* (owned) scope → GArray of int64_t, in order */
  GArray     *positions;
  GHashTable *media;   /* (owned) set of digests that go with it */
  const char *id;
} About;

static void
clear_about (About *about)
{
  g_hash_table_unref (about->numbers);
  g_hash_table_unref (about->media);
  g_array_unref (about->positions);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (About, clear_about)

static void
add_medium (About      *about,
            const char *payload)
{
  g_autoptr (WfJsonDoc) doc = payload != NULL ? wf_json_doc_new_text (payload, NULL) : NULL;
  const WfJson *root = doc != NULL ? wf_json_doc_root (doc) : NULL;
  const char *digests[] = {
    wf_json_member_string (root, "digest"), wf_json_member_string (wf_json_member (root, "result"), "media"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (digests); i++)
    if (digests[i] != NULL)
      g_hash_table_add (about->media, g_strdup (digests[i]));
}

static gboolean
find_about (const char  *folder,
            About       *about,
            GError     **error)
{
  g_autoptr (WfDatabase) database = wf_schema_open (folder, FALSE, error);
  g_autoptr (WfStatement) statement = database != NULL
    ? wf_database_prepare (database, "SELECT position, scope, number, CAST (payload AS TEXT) FROM journal"
                                     " WHERE subject = ?1 OR instr (CAST (payload AS TEXT), ?2) > 0 ORDER BY position", error)
    : NULL;
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", about->id);
  gboolean row;

  if (statement == NULL)
    return FALSE;

  wf_database_bind_text (statement, 1, about->id);
  wf_database_bind_text (statement, 2, quoted);
  while (wf_database_step (database, statement, &row, error))
    {
      if (!row)
        return TRUE;

      const char *scope = wf_database_text (statement, 1);
      int64_t position = sqlite3_column_int64 (statement, 0);
      int64_t number = sqlite3_column_int64 (statement, 2);
      GArray *numbers = g_hash_table_lookup (about->numbers, scope);

      if (numbers == NULL)
        {
          numbers = g_array_new (FALSE, FALSE, sizeof (int64_t));
          g_hash_table_insert (about->numbers, g_strdup (scope), numbers);
        }
      g_array_append_val (numbers, number);
      g_array_append_val (about->positions, position);
      add_medium (about, wf_database_text (statement, 3));
    }

  return FALSE;
}

static gboolean
any_within (GArray  *numbers,
            int64_t  first,
            int64_t  last)
{
  for (guint i = 0; numbers != NULL && i < numbers->len; i++)
    {
      int64_t number = g_array_index (numbers, int64_t, i);

      if (number > first && number <= last)
        return TRUE;
    }

  return FALSE;
}

/* Whether what was read had the one in it that is asked for. */
static gboolean
had_it (const About  *about,
        const WfRead *read)
{
  if (g_strcmp0 (read->subject, about->id) == 0)
    return TRUE;
  if (strcmp (read->what, "medium") == 0)
    return read->subject != NULL && g_hash_table_contains (about->media, read->subject);
  if (strcmp (read->what, "journal") == 0)
    return read->subject == NULL && any_within (g_hash_table_lookup (about->numbers, read->scope), read->first, read->last);
  if (strcmp (read->what, "snapshot") == 0 || strcmp (read->what, "changes") == 0)
    return any_within (about->positions, read->first, read->last);

  return strcmp (read->what, "lost") == 0;
}

static int64_t
get_number (const WfJson *line,
            const char   *key)
{
  const WfJson *value = wf_json_member (line, key);

  return value != NULL && wf_json_type (value) == WF_JSON_INT ? wf_json_int (value) : 0;
}

/**
 * wf_read_parse:
 * @line: (nullable): JSON as wf_read_write() makes it
 * @read: (out caller-allocates): what it says; its texts are those of @line
 *
 * Returns: whether it is that
 */
gboolean
wf_read_parse (const WfJson *line,
               WfRead       *read)
{
  const char *at = wf_json_member_string (line, "at");

  *read = (WfRead) {
    .actor = wf_json_member_string (line, "actor"),
    .role = wf_json_member_string (line, "role"),
    .address = wf_json_member_string (line, "address"),
    .what = wf_json_member_string (line, "what"),
    .scope = wf_json_member_string (line, "scope"),
    .subject = wf_json_member_string (line, "subject"),
    .first = get_number (line, "first"),
    .last = get_number (line, "last"),
    .n = get_number (line, "n"),
  };

  return at != NULL && read->actor != NULL && read->what != NULL && wf_time_parse (at, &read->at);
}

static void
take_line (const char  *text,
           const About *about,
           int64_t      since,
           WfReadFunc   func,
           gpointer     data)
{
  g_autoptr (WfJsonDoc) doc = strlen (text) <= LINE_MAX_BYTES ? wf_json_doc_new_text (text, NULL) : NULL;
  WfRead read;

  /* The last line of a day on which the machine failed may be half a line. */
  if (doc == NULL || !wf_read_parse (wf_json_doc_root (doc), &read) || read.at < since)
    return;

  if (about == NULL || had_it (about, &read))
    func (&read, data);
}

static gboolean
take_day (const char   *path,
          const About  *about,
          int64_t       since,
          WfReadFunc    func,
          gpointer      data,
          GError      **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) bytes = g_file_read (file, NULL, error);
  g_autoptr (GDataInputStream) lines = bytes != NULL ? g_data_input_stream_new (G_INPUT_STREAM (bytes)) : NULL;
  g_autoptr (GError) wrong = NULL;
  char *line;

  if (lines == NULL)
    return FALSE;

  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, &wrong)) != NULL)
    {
      take_line (line, about, since, func, data);
      g_free (line);
    }

  if (wrong != NULL)
    g_propagate_error (error, g_steal_pointer (&wrong));
  return error == NULL || *error == NULL;
}

/**
 * wf_reads_list:
 * @folder: a data folder, also of a service that runs
 * @about: (nullable): only what had this person or thing in it, by id
 * @since: only from this moment on
 * @func: (scope call): called for each read, oldest first
 * @data: for @func
 * @error: return location
 *
 * Shows who read what. Blocks for as long as it takes.
 *
 * Returns: whether it could be read
 */
gboolean
wf_reads_list (const char  *folder,
               const char  *about,
               int64_t      since,
               WfReadFunc   func,
               gpointer     data,
               GError     **error)
{
  g_autoptr (GPtrArray) days = wf_reads_days (folder);
  g_auto (About) found = {
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref),
    g_array_new (FALSE, FALSE, sizeof (int64_t)),
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    about,
  };

  if (about != NULL && !find_about (folder, &found, error))
    return FALSE;

  for (guint i = 0; i < days->len; i++)
    if (end_of (g_ptr_array_index (days, i)) > since &&
        !take_day (g_ptr_array_index (days, i), about != NULL ? &found : NULL, since, func, data, error))
      return FALSE;

  return TRUE;
}
