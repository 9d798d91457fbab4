#include "lab/winrm/negotiation.h"

#include "base/base64.h"
#include "base/mem.h"

struct negotiation *negotiation_new(void)
{
    return mem_alloc(sizeof(struct negotiation));
}

void negotiation_free(struct negotiation *negotiation)
{
    if (!negotiation)
        return;
    acceptor_free(negotiation->acceptor);
    strbuf_done(&negotiation->answer);
    free(negotiation);
}

static void begin(struct negotiation *negotiation, const struct acceptor_server *server)
{
    acceptor_free(negotiation->acceptor);
    negotiation->acceptor = acceptor_new(server);
    negotiation->known = false;
}

static enum http_verdict take(struct negotiation *negotiation, const char *scheme, const struct strbuf *token)
{
    static const enum http_verdict verdicts[] = {
        [ACCEPTOR_MORE] = HTTP_CONTINUE, [ACCEPTOR_DONE] = HTTP_PASS, [ACCEPTOR_REFUSED] = HTTP_LOGON_FAILED};
    AUTO(strbuf) struct strbuf answer = STRBUF_INIT;
    enum acceptor_state state =
        acceptor_take(negotiation->acceptor, strbuf_text(token), token->length, &answer);

    negotiation->known = state == ACCEPTOR_DONE;
    if (answer.length > 0 && state != ACCEPTOR_REFUSED) {
        strbuf_format(&negotiation->answer, "%s ", scheme);
        base64_add(&negotiation->answer, answer.text, answer.length);
    }
    return verdicts[state];
}

enum http_verdict negotiation_take(struct negotiation *negotiation, const struct acceptor_server *server,
                                   uint64_t request, const char *scheme, const char *encoded)
{
    AUTO(strbuf) struct strbuf token = STRBUF_INIT;

    if (request == negotiation->request)
        return negotiation->verdict;
    if (!negotiation->acceptor || negotiation->verdict != HTTP_CONTINUE)
        begin(negotiation, server);
    negotiation->request = request;
    strbuf_truncate(&negotiation->answer, 0);
    negotiation->verdict = base64_add_decoded(&token, encoded) && token.length > 0
                               ? take(negotiation, scheme, &token)
                               : HTTP_LOGON_FAILED;
    return negotiation->verdict;
}

const char *negotiation_account(const struct negotiation *negotiation)
{
    return negotiation && negotiation->known ? acceptor_account(negotiation->acceptor) : NULL;
}
