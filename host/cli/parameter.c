/* SPDX-License-Identifier: MIT
 *
 * This module reads a parameter of the command line. It does not know which names are valid: the
 * library refuses the others. */
#include "parameter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

int parameter_parse(const char *text, char **name, double *value) {
    const char *equals = strchr(text, '=');
    char *end;
    if (!equals || equals == text)
        return command_misused("fill", "parameter \"%s\" is not of the form NAME=VALUE", text);
    *value = strtod(equals + 1, &end);
    if (end == equals + 1 || *end || isspace((unsigned char)equals[1]))
        return command_misused("fill", "the value of parameter \"%s\" is not a number", text);
    *name = strndup(text, (size_t)(equals - text));
    return *name ? EXIT_DONE
                 : command_fail(EXIT_DEVICE_FAILED, "no memory for the name of parameter \"%s\"",
                                text);
}
