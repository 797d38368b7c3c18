/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-window.h"

#include "wf-time.h"
#include "wf-wall.h"

#include <glib/gi18n.h>

/* What is given to the service from the window itself: commands without a dialog, pictures and recordings of video. */

typedef struct
{
  WfWindow *window; /* (owned) */
  char     *done;   /* (owned) (nullable) */
} Submission;

static void
submission_free (Submission *self)
{
  g_object_unref (self->window);
  g_free (self->done);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Submission, submission_free)

static void
submit_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (Submission) submission = data;
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GError) error = NULL;

  if (wf_session_submit_finish (WF_SESSION (object), result, &problem, &error))
    {
      if (submission->done != NULL)
        wf_window_toast (submission->window, submission->done);
    }
  else if (problem != NULL)
    {
      g_autofree char *message = wf_problem_message (problem);

      wf_window_toast (submission->window, message);
    }
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    wf_window_toast (submission->window, error->message);
}

static void
submit_in (WfWindow   *self,
           const char *scope,
           const char *type,
           GVariant   *payload,
           int64_t     occurred_at,
           const char *done)
{
  WfSession *session = wf_context_get_session (wf_window_get_context (self));
  Submission *submission = g_new0 (Submission, 1);

  submission->window = g_object_ref (self);
  submission->done = g_strdup (done);
  wf_session_submit_in_async (session, scope, type, payload, occurred_at, NULL, NULL, submit_cb, submission);
}

/**
 * wf_window_submit:
 * @self: a window
 * @type: type of a command
 * @payload: what it carries; a floating one is taken
 * @occurred_at: when it happened
 * @done: (nullable): what to say when the service has taken it
 *
 * Gives a command and says in a toast how it ended: for those that are given without a dialog, or whose dialog is closed
 * at once.
 */
void
wf_window_submit (WfWindow   *self,
                  const char *type,
                  GVariant   *payload,
                  int64_t     occurred_at,
                  const char *done)
{
  WfSession *session;

  g_return_if_fail (WF_IS_WINDOW (self));

  session = wf_context_get_session (wf_window_get_context (self));
  submit_in (self, wf_session_get_scope (session), type, payload, occurred_at, done);
}

typedef struct
{
  WfWindow *window;       /* (owned) */
  char     *content_type; /* (owned) */
  char     *source;       /* (owned) */
  char     *incident;     /* (owned) (nullable) */
  char     *scope;        /* (owned): what was shown when it was taken */
  int64_t   taken_at; /* on the clock of its scope */
  int64_t   seen_at;  /* the same on the clock on the wall, as positions have it */
  gsize     size;
} Picture;

static void
picture_free (Picture *self)
{
  g_object_unref (self->window);
  g_free (self->content_type);
  g_free (self->source);
  g_free (self->incident);
  g_free (self->scope);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Picture, picture_free)

static void
uploaded_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (Picture) picture = data;
  WfSession *session = WF_SESSION (object);
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = wf_session_upload_finish (session, result, &error);
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GVariant) payload = NULL;
  WfPosition position;
  g_autoptr (WfEntity) from = NULL;
  const char *source;
  gboolean located;

  if (digest == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        wf_window_toast (picture->window, error->message);
      return;
    }

  id = wf_session_new_id (session);
  name = wf_time_format_local (picture->taken_at, "%Y%m%d-%H%M%S.jpg");
  located = wf_session_get_position_at (session, picture->scope, picture->source, picture->seen_at, &position);
  from = wf_wall_find_source (wf_window_get_context (picture->window), picture->source);
  source = from != NULL ? wf_entity_string (from, "name") : NULL;
  /* A camera stands where its record says; where a unit was is known only if it told. */
  if (!located && from != NULL && !g_str_equal (wf_entity_kind (from), "unit"))
    located = wf_entity_point (from, "location", &position.longitude, &position.latitude);
  payload = wf_dict_make ("medium", wf_value_string (id),
                          "incident", wf_value_string (picture->incident),
                          "digest", wf_value_string (digest),
                          "type", wf_value_string (picture->content_type),
                          "size", wf_value_int ((int64_t) picture->size),
                          "name", wf_value_string (name),
                          "source", wf_value_string (source),
                          "taken_at", wf_value_time (picture->taken_at),
                          "location", located ? wf_value_point (position.longitude, position.latitude) : NULL,
                          NULL);
  submit_in (picture->window, picture->scope, "medium.attach", payload, picture->taken_at,
             _("The picture is kept with the incident"));
}

/**
 * wf_window_keep_picture:
 * @self: a window
 * @bytes: the file
 * @content_type: what it is
 * @source: id of the unit that it comes from
 * @taken_at: when it was taken, by the clock on the wall
 *
 * Keeps a picture with the selected incident.
 */
void
wf_window_keep_picture (WfWindow   *self,
                        GBytes     *bytes,
                        const char *content_type,
                        const char *source,
                        int64_t     taken_at)
{
  WfSession *session;
  Picture *picture;

  g_return_if_fail (WF_IS_WINDOW (self));
  g_return_if_fail (bytes != NULL);

  session = wf_context_get_session (wf_window_get_context (self));
  g_autoptr (WfProblem) problem = wf_session_check (session, "medium.attach");
  if (problem != NULL)
    {
      g_autofree char *reason = wf_problem_message (problem);

      wf_window_toast (self, reason);
      return;
    }

  picture = g_new0 (Picture, 1);
  picture->window = g_object_ref (self);
  picture->content_type = g_strdup (content_type);
  picture->source = g_strdup (source);
  picture->incident = g_strdup (wf_window_get_incident (self));
  picture->scope = g_strdup (wf_session_get_scope (session));
  picture->seen_at = taken_at;
  picture->taken_at = wf_session_scope_time (session, picture->scope, taken_at);
  picture->size = g_bytes_get_size (bytes);
  wf_session_upload_async (session, bytes, content_type, NULL, uploaded_cb, picture);
}

/* The one that is selected; where none is, the one that the unit is out for. */
static char *
dup_incident_of (WfWindow   *self,
                 const char *unit)
{
  g_autoptr (WfItem) item = wf_session_get_item (wf_context_get_session (wf_window_get_context (self)), "unit", unit);
  const char *incident = wf_window_get_incident (self);

  return g_strdup (incident != NULL ? incident
                   : item != NULL ? wf_entity_string (wf_item_get_entity (item), "incident") : NULL);
}

/**
 * wf_window_record:
 * @self: a window
 * @link: what to record
 * @unit: id of what it is the view of
 *
 * Begins a recording for the selected incident, with the half minute before; or ends the one that goes on.
 */
void
wf_window_record (WfWindow    *self,
                  WfVideoLink *link,
                  const char  *unit)
{
  g_return_if_fail (WF_IS_WINDOW (self));
  g_return_if_fail (WF_IS_VIDEO_LINK (link));

  WfRecorder *recorder = wf_context_get_recorder (wf_window_get_context (self));
  g_autofree char *incident = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (wf_video_link_get_recording (link) != NULL)
    {
      wf_recorder_stop (recorder, link);
      return;
    }

  incident = dup_incident_of (self, unit);
  if (incident == NULL)
    {
      wf_window_toast (self, _("Select the incident first that the recording belongs to."));
      return;
    }
  if (!wf_recorder_start (recorder, link, unit, incident, &error))
    {
      wf_window_toast (self, error->message);
      return;
    }

  g_autoptr (WfItem) item = wf_session_get_item (wf_context_get_session (wf_window_get_context (self)), "incident", incident);
  const char *title = item != NULL ? wf_entity_string (wf_item_get_entity (item), "title") : NULL;

  text = g_strdup_printf (_("%s is recorded for “%s”, from half a minute ago"), wf_video_link_get_name (link),
                          title != NULL ? title : "");
  wf_window_toast (self, text);
}
