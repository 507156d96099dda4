/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses on a network. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

static guint
ip_address (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint end = at;

  for (int part = 0; part < 4; part++) {
    guint n = cz_norm_digits (self, end, 4);

    if (n == 0 || n > 3 || cz_norm_value (self, end, n) > 255)
      return 0;
    cz_say_digits_at (self, words, end, n, FALSE);
    end += n;
    if (part == 3)
      break;
    if (cz_norm_at (self, end) != '.')
      return 0;
    g_string_append (words, "点");
    end++;
  }
  if (cz_norm_is_digit (cz_norm_at (self, end)) || cz_norm_at (self, end) == '.')
    return 0;
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}

static gboolean
in_address (gunichar c)
{
  return cz_norm_is_letter (c) || cz_norm_is_digit (c) || (c != 0 && c < 0x80 && strchr ("._-/:?=&%#@+~", (int) c) != NULL);
}

/* Nobody can follow an address by ear: it is on the screen. */
guint
cz_rule_address (CzNormaliser *self, guint at)
{
  static const char *const BEGINS[] = { "http://", "https://", "www.", "ftp://", NULL };
  static const char *const DOMAINS[] = { ".com", ".cn", ".net", ".org", ".gov", ".edu", NULL };
  gboolean is_web = cz_norm_one_of (self, at, BEGINS, NULL) > 0, is_mail = FALSE, has_domain = FALSE;
  guint end = at, ip = cz_norm_is_digit (cz_norm_at (self, at)) ? ip_address (self, at) : 0;

  if (ip > 0 || (!is_web && at < self->no_address_until) || (at > 0 && in_address (cz_norm_at (self, at - 1)) && cz_norm_at (self, at - 1) != ':'))
    return ip;
  while (in_address (cz_norm_at (self, end))) {
    is_mail = is_mail || (cz_norm_at (self, end) == '@' && end > at);
    has_domain = has_domain || cz_norm_one_of (self, end, DOMAINS, NULL) > 0;
    end++;
  }
  if (!has_domain)
    self->no_address_until = end;
  while (end > at && cz_norm_at (self, end - 1) == '.')
    end--;
  if (!is_web && !(has_domain && end > at + 4))
    return 0;
  cz_norm_emit (self, at, end, is_mail ? "邮箱见屏幕" : "网址见屏幕", 0);
  return end - at;
}
