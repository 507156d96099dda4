/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cz-language.h"

#include "cz-config.h"

#include <libintl.h>
#include <locale.h>

/* glibc looks a message up anew only when this counter has moved (gettext manual, "Changing the language at runtime"). */
extern int _nl_msg_cat_cntr;

void
cz_language_init (const char *locale_dir)
{
  const char *now = setlocale (LC_ALL, "");

  /* In the C locale gettext is silent whatever LANGUAGE says. */
  if (now == NULL || g_str_equal (setlocale (LC_MESSAGES, NULL), "C") || g_str_equal (setlocale (LC_MESSAGES, NULL), "POSIX"))
    setlocale (LC_ALL, "C.UTF-8");
  bindtextdomain (CZ_GETTEXT_DOMAIN, locale_dir);
  bind_textdomain_codeset (CZ_GETTEXT_DOMAIN, "UTF-8");
  textdomain (CZ_GETTEXT_DOMAIN);
}

void
cz_language_set (const char *lang)
{
  g_setenv ("LANGUAGE", lang, TRUE);
  ++_nl_msg_cat_cntr;
}

const char *
cz_language_get (void)
{
  const char *lang = g_getenv ("LANGUAGE");

  return lang != NULL && g_str_has_prefix (lang, "en") ? "en" : "zh_CN";
}
