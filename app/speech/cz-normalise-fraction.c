/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Percent and fractions. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

static const char *
share_of (gunichar c)
{
  if (c == '%')
    return "百分之";
  return c == 0x2030 ? "千分之" : NULL;
}

/* 5%, 5%-8%, 5-8%, -3‰ */
guint
cz_rule_percent (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  CzNumber low, high;
  guint sign, next, end;
  const char *share;

  if (!cz_norm_signed_number (self, at, &low))
    return 0;
  sign = cz_norm_skip_blanks (self, low.end);
  share = share_of (cz_norm_at (self, sign));
  end = share != NULL ? sign + 1 : low.end;
  next = cz_norm_range_sign (self, end);
  if (next > 0 && cz_norm_signed_number (self, next, &high)
      && share_of (cz_norm_at (self, cz_norm_skip_blanks (self, high.end))) != NULL) {
    guint high_sign = cz_norm_skip_blanks (self, high.end);
    share = share_of (cz_norm_at (self, high_sign));
    end = high_sign + 1;
  } else {
    next = 0;
  }
  if (share == NULL)
    return 0;
  if (low.negative)
    g_string_append (words, "负");
  low.negative = FALSE;
  g_string_append (words, share);
  cz_say_number (words, &low);
  if (next > 0) {
    g_string_append (words, cz_norm_until (self, cz_norm_sign_before (self, &high)));
    g_string_append (words, high.negative ? "负" : "");
    high.negative = FALSE;
    g_string_append (words, share);
    cz_say_number (words, &high);
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_NUMBER);
  return end - at;
}

/* 血压120/80, 120/80mmHg: two readings. Returns characters taken, or 0. */
static guint
blood_pressure (CzNormaliser *self, guint at)
{
  static const char *const BEFORE[] = { "血压", "血压是", "血压为", "血压：", "血压:", "血压 ", "血压高于", "血压低于", NULL };
  g_autoptr (GString) words = g_string_new (NULL);
  CzNumber high, low;
  guint unit;

  if (!cz_norm_number (self, at, &high) || cz_norm_at (self, high.end) != '/' || !cz_norm_number (self, high.end + 1, &low))
    return 0;
  unit = cz_norm_looking_at (self, cz_norm_skip_blanks (self, low.end), "mmHg");
  if (unit == 0 && !cz_norm_ends_with_one_of (self, at, BEFORE))
    return 0;
  cz_say_number (words, &high);
  g_string_append (words, "、");
  cz_say_number (words, &low);
  if (unit > 0) {
    low.end = cz_norm_skip_blanks (self, low.end) + unit;
    g_string_append (words, "毫米汞柱");
  }
  cz_norm_emit (self, at, low.end, words->str, CZ_SPOKEN_NUMBER);
  return low.end - at;
}

/* 1½斤 */
static guint
vulgar (CzNormaliser *self, const CzNumber *whole, GString *words)
{
  static const char *const SIGNS[] = { "½", "¼", "¾", "⅓", "⅔", "⅕", "⅖", "⅗", "⅘", "⅛", "⅜", "⅝", "⅞", NULL };
  static const char *const NAMES[] = { "二分之一", "四分之一", "四分之三", "三分之一", "三分之二", "五分之一", "五分之二", "五分之三", "五分之四",
                                       "八分之一", "八分之三", "八分之五", "八分之七" };
  guint which, n = cz_norm_one_of (self, whole->end, SIGNS, &which);

  if (n == 0)
    return 0;
  cz_say_number (words, whole);
  g_string_append_printf (words, "又%s", NAMES[which]);
  cz_norm_emit (self, whole->start, whole->end + n, words->str, CZ_SPOKEN_NUMBER);
  return whole->end + n - whole->start;
}

/* 1/2, 1 / 2, 1又1/5, 1/2kg; at the end of a short line after a name it is a score. */
guint
cz_rule_fraction (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  const CzUnit *unit = NULL;
  CzNumber first, low, high;
  guint slash, mixed, end = blood_pressure (self, at);
  gboolean is_score;

  if (end > 0)
    return end;
  if (!cz_norm_signed_number (self, at, &first) || first.fraction[0] != '\0')
    return 0;
  end = vulgar (self, &first, words);
  if (end > 0)
    return end;
  mixed = cz_norm_looking_at (self, first.end, "又");
  low = first;
  if (mixed > 0 && (!cz_norm_number (self, first.end + 1, &low) || low.fraction[0] != '\0'))
    return 0;
  if (mixed > 0 && cz_norm_looking_at (self, low.end, "分之") > 0) {
    cz_say_number (words, &first);
    g_string_append (words, "又");
    cz_say_number (words, &low);
    cz_norm_emit (self, at, low.end, words->str, CZ_SPOKEN_NUMBER);
    return low.end - at;
  }
  slash = cz_norm_skip_blanks (self, low.end);
  if (cz_norm_at (self, slash) != '/' || !cz_norm_number (self, cz_norm_skip_blanks (self, slash + 1), &high)
      || high.fraction[0] != '\0' || cz_norm_at (self, high.end) == '/' || strcmp (high.whole, "0") == 0)
    return 0;
  is_score = at > 1 && cz_norm_at (self, at - 1) == ' ' && cz_norm_is_hanzi (cz_norm_at (self, at - 2))
             && high.end == self->n && mixed == 0 && strlen (high.whole) <= 2;
  if (mixed > 0) {
    cz_say_number (words, &first);
    g_string_append (words, "又");
  } else if (low.negative) {
    g_string_append (words, "负");
  }
  low.negative = FALSE;
  cz_say_number (words, is_score ? &low : &high);
  g_string_append (words, is_score ? "比" : "分之");
  cz_say_number (words, is_score ? &high : &low);
  end = high.end + cz_norm_unit (self, high.end, &unit);
  if (unit != NULL)
    g_string_append (words, cz_norm_unit_name (self, unit));
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_NUMBER);
  return end - at;
}
