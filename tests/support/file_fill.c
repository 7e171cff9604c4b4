/* SPDX-License-Identifier: MIT */
#include "file_fill.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checks.h"
#include "scratch.h"
#include "writes.h"

file_watch file_watch_until(size_t stop_at_rows) {
    return (file_watch){.stop_at_rows = stop_at_rows, .thread = pthread_self()};
}

static int watch(size_t rows_done, size_t num_rows, void *user_data) {
    file_watch *seen = user_data;
    writes_pause_others();
    if (seen->num_calls++ == 0) {
        seen->first_rows = rows_done;
        seen->num_rows = num_rows;
    }
    seen->num_wrong +=
        rows_done < seen->last_rows || rows_done > num_rows || num_rows != seen->num_rows;
    seen->num_wrong += !pthread_equal(seen->thread, pthread_self());
    seen->num_at_end += rows_done == num_rows;
    seen->last_rows = rows_done;
    if (rows_done < seen->stop_at_rows) {
        writes_allow_one();
        return 0;
    }
    if (seen->look != NULL) seen->look(seen->look_data);
    writes_stop();
    return 1;
}

outerfill_status file_fill_run(const file_fill *asked, outerfill_error *error) {
    file_fill fill = *asked;
    fill.file.struct_nbytes = sizeof fill.file;
    fill.options.struct_nbytes = sizeof fill.options;
    if (fill.watch != NULL) {
        fill.options.progress = watch;
        fill.options.progress_data = fill.watch;
        if (fill.watch->stop_at_rows != SIZE_MAX) writes_hold_others();
    }
    const outerfill_status status = outerfill_fill_npy(
        fill.function, fill.a, fill.n, fill.b, fill.m, fill.path, &fill.file, &fill.options, error);
    writes_release();
    return status;
}

outerfill_status file_fill_with(file_fill fill, outerfill_unfinished unfinished,
                                outerfill_error *error) {
    fill.file.unfinished = unfinished;
    return file_fill_run(&fill, error);
}

void file_fill_stop(file_fill fill, outerfill_unfinished unfinished, size_t stop_at_rows) {
    file_watch seen = file_watch_until(stop_at_rows);
    outerfill_error error;
    fill.watch = &seen;
    check_status(file_fill_with(fill, unfinished, &error), OUTERFILL_CANCELLED, &error);
    assert_int_equal(seen.num_wrong, 0);
    assert_true(scratch_exists(file_fill_part(fill.path)));
}

static const char *with_suffix(const char *path, const char *suffix) {
    static char names[8][520];
    static size_t turn;
    char *name = names[turn++ % NUM_ELEMENTS(names)];
    snprintf(name, sizeof names[0], "%s%s", path, suffix);
    return name;
}

const char *file_fill_part(const char *path) {
    return with_suffix(path, ".part");
}

const char *file_fill_journal(const char *path) {
    return with_suffix(path, ".journal");
}

file_copy file_copy_of(const char *path) {
    file_copy copy = {NULL, 0};
    if (scratch_exists(path)) copy.bytes = scratch_read(path, &copy.nbytes);
    return copy;
}

int file_copy_is(const file_copy *copy, const char *path) {
    return copy->bytes == NULL ? !scratch_exists(path)
                               : scratch_holds(path, copy->bytes, copy->nbytes);
}

void file_copy_write(const file_copy *copy, const char *path) {
    if (copy->bytes != NULL) scratch_write(path, copy->bytes, copy->nbytes);
    if (copy->bytes == NULL) unlink(path);
}

void file_copy_free(file_copy *copy) {
    free(copy->bytes);
    copy->bytes = NULL;
}

void file_fill_check_done(const char *path, const file_copy *right, const char *what) {
    if (!file_copy_is(right, path))
        fail_msg("%s: the file is not what an unbroken fill writes", what);
    if (scratch_exists(file_fill_part(path)) || scratch_exists(file_fill_journal(path)))
        fail_msg("%s: something is left beside the file", what);
    assert_int_equal(unlink(path), 0);
}
