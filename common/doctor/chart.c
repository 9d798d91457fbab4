#include "doctor/chart.h"

#include "doctor/findings.h"

void chart_init(struct chart *chart, enum way way, const char *site, const char *name, const char *address)
{
    struct arena *arena = arena_new();

    pthread_mutex_init(&chart->lock, NULL);
    chart->examination = (struct examination){
        .arena = arena,
        .site = arena_text(arena, site),
        .name = arena_text(arena, name),
        .address = arena_text(arena, address),
        .way = way,
    };
    chart->doing = LAYER_NAME;
    chart->closed = false;
}

struct examination *chart_take_up(struct chart *chart)
{
    pthread_mutex_lock(&chart->lock);
    return chart->closed ? NULL : &chart->examination;
}

void chart_put_down(struct chart *chart)
{
    pthread_mutex_unlock(&chart->lock);
}

void chart_begin(struct chart *chart, enum layer layer)
{
    pthread_mutex_lock(&chart->lock);
    chart->doing = layer;
    pthread_mutex_unlock(&chart->lock);
}

struct examination chart_close(struct chart *chart, bool finished, struct arena *arena)
{
    struct examination examination;

    pthread_mutex_lock(&chart->lock);
    if (!finished && examination_verdict(&chart->examination) == DIAGNOSIS_NONE)
        find_time_out(&chart->examination, chart->doing);
    chart->closed = true;
    examination = chart->examination;
    arena_adopt(arena, examination.arena);
    examination.arena = arena;
    pthread_mutex_unlock(&chart->lock);
    return examination;
}
