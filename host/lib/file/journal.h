/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_JOURNAL_H
#define OUTERFILL_FILE_JOURNAL_H

#include <pthread.h>

#include "file/fingerprint.h"

/* The head of a journal, behind which stand note_nbytes of a note, zeros up to a multiple of a record, and the records. Numbers
 * are in the byte order of the machine. */
struct journal_head {
    char magic[8];
    struct fingerprint fingerprint;
    uint64_t shard, num_shards; /* 0, 0: not a shard's */
    uint64_t note_nbytes;
    uint64_t checksum; /* of all that stands before it, and of the note */
};

enum journal_kind {
    JOURNAL_BEGUN = 1, /* a process begins to write */
    JOURNAL_BAND =
        2, /* the cells [begin, end) of every plane are in the file, with this checksum */
    JOURNAL_FINISHED = 3 /* all cells [begin, end) are in the file, and the file is synchronised */
};

struct journal_record {
    uint64_t kind;
    uint64_t begin, end; /* cells */
    uint64_t data;       /* the checksum of a band's runs, plane after plane */
    double seconds;      /* since 1970 */
    int64_t pid;
    uint64_t unused;
    uint64_t checksum; /* of all that stands before it, with the head's as its seed */
};

/* A journal that this process writes. */
struct journal {
    char *path;
    int fd;      /* -1: none */
    bool is_new; /* made by this process */
    struct journal_head head;
    pthread_mutex_t mutex; /* guards num_nbytes */
    uint64_t nbytes;       /* where the next record goes */
};

/* A journal as it was read: its head, its note, and those of its records that are whole. */
struct journal_content {
    struct journal_head head;
    bool has_head; /* the head is whole; without it there are no records */
    char *note;    /* ends with '\0' */
    struct journal_record *records;
    size_t num_records;
    uint64_t nbytes; /* where the next record goes */
    bool is_locked;  /* by another process */
};

/* The name of a journal, for the caller to free; NULL where there is no memory. */
char *journal_path(const char *path, uint64_t shard, uint64_t num_shards);

/* All journals of the file PATH: a NULL-terminated array of names, in no order. */
outerfill_status journal_list(const char *path, char ***names, outerfill_error *error);
void journal_list_free(char **names);

/* Reads a journal; one that does not exist has no head. Release with journal_content_free in any case. */
outerfill_status journal_read(const char *name, struct journal_content *content,
                              outerfill_error *error);

/* The same from the bytes of the file `name`. */
outerfill_status journal_parse(const char *bytes, uint64_t nbytes, const char *name,
                               struct journal_content *content, outerfill_error *error);
void journal_content_free(struct journal_content *content);

/* Opens the journal for writing: the one that is there, if it has a whole head, or a new one. Refuses one that another process
 * writes. */
outerfill_status journal_open(struct journal *journal, const char *path,
                              const struct fingerprint *fingerprint, uint64_t shard,
                              uint64_t num_shards, const char *note, outerfill_error *error);

/* Appends a record; the missing fields are filled in here. 0 or an errno. Threads may call it at once. */
int journal_append(struct journal *journal, struct journal_record record);

/* Closes the journal, and removes it where it is to be. */
void journal_close(struct journal *journal, bool removes);

#endif
