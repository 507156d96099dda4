/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and digits in words. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

static const char *const DIGIT[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };

/* Four digits at most. inner: something stands before, so that 10 is 一十. 200 is 两百, 257 is 二百五十七. */
static void
say_group (GString *out, int value, gboolean inner)
{
  static const char *const PLACE[] = { "千", "百", "十", "" };
  static const int UNIT[] = { 1000, 100, 10, 1 };
  gboolean begun = FALSE, gap = FALSE;

  for (int k = 0; k < 4; k++) {
    guint digit = (guint) (value / UNIT[k]) % 10;

    if (digit == 0) {
      gap = begun;
      continue;
    }
    if (gap)
      g_string_append (out, "零");
    gap = FALSE;
    if (digit == 2 && (k == 0 || (k == 1 && !begun && !inner && value % 100 == 0)))
      g_string_append (out, "两");
    else if (!(digit == 1 && k == 2 && !begun && !inner))
      g_string_append (out, DIGIT[digit]);
    g_string_append (out, PLACE[k]);
    begun = TRUE;
  }
}

/* A zero group between two others is said once; a group below 1000 after another begins with 零. */
void
cz_say_cardinal (GString *out, const char *digits)
{
  static const char *const SCALE[] = { "", "万", "亿", "万亿", "亿亿" };
  gsize n;
  gboolean begun = FALSE, gap = FALSE;

  while (*digits == '0' && digits[1] != '\0')
    digits++;
  n = strlen (digits);
  if (n > 4 * G_N_ELEMENTS (SCALE)) {
    cz_say_digits (out, digits, n);
    return;
  }
  if (strcmp (digits, "0") == 0)
    g_string_append (out, "零");
  for (gsize left = (n + 3) / 4; left > 0; left--) {
    gsize from = left * 4 > n ? 0 : n - left * 4;
    gsize to = n - (left - 1) * 4;
    int value = 0;

    for (gsize i = from; i < to; i++)
      value = value * 10 + (digits[i] - '0');
    if (value == 0) {
      gap = begun;
      continue;
    }
    if (begun && (gap || value < 1000))
      g_string_append (out, "零");
    if (value == 2 && left > 1)
      g_string_append (out, "两");
    else
      say_group (out, value, begun && !(left == 2 && value < 20));
    g_string_append (out, SCALE[left - 1]);
    gap = FALSE;
    begun = TRUE;
  }
}

void
cz_say_digits (GString *out, const char *digits, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_string_append (out, DIGIT[(guint) (digits[i] - '0') % 10]);
}

void
cz_say_digits_at (const CzNormaliser *self, GString *out, guint at, guint n, gboolean yao)
{
  for (guint i = 0; i < n; i++) {
    gunichar c = cz_norm_at (self, at + i);
    if (cz_norm_is_digit (c))
      g_string_append (out, yao && c == '1' ? "幺" : DIGIT[c - '0']);
  }
}

void
cz_say_value (GString *out, int value)
{
  char digits[16];

  g_snprintf (digits, sizeof digits, "%d", MAX (value, 0));
  cz_say_cardinal (out, digits);
}

static void
say_fraction_part (GString *out, const CzNumber *number)
{
  if (number->fraction[0] == '\0')
    return;
  g_string_append (out, "点");
  cz_say_digits (out, number->fraction, strlen (number->fraction));
}

void
cz_say_number (GString *out, const CzNumber *number)
{
  if (number->negative)
    g_string_append (out, "负");
  cz_say_cardinal (out, number->whole);
  say_fraction_part (out, number);
}

void
cz_say_quantity (GString *out, const CzNumber *number)
{
  if (strcmp (number->whole, "2") == 0 && number->fraction[0] == '\0')
    g_string_append (out, number->negative ? "负两" : "两");
  else
    cz_say_number (out, number);
}
