/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Exit statuses of all our programs. */
typedef enum {
  CZ_EXIT_DONE = 0,
  CZ_EXIT_REFUSED = 1, /* the input was refused; nothing changed */
  CZ_EXIT_USAGE = 2,
  CZ_EXIT_NO_ROAD = 3, /* no link, try later */
  CZ_EXIT_STORAGE = 4, /* our own storage fails */
  CZ_EXIT_PARTLY = 5, /* done, but rows were not taken or are held back: see the report */
} CzExit;
