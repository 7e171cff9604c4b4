/* SPDX-License-Identifier: MIT
 *
 * A journal lists the finished bands of an output file. A record is appended after its band's data
 * were written, and carries their checksum. After a power loss any part of the writes may be
 * missing, in any order, and the journal is still right. A record without its data differs from the
 * file when the two are compared. A torn record fails its own checksum. A band whose record is lost
 * is computed again. All records have the same size, so a bad record does not hide the ones behind
 * it. The module owns the journal's descriptor, lock and file. It does not read or write the output
 * file. */
#include "file/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file/file_io.h"
#include "file/lock.h"

static const char magic[8] = "OUTERFIL";

static outerfill_status journal_error(const char *verb, const char *path, int code,
                                      outerfill_error *error) {
    return error_set_file(error, verb, path, code);
}

static outerfill_status no_memory(outerfill_error *error) {
    return error_no_memory(error, "journal");
}

/* ---- Names ---- */

char *journal_path(const char *path, uint64_t shard, uint64_t num_shards) {
    char *name = NULL;
    const int length = num_shards
                           ? asprintf(&name, "%s.journal-%llu-of-%llu", path,
                                      (unsigned long long)shard, (unsigned long long)num_shards)
                           : asprintf(&name, "%s.journal", path);
    return length < 0 ? NULL : name;
}

/* Whether `name` is base.journal or base.journal-K-of-N. */
static bool is_journal_of(const char *name, const char *base) {
    const size_t length = strlen(base), suffix = strlen(".journal");
    if (strncmp(name, base, length) != 0 || strncmp(name + length, ".journal", suffix) != 0)
        return false;
    const char *rest = name + length + suffix;
    if (!*rest) return true;
    unsigned long long shard, num_shards;
    int end = 0;
    return sscanf(rest, "-%llu-of-%llu%n", &shard, &num_shards, &end) == 2 && !rest[end];
}

static bool append_name(char ***names, size_t *num_names, const char *folder, const char *name) {
    char **more = realloc(*names, (*num_names + 2) * sizeof **names);
    if (!more) return false;
    *names = more;
    more[*num_names] = more[*num_names + 1] = NULL;
    if (asprintf(&more[*num_names], "%s/%s", folder, name) < 0) {
        more[*num_names] = NULL;
        return false;
    }
    ++*num_names;
    return true;
}

static outerfill_status list_folder(const char *folder, const char *base, char ***names,
                                    outerfill_error *error) {
    DIR *entries;
    const struct dirent *entry;
    size_t num_names = 0;
    int code = 0;
    bool has_memory = true;
    do entries = opendir(folder);
    while (!entries && errno == EINTR);
    if (!entries) return journal_error("read the folder", folder, errno, error);
    do {
        errno = 0; /* the end of the folder is NULL without an errno */
        entry = readdir(entries);
        if (!entry) code = errno;
        if (entry && is_journal_of(entry->d_name, base))
            has_memory = append_name(names, &num_names, folder, entry->d_name);
    } while (entry && has_memory);
    closedir(entries);
    if (code) return journal_error("read the folder", folder, code, error);
    return has_memory ? OUTERFILL_OK : no_memory(error);
}

outerfill_status journal_list(const char *path, char ***names, outerfill_error *error) {
    char *copy_of_folder = strdup(path), *copy_of_name = strdup(path);
    outerfill_status status = OUTERFILL_OK;
    *names = calloc(1, sizeof **names);
    if (!*names || !copy_of_folder || !copy_of_name)
        status = no_memory(error);
    else
        status = list_folder(dirname(copy_of_folder), basename(copy_of_name), names, error);
    free(copy_of_folder);
    free(copy_of_name);
    if (!status) return OUTERFILL_OK;
    journal_list_free(*names);
    *names = NULL;
    return status;
}

void journal_list_free(char **names) {
    for (size_t k = 0; names && names[k]; k++) free(names[k]);
    free(names);
}

/* ---- Bytes ---- */

/* Records begin at a multiple of their own size. */
static uint64_t records_begin(const struct journal_head *head) {
    const uint64_t nbytes = sizeof *head + head->note_nbytes, step = sizeof(struct journal_record);
    return (nbytes + step - 1) / step * step;
}

static uint64_t head_checksum(const struct journal_head *head, const char *note) {
    return checksum_of(note, head->note_nbytes,
                       checksum_of(head, offsetof(struct journal_head, checksum), 0));
}

static uint64_t record_checksum(const struct journal_record *record,
                                const struct journal_head *head) {
    return checksum_of(record, offsetof(struct journal_record, checksum), head->checksum);
}

/* ---- Reading ---- */

/* A text in the bytes of a journal. */
struct text {
    const char *begin;
    size_t nbytes;
};

/* Takes the note behind its record, and returns how many slots it fills. It counts only if it is
 * whole. Otherwise its slots count as damaged records. */
static size_t take_note(const struct journal_record *record, const char *slots, size_t num_slots,
                        struct text *note) {
    const size_t step = sizeof *record, nbytes = (size_t)record->end;
    if (nbytes > num_slots * step || record->data != checksum_of(slots, nbytes, 0)) return 0;
    *note = (struct text){slots, nbytes};
    return (nbytes + step - 1) / step;
}

/* Takes the records that are whole, and the last note. A bad record is skipped and keeps its slot.
 * An incomplete record at the end does not count: the next record is written over it. */
static void take_records(struct journal_content *content, const char *bytes, uint64_t nbytes,
                         struct text *note) {
    const uint64_t begin = records_begin(&content->head), step = sizeof(struct journal_record);
    const size_t num_all = nbytes > begin ? (size_t)((nbytes - begin) / step) : 0;
    const char *slots = bytes + begin;
    content->nbytes = begin + num_all * step;
    for (size_t k = 0; k < num_all; k++) {
        struct journal_record record;
        memcpy(&record, slots + k * step, sizeof record);
        if (record.checksum != record_checksum(&record, &content->head) ||
            record.begin > record.end)
            content->num_damaged++;
        else if (record.kind == JOURNAL_NOTE)
            k += take_note(&record, slots + (k + 1) * step, num_all - k - 1, note);
        else
            content->records[content->num_records++] = record;
    }
}

/* Whether the file may be used as a journal. After a power loss a head may be cut off or zeros. Any
 * other content belongs to somebody else. */
static bool is_ours(const char *bytes, size_t nbytes) {
    static const char zeros[sizeof magic];
    const size_t seen = nbytes < sizeof magic ? nbytes : sizeof magic;
    return memcmp(bytes, magic, seen) == 0 || memcmp(bytes, zeros, seen) == 0;
}

static outerfill_status refuse(const char *name, outerfill_error *error) {
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" is in the way: it is not a journal; move it away", name);
}

outerfill_status journal_parse(const char *bytes, uint64_t nbytes, const char *name,
                               struct journal_content *content, outerfill_error *error) {
    struct journal_head *head = &content->head;
    *content = (struct journal_content){0};
    if (!is_ours(bytes, (size_t)nbytes)) return refuse(name, error);
    if (nbytes < sizeof *head) return OUTERFILL_OK;
    memcpy(head, bytes, sizeof *head);
    if (head->note_nbytes > nbytes - sizeof *head ||
        head->checksum != head_checksum(head, bytes + sizeof *head))
        return OUTERFILL_OK;
    /* the records are a part of `bytes`, so nbytes are room enough for all records */
    struct text note = {bytes + sizeof *head, head->note_nbytes};
    content->records = malloc((size_t)nbytes);
    if (content->records) take_records(content, bytes, nbytes, &note);
    content->note = strndup(note.begin, note.nbytes);
    if (!content->note || !content->records) return no_memory(error);
    content->has_head = true;
    return OUTERFILL_OK;
}

static outerfill_status read_open(int fd, const char *name, struct journal_content *content,
                                  outerfill_error *error) {
    struct stat facts;
    if (fstat(fd, &facts)) return journal_error("read", name, errno, error);
    if (!S_ISREG(facts.st_mode)) return refuse(name, error);
    char *bytes = calloc(1, (size_t)facts.st_size + 1);
    if (!bytes) return no_memory(error);
    const int code = file_read(fd, bytes, (size_t)facts.st_size, 0);
    outerfill_status status = code ? journal_error("read", name, code, error) : OUTERFILL_OK;
    if (!status) status = journal_parse(bytes, (uint64_t)facts.st_size, name, content, error);
    free(bytes);
    return status;
}

outerfill_status journal_read(const char *name, struct journal_content *content,
                              outerfill_error *error) {
    *content = (struct journal_content){.is_missing = true};
    const int fd = file_open(name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) return OUTERFILL_OK;
    if (fd < 0 && errno == ELOOP) return refuse(name, error); /* a symbolic link */
    if (fd < 0) return journal_error("read", name, errno, error);
    const bool is_locked = lock_is_held(fd, LOCK_RUN);
    const outerfill_status status = read_open(fd, name, content, error);
    content->is_locked = is_locked;
    close(fd);
    return status;
}

/* journal_open writes a record behind the head at once. So a head alone lost its records. */
bool journal_is_damaged(const struct journal_content *content) {
    if (content->is_missing) return false;
    return !content->has_head || !content->num_records || content->num_damaged;
}

void journal_content_free(struct journal_content *content) {
    free(content->note);
    free(content->records);
    *content = (struct journal_content){0};
}

/* ---- Writing ---- */

/* Empties the file first, so that records behind a damaged head do not count again. */
static outerfill_status write_head(struct journal *journal, const char *note,
                                   outerfill_error *error) {
    const uint64_t nbytes = records_begin(&journal->head);
    char *bytes = calloc(1, nbytes);
    if (!bytes) return no_memory(error);
    memcpy(bytes, &journal->head, sizeof journal->head);
    memcpy(bytes + sizeof journal->head, note, journal->head.note_nbytes);
    int code = file_truncate(journal->fd, 0);
    if (!code) code = file_write(journal->fd, bytes, nbytes, 0);
    free(bytes);
    journal->nbytes = nbytes;
    return code ? journal_error("write", journal->path, code, error) : OUTERFILL_OK;
}

/* Nobody else writes to the journal yet. */
static outerfill_status append_note(struct journal *journal, const char *note,
                                    outerfill_error *error) {
    struct journal_record record = {.kind = JOURNAL_NOTE, .end = strlen(note), .pid = getpid()};
    const size_t step = sizeof record, nbytes = (1 + (record.end + step - 1) / step) * step;
    char *bytes = calloc(1, nbytes);
    if (!bytes) return no_memory(error);
    record.data = checksum_of(note, record.end, 0);
    record.checksum = record_checksum(&record, &journal->head);
    memcpy(bytes, &record, sizeof record);
    memcpy(bytes + step, note, record.end);
    const int code = file_write(journal->fd, bytes, nbytes, journal->nbytes);
    free(bytes);
    if (!code) journal->nbytes += nbytes;
    return code ? journal_error("write", journal->path, code, error) : OUTERFILL_OK;
}

static bool is_empty_file(int fd) {
    struct stat facts;
    return fd >= 0 && fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size == 0;
}

static outerfill_status begin(struct journal *journal, const char *note, outerfill_error *error) {
    struct journal_content content;
    /* an empty file has no records, so journal_open may remove it when this function fails */
    journal->is_new = is_empty_file(journal->fd);
    outerfill_status status = journal_read(journal->path, &content, error);
    if (!status && content.has_head) {
        journal->head = content.head;
        journal->nbytes = content.nbytes;
        if (*note && strcmp(note, content.note) != 0) status = append_note(journal, note, error);
    } else if (!status) {
        journal->is_new = true;
        journal->head.checksum = head_checksum(&journal->head, note);
        status = write_head(journal, note, error);
    }
    journal_content_free(&content);
    return status;
}

/* Sets is_new, so that journal_open removes an empty file that cannot be locked. A file that
 * another fill holds (EAGAIN) is never removed. */
static outerfill_status lock(struct journal *journal, outerfill_error *error) {
    const int code = lock_try(journal->fd, LOCK_RUN, LOCK_EXCLUSIVE);
    if (!code) return OUTERFILL_OK;
    journal->is_new = code != EAGAIN && is_empty_file(journal->fd);
    if (code != EAGAIN) return journal_error("lock", journal->path, code, error);
    return error_set(error, OUTERFILL_FILE_FAILED,
                     "\"%s\" is being written by another fill: wait for it, or choose another name",
                     journal->path);
}

outerfill_status journal_open(struct journal *journal, const char *path,
                              const struct fingerprint *fingerprint, uint64_t shard,
                              uint64_t num_shards, const char *note, outerfill_error *error) {
    *journal = (struct journal){.fd = -1,
                                .path = journal_path(path, shard, num_shards),
                                .mutex = PTHREAD_MUTEX_INITIALIZER};
    journal->head = (struct journal_head){.fingerprint = *fingerprint,
                                          .shard = shard,
                                          .num_shards = num_shards,
                                          .note_nbytes = strlen(note)};
    memcpy(journal->head.magic, magic, sizeof magic);
    if (!journal->path) return no_memory(error);
    journal->fd = file_open(journal->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
    outerfill_status status =
        journal->fd < 0 ? journal_error("create", journal->path, errno, error) : OUTERFILL_OK;
    if (!status) status = lock(journal, error);
    if (!status) status = begin(journal, note, error);
    const int code =
        status ? 0 : journal_append(journal, (struct journal_record){.kind = JOURNAL_BEGUN});
    if (code) status = journal_error("write", journal->path, code, error);
    if (status) journal_close(journal, journal->is_new);
    return status;
}

/* If the write fails, nbytes stays: the next record is written over the torn one. */
int journal_append(struct journal *journal, struct journal_record record) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    record.seconds = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
    record.pid = getpid();
    record.checksum = record_checksum(&record, &journal->head);
    pthread_mutex_lock(&journal->mutex);
    const int code = file_write(journal->fd, &record, sizeof record, journal->nbytes);
    if (!code) journal->nbytes += sizeof record;
    pthread_mutex_unlock(&journal->mutex);
    return code;
}

/* Copies the open file, which has lost its name, into a new one that is locked. Returns 0 or an
 * errno. */
static int copy_to(const struct journal *journal, int fd) {
    char *bytes = malloc((size_t)journal->nbytes);
    if (!bytes) return ENOMEM;
    int code = file_read(journal->fd, bytes, (size_t)journal->nbytes, 0);
    if (!code) code = file_write(fd, bytes, (size_t)journal->nbytes, 0);
    if (!code) code = lock_try(fd, LOCK_RUN, LOCK_EXCLUSIVE);
    free(bytes);
    return code;
}

/* The descriptor keeps its number, because other threads may be about to synchronise it. */
void journal_restore(struct journal *journal) {
    struct stat facts;
    if (lstat(journal->path, &facts) == 0 || errno != ENOENT) return;
    pthread_mutex_lock(&journal->mutex);
    const int fd = file_open(journal->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
    const int code = fd < 0 ? errno : copy_to(journal, fd);
    if (fd >= 0 && code) unlink(journal->path);
    if (!code) dup3(fd, journal->fd, O_CLOEXEC);
    if (fd >= 0) close(fd);
    pthread_mutex_unlock(&journal->mutex);
}

/* Whether the name still means the open file. */
static bool is_named(const struct journal *journal) {
    struct stat opened, named;
    return journal->fd >= 0 && fstat(journal->fd, &opened) == 0 &&
           lstat(journal->path, &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

void journal_close(struct journal *journal, bool removes) {
    if (!journal->path) return;
    /* before close, which gives up the lock: otherwise this could remove a journal that another
     * process has just begun to write */
    if (removes && is_named(journal)) unlink(journal->path);
    if (journal->fd >= 0) close(journal->fd);
    pthread_mutex_destroy(&journal->mutex);
    free(journal->path);
    *journal = (struct journal){.fd = -1};
}
