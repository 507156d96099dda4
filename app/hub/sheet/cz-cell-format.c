/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-sheet-private.h"

#include <string.h>

/* "yyyy\-mm\-dd" and the like: y or d outside quotes, brackets and escapes. */
gboolean
cz_sheet_format_is_date (const char *code)
{
  for (const char *at = code; *at != 0; at++) {
    if (*at == '\\' || *at == '_' || *at == '*') {
      if (at[1] != 0)
        at++;
    } else if (*at == '"' || *at == '[') {
      const char *close = strchr (at + 1, *at == '"' ? '"' : ']');
      if (close == NULL)
        return FALSE;
      at = close;
    } else if (strchr ("yYdD", *at) != NULL) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Numbers of ECMA-376 18.8.30, with those of the Chinese and Japanese editions. */
gboolean
cz_sheet_format_id_is_date (guint64 id)
{
  return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58);
}
