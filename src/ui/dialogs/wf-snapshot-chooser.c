/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-snapshot-chooser.h"

#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

/* A photograph, not a film: what is larger is refused before it is read into memory. */
#define MOST_BYTES (32 * 1024 * 1024)

/**
 * WfSnapshotChooser:
 *
 * Chooses a picture that proves something: the live view of one of the incident's units as it is now, or a file.
 */
struct _WfSnapshotChooser
{
  GtkWidget    parent_instance;

  WfContext    *context;  /* (owned) */
  char         *incident; /* (owned) */
  GPtrArray    *links;    /* of WfVideoLink, held for their picture */
  GCancellable *cancellable;
  GBytes       *bytes;    /* (owned) (nullable) */
  char         *content_type;
  char         *name;
  char         *source;
  int64_t       taken_at;

  GtkWidget    *box;
  GtkWidget    *buttons;
  GtkWidget    *picture;
  GtkWidget    *caption;
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfSnapshotChooser, wf_snapshot_chooser, GTK_TYPE_WIDGET)

typedef struct
{
  WfSnapshotChooser *self; /* (owned) */
  char              *unit;
} Shot;

static void
say (WfSnapshotChooser *self,
     const char        *text)
{
  gtk_label_set_text (GTK_LABEL (self->caption), text);
}

static void
show_picture (WfSnapshotChooser *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_bytes (self->bytes, &error);

  gtk_widget_set_visible (self->picture, texture != NULL);
  if (texture == NULL)
    {
      say (self, _("This is no picture that can be shown."));
      return;
    }

  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
  g_autofree char *at = self->taken_at != 0 ? wf_time_format_local (self->taken_at, "%H:%M:%S") : g_strdup ("");
  g_autofree char *text = wf_ui_join (" · ", self->source != NULL ? self->source : "", self->name != NULL ? self->name : "",
                                      at, NULL);

  say (self, text);
  gtk_picture_set_alternative_text (GTK_PICTURE (self->picture), text);
}

static void
snapshot_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  Shot *shot = data;
  g_autoptr (WfSnapshotChooser) self = shot->self;
  g_autofree char *unit = shot->unit;
  g_autoptr (GError) error = NULL;
  int64_t taken_at = 0;
  g_autoptr (GBytes) bytes = wf_video_link_snapshot_finish (WF_VIDEO_LINK (object), result, &taken_at, &error);

  g_free (shot);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  gtk_widget_set_sensitive (self->buttons, TRUE);
  if (bytes == NULL)
    {
      say (self, error->message);
      return;
    }

  g_autofree char *stamp = wf_time_format_local (taken_at, "%Y%m%d-%H%M%S");
  g_autofree char *name = g_strdup_printf ("%s.jpg", stamp);
  wf_snapshot_chooser_set_picture (self, bytes, "image/jpeg", name, unit, taken_at);
}

static void
shoot_cb (GtkButton *button,
          WfSnapshotChooser *self)
{
  WfVideoLink *link = g_object_get_data (G_OBJECT (button), "link");
  Shot *shot;

  if (!wf_video_link_has_picture (link))
    {
      const char *reason = wf_video_link_get_reason (link);

      say (self, reason != NULL ? reason : _("The picture is not there yet; try again in a moment."));
      return;
    }

  shot = g_new0 (Shot, 1);
  shot->self = g_object_ref (self);
  shot->unit = g_strdup (wf_video_link_get_name (link));
  gtk_widget_set_sensitive (self->buttons, FALSE);
  wf_video_link_snapshot_async (link, WF_VIDEO_IMAGE_FORMAT_JPEG, self->cancellable, snapshot_cb, shot);
}

static void
load_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (WfSnapshotChooser) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (object));
  g_autofree char *type = NULL;
  g_autofree char *mime = NULL;
  gboolean uncertain;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (object), result, NULL, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (bytes == NULL)
    {
      say (self, error->message);
      return;
    }

  type = g_content_type_guess (name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &uncertain);
  mime = g_content_type_get_mime_type (type);
  wf_snapshot_chooser_set_picture (self, bytes, mime != NULL ? mime : "application/octet-stream", name, NULL, 0);
}

static void
info_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (WfSnapshotChooser) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (info == NULL)
    {
      say (self, error->message);
      return;
    }
  if (g_file_info_get_size (info) > MOST_BYTES || g_file_info_get_size (info) == 0)
    {
      say (self, _("The file is empty or larger than 32 MB: choose a picture."));
      return;
    }

  g_file_load_bytes_async (G_FILE (object), self->cancellable, load_cb, g_object_ref (self));
}

static void
chosen_cb (GtkNativeDialog   *dialog,
           int                response,
           WfSnapshotChooser *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

      g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT,
                               self->cancellable, info_cb, g_object_ref (self));
    }

  g_object_unref (dialog);
}

static void
file_cb (GtkButton         *button,
         WfSnapshotChooser *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Choose a picture"), GTK_WINDOW (root),
                                                              GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_add_mime_type (filter, "image/*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
wf_snapshot_chooser_dispose (GObject *object)
{
  WfSnapshotChooser *self = WF_SNAPSHOT_CHOOSER (object);

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < self->links->len; i++)
    wf_video_link_release (self->links->pdata[i], self);
  g_ptr_array_set_size (self->links, 0);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_snapshot_chooser_parent_class)->dispose (object);
}

static void
wf_snapshot_chooser_finalize (GObject *object)
{
  WfSnapshotChooser *self = WF_SNAPSHOT_CHOOSER (object);

  g_clear_object (&self->context);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->links, g_ptr_array_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->incident);
  g_free (self->content_type);
  g_free (self->name);
  g_free (self->source);

  G_OBJECT_CLASS (wf_snapshot_chooser_parent_class)->finalize (object);
}

static void
wf_snapshot_chooser_class_init (WfSnapshotChooserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_snapshot_chooser_dispose;
  object_class->finalize = wf_snapshot_chooser_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", WF_TYPE_SNAPSHOT_CHOOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_snapshot_chooser_init (WfSnapshotChooser *self)
{
  GtkWidget *heading = gtk_label_new (_("Picture"));

  self->cancellable = g_cancellable_new ();
  self->links = g_ptr_array_new_with_free_func (g_object_unref);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "dim-label");
  gtk_widget_add_css_class (heading, "wf-field-label");
  gtk_box_append (GTK_BOX (self->box), heading);
  /* No flow box: each of its children takes the focus before the button within it does, and does nothing with it. */
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_layout_manager (self->buttons, wf_wrap_layout_new (6, 6));
  gtk_box_append (GTK_BOX (self->box), self->buttons);
  self->picture = gtk_picture_new ();
  gtk_widget_set_size_request (self->picture, -1, 140);
  gtk_widget_set_visible (self->picture, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->picture);
  self->caption = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->caption), 0);
  gtk_label_set_wrap (GTK_LABEL (self->caption), TRUE);
  gtk_widget_add_css_class (self->caption, "wf-small");
  gtk_box_append (GTK_BOX (self->box), self->caption);
}

static void
add_unit (WfSnapshotChooser *self,
          WfEntity          *unit)
{
  const char *uri = wf_entity_string (unit, "video");
  const char *name = wf_entity_string (unit, "name");

  if (wf_ui_nonempty (uri) == NULL)
    return;

  WfVideoLink *link = wf_video_hub_get_link (wf_context_get_video (self->context), uri, name);
  g_autofree char *label = g_strdup_printf (_("Snapshot from %s"), name);
  GtkWidget *button = gtk_button_new_with_label (label);

  /* Held from now on, so that the picture is there when it is asked for. */
  wf_video_link_hold (link, self);
  g_ptr_array_add (self->links, link);
  g_object_set_data (G_OBJECT (button), "link", link);
  g_signal_connect (button, "clicked", G_CALLBACK (shoot_cb), self);
  gtk_box_append (GTK_BOX (self->buttons), button);
}

/**
 * wf_snapshot_chooser_new:
 * @context: what the screens work with
 * @incident: (nullable): id of the incident whose units are offered
 *
 * Returns: (transfer floating): a chooser
 */
GtkWidget *
wf_snapshot_chooser_new (WfContext  *context,
                         const char *incident)
{
  WfSnapshotChooser *self = g_object_new (WF_TYPE_SNAPSHOT_CHOOSER, NULL);
  WfSession *session = wf_context_get_session (context);
  g_autoptr (GPtrArray) units = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "unit", NULL);
  GtkWidget *file = gtk_button_new_with_label (_("From a file…"));

  self->context = g_object_ref (context);
  self->incident = g_strdup (incident);
  for (guint i = 0; i < units->len; i++)
    if (incident != NULL && wf_entity_is (units->pdata[i], "incident", incident))
      add_unit (self, units->pdata[i]);
  g_signal_connect (file, "clicked", G_CALLBACK (file_cb), self);
  gtk_box_append (GTK_BOX (self->buttons), file);

  return GTK_WIDGET (self);
}

/**
 * wf_snapshot_chooser_set_picture:
 * @self: a chooser
 * @bytes: (nullable): the picture's file
 * @content_type: its type
 * @name: its name
 * @source: (nullable): the unit whose view it is
 * @taken_at: when it was taken; 0 where that is not known
 */
void
wf_snapshot_chooser_set_picture (WfSnapshotChooser *self,
                                 GBytes            *bytes,
                                 const char        *content_type,
                                 const char        *name,
                                 const char        *source,
                                 int64_t            taken_at)
{
  g_return_if_fail (WF_IS_SNAPSHOT_CHOOSER (self));

  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  g_free (self->content_type);
  self->content_type = g_strdup (content_type);
  g_free (self->name);
  self->name = g_strdup (name);
  g_free (self->source);
  self->source = g_strdup (source);
  self->taken_at = taken_at;
  if (bytes != NULL)
    show_picture (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * wf_snapshot_chooser_get_bytes:
 * @self: a chooser
 *
 * Returns: (transfer none) (nullable): the chosen picture's file
 */
GBytes *
wf_snapshot_chooser_get_bytes (WfSnapshotChooser *self)
{
  g_return_val_if_fail (WF_IS_SNAPSHOT_CHOOSER (self), NULL);

  return self->bytes;
}

/**
 * wf_snapshot_chooser_get_content_type:
 * @self: a chooser
 *
 * Returns: (transfer none) (nullable): its type
 */
const char *
wf_snapshot_chooser_get_content_type (WfSnapshotChooser *self)
{
  g_return_val_if_fail (WF_IS_SNAPSHOT_CHOOSER (self), NULL);

  return self->content_type;
}

/**
 * wf_snapshot_chooser_get_name:
 * @self: a chooser
 *
 * Returns: (transfer none) (nullable): its name
 */
const char *
wf_snapshot_chooser_get_name (WfSnapshotChooser *self)
{
  g_return_val_if_fail (WF_IS_SNAPSHOT_CHOOSER (self), NULL);

  return self->name;
}

/**
 * wf_snapshot_chooser_get_source:
 * @self: a chooser
 *
 * Returns: (transfer none) (nullable): the unit whose view it is
 */
const char *
wf_snapshot_chooser_get_source (WfSnapshotChooser *self)
{
  g_return_val_if_fail (WF_IS_SNAPSHOT_CHOOSER (self), NULL);

  return self->source;
}

/**
 * wf_snapshot_chooser_get_taken_at:
 * @self: a chooser
 *
 * Returns: when it was taken; 0 where that is not known
 */
int64_t
wf_snapshot_chooser_get_taken_at (WfSnapshotChooser *self)
{
  g_return_val_if_fail (WF_IS_SNAPSHOT_CHOOSER (self), 0);

  return self->taken_at;
}
