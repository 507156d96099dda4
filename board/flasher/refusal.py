# SPDX-License-Identifier: GPL-3.0-or-later
class Refused(Exception):
    """One sentence for the technician; nothing of the image has been written."""
