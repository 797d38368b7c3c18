/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-media-strip.h"

#include "wf-playback.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wrap-layout.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/**
 * WfMediaStrip:
 *
 * The pictures that were attached to an incident, small; a click shows one large. They come from the service as they are
 * asked for. Of a recording there is one button, however many pieces it has; a click plays it.
 */
struct _WfMediaStrip
{
  GtkWidget     parent_instance;

  WfContext    *context;     /* (owned) */
  GListModel   *media;       /* (owned) (nullable) */
  GCancellable *cancellable;
  GtkWidget    *box;
};

G_DEFINE_FINAL_TYPE (WfMediaStrip, wf_media_strip, GTK_TYPE_WIDGET)

static void
fetched_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GtkPicture) picture = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = wf_session_fetch_finish (WF_SESSION (object), result, &error);
  g_autoptr (GdkTexture) texture = bytes != NULL ? gdk_texture_new_from_bytes (bytes, &error) : NULL;

  if (texture != NULL)
    gtk_picture_set_paintable (picture, GDK_PAINTABLE (texture));
  else
    g_info ("a picture cannot be shown: %s", error->message);
}

static char *
caption_of (WfEntity *medium)
{
  const char *source = wf_entity_string (medium, "source");
  const char *name = wf_entity_string (medium, "name");
  g_autofree char *at = wf_entity_time (medium, "taken_at") != 0
                        ? wf_time_format_local (wf_entity_time (medium, "taken_at"), "%m-%d %H:%M:%S") : g_strdup ("");

  return wf_ui_join (" · ", source != NULL ? source : "", at, name != NULL ? name : "", NULL);
}

static void
clicked_cb (GtkButton    *button,
            WfMediaStrip *self)
{
  GtkWidget *picture = gtk_button_get_child (button);
  GtkWidget *window = adw_window_new ();
  GtkWidget *large = gtk_picture_new_for_paintable (gtk_picture_get_paintable (GTK_PICTURE (picture)));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();

  gtk_widget_set_vexpand (large, TRUE);
  GtkWidget *details = gtk_label_new (g_object_get_data (G_OBJECT (button), "details"));

  gtk_picture_set_alternative_text (GTK_PICTURE (large), gtk_widget_get_tooltip_text (GTK_WIDGET (button)));
  gtk_label_set_selectable (GTK_LABEL (details), TRUE);
  gtk_label_set_wrap (GTK_LABEL (details), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (details), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (details), 0);
  gtk_widget_add_css_class (details, "wf-small");
  gtk_widget_add_css_class (details, "wf-evidence");
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), large);
  gtk_box_append (GTK_BOX (box), details);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), gtk_widget_get_tooltip_text (GTK_WIDGET (button)));
  gtk_window_set_default_size (GTK_WINDOW (window), 960, 620);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_present (GTK_WINDOW (window));
}

static void
play_cb (GtkButton    *button,
         WfMediaStrip *self)
{
  wf_playback_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->context,
                       g_object_get_data (G_OBJECT (button), "medium"));
}

static GtkWidget *
find_recording (WfMediaStrip *self,
                WfEntity     *medium)
{
  const char *recording = wf_entity_string (medium, "recording");

  for (GtkWidget *child = gtk_widget_get_first_child (self->box); recording != NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      WfEntity *first = g_object_get_data (G_OBJECT (child), "medium");

      if (first != NULL && wf_entity_is (first, "recording", recording))
        return child;
    }

  return NULL;
}

/* From when to when, with a button that plays it. */
static void
add_recording (WfMediaStrip *self,
               WfEntity     *medium)
{
  GtkWidget *button = find_recording (self, medium);
  const char *source = wf_entity_string (medium, "source");

  if (button == NULL)
    {
      button = gtk_button_new ();
      gtk_widget_add_css_class (button, "wf-thumb");
      g_object_set_data_full (G_OBJECT (button), "medium", wf_entity_ref (medium), (GDestroyNotify) wf_entity_unref);
      g_signal_connect (button, "clicked", G_CALLBACK (play_cb), self);
      gtk_box_append (GTK_BOX (self->box), button);
    }

  g_autoptr (GPtrArray) pieces = wf_playback_list (wf_context_get_session (self->context), wf_entity_string (medium, "incident"),
                                                   wf_entity_string (medium, "recording"), source);
  WfEntity *first = pieces->len > 0 ? pieces->pdata[0] : medium;
  WfEntity *last = pieces->len > 0 ? pieces->pdata[pieces->len - 1] : medium;
  g_autofree char *from = wf_time_format_local (wf_entity_time (first, "taken_at"), "%m-%d %T");
  g_autofree char *to = wf_time_format_local (wf_entity_time (last, "taken_at") + wf_entity_int (last, "duration", 0), "%T");
  g_autofree char *span = g_strdup_printf ("%s – %s", from, to);
  /* TRANSLATORS: a button: whose view was recorded, from when to when */
  g_autofree char *name = g_strdup_printf (_("Play the recording of %s, %s"), source != NULL ? source : "", span);
  g_autofree char *label = g_strdup_printf ("▶ %s\n%s", source != NULL ? source : "", span);

  gtk_button_set_label (GTK_BUTTON (button), label);
  wf_ui_set_tooltip (button, name);
  wf_ui_set_name (button, name);
}

static void
add_medium (WfMediaStrip *self,
            WfEntity     *medium)
{
  if (wf_playback_is_video (medium))
    {
      add_recording (self, medium);
      return;
    }

  g_autofree char *details = wf_playback_describe (medium);

  const char *type = wf_entity_string (medium, "type");
  g_autofree char *caption = caption_of (medium);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *picture = gtk_picture_new ();

  if (type == NULL || !g_str_has_prefix (type, "image/"))
    {
      gtk_button_set_label (GTK_BUTTON (button), caption);
      gtk_widget_set_sensitive (button, FALSE);
    }
  else
    {
      gtk_widget_set_size_request (picture, 104, 64);
      gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
      gtk_button_set_child (GTK_BUTTON (button), picture);
      wf_session_fetch_async (wf_context_get_session (self->context), wf_entity_string (medium, "digest"),
                              self->cancellable, fetched_cb, g_object_ref (picture));
    }

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "wf-thumb");
  wf_ui_set_tooltip (button, caption);
  wf_ui_set_name (button, caption);
  g_object_set_data_full (G_OBJECT (button), "details", g_steal_pointer (&details), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (self->box), button);
}

static void
changed_cb (GListModel   *media,
            guint         position,
            guint         removed,
            guint         added,
            WfMediaStrip *self)
{
  guint n = g_list_model_get_n_items (media);

  /* They are only ever added at the end, or all change at once. */
  if (removed > 0 || position + added != n)
    {
      GtkWidget *child;

      while ((child = gtk_widget_get_first_child (self->box)) != NULL)
        gtk_box_remove (GTK_BOX (self->box), child);
      position = 0;
    }

  for (guint i = position; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (media, i);

      add_medium (self, wf_item_get_entity (item));
    }

  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

static void
forget (WfMediaStrip *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->media != NULL)
    g_signal_handlers_disconnect_by_func (self->media, changed_cb, self);
  g_clear_object (&self->media);
}

static void
wf_media_strip_dispose (GObject *object)
{
  WfMediaStrip *self = WF_MEDIA_STRIP (object);

  forget (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_media_strip_parent_class)->dispose (object);
}

static void
wf_media_strip_finalize (GObject *object)
{
  g_clear_object (&WF_MEDIA_STRIP (object)->context);

  G_OBJECT_CLASS (wf_media_strip_parent_class)->finalize (object);
}

static void
wf_media_strip_class_init (WfMediaStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_media_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_media_strip_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
wf_media_strip_init (WfMediaStrip *self)
{
  /* No flow box: each of its children takes the focus before the button within it does, and does nothing with it. */
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_layout_manager (self->box, wf_wrap_layout_new (6, 6));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  wf_ui_set_name (self->box, _("Pictures and recordings"));
}

/**
 * wf_media_strip_new:
 * @context: what the screens work with
 *
 * Returns: (transfer floating): a strip
 */
GtkWidget *
wf_media_strip_new (WfContext *context)
{
  WfMediaStrip *self = g_object_new (WF_TYPE_MEDIA_STRIP, NULL);

  self->context = g_object_ref (context);
  return GTK_WIDGET (self);
}

/**
 * wf_media_strip_set_incident:
 * @self: a strip
 * @incident: (nullable): id of an incident
 */
void
wf_media_strip_set_incident (WfMediaStrip *self,
                             const char   *incident)
{
  GtkWidget *child;

  g_return_if_fail (WF_IS_MEDIA_STRIP (self));

  forget (self);
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (incident == NULL)
    return;

  self->cancellable = g_cancellable_new ();
  self->media = wf_session_list_children (wf_context_get_session (self->context), "medium", incident);
  g_signal_connect (self->media, "items-changed", G_CALLBACK (changed_cb), self);
  changed_cb (self->media, 0, 0, g_list_model_get_n_items (self->media), self);
}
