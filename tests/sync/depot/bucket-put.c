/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "sync/station/cz-road.h"

/* bucket-put ADDRESS ACCESS-FILE PATH WORDS: what a station does with an upload; exit status 0 or the CzRoadError + 10. */
int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_assert_cmpint (argc, ==, 5);
  CzRoadOptions options = { .bucket_access_file = argv[2] };
  g_autoptr (CzRoad) road = cz_road_new (argv[1], &options, &error);
  g_autoptr (GBytes) bytes = g_bytes_new (argv[4], strlen (argv[4]));
  g_assert_no_error (error);
  if (cz_road_put (road, argv[3], bytes, NULL, NULL, &error))
    return 0;
  fprintf (stderr, "%s\n", error->message);
  return error->code + 10;
}
