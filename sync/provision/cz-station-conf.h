/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* cunzhan.conf: what a technician brings to a station beside its ticket. The format stands in README.md. Comes from a
 * vfat card that anybody can edit, so every value is checked. Pure, any thread. */

#define CZ_STATION_CONF_NAME "cunzhan.conf"
#define CZ_STATION_TICKET_NAME "cunzhan.ticket" /* beside it */
#define CZ_STATION_CONF_MAX (16u * 1024u) /* ten lines of at most a few hundred bytes, and room for remarks */

#define CZ_CONF_ERROR (cz_conf_error_quark ())
GQuark cz_conf_error_quark (void);
typedef enum {
  CZ_CONF_ERROR_FORMAT, /* not such a file, or a key or value that is not allowed; the message names it and says what to write */
  CZ_CONF_ERROR_NEWER, /* of a newer program */
} CzConfError;

typedef struct {
  gint64 village; /* region code of a village */
  char *station;
  char *wifi_name; /* NULL: no Wi-Fi; so for each below */
  char *wifi_password; /* NULL: open */
  char *apn;
  char *apn_user;
  char *apn_password;
  int width_px; /* 0: what the screen says */
  int height_px;
  int rotation_deg; /* 0, 90, 180, 270, clockwise */
  gboolean uses_weston; /* instead of cage */
  char *language;
} CzStationConf;

void cz_station_conf_free (CzStationConf *conf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzStationConf, cz_station_conf_free)
/* CZ_CONF_ERROR; messages are translated, for the technician. */
CzStationConf *cz_station_conf_parse (const char *text, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
typedef struct {
  const char *key; /* of README.md */
  const char *value; /* NULL: left out */
} CzConfPair;
/* A conf of these keys, checked as parse does. CZ_CONF_ERROR. */
CzStationConf *cz_station_conf_compose (const CzConfPair *pairs, gsize n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What parse reads the same again; values are taken as they are: parse it to check them. */
char *cz_station_conf_to_text (const CzStationConf *conf);

/* Connection files of NetworkManager; NULL when the conf names no such network. They hold the password: mode 0600. */
char *cz_station_conf_wifi (const CzStationConf *conf);
char *cz_station_conf_modem (const CzStationConf *conf);
/* Environment of the kiosk session: CUNZHAN_ROTATE (cage's options, empty when upright), CUNZHAN_SIZE (--size of the kiosk,
 * empty when the screen decides) and CUNZHAN_COMPOSITOR ("weston", or empty for cage). Lines "NAME=value". */
char *cz_station_conf_screen (const CzStationConf *conf);
