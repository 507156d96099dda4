/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-post-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sync/model/cz-code.h"
#include "sync/model/cz-vocab.h"
#include "sync/station/cz-post.h"
#include "sync/store/cz-db.h"

#define NEAR_MAX 3u
#define NAME_CHARS_MAX 60

void
cz_post_thing_clear (CzPostThing *thing)
{
  g_clear_pointer (&thing->name, g_free);
}

static gboolean G_GNUC_PRINTF (2, 3)
refuse (GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, CZ_POST_ERROR, CZ_POST_ERROR_INPUT, sentence);
  return FALSE;
}

/* ---- names ---- */

static char *
plain (const char *text)
{
  g_autofree char *compatible = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (compatible ? compatible : "", -1);
  return g_strdup (g_strstrip (folded));
}

/* Single characters to be put in, taken out or changed until one is the other. */
static guint
distance (const char *a, const char *b)
{
  glong n = 0, m = 0;
  g_autofree gunichar *left = g_utf8_to_ucs4_fast (a, -1, &n);
  g_autofree gunichar *right = g_utf8_to_ucs4_fast (b, -1, &m);
  guint row[NAME_CHARS_MAX + 1];
  if (n > NAME_CHARS_MAX || m > NAME_CHARS_MAX)
    return G_MAXUINT;
  for (glong k = 0; k <= m; k++)
    row[k] = (guint) k;
  for (glong i = 1; i <= n; i++) {
    guint before = row[0];
    row[0] = (guint) i;
    for (glong k = 1; k <= m; k++) {
      guint change = before + (left[i - 1] != right[k - 1]);
      before = row[k];
      row[k] = MIN (MIN (row[k] + 1, row[k - 1] + 1), change);
    }
  }
  return row[m];
}

typedef struct {
  char *name;
  guint far;
} Near;

static void
near_free (gpointer data)
{
  g_free (((Near *) data)->name);
  g_free (data);
}

static int
by_distance (gconstpointer a, gconstpointer b)
{
  const Near *left = *(const Near *const *) a, *right = *(const Near *const *) b;
  return left->far < right->far ? -1 : left->far > right->far ? 1 : strcmp (left->name, right->name);
}

typedef enum { BY_NUMBER, BY_CODE, BY_NAME, BY_ALIAS, BY_NOTHING } How; /* a smaller one wins */

typedef struct {
  char *wanted; /* plain */
  How how;
  CzTier tier; /* of the office that has published the best so far */
  gboolean is_ambiguous;
  GPtrArray *near; /* Near, each name once */
} Search;

static void
note_near (Search *search, const char *candidate, const char *shown)
{
  glong chars = g_utf8_strlen (search->wanted, -1);
  gboolean is_part = strstr (candidate, search->wanted) || strstr (search->wanted, candidate);
  guint far = is_part ? 0 : distance (search->wanted, candidate);
  /* At least half of the longer one must be alike. */
  if (candidate[0] == '\0' || search->wanted[0] == '\0' || (!is_part && (guint64) far * 2 > (guint64) MAX (chars, g_utf8_strlen (candidate, -1))))
    return;
  for (guint i = 0; i < search->near->len; i++) {
    Near *there = g_ptr_array_index (search->near, i);
    if (g_str_equal (there->name, shown)) {
      there->far = MIN (there->far, far);
      return;
    }
  }
  Near *near = g_new0 (Near, 1);
  near->name = g_strdup (shown);
  near->far = far;
  g_ptr_array_add (search->near, near);
}

typedef struct {
  gint64 id;
  CzChannel channel;
  const char *name, *aliases, *code;
  int unit;
} Candidate;

static How
fits (Search *search, const Candidate *candidate)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, candidate->id);
  g_autofree char *code = plain (candidate->code);
  g_autofree char *name = plain (candidate->name);
  g_auto (GStrv) aliases = g_strsplit (candidate->aliases, "\n", -1);
  note_near (search, name, candidate->name);
  if (g_str_equal (search->wanted, number))
    return BY_NUMBER;
  if (code[0] != '\0' && g_str_equal (search->wanted, code))
    return BY_CODE;
  if (g_str_equal (search->wanted, name))
    return BY_NAME;
  for (gsize i = 0; aliases[i]; i++) {
    g_autofree char *alias = plain (aliases[i]);
    note_near (search, alias, candidate->name);
    if (g_str_equal (search->wanted, alias))
      return BY_ALIAS;
  }
  return BY_NOTHING;
}

static void
consider (Search *search, const Candidate *candidate, CzPostThing *out)
{
  How how = fits (search, candidate);
  CzTier tier = cz_channel_tier (candidate->channel);
  if (how == BY_NOTHING || how > search->how || (how == search->how && tier < search->tier))
    return;
  if (how == search->how && tier == search->tier) {
    search->is_ambiguous |= candidate->id != out->id;
    return;
  }
  search->how = how;
  search->tier = tier;
  search->is_ambiguous = FALSE;
  cz_post_thing_clear (out);
  *out = (CzPostThing){ .id = candidate->id, .name = g_strdup (candidate->name), .unit = candidate->unit };
}

/* Of products with their unit; of the others 0 in its place. */
static char *
select_sql (guint16 table)
{
  if (table == CZ_TABLE_REGION)
    return g_strdup ("SELECT channel, code, name, aliases, '', 0 FROM region");
  return g_strdup_printf ("SELECT channel, id, name, aliases, source_code, %s FROM %s", table == CZ_TABLE_PRODUCT ? "unit" : "0",
                          cz_table_by_number (table)->name);
}

static gboolean
search_all (sqlite3 *content, guint16 table, Search *search, CzPostThing *out, GError **error)
{
  g_autofree char *sql = select_sql (table);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (content, sql, error);
  int code = SQLITE_DONE;
  while (stmt && (code = sqlite3_step (stmt)) == SQLITE_ROW) {
    const Candidate candidate = { sqlite3_column_int64 (stmt, 1), sqlite3_column_int (stmt, 0), (const char *) sqlite3_column_text (stmt, 2),
                                  (const char *) sqlite3_column_text (stmt, 3), (const char *) sqlite3_column_text (stmt, 4), sqlite3_column_int (stmt, 5) };
    consider (search, &candidate, out);
  }
  if (stmt && code != SQLITE_DONE)
    cz_db_set_error (content, code, "looking up a name", error);
  return stmt && code == SQLITE_DONE;
}

/* The nearest, joined; "" when there is none. Newly allocated. */
static char *
nearest (GPtrArray *near)
{
  GString *names = g_string_new (NULL);
  g_ptr_array_sort (near, by_distance);
  for (guint i = 0; i < MIN (near->len, NEAR_MAX); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", ((Near *) g_ptr_array_index (near, i))->name);
  return g_string_free (names, FALSE);
}

/* One sentence a kind: in other languages no word for "kind" fits all. */
static gboolean
refuse_unknown (guint16 table, const char *text, GPtrArray *near, GError **error)
{
  g_autofree char *names = nearest (near);
  g_autofree char *said = table == CZ_TABLE_PRODUCT  ? g_strdup_printf (_("No product is called “%s” here."), text)
                          : table == CZ_TABLE_MARKET ? g_strdup_printf (_("No market is called “%s” here."), text)
                                                     : g_strdup_printf (_("No place is called “%s” here."), text);
  return names[0] != '\0' ? refuse (error, _("%s Near it: %s"), said, names) : refuse (error, "%s", said);
}

gboolean
cz_post_find (sqlite3 *content, guint16 table, const char *text, CzPostThing *out, GError **error)
{
  g_autofree char *wanted = plain (text);
  g_autoptr (GPtrArray) near = g_ptr_array_new_with_free_func (near_free);
  Search search = { .wanted = wanted, .how = BY_NOTHING, .near = near };
  gint64 number = 0;
  gboolean is_number = table == CZ_TABLE_REGION ? cz_region_parse (wanted, &number) : g_ascii_string_to_signed (wanted, 10, 1, G_MAXINT64, &number, NULL);
  *out = (CzPostThing){ .unit = -1 };
  if (content && !search_all (content, table, &search, out, error))
    return FALSE;
  if (search.is_ambiguous) {
    g_autofree char *names = nearest (near);
    return refuse (error, _("Several are called “%s”: %s. Write the name of one, or its number."), text, names);
  }
  if (search.how != BY_NOTHING)
    return TRUE;
  /* Not here is not wrong: the county may have published it since. */
  out->id = number;
  if (is_number && (table == CZ_TABLE_REGION || cz_id_is_valid (number)))
    return TRUE;
  return content ? refuse_unknown (table, text, near, error) : refuse (error, _("“%s”: nothing has come from the county yet, so no name is known. Fetch first, or write the number."), text);
}

/* ---- prices and quantities ---- */

/* The number at the front, a sign of the yuan left out, and what stands behind it. */
static void
split (const char *text, char **number, char **rest)
{
  g_autofree char *compatible = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE); /* full-width digits and strokes become plain */
  const char *at = compatible ? compatible : "";
  while (*at == ' ' || g_str_has_prefix (at, "¥"))
    at += *at == ' ' ? 1 : strlen ("¥");
  gsize n = strspn (at, "0123456789.,-");
  *number = g_strndup (at, n);
  *rest = g_strdup (at + n);
  g_strstrip (*rest);
}

static gboolean
parse_unit (const char *text, CzPriceUnit *unit)
{
  g_autofree char *compatible = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autoptr (GString) spelled = g_string_new (compatible ? g_strstrip (compatible) : "");
  (void) g_string_replace (spelled, "块/", "元/", 1);
  (void) g_string_replace (spelled, "¥/", "元/", 1);
  if (spelled->str[0] == '/')
    g_string_prepend (spelled, "元");
  /* The import knows other moneys; a message has a field for them, and its prices are in that one. */
  if (g_ascii_isupper (spelled->str[0]) && !g_str_has_prefix (spelled->str, "CNY/"))
    return FALSE;
  return cz_price_unit_parse (spelled->str, unit);
}

static gboolean
check_unit (const CzPriceUnit *unit, const CzPostThing *product, GError **error)
{
  if (!product || product->unit < 0 || product->unit == (int) unit->unit)
    return TRUE;
  return refuse (error, _("%s is counted in %s; write it in that unit."), product->name, product->unit == CZ_UNIT_KG ? "斤" : cz_unit_name_zh ((CzUnit) product->unit));
}

gboolean
cz_post_price (const char *text, const char *unit, const CzPostThing *product, gint64 *li, GError **error)
{
  g_autofree char *number = NULL, *rest = NULL;
  CzPriceUnit parsed;
  gboolean exact = TRUE;
  split (text, &number, &rest);
  const char *spelled = rest[0] != '\0' && !g_str_equal (rest, "元") && !g_str_equal (rest, "块") ? rest : unit;
  if (!spelled)
    return refuse (error, _("“%s”: write the unit with the price, such as 0.45元/斤 or 3元/个."), text);
  if (!parse_unit (spelled, &parsed))
    return refuse (error, _("“%s” is no unit of price. Write 元/斤, 元/公斤, 元/个, 元/袋 …"), spelled);
  CzPriceResult result = cz_price_parse (number, &parsed, li, &exact);
  if (result != CZ_PRICE_OK || !exact || *li == 0)
    return refuse (error, _("“%s” is not a price. Write it as 0.45元/斤."), text);
  return check_unit (&parsed, product, error);
}

gboolean
cz_post_quantity (const char *text, const CzPostThing *product, gint64 *out, GError **error)
{
  g_autofree char *number = NULL, *rest = NULL;
  CzPriceUnit unit;
  gint64 milli = 0;
  split (text, &number, &rest);
  if (rest[0] == '\0' || strchr (rest, '/') || !parse_unit (rest, &unit) || cz_money_parse_milli (number, &milli) != CZ_PRICE_OK)
    return refuse (error, _("“%s” is not a quantity. Write it as 2000斤, 1.5吨 or 30个."), text);
  /* A price of one thousandth for the unit is multiply/divide 厘 for the kilogram: the unit weighs divide/multiply kilograms. */
  gint64 scaled = unit.unit == CZ_UNIT_KG ? milli * unit.divide : milli;
  gint64 divisor = unit.unit == CZ_UNIT_KG ? unit.multiply : 1000;
  if (scaled % divisor != 0)
    return refuse (error, _("“%s” is not a quantity. Write it as 2000斤, 1.5吨 or 30个."), text);
  *out = scaled / divisor;
  return check_unit (&unit, product, error);
}

/* ---- fixed words ---- */

gboolean
cz_post_word (const char *field, const char *text, gint64 *out, GError **error)
{
  static const struct {
    const char *field, *words;
    CzVocab vocab;
  } known[] = {
    { "grade", "特级, 一级, 二级, 三级, 等外, 大, 中, 小", CZ_VOCAB_GRADE }, { "kind", "收购, 批发, 零售, 农资", CZ_VOCAB_QUOTE_KIND },
    { "period", "日, 周, 月", CZ_VOCAB_PERIOD },                             { "side", "出售, 求购, 出租, 帮工", CZ_VOCAB_SIDE },
    { "contact_level", "村站转告, 同意后, 公开", CZ_VOCAB_CONTACT },
  };
  int value = 0;
  gboolean is_number = g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, out, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++) {
    if (!g_str_equal (known[i].field, field))
      continue;
    if (!cz_vocab_parse (known[i].vocab, text, &value)) /* "1" may be a word, too: the grade */
      return is_number || refuse (error, _("%s: “%s” is not one of %s."), field, text, known[i].words);
    *out = value;
    return TRUE;
  }
  return is_number || refuse (error, _("%s: a number is needed, not “%s”."), field, text);
}
