/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/wire/cz-ticket.h"
#include "tests/fuzz/cz-fuzz.h"

/* Tickets. What was read and written again reads the same. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (CzTicket) ticket = cz_ticket_parse ((const char *) data, size, NULL);
  if (!ticket)
    return 0;
  g_autofree char *text = cz_ticket_to_text (ticket);
  g_autoptr (CzTicket) again = cz_ticket_parse (text, strlen (text), NULL);
  cz_fuzz_must (again != NULL, "what was written is read");
  cz_fuzz_must (again->village == ticket->village && again->n_line == ticket->n_line && g_bytes_equal (again->root, ticket->root)
                    && g_str_equal (again->village_name, ticket->village_name) && g_str_equal (again->station_name, ticket->station_name)
                    && g_strv_equal ((const char *const *) again->depots, (const char *const *) ticket->depots),
                "it reads the same");
  return 0;
}
