/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-texts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sync/model/cz-money.h"
#include "sync/model/cz-vocab.h"

/* A policy as five blocks that a farmer can hear (N23): none may be missing, the deadline is a day or 长期. */

#define SUMMARY_MAX_CHARS 120
#define N_BLOCKS 5

static const struct {
  const char *field, *zh, *en;
} blocks[N_BLOCKS] = {
  { "who", "谁能领", "Who can get it" },  { "how_much", "领多少", "How much" },      { "papers", "带什么", "What to bring" },
  { "place", "去哪办", "Where to go" }, { "deadline", "哪天截止", "Until when" },
};

typedef struct {
  CzRow row;
  char *blocks[N_BLOCKS];
  gint64 id;
} Card;

static void
card_clear (Card *card)
{
  for (guint i = 0; i < N_BLOCKS; i++)
    g_free (card->blocks[i]);
}

static gboolean
read_blocks (CzImporter *imp, const CzFront *front, Card *card)
{
  for (guint i = 0; i < N_BLOCKS; i++) {
    guint line = front->body_line;
    card->blocks[i] = cz_front_block (front, blocks[i].zh, &line);
    if (card->blocks[i] != NULL && card->blocks[i][0] != 0)
      continue;
    imp->line = line;
    cz_importer_refuse_f (imp, -1, "block", _("write all five: 谁能领, 领多少, 带什么, 去哪办, 哪天截止"),
                          card->blocks[i] == NULL ? _("the block “%s” is missing") : _("the block “%s” is empty"), blocks[i].zh);
    return FALSE;
  }
  return TRUE;
}

/* "126 元/亩" → 12600 分, 亩. */
static gboolean
read_amount (CzImporter *imp, const CzFront *front, const CzTable *table, Card *card)
{
  const char *text = cz_front_get (front, "amount");
  const char *yuan = strstr (text, "元");
  gint64 milli = 0;
  if (text[0] == 0)
    return TRUE;
  g_autofree char *number = yuan != NULL ? g_strndup (text, (gsize) (yuan - text)) : g_strdup (text);
  const char *per = yuan != NULL ? yuan + strlen ("元") : "";
  if (yuan == NULL || cz_money_parse_milli (number, &milli) != CZ_PRICE_OK || milli % 10 != 0 || (per[0] != 0 && per[0] != '/')) {
    imp->line = cz_front_line (front, "amount");
    cz_importer_refuse_f (imp, -1, "amount", _("write it like 126 元/亩, or leave it out"), _("“%s” is no amount"), text);
    return FALSE;
  }
  cz_row_set_int (&card->row, table, "amount_fen", milli / 10);
  cz_row_set_text (&card->row, table, "amount_per", per[0] == '/' ? per + 1 : "");
  return TRUE;
}

static gboolean
read_card_dates (CzImporter *imp, const CzFront *front, const CzTable *table, Card *card)
{
  const char *deadline = cz_front_get (front, "deadline");
  CzDay day;
  if (!cz_texts_day (imp, front, "issued", TRUE, &day))
    return FALSE;
  cz_row_set_int (&card->row, table, "issued_day", day);
  if (!cz_texts_day (imp, front, "effective", FALSE, &day))
    return FALSE;
  cz_row_set_int (&card->row, table, "effective_day", day);
  if (g_str_equal (deadline, "长期"))
    return TRUE;
  if (!cz_texts_day (imp, front, "deadline", TRUE, &day))
    return FALSE;
  cz_row_set_int (&card->row, table, "deadline_day", day);
  return TRUE;
}

static gboolean
read_card_texts (CzImporter *imp, const CzFront *front, const CzTable *table, Card *card)
{
  const char *summary = cz_front_get (front, "summary");
  const char *lang;
  gint64 region;
  if (!cz_texts_need (imp, front, "title") || !cz_texts_need (imp, front, "summary") || !cz_texts_need (imp, front, "publisher")
      || !cz_texts_region (imp, front, &region) || !cz_texts_language (imp, front, &lang))
    return FALSE;
  if (g_utf8_strlen (summary, -1) > SUMMARY_MAX_CHARS) {
    imp->line = cz_front_line (front, "summary");
    cz_importer_refuse_f (imp, -1, "summary", _("say it in at most 120 characters"), _("the summary has %ld characters"), g_utf8_strlen (summary, -1));
    return FALSE;
  }
  cz_row_set_int (&card->row, table, "kind", CZ_POLICY_CARD);
  cz_row_set_text (&card->row, table, "title", cz_front_get (front, "title"));
  cz_row_set_text (&card->row, table, "summary", summary);
  cz_row_set_text (&card->row, table, "office", cz_front_get (front, "publisher"));
  cz_row_set_text (&card->row, table, "audience", cz_front_get (front, "audience"));
  cz_row_set_text (&card->row, table, "law_ref", cz_front_get (front, "law_ref"));
  cz_row_set_text (&card->row, table, "source", cz_front_get (front, "source"));
  cz_row_set_text (&card->row, table, "licence", cz_front_get (front, "licence"));
  cz_row_set_text (&card->row, table, "lang", lang);
  cz_row_set_int (&card->row, table, "region", region);
  for (guint i = 0; i < N_BLOCKS; i++)
    cz_row_set_text (&card->row, table, blocks[i].field, card->blocks[i]);
  return TRUE;
}

static gboolean
read_season (CzImporter *imp, const CzFront *front, const CzTable *table, Card *card)
{
  gint64 season = 0;
  if (!cz_season_parse (cz_front_get (front, "season"), &season)) {
    imp->line = cz_front_line (front, "season");
    cz_importer_refuse (imp, -1, "season", _("these months are not understood"), _("write months as 3-5,9"));
    return FALSE;
  }
  cz_row_set_int (&card->row, table, "season_mask", season);
  return TRUE;
}

/* What came of linking old and new versions is kept; the file knows nothing of it. */
gboolean
cz_texts_keep_links (CzImporter *imp, CzRow *row, GError **error)
{
  static const char *const fields[] = { "state", "replaced_by" };
  const CzTable *table = cz_table_by_number (CZ_TABLE_POLICY);
  CzRow stored;
  gboolean found = FALSE;
  if (!cz_hub_get (imp->hub, table, row, &stored, &found, error))
    return FALSE;
  for (guint i = 0; found && i < G_N_ELEMENTS (fields); i++) {
    int at = cz_table_field_index (table, fields[i]);
    row->v[at].i = stored.v[at].i;
  }
  return TRUE;
}

static gboolean
translate_card (CzImporter *imp, const CzTable *table, gint64 id, const CzFront *front, const char *lang, GError **error)
{
  gboolean ok = cz_importer_translate (imp, table, id, "title", lang, cz_front_get (front, "title"), error)
                && cz_importer_translate (imp, table, id, "summary", lang, cz_front_get (front, "summary"), error)
                && cz_importer_translate (imp, table, id, "office", lang, cz_front_get (front, "publisher"), error);
  for (guint i = 0; ok && i < N_BLOCKS; i++) {
    guint line = front->body_line;
    g_autofree char *text = cz_front_block (front, blocks[i].en, &line);
    if (text == NULL)
      text = cz_front_block (front, blocks[i].zh, &line);
    imp->line = line;
    if (text == NULL)
      cz_importer_fault (imp, _("a block is missing in this language"), _("write all five"));
    ok = cz_importer_translate (imp, table, id, blocks[i].field, lang, text != NULL ? text : "", error);
  }
  return ok;
}

static gboolean
put_card (CzImporter *imp, const CzFront *front, const CzTable *table, Card *card, gboolean *taken, GError **error)
{
  const char *replaces = cz_front_get (front, "replaces");
  gint64 old;
  if (!cz_hub_id (imp->hub, table, cz_front_get (front, "id"), &card->id, NULL, error))
    return FALSE;
  cz_row_set_int (&card->row, table, "id", card->id);
  if (replaces[0] != 0) {
    if (!cz_hub_id (imp->hub, table, replaces, &old, NULL, error))
      return FALSE;
    cz_row_set_int (&card->row, table, "replaces", old);
  }
  return cz_texts_keep_links (imp, &card->row, error) && cz_importer_put (imp, table, &card->row, taken, error);
}

gboolean
cz_texts_take_card (CzImporter *imp, const CzFront *front, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_POLICY);
  Card card = { 0 };
  gboolean taken = FALSE;
  gboolean ok = TRUE;
  imp->result->rows++;
  if (cz_texts_need (imp, front, "id") && read_blocks (imp, front, &card) && read_card_texts (imp, front, table, &card)
      && read_card_dates (imp, front, table, &card) && read_amount (imp, front, table, &card) && read_season (imp, front, table, &card))
    ok = put_card (imp, front, table, &card, &taken, error);
  if (ok && taken)
    ok = cz_texts_take_variants (imp, table, card.id, front, translate_card, error);
  card_clear (&card);
  return ok;
}
