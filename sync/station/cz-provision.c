/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-provision.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sync/outbox/cz-outbox.h"
#include "sync/provision/cz-paper.h"
#include "sync/provision/cz-station-conf.h"
#include "sync/station/cz-enrol.h"
#include "sync/station/cz-round.h"
#include "sync/wire/cz-limits.h"

#define WORD_MAX 16u
#define MEDIA_BYTES (256u * 1024u * 1024u) /* what a station keeps; a stick costs nothing to read */

static char *
paper (const CzProvision *self, const char *name, gsize max, gsize *size, GError **error)
{
  g_autofree char *path = g_build_filename (self->papers, name, NULL);
  return cz_paper_read (path, max, size, error);
}

static CzStationConf *
read_conf (const CzProvision *self, GError **error)
{
  gsize size = 0;
  g_autofree char *text = paper (self, CZ_STATION_CONF_NAME, CZ_STATION_CONF_MAX, &size, error);
  return text ? cz_station_conf_parse (text, size, error) : NULL;
}

static char *
read_ticket (const CzProvision *self, gsize *size, GError **error)
{
  return paper (self, CZ_STATION_TICKET_NAME, CZ_TICKET_MAX, size, error);
}

static CzFirstBootState
failed (char **detail, const GError *error)
{
  *detail = g_strdup (error->message);
  return CZ_FIRST_BOOT_FAILED;
}

/* ---- the steps ---- */

static CzFirstBootState
do_conf (const CzProvision *self, char **detail)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  g_autoptr (CzStationConf) conf = read_conf (self, &error);
  g_autofree char *text = conf ? read_ticket (self, &size, &error) : NULL;
  g_autoptr (CzTicket) ticket = text ? cz_ticket_parse (text, size, &error) : NULL;
  if (!ticket)
    return failed (detail, error);
  if (ticket->village == conf->village && g_str_equal (ticket->station_name, conf->station)) {
    *detail = g_strdup (conf->station);
    return CZ_FIRST_BOOT_DONE;
  }
  *detail = g_strdup_printf (_("%s is for %s and %s for %s. Bring the two files of one station."), CZ_STATION_CONF_NAME, conf->station,
                             CZ_STATION_TICKET_NAME, ticket->station_name);
  return CZ_FIRST_BOOT_FAILED;
}

/* What root's part says of network or screen. */
static CzFirstBootState
report_of_root (const CzProvision *self, const char *name, char **detail)
{
  g_autofree char *path = g_build_filename (self->set_up, name, NULL);
  gsize size = 0;
  g_autofree char *read = cz_paper_read (path, WORD_MAX, &size, NULL);
  g_autofree char *word = read ? g_strstrip (g_strndup (read, size)) : NULL;
  if (g_strcmp0 (word, "done") == 0)
    return CZ_FIRST_BOOT_DONE;
  if (g_strcmp0 (word, "absent") == 0)
    return CZ_FIRST_BOOT_ABSENT;
  *detail = g_strdup (_("This could not be set up. Start the station again; if it stays so, tell the county office."));
  return CZ_FIRST_BOOT_FAILED;
}

static CzFirstBootState
do_key (const CzProvision *self, char **detail)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzStationConf) conf = read_conf (self, &error);
  *detail = conf ? cz_home_make_key (self->home, conf->station, &error) : NULL;
  return *detail ? CZ_FIRST_BOOT_DONE : failed (detail, error);
}

static CzFirstBootState
do_enrol (const CzProvision *self, char **detail)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  CzEnrolment enrolment = { 0 };
  g_autofree char *text = read_ticket (self, &size, &error);
  if (!text || !cz_enrol (self->home, self->clock, text, size, FALSE, &enrolment, &error))
    return failed (detail, error);
  g_free (enrolment.fingerprint);
  return CZ_FIRST_BOOT_DONE;
}

static gboolean
read_depot (const CzProvision *self, CzRoundReport *report, GError **error)
{
  const char *depots[] = { self->papers, NULL };
  CzRoundOptions options = { .depots = depots, .media_budget_bytes = MEDIA_BYTES, .media_keep_bytes = MEDIA_BYTES };
  g_autoptr (CzTicket) ticket = cz_home_ticket (self->home, error);
  g_autoptr (CzStation) station = ticket ? cz_station_open (self->home, ticket, self->clock, TRUE, error) : NULL;
  return station && cz_round_run (station, &options, report, error);
}

static CzFirstBootState
do_content (const CzProvision *self, char **detail)
{
  g_autoptr (GError) error = NULL;
  g_auto (CzRoundReport) report = { 0 };
  g_autofree char *depot = g_build_filename (self->papers, "v1", NULL);
  guint bundles = 0;
  if (!g_file_test (depot, G_FILE_TEST_IS_DIR))
    return CZ_FIRST_BOOT_ABSENT;
  if (!read_depot (self, &report, &error))
    return failed (detail, error);
  for (guint i = 0; i < report.channels->len; i++)
    bundles += g_array_index (report.channels, CzRoundChannel, i).bundles;
  if (report.refused > 0) {
    *detail = g_strdup (_("Some of the content was not accepted: it is damaged or of another county. Ask the county office for it anew."));
    return CZ_FIRST_BOOT_FAILED;
  }
  *detail = g_strdup_printf ("%u", bundles);
  return CZ_FIRST_BOOT_DONE;
}

static CzFirstBootState
do_screen (const CzProvision *self, char **detail)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzStationConf) conf = read_conf (self, &error);
  g_autoptr (CzOutbox) outbox = conf && conf->language ? cz_outbox_open (self->home->station, TRUE, &error) : NULL;
  if (!conf || (conf->language && !outbox))
    return failed (detail, error);
  if (outbox && !cz_outbox_set (outbox, CZ_SETTING_LANGUAGE, conf->language, &error))
    return failed (detail, error);
  return report_of_root (self, "screen", detail);
}

static CzFirstBootState
work (CzFirstBootStep step, char **detail, gpointer user_data)
{
  const CzProvision *self = user_data;
  switch (step) {
  case CZ_FIRST_BOOT_CONF:
    return do_conf (self, detail);
  case CZ_FIRST_BOOT_NETWORK:
    return report_of_root (self, "network", detail);
  case CZ_FIRST_BOOT_KEY:
    return do_key (self, detail);
  case CZ_FIRST_BOOT_ENROL:
    return do_enrol (self, detail);
  case CZ_FIRST_BOOT_CONTENT:
    return do_content (self, detail);
  case CZ_FIRST_BOOT_SCREEN:
  case CZ_FIRST_BOOT_N_STEPS:
  default:
    return do_screen (self, detail);
  }
}

CzFirstBoot *
cz_provision_run (const CzProvision *provision, GError **error)
{
  g_autofree char *path = g_build_filename (provision->home->first_boot, "state", NULL);
  g_autoptr (CzFirstBoot) boot = cz_first_boot_read (path);
  if (!cz_first_boot_run (boot, path, work, (gpointer) provision, error))
    return NULL;
  return g_steal_pointer (&boot);
}
