/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-normalise.h"

/* What the rules of the normaliser share. A rule is given a position and either answers, having emitted what
 * is to be said, with the number of source characters it took, or 0 when it does not apply. */

typedef struct {
  const gunichar *text; /* folded: wide ASCII narrow, signs made one */
  const gsize *offset; /* n + 1 byte offsets */
  guint n;
  CzSpeechStyle style;
  gboolean is_farm_text; /* goods, land, prices: 公斤 and 度 instead of 千克 and 摄氏度 */
  gboolean is_price_text; /* about prices: 三块五 instead of 三点五元 */
  gboolean is_math_text; /* nothing but digits and signs of arithmetic */
  gboolean has_equals; /* a = somewhere */
  guint no_address_until; /* the run of address characters up to there holds no domain */
  gboolean has_items; /* （1） was said */
  guint change_end; /* behind the sign said last as 涨 or 跌 */
  guint time_end; /* behind the time of day said last */
  guint taken_end; /* behind the answer of the rule before */
  guint phone_end; /* behind the telephone number said last; 0: none yet */
  guint64 *n_looks; /* counts what cz_norm_at is asked */
  GArray *out; /* CzSpokenChar */
} CzNormaliser;

typedef guint (*CzRule) (CzNormaliser *self, guint at);

/* A number as written, "1,234.50". */
typedef struct {
  guint start; /* the sign, if any */
  guint end;
  gboolean negative;
  gboolean grouped; /* had commas */
  char whole[40]; /* digits before the point, at least one; longer numbers are no numbers */
  char fraction[40]; /* digits after it, "" without a point */
} CzNumber;

#define CZ_NUMBER_MAX_DIGITS 36

typedef struct {
  const char *sign;
  const char *plain; /* as villagers say it */
  const char *formal; /* NULL: the same */
  const char *before; /* said before the number: 每小时十公里; NULL: none; "!": the name itself is */
} CzUnit;

gunichar cz_norm_at (const CzNormaliser *self, guint at);
gboolean cz_norm_is_digit (gunichar c);
gboolean cz_norm_is_letter (gunichar c);
gboolean cz_norm_is_hanzi (gunichar c); /* an ideograph of the plane where names are written */
/* Characters of word when it stands at the position, else 0. */
guint cz_norm_looking_at (const CzNormaliser *self, guint at, const char *word);
/* Characters of the longest of words (NULL-terminated) that stands there, else 0; which: (nullable) its index. */
guint cz_norm_one_of (const CzNormaliser *self, guint at, const char *const *words, guint *which);
gboolean cz_norm_ends_with (const CzNormaliser *self, guint at, const char *word);
gboolean cz_norm_ends_with_one_of (const CzNormaliser *self, guint at, const char *const *words);
/* No rule asks twice for a long stretch; what is wider than this is set, not written. */
#define CZ_BLANKS_MOST 16
/* At most CZ_BLANKS_MOST of them. */
guint cz_norm_skip_blanks (const CzNormaliser *self, guint at);
/* The position after a hyphen, dash, tilde, 至 or 到 with blanks around it, or 0 when there is none. */
guint cz_norm_range_sign (const CzNormaliser *self, guint at);
/* How the sign there is said: 至 where it is written so, else 到. */
const char *cz_norm_until (const CzNormaliser *self, guint at);

/* The position after a range sign between two things counted alike: 5个-10个, 8点半-10点; else 0. The stroke there is no
 * minus: "12日-3℃" has one. */
guint cz_norm_until_measure (const CzNormaliser *self, guint at);

/* A stroke there between two moments, the second of which begins at next: 6月1日8时—6月3日20时. */
gboolean cz_norm_is_between_moments (const CzNormaliser *self, guint at, guint next);

/* Digits at the position, at most max; returns how many. */
guint cz_norm_digits (const CzNormaliser *self, guint at, guint max);
int cz_norm_value (const CzNormaliser *self, guint at, guint n_digits);
gboolean cz_norm_number (const CzNormaliser *self, guint at, CzNumber *number);
/* The same with an optional sign that cannot be a hyphen between two things. */
gboolean cz_norm_signed_number (const CzNormaliser *self, guint at, CzNumber *number);

/* Where the range sign before a number is. */
guint cz_norm_sign_before (const CzNormaliser *self, const CzNumber *number);

/* ∶ is never the clock's. */
#define CZ_RATIO_SIGN 0x2236
/* The position of the digit behind a colon there, with blanks on both sides or on none; else 0. */
guint cz_norm_colon (const CzNormaliser *self, guint at);
/* Whether figures with a colon are a dose or score and not a time. */
gboolean cz_norm_is_ratio (const CzNormaliser *self, guint at);

/* n digits there that can be a month, a day, a year of four digits. */
gboolean cz_norm_is_month (const CzNormaliser *self, guint at, guint n);
gboolean cz_norm_is_day (const CzNormaliser *self, guint at, guint n);
gboolean cz_norm_is_year (const CzNormaliser *self, guint at, guint n);
/* A digit stands before, or a digit and a sign of dates. */
gboolean cz_norm_follows_number (const CzNormaliser *self, guint at);

/* Characters of the unit there, or 0. A letter unit must not be the beginning of a word. */
guint cz_norm_raised (const CzNormaliser *self, guint at, guint *value); /* figures set high; their end, or 0 */
guint cz_norm_unit (const CzNormaliser *self, guint at, const CzUnit **unit);
const char *cz_norm_unit_name (const CzNormaliser *self, const CzUnit *unit);

/* Says a name made of digits, digit by digit. Returns how many there are, or 0. */
guint cz_norm_name_of_digits (CzNormaliser *self, guint at);

/* Words for digits. */
void cz_say_cardinal (GString *out, const char *digits);
void cz_say_number (GString *out, const CzNumber *number);
/* The same before a measure word or unit: 2 is 两. */
void cz_say_quantity (GString *out, const CzNumber *number);
void cz_say_digits (GString *out, const char *digits, gsize n);
void cz_say_value (GString *out, int value);
void cz_say_digits_at (const CzNormaliser *self, GString *out, guint at, guint n, gboolean yao);

void cz_norm_emit (CzNormaliser *self, guint from, guint to, const char *words, guint flags);

/* Two in "two of these": TRUE when a measure word that asks for 两 stands there. */
gboolean cz_norm_takes_liang (const CzNormaliser *self, guint at);

/* The rules, by file. */
guint cz_rule_address (CzNormaliser *self, guint at); /* e-mail, web address, IP */
guint cz_rule_phone (CzNormaliser *self, guint at);
guint cz_rule_code (CzNormaliser *self, guint at); /* after 尾号, 编号 …: digit by digit */
guint cz_rule_date (CzNormaliser *self, guint at);
guint cz_rule_year (CzNormaliser *self, guint at); /* with 年, 月, 日 written */
guint cz_rule_time (CzNormaliser *self, guint at);
guint cz_rule_change (CzNormaliser *self, guint at); /* which way, and how far: +0.2, ↓3%, >500 */
guint cz_rule_ratio (CzNormaliser *self, guint at);
guint cz_rule_price (CzNormaliser *self, guint at);
guint cz_rule_currency (CzNormaliser *self, guint at);
guint cz_rule_fraction (CzNormaliser *self, guint at);
guint cz_rule_percent (CzNormaliser *self, guint at);
guint cz_rule_range (CzNormaliser *self, guint at);
guint cz_rule_day_and_night (CzNormaliser *self, guint at); /* 25/18℃ */
guint cz_rule_per (CzNormaliser *self, guint at); /* a quantity in or for another: 2片/次 */
guint cz_rule_item (CzNormaliser *self, guint at); /* 1）, at the head of a clause */
guint cz_rule_list (CzNormaliser *self, guint at); /* （一） and the blanks between columns */
guint cz_rule_per_price (CzNormaliser *self, guint at); /* the stroke of 三块五/斤 */
guint cz_rule_unit (CzNormaliser *self, guint at);
guint cz_rule_bare_unit (CzNormaliser *self, guint at); /* a unit with no digit before it */
guint cz_rule_number (CzNormaliser *self, guint at);
guint cz_rule_symbol (CzNormaliser *self, guint at);
guint cz_rule_latin (CzNormaliser *self, guint at);
