/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/catalog/cz-quote.h"

/* Figures and days in the words of the screen, in the language now set. The same words are handed to the voice, which turns
 * digits into spoken ones. All results are owned by the caller unless const. */

gboolean cz_words_are_chinese (void);
char *cz_words_day (CzDay day); /* 11月22日 */
char *cz_words_full_day (CzDay day); /* 2026年11月22日 */
char *cz_words_short_day (CzDay day); /* the same with a short month, only for the strip */
/* Without the year when it is that of today. */
char *cz_words_day_near (CzDay day, CzDay today);
/* The span a figure speaks of: a day, 2018年3月5日那一周, 2018年3月. */
char *cz_words_period (const CzQuoteInfo *info, CzDay today);

char *cz_words_price (const CzQuoteInfo *info); /* 0.45 */
char *cz_words_price_li (const CzQuoteInfo *like, gint64 li); /* another figure of the same series */
char *cz_words_unit (const CzQuoteInfo *info); /* 元/斤 */
char *cz_words_currency (const CzQuoteInfo *info); /* 元 */
const char *cz_words_kind (CzQuoteKind kind);
char *cz_words_kind_grade (const CzQuoteInfo *info); /* 批发, 批发一级 */
const char *cz_words_class (CzProductClass product_class);
const char *cz_words_class_icon (CzProductClass product_class); /* name in assets/icons */

/* 3分, 1毛2分; is_short: 1毛2, as people say, where room is scarce. */
char *cz_words_amount (const CzQuoteInfo *info, gboolean is_short);
/* 涨3分, 跌1毛2, 平; "" when there is nothing to compare with. */
char *cz_words_change (const CzQuoteInfo *info, gboolean is_short);
const char *cz_words_change_mark (CzChangeSense sense); /* ▲ ▼ — */
const char *cz_words_change_class (CzChangeSense sense); /* CSS class */
/* 比上周 or 比上月. */
const char *cz_words_against (const CzQuoteInfo *info);
char *cz_words_distance (int metres); /* 21公里; "" when not known */
