/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-doubt-row.h"

#include "wf-geo-doubt.h"
#include "wf-geo-text.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>

struct _WfDoubtRow
{
  GtkBox parent_instance;

  GtkLabel  *sentence; /* (unowned) */
  GtkButton *take;     /* (unowned) */
  WfGeoPoint better;
  WfGeoDoubt doubt;
  WfGeoBox   district;
  gboolean   bounded; /* @district is known */
};

enum
{
  SIGNAL_TAKEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfDoubtRow, wf_doubt_row, GTK_TYPE_BOX)

static void
take_cb (WfDoubtRow *self)
{
  WfGeoPoint better = self->better;

  wf_doubt_row_clear (self);
  g_signal_emit (self, signals[SIGNAL_TAKEN], 0, better.lon, better.lat);
}

static void
wf_doubt_row_class_init (WfDoubtRowClass *klass)
{
  signals[SIGNAL_TAKEN] = g_signal_new ("taken", WF_TYPE_DOUBT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                        G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void
wf_doubt_row_init (WfDoubtRow *self)
{
  GtkWidget *sentence = gtk_label_new (NULL);
  GtkWidget *take = gtk_button_new_with_label ("");

  gtk_widget_set_layout_manager (GTK_WIDGET (self), wf_wrap_layout_new (6, 4));
  gtk_label_set_wrap (GTK_LABEL (sentence), TRUE);
  gtk_label_set_xalign (GTK_LABEL (sentence), 0);
  gtk_label_set_width_chars (GTK_LABEL (sentence), 12);
  gtk_widget_set_hexpand (sentence, TRUE);
  gtk_widget_add_css_class (sentence, "wf-soon");
  gtk_widget_set_valign (take, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (take, "clicked", G_CALLBACK (take_cb), self);
  gtk_box_append (GTK_BOX (self), sentence);
  gtk_box_append (GTK_BOX (self), take);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->sentence = GTK_LABEL (sentence);
  self->take = GTK_BUTTON (take);
}

/**
 * wf_doubt_row_new:
 *
 * Returns: (transfer floating): a row that is not seen, since there is no doubt so far
 */
GtkWidget *
wf_doubt_row_new (void)
{
  return g_object_new (WF_TYPE_DOUBT_ROW, NULL);
}

/**
 * wf_doubt_find_district:
 * @session: (nullable): a session
 * @box: (out): where its centre says that its district is
 *
 * Returns: whether it says so
 */
gboolean
wf_doubt_find_district (WfSession *session,
                        WfGeoBox  *box)
{
  if (session == NULL || !wf_session_is_ready (session))
    return FALSE;

  g_autoptr (WfEntity) centre = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "centre", "centre");

  return centre != NULL && wf_entity_point (centre, "south_west", &box->min_lon, &box->min_lat)
         && wf_entity_point (centre, "north_east", &box->max_lon, &box->max_lat);
}

static const WfGeoBox *
get_district (WfDoubtRow *self)
{
  return self->bounded ? &self->district : NULL;
}

static gboolean
judge (WfDoubtRow *self,
       const char *text)
{
  WfGeoDoubt doubt = wf_geo_doubt_text (text, get_district (self), &self->better);
  g_autofree char *sentence = wf_geo_doubt_describe (doubt);
  gboolean swapped = doubt == WF_GEO_DOUBT_SWAPPED || doubt == WF_GEO_DOUBT_NOWHERE;

  gtk_label_set_text (self->sentence, sentence != NULL ? sentence : "");
  gtk_button_set_label (self->take, swapped ? _("Swap")
                                    : doubt == WF_GEO_DOUBT_BD09 ? _("Take as BD-09") : _("Take as GCJ-02"));
  gtk_widget_set_visible (GTK_WIDGET (self->take), doubt != WF_GEO_DOUBT_OUTSIDE);
  gtk_widget_set_visible (GTK_WIDGET (self), sentence != NULL);
  self->doubt = doubt;

  return sentence != NULL;
}

/**
 * wf_doubt_row_judge:
 * @self: a row
 * @session: (nullable): whose centre says where its district is
 * @text: what was written
 *
 * Says what may be wrong with coordinates, if anything; what are none is no doubt of its.
 *
 * Returns: whether anything may be
 */
gboolean
wf_doubt_row_judge (WfDoubtRow *self,
                    WfSession  *session,
                    const char *text)
{
  g_return_val_if_fail (WF_IS_DOUBT_ROW (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  self->bounded = wf_doubt_find_district (session, &self->district);

  return judge (self, text);
}

/**
 * wf_doubt_row_judge_lines:
 * @self: a row
 * @session: (nullable): whose centre says where its district is
 * @text: a place a line, as wf_geo_parse_points() reads it
 *
 * Says what may be wrong with the first of them that is in doubt, and in which line it stands.
 */
void
wf_doubt_row_judge_lines (WfDoubtRow *self,
                          WfSession  *session,
                          const char *text)
{
  g_return_if_fail (WF_IS_DOUBT_ROW (self));
  g_return_if_fail (text != NULL);

  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  self->bounded = wf_doubt_find_district (session, &self->district);
  for (guint i = 0; lines[i] != NULL; i++)
    if (judge (self, lines[i]))
      {
        g_autofree char *sentence = g_strdup_printf (_("Line %u: %s"), i + 1, gtk_label_get_text (self->sentence));

        gtk_label_set_text (self->sentence, sentence);
        return;
      }

  wf_doubt_row_clear (self);
}

/**
 * wf_doubt_row_mend_lines:
 * @self: a row
 * @text: what it has judged
 *
 * Returns: (transfer full): the text with every place that had the same wrong with it taken as it is meant
 */
char *
wf_doubt_row_mend_lines (WfDoubtRow *self,
                         const char *text)
{
  g_return_val_if_fail (WF_IS_DOUBT_ROW (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  WfGeoDoubt doubt = self->doubt;
  WfGeoPoint better;

  for (guint i = 0; lines[i] != NULL; i++)
    if (wf_geo_doubt_text (lines[i], get_district (self), &better) == doubt && doubt != WF_GEO_DOUBT_NONE)
      {
        g_free (lines[i]);
        lines[i] = wf_geo_format (better.lon, better.lat, WF_GEO_NOTATION_PLAIN);
      }

  return g_strjoinv ("\n", lines);
}

/**
 * wf_doubt_row_clear:
 * @self: a row
 *
 * There is nothing to be judged.
 */
void
wf_doubt_row_clear (WfDoubtRow *self)
{
  g_return_if_fail (WF_IS_DOUBT_ROW (self));

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
