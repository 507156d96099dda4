/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-front TABLES [TEXT-FILE…]: what the front end costs: opening the tables, memory, time per 100 characters. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/speech/cz-speech-text.h"

#define ROUNDS 2000

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

static void
measure (CzSpeechTables *tables, const char *name, const char *text, gsize len, guint rounds)
{
  glong n = g_utf8_strlen (text, (gssize) len);
  gint64 start = g_get_monotonic_time ();
  guint chunks = 0;
  double us;

  for (guint i = 0; i < rounds; i++) {
    g_autoptr (GPtrArray) made = cz_speech_text_chunks (tables, text, len, CZ_LANG_ZH, CZ_SPEECH_STYLE_PLAIN);
    chunks = made->len;
  }
  us = (double) (g_get_monotonic_time () - start) / rounds;
  printf ("%-40s %7ld characters %5u chunks %9.1f us %7.4f ms per 100 characters\n", name, n, chunks, us,
          us / 10 / (double) MAX (n, 1));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  long before = resident_kb ();
  gint64 start = g_get_monotonic_time ();
  g_autoptr (CzSpeechTables) tables = argc > 1 ? cz_speech_tables_open (argv[1], &error) : NULL;

  if (tables == NULL) {
    fprintf (stderr, "bench-front: %s\n", error != NULL ? error->message : "TABLES expected");
    return EXIT_FAILURE;
  }
  printf ("tables opened and checked in %.1f ms\n", (double) (g_get_monotonic_time () - start) / 1000);
  measure (tables, "announcement", ANNOUNCEMENT, strlen (ANNOUNCEMENT), ROUNDS);
  printf ("resident memory for tables and work: %ld kB\n", resident_kb () - before);
  for (int i = 2; i < argc; i++) {
    g_autofree char *text = NULL;
    gsize len;
    if (g_file_get_contents (argv[i], &text, &len, NULL))
      measure (tables, argv[i], text, len, 20);
  }
  return EXIT_SUCCESS;
}
