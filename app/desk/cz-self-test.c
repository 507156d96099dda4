/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/desk/cz-self-test.h"

#include <string.h>

#include "app/desk/cz-slots.h"
#include "sync/outbox/cz-outbox.h"

#define LEAST_WIDTH_PX 1024
#define LEAST_HEIGHT_PX 600
#define MIB (1024 * 1024)
#define LITTLE_MIB 200 /* a first publication and a generation beside it */
#define NO_MIB 20
#define SYSFS_MAX 64
/* JESD84-B51, DEVICE_LIFE_TIME_EST: tens of per cent used, 0x0B beyond all. PRE_EOL_INFO: 2 = 80 % of the spare blocks, 3 = 90 %. */
#define LIFE_BEYOND 11u
#define LIFE_LATE 9u
#define EOL_WARNING 2u
#define EOL_URGENT 3u

void
cz_findings_free (CzFindings *findings)
{
  if (!findings)
    return;
  for (int i = 0; i < CZ_N_PARTS; i++)
    g_free (findings->parts[i].text);
  g_free (findings);
}

static void
find (CzFinding *finding, int code)
{
  finding->state = code ? CZ_FINDING_FAULT : CZ_FINDING_GOOD;
  finding->code = code;
}

static void
test_content (const CzSelfTestFacts *facts, CzFinding *finding)
{
  static const CzDbOptions options = { .mode = CZ_DB_READ };
  g_autofree char *path = g_build_filename (facts->home, "content", "current", NULL);
  g_autoptr (GError) error = NULL;
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    find (finding, 2101);
    return;
  }
  g_autoptr (sqlite3) db = cz_db_open (path, &options, &error);
  if (db)
    finding->number = cz_db_int (db, "PRAGMA user_version", 0);
  if (db && cz_db_quick_check (db, &error))
    find (finding, 0);
  else
    find (finding, g_error_matches (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED) ? 2102 : 2103);
}

static void
test_station (const CzSelfTestFacts *facts, CzFinding *finding)
{
  g_autofree char *dir = g_build_filename (facts->home, "station", NULL);
  g_autofree char *damaged = g_build_filename (dir, "station.db.damaged", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzOutbox) outbox = g_file_test (dir, G_FILE_TEST_IS_DIR) ? cz_outbox_open (dir, TRUE, &error) : NULL;
  if (outbox)
    finding->number = cz_db_int (cz_outbox_db (outbox), "PRAGMA user_version", 0);
  if (outbox)
    find (finding, g_file_test (damaged, G_FILE_TEST_EXISTS) ? 2203 : 0);
  else
    find (finding, g_error_matches (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED) ? 2201 : 2202);
}

static void
test_sound (const CzSelfTestFacts *facts, CzFinding *finding)
{
  const char *name;
  g_autoptr (GDir) dir = facts->sound_devices ? g_dir_open (facts->sound_devices, 0, NULL) : NULL;
  gboolean has_card = facts->sound_devices == NULL;
  /* pcmC0D0p: card 0, device 0, playback. */
  while (dir && (name = g_dir_read_name (dir)) != NULL)
    has_card |= g_str_has_prefix (name, "pcm") && g_str_has_suffix (name, "p");
  find (finding, !facts->has_voice ? 1301 : has_card ? 0 : 1302);
}

static void
test_agent (const CzSelfTestFacts *facts, CzFinding *finding)
{
  find (finding, !facts->has_agent ? 3101 : g_strcmp0 (facts->agent_state, "unenrolled") == 0 ? 3102 : 0);
}

static void
test_road (const CzSelfTestFacts *facts, CzFinding *finding)
{
  static const struct {
    const char *trouble;
    int code;
  } troubles[] = { { "no-road", 3201 }, { "refused", 3202 }, { "storage", 3203 }, { "newer", 3204 }, { "budget", 3205 }, { "revoked", 3207 },
                  { "late", 3208 } };
  if (!facts->has_agent)
    return;
  find (finding, facts->last_contact_s > 0 ? 0 : 3206);
  for (gsize i = 0; i < G_N_ELEMENTS (troubles); i++)
    if (g_strcmp0 (facts->agent_trouble, troubles[i].trouble) == 0)
      find (finding, troubles[i].code);
}

static void
test_room (const CzSelfTestFacts *facts, CzFinding *finding)
{
  g_autoptr (GFile) file = g_file_new_for_path (facts->home);
  g_autoptr (GFileInfo) info = g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  if (!info)
    return;
  finding->number = (gint64) (g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE) / MIB);
  find (finding, finding->number < NO_MIB ? 5102 : finding->number < LITTLE_MIB ? 5101 : 0);
}

/* The largest of the hexadecimal numbers in a small file of sysfs; 0 when there is none. */
static guint
largest_number (const char *folder, const char *device, const char *name)
{
  g_autofree char *path = g_build_filename (folder, device, "device", name, NULL);
  g_autofree char *text = NULL;
  gsize size = 0;
  guint largest = 0;
  if (!g_file_get_contents (path, &text, &size, NULL) || size > SYSFS_MAX)
    return 0;
  g_auto (GStrv) words = g_strsplit_set (text, " \n", -1);
  for (char **word = words; *word; word++) {
    guint64 number = 0;
    if (g_str_has_prefix (*word, "0x") && g_ascii_string_to_unsigned (*word + 2, 16, 0, 255, &number, NULL))
      largest = MAX (largest, (guint) number);
  }
  return largest;
}

/* eMMC tells; SD cards do not. */
static void
test_wear (const CzSelfTestFacts *facts, CzFinding *finding)
{
  const char *device;
  g_autoptr (GDir) dir = g_dir_open (facts->sys_block, 0, NULL);
  guint life = 0, end = 0;
  while (dir && (device = g_dir_read_name (dir)) != NULL) {
    life = MAX (life, largest_number (facts->sys_block, device, "life_time"));
    end = MAX (end, largest_number (facts->sys_block, device, "pre_eol_info"));
  }
  if (life == 0 && end == 0)
    return;
  finding->number = MIN (life, 10u) * 10;
  find (finding, life >= LIFE_BEYOND || end >= EOL_URGENT ? 5202 : life >= LIFE_LATE || end == EOL_WARNING ? 5201 : 0);
}

static void
test_system (const CzSelfTestFacts *facts, CzFinding *finding)
{
  g_autoptr (CzSlots) slots = cz_slots_read (facts->slots);
  find (finding, 0);
  if (!slots)
    return;
  finding->text = g_strdup (slots->booted);
  find (finding, !slots->is_booted_good ? 6102 : slots->is_other_bad ? 6101 : 0);
}

CzFindings *
cz_self_test (const CzSelfTestFacts *facts)
{
  CzFindings *findings = g_new0 (CzFindings, 1);
  for (int i = 0; i < CZ_N_PARTS; i++)
    findings->parts[i].state = CZ_FINDING_UNKNOWN;
  find (&findings->parts[CZ_PART_SCREEN], facts->width_px < LEAST_WIDTH_PX || facts->height_px < LEAST_HEIGHT_PX ? 1101 : 0);
  /* Without a signed time there is nothing to compare with. */
  if (cz_clock_trusted_s (facts->clock) > 0)
    find (&findings->parts[CZ_PART_CLOCK], cz_clock_is_plausible (facts->clock) ? 0 : 4101);
  find (&findings->parts[CZ_PART_SET_UP], facts->is_set_up ? 0 : 7101);
  test_content (facts, &findings->parts[CZ_PART_CONTENT]);
  test_station (facts, &findings->parts[CZ_PART_STATION]);
  test_sound (facts, &findings->parts[CZ_PART_SOUND]);
  test_agent (facts, &findings->parts[CZ_PART_AGENT]);
  test_road (facts, &findings->parts[CZ_PART_ROAD]);
  test_room (facts, &findings->parts[CZ_PART_ROOM]);
  test_wear (facts, &findings->parts[CZ_PART_WEAR]);
  test_system (facts, &findings->parts[CZ_PART_SYSTEM]);
  return findings;
}

/* ---- in a worker ---- */

static void
facts_free (gpointer data)
{
  CzSelfTestFacts *facts = data;
  g_free ((char *) facts->home);
  g_free ((char *) facts->sys_block);
  g_free ((char *) facts->slots);
  g_free ((char *) facts->sound_devices);
  g_free ((char *) facts->agent_state);
  g_free ((char *) facts->agent_trouble);
  g_object_unref (facts->clock);
  g_free (facts);
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, cz_self_test (data), (GDestroyNotify) cz_findings_free);
}

void
cz_self_test_async (const CzSelfTestFacts *facts, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done, data);
  CzSelfTestFacts *copy = g_memdup2 (facts, sizeof *facts);
  copy->home = g_strdup (facts->home);
  copy->sys_block = g_strdup (facts->sys_block);
  copy->slots = g_strdup (facts->slots);
  copy->sound_devices = g_strdup (facts->sound_devices);
  copy->agent_state = g_strdup (facts->agent_state);
  copy->agent_trouble = g_strdup (facts->agent_trouble);
  copy->clock = g_object_ref (facts->clock);
  g_task_set_task_data (task, copy, facts_free);
  g_task_run_in_thread (task, run);
}

CzFindings *
cz_self_test_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
