/* SPDX-License-Identifier: GPL-3.0-or-later */
/* So much of one thing in or for another: 100亿孢子/克, 2-3片/次, 20mL/667㎡, 5-10ml/头·次. What stands behind the stroke is said
 * first: 每克一百亿孢子. Pairs of units that are common stand whole in cz-normalise-unit.c. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

typedef struct {
  const char *sign;
  const char *name; /* NULL: as it is written */
} Named;

/* What is counted or weighed and is no unit of UNITS. */
static const Named COUNTED[] = {
  { "孢子", NULL }, { "活孢子", NULL }, { "活菌", NULL }, { "个孢子", NULL }, { "CFU", "菌落" }, { "cfu", "菌落" }, { "PIB", "多角体" }, { "OB", "多角体" },
  { "IU", "国际单位" }, { "ITU", "国际毒力单位" }, { "U", "单位" }, { "单位", NULL }, { "国际单位", NULL }, { "mS", "毫西门子" }, { "μS", "微西门子" },
  { "uS", "微西门子" }, { "dS", "分西门子" }, { "mmol", "毫摩尔" }, { "mol", "摩尔" }, { "kW", "千瓦" }, { "片", NULL }, { "粒", NULL }, { "个", NULL },
  { "只", NULL }, { "株", NULL }, { "棵", NULL }, { "头", NULL }, { "头份", NULL }, { "羽份", NULL }, { "羽", NULL }, { "袋", NULL }, { "包", NULL }, { "瓶", NULL }, { "支", NULL }, { "丸", NULL },
  { "滴", NULL }, { "次", NULL }, { "桶", NULL }, { "箱", NULL }, { "枚", NULL }, { "尾", NULL }, { "人", NULL }, { "户", NULL }, { "斤", NULL }, { "公斤", NULL },
  { "千克", NULL }, { "克", NULL }, { "毫克", NULL }, { "微克", NULL }, { "吨", NULL }, { "两", NULL }, { "升", NULL }, { "毫升", NULL }, { "米", NULL }, { "公里", NULL },
  { "千米", NULL }, { "厘米", NULL }, { "毫米", NULL }, { "立方米", NULL }, { "立方", NULL }, { "方", NULL }, { "平方米", NULL }, { "瓦", NULL }, { "千瓦", NULL },
  { "千瓦时", NULL }, { "度", NULL }, { "卡", NULL }, { "千卡", NULL }, { "转", NULL }, { "勺", NULL }, { "杯", NULL }, { "天", NULL }, { "小时", NULL }, { "穴", NULL },
};

static const Named PER[] = {
  { "g", "克" }, { "kg", "公斤" }, { "KG", "公斤" }, { "mg", "毫克" }, { "t", "吨" }, { "L", "升" }, { "l", "升" }, { "mL", "毫升" }, { "ml", "毫升" }, { "ha", "公顷" },
  { "hm²", "公顷" }, { "hm2", "公顷" }, { "m²", "平方米" }, { "m2", "平方米" }, { "㎡", "平方米" }, { "m³", "立方米" }, { "m3", "立方米" }, { "cm²", "平方厘米" },
  { "cm2", "平方厘米" }, { "cm", "厘米" }, { "m", "米" }, { "km", "公里" }, { "km²", "平方公里" }, { "km2", "平方公里" }, { "h", "小时" }, { "min", "分钟" }, { "s", "秒" },
  { "d", "天" }, { "克", NULL }, { "公斤", NULL }, { "千克", "公斤" }, { "毫克", NULL }, { "斤", NULL }, { "吨", NULL }, { "升", NULL }, { "毫升", NULL }, { "亩", NULL },
  { "公顷", NULL }, { "平方米", NULL }, { "平米", "平方米" }, { "平方", NULL }, { "立方米", NULL }, { "立方", NULL }, { "平方公里", NULL }, { "平方厘米", NULL }, { "米", NULL },
  { "公里", NULL }, { "小时", NULL }, { "时", "小时" }, { "分钟", NULL }, { "分", "分钟" }, { "秒", NULL }, { "天", NULL }, { "日", "天" }, { "周", NULL }, { "月", NULL },
  { "年", NULL }, { "季", NULL }, { "茬", NULL }, { "次", NULL }, { "头", NULL }, { "只", NULL }, { "羽", "只" }, { "匹", NULL }, { "口", NULL }, { "尾", NULL }, { "株", NULL },
  { "棵", NULL }, { "穴", NULL }, { "窝", NULL }, { "人", NULL }, { "户", NULL }, { "袋", NULL }, { "包", NULL }, { "瓶", NULL }, { "桶", NULL }, { "箱", NULL }, { "盒", NULL },
  { "个", NULL }, { "片", NULL }, { "粒", NULL }, { "池", NULL }, { "棚", NULL }, { "村", NULL }, { "车", NULL }, { "台", NULL }, { "栏", NULL }, { "笼", NULL }, { "批", NULL },
  { "圈", NULL }, { "舍", NULL }, { "垄", NULL }, { "层", NULL }, { "筐", NULL }, { "把", NULL }, { "顿", NULL }, { "场", NULL },
};

static const Named BESIDE[] = { { "体重", NULL }, { "鲜重", NULL }, { "干重", NULL }, { "饲料", NULL }, { "种子", NULL }, { "水", NULL }, { "土", NULL } };

/* Characters of the longest sign of a list that stands there and is no beginning of a longer word. */
static guint
find (const CzNormaliser *self, guint at, const Named *list, guint n_list, const char **name)
{
  guint best = 0;

  for (guint i = 0; i < n_list; i++) {
    guint n = cz_norm_looking_at (self, at, list[i].sign);
    gunichar after = cz_norm_at (self, at + n);

    if (n <= best || (cz_norm_is_letter (cz_norm_at (self, at + n - 1)) && (cz_norm_is_letter (after) || cz_norm_is_digit (after))))
      continue;
    best = n;
    *name = list[i].name != NULL ? list[i].name : list[i].sign;
  }
  return best;
}

/* "kg体重", "100kg水", "667㎡": appends 每 and the name, which is not counted, the name of what is counted. Returns the position behind, or 0. */
static guint
say_per (const CzNormaliser *self, guint at, const char *counted, GString *words)
{
  const char *name = NULL;
  guint n = find (self, at, PER, G_N_ELEMENTS (PER), &name);
  CzNumber number;

  if (n > 0) {
    g_string_append_printf (words, "每%s", name);
    at += n;
  } else {
    if (!cz_norm_number (self, at, &number) || (n = find (self, number.end, PER, G_N_ELEMENTS (PER), &name)) == 0)
      return 0;
    /* 3个/5个 are two sizes. */
    if (strcmp (name, counted) == 0)
      return 0;
    g_string_append (words, "每");
    cz_say_quantity (words, &number);
    g_string_append (words, name);
    at = number.end + n;
  }
  n = find (self, at, BESIDE, G_N_ELEMENTS (BESIDE), &name);
  if (n > 0)
    g_string_append (words, name);
  return at + n;
}

/* "/头·次", "/亩/年". Returns the position behind, or 0 when none stands there. */
static guint
say_all_per (const CzNormaliser *self, guint at, const char *counted, GString *words)
{
  guint end = 0, next = cz_norm_skip_blanks (self, at);
  gunichar c = cz_norm_at (self, next);

  for (guint i = 0; i < 3 && (c == '/' || (end > 0 && (c == 0xb7 || c == 0x2022))); i++) {
    next = say_per (self, cz_norm_skip_blanks (self, next + 1), counted, words);
    if (next == 0)
      break;
    end = next;
    c = cz_norm_at (self, next);
  }
  return end;
}

/* What is counted: a unit, or a word of COUNTED. A pair of units that is known whole is left to the rule for units unless
 * more hangs on it. Returns characters. */
static guint
find_counted (const CzNormaliser *self, guint at, const char **name)
{
  const CzUnit *unit = NULL;
  guint n = cz_norm_unit (self, at, &unit), m;
  const char *counted = NULL;

  m = find (self, at, COUNTED, G_N_ELEMENTS (COUNTED), &counted);
  if (n > 0 && unit->before == NULL && n >= m) {
    *name = cz_norm_unit_name (self, unit);
    return n;
  }
  if (m > 0) {
    *name = counted;
    return m;
  }
  for (guint k = 1; k < n; k++)
    if (cz_norm_at (self, at + k) == '/') {
      *name = unit->plain;
      return k;
    }
  return 0;
}

static gboolean
is_known_whole (const CzNormaliser *self, guint at, guint end)
{
  const CzUnit *unit = NULL;
  guint n = cz_norm_unit (self, at, &unit);

  return n > 0 && unit->before != NULL && at + n == end;
}

/* 万, 亿, ×10⁸, ×10^8: appends what is said for it and returns its end, or at. */
static guint
read_scale (const CzNormaliser *self, guint at, GString *words)
{
  static const char *const SCALE[] = { "万亿", "百万", "千万", "万", "亿", "千", "百", NULL };
  guint which, n = cz_norm_one_of (self, at, SCALE, &which), power = 0, end;

  if (n > 0) {
    g_string_append (words, SCALE[which]);
    return at + n;
  }
  if (cz_norm_looking_at (self, at, "×10") == 0)
    return at;
  end = cz_norm_raised (self, at + 3, &power);
  if (end == 0 && cz_norm_at (self, at + 3) == '^') {
    n = cz_norm_digits (self, at + 4, 3);
    power = (guint) cz_norm_value (self, at + 4, n);
    end = n > 0 ? at + 4 + n : 0;
  }
  if (end == 0)
    return at;
  g_string_append (words, "乘十的");
  cz_say_value (words, (int) power);
  g_string_append (words, "次方");
  return end;
}

/* 2亿/克: what is counted goes without saying where weights and volumes stand behind. */
static gboolean
is_per_amount (const CzNormaliser *self, guint at)
{
  static const Named AMOUNTS[] = { { "克", NULL }, { "g", NULL }, { "毫升", NULL }, { "mL", NULL }, { "ml", NULL }, { "千克", NULL }, { "公斤", NULL }, { "kg", NULL },
                                   { "毫克", NULL }, { "mg", NULL }, { "升", NULL }, { "L", NULL } };
  const char *name;

  return cz_norm_at (self, at) == '/' && find (self, at + 1, AMOUNTS, G_N_ELEMENTS (AMOUNTS), &name) > 0;
}

guint
cz_rule_per (CzNormaliser *self, guint at)
{
  g_autoptr (GString) scale = g_string_new (NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  const char *name = NULL, *first_name = NULL;
  CzNumber low, high;
  guint scale_end, counted, end, next, n;
  gboolean is_range = FALSE;

  if (!cz_norm_signed_number (self, at, &low))
    return 0;
  end = cz_norm_skip_blanks (self, low.end);
  n = find_counted (self, end, &first_name);
  next = cz_norm_range_sign (self, n > 0 ? end + n : low.end);
  end = low.end;
  if (next > 0 && cz_norm_number (self, next, &high)) {
    is_range = TRUE;
    end = high.end;
  }
  scale_end = read_scale (self, end, scale);
  counted = cz_norm_skip_blanks (self, scale_end);
  n = find_counted (self, counted, &name);
  if (n == 0 && scale->len > 0 && is_per_amount (self, counted))
    name = "";
  if (name == NULL || (is_range && next != cz_norm_range_sign (self, low.end) && g_strcmp0 (name, first_name) != 0))
    return 0;
  end = say_all_per (self, counted + n, name, words);
  if (end == 0 || (scale->len == 0 && is_known_whole (self, counted, end) && !(is_range && next != cz_norm_range_sign (self, low.end))))
    return 0;
  if (is_range) {
    cz_say_quantity (words, &low);
    g_string_append (words, cz_norm_until (self, cz_norm_sign_before (self, &high)));
    cz_say_number (words, &high);
  } else if (g_str_has_prefix (scale->str, "乘")) {
    cz_say_number (words, &low);
  } else {
    cz_say_quantity (words, &low);
  }
  g_string_append (words, scale->str);
  g_string_append (words, name);
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_NUMBER);
  return end - at;
}
