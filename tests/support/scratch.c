/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"

static char folder[] = "scratch_XXXXXX";

void scratch_create(void) {
    assert_non_null(mkdtemp(folder));
}

void scratch_remove(void) {
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    int num_left = 0;

    assert_non_null(entries);
    while ((entry = readdir(entries)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        print_error("left behind: %s/%s\n", folder, entry->d_name);
        num_left++;
    }
    closedir(entries);
    assert_int_equal(num_left, 0);
    assert_int_equal(rmdir(folder), 0);
}

const char *scratch_path(const char *format, ...) {
    static char paths[8][500];
    static size_t turn;
    char *path = paths[turn++ % NUM_ELEMENTS(paths)];
    int length = snprintf(path, sizeof paths[0], "%s/", folder);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(path + length, sizeof paths[0] - (size_t)length, format, arguments);
    va_end(arguments);
    return path;
}

void scratch_write(const char *path, const void *content, size_t nbytes) {
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, nbytes, file), nbytes);
    assert_int_equal(fclose(file), 0);
}

/* NULL where the file cannot be read. */
static unsigned char *read_whole(const char *path, size_t *nbytes) {
    FILE *file = fopen(path, "rb");
    struct stat about;
    unsigned char *content = NULL;

    if (file == NULL) return NULL;
    if (fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode)) {
        *nbytes = (size_t)about.st_size;
        content = malloc(*nbytes + 1);
    }
    if (content != NULL && fread(content, 1, *nbytes, file) != *nbytes) {
        free(content);
        content = NULL;
    }
    fclose(file);
    return content;
}

unsigned char *scratch_read(const char *path, size_t *nbytes) {
    unsigned char *content = read_whole(path, nbytes);

    assert_non_null(content);
    return content;
}

int scratch_exists(const char *path) {
    struct stat about;

    return lstat(path, &about) == 0;
}

int scratch_holds(const char *path, const void *content, size_t nbytes) {
    size_t found_nbytes = 0;
    unsigned char *found = read_whole(path, &found_nbytes);
    int holds = found != NULL && found_nbytes == nbytes && memcmp(found, content, nbytes) == 0;

    free(found);
    return holds;
}
