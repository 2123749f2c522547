"""What the driver's smoke test measures of a machine: copies, launches, what hides behind what.

Opened by path by `smoke/cuda_driver.py`. In: that test on one device. Out: the facts `copies`,
`launch_s` and `overlap` of `facts.SmokeDevice`. Every time is the median of several.
"""

from __future__ import division

import ctypes
import os

MIB = 1 << 20
COPY_BYTES = {"quick": 16 * MIB, "full": 256 * MIB}
PEER_COPY_BYTES = 64 * MIB
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
        self.host_bytes = min(COPY_BYTES[device.level], budget_bytes // 4)

    def all_parts(self):
        """Measure; a part that cannot be measured is left out alone."""
        parts = ("launch_s", "pageable_copies", "pinned_copies", "device_copy")
        for part in parts + ("overlap", "peers") * (self.device.level == "full"):
            self.attempt(part, getattr(self, part))

    def attempt(self, part, measure):
        """Measure a part; an error that lasts ends the test of the device, another only it."""
        if self.context.has_lasting_error or not self.device.has_time(part):
            return
        error = self.device.attempt(part, measure)
        if error and self.context.is_lost():
            self.device.fact("error", error)
        elif error:
            self.device.fact("unavailable", part, error["message"])

    def launch_s(self):
        """Measure from the launch of an empty kernel until its end is known."""

        def launch():
            self.context.launch(self.kernels["nothing"], (1, 1), (1, 1), [])

        launch()
        times = [self.context.waited_seconds(launch) for _ in range(LAUNCHES[self.device.level])]
        self.device.fact("launch_s", median(times))

    def pageable_copies(self):
        """Measure copies from and to ordinary memory of the host."""
        host = ctypes.create_string_buffer(random_bytes(self.host_bytes), self.host_bytes)
        self.there_and_back("pageable", ctypes.addressof(host))

    def pinned_copies(self):
        """Measure copies from and to page-locked memory of the host."""
        pinned = self.context.pinned(self.host_bytes)
        ctypes.memmove(pinned, random_bytes(self.host_bytes), self.host_bytes)
        self.there_and_back("pinned", pinned)
        self.context.do("cuMemFreeHost", self.word(pinned))

    def there_and_back(self, name, host):
        """Measure copies between an address of the host and the device, both ways."""
        size = self.host_bytes
        here = self.allocate(size)
        self.copy("host_to_device_" + name, size, "cuMemcpyHtoD_v2", here, host)
        self.copy("device_to_host_" + name, size, "cuMemcpyDtoH_v2", host, here)
        self.context.free(here, size)

    def allocate(self, size):
        """Return the address of memory on the device; how much was taken at most is kept."""
        address = self.context.allocate(size)
        self.most_taken_bytes = max(self.most_taken_bytes, self.context.taken_bytes)
        return address

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
        places = [self.allocate(size) for _ in range(2)]
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
        here, pinned = self.allocate(size), self.context.pinned(size)
        streams = [self.context.stream() for _ in range(2)]
        result = self.allocate(4)
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
        if copy_s <= 0 or first_s <= 0:
            raise ValueError("the clock is too coarse")
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
                self.attempt("peer %d" % ordinal, lambda to=ordinal: self.peer(to))

    def peer(self, ordinal):
        """Measure a copy to one other GPU, and tell whether its bytes arrived changed."""
        here = self.context
        other = here.fill("cuDeviceGet[%d]" % ordinal, ctypes.c_int(), ordinal).value
        there = self.driver.contexts["Context"](here.cuda, here.unavailable, other)
        try:
            self.copy_to(ordinal, there)
        finally:
            try:
                there.close()
            finally:
                here.do("cuCtxSetCurrent", here.handle)

    def copy_to(self, ordinal, there):
        """Copy to a context on another GPU, directly where the two reach each other."""
        do, word, here = self.context.do, self.word, self.context
        size = min(PEER_COPY_BYTES, self.budget_bytes // 4, there.free_bytes() // 4)
        place = there.allocate(size)
        do("cuCtxSetCurrent", here.handle)
        can = ctypes.c_int()
        do("cuDeviceCanAccessPeer", ctypes.byref(can), here.device, there.device)
        if can.value:
            do("cuCtxEnablePeerAccess", there.handle, 0)
        source, sent = self.allocate(size), random_bytes(size)
        do("cuMemcpyHtoD_v2", word(source), ctypes.c_char_p(sent), word(size))
        arguments = (word(place), there.handle, word(source), here.handle, word(size))

        def run():
            do("cuMemcpyPeer", *arguments)

        run()
        times = [here.waited_seconds(run) for _ in range(self.repeats)]
        here.free(source, size)
        got = ctypes.create_string_buffer(size)
        do("cuCtxSetCurrent", there.handle)
        do("cuMemcpyDtoH_v2", ctypes.byref(got), word(place), word(size))
        if got.raw == sent:
            self.report("peer", size, median(times), peer_ordinal=ordinal)
        else:
            message = "what was copied to GPU %d arrived changed" % ordinal
            self.device.fact("error", {"stage": self.device.current_step, "message": message})


def random_bytes(size):
    """Return so many bytes; a block of random ones is repeated, as making them takes time."""
    return (os.urandom(MIB) * (size // MIB + 1))[:size]


def median(values):
    """Return the middle of the sorted values."""
    return sorted(values)[len(values) // 2]
