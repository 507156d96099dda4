/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-cli-objects.h"
#include "app/hub/cz-hub-cli-words.h"
#include "app/hub/cz-hub-desk.h"
#include "sync/wire/cz-said.h"

/* What waits, with what the clerk needs to decide about it. */
typedef struct {
  const CzHubUpload *upload;
  CzHubStation *station; /* (nullable) */
  char *village; /* its name; its code where the hub has no such region; "" */
  char *codes; /* of what is doubtful */
  char *sentences;
  char *refusal; /* why it cannot be accepted; "" */
} Entry;

static void
entry_clear (Entry *entry)
{
  g_clear_pointer (&entry->station, cz_hub_station_free);
  g_free (entry->village);
  g_free (entry->codes);
  g_free (entry->sentences);
  g_free (entry->refusal);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Entry, entry_clear)

static gboolean
look_up (CzHub *hub, const CzHubUpload *upload, Entry *entry, GError **error)
{
  g_autoptr (GError) local = NULL;
  *entry = (Entry) { .upload = upload, .station = cz_hub_station_get (hub, upload->station, &local) };
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  entry->village = entry->station != NULL ? cz_hub_cli_name_of (hub, CZ_TABLE_REGION, entry->station->village) : g_strdup ("");
  if (g_str_equal (entry->village, "?")) {
    g_free (entry->village);
    entry->village = cz_region_to_string (entry->station->village);
  }
  return cz_hub_desk_doubts (hub, upload, &entry->codes, &entry->sentences, &entry->refusal, error);
}

/* --- for people --- */

static void
print_next (const Entry *entry)
{
  long long id = (long long) entry->upload->id;
  if (entry->upload->kind->number == CZ_SAID_QUESTION)
    g_print (_ ("    next: answer %lld TEXT, or return %lld --reason TEXT\n"), id, id);
  else if (entry->refusal[0] != '\0')
    g_print (_ ("    next: return %lld --reason TEXT\n"), id);
  else if (entry->codes[0] != '\0')
    g_print (_ ("    next: ask the village; then accept uploads %lld --sure, or return %lld --reason TEXT\n"), id, id);
  else
    g_print (_ ("    next: accept uploads %lld, or return %lld --reason TEXT\n"), id, id);
}

static void
print_entry (CzHub *hub, const Entry *entry)
{
  const CzHubUpload *upload = entry->upload;
  const char *called = entry->station != NULL ? entry->station->name : "";
  g_autofree char *station = cz_hub_cli_harmless (called, strlen (called));
  gint64 now_s = cz_clock_wall_s (cz_hub_clock (hub));
  gboolean is_believed = upload->clock_ok && upload->created_s <= now_s;
  g_autofree char *age = cz_hub_cli_age (is_believed ? upload->created_s : upload->collected_s, now_s);
  g_autofree char *words = cz_hub_cli_said_words (hub, upload->kind, &upload->row, upload->station);
  g_print ("%" G_GINT64_FORMAT "  %s  %s · %s (%s)  %s\n", upload->id, cz_hub_cli_kind_word (upload->kind), entry->village, station, upload->station, age);
  g_print ("    %s\n", words);
  if (entry->codes[0] != '\0')
    g_print (_ ("    doubtful: %s\n"), entry->sentences);
  if (entry->refusal[0] != '\0')
    g_print (_ ("    cannot be accepted: %s\n"), entry->refusal);
  print_next (entry);
}

/* --- for programs --- */

static void
add_value (JsonBuilder *json, const CzField *field, const CzValue *value)
{
  if (cz_value_is_default (field, value) || field->type == CZ_FIELD_BLOB)
    return;
  g_autofree char *text = field->type == CZ_FIELD_TEXT ? g_strndup (value->p, value->len) : NULL;
  if (text != NULL)
    cz_hub_cli_json_text (json, field->name, text);
  else
    cz_hub_cli_json_int (json, field->name, value->i);
}

static void
add_entry (JsonBuilder *json, const Entry *entry)
{
  const CzHubUpload *upload = entry->upload;
  g_autofree char *village = entry->station != NULL ? cz_region_to_string (entry->station->village) : NULL;
  json_builder_begin_object (json);
  cz_hub_cli_json_int (json, "id", upload->id);
  cz_hub_cli_json_text (json, "kind", upload->kind->name);
  cz_hub_cli_json_text (json, "station", upload->station);
  cz_hub_cli_json_text (json, "station_name", entry->station != NULL ? entry->station->name : "");
  cz_hub_cli_json_text (json, "village", village);
  cz_hub_cli_json_text (json, "village_name", entry->village);
  cz_hub_cli_json_int (json, "counter", (gint64) upload->counter);
  cz_hub_cli_json_int (json, "created_s", upload->created_s);
  cz_hub_cli_json_int (json, "collected_s", upload->collected_s);
  cz_hub_cli_json_text (json, "doubts", entry->codes);
  cz_hub_cli_json_text (json, "refusal", entry->refusal);
  json_builder_set_member_name (json, "said");
  json_builder_begin_object (json);
  for (guint i = 0; i < upload->kind->n_fields; i++)
    add_value (json, &upload->kind->fields[i], &upload->row.v[i]);
  json_builder_end_object (json);
  json_builder_end_object (json);
}

/* --- the verb --- */

static gboolean
parse_kind (const char *name, const CzTable **kind)
{
  *kind = name != NULL ? cz_said_kind_by_name (name) : NULL;
  if (name == NULL || *kind != NULL)
    return TRUE;
  g_autofree char *sentence = g_strdup_printf (_ ("%s is not a kind of message. Kinds are listing, quote, question, photo, consent, match-outcome, unsold …"), name);
  (void) cz_hub_cli_usage (sentence);
  return FALSE;
}

/* json: (nullable) print for people. folder: (nullable) where objects go. */
static gboolean
show_all (CzHub *hub, const GPtrArray *list, JsonBuilder *json, const char *folder, GError **error)
{
  for (guint i = 0; i < list->len; i++) {
    g_auto (Entry) entry = { 0 };
    if (!look_up (hub, g_ptr_array_index (list, i), &entry, error))
      return FALSE;
    if (json != NULL)
      add_entry (json, &entry);
    else
      print_entry (hub, &entry);
    if (folder != NULL && !cz_hub_cli_save_objects (hub, entry.upload, folder, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
show_json (CzHub *hub, const GPtrArray *list, GError **error)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "queue");
  json_builder_begin_array (json);
  if (!show_all (hub, list, json, NULL, error))
    return FALSE;
  json_builder_end_array (json);
  json_builder_end_object (json);
  cz_hub_cli_print_json (json);
  return TRUE;
}

static gboolean
show_text (CzHub *hub, const GPtrArray *list, const char *folder, GError **error)
{
  if (!show_all (hub, list, NULL, folder, error))
    return FALSE;
  if (list->len == 0)
    g_print (_ ("Nothing waits.\n"));
  else
    g_print (_ ("Messages that wait: %u.\n"), list->len);
  return TRUE;
}

int
cz_hub_cli_queue (const CzHubCli *cli, int argc, char **argv)
{
  gboolean as_json = FALSE;
  g_autofree char *folder = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("For programs"), NULL },
    { "save", 0, 0, G_OPTION_ARG_FILENAME, &folder, N_ ("Write the pictures and recordings that came with it into this folder"), N_ ("DIR") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("[KIND]"), _ ("Lists what stations have said and a person must decide: who, when, what, and what can be done next."),
                               _ ("JSON: {\"queue\": [{id, kind, station (its key's code), station_name, village (code), village_name, counter, created_s,"
                                  " collected_s, doubts (words of the import's report, \"\" = none), said}]}; said has the fields of the kind that are not empty,"
                                  " with ids, 厘 and days as numbers (FORMAT.md §10)."),
                               0, 1 };
  const CzTable *kind = NULL;
  GError *error = NULL;
  int status = 0;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv) || !parse_kind (argc > 1 ? argv[1] : NULL, &kind))
    return CZ_EXIT_USAGE;
  if (as_json && folder != NULL)
    return cz_hub_cli_usage (_ ("Either --json or --save."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_READ, &status);
  g_autoptr (GPtrArray) list = hub != NULL ? cz_hub_desk_queue (hub, kind, &error) : NULL;
  if (list == NULL)
    return hub == NULL ? status : cz_hub_cli_fail (error);
  gboolean ok = as_json ? show_json (hub, list, &error) : show_text (hub, list, folder, &error);
  return ok ? CZ_EXIT_DONE : cz_hub_cli_fail (error);
}
