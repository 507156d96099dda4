/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number that no rule before has taken. */
#include "app/speech/cz-normalise-priv.h"

/* 1.0.1: the parts of a version; the last one that is a fraction stands in the number before. */
static guint
say_version (const CzNormaliser *self, guint at, GString *words)
{
  while (cz_norm_at (self, at) == '.' && cz_norm_is_digit (cz_norm_at (self, at + 1))) {
    CzNumber part;

    if (!cz_norm_number (self, at + 1, &part))
      return at;
    g_string_append (words, "点");
    cz_say_number (words, &part);
    at = part.end;
  }
  return at;
}

/* 2.5万; a leading zero means that the digits are a name. */
guint
cz_rule_number (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  CzNumber number;
  guint flags = CZ_SPOKEN_NUMBER, end = cz_norm_name_of_digits (self, at);
  gboolean ordinal = cz_norm_ends_with (self, at, "第");

  if (end > 0)
    return end;
  if (!cz_norm_signed_number (self, at, &number))
    return 0;
  if (number.whole[0] == '0' && number.whole[1] != '\0' && number.fraction[0] == '\0')
    cz_say_digits (words, number.whole, strlen (number.whole));
  else if (!ordinal && cz_norm_takes_liang (self, number.end))
    cz_say_quantity (words, &number);
  else
    cz_say_number (words, &number);
  if (ordinal)
    flags = CZ_SPOKEN_DIGIT;
  if (ordinal && g_str_has_prefix (words->str, "两")) {
    g_string_erase (words, 0, (gssize) strlen ("两"));
    g_string_prepend (words, "二");
  }
  end = number.fraction[0] != '\0' ? say_version (self, number.end, words) : number.end;
  cz_norm_emit (self, at, end, words->str, flags);
  return end - at;
}
