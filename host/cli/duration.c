/* SPDX-License-Identifier: MIT
 *
 * This module reads and writes durations in the notations of people and of batch systems.
 *
 * It holds no state and prints nothing. */
#include "duration.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads [D-]H:MM:SS or M:SS. Days require all three fields. */
static bool parse_clock(const char *text, double *seconds) {
    unsigned days = 0, fields[3];
    int end = 0, num_fields;
    if (strchr(text, '-')) {
        if (sscanf(text, "%5u-%n", &days, &end) != 1 || !end) return false;
        text += end;
    }
    if (text[strspn(text, "0123456789:")] || !isdigit((unsigned char)*text)) return false;
    end = 0;
    num_fields = sscanf(text, "%5u:%5u%n:%5u%n", &fields[0], &fields[1], &end, &fields[2], &end);
    if (num_fields < 2 || text[end] || fields[1] > 59 || (num_fields == 3 && fields[2] > 59))
        return false;
    if (days && num_fields != 3) return false;
    *seconds = num_fields == 3 ? 86400.0 * days + 3600.0 * fields[0] + 60.0 * fields[1] + fields[2]
                               : 60.0 * fields[0] + fields[1];
    return true;
}

/* Reads a decimal number with at most one unit. strtod also accepts hexadecimal numbers and
 * exponents, which are refused here. */
static bool parse_number(const char *text, double *seconds) {
    static const struct {
        char unit;
        double seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    char *end;
    if (!isdigit((unsigned char)*text) && *text != '.') return false;
    *seconds = strtod(text, &end);
    if (strpbrk(text, "xXeE")) return false;
    for (size_t k = 0; *end && k < sizeof units / sizeof *units; k++) {
        if (*end != units[k].unit) continue;
        *seconds *= units[k].seconds;
        end++;
        break;
    }
    return *end == '\0';
}

bool duration_parse(const char *text, double *seconds) {
    const bool is_read =
        strchr(text, ':') ? parse_clock(text, seconds) : parse_number(text, seconds);
    return is_read && *seconds > 0 && *seconds < 1e9;
}

void duration_format(double seconds, char *text, size_t text_nbytes) {
    const unsigned long whole = seconds < 1e9 ? (unsigned long)ceil(seconds) : 1000000000ul;
    const unsigned long days = whole / 86400, hours = whole / 3600 % 24, minutes = whole / 60 % 60;
    if (days)
        snprintf(text, text_nbytes, "%lu-%02lu:%02lu:%02lu", days, hours, minutes, whole % 60);
    else if (hours)
        snprintf(text, text_nbytes, "%lu:%02lu:%02lu", hours, minutes, whole % 60);
    else
        snprintf(text, text_nbytes, "%lu:%02lu", minutes, whole % 60);
}
