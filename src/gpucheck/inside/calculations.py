"""Small calculations on a device: whether they are right, how long they take, what a CPU takes.

Loaded by path by `smoking.py`. In: a device under test and a backend on it. Out: the facts
`products`, `convolution`, `gradient` and `crossovers` of `facts.SmokeDevice`.

Inputs are drawn anew for every product. An output that can be given is full of NaN first, so that
what is not written shows. All elements of a small product are compared with its product in
float64 on the CPU; of a timed one, which is too large for that, those of random rows and columns.
Frameworks return before the GPU has finished, so times are those of device events or end with a
synchronisation, over several products at once; the median of several such times counts.
"""

from __future__ import division

import math
import random
import time

SIZES = (512, 1024, 2048, 4096, 8192)
FIRST_LIBRARY_SIZE = 2048
COMPILED_SIZE = 2048  # where each size that is tried would have to be compiled
CHECKED_SIZE = 500  # fills no tile of a kernel evenly
SAMPLED = 64  # rows and columns of a large product that are compared
MAX_RUNS = 2000
ITEM_BYTES = {"fp64": 8, "fp32": 4, "tf32": 4, "fp16": 2, "bf16": 2}
ERROR_BOUNDS = {"fp64": 1e-12, "fp32": 1e-5, "tf32": 3e-3, "fp16": 4e-3, "bf16": 2e-2}
"""Of relative errors: some ten times what rounding gives for inner dimensions up to 8192. The
rounding unit is 2^-53, 2^-24, 2^-11 (tf32, fp16) and 2^-8 (bf16)."""
OTHER_BOUNDS = {"convolution": 1e-4, "gradient": 1e-5}
"""In fp32; the algorithms of Winograd and by FFT round more than a product."""
CROSSOVERS = {"matmul": (32, 64, 128, 256, 512, 1024), "mlp_step": (1, 4, 16, 64, 256, 1024)}

clock = getattr(time, "perf_counter", time.time)


class Effort(object):
    """How much is done at a level, on a kind of device."""

    def __init__(self, level, is_gpu):
        self.is_full = level == "full"
        self.repeats = 25 if self.is_full else 7
        self.most_s = 2.0 if self.is_full else 0.2  # for all repeats of a product
        self.warm_up_s = 0.3 if self.is_full else 0.06
        self.region_s = 0.02 if self.is_full else 0.004  # what is timed at once
        self.product_s = 0.001 if is_gpu else 0.02  # a product that takes this long keeps it busy
        self.largest = SIZES[-1] if is_gpu else 2048


def calculate(device, on, budget_bytes):
    """Do all that the level asks for, in the time and the memory that the device may take."""
    effort = Effort(device.level, on.is_gpu)
    products = Products(device)
    dtypes = dtypes_asked(device, on)
    for dtype in dtypes:
        if device.has_time(dtype):
            device.step("matmul in " + dtype)
            products.add(verified(Product(on, dtype, CHECKED_SIZE)))
    for part in sorted(OTHER_BOUNDS):
        if hasattr(on, part) and device.has_time(part):
            compare(device, on, part)
    # What is compiled for each size and dtype takes longer to prepare than to run.
    is_slow_to_prepare = getattr(on, "COMPILES", False) and not effort.is_full
    for dtype in dtypes[:1] if is_slow_to_prepare else dtypes:
        time_products(device, on, dtype, effort, budget_bytes, products)
    if effort.is_full and on.is_gpu and on.HAS_CPU:
        compare_with_cpu(device, on, type(on)(None))


def dtypes_asked(device, on):
    """Return the dtypes to compute in."""
    asked = device.dtypes.split(",") if device.dtypes else on.dtypes()
    offered = [dtype for dtype in on.DTYPES if dtype != "tf32" or dtype in on.dtypes()]
    for dtype in asked:
        if dtype not in offered:  # what has no tf32 would compute in fp32 and not say so
            device.fact("unavailable", dtype, "it is not offered here")
    return [dtype for dtype in asked if dtype in offered]


class Products(object):
    """The products of a device, reported as they come."""

    def __init__(self, device):
        self.device = device
        self.count = self.taken_bytes = 0
        self.last_timed = None

    def add(self, product):
        """Report a product."""
        self.device.fact("products", self.count, product)
        self.count += 1
        self.taken_bytes = max(self.taken_bytes, bytes_of(product["dtype"], product["size"]))
        self.device.fact("memory_taken_bytes", self.taken_bytes)
        self.last_timed = product if "seconds" in product else self.last_timed


def time_products(device, on, dtype, effort, budget_bytes, products):
    """Time products of a dtype, and compare samples of them."""
    last_s = 0.0
    for size in timed_sizes(on, dtype, effort, budget_bytes, products.last_timed):
        part = "matmul in %s, size %d" % (dtype, size)
        if not device.has_time(part, 64 * last_s):  # eight times as long, and repeated
            return
        device.step(part)
        products.add(timed(Product(on, dtype, size), effort))
        last_s = products.last_timed["seconds"]


def timed_sizes(on, dtype, effort, budget_bytes, last):
    """Return the sizes to time: the least that keeps the device busy; at level full all."""
    fitting = [n for n in SIZES if n <= effort.largest and bytes_of(dtype, n) <= budget_bytes]
    if effort.is_full:
        return fitting
    size, seconds = (last["size"], last["seconds"]) if last else tried(on, dtype, fitting[-1])
    # The time grows with the third power of the size; the dtypes come from slow to fast.
    wanted = size * (effort.product_s / max(seconds, 1e-7)) ** (1 / 3)
    return [next((size for size in fitting if size >= wanted), fitting[-1])]


def tried(on, dtype, largest):
    """Return a size and about how long its product takes."""
    size = min(largest, FIRST_LIBRARY_SIZE if on.IS_LIBRARY and on.is_gpu else SIZES[0])
    if getattr(on, "COMPILES", False):
        return min(largest, COMPILED_SIZE), Effort("quick", on.is_gpu).product_s
    product = Product(on, dtype, size)
    product.seconds(1)
    return size, product.seconds(1)


def bytes_of(dtype, size):
    """Return the memory of two inputs and an output."""
    return 3 * size * size * ITEM_BYTES[dtype]


class Product(object):
    """A product of random matrices on a device; its output is full of NaN until it has run."""

    def __init__(self, on, dtype, size):
        self.on, self.dtype, self.size = on, dtype, size
        self.a, self.b = on.operands(dtype, size)
        self.out = on.output(dtype, size)  # None where the framework makes a new one

    def run(self):
        """Start the product; it need not have ended when this returns."""
        self.out = self.on.multiply(self.dtype, self.a, self.b, self.out)

    def error(self, rows, columns):
        """Return how far these rows and columns, all if None, are from their product in float64."""
        block = self.on.block
        reference = matmul(block(self.a, rows, None), block(self.b, None, columns))
        return relative_error(block(self.out, rows, columns), reference)

    def seconds(self, count):
        """Return the seconds that so many products take."""
        if self.on.is_gpu and hasattr(self.on, "event_seconds"):
            return self.on.event_seconds(self.run, count)
        self.on.wait()
        started = clock()
        for _ in range(count):
            self.run()
        self.on.wait()
        return clock() - started


def verified(product, rows=None, columns=None):
    """Run a product and return how far it is from the reference, as a fact."""
    product.run()
    error = product.error(rows, columns)
    is_number = not (math.isnan(error) or math.isinf(error))  # JSON has neither
    found = {"dtype": product.dtype, "size": product.size}
    found["error_bound"] = ERROR_BOUNDS[product.dtype]
    found["is_library"] = product.on.IS_LIBRARY
    found["is_written"] = not math.isnan(error) and not product.on.has_nan(product.out)
    if is_number:
        found["relative_error"] = error
    return found


def timed(product, effort):
    """Compare a sample of a product, and time it."""
    found = verified(product, sample_of(product.size), sample_of(product.size))
    found["seconds"] = median_seconds(product, effort)
    found["flop_per_s"] = 2.0 * product.size**3 / found["seconds"]
    return found


def sample_of(size):
    """Return the numbers of the rows or columns of a large product that are compared."""
    return sorted(random.sample(range(size), SAMPLED))


def median_seconds(product, effort):
    """Return the seconds of one run: the median of several times, each over several runs."""
    once = max(product.seconds(1), 1e-7)
    product.seconds(min(MAX_RUNS, int(effort.warm_up_s / once) + 1))
    count = max(1, min(MAX_RUNS, int(effort.region_s / once)))
    repeats = max(3, min(effort.repeats, int(effort.most_s / (once * count))))
    return median([product.seconds(count) / count for _ in range(repeats)])


def median(values):
    """Return the middle of the sorted values."""
    return sorted(values)[len(values) // 2]


def relative_error(out, reference):
    """Return |out - reference| / |reference|, in norms, of arrays of numpy or torch on the CPU."""
    difference = out - reference
    squares = float((difference * difference).sum())
    return (squares / float((reference * reference).sum())) ** 0.5


def matmul(a, b):
    """Multiply two arrays on the CPU, of numpy or torch; Python 2.7 has no operator for it."""
    return a.matmul(b) if hasattr(a, "matmul") else a.dot(b)


def compare(device, on, part):
    """Compare a convolution or a gradient with its reference; that it fails is its own finding."""
    found = {"dtype": "fp32", "error_bound": OTHER_BOUNDS[part]}

    def calculation():
        error = relative_error(*getattr(on, part)())
        if not (math.isnan(error) or math.isinf(error)):
            found["relative_error"] = error

    error = device.attempt(part, calculation)
    if error:
        found["error"] = error
    device.fact(part, found)


def compare_with_cpu(device, on, cpu):
    """Time the same calculations here and on the CPU, in growing sizes."""
    crossovers = 0
    for name, sizes in sorted(CROSSOVERS.items()):
        if not hasattr(on, name) or not device.has_time(name):
            continue
        device.step("%s on CPU and GPU" % name)
        found = {"calculation": name, "sizes": sizes}
        found["cpu_seconds"] = [waited(getattr(cpu, name)(size)[0]) for size in sizes]
        pairs = [getattr(on, name)(size) for size in sizes]
        found["gpu_seconds"] = [waited(run) for run, _ in pairs]
        found["transfer_seconds"] = [waited(transfer) for _, transfer in pairs]
        device.fact("crossovers", crossovers, found)
        crossovers += 1


def waited(run, repeats=9):
    """Return the median seconds of a run that waits for its own end."""
    run()
    seconds = []
    for _ in range(repeats):
        started = clock()
        run()
        seconds.append(clock() - started)
    return median(seconds)


def numpy_random(size):
    """Return a square matrix of numbers around zero, in fp32 where that is faster."""
    import numpy

    if hasattr(numpy.random, "default_rng"):  # from 1.17
        return numpy.random.default_rng().random((size, size), dtype="float32") - 0.5
    return numpy.random.random_sample((size, size)) - 0.5


def numpy_convolution():
    """Return images (NHWC), kernels (HWIO) and their convolution in float64."""
    import numpy

    images = numpy.random.standard_normal((4, 32, 32, 8)).astype("float32")
    kernels = numpy.random.standard_normal((3, 3, 8, 16)).astype("float32")
    wide, deep = images.astype("float64"), kernels.astype("float64")
    reference = sum(
        numpy.tensordot(wide[:, row : row + 30, column : column + 30, :], deep[row, column], 1)
        for row in range(3)
        for column in range(3)
    )
    return images, kernels, reference
