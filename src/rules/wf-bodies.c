/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-bodies.h"

#include <string.h>

/* Organisations and firms have names of their own in each centre ("org-01"), and other names when centres speak with each
 * other. */

#define UID "urn:watchfire:body:"

/**
 * wf_rules_is_body:
 * @kind: a kind
 *
 * Returns: whether things of it are bodies that more than one centre may know
 */
gboolean
wf_rules_is_body (const char *kind)
{
  return strcmp (kind, "organisation") == 0 || strcmp (kind, "firm") == 0;
}

/**
 * wf_rules_credit_code_is_valid:
 * @code: 统一社会信用代码
 *
 * Checks the form and the check character (GB 32100-2015): 17 characters weighed with the powers of 3 modulo 31.
 *
 * Returns: whether it can be one
 */
gboolean
wf_rules_credit_code_is_valid (const char *code)
{
  static const char characters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  guint sum = 0, weight = 1;

  if (strlen (code) != 18)
    return FALSE;

  for (gsize i = 0; i < 18; i++)
    {
      const char *found = strchr (characters, code[i]);

      if (found == NULL)
        return FALSE;
      if (i == 17)
        return (sum + (guint) (found - characters)) % 31 == 0;
      sum += (guint) (found - characters) * weight;
      weight = weight * 3 % 31;
    }

  return FALSE;
}

/**
 * wf_rules_body_uid:
 * @service: id of the service that @body is of
 * @body: an organisation or a firm
 *
 * Names a body so that no other centre names another one the same, and that two centres name it the same where both know
 * its credit code.
 *
 * Returns: (transfer full): its name among centres
 */
char *
wf_rules_body_uid (const char *service,
                   WfEntity   *body)
{
  const char *code = wf_entity_string (body, "credit_code");

  return code != NULL ? g_strconcat (UID "uscc:", code, NULL)
                      : g_strconcat (UID, service, ":", wf_entity_kind (body), ":", wf_entity_id (body), NULL);
}
