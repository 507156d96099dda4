/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What else is written with a colon: 1:1000, 3:2; and which of it is a dose and which the clock. */
#include "app/speech/cz-normalise-priv.h"

/* How far back a word still says what a colon means. */
#define NEAR 10

guint
cz_norm_colon (const CzNormaliser *self, guint at)
{
  guint sign = cz_norm_skip_blanks (self, at), next;
  gunichar c = cz_norm_at (self, sign);

  if (c != ':' && c != CZ_RATIO_SIGN)
    return 0;
  next = cz_norm_skip_blanks (self, sign + 1);
  if (!cz_norm_is_digit (cz_norm_at (self, next)) || (sign > at) != (next > sign + 1))
    return 0;
  return next;
}

/* One of words ends at most NEAR characters before at, in the same clause. */
static gboolean
stands_near (const CzNormaliser *self, guint at, const char *const *words)
{
  for (guint back = at; back > 0 && at - back < NEAR; back--) {
    if (cz_norm_ends_with_one_of (self, back, words))
      return TRUE;
    if (g_utf8_strchr ("。；！？，、;,!?\n", -1, cz_norm_at (self, back - 1)) != NULL)
      return FALSE;
  }
  return FALSE;
}

/* Reads "a:b:c"; returns its end, or 0 with fewer than two parts. exact: one was written with ∶, or is 1 and
 * something that no clock shows. */
static guint
read_parts (const CzNormaliser *self, guint at, GString *words, guint *n_parts, gboolean *exact)
{
  CzNumber number;
  guint end = at, next = at;

  for (*n_parts = 0; (next > 0 || *n_parts == 0) && cz_norm_number (self, next, &number); next = cz_norm_colon (self, end)) {
    guint sign = *n_parts > 0 ? cz_norm_skip_blanks (self, end) : at;

    if (*n_parts > 0 && words != NULL)
      g_string_append (words, "比");
    if (words != NULL)
      cz_say_number (words, &number);
    *exact = *exact || (*n_parts > 0 && (cz_norm_at (self, sign) == CZ_RATIO_SIGN || number.end - number.start > 2));
    ++*n_parts;
    end = number.end;
    if (words == NULL && *n_parts > 4)
      break;
  }
  return *n_parts > 1 ? end : 0;
}

/* 8:30开始, 下午1:50, 1:30-5:00 */
static gboolean
is_clock_here (const CzNormaliser *self, guint at, guint end)
{
  static const char *const BESIDE[] = { "日", "号", "早", "晚", "夜", "点", "时", "于", "到", "至", "午", "从", NULL };
  static const char *const NEAR_WORDS[] = { "上午", "下午", "中午", "早上", "晚上", "凌晨", "傍晚", "时间", "今天", "明天", "今晚", "今早", "每天",
                                            "星期", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "上班", "开会", "会议", "营业", "班车", NULL };
  static const char *const AFTER[] = { "开", "上班", "下班", "出发", "到", "发车", "集合", "关门", "营业", "播", "截止", "之前", "以前",
                                       "前", "起", "许", "分", "时", "整", "am", "pm", "AM", "PM", "a.m.", "p.m.", "结束", "准时", "左右", "吃", "喝", "睡", "上课", "下课", "放学", "停", "回", "走", "来", NULL };
  guint after = cz_norm_skip_blanks (self, end), next = cz_norm_range_sign (self, end), m;

  /* 8:30、1:30 */
  if (self->time_end > 0 && at - self->time_end <= 2)
    return TRUE;
  if (cz_norm_at (self, end) == 0x3001 && cz_norm_colon (self, end + 1 + cz_norm_digits (self, end + 1, 3)) > 0
      && cz_norm_digits (self, end + 1, 3) == (cz_norm_at (self, end + 1) == '1' ? 2 : cz_norm_digits (self, end + 1, 3)))
    return TRUE;
  if (cz_norm_ends_with_one_of (self, at, BESIDE) || stands_near (self, at, NEAR_WORDS) || cz_norm_one_of (self, after, AFTER, NULL) > 0)
    return TRUE;
  m = cz_norm_digits (self, next, 3);
  return next > 0 && m > 0 && m < 3 && cz_norm_at (self, next + m) == ':' && cz_norm_digits (self, next + m + 1, 3) == 2;
}

gboolean
cz_norm_is_ratio (const CzNormaliser *self, guint at)
{
  static const char *const BESIDE[] = { "比", "比例", "比为", "比是", "比例为", "比：", "比例：", "配比", "氮磷钾", "NPK", "=", NULL };
  static const char *const BESIDE_AFTER[] = { "倍", "稀释", "兑", "液", "的比", "比例", "溶液", "拌", "混", "配", "药液", "水溶液", "的浓度", "喷", NULL };
  static const char *const NEAR_WORDS[] = { "比例", "配比", "之比", "比为", "稀释", "兑", "拌", "浓度", "混合", "配制", "混配", "倍液",
                                            "氮磷钾", "复合肥", "养分", "比分", "药土", NULL };
  gboolean exact = FALSE;
  guint n_parts, others, last, end = read_parts (self, at, NULL, &n_parts, &exact), next;

  if (end == 0 || exact)
    return exact;
  if (cz_norm_ends_with_one_of (self, at, BESIDE) || cz_norm_one_of (self, cz_norm_skip_blanks (self, end), BESIDE_AFTER, NULL) > 0)
    return TRUE;
  next = cz_norm_range_sign (self, end);
  last = next > 0 ? read_parts (self, next, NULL, &others, &exact) : 0;
  if (last > 0 && (exact || cz_norm_one_of (self, cz_norm_skip_blanks (self, last), BESIDE_AFTER, NULL) > 0))
    return TRUE;
  if (is_clock_here (self, at, end))
    return FALSE;
  /* 1:50 without a word about time is a dose; 1:05 is not. */
  return stands_near (self, at, NEAR_WORDS)
         || (cz_norm_digits (self, at, 3) == 1 && cz_norm_at (self, at) == '1' && cz_norm_at (self, cz_norm_colon (self, at + 1)) != '0'
             && cz_norm_colon (self, end) == 0 && n_parts == 2);
}

/* 1:1000, 15:15:15, 1:50-100, 1:50-1:100 */
guint
cz_rule_ratio (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL), more = g_string_new (NULL);
  CzNumber number;
  gboolean exact = FALSE;
  guint parts, further, end = read_parts (self, at, words, &parts, &exact), next;

  if (end == 0)
    return 0;
  next = cz_norm_range_sign (self, end);
  further = next > 0 ? read_parts (self, next, more, &parts, &exact) : 0;
  if (further == 0 && next > 0 && cz_norm_number (self, next, &number)) {
    g_string_truncate (more, 0);
    cz_say_number (more, &number);
    further = number.end;
  }
  if (further > 0) {
    g_string_append (words, cz_norm_until (self, end));
    g_string_append (words, more->str);
    end = further;
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}
