/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-cli-objects.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define FOLDER_MODE 0700 /* faces and voices */

typedef struct {
  const char *folder;
  gint64 id;
  guint n;
  GError *error;
} Saving;

/* The ending is ours: what the sender wrote never becomes part of a name. */
static const char *
ending (const char *type)
{
  static const char *const endings[][2] = { { "image/jpeg", "jpg" }, { "image/png", "png" }, { "image/webp", "webp" }, { "audio/ogg", "ogg" },
                                            { "audio/wav", "wav" },  { "audio/mpeg", "mp3" }, { "audio/flac", "flac" } };
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_strcmp0 (type, endings[i][0]) == 0)
      return endings[i][1];
  return "bin";
}

static gboolean
save_one (const char *type, GBytes *data, gpointer user_data)
{
  Saving *self = user_data;
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT "-%u.%s", self->id, ++self->n, ending (type));
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  if (!cz_hub_cli_write (path, data, &self->error))
    return FALSE;
  g_print ("    %s\n", path);
  return TRUE;
}

gboolean
cz_hub_cli_save_objects (CzHub *hub, const CzHubUpload *upload, const char *folder, GError **error)
{
  Saving saving = { .folder = folder, .id = upload->id };
  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE, _ ("%s: the folder cannot be made."), folder);
    return FALSE;
  }
  gboolean ok = cz_hub_desk_objects (hub, upload->id, save_one, &saving, error);
  if (saving.error != NULL)
    g_propagate_error (error, saving.error);
  return ok && saving.error == NULL;
}

char *
cz_hub_cli_harmless (const char *text, gsize len)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) len);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean draws = !g_unichar_iscntrl (c) && g_unichar_type (c) != G_UNICODE_FORMAT;
    g_string_append_unichar (out, draws ? c : 0xb7);
  }
  return g_strdup (out->str);
}
