/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILE_JOURNAL_H
#define OUTERFILL_FILE_JOURNAL_H

#include <pthread.h>

#include "file/fingerprint.h"

/* A journal is a file that lists the finished bands of an output file. It consists of this head, a
 * note of note_nbytes bytes, zeros up to a multiple of a record's size, and the records. Numbers
 * are in the byte order of the machine. */
struct journal_head {
    char magic[8];
    struct fingerprint fingerprint;
    uint64_t shard, num_shards; /* 1 to num_shards; 0, 0: not a shard's */
    uint64_t note_nbytes;
    uint64_t checksum; /* of the fields before it and of the note */
};

enum journal_kind {
    /* A process begins to write. */
    JOURNAL_BEGUN = 1,
    /* The cells [begin, end) of every plane were written to the file, and have this checksum. */
    JOURNAL_BAND = 2,
    /* The cells [begin, end) of every plane are in the file, and the file was synchronised. */
    JOURNAL_FINISHED = 3,
    /* A note of `end` bytes replaces the earlier one. `data` is its checksum. It follows in as many
     * slots of records as it needs, the last one filled up with zeros. */
    JOURNAL_NOTE = 4,
    /* The cells [begin, end) were recorded earlier, and are not in the file as they were recorded.
     * It only tells how much is done: a fill compares all bands. */
    JOURNAL_LOST = 5
};

/* Records are stored as they stand. Their size must never change: it is part of the file format. */
struct journal_record {
    uint64_t kind;
    uint64_t begin, end; /* cells in C order; the same cells of every plane */
    uint64_t data;       /* JOURNAL_BAND: the checksum of the band's cells, plane after plane */
    double seconds;      /* since 1970, when the record was appended */
    int64_t pid;         /* of the process that appended it */
    uint64_t unused;     /* 0 */
    /* Of the fields before it. Its seed is the head's checksum, so that a record counts only in the
     * journal that it was written for. */
    uint64_t checksum;
};

/* A journal that this process writes, and holds the lock of. */
struct journal {
    char *path;
    int fd;      /* -1: not open */
    bool is_new; /* nothing of an earlier fill is in it: a failed journal_open removes the file */
    struct journal_head head;
    pthread_mutex_t mutex; /* guards nbytes, and orders the writes */
    uint64_t nbytes;       /* byte offset of the next record */
};

/* A journal as it was read: its head, its note, and the records whose checksums are right. */
struct journal_content {
    struct journal_head head;
    bool has_head; /* the head's checksum is right; otherwise there are no records */
    char *note;    /* the last one; ends with '\0' */
    struct journal_record *records;  /* without JOURNAL_NOTE */
    size_t num_records, num_damaged; /* num_damaged: records whose checksums are wrong */
    bool is_missing;                 /* the file does not exist */
    uint64_t nbytes;                 /* byte offset of the next record */
    bool is_locked; /* a fill writes this journal; a hint, which may be out of date at once */
};

/* Returns the journal's name for the output file PATH: PATH.journal, or PATH.journal-K-of-N for a
 * shard. The caller frees it. NULL: out of memory. */
char *journal_path(const char *path, uint64_t shard, uint64_t num_shards);

/* Finds the names of all journals of the output file PATH: a NULL-terminated array in any order,
 * which the caller releases with journal_list_free. On failure *names is NULL. Fails with
 * OUTERFILL_FILE_FAILED (the folder cannot be read) and _OUT_OF_MEMORY. */
outerfill_status journal_list(const char *path, char ***names, outerfill_error *error);

/* Releases the names. NULL does nothing. */
void journal_list_free(char **names);

/* Reads the journal `name`. If the file does not exist, or its head is damaged, the call succeeds
 * and has_head is false. The caller calls journal_content_free in any case. Fails with
 * OUTERFILL_FILE_FAILED (the file cannot be read, or is not a journal) and _OUT_OF_MEMORY. */
outerfill_status journal_read(const char *name, struct journal_content *content,
                              outerfill_error *error);

/* Does the same with nbytes bytes that were read from a journal; `name` is for error messages. Does
 * not set is_locked. The content keeps no pointer to the bytes. */
outerfill_status journal_parse(const char *bytes, uint64_t nbytes, const char *name,
                               struct journal_content *content, outerfill_error *error);

/* Whether a journal tells less than was written to it. A fill that is killed at the moment when it
 * opens its journal leaves such a journal, too. */
bool journal_is_damaged(const struct journal_content *content);

/* Releases what journal_read or journal_parse gave, and clears the content. */
void journal_content_free(struct journal_content *content);

/* Opens and locks the journal of the output file PATH, and appends a JOURNAL_BEGUN record. An
 * existing journal with an intact head is continued: it keeps its head. A note that is not empty
 * and differs from its last one is appended. The fingerprint is not compared here; callers use
 * journal_set_check_fingerprint before. Otherwise the journal is begun anew. The strings are
 * copied. On success the caller calls journal_close. On failure the journal is closed, and its
 * file is removed if it holds nothing of an earlier fill. Fails with OUTERFILL_FILE_FAILED
 * (another fill writes the journal, it cannot be created, locked, read or written, or the file is
 * not a journal) and _OUT_OF_MEMORY. */
outerfill_status journal_open(struct journal *journal, const char *path,
                              const struct fingerprint *fingerprint, uint64_t shard,
                              uint64_t num_shards, const char *note, outerfill_error *error);

/* Appends a record, and sets its seconds, pid and checksum. Does not synchronise the file. Returns
 * 0 or an errno. Threads may call it at the same time. */
int journal_append(struct journal *journal, struct journal_record record);

/* Writes the journal's file again if somebody has removed or moved it. Does nothing if another file
 * has its name now, or if that fails: then the journal is lost if the process ends early. Threads
 * may call it at the same time. */
void journal_restore(struct journal *journal);

/* Closes the journal and gives up its lock. `removes`: also removes its file, if it still
 * has its name. A journal that is closed already, or that is zero except for fd = -1, is left
 * alone. */
void journal_close(struct journal *journal, bool removes);

#endif
