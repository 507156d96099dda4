/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-code.h"
#include "sync/wire/cz-key.h"

/* What a station sends: one thing said (cz-said.h) with the pictures and recordings it names, signed by the station, sealed to the
 * county's box key, padded so that its length says little. FORMAT.md §10. Pure, any thread. */

#define CZ_UPLOAD_OBJECTS_MAX 4u
#define CZ_UPLOAD_TYPE_MAX 60u

typedef struct {
  char *type; /* "image/jpeg" */
  GBytes *data;
} CzUploadObject;

typedef struct {
  CzChannel channel; /* of the office it is for */
  CzPublicKey station;
  guint64 counter; /* ≥ 1, of this station, never used twice */
  gint64 created_s;
  gboolean clock_ok; /* the station's clock was to be believed */
  guint16 kind; /* CzSaidKind; an unknown one is opened all the same */
  GBytes *payload;
  guint n_objects;
  CzUploadObject objects[CZ_UPLOAD_OBJECTS_MAX];
  gboolean is_signed; /* opening sets it: the station named here has signed, whatever is wrong with the rest */
} CzUpload;
void cz_upload_clear (CzUpload *upload);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzUpload, cz_upload_clear)

/* FALSE, CZ_WIRE_ERROR_LIMIT: payload and objects together are more than one envelope holds. */
gboolean cz_upload_fits (const CzUpload *upload, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* upload->station is taken from the key. CZ_WIRE_ERROR_LIMIT; CZ_WIRE_ERROR_KEY: the box key is no key. */
GBytes *cz_envelope_seal (const CzUpload *upload, const CzSecretKey *station, const guint8 box_key[32], GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* box: the office's key file key whose X25519 form is the box key. Opens, then verifies the signature, then reads. Whether the station
 * may say anything here is the caller's question. On failure payload and objects are empty; with is_signed the numbers before them are the station's
 * own words all the same. Errors: CZ_WIRE_ERROR_LIMIT, _TRUNCATED, _FORMAT, _KEY (sealed to another key),
 * _HASH (damaged), _SIGNATURE, _SCOPE (for another channel). */
gboolean cz_envelope_open (const guint8 *data, gsize size, const CzSecretKey *box, CzChannel channel, CzUpload *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether these bytes begin and are as long as a sealed envelope's; nobody but its office can say more. */
gboolean cz_envelope_looks_sealed (const guint8 *data, gsize size);
/* uploads/<channel>/<fingerprint>/<counter>-<hash>, lower case, newly allocated: the same bytes always have the same name. */
char *cz_envelope_path (CzChannel channel, const CzPublicKey *station, guint64 counter, GBytes *sealed);
/* The last part of such a path, "<counter>-<hash>"; FALSE when it is no such name. */
gboolean cz_envelope_name_parse (const char *name, guint64 *counter, guint8 hash[CZ_HASH_LEN]) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_envelope_is_fingerprint (const char *name); /* a folder of a station */
/* To what length so many bytes are padded. */
gsize cz_envelope_padded (gsize size);
