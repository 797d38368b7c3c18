/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"

#include "wf-dict.h"
#include "wf-kind.h"

/* What one desk is drawing is seen at the others while it is drawn, and leaves no trace. A real service, three desks. */

typedef struct
{
  guint     count;
  GVariant *last; /* (owned) (nullable) */
} Seen;

static void
sketched_cb (WfSession *session,
             GVariant  *sketch,
             Seen      *seen)
{
  seen->count++;
  g_clear_pointer (&seen->last, g_variant_unref);
  seen->last = g_variant_ref (sketch);
}

static gsize
count_points (Seen *seen)
{
  g_autoptr (GVariant) points = seen->last != NULL ? wf_dict_value (seen->last, "points") : NULL;

  return points != NULL ? g_variant_n_children (points) : 0;
}

static WfSession *
open_desk (const char  *folder,
           TestService *service,
           const char  *name,
           const char  *role)
{
  g_autofree char *replica = g_build_filename (folder, name, NULL);

  test_person_add (service, name, role);
  g_autofree char *token = test_person_sign_in (service, name);

  return test_session_online (test_service_uri (service), token, replica);
}

static GVariant *
points_of (guint n)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(dd)"));
  for (guint i = 0; i < n; i++)
    g_variant_builder_add (&builder, "(dd)", 109.8 + i * 0.001, 40.6);

  return g_variant_builder_end (&builder);
}

static void
test_live (void)
{
  char *folder = test_folder_new ();
  TestService *service = test_service_new (folder, "desk-1", NULL);
  WfSession *zhao = open_desk (folder, service, "Zhao", "commander");
  WfSession *qian = open_desk (folder, service, "Qian", "operator");
  WfSession *sun = open_desk (folder, service, "Sun", "viewer");
  Seen by_zhao = { 0 }, by_qian = { 0 }, by_sun = { 0 };

  g_signal_connect (zhao, "sketched", G_CALLBACK (sketched_cb), &by_zhao);
  g_signal_connect (qian, "sketched", G_CALLBACK (sketched_cb), &by_qian);
  g_signal_connect (sun, "sketched", G_CALLBACK (sketched_cb), &by_sun);

  /* The others see it, with who draws; whoever draws does not hear of it. */
  wf_session_sketch (zhao, "fire_line", points_of (2), 0);
  test_await (count_points (&by_qian) == 2 && count_points (&by_sun) == 2);
  g_assert_cmpstr (wf_dict_string (by_qian.last, "name"), ==, "Zhao");
  g_assert_cmpstr (wf_dict_string (by_qian.last, "type"), ==, "fire_line");
  g_assert_cmpint (wf_dict_int (by_qian.last, "desk", 0), >, 0);
  g_assert_cmpuint (by_zhao.count, ==, 0);

  /* As many points as a drawing may have go through. */
  g_usleep (100000);
  wf_session_sketch (zhao, "fire_line", points_of (500), 0);
  test_await (count_points (&by_qian) == 500);

  /* It is over when it is done. */
  wf_session_sketch (zhao, "fire_line", points_of (0), 0);
  test_await (by_qian.last != NULL && count_points (&by_qian) == 0 && count_points (&by_sun) == 0);

  /* Who may only look on draws for nobody. What comes after it in order shows that nothing came. */
  guint before = by_qian.count;
  wf_session_sketch (sun, "circle", points_of (1), 100);
  g_usleep (100000);
  wf_session_sketch (zhao, "circle", points_of (1), 250);
  test_await (count_points (&by_qian) == 1);
  g_assert_cmpuint (by_qian.count, ==, before + 1);
  g_assert_cmpfloat_with_epsilon (wf_dict_double (by_qian.last, "radius_m", 0), 250, 1e-9);

  /* And when the desk that drew goes away. */
  test_session_end (zhao);
  test_await (count_points (&by_qian) == 0 && count_points (&by_sun) == 0);

  /* Nothing of it is in the records. */
  g_assert_cmpuint (g_list_model_get_n_items (wf_session_list (qian, "plot")), ==, 0);

  test_session_end (qian);
  test_session_end (sun);
  test_service_free (service);
  test_folder_remove (folder);
  g_clear_pointer (&by_zhao.last, g_variant_unref);
  g_clear_pointer (&by_qian.last, g_variant_unref);
  g_clear_pointer (&by_sun.last, g_variant_unref);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sync/sketches/live", test_live);

  return g_test_run ();
}
