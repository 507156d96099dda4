/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/desk/cz-fault.h"

#include <glib/gi18n.h>

static const struct {
  const char *id;
  const char *name;
} parts[CZ_N_PARTS] = {
  [CZ_PART_SCREEN] = { "screen", N_("Screen") },   [CZ_PART_TOUCH] = { "touch", N_("Touch") },
  [CZ_PART_SOUND] = { "sound", N_("Sound") }, [CZ_PART_CONTENT] = { "content", N_("Content") },
  [CZ_PART_STATION] = { "station", N_("Village") }, [CZ_PART_AGENT] = { "agent", N_("Agent") },
  [CZ_PART_ROAD] = { "road", N_("Link") },  [CZ_PART_CLOCK] = { "clock", N_("Clock") },
  [CZ_PART_ROOM] = { "room", N_("Space") },    [CZ_PART_WEAR] = { "wear", N_("Wear") },
  [CZ_PART_SYSTEM] = { "system", N_("System") },  [CZ_PART_SET_UP] = { "set-up", N_("Set-up") },
};

static const CzFault faults[] = {
  { 1101, CZ_PART_SCREEN, N_("The screen is smaller than the pages need. Look at the line screen in cunzhan.conf.") },
  { 1201, CZ_PART_TOUCH, N_("A dot was not hit. Clean the glass, and look at the line rotation in cunzhan.conf.") },
  { 1301, CZ_PART_SOUND, N_("The voice is not there. Write the card anew.") },
  { 1302, CZ_PART_SOUND, N_("No sound card was found. Look at the plug of the loudspeaker and start again.") },
  { 2101, CZ_PART_CONTENT, N_("There is no content yet. Plug in a stick with content, or wait for the link.") },
  { 2102, CZ_PART_CONTENT, N_("The content is damaged. Start again: the station fetches it anew. If that happens often, the card is failing.") },
  { 2103, CZ_PART_CONTENT, N_("The content cannot be opened. Start again; if it stays so, write the card anew.") },
  { 2201, CZ_PART_STATION, N_("What the village entered is damaged. Do not write the card anew: take it to the county.") },
  { 2202, CZ_PART_STATION, N_("What the village entered cannot be opened. Start again; if it stays so, take the card to the county.") },
  { 2203, CZ_PART_STATION, N_("A damaged file of the village was replaced by its second copy. The last hour may be missing; the card is failing.") },
  { 3101, CZ_PART_AGENT, N_("The program that fetches news is not running. Start again; if it stays so, write the card anew.") },
  { 3102, CZ_PART_AGENT, N_("The station is not set up yet. Plug in the stick with its two files.") },
  { 3201, CZ_PART_ROAD, N_("There is no link to the county. Look at cable, SIM card or Wi-Fi password; a stick works meanwhile.") },
  { 3202, CZ_PART_ROAD, N_("What the county sent was refused. Tell the county office the code.") },
  { 3203, CZ_PART_ROAD, N_("What came could not be stored. Look at free space and wear of the card.") },
  { 3204, CZ_PART_ROAD, N_("The county sends what this program does not know yet. Update the program.") },
  { 3205, CZ_PART_ROAD, N_("Today's amount of data is used up. It goes on tomorrow; a stick works meanwhile.") },
  { 3206, CZ_PART_ROAD, N_("The county has not been reached yet since the start.") },
  { 3207, CZ_PART_ROAD, N_("The office above has withdrawn the keys of this county. What is shown stays; ask the county office.") },
  { 3208, CZ_PART_ROAD, N_("Newer news is there, but no source gives it to this station. Ask the county office; a stick works meanwhile.") },
  { 4101, CZ_PART_CLOCK, N_("The clock is wrong. Set it here.") },
  { 5101, CZ_PART_ROOM, N_("Little room is left on the card. Tell the county office.") },
  { 5102, CZ_PART_ROOM, N_("The card is full. Nothing new can be stored: put in a larger card.") },
  { 5201, CZ_PART_WEAR, N_("The card is nearly worn out. Put in a new one soon.") },
  { 5202, CZ_PART_WEAR, N_("The card is worn out. Put in a new one now.") },
  { 6101, CZ_PART_SYSTEM, N_("The system before did not prove good. Do not start again needlessly; tell the county office.") },
  { 6102, CZ_PART_SYSTEM, N_("The system that runs is not declared good yet. Wait five minutes and test again.") },
  { 7101, CZ_PART_SET_UP, N_("A step of setting up is not done. Start again with the stick plugged in.") },
};

const char *
cz_part_id (CzPart part)
{
  return parts[part].id;
}

const char *
cz_part_name (CzPart part)
{
  return _(parts[part].name);
}

const CzFault *
cz_fault_table (gsize *n)
{
  *n = G_N_ELEMENTS (faults);
  return faults;
}

const char *
cz_fault_sentence (int code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    if (faults[i].code == code)
      return _(faults[i].sentence);
  return "";
}
