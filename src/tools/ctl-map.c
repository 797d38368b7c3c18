/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfirectl"

#include "config.h"

#include "ctl.h"

#include "wf-map-import.h"

#include <glib-unix.h>
#include <stdio.h>
#include <unistd.h>

/* Files of other programs, made into map packs: the same as Preferences → Map → Import… does. */

#define MOST_PLAN (1024 * 1024)

typedef struct
{
  GKeyFile *found;
  GError   *error;
  gboolean  done;
} Answer;

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Answer *answer = data;

  answer->found = wf_map_import_run_finish (result, &answer->error);
  answer->done = TRUE;
}

static gboolean
interrupt_cb (gpointer data)
{
  g_cancellable_cancel (data);

  return G_SOURCE_CONTINUE;
}

static void
progress_cb (double   share,
             gpointer data)
{
  fprintf (stderr, "\r%3.0f %%", share * 100.0);
}

static GKeyFile *
run (const char  *path,
     const char  *pack,
     GKeyFile    *plan,
     GError     **error)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean tell = isatty (STDERR_FILENO);
  guint interrupt = g_unix_signal_add (SIGINT, interrupt_cb, cancellable);
  guint terminate = g_unix_signal_add (SIGTERM, interrupt_cb, cancellable);
  Answer answer = { NULL };

  wf_map_import_run_async (path, pack, plan, tell ? progress_cb : NULL, NULL, cancellable, done_cb, &answer);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  if (tell)
    fprintf (stderr, "\r");
  if (answer.error != NULL)
    g_propagate_error (error, answer.error);

  return answer.found;
}

static GKeyFile *
read_plan (const char  *path,
           GError     **error)
{
  g_autoptr (GKeyFile) plan = g_key_file_new ();
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);

  if (file == NULL)
    return NULL;
  if (g_mapped_file_get_length (file) > MOST_PLAN)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: is larger than a plan can be", path);
      return NULL;
    }
  if (!g_key_file_load_from_data (plan, g_mapped_file_get_contents (file), g_mapped_file_get_length (file), G_KEY_FILE_NONE,
                                  error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }

  return g_steal_pointer (&plan);
}

static void
print_notes (GKeyFile *found)
{
  g_auto (GStrv) notes = g_key_file_get_string_list (found, "file", "notes", NULL, NULL);
  int mended = g_key_file_get_integer (found, "file", "mended", NULL);
  int left_out = g_key_file_get_integer (found, "file", "left-out", NULL);

  for (gsize i = 0; notes != NULL && notes[i] != NULL; i++)
    printf ("# %s\n", notes[i]);
  if (mended + left_out > 0)
    printf ("# %d mended, %d left out\n", mended, left_out);
}

/* What there is, as remarks, and below it the plan that it proposes. */
static void
print_layer (GKeyFile   *found,
             const char *group)
{
  static const char *const keys[] = { "kind", "name", "latin" };
  g_autofree char *title = g_key_file_get_string (found, group, "title", NULL);
  g_autofree char *shape = g_key_file_get_string (found, group, "shape", NULL);
  g_autofree char *crs = g_key_file_get_string (found, group, "crs", NULL);
  g_autofree char *encoding = g_key_file_get_string (found, group, "encoding", NULL);
  g_auto (GStrv) fields = g_key_file_get_string_list (found, group, "fields", NULL, NULL);
  g_autofree char *all = fields != NULL ? g_strjoinv (", ", fields) : NULL;

  printf ("\n# “%s”: %d features, mostly %s; %s; %s\n# fields: %s\n[%s]\n", title,
          g_key_file_get_integer (found, group, "features", NULL), shape,
          crs != NULL && *crs != '\0' ? crs : "no coordinate system", encoding, all != NULL ? all : "", group);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *value = g_key_file_get_value (found, group, keys[i], NULL);

      printf ("%s=%s\n", keys[i], value != NULL ? value : "");
    }
}

/**
 * wf_ctl_map_look:
 * @arguments: a file, and where it is known better than by the file, a plan
 * @error: why it cannot be used
 *
 * Looks at a GeoJSON file, a GeoPackage or a Shapefile, and prints a plan for wf_ctl_map_import() that can be altered.
 *
 * Returns: whether it can be used
 */
gboolean
wf_ctl_map_look (char   **arguments,
                 GError **error)
{
  g_autoptr (GKeyFile) plan = arguments[1] != NULL ? read_plan (arguments[1], error) : g_key_file_new ();
  g_autoptr (GKeyFile) found = plan != NULL ? run (arguments[0], NULL, plan, error) : NULL;

  if (found == NULL)
    return FALSE;

  g_autofree char *format = g_key_file_get_string (found, "file", "format", NULL);
  g_autofree char *warning = g_key_file_get_string (found, "file", "warning", NULL);
  gsize n = 0;
  g_autofree double *extent = g_key_file_get_double_list (found, "file", "extent", &n, NULL);

  printf ("# %s: %s, %d layers\n", arguments[0], format, g_key_file_get_integer (found, "file", "layers", NULL));
  if (n == 4)
    printf ("# extent %.5f %.5f %.5f %.5f\n", extent[0], extent[1], extent[2], extent[3]);
  if (warning != NULL && *warning != '\0')
    printf ("# %s\n", warning);
  print_notes (found);
  printf ("\n[file]\ndatum=WGS 84\n\n[pack]\nname=\nsource=\nlicence=\nattribution=\nreview-number=\nopaque=false\n");
  for (int i = 0; i < g_key_file_get_integer (found, "file", "layers", NULL); i++)
    {
      g_autofree char *group = g_strdup_printf ("layer-%d", i);

      print_layer (found, group);
    }

  return TRUE;
}

/**
 * wf_ctl_map_import:
 * @arguments: a file, a plan, and the map pack to make
 * @error: why there is no pack
 *
 * Makes a map pack.
 *
 * Returns: whether it is there
 */
gboolean
wf_ctl_map_import (char   **arguments,
                   GError **error)
{
  g_autoptr (GKeyFile) plan = read_plan (arguments[1], error);
  g_autoptr (GKeyFile) made = plan != NULL ? run (arguments[0], arguments[2], plan, error) : NULL;

  if (made == NULL)
    return FALSE;
  printf ("%s: %d features\n", arguments[2], g_key_file_get_integer (made, "file", "features", NULL));
  print_notes (made);

  return TRUE;
}
