/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfirectl"

#include "config.h"

#include "wf-backup.h"
#include "ctl.h"

#include "wf-command-types.h"
#include "wf-erase.h"
#include "wf-export.h"
#include "wf-id.h"
#include "wf-json.h"
#include "wf-kind.h"
#include "wf-locale.h"
#include "wf-retention.h"
#include "wf-rights.h"
#include "wf-mbtiles.h"
#include "wf-seed.h"
#include "wf-store.h"
#include "wf-time.h"
#include "wf-verify.h"
#include "wf-wire.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* watchfirectl: looks after a data folder without a screen. Exit status: 0 done, 1 not done (a sentence on standard error
 * says why), 2 wrongly called. */

#define FILE_MAX (64 * 1024 * 1024)

typedef struct
{
  const char *words;
  const char *arguments;
  const char *help;
  int         n_min;
  int         n_max;
  gboolean  (*run) (char   **arguments,
                    GError **error);
} Verb;

static char *option_actor;
static char *option_scope;
static char *option_key;
static int option_rate = 40;
static char *option_reason;
static char *option_authority;
static char *option_service;
static char **option_media;
static gboolean option_yes;

static gboolean
run_init (char  **arguments,
          GError **error)
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  g_autoptr (WfStore) store = wf_store_open (arguments[0], clock, error);

  if (store == NULL)
    return FALSE;

  printf ("The data folder “%s” belongs to the service %s.\n", arguments[0], wf_store_get_service (store));
  wf_store_close (store);
  return TRUE;
}

static gboolean
run_seed (char  **arguments,
          GError **error)
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  guint n;

  if (!wf_seed_folder (arguments[0], arguments[1], clock, &n, error))
    return FALSE;

  printf ("%u commands were done.\n", n);
  return TRUE;
}

static gboolean
run_token_add (char  **arguments,
               GError **error)
{
  int64_t now = g_get_real_time () / 1000;

  if (!wf_id_is_valid (option_actor) || wf_ctl_person.name == NULL || wf_ctl_person.name[0] == '\0')
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "Say whom the token is for: --actor ID (letters, digits, - _ .) and --name NAME");
      return FALSE;
    }

  if (strcmp (option_actor, WF_ACTOR_SYSTEM) == 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "“system” is the service itself: choose another --actor");
      return FALSE;
    }

  const char *role = wf_ctl_person.role != NULL ? wf_ctl_person.role : WF_ROLE_NAME_DESK;

  if (strcmp (role, WF_ROLE_NAME_DESK) != 0 && !wf_choices_contain (wf_roles, role))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "“%s” is no role", role);
      return FALSE;
    }

  g_autofree char *token = wf_tokens_add_role (arguments[0], option_actor, wf_ctl_person.name, wf_ctl_person.post, role, now,
                                               now + CLAMP (wf_ctl_days, 1, 3650) * WF_DAY, error);
  if (token == NULL)
    return FALSE;

  fprintf (stderr, "This is shown once; keep it safe:\n");
  printf ("%s\n", token);
  return TRUE;
}

static gboolean
run_token_revoke (char  **arguments,
                  GError **error)
{
  guint n;

  if (option_actor == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "Say whose tokens: --actor ID");
      return FALSE;
    }

  if (!wf_tokens_revoke (arguments[0], option_actor, g_get_real_time () / 1000, &n, error))
    return FALSE;

  printf ("%u tokens were revoked.\n", n);
  return TRUE;
}

static gboolean
run_verify (char  **arguments,
            GError **error)
{
  g_autoptr (WfVerification) found = wf_verify (arguments[0], error);

  if (found == NULL)
    return FALSE;

  printf ("%" G_GUINT64_FORMAT " entries in %u scopes, %u signed checkpoints, %" G_GUINT64_FORMAT " things",
          found->entries, found->scopes, found->checkpoints, found->entities);
  if (found->erased > 0)
    printf (", %" G_GUINT64_FORMAT " payloads erased (%" G_GUINT64_FORMAT " things rest on them and are taken as they stand)",
            found->erased, found->taken);
  if (found->tracks > 0 || found->tracks_gone > 0)
    printf (", %" G_GUINT64_FORMAT " pieces of track as they were sealed", found->tracks);
  if (found->tracks_gone > 0)
    printf (", %" G_GUINT64_FORMAT " past their time and gone", found->tracks_gone);
  printf (".\n");

  for (guint i = 0; i < found->problems->len; i++)
    printf ("- %s\n", (const char *) g_ptr_array_index (found->problems, i));

  if (found->problems->len > 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "The data folder does not hold together: keep it as it is, and restore a backup elsewhere");
      return FALSE;
    }

  printf ("Everything holds.\n");
  return TRUE;
}

/* --- backups and exports --- */

static void
say_backup (const char     *what,
            const WfBackup *backup)
{
  g_autofree char *made_at = wf_time_format (backup->made_at);
  g_autofree char *size = g_format_size (backup->bytes);

  printf ("%s: service %s, made at %s, up to entry %" G_GINT64_FORMAT ", %u files, %s.\n", what, backup->service, made_at,
          (gint64) backup->position, backup->files, size);
  printf ("Signed with the key %s.\n", backup->public_key);
}

static gboolean
run_backup (char  **arguments,
            GError **error)
{
  g_autoptr (WfBackup) made = wf_backup_make (arguments[0], arguments[1], (guint64) CLAMP (option_rate, 0, 100000) * 1024 * 1024,
                                              g_get_real_time () / 1000, error);

  if (made == NULL)
    return FALSE;

  say_backup ("Backed up, restored for a test, and verified", made);
  return TRUE;
}

static gboolean
run_restore (char  **arguments,
             GError **error)
{
  g_autoptr (WfBackup) restored = wf_backup_restore (arguments[0], arguments[1], option_key, error);

  if (restored == NULL)
    return FALSE;

  say_backup ("Restored", restored);
  return TRUE;
}

static gboolean
run_export (char  **arguments,
            GError **error)
{
  g_autoptr (WfExport) made = wf_export_incident (arguments[0], option_scope != NULL ? option_scope : WF_LIVE, arguments[1],
                                                  arguments[2], g_get_real_time () / 1000, error);

  if (made == NULL)
    return FALSE;

  printf ("%" G_GUINT64_FORMAT " headers, %" G_GUINT64_FORMAT " payloads, %u media", made->headers, made->payloads, made->media);
  if (made->erased > 0)
    printf (", %" G_GUINT64_FORMAT " payloads had been erased", made->erased);
  printf (".\nSigned with the key %s.\n", made->public_key);
  return TRUE;
}

/* --- put --- */

/* `{"entities": […]}`, or a single thing `{"kind", "id", "fields"}`, such as a plan. */
static WfCommand *
read_entities (const char *path,
               GError    **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  g_autoptr (GBytes) bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
  g_autoptr (WfJsonDoc) doc = bytes != NULL ? wf_json_doc_new (bytes, FILE_MAX, error) : NULL;
  g_autoptr (WfJsonDoc) wrapped = NULL;
  g_autoptr (GVariant) payload = NULL;

  if (doc == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }

  const WfJson *root = wf_json_doc_root (doc);
  if (wf_json_member (root, "entities") == NULL)
    {
      gsize size;
      const char *raw = wf_json_raw (root, &size);

      /* On one line, so that the lines stay those of the file. */
      const char *from = g_bytes_get_data (bytes, NULL);
      g_autofree char *text = g_strdup_printf ("%.*s{\"entities\": [%.*s]}", (int) (raw - from), from, (int) size, raw);

      wrapped = wf_json_doc_new_text (text, error);
      if (wrapped == NULL)
        return NULL;
      root = wf_json_doc_root (wrapped);
    }

  payload = wf_wire_read_checked (root, wf_command_type_lookup ("registry.put")->fields, "", NULL, error);
  if (payload == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }

  g_autoptr (WfClock) clock = wf_clock_new_real ();
  g_autofree char *id = wf_id_new (clock);

  g_autoptr (WfCommand) command =
    wf_command_new (id, "registry.put", WF_LIVE, option_actor != NULL ? option_actor : "watchfirectl", wf_ctl_person.post,
                    wf_clock_now (clock), NULL, NULL, payload);

  /* Whoever may write into the data folder may do everything there; over HTTP it is the token that counts. */
  return wf_command_with_role (command, WF_ROLE_NAME_DESK);
}

typedef struct
{
  GPtrArray *outcomes;
  GError    *error;
  gboolean   done;
} Answer;

static void
submitted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Answer *answer = data;

  answer->outcomes = wf_store_submit_finish (WF_STORE (source), result, &answer->error);
  answer->done = TRUE;
}

/**
 * wf_ctl_refuse:
 * @what: what it is about, for the sentence
 * @problem: why it was refused
 * @error: return location
 *
 * Returns: %FALSE
 */
gboolean
wf_ctl_refuse (const char      *what,
               const WfProblem *problem,
               GError         **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: refused by %s%s%s%s%s", what, problem->rule,
               problem->field != NULL ? ", field " : "", problem->field != NULL ? problem->field : "",
               problem->detail != NULL ? ": " : "", problem->detail != NULL ? problem->detail : "");
  return FALSE;
}

static gboolean
put_into_folder (const char *folder,
                 const char *path,
                 WfCommand  *command,
                 GError    **error)
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  g_autoptr (WfStore) store = wf_store_open (folder, clock, error);
  g_autoptr (GPtrArray) commands = g_ptr_array_new ();
  Answer answer = { NULL };

  if (store == NULL)
    return FALSE;

  g_ptr_array_add (commands, command);
  wf_store_submit_async (store, commands, NULL, submitted_cb, &answer);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  wf_store_close (store);

  g_autoptr (GPtrArray) outcomes = answer.outcomes;
  if (outcomes == NULL)
    {
      g_propagate_error (error, answer.error);
      return FALSE;
    }

  WfOutcome *outcome = g_ptr_array_index (outcomes, 0);
  return outcome->problem == NULL || wf_ctl_refuse (path, outcome->problem, error);
}

/**
 * wf_ctl_give:
 * @where: a data folder that no service has open, or the address of a service
 * @what: what it is about, for the sentence
 * @command: a command
 * @error: return location
 *
 * Gives a command and waits for the answer.
 *
 * Returns: whether it was accepted
 */
gboolean
wf_ctl_give (const char *where,
             const char *what,
             WfCommand  *command,
             GError    **error)
{
  return (wf_ctl_is_address (where) ? wf_ctl_post_command : put_into_folder) (where, what, command, error);
}

static gboolean
run_put (char  **arguments,
         GError **error)
{
  g_autoptr (WfCommand) command = read_entities (arguments[1], error);

  if (command == NULL)
    return FALSE;

  if (!wf_ctl_give (arguments[0], arguments[1], command, error))
    return FALSE;

  g_autoptr (GPtrArray) entities = wf_dict_objects (command->payload, "entities");
  printf ("%u things were entered.\n", entities->len);
  return TRUE;
}

static gboolean
run_user_enable (char  **arguments,
                 GError **error)
{
  char *more[] = { arguments[0], arguments[1], (char *) "active", NULL };

  return wf_ctl_user_change (more, error);
}

/* --- erasure and retention --- */

static WfCommand *
make_erasure (WfFindings *found,
              GError    **error)
{
  g_autoptr (WfClock) clock = wf_clock_new_real ();
  g_autofree char *id = wf_id_new (clock);
  g_autoptr (GPtrArray) media = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (gsize i = 0; option_media != NULL && option_media[i] != NULL; i++)
    {
      if (!wf_digest_is_valid (option_media[i]))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "“%s” is not the SHA-256 of a medium", option_media[i]);
          return NULL;
        }
      g_ptr_array_add (media, wf_dict_make ("digest", wf_value_string (option_media[i]), NULL));
    }

  g_autoptr (GVariant) payload =
    wf_dict_make ("entries", wf_value_objects (found->entries), "fields", wf_value_objects (found->fields),
                  "media", wf_value_objects (media), "reason", wf_value_string (option_reason),
                  "authority", wf_value_string (option_authority), NULL);
  g_autoptr (WfCommand) command =
    wf_command_new (id, "journal.erase", option_scope != NULL ? option_scope : WF_LIVE,
                    option_actor != NULL ? option_actor : "watchfirectl", NULL, wf_clock_now (clock), NULL, NULL, payload);

  return wf_command_with_role (command, WF_ROLE_NAME_DESK);
}

/* Shows first; does it only when told to. The text itself goes into no command and no log. */
static gboolean
run_erase (char  **arguments,
           GError **error)
{
  g_autoptr (WfFindings) found = wf_erase_find (arguments[0], option_scope != NULL ? option_scope : WF_LIVE, arguments[1], error);

  if (found == NULL)
    return FALSE;

  for (guint i = 0; i < found->lines->len; i++)
    printf ("%s\n", (const char *) g_ptr_array_index (found->lines, i));

  if (!option_yes)
    {
      printf ("It stands in %u places. Nothing was erased: add --yes, --reason and --authority.\n", found->lines->len);
      return TRUE;
    }

  if (option_reason == NULL || option_authority == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "Say why and by whose authority: --reason and --authority");
      return FALSE;
    }

  g_autoptr (WfCommand) command = make_erasure (found, error);
  if (command == NULL || !(option_service != NULL ? wf_ctl_post_command (option_service, "erase", command, error)
                                                  : put_into_folder (arguments[0], "erase", command, error)))
    return FALSE;

  printf ("Erased in %u places. Backups and exports that were made before still hold it.\n", found->lines->len);
  return TRUE;
}

static gboolean
run_retention (char  **arguments,
               GError **error)
{
  WfRetention retention;

  if (arguments[1] != NULL && arguments[2] == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "Say for how many days: retention DIR %s DAYS", arguments[1]);
      return FALSE;
    }
  if (arguments[1] != NULL)
    {
      char *end;
      gint64 days = g_ascii_strtoll (arguments[2], &end, 10);

      gboolean good = *end == '\0' && end != arguments[2];

      if (!wf_retention_set (arguments[0], arguments[1], good ? (int) CLAMP (days, -1, 1000000) : -1, error))
        return FALSE;
    }

  if (!wf_retention_read (arguments[0], &retention, error))
    return FALSE;
  for (gsize i = 0; i < WF_RETENTION_RULES; i++)
    if (retention.days[i] > 0)
      printf ("%s: %d days\n", retention.names[i], retention.days[i]);
    else
      printf ("%s: for ever\n", retention.names[i]);

  return TRUE;
}

/* --- map files --- */

static gboolean
run_map_check (char  **arguments,
               GError **error)
{
  if (!wf_map_file_check (arguments[0], NULL, error))
    return FALSE;

  printf ("The map file “%s” can be used.\n", arguments[0]);
  return TRUE;
}

/* --- who read what --- */

static void
show_read (const WfRead *read,
           gpointer      data)
{
  guint *n = data;
  g_autofree char *at = wf_time_format (read->at);

  if (option_actor != NULL && strcmp (option_actor, read->actor) != 0)
    return;

  (*n)++;
  printf ("%s %s (%s) %s", at, read->actor, read->role != NULL ? read->role : "?", read->what);
  if (read->scope != NULL)
    printf (" of %s", read->scope);
  if (read->subject != NULL)
    printf (" %s", read->subject);
  if (read->last > 0)
    printf (" entries %" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, (gint64) read->first + 1, (gint64) read->last);
  if (read->n > 1)
    printf (" (%" G_GINT64_FORMAT " times)", (gint64) read->n);
  printf ("%s%s\n", read->address != NULL && *read->address != '\0' ? " from " : "", read->address != NULL ? read->address : "");
}

static gboolean
run_audit (char  **arguments,
           GError **error)
{
  guint n = 0;

  if (!(wf_ctl_is_address (arguments[0]) ? wf_ctl_ask_reads (arguments[0], arguments[1], option_actor, show_read, &n, error)
                                         : wf_reads_list (arguments[0], arguments[1], 0, show_read, &n, error)))
    return FALSE;

  if (arguments[1] != NULL)
    printf ("%u reads had it in them.\n", n);
  else
    printf ("%u reads.\n", n);
  return TRUE;
}

/* --- calling --- */

static const Verb verbs[] = {
  { "init", "DIR", "make a data folder with a service's identity", 1, 1, run_init },
  { "seed", "DIR SEED", "fill an empty data folder with a story (doc/seed.md)", 2, 2, run_seed },
  { "user add", "DIR|URL USER --name NAME --role ROLE [--post POST] [--organisation ID] [--unit ID] [--phone N]",
    "open an account", 2, 2, wf_ctl_user_add },
  { "user change", "DIR|URL USER [--name …] [--role …] …", "change an account", 2, 2, wf_ctl_user_change },
  { "user enable", "DIR|URL USER", "open a disabled account again", 2, 2, run_user_enable },
  { "user disable", "DIR|URL USER REASON", "close an account", 3, 3, wf_ctl_user_disable },
  { "user list", "DIR", "show the accounts, also of a service that runs", 1, 1, wf_ctl_user_list },
  { "user passwd", "DIR USER", "set a password, read from the standard input; also of a service that runs", 2, 2,
    wf_ctl_user_passwd },
  { "user unlock", "DIR USER", "let somebody try again at once who mistyped too often", 2, 2, wf_ctl_user_unlock },
  { "token list", "DIR", "show whose tokens are good, and until when", 1, 1, wf_ctl_token_list },
  { "token add", "DIR --actor ID --name NAME [--role ROLE] [--post POST] [--days N]", "make a token; it is printed once", 1, 1, run_token_add },
  { "token revoke", "DIR --actor ID", "end all tokens of somebody", 1, 1, run_token_revoke },
  { "certificate authority", "FOLDER [--name CENTRE]", "make the authority that signs the certificates of units", 1, 1,
    wf_ctl_certificate_authority },
  { "certificate unit", "FOLDER UNIT [--days N | --until TIME]", "make a unit's certificate, with its key: FOLDER/UNIT.pem", 2, 2,
    wf_ctl_certificate_unit },
  { "certificate revoke", "FOLDER UNIT|FINGERPRINT", "take a unit's back: FOLDER/revoked.txt", 2, 2,
    wf_ctl_certificate_revoke },
  { "certificate list", "FOLDER", "show those that have been made, until when they are good, and which were taken back", 1, 1,
    wf_ctl_certificate_list },
  { "verify", "DIR", "check the chain, the digests, the signatures and the state", 1, 1, run_verify },
  { "backup", "DIR INTO [--rate MIB]", "copy a data folder, also while its service runs; signed, and proved by restoring it", 2, 2,
    run_backup },
  { "restore", "BACKUP DIR [--key HEX]", "make a data folder from a backup that holds", 2, 2, run_restore },
  { "export", "DIR INCIDENT INTO [--scope SCOPE]", "write one incident with its proof (doc/export.md)", 3, 3, run_export },
  { "erase", "DIR TEXT [--scope SCOPE] [--medium SHA256] [--yes --reason WHY --authority WHO [--service URL]]",
    "find a name, a number …, and erase it lawfully; the chain stays whole", 2, 2, run_erase },
  { "map check", "FILE", "look whether a map pack (.wfmap) or an MBTiles file can be used", 1, 1, run_map_check },
  { "map look", "FILE [PLAN]", "look at GeoJSON, a GeoPackage or a Shapefile, and print a plan to import it", 1, 2, wf_ctl_map_look },
  { "map import", "FILE PLAN PACK.wfmap", "make a map pack by a plan (doc/map-packs.md)", 3, 3, wf_ctl_map_import },
  { "retention", "DIR [attempts|tokens|tracks|readings|reads DAYS]", "show or set how long things are kept (0: for ever)", 1, 3,
    run_retention },
  { "audit", "DIR|URL [ID] [--actor WHO]", "show who read what, or who read the records of a person or thing", 1, 2, run_audit },
  { "put", "DIR|URL FILE", "enter things of the registry or a plan; all of the file or nothing", 2, 2, run_put },
};

static char *
describe_verbs (void)
{
  GString *text = g_string_new ("Commands:\n");

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_string_append_printf (text, "  %s %s\n      %s\n", verbs[i].words, verbs[i].arguments, verbs[i].help);

  return g_string_free (text, FALSE);
}

static const Verb *
find_verb (char **words,
           int    n,
           int   *used)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_auto (GStrv) wanted = g_strsplit (verbs[i].words, " ", -1);
      int length = (int) g_strv_length (wanted);
      gboolean same = n >= length;

      for (int j = 0; same && j < length; j++)
        same = strcmp (wanted[j], words[j]) == 0;

      *used = length;
      if (same && n - length >= verbs[i].n_min && n - length <= verbs[i].n_max)
        return &verbs[i];
    }

  return NULL;
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry entries[] = {
    { "actor", 0, 0, G_OPTION_ARG_STRING, &option_actor, "Who", "ID" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &wf_ctl_person.name, "What people call them", "NAME" },
    { "post", 0, 0, G_OPTION_ARG_STRING, &wf_ctl_person.post, "The post that they are on", "POST" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &wf_ctl_person.role, "What they may do (for a token: desk, everything)", "ROLE" },
    { "organisation", 0, 0, G_OPTION_ARG_STRING, &wf_ctl_person.organisation, "Whose people they are", "ID" },
    { "unit", 0, 0, G_OPTION_ARG_STRING, &wf_ctl_person.unit, "Which mobile unit they are", "ID" },
    { "phone", 0, 0, G_OPTION_ARG_STRING, &wf_ctl_person.phone, "Their telephone", "NUMBER" },
    { "scope", 0, 0, G_OPTION_ARG_STRING, &option_scope, "The scope (live)", "SCOPE" },
    { "key", 0, 0, G_OPTION_ARG_STRING, &option_key, "The service's public key, known from elsewhere", "HEX" },
    { "rate", 0, 0, G_OPTION_ARG_INT, &option_rate, "MiB a second at most; 0: as fast as the disk goes (40)", "MIB" },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &option_reason, "Why something is erased", "WHY" },
    { "authority", 0, 0, G_OPTION_ARG_STRING, &option_authority, "By whose authority", "WHO" },
    { "medium", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_media, "A medium to erase too", "SHA256" },
    { "service", 0, 0, G_OPTION_ARG_STRING, &option_service,
      "Have the service that runs do it (token in WATCHFIRE_TOKEN)", "URL" },
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &wf_ctl_authority_file, "Of a URL: who may sign the service's certificate (PEM)",
      "FILE" },
    { "pin", 0, 0, G_OPTION_ARG_STRING, &wf_ctl_pin, "Of a URL: SHA-256 of the service's certificate, instead", "FINGERPRINT" },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &option_yes, "Do it", NULL },
    { "days", 0, 0, G_OPTION_ARG_INT, &wf_ctl_days, "How long a token or a certificate is good (365)", "N" },
    { "until", 0, 0, G_OPTION_ARG_STRING, &wf_ctl_until, "Until when a certificate is good", "TIME" },
    G_OPTION_ENTRY_NULL
  };

  wf_locale_init (NULL);
  umask (077);

  g_autoptr (GOptionContext) context = g_option_context_new ("COMMAND …");
  g_autofree char *summary = describe_verbs ();
  g_autoptr (GError) error = NULL;
  int used = 0;

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("watchfirectl: %s\n", error->message);
      return 2;
    }

  const Verb *verb = find_verb (argv + 1, argc - 1, &used);
  if (verb == NULL)
    {
      g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

      g_printerr ("%s", help);
      return 2;
    }

  gboolean good = verb->run (argv + 1 + used, &error);
  if (!good)
    g_printerr ("watchfirectl: %s\n", error->message);

  g_free (option_actor);
  g_free (wf_ctl_person.name);
  g_free (wf_ctl_person.post);
  g_free (wf_ctl_person.role);
  g_free (wf_ctl_person.organisation);
  g_free (wf_ctl_person.unit);
  g_free (wf_ctl_person.phone);
  g_free (option_scope);
  g_free (option_key);
  g_free (option_reason);
  g_free (option_authority);
  g_free (option_service);
  g_free (wf_ctl_authority_file);
  g_free (wf_ctl_pin);
  g_strfreev (option_media);
  return good ? 0 : g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE) ? 2 : 1;
}
