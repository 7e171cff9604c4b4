/* SPDX-License-Identifier: MIT */
#include "discrete_faults.h"

#include "discrete_devices.h"
#include "discrete_layer.h"
#include "discrete_settings.h"
#include "discrete_time.h"

static size_t num_launches, num_launches_of[MAX_DEVICES];

/* A dead device writes nothing more, so the driver must have ended what it runs. Events that the
 * modelled device has not reached fail too. */
static void kill_context(struct context *context, cl_int code) {
    const double now = time_now();
    context->dead = code;
    for (struct object *queue = queues; queue; queue = queue->next)
        if (queue->context == context) driver->clFinish((cl_command_queue)queue->handle);
    for (struct object *at = events; at; at = at->next) {
        struct event *event = (struct event *)at;
        if (at->context == context && event->end > now && !event->failure) event->failure = code;
    }
}

/* The code of `word` if it means this launch. */
static cl_int planned(const char *word, size_t device) {
    const size_t own = (size_t)setting_own_number(device, word, 0),
                 any = (size_t)setting_own_number(ANY_DEVICE, word, 0);
    if (own && own == num_launches_of[device]) return (cl_int)setting_own_number(device, word, 1);
    return any && any == num_launches ? (cl_int)setting_own_number(ANY_DEVICE, word, 1)
                                      : CL_SUCCESS;
}

cl_int faults_launch(struct queue *queue) {
    num_launches++;
    num_launches_of[queue->device]++;
    const cl_int code = planned("fault", queue->device),
                 late = planned("late-fault", queue->device);
    if (code) kill_context(queue->object.context, code);
    if (late) queue->object.context->failing = late;
    return code;
}

bool faults_stop(const struct context *context) {
    return context->failing || context->dead;
}

cl_int faults_code(const struct context *context) {
    return context ? context->dead : CL_SUCCESS;
}

void faults_tell(struct context *context) {
    if (context && context->failing && !context->dead) kill_context(context, context->failing);
}
