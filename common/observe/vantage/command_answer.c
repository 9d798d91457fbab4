#include "observe/vantage/command_answer.h"

#include "base/utc.h"

#include <string.h>

enum { WORDS_MOST = 3 };

struct word {
    const char *text;
    size_t length;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* WORDS_MOST + 1 means: more than that. */
static size_t split(const char *at, const char *end, struct word words[WORDS_MOST])
{
    size_t count = 0;

    for (;;) {
        while (at < end && is_blank(*at))
            at++;
        if (at == end || count == WORDS_MOST)
            return count + (at < end);
        words[count].text = at;
        while (at < end && !is_blank(*at))
            at++;
        words[count].length = (size_t)(at - words[count].text);
        count++;
    }
}

static bool is(const struct word *word, const char *text)
{
    return word->length == strlen(text) && memcmp(word->text, text, word->length) == 0;
}

/* utc_parse takes what SQL Server writes; here the zone must be said. */
static struct fact_num read_time(const struct word *word)
{
    char text[UTC_TEXT_BYTES + 8];
    struct fact_num at = {false, 0};

    if (word->length >= sizeof(text) || memchr(word->text, '\0', word->length))
        return at;
    snprintf(text, sizeof(text), "%.*s", (int)word->length, word->text);
    at.known = strchr(text, 'T') && strchr(text, 'Z') && utc_parse(text, &at.value);
    return at;
}

/* Twice is not once: then it is not known which clock the times are of. */
static bool take_now(const struct word *time, struct verdicts *verdicts, bool *had_now)
{
    verdicts->now_utc_ms = read_time(time);
    verdicts->now_utc_ms.known &= !*had_now;
    *had_now = true;
    return true;
}

static bool take_verdict(const struct word words[WORDS_MOST], struct verdicts *verdicts)
{
    size_t index = objects_find(verdicts->objects, words[0].text, words[0].length);
    struct verdict_told *told = is(&words[0], "*")                 ? &verdicts->reference
                                : index < verdicts->objects->count ? &verdicts->of[index]
                                                                   : NULL;
    enum verdict verdict;

    if (!told || !verdict_parse(words[1].text, words[1].length, &verdict))
        return false;
    verdict_tell(told, verdict, read_time(&words[2]));
    return true;
}

size_t command_answer_read(const char *text, size_t length, struct verdicts *verdicts)
{
    const char *at = text, *end = text + length;
    bool had_now = false;
    size_t passed_over = 0;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        struct word words[WORDS_MOST] = {{"", 0}, {"", 0}, {"", 0}};
        size_t count = split(at, stop, words);

        if (count == 2 && is(&words[0], "now"))
            take_now(&words[1], verdicts, &had_now);
        else if (count && !(count == 3 && take_verdict(words, verdicts)))
            passed_over++;
        at = stop + 1;
    }
    return passed_over;
}
