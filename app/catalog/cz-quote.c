/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalog/cz-quote.h"

struct _CzQuote {
  GObject parent_instance;
  CzQuoteInfo info;
  GListModel *others;
};

G_DEFINE_FINAL_TYPE (CzQuote, cz_quote, G_TYPE_OBJECT)

void
cz_quote_info_clear (CzQuoteInfo *info)
{
  g_clear_pointer (&info->market_name, g_free);
  g_clear_pointer (&info->publisher, g_free);
}

static void
cz_quote_finalize (GObject *object)
{
  CzQuote *self = CZ_QUOTE (object);

  cz_quote_info_clear (&self->info);
  g_clear_object (&self->others);
  G_OBJECT_CLASS (cz_quote_parent_class)->finalize (object);
}

static void
cz_quote_class_init (CzQuoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_quote_finalize;
}

static void
cz_quote_init (CzQuote *self)
{
}

CzQuote *
cz_quote_new (CzQuoteInfo *info, GListModel *others)
{
  CzQuote *self = g_object_new (CZ_TYPE_QUOTE, NULL);

  self->info = *info;
  info->market_name = NULL;
  info->publisher = NULL;
  g_set_object (&self->others, others);
  return self;
}

const CzQuoteInfo *
cz_quote_info (CzQuote *self)
{
  return &self->info;
}

GListModel *
cz_quote_others (CzQuote *self)
{
  return self->others;
}

gboolean
cz_quote_is_yuan (const CzQuoteInfo *info)
{
  return g_str_equal (info->currency, "CNY");
}

gboolean
cz_quote_is_comparable (const CzQuoteInfo *a, const CzQuoteInfo *b)
{
  return a->key.kind == b->key.kind && a->key.grade == b->key.grade && a->unit == b->unit && a->period == b->period
         && g_str_equal (a->currency, b->currency);
}

static int
kind_rank (CzQuoteKind kind, CzProductClass product_class)
{
  static const int produce[] = { 9, 1, 0, 2, 3 }; /* by CzQuoteKind: wholesale, purchase, retail, input */
  static const int input[] = { 9, 3, 2, 1, 0 };
  const int *ranks = product_class == CZ_CLASS_INPUT ? input : produce;

  return (guint) kind < G_N_ELEMENTS (produce) ? ranks[kind] : 8;
}

static int
grade_rank (CzGrade grade)
{
  /* Ungraded, then the ordinary first and second grade, medium size, and the rest. */
  static const int ranks[] = { 0, 5, 1, 2, 4, 8, 6, 3, 7 };

  return (guint) grade < G_N_ELEMENTS (ranks) ? ranks[grade] : 9;
}

static int
order (gint64 a, gint64 b)
{
  return (a > b) - (a < b);
}

int
cz_quote_compare_headline (const CzQuoteInfo *a, const CzQuoteInfo *b, CzProductClass product_class)
{
  const int steps[] = {
    order (a->freshness == CZ_FRESH_GONE, b->freshness == CZ_FRESH_GONE),
    order (!cz_quote_is_yuan (a), !cz_quote_is_yuan (b)),
    order (kind_rank (a->key.kind, product_class), kind_rank (b->key.kind, product_class)),
    order (a->period, b->period),
    order (a->freshness, b->freshness),
    /* Among figures that are gone the newest is the last one known. */
    a->freshness == CZ_FRESH_GONE ? order (b->day, a->day) : 0,
    order (grade_rank (a->key.grade), grade_rank (b->key.grade)),
    order (a->metres < 0 ? G_MAXINT : a->metres, b->metres < 0 ? G_MAXINT : b->metres),
    order (a->key.market, b->key.market),
    order (a->key.kind, b->key.kind),
    order (a->key.grade, b->key.grade),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] != 0)
      return steps[i];
  return 0;
}
