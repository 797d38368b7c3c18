/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-context.h"

/**
 * WfContext:
 *
 * What the screens work with: the session, the clock, the settings, the folder of installed data. Made once by the
 * application and handed on as a construct-only property; there are no globals. It also beats the second to which all
 * running times are redrawn, so that they change together.
 */
struct _WfContext
{
  GObject parent_instance;

  WfSession  *session;     /* (owned) */
  WfOverview *overview;    /* (owned) */
  WfVideoHub *video;       /* (owned) */
  WfRecorder *recorder;    /* (owned) */
  WfSearchIndex *index;    /* (owned) (nullable) until it is asked for */
  WfClock    *clock;       /* (owned) */
  GSettings  *settings;    /* (owned) */
  char       *data_folder; /* (owned) */
  guint       tick;
};

enum {
  PROP_0,
  PROP_SESSION,
  PROP_CLOCK,
  PROP_SETTINGS,
  PROP_DATA_FOLDER,
  N_PROPS,
};

enum {
  TICK,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfContext, wf_context, G_TYPE_OBJECT)

static gboolean tick_cb (gpointer data);

/* The next beat is timed anew each time, so that it stays on the second whatever the main loop had to do. */
static void
schedule_tick (WfContext *self)
{
  guint wait = 1000 - (guint) (wf_session_now (self->session) % 1000);

  self->tick = g_timeout_add (MAX (wait, 20), tick_cb, self);
}

static gboolean
tick_cb (gpointer data)
{
  WfContext *self = data;

  schedule_tick (self);
  wf_overview_tick (self->overview);
  g_signal_emit (self, signals[TICK], 0, wf_context_now (self));

  return G_SOURCE_REMOVE;
}

static void
wf_context_constructed (GObject *object)
{
  WfContext *self = WF_CONTEXT (object);

  G_OBJECT_CLASS (wf_context_parent_class)->constructed (object);

  self->overview = wf_overview_new (self->session);
  self->video = wf_video_hub_new ();
  wf_video_hub_set_volume (self->video, g_settings_get_double (self->settings, "video-volume"));
  self->recorder = wf_recorder_new (self->session);
  schedule_tick (self);
}

static void
wf_context_dispose (GObject *object)
{
  WfContext *self = WF_CONTEXT (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_object (&self->overview);
  g_clear_object (&self->recorder);
  g_clear_object (&self->video);
  /* A worker that is making it holds it longer than the session lasts. */
  if (self->index != NULL)
    g_object_run_dispose (G_OBJECT (self->index));
  g_clear_object (&self->index);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (wf_context_parent_class)->dispose (object);
}

static void
wf_context_finalize (GObject *object)
{
  WfContext *self = WF_CONTEXT (object);

  g_clear_object (&self->clock);
  g_clear_pointer (&self->data_folder, g_free);

  G_OBJECT_CLASS (wf_context_parent_class)->finalize (object);
}

static void
wf_context_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  WfContext *self = WF_CONTEXT (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;

    case PROP_CLOCK:
      g_value_set_object (value, self->clock);
      break;

    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;

    case PROP_DATA_FOLDER:
      g_value_set_string (value, self->data_folder);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_context_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  WfContext *self = WF_CONTEXT (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;

    case PROP_CLOCK:
      self->clock = g_value_dup_object (value);
      break;

    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      break;

    case PROP_DATA_FOLDER:
      self->data_folder = g_value_dup_string (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wf_context_class_init (WfContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = wf_context_constructed;
  object_class->dispose = wf_context_dispose;
  object_class->finalize = wf_context_finalize;
  object_class->get_property = wf_context_get_property;
  object_class->set_property = wf_context_set_property;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, WF_TYPE_SESSION, flags);
  properties[PROP_CLOCK] = g_param_spec_object ("clock", NULL, NULL, WF_TYPE_CLOCK, flags);
  properties[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, flags);
  properties[PROP_DATA_FOLDER] = g_param_spec_string ("data-folder", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[TICK] = g_signal_new ("tick", WF_TYPE_CONTEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
wf_context_init (WfContext *self)
{
}

/**
 * wf_context_new:
 * @session: the session with the service
 * @clock: the time
 * @settings: the person's settings
 * @data_folder: where the program's installed data are (map packs, codes)
 *
 * Returns: (transfer full): a new context
 */
WfContext *
wf_context_new (WfSession  *session,
                WfClock    *clock,
                GSettings  *settings,
                const char *data_folder)
{
  g_return_val_if_fail (WF_IS_SESSION (session), NULL);
  g_return_val_if_fail (WF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (data_folder != NULL, NULL);

  return g_object_new (WF_TYPE_CONTEXT,
                       "session", session,
                       "clock", clock,
                       "settings", settings,
                       "data-folder", data_folder,
                       NULL);
}

/**
 * wf_context_get_session:
 * @self: a context
 *
 * Returns: (transfer none): the session
 */
WfSession *
wf_context_get_session (WfContext *self)
{
  g_return_val_if_fail (WF_IS_CONTEXT (self), NULL);

  return self->session;
}

/**
 * wf_context_get_overview:
 * @self: a context
 *
 * Returns: (transfer none): the incidents in numbers
 */
WfOverview *
wf_context_get_overview (WfContext *self)
{
  g_return_val_if_fail (WF_IS_CONTEXT (self), NULL);

  return self->overview;
}

/**
 * wf_context_get_clock:
 * @self: a context
 *
 * Returns: (transfer none): the clock
 */
WfClock *
wf_context_get_clock (WfContext *self)
{
  g_return_val_if_fail (WF_IS_CONTEXT (self), NULL);

  return self->clock;
}

/**
 * wf_context_get_video:
 * @self: a context
 *
 * Returns: (transfer none): what opens each video once, however many look at it
 */
WfVideoHub *
wf_context_get_video (WfContext *self)
{
  g_return_val_if_fail (WF_IS_CONTEXT (self), NULL);

  return self->video;
}

/* What the centre's own map names is found too. */
static void
own_map_cb (WfContext *self)
{
  g_autofree char *path = g_settings_get_string (self->settings, "map-file");

  wf_search_index_set_own_map (self->index, *path != '\0' ? path : NULL,
                               (WfDatum) g_settings_get_enum (self->settings, "map-file-datum"));
}

/**
 * wf_context_get_search_index:
 * @self: a context
 *
 * Returns: (transfer none): where everything is found by name
 */
WfSearchIndex *
wf_context_get_search_index (WfContext *self)
{
  g_return_val_if_fail (WF_IS_CONTEXT (self), NULL);

  if (self->index == NULL)
    {
      g_autofree char *folder = g_build_filename (self->data_folder, "basemap", NULL);

      self->index = wf_search_index_new (self->session, folder);
      g_signal_connect_object (self->settings, "changed::map-file", G_CALLBACK (own_map_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->settings, "changed::map-file-datum", G_CALLBACK (own_map_cb), self, G_CONNECT_SWAPPED);
      own_map_cb (self);
    }

  return self->index;
}

/**
 * wf_context_locate:
 * @self: a context
 * @hit: something that was found by its name
 * @longitude: (out): degrees east
 * @latitude: (out): degrees north
 *
 * Of what moves, where it is now; not of an administrative division, of which only its seat is known.
 *
 * Returns: whether its place is known
 */
gboolean
wf_context_locate (WfContext   *self,
                   WfSearchHit *hit,
                   double      *longitude,
                   double      *latitude)
{
  WfPosition position;

  g_return_val_if_fail (WF_IS_CONTEXT (self), FALSE);
  g_return_val_if_fail (WF_IS_SEARCH_HIT (hit), FALSE);

  /* Its seat is not where something in it has happened. */
  if (g_str_equal (wf_search_hit_get_kind (hit), WF_SEARCH_DIVISION))
    return FALSE;

  if (g_str_equal (wf_search_hit_get_kind (hit), "unit") &&
      wf_session_get_position (self->session, wf_search_hit_get_id (hit), &position))
    {
      *longitude = position.longitude;
      *latitude = position.latitude;
      return TRUE;
    }

  return wf_search_hit_get_point (hit, longitude, latitude);
}

/**
 * wf_context_get_recorder:
 * @self: a context
 *
 * Returns: (transfer none): what brings recordings to the service
 */
WfRecorder *
wf_context_get_recorder (WfContext *self)
{
  g_return_val_if_fail (WF_IS_CONTEXT (self), NULL);

  return self->recorder;
}

/**
 * wf_context_get_settings:
 * @self: a context
 *
 * Returns: (transfer none): the person's settings
 */
GSettings *
wf_context_get_settings (WfContext *self)
{
  g_return_val_if_fail (WF_IS_CONTEXT (self), NULL);

  return self->settings;
}

/**
 * wf_context_get_data_folder:
 * @self: a context
 *
 * Returns: (transfer none): the folder of installed data
 */
const char *
wf_context_get_data_folder (WfContext *self)
{
  g_return_val_if_fail (WF_IS_CONTEXT (self), NULL);

  return self->data_folder;
}

/**
 * wf_context_now:
 * @self: a context
 *
 * Returns: the time that the screens show and count by: on the clock of the exercise that is shown, else the session's, which
 *   is corrected by the service's. What is not of the scope (links, video, the age of positions) goes by wf_session_now()
 */
int64_t
wf_context_now (WfContext *self)
{
  g_return_val_if_fail (WF_IS_CONTEXT (self), 0);

  return wf_session_scope_now (self->session);
}
