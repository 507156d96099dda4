/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes a list: 1）浇水, （一）, and the blanks between the columns of a table. Each is said with a pause. */
#include "app/speech/cz-normalise-priv.h"

#define NUMERALS "一二三四五六七八九十"

/* A line, a sentence or a clause begins there. */
static gboolean
begins_here (const CzNormaliser *self, guint at)
{
  guint blanks = 0;
  gunichar before;

  while (at > 0 && blanks < CZ_BLANKS_MOST && (cz_norm_at (self, at - 1) == ' ' || cz_norm_at (self, at - 1) == 0x3000)) {
    at--;
    blanks++;
  }
  before = at > 0 ? cz_norm_at (self, at - 1) : '\n';
  return g_utf8_strchr ("\n\r。；：，！？;:|", -1, before) != NULL;
}

static gboolean
closes (gunichar c)
{
  return c == ')' || c == 0xff09;
}

/* 1）浇水, 1.浇水 */
guint
cz_rule_item (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = cz_norm_digits (self, at, 3);
  gboolean behind_blank = at > 1 && cz_norm_at (self, at - 1) == ' ' && cz_norm_is_hanzi (cz_norm_at (self, at - 2));
  gunichar sign = cz_norm_at (self, at + n), after = cz_norm_at (self, at + n + 1);

  if (n == 0 || n > 2 || cz_norm_value (self, at, n) == 0 || !(behind_blank || begins_here (self, at)))
    return 0;
  if (sign == '.') {
    if (!cz_norm_is_hanzi (after) && !(after == ' ' && cz_norm_is_hanzi (cz_norm_at (self, cz_norm_skip_blanks (self, at + n + 1)))))
      return 0;
  } else if (!closes (sign) || after == 0) {
    return 0;
  }
  if (behind_blank)
    g_string_append (words, "，");
  cz_say_value (words, cz_norm_value (self, at, n));
  g_string_append (words, "，");
  cz_norm_emit (self, at, at + n + 1, words->str, CZ_SPOKEN_DIGIT);
  return n + 1;
}

/* （一）, （1）: the numeral keeps its tone. */
static guint
bracketed_item (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  gunichar c = cz_norm_at (self, at);
  guint end = at + 1, n = cz_norm_digits (self, end, 3);
  /* One in the middle of a line follows another at its head, or 第十条; else it is a mark of the text before. */
  gboolean behind_blank = at > 1 && cz_norm_at (self, at - 1) == ' ' && cz_norm_is_hanzi (cz_norm_at (self, at - 2))
                          && (self->has_items || cz_norm_looking_at (self, at - 2, "条") > 0);

  if ((c != '(' && c != 0xff08) || !(behind_blank || begins_here (self, at)))
    return 0;
  if (behind_blank)
    g_string_append (words, "，");
  if (n == 1 || n == 2) {
    cz_say_value (words, cz_norm_value (self, end, n));
    end += n;
  }
  for (; n == 0 && end - at <= 3 && cz_norm_at (self, end) != 0 && g_utf8_strchr (NUMERALS, -1, cz_norm_at (self, end)) != NULL; end++)
    g_string_append_unichar (words, cz_norm_at (self, end));
  if (cz_norm_looking_at (self, end + 1, "班") > 0)
    return 0;
  if (end == at + 1 || !closes (cz_norm_at (self, end)) || end + 1 >= self->n)
    return 0;
  g_string_append (words, "，");
  cz_norm_emit (self, at, end + 1, words->str, CZ_SPOKEN_DIGIT);
  self->has_items = TRUE;
  return end + 1 - at;
}

static gboolean
begins_number (const CzNormaliser *self, guint at)
{
  static const char *const SIGNS[] = { "+", "-", "↑", "↓", "▲", "▼", "¥", "￥", "$", "<", ">", "≥", "≤", NULL };
  guint sign = cz_norm_one_of (self, at, SIGNS, NULL);

  return cz_norm_is_digit (cz_norm_at (self, at + sign));
}

/* The name of a thing, and behind it another number: 茄子 2.8. One character alone is more often what is counted (12 章 80 条) than a
 * name (3.5 姜 5.2), but behind decimals. */
static gboolean
begins_thing (const CzNormaliser *self, guint at, gboolean behind_decimals)
{
  static const char *const GOES_ON[] = { "年", "月", "日", "号", "时", "分", "点", "元", "角", "度", "成", "余", "多", "以", "左", "上", "下", "内", "至", "到",
                                         "起", "的", "之", "和", "及", "或", "与", "级", "期", "亩", "平", "立", "摄", "毫", "厘", "公", "千", "万", "亿", NULL };
  guint n = 0;

  if (cz_norm_one_of (self, at, GOES_ON, NULL) > 0 || cz_norm_takes_liang (self, at))
    return FALSE;
  while (n < 9 && cz_norm_is_hanzi (cz_norm_at (self, at + n)))
    n++;
  if (n == 0 || n > 8 || (n == 1 && !behind_decimals))
    return FALSE;
  at += n;
  at += cz_norm_at (self, at) == 0xff1a || cz_norm_at (self, at) == ':' ? 1 : 0;
  return begins_number (self, cz_norm_skip_blanks (self, at));
}

/* What was said last was a number, with or without a unit. */
static gboolean
said_a_number (const CzNormaliser *self)
{
  return self->out->len > 0 && (g_array_index (self->out, CzSpokenChar, self->out->len - 1).flags & (CZ_SPOKEN_NUMBER | CZ_SPOKEN_DIGIT)) != 0;
}

/* 16 000: thousands set apart. */
static gboolean
goes_on_in_thousands (const CzNormaliser *self, guint at)
{
  return cz_norm_at (self, at) == '0' && cz_norm_is_digit (cz_norm_at (self, at + 1));
}

static gboolean
stands_behind_decimals (const CzNormaliser *self, guint at)
{
  guint from = at;

  while (from > 0 && at - from < 6 && cz_norm_is_digit (cz_norm_at (self, from - 1)))
    from--;
  return from < at && from > 1 && cz_norm_at (self, from - 1) == '.' && cz_norm_is_digit (cz_norm_at (self, from - 2));
}

/* 0.80 1.20 1.00 元/公斤, 黄瓜 3.5 茄子 2.8 */
static guint
column (CzNormaliser *self, guint at)
{
  guint next = cz_norm_skip_blanks (self, at);

  if (next == at || at == 0 || at != self->taken_end || cz_norm_at (self, at - 1) == ' ' || !said_a_number (self)
      || goes_on_in_thousands (self, next)
      || !(begins_number (self, next) || begins_thing (self, next, stands_behind_decimals (self, at))))
    return 0;
  cz_norm_emit (self, at, next, "，", 0);
  return next - at;
}

guint
cz_rule_list (CzNormaliser *self, guint at)
{
  guint taken = bracketed_item (self, at);

  return taken > 0 ? taken : column (self, at);
}
