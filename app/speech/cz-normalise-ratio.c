/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What else is written with a colon: 1:1000, 3:2. */
#include "app/speech/cz-normalise-priv.h"

/* 1:1000, 15:15:15, 1:50-100 */
guint
cz_rule_ratio (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  CzNumber number;
  guint parts = 0, end = at;

  while (cz_norm_number (self, end, &number)) {
    if (parts > 0)
      g_string_append (words, "比");
    cz_say_number (words, &number);
    parts++;
    end = number.end;
    if (cz_norm_at (self, end) != ':' || !cz_norm_is_digit (cz_norm_at (self, end + 1)))
      break;
    end++;
  }
  if (parts < 2)
    return 0;
  if (cz_norm_range_sign (self, end) > 0 && cz_norm_number (self, cz_norm_range_sign (self, end), &number)
      && cz_norm_at (self, number.end) != ':') {
    g_string_append (words, cz_norm_until (self, end));
    cz_say_number (words, &number);
    end = number.end;
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}
