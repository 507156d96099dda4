/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/catalog/cz-catalog.h"
#include "app/desk/cz-self-test.h"
#include "ui/common/cz-log.h"
#include "ui/common/cz-metrics.h"
#include "ui/common/cz-narrator.h"
#include "ui/common/cz-pictures.h"

/* What every page is handed: the station as the screens see it. Made by the application, outlives all pages. Main thread. */
typedef enum {
  CZ_PAGE_HOME,
  CZ_PAGE_PRICES,
  CZ_PAGE_PRODUCT, /* argument: product id */
  CZ_PAGE_MARKETS, /* product id */
  CZ_PAGE_TREND, /* product id */
  CZ_PAGE_POLICIES,
  CZ_PAGE_POLICY, /* policy id; cards and articles alike */
  CZ_PAGE_NOTICES,
  CZ_PAGE_NOTICE, /* notice id */
  CZ_PAGE_SOUND,
  CZ_PAGE_HELP,
  CZ_PAGE_SETUP, /* until the station is set up this is the first page */
  CZ_PAGE_PIN, /* CzPinPurpose */
  /* From here on only after the technician's PIN. */
  CZ_PAGE_TECHNICIAN,
  CZ_PAGE_PART, /* CzPart */
  CZ_PAGE_TOUCH,
  CZ_PAGE_CLOCK,
  CZ_PAGE_SYSTEMS,
  CZ_N_PAGES
} CzPageId;

typedef enum { CZ_PIN_SET_TECHNICIAN, CZ_PIN_SET_OPERATOR, CZ_PIN_ENTER_TECHNICIAN } CzPinPurpose;

typedef struct _CzKiosk CzKiosk;
typedef struct _CzAgentLink CzAgentLink;

/* How pages ask the window for something. */
typedef struct {
  void (*go) (gpointer window, CzPageId page, gint64 argument);
  void (*back) (gpointer window);
  void (*say_again) (gpointer window);
  void (*rebuild) (gpointer window); /* language or text size changed */
  void (*strip_changed) (gpointer window); /* the page's note at the right of the strip */
  void (*unlocked) (gpointer window); /* the technician's PIN was right: kept until home or a while without a tap */
} CzKioskCalls;

struct _CzKiosk {
  CzCatalog *catalog;
  CzNarrator *narrator;
  CzPictures *pictures;
  CzLog *log; /* NULL: none */
  CzMetrics metrics;
  gboolean reads_along; /* 听读模式 */
  char *station_name; /* "" = not known */
  const CzKioskCalls *calls;
  gpointer window;
  gint64 last_tap_us;
  const char *home; /* folder of the station */
  const char *board; /* what the board and the screen leave for each other; need not be there */
  gboolean has_sound_card; /* sound goes to ALSA, so a card is needed */
  CzAgentLink *agent; /* NULL: no bus */
  CzPageId first_page; /* HOME, or SETUP until the station is set up */
  gboolean is_technician;
  CzFindings *findings; /* of the last self-test (nullable) */
  gboolean touch_is_good; /* all five dots were hit */
  void (*reread_station) (CzKiosk *kiosk); /* the first boot has come to its end: name, village and language anew */
};

void cz_kiosk_go (CzKiosk *kiosk, CzPageId page, gint64 argument);
const char *cz_page_id_name (CzPageId page); /* for the log: "product" */
