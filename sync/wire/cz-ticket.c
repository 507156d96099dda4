/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-ticket.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

#define GROUP "cunzhan-ticket"
#define LINE_CODES_MAX 8
#define DEPOTS_MAX 16

void
cz_ticket_free (CzTicket *ticket)
{
  if (!ticket)
    return;
  g_free (ticket->village_name);
  g_free (ticket->station_name);
  g_free (ticket->line);
  g_strfreev (ticket->depots);
  g_clear_pointer (&ticket->root, g_bytes_unref);
  g_free (ticket);
}

static gboolean
refuse (GError **error, const char *key, const char *why)
{
  g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT, "ticket, key '%s': %s", key, why);
  return FALSE;
}

static char *
take_text (GKeyFile *file, const char *key, GError **error)
{
  g_autofree char *value = g_key_file_get_string (file, GROUP, key, NULL);
  if (value && *value)
    return g_steal_pointer (&value);
  refuse (error, key, "missing or empty");
  return NULL;
}

static gboolean
take_line (GKeyFile *file, CzTicket *ticket, GError **error)
{
  gsize n = 0;
  g_auto (GStrv) codes = g_key_file_get_string_list (file, GROUP, "line", &n, NULL);
  if (!codes || n < 1 || n > LINE_CODES_MAX)
    return refuse (error, "line", "one to eight channel codes are needed");
  ticket->line = g_new0 (CzChannel, n);
  ticket->n_line = (guint) n;
  for (gsize i = 0; i < n; i++)
    if (!cz_channel_parse (codes[i], &ticket->line[i]))
      return refuse (error, "line", "a channel code has six digits");
  return TRUE;
}

/* The file's own escapes make line breaks of text; an address is one line wherever it is written down. */
static gboolean
is_one_line (const char *address)
{
  for (const char *p = address; *p; p++)
    if (g_ascii_iscntrl (*p))
      return FALSE;
  return *address != '\0';
}

static gboolean
take_depots (GKeyFile *file, CzTicket *ticket, GError **error)
{
  gsize n = 0;
  ticket->depots = g_key_file_get_string_list (file, GROUP, "depots", &n, NULL);
  if (!ticket->depots || n < 1 || n > DEPOTS_MAX)
    return refuse (error, "depots", "one to sixteen addresses are needed");
  for (gsize i = 0; i < n; i++)
    if (!is_one_line (ticket->depots[i]))
      return refuse (error, "depots", "an address is empty or has control characters");
  return TRUE;
}

static gboolean
take_root (GKeyFile *file, CzTicket *ticket, GError **error)
{
  g_autofree char *base64 = take_text (file, "root", error);
  gsize n = 0;
  if (!base64)
    return FALSE;
  guint8 *bytes = g_base64_decode (base64, &n);
  ticket->root = g_bytes_new_take (bytes, n);
  return (n > 0 && n <= CZ_ROOT_MAX) || refuse (error, "root", "not a root document");
}

CzTicket *
cz_ticket_parse (const char *text, gsize size, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (CzTicket) ticket = g_new0 (CzTicket, 1);
  if (size > CZ_TICKET_MAX) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT, "ticket: larger than any may be");
    return NULL;
  }
  if (!g_utf8_validate (text, (gssize) size, NULL) || !g_key_file_load_from_data (file, text, size, G_KEY_FILE_NONE, NULL)
      || !g_key_file_has_group (file, GROUP)) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT, "this is not an enrolment ticket");
    return NULL;
  }
  if (g_key_file_get_integer (file, GROUP, "version", NULL) != 1) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_NEWER, "ticket, key 'version': only 1 is known here");
    return NULL;
  }
  g_autofree char *village = take_text (file, "village", error);
  if (!village)
    return NULL;
  if (!cz_region_parse (village, &ticket->village)) {
    refuse (error, "village", "a village code has twelve digits");
    return NULL;
  }
  ticket->village_name = take_text (file, "village-name", error);
  if (!ticket->village_name)
    return NULL;
  ticket->station_name = take_text (file, "station-name", error);
  if (!ticket->station_name || !take_line (file, ticket, error) || !take_depots (file, ticket, error)
      || !take_root (file, ticket, error))
    return NULL;
  return g_steal_pointer (&ticket);
}

char *
cz_ticket_to_text (const CzTicket *ticket)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *village = cz_region_to_string (ticket->village);
  gsize size;
  const guint8 *root = g_bytes_get_data (ticket->root, &size);
  g_autofree char *base64 = g_base64_encode (root, size);
  for (guint i = 0; i < ticket->n_line; i++)
    g_ptr_array_add (codes, cz_channel_to_string (ticket->line[i]));
  g_key_file_set_integer (file, GROUP, "version", 1);
  g_key_file_set_string (file, GROUP, "village", village);
  g_key_file_set_string (file, GROUP, "village-name", ticket->village_name);
  g_key_file_set_string (file, GROUP, "station-name", ticket->station_name);
  g_key_file_set_string_list (file, GROUP, "line", (const char *const *) codes->pdata, codes->len);
  g_key_file_set_string_list (file, GROUP, "depots", (const char *const *) ticket->depots, g_strv_length (ticket->depots));
  g_key_file_set_string (file, GROUP, "root", base64);
  return g_key_file_to_data (file, NULL, NULL);
}
