/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "app/hub/cz-hub-cli.h"
#include "app/hub/cz-hub-papers.h"
#include "app/hub/cz-hub-private.h"

typedef struct {
  char *village;
  char *name;
  char *line;
  char **depots;
  char *wifi_name;
  char *wifi_password_file;
  char *apn;
  char *apn_user;
  char *apn_password_file;
  char *screen;
  char *rotation;
  char *compositor;
  char *language;
  char *stick;
  char *zip;
  gboolean content;
} Options;

static void
options_clear (Options *options)
{
  char **const texts[] = { &options->village, &options->name, &options->line, &options->wifi_name, &options->wifi_password_file,
                           &options->apn, &options->apn_user, &options->apn_password_file, &options->screen, &options->rotation,
                           &options->compositor, &options->language, &options->stick, &options->zip };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*texts[i]);
  g_strfreev (options->depots);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *o, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "village", 0, 0, G_OPTION_ARG_STRING, &o->village, N_ ("Region code of the village, twelve digits"), N_ ("CODE") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &o->name, N_ ("Name of the station"), N_ ("NAME") },
    { "depot", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->depots, N_ ("Address or folder to fetch from; may be given several times"), N_ ("URL") },
    { "line", 0, 0, G_OPTION_ARG_STRING, &o->line, N_ ("Channels of the station, county first, comma separated; default: this office and all above it"), N_ ("CODES") },
    { "wifi-name", 0, 0, G_OPTION_ARG_STRING, &o->wifi_name, N_ ("Name of the Wi-Fi"), N_ ("NAME") },
    { "wifi-password-file", 0, 0, G_OPTION_ARG_FILENAME, &o->wifi_password_file, N_ ("Its password is the first line of this file"), N_ ("FILE") },
    { "apn", 0, 0, G_OPTION_ARG_STRING, &o->apn, N_ ("Access point name of the SIM card's network"), N_ ("NAME") },
    { "apn-user", 0, 0, G_OPTION_ARG_STRING, &o->apn_user, N_ ("User name there, if it asks for one"), N_ ("NAME") },
    { "apn-password-file", 0, 0, G_OPTION_ARG_FILENAME, &o->apn_password_file, N_ ("Its password is the first line of this file"), N_ ("FILE") },
    { "screen", 0, 0, G_OPTION_ARG_STRING, &o->screen, N_ ("Pixels of the screen; default: what the screen says"), N_ ("WxH") },
    { "rotation", 0, 0, G_OPTION_ARG_STRING, &o->rotation, N_ ("Degrees clockwise the screen is turned: 0, 90, 180, 270"), N_ ("DEGREES") },
    { "compositor", 0, 0, G_OPTION_ARG_STRING, &o->compositor, N_ ("cage or weston; weston for a screen that cage does not get on with"), N_ ("NAME") },
    { "language", 0, 0, G_OPTION_ARG_STRING, &o->language, N_ ("zh_CN or en"), N_ ("LANG") },
    { "content", 0, 0, G_OPTION_ARG_NONE, &o->content, N_ ("With all that is published, so that the station begins with it"), NULL },
    { "stick", 0, 0, G_OPTION_ARG_FILENAME, &o->stick, N_ ("Write into this folder: a stick, or the BOOT of a card"), N_ ("DIR") },
    { "zip", 0, 0, G_OPTION_ARG_FILENAME, &o->zip, N_ ("Write a zip, to be unpacked onto the BOOT of a card"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("--village CODE --name NAME --depot URL… --stick DIR|--zip FILE"),
                               _ ("Writes the papers of a new station, to be carried there: its ticket and cunzhan.conf."),
                               _ ("A Wi-Fi password stands readable in cunzhan.conf. PINs never do: they are set by touch on the station."), 0, 0 };
  return cz_hub_cli_parse (&help, entries, argc, argv);
}

static const char *
missing (const Options *o)
{
  if (o->village == NULL || o->name == NULL || o->depots == NULL)
    return _ ("enrol-station needs --village CODE, --name NAME and --depot URL.");
  if ((o->stick == NULL) == (o->zip == NULL))
    return _ ("enrol-station needs either --stick DIR or --zip FILE.");
  return NULL;
}

/* NULL: printed, *status set. */
static CzStationConf *
make_conf (const Options *o, int *status)
{
  GError *error = NULL;
  char *wifi_password = NULL, *apn_password = NULL;
  CzStationConf *conf = NULL;
  if (cz_hub_cli_passphrase (o->wifi_password_file, &wifi_password, status)
      && cz_hub_cli_passphrase (o->apn_password_file, &apn_password, status)) {
    const CzConfPair pairs[] = {
      { "village", o->village }, { "station", o->name }, { "wifi-name", o->wifi_name }, { "wifi-password", wifi_password },
      { "apn", o->apn }, { "apn-user", o->apn_user }, { "apn-password", apn_password }, { "screen", o->screen },
      { "rotation", o->rotation }, { "compositor", o->compositor }, { "language", o->language },
    };
    conf = cz_station_conf_compose (pairs, G_N_ELEMENTS (pairs), &error);
    if (conf == NULL) {
      *status = CZ_EXIT_REFUSED;
      g_printerr ("cunzhan-hub: %s\n", error->message);
      g_error_free (error);
    }
  }
  cz_hub_cli_forget (wifi_password);
  cz_hub_cli_forget (apn_password);
  return conf;
}

static CzParcel *
open_parcel (const Options *o, CzHub *hub, GError **error)
{
  GError *low = NULL;
  CzParcel *parcel = o->zip != NULL ? cz_parcel_new_zip (o->zip, cz_clock_wall_s (cz_hub_clock (hub)), &low) : cz_parcel_new_folder (o->stick, &low);
  if (parcel == NULL)
    cz_hub_take_storage_error (low, error);
  return parcel;
}

static gboolean
write_papers (const Options *o, CzHub *hub, const CzStationConf *conf, guint *n_files, GError **error)
{
  GError *low = NULL;
  const CzHubPapers papers = { { conf->village, o->name, (const char *const *) o->depots, o->line }, conf, o->content,
                               o->zip != NULL ? CZ_PAPERS_ZIP_MAX_BYTES : 0 };
  g_autoptr (CzParcel) parcel = open_parcel (o, hub, error);
  if (parcel == NULL || !cz_hub_papers_put (hub, &papers, parcel, n_files, error))
    return FALSE;
  if (!cz_parcel_finish (parcel, &low))
    return cz_hub_take_storage_error (low, error);
  return cz_hub_audit (hub, "enrol-station", o->name, o->village, NULL, error);
}

int
cz_hub_cli_enrol_station (const CzHubCli *cli, int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  GError *error = NULL;
  int status = 0;
  guint n_files = 0;
  if (!parse (&options, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (missing (&options) != NULL)
    return cz_hub_cli_usage (missing (&options));
  g_autoptr (CzStationConf) conf = make_conf (&options, &status);
  g_autoptr (CzHub) hub = conf != NULL ? cz_hub_cli_open (cli, CZ_HUB_WRITE, &status) : NULL;
  if (hub == NULL)
    return status;
  if (!write_papers (&options, hub, conf, &n_files, &error))
    return cz_hub_cli_fail (error);
  cz_hub_cli_warn_of_folders ((const char *const *) options.depots);
  g_print (_ ("Wrote the papers of %s: %u files into %s.\n"), options.name, n_files, options.zip != NULL ? options.zip : options.stick);
  return CZ_EXIT_DONE;
}
