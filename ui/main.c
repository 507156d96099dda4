/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-locale.h"
#include "ui/cz-application.h"
#include "ui/cz-language.h"

/* GTK looks for assistive technology on the session bus and complains loudly when there is none. */
static gboolean
has_session_bus (void)
{
  g_autofree char *socket = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  return g_getenv ("DBUS_SESSION_BUS_ADDRESS") != NULL || g_getenv ("AT_SPI_BUS_ADDRESS") != NULL || g_file_test (socket, G_FILE_TEST_EXISTS);
}

int
main (int argc, char **argv)
{
  g_autofree char *locale_dir = cz_locale_dir ();
  g_autoptr (CzApplication) application = NULL;

  /* Never load Mesa: 60–120 MB and half of the start-up, whoever starts the program (DESIGN §4). */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_setenv ("GDK_DEBUG", "gl-disable", FALSE);
  /* The desktop's settings daemon has no say here, and its absence costs nothing. */
  g_setenv ("GSETTINGS_BACKEND", "memory", FALSE);
  if (!has_session_bus ())
    g_setenv ("GTK_A11Y", "none", FALSE);
  cz_language_init (locale_dir);
  g_set_prgname ("cunzhan");
  application = cz_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
