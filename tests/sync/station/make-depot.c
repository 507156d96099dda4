/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "tests/sync/station/cz-office.h"

/* make-depot DIR: an office at the disposal of a test in another language. Reads commands, one a line, and answers "done":
 *   publish DAYS MARKETS PRODUCTS    so many publications of quotes, each of one day
 *   media BYTES PRIORITY             an object and the row that names it
 *   ticket FILE ADDRESS              an enrolment ticket for that depot
 * The depot is DIR/depot, the channel 990101. Everything asserts. */

#define COUNTY 990101
#define FIRST_DAY 20000
#define N_FIELDS 4

typedef struct {
  CzOffice *office;
  char *dir;
  CzDay next_day;
  guint8 stamp;
} Maker;

static guint
number (const char *text)
{
  guint64 value = 0;
  g_assert_true (g_ascii_string_to_unsigned (text, 10, 0, 100000000, &value, NULL));
  return (guint) value;
}

static void
make_media (Maker *maker, gsize size, int priority)
{
  g_autofree guint8 *data = g_malloc0 (size);
  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (i * 7 + maker->stamp);
  maker->stamp++;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  cz_office_publish_media (maker->office, bytes, priority);
}

static void
obey (Maker *maker, char **words)
{
  static const CzChannel line[] = { COUNTY };
  guint n = g_strv_length (words);
  if (g_str_equal (words[0], "publish") && n == N_FIELDS) {
    guint days = number (words[1]);
    cz_office_publish (maker->office, maker->next_day, days, number (words[2]), number (words[3]));
    maker->next_day += (CzDay) days;
  } else if (g_str_equal (words[0], "media") && n == 3) {
    make_media (maker, number (words[1]), (int) number (words[2]));
  } else if (g_str_equal (words[0], "ticket") && n == 3) {
    g_autofree char *text = cz_office_ticket (maker->office, line, 1, words[2]);
    g_assert_true (g_file_set_contents (words[1], text, -1, NULL));
  } else {
    g_assert_not_reached ();
  }
}

int
main (int argc, char **argv)
{
  char text[4096];
  g_assert_cmpint (argc, ==, 2);
  g_autofree char *office = g_build_filename (argv[1], "office", NULL);
  g_autofree char *depot = g_build_filename (argv[1], "depot", NULL);
  g_autoptr (CzClock) clock = cz_clock_new_system ();
  Maker maker = { .office = cz_office_new (office, depot, COUNTY, clock, NULL), .dir = argv[1], .next_day = FIRST_DAY };
  while (fgets (text, sizeof text, stdin)) {
    g_auto (GStrv) words = g_strsplit (g_strchomp (text), " ", N_FIELDS);
    obey (&maker, words);
    puts ("done");
    fflush (stdout);
  }
  cz_office_free (maker.office);
  return 0;
}
