/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sync/outbox/cz-outbox-items.h"
#include "sync/outbox/cz-outbox-local.h"
#include "tests/sync/store/cz-store-fixture.h"

/* station.db: states, envelopes, the second copy, versions. */

typedef struct {
  char *dir;
  CzOutbox *outbox;
} Station;

static CzOutbox *
open_ok (const char *dir)
{
  g_autoptr (GError) error = NULL;
  CzOutbox *outbox = cz_outbox_open (dir, TRUE, &error);

  g_assert_no_error (error);
  return outbox;
}

static void
set_up (Station *s, gconstpointer data)
{
  s->dir = g_dir_make_tmp ("cz-station-XXXXXX", NULL);
  s->outbox = open_ok (s->dir);
}

static void
tear_down (Station *s, gconstpointer data)
{
  cz_outbox_free (s->outbox);
  fixture_remove_tree (s->dir);
  g_free (s->dir);
}

static gint64
add_item (CzOutbox *outbox, const char *title, const char *slip)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = g_bytes_new_static ("payload", 7);
  CzItem draft = { .kind = CZ_ITEM_LISTING, .title = (char *) title, .slip = (char *) slip, .payload = payload, .created_s = 1000,
                   .clock_ok = TRUE };
  gint64 id = 0;

  g_assert_true (cz_outbox_add (outbox, &draft, &id, &error));
  g_assert_no_error (error);
  return id;
}

static gboolean
move_to (CzOutbox *outbox, gint64 id, CzOutboxState to, CzOutboxWord word, const char *reason, GError **error)
{
  const CzMove move = { to, word, reason, 0, 2000 };

  return cz_outbox_move (outbox, id, &move, error);
}

static CzOutboxState
state_of (CzOutbox *outbox, gint64 id)
{
  g_autoptr (CzItem) item = cz_outbox_item (outbox, id, NULL);

  g_assert_nonnull (item);
  return item->state;
}

static gint64
add_waiting (CzOutbox *outbox)
{
  gint64 id = add_item (outbox, "卖苹果", NULL);

  g_assert_true (move_to (outbox, id, CZ_OUTBOX_WAITING, CZ_WORD_OPERATOR, NULL, NULL));
  return id;
}

static void
seal_ok (CzOutbox *outbox, guint64 counter, const gint64 *ids, guint n)
{
  g_autoptr (GBytes) sealed = g_bytes_new_static ("sealed bytes", 12);
  g_autoptr (GError) error = NULL;
  CzEnvelope envelope = { .counter = counter, .name = (char *) "1-abc", .sealed = sealed, .created_s = 1500 };
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_item_free);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, cz_outbox_item (outbox, ids[i], &error));
  gboolean ok = cz_outbox_seal (outbox, &envelope, (const CzItem *const *) items->pdata, n, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

/* --- states --- */

/* The whole table, from the rule and not from the code: who can know it says so, and nobody else. */
static gboolean
rule_allows (CzOutboxState from, CzOutboxState to, CzOutboxWord word)
{
  gboolean at_county = to == CZ_OUTBOX_RECEIVED || to == CZ_OUTBOX_PUBLISHED || to == CZ_OUTBOX_RETURNED;

  switch (word) {
  case CZ_WORD_OPERATOR:
    return (from == CZ_OUTBOX_DRAFT && to == CZ_OUTBOX_WAITING)
           || (to == CZ_OUTBOX_DRAFT && (from == CZ_OUTBOX_WAITING || from == CZ_OUTBOX_RETURNED));
  case CZ_WORD_ROAD:
    return (from == CZ_OUTBOX_WAITING && to == CZ_OUTBOX_CARRIED) || (from == CZ_OUTBOX_CARRIED && to == CZ_OUTBOX_WAITING);
  case CZ_WORD_RECEIPT:
  default:
    return at_county && from != to && from != CZ_OUTBOX_DRAFT && !(to == CZ_OUTBOX_RECEIVED && from > CZ_OUTBOX_CARRIED);
  }
}

static void
test_every_move (Station *s, gconstpointer data)
{
  for (gint from = 0; from <= 7; from++)
    for (gint to = 0; to <= 7; to++)
      for (gint word = 0; word <= 2; word++) {
        gboolean known = from >= 1 && from <= 6 && to >= 1 && to <= 6;
        gboolean wanted = known && rule_allows ((CzOutboxState) from, (CzOutboxState) to, (CzOutboxWord) word);
        g_assert_cmpint (cz_outbox_may_move ((CzOutboxState) from, (CzOutboxState) to, (CzOutboxWord) word), ==, wanted);
      }
}

static void
test_long_way (Station *s, gconstpointer data)
{
  static const CzOutboxState way[] = { CZ_OUTBOX_DRAFT,    CZ_OUTBOX_WAITING,  CZ_OUTBOX_CARRIED, CZ_OUTBOX_RECEIVED,
                                       CZ_OUTBOX_RETURNED, CZ_OUTBOX_DRAFT,    CZ_OUTBOX_WAITING, CZ_OUTBOX_CARRIED,
                                       CZ_OUTBOX_RECEIVED, CZ_OUTBOX_PUBLISHED };
  static const CzOutboxWord words[] = { CZ_WORD_OPERATOR, CZ_WORD_OPERATOR, CZ_WORD_ROAD, CZ_WORD_RECEIPT, CZ_WORD_RECEIPT,
                                        CZ_WORD_OPERATOR, CZ_WORD_OPERATOR, CZ_WORD_ROAD, CZ_WORD_RECEIPT, CZ_WORD_RECEIPT };
  gint64 id = add_item (s->outbox, "卖苹果", "K7MQ2P9X");

  for (guint i = 1; i < G_N_ELEMENTS (way); i++) {
    g_autoptr (GError) error = NULL;
    const CzMove move = { way[i], words[i], way[i] == CZ_OUTBOX_RETURNED ? "照片不清" : NULL, i == 9 ? 990101000000042 : 0, 2000 + i };
    g_assert_true (cz_outbox_move (s->outbox, id, &move, &error));
    g_assert_true (cz_outbox_move (s->outbox, id, &move, &error)); /* receipts repeat */
    g_assert_cmpint (state_of (s->outbox, id), ==, way[i]);
  }
  g_autoptr (CzItem) item = cz_outbox_item_by_slip (s->outbox, "K7MQ2P9X", NULL);
  g_assert_cmpint (item->became, ==, 990101000000042);
  g_assert_cmpstr (item->reason, ==, "");
  g_autoptr (GPtrArray) history = cz_outbox_history (s->outbox, id, NULL);
  g_assert_cmpuint (history->len, ==, G_N_ELEMENTS (way));
  for (guint i = 0; i < history->len; i++)
    g_assert_cmpint (((CzItemStep *) history->pdata[i])->state, ==, way[i]);
  g_assert_cmpstr (((CzItemStep *) history->pdata[4])->reason, ==, "照片不清");
}

static void
assert_illegal (CzOutbox *outbox, gint64 id, CzOutboxState to, CzOutboxWord word, const char *reason, gint code)
{
  g_autoptr (GError) error = NULL;
  CzOutboxState before = state_of (outbox, id);
  g_autoptr (GPtrArray) history = cz_outbox_history (outbox, id, NULL);

  g_assert_false (move_to (outbox, id, to, word, reason, &error));
  g_assert_error (error, CZ_OUTBOX_ERROR, code);
  g_autoptr (GPtrArray) after = cz_outbox_history (outbox, id, NULL);
  g_assert_cmpint (state_of (outbox, id), ==, before);
  g_assert_cmpuint (history->len, ==, after->len);
}

static void
test_never_ahead (Station *s, gconstpointer data)
{
  gint64 id = add_item (s->outbox, "卖苹果", NULL);

  assert_illegal (s->outbox, id, CZ_OUTBOX_CARRIED, CZ_WORD_ROAD, NULL, CZ_OUTBOX_ERROR_ILLEGAL);
  assert_illegal (s->outbox, id, CZ_OUTBOX_PUBLISHED, CZ_WORD_RECEIPT, NULL, CZ_OUTBOX_ERROR_ILLEGAL);
  g_assert_true (move_to (s->outbox, id, CZ_OUTBOX_WAITING, CZ_WORD_OPERATOR, NULL, NULL));
  assert_illegal (s->outbox, id, CZ_OUTBOX_CARRIED, CZ_WORD_OPERATOR, NULL, CZ_OUTBOX_ERROR_ILLEGAL);
  assert_illegal (s->outbox, id, CZ_OUTBOX_RECEIVED, CZ_WORD_ROAD, NULL, CZ_OUTBOX_ERROR_ILLEGAL);
  assert_illegal (s->outbox, id, CZ_OUTBOX_RETURNED, CZ_WORD_RECEIPT, NULL, CZ_OUTBOX_ERROR_REASON);
  assert_illegal (s->outbox, id, CZ_OUTBOX_RETURNED, CZ_WORD_RECEIPT, "", CZ_OUTBOX_ERROR_REASON);
}

static void
test_drafts (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;
  g_autoptr (GError) large = NULL;
  gint64 id = add_item (s->outbox, "卖苹果", "K7MQ2P9X");
  g_autoptr (CzItem) item = cz_outbox_item (s->outbox, id, NULL);

  g_free (item->title);
  item->title = g_strdup ("卖梨");
  g_assert_true (cz_outbox_edit (s->outbox, item, 1100, &error));
  g_autoptr (CzItem) edited = cz_outbox_item (s->outbox, id, NULL);
  g_assert_cmpstr (edited->title, ==, "卖梨");
  g_assert_cmpint (edited->changed_s, ==, 1100);
  g_assert_true (move_to (s->outbox, id, CZ_OUTBOX_WAITING, CZ_WORD_OPERATOR, NULL, NULL));
  g_assert_false (cz_outbox_edit (s->outbox, item, 1200, &error));
  g_assert_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_ILLEGAL);
  g_assert_false (cz_outbox_discard (s->outbox, id, &second));
  g_assert_error (second, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_ILLEGAL);
  g_assert_true (move_to (s->outbox, id, CZ_OUTBOX_DRAFT, CZ_WORD_OPERATOR, NULL, NULL));
  g_assert_true (cz_outbox_discard (s->outbox, id, NULL));
  g_clear_error (&error);
  g_assert_null (cz_outbox_item (s->outbox, id, &error));
  g_assert_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN);
  g_assert_cmpint (add_item (s->outbox, "又一件", NULL), >, id); /* numbers are not used again */
  g_autofree char *long_text = g_strnfill (CZ_ITEM_PAYLOAD_MAX + 1, 'x');
  g_clear_pointer (&item->payload, g_bytes_unref);
  item->payload = g_bytes_new (long_text, CZ_ITEM_PAYLOAD_MAX + 1);
  g_assert_false (cz_outbox_add (s->outbox, item, NULL, &large));
  g_assert_error (large, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_LIMIT);
}

/* --- envelopes --- */

static void
test_envelopes (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 ids[] = { add_waiting (s->outbox), add_waiting (s->outbox), add_waiting (s->outbox) };

  seal_ok (s->outbox, 5, ids, 2);
  seal_ok (s->outbox, 6, ids + 2, 1);
  assert_illegal (s->outbox, ids[0], CZ_OUTBOX_DRAFT, CZ_WORD_OPERATOR, NULL, CZ_OUTBOX_ERROR_ILLEGAL); /* may be on its way */
  g_assert_true (cz_outbox_envelope_carried (s->outbox, 5, TRUE, 1600, &error));
  g_assert_cmpint (state_of (s->outbox, ids[1]), ==, CZ_OUTBOX_CARRIED);
  g_assert_cmpint (state_of (s->outbox, ids[2]), ==, CZ_OUTBOX_WAITING);
  g_assert_true (cz_outbox_envelope_carried (s->outbox, 5, FALSE, 1700, &error)); /* the stick was lost */
  g_assert_cmpint (state_of (s->outbox, ids[1]), ==, CZ_OUTBOX_WAITING);
  g_autoptr (GPtrArray) to_send = cz_outbox_envelopes (s->outbox, &error);
  g_assert_cmpuint (to_send->len, ==, 2);
  g_assert_cmpuint (g_bytes_get_size (((CzEnvelope *) to_send->pdata[0])->sealed), ==, 12);
  g_assert_true (cz_outbox_envelopes_received (s->outbox, 5, 1800, &error));
  g_assert_cmpint (state_of (s->outbox, ids[0]), ==, CZ_OUTBOX_WAITING); /* its number may be one that was heard under other words */
  g_assert_true (cz_outbox_envelope_carried (s->outbox, 5, TRUE, 1800, &error));
  g_assert_true (cz_outbox_envelopes_received (s->outbox, 5, 1800, &error));
  g_assert_true (cz_outbox_envelopes_received (s->outbox, 5, 1800, &error));
  g_assert_cmpint (state_of (s->outbox, ids[0]), ==, CZ_OUTBOX_RECEIVED);
  g_assert_cmpint (state_of (s->outbox, ids[2]), ==, CZ_OUTBOX_WAITING);
  g_autoptr (GPtrArray) left = cz_outbox_envelopes (s->outbox, &error);
  g_assert_cmpuint (left->len, ==, 1);
  const CzMove returned = { CZ_OUTBOX_RETURNED, CZ_WORD_RECEIPT, "价格写错", 0, 1900 };
  g_assert_true (cz_outbox_envelope_move (s->outbox, 6, &returned, &error));
  g_assert_cmpint (state_of (s->outbox, ids[2]), ==, CZ_OUTBOX_RETURNED);
  g_assert_cmpuint (cz_outbox_highest_counter (s->outbox), ==, 6);
}

static void
assert_no_seal_of (CzOutbox *outbox, guint64 counter, const CzItem *item)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = g_bytes_new_static ("x", 1);
  CzEnvelope envelope = { .counter = counter, .name = (char *) "n", .sealed = sealed };

  g_assert_false (cz_outbox_seal (outbox, &envelope, &item, 1, &error));
  g_assert_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_ILLEGAL);
}

static void
assert_no_seal (CzOutbox *outbox, guint64 counter, gint64 id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzItem) item = cz_outbox_item (outbox, id, &error);

  g_assert_no_error (error);
  assert_no_seal_of (outbox, counter, item);
}

static void
test_seal_refuses (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 draft = add_item (s->outbox, "草稿", NULL);
  gint64 first = add_waiting (s->outbox);
  gint64 second = add_waiting (s->outbox);

  seal_ok (s->outbox, 5, &first, 1);
  assert_no_seal (s->outbox, 5, second); /* used before */
  assert_no_seal (s->outbox, 0, second);
  assert_no_seal (s->outbox, 7, first); /* sealed already */
  assert_no_seal (s->outbox, 7, draft);
  g_autoptr (CzItem) read = cz_outbox_item (s->outbox, second, &error);
  g_autoptr (GBytes) other = g_bytes_new_static ("changed", 7);
  const CzItem changed = { .id = second, .title = (char *) "改过", .payload = other };
  g_assert_true (move_to (s->outbox, second, CZ_OUTBOX_DRAFT, CZ_WORD_OPERATOR, NULL, NULL));
  g_assert_true (cz_outbox_edit (s->outbox, &changed, 1600, &error));
  g_assert_true (move_to (s->outbox, second, CZ_OUTBOX_WAITING, CZ_WORD_OPERATOR, NULL, NULL));
  assert_no_seal_of (s->outbox, 7, read); /* read, then taken back, changed and sent again */
  g_assert_cmpuint (cz_outbox_highest_counter (s->outbox), ==, 5);
  g_assert_cmpuint (cz_outbox_unreceived_count (s->outbox), ==, 2); /* one sealed, one that waits to be */
  g_assert_false (cz_outbox_envelope_carried (s->outbox, 99, TRUE, 1, &error));
  g_assert_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN);
}

static void
test_kept (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) photo = g_bytes_new_static ("a photo", 7);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autofree char *type = NULL;
  guint8 hash[32];
  gint64 id = add_item (s->outbox, "卖苹果", NULL);

  g_assert_true (cz_outbox_keep (s->outbox, photo, "image/png", id, hash, &error));
  g_assert_true (cz_outbox_keep (s->outbox, photo, "image/png", id, hash, &error));
  g_assert_true (cz_outbox_sweep_kept (s->outbox, &error));
  g_autoptr (GBytes) back = cz_outbox_kept (s->outbox, hash, &type, &error);
  g_assert_true (g_bytes_equal (photo, back));
  g_assert_cmpstr (type, ==, "image/png");
  g_assert_true (cz_outbox_discard (s->outbox, id, &error));
  g_assert_true (cz_outbox_sweep_kept (s->outbox, &error));
  g_assert_null (cz_outbox_kept (s->outbox, hash, NULL, &error));
  g_assert_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN);
  g_clear_error (&error);
  g_assert_false (cz_outbox_keep (s->outbox, nothing, "image/png", 0, hash, &error));
  g_assert_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_LIMIT);
}

static void
test_forget (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) photo = g_bytes_new_static ("a photo", 7);
  guint8 hash[32];
  gint64 ids[] = { add_waiting (s->outbox), add_waiting (s->outbox), add_waiting (s->outbox) };
  const CzMove published = { CZ_OUTBOX_PUBLISHED, CZ_WORD_RECEIPT, NULL, 0, 3000 };
  const CzMove later = { CZ_OUTBOX_PUBLISHED, CZ_WORD_RECEIPT, NULL, 0, 5000 };
  const CzMove returned = { CZ_OUTBOX_RETURNED, CZ_WORD_RECEIPT, "照片不清", 0, 3000 };

  g_assert_true (cz_outbox_keep (s->outbox, photo, "image/png", ids[0], hash, &error));
  g_assert_true (cz_outbox_move (s->outbox, ids[0], &published, &error));
  g_assert_true (cz_outbox_move (s->outbox, ids[1], &later, &error));
  g_assert_true (cz_outbox_move (s->outbox, ids[2], &returned, &error));
  g_assert_true (cz_outbox_forget_published (s->outbox, 4000, &error));
  g_autoptr (GPtrArray) left = cz_outbox_items (s->outbox, 0, &error);
  g_assert_cmpuint (left->len, ==, 2);
  g_autoptr (GPtrArray) history = cz_outbox_history (s->outbox, ids[0], &error);
  g_assert_cmpuint (history->len, ==, 0);
  g_assert_null (cz_outbox_kept (s->outbox, hash, NULL, &error));
  g_assert_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN);
}

/* --- what stays here --- */

static void
test_settings_and_counters (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cz_outbox_get (s->outbox, CZ_SETTING_STATION_NAME));
  g_assert_true (cz_outbox_set (s->outbox, CZ_SETTING_STATION_NAME, "示例村站", &error));
  g_assert_true (cz_outbox_set_int (s->outbox, CZ_SETTING_VOLUME, 70, &error));
  g_autofree char *name = cz_outbox_get (s->outbox, CZ_SETTING_STATION_NAME);
  g_assert_cmpstr (name, ==, "示例村站");
  g_assert_cmpint (cz_outbox_get_int (s->outbox, CZ_SETTING_VOLUME, 0), ==, 70);
  g_assert_cmpint (cz_outbox_get_int (s->outbox, CZ_SETTING_STATION_NAME, -3), ==, -3); /* no number */
  g_assert_true (cz_outbox_set (s->outbox, CZ_SETTING_STATION_NAME, NULL, &error));
  g_assert_null (cz_outbox_get (s->outbox, CZ_SETTING_STATION_NAME));
  for (CzDay day = 1; day <= 3; day++)
    for (guint i = 0; i < 4; i++)
      g_assert_true (cz_outbox_count (s->outbox, day, i % 2 == 0 ? "open.prices" : "open.policies", day, &error));
  g_autoptr (GPtrArray) counters = cz_outbox_counters (s->outbox, 2, 3, &error);
  g_assert_cmpuint (counters->len, ==, 4);
  g_assert_cmpint (((CzCounter *) counters->pdata[3])->count, ==, 6);
  g_assert_cmpstr (((CzCounter *) counters->pdata[3])->key, ==, "open.prices");
  g_assert_true (cz_outbox_drop_counters (s->outbox, 3, &error));
  g_autoptr (GPtrArray) left = cz_outbox_counters (s->outbox, 0, 9, &error);
  g_assert_cmpuint (left->len, ==, 2);
}

static void
test_local (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzMatch match = { 7, 3, 640, (char *) "价 距离", CZ_MATCH_SEEN, 100000, 2600, NULL, 1000 };
  CzLocalNotice notice = { .title = (char *) "停电", .text = (char *) "明天上午停电", .from_day = 10, .to_day = 12 };
  CzFact fact = { (char *) "ram_mib", (char *) "512", 1000 };
  CzFact answer = { (char *) "1", (char *) "够用", 1000 };

  g_assert_true (cz_outbox_put_match (s->outbox, &match, &error));
  match.state = CZ_MATCH_DEAL;
  g_assert_true (cz_outbox_put_match (s->outbox, &match, &error)); /* the same pair, in whatever order */
  g_autoptr (GPtrArray) matches = cz_outbox_matches (s->outbox, &error);
  g_assert_cmpuint (matches->len, ==, 1);
  g_assert_cmpint (((CzMatch *) matches->pdata[0])->listing_a, ==, 3);
  g_assert_cmpint (((CzMatch *) matches->pdata[0])->state, ==, CZ_MATCH_DEAL);
  g_assert_true (cz_outbox_put_notice (s->outbox, &notice, &notice.id, &error));
  notice.to_day = 11;
  g_assert_true (cz_outbox_put_notice (s->outbox, &notice, NULL, &error));
  g_autoptr (GPtrArray) today = cz_outbox_notices (s->outbox, 11, &error);
  g_autoptr (GPtrArray) later = cz_outbox_notices (s->outbox, 12, &error);
  g_assert_cmpuint (today->len, ==, 1);
  g_assert_cmpuint (later->len, ==, 0);
  g_assert_true (cz_outbox_put_fact (s->outbox, &fact, &error));
  g_assert_true (cz_outbox_put_answer (s->outbox, 990101000000001, &answer, &error));
  g_autoptr (GPtrArray) facts = cz_outbox_facts (s->outbox, &error);
  g_autoptr (GPtrArray) answers = cz_outbox_answers (s->outbox, 990101000000001, &error);
  g_assert_cmpstr (((CzFact *) facts->pdata[0])->value, ==, "512");
  g_assert_cmpstr (((CzFact *) answers->pdata[0])->value, ==, "够用");
  g_assert_true (cz_outbox_drop_notice (s->outbox, notice.id, &error));
  g_assert_false (cz_outbox_drop_notice (s->outbox, notice.id, &error));
  g_assert_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN);
}

/* --- the second copy --- */

static void
damage (const char *dir, const char *name, goffset from)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *data = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize i = (gsize) from; i < size; i++)
    data[i] = (char) (i * 7);
  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
  /* The journal may still hold every page, and then nothing is lost. */
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  (void) g_unlink (journal);
}

static void
test_second_copy (Station *s, gconstpointer data)
{
  const goffset from = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  struct stat st;
  g_autofree char *path = g_build_filename (s->dir, "station.db", NULL);
  g_autofree char *aside = g_build_filename (s->dir, "station.db.damaged", NULL);
  gint64 id = add_item (s->outbox, "卖苹果", NULL);

  g_assert_true (cz_outbox_backup (s->outbox, &error));
  g_clear_pointer (&s->outbox, cz_outbox_free);
  damage (s->dir, "station.db", from);
  s->outbox = open_ok (s->dir);
  g_assert_true (cz_outbox_was_restored (s->outbox));
  g_assert_cmpint (state_of (s->outbox, id), ==, CZ_OUTBOX_DRAFT);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0660);
  g_assert_cmpint (add_item (s->outbox, "接着写", NULL), >, id);
}

/* The damaged file's journal must not be replayed into the copy that takes its place. */
static void
test_stale_journal (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (s->dir, "station.db", NULL);
  g_autofree char *bytes = NULL;
  gsize size = 0;

  for (guint i = 0; i < 300; i++)
    add_item (s->outbox, "卖苹果卖苹果卖苹果卖苹果卖苹果卖苹果", NULL);
  g_assert_true (cz_db_exec (cz_outbox_db (s->outbox), "PRAGMA wal_checkpoint(TRUNCATE)", &error));
  g_assert_true (cz_outbox_backup (s->outbox, &error));
  g_assert_true (cz_db_exec (cz_outbox_db (s->outbox), "PRAGMA wal_autocheckpoint = 0", &error));
  for (guint i = 0; i < 20; i++)
    add_item (s->outbox, "后来写的", NULL);
  /* As a crash leaves it: the journal full, and pages that it does not hold damaged. */
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  g_autofree char *journal_bytes = NULL;
  gsize journal_size = 0;
  g_assert_true (g_file_get_contents (journal, &journal_bytes, &journal_size, NULL));
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_clear_pointer (&s->outbox, cz_outbox_free);
  memset (bytes + size / 4, 0x5a, size / 2);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  g_assert_true (g_file_set_contents (journal, journal_bytes, (gssize) journal_size, NULL));
  s->outbox = open_ok (s->dir);
  g_assert_true (cz_outbox_was_restored (s->outbox));
  g_assert_cmpint (cz_outbox_item_count (s->outbox, CZ_OUTBOX_DRAFT), ==, 300);
  g_assert_true (cz_outbox_backup (s->outbox, &error)); /* which checks every page */
}

static void
test_lost_file (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (s->dir, "station.db", NULL);
  gint64 id = add_item (s->outbox, "卖苹果", NULL);

  g_assert_true (cz_outbox_backup (s->outbox, &error));
  g_assert_true (cz_outbox_is_current (s->outbox));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_autoptr (CzOutbox) other = open_ok (s->dir);
  g_assert_true (cz_outbox_was_restored (other));
  g_assert_cmpint (state_of (other, id), ==, CZ_OUTBOX_DRAFT);
  g_assert_false (cz_outbox_is_current (s->outbox));
}

static void
test_both_damaged (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_item (s->outbox, "卖苹果", NULL);
  g_assert_true (cz_outbox_backup (s->outbox, &error));
  g_clear_pointer (&s->outbox, cz_outbox_free);
  damage (s->dir, "station.db", 0);
  damage (s->dir, "station.db.2", 0);
  g_assert_null (cz_outbox_open (s->dir, TRUE, &error));
  g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED);
}

/* A copy is made only when something changed, and never of a damaged file. */
static void
test_backup_spares (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat first;
  struct stat second;
  g_autofree char *copy = g_build_filename (s->dir, "station.db.2", NULL);

  add_item (s->outbox, "卖苹果", NULL);
  g_assert_true (cz_outbox_backup (s->outbox, &error));
  g_assert_cmpint (stat (copy, &first), ==, 0);
  g_assert_true (cz_outbox_backup (s->outbox, &error));
  g_assert_cmpint (stat (copy, &second), ==, 0);
  g_assert_cmpuint (first.st_ino, ==, second.st_ino);
  g_autoptr (CzOutbox) other = open_ok (s->dir);
  g_assert_false (cz_outbox_has_changed (s->outbox));
  add_item (other, "另一个程序写的", NULL);
  g_assert_true (cz_outbox_has_changed (s->outbox));
  g_assert_false (cz_outbox_has_changed (s->outbox));
  g_assert_true (cz_outbox_backup (s->outbox, &error));
  g_assert_cmpint (stat (copy, &second), ==, 0);
  g_assert_cmpuint (first.st_ino, !=, second.st_ino);
}

static void
test_backup_of_damage (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = g_build_filename (s->dir, "station.db.2", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before = 0;
  gsize n_after = 0;
  g_autofree char *path = g_build_filename (s->dir, "station.db", NULL);

  for (guint i = 0; i < 200; i++)
    add_item (s->outbox, "卖苹果卖苹果卖苹果卖苹果卖苹果卖苹果", NULL);
  g_assert_true (cz_outbox_backup (s->outbox, &error));
  g_assert_true (g_file_get_contents (copy, &before, &n_before, NULL));
  g_assert_true (cz_db_exec (cz_outbox_db (s->outbox), "PRAGMA wal_checkpoint(TRUNCATE)", &error));
  g_clear_pointer (&s->outbox, cz_outbox_free);
  g_autofree char *data_bytes = NULL;
  gsize size = 0;
  g_assert_true (g_file_get_contents (path, &data_bytes, &size, NULL));
  memset (data_bytes + size / 2, 0x5a, size / 4);
  FILE *file = g_fopen (path, "r+b");
  g_assert_cmpuint (fwrite (data_bytes, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
  s->outbox = cz_outbox_open (s->dir, FALSE, &error); /* the kiosk's quick way does not look at every page */
  g_assert_no_error (error);
  g_assert_false (cz_outbox_backup (s->outbox, &error));
  g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED);
  g_assert_true (g_file_get_contents (copy, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

/* --- versions --- */

static void
test_future_version (Station *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 id = add_waiting (s->outbox);

  g_assert_true (cz_db_exec (cz_outbox_db (s->outbox),
                             "ALTER TABLE item ADD COLUMN colour INTEGER NOT NULL DEFAULT 0; PRAGMA user_version = 2", &error));
  g_clear_pointer (&s->outbox, cz_outbox_free);
  s->outbox = open_ok (s->dir);
  g_assert_cmpint (state_of (s->outbox, id), ==, CZ_OUTBOX_WAITING);
  g_assert_true (move_to (s->outbox, id, CZ_OUTBOX_CARRIED, CZ_WORD_ROAD, NULL, &error));
  add_item (s->outbox, "旧程序接着写", NULL);
  g_assert_true (cz_db_exec (cz_outbox_db (s->outbox), "UPDATE meta SET value = 2 WHERE key = 'min_reader'", &error));
  g_clear_pointer (&s->outbox, cz_outbox_free);
  g_assert_null (cz_outbox_open (s->dir, TRUE, &error));
  g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_NEWER);
}

#define ADD(path, data, func) g_test_add (path, Station, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/outbox/states/every-move", NULL, test_every_move);
  ADD ("/outbox/states/long-way", NULL, test_long_way);
  ADD ("/outbox/states/never-ahead", NULL, test_never_ahead);
  ADD ("/outbox/items/drafts", NULL, test_drafts);
  ADD ("/outbox/items/kept", NULL, test_kept);
  ADD ("/outbox/items/forget", NULL, test_forget);
  ADD ("/outbox/envelopes/way", NULL, test_envelopes);
  ADD ("/outbox/envelopes/refuses", NULL, test_seal_refuses);
  ADD ("/outbox/local/settings-and-counters", NULL, test_settings_and_counters);
  ADD ("/outbox/local/the-rest", NULL, test_local);
  ADD ("/outbox/copy/header-damaged", GINT_TO_POINTER (0), test_second_copy);
  ADD ("/outbox/copy/pages-damaged", GINT_TO_POINTER (4096), test_second_copy);
  ADD ("/outbox/copy/stale-journal", NULL, test_stale_journal);
  ADD ("/outbox/copy/file-lost", NULL, test_lost_file);
  ADD ("/outbox/copy/both-damaged", NULL, test_both_damaged);
  ADD ("/outbox/copy/spares", NULL, test_backup_spares);
  ADD ("/outbox/copy/of-damage", NULL, test_backup_of_damage);
  ADD ("/outbox/versions/future", NULL, test_future_version);
  return g_test_run ();
}
