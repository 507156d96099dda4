/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Fixed vocabularies of published rows. Numbers are on the wire: never reuse or renumber. An unknown number is shown
 * as text ("?"), never refused. Parsers take the Chinese word or the English name; pure, any thread. */

typedef enum { CZ_KIND_PURCHASE = 1, CZ_KIND_WHOLESALE = 2, CZ_KIND_RETAIL = 3, CZ_KIND_INPUT = 4 } CzQuoteKind; /* 收购 批发 零售 农资 */
typedef enum { CZ_PERIOD_DAY = 0, CZ_PERIOD_WEEK = 1, CZ_PERIOD_MONTH = 2 } CzPeriod;
/* 菜 粮 果 肉蛋 农资 其它 */
typedef enum { CZ_CLASS_VEGETABLE = 1, CZ_CLASS_GRAIN = 2, CZ_CLASS_FRUIT = 3, CZ_CLASS_MEAT_EGG = 4, CZ_CLASS_INPUT = 5, CZ_CLASS_OTHER = 6 } CzProductClass;
typedef enum { CZ_MARKET_WHOLESALE = 1, CZ_MARKET_FAIR = 2, CZ_MARKET_PURCHASE_POINT = 3, CZ_MARKET_SUPERMARKET = 4, CZ_MARKET_REGION_MEAN = 5 } CzMarketKind; /* 批发 集市 收购点 超市 地区均价 */
/* 统货(0) 特级 一级 二级 三级 等外 大 中 小 */
typedef enum { CZ_GRADE_ANY = 0, CZ_GRADE_SUPER = 1, CZ_GRADE_1 = 2, CZ_GRADE_2 = 3, CZ_GRADE_3 = 4, CZ_GRADE_OFF = 5, CZ_GRADE_LARGE = 6, CZ_GRADE_MEDIUM = 7, CZ_GRADE_SMALL = 8 } CzGrade;
typedef enum { CZ_SIDE_SALE = 1, CZ_SIDE_WANTED = 2, CZ_SIDE_RENT = 3, CZ_SIDE_HELP = 4 } CzListingSide; /* 出售 求购 出租 帮工 */
typedef enum { CZ_CONTACT_STATION = 0, CZ_CONTACT_CONSENT = 1, CZ_CONTACT_PUBLIC = 2 } CzContactLevel; /* 村站转告 同意后 公开: who is told a listing's number */
typedef enum { CZ_POLICY_CARD = 1, CZ_POLICY_LAW = 2 } CzPolicyKind;
typedef enum { CZ_POLICY_IN_FORCE = 0, CZ_POLICY_SUPERSEDED = 1, CZ_POLICY_WITHDRAWN = 2 } CzPolicyState;

typedef enum { CZ_VOCAB_QUOTE_KIND, CZ_VOCAB_PERIOD, CZ_VOCAB_CLASS, CZ_VOCAB_MARKET_KIND, CZ_VOCAB_GRADE, CZ_VOCAB_SIDE, CZ_VOCAB_CONTACT, CZ_N_VOCABS } CzVocab;

/* Empty text gives 0 where 0 is a member (grade, period). */
gboolean cz_vocab_parse (CzVocab vocab, const char *text, gint *out) G_GNUC_WARN_UNUSED_RESULT;
const char *cz_vocab_name_zh (CzVocab vocab, gint value); /* static; "?" if unknown */
const char *cz_vocab_name_en (CzVocab vocab, gint value);
