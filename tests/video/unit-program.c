/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "unit-program.h"

#include "wf-unit-strip.h"

#include <string.h>

struct _UnitProgram
{
  GSubprocess      *process; /* (owned) */
  GDataInputStream *output;  /* (owned) */
  char             *ready;   /* (owned): what it said first */
};

/* The next line that it says; the program ends where there is none. */
char *
unit_program_read (UnitProgram *self)
{
  g_autoptr (GError) error = NULL;
  char *line = g_data_input_stream_read_line (self->output, NULL, NULL, &error);

  if (line == NULL)
    g_error ("the unit has ended: %s", error != NULL ? error->message : "it says no more");

  return line;
}

/* Starts the program with what follows, and waits until it can be watched. */
UnitProgram *
unit_program_new (const char *program,
                  ...)
{
  UnitProgram *self = g_new0 (UnitProgram, 1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  const char *word;
  va_list args;

  g_assert (program != NULL);
  g_ptr_array_add (words, (gpointer) program);
  va_start (args, program);
  while ((word = va_arg (args, const char *)) != NULL)
    g_ptr_array_add (words, (gpointer) word);
  va_end (args);
  g_ptr_array_add (words, NULL);

  self->process = g_subprocess_newv ((const char *const *) words->pdata,
                                     G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  if (self->process == NULL)
    g_error ("%s", error->message);
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  self->ready = unit_program_read (self);

  return self;
}

/* It ends with its input. */
void
unit_program_free (UnitProgram *self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->output);
  g_object_unref (self->process);
  g_free (self->ready);
  g_free (self);
}

/* Where one of its units can be watched. */
char *
unit_program_dup_uri (UnitProgram *self,
                      const char  *unit)
{
  g_autofree char *start = g_strdup_printf ("{\"id\":\"%s\",\"uri\":\"", unit);
  const char *from = strstr (self->ready, start);
  const char *to = from != NULL ? strchr (from + strlen (start), '"') : NULL;

  if (to == NULL)
    g_error ("the unit says “%s”", self->ready);

  return g_strndup (from + strlen (start), (gsize) (to - from) - strlen (start));
}

/* Gives it a command. Returns whether it says that it has been done. */
gboolean
unit_program_obeys (UnitProgram *self,
                    const char  *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  g_autofree char *answer = NULL;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), text, strlen (text), NULL, NULL, NULL);
  answer = unit_program_read (self);
  if (g_str_equal (answer, "{\"done\":true}"))
    return TRUE;
  if (!g_str_equal (answer, "{\"done\":false}"))
    g_error ("the unit answers “%s” to “%s”", answer, line);

  return FALSE;
}

typedef struct
{
  guchar *pixels;
  int     width;
} Pixels;

static int
get_luma (int      x,
          int      y,
          gpointer data)
{
  Pixels *pixels = data;

  return pixels->pixels[(y * pixels->width + x) * 4 + 1];
}

/* Reads the clock that is burnt into a picture. @picture: as the unit sent it, not scaled. Returns whether there is one. */
gboolean
unit_program_clock (GdkPaintable *picture,
                    int64_t      *time)
{
  g_autoptr (GdkPaintable) image = gdk_paintable_get_current_image (picture);
  int width = gdk_paintable_get_intrinsic_width (image);
  int height = gdk_paintable_get_intrinsic_height (image);

  if (!GDK_IS_TEXTURE (image) || width != gdk_paintable_get_intrinsic_width (picture))
    return FALSE;

  g_autofree guchar *pixels = g_malloc ((gsize) width * (gsize) height * 4);
  Pixels data = { pixels, width };

  gdk_texture_download (GDK_TEXTURE (image), pixels, (gsize) width * 4);

  return wf_unit_strip_read (width, height, get_luma, &data, time);
}
