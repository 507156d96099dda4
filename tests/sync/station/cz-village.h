/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-round.h"
#include "tests/sync/station/cz-office.h"

/* A county's office, its depot and one station that follows it, in one folder and under one clock; and what a thief of keys could put
 * into the depot. Everything asserts. */

#define VILLAGE_COUNTY 990101
#define VILLAGE_TODAY 20779 /* 2026-11-22 */

typedef struct {
  char *dir;
  char *depot;
  CzClock *clock;
  CzOffice *office;
  CzHome *home;
  CzTicket *ticket;
  CzStation *station;
  CzRoundReport report;
  char *rule; /* of the last refusal, NULL = none */
} Village;

Village *village_new (const CzChannel *line, guint n_line);
void village_free (Village *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Village, village_free)
/* As after a power cut: what is not on the disk is forgotten. Under another clock when one is given (transfer full). */
void village_restart (Village *self, CzClock *clock);
/* One round over the ticket's depot, or over another folder. */
CzExit village_round (Village *self, const char *depot);
void village_publish (Village *self, guint days);
guint64 village_seq (Village *self);
void village_assert_same_as_office (Village *self);
/* The depot as it stands, into another folder (made anew), and a folder in the depot's place. */
char *village_copy_depot (Village *self, const char *name);
void village_replace_depot (Village *self, const char *from);
char *village_file (Village *self, char *owned_name);
/* The office under another delegation, signed by the root: the publisher opens anew. */
void village_delegate (Village *self, const CzDelegation *delegation);

typedef struct {
  const CzSecretKey *content_key; /* NULL: the office's */
  const CzSecretKey *head_key;
  guint64 skip_numbers; /* announces a sequence so much higher than the next */
  guint32 epoch; /* 0: as it is */
  guint32 schema; /* 0: this one */
  guint n_rows; /* markets */
  CzChannel issuer; /* of those rows, 0: the county */
  CzOp op; /* 0: insert */
  gint64 created_s; /* 0: now */
  gboolean wrong_state;
  gboolean wrong_prev;
} Forgery;
/* Puts a bundle behind the last one, with index and head. */
void village_forge (Village *self, const Forgery *forgery);
