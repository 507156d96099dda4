/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-plausibility.h"

static void
test_triple (void)
{
  static const struct {
    CzPriceTriple price;
    CzDoubt doubts;
  } cases[] = {
    { { 900, 1000, 1100 }, CZ_DOUBT_NONE }, { { 1000, 1000, 1000 }, CZ_DOUBT_NONE }, { { 0, 1000, 0 }, CZ_DOUBT_NONE },
    { { 1100, 1000, 900 }, CZ_DOUBT_ORDER }, { { 1001, 1000, 1100 }, CZ_DOUBT_MID },  { { 900, 1101, 1100 }, CZ_DOUBT_MID },
    { { 0, 1101, 1100 }, CZ_DOUBT_MID },     { { 1001, 1000, 0 }, CZ_DOUBT_MID },     { { 900, 0, 1100 }, CZ_DOUBT_NONE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (cz_plausibility_triple (&cases[i].price), ==, cases[i].doubts);
}

static void
test_step (void)
{
  static const struct {
    gint64 then, now;
    CzDoubt doubt;
    gint64 permille;
  } cases[] = {
    { 1000, 1400, CZ_DOUBT_NONE, 400 }, { 1000, 1401, CZ_DOUBT_STEP, 401 },  { 1000, 600, CZ_DOUBT_NONE, -400 }, { 1000, 599, CZ_DOUBT_STEP, -401 },
    { 1000, 2000, CZ_DOUBT_STEP, 1000 }, { 2000, 1000, CZ_DOUBT_STEP, -500 }, { 0, 1000, CZ_DOUBT_NONE, 0 },      { 1000, 0, CZ_DOUBT_NONE, 0 },
    { 1, 2, CZ_DOUBT_STEP, 1000 },       { CZ_PRICE_MAX_LI, 1, CZ_DOUBT_STEP, -999 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    CzPriceTriple then = { 0, cases[i].then, 0 };
    CzPriceTriple now = { 0, cases[i].now, 0 };
    gint64 permille;
    g_assert_cmpint (cz_plausibility_step (&now, &then, &permille), ==, cases[i].doubt);
    g_assert_cmpint (permille, ==, cases[i].permille);
  }
  CzPriceTriple ends = { 900, 0, 1100 };
  CzPriceTriple mid = { 0, 1500, 0 };
  g_assert_cmpint (cz_plausibility_step (&mid, &ends, NULL), ==, CZ_DOUBT_STEP);
}

static void
test_unit (void)
{
  static const struct {
    const char *name;
    CzUnit unit;
    CzDoubt doubt;
  } cases[] = {
    { "椰青/个", CZ_UNIT_KG, CZ_DOUBT_UNIT },   { "椰青/个", CZ_UNIT_PIECE, CZ_DOUBT_NONE },    { "秦冠（箱）", CZ_UNIT_KG, CZ_DOUBT_UNIT },
    { "白萝卜(袋)", CZ_UNIT_KG, CZ_DOUBT_UNIT }, { "草莓[盒]", CZ_UNIT_KG, CZ_DOUBT_UNIT },      { "草莓（盒", CZ_UNIT_KG, CZ_DOUBT_UNIT },
    { "净藕(1)", CZ_UNIT_KG, CZ_DOUBT_NONE },   { "白萝卜（棚", CZ_UNIT_KG, CZ_DOUBT_NONE },     { "个大西瓜", CZ_UNIT_KG, CZ_DOUBT_NONE },
    { "箱装苹果", CZ_UNIT_KG, CZ_DOUBT_NONE },  { "苹果（箱装）", CZ_UNIT_KG, CZ_DOUBT_NONE }, { "大白菜", CZ_UNIT_KG, CZ_DOUBT_NONE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (cz_plausibility_unit (cases[i].name, cases[i].unit, NULL), ==, cases[i].doubt);
}

static void
test_words (void)
{
  g_autofree char *none = cz_doubt_words (CZ_DOUBT_NONE);
  g_autofree char *two = cz_doubt_words (CZ_DOUBT_STEP | CZ_DOUBT_ORDER);
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (two, ==, "order step");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/plausibility/triple", test_triple);
  g_test_add_func ("/model/plausibility/step", test_step);
  g_test_add_func ("/model/plausibility/unit", test_unit);
  g_test_add_func ("/model/plausibility/words", test_words);
  return g_test_run ();
}
