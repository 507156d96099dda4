/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-vocab.h"

#include <string.h>

typedef struct {
  gint value;
  const char *zh;
  const char *en;
} Word;

/* The first entry of a value is the one shown; later ones are read as well. */
static const Word quote_kinds[] = {
  { CZ_KIND_PURCHASE, "收购", "purchase" }, { CZ_KIND_WHOLESALE, "批发", "wholesale" },
  { CZ_KIND_RETAIL, "零售", "retail" },     { CZ_KIND_INPUT, "农资", "input" },
  { CZ_KIND_PURCHASE, "产地", "farm-gate" }, { 0, NULL, NULL },
};
static const Word periods[] = {
  { CZ_PERIOD_DAY, "日", "day" }, { CZ_PERIOD_WEEK, "周", "week" }, { CZ_PERIOD_MONTH, "月", "month" },
  { CZ_PERIOD_DAY, "天", "daily" }, { CZ_PERIOD_WEEK, "星期", "weekly" }, { CZ_PERIOD_MONTH, "月份", "monthly" },
  { 0, NULL, NULL },
};
static const Word classes[] = {
  { CZ_CLASS_VEGETABLE, "菜", "vegetable" }, { CZ_CLASS_GRAIN, "粮", "grain" }, { CZ_CLASS_FRUIT, "果", "fruit" },
  { CZ_CLASS_MEAT_EGG, "肉蛋", "meat-egg" }, { CZ_CLASS_INPUT, "农资", "input" }, { CZ_CLASS_OTHER, "其它", "other" },
  { CZ_CLASS_VEGETABLE, "蔬菜", "vegetables" }, { CZ_CLASS_GRAIN, "粮食", "grains" }, { CZ_CLASS_GRAIN, "粮油", "staple" },
  { CZ_CLASS_FRUIT, "水果", "fruits" }, { CZ_CLASS_MEAT_EGG, "肉", "meat" }, { CZ_CLASS_OTHER, "其他", "others" },
  { 0, NULL, NULL },
};
static const Word market_kinds[] = {
  { CZ_MARKET_WHOLESALE, "批发", "wholesale" }, { CZ_MARKET_FAIR, "集市", "fair" },
  { CZ_MARKET_PURCHASE_POINT, "收购点", "purchase-point" }, { CZ_MARKET_SUPERMARKET, "超市", "supermarket" },
  { CZ_MARKET_REGION_MEAN, "地区均价", "region-mean" }, { CZ_MARKET_WHOLESALE, "批发市场", "wholesale-market" },
  { 0, NULL, NULL },
};
static const Word grades[] = {
  { CZ_GRADE_ANY, "统货", "any" }, { CZ_GRADE_SUPER, "特级", "super" }, { CZ_GRADE_1, "一级", "grade-1" },
  { CZ_GRADE_2, "二级", "grade-2" }, { CZ_GRADE_3, "三级", "grade-3" }, { CZ_GRADE_OFF, "等外", "off-grade" },
  { CZ_GRADE_LARGE, "大", "large" }, { CZ_GRADE_MEDIUM, "中", "medium" }, { CZ_GRADE_SMALL, "小", "small" },
  { CZ_GRADE_1, "1", "1" }, { CZ_GRADE_2, "2", "2" }, { CZ_GRADE_3, "3", "3" }, { 0, NULL, NULL },
};
static const Word sides[] = {
  { CZ_SIDE_SALE, "出售", "sale" },   { CZ_SIDE_WANTED, "求购", "wanted" }, { CZ_SIDE_RENT, "出租", "rent" },  { CZ_SIDE_HELP, "帮工", "help" },
  { CZ_SIDE_SALE, "卖", "sell" },     { CZ_SIDE_WANTED, "买", "buy" },      { CZ_SIDE_RENT, "服务", "service" }, { 0, NULL, NULL },
};
static const Word contacts[] = {
  { CZ_CONTACT_STATION, "村站转告", "station" }, { CZ_CONTACT_CONSENT, "同意后", "consent" }, { CZ_CONTACT_PUBLIC, "公开", "public" }, { 0, NULL, NULL },
};

static const Word *const vocabs[CZ_N_VOCABS] = {
  [CZ_VOCAB_QUOTE_KIND] = quote_kinds, [CZ_VOCAB_PERIOD] = periods, [CZ_VOCAB_CLASS] = classes,
  [CZ_VOCAB_MARKET_KIND] = market_kinds, [CZ_VOCAB_GRADE] = grades,
  [CZ_VOCAB_SIDE] = sides, [CZ_VOCAB_CONTACT] = contacts,
};

gboolean
cz_vocab_parse (CzVocab vocab, const char *text, gint *out)
{
  if (*text == '\0' && (vocab == CZ_VOCAB_GRADE || vocab == CZ_VOCAB_PERIOD)) {
    *out = 0;
    return TRUE;
  }
  for (const Word *word = vocabs[vocab]; word->zh; word++) {
    if (strcmp (text, word->zh) == 0 || g_ascii_strcasecmp (text, word->en) == 0) {
      *out = word->value;
      return TRUE;
    }
  }
  return FALSE;
}

static const Word *
find (CzVocab vocab, gint value)
{
  for (const Word *word = vocabs[vocab]; word->zh; word++)
    if (word->value == value)
      return word;
  return NULL;
}

const char *
cz_vocab_name_zh (CzVocab vocab, gint value)
{
  const Word *word = find (vocab, value);
  return word ? word->zh : "?";
}

const char *
cz_vocab_name_en (CzVocab vocab, gint value)
{
  const Word *word = find (vocab, value);
  return word ? word->en : "?";
}
