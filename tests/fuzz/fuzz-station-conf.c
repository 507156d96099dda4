/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/provision/cz-station-conf.h"
#include "tests/fuzz/cz-fuzz.h"

/* cunzhan.conf. What was read and written again reads the same, and the connection files are key files. */

static void
must_be_key_file (const char *text)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  cz_fuzz_must (text == NULL || g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, NULL), "a connection is a key file");
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (CzStationConf) conf = cz_station_conf_parse ((const char *) data, size, NULL);
  if (!conf)
    return 0;
  g_autofree char *text = cz_station_conf_to_text (conf);
  g_autoptr (CzStationConf) again = cz_station_conf_parse (text, strlen (text), NULL);
  cz_fuzz_must (again != NULL, "what was written is read");
  cz_fuzz_must (again->village == conf->village && g_str_equal (again->station, conf->station) && g_strcmp0 (again->wifi_name, conf->wifi_name) == 0
                    && g_strcmp0 (again->wifi_password, conf->wifi_password) == 0 && g_strcmp0 (again->apn_password, conf->apn_password) == 0
                    && again->rotation_deg == conf->rotation_deg && again->uses_weston == conf->uses_weston && again->width_px == conf->width_px,
                "it reads the same");
  g_autofree char *wifi = cz_station_conf_wifi (conf);
  g_autofree char *modem = cz_station_conf_modem (conf);
  must_be_key_file (wifi);
  must_be_key_file (modem);
  return 0;
}
