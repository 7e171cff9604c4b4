/* SPDX-License-Identifier: MIT
 *
 * The text of a function. The first byte says what it is: 'e' an expression, 'b' a body, 'p' a preamble, 'n' names of
 * parameters, one a line. A second reader, which looks at one character after the other as C does, follows each expression and
 * body that is accepted: it ends outside comments and literals with all brackets closed, and was never outside the brackets
 * that it is put into. */
#include <string.h>

#include "fuzz.h"
#include "program/batch.h"
#include "program/recursion.h"
#include "program/subscripts.h"
#include "program/tokens.h"
#include "program/user_text.h"

enum destination { CODE, LINE_COMMENT, BLOCK_COMMENT, LITERAL };

struct reader {
    enum destination destination;
    char quote;
    size_t depth;
    char open[300];
};

static void read_code(struct reader *reader, char c, bool is_expression) {
    static const char pairs[] = "()[]{}";
    const char *bracket = strchr(pairs, c);
    require(c != '#' && (!is_expression || !strchr(";{}", c)));
    require(!is_expression || c != ',' || reader->depth > 0);
    if (bracket && (bracket - pairs) % 2 == 0) {
        require(reader->depth < sizeof reader->open);
        reader->open[reader->depth++] = bracket[1];
    } else if (bracket) {
        require(reader->depth > 0 && reader->open[--reader->depth] == c);
    }
}

/* The number of characters that were read. */
static size_t read_characters(struct reader *reader, const char *at, bool is_expression) {
    const bool is_pair = reader->destination == BLOCK_COMMENT
                             ? strncmp(at, "*/", 2) == 0
                             : at[0] == '/' && at[1] && strchr("/*", at[1]);
    switch (reader->destination) {
    case CODE:
        if (is_pair) reader->destination = at[1] == '/' ? LINE_COMMENT : BLOCK_COMMENT;
        if (is_pair) return 2;
        if (*at == '"' || *at == '\'') reader->destination = LITERAL;
        reader->quote = *at;
        read_code(reader, *at, is_expression);
        return 1;
    case LINE_COMMENT:
        if (*at == '\n' || *at == '\r') reader->destination = CODE;
        return 1;
    case BLOCK_COMMENT:
        if (is_pair) reader->destination = CODE;
        return is_pair ? 2 : 1;
    case LITERAL:
        require(*at != '\n' && *at != '\r');
        if (*at == reader->quote) reader->destination = CODE;
        return 1;
    }
    return 1;
}

static void follow(const char *text, bool is_expression) {
    struct reader reader = {.destination = CODE};
    require(!strchr(text, '\\') && !strstr(text, "?\?/"));
    for (const char *at = text; *at;) at += read_characters(&reader, at, is_expression);
    require(reader.depth == 0 &&
            (reader.destination == CODE || reader.destination == LINE_COMMENT));
}

/* Checked subscripts only add to a text, and the first column of each line stays the first. */
static void follow_subscripts(struct text_piece piece) {
    char *written = NULL;
    size_t nbytes = 0;
    FILE *out = open_memstream(&written, &nbytes);
    require(out);
    subscripts_write(out, &piece);
    fclose(out);
    const char *at = written;
    for (const char *c = piece.text; *c; at++) {
        require(*at == *c || (*at && strchr("OUTERFILL_PLANE()", *at)));
        c += *at == *c;
    }
    for (size_t line = 1; token_line(piece.text, line); line++)
        require(subscripts_column(&piece, line, 1) == 1);
    subscripts_check(&piece, 1, NULL);
    free(written);
}

/* A body's text for batches is as balanced as the body. Its lines for the preprocessor are not
 * followed. */
static void follow_batch(const outerfill_function_description *description) {
    struct batch batch;
    require(batch_read(description, &batch, NULL) == OUTERFILL_OK);
    for (char *line = batch.code; line && *line; line += strcspn(line, "\n") + 1)
        if (*line == '#') memset(line, ' ', strcspn(line, "\n"));
    if (batch.num_cells) follow(batch.code, false);
    batch_free(&batch);
}

/* What is done with a text that was accepted. */
static void use(const char *text, bool is_expression) {
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = OUTERFILL_FLOAT64,
        .num_planes = 1,
        .expressions = is_expression ? &text : NULL,
        .body = is_expression ? NULL : text,
    };
    follow(text, is_expression);
    user_text_has_loop(text);
    follow_subscripts(is_expression ? text_piece_expression(text, 0) : text_piece_body(text));
    if (!is_expression) follow_batch(&description);
}

static outerfill_status check_names(char *text, outerfill_error *error) {
    const char *names[64];
    size_t num_names = 0;
    for (char *rest = text, *name; num_names < 64 && (name = strsep(&rest, "\n"));)
        names[num_names++] = name;
    return user_text_check_parameter_names(names, num_names, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nbytes) {
    outerfill_error error;
    error.status = OUTERFILL_OK;
    outerfill_status status = OUTERFILL_OK;
    char *text = nbytes ? strndup((const char *)bytes + 1, nbytes - 1) : strdup("");
    const char kind = nbytes ? (char)bytes[0] : 'e';
    require(text);
    switch (kind) {
    case 'e': status = user_text_check_expression(text, 0, &error); break;
    case 'b': status = user_text_check_body(text, &error); break;
    case 'p': status = user_text_check_preamble(text, &error); break;
    case 'n': status = check_names(text, &error); break;
    }
    require(status == error.status &&
            (!status || (status == OUTERFILL_INVALID_ARGUMENT && error.message[0])));
    if (!status && (kind == 'e' || kind == 'b')) use(text, kind == 'e');
    if (!status && kind == 'p') {
        recursion_check(text, NULL);
        follow_subscripts(text_piece_preamble(text));
    }
    free(text);
    return 0;
}
