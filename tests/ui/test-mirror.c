/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "journal-edit.h"
#include "sync-testing.h"
#include "ui-desk.h"
#include "ui-testing.h"
#include "wf-application.h"
#include "wf-dialogs.h"
#include "wf-kind.h"
#include "wf-link-button.h"
#include "wf-order-row.h"
#include "wf-preview.h"
#include "wf-ui-util.h"
#include "wf-video-tile.h"
#include "wf-window.h"

#include <string.h>

/* What the window says to somebody who may only look, and to a program that is too old. A real service with the
 * demonstration district, or an empty one. */


typedef TestDesk Fixture;

/* Who sits there, and whether the district is there. */
typedef struct
{
  const char *role;
  gboolean    seed;
} Case;

static const Case viewer = { "viewer", TRUE };
static const Case commander = { "commander", TRUE };
static const Case officer = { "duty_officer", FALSE };

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  const Case *given = data;

  test_desk_open (self, "desk-1", given->role, given->seed);
  test_desk_show (self);
  test_await (!given->seed || wf_window_get_incident (self->window) != NULL);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  test_desk_close (self);
}

/* --- what is there ------------------------------------------------------------------------------------------------- */

typedef void (*Look) (GtkWidget *widget,
                      gpointer   data);

static void
look (GtkWidget *widget,
      Look       each,
      gpointer   data)
{
  each (widget, data);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    look (child, each, data);
}

typedef struct
{
  Fixture *fixture;
  guint    buttons; /* that one may not press */
  guint    entries; /* of menus, that one may not choose */
  guint    silent;  /* of both, that do not say why */
} Seen;

static gboolean
explains (Fixture    *self,
          GtkWidget  *widget,
          const char *reason)
{
  g_autofree char *difference = NULL;

  if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), reason) != 0
      || !gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION))
    return FALSE;
  difference = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, reason);

  return difference == NULL;
}

static void
look_at_button (GtkWidget *widget,
                gpointer   data)
{
  Seen *seen = data;
  const char *action = GTK_IS_ACTIONABLE (widget) ? gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) : NULL;
  g_autofree char *reason = NULL;

  if (action == NULL || !g_str_has_prefix (action, "win."))
    return;
  reason = wf_preview_no_right (seen->fixture->session, action + strlen ("win."));
  if (reason == NULL)
    return;

  seen->buttons++;
  if (gtk_widget_get_sensitive (widget))
    g_error ("%s can be pressed", action);
  if (!explains (seen->fixture, widget, reason))
    {
      seen->silent++;
      g_test_message ("%s does not say why: %s", action, gtk_widget_get_tooltip_text (widget));
    }
}

static void
look_at_entry (GtkWidget *widget,
               gpointer   data)
{
  Seen *seen = data;
  GtkWidget *menu = gtk_widget_get_ancestor (widget, GTK_TYPE_MENU_BUTTON);

  if (strcmp (G_OBJECT_TYPE_NAME (widget), "GtkModelButton") != 0 || gtk_widget_get_sensitive (widget))
    return;
  /* The main menu has actions of the program, which is not here. */
  if (menu != NULL && g_strcmp0 (gtk_menu_button_get_icon_name (GTK_MENU_BUTTON (menu)), "open-menu-symbolic") == 0)
    return;

  seen->entries++;
  if (gtk_widget_get_tooltip_text (widget) == NULL)
    {
      g_autofree char *text = NULL;

      g_object_get (widget, "text", &text, NULL);
      seen->silent++;
      g_test_message ("the entry “%s” does not say why", text);
    }
}

static gboolean
is_enabled (Fixture    *self,
            const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (self->window), action);
}

/* --- tests --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  Fixture *fixture;
  guint    seen;
  guint    wrong;
} Buttons;

/* One that keeps something with an incident: it cannot be used, and says why. */
static void
judge_keeping (Buttons   *buttons,
               GtkWidget *widget)
{
  g_autoptr (WfProblem) problem = wf_session_check (buttons->fixture->session, "medium.attach");
  g_autofree char *reason = wf_problem_message (problem);

  buttons->seen++;
  buttons->wrong += gtk_widget_get_sensitive (widget) || !explains (buttons->fixture, widget, reason);
}

/* Of the pictures of links. */
static void
look_at_picture (GtkWidget *widget,
                 gpointer   data)
{
  const char *icon = GTK_IS_BUTTON (widget) ? gtk_button_get_icon_name (GTK_BUTTON (widget)) : NULL;

  if (g_strcmp0 (icon, "camera-photo-symbolic") == 0 || g_strcmp0 (icon, "media-record-symbolic") == 0)
    judge_keeping (data, widget);
}

static void
look_at_keeping (GtkWidget *widget,
                 gpointer   data)
{
  g_autofree char *text = NULL;

  if (strcmp (G_OBJECT_TYPE_NAME (widget), "GtkModelButton") != 0)
    return;

  g_object_get (widget, "text", &text, NULL);
  if (g_strcmp0 (text, "Take Snapshot") == 0 || g_strcmp0 (text, "Record for the Incident") == 0)
    judge_keeping (data, widget);
}

static void
look_at_tile (GtkWidget *widget,
              gpointer   data)
{
  if (!WF_IS_VIDEO_TILE (widget))
    return;

  gtk_widget_activate_action (widget, "video.menu", NULL);
  look (widget, look_at_keeping, data);
}

/* Whoever may only look sees every action, disabled, with the reason: as its tooltip, and for those who hear it. */
static void
test_viewer (Fixture       *self,
             gconstpointer  data)
{
  static const char *const commands[] = {
    "report", "report-next", "verify", "figures", "grade", "activate", "change-level", "headquarters", "wind", "task-add",
    "control", "stand-down", "review", "archive", "supplement", "step-back", "approval-sign", "order", "order-force",
    "log-add", "call-note", "task-feedback", "task-acknowledge", "task-strike", "report-send", "report-strike",
    "stock-release", "order-step",
  };
  static const char *const reading[] = { "search", "select", "print-report", "silence", "refused" };

  g_assert_cmpstr (wf_session_get_role (self->session), ==, "viewer");
  test_await (!is_enabled (self, "order"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *reason = wf_preview_no_right (self->session, commands[i]);

      if (reason == NULL)
        g_error ("nothing forbids %s", commands[i]);
      g_assert_nonnull (strstr (reason, "commander"));
      if (is_enabled (self, commands[i]))
        g_error ("%s can be done", commands[i]);
      test_await (g_strcmp0 (wf_dialogs_reason (self->window, commands[i]), reason) == 0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (reading); i++)
    g_assert_true (is_enabled (self, reading[i]));

  /* Nor is there any other that ends in a command of the table and was forgotten here. */
  g_auto (GStrv) all = g_action_group_list_actions (G_ACTION_GROUP (self->window));
  for (gsize i = 0; all[i] != NULL; i++)
    {
      g_autofree char *reason = wf_preview_no_right (self->session, all[i]);

      if (reason != NULL && is_enabled (self, all[i]))
        g_error ("%s can be done: %s", all[i], reason);
    }

  /* On both pages: what stands there as a button, and what a menu has. */
  static const char *const pages[] = { "situation", "response" };

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      Seen seen = { self, 0, 0, 0 };
      gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

      g_object_set (self->window, "page", pages[i], NULL);
      test_settle ();
      do
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (2000);
          seen = (Seen) { self, 0, 0, 0 };
          look (GTK_WIDGET (self->window), look_at_button, &seen);
          look (GTK_WIDGET (self->window), look_at_entry, &seen);
        }
      while (seen.silent > 0 && g_get_monotonic_time () < until);
      g_assert_cmpuint (seen.buttons, >=, 5);
      g_assert_cmpuint (seen.entries, >=, 3);
      g_assert_cmpuint (seen.silent, ==, 0);
    }

  /* On the pictures of the strip, too. */
  Buttons pictures = { self, 0, 0 };

  look (GTK_WIDGET (self->window), look_at_picture, &pictures);
  g_assert_cmpuint (pictures.seen, >, 0);
  g_assert_cmpuint (pictures.wrong, ==, 0);

  /* And in the menu of each. */
  Buttons menus = { self, 0, 0 };

  look (GTK_WIDGET (self->window), look_at_tile, &menus);
  g_assert_cmpuint (menus.seen, >, 0);
  g_assert_cmpuint (menus.seen % 2, ==, 0);
  g_assert_cmpuint (menus.wrong, ==, 0);
}

static gboolean
is_shown_as (GtkWidget  *widget,
             const char *css_class,
             const char *text)
{
  return gtk_widget_has_css_class (widget, css_class) && gtk_widget_get_mapped (widget)
         && ((GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
             || (GTK_IS_BUTTON (widget) && strstr (gtk_button_get_label (GTK_BUTTON (widget)), text) != NULL));
}

typedef struct
{
  guint marks;
  guint buttons;
  guint orders;
} Marks;

static void
look_at_mark (GtkWidget *widget,
              gpointer   data)
{
  Marks *marks = data;

  if (GTK_IS_LABEL (widget) && is_shown_as (widget, "wf-unsigned", "unsigned"))
    {
      marks->marks++;
      marks->orders += gtk_widget_get_ancestor (widget, WF_TYPE_ORDER_ROW) != NULL;
    }
  if (GTK_IS_BUTTON (widget) && is_shown_as (widget, "wf-unsigned", "not signed yet"))
    marks->buttons++;
}

static Marks
count_marks (Fixture *self)
{
  Marks marks = { 0, 0, 0 };

  look (GTK_WIDGET (self->window), look_at_mark, &marks);

  return marks;
}

/* What rests on an approval by telephone is marked until that is signed; whoever may signs from there. */
static void
test_unsigned (Fixture       *self,
               gconstpointer  data)
{
  static const char *const pages[] = { "situation", "response" };
  const char *incident = "incident-demo-ammonia";

  wf_window_set_incident (self->window, incident);
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_object_set (self->window, "page", pages[i], NULL);
      test_await (count_marks (self).marks > 3 && count_marks (self).buttons == 1);
    }
  g_assert_cmpuint (count_marks (self).orders, >, 0);
  test_await (is_enabled (self, "approval-sign"));

  for (int step = 0; step < 2; step++)
    {
      g_autoptr (WfEntity) entity = wf_state_get (wf_session_get_state (self->session), WF_LIVE, "incident", incident);
      g_autoptr (GPtrArray) levels = wf_entity_objects (entity, "levels");
      Marks before = count_marks (self);

      g_assert_cmpuint (levels->len, ==, 2);
      g_assert_true (test_submit (self->session, "approval.sign",
                                  wf_dict_make ("incident", wf_value_string (incident), "step", wf_value_int (step),
                                                "signed_by", wf_value_string ("Zhao"), NULL), NULL));
      test_await (count_marks (self).marks < before.marks);
    }
  test_await (count_marks (self).marks == 0 && count_marks (self).buttons == 0);
  test_await (!is_enabled (self, "approval-sign"));
  g_assert_cmpstr (wf_dialogs_reason (self->window, "approval-sign"), ==, "Every approval is signed.");
  g_object_set (self->window, "page", "situation", NULL);
  test_await (count_marks (self).marks == 0);
}

static gboolean
says (GtkWidget  *widget,
      const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;

  return FALSE;
}

static void
find_link (GtkWidget *widget,
           gpointer   data)
{
  if (WF_IS_LINK_BUTTON (widget))
    *(GtkWidget **) data = widget;
}

/* The service records something that this program does not know: the link's button says what is to be done, the banner too,
 * and what is here can be read. */
static void
test_outdated (Fixture       *self,
               gconstpointer  data)
{
  g_autofree char *records = g_build_filename (self->folder, "service", NULL);
  g_autofree char *folder = g_build_filename (self->folder, "other", NULL);
  GtkWidget *link = NULL;

  look (GTK_WIDGET (self->window), find_link, &link);
  g_assert_nonnull (link);
  test_await (says (link, "Online"));

  /* While this workstation is away, somebody with a newer program writes. */
  wf_session_set_service (self->session, "http://127.0.0.1:9/", self->token);
  test_await (wf_session_get_link (self->session) != WF_LINK_ONLINE);
  WfSession *other = test_session_online (test_service_uri (self->service), test_service_token (self->service), folder);
  G_GNUC_UNUSED g_autofree char *log = test_add_log (other, "后记");
  test_await (wf_session_get_pending (other) == 0);
  test_session_end (other);
  test_service_kill (self->service);
  test_change_newest_entry (records, "log.added", "log.foretold", 1, 1);
  test_service_start (self->service, "desk-1");
  wf_session_set_service (self->session, test_service_uri (self->service), self->token);

  test_await (says (link, "Update the program"));
  g_assert_cmpint (wf_session_get_link (self->session), ==, WF_LINK_OUTDATED);
  GtkWidget *button = gtk_widget_get_first_child (link);
  g_autofree char *words = wf_link_describe (self->session, wf_context_now (self->context));
  g_assert_true (g_str_has_prefix (words, "Update the program"));
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL));
  g_assert_true (gtk_widget_has_css_class (link, "bad"));
  /* The reason behind it names what is not known. */
  test_await (says (link, "log.foretold"));
  g_assert_true (wf_session_is_ready (self->session));
}

int
main (int   argc,
      char *argv[])
{
  test_ui_init (&argc, &argv);

  g_test_add ("/mirror/viewer", Fixture, &viewer, set_up, test_viewer, tear_down);
  g_test_add ("/mirror/unsigned", Fixture, &commander, set_up, test_unsigned, tear_down);
  g_test_add ("/mirror/outdated", Fixture, &officer, set_up, test_outdated, tear_down);

  return g_test_run ();
}
