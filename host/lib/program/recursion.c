/* SPDX-License-Identifier: MIT
 *
 * Looks for circles among the calls of a preamble's functions. It searches depth first, and works
 * on tokens. Owns a list of visits while it searches. */
#include "program/recursion.h"

#include <stdlib.h>
#include <string.h>

#include "program/definitions.h"
#include "program/text_error.h"

/* A function of the preamble in the search. It is open while it, or a function that it calls, is
 * searched. */
struct visit {
    const struct definition *function;
    const char *at; /* the next token of its body */
    bool is_visited, is_open;
    struct visit *caller; /* where the search came from */
};

/* The visits of all definitions, in their order. */
struct search {
    struct text_piece piece;
    struct definitions definitions;
    struct visit *visits;
    outerfill_error *error;
};

/* Begins with a function, or returns NULL if the search has been there. */
static struct visit *enter(struct visit *visit, struct visit *caller) {
    if (!visit || visit->is_visited) return NULL;
    visit->is_visited = visit->is_open = true;
    visit->caller = caller;
    visit->at = visit->function->begin;
    return visit;
}

/* Steps over the next token of the function's body. Returns the visit of the function that it
 * calls, or NULL. */
static struct visit *next_call(const struct search *search, struct visit *visit,
                               struct token *token) {
    *token = token_next(&visit->at);
    const char *behind = visit->at;
    if (token->kind != TOKEN_NAME || !token_is(token_next(&behind), "(")) return NULL;
    const struct definition *called =
        definitions_find(&search->definitions, DEFINED_FUNCTION, *token);
    return called ? &search->visits[called - search->definitions.items] : NULL;
}

static outerfill_status refuse_circle(const struct text_piece *piece, struct token call,
                                      const struct visit *caller, const struct visit *called,
                                      outerfill_error *error) {
    const struct token name = caller->function->name;
    if (called == caller)
        return text_refuse(piece, call.text, error,
                           "%.*s calls itself, and OpenCL has no recursion: write a loop",
                           (int)call.length, call.text);
    return text_refuse(piece, call.text, error,
                       "%.*s calls itself through %.*s, and OpenCL has no recursion: write a loop",
                       (int)call.length, call.text, (int)name.length, name.text);
}

static outerfill_status search_from(struct search *search, struct visit *first) {
    for (struct visit *visit = enter(first, NULL); visit;) {
        if (visit->at >= visit->function->end) {
            visit->is_open = false;
            visit = visit->caller;
            continue;
        }
        struct token call;
        struct visit *called = next_call(search, visit, &call);
        /* A call of a function that is still open closes a circle. */
        if (called && called->is_open)
            return refuse_circle(&search->piece, call, visit, called, search->error);
        struct visit *entered = enter(called, visit);
        if (entered) visit = entered;
    }
    return OUTERFILL_OK;
}

outerfill_status recursion_check(const char *preamble, outerfill_error *error) {
    struct search search = {.piece = text_piece_preamble(preamble), .error = error};
    outerfill_status status = OUTERFILL_OK;
    if (strstr(preamble, "overloadable")) return OUTERFILL_OK;
    const bool is_collected = definitions_collect(preamble, &search.definitions);
    const size_t number = search.definitions.num_items;
    search.visits = calloc(number + 1, sizeof *search.visits);
    if (!is_collected || !search.visits)
        status = error_no_memory(error, "list of %zu functions", number);
    for (size_t k = 0; !status && k < number; k++)
        search.visits[k].function = &search.definitions.items[k];
    for (size_t k = 0; !status && k < number; k++)
        if (search.definitions.items[k].kind == DEFINED_FUNCTION)
            status = search_from(&search, &search.visits[k]);
    free(search.visits);
    definitions_free(&search.definitions);
    return status;
}
