/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one number to another, and what else has a hyphen between figures: formulas, scores, house numbers. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

/* 15-15-15: the parts of a compound fertiliser. */
static guint
formula (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  CzNumber part;
  guint end = at, parts = 0;

  while (parts <= 3 && cz_norm_number (self, end, &part) && strlen (part.whole) <= 2) {
    if (parts++ > 0)
      g_string_append (words, "、");
    cz_say_number (words, &part);
    end = part.end;
    if (cz_norm_at (self, end) != '-' || !cz_norm_is_digit (cz_norm_at (self, end + 1)))
      break;
    end++;
  }
  if (parts != 3 || cz_norm_at (self, end) == '-' || cz_norm_is_digit (cz_norm_at (self, end)))
    return 0;
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}

/* 红队3-1蓝队: a range does not go down. */
static gboolean
is_score_between_names (const CzNormaliser *self, guint at, const CzNumber *low, const CzNumber *high)
{
  static const char *const PLACES[] = { "号", "栋", "幢", "单元", "楼", "室", "村", "组", "第", "表", "图", NULL };

  return at > 0 && cz_norm_is_hanzi (cz_norm_at (self, at - 1)) && !cz_norm_ends_with_one_of (self, at, PLACES)
         && cz_norm_is_hanzi (cz_norm_at (self, high->end)) && !cz_norm_takes_liang (self, high->end)
         && cz_norm_at (self, low->end) == '-' && low->fraction[0] == '\0' && high->fraction[0] == '\0' && strlen (low->whole) <= 3
         && strlen (high->whole) <= 3 && cz_norm_value (self, low->start, (guint) strlen (low->whole)) > cz_norm_value (self, high->start, (guint) strlen (high->whole)) && !self->is_farm_text;
}

/* 中国2-1, 湖人 98-95: two small numbers after a name end the line. */
static gboolean
is_score_like (const CzNormaliser *self, guint at, const CzNumber *low, const CzNumber *high)
{
  guint before = at;

  while (before > 0 && cz_norm_at (self, before - 1) == ' ')
    before--;
  return cz_norm_at (self, low->end) == '-' && before > 0 && cz_norm_is_hanzi (cz_norm_at (self, before - 1))
         && strlen (low->whole) <= 3 && strlen (high->whole) <= 3 && low->fraction[0] == '\0' && !self->is_farm_text;
}

/* Among nothing but figures and signs a hyphen takes away, unless decimals say that it is a range. */
static gboolean
is_subtraction (const CzNormaliser *self, const CzNumber *low, const CzNumber *high)
{
  return self->has_equals || (low->fraction[0] == '\0' && high->fraction[0] == '\0' && high->end >= self->n);
}

/* 3-5天, 5～8个, 2-3次, 三 alone is no number here. */
guint
cz_rule_range (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  CzNumber low, high;
  guint next, n, at_unit;
  gboolean is_score;

  n = formula (self, at);
  if (n > 0)
    return n;
  if (!cz_norm_signed_number (self, at, &low))
    return 0;
  next = cz_norm_range_sign (self, low.end);
  if (next == 0 || !cz_norm_signed_number (self, next, &high) || cz_norm_is_letter (cz_norm_at (self, high.end)))
    return 0;
  at_unit = cz_norm_skip_blanks (self, high.end);
  n = cz_norm_range_sign (self, high.end);
  if (n > 0 && cz_norm_is_digit (cz_norm_at (self, n)))
    return 0;
  is_score = (at_unit >= self->n && is_score_like (self, at, &low, &high)) || is_score_between_names (self, at, &low, &high);
  if (!is_score && self->is_math_text && cz_norm_at (self, cz_norm_skip_blanks (self, low.end)) == '-' && is_subtraction (self, &low, &high))
    return 0;
  cz_say_number (words, &low);
  g_string_append (words, is_score ? "比" : cz_norm_until (self, low.end));
  if (cz_norm_takes_liang (self, at_unit))
    cz_say_quantity (words, &high);
  else
    cz_say_number (words, &high);
  cz_norm_emit (self, at, high.end, words->str, CZ_SPOKEN_NUMBER);
  return high.end - at;
}
