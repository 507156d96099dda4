/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telephones and service numbers. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

/* Behind one of these a short number is dialled or looked up. */
static const char *const DIALLED[] = { "电话",   "拨打",   "热线",   "拨",     "致电",   "来电",   "咨询",     "客服",
                                       "手机",   "号码",   "短信",   "发送到", "报警",   "急救",   "火警",   "匪警",   "盗警",   "打",       "拨通",
                                       "举报",   "投诉",   "电话：", "热线：", "电话:",  "热线:",  "联系电话", "服务号",
                                       "电话是", "热线是", "电话为", "热线为", "拨打了", "呼叫",   "微信",     "QQ",
                                       "手机：", "手机号", "电话 ",  "热线 ",  "手机:",  "（",     NULL };
static const char *const SERVICE_AFTER[] = { "热线", "电话", "急救", "报警", "服务台", "客服", "平台", "短信", "专线", "举报",
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

/* Digits with a blank or hyphen between groups; returns the position after n digits in all, or 0. */
static guint
spaced_digits (const CzNormaliser *self, guint at, const guint8 *groups)
{
  for (guint g = 0; groups[g] > 0; g++) {
    gunichar c = cz_norm_at (self, at);

    if (g > 0 && (c == ' ' || c == '-'))
      at++;
    if (cz_norm_digits (self, at, groups[g]) != groups[g])
      return 0;
    at += groups[g];
  }
  return at;
}

static guint
mobile (CzNormaliser *self, guint at)
{
  static const guint8 GROUPS[] = { 3, 4, 4, 0 };
  g_autoptr (GString) words = g_string_new (NULL);
  guint from = at, end;

  if (cz_norm_at (self, at) == '+')
    from = at + cz_norm_looking_at (self, at, "+86");
  else if (cz_norm_looking_at (self, at, "86") && (cz_norm_at (self, at + 2) == ' ' || cz_norm_at (self, at + 2) == '-'))
    from = at + 2;
  if (from > at) {
    cz_say_digits (words, "86", 2);
    g_string_append_c (words, '|');
    if (cz_norm_at (self, from) == ' ' || cz_norm_at (self, from) == '-')
      from++;
  }
  end = spaced_digits (self, from, GROUPS);
  if (end == 0 || cz_norm_at (self, from) != '1' || cz_norm_at (self, from + 1) < '3' || !bounded (self, at, end))
    return 0;
  say_grouped (self, words, from, end, GROUPS);
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT | CZ_SPOKEN_SLOW | CZ_SPOKEN_TWICE);
  return end - at;
}

/* 0871-65123456, (0871)65123456, 400-123-4567 */
static guint
landline (CzNormaliser *self, guint at)
{
  static const guint8 FREE[] = { 3, 3, 4, 0 };
  g_autoptr (GString) words = g_string_new (NULL);
  guint area, rest, from = at, end = 0;
  gunichar c = cz_norm_at (self, at);

  if ((c == '4' || c == '8') && (cz_norm_looking_at (self, at, "400") || cz_norm_looking_at (self, at, "800"))) {
    end = spaced_digits (self, at, FREE);
    if (end == 0 || !bounded (self, at, end) || cz_norm_takes_liang (self, end))
      return 0;
    say_grouped (self, words, at, end, FREE);
  } else {
    const guint8 groups[] = { 0, 4, 4, 0 };
    guint8 own[4];
    gboolean bracket = c == '(' || c == 0xff08;

    from = bracket ? at + 1 : at;
    area = cz_norm_digits (self, from, 5);
    if (cz_norm_at (self, from) != '0' || area < 3 || area > 4)
      return 0;
    end = from + area;
    c = cz_norm_at (self, end);
    if (bracket ? (c != ')' && c != 0xff09) : (c != '-' && c != ' '))
      return 0;
    rest = cz_norm_digits (self, end + 1, 9);
    if (rest < 7 || rest > 8)
      return 0;
    memcpy (own, groups, sizeof own);
    own[0] = (guint8) area;
    own[1] = (guint8) (rest - 4);
    end += 1 + rest;
    if (!bounded (self, at, end))
      return 0;
    say_grouped (self, words, from, end, own);
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT | CZ_SPOKEN_SLOW | CZ_SPOKEN_TWICE);
  return end - at;
}

static gboolean
is_counted (const CzNormaliser *self, guint end)
{
  static const char *const COUNTED[] = { "余", "多", "名", "人", "个", "元", "年", "月", "日", "点", "分", "%", "kg", "m", "km",
                                         "mm", "g", "℃", "°", "㎡", "ml", "/", "号", "度", "里", "级", "-", "~", "—", "～", NULL };
  return cz_norm_takes_liang (self, end) || cz_norm_one_of (self, end, COUNTED, NULL) > 0;
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
    is_service = dialled || is_dialled_here (self, at) || (self->n == 3 && (cz_norm_looking_at (self, at, "11") > 0 || cz_norm_looking_at (self, at, "120") > 0));
  else
    is_service = dialled && ((n == 5 && (cz_norm_at (self, at) == '9' || cz_norm_looking_at (self, at, "12"))) || n >= 7);
  if (!is_service)
    return 0;
  cz_say_digits_at (self, words, at, n, TRUE);
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT | CZ_SPOKEN_SLOW | (n >= 7 ? CZ_SPOKEN_TWICE : 0));
  return n;
}

guint
cz_rule_phone (CzNormaliser *self, guint at)
{
  guint taken = mobile (self, at);

  if (taken == 0)
    taken = landline (self, at);
  if (taken == 0 && cz_norm_is_digit (cz_norm_at (self, at)))
    taken = service (self, at);
  return taken;
}
