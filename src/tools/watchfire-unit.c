/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfire-unit"

#include "config.h"

#include "wf-unit-beacon.h"
#include "wf-unit-drive.h"
#include "wf-unit-stream.h"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>

#include "wf-geo-text.h"
#include "wf-id.h"
#include "wf-locale.h"

#define MAX_UNITS 32

/* Where the demonstration district's links lead. */
#define USUAL_PORT 8554

/* So that driving across a district can be watched. */
#define USUAL_SPEED 8.0

static const char *const commands =
  "It takes commands from its standard input, a line each, answers each with\n"
  "{\"done\":true}, or with false where it did not understand, and ends with it:\n"
  "  freeze UNIT          No more pictures, the connection stays\n"
  "  thaw UNIT            Pictures again\n"
  "  garbage UNIT         What is sent cannot be decoded\n"
  "  clean UNIT           It can be decoded again\n"
  "  limit UNIT KBIT/S    The network carries so much, what is more is lost; 0 for all\n"
  "  drop                 Cut off whoever watches\n"
  "  stop                 Stop listening\n"
  "  start                Listen again, on the same port\n"
  "  restart SECONDS      Stop, and start after that time, 3600 at the most\n"
  "  text UNIT WORDS      Burn WORDS into the picture";

/*
 * Simulated mobile command units. With --service they are those of a demonstration: each is played by a crew that answers
 * orders and drives (wf-unit-drive.c). With --certificate too it is one unit of any centre, which tells where it is and no more
 * (wf-unit-beacon.c). It tells its parent where it can be watched in one line of JSON, takes the commands above from
 * its standard input, and ends with that: when the parent dies, so does it.
 */
typedef struct
{
  WfUnitStream     *stream;     /* (owned) */
  GMainLoop        *loop;       /* (owned) */
  WfUnitDrive      *drive;      /* (owned) (nullable) */
  WfUnitBeacon     *beacon;     /* (owned) (nullable) */
  GDataInputStream *input;      /* (owned) */
  GCancellable     *cancel;     /* (owned) */
  gboolean          wants_token;
  gboolean          failed;
  guint16           port;
  guint             restart_id;
} Unit;

static char **option_units;
static char **option_names;
static char **option_codecs;
static char **option_sounds;
static int option_port;
static int option_width;
static int option_height;
static int option_rate;
static int option_kilobits;
static char *option_service;
static char *option_authority;
static char *option_pin;
static char *option_packs;
static char *option_certificate;
static char *option_key;
static char *option_at;
static char *option_to;
static double option_speed;
static gboolean option_fleet;
static gboolean option_token_stdin;
static gboolean option_stream_only;
static gboolean option_turning;
static gboolean option_stamp;
static gboolean option_udp_only;
static gboolean option_version;

static const GOptionEntry options[] = {
  { "stream-only", 0, 0, G_OPTION_ARG_NONE, &option_stream_only, "Only send video; no orders, no driving", NULL },
  { "service", 0, 0, G_OPTION_ARG_STRING, &option_service, "Play the units of the demonstration at this service", "URI" },
  { "ca", 0, 0, G_OPTION_ARG_FILENAME, &option_authority, "Who may sign the service's certificate (PEM)", "FILE" },
  { "pin", 0, 0, G_OPTION_ARG_STRING, &option_pin, "SHA-256 fingerprint of the service's certificate", "HEX" },
  { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &option_certificate,
    "Be the unit that this certificate (PEM) was made for, and tell the service where it is", "FILE" },
  { "key", 0, 0, G_OPTION_ARG_FILENAME, &option_key, "Its key (PEM), where that is in a file of its own", "FILE" },
  { "at", 0, 0, G_OPTION_ARG_STRING, &option_at, "Where that unit is, in any usual notation", "PLACE" },
  { "to", 0, 0, G_OPTION_ARG_STRING, &option_to, "Where it drives to from there, and back", "PLACE" },
  { "turning-camera", 0, 0, G_OPTION_ARG_NONE, &option_turning, "Its camera turns, and it tells where that looks", NULL },
  { "token-stdin", 0, 0, G_OPTION_ARG_NONE, &option_token_stdin, "The first line of standard input is the token", NULL },
  { "fleet", 0, 0, G_OPTION_ARG_NONE, &option_fleet, "Play all its units", NULL },
  { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &option_speed, "Drive so many times faster than one does (8)", "FACTOR" },
  { "packs", 0, 0, G_OPTION_ARG_FILENAME, &option_packs, "Folder of the map packs whose roads are driven on", "FOLDER" },
  { "unit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_units, "Id of a unit (may be repeated)", "ID" },
  { "name", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_names, "Its name in the picture (in the order of --unit)", "NAME" },
  { "sound", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_sounds, "A tone as aac, alaw, mulaw or opus, or none (in the order of --unit)",
    "SOUND" },
  { "codec", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_codecs, "h264, h265 or jpeg (in the order of --unit)", "CODEC" },
  { "rtsp-port", 0, 0, G_OPTION_ARG_INT, &option_port, "Port on 127.0.0.1, 0 for any that is free", "PORT" },
  { "width", 0, 0, G_OPTION_ARG_INT, &option_width, "Width of the picture (1280)", "PIXELS" },
  { "height", 0, 0, G_OPTION_ARG_INT, &option_height, "Height of the picture (720)", "PIXELS" },
  { "rate", 0, 0, G_OPTION_ARG_INT, &option_rate, "Pictures per second (25)", "NUMBER" },
  { "bit-rate", 0, 0, G_OPTION_ARG_INT, &option_kilobits, "Bit rate of the video", "KBIT/S" },
  { "stamp", 0, 0, G_OPTION_ARG_NONE, &option_stamp, "Write into each picture when it was taken (MISB ST 0604; h264, h265)", NULL },
  { "udp-only", 0, 0, G_OPTION_ARG_NONE, &option_udp_only, "Refuse video inside the RTSP connection", NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, &option_version, "Print the version and exit", NULL },
  { NULL }
};

static void
say (const char *format,
     ...) G_GNUC_PRINTF (1, 2);

/* A line for the parent, who waits for it. */
static void
say (const char *format,
     ...)
{
  va_list args;

  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  putchar ('\n');
  fflush (stdout);
}

static void
say_ready (Unit *unit)
{
  g_autoptr (GString) units = g_string_new (NULL);
  g_autofree char *first = wf_unit_stream_dup_uri (unit->stream, option_units[0]);

  for (guint i = 0; option_units[i] != NULL; i++)
    {
      g_autofree char *uri = wf_unit_stream_dup_uri (unit->stream, option_units[i]);

      g_string_append_printf (units, "%s{\"id\":\"%s\",\"uri\":\"%s\"}", i > 0 ? "," : "", option_units[i], uri);
    }

  say ("{\"ready\":true,\"port\":%u,\"uri\":\"%s\",\"units\":[%s]}",
       wf_unit_stream_get_port (unit->stream), first, units->str);
}

static gboolean
start_again (Unit *unit)
{
  g_autoptr (GError) error = NULL;

  if (wf_unit_stream_get_port (unit->stream) == 0 && !wf_unit_stream_start (unit->stream, unit->port, &error))
    {
      g_printerr ("The port %u cannot be opened again: %s\n", unit->port, error->message);
      return FALSE;
    }

  return TRUE;
}

static gboolean
restart_cb (gpointer data)
{
  Unit *unit = data;

  unit->restart_id = 0;
  if (start_again (unit))
    say ("{\"started\":true,\"port\":%u}", unit->port);

  return G_SOURCE_REMOVE;
}

static gboolean
restart_later (Unit       *unit,
               const char *seconds)
{
  char *end;
  double wait = g_ascii_strtod (seconds, &end);

  if (end == seconds || *end != '\0' || !(wait >= 0 && wait <= 3600))
    return FALSE;

  wf_unit_stream_stop (unit->stream);
  g_clear_handle_id (&unit->restart_id, g_source_remove);
  unit->restart_id = g_timeout_add ((guint) (wait * 1000), restart_cb, unit);

  return TRUE;
}

static gboolean
limit (Unit       *unit,
       const char *id,
       const char *kilobits)
{
  guint64 value;

  return g_ascii_string_to_unsigned (kilobits, 10, 0, 1000000, &value, NULL)
         && wf_unit_stream_set_limit (unit->stream, id, (int) value);
}

static gboolean
obey (Unit       *unit,
      const char *command)
{
  g_auto (GStrv) words = g_strsplit (command, " ", 3);
  guint n = g_strv_length (words);

  if (n == 2 && g_str_equal (words[0], "freeze"))
    return wf_unit_stream_set_frozen (unit->stream, words[1], TRUE);
  else if (n == 2 && g_str_equal (words[0], "thaw"))
    return wf_unit_stream_set_frozen (unit->stream, words[1], FALSE);
  else if (n == 2 && g_str_equal (words[0], "garbage"))
    return wf_unit_stream_set_garbage (unit->stream, words[1], TRUE);
  else if (n == 2 && g_str_equal (words[0], "clean"))
    return wf_unit_stream_set_garbage (unit->stream, words[1], FALSE);
  else if (n == 3 && g_str_equal (words[0], "limit"))
    return limit (unit, words[1], words[2]);
  else if (n == 1 && g_str_equal (words[0], "drop"))
    wf_unit_stream_drop_clients (unit->stream);
  else if (n == 1 && g_str_equal (words[0], "stop"))
    wf_unit_stream_stop (unit->stream);
  else if (n == 1 && g_str_equal (words[0], "start"))
    return start_again (unit);
  else if (n == 2 && g_str_equal (words[0], "restart"))
    return restart_later (unit, words[1]);
  else if (n == 3 && g_str_equal (words[0], "text"))
    return wf_unit_stream_set_text (unit->stream, words[1], words[2]);
  else
    return FALSE;

  return TRUE;
}

static gboolean
add_units (Unit    *unit,
           GError **error)
{
  guint n_sounds = option_sounds != NULL ? g_strv_length (option_sounds) : 0;
  guint n_codecs = option_codecs != NULL ? g_strv_length (option_codecs) : 0;
  guint n_names = option_names != NULL ? g_strv_length (option_names) : 0;

  for (guint i = 0; option_units[i] != NULL; i++)
    {
      WfUnitStreamSpec spec = {
        .id = option_units[i],
        .name = i < n_names ? option_names[i] : option_units[i],
        .width = option_width,
        .height = option_height,
        .rate = option_rate,
        .kilobits = option_kilobits,
        .codec = i < n_codecs ? option_codecs[i] : NULL,
        .sound = i < n_sounds ? option_sounds[i] : NULL,
        .stamp = option_stamp,
        .udp_only = option_udp_only,
      };

      if (!wf_unit_stream_add (unit->stream, &spec, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
start_stream (Unit    *unit,
              GError **error)
{
  g_autoptr (GError) taken = NULL;

  /* Where the entries already point, if that is free. */
  if (option_port == 0 && unit->drive != NULL && wf_unit_stream_start (unit->stream, USUAL_PORT, &taken))
    return TRUE;

  return wf_unit_stream_start (unit->stream, (guint16) option_port, error);
}

static void
give_up (Unit         *unit,
         const GError *error)
{
  g_printerr ("%s\n", error->message);
  unit->failed = TRUE;
  g_main_loop_quit (unit->loop);
}

static void
drive_ready_cb (WfUnitDrive *drive,
                Unit        *unit)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;

  g_strfreev (option_units);
  g_strfreev (option_names);
  option_units = wf_unit_drive_dup_units (drive);
  for (guint i = 0; option_units[i] != NULL; i++)
    {
      g_autofree char *name = wf_unit_drive_dup_name (drive, option_units[i]);

      g_strv_builder_add (names, name);
    }
  option_names = g_strv_builder_end (names);

  if (!add_units (unit, &error) || !start_stream (unit, &error))
    {
      give_up (unit, error);
      return;
    }

  unit->port = wf_unit_stream_get_port (unit->stream);
  wf_unit_drive_register (drive);
  say_ready (unit);
}

static void
drive_failed_cb (WfUnitDrive *drive,
                 GError      *error,
                 Unit        *unit)
{
  give_up (unit, error);
}

static void
beacon_ready_cb (WfUnitBeacon *beacon,
                 Unit         *unit)
{
  g_autoptr (GError) error = NULL;
  const char *units[] = { wf_unit_beacon_get_unit (beacon), NULL };

  option_units = g_strdupv ((char **) units);
  if (!add_units (unit, &error) || !start_stream (unit, &error))
    {
      give_up (unit, error);
      return;
    }

  unit->port = wf_unit_stream_get_port (unit->stream);
  say_ready (unit);
}

static void
beacon_failed_cb (WfUnitBeacon *beacon,
                  GError       *error,
                  Unit         *unit)
{
  give_up (unit, error);
}

static gboolean
read_place (const char *text,
            WfGeoPoint *place)
{
  return wf_geo_parse (text, &place->lon, &place->lat, NULL);
}

static double
get_speed (void)
{
  const char *wish = g_getenv ("WATCHFIRE_UNIT_SPEED");
  double speed = option_speed > 0 ? option_speed : wish != NULL ? g_ascii_strtod (wish, NULL) : USUAL_SPEED;

  return speed >= 0.1 && speed <= 1000 ? speed : USUAL_SPEED;
}

static void
start_drive (Unit       *unit,
             const char *token)
{
  const char *data = g_getenv ("WATCHFIRE_DATADIR");
  g_autofree char *packs = g_build_filename (data != NULL ? data : PKGDATADIR, "basemap", NULL);
  WfUnitDriveSpec spec = {
    .uri = option_service,
    .token = token,
    .authority = option_authority,
    .pin = option_pin,
    .units = option_fleet ? NULL : (const char *const *) option_units,
    .speed = get_speed (),
    .packs = option_packs != NULL ? option_packs : packs,
  };

  unit->drive = wf_unit_drive_new (&spec, unit->stream);
  g_signal_connect (unit->drive, "ready", G_CALLBACK (drive_ready_cb), unit);
  g_signal_connect (unit->drive, "failed", G_CALLBACK (drive_failed_cb), unit);
  wf_unit_drive_start (unit->drive);
}

static void
start_beacon (Unit *unit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfSender) sender = wf_sender_new (option_service, option_certificate, option_key, option_authority, option_pin,
                                               &error);
  WfGeoPoint at = { 0 };
  WfGeoPoint to = { 0 };

  if (sender == NULL)
    {
      give_up (unit, error);
      return;
    }

  read_place (option_at, &at);
  if (option_to != NULL)
    read_place (option_to, &to);
  unit->beacon = wf_unit_beacon_new (sender, unit->stream, &at, option_to != NULL ? &to : NULL, get_speed ());
  wf_unit_beacon_set_turning (unit->beacon, option_turning);
  g_signal_connect (unit->beacon, "ready", G_CALLBACK (beacon_ready_cb), unit);
  g_signal_connect (unit->beacon, "failed", G_CALLBACK (beacon_failed_cb), unit);
  wf_unit_beacon_start (unit->beacon);
}

static gboolean
begin_beacon_cb (gpointer data)
{
  start_beacon (data);

  return G_SOURCE_REMOVE;
}

static void
line_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Unit *unit = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL,
                                                                     &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (line == NULL)
    {
      g_main_loop_quit (unit->loop);
      return;
    }

  if (unit->wants_token)
    {
      unit->wants_token = FALSE;
      start_drive (unit, line);
    }
  else if (line[0] != '\0')
    say ("{\"done\":%s}", obey (unit, line) ? "true" : "false");
  g_data_input_stream_read_line_async (unit->input, G_PRIORITY_DEFAULT, unit->cancel, line_cb, unit);
}

static gboolean
signal_cb (gpointer data)
{
  Unit *unit = data;

  g_main_loop_quit (unit->loop);

  return G_SOURCE_CONTINUE;
}

static void
run (Unit *unit)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);
  guint term_id = g_unix_signal_add (SIGTERM, signal_cb, unit);
  guint int_id = g_unix_signal_add (SIGINT, signal_cb, unit);

  unit->input = g_data_input_stream_new (input);
  unit->cancel = g_cancellable_new ();
  if (option_certificate != NULL)
    g_idle_add (begin_beacon_cb, unit);
  else if (option_service != NULL)
    unit->wants_token = TRUE;
  else
    {
      unit->port = wf_unit_stream_get_port (unit->stream);
      say_ready (unit);
    }

  g_data_input_stream_read_line_async (unit->input, G_PRIORITY_DEFAULT, unit->cancel, line_cb, unit);
  g_main_loop_run (unit->loop);

  g_cancellable_cancel (unit->cancel);
  while (g_input_stream_has_pending (G_INPUT_STREAM (unit->input)))
    g_main_context_iteration (NULL, TRUE);

  g_clear_handle_id (&unit->restart_id, g_source_remove);
  g_source_remove (term_id);
  g_source_remove (int_id);
  if (unit->drive != NULL)
    {
      g_signal_handlers_disconnect_by_data (unit->drive, unit);
      wf_unit_drive_stop (unit->drive);
    }
  if (unit->beacon != NULL)
    {
      g_signal_handlers_disconnect_by_data (unit->beacon, unit);
      wf_unit_beacon_stop (unit->beacon);
    }
  wf_unit_stream_stop (unit->stream);
}

static gboolean
check_certificate_options (GError **error)
{
  WfGeoPoint place;

  if (option_service == NULL || option_token_stdin || option_fleet || option_units != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "A certificate says which unit it is, and goes with --service alone, without token and units");
      return FALSE;
    }

  if (option_at == NULL || !read_place (option_at, &place) || (option_to != NULL && !read_place (option_to, &place)))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "Say where the unit is: --at 109.9,40.6");
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_options (GError **error)
{
  if (option_certificate != NULL && !check_certificate_options (error))
    return FALSE;

  if (option_certificate == NULL && !option_fleet && (option_units == NULL || g_strv_length (option_units) > MAX_UNITS))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "Name 1 to %d units with --unit", MAX_UNITS);
      return FALSE;
    }

  if (option_stream_only == (option_service != NULL) || (option_stream_only && option_fleet))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "Say what to do: --stream-only sends video of units, --service plays a demonstration's");
      return FALSE;
    }

  if (option_service != NULL && option_certificate == NULL && !option_token_stdin)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "A service wants a token: --token-stdin");
      return FALSE;
    }

  if (option_port < 0 || option_port > 65535)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--rtsp-port must be 0 to 65535");
      return FALSE;
    }

  return TRUE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new ("— a simulated mobile command unit");
  g_autoptr (GError) error = NULL;
  Unit unit = { 0 };

  wf_locale_init (NULL);
  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_set_description (context, commands);
  g_option_context_add_group (context, gst_init_get_option_group ());

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }

  if (option_version)
    {
      g_print ("watchfire-unit " WF_VERSION "\n");
      return 0;
    }

  if (!check_options (&error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }

  unit.stream = wf_unit_stream_new ();
  unit.loop = g_main_loop_new (NULL, FALSE);

  if (option_service != NULL
      || (add_units (&unit, &error) && wf_unit_stream_start (unit.stream, (guint16) option_port, &error)))
    run (&unit);
  else
    g_printerr ("%s\n", error->message);

  g_clear_object (&unit.input);
  g_clear_object (&unit.cancel);
  g_clear_object (&unit.drive);
  g_clear_object (&unit.beacon);
  g_clear_object (&unit.stream);
  g_main_loop_unref (unit.loop);
  g_strfreev (option_units);
  g_strfreev (option_names);
  g_strfreev (option_codecs);
  g_strfreev (option_sounds);
  g_free (option_service);
  g_free (option_packs);
  g_free (option_certificate);
  g_free (option_key);
  g_free (option_at);
  g_free (option_to);

  return error != NULL || unit.failed ? 1 : 0;
}
