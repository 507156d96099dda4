/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "app/hub/cz-hub-cli.h"
#include "app/hub/cz-hub-cli-words.h"
#include "app/hub/cz-hub-correct.h"
#include "sync/model/cz-money.h"

/* --- held --- */

/* "quote 12: prices.csv line 7, mid: …" and the prices, enough to decide by. */
static gboolean
print_held (const CzHubHeldRow *held, gpointer data)
{
  CzHub *hub = data;
  g_print ("%s %" G_GINT64_FORMAT ": %s", held->table->name, held->id, held->file);
  if (held->sheet[0] != '\0')
    g_print (" [%s]", held->sheet);
  if (held->line > 0)
    g_print (_ (", line %lld"), (long long) held->line);
  if (held->column[0] != '\0')
    g_print (_ (", column %s"), held->column);
  g_print (": %s (%s)\n", held->said, held->reasons);
  /* What the clerk would read in her own file: what, where, which day, how much. */
  g_autofree char *words = cz_hub_cli_said_words (hub, held->table, &held->row, "");
  g_print ("    %s\n", words);
  return TRUE;
}

static void
add_value (JsonBuilder *json, const CzField *field, const CzValue *value)
{
  if (cz_value_is_default (field, value) || field->type == CZ_FIELD_BLOB)
    return;
  json_builder_set_member_name (json, field->name);
  if (field->type == CZ_FIELD_INT) {
    json_builder_add_int_value (json, value->i);
    return;
  }
  g_autofree char *text = g_strndup (value->p, value->len);
  json_builder_add_string_value (json, text);
}

static gboolean
add_held (const CzHubHeldRow *held, gpointer data)
{
  JsonBuilder *json = data;
  const struct {
    const char *name, *value;
  } texts[] = { { "table", held->table->name }, { "file", held->file },       { "sheet", held->sheet },
                { "column", held->column },     { "reasons", held->reasons }, { "said", held->said } };
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "id");
  json_builder_add_int_value (json, held->id);
  json_builder_set_member_name (json, "line");
  json_builder_add_int_value (json, held->line);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    json_builder_set_member_name (json, texts[i].name);
    json_builder_add_string_value (json, texts[i].value);
  }
  json_builder_set_member_name (json, "row");
  json_builder_begin_object (json);
  for (guint i = 0; i < held->table->n_fields; i++)
    add_value (json, &held->table->fields[i], &held->row.v[i]);
  json_builder_end_object (json);
  json_builder_end_object (json);
  return TRUE;
}

int
cz_hub_cli_held (const CzHubCli *cli, int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("For programs"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("[KIND]"), _ ("Lists the rows held back because something about them is doubtful."),
                               _ ("JSON: {\"held\": [{id, table, file, sheet, line, column, reasons, said, row}]}; row has the fields"
                                  " of the table that are not empty."),
                               0, 1 };
  GError *error = NULL;
  int status = 0;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  const CzTable *table = argc > 1 ? cz_hub_cli_kind (argv[1]) : NULL;
  if (argc > 1 && table == NULL)
    return CZ_EXIT_USAGE;
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_READ, &status);
  if (hub == NULL)
    return status;
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "held");
  json_builder_begin_array (json);
  if (!cz_hub_held_each (hub, table, as_json ? add_held : print_held, as_json ? (gpointer) json : (gpointer) hub, &error))
    return cz_hub_cli_fail (error);
  json_builder_end_array (json);
  json_builder_end_object (json);
  if (as_json)
    cz_hub_cli_print_json (json);
  else
    g_print (_ ("%lld rows are held back.\n"), (long long) cz_hub_held_count (hub, table));
  return CZ_EXIT_DONE;
}

/* --- accept, drop --- */

static GArray *
parse_ids (char **texts)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (; *texts != NULL; texts++) {
    char *end = NULL;
    gint64 id = g_ascii_strtoll (*texts, &end, 10);
    if (end == *texts || *end != '\0' || id < 1) {
      g_autofree char *sentence = g_strdup_printf (_ ("%s is not a number of a held row. List them with: cunzhan-hub held"), *texts);
      (void) cz_hub_cli_usage (sentence);
      return NULL;
    }
    g_array_append_val (ids, id);
  }
  return g_steal_pointer (&ids);
}

typedef gboolean (*Settle) (CzHub *hub, const CzTable *table, const gint64 *ids, guint n_ids, guint *n_out, GError **error);

static int
settle (const CzHubCli *cli, const char *verb, const CzTable *table, const GArray *ids, const char *reason, Settle func)
{
  GError *error = NULL;
  int status = 0;
  guint n = 0;
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  if (!cz_hub_begin (hub, &error))
    return cz_hub_cli_fail (error);
  cz_hub_set_reason (hub, reason);
  g_autofree char *what = NULL;
  if (!func (hub, table, ids == NULL ? NULL : (const gint64 *) (gpointer) ids->data, ids == NULL ? 0 : ids->len, &n, &error)
      || (what = g_strdup_printf ("%u", n), !cz_hub_audit (hub, verb, table->name, what, reason, &error))
      || !cz_hub_commit (hub, &error))
    return cz_hub_cli_fail (error);
  gint64 left = cz_hub_held_count (hub, table);
  if (func == cz_hub_held_accept)
    g_print (_ ("Accepted %u rows of %s; %lld are still held back. They go out with the next publish.\n"), n, table->name, (long long) left);
  else
    g_print (_ ("Dropped %u rows of %s; %lld are still held back.\n"), n, table->name, (long long) left);
  return CZ_EXIT_DONE;
}

typedef struct {
  gboolean all, sure;
  char *reason;
} SettleOptions;

/* The kind and its numbers, for what was held back as well as for what stations have said. */
static int
settle_kind (const CzHubCli *cli, const SettleOptions *options, int argc, char **argv, Settle func)
{
  gboolean is_uploads = func == cz_hub_held_accept && g_str_equal (argv[1], "uploads");
  const CzTable *table = is_uploads ? NULL : cz_hub_cli_kind (argv[1]);
  if (!is_uploads && table == NULL)
    return CZ_EXIT_USAGE;
  if (is_uploads && (options->all || argc < 3 || options->reason != NULL))
    return cz_hub_cli_usage (_ ("Name the messages by their numbers: accept uploads ID… List them with: queue"));
  if (options->all == (argc > 2))
    return cz_hub_cli_usage (_ ("Name the rows by their numbers, or say --all."));
  if (is_uploads)
    return cz_hub_cli_accept_uploads (cli, argc - 2, argv + 2, options->sure);
  if (options->sure)
    return cz_hub_cli_usage (_ ("--sure is for messages of villages: accept uploads ID --sure. Rows that were held back are doubtful already."));
  g_autoptr (GArray) ids = options->all ? NULL : parse_ids (argv + 2);
  if (!options->all && ids == NULL)
    return CZ_EXIT_USAGE;
  return settle (cli, argv[0], table, ids, options->reason, func);
}

int
cz_hub_cli_accept (const CzHubCli *cli, int argc, char **argv)
{
  SettleOptions options = { 0 };
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "all", 0, 0, G_OPTION_ARG_NONE, &options.all, N_ ("All rows of this kind that were held back"), NULL },
    { "sure", 0, 0, G_OPTION_ARG_NONE, &options.sure, N_ ("uploads: also what is doubtful, such as a price far from the last one"), NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_ ("Kept in the log"), N_ ("TEXT") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("KIND ID…|--all, or uploads ID… [--sure]"), _ ("Takes rows that were held back, or what villages have said; they go out with the next publish."),
                               _ ("Examples:\n  cunzhan-hub accept quotes --all\n  cunzhan-hub accept uploads 12 13\n"
                                  "A village's price is measured by the rules of import: one that is doubtful is not taken without --sure."), 1, -1 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  options.reason = reason;
  return settle_kind (cli, &options, argc, argv, cz_hub_held_accept);
}

int
cz_hub_cli_drop (const CzHubCli *cli, int argc, char **argv)
{
  SettleOptions options = { 0 };
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "all", 0, 0, G_OPTION_ARG_NONE, &options.all, N_ ("All rows of this kind that were held back"), NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_ ("Kept in the log"), N_ ("TEXT") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("KIND [ID…|--all]"), _ ("Drops rows that were held back; the same rows will not be asked about again."), NULL, 1, -1 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  options.reason = reason;
  return settle_kind (cli, &options, argc, argv, cz_hub_held_drop);
}

/* --- correct, withdraw --- */

/* --low, --mid, --high in a unit a clerk writes become assignments in 厘. Without a unit 元/斤 meant and 元/公斤 taken would
 * halve a price unseen. FALSE: printed. */
static gboolean
add_price (GPtrArray *assignments, const char *field, const char *price, const CzPriceUnit *unit)
{
  gint64 li = 0;
  gboolean exact = TRUE;
  if (price == NULL)
    return TRUE;
  if (unit == NULL) {
    (void) cz_hub_cli_usage (_ ("Say the unit of these prices, such as --unit 元/斤."));
    return FALSE;
  }
  if (cz_price_parse (price, unit, &li, &exact) != CZ_PRICE_OK || !exact) {
    g_autofree char *sentence = g_strdup_printf (_ ("%s is not a price."), price);
    (void) cz_hub_cli_usage (sentence);
    return FALSE;
  }
  g_ptr_array_add (assignments, g_strdup_printf ("%s=%" G_GINT64_FORMAT, field, li));
  return TRUE;
}

static gboolean
parse_unit (const char *text, CzPriceUnit *unit)
{
  if (cz_price_unit_parse (text, unit))
    return TRUE;
  g_autofree char *sentence = g_strdup_printf (_ ("%s is not a unit of price, such as 元/斤."), text);
  (void) cz_hub_cli_usage (sentence);
  return FALSE;
}

/* Prices by --set have no unit. */
static gboolean
sets_price (const char *assignment)
{
  return g_str_has_prefix (assignment, "low=") || g_str_has_prefix (assignment, "mid=") || g_str_has_prefix (assignment, "high=");
}

static gboolean
check_unit (CzHub *hub, const CzTable *table, const CzRow *key, const CzPriceUnit *unit, GError **error)
{
  int product = cz_table_field_index (table, "product");
  if (unit == NULL || table->number != CZ_TABLE_QUOTE || cz_hub_product_unit (hub, key->v[product].i) == (int) unit->unit)
    return TRUE;
  g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
                       _ ("This product is counted in another unit: give --unit as in the file its price came from."));
  return FALSE;
}

static gboolean
renames (const CzTable *table, const char *const *assignments)
{
  gboolean found = FALSE;
  for (guint i = 0; assignments[i] != NULL; i++)
    found |= g_str_has_prefix (assignments[i], "name=");
  return found && (table->number == CZ_TABLE_PRODUCT || table->number == CZ_TABLE_MARKET);
}

static int
correct (const CzHubCli *cli, const CzTable *table, const char *name, const char *const *assignments, const CzPriceUnit *unit,
         const char *reason)
{
  GError *error = NULL;
  int status = 0;
  guint n = 0;
  CzRow key;
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  if (!cz_hub_begin (hub, &error) || !cz_hub_parse_key (hub, table, name, &key, &error)
      || !check_unit (hub, table, &key, unit, &error) || !cz_hub_correct (hub, table, &key, assignments, reason, &n, &error)
      || !cz_hub_audit (hub, "correct", table->name, name, reason, &error) || !cz_hub_commit (hub, &error))
    return cz_hub_cli_fail (error);
  if (n == 0)
    g_print (_ ("Nothing changed: the row holds these values already.\n"));
  else
    g_print (_ ("Changed %u fields of %s %s. Old and new go out with the next publish.\n"), n, table->name, name);
  if (n > 0 && renames (table, assignments))
    g_print (_ ("The old name stays as another name of it, so that files with it are still understood.\n"));
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_correct (const CzHubCli *cli, int argc, char **argv)
{
  g_auto (GStrv) set = NULL;
  g_autofree char *low = NULL, *mid = NULL, *high = NULL, *unit = NULL, *reason = NULL;
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &set, N_ ("A field and its new value; may be given several times"), N_ ("FIELD=VALUE") },
    { "low", 0, 0, G_OPTION_ARG_STRING, &low, N_ ("Quotes: the lowest price"), N_ ("PRICE") },
    { "mid", 0, 0, G_OPTION_ARG_STRING, &mid, N_ ("Quotes: the usual price"), N_ ("PRICE") },
    { "high", 0, 0, G_OPTION_ARG_STRING, &high, N_ ("Quotes: the highest price"), N_ ("PRICE") },
    { "unit", 0, 0, G_OPTION_ARG_STRING, &unit, N_ ("Unit of these prices, such as 元/斤; needed with a price"), N_ ("UNIT") },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_ ("Why; stations show it"), N_ ("TEXT") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("KIND ID --set FIELD=VALUE… --reason TEXT"), _ ("Corrects one row. Once published, the old value, the new one, who and why are published too."),
                               _ ("A quote is named DAY,MARKET,PRODUCT,GRADE,KIND, for example 2026-11-23,东关市场,白菜,统货,批发; products and markets by name or code, everything else by its number."), 2, 2 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  const CzTable *table = cz_hub_cli_kind (argv[1]);
  if (table == NULL)
    return CZ_EXIT_USAGE;
  if (reason == NULL || reason[0] == '\0')
    return cz_hub_cli_usage (_ ("A correction needs --reason TEXT."));
  g_autoptr (GPtrArray) assignments = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; set != NULL && set[i] != NULL; i++) {
    if (table->number == CZ_TABLE_QUOTE && sets_price (set[i]))
      return cz_hub_cli_usage (_ ("Prices are given with --low, --mid, --high and --unit."));
    g_ptr_array_add (assignments, g_strdup (set[i]));
  }
  CzPriceUnit price_unit;
  if (unit != NULL && !parse_unit (unit, &price_unit))
    return CZ_EXIT_USAGE;
  const CzPriceUnit *priced = unit != NULL ? &price_unit : NULL;
  if (!add_price (assignments, "low", low, priced) || !add_price (assignments, "mid", mid, priced)
      || !add_price (assignments, "high", high, priced))
    return CZ_EXIT_USAGE;
  if (assignments->len == 0)
    return cz_hub_cli_usage (_ ("Say what is to be changed: --set FIELD=VALUE, or --mid PRICE for a quote."));
  g_ptr_array_add (assignments, NULL);
  return correct (cli, table, argv[2], (const char *const *) assignments->pdata, priced, reason);
}

int
cz_hub_cli_withdraw (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_ ("Why; stations show it"), N_ ("TEXT") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("KIND ID… --reason TEXT"), _ ("Withdraws rows. The same file imported again does not bring them back."),
                               _ ("A quote is named DAY,MARKET,PRODUCT,GRADE,KIND, a product or market by name or code, everything else by its number. A policy stays and is shown as withdrawn."), 2, -1 };
  GError *error = NULL;
  int status = 0;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  const CzTable *table = cz_hub_cli_kind (argv[1]);
  if (table == NULL)
    return CZ_EXIT_USAGE;
  if (reason == NULL || reason[0] == '\0')
    return cz_hub_cli_usage (_ ("Withdrawing needs --reason TEXT."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  if (!cz_hub_begin (hub, &error))
    return cz_hub_cli_fail (error);
  for (int i = 2; i < argc; i++) {
    CzRow key;
    if (!cz_hub_parse_key (hub, table, argv[i], &key, &error) || !cz_hub_withdraw (hub, table, &key, reason, &error)
        || !cz_hub_audit (hub, "withdraw", table->name, argv[i], reason, &error))
      return cz_hub_cli_fail (error);
  }
  if (!cz_hub_commit (hub, &error))
    return cz_hub_cli_fail (error);
  g_print (_ ("Withdrew %d rows of %s. Stations learn it with the next publish.\n"), argc - 2, table->name);
  return CZ_EXIT_DONE;
}
