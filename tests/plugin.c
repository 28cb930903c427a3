/* A VST3 effect for two channels: a gain, a delay, a delay that it owns up to as latency, and a phase.
   What it takes of the interface is written out here: tables of functions, their order and the structures they are given. */

#include <endian.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

enum { OK, NO };
enum { GAIN, DELAY, AHEAD, PHASE, PARAMETERS };
#define LONGEST (1 << 15) /* samples that the line of the delays holds */

static const struct { const char *name, *unit; double low, high, start; } KNOBS[] = {
    {"Gain", "dB", -24, 24, 0}, {"Delay", "ms", 0, 100, 0}, {"Ahead", "ms", 0, 100, 0}, {"Phase", "", 0, 1, 0}};

typedef struct { int32_t channels; uint64_t silent; float **samples; } Bus;
typedef struct { int32_t mode, size, samples, inputs, outputs; Bus *in, *out; void ***changes; } Block;
typedef struct { int32_t mode, size, longest; double rate_hz; } Setup;
typedef struct { int32_t media, direction, channels; char16_t name[128]; int32_t type; uint32_t flags; } BusInfo;
typedef struct {
    uint32_t id; char16_t name[128], brief[128], unit[128]; int32_t steps; double start; int32_t group, flags;
} KnobInfo;
typedef struct { char id[16]; int32_t many; char category[32], name[64]; } ClassInfo;
typedef struct { char vendor[64], url[256], mail[128]; int32_t flags; } FactoryInfo;

/* One object, three interfaces: a pointer to each is a pointer to the pointer to its table. */
typedef struct {
    void *component, *processor, *controller;
    int32_t holders;
    double shown[PARAMETERS], heard[PARAMETERS]; /* 0 to 1: as they are set, and as the sound is made; the second follows */
    double rate_hz;
    float line[2][LONGEST];
    uint32_t at;
} Effect;

static void *COMPONENT[], *PROCESSOR[], *CONTROLLER[];
static Effect *of(void **self) { return (Effect *)(self - (*self == PROCESSOR) - 2 * (*self == CONTROLLER)); }
static double to_plain(void *self, uint32_t knob, double value) {
    return KNOBS[knob].low + value * (KNOBS[knob].high - KNOBS[knob].low);
}
static double from_plain(void *self, uint32_t knob, double value) {
    return (value - KNOBS[knob].low) / (KNOBS[knob].high - KNOBS[knob].low);
}
static uint32_t samples(Effect *effect, int knob) {
    return lround(to_plain(effect, knob, effect->heard[knob]) * effect->rate_hz / 1000);
}
static void widen(char16_t *wide, const char *text) {
    while ((*wide++ = *text++)) {}
}
static int ok(void) { return OK; }
static int no(void) { return NO; }

static int is(const char *id, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    uint32_t words[] = {htobe32(a), htobe32(b), htobe32(c), htobe32(d)};
    return !memcmp(id, words, 16);
}
static int is_unknown(const char *id) { return is(id, 0, 0, 0xC0000000, 0x46); }

static int query(void *self, const char *id, void **found) {
    Effect *effect = of(self);
    *found = is(id, 0x42043F99, 0xB7DA453C, 0xA569E79D, 0x9AAEC33D)   ? &effect->processor
             : is(id, 0xDCD7BBE3, 0x7742448D, 0xA874AACC, 0x979C759E) ? &effect->controller
             : is(id, 0xE831FF31, 0xF2D54301, 0x928EBBEE, 0x25697802) ? &effect->component
             : is(id, 0x22888DDB, 0x156E45AE, 0x8358B348, 0x08190625) || is_unknown(id) ? &effect->component : NULL;
    effect->holders += *found != NULL;
    return *found ? OK : NO;
}
static uint32_t hold(void *self) { return ++of(self)->holders; }
static uint32_t release(void *self) {
    uint32_t left = --of(self)->holders;
    if (!left) free(of(self));
    return left;
}

/* component: buses and state */
static int32_t bus_count(void *self, int32_t media) { return media == 0; }
static int bus_info(void *self, int32_t media, int32_t direction, int32_t index, BusInfo *info) {
    *info = (BusInfo){.direction = direction, .channels = 2, .flags = 1};
    return OK;
}
static int set_active(void *self, uint8_t on) {
    memset(of(self)->line, 0, sizeof of(self)->line);
    return OK;
}
static int set_state(void *self, void ***stream) {
    int (*read)(void *, void *, int32_t, int32_t *) = (*stream)[3];
    Effect *effect = of(self);
    int32_t count = 0;
    read(stream, effect->shown, sizeof effect->shown, &count);
    memcpy(effect->heard, effect->shown, sizeof effect->heard);
    return count == sizeof effect->shown ? OK : NO;
}
static int get_state(void *self, void ***stream) {
    int (*write)(void *, void *, int32_t, int32_t *) = (*stream)[4];
    return write(stream, of(self)->shown, sizeof of(self)->shown, NULL);
}
static void *COMPONENT[] = {query, hold, release, ok, ok, no, ok, bus_count, bus_info, no, ok, set_active, set_state,
                            get_state};

/* processor: sound */
enum { LEFT_AND_RIGHT = 3 };
static int arrange(void *self, uint64_t *in, int32_t ins, uint64_t *out, int32_t outs) {
    return *in == LEFT_AND_RIGHT && *out == LEFT_AND_RIGHT ? OK : NO;
}
static int arranged(void *self, int32_t direction, int32_t index, uint64_t *speakers) {
    *speakers = LEFT_AND_RIGHT;
    return OK;
}
static int sample_size(void *self, int32_t size) { return size == 0 ? OK : NO; } /* floats */
static uint32_t latency(void *self) { return samples(of(self), AHEAD); }
static int set_up(void *self, Setup *setup) {
    of(self)->rate_hz = setup->rate_hz;
    return OK;
}
static void hear(Effect *effect, void ***changes) {
    int32_t (*count)(void *) = (*changes)[3], offset;
    void ***(*get)(void *, int32_t) = (*changes)[4];
    for (int32_t i = 0; i < count(changes); i++) {
        void ***each = get(changes, i);
        uint32_t (*id)(void *) = (*each)[3];
        int32_t (*points)(void *) = (*each)[4];
        int (*point)(void *, int32_t, int32_t *, double *) = (*each)[5];
        if (id(each) < PARAMETERS) point(each, points(each) - 1, &offset, &effect->heard[id(each)]);
    }
}
static int process(void *self, Block *block) {
    Effect *effect = of(self);
    if (block->changes) hear(effect, block->changes);
    float gain = pow(10, to_plain(self, GAIN, effect->heard[GAIN]) / 20) * (effect->heard[PHASE] < 0.5 ? 1 : -1);
    uint32_t late = samples(effect, DELAY) + samples(effect, AHEAD);
    for (int32_t i = 0; block->inputs && i < block->samples; i++, effect->at++)
        for (int channel = 0; channel < 2; channel++) {
            float *line = effect->line[channel];
            line[effect->at % LONGEST] = block->in->samples[channel][i];
            block->out->samples[channel][i] = gain * line[(effect->at - late) % LONGEST];
        }
    return OK;
}
static void *PROCESSOR[] = {query, hold, release, arrange, arranged, sample_size, latency, set_up, ok, process, ok};

/* controller: parameters */
static int32_t knob_count(void *self) { return PARAMETERS; }
static int knob_info(void *self, int32_t knob, KnobInfo *info) {
    *info = (KnobInfo){.id = knob, .start = from_plain(self, knob, KNOBS[knob].start), .flags = 1};
    widen(info->name, KNOBS[knob].name);
    widen(info->unit, KNOBS[knob].unit);
    return OK;
}
static int as_text(void *self, uint32_t knob, double value, char16_t *wide) {
    char text[32];
    snprintf(text, sizeof text, "%.2f", to_plain(self, knob, value));
    widen(wide, knob != PHASE ? text : value < 0.5 ? "straight" : "turned");
    return OK;
}
static int of_text(void *self, uint32_t knob, char16_t *wide, double *value) {
    char text[32] = "";
    for (int i = 0; i < 31 && wide[i]; i++) text[i] = wide[i];
    *value = knob != PHASE ? from_plain(self, knob, atof(text)) : *text == 't';
    return OK;
}
static double get(void *self, uint32_t knob) { return of(self)->shown[knob]; }
static int set(void *self, uint32_t knob, double value) {
    of(self)->shown[knob] = value;
    return OK;
}
static void *view(void *self, const char *name) { return NULL; }
static void *CONTROLLER[] = {query, hold, release, ok, ok, set_state, ok, ok, knob_count, knob_info, as_text, of_text,
                             to_plain, from_plain, get, set, ok, view};

/* factory: what is in the file, and one more of it */
static int factory_query(void *self, const char *id, void **found) {
    *found = is(id, 0x7A4D811C, 0x52114A1F, 0xAED9D2EE, 0x0B43BF9F) || is_unknown(id) ? self : NULL;
    return *found ? OK : NO;
}
static int factory_info(void *self, FactoryInfo *info) {
    *info = (FactoryInfo){"oyster"};
    return OK;
}
static int32_t class_count(void *self) { return 1; }
static int class_info(void *self, int32_t index, ClassInfo *info) {
    *info = (ClassInfo){"oyster's effect", INT32_MAX, "Audio Module Class", "Gain and Delay"};
    return OK;
}
static int create(void *self, const char *class, const char *interface, void **made) {
    Effect *effect = calloc(1, sizeof *effect);
    effect->component = COMPONENT, effect->processor = PROCESSOR, effect->controller = CONTROLLER;
    for (int knob = 0; knob < PARAMETERS; knob++)
        effect->shown[knob] = effect->heard[knob] = from_plain(self, knob, KNOBS[knob].start);
    return query(effect, interface, made);
}
static void *FACTORY[] = {factory_query, ok, ok, factory_info, class_count, class_info, create}, *factory = FACTORY;

void *GetPluginFactory(void) { return &factory; }
int ModuleEntry(void *library) { return 1; }
int ModuleExit(void) { return 1; }
