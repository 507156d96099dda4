/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/depot/cz-publisher.h"

/* An office for tests: keys, a publisher and a depot in a folder, with quotes made from a seed. Several offices may share a
 * depot and a root key. Everything asserts. */
typedef struct {
  char *dir; /* its own folder */
  char *depot;
  CzChannel channel;
  CzClock *clock;
  CzSecretKey *root_key;
  CzSecretKey *content_key;
  CzSecretKey *head_key;
  CzDelegation delegation;
  GBytes *root; /* document, version 1 */
  GBytes *chain;
  CzDepot *folder;
  CzContent *replica;
  CzPublisher *publisher;
  CzPublisherConfig config;
  GRand *random;
} CzOffice;

#define OFFICE_NOW G_GINT64_CONSTANT (1795305600) /* 2026-11-22 00:00 UTC */

/* root_of: (nullable) an office whose root key signs this one too, in the same depot. */
CzOffice *cz_office_new (const char *dir, const char *depot, CzChannel channel, CzClock *clock, const CzOffice *root_of);
void cz_office_free (CzOffice *office);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzOffice, cz_office_free)
/* One publication of quotes for each of the days: markets × products of them. */
void cz_office_publish (CzOffice *office, CzDay first, guint days, guint markets, guint products);
/* A media object with a row that names it. */
void cz_office_publish_media (CzOffice *office, GBytes *object, int priority);
/* Newly allocated ticket text for the line of these channels. */
char *cz_office_ticket (CzOffice *office, const CzChannel *line, guint n_line, const char *depot_address);
void cz_test_remove_tree (const char *path);
char *cz_test_make_folder (void);

/* Warnings are told here rather than ending the test: cz_test_take_warnings says how many since the last call held `part`, and
 * fails on any other. Once, before the first warning. */
void cz_test_collect_warnings (void);
guint cz_test_take_warnings (const char *part);
