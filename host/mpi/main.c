/* SPDX-License-Identifier: MIT
 *
 * outerfill-mpi: one fill by all ranks of an MPI job, into one file. Rows are handed out in pieces, large ones first, to
 * whichever rank is free; each rank drives one device of its machine, writes through MPI-IO, and keeps a journal as a shard
 * does. So a job that ends too early is gone on with by running it again, with any number of ranks, or by `outerfill resume`. */
#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../cli/command.h"
#include "../cli/interrupt.h"
#include "../cli/job.h"
#include "piece.h"
#include "shared_file.h"

/* What a rank knows of all of them. */
struct world {
    int rank, num_ranks;
    int local_rank;  /* on its machine */
    MPI_Win counter; /* rank 0 counts the pieces that were handed out */
};

/* ---- The ranks ---- */

static int find_local_rank(void) {
    MPI_Comm machine;
    int local_rank;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_rank(machine, &local_rank);
    MPI_Comm_free(&machine);
    return local_rank;
}

static void join(struct world *world) {
    uint64_t *count;
    MPI_Comm_rank(MPI_COMM_WORLD, &world->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &world->num_ranks);
    world->local_rank = find_local_rank();
    MPI_Win_allocate(sizeof *count, sizeof *count, MPI_INFO_NULL, MPI_COMM_WORLD, &count,
                     &world->counter);
    *count = 0;
    MPI_Barrier(MPI_COMM_WORLD);
}

/* The number of the next piece, another one for each call by any rank. */
static uint64_t next_piece(const struct world *world) {
    const uint64_t one = 1;
    uint64_t piece;
    MPI_Win_lock(MPI_LOCK_SHARED, 0, 0, world->counter);
    MPI_Fetch_and_op(&one, &piece, MPI_UINT64_T, 0, 0, MPI_SUM, world->counter);
    MPI_Win_unlock(0, world->counter);
    return piece;
}

/* One rank that fails ends them all; what is finished is recorded. */
static void end_all(int code) {
    fflush(NULL);
    MPI_Abort(MPI_COMM_WORLD, code);
    _exit(code);
}

/* ---- The job ---- */

static int check_arguments(const struct fill_arguments *arguments) {
    if (!arguments->output)
        return command_misused("fill", "outerfill-mpi fills a file: -o OUT.npy is missing");
    if (arguments->num_shards)
        return command_misused(
            "fill", "--shard is not for outerfill-mpi: its ranks share the rows themselves");
    if (arguments->dry_run)
        return command_misused("fill", "--dry-run is not for outerfill-mpi: ask outerfill");
    if (strcmp(arguments->a, "-") == 0 || strcmp(arguments->b, "-") == 0)
        return command_misused(
            "fill", "standard input is not for outerfill-mpi: every rank reads A and B itself");
    return EXIT_DONE;
}

/* An unfinished file is kept unless the user says what to do with it. Asked once, before any rank makes one. */
static int settle_unfinished(const struct fill_arguments *arguments) {
    outerfill_file_status *run;
    char part[PATH_MAX +
              sizeof ".part"]; /* a name that is cut off here is too long for the system as well */
    if (outerfill_file_status_create(arguments->output, &run, NULL)) return EXIT_DONE;
    const bool is_left = run->state == OUTERFILL_FILE_STOPPED && run->cells_done;
    outerfill_free(run);
    if (is_left && !arguments->resume && !arguments->restart)
        return command_fail(
            EXIT_FILE_FAILED,
            "\"%s\" is an unfinished fill, which is kept: go on with --resume, or begin anew with "
            "--restart",
            arguments->output);
    snprintf(part, sizeof part, "%s.part", arguments->output);
    if (arguments->restart) unlink(part);
    return EXIT_DONE;
}

/* Of the devices that the user's selector names, each rank of a machine takes one, in turn. */
static int choose_device(struct job *job, const struct world *world, char *id, size_t id_nbytes) {
    outerfill_context *context;
    const outerfill_context_options options = {.struct_nbytes = sizeof options,
                                               .device = job->arguments.device,
                                               .dtype = job->arguments.dtype};
    if (outerfill_context_create(&options, &context, &job->error))
        return command_fail_library(&job->error);
    const size_t k = (size_t)world->local_rank % outerfill_context_num_devices(context);
    snprintf(id, id_nbytes, "%s", outerfill_context_device(context, k)->id);
    job->arguments.device = id;
    outerfill_context_destroy(context);
    return EXIT_DONE;
}

static int fill_piece(struct job *job, const struct world *world, struct shared_file *shared,
                      struct piece piece) {
    outerfill_fill_options options = job_fill_options(job);
    outerfill_file_options file = job_file_options(job);
    options.row_begin = piece.row_begin;
    options.row_end = piece.row_end;
    /* whichever rank has it, an empty array's one piece is the first shard's, which makes the file */
    file.shard = job->a.n && job->b.n ? (size_t)world->rank + 1 : 1;
    file.num_shards = (size_t)world->num_ranks;
    file.unfinished = OUTERFILL_UNFINISHED_RESUME;
    file.write = shared_file_write;
    file.synchronize = shared_file_synchronize;
    file.write_data = shared;
    const outerfill_status status =
        outerfill_fill_npy(job->function, job->a.values, job->a.n, job->b.values, job->b.n,
                           job->arguments.output, &file, &options, &job->error);
    return status ? job_fail(job) : EXIT_DONE;
}

static int fill_pieces(struct job *job, const struct world *world) {
    struct shared_file shared;
    int code = EXIT_DONE;
    shared_file_init(&shared, job->arguments.output);
    job_begin_progress(job);
    job->progress.is_wanted =
        false; /* a rank's rows are not the file's: `outerfill status` knows */
    interrupt_set_output(job->arguments.output, true);
    while (!code) {
        struct piece piece;
        if (!piece_find(next_piece(world), job->a.n, job->b.n, (size_t)world->num_ranks, &piece))
            break;
        code = fill_piece(job, world, &shared, piece);
    }
    interrupt_set_output(NULL, true);
    shared_file_close(&shared);
    return code;
}

static int print_summary(const struct job *job, const struct world *world) {
    char total[32];
    outerfill_file_status *run;
    outerfill_error error;
    if (outerfill_file_status_create(job->arguments.output, &run, &error))
        return command_fail_library(&error);
    const bool is_complete = run->state == OUTERFILL_FILE_COMPLETE;
    outerfill_free(run);
    if (!is_complete)
        return command_fail(EXIT_FILE_FAILED,
                            "\"%s\" is not complete: run the job again with --resume",
                            job->arguments.output);
    progress_format(job_nbytes(job), "B", total, sizeof total);
    if (!job->arguments.quiet)
        fprintf(stderr, "%s: (%zu, %zu, %zu) %s, %s, by %d ranks in %.3g s\n",
                job->arguments.output, job_num_planes(job), job->a.n, job->b.n,
                outerfill_dtype_name(job->arguments.dtype), total, world->num_ranks,
                progress_now() - job->progress.begin);
    return EXIT_DONE;
}

static int run(int argc, char **argv, struct job *job, const struct world *world) {
    char id[24];
    int code = fill_arguments_parse(argc, argv, &job->arguments);
    if (!code) code = check_arguments(&job->arguments);
    if (!code) code = job_take_note(job, argc - 1, argv + 1);
    if (!code && world->rank == 0) code = settle_unfinished(&job->arguments);
    if (code) return code;
    MPI_Barrier(MPI_COMM_WORLD);
    code = choose_device(job, world, id, sizeof id);
    if (!code) code = job_open(job);
    if (!code) code = fill_pieces(job, world);
    if (code) return code;
    MPI_Barrier(MPI_COMM_WORLD);
    return world->rank == 0 ? print_summary(job, world) : EXIT_DONE;
}

int main(int argc, char **argv) {
    struct world world;
    struct job job = {0};
    char name[64];
    int level;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
    join(&world);
    snprintf(name, sizeof name, "outerfill-mpi: rank %d", world.rank);
    command_name = name;
    if (level < MPI_THREAD_FUNNELED)
        end_all(command_fail(EXIT_DEVICE_FAILED, "this MPI allows no threads"));
    const int code = run(argc, argv, &job, &world);
    job_close(&job);
    if (code > 0) end_all(code);
    MPI_Win_free(&world.counter);
    MPI_Finalize();
    return EXIT_DONE;
}
