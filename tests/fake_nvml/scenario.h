/*
 * The scenario: one text file that says what machine the fake driver libraries play and how they
 * misbehave. nvml.c and cuda.c each link their own copy, so neither needs the other to be loaded.
 * README.md describes the file. A broken scenario ends the process with SCENARIO_BROKEN and a
 * line on stderr: a test must never pass because its scenario was not understood.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>

enum { SCENARIO_BROKEN = 97 };

typedef enum { MACHINE, GPU, MIG } SectionKind;

/* One section of the file. Its address is the device handle that clients hold. */
typedef struct Section {
    SectionKind kind;
    int index;              /* among the GPUs, or among the MIG devices of one GPU */
    struct Section *parent; /* the GPU of a MIG device, the machine of a GPU */
    int first, end;         /* its lines, as a range of the entries */
} Section;

Section *scenario_machine(void);
/* The index-th section of that kind under the parent, or NULL. */
Section *scenario_child(const Section *parent, SectionKind kind, int index);
/* The section behind a handle that a client passed in, or NULL where it is not one of ours. */
Section *scenario_section(const void *handle);

/* Plays the faults that name this function: does not return where the scenario says so, else
 * returns the error code to give back, 0 for none. */
int scenario_enter(const Section *section, const char *function);

/* The value as text, or NULL where it is unset. */
const char *scenario_text(const Section *section, const char *key);
/* The n-th line with this key (keys such as compute_process may repeat), or NULL. */
const char *scenario_line(const Section *section, const char *key, int n);
/* Reads so many numbers and moves on to the next step of the value ("100,200,300"; the last one
 * stays). False where the value, or this step of it ("-"), is unset. */
bool scenario_numbers(const Section *section, const char *key, int wanted, double out[]);
bool scenario_number(const Section *section, const char *key, double *out);

/* A key made with printf's rules; the text lives until the next call on this thread. */
const char *scenario_key(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* domain, bus and device of a PCI address such as 00000000:17:00.0 */
bool scenario_pci(const char *address, unsigned int out[3]);

#endif
