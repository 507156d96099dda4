/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-round.h"
#include "tests/sync/station/cz-office.h"

/* One office, its depot as a folder, and one station in this process: for tests of whole rounds. */

#define COUNTY 990101
#define TODAY 20779 /* 2026-11-22 */

typedef struct {
  char *dir;
  char *depot;
  CzClock *clock;
  CzOffice *office;
  CzHome *home;
  CzTicket *ticket;
  CzStation *station;
  CzRoundReport report;
  guint changed;
  guint64 round_budget; /* bytes of a round, 0 = no limit */
  gboolean only_due; /* rounds are polls that nobody asked for */
  char *rule; /* of the last refusal */
} CzSetting;

/* As GTest fixtures. */
void cz_setting_setup (CzSetting *s, gconstpointer data);
void cz_setting_teardown (CzSetting *s, gconstpointer data);
void cz_setting_enrol (CzSetting *s, const CzChannel *line, guint n_line);
/* Opened again when it was open. */
void cz_setting_open_station (CzSetting *s);
/* depot: NULL for the ticket's. day_budget: bytes, 0 = none. */
CzExit cz_setting_round (CzSetting *s, const char *depot, guint64 day_budget);
void cz_setting_assert_mark (CzSetting *s, guint64 seq);
/* The station holds exactly what the office's own replica holds. */
void cz_setting_assert_same_as_office (CzSetting *s);
/* Closes the station; many pages of its content.db are damaged. */
void cz_setting_spoil_content (CzSetting *s);
