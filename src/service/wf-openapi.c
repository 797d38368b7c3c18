/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-openapi.h"

#include "wf-command-types.h"
#include "wf-event-types.h"
#include "wf-kind.h"
#include "wf-ogc-readings.h"
#include "wf-service-resources.h"
#include "wf-wire.h"

#include <string.h>

/* The description of the service in OpenAPI 3.0.3. What data/openapi.json says by hand is routes and envelopes; every field of
 * every kind, command, event and feature is written here from the tables that the service itself checks by, so that the
 * two cannot drift apart. tests/service/test-openapi.py holds the answers of a real service against the whole. */

#define RESOURCE      "/org/watchfire/service/openapi.json"
#define SCHEMAS_MARK  "\"x-from-tables\": {}"
#define PATHS_MARK    "\"/x-collections\": {}"
#define REF(name)     "{\"$ref\":\"#/components/schemas/" name "\"}"
#define TYPE          "application/vnd.oai.openapi+json;version=3.0"

static void write_object (GString       *out,
                          const WfField *fields);

static void
write_choices (GString           *out,
               const char *const *choices)
{
  g_string_append (out, ",\"enum\":[");
  for (gsize i = 0; choices[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      wf_json_write_string (out, choices[i]);
    }
  g_string_append_c (out, ']');
}

static void
write_limits (GString    *out,
              const char *least,
              double      min,
              const char *most,
              double      max)
{
  g_string_append_printf (out, ",\"%s\":", least);
  wf_json_write_double (out, min);
  g_string_append_printf (out, ",\"%s\":", most);
  wf_json_write_double (out, max);
}

static void
write_list (GString    *out,
            double      max,
            const char *item)
{
  g_string_append_printf (out, "\"type\":\"array\",\"maxItems\":%.0f,\"items\":%s", max, item != NULL ? item : "");
}

/* What lies between the braces of a field's schema; the limits are those of wf_fields_check(). */
static void
write_members (GString       *out,
               const WfField *field)
{
  gboolean bounded = field->min != 0 || field->max != 0;

  switch (field->type)
    {
    case WF_FIELD_STRING:
    case WF_FIELD_TEXT:
      g_string_append_printf (out, "\"type\":\"string\",\"maxLength\":%.0f",
                              field->max > 0 ? field->max : field->type == WF_FIELD_TEXT ? 20000.0 : 200.0);
      if (field->flags & WF_FIELD_REQUIRED)
        g_string_append (out, ",\"minLength\":1");
      break;

    case WF_FIELD_ID:
      g_string_append (out, "\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$\"");
      break;

    case WF_FIELD_ENUM:
      g_string_append (out, "\"type\":\"string\"");
      write_choices (out, field->choices);
      break;

    case WF_FIELD_INT:
      g_string_append (out, "\"type\":\"integer\",\"format\":\"int64\"");
      write_limits (out, "minimum", bounded ? field->min : -(double) WF_JSON_MAX_INT,
                    "maximum", bounded ? field->max : (double) WF_JSON_MAX_INT);
      break;

    case WF_FIELD_DOUBLE:
      g_string_append (out, "\"type\":\"number\",\"format\":\"double\"");
      if (bounded)
        write_limits (out, "minimum", field->min, "maximum", field->max);
      break;

    case WF_FIELD_BOOL:
      g_string_append (out, "\"type\":\"boolean\"");
      break;

    case WF_FIELD_TIME:
      g_string_append (out, "\"type\":\"string\",\"format\":\"date-time\"");
      break;

    case WF_FIELD_POINT:
      g_string_append (out, "\"type\":\"array\",\"minItems\":2,\"maxItems\":2,\"items\":{\"type\":\"number\"}");
      break;

    case WF_FIELD_POINTS:
      write_list (out, field->max > 0 ? field->max : 10000, REF ("Point"));
      break;

    case WF_FIELD_STRINGS:
      write_list (out, field->max > 0 ? field->max : 1000, "{\"type\":\"string\",\"minLength\":1,\"maxLength\":200}");
      break;

    case WF_FIELD_OBJECT:
      write_object (out, field->fields);
      break;

    case WF_FIELD_OBJECTS:
      write_list (out, field->max > 0 ? field->max : 1000, NULL);
      g_string_append_c (out, '{');
      write_object (out, field->fields);
      g_string_append_c (out, '}');
      break;

    case WF_FIELD_FACTS:
      g_string_append (out, "\"type\":\"object\",\"maxProperties\":100,\"additionalProperties\":"
                            "{\"oneOf\":[{\"type\":\"number\"},{\"type\":\"string\",\"maxLength\":500},{\"type\":\"boolean\"}]}");
      break;

    case WF_FIELD_DIGEST:
      g_string_append (out, "\"type\":\"string\",\"pattern\":\"^[0-9a-f]{64}$\"");
      break;

    case WF_FIELD_ENTITIES:
      write_list (out, field->max > 0 ? field->max : 1000, REF ("RegistryEntity"));
      break;

    default:
      g_assert_not_reached ();
    }

  if (field->flags & WF_FIELD_CLEARABLE)
    g_string_append (out, ",\"nullable\":true");
}

static void
write_property (GString       *out,
                const char    *name,
                const WfField *field,
                gboolean       nullable)
{
  wf_json_write_string (out, name);
  g_string_append (out, ":{");
  write_members (out, field);
  if (nullable && !(field->flags & WF_FIELD_CLEARABLE))
    g_string_append (out, ",\"nullable\":true");
  g_string_append_c (out, '}');
}

static void
write_object (GString       *out,
              const WfField *fields)
{
  gboolean first = TRUE;

  g_string_append (out, "\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
  for (const WfField *field = fields; field->key != NULL; field++)
    {
      if (field != fields)
        g_string_append_c (out, ',');
      write_property (out, field->key, field, FALSE);
    }
  g_string_append_c (out, '}');

  for (const WfField *field = fields; field->key != NULL; field++)
    if (field->flags & WF_FIELD_REQUIRED)
      {
        g_string_append (out, first ? ",\"required\":[" : ",");
        wf_json_write_string (out, field->key);
        first = FALSE;
      }
  if (!first)
    g_string_append_c (out, ']');
}

static void
begin_schema (GString    *out,
              const char *group,
              const char *name)
{
  if (out->len > 0)
    g_string_append (out, ",\n");
  g_string_append_printf (out, "\"%s%s%s\":{", group, name[0] != '\0' ? "." : "", name);
}

static void
write_table (GString       *out,
             const char    *group,
             const char    *name,
             const WfField *fields)
{
  begin_schema (out, group, name);
  write_object (out, fields);
  g_string_append_c (out, '}');
}

/* One of several, told apart by a member. */
static void
write_choice (GString    *out,
              const char *group,
              GPtrArray  *names,
              const char *member)
{
  begin_schema (out, group, "");
  g_string_append (out, "\"oneOf\":[");
  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (out, "%s{\"$ref\":\"#/components/schemas/%s.%s\"}", i > 0 ? "," : "", group,
                            (const char *) g_ptr_array_index (names, i));
  g_string_append_c (out, ']');

  if (member != NULL)
    {
      g_string_append_printf (out, ",\"discriminator\":{\"propertyName\":\"%s\",\"mapping\":{", member);
      for (guint i = 0; i < names->len; i++)
        {
          const char *name = g_ptr_array_index (names, i);

          g_string_append_printf (out, "%s\"%s\":\"#/components/schemas/%s.%s\"", i > 0 ? "," : "", name, group, name);
        }
      g_string_append (out, "}}");
    }

  g_string_append_c (out, '}');
}

static void
write_kinds (GString *out)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) registry = g_ptr_array_new ();
  guint n;
  const WfKind *kinds = wf_kind_all (&n);

  for (guint i = 0; i < n; i++)
    {
      const char *name = kinds[i].name;

      write_table (out, "Kind", name, kinds[i].fields);

      g_ptr_array_add (names, (gpointer) name);
      begin_schema (out, "SnapshotEntity", name);
      g_string_append_printf (out, "\"type\":\"object\",\"additionalProperties\":false,"
                                   "\"required\":[\"kind\",\"scope\",\"entity\",\"id\",\"number\",\"versions\",\"fields\"],"
                                   "\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"entity\"]},\"scope\":" REF ("Scope") ","
                                   "\"entity\":{\"type\":\"string\",\"enum\":[\"%s\"]},\"id\":" REF ("Id") ","
                                   "\"number\":" REF ("Number") ",\"versions\":" REF ("Versions") ","
                                   "\"fields\":{\"$ref\":\"#/components/schemas/Kind.%s\"}}}", name, name);

      if (!kinds[i].registry)
        continue;

      g_ptr_array_add (registry, (gpointer) name);
      begin_schema (out, "RegistryEntity", name);
      g_string_append_printf (out, "\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"kind\",\"id\",\"fields\"],"
                                   "\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"%s\"]},\"id\":" REF ("Id") ","
                                   "\"fields\":{\"$ref\":\"#/components/schemas/Kind.%s\"}}}", name, name);
    }

  write_choice (out, "SnapshotEntity", names, "entity");
  write_choice (out, "RegistryEntity", registry, "kind");
}

static void
write_commands (GString *out)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  guint n;
  const WfCommandType *types = wf_command_type_all (&n);

  for (guint i = 0; i < n; i++)
    {
      if (types[i].system)
        continue;

      g_ptr_array_add (names, (gpointer) types[i].name);
      begin_schema (out, "Command", types[i].name);
      g_string_append_printf (out, "\"type\":\"object\",\"additionalProperties\":false,"
                                   "\"required\":[\"id\",\"type\",\"scope\",\"occurred_at\",\"payload\"],"
                                   "\"properties\":{\"id\":" REF ("Id") ",\"type\":{\"type\":\"string\",\"enum\":[\"%s\"]},"
                                   "\"scope\":" REF ("Scope") ",\"occurred_at\":" REF ("Time") ","
                                   "\"post\":{\"type\":\"string\",\"maxLength\":60},\"cause\":" REF ("Id") ","
                                   "\"based_on\":" REF ("BasedOn") ",\"payload\":{", types[i].name);
      write_object (out, types[i].fields);
      g_string_append (out, "}}}");
    }

  write_choice (out, "Command", names, "type");
}

static void
write_event (GString    *out,
             GPtrArray  *names,
             const char *type,
             int         version,
             gboolean    newest)
{
  char *name = newest ? g_strdup (type) : g_strdup_printf ("%s.v%d", type, version);

  g_ptr_array_add (names, name);
  begin_schema (out, "Entry", name);
  g_string_append_printf (out, "\"allOf\":[" REF ("EntryForm") ",{\"type\":\"object\",\"properties\":{\"header\":"
                               "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\",\"enum\":[\"%s\"]},"
                               "\"type_version\":{\"type\":\"integer\",\"enum\":[%d]}}},\"payload\":{", type, version);
}

static void
write_events (GString *out)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  guint n;
  const WfEventType *types = wf_event_type_all (&n);

  for (guint i = 0; i < n; i++)
    for (int version = 1; version <= types[i].version; version++)
      {
        gboolean newest = version == types[i].version;

        write_event (out, names, types[i].name, version, newest);
        write_object (out, newest ? types[i].fields : types[i].older[version - 1]);
        g_string_append (out, "}}}]}");
      }

  write_choice (out, "Entry", names, NULL);
}

/* --- features --- */

static void
write_feature (GString      *out,
               const WfKind *kind)
{
  g_autoptr (GPtrArray) columns = wf_ogc_columns_new (kind);

  begin_schema (out, "Feature", kind->name);
  g_string_append (out, "\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"type\",\"id\",\"geometry\",\"properties\"],"
                        "\"properties\":{\"type\":{\"type\":\"string\",\"enum\":[\"Feature\"]},\"id\":" REF ("Id") ","
                        "\"geometry\":");
  g_string_append (out, strcmp (kind->name, "plot") == 0 ? REF ("DrawnGeometry") : REF ("PointGeometry"));
  g_string_append (out, ",\"links\":" REF ("Links") ","
                        "\"properties\":{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
  for (guint i = 0; i < columns->len; i++)
    {
      const WfOgcColumn *column = g_ptr_array_index (columns, i);

      if (i > 0)
        g_string_append_c (out, ',');
      write_property (out, column->name, column->field, TRUE);
    }
  g_string_append (out, "},\"required\":[");
  for (guint i = 0; i < columns->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      wf_json_write_string (out, ((WfOgcColumn *) g_ptr_array_index (columns, i))->name);
    }
  g_string_append (out, "]}}}");

  begin_schema (out, "Features", kind->name);
  g_string_append_printf (out, "\"type\":\"object\",\"additionalProperties\":false,"
                               "\"required\":[\"type\",\"timeStamp\",\"features\",\"numberMatched\",\"numberReturned\",\"links\"],"
                               "\"properties\":{\"type\":{\"type\":\"string\",\"enum\":[\"FeatureCollection\"]},"
                               "\"timeStamp\":" REF ("Time") ",\"numberMatched\":{\"type\":\"integer\",\"minimum\":0},"
                               "\"numberReturned\":{\"type\":\"integer\",\"minimum\":0},\"links\":" REF ("Links") ","
                               "\"features\":{\"type\":\"array\",\"maxItems\":%d,"
                               "\"items\":{\"$ref\":\"#/components/schemas/Feature.%s\"}}}}", WF_OGC_LIMIT_MAX, kind->name);
}

static void
write_filters (GString      *out,
               const WfKind *kind)
{
  g_autoptr (GPtrArray) columns = wf_ogc_columns_new (kind);

  for (guint i = 0; i < columns->len; i++)
    {
      const WfOgcColumn *column = g_ptr_array_index (columns, i);

      g_string_append (out, ",{\"in\":\"query\",\"required\":false,\"style\":\"form\",\"explode\":false,\"name\":");
      wf_json_write_string (out, column->name);
      g_string_append (out, ",\"schema\":{");
      if (column->field->type == WF_FIELD_STRINGS)
        g_string_append (out, "\"type\":\"string\"");
      else
        write_members (out, column->field);
      g_string_append (out, "}}");
    }
}

static void
write_operation (GString    *out,
                 const char *id,
                 const char *kind,
                 const char *schema)
{
  g_string_append_printf (out, "\"operationId\":\"%s.%s\",\"tags\":[\"features\"],\"summary\":\"Features of %s\","
                               "\"security\":[{\"bearer\":[]},{\"basic\":[]}],"
                               "\"responses\":{\"200\":{\"description\":\"GeoJSON\",\"content\":{"
                               "\"application/geo+json\":{\"schema\":{\"$ref\":\"#/components/schemas/%s.%s\"}},"
                               "\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/%s.%s\"}}}},"
                               "\"400\":{\"$ref\":\"#/components/responses/Malformed\"},"
                               "\"401\":{\"$ref\":\"#/components/responses/Unauthorized\"},"
                               "\"403\":{\"$ref\":\"#/components/responses/Rights\"},"
                               "\"406\":{\"$ref\":\"#/components/responses/NotAcceptable\"},"
                               "\"413\":{\"$ref\":\"#/components/responses/TooLarge\"},"
                               "\"503\":{\"$ref\":\"#/components/responses/Unavailable\"}",
                          id, kind, kind, schema, kind, schema, kind);
}

static void
write_paths (GString      *out,
             const WfKind *kind)
{
  if (out->len > 0)
    g_string_append (out, ",\n");

  g_string_append_printf (out, "\"/ogc/collections/%s/items\":{\"get\":{", kind->name);
  write_operation (out, "items", kind->name, "Features");
  g_string_append (out, "},\"parameters\":[{\"$ref\":\"#/components/parameters/bbox\"},{\"$ref\":\"#/components/parameters/datetime\"},"
                        "{\"$ref\":\"#/components/parameters/limit\"},{\"$ref\":\"#/components/parameters/after\"},"
                        "{\"$ref\":\"#/components/parameters/fFeatures\"}");
  write_filters (out, kind);
  g_string_append (out, "]}},\n");

  g_string_append_printf (out, "\"/ogc/collections/%s/items/{featureId}\":{\"get\":{", kind->name);
  write_operation (out, "item", kind->name, "Feature");
  g_string_append (out, ",\"404\":{\"$ref\":\"#/components/responses/NotFound\"}},"
                        "\"parameters\":[{\"$ref\":\"#/components/parameters/featureId\"},"
                        "{\"$ref\":\"#/components/parameters/fFeatures\"}]}}");
}

static void
write_problem_types (GString *out)
{
  const char *kind;

  begin_schema (out, "ProblemType", "");
  g_string_append (out, "\"type\":\"string\",\"enum\":[");
  for (guint i = 0; (kind = wf_wire_problem_nth (i)) != NULL; i++)
    g_string_append_printf (out, "%s\"urn:watchfire:problem:%s\"", i > 0 ? "," : "", kind);
  g_string_append (out, "]}");
}

static void
replace_mark (GString    *document,
              const char *mark,
              GString    *text)
{
  guint n = g_string_replace (document, mark, text->str, 1);

  /* The document is part of the program. */
  g_assert (n == 1);
}

/**
 * wf_openapi_document:
 *
 * Returns: (transfer full): the OpenAPI document of this program
 */
GBytes *
wf_openapi_document (void)
{
  g_autoptr (GBytes) base = g_resource_lookup_data (wf_service_get_resource (), RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GString) schemas = g_string_new (NULL);
  g_autoptr (GString) paths = g_string_new (NULL);
  gsize size;
  const WfKind *kind;

  g_assert (base != NULL);

  const char *text = g_bytes_get_data (base, &size);
  g_autoptr (GString) document = g_string_new_len (text, (gssize) size);

  write_problem_types (schemas);
  write_kinds (schemas);
  write_commands (schemas);
  write_events (schemas);
  for (guint i = 0; (kind = wf_ogc_kind_nth (i)) != NULL; i++)
    {
      write_feature (schemas, kind);
      write_paths (paths, kind);
    }

  replace_mark (document, SCHEMAS_MARK, schemas);
  replace_mark (document, PATHS_MARK, paths);

  return g_string_free_to_bytes (g_steal_pointer (&document));
}

/**
 * wf_route_openapi:
 * @self: the service
 * @message: a request
 *
 * `GET /api/v1/openapi.json`
 */
void
wf_route_openapi (WfService         *self,
                  SoupServerMessage *message)
{
  if (!wf_service_read_query (message, NULL, 0))
    return;

  if (self->openapi == NULL)
    self->openapi = wf_openapi_document ();

  wf_service_send_bytes (message, 200, TYPE, self->openapi);

  /* Content types with parameters are kept as they stand, which the setter used there would not. */
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Content-Type", TYPE);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Cache-Control", "no-cache");
}
