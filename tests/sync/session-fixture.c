/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session-fixture.h"

#include "wf-kind.h"

void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->folder = test_folder_new ();
  fixture->near = g_build_filename (fixture->folder, "near", NULL);
  fixture->far = g_build_filename (fixture->folder, "far", NULL);
  fixture->service = test_service_new (fixture->folder, "officer-1", NULL);
  fixture->line = test_line_new (fixture->service);
}

void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  test_line_free (fixture->line);
  test_service_free (fixture->service);
  g_free (fixture->near);
  g_free (fixture->far);
  test_folder_remove (fixture->folder);
}

WfSession *
fixture_near (Fixture *fixture)
{
  return test_session_online (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
}

WfSession *
fixture_far (Fixture *fixture)
{
  return test_session_online (test_service_uri (fixture->service), test_service_token (fixture->service), fixture->far);
}

guint
test_count (WfSession  *session,
            const char *kind)
{
  return wf_state_count (wf_session_get_state (session), WF_LIVE, kind);
}

gboolean
test_has (WfSession  *session,
          const char *kind,
          const char *id)
{
  g_autoptr (WfEntity) entity = wf_state_get (wf_session_get_state (session), WF_LIVE, kind, id);

  return entity != NULL;
}

gboolean
test_is_pending (WfSession  *session,
                 const char *kind,
                 const char *id)
{
  g_autoptr (WfItem) item = wf_session_get_item (session, kind, id);

  return item != NULL && wf_item_get_pending (item);
}

char *
test_report_incident (WfSession *session)
{
  char *id = wf_session_new_id (session);

  test_submit (session, "incident.report",
               wf_dict_make ("incident", wf_value_string (id),
                             "title", wf_value_string ("泵房冒烟"),
                             "t0", wf_value_time (wf_session_now (session)),
                             NULL),
               NULL);

  return id;
}

char *
test_add_task (WfSession  *session,
               const char *incident)
{
  char *id = wf_session_new_id (session);

  test_submit (session, "task.add",
               wf_dict_make ("task", wf_value_string (id),
                             "incident", wf_value_string (incident),
                             "text", wf_value_string ("关阀"),
                             NULL),
               NULL);

  return id;
}

void
test_uploaded_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (GError) error = NULL;

  *(char **) data = wf_session_upload_finish (WF_SESSION (source), result, &error);
  g_assert_no_error (error);
}
