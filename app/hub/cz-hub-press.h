/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-publish.h"
#include "app/hub/cz-hub-witness.h"

/* Everything a publisher borrows, in one place. */
typedef struct {
  CzHub *hub; /* borrowed */
  CzHubTrust *trust;
  CzDepot *depot;
  CzContent *replica;
  CzSecretKey *head_key;
  CzSecretKey *content_key; /* (nullable) */
  char *state_dir;
  CzHubWitness witness;
  CzPublisherConfig config;
  CzPublisher *publisher; /* (nullable) until cz_hub_press_start */
} CzHubPress;

void cz_hub_press_clear (CzHubPress *press);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzHubPress, cz_hub_press_clear)
gboolean cz_hub_press_open (CzHub *hub, const CzHubPublishOptions *options, gboolean needs_content_key, CzHubPress *press, GError **error);
/* Begins a new epoch where the delegation names one (cz-hub-rotate.h), finishes an interrupted publication. */
gboolean cz_hub_press_start (CzHubPress *press, GError **error);
