/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_CLI_REAL_NAME_H
#define OUTERFILL_CLI_REAL_NAME_H

/* Returns the absolute name of a file: without symbolic links in its folder, or, if the folder does
 * not exist, without "//", "/./" and "/../". A link at the end of the name stays. `folder` is where
 * a relative name begins. NULL: out of memory. The caller frees the name. */
char *real_name(const char *folder, const char *name);

#endif
