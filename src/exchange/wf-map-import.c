/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-exchange"

#include "config.h"

#include "wf-map-import.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define PROGRAM "watchfire-mapimport"

/* What the program may say at most: it is ours, but what it says comes from a file. */
#define MOST_SAID (16 * 1024 * 1024)

/* One that was told to stop and does not is ended after so long. */
#define PATIENCE_SECONDS 3

typedef struct
{
  GSubprocess         *process; /* (owned) */
  GDataInputStream    *told;    /* (owned) its standard error */
  GOutputStream       *said;    /* (owned) what it wrote on standard output */
  char                *last;    /* (owned) (nullable) its last sentence */
  char                *pack;    /* (owned) (nullable) */
  WfMapImportProgress  progress;
  gpointer             progress_data;
  gulong               cancelled_id;
  guint                kill_id;
  guint                n_open; /* streams that are not at their end, and the process */
} Run;

G_DEFINE_QUARK (wf-map-import-error-quark, wf_map_import_error)

static void
run_free (Run *run)
{
  g_clear_handle_id (&run->kill_id, g_source_remove);
  g_clear_object (&run->process);
  g_clear_object (&run->told);
  g_clear_object (&run->said);
  g_free (run->last);
  g_free (run->pack);
  g_free (run);
}

/**
 * wf_map_import_find_program:
 *
 * Finds the program that reads files of other programs: in the folder that WATCHFIRE_LIBEXEC names, beside the running one,
 * in a build folder,
 * or where it was installed.
 *
 * Returns: (transfer full): its path, whether it is there or not
 */
char *
wf_map_import_find_program (void)
{
  const char *libexec = g_getenv ("WATCHFIRE_LIBEXEC");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *build = folder != NULL ? g_build_filename (folder, "..", "mapimport", NULL) : NULL;
  g_autofree char *tests = folder != NULL ? g_build_filename (folder, "..", "..", "src", "mapimport", NULL) : NULL;
  const char *folders[] = { libexec, folder, build, tests };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = folders[i] != NULL ? g_build_filename (folders[i], PROGRAM, NULL) : NULL;

      if (path != NULL && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }

  return g_build_filename (BINDIR, PROGRAM, NULL);
}

/* What is left where a program was ended before it could tidy up, and a pack that nobody wants any more. */
static void
remove_rest (Run      *run,
             gboolean  whole)
{
  g_autofree char *part = run->pack != NULL ? g_strconcat (run->pack, ".part", NULL) : NULL;

  if (part != NULL)
    g_unlink (part);
  if (part != NULL && whole)
    g_unlink (run->pack);
}

static void
finish (GTask *task) /* (transfer full) */
{
  G_GNUC_UNUSED g_autoptr (GTask) owned = task;
  Run *run = g_task_get_task_data (task);
  g_autoptr (GKeyFile) found = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  gsize size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (run->said));

  if (run->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), run->cancelled_id);

  gboolean made = g_subprocess_get_successful (run->process);
  gboolean cancelled = g_cancellable_is_cancelled (g_task_get_cancellable (task));

  /* It may be done before it hears that it is to stop. */
  if (!made || cancelled)
    remove_rest (run, made);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!made)
    {
      if (g_subprocess_get_if_exited (run->process) && run->last != NULL)
        g_task_return_new_error (task, WF_MAP_IMPORT_ERROR, WF_MAP_IMPORT_ERROR_REFUSED, "%s", run->last);
      else
        g_task_return_new_error (task, WF_MAP_IMPORT_ERROR, WF_MAP_IMPORT_ERROR_DIED,
                                 _("The file could not be read: it is damaged, or needs more memory than there is. Nothing has changed."));
      return;
    }
  if (!g_key_file_load_from_data (found, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (run->said)), size,
                                  G_KEY_FILE_NONE, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&found), (GDestroyNotify) g_key_file_unref);
}

static void
closed (GTask *task) /* (transfer full) */
{
  Run *run = g_task_get_task_data (task);

  run->n_open--;
  if (run->n_open == 0)
    finish (task);
  else
    g_object_unref (task);
}

static void
take_line (Run        *run,
           const char *line)
{
  gint64 percent;

  if (g_str_has_prefix (line, "progress ") && g_ascii_string_to_signed (line + strlen ("progress "), 10, 0, 100, &percent, NULL))
    {
      if (run->progress != NULL)
        run->progress ((double) percent / 100.0, run->progress_data);
      return;
    }
  if (*line == '\0')
    return;
  g_free (run->last);
  run->last = g_utf8_make_valid (line, -1);
}

static void
line_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  Run *run = g_task_get_task_data (task);
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, NULL, NULL);

  if (line == NULL)
    {
      closed (task);
      return;
    }
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    take_line (run, line);
  g_data_input_stream_read_line_async (run->told, G_PRIORITY_DEFAULT, NULL, line_cb, task);
}

static void read_more (GTask *task);

static void
said_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  GTask *task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, NULL);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  if (size == 0)
    {
      g_output_stream_close (run->said, NULL, NULL);
      closed (task);
      return;
    }
  if (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (run->said)) + size > MOST_SAID)
    g_subprocess_force_exit (run->process);
  else
    g_output_stream_write_all (run->said, g_bytes_get_data (bytes, NULL), size, NULL, NULL, NULL);
  read_more (task);
}

static void
read_more (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (g_subprocess_get_stdout_pipe (run->process), 65536, G_PRIORITY_DEFAULT, NULL, said_cb, task);
}

static void
ended_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  GTask *task = data;
  Run *run = g_task_get_task_data (task);

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL);
  g_clear_handle_id (&run->kill_id, g_source_remove);
  closed (task);
}

static void
plan_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  /* One that does not read what is wanted has ended, which is seen elsewhere. */
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL);
  g_output_stream_close (G_OUTPUT_STREAM (object), NULL, NULL);
  g_free (data);
}

static gboolean
kill_cb (gpointer data)
{
  Run *run = data;

  run->kill_id = 0;
  g_subprocess_force_exit (run->process);

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      data)
{
  Run *run = data;

  g_subprocess_send_signal (run->process, SIGTERM);
  if (run->kill_id == 0)
    run->kill_id = g_timeout_add_seconds (PATIENCE_SECONDS, kill_cb, run);
}

/**
 * wf_map_import_run_async:
 * @path: a GeoJSON file, a GeoPackage or a Shapefile
 * @pack: (nullable): the map pack to make of it; %NULL to look at it only
 * @plan: what is wanted: group “file”: datum (WGS 84, GCJ-02, BD-09), crs (such as EPSG:4547, where the file does not say
 * it), swap (latitude
 *   comes first), district (west;south;east;north, by which the place is judged); group “pack”: name, source, licence,
 *   attribution,
 *   review-number, opaque, schematic; groups “layer-0” …: kind (see wf_import_kinds(); empty: left out), name, latin (fields)
 * @progress: (nullable): is told how far it is
 * @progress_data: for @progress
 * @cancellable: (nullable): to stop it; nothing is left then. Main thread
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Has a file looked at, or a map pack made of it, in a process of its own: a file that makes its reader crash or take all
 * memory harms
 * nothing else.
 */
void
wf_map_import_run_async (const char          *path,
                         const char          *pack,
                         GKeyFile            *plan,
                         WfMapImportProgress  progress,
                         gpointer             progress_data,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *program = wf_map_import_find_program ();
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  const char *look[] = { program, "look", absolute, NULL };
  const char *make[] = { program, "make", absolute, pack, NULL };
  g_autoptr (GError) error = NULL;
  Run *run = g_new0 (Run, 1);
  gsize size;
  char *text;

  g_task_set_source_tag (task, wf_map_import_run_async);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  run->process = g_subprocess_newv (pack != NULL ? make : look,
                                    G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                      | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                    &error);
  if (run->process == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  run->pack = g_strdup (pack);
  run->progress = progress;
  run->progress_data = progress_data;
  run->said = g_memory_output_stream_new_resizable ();
  run->told = g_data_input_stream_new (g_subprocess_get_stderr_pipe (run->process));
  text = g_key_file_to_data (plan, &size, NULL);
  g_output_stream_write_all_async (g_subprocess_get_stdin_pipe (run->process), text, size, G_PRIORITY_DEFAULT, NULL, plan_cb,
                                   text);

  run->n_open = 3;
  if (cancellable != NULL)
    run->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), run, NULL);
  g_data_input_stream_read_line_async (run->told, G_PRIORITY_DEFAULT, NULL, line_cb, g_object_ref (task));
  read_more (g_object_ref (task));
  g_subprocess_wait_async (run->process, NULL, ended_cb, g_object_ref (task));
}

/**
 * wf_map_import_run_finish:
 * @result: the result
 * @error: why the file cannot be used
 *
 * Returns: (transfer full): what was found: group “file”: format, layers, extent, warning, mended, left-out, notes, and when
 * a pack was made
 *   features; groups “layer-0” …: title, shape, features, crs, encoding, fields, kind, name, latin, extent, outline
 *   (lon;lat;…, with nan;nan
 *   between parts); or %NULL
 */
GKeyFile *
wf_map_import_run_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
