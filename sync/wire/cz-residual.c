/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-residual-private.h"

#include <string.h>

#define GROUP_BITS 15
#define ONE 65536
#define SEASON_DAYS 7

enum { MIX_PRESENT, MIX_SAME = MIX_PRESENT + 16, MIX_FLAG = MIX_SAME + 16, MIX_SHAPE = MIX_FLAG + 16, N_MIX = MIX_SHAPE + 16 };
enum { NUM_LOW, NUM_HIGH, NUM_MID, NUM_MID_LOW, NUM_MID_HIGH, NUM_OTHER, NUM_KEY, NUM_DAY, N_NUM };

typedef struct {
  gint64 cum; /* where the product stands, relative, 16.16, since the first day seen */
  gint64 moves; /* today's moves, summed */
  gint64 season[SEASON_DAYS];
  gint32 season_n[SEASON_DAYS];
  gint32 n;
} Product;

typedef struct {
  gint64 unit; /* greatest common divisor of its lows and highs */
  gint64 moves; /* today, beyond what the products did */
  gint32 n_moves;
  gint32 due, here; /* series expected so far today, and there */
  gint32 n_same, n_quotes;
} Market;

typedef struct {
  CzQuote last; /* key, values, and the rest of the last quote */
  gint64 last_day;
  gint64 unit; /* of low and high */
  gint64 mid_unit; /* of all three */
  gint64 cum; /* the product's, when this series last moved */
  gint64 low_ratio, high_ratio; /* to mid, 16.16, running mean */
  gint64 volatility; /* running mean of |move|, 16.16 */
  gint32 same; /* how often unchanged, of 4096 */
  gint32 centred; /* how often mid is the middle, of 4096 */
  guint32 seen; /* quotes so far */
  guint32 history; /* bit 0: quoted on the last day of the list, bit 1: the day before … */
  guint32 unchanged; /* likewise: the same as before */
  guint product, market; /* indices */
  guint32 id; /* hash of the key */
  guint8 ratio_n;
  gboolean is_new; /* came today */
  gboolean moved_today;
} Series;

struct _CzResidual {
  CzCoder coder;
  CzMixer mix[N_MIX];
  CzMixer numbers[N_NUM][CZ_NUMBER_MIXERS];
  GPtrArray *series; /* Series, by key */
  GArray *products;
  GArray *markets;
  GHashTable *product_at; /* gint64 → index + 1 */
  GHashTable *market_at;
  guint64 visits;
  gint64 day;
  gboolean has_day;
};

CzResidual *
cz_residual_new (void)
{
  CzResidual *self = g_new0 (CzResidual, 1);
  cz_coder_init (&self->coder, GROUP_BITS);
  self->series = g_ptr_array_new_with_free_func (g_free);
  self->products = g_array_new (FALSE, TRUE, sizeof (Product));
  self->markets = g_array_new (FALSE, TRUE, sizeof (Market));
  self->product_at = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->market_at = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

void
cz_residual_free (CzResidual *self)
{
  if (!self)
    return;
  cz_coder_clear (&self->coder);
  g_ptr_array_unref (self->series);
  g_array_unref (self->products);
  g_array_unref (self->markets);
  g_hash_table_unref (self->product_at);
  g_hash_table_unref (self->market_at);
  g_free (self);
}

CzCoder *
cz_residual_coder (CzResidual *self)
{
  return &self->coder;
}

/* ---- small arithmetic ---- */

static gint64
divisor (gint64 a, gint64 b)
{
  while (b != 0) {
    gint64 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* Rounded to the nearest, halves up; a ≥ 0, b > 0. */
static gint64
nearest (gint64 a, gint64 b)
{
  return (a + b / 2) / b;
}

/* value × (1 + move); values are ≤ 2⁴⁰, moves are clamped to ±½. */
static gint64
moved (gint64 value, gint64 move)
{
  return value + value * CLAMP (move, -ONE / 2, ONE / 2) / ONE;
}

static gint64
relative (gint64 now, gint64 before)
{
  return before > 0 ? CLAMP ((now - before) * ONE / before, -ONE / 2, ONE / 2) : 0;
}

/* a × b / c for a, b ≥ 0; a where that says nothing or would not fit. */
static gint64
scaled (gint64 a, gint64 b, gint64 c)
{
  return c <= 0 || (b > 0 && a > G_MAXINT64 / b) ? a : a * b / c;
}

static guint
log_bucket (gint64 value)
{
  guint bits = 0;
  for (; value > 0; value >>= 1)
    bits++;
  return bits;
}

/* Hostile data may bring any number: sums wrap. */
static gint64
plus (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a + (guint64) b);
}

static guint32
mix3 (guint32 kind, guint32 a, guint32 b)
{
  return cz_coder_hash (cz_coder_hash (kind * 0x01000193u + 0x811c9dc5u, a), b);
}

/* ---- series ---- */

static int
compare_keys (const CzQuote *a, const CzQuote *b)
{
  if (a->market != b->market)
    return a->market < b->market ? -1 : 1;
  if (a->product != b->product)
    return a->product < b->product ? -1 : 1;
  if (a->grade != b->grade)
    return a->grade < b->grade ? -1 : 1;
  return (a->kind > b->kind) - (a->kind < b->kind);
}

static guint
place_of (GHashTable *table, GArray *array, gint64 id)
{
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (table, &id));
  if (found > 0)
    return found - 1;
  g_array_set_size (array, array->len + 1);
  g_hash_table_insert (table, g_memdup2 (&id, sizeof id), GUINT_TO_POINTER (array->len));
  return array->len - 1;
}

static Series *
new_series (CzResidual *self, const CzQuote *key)
{
  Series *series = g_new0 (Series, 1);
  series->last.market = key->market;
  series->last.product = key->product;
  series->last.grade = key->grade;
  series->last.kind = key->kind;
  series->product = place_of (self->product_at, self->products, key->product);
  series->market = place_of (self->market_at, self->markets, key->market);
  series->id = mix3 ((guint32) key->grade << 8 | key->kind, (guint32) key->market ^ (guint32) (key->market >> 32) * 31,
                     (guint32) key->product ^ (guint32) (key->product >> 32) * 31);
  series->is_new = TRUE;
  return series;
}

static void
open_day (CzResidual *self)
{
  for (guint i = 0; i < self->products->len; i++) {
    Product *product = &g_array_index (self->products, Product, i);
    product->moves = 0;
    product->n = 0;
  }
  for (guint i = 0; i < self->markets->len; i++) {
    Market *market = &g_array_index (self->markets, Market, i);
    *market = (Market){ .unit = market->unit };
  }
}

static gint64
weekday (const CzResidual *self)
{
  return ((self->day % SEASON_DAYS) + SEASON_DAYS) % SEASON_DAYS;
}

/* How the product moves today, judged by the markets before this one and by the same weekday of earlier weeks. */
static gint64
todays_move (CzResidual *self, const Product *product)
{
  gint64 w = weekday (self);
  gint64 known = product->season_n[w] > 1 ? product->season[w] : 0;
  return (product->moves + known) / (product->n + 1);
}

static void
close_day (CzResidual *self)
{
  gint64 w = weekday (self);
  for (guint i = 0; i < self->products->len; i++) {
    Product *product = &g_array_index (self->products, Product, i);
    gint64 move = todays_move (self, product);
    if (product->n == 0)
      continue;
    product->cum += move;
    product->season_n[w] = MIN (product->season_n[w] + 1, 4);
    product->season[w] += (product->moves / product->n - product->season[w]) / product->season_n[w];
  }
  for (guint i = 0; i < self->series->len; i++) {
    Series *series = g_ptr_array_index (self->series, i);
    if (series->moved_today)
      series->cum = g_array_index (self->products, Product, series->product).cum;
    series->moved_today = FALSE;
  }
}

static void
follow_ratio (Series *series, const CzQuote *quote)
{
  if (quote->mid <= 0)
    return;
  gint64 low = MIN (quote->low * ONE / quote->mid, 4 * ONE), high = MIN (quote->high * ONE / quote->mid, 4 * ONE);
  series->ratio_n = (guint8) MIN (series->ratio_n + 1, 4);
  series->low_ratio += (low - series->low_ratio) / series->ratio_n;
  series->high_ratio += (high - series->high_ratio) / series->ratio_n;
}

static gboolean
same_values (const CzQuote *a, const CzQuote *b)
{
  return a->low == b->low && a->mid == b->mid && a->high == b->high;
}

static gint64
reference_of (const CzQuote *quote)
{
  return quote->mid > 0 ? quote->mid : quote->low + quote->high;
}

static gint64
middle_of (const Series *series, gint64 low, gint64 high)
{
  gint64 unit = MAX (series->mid_unit, 1);
  return (low + high) / 2 / unit * unit;
}

static void
learn_move (CzResidual *self, Series *series, const CzQuote *quote)
{
  Product *product = &g_array_index (self->products, Product, series->product);
  Market *market = &g_array_index (self->markets, Market, series->market);
  gint64 move = relative (reference_of (quote), reference_of (&series->last));
  gint64 today = move - (product->cum - series->cum);
  gint64 expected = todays_move (self, product);
  series->volatility += (ABS (today - expected) - series->volatility) / 8;
  if (ABS (today) < ONE / 3) {
    market->moves += today - expected;
    market->n_moves++;
    product->moves += today;
    product->n++;
  }
}

static void
learn_quote (CzResidual *self, Series *series, const CzQuote *quote)
{
  Market *market = &g_array_index (self->markets, Market, series->market);
  gboolean same = series->seen > 0 && same_values (quote, &series->last);
  market->n_quotes++;
  if (same)
    market->n_same++;
  if (series->seen > 0)
    series->same += ((same ? 4096 : 0) - series->same) / 16;
  series->unchanged = series->unchanged << 1 | same;
  if (series->seen > 0 && !same)
    learn_move (self, series, quote);
  if (!same) {
    series->unit = divisor (divisor (series->unit, quote->low), quote->high);
    series->mid_unit = divisor (divisor (series->mid_unit, quote->mid), series->unit);
    market->unit = divisor (divisor (market->unit, quote->low), quote->high);
    series->centred += ((quote->mid == middle_of (series, quote->low, quote->high) ? 4096 : 0) - series->centred)
                       / (gint32) MIN (series->seen + 1, 8);
    follow_ratio (series, quote);
    series->moved_today = TRUE;
  }
  series->last = *quote;
  series->last_day = self->day;
  series->seen++;
}

/* ---- one quote ---- */

static gint64
number (CzResidual *self, guint which, const guint32 *contexts, guint n, gint64 value)
{
  return cz_coder_number (&self->coder, contexts, n, self->numbers[which], which == NUM_KEY ? 30 : 120, value);
}

static gboolean
code_present (CzResidual *self, const Series *series, gboolean present)
{
  const Market *market = &g_array_index (self->markets, Market, series->market);
  guint share = market->due < 3 ? 9 : (guint) (market->here * 8 / market->due);
  guint history = series->history & 15;
  guint32 m = series->market, p = series->product, w = (guint32) weekday (self);
  guint32 contexts[] = {
    mix3 (1, history, share), mix3 (2, m, share), mix3 (3, series->id, history & 1), mix3 (4, m, w * 16 + share),
    mix3 (5, p, history & 3), mix3 (6, series->history & 0x7f, share / 2),
  };
  return cz_coder_bit (&self->coder, contexts, G_N_ELEMENTS (contexts), &self->mix[MIX_PRESENT + share], 200, present);
}

static gboolean
code_same (CzResidual *self, const Series *series, gboolean same)
{
  const Market *market = &g_array_index (self->markets, Market, series->market);
  guint level = (guint) series->same * 8 / 4097;
  guint share = market->n_quotes < 4 ? 7 : (guint) (market->n_same * 6 / market->n_quotes);
  guint32 run = series->unchanged & 7;
  guint32 coarse = MIN (log_bucket (series->volatility * series->last.low / (MAX (series->unit, 1) * 1024)), 12);
  guint32 contexts[] = {
    mix3 (11, run * 8 + level, share), mix3 (12, series->market, level), mix3 (13, series->product, run & 1),
    mix3 (14, series->id, 0), mix3 (15, coarse, level), mix3 (16, series->market, 8 + share),
  };
  return cz_coder_bit (&self->coder, contexts, G_N_ELEMENTS (contexts), &self->mix[MIX_SAME + (run & 1) * 8 + share], 200, same);
}

/* A flag that mostly holds its ground within a series. */
static gboolean
code_flag (CzResidual *self, const Series *series, guint32 kind, guint32 context, gboolean value)
{
  guint32 contexts[] = { mix3 (kind, context, 0), mix3 (kind + 1, series->market, context), mix3 (kind + 2, series->id, context) };
  return cz_coder_bit (&self->coder, contexts, G_N_ELEMENTS (contexts), &self->mix[MIX_FLAG + (kind / 4) % 16], 200, value);
}

typedef struct {
  guint32 scale; /* how far a series of this kind wanders, in units */
  guint32 conf; /* how much today is known */
  gint64 move; /* what is expected since the series moved last */
} Outlook;

static Outlook
look_ahead (CzResidual *self, const Series *series)
{
  const Product *product = &g_array_index (self->products, Product, series->product);
  const Market *market = &g_array_index (self->markets, Market, series->market);
  Outlook look = { 0 };
  if (series->seen == 0)
    return (Outlook){ 15, 0, 0 };
  look.move = product->cum - series->cum + todays_move (self, product) + market->moves / (2 * (market->n_moves + 4));
  look.conf = product->n < 2 ? 0 : product->n < 10 ? 1 : 2;
  return look;
}

/* 2 log₂ of the expected distance in units, coarse. */
static guint32
scale_of (const Series *series, gint64 unit)
{
  gint64 wander = series->volatility * reference_of (&series->last) / MAX (unit, 1) / 256;
  guint bits = log_bucket (wander);
  return series->seen < 2 ? 31 : MIN (bits * 2 + (bits > 1 && (wander >> (bits - 2) & 1)), 30);
}

/* Codes value as centre16/16 units plus a residual; centre16 carries four bits of fraction. */
static gint64
code_near (CzResidual *self, const Series *series, guint which, gint64 unit, gint64 centre16, guint32 extra, gint64 value)
{
  gint64 base = nearest (MAX (centre16, 0), 16);
  guint32 fraction = (guint32) ((MAX (centre16, 0) + 8) & 15) >> 1;
  guint32 scale = scale_of (series, unit), k = 32 + which * 8;
  guint32 recent = series->unchanged & 3;
  guint32 contexts[] = {
    mix3 (k, scale, extra), mix3 (k + 1, scale, fraction), mix3 (k + 2, series->market, scale / 2), mix3 (k + 3, series->product, scale / 2),
    mix3 (k + 4, recent * 8 + fraction, scale / 2 * 64 + extra), mix3 (k + 5, series->id, 0),
  };
  gint64 units = plus (base, number (self, which, contexts, G_N_ELEMENTS (contexts), value / unit - base));
  return CLAMP (units, 0, CZ_RESIDUAL_VALUE_MAX / unit) * unit;
}

static gint64
in_units16 (gint64 value, gint64 unit)
{
  return value * 16 / unit;
}

/* low and high, mid in their middle: one price and a width. */
static void
code_centred (CzResidual *self, const Series *series, const Outlook *look, gint64 unit, CzQuote *quote)
{
  const CzQuote *last = &series->last;
  guint32 quiet = look->conf * 2;
  quote->low = code_near (self, series, NUM_LOW, unit, in_units16 (moved (last->low, look->move), unit), quiet, quote->low);
  gint64 high = scaled (in_units16 (last->high, unit), quote->low, last->low);
  gint64 steady = series->low_ratio > 0 ? in_units16 (quote->low, unit) * series->high_ratio / series->low_ratio : high;
  gint64 gap = nearest (MAX (high, 0), 16) - nearest (MAX (steady, 0), 16);
  guint32 extra = (guint32) (CLAMP (gap, -2, 2) + 2) * 2 + (quote->low == last->low);
  quote->high = code_near (self, series, NUM_HIGH, unit, steady, extra, quote->high);
  quote->mid = middle_of (series, quote->low, quote->high);
}

/* mid first, which is the finest; low and high follow in proportion. */
static void
code_free (CzResidual *self, const Series *series, const Outlook *look, gint64 unit, CzQuote *quote)
{
  const CzQuote *last = &series->last;
  gint64 fine = MAX (divisor (series->mid_unit, unit), 1);
  if (quote->mid % fine != 0 && self->coder.mode != CZ_CODER_DECODE)
    fine = 1;
  if (code_flag (self, series, 80, 0, fine == 1))
    fine = 1;
  quote->mid = code_near (self, series, NUM_MID, fine, in_units16 (moved (last->mid, look->move), fine), look->conf, quote->mid);
  gint64 mid16 = in_units16 (quote->mid, unit);
  gint64 low = scaled (mid16, last->low, last->mid);
  gint64 steady = series->ratio_n > 0 ? mid16 * series->low_ratio / ONE : low;
  gint64 gap = nearest (MAX (low, 0), 16) - nearest (MAX (steady, 0), 16);
  quote->low = code_near (self, series, NUM_MID_LOW, unit, steady, (guint32) (CLAMP (gap, -2, 2) + 2), quote->low);
  guint32 moved_low = quote->low == nearest (MAX (steady, 0), 16) * unit;
  gint64 high = scaled (mid16, last->high, last->mid);
  steady = series->ratio_n > 0 ? mid16 * series->high_ratio / ONE : high;
  gap = nearest (MAX (high, 0), 16) - nearest (MAX (steady, 0), 16);
  quote->high = code_near (self, series, NUM_MID_HIGH, unit, steady, (guint32) (CLAMP (gap, -2, 2) + 2) * 2 + moved_low, quote->high);
}

/* Which of the three are given: bit 0 low, 1 mid, 2 high. */
static guint32
shape_of (const CzQuote *quote)
{
  return (quote->low != 0) | (quote->mid != 0) << 1 | (quote->high != 0) << 2;
}

static guint32
code_shape (CzResidual *self, const Series *series, guint32 shape)
{
  guint32 last = series->seen > 0 ? shape_of (&series->last) : 8;
  guint32 contexts[] = { mix3 (90, last, 0), mix3 (91, series->market, last), mix3 (92, series->id, last) };
  return cz_coder_tree (&self->coder, contexts, 3, &self->mix[MIX_SHAPE], 200, 3, shape) & 7;
}

static void
code_partial (CzResidual *self, const Series *series, const Outlook *look, guint32 shape, CzQuote *quote)
{
  gint64 *values[] = { &quote->low, &quote->mid, &quote->high };
  const gint64 lasts[] = { series->last.low, series->last.mid, series->last.high };
  for (guint i = 0; i < 3; i++) {
    if (!(shape >> i & 1)) {
      *values[i] = 0;
      continue;
    }
    gint64 unit = series->seen > 0 ? MAX (i == 1 ? series->mid_unit : series->unit, 1) : 1;
    if (self->coder.mode != CZ_CODER_DECODE && *values[i] % unit != 0)
      unit = 1;
    if (code_flag (self, series, 84, i, unit == 1))
      unit = 1;
    *values[i] = code_near (self, series, NUM_OTHER, unit, in_units16 (moved (lasts[i], look->move), unit), i, *values[i]);
  }
}

static void
code_values (CzResidual *self, const Series *series, CzQuote *quote)
{
  const Market *market = &g_array_index (self->markets, Market, series->market);
  Outlook look = look_ahead (self, series);
  guint32 shape = code_shape (self, series, shape_of (quote));
  if (shape != 7) {
    code_partial (self, series, &look, shape, quote);
    return;
  }
  gint64 unit = series->seen > 0 && series->unit > 0 ? series->unit : MAX (market->unit, 1);
  gboolean fits = quote->low % unit == 0 && quote->high % unit == 0;
  if (code_flag (self, series, 72, MIN (series->seen, 3), !fits))
    unit = 1;
  guint32 level = (guint32) series->centred * 6 / 4097 + (series->seen < 2 ? 8 : 0);
  gboolean centred = quote->mid == middle_of (series, quote->low, quote->high);
  if (code_flag (self, series, 76, level, centred))
    code_centred (self, series, &look, unit, quote);
  else
    code_free (self, series, &look, unit, quote);
}

/* Everything but the prices: hardly ever other than last time. */
static void
code_rest (CzResidual *self, const Series *series, CzQuote *quote)
{
  const CzQuote *last = &series->last;
  gboolean same = quote->sources == last->sources && quote->period == last->period && quote->status == last->status
                  && quote->contributor == last->contributor && quote->currency_len == last->currency_len
                  && memcmp (quote->currency, last->currency, 3) == 0;
  if (code_flag (self, series, 64, series->seen > 0, same)) {
    CzQuote prices = *quote;
    *quote = *last;
    quote->low = prices.low;
    quote->mid = prices.mid;
    quote->high = prices.high;
    return;
  }
  gint64 values[] = { quote->sources, quote->period, quote->status, quote->contributor, quote->currency_len,
                      (guint8) quote->currency[0] << 16 | (guint8) quote->currency[1] << 8 | (guint8) quote->currency[2] };
  const gint64 limits[] = { G_MAXINT32, 255, 255, G_MAXINT64, 3, 0xffffff };
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    guint32 contexts[] = { mix3 (100, i, 0), mix3 (101, i, series->market), mix3 (102, i, series->id) };
    values[i] = number (self, NUM_OTHER, contexts, 3, values[i]);
    values[i] = CLAMP (values[i], 0, limits[i]);
  }
  quote->sources = (gint32) values[0];
  quote->period = (guint8) values[1];
  quote->status = (guint8) values[2];
  quote->contributor = values[3];
  quote->currency_len = (guint8) values[4];
  for (guint i = 0; i < 3; i++)
    quote->currency[i] = i < quote->currency_len ? (char) (values[5] >> (16 - 8 * i)) : 0;
}

static gboolean
code_quote (CzResidual *self, Series *series, CzQuote *quote)
{
  code_rest (self, series, quote);
  if (series->seen > 0 && code_same (self, series, same_values (quote, &series->last))) {
    quote->low = series->last.low;
    quote->mid = series->last.mid;
    quote->high = series->last.high;
  } else
    code_values (self, series, quote);
  if (quote->low < 0 || quote->mid < 0 || quote->high < 0 || quote->low > CZ_RESIDUAL_VALUE_MAX
      || quote->mid > CZ_RESIDUAL_VALUE_MAX || quote->high > CZ_RESIDUAL_VALUE_MAX)
    return FALSE;
  learn_quote (self, series, quote);
  return TRUE;
}

/* ---- one day ---- */

void
cz_quote_day_add (CzQuoteDay *day, const CzQuote *quote)
{
  if (day->n == day->room) {
    day->room = MAX (day->room * 2, 256);
    day->quotes = g_renew (CzQuote, day->quotes, day->room);
  }
  day->quotes[day->n++] = *quote;
}

/* A key against the one before it in the list of new ones. */
static gboolean
code_key (CzResidual *self, CzQuote *key, const CzQuote *before)
{
  gboolean same_market;
  guint32 contexts[] = { mix3 (110, 0, 0) };
  key->market = plus (before->market, number (self, NUM_KEY, contexts, 1, key->market - before->market));
  same_market = key->market == before->market;
  contexts[0] = mix3 (111, same_market, 0);
  gint64 product = same_market ? before->product : 0;
  key->product = plus (product, number (self, NUM_KEY, contexts, 1, key->product - product));
  contexts[0] = mix3 (112, before->grade, 0);
  gint64 grade = number (self, NUM_KEY, contexts, 1, key->grade);
  contexts[0] = mix3 (113, before->kind, 0);
  gint64 kind = number (self, NUM_KEY, contexts, 1, key->kind);
  key->grade = (guint8) grade;
  key->kind = (guint8) kind;
  return key->market > 0 && key->product > 0 && grade >= 0 && grade <= 255 && kind >= 0 && kind <= 255;
}

/* Keys of the day that no series has yet, ascending. */
static GPtrArray *
find_new (CzResidual *self, const CzQuoteDay *day)
{
  GPtrArray *fresh = g_ptr_array_new_with_free_func (g_free);
  guint at = 0;
  for (guint i = 0; i < day->n; i++) {
    int order = 1;
    while (at < self->series->len
           && (order = compare_keys (&((Series *) g_ptr_array_index (self->series, at))->last, &day->quotes[i])) < 0)
      at++;
    if (at >= self->series->len || order > 0)
      g_ptr_array_add (fresh, new_series (self, &day->quotes[i]));
  }
  return fresh;
}

static gboolean
code_new (CzResidual *self, GPtrArray *fresh, guint max_rows)
{
  guint32 contexts[] = { mix3 (114, 0, 0) };
  gint64 n = number (self, NUM_KEY, contexts, 1, fresh->len);
  CzQuote before = { 0 };
  if (n < 0 || n > max_rows || n + self->series->len > CZ_RESIDUAL_SERIES_MAX)
    return FALSE;
  for (guint i = 0; i < (guint) n; i++) {
    CzQuote key = { 0 };
    if (i < fresh->len)
      key = ((Series *) g_ptr_array_index (fresh, i))->last;
    if (!code_key (self, &key, &before) || compare_keys (&key, &before) <= 0)
      return FALSE;
    if (i >= fresh->len)
      g_ptr_array_add (fresh, new_series (self, &key));
    before = key;
  }
  return !self->coder.overrun;
}

/* FALSE if a key is there already. Takes the series over. */
static gboolean
merge (CzResidual *self, GPtrArray *fresh)
{
  if (fresh->len == 0)
    return TRUE;
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);
  guint at = 0, from = 0;
  gboolean ok = TRUE;
  while (at < self->series->len || from < fresh->len) {
    int order = at >= self->series->len ? 1 : from >= fresh->len ? -1
                : compare_keys (&((Series *) g_ptr_array_index (self->series, at))->last, &((Series *) g_ptr_array_index (fresh, from))->last);
    ok = ok && order != 0;
    g_ptr_array_add (all, order <= 0 ? g_ptr_array_index (self->series, at++) : g_ptr_array_index (fresh, from++));
  }
  g_ptr_array_set_free_func (self->series, NULL);
  g_ptr_array_set_free_func (fresh, NULL);
  g_ptr_array_unref (self->series);
  self->series = all;
  g_ptr_array_set_size (fresh, 0);
  return ok;
}

static gboolean
code_series (CzResidual *self, CzQuoteDay *day, guint n_given, guint max_rows)
{
  gboolean decoding = self->coder.mode == CZ_CODER_DECODE;
  guint at = 0;
  for (guint i = 0; i < self->series->len; i++) {
    Series *series = g_ptr_array_index (self->series, i);
    Market *market = &g_array_index (self->markets, Market, series->market);
    if (!series->is_new && series->last_day == self->day)
      continue;
    gboolean here = !decoding && at < n_given && compare_keys (&series->last, &day->quotes[at]) == 0;
    if (!series->is_new) {
      here = code_present (self, series, here);
      if (series->history & 3) {
        market->due++;
        market->here += here;
      }
    } else
      here = TRUE;
    series->history = series->history << 1 | here;
    series->is_new = FALSE;
    if (!here)
      continue;
    CzQuote quote = decoding ? series->last : day->quotes[at++];
    if (!code_quote (self, series, &quote) || self->coder.overrun || (decoding && day->n >= max_rows))
      return FALSE;
    if (decoding)
      cz_quote_day_add (day, &quote);
  }
  return decoding || at == n_given;
}

gboolean
cz_residual_day (CzResidual *self, CzQuoteDay *day, guint max_rows)
{
  gboolean decoding = self->coder.mode == CZ_CODER_DECODE;
  guint32 contexts[] = { mix3 (115, 0, 0) };
  gint64 step = number (self, NUM_DAY, contexts, 1, self->has_day ? day->day - self->day : day->day);
  gint64 from = self->has_day ? self->day : 0;
  g_autoptr (GPtrArray) fresh = NULL;
  if (step < -200000 || step > 200000 || from + step < -1000000 || from + step > 1000000)
    return FALSE;
  self->day = day->day = from + step;
  self->has_day = TRUE;
  if (decoding)
    day->n = 0;
  fresh = decoding ? g_ptr_array_new_with_free_func (g_free) : find_new (self, day);
  open_day (self);
  if (!code_new (self, fresh, max_rows) || !merge (self, fresh))
    return FALSE;
  self->visits += self->series->len;
  if (self->visits > CZ_RESIDUAL_VISITS_MAX || !code_series (self, day, decoding ? 0 : day->n, max_rows))
    return FALSE;
  close_day (self);
  return !self->coder.overrun;
}
