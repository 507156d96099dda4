/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/provision/cz-station-conf.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "sync/model/cz-code.h"

#define GROUP "cunzhan"
#define VERSION 1
#define STATION_MAX_BYTES 120
#define SSID_MAX_BYTES 32 /* IEEE 802.11 */
#define WPA_MIN 8 /* a passphrase, IEEE 802.11i; a raw key of 64 digits is not taken */
#define WPA_MAX 63
#define APN_MAX 100 /* 3GPP TS 23.003, 9.1 */
#define SIDE_MIN_PX 240
#define SIDE_MAX_PX 7680

G_DEFINE_QUARK (cz_conf_error, cz_conf_error)

void
cz_station_conf_free (CzStationConf *conf)
{
  if (!conf)
    return;
  g_free (conf->station);
  g_free (conf->wifi_name);
  g_free (conf->wifi_password);
  g_free (conf->apn);
  g_free (conf->apn_user);
  g_free (conf->apn_password);
  g_free (conf->language);
  g_free (conf);
}

/* ---- values ---- */

static gboolean
is_printable (const char *text, gsize min, gsize max)
{
  gsize n = strlen (text);
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isprint (text[i]))
      return FALSE;
  return n >= min && n <= max;
}

static gboolean
take_village (CzStationConf *conf, const char *value)
{
  return strlen (value) == 12 && cz_region_parse (value, &conf->village);
}

static gboolean
take_station (CzStationConf *conf, const char *value)
{
  conf->station = g_strdup (value);
  return *value && strlen (value) <= STATION_MAX_BYTES;
}

static gboolean
take_wifi_name (CzStationConf *conf, const char *value)
{
  conf->wifi_name = g_strdup (value);
  return *value && strlen (value) <= SSID_MAX_BYTES;
}

static gboolean
take_wifi_password (CzStationConf *conf, const char *value)
{
  conf->wifi_password = g_strdup (value);
  return is_printable (value, WPA_MIN, WPA_MAX);
}

static gboolean
take_apn (CzStationConf *conf, const char *value)
{
  conf->apn = g_strdup (value);
  return is_printable (value, 1, APN_MAX) && strcspn (value, " ;\\\"'") == strlen (value);
}

static gboolean
take_apn_user (CzStationConf *conf, const char *value)
{
  conf->apn_user = g_strdup (value);
  return is_printable (value, 1, APN_MAX);
}

static gboolean
take_apn_password (CzStationConf *conf, const char *value)
{
  conf->apn_password = g_strdup (value);
  return is_printable (value, 1, APN_MAX);
}

static gboolean
is_side (guint64 side)
{
  return side >= SIDE_MIN_PX && side <= SIDE_MAX_PX;
}

static gboolean
take_screen (CzStationConf *conf, const char *value)
{
  g_auto (GStrv) sides = g_strsplit (value, "x", 3);
  guint64 width = 0, height = 0;
  if (g_strv_length (sides) != 2 || !g_ascii_string_to_unsigned (sides[0], 10, 0, SIDE_MAX_PX, &width, NULL)
      || !g_ascii_string_to_unsigned (sides[1], 10, 0, SIDE_MAX_PX, &height, NULL))
    return FALSE;
  conf->width_px = (int) width;
  conf->height_px = (int) height;
  return is_side (width) && is_side (height);
}

static gboolean
take_rotation (CzStationConf *conf, const char *value)
{
  guint64 degrees = 0;
  if (!g_ascii_string_to_unsigned (value, 10, 0, 270, &degrees, NULL))
    return FALSE;
  conf->rotation_deg = (int) degrees;
  return degrees % 90 == 0;
}

static gboolean
take_compositor (CzStationConf *conf, const char *value)
{
  conf->uses_weston = g_str_equal (value, "weston");
  return conf->uses_weston || g_str_equal (value, "cage");
}

static gboolean
take_language (CzStationConf *conf, const char *value)
{
  conf->language = g_strdup (value);
  return g_str_equal (value, "zh_CN") || g_str_equal (value, "en");
}

/* ---- reading ---- */

typedef struct {
  const char *name;
  gboolean is_needed;
  gboolean (*take) (CzStationConf *conf, const char *value);
  const char *what; /* may stand there */
} Key;

static const Key keys[] = {
  { "village", TRUE, take_village, N_ ("the village's code, twelve digits") },
  { "station", TRUE, take_station, N_ ("the station's name, at most 40 characters") },
  { "wifi-name", FALSE, take_wifi_name, N_ ("the name of the Wi-Fi, at most 32 bytes") },
  { "wifi-password", FALSE, take_wifi_password, N_ ("8 to 63 letters, digits or signs; leave the line out for an open Wi-Fi") },
  { "apn", FALSE, take_apn, N_ ("the access point name of the SIM card's network, such as cmnet") },
  { "apn-user", FALSE, take_apn_user, N_ ("letters, digits or signs") },
  { "apn-password", FALSE, take_apn_password, N_ ("letters, digits or signs") },
  { "screen", FALSE, take_screen, N_ ("width and height in pixels, such as 1280x800") },
  { "rotation", FALSE, take_rotation, N_ ("0, 90, 180 or 270") },
  { "compositor", FALSE, take_compositor, N_ ("cage or weston") },
  { "language", FALSE, take_language, N_ ("zh_CN or en") },
};

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error (error, CZ_CONF_ERROR, CZ_CONF_ERROR_FORMAT, "%s: %s", CZ_STATION_CONF_NAME, sentence);
  return FALSE;
}

static gboolean
load (GKeyFile *file, const char *text, gsize size, GError **error)
{
  static const char bom[] = "\xef\xbb\xbf"; /* Windows' editor puts it there */
  gsize skip = size >= 3 && memcmp (text, bom, 3) == 0 ? 3 : 0;
  if (size > CZ_STATION_CONF_MAX)
    return refuse (error, _ ("this file is too long to be one of ours."));
  if (!g_utf8_validate (text, (gssize) size, NULL))
    return refuse (error, _ ("save it as UTF-8 text."));
  if (!g_key_file_load_from_data (file, text + skip, size - skip, G_KEY_FILE_NONE, NULL) || !g_key_file_has_group (file, GROUP))
    return refuse (error, _ ("it must begin with a line [cunzhan], and then lines such as station=name."));
  return TRUE;
}

static gboolean
check_version (GKeyFile *file, GError **error)
{
  g_autofree char *value = g_key_file_get_value (file, GROUP, "version", NULL);
  if (g_strcmp0 (value, G_STRINGIFY (VERSION)) == 0)
    return TRUE;
  g_set_error (error, CZ_CONF_ERROR, CZ_CONF_ERROR_NEWER, _ ("%s: version must be %s. Another version needs another program on the station."),
               CZ_STATION_CONF_NAME, G_STRINGIFY (VERSION));
  return FALSE;
}

/* GLib takes \s \n \t \r and \\ in a value; of two other ones in one line it would also complain in the log. */
static gboolean
has_sound_escapes (GKeyFile *file, const char *key)
{
  g_autofree char *raw = g_key_file_get_value (file, GROUP, key, NULL);
  for (const char *at = raw ? raw : ""; *at; at++)
    if (*at == '\\' && (at[1] == '\0' || !strchr ("sntr\\", *++at)))
      return FALSE;
  return TRUE;
}

static gboolean
take_key (GKeyFile *file, const Key *key, CzStationConf *conf, GError **error)
{
  g_autofree char *value = NULL;
  if (!key->is_needed && !g_key_file_has_key (file, GROUP, key->name, NULL))
    return TRUE;
  if (!has_sound_escapes (file, key->name)) {
    g_autofree char *twice = g_strdup_printf (_ ("in the line %s= write every \\ twice."), key->name);
    return refuse (error, twice);
  }
  value = g_key_file_get_string (file, GROUP, key->name, NULL);
  if (value && key->take (conf, value))
    return TRUE;
  g_autofree char *sentence = g_strdup_printf (_ ("the line %s= needs %s."), key->name, _ (key->what));
  return refuse (error, sentence);
}

static gboolean
is_known (const char *name)
{
  gboolean known = g_str_equal (name, "version");
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    known |= g_str_equal (name, keys[i].name);
  return known;
}

static gboolean
refuse_unknown (GKeyFile *file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  g_auto (GStrv) names = g_key_file_get_keys (file, GROUP, NULL, NULL);
  g_autofree char *sentence = NULL;
  for (guint i = 0; groups[i] && !sentence; i++)
    if (!g_str_equal (groups[i], GROUP))
      sentence = g_strdup_printf (_ ("the part [%s] is not known; take it out."), groups[i]);
  for (guint i = 0; names && names[i] && !sentence; i++)
    if (!is_known (names[i]))
      sentence = g_strdup_printf (_ ("the line %s= is not known; is it misspelt? Otherwise take it out."), names[i]);
  return !sentence || refuse (error, sentence);
}

static gboolean
check_together (const CzStationConf *conf, GError **error)
{
  if (conf->wifi_password && !conf->wifi_name)
    return refuse (error, _ ("wifi-password= stands there without wifi-name=."));
  if ((conf->apn_user || conf->apn_password) && !conf->apn)
    return refuse (error, _ ("apn-user= or apn-password= stands there without apn=."));
  return TRUE;
}

CzStationConf *
cz_station_conf_parse (const char *text, gsize size, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (CzStationConf) conf = g_new0 (CzStationConf, 1);
  if (!load (file, text, size, error) || !check_version (file, error) || !refuse_unknown (file, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (!take_key (file, &keys[i], conf, error))
      return NULL;
  return check_together (conf, error) ? g_steal_pointer (&conf) : NULL;
}

/* ---- writing ---- */

static void
put (GKeyFile *file, const char *group, const char *key, const char *value)
{
  if (value)
    g_key_file_set_string (file, group, key, value);
}

CzStationConf *
cz_station_conf_compose (const CzConfPair *pairs, gsize n, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize size = 0;
  g_key_file_set_integer (file, GROUP, "version", VERSION);
  for (gsize i = 0; i < n; i++)
    put (file, GROUP, pairs[i].key, pairs[i].value);
  g_autofree char *text = g_key_file_to_data (file, &size, NULL);
  return cz_station_conf_parse (text, size, error);
}

char *
cz_station_conf_to_text (const CzStationConf *conf)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *village = g_strdup_printf ("%012" G_GINT64_FORMAT, conf->village);
  g_autofree char *screen = conf->width_px > 0 ? g_strdup_printf ("%dx%d", conf->width_px, conf->height_px) : NULL;
  g_key_file_set_integer (file, GROUP, "version", VERSION);
  put (file, GROUP, "village", village);
  put (file, GROUP, "station", conf->station);
  put (file, GROUP, "wifi-name", conf->wifi_name);
  put (file, GROUP, "wifi-password", conf->wifi_password);
  put (file, GROUP, "apn", conf->apn);
  put (file, GROUP, "apn-user", conf->apn_user);
  put (file, GROUP, "apn-password", conf->apn_password);
  put (file, GROUP, "screen", screen);
  if (conf->rotation_deg != 0)
    g_key_file_set_integer (file, GROUP, "rotation", conf->rotation_deg);
  put (file, GROUP, "compositor", conf->uses_weston ? "weston" : NULL);
  put (file, GROUP, "language", conf->language);
  return g_key_file_to_data (file, NULL, NULL);
}

/* uuid: fixed, so that writing the file again replaces the connection. */
static GKeyFile *
connection (const char *id, const char *uuid, const char *type)
{
  GKeyFile *file = g_key_file_new ();
  put (file, "connection", "id", id);
  put (file, "connection", "uuid", uuid);
  put (file, "connection", "type", type);
  put (file, "ipv4", "method", "auto");
  put (file, "ipv6", "method", "auto");
  return file;
}

/* As numbers, because NetworkManager gives a meaning to ';' and '\' in a name. */
static char *
ssid_bytes (const char *name)
{
  GString *text = g_string_new (NULL);
  for (const char *at = name; *at; at++)
    g_string_append_printf (text, "%u;", (guint) (guchar) *at);
  return g_string_free (text, FALSE);
}

char *
cz_station_conf_wifi (const CzStationConf *conf)
{
  if (!conf->wifi_name)
    return NULL;
  g_autoptr (GKeyFile) file = connection ("cunzhan-wifi", "6f1c1c3e-5a0e-4f0c-8d0a-63756e7a6801", "wifi");
  g_autofree char *ssid = ssid_bytes (conf->wifi_name);
  g_key_file_set_value (file, "wifi", "ssid", ssid);
  put (file, "wifi", "mode", "infrastructure");
  if (conf->wifi_password) {
    put (file, "wifi-security", "key-mgmt", "wpa-psk");
    put (file, "wifi-security", "psk", conf->wifi_password);
  }
  return g_key_file_to_data (file, NULL, NULL);
}

char *
cz_station_conf_modem (const CzStationConf *conf)
{
  if (!conf->apn)
    return NULL;
  g_autoptr (GKeyFile) file = connection ("cunzhan-modem", "6f1c1c3e-5a0e-4f0c-8d0a-63756e7a6802", "gsm");
  put (file, "gsm", "apn", conf->apn);
  put (file, "gsm", "username", conf->apn_user);
  put (file, "gsm", "password", conf->apn_password);
  return g_key_file_to_data (file, NULL, NULL);
}

char *
cz_station_conf_screen (const CzStationConf *conf)
{
  GString *text = g_string_new ("CUNZHAN_ROTATE=");
  for (int degrees = 90; degrees <= conf->rotation_deg; degrees += 90)
    g_string_append (text, degrees > 90 ? " -r" : "-r"); /* cage turns by a quarter for each */
  g_string_append (text, "\nCUNZHAN_SIZE=");
  if (conf->width_px > 0)
    g_string_append_printf (text, "--size %dx%d", conf->width_px, conf->height_px);
  g_string_append_printf (text, "\nCUNZHAN_COMPOSITOR=%s\n", conf->uses_weston ? "weston" : "");
  return g_string_free (text, FALSE);
}
