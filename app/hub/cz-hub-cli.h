/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <json-glib/json-glib.h>

#include "app/hub/cz-hub.h"
#include "sync/model/cz-exit.h"

/* The command line: one function a verb. Each takes argv from the verb on, says what it did on standard output, what went
 * wrong in one sentence on standard error, and gives the program's exit status. */

typedef struct {
  const char *home;
  const char *who; /* (nullable) --as */
  CzClock *clock;
} CzHubCli;

int cz_hub_cli_init (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_ticket (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_enrol_station (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_status (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_publish (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_beat (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_log (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_keys (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_request (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_delegate (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_adopt (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_rotate (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_revoke (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_backup (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_restore (const CzHubCli *cli, int argc, char **argv);
/* What --also is, for restore and recover; static. */
const char *cz_hub_cli_also_words (void);
int cz_hub_cli_recover (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_held (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_accept (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_drop (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_correct (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_withdraw (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_collect (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_stations (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_queue (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_return (const CzHubCli *cli, int argc, char **argv);
int cz_hub_cli_answer (const CzHubCli *cli, int argc, char **argv);
/* accept uploads ID… [--sure]; ids: n of them. */
int cz_hub_cli_accept_uploads (const CzHubCli *cli, int n, char **ids, gboolean is_sure);
int cz_hub_cli_import (const CzHubCli *cli, int argc, char **argv);

/* --- shared by the verbs --- */

typedef struct {
  const char *arguments; /* "KIND ID…" */
  const char *summary;
  const char *description; /* (nullable) below the options: JSON fields, examples */
  int min_arguments; /* behind the verb */
  int max_arguments; /* -1 = any number */
} CzHubVerbHelp;

/* Parses in place: *argv keeps the verb and its arguments. FALSE: a usage error was printed; exit with CZ_EXIT_USAGE. */
gboolean cz_hub_cli_parse (const CzHubVerbHelp *help, const GOptionEntry *entries, int *argc, char ***argv);
int cz_hub_cli_usage (const char *sentence); /* prints it and gives CZ_EXIT_USAGE */
/* Prints the error, frees it and gives the status that fits it. */
int cz_hub_cli_fail (GError *error);
/* Opens the hub and sets who; NULL: printed, *status set. */
CzHub *cz_hub_cli_open (const CzHubCli *cli, CzHubMode mode, int *status);
/* NULL: an unknown kind, printed. */
const CzTable *cz_hub_cli_kind (const char *kind);
/* Reads --passphrase-file when given; FALSE with *status set. passphrase is newly allocated, NULL without a file. */
gboolean cz_hub_cli_passphrase (const char *file, char **passphrase, int *status);
/* Wipes it. */
void cz_hub_cli_forget (char *passphrase);
void cz_hub_cli_print_json (JsonBuilder *builder);
/* One member of the object begun. value: (nullable) none is "". */
void cz_hub_cli_json_int (JsonBuilder *json, const char *member, gint64 value);
void cz_hub_cli_json_text (JsonBuilder *json, const char *member, const char *value);
/* A file that came from elsewhere; NULL: printed, *status set. */
GBytes *cz_hub_cli_read (const char *path, gsize max, int *status);
/* CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_cli_write (const char *path, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As read over the telephone: case, blanks and dashes do not count. */
gboolean cz_hub_cli_same_code (const char *a, const char *b);
/* Says on standard error when this office's term has run out, or is about to; nothing is refused for it. */
void cz_hub_cli_warn_of_term (CzHub *hub);
/* Says on standard error which of these depots is a folder of this computer, which no station elsewhere reaches. One written as file:// is meant. */
void cz_hub_cli_warn_of_folders (const char *const *depots);
/* 2026-11-23, newly allocated. */
char *cz_hub_cli_date (guint64 at_s);
/* "41 KB" */
char *cz_hub_cli_size (guint64 bytes);
