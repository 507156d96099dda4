/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units behind a number, and alone. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

static const CzUnit UNITS[] = {
  { "kg", "公斤", "千克", NULL }, { "KG", "公斤", "千克", NULL }, { "Kg", "公斤", "千克", NULL },
  { "kg/亩", "公斤", "千克", "每亩" }, { "公斤/亩", "公斤", NULL, "每亩" }, { "斤/亩", "斤", NULL, "每亩" },
  { "千克/亩", "公斤", "千克", "每亩" }, { "g/亩", "克", NULL, "每亩" }, { "克/亩", "克", NULL, "每亩" },
  { "ml/亩", "毫升", NULL, "每亩" }, { "mL/亩", "毫升", NULL, "每亩" }, { "毫升/亩", "毫升", NULL, "每亩" },
  { "株/亩", "株", NULL, "每亩" }, { "棵/亩", "棵", NULL, "每亩" }, { "袋/亩", "袋", NULL, "每亩" },
  { "kg/ha", "公斤", "千克", "每公顷" }, { "kg/hm²", "公斤", "千克", "每公顷" }, { "kg/hm2", "公斤", "千克", "每公顷" },
  { "t/hm²", "吨", NULL, "每公顷" }, { "t/ha", "吨", NULL, "每公顷" },
  { "kg/m³", "公斤", "千克", "每立方米" }, { "kg/m3", "公斤", "千克", "每立方米" },
  { "g/m²", "克", NULL, "每平方米" }, { "g/m2", "克", NULL, "每平方米" }, { "只/m²", "只", NULL, "每平方米" },
  { "kg/株", "公斤", "千克", "每株" }, { "g/株", "克", NULL, "每株" }, { "克/株", "克", NULL, "每株" },
  { "km/h", "公里", NULL, "每小时" }, { "公里/小时", "公里", NULL, "每小时" }, { "千米/小时", "千米", NULL, "每小时" },
  { "km/小时", "公里", NULL, "每小时" }, { "km/时", "公里", NULL, "每小时" }, { "公里/时", "公里", NULL, "每小时" },
  { "m/min", "米", NULL, "每分钟" }, { "L/min", "升", NULL, "每分钟" }, { "m/s", "米", NULL, "每秒" }, { "米/秒", "米", NULL, "每秒" }, { "m³/h", "立方米", NULL, "每小时" },
  { "m³/s", "立方米", NULL, "每秒" }, { "mm/h", "毫米", NULL, "每小时" }, { "次/分", "次", NULL, "每分钟" },
  { "次/天", "次", NULL, "每天" }, { "mg/L", "毫克", NULL, "每升" }, { "g/L", "克", NULL, "每升" },
  { "克/升", "克", NULL, "每升" }, { "毫克/升", "毫克", NULL, "每升" }, { "mg/kg", "毫克", NULL, "每公斤" },
  { "g/kg", "克", NULL, "每公斤" }, { "毫克/千克", "毫克", NULL, "每公斤" }, { "毫克/公斤", "毫克", NULL, "每公斤" },
  { "克/公斤", "克", NULL, "每公斤" }, { "IU/kg", "国际单位", NULL, "每公斤" }, { "ml/kg", "毫升", NULL, "每公斤" },
  { "mL/kg", "毫升", NULL, "每公斤" }, { "ml/L", "毫升", NULL, "每升" }, { "μg/kg", "微克", NULL, "每公斤" },
  { "ug/kg", "微克", NULL, "每公斤" }, { "μg/L", "微克", NULL, "每升" }, { "mg", "毫克", NULL, NULL },
  { "μg", "微克", NULL, NULL }, { "ug", "微克", NULL, NULL }, { "g", "克", NULL, NULL }, { "t", "吨", NULL, NULL },
  { "km²", "平方公里", "平方千米", NULL }, { "km2", "平方公里", "平方千米", NULL }, { "hm²", "公顷", NULL, NULL },
  { "hm2", "公顷", NULL, NULL }, { "ha", "公顷", NULL, NULL }, { "m²", "平方米", NULL, NULL },
  { "m2", "平方米", NULL, NULL }, { "㎡", "平方米", NULL, NULL }, { "m^2", "平方米", NULL, NULL },
  { "m³", "立方米", NULL, NULL }, { "m3", "立方米", NULL, NULL }, { "m^3", "立方米", NULL, NULL },
  { "cm²", "平方厘米", NULL, NULL }, { "cm2", "平方厘米", NULL, NULL }, { "cm³", "立方厘米", NULL, NULL },
  { "cm3", "立方厘米", NULL, NULL }, { "mm²", "平方毫米", NULL, NULL }, { "dm³", "立方分米", NULL, NULL },
  { "km", "公里", "千米", NULL }, { "KM", "公里", "千米", NULL }, { "dm", "分米", NULL, NULL },
  { "cm", "厘米", NULL, NULL }, { "mm", "毫米", NULL, NULL }, { "μm", "微米", NULL, NULL }, { "um", "微米", NULL, NULL },
  { "nm", "纳米", NULL, NULL }, { "㎏", "公斤", "千克", NULL }, { "㎎", "毫克", NULL, NULL }, { "㎝", "厘米", NULL, NULL },
  { "㎜", "毫米", NULL, NULL }, { "㎞", "公里", "千米", NULL }, { "㎥", "立方米", NULL, NULL },
  { "m", "米", NULL, NULL }, { "M", "米", NULL, NULL }, { "ml", "毫升", NULL, NULL }, { "mL", "毫升", NULL, NULL },
  { "ML", "毫升", NULL, NULL }, { "L", "升", NULL, NULL }, { "l", "升", NULL, NULL }, { "cc", "毫升", NULL, NULL },
  { "℃", "度", "摄氏度", NULL }, { "°C", "度", "摄氏度", NULL }, { "°c", "度", "摄氏度", NULL },
  { "ºC", "度", "摄氏度", NULL }, { "℉", "华氏度", NULL, NULL }, { "°F", "华氏度", NULL, NULL },
  { "°f", "华氏度", NULL, NULL }, { "°", "度", NULL, NULL }, { "h", "小时", NULL, NULL }, { "hr", "小时", NULL, NULL },
  { "min", "分钟", NULL, NULL }, { "s", "秒", NULL, NULL }, { "ms", "毫秒", NULL, NULL }, { "d", "天", NULL, NULL },
  { "kW·h", "度电", "千瓦时", NULL }, { "kw·h", "度电", "千瓦时", NULL }, { "KW·h", "度电", "千瓦时", NULL },
  { "kWh", "度电", "千瓦时", NULL }, { "kwh", "度电", "千瓦时", NULL }, { "KWh", "度电", "千瓦时", NULL },
  { "kW", "千瓦", NULL, NULL }, { "kw", "千瓦", NULL, NULL }, { "KW", "千瓦", NULL, NULL }, { "MW", "兆瓦", NULL, NULL },
  { "W", "瓦", NULL, NULL }, { "V", "伏", NULL, NULL }, { "v", "伏", NULL, NULL }, { "kV", "千伏", NULL, NULL },
  { "mA", "毫安", NULL, NULL }, { "A", "安", NULL, NULL }, { "Hz", "赫兹", NULL, NULL }, { "kHz", "千赫", NULL, NULL },
  { "MHz", "兆赫", NULL, NULL }, { "GHz", "吉赫", NULL, NULL }, { "hPa", "百帕", NULL, NULL },
  { "kPa", "千帕", NULL, NULL }, { "MPa", "兆帕", NULL, NULL }, { "Pa", "帕", NULL, NULL },
  { "mmHg", "毫米汞柱", NULL, NULL }, { "dB", "分贝", NULL, NULL }, { "kcal", "千卡", NULL, NULL },
  { "kJ", "千焦", NULL, NULL }, { "MJ", "兆焦", NULL, NULL }, { "cal", "卡", NULL, NULL }, { "J", "焦", NULL, NULL },
  { "N", "牛", NULL, NULL }, { "lx", "勒克斯", NULL, NULL }, { "lux", "勒克斯", NULL, NULL },
  { "mol", "摩尔", NULL, NULL }, { "w", "万", NULL, NULL }, { "k", "千", NULL, NULL }, { "IU", "国际单位", NULL, NULL },
  { "ppm", "百万分之", NULL, "!" }, { "rpm", "转", NULL, "每分钟" }, { "r/min", "转", NULL, "每分钟" },
  { "转/分", "转", NULL, "每分钟" }, { "hm", "百米", NULL, NULL }, { "lb", "磅", NULL, NULL }, { "oz", "盎司", NULL, NULL },
  { "inch", "英寸", NULL, NULL }, { "in", "英寸", NULL, NULL }, { "ft", "英尺", NULL, NULL }, { "mph", "英里", NULL, "每小时" },
  { "'", "分", NULL, NULL }, { "′", "分", NULL, NULL }, { "″", "秒", NULL, NULL }, { "元/斤", "元", NULL, "每斤" },
};

/* 30cmx50cm */
static gboolean
is_times (const CzNormaliser *self, guint at)
{
  gunichar c = cz_norm_at (self, at);

  return (c == 'x' || c == 'X') && cz_norm_is_digit (cz_norm_at (self, at + 1));
}

/* 3A级, V类: a capital before a kind is no unit. */
guint
cz_norm_unit (const CzNormaliser *self, guint at, const CzUnit **unit)
{
  static const char KINDS[] = "级景类型股";
  static const char *const RANKED[] = { "信用", "旅游", "企业", "认证", "标准", "诚信", NULL };
  guint best = 0;

  for (guint i = 0; i < G_N_ELEMENTS (UNITS); i++) {
    guint n = cz_norm_looking_at (self, at, UNITS[i].sign);
    gunichar last = n > 0 ? cz_norm_at (self, at + n - 1) : 0;
    gunichar after = cz_norm_at (self, at + n);

    if (n <= best || (cz_norm_is_letter (last) && (cz_norm_is_letter (after) || cz_norm_is_digit (after)) && !is_times (self, at + n)))
      continue;
    if (n == 1 && last >= 'A' && last <= 'Z' && ((after != 0 && g_utf8_strchr (KINDS, -1, after) != NULL) || cz_norm_one_of (self, at + 1, RANKED, NULL) > 0))
      continue;
    best = n;
    *unit = &UNITS[i];
  }
  return best;
}

static gboolean
is_temperature (const CzUnit *unit)
{
  return unit->formal != NULL && strcmp (unit->formal, "摄氏度") == 0;
}

/* Kilograms are 公斤 and degrees 度 where villages talk; alone, or in science, they keep their book names. */
const char *
cz_norm_unit_name (const CzNormaliser *self, const CzUnit *unit)
{
  gboolean book = self->style == CZ_SPEECH_STYLE_FORMAL || !self->is_farm_text;

  return unit->formal != NULL && book ? unit->formal : unit->plain;
}

static gboolean
below_zero (const CzNormaliser *self, const CzUnit *unit, const CzNumber *number)
{
  return number->negative && is_temperature (unit) && self->style == CZ_SPEECH_STYLE_PLAIN;
}

static void
say_below_zero (GString *words, const CzNumber *number)
{
  CzNumber positive = *number;

  positive.negative = FALSE;
  g_string_append (words, "零下");
  cz_say_number (words, &positive);
}

static void
say_with_unit (const CzNormaliser *self, GString *words, const CzNumber *low, const CzNumber *high, const CzUnit *unit)
{
  const char *until = high != NULL ? cz_norm_until (self, cz_norm_sign_before (self, high)) : "";
  gboolean cold = below_zero (self, unit, low);

  if (unit->before != NULL)
    g_string_append (words, unit->before[0] == '!' ? unit->plain : unit->before);
  if (cold)
    say_below_zero (words, low);
  else if (high == NULL)
    cz_say_quantity (words, low);
  else
    cz_say_number (words, low);
  if (high != NULL) {
    if (cold && !high->negative)
      g_string_append (words, "度");
    g_string_append (words, until);
    if (cold && !high->negative && strcmp (high->whole, "0") != 0)
      g_string_append (words, "零上");
    if (below_zero (self, unit, high))
      say_below_zero (words, high);
    else
      cz_say_number (words, high);
  }
  if (unit->before == NULL || unit->before[0] != '!')
    g_string_append (words, cold ? "度" : cz_norm_unit_name (self, unit));
}

static void
say_degrees (const CzNormaliser *self, GString *words, const CzNumber *number, const CzUnit *unit, gboolean other_is_cold)
{
  if (below_zero (self, unit, number)) {
    say_below_zero (words, number);
  } else {
    if (other_is_cold && self->style == CZ_SPEECH_STYLE_PLAIN && strcmp (number->whole, "0") != 0)
      g_string_append (words, "零上");
    cz_say_number (words, number);
  }
  g_string_append (words, self->style == CZ_SPEECH_STYLE_PLAIN ? "度" : cz_norm_unit_name (self, unit));
}

/* 25/18℃, -3/8℃: by day and by night. */
guint
cz_rule_day_and_night (CzNormaliser *self, guint at)
{
  static const char *const DEGREES[] = { "度", "摄氏度", NULL };
  static const CzUnit DEGREE = { "度", "度", "摄氏度", NULL };
  g_autoptr (GString) words = g_string_new (NULL);
  const CzUnit *unit = NULL, *first_unit = NULL;
  CzNumber first, second;
  guint slash, end, n;

  if (!cz_norm_signed_number (self, at, &first))
    return 0;
  slash = cz_norm_skip_blanks (self, first.end + cz_norm_unit (self, first.end, &first_unit));
  if (cz_norm_at (self, slash) != '/' || (first_unit != NULL && !is_temperature (first_unit))
      || !cz_norm_signed_number (self, cz_norm_skip_blanks (self, slash + 1), &second))
    return 0;
  end = cz_norm_skip_blanks (self, second.end);
  n = cz_norm_unit (self, end, &unit);
  if (n == 0 && (cz_norm_one_of (self, end, DEGREES, NULL) > 0)) {
    n = cz_norm_one_of (self, end, DEGREES, NULL);
    unit = &DEGREE;
  }
  if (n == 0 || !is_temperature (unit))
    return 0;
  say_degrees (self, words, &first, unit, second.negative);
  g_string_append (words, "到");
  say_degrees (self, words, &second, unit, first.negative);
  cz_norm_emit (self, at, end + n, words->str, CZ_SPOKEN_NUMBER);
  return end + n - at;
}

/* 1.2kg, -5~12℃, 15kg-20kg */
guint
cz_rule_unit (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  const CzUnit *unit = NULL, *first_unit = NULL;
  CzNumber low, high;
  guint end, n, next, m = 0;

  if (!cz_norm_signed_number (self, at, &low))
    return 0;
  end = cz_norm_skip_blanks (self, low.end);
  n = cz_norm_unit (self, end, &first_unit);
  next = cz_norm_range_sign (self, n > 0 ? end + n : low.end);
  if (next > 0 && cz_norm_signed_number (self, next, &high))
    m = cz_norm_unit (self, cz_norm_skip_blanks (self, high.end), &unit);
  if (m > 0 && (n == 0 || unit == first_unit)) {
    end = cz_norm_skip_blanks (self, high.end) + m;
    say_with_unit (self, words, &low, &high, unit);
  } else if (n > 0) {
    end += n;
    say_with_unit (self, words, &low, NULL, first_unit);
  } else {
    return 0;
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_NUMBER);
  return end - at;
}

/* A unit alone: 单位：kg, 每kg. */
guint
cz_rule_bare_unit (CzNormaliser *self, guint at)
{
  const CzUnit *unit = NULL;
  guint n = cz_norm_unit (self, at, &unit);
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;
  gboolean is_word = cz_norm_is_letter (cz_norm_at (self, at)) && n == 1;
  static const char *const BEFORE[] = { "每", "/", "：", "（", "(", "万", "亿", "千", "百", NULL };

  if (n > 0 && unit->before == NULL && (before == 0x4e07 || before == 0x4ebf)) {
    cz_norm_emit (self, at, at + n, cz_norm_unit_name (self, unit), 0);
    return n;
  }
  if (n == 0 || is_word || unit->before != NULL || cz_norm_is_letter (before) || cz_norm_is_digit (before)
      || cz_norm_at (self, at) == '\'')
    return 0;
  if (cz_norm_is_letter (cz_norm_at (self, at)) && !cz_norm_ends_with_one_of (self, at, BEFORE))
    return 0;
  cz_norm_emit (self, at, at + n, cz_norm_unit_name (self, unit), 0);
  return n;
}
