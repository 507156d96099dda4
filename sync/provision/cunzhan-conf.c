/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <stdio.h>

#include "cz-config.h"
#include "sync/model/cz-exit.h"
#include "sync/model/cz-locale.h"
#include "sync/provision/cz-paper.h"
#include "sync/provision/cz-station-conf.h"

/* Reads cunzhan.conf and says one thing of it. A program of its own, without network or database, because it runs as root. */

typedef struct {
  const char *name;
  char *(*say) (const CzStationConf *conf);
} Verb;

static const Verb verbs[] = {
  { "check", cz_station_conf_to_text },
  { "wifi", cz_station_conf_wifi },
  { "modem", cz_station_conf_modem },
  { "screen", cz_station_conf_screen },
};

static const Verb *
find_verb (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i].name, name))
      return &verbs[i];
  return NULL;
}

static CzExit
run (const Verb *verb, const char *path)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  g_autofree char *text = cz_paper_read (path, CZ_STATION_CONF_MAX, &size, &error);
  if (!text) {
    g_printerr (_ ("%s cannot be read.\n"), path);
    return CZ_EXIT_STORAGE;
  }
  g_autoptr (CzStationConf) conf = cz_station_conf_parse (text, size, &error);
  if (!conf) {
    g_printerr ("%s\n", error->message);
    return CZ_EXIT_REFUSED;
  }
  g_autofree char *said = verb->say (conf);
  if (said)
    fputs (said, stdout);
  return CZ_EXIT_DONE;
}

int
main (int argc, char **argv)
{
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("Print the version"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  cz_locale_init ();
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("check|wifi|modem|screen FILE"));
  g_option_context_set_summary (context, _ ("Reads the cunzhan.conf of a station: is it sound, and what does it say about one thing.\nPrints nothing for a network that it does not name."));
  g_option_context_add_main_entries (context, entries, CZ_GETTEXT_DOMAIN);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("cunzhan-conf: %s\n", error->message);
    return CZ_EXIT_USAGE;
  }
  if (version) {
    g_print ("cunzhan-conf %s\n", CZ_VERSION);
    return CZ_EXIT_DONE;
  }
  const Verb *verb = argc == 3 ? find_verb (argv[1]) : NULL;
  if (!verb) {
    g_printerr (_ ("Usage: cunzhan-conf check|wifi|modem|screen FILE; more with --help\n"));
    return CZ_EXIT_USAGE;
  }
  return run (verb, argv[2]);
}
