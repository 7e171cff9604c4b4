/* SPDX-License-Identifier: MIT
 *
 * replay FOLDER: hands each file of the folder to the fuzz target that this is linked with. A folder without files is a
 * failure: it would guard nothing. The name of each file is said before it is tried, so that the last one said is the one that
 * failed. */
#include <dirent.h>
#include <string.h>

#include "fuzz.h"

static int is_shown(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

/* Reads a file into memory that ends with its last byte. */
static uint8_t *read_input(const char *folder, const char *name, size_t *nbytes) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) return NULL;
    *nbytes = (size_t)ftell(file);
    uint8_t *bytes = malloc(*nbytes ? *nbytes : 1);
    rewind(file);
    const size_t got = bytes ? fread(bytes, 1, *nbytes, file) : 0;
    fclose(file);
    if (got == *nbytes) return bytes;
    free(bytes);
    return NULL;
}

static int replay(const char *folder, const char *name) {
    size_t nbytes = 0;
    printf("%s\n", name);
    fflush(stdout);
    uint8_t *bytes = read_input(folder, name, &nbytes);
    if (!bytes) return fprintf(stderr, "replay: cannot read %s/%s\n", folder, name);
    LLVMFuzzerTestOneInput(bytes, nbytes);
    free(bytes);
    return 0;
}

int main(int argc, char **argv) {
    struct dirent **entries = NULL;
    const int num_inputs = argc == 2 ? scandir(argv[1], &entries, is_shown, alphasort) : -1;
    int num_failed = 0;
    for (int k = 0; k < num_inputs; k++) {
        num_failed += replay(argv[1], entries[k]->d_name) != 0;
        free(entries[k]);
    }
    free(entries);
    printf("replay: %d inputs, %d unread\n", num_inputs, num_failed);
    return num_inputs > 0 && num_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
