/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-front TABLES [TEXT-FILE…]: what the front end costs: opening the tables, memory, time per 100 characters. Fails above the
 * limits of the voice's brief. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/speech/cz-speech-text.h"

#define ROUNDS 2000
#define MOST_MS_PER_100 1.0
#define MOST_RESIDENT_KB (3 * 1024)

static const char ANNOUNCEMENT[]
    = "示例县农贸市场今天的行情：大白菜批发价0.85元/斤，比上周跌了0.1元；生猪16.8元/公斤，涨了0.4元；"
      "尿素2.3元/公斤，没有变。种小麦的农户每亩补贴150元，请在5月20日前到村里登记，电话12316。";

/* Resident kilobytes of this process. */
static long
resident_kb (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return -1;
  line = strstr (status, "VmRSS:");
  return line != NULL ? strtol (line + strlen ("VmRSS:"), NULL, 10) : -1;
}

/* Returns milliseconds of processor time per 100 characters: the machine may have other work. */
static double
measure (CzSpeechTables *tables, const char *name, const char *text, gsize len, guint rounds)
{
  glong n = g_utf8_strlen (text, (gssize) len);
  clock_t start = clock ();
  guint chunks = 0;
  double us;

  for (guint i = 0; i < rounds; i++) {
    g_autoptr (GPtrArray) made = cz_speech_text_chunks (tables, text, len, CZ_LANG_ZH, CZ_SPEECH_STYLE_PLAIN);
    chunks = made->len;
  }
  us = (double) (clock () - start) / CLOCKS_PER_SEC * 1e6 / rounds;
  printf ("%-40s %7ld characters %5u chunks %9.1f us %7.4f ms per 100 characters\n", name, n, chunks, us,
          us / 10 / (double) MAX (n, 1));
  return us / 10 / (double) MAX (n, 1);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  long before = resident_kb ();
  long resident;
  double ms_per_100;
  gint64 start = g_get_monotonic_time ();
  g_autoptr (CzSpeechTables) tables = argc > 1 ? cz_speech_tables_open (argv[1], &error) : NULL;

  if (tables == NULL) {
    fprintf (stderr, "bench-front: %s\n", error != NULL ? error->message : "TABLES expected");
    return EXIT_FAILURE;
  }
  printf ("tables opened and checked in %.1f ms\n", (double) (g_get_monotonic_time () - start) / 1000);
  ms_per_100 = measure (tables, "announcement", ANNOUNCEMENT, strlen (ANNOUNCEMENT), ROUNDS);
  resident = resident_kb () - before;
  printf ("resident memory for tables and work: %ld kB (limits: %d, and %.0f ms per 100 characters)\n", resident, MOST_RESIDENT_KB, MOST_MS_PER_100);
  for (int i = 2; i < argc; i++) {
    g_autofree char *text = NULL;
    gsize len;
    if (g_file_get_contents (argv[i], &text, &len, NULL))
      ms_per_100 = MAX (ms_per_100, measure (tables, argv[i], text, len, 20));
  }
  if (ms_per_100 > MOST_MS_PER_100 || before < 0 || resident > MOST_RESIDENT_KB) {
    fprintf (stderr, "bench-front: above a limit\n");
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
