/*
 * A libcuda.so.1 that plays a scenario: the part of the driver API that finds and names devices,
 * and the part that computes on them. Their memory is the host's, their kernels are those of
 * inside/smoke_kernels.py, known by name and really computed.
 *
 * It differs from nvml.c where the real one does: it honours CUDA_VISIBLE_DEVICES, and of a
 * GPU in MIG mode it shows one MIG device instead of the GPU. Every function starts with ENTER.
 */
#define _POSIX_C_SOURCE 200809L

#include "scenario.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#ifdef NVIDIA_HEADER
/* The tests build this against NVIDIA's cuda.h as well, which compares every prototype. */
#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>
#else
typedef unsigned int CUresult;
typedef unsigned int CUdevice_attribute;
typedef int CUdevice;
typedef struct {
    char bytes[16];
} CUuuid;
typedef unsigned long long CUdeviceptr;
typedef unsigned int CUjit_option;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUevent_st *CUevent;
typedef struct CUstream_st *CUstream;

enum {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_INVALID_PTX = 218,
    CUDA_ERROR_NOT_FOUND = 500,
};
#endif

enum { MAX_DEVICES = 64 };

/* ENTER is for functions of a machine, ENTER_DEVICE for those of a device once cuInit has run. */
#define ENTER(section)                                               \
    do {                                                             \
        CUresult fault = scenario_enter(section, __func__);          \
        if (fault != CUDA_SUCCESS)                                   \
            return fault;                                            \
    } while (0)
#define ENTER_DEVICE(ordinal)                                        \
    do {                                                             \
        ENTER(is_ordinal(ordinal) ? visible[ordinal] : scenario_machine()); \
        if (!is_ready)                                               \
            return CUDA_ERROR_NOT_INITIALIZED;                       \
        if (!is_ordinal(ordinal))                                    \
            return CUDA_ERROR_INVALID_DEVICE;                        \
    } while (0)

static const Section *visible[MAX_DEVICES];
static int visible_count;
static bool is_ready;

static bool is_ordinal(int ordinal)
{
    return ordinal >= 0 && ordinal < visible_count;
}

/* ---- which devices a process sees ---- */

static bool is_in_mig_mode(const Section *gpu)
{
    const char *mode = scenario_text(gpu, "mig_mode"); /* as text: reading must not move it on */
    return mode != NULL && *mode == '1';
}

/* What CUDA numbers 0, 1, 2… before CUDA_VISIBLE_DEVICES picks from it. */
static int list_devices(const Section *out[])
{
    const char *order = getenv("CUDA_DEVICE_ORDER");
    bool by_pci = order != NULL && strcmp(order, "PCI_BUS_ID") == 0;
    double ranks[MAX_DEVICES];
    int count = 0;
    const Section *gpu;
    for (int i = 0; (gpu = scenario_child(scenario_machine(), GPU, i)) != NULL; i++) {
        const Section *device = is_in_mig_mode(gpu) ? scenario_child(gpu, MIG, 0) : gpu;
        double rank = 0;
        /* The driver puts the fastest GPU first; the scenario says which that is. */
        if (!by_pci)
            scenario_number(gpu, "cuda_rank", &rank);
        if (device == NULL || count == MAX_DEVICES)
            continue;
        int at = count++;
        for (; at > 0 && ranks[at - 1] > rank; at--) {
            ranks[at] = ranks[at - 1];
            out[at] = out[at - 1];
        }
        ranks[at] = rank;
        out[at] = device;
    }
    /* A process that gets a MIG device gets that one only. */
    return count > 0 && out[0]->kind == MIG ? 1 : count;
}

static const Section *device_by_uuid(const char *prefix, size_t length)
{
    const Section *gpu, *mig, *match = NULL;
    int matches = 0;
    for (int i = 0; (gpu = scenario_child(scenario_machine(), GPU, i)) != NULL; i++) {
        const char *uuid = scenario_text(gpu, "uuid");
        if (uuid != NULL && strncasecmp(uuid, prefix, length) == 0)
            match = gpu, matches++;
        for (int j = 0; (mig = scenario_child(gpu, MIG, j)) != NULL; j++) {
            uuid = scenario_text(mig, "uuid");
            if (uuid != NULL && strncasecmp(uuid, prefix, length) == 0)
                match = mig, matches++;
        }
    }
    return matches == 1 ? match : NULL;
}

static const Section *device_by_entry(const char *entry, size_t length, const Section *all[],
                                      int count)
{
    if (strncmp(entry, "GPU-", 4) == 0 || strncmp(entry, "MIG-", 4) == 0)
        return device_by_uuid(entry, length);
    char *end;
    long index = strtol(entry, &end, 10);
    return end == entry + length && length > 0 && index >= 0 && index < count ? all[index] : NULL;
}

static void choose_visible(void)
{
    const Section *all[MAX_DEVICES];
    int count = list_devices(all);
    const char *list = getenv("CUDA_VISIBLE_DEVICES");
    visible_count = 0;
    if (list == NULL) {
        memcpy(visible, all, count * sizeof *all);
        visible_count = count;
        return;
    }
    /* The first invalid entry hides itself and all that follow. */
    while (visible_count < MAX_DEVICES) {
        list += strspn(list, " ");
        size_t length = strcspn(list, ",");
        const Section *device = device_by_entry(list, length, all, count);
        if (device == NULL)
            return;
        visible[visible_count++] = device;
        if (list[length] == '\0' || device->kind == MIG)
            return;
        list += length + 1;
    }
}

/* ---- start and errors ---- */

CUresult cuInit(unsigned int flags)
{
    ENTER(scenario_machine());
    if (flags != 0)
        return CUDA_ERROR_INVALID_VALUE;
    choose_visible();
    is_ready = visible_count > 0;
    return is_ready ? CUDA_SUCCESS : CUDA_ERROR_NO_DEVICE;
}

CUresult cuDriverGetVersion(int *version)
{
    ENTER(scenario_machine());
    int major, minor;
    const char *text = scenario_text(scenario_machine(), "cuda");
    if (text == NULL || sscanf(text, "%d.%d", &major, &minor) != 2)
        return CUDA_ERROR_INVALID_VALUE;
    *version = major * 1000 + minor * 10;
    return CUDA_SUCCESS;
}

static const struct {
    CUresult code;
    const char *name, *text;
} errors[] = {
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
    {CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {CUDA_ERROR_NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {34, "CUDA_ERROR_STUB_LIBRARY", "CUDA driver is a stub library"},
    {46, "CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"},
    {CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {CUDA_ERROR_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution"},
    {214, "CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"},
    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "PTX made by a toolchain newer than the driver"},
    {304, "CUDA_ERROR_OPERATING_SYSTEM", "OS call failed or operation not supported on this OS"},
    {719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {802, "CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"},
    {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "unsupported display driver / driver combination"},
    {804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
     "forward compatibility was attempted on non supported HW"},
    {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

static CUresult put_error(CUresult code, bool wants_name, const char **out)
{
    *out = NULL;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].code == code)
            *out = wants_name ? errors[i].name : errors[i].text;
    return *out == NULL ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult cuGetErrorName(CUresult code, const char **name)
{
    ENTER(scenario_machine());
    return put_error(code, true, name);
}

CUresult cuGetErrorString(CUresult code, const char **text)
{
    ENTER(scenario_machine());
    return put_error(code, false, text);
}

/* ---- devices ---- */

CUresult cuDeviceGetCount(int *count)
{
    ENTER(scenario_machine());
    if (!is_ready)
        return CUDA_ERROR_NOT_INITIALIZED;
    *count = visible_count;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
    ENTER_DEVICE(ordinal);
    *device = ordinal;
    return CUDA_SUCCESS;
}

static CUresult put_text(const char *text, char *out, int length)
{
    if (text == NULL || length < 1)
        return CUDA_ERROR_INVALID_VALUE;
    snprintf(out, length, "%s", text);
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetName(char *name, int length, CUdevice device)
{
    ENTER_DEVICE(device);
    return put_text(scenario_text(visible[device], "name"), name, length);
}

/* GPU-01234567-89ab-… as 16 bytes */
static CUresult put_uuid(const Section *section, CUuuid *out)
{
    const char *text = scenario_text(section, "uuid");
    text = text == NULL ? NULL : strchr(text, '-');
    for (int i = 0; text != NULL && i < 16; i++) {
        unsigned int byte;
        text += *text == '-';
        if (sscanf(text, "%2x", &byte) != 1)
            return CUDA_ERROR_INVALID_VALUE;
        out->bytes[i] = (char)byte;
        text += 2;
    }
    return text == NULL ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

/* Before _v2 a MIG device was named by its GPU's UUID. */
CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice device)
{
    ENTER_DEVICE(device);
    const Section *section = visible[device];
    return put_uuid(section->kind == MIG ? section->parent : section, uuid);
}

CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice device)
{
    ENTER_DEVICE(device);
    return put_uuid(visible[device], uuid);
}

/* A value of a MIG device, or of its GPU where the MIG device has none of its own. */
static bool inherited_number(const Section *section, const char *key, double *out)
{
    return scenario_number(section, key, out)
        || (section->kind == MIG && scenario_number(section->parent, key, out));
}

static const char *inherited_text(const Section *section, const char *key)
{
    const char *text = scenario_text(section, key);
    return text == NULL && section->kind == MIG ? scenario_text(section->parent, key) : text;
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
    ENTER_DEVICE(device);
    double total;
    if (!inherited_number(visible[device], "memory_total_bytes", &total))
        return CUDA_ERROR_INVALID_VALUE;
    *bytes = (size_t)total;
    return CUDA_SUCCESS;
}

/* Attributes that follow from other fields; any other is "cuda_attribute.NUMBER = value". */
CUresult cuDeviceGetAttribute(int *out, CUdevice_attribute attribute, CUdevice device)
{
    enum { PCI_BUS = 33, PCI_DEVICE = 34, PCI_DOMAIN = 50, CAPABILITY_MAJOR = 75,
           CAPABILITY_MINOR = 76 };
    ENTER_DEVICE(device);
    const Section *section = visible[device];
    unsigned int pci[3];
    int capability[2];
    double number;
    if (inherited_number(section, scenario_key("cuda_attribute.%u", attribute), &number)) {
        *out = (int)number;
        return CUDA_SUCCESS;
    }
    const char *text = inherited_text(section, "compute_capability");
    if (text == NULL || sscanf(text, "%d.%d", &capability[0], &capability[1]) != 2)
        return CUDA_ERROR_INVALID_VALUE;
    if (!scenario_pci(inherited_text(section, "pci_bus_id"), pci))
        return CUDA_ERROR_INVALID_VALUE;
    switch ((int)attribute) {
    case CAPABILITY_MAJOR: *out = capability[0]; return CUDA_SUCCESS;
    case CAPABILITY_MINOR: *out = capability[1]; return CUDA_SUCCESS;
    case PCI_DOMAIN: *out = (int)pci[0]; return CUDA_SUCCESS;
    case PCI_BUS: *out = (int)pci[1]; return CUDA_SUCCESS;
    case PCI_DEVICE: *out = (int)pci[2]; return CUDA_SUCCESS;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

CUresult cuDeviceGetPCIBusId(char *address, int length, CUdevice device)
{
    ENTER_DEVICE(device);
    unsigned int pci[3];
    char text[32];
    if (!scenario_pci(inherited_text(visible[device], "pci_bus_id"), pci))
        return CUDA_ERROR_INVALID_VALUE;
    /* CUDA writes the domain with four digits where NVML writes eight. */
    snprintf(text, sizeof text, "%04X:%02X:%02X.0", pci[0], pci[1], pci[2]);
    return put_text(text, address, length);
}

CUresult cuDeviceGetByPCIBusId(CUdevice *device, const char *address)
{
    ENTER(scenario_machine());
    unsigned int ours[3], theirs[3];
    if (!is_ready)
        return CUDA_ERROR_NOT_INITIALIZED;
    for (int i = 0; i < visible_count; i++)
        if (scenario_pci(address, theirs)
            && scenario_pci(inherited_text(visible[i], "pci_bus_id"), ours)
            && memcmp(ours, theirs, sizeof ours) == 0) {
            *device = i;
            return CUDA_SUCCESS;
        }
    return CUDA_ERROR_INVALID_DEVICE;
}

/* ---- contexts: one at a time is current, for the whole process ---- */

struct CUctx_st {
    const Section *section;
    int device;
    void *blocks[64]; /* its memory on the device */
    size_t sizes[64];
};

static CUcontext current;

/* For functions of a context. */
#define ENTER_CONTEXT()                                                     \
    do {                                                                    \
        ENTER(current == NULL ? scenario_machine() : current->section);     \
        if (current == NULL)                                                \
            return CUDA_ERROR_INVALID_CONTEXT;                              \
    } while (0)

CUresult cuCtxCreate_v2(CUcontext *context, unsigned int flags, CUdevice device)
{
    ENTER_DEVICE(device);
    if (flags != 0)
        return CUDA_ERROR_INVALID_VALUE;
    current = calloc(1, sizeof *current);
    current->section = visible[device];
    current->device = device;
    *context = current;
    return CUDA_SUCCESS;
}

CUresult cuCtxDestroy_v2(CUcontext context)
{
    ENTER_CONTEXT();
    for (size_t i = 0; i < sizeof context->blocks / sizeof *context->blocks; i++)
        free(context->blocks[i]);
    if (current == context)
        current = NULL;
    free(context);
    return CUDA_SUCCESS;
}

CUresult cuCtxSetCurrent(CUcontext context)
{
    ENTER(context == NULL ? scenario_machine() : context->section);
    current = context;
    return CUDA_SUCCESS;
}

CUresult cuCtxSynchronize(void)
{
    ENTER_CONTEXT();
    return CUDA_SUCCESS; /* everything is done when the call that asks for it returns */
}

CUresult cuDeviceCanAccessPeer(int *can, CUdevice device, CUdevice peer)
{
    ENTER_DEVICE(device);
    if (!is_ordinal(peer))
        return CUDA_ERROR_INVALID_DEVICE;
    double blocked = 0;
    scenario_number(visible[device], "is_peer_blocked", &blocked);
    *can = blocked == 0;
    return CUDA_SUCCESS;
}

CUresult cuCtxEnablePeerAccess(CUcontext peer, unsigned int flags)
{
    ENTER_CONTEXT();
    return peer == NULL || flags != 0 ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

/* ---- memory ---- */

CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes)
{
    ENTER_CONTEXT();
    double total, used = 0;
    if (!inherited_number(current->section, "memory_total_bytes", &total))
        return CUDA_ERROR_INVALID_VALUE;
    scenario_number(current->section, "memory_used_bytes", &used);
    *total_bytes = (size_t)total;
    *free_bytes = (size_t)(total - used);
    return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t size)
{
    ENTER_CONTEXT();
    for (size_t i = 0; i < sizeof current->blocks / sizeof *current->blocks; i++)
        if (current->blocks[i] == NULL && (current->blocks[i] = malloc(size)) != NULL) {
            current->sizes[i] = size;
            *address = (CUdeviceptr)current->blocks[i];
            return CUDA_SUCCESS;
        }
    return CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
    ENTER_CONTEXT();
    for (size_t i = 0; i < sizeof current->blocks / sizeof *current->blocks; i++)
        if (address != 0 && current->blocks[i] == (void *)address) {
            free(current->blocks[i]);
            current->blocks[i] = NULL;
            return CUDA_SUCCESS;
        }
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemAllocHost_v2(void **address, size_t size)
{
    ENTER_CONTEXT();
    *address = malloc(size);
    return *address == NULL ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_SUCCESS;
}

CUresult cuMemFreeHost(void *address)
{
    ENTER_CONTEXT();
    free(address);
    return CUDA_SUCCESS;
}

/* Whether the bytes lie within one block of the device's memory. */
static bool is_on_device(CUcontext context, CUdeviceptr address, size_t size)
{
    for (size_t i = 0; i < sizeof context->blocks / sizeof *context->blocks; i++) {
        CUdeviceptr block = (CUdeviceptr)context->blocks[i];
        if (block != 0 && address >= block && address + size <= block + context->sizes[i])
            return true;
    }
    return false;
}

static CUresult put_bytes(void *to, const void *from, size_t size, bool is_allowed)
{
    if (!is_allowed)
        return CUDA_ERROR_INVALID_VALUE;
    memcpy(to, from, size);
    return CUDA_SUCCESS;
}

CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t size)
{
    ENTER_CONTEXT();
    return put_bytes((void *)to, from, size, is_on_device(current, to, size));
}

CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t size)
{
    ENTER_CONTEXT();
    return put_bytes(to, (void *)from, size, is_on_device(current, from, size));
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t size, CUstream stream)
{
    (void)stream;
    ENTER_CONTEXT();
    return put_bytes((void *)to, from, size, is_on_device(current, to, size));
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t size, CUstream stream)
{
    (void)stream;
    ENTER_CONTEXT();
    bool is_allowed = is_on_device(current, to, size) && is_on_device(current, from, size);
    return put_bytes((void *)to, (void *)from, size, is_allowed);
}

CUresult cuMemcpyPeer(CUdeviceptr to, CUcontext to_context, CUdeviceptr from,
                      CUcontext from_context, size_t size)
{
    ENTER_CONTEXT();
    bool is_allowed = is_on_device(to_context, to, size) && is_on_device(from_context, from, size);
    CUresult result = put_bytes((void *)to, (void *)from, size, is_allowed);
    double is_broken = 0;
    scenario_number(current->section, "is_peer_broken", &is_broken);
    if (result == CUDA_SUCCESS && is_broken != 0)
        *(char *)to ^= 1;
    return result;
}

CUresult cuMemsetD32_v2(CUdeviceptr address, unsigned int value, size_t count)
{
    ENTER_CONTEXT();
    if (!is_on_device(current, address, count * sizeof value))
        return CUDA_ERROR_INVALID_VALUE;
    for (size_t i = 0; i < count; i++)
        ((unsigned int *)address)[i] = value;
    return CUDA_SUCCESS;
}

/* ---- kernels ---- */

/* A module is a copy of its text, a function the name that stands in it. */
CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int count,
                            CUjit_option *options, void **values)
{
    enum { ERROR_LOG = 5 };
    ENTER_CONTEXT();
    const char *refusal = scenario_text(current->section, "ptx_refusal");
    for (unsigned int i = 0; refusal != NULL && i < count; i++)
        if ((int)options[i] == ERROR_LOG)
            strcpy(values[i], refusal);
    if (refusal != NULL)
        return CUDA_ERROR_INVALID_PTX;
    *module = (CUmodule)strdup(image);
    return CUDA_SUCCESS;
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name)
{
    ENTER_CONTEXT();
    *function = (CUfunction)strstr((const char *)module, scenario_key(".entry %s(", name));
    return *function == NULL ? CUDA_ERROR_NOT_FOUND : CUDA_SUCCESS;
}

static bool is_named(CUfunction function, const char *name)
{
    const char *start = (const char *)function + strlen(".entry ");
    return strncmp(start, name, strlen(name)) == 0 && start[strlen(name)] == '(';
}

static void multiply(void **arguments, bool is_double, double factor, size_t unwritten)
{
    const float *a = *(void **)arguments[0], *b = *(void **)arguments[1];
    float *out = *(void **)arguments[2];
    size_t size = *(unsigned int *)arguments[3];
    for (size_t at = 0; at + unwritten < size * size; at++) {
        double sum = 0;
        for (size_t k = 0; k < size; k++) {
            size_t left = at / size * size + k, right = k * size + at % size;
            sum += is_double ? ((const double *)a)[left] * ((const double *)b)[right]
                             : (double)a[left] * b[right];
        }
        if (is_double)
            ((double *)out)[at] = sum * factor;
        else
            out[at] = (float)(sum * factor);
    }
}

CUresult cuLaunchKernel(CUfunction function, unsigned int grid_x, unsigned int grid_y,
                        unsigned int grid_z, unsigned int block_x, unsigned int block_y,
                        unsigned int block_z, unsigned int shared_bytes, CUstream stream,
                        void **parameters, void **extra)
{
    (void)shared_bytes, (void)stream, (void)extra;
    ENTER_CONTEXT();
    if (grid_x * grid_y * grid_z * block_x * block_y * block_z == 0)
        return CUDA_ERROR_INVALID_VALUE;
    double factor = 1, unwritten = 0;
    scenario_number(current->section, "product_factor", &factor);
    scenario_number(current->section, "unwritten_elements", &unwritten);
    if (is_named(function, "multiply_f32") || is_named(function, "multiply_f64"))
        multiply(parameters, is_named(function, "multiply_f64"), factor, (size_t)unwritten);
    return CUDA_SUCCESS;
}

/* ---- events and streams ---- */

struct CUevent_st {
    struct timespec at;
};

CUresult cuEventCreate(CUevent *event, unsigned int flags)
{
    (void)flags;
    ENTER_CONTEXT();
    *event = calloc(1, sizeof **event);
    return CUDA_SUCCESS;
}

CUresult cuEventRecord(CUevent event, CUstream stream)
{
    (void)stream;
    ENTER_CONTEXT();
    clock_gettime(CLOCK_MONOTONIC, &event->at);
    return CUDA_SUCCESS;
}

CUresult cuEventSynchronize(CUevent event)
{
    (void)event;
    ENTER_CONTEXT();
    return CUDA_SUCCESS;
}

CUresult cuEventElapsedTime(float *milliseconds, CUevent began, CUevent ended)
{
    ENTER_CONTEXT();
    *milliseconds = (float)((ended->at.tv_sec - began->at.tv_sec) * 1e3
                            + (ended->at.tv_nsec - began->at.tv_nsec) / 1e6);
    return CUDA_SUCCESS;
}

CUresult cuEventDestroy_v2(CUevent event)
{
    ENTER_CONTEXT();
    free(event);
    return CUDA_SUCCESS;
}

CUresult cuStreamCreate(CUstream *stream, unsigned int flags)
{
    (void)flags;
    ENTER_CONTEXT();
    *stream = (CUstream)current;
    return CUDA_SUCCESS;
}
