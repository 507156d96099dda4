/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-cli-words.h"

#include <glib/gi18n.h>

#include "app/hub/cz-hub-cli-objects.h"
#include "app/hub/cz-hub-private.h"
#include "sync/model/cz-money.h"
#include "sync/model/cz-vocab.h"
#include "sync/wire/cz-said.h"

#define GRAMS_A_JIN 500
#define MINUTE_S 60
#define HOUR_S 3600
#define DAY_S 86400

char *
cz_hub_cli_name_of (CzHub *hub, guint16 table_number, gint64 id)
{
  const CzTable *table = cz_table_by_number (table_number);
  g_autoptr (GError) error = NULL;
  CzRow key = { 0 }, row;
  gboolean found = FALSE;
  int name = cz_table_field_index (table, "name");
  key.v[0].i = id;
  if (!cz_hub_get (hub, table, &key, &row, &found, &error) || !found || name < 0)
    return g_strdup ("?");
  return g_strndup (row.v[name].p, row.v[name].len);
}

const char *
cz_hub_cli_kind_word (const CzTable *kind)
{
  static const char *const words[CZ_SAID_KINDS + 1] = {
    [CZ_SAID_ADMISSION] = N_ ("admission"),     [CZ_SAID_LISTING] = N_ ("offer or request"), [CZ_SAID_QUOTE] = N_ ("price"),
    [CZ_SAID_QUESTION] = N_ ("question"),       [CZ_SAID_PHOTO] = N_ ("picture"),            [CZ_SAID_CONSENT] = N_ ("telephone number"),
    [CZ_SAID_MATCH_OUTCOME] = N_ ("deal"),      [CZ_SAID_UNSOLD] = N_ ("cannot be sold"),    [CZ_SAID_SURVEY] = N_ ("survey answers"),
    [CZ_SAID_COUNTERS] = N_ ("day's counters"), [CZ_SAID_INVENTORY] = N_ ("inventory"),      [CZ_SAID_DELIVERY] = N_ ("delivery times"),
  };
  return kind->number <= CZ_SAID_KINDS && words[kind->number] != NULL ? _ (words[kind->number]) : kind->name;
}

/* --- one field in words --- */

typedef struct {
  CzHub *hub;
  const CzTable *kind;
  const CzRow *row;
  const char *station;
} Said;

static gint64
number_in (const Said *said, const char *field)
{
  int i = cz_table_field_index (said->kind, field);
  return i >= 0 ? said->row->v[i].i : 0;
}

/* The product of a deal is that of the listing it came from. 0: none that is known. */
static gint64
product_of (const Said *said)
{
  const CzTable *listings = cz_table_by_number (CZ_TABLE_LISTING);
  CzRow key = { 0 }, listing;
  gboolean found = FALSE;
  key.v[0].i = number_in (said, "listing_a");
  if (key.v[0].i == 0)
    return number_in (said, "product");
  if (!cz_hub_get (said->hub, listings, &key, &listing, &found, NULL) || !found)
    return 0;
  return cz_hub_row_int (listings, &listing, "product");
}

/* Of the product it speaks of; what names none is weighed. */
static CzUnit
unit_of (const Said *said)
{
  int unit = cz_hub_product_unit (said->hub, product_of (said));
  return unit < 0 ? CZ_UNIT_KG : (CzUnit) unit;
}

static char *
price (const Said *said, gint64 li)
{
  CzUnit unit = unit_of (said);
  g_autofree char *number = unit == CZ_UNIT_KG ? cz_price_format_jin (li) : cz_price_format (li);
  int i = cz_table_field_index (said->kind, "currency");
  const CzValue *currency = i >= 0 ? &said->row->v[i] : NULL;
  g_autofree char *money = currency != NULL && currency->len > 0 ? cz_hub_cli_harmless (currency->p, currency->len) : g_strdup ("元");
  return g_strdup_printf ("%s %s/%s", number, g_str_equal (money, "CNY") ? "元" : money, unit == CZ_UNIT_KG ? "斤" : cz_unit_name_zh (unit));
}

static char *
quantity (const Said *said, gint64 value)
{
  CzUnit unit = unit_of (said);
  if (unit != CZ_UNIT_KG)
    return g_strdup_printf ("%" G_GINT64_FORMAT " %s", value, cz_unit_name_zh (unit));
  if (value % GRAMS_A_JIN == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT " 斤", value / GRAMS_A_JIN);
  return g_strdup_printf ("%" G_GINT64_FORMAT " 克", value);
}

static char *
vocab (CzVocab vocab, gint64 value)
{
  gboolean is_chinese = g_str_has_prefix (g_get_language_names ()[0], "zh");
  return g_strdup (is_chinese ? cz_vocab_name_zh (vocab, (gint) value) : cz_vocab_name_en (vocab, (gint) value));
}

static char *
name (const Said *said, guint16 table, gint64 id)
{
  g_autofree char *called = cz_hub_cli_name_of (said->hub, table, id);
  return g_str_equal (called, "?") ? g_strdup_printf (_ ("%lld (not known here)"), (long long) id) : g_steal_pointer (&called);
}

/* The number under which the message waits or was filed that bears this counter. */
static char *
message (const Said *said, gint64 counter)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (said->hub, "SELECT id FROM upload WHERE station = ? AND counter = ?", NULL);
  if (stmt == NULL)
    return g_strdup ("?");
  (void) sqlite3_bind_text (stmt, 1, said->station, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 2, counter);
  if (sqlite3_step (stmt) != SQLITE_ROW)
    return g_strdup (_ ("one that has not come yet"));
  return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) sqlite3_column_int64 (stmt, 0));
}

typedef enum { PRODUCT, MARKET, VILLAGE, PRICE, QUANTITY, DAY, SIDE, CONTACT, GRADE, QUOTE_KIND, PERIOD, MESSAGE, NUMBER } Meaning;

/* How a number is to be read, by its field's name. */
static const struct {
  const char *field, *label; /* label: (nullable) */
  Meaning meaning;
} meanings[] = {
  { "product", NULL, PRODUCT },      { "market", NULL, MARKET },         { "village", NULL, VILLAGE },
  { "price", NULL, PRICE },          { "low", N_ ("lowest"), PRICE },    { "mid", N_ ("middle"), PRICE },
  { "high", N_ ("highest"), PRICE }, { "quantity_g", NULL, QUANTITY },   { "day", NULL, DAY },
  { "from_day", N_ ("from"), DAY },  { "to_day", N_ ("until"), DAY },    { "since_day", N_ ("since"), DAY },
  { "asked_day", N_ ("asked"), DAY }, { "side", NULL, SIDE },            { "contact_level", N_ ("number told:"), CONTACT },
  { "grade", NULL, GRADE },          { "kind", NULL, QUOTE_KIND },       { "period", NULL, PERIOD },
  { "sources", N_ ("asked at so many places:"), NUMBER }, { "of_counter", N_ ("about message"), MESSAGE },
  { "listing", N_ ("listing"), NUMBER }, { "listing_a", N_ ("listing"), NUMBER }, { "listing_b", N_ ("listing"), NUMBER },
  { "buyer", N_ ("buyer"), NUMBER }, { "topic", N_ ("topic"), NUMBER },  { "state", N_ ("state"), NUMBER },
};

static char *
meaning_words (const Said *said, Meaning meaning, gint64 value)
{
  switch (meaning) {
  case PRODUCT: return name (said, CZ_TABLE_PRODUCT, value);
  case MARKET: return name (said, CZ_TABLE_MARKET, value);
  case VILLAGE: return name (said, CZ_TABLE_REGION, value);
  case PRICE: return price (said, value);
  case QUANTITY: return quantity (said, value);
  case DAY: return cz_day_to_iso ((CzDay) value);
  case SIDE: return vocab (CZ_VOCAB_SIDE, value);
  case CONTACT: return vocab (CZ_VOCAB_CONTACT, value);
  case GRADE: return vocab (CZ_VOCAB_GRADE, value);
  case QUOTE_KIND: return vocab (CZ_VOCAB_QUOTE_KIND, value);
  case PERIOD: return vocab (CZ_VOCAB_PERIOD, value);
  case MESSAGE: return message (said, value);
  case NUMBER:
  default: return g_strdup_printf ("%" G_GINT64_FORMAT, value);
  }
}

static char *
number_words (const Said *said, const CzField *field, gint64 value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++) {
    if (!g_str_equal (meanings[i].field, field->name))
      continue;
    g_autofree char *words = meaning_words (said, meanings[i].meaning, value);
    return meanings[i].label != NULL ? g_strdup_printf ("%s %s", _ (meanings[i].label), words) : g_steal_pointer (&words);
  }
  return g_strdup_printf ("%s %" G_GINT64_FORMAT, field->name, value);
}

static char *
text_words (const CzField *field, const CzValue *value)
{
  static const struct {
    const char *field, *label;
  } labels[] = { { "name", N_ ("name") }, { "phone", N_ ("telephone") }, { "slip", N_ ("slip") }, { "evidence", N_ ("evidence") } };
  g_autofree char *text = cz_hub_cli_harmless (value->p, value->len);
  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_str_equal (labels[i].field, field->name))
      return g_strdup_printf ("%s %s", _ (labels[i].label), text);
  return g_strdup_printf ("“%s”", text);
}

/* NULL: nothing to say of it. */
static char *
field_words (const Said *said, guint i)
{
  const CzField *field = &said->kind->fields[i];
  const CzValue *value = &said->row->v[i];
  if (g_str_equal (field->name, "is_release")) /* its default says something too */
    return g_strdup (value->i != 0 ? _ ("releases the number") : _ ("takes the number back"));
  if (g_str_equal (field->name, "contact_level") && value->i == 0)
    return number_words (said, field, 0);
  if (cz_value_is_default (field, value) || g_str_equal (field->name, "currency")) /* stands behind the price */
    return NULL;
  if (field->type == CZ_FIELD_BLOB)
    return g_strdup (g_str_equal (field->name, "photo") || g_str_equal (field->name, "picture") ? _ ("with a picture") : _ ("with a recording"));
  return field->type == CZ_FIELD_TEXT ? text_words (field, value) : number_words (said, field, value->i);
}

char *
cz_hub_cli_said_words (CzHub *hub, const CzTable *kind, const CzRow *row, const char *station)
{
  const Said said = { hub, kind, row, station };
  GString *all = g_string_new (NULL);
  for (guint i = 0; i < kind->n_fields; i++) {
    g_autofree char *words = field_words (&said, i);
    if (words != NULL)
      g_string_append_printf (all, "%s%s", all->len > 0 ? ", " : "", words);
  }
  return g_string_free (all, FALSE);
}

char *
cz_hub_cli_age (gint64 then_s, gint64 now_s)
{
  gint64 s = MAX (now_s - then_s, 0);
  if (s < HOUR_S)
    return g_strdup_printf (_ ("%d min ago"), (int) (s / MINUTE_S));
  if (s < 2 * DAY_S)
    return g_strdup_printf (_ ("%d h ago"), (int) (s / HOUR_S));
  return g_strdup_printf (_ ("%d d ago"), (int) MIN (s / DAY_S, G_MAXINT));
}
