/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telephones and service numbers. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

/* Behind one of these a short number is dialled or looked up. */
static const char *const DIALLED[] = { "电话",   "拨打",   "热线",   "拨",     "致电",   "来电",   "咨询",     "客服",
                                       "手机",   "号码",   "短信",   "发送到", "发到", "报警",   "急救",   "火警",   "匪警",   "盗警",   "打",       "拨通",
                                       "举报",   "投诉",   "电话：", "热线：", "电话:",  "热线:",  "联系电话", "服务号",
                                       "电话是", "热线是", "电话为", "热线为", "拨打了", "呼叫",   "微信",     "QQ",
                                       "座机", "座机：", "固话", "传真", "传真：", "手机：", "手机号", "电话 ",  "热线 ",  "手机:",  "（",     NULL };
static const char *const SERVICE_AFTER[] = { "热线", "查号台", "电话", "急救", "报警", "服务台", "客服", "平台", "短信", "专线", "举报",
                                             "投诉", "火警", "匪警", "查询", "服务", "服务热线", NULL };
/* Short numbers everybody knows; what else begins with 12 or 9 is one only where it is dialled. */
static const char *const SERVICE[] = { "110", "119", "120", "122", "114", "112", "117", "121", "999", NULL };
static const char *const LONG_SERVICE[]
    = { "12316", "12345", "12315", "12306", "12348", "12355", "12366", "12369", "12388", "12393", "12123", "12119", "12121",
        "12122", "12117", "12110", "12320", "12333", "12338", "12349", "12350", "12356", "12301", "12305", "12310", "12312",
        "12313", "12314", "12317", "12318", "12319", "12321", "12323", "12325", "12326", "12328", "12329", "12331", "12336",
        "12337", "12339", "12340", "12351", "12358", "12363", "12365", "12367", "12368", "12370", "12371", "12377", "12378",
        "12379", "12380", "12381", "12385", "12386", "12389", "12390", "12391", "12395", "12396", "12398", "10086", "10000",
        "10010", "10001", "10011", "95588", "95599", "95533", "95566", "95580", "95598", "95595", "95555", "95559", "95518",
        "95519", "95511", "95500", "11185", "11183", "12580", "96110", NULL };

static gboolean
bounded (const CzNormaliser *self, guint at, guint end)
{
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;
  gunichar after = cz_norm_at (self, end);

  if (cz_norm_is_digit (before) || cz_norm_is_letter (before) || before == '.' || cz_norm_is_digit (after))
    return FALSE;
  return !((after == '.' || after == ',') && cz_norm_is_digit (cz_norm_at (self, end + 1)));
}

/* Three and four and four: a listener writes down no more at once. */
static void
say_grouped (const CzNormaliser *self, GString *words, guint at, guint end, const guint8 *groups)
{
  guint in_group = 0, group = 0;

  for (guint i = at; i < end; i++) {
    if (!cz_norm_is_digit (cz_norm_at (self, i)))
      continue;
    if (groups[group] > 0 && in_group == groups[group]) {
      g_string_append_c (words, '|');
      group++;
      in_group = 0;
    }
    cz_say_digits_at (self, words, i, 1, TRUE);
    in_group++;
  }
}

static gboolean
is_joint (gunichar c)
{
  return c == ' ' || c == '-' || c == 0x2013 || c == 0x2014 || c == 0x2015;
}

/* Digits with a blank or hyphen between groups, or a full stop between all; returns the position after them, or 0. */
static guint
spaced_digits (const CzNormaliser *self, guint at, const guint8 *groups)
{
  gboolean dotted = cz_norm_at (self, at + groups[0]) == '.';

  for (guint g = 0; groups[g] > 0; g++) {
    gunichar c = cz_norm_at (self, at);

    if (g > 0 && dotted && c != '.')
      return 0;
    if (g > 0 && (is_joint (c) || dotted))
      at++;
    if (cz_norm_digits (self, at, groups[g]) != groups[g])
      return 0;
    at += groups[g];
  }
  return at;
}

/* The same for the first of several ways to group them that fits. */
static guint
grouped_one_way (const CzNormaliser *self, guint at, const guint8 (*ways)[4], guint n_ways, const guint8 **groups)
{
  for (guint i = 0; i < n_ways; i++) {
    guint end = spaced_digits (self, at, ways[i]);

    *groups = ways[i];
    if (end > 0 && !cz_norm_is_digit (cz_norm_at (self, end)))
      return end;
  }
  return 0;
}

static guint
emit_number (CzNormaliser *self, guint at, guint end, const char *words)
{
  cz_norm_emit (self, at, end, words, CZ_SPOKEN_DIGIT | CZ_SPOKEN_SLOW | CZ_SPOKEN_TWICE);
  self->phone_end = end;
  return end - at;
}

/* +86, 0086, 86 and a joint: the position behind, or at. */
static guint
skip_country (const CzNormaliser *self, guint at, GString *words)
{
  static const char *const BRACKETED[] = { "(+86)", "（+86）", "(86)", "（86）", NULL };
  guint n = cz_norm_one_of (self, at, BRACKETED, NULL);

  if (n > 0) {
    g_string_append (words, "八六|");
    return at + n + (is_joint (cz_norm_at (self, at + n)) ? 1 : 0);
  }
  n = cz_norm_at (self, at) == '+' ? cz_norm_looking_at (self, at, "+86") : 0;

  if (n == 0)
    n = cz_norm_looking_at (self, at, "0086");
  if (n == 0 && (is_joint (cz_norm_at (self, at + 2)) || (cz_norm_at (self, at + 2) == '1' && cz_norm_digits (self, at, 14) == 13)))
    n = cz_norm_looking_at (self, at, "86");
  if (n == 0)
    return at;
  g_string_append (words, n == 4 ? "零零八六|" : "八六|");
  return at + n + (is_joint (cz_norm_at (self, at + n)) ? 1 : 0);
}

/* The first group of digits ends at a blank: so may a column of figures. */
static gboolean
has_blanks (const CzNormaliser *self, guint at)
{
  return cz_norm_at (self, at + cz_norm_digits (self, at, 5)) == ' ';
}

static guint
mobile (CzNormaliser *self, guint at)
{
  static const guint8 WAYS[][4] = { { 3, 4, 4, 0 }, { 4, 3, 4, 0 }, { 3, 3, 5, 0 } };
  g_autoptr (GString) words = g_string_new (NULL);
  const guint8 *groups;
  guint from = skip_country (self, at, words);
  guint end = grouped_one_way (self, from, WAYS, has_blanks (self, from) ? 1 : G_N_ELEMENTS (WAYS), &groups);

  if (end > 0 && has_blanks (self, from) && cz_norm_takes_liang (self, cz_norm_skip_blanks (self, end)))
    return 0;
  if (end == 0 || cz_norm_at (self, from) != '1' || cz_norm_at (self, from + 1) < '3' || !bounded (self, at, end))
    return 0;
  say_grouped (self, words, from, end, groups);
  return emit_number (self, at, end, words->str);
}

/* 138****5678: not to be dialled; once, slowly. */
static guint
masked (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = cz_norm_digits (self, at, 8), stars = 0, rest;

  while (stars < 16 && cz_norm_at (self, at + n + stars) == '*')
    stars++;
  rest = cz_norm_digits (self, at + n + stars, 6);
  if (n < 3 || stars < 2 || rest < 2 || !bounded (self, at, at + n + stars + rest))
    return 0;
  cz_say_digits_at (self, words, at, n, TRUE);
  g_string_append (words, "|星号|");
  cz_say_digits_at (self, words, at + n + stars, rest, TRUE);
  cz_norm_emit (self, at, at + n + stars + rest, words->str, CZ_SPOKEN_DIGIT | CZ_SPOKEN_SLOW);
  return n + stars + rest;
}

/* 400-123-4567 */
static guint
free_number (CzNormaliser *self, guint at)
{
  static const guint8 WAYS[][4] = { { 3, 3, 4, 0 }, { 3, 4, 3, 0 }, { 4, 3, 3, 0 } };
  g_autoptr (GString) words = g_string_new (NULL);
  const guint8 *groups;
  guint end = grouped_one_way (self, at, WAYS, G_N_ELEMENTS (WAYS), &groups);

  if (end == 0 || !(cz_norm_looking_at (self, at, "400") || cz_norm_looking_at (self, at, "800")) || !bounded (self, at, end)
      || cz_norm_takes_liang (self, end))
    return 0;
  say_grouped (self, words, at, end, groups);
  return emit_number (self, at, end, words->str);
}

/* The number inside an area: seven digits or eight, or a service. */
static guint
local (const CzNormaliser *self, guint at, const guint8 **groups)
{
  static const guint8 WAYS[][4] = { { 4, 4, 0, 0 }, { 3, 4, 0, 0 }, { 4, 3, 0, 0 } };
  static const guint8 WHOLE[] = { 5, 0, 0, 0 };

  if (cz_norm_one_of (self, at, LONG_SERVICE, NULL) == 5 && !cz_norm_is_digit (cz_norm_at (self, at + 5))) {
    *groups = WHOLE;
    return at + 5;
  }
  return grouped_one_way (self, at, WAYS, G_N_ELEMENTS (WAYS), groups);
}

/* The digits of an area code, 0 and two or three more, without the 0 behind a country's code; how many, or 0. end: behind
 * its bracket or joint. */
static guint
area_code (const CzNormaliser *self, guint from, gboolean has_country, guint *end)
{
  gunichar before = from > 0 ? cz_norm_at (self, from - 1) : 0;
  gboolean bracket = before == '(' || before == 0xff08;
  guint n = cz_norm_digits (self, from, 5);
  gunichar c = cz_norm_at (self, from + n);

  *end = from + n;
  if (bracket) {
    if (c != ')' && c != 0xff09)
      return 0;
    ++*end;
    c = cz_norm_at (self, *end);
  } else if (!is_joint (c) && c != '/') {
    return 0;
  }
  *end += is_joint (c) || c == '/' ? 1 : 0;
  if (cz_norm_at (self, from) == '0' && cz_norm_at (self, from + 1) == '0')
    return 0;
  if (cz_norm_at (self, from) == '0')
    return n == 3 || n == 4 ? n : 0;
  return has_country && (n == 2 || n == 3) ? n : 0;
}

/* 65901234-802: an extension. Says it and returns the position behind, or end. */
static guint
say_extension (const CzNormaliser *self, guint end, GString *words)
{
  guint n = is_joint (cz_norm_at (self, end)) && cz_norm_at (self, end) != ' ' ? cz_norm_digits (self, end + 1, 6) : 0;

  if (n < 2 || n > 4 || is_joint (cz_norm_at (self, end + 1 + n)))
    return end;
  g_string_append (words, "|转");
  cz_say_digits_at (self, words, end + 1, n, TRUE);
  return end + 1 + n;
}

/* 0871-65123456, (0871)6512 3456, +86-10-62345678 */
static guint
landline (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  const guint8 *groups;
  guint country = skip_country (self, at, words), from = country, area, behind, end;
  gunichar c = cz_norm_at (self, from);

  from += c == '(' || c == 0xff08 ? 1 : 0;
  area = area_code (self, from, country > at, &behind);
  end = area > 0 ? local (self, behind, &groups) : 0;
  if (end == 0 || cz_norm_at (self, behind) == '0' || !bounded (self, at, end))
    return 0;
  cz_say_digits_at (self, words, from, area, TRUE);
  g_string_append_c (words, '|');
  say_grouped (self, words, behind, end, groups);
  end = say_extension (self, end, words);
  return emit_number (self, at, end, words->str);
}

static gboolean
is_counted (const CzNormaliser *self, guint end)
{
  static const char *const COUNTED[] = { "余", "多", "名", "人", "个", "元", "年", "月", "日", "点", "分", "%", "kg", "m", "km",
                                         "mm", "g", "℃", "°", "㎡", "ml", "/", "号", "度", "里", "级", "-", "~", "—", "～", NULL };
  if (cz_norm_at (self, end) == '/'
      && (cz_norm_digits (self, end + 1, 9) >= 7 || cz_norm_one_of (self, end + 1, LONG_SERVICE, NULL) > 0))
    return FALSE;
  return cz_norm_takes_liang (self, end) || cz_norm_one_of (self, end, COUNTED, NULL) > 0;
}

/* A number was said a little before, in the same sentence: 3821234（白天）、3821235（夜间）. */
static gboolean
follows_a_number (const CzNormaliser *self, guint at)
{
  if (self->phone_end == 0 || at <= self->phone_end || at - self->phone_end > 16)
    return FALSE;
  for (guint i = self->phone_end; i < at; i++)
    if (g_utf8_strchr ("。！？\n", -1, cz_norm_at (self, i)) != NULL)
      return FALSE;
  return TRUE;
}

/* One of DIALLED stands before, with a colon or a blank or without. */
static gboolean
is_dialled (const CzNormaliser *self, guint at)
{
  guint before = at;

  while (before > 0 && at - before < 2 && g_utf8_strchr (" ：:", -1, cz_norm_at (self, before - 1)) != NULL)
    before--;
  return cz_norm_ends_with_one_of (self, at, DIALLED) || cz_norm_ends_with_one_of (self, before, DIALLED);
}

/* 382-1234 and 38211234 where telephones are. */
static guint
local_number (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  const guint8 *groups;
  guint end = local (self, at, &groups);

  if (end < at + 7 || !bounded (self, at, end) || is_counted (self, say_extension (self, end, words)) || cz_norm_at (self, at) < '2'
      || !(is_dialled (self, at) || follows_a_number (self, at))
      || cz_norm_ends_with (self, at, "（"))
    return 0;
  g_string_truncate (words, 0);
  say_grouped (self, words, at, end, groups);
  end = say_extension (self, end, words);
  return emit_number (self, at, end, words->str);
}

/* The stroke between two numbers is said as a pause. */
static guint
stroke_between (CzNormaliser *self, guint at)
{
  if (cz_norm_at (self, at) != '/' || !(self->phone_end == at && at > 0) || cz_norm_digits (self, at + 1, 9) < 3)
    return 0;
  cz_norm_emit (self, at, at + 1, "、", 0);
  return 1;
}

/* 拨打110或者119: the word stands further back in the same sentence. */
static gboolean
is_dialled_here (const CzNormaliser *self, guint at)
{
  static const char *const WORDS[] = { "拨打", "拨", "致电", "热线", "电话", NULL };

  for (guint back = at; back > 0 && at - back < 24; back--) {
    gunichar c = cz_norm_at (self, back - 1);

    if (c == 0x3002 || c == 0xff1b || c == 0xff01 || c == 0xff1f)
      return FALSE;
    if (cz_norm_ends_with_one_of (self, back, WORDS))
      return TRUE;
  }
  return FALSE;
}

/* 110、119、120: one of those everybody knows beside another. */
static gboolean
stands_among_services (const CzNormaliser *self, guint at, guint end)
{
  gunichar before = at > 3 ? cz_norm_at (self, at - 1) : 0, after = cz_norm_at (self, end);

  return (after == 0x3001 && cz_norm_digits (self, end + 1, 4) == 3 && cz_norm_one_of (self, end + 1, SERVICE, NULL) == 3)
         || (before == 0x3001 && self->phone_end == at - 1 && cz_norm_one_of (self, at - 4, SERVICE, NULL) == 3);
}

static guint
service (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = cz_norm_digits (self, at, 8), end = at + n;
  gboolean dialled = cz_norm_ends_with_one_of (self, at, DIALLED) || cz_norm_one_of (self, end, SERVICE_AFTER, NULL) > 0;
  gboolean is_service = FALSE;

  if (n < 3 || !bounded (self, at, end) || cz_norm_ends_with (self, at, "第") || is_counted (self, end))
    return 0;
  if (cz_norm_one_of (self, at, LONG_SERVICE, NULL) == n && n == 5)
    is_service = cz_norm_at (self, at + 1) != '0' || dialled || cz_norm_looking_at (self, at, "10086") > 0;
  else if (cz_norm_one_of (self, at, SERVICE, NULL) == n && n == 3)
    is_service = dialled || is_dialled_here (self, at) || stands_among_services (self, at, end) || (self->n == 3 && (cz_norm_looking_at (self, at, "11") > 0 || cz_norm_looking_at (self, at, "120") > 0));
  else
    is_service = dialled && ((n == 5 && (cz_norm_at (self, at) == '9' || cz_norm_looking_at (self, at, "12"))) || n >= 7);
  if (!is_service)
    return 0;
  cz_say_digits_at (self, words, at, n, TRUE);
  if (n >= 7)
    return emit_number (self, at, end, words->str);
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT | CZ_SPOKEN_SLOW);
  self->phone_end = end;
  return n;
}

guint
cz_rule_phone (CzNormaliser *self, guint at)
{
  static const CzRule RULES[] = { mobile, landline, stroke_between, NULL };
  static const CzRule RULES_AT_DIGIT[] = { free_number, masked, local_number, service, NULL };
  guint taken = 0;

  for (guint i = 0; taken == 0 && RULES[i] != NULL; i++)
    taken = RULES[i](self, at);
  for (guint i = 0; taken == 0 && cz_norm_is_digit (cz_norm_at (self, at)) && RULES_AT_DIGIT[i] != NULL; i++)
    taken = RULES_AT_DIGIT[i](self, at);
  return taken;
}
