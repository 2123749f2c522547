/*
 * A libnvidia-ml.so.1 that plays a scenario instead of asking a driver.
 *
 * Every function starts with ENTER, so every function can fail, hang or crash on demand. A value
 * that the scenario leaves unset is answered with NVML_ERROR_NOT_SUPPORTED, as NVML does for
 * what a device does not have. An old name and its _v2 are separate functions on purpose: a
 * fault, or a missing symbol, concerns one of them.
 */
#define _POSIX_C_SOURCE 200809L

#include "nvml_types.h"
#include "scenario.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define THE_MACHINE ((nvmlDevice_t)scenario_machine())
/* NVML's rule for the version field of a struct: its size and a number. */
#define VERSION(type, number) ((unsigned int)(sizeof(type) | (number) << 24))

#define ENTER(device)                                      \
    do {                                                   \
        nvmlReturn_t fault = enter(__func__, device);      \
        if (fault != NVML_SUCCESS)                         \
            return fault;                                  \
    } while (0)

static int init_count;

static nvmlReturn_t enter(const char *function, nvmlDevice_t device)
{
    const Section *section = scenario_section(device);
    nvmlReturn_t fault = scenario_enter(section == NULL ? scenario_machine() : section, function);
    if (fault != NVML_SUCCESS)
        return fault;
    bool is_ready = __atomic_load_n(&init_count, __ATOMIC_RELAXED) > 0;
    if (!is_ready && strncmp(function, "nvmlInit", strlen("nvmlInit")) != 0)
        return NVML_ERROR_UNINITIALIZED;
    return section == NULL ? NVML_ERROR_INVALID_ARGUMENT : NVML_SUCCESS;
}

/* ---- answers ---- */

static const Section *section_of(nvmlDevice_t device)
{
    return (const Section *)device;
}

static nvmlReturn_t put_text(nvmlDevice_t device, const char *key, char *out, unsigned int length)
{
    const char *text = scenario_text(section_of(device), key);
    if (text == NULL)
        return NVML_ERROR_NOT_SUPPORTED;
    if (out == NULL)
        return NVML_ERROR_INVALID_ARGUMENT;
    if (strlen(text) >= length)
        return NVML_ERROR_INSUFFICIENT_SIZE;
    strcpy(out, text);
    return NVML_SUCCESS;
}

static nvmlReturn_t put_uints(nvmlDevice_t device, const char *key, double scale, int count,
                              unsigned int *const out[])
{
    double numbers[8];
    if (!scenario_numbers(section_of(device), key, count, numbers))
        return NVML_ERROR_NOT_SUPPORTED;
    for (int i = 0; i < count; i++)
        if (out[i] == NULL)
            return NVML_ERROR_INVALID_ARGUMENT;
        else
            *out[i] = (unsigned int)(numbers[i] * scale);
    return NVML_SUCCESS;
}

static nvmlReturn_t put_uint(nvmlDevice_t device, const char *key, unsigned int *out)
{
    return put_uints(device, key, 1, 1, &out);
}

static nvmlReturn_t put_u64(nvmlDevice_t device, const char *key, double scale,
                            unsigned long long *out)
{
    double number;
    if (!scenario_number(section_of(device), key, &number))
        return NVML_ERROR_NOT_SUPPORTED;
    if (out == NULL)
        return NVML_ERROR_INVALID_ARGUMENT;
    *out = (unsigned long long)(number * scale);
    return NVML_SUCCESS;
}

static unsigned long long bytes_or_zero(nvmlDevice_t device, const char *key)
{
    unsigned long long bytes = 0;
    put_u64(device, key, 1, &bytes);
    return bytes;
}

static unsigned long long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

/* The shapes that most of NVML's functions share. SCALE turns the scenario's unit into NVML's. */
#define TEXT(FUNCTION, KEY)                                                             \
    nvmlReturn_t FUNCTION(nvmlDevice_t device, char *out, unsigned int length)          \
    {                                                                                   \
        ENTER(device);                                                                  \
        return put_text(device, KEY, out, length);                                      \
    }
#define MACHINE_TEXT(FUNCTION, KEY)                                                     \
    nvmlReturn_t FUNCTION(char *out, unsigned int length)                               \
    {                                                                                   \
        ENTER(THE_MACHINE);                                                             \
        return put_text(THE_MACHINE, KEY, out, length);                                 \
    }
#define UINT(FUNCTION, KEY, SCALE)                                                      \
    nvmlReturn_t FUNCTION(nvmlDevice_t device, unsigned int *out)                       \
    {                                                                                   \
        ENTER(device);                                                                  \
        return put_uints(device, KEY, SCALE, 1, &out);                                  \
    }
#define UINT_PAIR(FUNCTION, KEY, SCALE)                                                 \
    nvmlReturn_t FUNCTION(nvmlDevice_t device, unsigned int *first, unsigned int *second) \
    {                                                                                   \
        ENTER(device);                                                                  \
        return put_uints(device, KEY, SCALE, 2, (unsigned int *[]){first, second});     \
    }
#define U64(FUNCTION, KEY, SCALE)                                                       \
    nvmlReturn_t FUNCTION(nvmlDevice_t device, unsigned long long *out)                 \
    {                                                                                   \
        ENTER(device);                                                                  \
        return put_u64(device, KEY, SCALE, out);                                        \
    }
/* One number out of several, chosen by an enumerator; NAMES are the keys, in NVML's order. */
#define UINT_CHOICE(FUNCTION, FORMAT, NAMES)                                            \
    nvmlReturn_t FUNCTION(nvmlDevice_t device, unsigned int choice, unsigned int *out)  \
    {                                                                                   \
        ENTER(device);                                                                  \
        if (choice >= LENGTH(NAMES))                                                    \
            return NVML_ERROR_INVALID_ARGUMENT;                                         \
        return put_uint(device, scenario_key(FORMAT, NAMES[choice]), out);              \
    }

/* ---- start, stop, machine ---- */

nvmlReturn_t nvmlInit_v2(void)
{
    ENTER(THE_MACHINE);
    __atomic_fetch_add(&init_count, 1, __ATOMIC_RELAXED);
    return NVML_SUCCESS;
}

/* Clients start NVML by any of three names; a fault of nvmlInit_v2 has to reach them all. */
nvmlReturn_t nvmlInitWithFlags(unsigned int flags)
{
    (void)flags;
    ENTER(THE_MACHINE);
    return nvmlInit_v2();
}

nvmlReturn_t nvmlInit(void)
{
    ENTER(THE_MACHINE);
    return nvmlInit_v2();
}

nvmlReturn_t nvmlShutdown(void)
{
    ENTER(THE_MACHINE);
    __atomic_fetch_sub(&init_count, 1, __ATOMIC_RELAXED);
    return NVML_SUCCESS;
}

const char *nvmlErrorString(nvmlReturn_t result)
{
    static const char *const texts[] = {
        "Success", "Uninitialized", "Invalid Argument", "Not Supported",
        "Insufficient Permissions", "Already Initialized", "Not Found", "Insufficient Size",
        "Insufficient External Power", "Driver Not Loaded", "Timeout", "Interrupt Request Issue",
        "NVML Shared Library Not Found", "Function Not Found", "Corrupted infoROM", "GPU is lost",
        "GPU requires reset", "The operating system has blocked the request",
        "Driver/library version mismatch", "In use by another client", "Insufficient Memory",
        "No data", "vGPU does not support ECC", "Insufficient Resources",
        "Frequency Not Supported", "Argument Version Mismatch", "Deprecated", "Not Ready",
        "GPU Not Found", "Invalid State", "Reset Type Not Supported",
    };
    scenario_enter(scenario_machine(), __func__); /* nothing to return an error in */
    return result < LENGTH(texts) ? texts[result] : "Unknown Error";
}

MACHINE_TEXT(nvmlSystemGetDriverVersion, "driver")
MACHINE_TEXT(nvmlSystemGetNVMLVersion, "nvml")

static nvmlReturn_t put_driver_cuda(int *out)
{
    int major, minor;
    const char *text = scenario_text(scenario_machine(), "cuda");
    if (text == NULL || sscanf(text, "%d.%d", &major, &minor) != 2)
        return NVML_ERROR_NOT_SUPPORTED;
    *out = major * 1000 + minor * 10;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion(int *version)
{
    ENTER(THE_MACHINE);
    return put_driver_cuda(version);
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version)
{
    ENTER(THE_MACHINE);
    return put_driver_cuda(version);
}

nvmlReturn_t nvmlSystemGetConfComputeState(nvmlConfComputeSystemState_t *state)
{
    ENTER(THE_MACHINE);
    unsigned int *const out[] = {&state->environment, &state->ccFeature, &state->devToolsMode};
    return put_uints(THE_MACHINE, "conf_compute_state", 1, 3, out);
}

/* ---- handles ---- */

static nvmlReturn_t put_count(unsigned int *count)
{
    for (*count = 0; scenario_child(scenario_machine(), GPU, *count) != NULL;)
        ++*count;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCount(unsigned int *count)
{
    ENTER(THE_MACHINE);
    return put_count(count);
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count)
{
    ENTER(THE_MACHINE);
    return put_count(count);
}

typedef bool Match(const Section *section, const char *wanted);

static bool has_uuid(const Section *section, const char *wanted)
{
    const char *uuid = scenario_text(section, "uuid");
    return uuid != NULL && strcasecmp(uuid, wanted) == 0;
}

static bool has_pci_address(const Section *section, const char *wanted)
{
    unsigned int ours[3], theirs[3];
    return section->kind == GPU && scenario_pci(scenario_text(section, "pci_bus_id"), ours)
        && scenario_pci(wanted, theirs) && memcmp(ours, theirs, sizeof ours) == 0;
}

static const Section *search(Match *match, const char *wanted)
{
    const Section *gpu, *mig;
    for (int i = 0; wanted && (gpu = scenario_child(scenario_machine(), GPU, i)) != NULL; i++) {
        if (match(gpu, wanted))
            return gpu;
        for (int j = 0; (mig = scenario_child(gpu, MIG, j)) != NULL; j++)
            if (match(mig, wanted))
                return mig;
    }
    return NULL;
}

/* The found device is entered, not the machine: NVML gives no handle of a lost GPU. */
#define FIND(FOUND, NOT_FOUND, OUT)                                    \
    do {                                                               \
        const Section *found = FOUND;                                  \
        ENTER(found == NULL ? THE_MACHINE : (nvmlDevice_t)found);      \
        if (found == NULL)                                             \
            return NOT_FOUND;                                          \
        *(OUT) = (nvmlDevice_t)found;                                  \
        return NVML_SUCCESS;                                           \
    } while (0)

nvmlReturn_t nvmlDeviceGetHandleByIndex(unsigned int index, nvmlDevice_t *device)
{
    FIND(scenario_child(scenario_machine(), GPU, index), NVML_ERROR_INVALID_ARGUMENT, device);
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device)
{
    FIND(scenario_child(scenario_machine(), GPU, index), NVML_ERROR_INVALID_ARGUMENT, device);
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device)
{
    FIND(search(has_uuid, uuid), NVML_ERROR_NOT_FOUND, device);
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *address, nvmlDevice_t *device)
{
    FIND(search(has_pci_address, address), NVML_ERROR_NOT_FOUND, device);
}

/* ---- identity ---- */

TEXT(nvmlDeviceGetName, "name")
TEXT(nvmlDeviceGetUUID, "uuid")
TEXT(nvmlDeviceGetSerial, "serial")
TEXT(nvmlDeviceGetBoardPartNumber, "board_part_number")
TEXT(nvmlDeviceGetVbiosVersion, "vbios")
TEXT(nvmlDeviceGetInforomImageVersion, "inforom_image")
UINT(nvmlDeviceGetMinorNumber, "minor_number", 1)
UINT(nvmlDeviceGetBrand, "brand", 1)
UINT(nvmlDeviceGetArchitecture, "architecture", 1)
UINT(nvmlDeviceGetBoardId, "board_id", 1)
UINT(nvmlDeviceGetMultiGpuBoard, "multi_gpu_board", 1)
UINT(nvmlDeviceGetNumGpuCores, "cuda_cores", 1)
UINT(nvmlDeviceGetNumaNodeId, "numa_node", 1)

nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t device, unsigned int *index)
{
    ENTER(device);
    *index = section_of(device)->index;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor)
{
    ENTER(device);
    const char *text = scenario_text(section_of(device), "compute_capability");
    return text != NULL && sscanf(text, "%d.%d", major, minor) == 2 ? NVML_SUCCESS
                                                                     : NVML_ERROR_NOT_SUPPORTED;
}

static nvmlReturn_t put_pci(nvmlDevice_t device, const char *key, nvmlPciInfo_t *pci)
{
    unsigned int at[3];
    if (!scenario_pci(scenario_text(section_of(device), key), at))
        return NVML_ERROR_NOT_SUPPORTED;
    memset(pci, 0, sizeof *pci);
    pci->domain = at[0], pci->bus = at[1], pci->device = at[2];
    snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.0",
             at[0] & 0xffff, at[1] & 0xff, at[2] & 0xff);
    snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", at[0], at[1], at[2]);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci)
{
    ENTER(device);
    nvmlReturn_t result = put_pci(device, "pci_bus_id", pci);
    if (result == NVML_SUCCESS) {
        put_uint(device, "pci_device_id", &pci->pciDeviceId);
        put_uint(device, "pci_subsystem_id", &pci->pciSubSystemId);
    }
    return result;
}

/* ---- memory ---- */

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory)
{
    ENTER(device);
    nvmlReturn_t result = put_u64(device, "memory_total_bytes", 1, &memory->total);
    if (result == NVML_SUCCESS) {
        /* Version 1 has no reserved field: what the driver keeps counts as used. */
        memory->used = bytes_or_zero(device, "memory_used_bytes")
                     + bytes_or_zero(device, "memory_reserved_bytes");
        memory->free = memory->total - memory->used;
    }
    return result;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory)
{
    ENTER(device);
    if (memory->version != VERSION(nvmlMemory_v2_t, 2))
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    nvmlReturn_t result = put_u64(device, "memory_total_bytes", 1, &memory->total);
    if (result == NVML_SUCCESS) {
        memory->used = bytes_or_zero(device, "memory_used_bytes");
        memory->reserved = bytes_or_zero(device, "memory_reserved_bytes");
        memory->free = memory->total - memory->used - memory->reserved;
    }
    return result;
}

nvmlReturn_t nvmlDeviceGetBAR1MemoryInfo(nvmlDevice_t device, nvmlBAR1Memory_t *memory)
{
    ENTER(device);
    nvmlReturn_t result = put_u64(device, "bar1_total_bytes", 1, &memory->bar1Total);
    if (result == NVML_SUCCESS) {
        memory->bar1Used = bytes_or_zero(device, "bar1_used_bytes");
        memory->bar1Free = memory->bar1Total - memory->bar1Used;
    }
    return result;
}

UINT(nvmlDeviceGetMemoryBusWidth, "memory_bus_width_bits", 1)

/* ---- memory errors ---- */

static const char *const error_types[] = {"corrected", "uncorrected"};
static const char *const counter_types[] = {"volatile", "aggregate"};
static const char *const locations[] = {
    "l1_cache", "l2_cache", "device_memory", "register_file",
    "texture_memory", "texture_shm", "cbu", "sram",
};

UINT_PAIR(nvmlDeviceGetEccMode, "ecc_mode", 1)
UINT(nvmlDeviceGetDefaultEccMode, "ecc_mode_default", 1)

nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, unsigned int error,
                                         unsigned int counter, unsigned long long *count)
{
    ENTER(device);
    if (error >= LENGTH(error_types) || counter >= LENGTH(counter_types))
        return NVML_ERROR_INVALID_ARGUMENT;
    const char *key = scenario_key("ecc.%s.%s", counter_types[counter], error_types[error]);
    return put_u64(device, key, 1, count);
}

nvmlReturn_t nvmlDeviceGetMemoryErrorCounter(nvmlDevice_t device, unsigned int error,
                                             unsigned int counter, unsigned int location,
                                             unsigned long long *count)
{
    ENTER(device);
    if (error >= LENGTH(error_types) || counter >= LENGTH(counter_types)
        || location >= LENGTH(locations))
        return NVML_ERROR_INVALID_ARGUMENT;
    const char *key = scenario_key("ecc.%s.%s.%s", counter_types[counter], error_types[error],
                                   locations[location]);
    return put_u64(device, key, 1, count);
}

nvmlReturn_t nvmlDeviceGetRemappedRows(nvmlDevice_t device, unsigned int *corrected,
                                       unsigned int *uncorrected, unsigned int *is_pending,
                                       unsigned int *has_failed)
{
    ENTER(device);
    unsigned int *const out[] = {corrected, uncorrected, is_pending, has_failed};
    return put_uints(device, "remapped_rows", 1, 4, out);
}

nvmlReturn_t nvmlDeviceGetRowRemapperHistogram(nvmlDevice_t device,
                                               nvmlRowRemapperHistogramValues_t *banks)
{
    ENTER(device);
    unsigned int *const out[] = {&banks->max, &banks->high, &banks->partial, &banks->low,
                                 &banks->none};
    return put_uints(device, "row_remapper_histogram", 1, 5, out);
}

UINT(nvmlDeviceGetRetiredPagesPendingStatus, "retired_pages_pending", 1)

static nvmlReturn_t put_retired_pages(nvmlDevice_t device, unsigned int cause, unsigned int *count,
                                      unsigned long long *addresses, unsigned long long *times)
{
    unsigned int room = addresses == NULL ? 0 : *count, found = 0;
    const char *line;
    if (scenario_text(section_of(device), "retired_pages_pending") == NULL)
        return NVML_ERROR_NOT_SUPPORTED;
    for (int n = 0; (line = scenario_line(section_of(device), "retired_page", n)) != NULL; n++) {
        char *end;
        if (strtoul(line, &end, 0) != cause)
            continue;
        if (found < room) {
            addresses[found] = strtoull(end, &end, 0);
            if (times != NULL)
                times[found] = strtoull(end, &end, 0);
        }
        found++;
    }
    *count = found;
    return found > room ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetRetiredPages(nvmlDevice_t device, unsigned int cause,
                                       unsigned int *count, unsigned long long *addresses)
{
    ENTER(device);
    return put_retired_pages(device, cause, count, addresses, NULL);
}

nvmlReturn_t nvmlDeviceGetRetiredPages_v2(nvmlDevice_t device, unsigned int cause,
                                          unsigned int *count, unsigned long long *addresses,
                                          unsigned long long *times)
{
    ENTER(device);
    return put_retired_pages(device, cause, count, addresses, times);
}

/* ---- clocks, power, heat, use ---- */

static const char *const clocks[] = {"graphics", "sm", "memory", "video"};
static const char *const thresholds[] = {
    "shutdown", "slowdown", "memory_max", "gpu_max",
    "acoustic_min", "acoustic_current", "acoustic_max", "gps_current",
};
static const char *const sensors[] = {"gpu"};
static const char *const pcie_counters[] = {"tx", "rx"};

UINT_CHOICE(nvmlDeviceGetClockInfo, "clock_%s_mhz", clocks)
UINT_CHOICE(nvmlDeviceGetMaxClockInfo, "clock_%s_max_mhz", clocks)
UINT_CHOICE(nvmlDeviceGetApplicationsClock, "clock_%s_application_mhz", clocks)
U64(nvmlDeviceGetCurrentClocksEventReasons, "clocks_event_reasons", 1)
U64(nvmlDeviceGetCurrentClocksThrottleReasons, "clocks_event_reasons", 1)
U64(nvmlDeviceGetSupportedClocksEventReasons, "clocks_event_reasons_supported", 1)
U64(nvmlDeviceGetSupportedClocksThrottleReasons, "clocks_event_reasons_supported", 1)
UINT(nvmlDeviceGetPerformanceState, "performance_state", 1)

UINT(nvmlDeviceGetPowerUsage, "power_w", 1000)
UINT(nvmlDeviceGetEnforcedPowerLimit, "power_limit_enforced_w", 1000)
UINT(nvmlDeviceGetPowerManagementLimit, "power_limit_w", 1000)
UINT(nvmlDeviceGetPowerManagementDefaultLimit, "power_limit_default_w", 1000)
UINT_PAIR(nvmlDeviceGetPowerManagementLimitConstraints, "power_limit_range_w", 1000)
U64(nvmlDeviceGetTotalEnergyConsumption, "energy_j", 1000)

UINT_CHOICE(nvmlDeviceGetTemperature, "temperature_%s_c", sensors)
UINT_CHOICE(nvmlDeviceGetTemperatureThreshold, "temperature_%s_c", thresholds)

nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_t *reading)
{
    ENTER(device);
    if (reading->version != VERSION(nvmlTemperature_v1_t, 1))
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    double degrees;
    if (reading->sensorType >= LENGTH(sensors))
        return NVML_ERROR_INVALID_ARGUMENT;
    if (!scenario_number(section_of(device), "temperature_gpu_c", &degrees))
        return NVML_ERROR_NOT_SUPPORTED;
    reading->temperature = (int)degrees;
    return NVML_SUCCESS;
}

UINT(nvmlDeviceGetFanSpeed, "fan_percent", 1)
UINT(nvmlDeviceGetNumFans, "fan_count", 1)

nvmlReturn_t nvmlDeviceGetFanSpeed_v2(nvmlDevice_t device, unsigned int fan, unsigned int *percent)
{
    ENTER(device);
    (void)fan;
    return put_uint(device, "fan_percent", percent);
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *use)
{
    ENTER(device);
    nvmlReturn_t result = put_uint(device, "utilization_gpu_percent", &use->gpu);
    return result != NVML_SUCCESS ? result
                                  : put_uint(device, "utilization_memory_percent", &use->memory);
}

static nvmlReturn_t put_use(nvmlDevice_t device, const char *key, unsigned int *percent,
                            unsigned int *period_us)
{
    *period_us = 1000000 / 6; /* the driver samples about six times a second */
    return put_uint(device, key, percent);
}

nvmlReturn_t nvmlDeviceGetEncoderUtilization(nvmlDevice_t device, unsigned int *percent,
                                             unsigned int *period_us)
{
    ENTER(device);
    return put_use(device, "utilization_encoder_percent", percent, period_us);
}

nvmlReturn_t nvmlDeviceGetDecoderUtilization(nvmlDevice_t device, unsigned int *percent,
                                             unsigned int *period_us)
{
    ENTER(device);
    return put_use(device, "utilization_decoder_percent", percent, period_us);
}

/* ---- PCI Express ---- */

UINT(nvmlDeviceGetCurrPcieLinkGeneration, "pcie_generation", 1)
UINT(nvmlDeviceGetCurrPcieLinkWidth, "pcie_width", 1)
UINT(nvmlDeviceGetMaxPcieLinkGeneration, "pcie_generation_max", 1)
UINT(nvmlDeviceGetMaxPcieLinkWidth, "pcie_width_max", 1)
UINT(nvmlDeviceGetGpuMaxPcieLinkGeneration, "pcie_generation_gpu_max", 1)
UINT(nvmlDeviceGetPcieReplayCounter, "pcie_replays", 1)
UINT_CHOICE(nvmlDeviceGetPcieThroughput, "pcie_%s_kb_per_s", pcie_counters)

/* ---- modes ---- */

UINT(nvmlDeviceGetComputeMode, "compute_mode", 1)
UINT(nvmlDeviceGetPersistenceMode, "persistence_mode", 1)
UINT(nvmlDeviceGetDisplayMode, "display_mode", 1)
UINT(nvmlDeviceGetDisplayActive, "display_active", 1)
UINT(nvmlDeviceGetAccountingMode, "accounting_mode", 1)
UINT(nvmlDeviceGetVirtualizationMode, "virtualization_mode", 1)
UINT_PAIR(nvmlDeviceGetDriverModel, "driver_model", 1)
UINT_PAIR(nvmlDeviceGetDriverModel_v2, "driver_model", 1)
UINT_PAIR(nvmlDeviceGetGspFirmwareMode, "gsp_firmware_mode", 1)

nvmlReturn_t nvmlDeviceGetGspFirmwareVersion(nvmlDevice_t device, char *version)
{
    ENTER(device);
    return put_text(device, "gsp_firmware", version, 64);
}

nvmlReturn_t nvmlDeviceGetAddressingMode(nvmlDevice_t device, nvmlDeviceAddressingMode_t *mode)
{
    ENTER(device);
    return put_uint(device, "addressing_mode", &mode->value);
}

nvmlReturn_t nvmlDeviceGetGridLicensableFeatures_v4(nvmlDevice_t device,
                                                    nvmlGridLicensableFeatures_t *licence)
{
    ENTER(device);
    unsigned int feature[3];
    unsigned int *const out[] = {&feature[0], &feature[1], &feature[2]};
    nvmlReturn_t result = put_uints(device, "vgpu_license", 1, 3, out);
    if (result == NVML_SUCCESS) {
        memset(licence, 0, sizeof *licence);
        nvmlGridLicensableFeature_t *only = &licence->gridLicensableFeatures[0];
        licence->isGridLicenseSupported = 1;
        licence->licensableFeaturesCount = 1;
        only->featureCode = feature[0];
        only->featureState = feature[1];
        only->featureEnabled = feature[2];
        put_text(device, "vgpu_license_info", only->licenseInfo, sizeof only->licenseInfo);
        put_text(device, "vgpu_license_product", only->productName, sizeof only->productName);
    }
    return result;
}

/* cpu_affinity reads as Linux writes a CPU list: 0-15,32-47 */
nvmlReturn_t nvmlDeviceGetCpuAffinity(nvmlDevice_t device, unsigned int words, unsigned long *set)
{
    ENTER(device);
    const unsigned long bits = sizeof *set * CHAR_BIT;
    const char *at = scenario_text(section_of(device), "cpu_affinity");
    if (at == NULL)
        return NVML_ERROR_NOT_SUPPORTED;
    memset(set, 0, words * sizeof *set);
    for (; at != NULL; at = strchr(at, ',') == NULL ? NULL : strchr(at, ',') + 1) {
        unsigned long first, last;
        if (sscanf(at, "%lu-%lu", &first, &last) == 1)
            last = first;
        for (; first <= last && first < words * bits; first++)
            set[first / bits] |= 1UL << first % bits;
    }
    return NVML_SUCCESS;
}

/* ---- processes ---- */

/* Lines such as "compute_process = 4242 536870912 [GPU_INSTANCE COMPUTE_INSTANCE]"; "-" stands
 * for memory that the driver does not know, as on Windows and in some containers. */
static bool read_process(nvmlDevice_t device, const char *key, int n, nvmlProcessInfo_v2_t *out)
{
    const char *line = scenario_line(section_of(device), key, n);
    char memory[32] = "-";
    *out = (nvmlProcessInfo_v2_t){0, ULLONG_MAX, UINT_MAX, UINT_MAX};
    if (line == NULL || sscanf(line, "%u %31s %u %u", &out->pid, memory, &out->gpuInstanceId,
                               &out->computeInstanceId) < 1)
        return false;
    if (strcmp(memory, "-") != 0)
        out->usedGpuMemory = strtoull(memory, NULL, 0);
    return true;
}

static nvmlReturn_t put_processes(nvmlDevice_t device, const char *key, unsigned int *count,
                                  nvmlProcessInfo_v1_t *v1, nvmlProcessInfo_v2_t *v2)
{
    unsigned int room = v1 == NULL && v2 == NULL ? 0 : *count, found = 0;
    nvmlProcessInfo_v2_t process;
    double limit = UINT_MAX; /* how many of the compute processes are there by now */
    if (strcmp(key, "compute_process") == 0)
        scenario_number(section_of(device), "compute_process_count", &limit);
    for (; found < limit && read_process(device, key, found, &process); found++) {
        if (found < room && v1 != NULL)
            v1[found] = (nvmlProcessInfo_v1_t){process.pid, process.usedGpuMemory};
        if (found < room && v2 != NULL)
            v2[found] = process;
    }
    *count = found;
    return found > room ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;
}

/* Version 3 changed nothing in the layout. */
#define PROCESSES_V1(FUNCTION, KEY)                                                     \
    nvmlReturn_t FUNCTION(nvmlDevice_t device, unsigned int *count, nvmlProcessInfo_v1_t *out) \
    {                                                                                   \
        ENTER(device);                                                                  \
        return put_processes(device, KEY, count, out, NULL);                            \
    }
#define PROCESSES_V2(FUNCTION, KEY)                                                     \
    nvmlReturn_t FUNCTION(nvmlDevice_t device, unsigned int *count, nvmlProcessInfo_v2_t *out) \
    {                                                                                   \
        ENTER(device);                                                                  \
        return put_processes(device, KEY, count, NULL, out);                            \
    }

PROCESSES_V1(nvmlDeviceGetComputeRunningProcesses, "compute_process")
PROCESSES_V2(nvmlDeviceGetComputeRunningProcesses_v2, "compute_process")
PROCESSES_V2(nvmlDeviceGetComputeRunningProcesses_v3, "compute_process")
PROCESSES_V1(nvmlDeviceGetGraphicsRunningProcesses, "graphics_process")
PROCESSES_V2(nvmlDeviceGetGraphicsRunningProcesses_v2, "graphics_process")
PROCESSES_V2(nvmlDeviceGetGraphicsRunningProcesses_v3, "graphics_process")
PROCESSES_V1(nvmlDeviceGetMPSComputeRunningProcesses, "mps_process")
PROCESSES_V2(nvmlDeviceGetMPSComputeRunningProcesses_v2, "mps_process")
PROCESSES_V2(nvmlDeviceGetMPSComputeRunningProcesses_v3, "mps_process")

nvmlReturn_t nvmlDeviceGetProcessUtilization(nvmlDevice_t device,
                                             nvmlProcessUtilizationSample_t *samples,
                                             unsigned int *count, unsigned long long since_us)
{
    ENTER(device);
    unsigned int room = samples == NULL ? 0 : *count, found = 0;
    const char *line;
    (void)since_us;
    for (; (line = scenario_line(section_of(device), "process_utilization", found)) != NULL;
         found++) {
        nvmlProcessUtilizationSample_t one = {.timeStamp = now_us()};
        sscanf(line, "%u %u %u %u %u", &one.pid, &one.smUtil, &one.memUtil, &one.encUtil,
               &one.decUtil);
        if (found < room)
            samples[found] = one;
    }
    *count = found;
    if (found == 0)
        return NVML_ERROR_NOT_FOUND;
    return found > room ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;
}

/* ---- MIG ---- */

UINT_PAIR(nvmlDeviceGetMigMode, "mig_mode", 1)
UINT(nvmlDeviceGetMaxMigDeviceCount, "mig_max_count", 1)
UINT(nvmlDeviceGetGpuInstanceId, "gpu_instance_id", 1)
UINT(nvmlDeviceGetComputeInstanceId, "compute_instance_id", 1)

nvmlReturn_t nvmlDeviceIsMigDeviceHandle(nvmlDevice_t device, unsigned int *is_mig)
{
    ENTER(device);
    *is_mig = section_of(device)->kind == MIG;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned int index,
                                                 nvmlDevice_t *mig)
{
    ENTER(device);
    *mig = (nvmlDevice_t)scenario_child(section_of(device), MIG, index);
    return *mig == NULL ? NVML_ERROR_NOT_FOUND : NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvmlDevice_t mig, nvmlDevice_t *device)
{
    ENTER(mig);
    if (section_of(mig)->kind != MIG)
        return NVML_ERROR_INVALID_ARGUMENT;
    *device = (nvmlDevice_t)section_of(mig)->parent;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetAttributes_v2(nvmlDevice_t device, nvmlDeviceAttributes_t *out)
{
    ENTER(device);
    double numbers[9];
    if (!scenario_numbers(section_of(device), "mig_attributes", LENGTH(numbers), numbers))
        return NVML_ERROR_NOT_SUPPORTED;
    *out = (nvmlDeviceAttributes_t){
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4],
        numbers[5], numbers[6], numbers[7], numbers[8],
    };
    return NVML_SUCCESS;
}

/* ---- several GPUs: NVLink, topology, fabric ---- */

static const char *const nvlink_errors[] = {
    "replay_errors", "recovery_errors", "crc_flit_errors", "crc_data_errors", "ecc_data_errors",
};
static const char *const nvlink_capabilities[] = {
    "p2p_supported", "sysmem_access", "p2p_atomics", "sysmem_atomics", "sli_bridge", "valid",
};
static const char *const p2p_capabilities[] = {
    "p2p_read", "p2p_write", "p2p_nvlink", "p2p_atomics", "p2p_pci",
};

/* "nvlink.3.active" where the scenario has it, else "nvlink.active", which is for all links. */
static const char *link_key(nvmlDevice_t device, unsigned int link, const char *name)
{
    const char *key = scenario_key("nvlink.%u.%s", link, name);
    return scenario_text(section_of(device), key) != NULL ? key : scenario_key("nvlink.%s", name);
}

static bool has_link(nvmlDevice_t device, unsigned int link)
{
    double count;
    /* Without NVLink the value itself is unset, which says NOT_SUPPORTED. */
    return !scenario_number(section_of(device), "nvlink.count", &count) || link < count;
}

#define LINK_UINT(FUNCTION, NAME)                                                      \
    nvmlReturn_t FUNCTION(nvmlDevice_t device, unsigned int link, unsigned int *out)   \
    {                                                                                  \
        ENTER(device);                                                                 \
        if (!has_link(device, link))                                                   \
            return NVML_ERROR_INVALID_ARGUMENT;                                        \
        return put_uint(device, link_key(device, link, NAME), out);                    \
    }

LINK_UINT(nvmlDeviceGetNvLinkState, "active")
LINK_UINT(nvmlDeviceGetNvLinkVersion, "version")
LINK_UINT(nvmlDeviceGetNvLinkRemoteDeviceType, "remote_type")

nvmlReturn_t nvmlDeviceGetNvLinkCapability(nvmlDevice_t device, unsigned int link,
                                           unsigned int capability, unsigned int *out)
{
    ENTER(device);
    if (!has_link(device, link) || capability >= LENGTH(nvlink_capabilities))
        return NVML_ERROR_INVALID_ARGUMENT;
    return put_uint(device, link_key(device, link, nvlink_capabilities[capability]), out);
}

nvmlReturn_t nvmlDeviceGetNvLinkErrorCounter(nvmlDevice_t device, unsigned int link,
                                             unsigned int counter, unsigned long long *out)
{
    ENTER(device);
    if (!has_link(device, link) || counter >= LENGTH(nvlink_errors))
        return NVML_ERROR_INVALID_ARGUMENT;
    return put_u64(device, link_key(device, link, nvlink_errors[counter]), 1, out);
}

nvmlReturn_t nvmlDeviceGetNvLinkRemotePciInfo_v2(nvmlDevice_t device, unsigned int link,
                                                 nvmlPciInfo_t *pci)
{
    ENTER(device);
    if (!has_link(device, link))
        return NVML_ERROR_INVALID_ARGUMENT;
    return put_pci(device, link_key(device, link, "remote_pci"), pci);
}

/* "pair.0.1.topology", lower index first, else "pair.topology", which is for all pairs. */
static nvmlReturn_t put_pair(nvmlDevice_t one, nvmlDevice_t other, const char *name,
                             unsigned int *out)
{
    int a = section_of(one)->index, b = section_of(other)->index;
    const char *key = scenario_key("pair.%d.%d.%s", a < b ? a : b, a < b ? b : a, name);
    if (scenario_text(scenario_machine(), key) == NULL)
        key = scenario_key("pair.%s", name);
    return put_uint(THE_MACHINE, key, out);
}

nvmlReturn_t nvmlDeviceGetTopologyCommonAncestor(nvmlDevice_t one, nvmlDevice_t other,
                                                 unsigned int *level)
{
    ENTER(one);
    ENTER(other);
    return put_pair(one, other, "topology", level);
}

nvmlReturn_t nvmlDeviceGetP2PStatus(nvmlDevice_t one, nvmlDevice_t other, unsigned int capability,
                                    unsigned int *status)
{
    ENTER(one);
    ENTER(other);
    if (capability >= LENGTH(p2p_capabilities))
        return NVML_ERROR_INVALID_ARGUMENT;
    return put_pair(one, other, p2p_capabilities[capability], status);
}

/* "fabric = STATE STATUS CLIQUE HEALTH_MASK HEALTH_SUMMARY": version 3 has all of it. */
static nvmlReturn_t read_fabric(nvmlDevice_t device, nvmlGpuFabricInfo_v3_t *info)
{
    double numbers[5];
    const char *uuid = scenario_text(section_of(device), "fabric_cluster_uuid");
    if (!scenario_numbers(section_of(device), "fabric", LENGTH(numbers), numbers))
        return NVML_ERROR_NOT_SUPPORTED;
    *info = (nvmlGpuFabricInfo_v3_t){
        .state = numbers[0], .status = numbers[1], .cliqueId = numbers[2],
        .healthMask = numbers[3], .healthSummary = numbers[4],
    };
    for (size_t i = 0; uuid != NULL && i < sizeof info->clusterUuid; i++) {
        uuid += *uuid == '-';
        if (sscanf(uuid, "%2hhx", &info->clusterUuid[i]) == 1)
            uuid += 2;
    }
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetGpuFabricInfo(nvmlDevice_t device, nvmlGpuFabricInfo_t *info)
{
    ENTER(device);
    nvmlGpuFabricInfo_v3_t all;
    nvmlReturn_t result = read_fabric(device, &all);
    if (result == NVML_SUCCESS) {
        memcpy(info->clusterUuid, all.clusterUuid, sizeof info->clusterUuid);
        info->status = all.status;
        info->cliqueId = all.cliqueId;
        info->state = all.state;
    }
    return result;
}

nvmlReturn_t nvmlDeviceGetGpuFabricInfoV(nvmlDevice_t device, nvmlGpuFabricInfoV_t *info)
{
    ENTER(device);
    unsigned int version = info->version;
    if (version != VERSION(nvmlGpuFabricInfo_v2_t, 2)
        && version != VERSION(nvmlGpuFabricInfo_v3_t, 3))
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    nvmlGpuFabricInfo_v3_t all;
    nvmlReturn_t result = read_fabric(device, &all);
    if (result == NVML_SUCCESS) {
        all.version = version;
        /* A version 2 caller owns fewer bytes; version 2 is the beginning of version 3. */
        memcpy(info, &all, version & 0xffffff);
    }
    return result;
}

/* ---- values by number: "field.91 = 12" ---- */

nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, nvmlFieldValue_t *values)
{
    ENTER(device);
    for (nvmlFieldValue_t *value = values; value < values + count; value++) {
        const char *key = scenario_key("field.%u", value->fieldId);
        value->timestamp = (long long)now_us();
        value->latencyUsec = 0;
        value->valueType = NVML_VALUE_TYPE_UNSIGNED_LONG_LONG;
        value->nvmlReturn = put_u64(device, key, 1, &value->value.ullVal);
    }
    return NVML_SUCCESS;
}
