/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-clock.h"
#include "sync/model/cz-code.h"
#include "sync/model/cz-day.h"
#include "sync/model/cz-money.h"
#include "sync/model/cz-table.h"
#include "sync/model/cz-vocab.h"

static void
test_day_round_trip (void)
{
  int year, month, mday;
  for (CzDay day = CZ_DAY_MIN; day <= CZ_DAY_MAX; day++) {
    CzDay back;
    cz_day_to_ymd (day, &year, &month, &mday);
    g_assert_true (cz_day_from_ymd (year, month, mday, &back));
    g_assert_cmpint (back, ==, day);
    g_autoptr (GDate) date = g_date_new_dmy ((GDateDay) mday, (GDateMonth) month, (GDateYear) year);
    g_assert_cmpint ((gint64) g_date_get_julian (date) - 719163, ==, day);
    g_assert_cmpint (cz_day_weekday (day), ==, (int) g_date_get_weekday (date));
  }
}

static void
test_day_parse (void)
{
  static const struct {
    const char *text;
    CzCalendar calendar;
    const char *iso; /* NULL: refused */
  } cases[] = {
    { "2016-05-03", CZ_CALENDAR_GREGORIAN, "2016-05-03" },
    { " 2018/1/1 ", CZ_CALENDAR_GREGORIAN, "2018-01-01" },
    { "2019/4/25 9:32:09", CZ_CALENDAR_GREGORIAN, "2019-04-25" },
    { "2024-02-29T00:00:00", CZ_CALENDAR_GREGORIAN, "2024-02-29" },
    { "2026年11月22日", CZ_CALENDAR_GREGORIAN, "2026-11-22" },
    { "1960M01", CZ_CALENDAR_GREGORIAN, "1960-01-01" },
    { "107/11/01", CZ_CALENDAR_ROC, "2018-11-01" },
    { "115.05.15", CZ_CALENDAR_ROC, "2026-05-15" },
    { "2026.05.15", CZ_CALENDAR_ROC, NULL },
    { "107/11/01", CZ_CALENDAR_GREGORIAN, NULL },
    { "2023-02-29", CZ_CALENDAR_GREGORIAN, NULL },
    { "2023-2/3", CZ_CALENDAR_GREGORIAN, NULL },
    { "2023-02-03x", CZ_CALENDAR_GREGORIAN, NULL },
    { "20230203", CZ_CALENDAR_GREGORIAN, NULL },
    { "", CZ_CALENDAR_GREGORIAN, NULL },
    { "小　　計", CZ_CALENDAR_ROC, NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    CzDay day = 0;
    gboolean ok = cz_day_parse (cases[i].text, cases[i].calendar, &day);
    g_test_message ("%s", cases[i].text);
    g_assert_cmpint (ok, ==, cases[i].iso != NULL);
    if (ok) {
      g_autofree char *iso = cz_day_to_iso (day);
      g_assert_cmpstr (iso, ==, cases[i].iso);
    }
  }
}

static void
test_day_of_instant (void)
{
  CzDay day = cz_day_from_unix (1795276800); /* 2026-11-22 00:00 at UTC+8 is 2026-11-21 16:00 UTC */
  g_autofree char *iso = cz_day_to_iso (day);
  g_assert_cmpstr (iso, ==, "2026-11-22");
  g_assert_cmpint (cz_day_from_unix (cz_day_to_unix (day)), ==, day);
  g_assert_cmpint (cz_day_from_unix (cz_day_to_unix (day) - 1), ==, day - 1);
  g_assert_cmpint (cz_day_from_unix (G_MAXINT64), ==, CZ_DAY_MAX);
  g_assert_cmpint (cz_day_from_unix (G_MININT64), ==, CZ_DAY_MIN);
}

static void
test_money (void)
{
  static const struct {
    const char *text;
    const char *unit;
    CzPriceResult result;
    gint64 li;
  } cases[] = {
    { "0.45", "元/斤", CZ_PRICE_OK, 900 },       { "3.5", "元/公斤", CZ_PRICE_OK, 3500 },
    { "1,234.5", "元/kg", CZ_PRICE_OK, 1234500 }, { "２．６０", "元/斤", CZ_PRICE_OK, 5200 },
    { "2400", "元/吨", CZ_PRICE_OK, 2400 },       { "12", "元/个", CZ_PRICE_OK, 12000 },
    { "1.2345", "元/斤", CZ_PRICE_TOO_FINE, 0 },  { "1.2340", "元/斤", CZ_PRICE_OK, 2468 },
    { "-1", "元/斤", CZ_PRICE_NEGATIVE, 0 },      { "", "元/斤", CZ_PRICE_EMPTY, 0 },
    { "2.7（个）", "元/斤", CZ_PRICE_NOT_A_NUMBER, 0 }, { "1.2.3", "元/斤", CZ_PRICE_NOT_A_NUMBER, 0 },
    { ".", "元/斤", CZ_PRICE_NOT_A_NUMBER, 0 },   { "1,2", "元/斤", CZ_PRICE_NOT_A_NUMBER, 0 },
    { "9999999999999", "元/斤", CZ_PRICE_TOO_LARGE, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    CzPriceUnit unit;
    gint64 li = 0;
    g_test_message ("%s %s", cases[i].text, cases[i].unit);
    g_assert_true (cz_price_unit_parse (cases[i].unit, &unit));
    g_assert_cmpint (cz_price_parse (cases[i].text, &unit, &li, NULL), ==, cases[i].result);
    g_assert_cmpint (li, ==, cases[i].li);
  }
  CzPriceUnit unit;
  g_assert_false (cz_price_unit_parse ("角/斤", &unit));
  g_assert_false (cz_price_unit_parse ("元/筐筐", &unit));
}

static void
test_money_format (void)
{
  static const struct {
    gint64 li;
    const char *jin;
    const char *plain;
  } cases[] = {
    { 900, "0.45", "0.90" }, { 910, "0.455", "0.91" }, { 0, "0.00", "0.00" }, { -20, "-0.01", "-0.02" },
    { 1, "0.001", "0.001" }, { 4999, "2.50", "4.999" }, { 2000000, "1000.00", "2000.00" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *jin = cz_price_format_jin (cases[i].li);
    g_autofree char *plain = cz_price_format (cases[i].li);
    g_assert_cmpstr (jin, ==, cases[i].jin);
    g_assert_cmpstr (plain, ==, cases[i].plain);
  }
}

static void
test_codes (void)
{
  CzChannel channel;
  g_assert_true (cz_channel_parse ("990101", &channel));
  g_assert_false (cz_channel_parse ("99010", &channel));
  g_assert_false (cz_channel_parse ("99010a", &channel));
  g_assert_true (cz_channel_covers (0, 990101));
  g_assert_true (cz_channel_covers (990000, 990101));
  g_assert_true (cz_channel_covers (990100, 990101));
  g_assert_false (cz_channel_covers (990101, 990102));
  g_assert_false (cz_channel_covers (990101, 990100));
  g_assert_false (cz_channel_covers (990200, 990101));
  gint64 region;
  g_assert_true (cz_region_parse ("990101001", &region));
  g_assert_cmpint (region, ==, 990101001000);
  g_assert_cmpint (cz_region_channel (region), ==, 990101);
  g_autofree char *text = cz_region_to_string (region);
  g_assert_cmpstr (text, ==, "990101001");
  gint64 id = cz_id_make (990101, 7);
  g_assert_cmpint (id, ==, 990101000000007);
  g_assert_cmpint (cz_id_issuer (id), ==, 990101);
  g_assert_cmpuint (cz_id_serial (id), ==, 7);
  g_assert_false (cz_id_is_valid (990101000000000));
}

static void
test_descriptors (void)
{
  guint n;
  const CzTable *const *all = cz_table_all (&n);
  for (guint t = 0; t < n; t++) {
    guint64 seen[4] = { 0 };
    g_assert_cmpuint (all[t]->n_fields, <=, CZ_MAX_FIELDS);
    g_assert_cmpuint (all[t]->n_keys, <=, CZ_MAX_KEYS);
    g_assert_cmpuint (all[t]->number, <, 64);
    g_assert_true (cz_table_by_number (all[t]->number) == all[t]);
    g_assert_true (cz_table_by_name (all[t]->name) == all[t]);
    for (guint f = 0; f < all[t]->n_fields; f++) {
      const CzField *field = &all[t]->fields[f];
      g_assert_cmpint ((field->flags & CZ_FIELD_KEY) != 0, ==, f < all[t]->n_keys);
      g_assert_false (seen[field->number / 64] >> (field->number % 64) & 1);
      seen[field->number / 64] |= G_GUINT64_CONSTANT (1) << (field->number % 64);
    }
  }
}

static void
test_row_check (void)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_PRODUCT);
  CzRow row = { 0 };
  g_autoptr (GError) error = NULL;
  row.v[0].i = cz_id_make (990101, 1);
  row.v[1] = (CzValue){ .p = "白菜", .len = 6 };
  g_assert_true (cz_row_check (table, &row, 990101, &error));
  g_assert_no_error (error);
  g_assert_false (cz_row_check (table, &row, 990102, &error));
  g_assert_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_SCOPE);
  g_clear_error (&error);
  row.v[1] = (CzValue){ .p = "\xe7\x99", .len = 2 };
  g_assert_false (cz_row_check (table, &row, 990101, &error));
  g_assert_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_TEXT);
  g_clear_error (&error);
  row.v[1] = (CzValue){ 0 };
  row.v[2].i = 256;
  g_assert_false (cz_row_check (table, &row, 990101, &error));
  g_assert_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_RANGE);
}

static void
test_clock (void)
{
  g_autoptr (CzClock) clock = cz_clock_new_fixed (1000000, 0);
  g_assert_false (cz_clock_is_plausible (clock));
  cz_clock_raise_trusted (clock, 1795000000);
  cz_clock_raise_trusted (clock, 5); /* never backwards */
  g_assert_cmpint (cz_clock_trusted_s (clock), ==, 1795000000);
  g_assert_false (cz_clock_is_plausible (clock)); /* the wall says 1970 */
  g_assert_cmpint (cz_clock_today (clock), ==, cz_day_from_unix (1795000000));
  cz_clock_fixed_set (clock, 1795003600, G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC);
  g_assert_true (cz_clock_is_plausible (clock));
  cz_clock_fixed_set (clock, 1795000000 + G_GINT64_CONSTANT (5) * 365 * 86400, 0);
  g_assert_false (cz_clock_is_plausible (clock));
}

static void
test_vocab (void)
{
  gint value;
  g_assert_true (cz_vocab_parse (CZ_VOCAB_QUOTE_KIND, "批发", &value));
  g_assert_cmpint (value, ==, CZ_KIND_WHOLESALE);
  g_assert_true (cz_vocab_parse (CZ_VOCAB_GRADE, "", &value));
  g_assert_cmpint (value, ==, CZ_GRADE_ANY);
  g_assert_false (cz_vocab_parse (CZ_VOCAB_QUOTE_KIND, "", &value));
  g_assert_false (cz_vocab_parse (CZ_VOCAB_CLASS, "机器", &value));
  g_assert_cmpstr (cz_vocab_name_zh (CZ_VOCAB_CLASS, CZ_CLASS_MEAT_EGG), ==, "肉蛋");
  g_assert_cmpstr (cz_vocab_name_zh (CZ_VOCAB_CLASS, 99), ==, "?");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/day/agrees-with-gdate-on-every-day", test_day_round_trip);
  g_test_add_func ("/model/day/reads-what-offices-write", test_day_parse);
  g_test_add_func ("/model/day/of-an-instant", test_day_of_instant);
  g_test_add_func ("/model/money/parse", test_money);
  g_test_add_func ("/model/money/format", test_money_format);
  g_test_add_func ("/model/code/areas-and-ids", test_codes);
  g_test_add_func ("/model/table/descriptors-are-sound", test_descriptors);
  g_test_add_func ("/model/table/row-check", test_row_check);
  g_test_add_func ("/model/clock/trusted-bound", test_clock);
  g_test_add_func ("/model/vocab/parse", test_vocab);
  return g_test_run ();
}
