/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-alarms.h"

#include "wf-crossing.h"
#include "wf-kind.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* A link that comes back by itself within so long is no alarm. */
#define LINK_GRACE (5 * WF_SECOND)

/* The sound is heard again after so long, so often, unless it is silenced. */
#define SOUND_EVERY (8 * WF_SECOND)
#define SOUND_TIMES 8

enum {
  RANK_CROSSING,
  RANK_REPORT,
  RANK_NEW_INCIDENT,
  RANK_LEVEL,
  RANK_ORDER,
  RANK_TASKS,
  RANK_LINK,
  RANK_REFUSED,
  RANK_REAL = -100, /* of what is real, for somebody who is in an exercise: added to the others */
};

/**
 * WfAlarms:
 *
 * What must not be overlooked, worked out from the live picture: it stays as long as its cause does, and an alarm of
 * something that has happened (a new incident, a raised level, a refusal) until somebody has looked at it. In an exercise
 * those of what is real stand above its own.
 */
struct _WfAlarms
{
  GObject parent_instance;

  WfContext  *context;    /* (unowned): lives longer */
  GPtrArray  *alarms;     /* (owned) (element-type WfAlarm) most urgent first */
  GHashTable *known;      /* (owned) (element-type utf8): keys that have sounded */
  GHashTable *levels;     /* (owned) (element-type utf8 int): level of each incident as it was seen last */
  GHashTable *happened;   /* (owned) (element-type utf8 utf8): key → detail of what has happened elsewhere */
  char       *dealer;     /* (owned) (nullable): words of the last event from elsewhere */
  int64_t     lost_at;    /* since when there is no link; 0 while there is one */
  int64_t     sounded_at;
  guint       sounded;    /* times */
  gboolean    sounding;
  gboolean    begun;      /* the first picture has been looked at */
  guint       update_id;  /* an update is due */
};

enum {
  CHANGED,
  DEALT_WITH,
  SOUND,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfAlarms, wf_alarms, G_TYPE_OBJECT)

static void
alarm_free (WfAlarm *alarm)
{
  g_free (alarm->key);
  g_free (alarm->title);
  g_free (alarm->detail);
  g_free (alarm->incident);
  g_free (alarm->action);
  g_clear_pointer (&alarm->target, g_variant_unref);
  g_free (alarm->button);
  g_clear_pointer (&alarm->place, g_variant_unref);
  g_free (alarm);
}

static WfAlarm *
add_alarm (WfAlarms   *self,
           int         rank,
           const char *key,
           const char *title,
           const char *detail,
           const char *incident)
{
  WfAlarm *alarm = g_new0 (WfAlarm, 1);

  alarm->key = g_strdup (key);
  alarm->rank = rank;
  alarm->title = g_strdup (title);
  alarm->detail = g_strdup (detail);
  alarm->incident = g_strdup (incident);
  g_ptr_array_add (self->alarms, alarm);

  return alarm;
}

static void
set_action (WfAlarm    *alarm,
            const char *action,
            GVariant   *target,
            const char *button)
{
  alarm->action = g_strdup (action);
  alarm->target = target != NULL ? g_variant_ref_sink (target) : NULL;
  alarm->button = g_strdup (button);
}

/* --- what is wrong ----------------------------------------------------------------------------------------------- */

static void
add_reports (WfAlarms   *self,
             const char *scope,
             WfEntity   *incident,
             int64_t     now)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) reports = wf_state_list (wf_session_get_state (session), scope,
                                                 "report", wf_entity_id (incident));

  for (guint i = 0; i < reports->len; i++)
    {
      WfEntity *report = g_ptr_array_index (reports, i);
      gboolean written = wf_entity_is (report, "medium", "written");
      const char *series = wf_entity_string (report, "series");
      int64_t due = wf_entity_time (report, "due");
      g_autofree char *key = NULL;
      g_autofree char *title = NULL;
      g_autofree char *detail = NULL;
      g_autofree char *at = NULL;
      WfAlarm *alarm;

      if (!wf_entity_is (report, "state", "due") || due == 0 || due - now >= WF_REPORT_SOON)
        continue;
      key = g_strdup_printf ("report:%s:%d", wf_entity_id (report), due < now);
      /* TRANSLATORS: which report is due: "Written first report", "Telephone follow-up report" */
      title = g_strdup_printf (written ? _("Written report, %s") : _("Telephone report, %s"),
                               wf_wording_value ("series", series));
      at = wf_ui_format_time (due, now);
      /* TRANSLATORS: an incident's title, to whom it is reported, until when */
      detail = g_strdup_printf (_("%s → %s, by %s"), wf_entity_string (incident, "title"),
                                wf_entity_string (report, "recipient"), at);
      alarm = add_alarm (self, RANK_REPORT, key, title, detail, wf_entity_id (incident));
      alarm->due = due;
      set_action (alarm, "win.report-send", g_variant_new_string (wf_entity_id (report)), _("Report  F6"));
    }
}

static void
add_tasks (WfAlarms   *self,
           const char *scope,
           WfEntity   *incident,
           int64_t     now)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) tasks = wf_state_list (wf_session_get_state (session), scope,
                                               "task", wf_entity_id (incident));
  WfEntity *worst = NULL;
  guint n = 0;
  g_autofree char *key = NULL;
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;
  WfAlarm *alarm;

  for (guint i = 0; i < tasks->len; i++)
    {
      WfEntity *task = g_ptr_array_index (tasks, i);
      int64_t due = wf_entity_time (task, "due");

      if (wf_entity_is (task, "state", "done") || wf_entity_is (task, "state", "struck") || due == 0 || due >= now)
        continue;
      n++;
      if (worst == NULL || due < wf_entity_time (worst, "due"))
        worst = task;
    }
  if (n == 0)
    return;

  key = g_strdup_printf ("tasks:%s:%u", wf_entity_id (incident), n);
  title = g_strdup_printf (g_dngettext (NULL, "%u task overdue", "%u tasks overdue", n), n);
  detail = g_strdup_printf ("%s · %s", wf_entity_string (incident, "title"), wf_entity_string (worst, "text"));
  alarm = add_alarm (self, RANK_TASKS, key, title, detail, wf_entity_id (incident));
  alarm->due = wf_entity_time (worst, "due");
  set_action (alarm, "win.task-feedback", g_variant_new_string (wf_entity_id (worst)), _("Give feedback"));
}

static void
add_orders (WfAlarms   *self,
            const char *scope,
            WfEntity   *incident,
            int64_t     now)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) orders = wf_state_list (wf_session_get_state (session), scope,
                                                "order", wf_entity_id (incident));

  for (guint i = 0; i < orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (orders, i);
      int64_t due = wf_entity_time (order, "acknowledge_due");
      g_autofree char *key = NULL;
      g_autofree char *detail = NULL;
      WfAlarm *alarm;

      if (!wf_entity_is (order, "state", "ordered") || due == 0 || due >= now)
        continue;
      key = g_strdup_printf ("order:%s", wf_entity_id (order));
      detail = g_strdup_printf ("%s · %s", wf_entity_string (incident, "title"), wf_entity_string (order, "force_name"));
      alarm = add_alarm (self, RANK_ORDER, key, _("Order not acknowledged"), detail, wf_entity_id (incident));
      alarm->due = due;
      set_action (alarm, "win.select", g_variant_new ("(ss)", wf_entity_string (order, "force_kind"),
                                                      wf_entity_string (order, "force")),
                  _("Show, call"));
    }
}

/* What happened to an incident, which an exercise may have a copy of. */
static char *
make_key (const char *what,
          const char *scope,
          const char *id)
{
  return g_strdup_printf ("%s:%s/%s", what, scope, id);
}

static void
add_happened (WfAlarms   *self,
              const char *scope,
              WfEntity   *incident)
{
  const char *id = wf_entity_id (incident);
  g_autofree char *new_key = make_key ("new", scope, id);
  g_autofree char *level_key = make_key ("level", scope, id);
  WfAlarm *alarm;

  if (g_hash_table_contains (self->happened, new_key) && wf_entity_is (incident, "state", "reported"))
    {
      alarm = add_alarm (self, RANK_NEW_INCIDENT, new_key, _("New incident"), wf_entity_string (incident, "title"), id);
      alarm->dismissed_by_use = TRUE;
      set_action (alarm, "win.select", g_variant_new ("(ss)", "incident", id), _("Look at it"));
    }
  if (g_hash_table_contains (self->happened, level_key) && wf_ui_incident_level (incident) > 0)
    {
      g_autofree char *title = g_strdup_printf (_("Level raised: %s"), wf_wording_level (wf_ui_incident_level (incident)));

      alarm = add_alarm (self, RANK_LEVEL, level_key, title, wf_entity_string (incident, "title"), id);
      alarm->dismissed_by_use = TRUE;
      set_action (alarm, "win.select", g_variant_new ("(ss)", "incident", id), _("Look at it"));
    }
}

/* Who went into a drawn area, or out of it, and nobody has answered. */
static void
add_crossings (WfAlarms   *self,
               const char *scope,
               int64_t     now)
{
  WfSession *session = wf_context_get_session (self->context);
  WfState *state = wf_session_get_state (session);
  g_autoptr (GPtrArray) crossings = wf_state_list (state, scope, "crossing", NULL);

  for (guint i = 0; i < crossings->len; i++)
    {
      WfEntity *crossing = g_ptr_array_index (crossings, i);
      g_autoptr (WfEntity) plot = wf_state_get (state, scope, "plot", wf_entity_string (crossing, "plot"));
      const char *incident_id = wf_entity_string (crossing, "incident");
      g_autoptr (WfEntity) incident = incident_id != NULL ? wf_state_get (state, scope, "incident", incident_id) : NULL;
      int64_t seen = wf_entity_time (crossing, "seen_at");

      if (!wf_rules_rings (crossing, plot, now) || (incident != NULL && wf_ui_incident_is_done (incident)))
        continue;

      const char *label = wf_entity_string (plot, "label");
      const char *type = wf_wording_value ("plot.type", wf_entity_string (plot, "type"));
      g_autofree char *area = label != NULL ? g_strdup_printf ("%s “%s”", type, label) : g_strdup (type);
      g_autofree char *key = g_strdup_printf ("crossing:%s:%" G_GINT64_FORMAT, wf_entity_id (crossing), (gint64) seen);
      g_autofree char *title = NULL;
      g_autofree char *at = wf_ui_format_time (seen, now);
      g_autofree char *detail = wf_ui_join (" · ", wf_entity_string (crossing, "unit_name"), at,
                                            incident != NULL ? wf_entity_string (incident, "title") : "", NULL);
      WfAlarm *alarm;

      /* TRANSLATORS: what is drawn on the map, such as: danger zone “Tank 3” */
      title = g_strdup_printf (!wf_entity_bool (crossing, "inside") ? _("Left: %s")
                               : wf_entity_bool (crossing, "drawn") ? _("Drawn around a unit: %s")
                                                                    : _("Entered: %s"), area);
      alarm = add_alarm (self, RANK_CROSSING, key, title, detail, incident_id);
      alarm->place = g_variant_ref_sink (g_variant_new ("(ss)", "crossing", wf_entity_id (crossing)));
      set_action (alarm, "win.crossing-acknowledge", g_variant_new ("(sx)", wf_entity_id (crossing), (gint64) seen),
                  _("Acknowledge"));
    }
}

static void
add_sign_in (WfAlarms *self)
{
  WfAlarm *alarm;

  if (!wf_session_get_ended (wf_context_get_session (self->context)))
    return;

  alarm = add_alarm (self, RANK_LINK, "sign-in", _("Your sign-in has ended"),
                     _("You can go on reading, and what you type is kept. Sign in again as soon as the service can be reached."), NULL);
  set_action (alarm, "app.sign-in", NULL, _("Sign in"));
}

static void
add_link (WfAlarms *self,
          int64_t   now)
{
  WfSession *session = wf_context_get_session (self->context);
  WfLink state = wf_session_get_link (session);
  guint pending = wf_session_get_pending (session);

  if (state == WF_LINK_ONLINE || state == WF_LINK_CATCHING_UP)
    self->lost_at = 0;
  else if (self->lost_at == 0)
    self->lost_at = now;

  if (self->lost_at != 0 && now - self->lost_at >= LINK_GRACE)
    {
      const char *reason = wf_session_get_link_reason (session);
      int64_t synced = wf_session_get_synced_at (session);
      g_autofree char *age = synced > 0 ? wf_wording_span (now - synced) : NULL;
      g_autofree char *old = age != NULL ? g_strdup_printf (_("data %s old"), age) : g_strdup ("");
      g_autofree char *waiting = pending > 0
                                   ? g_strdup_printf (g_dngettext (NULL, "%u command waits to be sent",
                                                                   "%u commands wait to be sent", pending), pending)
                                   : g_strdup ("");
      g_autofree char *detail = wf_ui_join (" · ", reason != NULL ? reason : "", old, waiting, NULL);

      if (state == WF_LINK_OUTDATED)
        add_alarm (self, RANK_LINK, "link-outdated", _("This program must be updated"), detail, NULL);
      else
        add_alarm (self, RANK_LINK, "link", _("No link to the service"), detail, NULL);
    }
}

/* They stay until somebody has dealt with them, over restarts too: what was typed is in no other place. */
static void
add_refused (WfAlarms *self)
{
  g_autoptr (GPtrArray) problems = NULL;
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) commands = wf_session_list_refused (session, &problems);

  for (guint i = 0; i < commands->len; i++)
    {
      WfCommand *command = g_ptr_array_index (commands, i);
      g_autofree char *key = g_strdup_printf ("refused:%s", command->id);
      g_autofree char *why = wf_problem_message (g_ptr_array_index (problems, i));
      const char *where = strcmp (command->scope, wf_session_get_scope (session)) == 0 ? ""
                          : strcmp (command->scope, WF_LIVE) == 0 ? C_("scope", "Real") : C_("scope", "Drill");
      g_autofree char *detail = wf_ui_join (" · ", where, wf_wording_command (command->type), why, NULL);
      WfAlarm *alarm = add_alarm (self, RANK_REFUSED, key, _("Refused by the service and taken back"), detail, NULL);

      set_action (alarm, "win.refused", g_variant_new_string (command->id), _("Look at it"));
    }
}

/* --- keeping up -------------------------------------------------------------------------------------------------- */

static int
compare_alarms (gconstpointer a,
                gconstpointer b)
{
  const WfAlarm *alarm_a = *(WfAlarm **) a;
  const WfAlarm *alarm_b = *(WfAlarm **) b;

  if (alarm_a->rank != alarm_b->rank)
    return alarm_a->rank - alarm_b->rank;

  return alarm_a->due < alarm_b->due ? -1 : alarm_a->due > alarm_b->due ? 1 : g_strcmp0 (alarm_a->key, alarm_b->key);
}

static gboolean
has_key (GPtrArray  *alarms,
         const char *key)
{
  for (guint i = 0; i < alarms->len; i++)
    if (g_str_equal (((WfAlarm *) g_ptr_array_index (alarms, i))->key, key))
      return TRUE;

  return FALSE;
}

/* A crossing's alarm also goes when the unit comes back. */
static gboolean
is_acknowledged (WfAlarms *self,
                 WfAlarm  *alarm)
{
  WfSession *session = wf_context_get_session (self->context);
  const char *id;
  gint64 seen;

  g_variant_get (alarm->target, "(&sx)", &id, &seen);
  g_autoptr (WfEntity) crossing = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "crossing", id);

  return crossing != NULL && wf_entity_is (crossing, "alert", "acknowledged");
}

/* An alarm that went away right after something that was done elsewhere was dealt with there. */
static void
tell_who (WfAlarms  *self,
          GPtrArray *before)
{
  g_autofree char *dealer = g_steal_pointer (&self->dealer);

  if (dealer == NULL)
    return;
  for (guint i = 0; i < before->len; i++)
    {
      WfAlarm *alarm = g_ptr_array_index (before, i);

      if ((alarm->rank == RANK_REPORT || alarm->rank == RANK_TASKS || alarm->rank == RANK_ORDER
           || (alarm->rank == RANK_CROSSING && is_acknowledged (self, alarm)))
          && !has_key (self->alarms, alarm->key))
        {
          g_signal_emit (self, signals[DEALT_WITH], 0, dealer);
          return;
        }
    }
}

static void
play (WfAlarms *self,
      int64_t   now)
{
  self->sounded_at = now;
  self->sounded++;
  if (g_settings_get_boolean (wf_context_get_settings (self->context), "alarm-sound"))
    g_signal_emit (self, signals[SOUND], 0);
}

static void
update_sound (WfAlarms *self,
              int64_t   now)
{
  gboolean fresh = FALSE;

  for (guint i = 0; i < self->alarms->len; i++)
    {
      WfAlarm *alarm = g_ptr_array_index (self->alarms, i);

      if (g_hash_table_add (self->known, g_strdup (alarm->key)))
        fresh = TRUE;
    }
  if (self->alarms->len == 0)
    self->sounding = FALSE;
  else if (fresh)
    {
      self->sounding = TRUE;
      self->sounded = 0;
      play (self, now);
    }
  else if (self->sounding && self->sounded < SOUND_TIMES && now - self->sounded_at >= SOUND_EVERY)
    play (self, now);
}

static void
add_of_scope (WfAlarms   *self,
              const char *scope,
              int64_t     now)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) incidents = wf_state_list (wf_session_get_state (session), scope, "incident", NULL);

  for (guint i = 0; i < incidents->len; i++)
    {
      WfEntity *incident = g_ptr_array_index (incidents, i);

      if (wf_ui_incident_is_done (incident))
        continue;
      add_reports (self, scope, incident, now);
      add_tasks (self, scope, incident, now);
      add_orders (self, scope, incident, now);
      add_happened (self, scope, incident);
    }
  add_crossings (self, scope, now);
}

/* Whoever is in an exercise sees what is real above all that is practised. Nothing is done about it from in here: what the
 * button would do would be done in the exercise. */
static void
add_real (WfAlarms *self,
          int64_t   now)
{
  guint first = self->alarms->len;

  add_of_scope (self, WF_LIVE, now);
  for (guint i = first; i < self->alarms->len; i++)
    {
      WfAlarm *alarm = g_ptr_array_index (self->alarms, i);
      g_autofree char *key = g_steal_pointer (&alarm->key);
      g_autofree char *title = g_steal_pointer (&alarm->title);

      alarm->key = g_strconcat ("real:", key, NULL);
      /* TRANSLATORS: an alarm of what is real, told to somebody who is in an exercise; what it is follows */
      alarm->title = g_strdup_printf (_("REAL, not the drill: %s"), title);
      alarm->rank += RANK_REAL;
      /* A clock of this scope would not count for it; the detail says until when. */
      alarm->due = 0;
      alarm->dismissed_by_use = FALSE;
      g_clear_pointer (&alarm->incident, g_free);
      g_clear_pointer (&alarm->action, g_free);
      g_clear_pointer (&alarm->target, g_variant_unref);
      g_clear_pointer (&alarm->button, g_free);
      g_clear_pointer (&alarm->place, g_variant_unref);
      set_action (alarm, "win.exercise-leave", NULL, _("Leave the exercise"));
    }
}

static void
update (WfAlarms *self)
{
  WfSession *session = wf_context_get_session (self->context);
  int64_t now = wf_session_now (session);
  g_autoptr (GPtrArray) before = NULL;

  if (!wf_session_is_ready (session))
    return;

  before = self->alarms;
  self->alarms = g_ptr_array_new_with_free_func ((GDestroyNotify) alarm_free);
  add_of_scope (self, wf_session_get_scope (session), wf_context_now (self->context));
  if (wf_session_is_drill (session))
    add_real (self, now);
  add_sign_in (self);
  add_link (self, now);
  add_refused (self);
  g_ptr_array_sort (self->alarms, compare_alarms);
  tell_who (self, before);
  update_sound (self, now);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Levels as they are, to see later which were raised. */
static void
note_levels (WfAlarms   *self,
             const char *scope,
             gboolean    own)
{
  WfState *state = wf_session_get_state (wf_context_get_session (self->context));
  g_autoptr (GPtrArray) incidents = wf_state_list (state, scope, "incident", NULL);

  for (guint i = 0; i < incidents->len; i++)
    {
      const char *id = wf_entity_id (incidents->pdata[i]);
      g_autofree char *key = g_strconcat (scope, "/", id, NULL);
      int level = wf_ui_incident_level (incidents->pdata[i]);
      gpointer old;
      gboolean known = g_hash_table_lookup_extended (self->levels, key, NULL, &old);

      if (self->begun && !own && !known)
        g_hash_table_add (self->happened, make_key ("new", scope, id));
      else if (self->begun && !own && level > 0
               && (GPOINTER_TO_INT (old) == 0 || level < GPOINTER_TO_INT (old)))
        g_hash_table_add (self->happened, make_key ("level", scope, id));
      g_hash_table_insert (self->levels, g_steal_pointer (&key), GINT_TO_POINTER (level));
    }
}

static void
event_cb (WfAlarms *self,
          WfEvent  *event,
          gboolean  own)
{
  if (!own)
    {
      g_free (self->dealer);
      self->dealer = wf_wording_event (event, wf_session_get_state (wf_context_get_session (self->context)));
    }
  note_levels (self, event->scope, own);
}

static gboolean
update_cb (gpointer data)
{
  WfAlarms *self = data;

  self->update_id = 0;
  update (self);

  return G_SOURCE_REMOVE;
}

/* What is real goes on while somebody is in an exercise; other exercises are others' business. Once for all events that come
 * together. */
static void
elsewhere_cb (WfAlarms *self,
              WfEvent  *event,
              gboolean  own)
{
  if (strcmp (event->scope, WF_LIVE) != 0)
    return;

  note_levels (self, event->scope, own);
  if (self->update_id == 0)
    self->update_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_cb, self, NULL);
}

/* What is found on entering is no news. */
static void
scope_cb (WfAlarms *self)
{
  note_levels (self, wf_session_get_scope (wf_context_get_session (self->context)), TRUE);
  g_clear_pointer (&self->dealer, g_free);
  /* Nobody has dealt with what is merely not shown any more. */
  g_ptr_array_set_size (self->alarms, 0);
  update (self);
}

static void
overview_cb (WfAlarms *self)
{
  WfSession *session = wf_context_get_session (self->context);

  /* What is there at the start is no news; what comes while catching up is. */
  if (!self->begun && wf_session_is_ready (session) && wf_session_get_link (session) == WF_LINK_ONLINE)
    {
      note_levels (self, WF_LIVE, TRUE);
      note_levels (self, wf_session_get_scope (session), TRUE);
      self->begun = TRUE;
    }
  update (self);
}

static void
wf_alarms_finalize (GObject *object)
{
  WfAlarms *self = WF_ALARMS (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_pointer (&self->alarms, g_ptr_array_unref);
  g_clear_pointer (&self->known, g_hash_table_unref);
  g_clear_pointer (&self->levels, g_hash_table_unref);
  g_clear_pointer (&self->happened, g_hash_table_unref);
  g_clear_pointer (&self->dealer, g_free);

  G_OBJECT_CLASS (wf_alarms_parent_class)->finalize (object);
}

static void
wf_alarms_class_init (WfAlarmsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_alarms_finalize;

  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_ALARMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DEALT_WITH] = g_signal_new ("dealt-with", WF_TYPE_ALARMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SOUND] = g_signal_new ("sound", WF_TYPE_ALARMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wf_alarms_init (WfAlarms *self)
{
  self->alarms = g_ptr_array_new_with_free_func ((GDestroyNotify) alarm_free);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->levels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->happened = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * wf_alarms_new:
 * @context: the context, which must live longer
 *
 * Returns: (transfer full): the alarms of the context's session
 */
WfAlarms *
wf_alarms_new (WfContext *context)
{
  WfAlarms *self;

  g_return_val_if_fail (WF_IS_CONTEXT (context), NULL);

  self = g_object_new (WF_TYPE_ALARMS, NULL);
  self->context = context;
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (overview_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_session (context), "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_session (context), "elsewhere", G_CALLBACK (elsewhere_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_session (context), "notify::scope", G_CALLBACK (scope_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_session (context), "notify::refused", G_CALLBACK (update), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * wf_alarms_get:
 * @self: the alarms
 *
 * Returns: (transfer none) (element-type WfAlarm): the alarms, most urgent first; valid until the next "changed"
 */
GPtrArray *
wf_alarms_get (WfAlarms *self)
{
  g_return_val_if_fail (WF_IS_ALARMS (self), NULL);

  return self->alarms;
}

/**
 * wf_alarms_is_sounding:
 * @self: the alarms
 *
 * Returns: whether there is a sound to silence
 */
gboolean
wf_alarms_is_sounding (WfAlarms *self)
{
  g_return_val_if_fail (WF_IS_ALARMS (self), FALSE);

  return self->sounding;
}

/**
 * wf_alarms_silence:
 * @self: the alarms
 *
 * Ends the sound, until the next new alarm. The alarms themselves stay.
 */
void
wf_alarms_silence (WfAlarms *self)
{
  g_return_if_fail (WF_IS_ALARMS (self));

  self->sounding = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * wf_alarms_dismiss:
 * @self: the alarms
 * @key: key of an alarm
 *
 * Somebody has looked at what has happened.
 */
void
wf_alarms_dismiss (WfAlarms   *self,
                   const char *key)
{
  g_return_if_fail (WF_IS_ALARMS (self) && key != NULL);

  g_hash_table_remove (self->happened, key);
  update (self);
}
