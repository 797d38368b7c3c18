/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include "wf-incident-report.h"
#include "wf-kind.h"
#include "wf-report-text.h"
#include "wf-time.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#define S(text) wf_value_string (text)
#define N(number) wf_value_int (number)

/* --- written reports --- */

static void
test_first_report (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");

  g_autoptr (WfReportText) text = wf_report_text_first (world->state, world->scope, "i1", world->now.scope);

  g_assert_nonnull (text);
  g_assert_nonnull (strstr (text->title, "(first report)"));
  g_assert_true (g_str_has_prefix (text->title, "Report on "));
  g_assert_nonnull (strstr (text->text, "1. Unit where it happened: "));
  g_assert_nonnull (strstr (text->text, "6. Other matters: "));

  /* Nobody has counted the loss, verified the call or graded it: that is said, and nothing is made up. */
  g_assert_nonnull (strstr (text->text, "direct loss being verified"));
  g_assert_nonnull (strstr (text->text, "the report itself is being verified"));
  g_assert_nonnull (strstr (text->text, "grade being judged"));
}

static void
test_no_incident (void)
{
  g_autoptr (World) world = world_new ();

  g_assert_null (wf_report_text_first (world->state, world->scope, "nobody", world->now.scope));
  g_assert_null (wf_incident_report_new (world->state, world->scope, "nobody", NULL, world->now.scope));
}

static void
send_written_reports (World *world)
{
  g_autoptr (GPtrArray) reports = wf_state_list (world->state, world->scope, "report", "i1");

  for (guint i = 0; i < reports->len; i++)
    if (wf_entity_is (reports->pdata[i], "medium", "written") && wf_entity_is (reports->pdata[i], "state", "due"))
      world_do (world, "report.send", wf_dict_make ("report", S (wf_entity_id (reports->pdata[i])), "taken_by", S ("Sun"),
                                                    "text", S ("what was known"), NULL));
}

static void
test_followup_says_only_what_changed (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GVariant) casualties = NULL;
  guint followups = 99;

  report_incident (world, "i1");
  g_assert_cmpint (wf_report_last_sent (world->state, world->scope, "i1", NULL), ==, -1);
  send_written_reports (world);

  int64_t since = wf_report_last_sent (world->state, world->scope, "i1", &followups);
  g_assert_cmpint (since, >, 0);
  g_assert_cmpuint (followups, ==, 0);

  g_autoptr (WfReportText) nothing = wf_report_text_followup (world->state, world->scope, "i1", 1, since, world->now.scope);
  g_assert_nonnull (strstr (nothing->text, "Nothing has changed since the last report."));
  g_assert_null (strstr (nothing->text, "Casualties"));

  world_pass (world, WF_MINUTE);
  casualties = make_casualties (world, 1, 0, 2, 3, 4);
  world_do (world, "incident.casualties", wf_dict_make ("incident", S ("i1"), "casualties", casualties, NULL));

  g_autoptr (WfReportText) text = wf_report_text_followup (world->state, world->scope, "i1", 1, since, world->now.scope);
  g_assert_nonnull (strstr (text->title, "(follow-up 1)"));
  g_assert_nonnull (strstr (text->text, "1. Casualties and loss: "));
  g_assert_nonnull (strstr (text->text, "Otherwise nothing has changed."));
  g_assert_null (strstr (text->text, "Course so far"));
  g_assert_null (strstr (text->text, "Forces"));
}

static void
test_final_report_says_how_it_ended (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  g_autoptr (WfReportText) before = wf_report_text_final (world->state, world->scope, "i1", world->now.scope);
  g_assert_nonnull (strstr (before->text, "the response goes on"));

  activate (world, "i1", 4);
  world_pass (world, WF_HOUR);
  stand_down (world, "i1");

  g_autoptr (WfReportText) after = wf_report_text_final (world->state, world->scope, "i1", world->now.scope);
  g_assert_nonnull (strstr (after->text, "the response was stood down "));
  g_assert_nonnull (strstr (after->title, "(final report)"));
}

/* --- sheets --- */

static void
test_long_tables_go_on (void)
{
  static const double widths[] = { 0.3, 0.7 };
  const char *headings[] = { "One", "Two", NULL };
  g_autoptr (WfSheets) sheets = wf_sheets_new ("en");
  g_autoptr (GString) very_long = g_string_new (NULL);

  wf_sheets_table (sheets, widths, 2, headings);
  for (int i = 0; i < 100; i++)
    wf_sheets_row (sheets, (const char *const[]) { "a", "b", NULL });
  wf_sheets_table_end (sheets);

  guint before = wf_sheets_count (sheets);
  g_assert_cmpuint (before, >=, 3);
  g_assert_cmpuint (before, <=, 5);

  /* A cell that no sheet can hold goes on over several. */
  for (int i = 0; i < 4000; i++)
    g_string_append (very_long, "a sentence that is not short. ");
  wf_sheets_table (sheets, widths, 2, headings);
  wf_sheets_row (sheets, (const char *const[]) { "a", very_long->str, NULL });
  wf_sheets_table_end (sheets);
  g_assert_cmpuint (wf_sheets_count (sheets), >=, before + 15);
}

static cairo_status_t
append (void                *closure,
        const unsigned char *data,
        unsigned int         length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
make_png (void)
{
  GByteArray *array = g_byte_array_new ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 320, 200);

  cairo_surface_write_to_png_stream (surface, append, array);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (array);
}

static void
test_pictures (void)
{
  g_autoptr (WfSheets) sheets = wf_sheets_new (NULL);
  g_autoptr (GBytes) good = make_png ();
  g_autoptr (GBytes) bad = g_bytes_new_static ("no picture", 10);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (good, 0, 40);
  g_autoptr (GBytes) none = g_bytes_new_static ("", 0);

  g_assert_true (wf_sheets_image (sheets, good, 200, "caption"));
  g_assert_false (wf_sheets_image (sheets, bad, 200, NULL));
  g_assert_false (wf_sheets_image (sheets, cut, 200, NULL));
  g_assert_false (wf_sheets_image (sheets, none, 200, NULL));
  g_assert_cmpuint (wf_sheets_count (sheets), ==, 1);
}

/* --- the incident's report --- */

static void
live_through (World *world)
{
  g_autoptr (GVariant) casualties = NULL;

  world_do (world, "registry.put", g_variant_ref_sink (g_variant_new_parsed (
    "{'entities': <[{'kind': <'centre'>, 'id': <'centre'>, 'fields': <{'name': <'九原区应急指挥中心'>}>}]>}")));
  report_incident (world, "i1");
  world_do (world, "incident.correct", wf_dict_make ("incident", S ("i1"), "title", S ("液氨储罐泄漏"),
                                                     "place", S ("九原工业园区"), "reason", S ("name"), NULL));
  casualties = make_casualties (world, 1, 0, 0, 2, 5);
  world_do (world, "incident.casualties", wf_dict_make ("incident", S ("i1"), "casualties", casualties, NULL));
  world_do (world, "order.issue", wf_dict_make ("order", S ("o1"), "incident", S ("i1"), "kind", S ("dispatch"),
                                                "force_kind", S ("team"), "force", S ("team-1"), NULL));
  activate (world, "i1", 3);
  world_pass (world, 45 * WF_MINUTE);
  send_written_reports (world);
}

/* What pdftotext reads in a PDF; NULL (with the test skipped) where there is no pdftotext. */
static char *
read_pdf (GBytes *pdf)
{
  g_autofree char *program = g_find_program_in_path ("pdftotext");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  int status;

  if (program == NULL)
    {
      g_test_skip ("pdftotext (poppler-utils) is not installed");
      return NULL;
    }

  int fd = g_file_open_tmp ("watchfire-XXXXXX.pdf", &path, &error);
  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, g_bytes_get_data (pdf, NULL), (gssize) g_bytes_get_size (pdf), &error);
  g_assert_no_error (error);

  const char *arguments[] = { program, "-enc", "UTF-8", "-layout", path, "-", NULL };
  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_unlink (path);
  return text;
}

/* A heading goes with what it is the heading of. */
static void
test_headings_stay (void)
{
  g_autoptr (GBytes) picture = make_png ();

  for (int lines = 0; lines < 60; lines += 3)
    {
      g_autoptr (WfSheets) sheets = wf_sheets_new ("en");
      g_autoptr (GError) error = NULL;

      for (int i = 0; i < lines; i++)
        wf_sheets_paragraph (sheets, WF_SHEETS_TEXT, "filler");
      wf_sheets_paragraph (sheets, WF_SHEETS_HEADING, "Heading");
      g_assert_true (wf_sheets_image (sheets, picture, 700, "Caption"));

      g_autoptr (GBytes) pdf = wf_sheets_to_pdf (sheets, "Title", "Author", &error);
      g_assert_no_error (error);
      g_autofree char *text = read_pdf (pdf);
      if (text == NULL)
        return;

      g_auto (GStrv) pages = g_strsplit (text, "\f", -1);
      for (guint i = 0; pages[i] != NULL; i++)
        g_assert_cmpint (strstr (pages[i], "Heading") != NULL, ==, strstr (pages[i], "Caption") != NULL);
    }
}

static WfIncidentReport *
make_report (World *world)
{
  WfIncidentReport *report = wf_incident_report_new (world->state, world->scope, "i1", world->journal, world->now.scope);
  g_autoptr (GBytes) picture = make_png ();

  g_assert_nonnull (report);
  wf_incident_report_set_map (report, picture, "The map then");
  wf_incident_report_add_picture (report, picture, "Command One, 12:20");
  return report;
}

static void
test_pdf (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GError) error = NULL;

  live_through (world);

  g_autoptr (WfIncidentReport) report = make_report (world);
  g_autoptr (GBytes) pdf = wf_incident_report_to_pdf (report, &error);
  g_assert_no_error (error);
  g_assert_cmpint (memcmp (g_bytes_get_data (pdf, NULL), "%PDF-", 5), ==, 0);

  g_autofree char *text = read_pdf (pdf);
  if (text == NULL)
    return;

  static const char *const wanted[] = {
    "九原区应急指挥中心", "Report on 液氨储罐泄漏 at 九原工业园区", "Real", "Facts", "Casualties and evacuation",
    "Response level", "Map", "The map then", "Command One, 12:20", "Timeline", "Tasks", "Firm starts its plan", "late by",
    "Forces", "Fire One", "Reports to above", "Party", "Resources used", "Page 1 of ", "SHA-256",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (strstr (text, wanted[i]) == NULL)
      g_error ("“%s” is not in the report:\n%s", wanted[i], text);

  /* The print can be checked: the last entry's number is on it. */
  WfEvent *last = g_ptr_array_index (world->journal, world->journal->len - 1);
  g_autofree char *number = g_strdup_printf ("Journal up to no. %" G_GINT64_FORMAT, last->number);
  g_assert_nonnull (strstr (text, number));
}

static void
pdf_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (GError) error = NULL;
  GBytes **pdf = data;

  *pdf = wf_incident_report_to_pdf_finish (WF_INCIDENT_REPORT (object), result, &error);
  g_assert_no_error (error);
}

static void
test_pdf_in_thread (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GBytes) pdf = NULL;

  live_through (world);

  WfIncidentReport *report = make_report (world);

  /* The report stands for itself: what the state does meanwhile does not touch it. */
  wf_incident_report_to_pdf_async (report, NULL, pdf_cb, &pdf);
  g_object_unref (report);
  wf_state_clear (world->state);
  while (pdf == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (g_bytes_get_size (pdf), >, 5000);
}

static void
test_names (void)
{
  g_autoptr (World) world = world_new ();

  report_incident (world, "i1");
  world_do (world, "incident.correct", wf_dict_make ("incident", S ("i1"), "title", S ("../../a: b/c"), "reason", S ("-"), NULL));

  g_autoptr (WfIncidentReport) report = wf_incident_report_new (world->state, world->scope, "i1", NULL, world->now.scope);
  g_autofree char *name = wf_incident_report_file_name (report);

  g_assert_null (strchr (name, '/'));
  g_assert_null (strchr (name, ':'));
  g_assert_true (g_str_has_suffix (name, ".pdf"));
}

/* In Chinese, by the translations that lie in the tree. */
static void
test_chinese (void)
{
  g_autofree char *msgfmt = g_find_program_in_path ("msgfmt");
  g_autofree char *po = g_test_build_filename (G_TEST_DIST, "..", "po", "zh_CN.po", NULL);
  g_autoptr (GError) error = NULL;

  if (msgfmt == NULL)
    {
      g_test_skip ("no msgfmt (gettext)");
      return;
    }

  if (!g_test_subprocess ())
    {
      g_autofree char *folder = g_dir_make_tmp ("watchfire-XXXXXX", &error);
      g_autofree char *messages = g_build_filename (folder, "zh_CN", "LC_MESSAGES", NULL);
      g_autofree char *mo = g_build_filename (messages, GETTEXT_PACKAGE ".mo", NULL);
      const char *arguments[] = { msgfmt, "-o", mo, po, NULL };
      int status;

      g_assert_no_error (error);
      g_assert_cmpint (g_mkdir_with_parents (messages, 0700), ==, 0);
      g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
      g_assert_no_error (error);
      g_assert_cmpint (status, ==, 0);

      g_setenv ("LANGUAGE", "zh_CN", TRUE);
      g_setenv ("WATCHFIRE_TEST_LOCALE", folder, TRUE);
      g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      g_unsetenv ("LANGUAGE");
      g_unlink (mo);
      g_rmdir (messages);
      g_autofree char *language = g_path_get_dirname (messages);
      g_rmdir (language);
      g_rmdir (folder);
      return;
    }

  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("WATCHFIRE_TEST_LOCALE"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  g_autoptr (World) world = world_new ();
  live_through (world);

  g_autoptr (WfReportText) first = wf_report_text_first (world->state, world->scope, "i1", world->now.scope);
  g_assert_cmpstr (first->title, ==, "关于九原工业园区液氨储罐泄漏的报告（首报）");
  g_assert_nonnull (strstr (first->text, "正在核实"));

  g_autoptr (WfReportText) second = wf_report_text_followup (world->state, world->scope, "i1", 2, 0, world->now.scope);
  g_assert_nonnull (strstr (second->title, "（续报二）"));

  g_autoptr (WfIncidentReport) report = make_report (world);
  g_autofree char *title = wf_incident_report_title (report);
  g_assert_cmpstr (title, ==, "关于九原工业园区液氨储罐泄漏的报告");

  g_autoptr (GBytes) pdf = wf_incident_report_to_pdf (report, &error);
  g_autofree char *text = read_pdf (pdf);
  if (text == NULL)
    return;
  g_assert_nonnull (strstr (text, "时间线"));
  g_assert_nonnull (strstr (text, "真实"));
  g_assert_nonnull (strstr (text, "信息报送"));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/report-text/first", test_first_report);
  g_test_add_func ("/report-text/no-incident", test_no_incident);
  g_test_add_func ("/report-text/followup", test_followup_says_only_what_changed);
  g_test_add_func ("/report-text/final", test_final_report_says_how_it_ended);
  g_test_add_func ("/sheets/long-tables", test_long_tables_go_on);
  g_test_add_func ("/sheets/pictures", test_pictures);
  g_test_add_func ("/sheets/headings-stay", test_headings_stay);
  g_test_add_func ("/incident-report/pdf", test_pdf);
  g_test_add_func ("/incident-report/thread", test_pdf_in_thread);
  g_test_add_func ("/incident-report/names", test_names);
  g_test_add_func ("/incident-report/chinese", test_chinese);

  return g_test_run ();
}
