"""JAX's smoke test: a backend as `torch.py` describes it.

JAX makes a new output for every product, so there is none to fill with NaN. On a GPU its products
of fp32 are in tf32 unless a precision is asked for (jax.lax.Precision, JAX 0.11, 2026-11). XLA
tries many kernels before it takes one: that took five seconds a product on an H200. At the quick
level it is told not to (--xla_gpu_autotune_level=0), so there its rates say nothing (7 instead of
50 TFLOP/s in fp32).
"""

import os

FEATURES, HIDDEN, CLASSES = 784, 256, 10


def probe(say):
    """Test JAX."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    calculations = say.load(os.path.join(inside, "calculations.py"))
    for name in ("numpy_convolution", "numpy_random"):
        setattr(Jax, name, staticmethod(calculations[name]))
    say.load(os.path.join(inside, "smoking.py"))["examine"](say, "jax", Jax)


class Jax(object):
    """JAX on one device."""

    HAS_CPU = IS_LIBRARY = COMPILES = True
    DTYPES = ("fp32", "tf32", "fp16", "bf16", "fp64")

    def __init__(self, ordinal):
        self.is_gpu = ordinal is not None
        self.device = gpus()[ordinal] if self.is_gpu else jax.devices("cpu")[0]
        self.last = None
        self.multiplying = {}

    @staticmethod
    def load(is_cpu, is_full):
        global jax, jnp, numpy
        os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"  # else three quarters of the memory
        Jax.IS_LIBRARY = is_full
        if not is_full:
            flags = os.environ.get("XLA_FLAGS", "")
            os.environ["XLA_FLAGS"] = (flags + " --xla_gpu_autotune_level=0").strip()
        if is_cpu:
            os.environ["JAX_PLATFORMS"] = "cpu"
        import jax
        import jax.numpy as jnp
        import numpy

        jax.config.update("jax_enable_x64", True)
        return jax.__version__

    @staticmethod
    def count():
        return len(gpus())

    def about(self):
        return {"name": self.device.device_kind} if self.is_gpu else {}

    def memory_free_bytes(self):
        return None  # it tells its own limit only

    def dtypes(self):
        if not self.is_gpu:
            return ("fp32",)
        capability = getattr(self.device, "compute_capability", "0")
        return self.DTYPES[:4] if float(capability) >= 8 else ("fp32", "fp16")

    def operands(self, dtype, size):
        kind = {"fp64": jnp.float64, "fp16": jnp.float16, "bf16": jnp.bfloat16}.get(dtype)
        drawn = [self.numpy_random(size) for _ in range(2)]
        # Drawn on the CPU: every size and dtype would have to be compiled first.
        return [jax.device_put(each.astype(kind or "float32"), self.device) for each in drawn]

    def output(self, _dtype, _size):
        return None

    def multiply(self, dtype, a, b, _out):
        if dtype not in self.multiplying:
            precision = jax.lax.Precision.HIGH if dtype == "tf32" else jax.lax.Precision.HIGHEST
            self.multiplying[dtype] = jax.jit(lambda a, b: jnp.matmul(a, b, precision=precision))
        self.last = self.multiplying[dtype](a, b)
        return self.last

    def block(self, array, rows, columns):
        part = numpy.asarray(array)
        part = part if rows is None else part[rows]
        return (part if columns is None else part[:, columns]).astype("float64")

    def has_nan(self, array):
        return bool(numpy.isnan(numpy.asarray(array).astype("float32")).any())

    def wait(self):
        if self.last is not None:
            self.last.block_until_ready()

    def convolution(self):
        images, kernels, reference = self.numpy_convolution()
        out = jax.lax.conv_general_dilated(
            jax.device_put(images, self.device),
            jax.device_put(kernels, self.device),
            (1, 1),
            "VALID",
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            precision=jax.lax.Precision.HIGHEST,
        )
        return self.block(out, None, None), reference

    def gradient(self):
        def loss(b):
            return (jnp.matmul(a, b, precision=jax.lax.Precision.HIGHEST) ** 2).sum()

        a, b = self.operands("fp32", 128)
        with jax.default_matmul_precision("highest"):
            found = jax.grad(loss)(b)
        a, b, found = (self.block(each, None, None) for each in (a, b, found))
        return found, 2 * a.T.dot(a.dot(b))

    def matmul(self, size):
        a, b = self.operands("fp32", size)
        away = [numpy.asarray(each) for each in (a, b)]

        def run():
            self.multiply("fp32", a, b, None)
            self.wait()

        def transfer():
            for each in away:
                jax.device_put(each, self.device).block_until_ready()
            numpy.asarray(self.last)

        return run, transfer

    def mlp_step(self, batch):
        images = numpy.random.standard_normal((batch, FEATURES)).astype("float32")
        labels = numpy.random.randint(CLASSES, size=batch)
        here, answers = (jax.device_put(each, self.device) for each in (images, labels))
        shapes = ((FEATURES, HIDDEN), (HIDDEN, CLASSES))
        drawn = [numpy.random.standard_normal(shape).astype("float32") / 28 for shape in shapes]
        state = [[jax.device_put(each, self.device) for each in drawn]]

        def loss(weights, seen, known):
            scores = jnp.matmul(jax.nn.relu(jnp.matmul(seen, weights[0])), weights[1])
            return -jax.nn.log_softmax(scores)[jnp.arange(batch), known].mean()

        @jax.jit
        def step(weights, seen, known):
            gradients = jax.grad(loss)(weights, seen, known)
            return [each - 0.01 * slope for each, slope in zip(weights, gradients)]

        def run():
            state[0] = step(state[0], here, answers)
            state[0][0].block_until_ready()

        def transfer():
            for each in (images, labels):
                jax.device_put(each, self.device).block_until_ready()

        return run, transfer

    def close(self):
        self.last = None


def gpus():
    """Return the GPUs that JAX sees."""
    try:
        return jax.devices("gpu")
    except RuntimeError:  # no such back end
        return []
