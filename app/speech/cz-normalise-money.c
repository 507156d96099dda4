/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prices as they are called out at a market, and sums with a currency sign in front. */
#include <stdlib.h>
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

/* What a price is for. The last column is what is said after the sum. */
typedef struct {
  const char *sign;
  const char *plain;
} Per;

static const Per PER[] = {
  { "斤", "一斤" }, { "公斤", "一公斤" }, { "千克", "一公斤" }, { "kg", "一公斤" }, { "KG", "一公斤" }, { "Kg", "一公斤" },
  { "500g", "一斤" }, { "市斤", "一斤" }, { "亩", "一亩" }, { "公顷", "一公顷" }, { "吨", "一吨" }, { "t", "一吨" },
  { "头", "一头" }, { "只", "一只" }, { "羽", "一只" }, { "袋", "一袋" }, { "株", "一株" }, { "棵", "一棵" },
  { "个", "一个" }, { "人", "一人" }, { "天", "一天" }, { "日", "一天" }, { "年", "一年" }, { "月", "一个月" },
  { "小时", "一小时" }, { "次", "一次" }, { "车", "一车" }, { "箱", "一箱" }, { "枚", "一枚" }, { "L", "一升" },
  { "升", "一升" }, { "平方米", "一平方米" }, { "平米", "一平方米" }, { "m²", "一平方米" }, { "㎡", "一平方米" },
  { "m2", "一平方米" }, { "户", "一户" }, { "瓶", "一瓶" }, { "包", "一包" }, { "桶", "一桶" }, { "盒", "一盒" },
  { "条", "一条" }, { "尾", "一尾" }, { "把", "一把" }, { "捆", "一捆" }, { "件", "一件" }, { "台", "一台" },
  { "套", "一套" }, { "张", "一张" }, { "根", "一根" }, { "盘", "一盘" }, { "筐", "一筐" }, { "立方米", "一方" },
  { "方", "一方" }, { "m³", "一方" }, { "m3", "一方" }, { "度", "一度" }, { "千瓦时", "一度" }, { "kWh", "一度" },
  { "公里", "一公里" }, { "km", "一公里" }, { "米", "一米" }, { "m", "一米" }, { "匹", "一匹" }, { "两", "一两" },
  { "克", "一克" }, { "g", "一克" }, { "担", "一担" }, { "份", "一份" }, { "支", "一支" }, { "盆", "一盆" },
  { "季", "一季" }, { "茬", "一茬" }, { "亩次", "一亩次" }, { "块", "一块" }, { "卷", "一卷" }, { "罐", "一罐" },
  { "朵", "一朵" }, { "窝", "一窝" }, { "副", "一副" }, { "工", "一个工" }, { "周", "一周" }, { "村", "一个村" },
};

/* A slash and what the price is for. Returns characters taken, or 0. */
static guint
read_per (const CzNormaliser *self, guint at, const char **plain)
{
  guint from = cz_norm_skip_blanks (self, at);
  guint best = 0;

  if (cz_norm_at (self, from) != '/')
    return 0;
  from = cz_norm_skip_blanks (self, from + 1);
  for (guint i = 0; i < G_N_ELEMENTS (PER); i++) {
    guint n = cz_norm_looking_at (self, from, PER[i].sign);

    if (n <= best || (cz_norm_is_letter (cz_norm_at (self, from)) && cz_norm_is_letter (cz_norm_at (self, from + n))))
      continue;
    best = n;
    *plain = PER[i].plain;
  }
  return best > 0 ? from + best - at : 0;
}

/* 120元/人·年, 5元/亩/年: each further one is 每. Takes what it can. */
static guint
say_more_per (const CzNormaliser *self, guint at, GString *words)
{
  const char *plain = NULL;
  gunichar c = cz_norm_at (self, at);
  guint taken = 0;

  for (guint i = 0; (c == 0xb7 || c == '/' || c == 0x2022) && i < G_N_ELEMENTS (PER); i++) {
    guint n = cz_norm_looking_at (self, at + 1, PER[i].sign);
    if (n > taken) {
      taken = n;
      plain = PER[i].plain;
    }
  }
  if (taken == 0)
    return at;
  g_string_append (words, "每");
  g_string_append (words, plain + strlen ("一"));
  return at + 1 + taken;
}

/* Colloquial while it is the kind of sum called out: below a thousand, no more than two decimals. */
static gboolean
is_called_out (const CzNumber *price)
{
  return !price->negative && strlen (price->whole) <= 3 && strlen (price->fraction) <= 2;
}

/* 3.5 → 三块五, 0.85 → 八毛五, 3.05 → 三块零五分, 2 → 两块. */
static void
say_called_out (GString *words, const CzNumber *price)
{
  static const char *const DIGIT[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
  int yuan = (int) g_ascii_strtoll (price->whole, NULL, 10);
  int mao = price->fraction[0] != '\0' ? price->fraction[0] - '0' : 0;
  int fen = price->fraction[0] != '\0' && price->fraction[1] != '\0' ? price->fraction[1] - '0' : 0;

  if (yuan == 2)
    g_string_append (words, "两块");
  else if (yuan > 0 || (mao == 0 && fen == 0)) {
    cz_say_value (words, yuan);
    g_string_append (words, "块");
  }
  if (mao > 0) {
    g_string_append (words, yuan == 0 && mao == 2 && fen == 0 ? "两" : DIGIT[mao]);
    if (yuan == 0 || fen > 0)
      g_string_append (words, "毛");
    if (fen > 0)
      g_string_append (words, DIGIT[fen]);
  } else if (fen > 0) {
    if (yuan > 0)
      g_string_append (words, "零");
    g_string_append (words, DIGIT[fen]);
    g_string_append (words, "分");
  }
}

static void
say_price (GString *words, const CzNumber *price, gboolean called_out, const char *formal)
{
  if (called_out) {
    say_called_out (words, price);
    if (price->fraction[0] == '\0' && strcmp (formal, "块钱") == 0)
      g_string_append (words, "钱");
  } else {
    cz_say_quantity (words, price);
    g_string_append (words, formal);
  }
}

static const char *const CURRENCY[] = { "¥",   "￥",  "RMB", "CNY", "US$", "USD", "$",   "A$",  "AUD", "HK$", "HKD", "€",
                                        "EUR", "£",   "GBP", "₩",   "KRW", "JPY", "NT$", "TWD", "C$",  "CAD", "₽",   "฿",
                                        "CHF", "SGD", "S$",  "TZS", "NZ$", "NZD", "THB", "RUB", "INR", "₹",   "MOP", "VND",
                                        NULL };
static const char *const CURRENCY_NAME[]
    = { "元",   "元",       "人民币", "人民币", "美元",     "美元",       "美元",   "澳元", "澳元", "港元", "港元", "欧元",
        "欧元", "英镑",     "英镑",   "韩元",   "韩元",     "日元",       "新台币", "新台币", "加元", "加元", "卢布", "泰铢",
        "瑞士法郎", "新加坡元", "新加坡元", "坦桑尼亚先令", "新西兰元", "新西兰元", "泰铢", "卢布", "卢比", "卢比", "澳门元", "越南盾" };

/* A sign or code behind the sum: 13.5￥, 100RMB. Returns characters. */
static guint
read_sign_behind (const CzNormaliser *self, guint at, const char **formal)
{
  guint which, n = cz_norm_one_of (self, at, CURRENCY, &which);
  gunichar after = cz_norm_at (self, cz_norm_skip_blanks (self, at + n));

  if (n == 0 || cz_norm_is_digit (after) || (cz_norm_is_letter (cz_norm_at (self, at)) && cz_norm_is_letter (after)))
    return 0;
  *formal = CURRENCY_NAME[which];
  return n;
}

/* The currency after a sum: 元, 万元, 美元, 块. Returns characters. */
static guint
read_yuan (const CzNormaliser *self, guint at, const char **formal, gboolean *plain_yuan)
{
  static const char *const YUAN[] = { "元", "块钱", "块", "万元", "亿元", "美元", "新台币", "新臺幣", "元人民币", NULL };
  guint which, from = cz_norm_skip_blanks (self, at);
  guint n = cz_norm_one_of (self, from, YUAN, &which);

  if (n == 0) {
    *plain_yuan = FALSE;
    n = read_sign_behind (self, from, formal);
    return n > 0 ? from + n - at : 0;
  }
  *formal = YUAN[which];
  *plain_yuan = which <= 2;
  return from + n - at;
}

static gboolean
stands_for_price (const CzNormaliser *self, gboolean has_per, gboolean has_decimals)
{
  return self->style == CZ_SPEECH_STYLE_PLAIN
         && (has_per || self->is_price_text || (has_decimals && self->is_farm_text));
}

/* 5毛钱/斤, 三块五/斤: a sum that no figure ends. */
guint
cz_rule_per_price (CzNormaliser *self, guint at)
{
  static const char *const MONEY[] = { "块", "毛", "角", "分", "钱", NULL };
  static const char *const SUMS[] = { "块", "毛", "元", NULL };
  static const char NUMERALS[] = "一二三四五六七八九十两半百千零0123456789";
  const char *per = NULL;
  guint last = at, taken;
  gboolean is_sum = cz_norm_ends_with_one_of (self, at, MONEY);

  if (cz_norm_at (self, at) != '/')
    return 0;
  while (last > 0 && at - last < 3 && g_utf8_strchr (NUMERALS, -1, cz_norm_at (self, last - 1)) != NULL)
    last--;
  is_sum = is_sum || (last < at && cz_norm_ends_with_one_of (self, last, SUMS))
           || (at > 1 && cz_norm_ends_with (self, at, "元") && g_utf8_strchr (NUMERALS, -1, cz_norm_at (self, at - 2)) != NULL);
  taken = is_sum ? read_per (self, at, &per) : 0;
  if (taken == 0)
    return 0;
  if (self->style == CZ_SPEECH_STYLE_FORMAL) {
    g_autofree char *formal = g_strconcat ("每", per + strlen ("一"), NULL);
    cz_norm_emit (self, at, at + taken, formal, CZ_SPOKEN_NUMBER);
  } else {
    cz_norm_emit (self, at, at + taken, per, CZ_SPOKEN_NUMBER);
  }
  return taken;
}

guint
cz_rule_price (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  CzNumber low, high;
  const char *formal = NULL, *per = NULL;
  guint until = 0;
  gboolean plain_yuan = FALSE, called_out, is_range = FALSE, named_twice = FALSE;
  guint end, next, taken;

  if (!cz_norm_signed_number (self, at, &low))
    return 0;
  end = low.end;
  taken = read_yuan (self, end, &formal, &plain_yuan);
  next = cz_norm_range_sign (self, end + taken);
  if (next > 0 && cz_norm_number (self, next, &high) && read_yuan (self, high.end, &formal, &plain_yuan) > 0) {
    is_range = TRUE;
    named_twice = taken > 0;
    until = end + taken;
    end = high.end;
    taken = read_yuan (self, end, &formal, &plain_yuan);
  }
  if (taken == 0)
    return 0;
  end += taken;
  taken = read_per (self, end, &per);
  end += taken;
  called_out = plain_yuan && (stands_for_price (self, taken > 0, low.fraction[0] != '\0') || (at > 0 && at == self->change_end && self->style == CZ_SPEECH_STYLE_PLAIN)) && is_called_out (&low)
               && (!is_range || is_called_out (&high));
  say_price (words, &low, called_out, is_range && !called_out && !named_twice ? "" : formal);
  if (is_range) {
    g_string_append (words, cz_norm_until (self, until));
    say_price (words, &high, called_out, formal);
  }
  if (taken > 0) {
    guint more;
    g_autoptr (GString) further = g_string_new (NULL);

    more = say_more_per (self, end, further);
    g_string_append (words, more > end || self->style == CZ_SPEECH_STYLE_FORMAL ? "每" : "_");
    g_string_append (words, more > end || self->style == CZ_SPEECH_STYLE_FORMAL ? per + strlen ("一") : per);
    g_string_append (words, further->str);
    end = more;
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_NUMBER);
  return end - at;
}

/* ￥13.5, US$1.5万, CNY 1.25, ￥3.5/斤 */
guint
cz_rule_currency (CzNormaliser *self, guint at)
{
  static const char *const SCALE[] = { "万亿", "百万", "千万", "万", "亿", "千", "百", NULL };
  g_autoptr (GString) words = g_string_new (NULL);
  guint which, scale = 0, n = cz_norm_one_of (self, at, CURRENCY, &which), end, taken, next;
  const char *per = NULL;
  CzNumber sum, high;

  if (n == 0 || (at > 0 && cz_norm_is_letter (cz_norm_at (self, at)) && cz_norm_is_letter (cz_norm_at (self, at - 1))))
    return 0;
  if (!cz_norm_signed_number (self, cz_norm_skip_blanks (self, at + n), &sum))
    return 0;
  end = sum.end;
  taken = read_per (self, end, &per);
  if (taken > 0 && which < 4 && self->style == CZ_SPEECH_STYLE_PLAIN && is_called_out (&sum)) {
    say_called_out (words, &sum);
  } else {
    cz_say_number (words, &sum);
    next = cz_norm_range_sign (self, end);
    if (next > 0 && cz_norm_number (self, next, &high)) {
      g_string_append (words, cz_norm_until (self, end));
      cz_say_number (words, &high);
      end = high.end;
      taken = read_per (self, end, &per);
    }
    n = cz_norm_one_of (self, end, SCALE, &scale);
    if (n > 0)
      g_string_append (words, SCALE[scale]);
    end += n;
    g_string_append (words, CURRENCY_NAME[which]);
    n = cz_norm_looking_at (self, end, CURRENCY_NAME[which]);
    end += n;
  }
  if (taken > 0)
    g_string_append_printf (words, "_%s", per);
  end += taken;
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_NUMBER);
  return end - at;
}
