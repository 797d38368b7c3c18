/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-account.h"

#include "wf-http-private.h"
#include "wf-json-write.h"
#include "wf-keyring-private.h"
#include "wf-sync-error.h"
#include "wf-time.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>
#include <string.h>

/**
 * WfAccount:
 *
 * A person's way into one service: signing in gives a token, which is kept in the keyring of whoever is logged in at this
 * machine, and in memory alone where there is no keyring. It is in no file and no log. One that has ended is not given
 * out, so that a workstation that cannot reach its service shows its copy to whoever signed in, for as long as the token
 * is good. How late it is known to have been is kept beside it: setting the machine's clock back makes no sign-in longer.
 */
struct _WfAccount
{
  GObject parent_instance;

  WfClock *clock;      /* (owned) */
  char    *uri;        /* (owned) */
  GTlsDatabase *trust; /* (owned) (nullable): which certificates are trusted */
  WfSignIn sign_in;    /* its token is %NULL where nobody is signed in */
  int64_t  kept_at;    /* when the time was kept last */
  guint    watch_id;   /* looks at the time while there is a token */
  gboolean told;       /* its end has been told */
  gboolean kept;       /* it is in the keyring too */
  guint    keeping;    /* what the keyring was asked and has not answered yet */
};

/* An answer to signing in is short. */
#define ANSWER_MAX 65536

/* How often the time is kept. Whoever sets the clock back and starts anew each time gains no more than this. */
#define KEEP_EVERY (5 * 60 * WF_SECOND)

enum {
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfAccount, wf_account, G_TYPE_OBJECT)

static void keep (WfAccount *self);

static gboolean
watch_cb (gpointer data)
{
  WfAccount *self = data;

  if (self->kept && self->keeping == 0 && !self->told && wf_clock_now (self->clock) - self->kept_at >= KEEP_EVERY)
    keep (self);

  if (!self->told && wf_account_has_ended (self))
    {
      self->told = TRUE;
      if (self->kept)
        keep (self);
      g_signal_emit (self, signals[ENDED], 0);
    }

  return G_SOURCE_CONTINUE;
}

/* Takes what @sign_in holds. */
static void
take_sign_in (WfAccount *self,
              WfSignIn  *sign_in)
{
  wf_sign_in_clear (&self->sign_in);
  self->sign_in = *sign_in;
  wf_clock_raise (self->clock, self->sign_in.seen);
  self->told = wf_account_has_ended (self);

  g_clear_handle_id (&self->watch_id, g_source_remove);
  if (self->sign_in.token != NULL)
    self->watch_id = g_timeout_add_seconds (1, watch_cb, self);
}

static void
wf_account_finalize (GObject *object)
{
  WfAccount *self = WF_ACCOUNT (object);

  g_clear_handle_id (&self->watch_id, g_source_remove);
  wf_sign_in_clear (&self->sign_in);
  g_clear_object (&self->clock);
  g_clear_object (&self->trust);
  g_free (self->uri);

  G_OBJECT_CLASS (wf_account_parent_class)->finalize (object);
}

static void
wf_account_class_init (WfAccountClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_account_finalize;

  signals[ENDED] = g_signal_new ("ended", WF_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wf_account_init (WfAccount *self)
{
}

/**
 * wf_account_new:
 * @clock: the time; wf_clock_new_steady(), which is not set back
 * @uri: address of a service
 *
 * Returns: (transfer full): an account there; nobody is signed in yet
 */
WfAccount *
wf_account_new (WfClock    *clock,
                const char *uri)
{
  g_return_val_if_fail (WF_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  WfAccount *self = g_object_new (WF_TYPE_ACCOUNT, NULL);

  self->clock = g_object_ref (clock);
  self->uri = g_strdup (uri);

  return self;
}

/**
 * wf_account_set_trust:
 * @self: an account
 * @trust: (nullable): which certificates are trusted, as wf_session_get_trust() has it; %NULL for the system's choice
 */
void
wf_account_set_trust (WfAccount    *self,
                      GTlsDatabase *trust)
{
  g_return_if_fail (WF_IS_ACCOUNT (self));

  g_set_object (&self->trust, trust);
}

/* A password goes over the wire only where nobody can read it. */
static gboolean
check_private (WfAccount *self,
               GError   **error)
{
  if (wf_http_is_private (self->uri))
    return TRUE;

  g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
               _("A password is not sent to %s, where others could read it on the way. Use the service’s https address."),
               self->uri);
  return FALSE;
}

/**
 * wf_account_get_uri:
 * @self: an account
 *
 * Returns: (transfer none): the service's address
 */
const char *
wf_account_get_uri (WfAccount *self)
{
  g_return_val_if_fail (WF_IS_ACCOUNT (self), NULL);

  return self->uri;
}

/**
 * wf_account_get_token:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): the token, as long as it is good by the clock; %NULL: sign in
 */
const char *
wf_account_get_token (WfAccount *self)
{
  g_return_val_if_fail (WF_IS_ACCOUNT (self), NULL);

  return wf_account_has_ended (self) ? NULL : self->sign_in.token;
}

/**
 * wf_account_get_actor:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): id of who signed in last, where the service has said so
 */
const char *
wf_account_get_actor (WfAccount *self)
{
  g_return_val_if_fail (WF_IS_ACCOUNT (self), NULL);

  return self->sign_in.actor;
}

/**
 * wf_account_has_ended:
 * @self: an account
 *
 * Returns: whether somebody signed in and the time of that has run out
 */
gboolean
wf_account_has_ended (WfAccount *self)
{
  g_return_val_if_fail (WF_IS_ACCOUNT (self), FALSE);

  return self->sign_in.token != NULL && self->sign_in.expires_at <= wf_clock_now (self->clock);
}

/**
 * wf_account_explain_end:
 * @self: an account
 *
 * Returns: (transfer full) (nullable): a sentence that says when the sign-in ended and what to do; %NULL where none has ended
 */
char *
wf_account_explain_end (WfAccount *self)
{
  g_return_val_if_fail (WF_IS_ACCOUNT (self), NULL);

  if (!wf_account_has_ended (self))
    return NULL;

  g_autofree char *at = wf_time_format_local (self->sign_in.expires_at, "%F %H:%M");

  /* TRANSLATORS: %s is a date and time */
  return g_strdup_printf (_("The sign-in at this workstation ended at %s. Sign in again; that needs the service."), at);
}

/**
 * wf_account_is_kept:
 * @self: an account
 *
 * Returns: whether the token is in the keyring, so that the next start needs no password
 */
gboolean
wf_account_is_kept (WfAccount *self)
{
  g_return_val_if_fail (WF_IS_ACCOUNT (self), FALSE);

  return self->kept;
}

/**
 * wf_account_is_keeping:
 * @self: an account
 *
 * Returns: whether the keyring has not answered yet
 */
gboolean
wf_account_is_keeping (WfAccount *self)
{
  g_return_val_if_fail (WF_IS_ACCOUNT (self), FALSE);

  return self->keeping > 0;
}

/* --- the keyring --- */

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GTask) task = data;
  WfAccount *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  WfSignIn found = { 0 };
  gboolean any = wf_keyring_find_finish (result, &found, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (error != NULL)
    g_message ("There is no keyring: %s", error->message);

  if (any)
    {
      take_sign_in (self, &found);
      self->kept = TRUE;
      keep (self);
    }

  g_task_return_boolean (task, wf_account_get_token (self) != NULL);
}

/**
 * wf_account_load_async:
 * @self: an account
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is known
 * @data: for @callback
 *
 * Takes the token out of the keyring. A locked one asks the person first.
 */
void
wf_account_load_async (WfAccount           *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             data)
{
  g_return_if_fail (WF_IS_ACCOUNT (self));

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_account_load_async);
  wf_keyring_find_async (self->uri, cancellable, found_cb, task);
}

/**
 * wf_account_load_finish:
 * @self: an account
 * @result: from the callback
 * @error: return location, for a cancellation; that there is no keyring is no error
 *
 * Returns: whether there is a token that is good
 */
gboolean
wf_account_load_finish (WfAccount     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- signing in --- */

static void
forgotten_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (WfAccount) self = data;
  g_autoptr (GError) error = NULL;

  self->keeping--;
  wf_keyring_forget_finish (result, &error);
  if (error != NULL)
    g_message ("There is no keyring: %s", error->message);
}

static void
forget (WfAccount *self)
{
  self->keeping++;
  self->kept = FALSE;
  wf_keyring_forget_async (self->uri, NULL, forgotten_cb, g_object_ref (self));
}

static void
kept_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (WfAccount) self = data;
  g_autoptr (GError) error = NULL;

  /* Without a keyring one signs in at each start; that is no reason not to be let in now. */
  self->keeping--;
  self->kept = wf_keyring_keep_finish (result, &error);
  if (!self->kept)
    g_message ("The sign-in is not kept, there is no keyring: %s", error->message);
  /* Signed out meanwhile: what has just been put in must go again. */
  else if (self->sign_in.token == NULL)
    forget (self);
}

/* A keyring may ask the person something first, which nobody waits for. */
static void
keep (WfAccount *self)
{
  self->keeping++;
  self->sign_in.seen = self->kept_at = wf_clock_now (self->clock);
  wf_keyring_keep_async (self->uri, &self->sign_in, NULL, kept_cb, g_object_ref (self));
}

static GError *
explain (const WfAnswer *answer)
{
  switch (answer->status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
      return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                          _("The name or the password is not right. Type both again; an administrator can set a new password."));
    case 429: /* Too Many Requests */
      return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                          _("Too many attempts failed. Wait a while and try again, or ask an administrator to unlock the account."));
    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_METHOD_NOT_ALLOWED:
      return g_error_new (WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("What answers there is no service of Watchfire. Check the address."));
    default:
      return wf_http_error (answer->status, answer->body);
    }
}

static gboolean
take_answer (WfAccount       *self,
             const WfAnswer  *answer,
             GError         **error)
{
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, ANSWER_MAX, NULL);
  const WfJson *root = doc != NULL ? wf_json_doc_root (doc) : NULL;
  const char *token = root != NULL ? wf_json_member_string (root, "token") : NULL;
  const char *actor = root != NULL ? wf_json_member_string (root, "actor") : NULL;
  const char *text = root != NULL ? wf_json_member_string (root, "expires_at") : NULL;
  const char *now = root != NULL ? wf_json_member_string (root, "now") : NULL;
  int64_t expires_at, sent_at;

  if (token == NULL || strchr (token, ' ') != NULL || text == NULL || now == NULL || !wf_time_parse (text, &expires_at)
      || !wf_time_parse (now, &sent_at))
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("What answers there is no service of Watchfire. Check the address."));
      return FALSE;
    }

  /* By this machine's clock, which may be wrong, as long as by the service's. */
  WfSignIn sign_in = {
    .token = g_strdup (token),
    .actor = g_strdup (actor),
    .expires_at = wf_clock_now (self->clock) + (expires_at - sent_at),
  };

  take_sign_in (self, &sign_in);
  return TRUE;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  WfAccount *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (answer->status != SOUP_STATUS_OK)
    {
      g_task_return_error (task, explain (answer));
      return;
    }
  if (!take_answer (self, answer, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  keep (self);
  g_task_return_boolean (task, TRUE);
}

/**
 * wf_account_sign_in_async:
 * @self: an account
 * @user: the name to sign in with
 * @password: the password
 * @cancellable: (nullable): to cancel it
 * @callback: called when it is done
 * @data: for @callback
 *
 * Signs in, and keeps the token in the keyring.
 */
void
wf_account_sign_in_async (WfAccount           *self,
                          const char          *user,
                          const char          *password,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             data)
{
  g_return_if_fail (WF_IS_ACCOUNT (self));
  g_return_if_fail (user != NULL && password != NULL);

  GTask *task = g_task_new (self, cancellable, callback, data);
  g_autoptr (WfHttp) http = wf_http_new (self->uri, NULL);
  GString *text = g_string_new ("{");

  g_autoptr (GError) error = NULL;

  g_task_set_source_tag (task, wf_account_sign_in_async);
  if (!check_private (self, &error))
    {
      g_string_free (text, TRUE);
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }

  wf_http_set_trust (http, self->trust);
  wf_json_write_member_text (text, "password", password);
  wf_json_write_member_text (text, "user", user);
  g_string_append_c (text, '}');

  g_autoptr (GBytes) body = g_string_free_to_bytes (text);
  wf_http_send_async (http, "POST", "/api/v1/session", "application/json", body, ANSWER_MAX, cancellable, answered_cb, task);
}

/**
 * wf_account_sign_in_finish:
 * @self: an account
 * @result: from the callback
 * @error: return location, a sentence that says what to do
 *
 * Returns: whether somebody is signed in now
 */
gboolean
wf_account_sign_in_finish (WfAccount     *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- signing out --- */

/**
 * wf_account_drop:
 * @self: an account
 *
 * Forgets the token here and in the keyring, because it is not good any more.
 */
void
wf_account_drop (WfAccount *self)
{
  g_return_if_fail (WF_IS_ACCOUNT (self));

  WfSignIn none = { 0 };

  take_sign_in (self, &none);
  if (self->kept || self->keeping > 0)
    forget (self);
}

static void
revoked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else if (answer->status != SOUP_STATUS_NO_CONTENT && answer->status != SOUP_STATUS_UNAUTHORIZED)
    g_task_return_error (task, wf_http_error (answer->status, answer->body));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * wf_account_sign_out_async:
 * @self: an account
 * @cancellable: (nullable): to cancel it
 * @callback: (nullable): called when the service knows
 * @data: for @callback
 *
 * Forgets the token here at once, and has the service revoke it.
 */
void
wf_account_sign_out_async (WfAccount           *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             data)
{
  g_return_if_fail (WF_IS_ACCOUNT (self));

  GTask *task = g_task_new (self, cancellable, callback, data);
  g_autoptr (WfHttp) http = wf_http_new (self->uri, self->sign_in.token);
  gboolean signed_in = self->sign_in.token != NULL;

  g_task_set_source_tag (task, wf_account_sign_out_async);
  wf_account_drop (self);

  if (signed_in)
    {
      wf_http_set_trust (http, self->trust);
      wf_http_send_async (http, "DELETE", "/api/v1/session", NULL, NULL, ANSWER_MAX, cancellable, revoked_cb, task);
      return;
    }

  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/**
 * wf_account_sign_out_finish:
 * @self: an account
 * @result: from the callback
 * @error: return location
 *
 * Returns: whether the service has revoked the token; if not, it ends by itself
 */
gboolean
wf_account_sign_out_finish (WfAccount     *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
