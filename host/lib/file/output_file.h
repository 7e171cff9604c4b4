/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_OUTPUT_FILE_H
#define OUTERFILL_FILE_OUTPUT_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* What a direct write must begin and end with, in memory and in the file. */
#define PAGE_NBYTES ((size_t)4096)

/* A file that is being filled: PATH.part, which becomes PATH when it is complete. */
struct output_file {
    char *path;      /* the final name: absolute, links followed */
    char *part_path; /* the name until the file is complete */
    const char *given_path;
    const char *verb; /* what is to be done with PATH, for sentences: "write" or "read" */
    bool replaces;    /* there is a file PATH, to be replaced */
    mode_t mode;      /* of that file */
    bool is_new;      /* there is nothing of an earlier fill in it */
    int fd;           /* through the page cache */
    int direct_fd;    /* past it; -1 where the file system has no such way */
    atomic_bool is_direct;
    outerfill_write *write; /* another way to write, where the caller has one */
    void *write_data;
    bool is_in_memory; /* the file system is tmpfs */
    size_t nbytes;     /* of the whole file */
};

/* Finds the names for PATH, and checks that nothing is there which is not to be replaced. */
outerfill_status output_file_init(struct output_file *output, const char *verb, const char *path,
                                  outerfill_existing existing, size_t data_nbytes,
                                  outerfill_error *error);

/* Opens PATH.part, creates it if need be, and takes its locks: LOCK_SETUP, and LOCK_RUN, shared or for this process alone. */
outerfill_status output_file_open(struct output_file *output, bool is_shared,
                                  outerfill_error *error);

/* Makes an empty file of what an earlier fill has left. */
outerfill_status output_file_clear(struct output_file *output, outerfill_error *error);

/* Checks that an earlier fill's file has this header of NPY_DATA_OFFSET bytes and length, or gives it them, and reserves its
 * space. */
outerfill_status output_file_prepare(struct output_file *output, const unsigned char *header,
                                     outerfill_error *error);

/* Writes or reads data, from byte `offset` of the file on: 0 or an errno. Several threads may at once. Writing is fastest where
 * bytes and offset are as far behind the beginning of a page. Reading is past the page cache where that is possible, so that it
 * tells what is on the disk; `bytes` begins at a page and has room for two pages more than nbytes: *data is where the data are
 * in it. */
int output_file_write(struct output_file *output, const void *bytes, size_t nbytes,
                      uint64_t offset);
int output_file_read(struct output_file *output, void *bytes, size_t nbytes, uint64_t offset,
                     const char **data);

/* Gives the file, which is synchronised, its name. */
outerfill_status output_file_publish(struct output_file *output, outerfill_error *error);

/* Where PATH and PATH.part are the same file, because a fill was stopped between giving it the one name and taking the other, it
 * keeps PATH alone. */
void output_file_drop_second_name(const struct output_file *output);

/* Removes PATH.part. */
void output_file_remove(struct output_file *output);

/* Closes the file, which gives its locks back. */
void output_file_close(struct output_file *output);

/* The sentence for a system call on PATH.part that failed. */
outerfill_status output_file_error(const struct output_file *output, const char *verb, int code,
                                   outerfill_error *error);

#endif
