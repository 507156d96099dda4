/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands at a place: characters, words, digits, numbers, the signs of a range. */
#include "app/speech/cz-normalise-priv.h"

gunichar
cz_norm_at (const CzNormaliser *self, guint at)
{
  ++*self->n_looks;
  return at < self->n ? self->text[at] : 0;
}

gboolean
cz_norm_is_digit (gunichar c)
{
  return c >= '0' && c <= '9';
}

gboolean
cz_norm_is_letter (gunichar c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

gboolean
cz_norm_is_hanzi (gunichar c)
{
  return c >= 0x3400 && c <= 0x9fff;
}

guint
cz_norm_looking_at (const CzNormaliser *self, guint at, const char *word)
{
  guint n = 0;

  for (const char *p = word; *p != '\0'; p = g_utf8_next_char (p), n++)
    if (cz_norm_at (self, at + n) != g_utf8_get_char (p))
      return 0;
  return n;
}

guint
cz_norm_one_of (const CzNormaliser *self, guint at, const char *const *words, guint *which)
{
  guint best = 0;
  gunichar first = cz_norm_at (self, at);

  for (guint i = 0; words[i] != NULL; i++) {
    guint n = g_utf8_get_char (words[i]) == first ? cz_norm_looking_at (self, at, words[i]) : 0;

    if (n <= best)
      continue;
    best = n;
    if (which != NULL)
      *which = i;
  }
  return best;
}

gboolean
cz_norm_ends_with (const CzNormaliser *self, guint at, const char *word)
{
  guint n = (guint) g_utf8_strlen (word, -1);

  return at >= n && cz_norm_looking_at (self, at - n, word) == n;
}

gboolean
cz_norm_ends_with_one_of (const CzNormaliser *self, guint at, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (cz_norm_ends_with (self, at, words[i]))
      return TRUE;
  return FALSE;
}

guint
cz_norm_skip_blanks (const CzNormaliser *self, guint at)
{
  for (guint i = 0; i < CZ_BLANKS_MOST && cz_norm_at (self, at) == ' '; i++)
    at++;
  return at;
}

guint
cz_norm_range_sign (const CzNormaliser *self, guint at)
{
  static const char *const SIGNS[] = { "-", "–", "—", "~", "至", "到", "——", "--", "─", NULL };
  guint sign = cz_norm_skip_blanks (self, at);
  guint n = cz_norm_one_of (self, sign, SIGNS, NULL);

  return n > 0 ? cz_norm_skip_blanks (self, sign + n) : 0;
}

const char *
cz_norm_until (const CzNormaliser *self, guint at)
{
  return cz_norm_looking_at (self, cz_norm_skip_blanks (self, at), "至") > 0 ? "至" : "到";
}

guint
cz_norm_digits (const CzNormaliser *self, guint at, guint max)
{
  guint n = 0;

  while (n < max && cz_norm_is_digit (cz_norm_at (self, at + n)))
    n++;
  return n;
}

int
cz_norm_value (const CzNormaliser *self, guint at, guint n_digits)
{
  int value = 0;

  for (guint i = 0; i < n_digits && i < 9; i++)
    value = value * 10 + (int) (cz_norm_at (self, at + i) - '0');
  return value;
}

static guint
copy_digits (const CzNormaliser *self, guint at, char *to, gsize *length)
{
  guint n = cz_norm_digits (self, at, G_MAXUINT);

  for (guint i = 0; i < n && *length < CZ_NUMBER_MAX_DIGITS; i++)
    to[(*length)++] = (char) cz_norm_at (self, at + i);
  to[*length] = '\0';
  return n;
}

gboolean
cz_norm_number (const CzNormaliser *self, guint at, CzNumber *number)
{
  gsize length = 0;
  guint n;

  *number = (CzNumber){ .start = at };
  n = copy_digits (self, at, number->whole, &length);
  if (n == 0 || n > CZ_NUMBER_MAX_DIGITS)
    return FALSE;
  at += n;
  while (n <= 3 && (cz_norm_at (self, at) == ',' || cz_norm_at (self, at) == 0xff0c)
         && cz_norm_digits (self, at + 1, 4) == 3 && length + 3 <= CZ_NUMBER_MAX_DIGITS
         && number->whole[0] != '0') {
    copy_digits (self, at + 1, number->whole, &length);
    number->grouped = TRUE;
    at += 4;
  }
  if (cz_norm_at (self, at) == '.' && cz_norm_is_digit (cz_norm_at (self, at + 1))) {
    length = 0;
    at += 1 + copy_digits (self, at + 1, number->fraction, &length);
  }
  number->end = at;
  return TRUE;
}

guint
cz_norm_until_measure (const CzNormaliser *self, guint at)
{
  guint next = cz_norm_range_sign (self, at);
  guint measure = at;
  CzNumber second;

  while (measure > 0 && at - measure < 4
         && (cz_norm_is_hanzi (cz_norm_at (self, measure - 1)) || cz_norm_at (self, measure - 1) == ' '))
    measure--;
  if (next == 0 || measure == at || measure == 0 || !cz_norm_is_digit (cz_norm_at (self, measure - 1))
      || !cz_norm_number (self, next, &second))
    return 0;
  if (cz_norm_at (self, measure) == cz_norm_at (self, second.end)
      || (cz_norm_takes_liang (self, measure) && cz_norm_takes_liang (self, second.end)))
    return next;
  return 0;
}

gboolean
cz_norm_is_between_moments (const CzNormaliser *self, guint at, guint next)
{
  static const char *const MOMENTS[] = { "年", "月", "日", "号", "时", "点", ":", NULL };
  static const char *const NOT[] = { "年级", "号楼", "点多", NULL };
  guint n = cz_norm_digits (self, next, 5);
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  return before != 0 && g_utf8_strchr ("时日号点分半月年", -1, before) != NULL && n > 0 && n <= 4
         && cz_norm_one_of (self, next + n, MOMENTS, NULL) > 0 && cz_norm_one_of (self, next + n, NOT, NULL) == 0;
}

gboolean
cz_norm_signed_number (const CzNormaliser *self, guint at, CzNumber *number)
{
  gunichar c = cz_norm_at (self, at);
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  if (cz_norm_is_digit (c))
    return cz_norm_number (self, at, number);
  if ((c != '-' && c != '+') || cz_norm_is_digit (before) || cz_norm_is_letter (before) || before == ')'
      || cz_norm_until_measure (self, at) > 0
      || (c == '-' && cz_norm_is_between_moments (self, at, at + 1)))
    return FALSE;
  if (!cz_norm_number (self, at + 1, number))
    return FALSE;
  number->start = at;
  number->negative = c == '-';
  return TRUE;
}

gboolean
cz_norm_takes_liang (const CzNormaliser *self, guint at)
{
  static const char *const MEASURES[]
      = { "个", "只", "条", "张", "块", "斤", "公斤", "千克", "克", "吨", "亩", "公顷", "棵", "株", "头", "匹", "袋",
          "包", "桶", "瓶", "盒", "箱", "筐", "篓", "车", "次", "位", "名", "户", "家", "年", "天", "周", "点",
          "小时", "分钟", "秒", "倍", "成", "项", "种", "批", "颗", "粒", "场", "层", "片", "台", "套", "件", "双",
          "把", "元", "毛", "角", "米", "公里", "里", "升", "毫升", "口", "股", "季", "茬", "垄", "畦", "眼", "根",
          "枝", "支", "束", "捆", "岁", "万", "亿", "千", "节", "段", "处", "座", "间", "排", "行", "份", "本",
          "碗", "勺", "杯", "滴", "尾", "窝", "对", "组", "趟", "遍", "轮", "代", "门", "步", "方", "平方", "立方",
          "厘米", "毫米", "分米", "千米", "克", "毫克", "担", "石", "枚", "朵", "串", "挂", "扇", "罐", "听", "板",
          "顿", "餐", "盘", "面", "笔", "期间", "人", "寸", "尺", "丈", "顷", "辆", "艘", "艇", "部", "篇", "届",
          NULL };
  static const char *const NOT[] = { "年级", "点多", "人民", "方面军", "部门", "里程", "季度", "车间", NULL };

  return cz_norm_one_of (self, at, NOT, NULL) == 0 && cz_norm_one_of (self, at, MEASURES, NULL) > 0;
}

guint
cz_norm_sign_before (const CzNormaliser *self, const CzNumber *number)
{
  guint at = number->start;

  while (at > 0 && cz_norm_at (self, at - 1) == ' ')
    at--;
  return at > 0 ? at - 1 : 0;
}
