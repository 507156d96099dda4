/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

/* Abbreviations that are spelled whichever way they are typed. */
static const char *const SPELLED[]
    = { "ATM", "NBA", "CEO", "CFO", "CTO", "COO", "MVP", "IQ",  "EQ",  "GDP", "CPI", "PPI", "WTO", "VIP", "USB", "SIM", "GPS", "DVD",
        "KTV", "LED", "PVC", "DNA", "RNA", "AI",  "IT",  "PC",  "TV",  "WHO", "CBA", "UFO", "HIV", "SUV", "APP", "PDF", "QQ",  "PH",
        "NPK", "DDT", "SOD", "ID",  "WIFI", "FIFA", "CCTV", "MBA", "NGO", "FBI", "CIA", "USA", "BBC", "CNN", "IMF", "OPEC", "APEC",
        "ICU", "CT",  "MRI", "KFC", "PPT", "EMS", "POS", "IC", "PM", "CD", "MP", "BBQ", "DIY", "PK", "OK", "HPV", "SARS", "PMI", NULL };
/* Words a village hears every day, in Chinese. */
static const char *const FOREIGN[][2] = {
  { "pH", "酸碱度" }, { "PH", "酸碱度" }, { "Ph", "酸碱度" }, { "ph", "酸碱度" }, { "WeChat", "微信" },
  { "wechat", "微信" },   { "Wechat", "微信" }, { "WIFI", "无线网" }, { "WiFi", "无线网" }, { "Wi-Fi", "无线网" },
  { "wifi", "无线网" },   { "Wifi", "无线网" },
};

static guint
letters_at (const CzNormaliser *self, guint at)
{
  guint n = 0;

  while (cz_norm_is_letter (cz_norm_at (self, at + n)))
    n++;
  return n;
}

static char *
letters (const CzNormaliser *self, guint at, guint n)
{
  char *word = g_malloc (n + 1);

  for (guint i = 0; i < n; i++)
    word[i] = (char) cz_norm_at (self, at + i);
  word[n] = '\0';
  return word;
}

static gboolean
is_spelled (const char *word)
{
  g_autofree char *upper = g_ascii_strup (word, -1);
  return g_strv_contains (SPELLED, upper);
}

/* O2O, B2B */
static guint
two_for_to (CzNormaliser *self, guint at)
{
  char words[] = "X to X";

  if (letters_at (self, at) != 1 || cz_norm_at (self, at) == 'H' || cz_norm_at (self, at) == 'K' || cz_norm_at (self, at + 1) != '2' || letters_at (self, at + 2) != 1
      || !g_ascii_isupper ((char) cz_norm_at (self, at)) || !g_ascii_isupper ((char) cz_norm_at (self, at + 2))
      || cz_norm_is_digit (cz_norm_at (self, at + 3)))
    return 0;
  words[0] = (char) cz_norm_at (self, at);
  words[5] = (char) cz_norm_at (self, at + 2);
  cz_norm_emit (self, at, at + 3, words, CZ_SPOKEN_LATIN);
  return 3;
}

/* Each letter stands for itself: a foreign run too long for one chunk may be cut between any two. */
static void
emit_letters (CzNormaliser *self, guint at, const char *word, guint step)
{
  for (guint i = 0; word[i] != '\0'; i++) {
    char letter[2] = { word[i], '\0' };
    cz_norm_emit (self, at + i * step, at + i * step + 1, letter, CZ_SPOKEN_LATIN);
  }
}

/* "c e o": letters standing one by one. */
static guint
spaced_letters (CzNormaliser *self, guint at)
{
  g_autoptr (GString) word = g_string_new (NULL);
  guint end = at;

  while (letters_at (self, end) == 1) {
    g_string_append_c (word, g_ascii_toupper ((char) cz_norm_at (self, end)));
    end++;
    if (cz_norm_at (self, end) != ' ' || letters_at (self, end + 1) != 1)
      break;
    end++;
  }
  if (word->len < 2)
    return 0;
  emit_letters (self, at, word->str, 2);
  return end - at;
}

static const char *const ROMAN[] = { "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII" };

/* The value of a Roman numeral typed in letters or as one sign; 0 for anything else. */
static int
roman_value (const CzNormaliser *self, guint at)
{
  guint n = letters_at (self, at);
  gunichar c = cz_norm_at (self, at);
  g_autofree char *word = letters (self, at, MIN (n, 5));

  if (c >= 0x2160 && c <= 0x216b)
    return (int) (c - 0x2160) + 1;
  for (guint i = 0; i < G_N_ELEMENTS (ROMAN); i++)
    if (strcmp (word, ROMAN[i]) == 0)
      return (int) i + 1;
  return 0;
}

static gboolean
stands_in_a_list (const CzNormaliser *self, guint at, guint end)
{
  guint before = at;

  if (cz_norm_at (self, end) == 0x3001 && roman_value (self, end + 1) > 0)
    return TRUE;
  if (at < 2 || cz_norm_at (self, at - 1) != 0x3001)
    return FALSE;
  for (before = at - 1; before > 0 && cz_norm_is_letter (cz_norm_at (self, before - 1));)
    before--;
  if (before == at - 1)
    before--;
  return roman_value (self, before) > 0;
}

/* I级, 附录II, 分为I、Ⅱ、Ⅲ三个等级. V and X alone are letters (V型, X光) unless their place says more. */
static guint
roman (CzNormaliser *self, guint at, const char *word)
{
  static const char *const AFTER[] = { "级", "类", "期", "度", NULL };
  static const char *const AFTER_PLAIN[] = { "型", "区", "部", "组", NULL };
  static const char *const BEFORE[] = { "附录", "附件", "第", NULL };
  guint n = (guint) strlen (word);
  int value = roman_value (self, at);
  gboolean is_letter = strcmp (word, "V") == 0 || strcmp (word, "X") == 0;
  g_autoptr (GString) words = g_string_new (NULL);

  if (value == 0
      || !(cz_norm_one_of (self, at + n, AFTER, NULL) > 0 || cz_norm_ends_with_one_of (self, at, BEFORE)
           || (!is_letter && cz_norm_one_of (self, at + n, AFTER_PLAIN, NULL) > 0) || stands_in_a_list (self, at, at + n)))
    return 0;
  cz_say_value (words, value);
  cz_norm_emit (self, at, at + n, words->str, CZ_SPOKEN_DIGIT);
  return n;
}

guint
cz_rule_latin (CzNormaliser *self, guint at)
{
  guint n = letters_at (self, at);
  guint taken = n == 1 && g_ascii_tolower ((char) cz_norm_at (self, at)) == 'x' ? cz_rule_symbol (self, at) : 0;
  g_autofree char *word = letters (self, at, n);
  g_autofree char *upper = g_ascii_strup (word, -1);

  if (taken == 0)
    taken = roman (self, at, word);
  if (taken == 0)
    taken = two_for_to (self, at);
  if (taken == 0)
    taken = spaced_letters (self, at);
  if (taken > 0)
    return taken;
  for (guint i = 0; i < G_N_ELEMENTS (FOREIGN); i++)
    if (strcmp (word, FOREIGN[i][0]) == 0) {
      guint value = n == 2 ? cz_norm_looking_at (self, at + n, "值") : 0;
      cz_norm_emit (self, at, at + n + value, FOREIGN[i][1], 0);
      return n + value;
    }
  emit_letters (self, at, is_spelled (word) ? upper : word, 1);
  return n;
}
