#include "unit/winrm/scripted_host.h"

#include "unit/cmocka_unit.h"

#include <string.h>

static const char *const actions[] = {"Enumerate", "Pull",    "Release", "Create",
                                      "Command",   "Receive", "Signal",  "Delete"};

static struct scripted_host *host_of_clock(struct clock *clock)
{
    return (struct scripted_host *)((char *)clock - offsetof(struct scripted_host, clock));
}

static struct mono_ms virtual_mono(struct clock *clock)
{
    return (struct mono_ms){host_of_clock(clock)->now_ms};
}

static void virtual_sleep(struct clock *clock, int64_t ms)
{
    host_of_clock(clock)->now_ms += ms;
}

static const char *action_of(const char *envelope)
{
    const char *action = strstr(envelope, "<a:Action");
    const char *end = action ? strstr(action, "</a:Action>") : NULL;

    for (size_t i = 0; end && i < COUNT(actions); i++)
        if (strncmp(end - strlen(actions[i]), actions[i], strlen(actions[i])) == 0)
            return actions[i];
    return "Identify";
}

/* As hosts do: the answer names the message that it answers. */
static void add_related(struct strbuf *out, const char *envelope)
{
    static const char open[] = "<a:MessageID>";
    const char *message = strstr(envelope, open);

    if (!message)
        return;
    message += strlen(open);
    strbuf_add(out, "<a:RelatesTo>");
    strbuf_add_n(out, message, strcspn(message, "<"));
    strbuf_add(out, "</a:RelatesTo>");
}

static void add_answer(struct strbuf *out, const char *envelope, const char *body)
{
    if (*body != '<' || body[1] == '?' || body[1] == '!') {
        strbuf_add(out, body);
        return;
    }
    strbuf_add(
        out, "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
             " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
             " xmlns:n=\"urn:n\" xmlns:w=\"urn:w\" xmlns:x=\"urn:x\" xmlns:rsp=\"urn:rsp\" xmlns:f=\"urn:f\""
             " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xml:lang=\"en-US\"><s:Header>");
    add_related(out, envelope);
    strbuf_add(out, "</s:Header><s:Body>");
    strbuf_add(out, body);
    strbuf_add(out, "</s:Body></s:Envelope>");
}

static int scripted_post(struct wsman_transport *transport, const struct wsman_post *post,
                         struct arena *arena, struct wsman_reply *ret_reply,
                         struct winrm_failure *ret_failure)
{
    struct scripted_host *host = (struct scripted_host *)transport;
    const struct scripted_line *line = &host->lines[host->next];
    int64_t left_ms = deadline_left_ms(post->deadline);

    (void)arena;
    assert_true(host->post_count < SCRIPTED_MAX_POSTS);
    host->posts[host->post_count++] = action_of(post->envelope);
    strbuf_truncate(&host->last_envelope, 0);
    strbuf_add_n(&host->last_envelope, post->envelope, post->length_bytes);
    if (host->next + 1 < host->line_count)
        host->next++;
    host->now_ms += line->takes_ms < left_ms ? line->takes_ms : left_ms;
    if (!line->status || line->takes_ms > left_ms) {
        *ret_failure = (struct winrm_failure){
            .sight = line->status ? SIGHT_TIMED_OUT : SIGHT_PROTOCOL_ERROR,
            .text = line->status ? "no answer in time" : "the connection was cut",
        };
        return -1;
    }
    ret_reply->status = line->status;
    if (line->body)
        add_answer(&ret_reply->body, post->envelope, line->body);
    return 0;
}

static void scripted_close(struct wsman_transport *transport)
{
    (void)transport;
}

void scripted_host_init(struct scripted_host *host, const struct scripted_line *lines, size_t line_count)
{
    static const struct wsman_transport_ops ops = {scripted_post, scripted_close};

    *host = (struct scripted_host){.transport = {&ops},
                                   .clock = {.mono = virtual_mono, .sleep_ms = virtual_sleep},
                                   .lines = lines,
                                   .line_count = line_count,
                                   .last_envelope = STRBUF_INIT};
}

void scripted_host_done(struct scripted_host *host)
{
    strbuf_done(&host->last_envelope);
}

const char *scripted_posts(const struct scripted_host *host, struct arena *arena)
{
    const char *text = "";

    for (size_t i = 0; i < host->post_count; i++)
        text = arena_format(arena, "%s%s%s", text, i ? " " : "", host->posts[i]);
    return text;
}
