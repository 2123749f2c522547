#define _POSIX_C_SOURCE 200809L

#include "scenario.h"

#include <ctype.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ENTRIES = 8192, MAX_SECTIONS = 256, MAX_LINE = 4096 };

typedef enum { NO_FAULT, ERROR, HANG, SEGFAULT, ABORT, EXIT, DELAY_MS } Fault;
static const char *const fault_names[] = {
    [ERROR] = "error", [HANG] = "hang", [SEGFAULT] = "segfault",
    [ABORT] = "abort", [EXIT] = "exit", [DELAY_MS] = "delay_ms",
};

typedef struct {
    const char *key, *value;
    Fault fault;            /* NO_FAULT: a plain value */
    int amount;             /* error code, exit status or milliseconds */
    unsigned int after;     /* calls that pass unharmed first */
    unsigned int uses;      /* clients call from several threads: touched atomically only */
} Entry;

static Entry entries[MAX_ENTRIES];
static Section sections[MAX_SECTIONS];
static int entry_count, section_count;

static void die(const char *what, const char *where)
{
    fprintf(stderr, "fake GPU scenario: %s: %s\n", what, where);
    _exit(SCENARIO_BROKEN);
}

/* ---- reading the file ---- */

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

/* \xHH stands for one byte: names with control characters or broken UTF-8 are worth a test. */
static char *unescape(const char *text)
{
    char *copy = malloc(strlen(text) + 1), *out = copy;
    unsigned int byte;
    if (copy == NULL)
        die("no memory for", text);
    while (*text != '\0') {
        if (sscanf(text, "\\x%2x", &byte) == 1) {
            *out++ = (char)byte;
            text += 4;
        } else {
            *out++ = *text++;
        }
    }
    *out = '\0';
    return copy;
}

static void begin_section(SectionKind kind)
{
    if (section_count == MAX_SECTIONS)
        die("too many sections", "raise MAX_SECTIONS");
    Section *parent = NULL;
    int index = 0;
    for (Section *s = sections; kind != MACHINE && s < sections + section_count; s++) {
        if (s->kind + 1 == kind) {
            parent = s;
            index = 0;
        } else if (s->kind == kind) {
            index++;
        }
    }
    if (kind == MIG && parent == NULL)
        die("[mig] stands before any [gpu]", "a MIG device follows its GPU");
    sections[section_count++] = (Section){kind, index, parent, entry_count, entry_count};
}

static Fault fault_of(const char *key)
{
    for (Fault fault = ERROR; fault <= DELAY_MS; fault++) {
        size_t length = strlen(fault_names[fault]);
        if (strncmp(key, fault_names[fault], length) == 0 && key[length] == '.')
            return fault;
    }
    return NO_FAULT;
}

static void add_entry(const char *key, const char *value)
{
    if (entry_count == MAX_ENTRIES)
        die("too many lines", "raise MAX_ENTRIES");
    Entry *entry = &entries[entry_count++];
    *entry = (Entry){.key = unescape(key), .value = unescape(value), .fault = fault_of(key)};
    if (entry->fault != NO_FAULT) {
        entry->key = strchr(entry->key, '.') + 1;
        if (sscanf(value, "%d after %u", &entry->amount, &entry->after) < 1)
            die("a fault needs a number", key);
    }
    sections[section_count - 1].end = entry_count;
}

__attribute__((constructor)) static void load(void)
{
    const char *path = getenv("FAKE_GPU_SCENARIO");
    FILE *file = path == NULL ? NULL : fopen(path, "re");
    if (file == NULL)
        die("cannot read the file named by FAKE_GPU_SCENARIO", path == NULL ? "(unset)" : path);
    begin_section(MACHINE);
    char buffer[MAX_LINE];
    while (fgets(buffer, sizeof buffer, file) != NULL) {
        if (strlen(buffer) == sizeof buffer - 1)
            die("line too long", buffer);
        char *line = trim(buffer), *equals = strchr(line, '=');
        if (*line == '\0' || *line == '#')
            continue;
        if (strcmp(line, "[gpu]") == 0)
            begin_section(GPU);
        else if (strcmp(line, "[mig]") == 0)
            begin_section(MIG);
        else if (equals == NULL)
            die("neither a section nor key = value", line);
        else {
            *equals = '\0';
            add_entry(trim(line), trim(equals + 1));
        }
    }
    fclose(file);
}

/* ---- sections and values ---- */

Section *scenario_machine(void)
{
    return &sections[0];
}

Section *scenario_child(const Section *parent, SectionKind kind, int index)
{
    for (Section *s = sections; s < sections + section_count; s++)
        if (s->kind == kind && s->parent == parent && s->index == index)
            return s;
    return NULL;
}

Section *scenario_section(const void *handle)
{
    for (Section *s = sections; s < sections + section_count; s++)
        if (s == handle)
            return s;
    return NULL;
}

static Entry *find(const Section *section, const char *key, int n)
{
    for (int i = section->first; i < section->end; i++)
        if (entries[i].fault == NO_FAULT && strcmp(entries[i].key, key) == 0 && n-- == 0)
            return &entries[i];
    return NULL;
}

const char *scenario_line(const Section *section, const char *key, int n)
{
    const Entry *entry = find(section, key, n);
    return entry == NULL ? NULL : entry->value;
}

const char *scenario_text(const Section *section, const char *key)
{
    return scenario_line(section, key, 0);
}

bool scenario_numbers(const Section *section, const char *key, int wanted, double out[])
{
    Entry *entry = find(section, key, 0);
    if (entry == NULL)
        return false;
    unsigned int step = __atomic_fetch_add(&entry->uses, 1, __ATOMIC_RELAXED);
    const char *at = entry->value;
    for (const char *comma; step > 0 && (comma = strchr(at, ',')) != NULL; step--)
        at = comma + 1;
    at += strspn(at, " ");
    if (at[0] == '-' && !isdigit((unsigned char)at[1]))
        return false;
    for (int n = 0; n < wanted; n++) {
        char *end;
        out[n] = strtod(at, &end);
        if (end == at)
            die("too few numbers", key);
        at = end;
    }
    return true;
}

bool scenario_number(const Section *section, const char *key, double *out)
{
    return scenario_numbers(section, key, 1, out);
}

const char *scenario_key(const char *format, ...)
{
    static _Thread_local char key[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(key, sizeof key, format, arguments);
    va_end(arguments);
    return key;
}

bool scenario_pci(const char *address, unsigned int out[3])
{
    return address != NULL && sscanf(address, "%x:%x:%x", &out[0], &out[1], &out[2]) == 3;
}

/* ---- faults ---- */

static void hang(void)
{
    /* No signal handler gets out of here, as with a thread stuck in the driver. */
    for (;;)
        pause();
}

static int play(const Section *section, const char *function)
{
    for (int i = section->first; i < section->end; i++) {
        Entry *entry = &entries[i];
        if (entry->fault == NO_FAULT || fnmatch(entry->key, function, 0) != 0)
            continue;
        if (__atomic_fetch_add(&entry->uses, 1, __ATOMIC_RELAXED) < entry->after)
            continue;
        struct timespec wait = {entry->amount / 1000, entry->amount % 1000 * 1000000L};
        switch (entry->fault) {
        case ERROR: return entry->amount;
        case HANG: hang(); break;
        case SEGFAULT: raise(SIGSEGV); break;
        case ABORT: abort();
        case EXIT: _exit(entry->amount);
        case DELAY_MS: nanosleep(&wait, NULL); break;
        case NO_FAULT: break;
        }
    }
    return 0;
}

int scenario_enter(const Section *section, const char *function)
{
    /* From the machine down to the device, so that a fault of a GPU also hits its MIG devices. */
    int code = section->parent == NULL ? 0 : scenario_enter(section->parent, function);
    return code != 0 ? code : play(section, function);
}
