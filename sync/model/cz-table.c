/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-table.h"
#include "sync/model/cz-day.h"

#include <string.h>

G_DEFINE_QUARK (cz_row_error, cz_row_error)

#define MAX_ID G_GINT64_CONSTANT (999999999999999)
#define MAX_REGION G_GINT64_CONSTANT (999999999999)
#define MAX_LI G_GINT64_CONSTANT (1000000000000)
#define MAX_UNIX G_GINT64_CONSTANT (6311433600) /* 2170-01-01 */

#define INT(num, nm, lo, hi) { num, nm, CZ_FIELD_INT, CZ_FIELD_PLAIN, lo, hi, 0 }
#define INTK(num, nm, lo, hi) { num, nm, CZ_FIELD_INT, CZ_FIELD_KEY, lo, hi, 0 }
#define ID(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_KEY | CZ_FIELD_ISSUED, 1, MAX_ID, 0 }
#define REF(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_REF, 0, MAX_ID, 0 }
#define REFK(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_REF | CZ_FIELD_KEY, 1, MAX_ID, 0 }
#define REGION(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_REGION, 0, MAX_REGION, 0 }
#define REGIONK(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_REGION | CZ_FIELD_OWN_REGION | CZ_FIELD_KEY, 0, MAX_REGION, 0 }
#define DAY(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_DAY, CZ_DAY_MIN, CZ_DAY_MAX, 0 }
#define DAYK(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_DAY | CZ_FIELD_KEY, CZ_DAY_MIN, CZ_DAY_MAX, 0 }
#define TIME(num, nm) INT (num, nm, 0, MAX_UNIX)
#define LI(num, nm) INT (num, nm, 0, MAX_LI)
#define TEXT(num, nm, bytes) { num, nm, CZ_FIELD_TEXT, CZ_FIELD_PLAIN, 0, 0, bytes }
#define TEXTK(num, nm, bytes) { num, nm, CZ_FIELD_TEXT, CZ_FIELD_KEY, 0, 0, bytes }
#define HASH(num, nm) { num, nm, CZ_FIELD_BLOB, CZ_FIELD_HASH, 0, 0, CZ_HASH_BYTES }
#define HASHK(num, nm) { num, nm, CZ_FIELD_BLOB, CZ_FIELD_HASH | CZ_FIELD_KEY, 0, 0, CZ_HASH_BYTES }

static const CzField region_fields[] = {
  REGIONK (1, "code"),
  TEXT (2, "name", 120),
  REGION (3, "parent"),
  INT (4, "level", 0, 5), /* 0 centre, 1 province, 2 city, 3 county, 4 town, 5 village */
  TEXT (5, "spoken", 240), /* toned pinyin where the name is read unusually */
  TEXT (6, "aliases", 400), /* former and other names, one a line */
};

/* Who speaks on the channel; one row with the channel's own region as key. */
static const CzField publisher_fields[] = {
  REGIONK (1, "code"),
  TEXT (2, "name", 120), /* "示例县农业农村局" */
  TEXT (3, "place", 120), /* "示例县" */
  TEXT (4, "hotline", 40),
  TEXT (5, "remark", 400), /* e.g. that the county is invented */
};

static const CzField market_fields[] = {
  ID (1, "id"),
  TEXT (2, "name", 120),
  REGION (3, "region"),
  INT (4, "kind", 0, 255), /* CzMarketKind */
  TEXT (5, "open_days", 120), /* as printed: "每天", "逢2、7", "周一至周六" */
  INT (6, "open_mask", 0, G_GINT64_CONSTANT (0xffffffffffff)), /* bits 0-6 Monday…Sunday, 8-17 last digit 0…9 of the lunar day, 18-27 of the solar day; 0 = every day */
  INT (7, "fee_permille", 0, 1000),
  INT (8, "lon_udeg", -180000000, 180000000),
  INT (9, "lat_udeg", -90000000, 90000000),
  TEXT (10, "phone", 40),
  TEXT (11, "spoken", 240),
  TEXT (12, "aliases", 400),
  TEXT (13, "source_code", 60), /* the code or name by which its own office calls it */
};

static const CzField distance_fields[] = {
  REGIONK (1, "village"),
  REFK (2, "market"),
  INT (3, "metres", 0, 5000000),
  INT (4, "minutes", 0, 10000),
};

static const CzField product_fields[] = {
  ID (1, "id"),
  TEXT (2, "name", 120),
  INT (3, "class", 0, 255), /* CzProductClass */
  INT (4, "unit", 0, 255), /* CzUnit */
  INT (5, "grams_per_unit", 0, 10000000),
  TEXT (6, "aliases", 400), /* one a line */
  INT (7, "season_mask", 0, 4095), /* bit 0 January … bit 11 December */
  INT (8, "loss_permille", 0, 1000), /* per 10 km */
  HASH (9, "picture"),
  TEXT (10, "spoken", 240),
  INT (11, "rank", 0, 1000000), /* order of local use, smaller first; 0 = none given */
  TEXT (12, "source_code", 60),
};

static const CzField quote_fields[] = {
  DAYK (1, "day"),
  REFK (2, "market"),
  REFK (3, "product"),
  INTK (4, "grade", 0, 255), /* CzGrade */
  INTK (5, "kind", 0, 255), /* CzQuoteKind */
  LI (6, "low"), /* 厘 per kg or per counted unit; 0 = not given */
  LI (7, "mid"),
  LI (8, "high"),
  INT (9, "sources", 0, 100000), /* how many were asked; 0 = not given */
  TEXT (10, "currency", 3), /* ISO 4217; empty = CNY */
  INT (11, "period", 0, 255), /* CzPeriod */
  INT (12, "status", 0, 255), /* 0 ok, 1 corrected */
  REF (13, "contributor"),
};

static const CzField quote_correction_fields[] = {
  ID (1, "id"),
  { 2, "day", CZ_FIELD_INT, CZ_FIELD_DAY, CZ_DAY_MIN, CZ_DAY_MAX, 0 },
  REF (3, "market"),
  REF (4, "product"),
  INT (5, "grade", 0, 255),
  INT (6, "kind", 0, 255),
  LI (7, "old_low"),
  LI (8, "old_mid"),
  LI (9, "old_high"),
  LI (10, "new_low"), /* all three 0: withdrawn */
  LI (11, "new_mid"),
  LI (12, "new_high"),
  TEXT (13, "who", 120),
  TEXT (14, "reason", 400),
  TIME (15, "at_s"),
};

static const CzField series_stat_fields[] = {
  REFK (1, "product"),
  REFK (2, "market"),
  DAYK (3, "week"),
  LI (4, "trend"),
  LI (5, "deviation"),
  LI (6, "p10"),
  LI (7, "p50"),
  LI (8, "p90"),
  INT (9, "hit_permille", 0, 1000),
  INT (10, "weeks", 0, 10000),
};

static const CzField policy_fields[] = {
  ID (1, "id"),
  INT (2, "kind", 0, 255), /* CzPolicyKind */
  TEXT (3, "title", 300),
  TEXT (4, "summary", 480), /* ≤ 120 characters, for farmers */
  TEXT (5, "who", 4000), /* 谁能领 */
  TEXT (6, "how_much", 4000), /* 领多少 */
  TEXT (7, "papers", 4000), /* 带什么 */
  TEXT (8, "place", 4000), /* 去哪办 */
  TEXT (9, "deadline", 400), /* 哪天截止, in words: "长期" or a date with remarks */
  DAY (10, "deadline_day"), /* 0 = none (长期) */
  TEXT (11, "body", CZ_MAX_TEXT_BYTES), /* law text or longer explanation; Markdown headings and paragraphs */
  TEXT (12, "office", 200), /* 发布单位 */
  DAY (13, "issued_day"),
  DAY (14, "effective_day"),
  INT (15, "state", 0, 255), /* CzPolicyState */
  REF (16, "replaces"),
  REF (17, "replaced_by"),
  TEXT (18, "law_ref", 400),
  TEXT (19, "audience", 120),
  INT (20, "season_mask", 0, 4095),
  INT (21, "amount_fen", 0, MAX_LI),
  TEXT (22, "amount_per", 40), /* 亩, 头, 户 */
  REGION (23, "region"),
  HASH (24, "picture"),
  TEXT (25, "source", 400),
  TEXT (26, "licence", 120),
  TEXT (27, "lang", 20), /* empty = zh-CN */
};

static const CzField article_fields[] = {
  ID (1, "id"),
  INT (2, "kind", 0, 255),
  TEXT (3, "title", 300),
  TEXT (4, "summary", 480),
  TEXT (5, "body", CZ_MAX_TEXT_BYTES),
  HASH (6, "audio"),
  HASH (7, "picture"),
  TEXT (8, "office", 200),
  TEXT (9, "source", 400),
  TEXT (10, "licence", 120),
  TEXT (11, "lang", 20),
  DAY (12, "day"),
  INT (13, "topic", 0, 255),
  TEXT (14, "timings", 8000), /* sentence ends of audio in ms, blank separated */
};

static const CzField listing_fields[] = {
  ID (1, "id"),
  INT (2, "side", 0, 255), /* 1 卖, 2 买, 3 服务 */
  REF (3, "product"),
  INT (4, "grade", 0, 255),
  INT (5, "quantity_g", 0, G_GINT64_CONSTANT (1000000000000000)), /* grams, or pieces for counted products */
  LI (6, "price"), /* 0 = 面议 */
  DAY (7, "from_day"),
  DAY (8, "to_day"),
  REGION (9, "village"),
  HASH (10, "photo"),
  HASH (11, "voice"),
  INT (12, "contact_level", 0, 255), /* 0 via station, 1 after consent, 2 public */
  INT (13, "verify_level", 0, 255),
  INT (14, "state", 0, 255),
  TEXT (15, "reason", 400),
  TEXT (16, "text", 2000),
  TEXT (17, "phone", 40), /* only where contact_level is public */
  TEXT (18, "station", 40), /* fingerprint of the station it came from */
};

static const CzField buyer_fields[] = {
  ID (1, "id"),
  TEXT (2, "name", 200),
  INT (3, "kind", 0, 255),
  REGION (4, "region"),
  TEXT (5, "verified_by", 200),
  DAY (6, "verified_day"),
  TEXT (7, "products", 2000), /* product ids, blank separated */
  INT (8, "radius_m", 0, 5000000),
  TEXT (9, "phone", 40),
  INT (10, "contact_level", 0, 255),
};

static const CzField question_fields[] = {
  ID (1, "id"),
  TEXT (2, "slip", 40),
  INT (3, "topic", 0, 255),
  REF (4, "product"),
  TEXT (5, "question", 4000),
  TEXT (6, "answer", 20000),
  HASH (7, "question_audio"),
  HASH (8, "answer_audio"),
  TEXT (9, "answered_by", 120),
  INT (10, "answerer_kind", 0, 255),
  DAY (11, "asked_day"),
  DAY (12, "answered_day"),
  INT (13, "is_public", 0, 1),
  TEXT (14, "station", 40),
  HASH (15, "picture"),
};

static const CzField lesson_fields[] = {
  ID (1, "id"),
  TEXT (2, "title", 300),
  TEXT (3, "summary", 480),
  INT (4, "seconds", 0, 3600),
  INT (5, "season_mask", 0, 4095),
  INT (6, "level", 0, 255),
  HASH (7, "picture"),
  TEXT (8, "quiz", 8000),
  TEXT (9, "lang", 20),
};

static const CzField lesson_step_fields[] = {
  { 1, "lesson", CZ_FIELD_INT, CZ_FIELD_KEY | CZ_FIELD_ISSUED, 1, MAX_ID, 0 },
  INTK (2, "step", 1, 100),
  TEXT (3, "text", 4000),
  HASH (4, "picture"),
  HASH (5, "audio"),
  INT (6, "seconds", 0, 600),
};

static const CzField alert_fields[] = {
  ID (1, "id"),
  INT (2, "level", 0, 4),
  INT (3, "kind", 0, 255),
  REGION (4, "region"),
  TEXT (5, "title", 300),
  TEXT (6, "text", 4000),
  TEXT (7, "plan", 4000),
  TIME (8, "from_s"),
  TIME (9, "to_s"),
  TEXT (10, "signed_by", 240),
  TEXT (11, "review", 4000),
  REF (12, "product"),
};

static const CzField notice_fields[] = {
  ID (1, "id"),
  TEXT (2, "title", 300),
  TEXT (3, "text", 20000),
  REGION (4, "region"),
  DAY (5, "from_day"),
  DAY (6, "to_day"),
  HASH (7, "voice"),
  HASH (8, "picture"),
  TEXT (9, "office", 200),
  TEXT (10, "lang", 20),
};

static const CzField paper_fields[] = {
  ID (1, "id"),
  INT (2, "issue", 0, 100000),
  DAY (3, "week"),
  TEXT (4, "items", 20000),
  HASH (5, "pdf"),
  HASH (6, "audio"),
  TEXT (7, "title", 300),
};

static const CzField survey_fields[] = {
  ID (1, "id"),
  TEXT (2, "title", 300),
  TEXT (3, "questions", 20000),
  DAY (4, "from_day"),
  DAY (5, "to_day"),
};

/* What the county says of a station's uploads: counter 0 = "all up to `upto` arrived". */
static const CzField receipt_fields[] = {
  TEXTK (1, "station", 40),
  INTK (2, "counter", 0, G_MAXINT64),
  INT (3, "upto", 0, G_MAXINT64),
  INT (4, "state", 0, 255), /* CzOutboxState as the county sees it */
  TEXT (5, "reason", 400),
  REF (6, "became"),
  TIME (7, "at_s"),
};

static const CzField media_fields[] = {
  HASHK (1, "hash"),
  TEXT (2, "type", 60), /* "image/png", "audio/ogg" */
  INT (3, "bytes", 0, 67108864),
  INT (4, "priority", 0, 9), /* 0 first */
  TEXT (5, "title", 300),
  TEXT (6, "licence", 120),
};

/* Words in another language for any text field of any row. */
static const CzField translation_fields[] = {
  INTK (1, "table_no", 1, 63),
  INTK (2, "row", 0, MAX_ID), /* id or region code */
  INTK (3, "field_no", 1, 255),
  TEXTK (4, "lang", 20), /* BCP 47: "en" */
  TEXT (5, "text", CZ_MAX_TEXT_BYTES),
};

static const CzField change_note_fields[] = {
  ID (1, "id"),
  INT (2, "table_no", 0, 63),
  INT (3, "row", 0, MAX_ID),
  INT (4, "field_no", 0, 255),
  TEXT (5, "old_text", 4000),
  TEXT (6, "new_text", 4000),
  TEXT (7, "who", 120),
  TEXT (8, "reason", 400),
  TIME (9, "at_s"),
};

static const CzField match_outcome_fields[] = {
  ID (1, "id"),
  REF (2, "listing_a"),
  REF (3, "listing_b"),
  INT (4, "state", 0, 255),
  INT (5, "quantity_g", 0, G_GINT64_CONSTANT (1000000000000000)),
  LI (6, "price"),
  TEXT (7, "evidence", 400),
  DAY (8, "day"),
};

#define TABLE(num, nm, arr, keys) { num, nm, arr, G_N_ELEMENTS (arr), keys }

static const CzTable tables[] = {
  TABLE (CZ_TABLE_REGION, "region", region_fields, 1),
  TABLE (CZ_TABLE_PUBLISHER, "publisher", publisher_fields, 1),
  TABLE (CZ_TABLE_MARKET, "market", market_fields, 1),
  TABLE (CZ_TABLE_DISTANCE, "distance", distance_fields, 2),
  TABLE (CZ_TABLE_PRODUCT, "product", product_fields, 1),
  TABLE (CZ_TABLE_QUOTE, "quote", quote_fields, 5),
  TABLE (CZ_TABLE_QUOTE_CORRECTION, "quote_correction", quote_correction_fields, 1),
  TABLE (CZ_TABLE_SERIES_STAT, "series_stat", series_stat_fields, 3),
  TABLE (CZ_TABLE_POLICY, "policy", policy_fields, 1),
  TABLE (CZ_TABLE_ARTICLE, "article", article_fields, 1),
  TABLE (CZ_TABLE_LISTING, "listing", listing_fields, 1),
  TABLE (CZ_TABLE_BUYER, "buyer", buyer_fields, 1),
  TABLE (CZ_TABLE_QUESTION, "question", question_fields, 1),
  TABLE (CZ_TABLE_LESSON, "lesson", lesson_fields, 1),
  TABLE (CZ_TABLE_LESSON_STEP, "lesson_step", lesson_step_fields, 2),
  TABLE (CZ_TABLE_ALERT, "alert", alert_fields, 1),
  TABLE (CZ_TABLE_NOTICE, "notice", notice_fields, 1),
  TABLE (CZ_TABLE_PAPER, "paper", paper_fields, 1),
  TABLE (CZ_TABLE_SURVEY, "survey", survey_fields, 1),
  TABLE (CZ_TABLE_RECEIPT, "receipt", receipt_fields, 2),
  TABLE (CZ_TABLE_MEDIA, "media", media_fields, 1),
  TABLE (CZ_TABLE_TRANSLATION, "translation", translation_fields, 4),
  TABLE (CZ_TABLE_CHANGE_NOTE, "change_note", change_note_fields, 1),
  TABLE (CZ_TABLE_MATCH_OUTCOME, "match_outcome", match_outcome_fields, 1),
};

static const CzTable *const table_list[] = {
  &tables[0], &tables[1], &tables[2], &tables[3], &tables[4], &tables[5], &tables[6], &tables[7],
  &tables[8], &tables[9], &tables[10], &tables[11], &tables[12], &tables[13], &tables[14], &tables[15],
  &tables[16], &tables[17], &tables[18], &tables[19], &tables[20], &tables[21], &tables[22], &tables[23],
};
G_STATIC_ASSERT (G_N_ELEMENTS (table_list) == G_N_ELEMENTS (tables));

const CzTable *
cz_table_by_number (guint16 number)
{
  /* Numbers are dense from 1; the loop keeps a future gap from being an out-of-bounds read. */
  if (number >= 1 && number <= G_N_ELEMENTS (tables) && tables[number - 1].number == number)
    return &tables[number - 1];
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (tables[i].number == number)
      return &tables[i];
  return NULL;
}

const CzTable *
cz_table_by_name (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (g_str_equal (tables[i].name, name))
      return &tables[i];
  return NULL;
}

const CzTable *const *
cz_table_all (guint *n)
{
  *n = G_N_ELEMENTS (table_list);
  return table_list;
}

int
cz_table_field_index (const CzTable *table, const char *field)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (g_str_equal (table->fields[i].name, field))
      return (int) i;
  return -1;
}

gboolean
cz_value_is_default (const CzField *field, const CzValue *value)
{
  return field->type == CZ_FIELD_INT ? value->i == 0 : value->len == 0;
}

gboolean
cz_value_equal (const CzField *field, const CzValue *a, const CzValue *b)
{
  if (field->type == CZ_FIELD_INT)
    return a->i == b->i;
  return a->len == b->len && (a->len == 0 || memcmp (a->p, b->p, a->len) == 0);
}

static gboolean
check_int (const CzTable *table, const CzField *field, gint64 value, CzChannel channel, GError **error)
{
  if ((field->min != 0 || field->max != 0) && (value < field->min || value > field->max)) {
    g_set_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_RANGE,
                 "%s.%s: %" G_GINT64_FORMAT " is outside %" G_GINT64_FORMAT " … %" G_GINT64_FORMAT,
                 table->name, field->name, value, field->min, field->max);
    return FALSE;
  }
  if ((field->flags & CZ_FIELD_ISSUED) && (!cz_id_is_valid (value) || cz_id_issuer (value) != channel)) {
    g_set_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_SCOPE,
                 "%s.%s: id %" G_GINT64_FORMAT " does not carry the code of channel %06d",
                 table->name, field->name, value, channel);
    return FALSE;
  }
  if ((field->flags & CZ_FIELD_OWN_REGION) && !cz_channel_covers (channel, cz_region_channel (value))) {
    g_set_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_SCOPE,
                 "%s.%s: region %" G_GINT64_FORMAT " lies outside the area of channel %06d",
                 table->name, field->name, value, channel);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_bytes (const CzTable *table, const CzField *field, const CzValue *value, GError **error)
{
  gboolean length_ok = value->len <= field->max_bytes
                       && (!(field->flags & CZ_FIELD_HASH) || value->len == CZ_HASH_BYTES
                           || (value->len == 0 && !(field->flags & CZ_FIELD_KEY)));
  if (!length_ok) {
    g_set_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_RANGE, "%s.%s: %u bytes, at most %u are taken",
                 table->name, field->name, value->len, field->max_bytes);
    return FALSE;
  }
  /* g_utf8_validate with a length refuses embedded NUL as well. */
  if (field->type == CZ_FIELD_TEXT && value->len > 0 && !g_utf8_validate (value->p, value->len, NULL)) {
    g_set_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_TEXT, "%s.%s: text is not UTF-8", table->name, field->name);
    return FALSE;
  }
  return TRUE;
}

gboolean
cz_row_check (const CzTable *table, const CzRow *row, CzChannel channel, GError **error)
{
  for (guint i = 0; i < table->n_fields; i++) {
    const CzField *field = &table->fields[i];
    gboolean ok = field->type == CZ_FIELD_INT ? check_int (table, field, row->v[i].i, channel, error)
                                              : check_bytes (table, field, &row->v[i], error);
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

static int
compare_bytes (const CzValue *a, const CzValue *b)
{
  gsize common = MIN (a->len, b->len);
  int order = common > 0 ? memcmp (a->p, b->p, common) : 0;
  return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

int
cz_row_compare_keys (const CzTable *table, const CzRow *a, const CzRow *b)
{
  int order = 0;
  for (guint i = 0; order == 0 && i < table->n_keys; i++)
    order = table->fields[i].type == CZ_FIELD_INT ? (a->v[i].i > b->v[i].i) - (a->v[i].i < b->v[i].i)
                                                  : compare_bytes (&a->v[i], &b->v[i]);
  return order;
}
