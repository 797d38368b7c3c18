/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-video-view.h"

#include "wf-link-sign-in.h"
#include "wf-sound-button.h"
#include "wf-telemetry.h"
#include "wf-ui-util.h"
#include "wf-video-tile.h"
#include "wf-window.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

#define NATURAL_WIDTH 208

/**
 * WfVideoView:
 *
 * The picture of a unit with the buttons that one needs in a hurry: keep this picture with the incident, record it, show it
 * large, show where it comes from, hear it.
 */
struct _WfVideoView
{
  GtkWidget parent_instance;

  WfContext *context; /* (owned) */
  GtkWidget *overlay; /* (owned by the widget tree) */
  GtkWidget *tile;
  GtkWidget *keep;
  GtkWidget *record;
  char      *kind;    /* (owned) of what has the link */
  char      *unit;    /* (owned) */
  char      *said;    /* (owned) (nullable) what is wrong with its position */
};

G_DEFINE_FINAL_TYPE (WfVideoView, wf_video_view, GTK_TYPE_WIDGET)

static WfWindow *
get_window (WfVideoView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root != NULL && !WF_IS_WINDOW (root) && GTK_IS_WINDOW (root))
    root = GTK_ROOT (gtk_window_get_transient_for (GTK_WINDOW (root)));

  return WF_IS_WINDOW (root) ? WF_WINDOW (root) : NULL;
}

static void
snapshot_taken_cb (WfVideoView *self,
                   GBytes      *bytes,
                   int64_t      captured_at)
{
  WfWindow *window = get_window (self);

  if (window != NULL)
    wf_window_keep_picture (window, bytes, "image/jpeg", self->unit, captured_at);
}

static void
snapshot_failed_cb (WfVideoView *self,
                    const char  *message)
{
  WfWindow *window = get_window (self);

  if (window != NULL)
    wf_window_toast (window, message);
}

static void
record_cb (WfVideoView *self)
{
  WfWindow *window = get_window (self);
  WfVideoLink *link = wf_video_tile_get_link (WF_VIDEO_TILE (self->tile));

  if (window != NULL && link != NULL)
    wf_window_record (window, link, self->unit);
}

static const char *const right_changes[] = { "notify::ready", "notify::link", "notify::scope" };

static char *
tell_why_not_kept (WfSession *session)
{
  g_autoptr (WfProblem) problem = wf_session_check (session, "medium.attach");

  return problem != NULL ? wf_problem_message (problem) : NULL;
}

static void
tile_rights_cb (WfSession   *session,
                GParamSpec  *pspec,
                WfVideoTile *tile)
{
  g_autofree char *reason = tell_why_not_kept (session);

  wf_video_tile_forbid_keeping (tile, reason);
}

/* Who sits here may become somebody else, or go elsewhere, while a picture stays open. */
static void
follow_rights (WfSession   *session,
               WfVideoTile *tile)
{
  for (gsize i = 0; i < G_N_ELEMENTS (right_changes); i++)
    g_signal_connect_object (session, right_changes[i], G_CALLBACK (tile_rights_cb), tile, 0);
  tile_rights_cb (session, NULL, tile);
}

static void
allow_button (GtkWidget  *button,
              const char *reason)
{
  gtk_widget_set_sensitive (button, reason == NULL);
  wf_ui_explain (button, reason);
}

/* Whoever may not keep anything with an incident can take no picture and begin no recording; what goes on may be ended. */
static void
rights_cb (WfVideoView *self)
{
  WfVideoLink *link = wf_video_tile_get_link (WF_VIDEO_TILE (self->tile));
  gboolean recorded = link != NULL && wf_video_link_get_recording (link) != NULL;
  g_autofree char *reason = tell_why_not_kept (wf_context_get_session (self->context));

  allow_button (self->keep, reason);
  allow_button (self->record, recorded ? NULL : reason);
}

/* The button says what it would do. */
static void
recording_cb (WfVideoView *self)
{
  WfVideoLink *link = wf_video_tile_get_link (WF_VIDEO_TILE (self->tile));
  gboolean recorded = wf_video_link_get_recording (link) != NULL;
  g_autofree char *name = g_strdup_printf (recorded ? _("Stop recording %s") : _("Record %s for the incident"),
                                           wf_video_link_get_name (link));

  gtk_button_set_icon_name (GTK_BUTTON (self->record), recorded ? "media-playback-stop-symbolic" : "media-record-symbolic");
  wf_ui_set_class (self->record, "wf-recording", recorded);
  wf_ui_explain (self->record, NULL);
  wf_ui_set_tooltip (self->record, name);
  wf_ui_set_name (self->record, name);
  rights_cb (self);
}

/* Where it comes from: its card, and the map with it in view. What hides the map goes. */
static void
show_on_map (WfVideoView *self,
             GtkWidget   *widget)
{
  WfWindow *window = get_window (self);
  GtkRoot *root = gtk_widget_get_root (widget);

  if (window == NULL)
    return;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.select", "(ss)", self->kind, self->unit);
  if (root != NULL && root != GTK_ROOT (window))
    gtk_window_close (GTK_WINDOW (root));
}

static void
map_cb (WfVideoView *self)
{
  show_on_map (self, GTK_WIDGET (self));
}

static void
large_map_cb (GtkWidget   *tile,
              WfVideoView *self)
{
  show_on_map (self, tile);
}

/* A picture over a whole monitor. Escape, or what brought it there, closes it. */
static void
fill_monitor (WfVideoView *self,
              gboolean     other)
{
  WfWindow *window = get_window (self);
  WfVideoLink *link = wf_video_tile_get_link (WF_VIDEO_TILE (self->tile));
  GtkWidget *large, *tile;

  if (window == NULL || link == NULL)
    return;

  large = gtk_window_new ();
  tile = wf_video_tile_new (link);
  gtk_window_set_title (GTK_WINDOW (large), wf_video_link_get_name (link));
  gtk_window_set_transient_for (GTK_WINDOW (large), GTK_WINDOW (window));
  gtk_window_set_default_size (GTK_WINDOW (large), 1024, 600);
  gtk_window_set_child (GTK_WINDOW (large), tile);
  follow_rights (wf_context_get_session (self->context), WF_VIDEO_TILE (tile));
  g_signal_connect_object (tile, "snapshot-taken", G_CALLBACK (snapshot_taken_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tile, "snapshot-failed", G_CALLBACK (snapshot_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tile, "record-requested", G_CALLBACK (record_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tile, "map-requested", G_CALLBACK (large_map_cb), self, 0);
  g_signal_connect_object (tile, "fullscreen-requested", G_CALLBACK (gtk_window_close), large, G_CONNECT_SWAPPED);
  wf_ui_close_on_escape (GTK_WINDOW (large));
  gtk_window_set_focus (GTK_WINDOW (large), tile);
  if (!wf_ui_fill_monitor (GTK_WINDOW (large), GTK_WINDOW (window), other) && other)
    wf_window_toast (window, _("There is no second monitor: the picture is shown in a window."));
  gtk_window_present (GTK_WINDOW (large));
}

/**
 * wf_video_view_show_large:
 * @self: a view
 *
 * Shows its picture over the whole monitor, which Escape ends.
 */
void
wf_video_view_show_large (WfVideoView *self)
{
  g_return_if_fail (WF_IS_VIDEO_VIEW (self));

  fill_monitor (self, FALSE);
}

static void
monitor_cb (WfVideoView *self)
{
  fill_monitor (self, TRUE);
}

static void
keep_cb (WfVideoView *self)
{
  gtk_widget_activate_action (self->tile, "video.snapshot", NULL);
}

static GtkWidget *
new_button (WfVideoView *self,
            const char  *icon,
            const char  *name,
            GCallback    callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "osd");
  gtk_widget_add_css_class (button, "wf-mini");
  wf_ui_set_tooltip (button, name);
  wf_ui_set_name (button, name);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);

  return button;
}

/* --- name and password --- */

static void
sign_in_cb (WfVideoView *self)
{
  WfWindow *window = get_window (self);

  if (window != NULL)
    wf_link_sign_in_ask (wf_video_tile_get_link (WF_VIDEO_TILE (self->tile)), GTK_WINDOW (window));
}

static void
show_sign_in (GtkWidget   *button,
              GParamSpec  *pspec,
              WfVideoLink *link)
{
  gtk_widget_set_visible (button, wf_video_link_get_reason_code (link) == WF_VIDEO_REASON_UNAUTHORIZED);
}

static GtkWidget *
new_sign_in_button (WfVideoView *self,
                    WfVideoLink *link)
{
  GtkWidget *button = gtk_button_new_with_label (_("Name and password…"));
  g_autofree char *name = g_strdup_printf (_("Name and password of %s"), wf_video_link_get_name (link));

  wf_ui_set_name (button, name);
  gtk_widget_add_css_class (button, "osd");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (button, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (button, 6);
  g_signal_connect_object (button, "clicked", G_CALLBACK (sign_in_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "notify::reason", G_CALLBACK (show_sign_in), button, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "notify::state", G_CALLBACK (show_sign_in), button, G_CONNECT_SWAPPED);
  show_sign_in (button, NULL, link);

  return button;
}

/* --- sound --- */

static GtkWidget *
new_sound_button (WfVideoLink *link)
{
  g_autofree char *name = g_strdup_printf (_("Sound of %s"), wf_video_link_get_name (link));
  GtkWidget *button = wf_sound_button_new (wf_video_link_get_sound (link), name);

  gtk_widget_add_css_class (button, "osd");
  gtk_widget_add_css_class (button, "wf-mini");

  return button;
}

static GtkSizeRequestMode
wf_video_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

/* A picture takes the room that it is given; of itself it asks for little, so that three of them leave room for words. */
static void
wf_video_view_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  WfVideoView *self = WF_VIDEO_VIEW (widget);

  gtk_widget_measure (self->overlay, orientation, -1, minimum, natural, NULL, NULL);
  *natural = MAX (*minimum, orientation == GTK_ORIENTATION_HORIZONTAL ? NATURAL_WIDTH : NATURAL_WIDTH * 9 / 16);
}

static void
wf_video_view_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  gtk_widget_allocate (WF_VIDEO_VIEW (widget)->overlay, width, height, baseline, NULL);
}

static void
wf_video_view_dispose (GObject *object)
{
  WfVideoView *self = WF_VIDEO_VIEW (object);

  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_video_view_parent_class)->dispose (object);
}

static void
wf_video_view_finalize (GObject *object)
{
  WfVideoView *self = WF_VIDEO_VIEW (object);

  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->unit, g_free);
  g_clear_pointer (&self->said, g_free);

  G_OBJECT_CLASS (wf_video_view_parent_class)->finalize (object);
}

static void
wf_video_view_class_init (WfVideoViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_video_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_video_view_finalize;
  widget_class->get_request_mode = wf_video_view_get_request_mode;
  widget_class->measure = wf_video_view_measure;
  widget_class->size_allocate = wf_video_view_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "wfvideo");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

/* Where there has not been a picture, nothing can be kept, and the words say why. */
static gboolean
state_to_shown (GBinding     *binding,
                const GValue *from,
                GValue       *to,
                gpointer      data)
{
  int state = g_value_get_enum (from);

  g_value_set_boolean (to, state == WF_VIDEO_STATE_LIVE || state == WF_VIDEO_STATE_STALLED);
  return TRUE;
}

static void
wf_video_view_init (WfVideoView *self)
{
}

/* What kind of unit it is, or where a camera stands. */
static const char *
describe_kind (WfEntity *unit)
{
  const char *type = wf_entity_string (unit, "type");

  return type != NULL ? wf_wording_value ("type", type) : wf_ui_nonempty (wf_entity_string (unit, "place"));
}

/* What is wrong with where the picture comes from: a picture without a place passes for one from here. */
static char *
describe_position (WfVideoView *self,
                   WfEntity    *unit)
{
  WfSession *session = wf_context_get_session (self->context);
  WfPosition position;
  double lon, lat;

  if (g_str_equal (self->kind, "unit") && wf_session_get_position (session, self->unit, &position))
    {
      int64_t age = wf_session_now (session) - position.at;

      if (age <= wf_rules_position_lasts (wf_session_get_state (session), wf_session_get_scope (session), unit))
        return NULL;

      g_autofree char *span = wf_wording_span (age);

      /* TRANSLATORS: on the picture of a unit: how old its last position is, which is too old to go by */
      return g_strdup_printf (_("position %s old, out of date"), span);
    }

  return wf_entity_point (unit, "location", &lon, &lat) ? NULL : g_strdup (_("no position"));
}

/* Once a second, as its numbers: a position grows old while nothing happens. */
static void
describe_unit (WfVideoView *self)
{
  g_autoptr (WfItem) item = wf_session_get_item (wf_context_get_session (self->context), self->kind, self->unit);

  if (item == NULL)
    return;

  const char *kind = describe_kind (wf_item_get_entity (item));
  g_autofree char *position = describe_position (self, wf_item_get_entity (item));
  g_autofree char *both = kind != NULL && position != NULL ? wf_ui_join (" · ", kind, position, NULL) : NULL;

  wf_video_tile_set_unit (WF_VIDEO_TILE (self->tile), both != NULL ? both : kind != NULL ? kind : position);
  if (g_strcmp0 (position, self->said) == 0)
    return;

  g_free (self->said);
  self->said = g_steal_pointer (&position);
  wf_ui_set_description (GTK_WIDGET (self), self->said != NULL ? self->said : "");
}

/**
 * wf_video_view_new:
 * @context: the context
 * @unit: a unit, or a camera, with a "video"
 *
 * Returns: (transfer full): its picture
 */
GtkWidget *
wf_video_view_new (WfContext *context,
                   WfEntity  *unit)
{
  const char *name = wf_entity_string (unit, "name");
  WfVideoView *self = g_object_new (WF_TYPE_VIDEO_VIEW, NULL);
  g_autoptr (WfVideoLink) link = wf_video_hub_get_link (wf_context_get_video (context), wf_entity_string (unit, "video"), name);
  GtkWidget *buttons = gtk_grid_new ();
  g_autofree char *keep = g_strdup_printf (_("Keep a picture of %s"), name);
  g_autofree char *large = g_strdup_printf (_("Show %s large"), name);
  g_autofree char *map = g_strdup_printf (_("Show %s on the map"), name);

  self->context = g_object_ref (context);
  self->kind = g_strdup (wf_entity_kind (unit));
  self->unit = g_strdup (wf_entity_id (unit));
  self->tile = wf_video_tile_new (link);
  describe_unit (self);
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->tile);
  self->keep = new_button (self, "camera-photo-symbolic", keep, G_CALLBACK (keep_cb));
  self->record = new_button (self, "media-record-symbolic", name, G_CALLBACK (record_cb));
  gtk_grid_set_row_spacing (GTK_GRID (buttons), 4);
  gtk_grid_set_column_spacing (GTK_GRID (buttons), 4);
  gtk_grid_attach (GTK_GRID (buttons), self->keep, 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (buttons), self->record, 1, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (buttons), new_button (self, "find-location-symbolic", map, G_CALLBACK (map_cb)), 0, 1, 1, 1);
  gtk_grid_attach (GTK_GRID (buttons), new_button (self, "view-fullscreen-symbolic", large,
                                                    G_CALLBACK (wf_video_view_show_large)), 1, 1, 1, 1);
  /* Beside it the numbers of a small tile have their room. */
  gtk_grid_attach (GTK_GRID (buttons), new_sound_button (link), 1, 2, 1, 1);
  /* The corners have words: the name, the burnt-in clock, the numbers. */
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_widget_set_valign (buttons, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (buttons, "wf-video-buttons");
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), buttons);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), new_sign_in_button (self, link));
  wf_link_sign_in_watch (link);
  g_object_bind_property_full (link, "state", buttons, "visible", G_BINDING_SYNC_CREATE, state_to_shown, NULL, NULL, NULL);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  wf_ui_set_name (GTK_WIDGET (self), name);

  g_signal_connect_object (self->tile, "snapshot-taken", G_CALLBACK (snapshot_taken_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tile, "snapshot-failed", G_CALLBACK (snapshot_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tile, "sign-in-requested", G_CALLBACK (sign_in_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tile, "record-requested", G_CALLBACK (record_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "notify::recording", G_CALLBACK (recording_cb), self, G_CONNECT_SWAPPED);
  recording_cb (self);
  g_signal_connect_object (link, "notify::age-ms", G_CALLBACK (describe_unit), self, G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (right_changes); i++)
    g_signal_connect_object (wf_context_get_session (context), right_changes[i], G_CALLBACK (rights_cb), self,
                             G_CONNECT_SWAPPED);
  follow_rights (wf_context_get_session (context), WF_VIDEO_TILE (self->tile));
  g_signal_connect_object (self->tile, "fullscreen-requested", G_CALLBACK (wf_video_view_show_large), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tile, "monitor-requested", G_CALLBACK (monitor_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tile, "map-requested", G_CALLBACK (map_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * wf_video_view_toggle_sound:
 * @self: a view
 *
 * Lets it be heard, and no other, or not.
 */
void
wf_video_view_toggle_sound (WfVideoView *self)
{
  g_return_if_fail (WF_IS_VIDEO_VIEW (self));

  gtk_widget_activate_action (self->tile, "video.sound", NULL);
}

/**
 * wf_video_view_get_unit:
 * @self: a view
 *
 * Returns: (transfer none): id of the unit
 */
const char *
wf_video_view_get_unit (WfVideoView *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_VIEW (self), NULL);

  return self->unit;
}

/**
 * wf_video_view_get_uri:
 * @self: a view
 *
 * Returns: (transfer none): the address of the stream
 */
const char *
wf_video_view_get_uri (WfVideoView *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_VIEW (self), NULL);

  return wf_video_link_get_uri (wf_video_tile_get_link (WF_VIDEO_TILE (self->tile)));
}

/**
 * wf_video_view_record:
 * @self: a view
 *
 * Begins the recording of its link for the selected incident, or ends the one that goes on.
 */
void
wf_video_view_record (WfVideoView *self)
{
  g_return_if_fail (WF_IS_VIDEO_VIEW (self));

  record_cb (self);
}
