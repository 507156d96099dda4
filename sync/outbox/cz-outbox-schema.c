/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/outbox/cz-outbox-private.h"

/* Steps are history: a published one is never edited, a new one is added behind and only adds (sync/outbox/README.md). */
const CzMigration cz_outbox_migrations[CZ_OUTBOX_VERSION] = {
  { "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE counter (day INTEGER NOT NULL, key TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, key)) WITHOUT ROWID;"
    "CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, state INTEGER NOT NULL,"
    " title TEXT NOT NULL, slip TEXT UNIQUE, payload BLOB NOT NULL, reason TEXT NOT NULL DEFAULT '',"
    " created_s INTEGER NOT NULL, changed_s INTEGER NOT NULL, clock_ok INTEGER NOT NULL,"
    " counter INTEGER NOT NULL DEFAULT 0, became INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX item_by_state ON item (state);"
    "CREATE INDEX item_by_counter ON item (counter) WHERE counter > 0;"
    "CREATE TABLE item_step (id INTEGER PRIMARY KEY, item INTEGER NOT NULL, state INTEGER NOT NULL, word INTEGER NOT NULL,"
    " at_s INTEGER NOT NULL, reason TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX item_step_by_item ON item_step (item);"
    "CREATE TABLE envelope (counter INTEGER PRIMARY KEY, name TEXT NOT NULL, sealed BLOB, created_s INTEGER NOT NULL,"
    " is_carried INTEGER NOT NULL DEFAULT 0, received_s INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE kept (hash BLOB PRIMARY KEY, type TEXT NOT NULL, data BLOB NOT NULL);"
    "CREATE TABLE kept_of_item (item INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (item, hash)) WITHOUT ROWID;"
    "CREATE TABLE match (listing_a INTEGER NOT NULL, listing_b INTEGER NOT NULL, score INTEGER NOT NULL, parts TEXT NOT NULL,"
    " state INTEGER NOT NULL, quantity_g INTEGER NOT NULL, price_li INTEGER NOT NULL, evidence TEXT NOT NULL,"
    " changed_s INTEGER NOT NULL, PRIMARY KEY (listing_a, listing_b)) WITHOUT ROWID;"
    "CREATE TABLE notice (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, text TEXT NOT NULL,"
    " from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, voice BLOB, picture BLOB, changed_s INTEGER NOT NULL);"
    "CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL, at_s INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE answer (survey INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, at_s INTEGER NOT NULL,"
    " PRIMARY KEY (survey, key)) WITHOUT ROWID;",
    1 },
};
