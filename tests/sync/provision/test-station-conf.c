/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/provision/cz-station-conf.h"

#include <string.h>

#define WHOLE \
  "[cunzhan]\nversion=1\nvillage=990101001001\nstation=示例村\nwifi-name=村站;一\nwifi-password=12 34;5\\\\6\napn=cmnet\napn-user=u\napn-password=p\n" \
  "screen=1280x800\nrotation=270\ncompositor=weston\nlanguage=zh_CN\n"
#define LEAST "[cunzhan]\nversion=1\nvillage=990101001001\nstation=示例村\n"

static CzStationConf *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  CzStationConf *conf = cz_station_conf_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  return conf;
}

static void
test_reads_every_key (void)
{
  g_autoptr (CzStationConf) conf = parse (WHOLE);
  g_assert_cmpint (conf->village, ==, G_GINT64_CONSTANT (990101001001));
  g_assert_cmpstr (conf->station, ==, "示例村");
  g_assert_cmpstr (conf->wifi_name, ==, "村站;一");
  g_assert_cmpstr (conf->wifi_password, ==, "12 34;5\\6");
  g_assert_cmpstr (conf->apn, ==, "cmnet");
  g_assert_cmpstr (conf->apn_user, ==, "u");
  g_assert_cmpstr (conf->apn_password, ==, "p");
  g_assert_cmpint (conf->width_px, ==, 1280);
  g_assert_cmpint (conf->height_px, ==, 800);
  g_assert_cmpint (conf->rotation_deg, ==, 270);
  g_assert_true (conf->uses_weston);
  g_assert_cmpstr (conf->language, ==, "zh_CN");
}

static void
test_reads_what_windows_makes_of_it (void)
{
  g_autoptr (CzStationConf) conf = parse ("\xef\xbb\xbf[cunzhan]\r\nversion=1\r\nvillage=990101001001\r\n# remark\r\nstation=示例村\r\nrotation=90\r\n");
  g_assert_cmpstr (conf->station, ==, "示例村");
  g_assert_cmpint (conf->rotation_deg, ==, 90);
  g_assert_null (conf->wifi_name);
}

static void
test_writes_what_it_reads (void)
{
  const char *const texts[] = { WHOLE, LEAST };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (CzStationConf) conf = parse (texts[i]);
    g_autofree char *text = cz_station_conf_to_text (conf);
    g_autoptr (CzStationConf) again = parse (text);
    g_autofree char *twice = cz_station_conf_to_text (again);
    g_assert_cmpstr (text, ==, twice);
    g_assert_cmpstr (conf->wifi_password, ==, again->wifi_password);
  }
}

static void
test_refuses (void)
{
  static const struct {
    const char *text;
    const char *names; /* the message names it */
  } cases[] = {
    { "", "[cunzhan]" },
    { "station=x\n", "[cunzhan]" },
    { "[other]\nx=1\n", "[cunzhan]" },
    { "[cunzhan]\nversion=1\nstation=x\n", "village=" },
    { "[cunzhan]\nversion=1\nvillage=990101\nstation=x\n", "village=" },
    { "[cunzhan]\nversion=1\nvillage=990101001001\n", "station=" },
    { "[cunzhan]\nversion=1\nvillage=990101001001\nstation=\n", "station=" },
    { LEAST "wifi-name=\n", "wifi-name=" },
    { LEAST "wifi-name=123456789012345678901234567890123\n", "wifi-name=" },
    { LEAST "wifi-name=a\nwifi-password=1234567\n", "wifi-password=" },
    { LEAST "wifi-name=a\nwifi-password=密码密码密码\n", "wifi-password=" },
    { LEAST "wifi-name=a\nwifi-password=12\\q345678\\\n", "twice" },
    { LEAST "wifi-password=12345678\n", "wifi-name=" },
    { LEAST "apn=a b\n", "apn=" },
    { LEAST "apn-user=a\n", "apn=" },
    { LEAST "screen=1280\n", "screen=" },
    { LEAST "screen=1280x80\n", "screen=" },
    { LEAST "screen=99999x800\n", "screen=" },
    { LEAST "screen=1280x800x2\n", "screen=" },
    { LEAST "rotation=45\n", "rotation=" },
    { LEAST "rotation=-90\n", "rotation=" },
    { LEAST "compositor=sway\n", "compositor=" },
    { LEAST "language=fr\n", "language=" },
    { LEAST "pin=1234\n", "pin=" },
    { LEAST "wifi-pasword=12345678\n", "wifi-pasword=" },
    { LEAST "[more]\n", "[more]" },
    { "[cunzhan]\nversion=1\nvillage=990101001001\nstation=\xca\xbe\xc0\xfd\n", "UTF-8" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CzStationConf) conf = cz_station_conf_parse (cases[i].text, strlen (cases[i].text), &error);
    g_assert_error (error, CZ_CONF_ERROR, CZ_CONF_ERROR_FORMAT);
    g_assert_null (conf);
    if (!strstr (error->message, cases[i].names))
      g_assert_cmpstr (error->message, ==, cases[i].names);
  }
}

static void
test_refuses_another_version_and_a_long_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *lengthy = g_strnfill (CZ_STATION_CONF_MAX + 1, '\n');
  memcpy (lengthy, LEAST, strlen (LEAST));
  g_assert_null (cz_station_conf_parse ("[cunzhan]\nversion=2\nnew=1\n", 26, &error));
  g_assert_error (error, CZ_CONF_ERROR, CZ_CONF_ERROR_NEWER);
  g_clear_error (&error);
  g_assert_null (cz_station_conf_parse (lengthy, CZ_STATION_CONF_MAX + 1, &error));
  g_assert_error (error, CZ_CONF_ERROR, CZ_CONF_ERROR_FORMAT);
  g_autoptr (CzStationConf) conf = cz_station_conf_parse (lengthy, CZ_STATION_CONF_MAX, NULL);
  g_assert_nonnull (conf);
}

/* Cut anywhere and each byte turned: read or refused with a sentence, never anything else. */
static void
test_survives_damage (void)
{
  gsize size = strlen (WHOLE);
  for (gsize i = 0; i < size * 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = g_memdup2 (WHOLE, size);
    if (i >= size)
      text[i - size] ^= 0x20;
    g_autoptr (CzStationConf) conf = cz_station_conf_parse (text, i < size ? i : size, &error);
    g_assert_true ((conf == NULL) == (error != NULL));
    g_assert_true (conf == NULL || (conf->station != NULL && conf->village > 0));
  }
}

static void
test_connection_files (void)
{
  g_autoptr (CzStationConf) conf = parse (WHOLE);
  g_autoptr (CzStationConf) least = parse (LEAST);
  g_autofree char *wifi = cz_station_conf_wifi (conf);
  g_autofree char *modem = cz_station_conf_modem (conf);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_assert_true (g_key_file_load_from_data (file, wifi, strlen (wifi), G_KEY_FILE_NONE, NULL));
  g_autofree char *ssid = g_key_file_get_value (file, "wifi", "ssid", NULL);
  g_autofree char *psk = g_key_file_get_string (file, "wifi-security", "psk", NULL);
  g_assert_cmpstr (ssid, ==, "230;157;145;231;171;153;59;228;184;128;");
  g_assert_cmpstr (psk, ==, conf->wifi_password);
  g_assert_nonnull (strstr (modem, "apn=cmnet\n"));
  g_assert_null (cz_station_conf_wifi (least));
  g_assert_null (cz_station_conf_modem (least));
}

static void
test_screen (void)
{
  static const struct {
    const char *more;
    const char *expected;
  } cases[] = {
    { "compositor=cage\n", "CUNZHAN_ROTATE=\nCUNZHAN_SIZE=\nCUNZHAN_COMPOSITOR=\n" },
    { "compositor=weston\n", "CUNZHAN_ROTATE=\nCUNZHAN_SIZE=\nCUNZHAN_COMPOSITOR=weston\n" },
    { "rotation=90\n", "CUNZHAN_ROTATE=-r\nCUNZHAN_SIZE=\nCUNZHAN_COMPOSITOR=\n" },
    { "rotation=270\nscreen=1024x600\n", "CUNZHAN_ROTATE=-r -r -r\nCUNZHAN_SIZE=--size 1024x600\nCUNZHAN_COMPOSITOR=\n" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strconcat (LEAST, cases[i].more, NULL);
    g_autoptr (CzStationConf) conf = parse (text);
    g_autofree char *screen = cz_station_conf_screen (conf);
    g_assert_cmpstr (screen, ==, cases[i].expected);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/provision/conf/reads-every-key", test_reads_every_key);
  g_test_add_func ("/provision/conf/reads-what-windows-makes-of-it", test_reads_what_windows_makes_of_it);
  g_test_add_func ("/provision/conf/writes-what-it-reads", test_writes_what_it_reads);
  g_test_add_func ("/provision/conf/refuses", test_refuses);
  g_test_add_func ("/provision/conf/refuses-another-version-and-a-long-file", test_refuses_another_version_and_a_long_file);
  g_test_add_func ("/provision/conf/survives-damage", test_survives_damage);
  g_test_add_func ("/provision/conf/connection-files", test_connection_files);
  g_test_add_func ("/provision/conf/screen", test_screen);
  return g_test_run ();
}
