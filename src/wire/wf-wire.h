/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-command.h"
#include "wf-entity.h"
#include "wf-field.h"
#include "wf-json-write.h"
#include "wf-position.h"
#include "wf-problem.h"
#include "wf-reading.h"

G_BEGIN_DECLS

#define WF_WIRE_ERROR (wf_wire_error_quark ())

/**
 * WfWireError:
 * @WF_WIRE_ERROR_UNKNOWN_FIELD: a key that is not expected there
 * @WF_WIRE_ERROR_MISSING_FIELD: a key that must be there
 * @WF_WIRE_ERROR_WRONG_TYPE: a value of another type than is wanted
 * @WF_WIRE_ERROR_OUT_OF_RANGE: a value of the right type that is not allowed
 * @WF_WIRE_ERROR_UNKNOWN_TYPE: a command, event or kind that this program does not know
 * @WF_WIRE_ERROR_DIGEST: bytes that do not have the digest that they should have
 */
typedef enum {
  WF_WIRE_ERROR_UNKNOWN_FIELD,
  WF_WIRE_ERROR_MISSING_FIELD,
  WF_WIRE_ERROR_WRONG_TYPE,
  WF_WIRE_ERROR_OUT_OF_RANGE,
  WF_WIRE_ERROR_UNKNOWN_TYPE,
  WF_WIRE_ERROR_DIGEST,
} WfWireError;

GQuark     wf_wire_error_quark         (void);

/* Dictionaries by their tables. */
GVariant  *wf_wire_read_fields         (const WfJson     *value,
                                        const WfField    *fields,
                                        char            **path,
                                        GError          **error);
GVariant  *wf_wire_read_checked        (const WfJson     *value,
                                        const WfField    *fields,
                                        const char       *prefix,
                                        char            **path,
                                        GError          **error);
void       wf_wire_write_fields        (GString          *out,
                                        const WfField    *fields,
                                        GVariant         *dict);
GVariant  *wf_wire_write_readable      (GString          *out,
                                        const WfField    *fields,
                                        GVariant         *dict);
void       wf_wire_write_value         (GString          *out,
                                        const WfField    *field,
                                        GVariant         *value);

/* Commands. */
WfCommand *wf_wire_read_command        (const WfJson     *value,
                                        const char       *actor,
                                        const char       *post,
                                        char            **path,
                                        GError          **error);
void       wf_wire_write_command       (GString          *out,
                                        WfCommand        *command);
char      *wf_wire_command_digest      (WfCommand        *command);

/* Problems (RFC 9457). */
void       wf_wire_write_problem       (GString          *out,
                                        const WfProblem  *problem);
void       wf_wire_write_problem_named (GString          *out,
                                        const char       *kind,
                                        const char       *detail,
                                        const char       *rule,
                                        const char       *field);
guint      wf_wire_problem_status      (const char       *kind);
const char *wf_wire_problem_nth        (guint             i);
WfProblem *wf_wire_read_problem        (const WfJson     *value,
                                        char            **kind,
                                        GError          **error);

/* Entities. */
void       wf_wire_write_versions      (GString          *out,
                                        GVariant         *versions);
GVariant  *wf_wire_read_versions       (const WfJson     *value,
                                        GError          **error);
void       wf_wire_write_entity        (GString          *out,
                                        WfEntity         *entity);
WfEntity  *wf_wire_read_entity         (const WfJson     *value,
                                        GError          **error);

/* Positions. */
void       wf_wire_write_position      (GString          *out,
                                        const char       *unit,
                                        const WfPosition *position);
gboolean   wf_wire_read_position       (const WfJson     *value,
                                        const char      **unit,
                                        WfPosition       *position,
                                        char            **path,
                                        GError          **error);
void       wf_wire_write_reading       (GString          *out,
                                        const WfReading  *reading);
const char *wf_wire_read_reading       (const WfJson     *value,
                                        WfReading        *reading);

/**
 * WfStateDigest:
 * @bytes: the exclusive-or of the digests of the entities
 *
 * Digest of a scope's state. Begin with zeros; toggle what goes out and what comes in.
 */
typedef struct
{
  guint8 bytes[32];
} WfStateDigest;

void       wf_state_digest_toggle      (WfStateDigest       *self,
                                        WfEntity            *entity);
void       wf_state_digest_toggle_line (WfStateDigest       *self,
                                        const char          *kind,
                                        const char          *id,
                                        int64_t              number,
                                        const char          *fields,
                                        gsize                size);
char      *wf_state_digest_to_string   (const WfStateDigest *self);

G_END_DECLS
