/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/desk/cz-pin.h"
#include "app/desk/cz-self-test.h"
#include "app/desk/cz-slots.h"
#include "sync/outbox/cz-outbox.h"

#include <glib/gstdio.h>
#include <string.h>

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

typedef struct {
  char *dir;
  char *station;
  CzClock *clock;
} Fixture;

static void
remove_tree (const char *path)
{
  const char *name;
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
      remove_tree (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("cz-desk-XXXXXX", NULL);
  f->station = g_build_filename (f->dir, "station", NULL);
  f->clock = cz_clock_new_fixed (1795000000, 100 * MINUTE_US);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_tree (f->dir);
  g_free (f->dir);
  g_free (f->station);
  g_object_unref (f->clock);
}

static CzPinVerdict
try_pin (Fixture *f, const char *pin, int *wait_s)
{
  g_autoptr (CzPinAnswer) answer = cz_pin_try (f->station, CZ_PIN_TECHNICIAN, pin, f->clock);
  if (wait_s)
    *wait_s = answer->wait_s;
  return answer->verdict;
}

static void
set_pin (Fixture *f, const char *pin, CzPinVerdict expected)
{
  g_autoptr (CzPinAnswer) answer = cz_pin_set (f->station, CZ_PIN_TECHNICIAN, pin);
  g_assert_cmpint (answer->verdict, ==, expected);
}

static void
test_set_and_try (Fixture *f, gconstpointer data)
{
  g_assert_false (cz_pin_is_set (f->station, CZ_PIN_TECHNICIAN));
  g_assert_false (g_file_test (f->station, G_FILE_TEST_EXISTS));
  set_pin (f, "111111", CZ_PIN_EASY);
  set_pin (f, "234567", CZ_PIN_EASY);
  set_pin (f, "987654", CZ_PIN_EASY);
  set_pin (f, "482915", CZ_PIN_RIGHT);
  g_assert_true (cz_pin_is_set (f->station, CZ_PIN_TECHNICIAN));
  g_assert_false (cz_pin_is_set (f->station, CZ_PIN_OPERATOR));
  g_assert_cmpint (try_pin (f, "482916", NULL), ==, CZ_PIN_WRONG);
  g_assert_cmpint (try_pin (f, "482915", NULL), ==, CZ_PIN_RIGHT);
  g_autoptr (CzOutbox) outbox = cz_outbox_open (f->station, FALSE, NULL);
  g_autofree char *kept = cz_outbox_get (outbox, CZ_SETTING_TECHNICIAN_PIN);
  g_assert_true (g_str_has_prefix (kept, "$argon2id$"));
  g_assert_null (strstr (kept, "482915"));
}

static void
test_waits_grow (Fixture *f, gconstpointer data)
{
  const int minutes[] = { 5, 10, 20, 40, 60, 60 };
  gint64 now_us = 100 * MINUTE_US;
  int wait_s = 0;
  set_pin (f, "482915", CZ_PIN_RIGHT);
  for (int i = 1; i < CZ_PIN_FREE_TRIES; i++) {
    g_assert_cmpint (try_pin (f, "000001", &wait_s), ==, CZ_PIN_WRONG);
    g_assert_cmpint (wait_s, ==, 0);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (minutes); i++) {
    g_assert_cmpint (try_pin (f, "000001", &wait_s), ==, CZ_PIN_WRONG);
    g_assert_cmpint (wait_s, ==, minutes[i] * 60);
    /* The right one is not looked at before its time, whatever the clock on the wall says. */
    cz_clock_fixed_set (f->clock, 1795000000 + 86400 * (gint64) (i + 1), now_us + minutes[i] * MINUTE_US - G_USEC_PER_SEC);
    g_assert_cmpint (try_pin (f, "482915", &wait_s), ==, CZ_PIN_WAIT);
    g_assert_cmpint (wait_s, ==, 1);
    now_us += minutes[i] * MINUTE_US;
    cz_clock_fixed_set (f->clock, 1795000000, now_us);
  }
  g_assert_cmpint (try_pin (f, "482915", NULL), ==, CZ_PIN_RIGHT);
  g_assert_cmpint (try_pin (f, "000001", &wait_s), ==, CZ_PIN_WRONG);
  g_assert_cmpint (wait_s, ==, 0);
}

/* Pulling the plug: the count is there, the wait begins anew. */
static void
test_a_restart_wins_nothing (Fixture *f, gconstpointer data)
{
  int wait_s = 0;
  set_pin (f, "482915", CZ_PIN_RIGHT);
  for (int i = 0; i < CZ_PIN_FREE_TRIES; i++)
    g_assert_cmpint (try_pin (f, "000001", &wait_s), ==, CZ_PIN_WRONG);
  cz_clock_fixed_set (f->clock, 1795000000, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (try_pin (f, "482915", &wait_s), ==, CZ_PIN_WAIT);
  g_assert_cmpint (wait_s, ==, 290);
  cz_clock_fixed_set (f->clock, 1795000000, 5 * MINUTE_US);
  g_assert_cmpint (try_pin (f, "482915", NULL), ==, CZ_PIN_RIGHT);
}

static void
put (Fixture *f, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (f->dir, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static CzFindings *
self_test (Fixture *f, const char *trouble)
{
  g_autofree char *blocks = g_build_filename (f->dir, "block", NULL);
  g_autofree char *slots = g_build_filename (f->dir, "slots.json", NULL);
  g_autofree char *sound = g_build_filename (f->dir, "snd", NULL);
  CzSelfTestFacts facts = { .home = f->dir, .sys_block = blocks, .slots = slots, .width_px = 1024, .height_px = 600, .has_voice = TRUE,
                            .sound_devices = sound, .has_agent = trouble != NULL, .agent_state = "idle", .agent_trouble = trouble,
                            .last_contact_s = 1, .is_set_up = TRUE, .clock = f->clock };
  return cz_self_test (&facts);
}

static void
test_wear_and_sound (Fixture *f, gconstpointer data)
{
  g_autoptr (CzFindings) nothing = self_test (f, "");
  g_assert_cmpint (nothing->parts[CZ_PART_WEAR].state, ==, CZ_FINDING_UNKNOWN);
  g_assert_cmpint (nothing->parts[CZ_PART_SOUND].code, ==, 1302);
  put (f, "block/mmcblk0/device/life_time", "0x02 0x03\n");
  put (f, "block/mmcblk0/device/pre_eol_info", "0x01\n");
  put (f, "snd/pcmC0D0p", "");
  g_autoptr (CzFindings) good = self_test (f, "");
  g_assert_cmpint (good->parts[CZ_PART_WEAR].state, ==, CZ_FINDING_GOOD);
  g_assert_cmpint (good->parts[CZ_PART_WEAR].number, ==, 30);
  g_assert_cmpint (good->parts[CZ_PART_SOUND].state, ==, CZ_FINDING_GOOD);
  put (f, "block/mmcblk0/device/life_time", "0x09 0x02\n");
  g_autoptr (CzFindings) late = self_test (f, "");
  g_assert_cmpint (late->parts[CZ_PART_WEAR].code, ==, 5201);
  put (f, "block/mmcblk0/device/life_time", "0x0b 0x02\n");
  g_autoptr (CzFindings) gone = self_test (f, "");
  g_assert_cmpint (gone->parts[CZ_PART_WEAR].code, ==, 5202);
}

static void
test_stores_and_road (Fixture *f, gconstpointer data)
{
  g_autoptr (CzFindings) empty = self_test (f, NULL);
  g_assert_cmpint (empty->parts[CZ_PART_CONTENT].code, ==, 2101);
  g_assert_cmpint (empty->parts[CZ_PART_STATION].code, ==, 2202);
  g_assert_cmpint (empty->parts[CZ_PART_AGENT].code, ==, 3101);
  g_assert_cmpint (empty->parts[CZ_PART_ROAD].state, ==, CZ_FINDING_UNKNOWN);
  set_pin (f, "482915", CZ_PIN_RIGHT);
  g_autofree char *noise = g_strnfill (20000, 'x');
  put (f, "content/current", noise);
  g_autoptr (CzFindings) damaged = self_test (f, "no-road");
  g_assert_cmpint (damaged->parts[CZ_PART_CONTENT].code, ==, 2102);
  g_assert_cmpint (damaged->parts[CZ_PART_STATION].state, ==, CZ_FINDING_GOOD);
  g_assert_cmpint (damaged->parts[CZ_PART_ROAD].code, ==, 3201);
}

static void
test_slots (Fixture *f, gconstpointer data)
{
  const char *const hostile[] = { "", "[]", "{}", "{\"booted\":3,\"slots\":{}}", "{\"booted\":\"A\",\"slots\":[1,[],{},{\"a\":2}]}", "{\"booted\":\"A\"}", "\xff" };
  g_autofree char *path = g_build_filename (f->dir, "slots.json", NULL);
  g_autofree char *bad = g_strdup_printf ("{\"compatible\":\"x\",\"booted\":\"B\",\"slots\":[{\"rootfs.0\":{\"bootname\":\"A\",\"boot_status\":\"%s\"}}]}", "bad");
  put (f, "slots.json", bad);
  g_autoptr (CzSlots) slots = cz_slots_read (path);
  g_assert_cmpstr (slots->booted, ==, "B");
  g_assert_false (slots->is_booted_good);
  g_assert_true (slots->is_other_bad);
  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++) {
    put (f, "slots.json", hostile[i]);
    g_autoptr (CzSlots) none = cz_slots_read (path);
    g_assert_true (none == NULL || !none->is_booted_good);
  }
}

/* Every code stands in the technician's guide, and the guide names no other. */
static void
test_codes_stand_in_the_guide (gconstpointer guide)
{
  gsize n = 0;
  const CzFault *faults = cz_fault_table (&n);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (guide, &text, NULL, NULL));
  for (gsize i = 0; i < n; i++) {
    g_autofree char *cell = g_strdup_printf ("| %d |", faults[i].code);
    g_assert_cmpint (faults[i].code, >=, 1000);
    g_assert_true (i == 0 || faults[i - 1].code < faults[i].code);
    if (strstr (text, cell) == NULL)
      g_test_fail_printf ("%d does not stand in the guide", faults[i].code);
  }
  g_autoptr (GRegex) regex = g_regex_new ("^\\| ([0-9]{4}) \\|", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_regex_match (regex, text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL)) {
    g_autofree char *code = g_match_info_fetch (match, 1);
    g_assert_cmpstr (cz_fault_sentence ((int) g_ascii_strtoll (code, NULL, 10)), !=, "");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/pin/set-and-tried", Fixture, NULL, set_up, test_set_and_try, tear_down);
  g_test_add ("/pin/waits-grow", Fixture, NULL, set_up, test_waits_grow, tear_down);
  g_test_add ("/pin/a-restart-wins-nothing", Fixture, NULL, set_up, test_a_restart_wins_nothing, tear_down);
  g_test_add ("/self-test/wear-and-sound", Fixture, NULL, set_up, test_wear_and_sound, tear_down);
  g_test_add ("/self-test/stores-and-road", Fixture, NULL, set_up, test_stores_and_road, tear_down);
  g_test_add ("/slots/hostile-too", Fixture, NULL, set_up, test_slots, tear_down);
  if (argc > 1)
    g_test_add_data_func ("/faults/stand-in-the-guide", argv[1], test_codes_stand_in_the_guide);
  return g_test_run ();
}
