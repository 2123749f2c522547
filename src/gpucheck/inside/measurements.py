"""What the driver's smoke test measures of a machine: copies, launches, what hides behind what.

Opened by path by `smoke/cuda_driver.py`. In: that test on one device. Out: the facts `copies`,
`launch_s` and `overlap` of `facts.SmokeDevice`. Every time is the median of several.
"""

from __future__ import division

import ctypes
import os

MIB = 1 << 20
COPY_BYTES = {"quick": 32 * MIB, "full": 256 * MIB}
DEVICE_COPY_BYTES = {"quick": 128 * MIB, "full": 512 * MIB}  # more than any cache holds
REPEATS = {"quick": 3, "full": 15}
LAUNCHES = {"quick": 100, "full": 2000}
FIRST_SPINS = 20000


class Measurements(object):
    """What is measured of a device; each method is a part, and reports it."""

    def __init__(self, driver, device, budget_bytes):
        self.driver, self.device, self.budget_bytes = driver, device, budget_bytes
        self.context, self.kernels = driver.context, driver.kernels
        self.word = driver.contexts["word"]
        self.repeats = REPEATS[device.level]
        self.most_taken_bytes = self.copied = 0

    def launch_s(self):
        """Measure from the launch of an empty kernel until its end is known."""

        def launch():
            self.context.launch(self.kernels["nothing"], (1, 1), (1, 1), [])

        launch()
        times = [self.context.waited_seconds(launch) for _ in range(LAUNCHES[self.device.level])]
        self.device.fact("launch_s", median(times))

    def copies(self):
        """Measure copies from pageable and from page-locked memory, and within the device."""
        size = min(COPY_BYTES[self.device.level], self.budget_bytes // 4)
        here = self.context.allocate(size)
        self.most_taken_bytes = max(self.most_taken_bytes, self.context.taken_bytes)
        pageable = ctypes.create_string_buffer(os.urandom(MIB) * (size // MIB), size)
        pinned = self.context.pinned(size)
        ctypes.memmove(pinned, pageable, size)
        for kind, host in (("pageable", ctypes.addressof(pageable)), ("pinned", pinned)):
            self.copy("host_to_device_" + kind, size, "cuMemcpyHtoD_v2", here, host)
            self.copy("device_to_host_" + kind, size, "cuMemcpyDtoH_v2", host, here)
        self.context.do("cuMemFreeHost", self.word(pinned))
        self.context.free(here, size)
        self.device_copy()

    def copy(self, kind, size, call, to, source):
        """Time one kind of copy; it returns when the bytes are there."""
        arguments = (self.word(to), self.word(source), self.word(size))
        self.context.do(call, *arguments)
        times = [
            self.context.waited_seconds(lambda: self.context.do(call, *arguments))
            for _ in range(self.repeats)
        ]
        self.report(kind, size, median(times))

    def device_copy(self):
        """Copy within the device, more than its caches hold."""
        size = min(DEVICE_COPY_BYTES[self.device.level], self.budget_bytes // 4)
        places = [self.context.allocate(size) for _ in range(2)]
        self.most_taken_bytes = max(self.most_taken_bytes, self.context.taken_bytes)
        self.context.do("cuMemsetD32_v2", self.word(places[1]), 0x3F9D70A4, self.word(size // 4))
        arguments = [self.word(each) for each in (places[0], places[1], size)] + [None]

        def run():
            self.context.do("cuMemcpyDtoDAsync_v2", *arguments)

        run()
        times = [self.context.event_seconds(run, 4) / 4 for _ in range(self.repeats)]
        for place in places:
            self.context.free(place, size)
        self.report("device_to_device", size, median(times))

    def report(self, kind, size, seconds, **more):
        """Report a copy."""
        if seconds > 0:
            fact = {"kind": kind, "size_bytes": size, "seconds": seconds}
            self.device.fact("copies", self.copied, dict(fact, bytes_per_s=size / seconds, **more))
            self.copied += 1

    def overlap(self):
        """Measure how much of a copy, or of a kernel as long, the other one hides."""
        size = min(COPY_BYTES["quick"], self.budget_bytes // 4)
        here, pinned = self.context.allocate(size), self.context.pinned(size)
        streams = [self.context.stream() for _ in range(2)]
        result = self.context.allocate(4)
        arguments = [self.word(here), self.word(pinned), self.word(size), streams[0]]

        def copy():
            self.context.do("cuMemcpyHtoDAsync_v2", *arguments)

        def spin(count):
            parameters = [ctypes.c_uint64(result), ctypes.c_uint32(count)]
            self.context.launch(self.kernels["spin"], (1, 1), (1, 1), parameters, streams[1])

        def seconds(*runs):
            def all_of_them():
                for run in runs:
                    run()

            return median([self.context.waited_seconds(all_of_them) for _ in range(self.repeats)])

        seconds(copy, lambda: spin(FIRST_SPINS))
        copy_s, first_s = seconds(copy), seconds(lambda: spin(FIRST_SPINS))
        count = max(1, int(FIRST_SPINS * copy_s / first_s))
        spin_s = seconds(lambda: spin(count))
        both_s = seconds(lambda: spin(count), copy)
        self.context.do("cuMemFreeHost", self.word(pinned))
        hidden = (copy_s + spin_s - both_s) / min(copy_s, spin_s)
        self.device.fact("overlap", max(0.0, min(1.0, hidden)))

    def peers(self):
        """Measure copies to every other GPU, directly where they reach each other."""
        count = ctypes.c_int()
        self.context.do("cuDeviceGetCount", ctypes.byref(count))
        for ordinal in range(count.value):
            if ordinal != self.device.ordinal:
                self.peer(ordinal)

    def peer(self, ordinal):
        """Measure a copy to one other GPU, and whether its bytes arrive."""
        do, word = self.context.do, self.word
        other = self.driver.asking["Device"](self.driver.cuda, ordinal).handle
        size = min(COPY_BYTES["full"], self.budget_bytes // 4)
        here = self.context.allocate(size)
        sent = ctypes.create_string_buffer(os.urandom(MIB) * (size // MIB), size)
        do("cuMemcpyHtoD_v2", word(here), ctypes.byref(sent), word(size))
        can = ctypes.c_int()
        do("cuDeviceCanAccessPeer", ctypes.byref(can), self.context.device, other)
        there = self.driver.contexts["Context"](self.driver.cuda, self.context.unavailable, other)
        try:
            place = there.allocate(size)
            do("cuCtxSetCurrent", self.context.handle)
            if can.value:
                do("cuCtxEnablePeerAccess", there.handle, 0)
            arguments = (word(place), there.handle, word(here), self.context.handle, word(size))

            def run():
                do("cuMemcpyPeer", *arguments)

            run()
            times = [self.context.waited_seconds(run) for _ in range(self.repeats)]
            got = ctypes.create_string_buffer(size)
            do("cuCtxSetCurrent", there.handle)
            do("cuMemcpyDtoH_v2", ctypes.byref(got), word(place), word(size))
            if got.raw != sent.raw:
                raise ValueError("what was copied to GPU %d arrived changed" % ordinal)
            self.report("peer", size, median(times), peer_ordinal=ordinal)
        finally:
            there.close()
            do("cuCtxSetCurrent", self.context.handle)
            self.context.free(here, size)


def median(values):
    """Return the middle of the sorted values."""
    return sorted(values)[len(values) // 2]
