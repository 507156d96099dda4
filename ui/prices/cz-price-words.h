/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-words.h"

/* Lines of the price pages, shown and said. Owned by the caller. */
/* 东关市场 · 批发 · 11月22日 · 问了3家 */
char *cz_price_words_where (const CzQuoteInfo *info, CzDay today);
/* 最后一次 12.50 元/斤 */
char *cz_price_words_last (const CzQuoteInfo *info);
/* 21公里 · 11月22日 */
char *cz_price_words_row (const CzQuoteInfo *info, CzDay today);
/* The sentence of the product page without the name: 11月22日，东关市场批发，0.45元/斤，比上周涨3分。 */
char *cz_price_words_say_when (const CzQuoteInfo *info, CzDay today);
char *cz_price_words_say_price (const CzQuoteInfo *info);
char *cz_price_words_say_change (const CzQuoteInfo *info);
/* 旧价 and the like; "" for a fresh one. */
const char *cz_price_words_tag (CzFreshness freshness);
