"""ONNX Runtime's smoke test: a backend as `torch.py` describes it.

ONNX Runtime goes on with the CPU when its CUDA provider cannot be loaded, and only logs it; so
the session is asked which providers it has. The models are written here, byte by byte, since the
package `onnx` need not be installed: protobuf's fields are a key, which is number and wire type,
and a value (onnx.proto3, IR version 8; opset 13, in which MatMul and Conv are of any float).
"""

import os

FLOAT, FLOAT16 = 1, 10  # onnx.TensorProto.DataType
IR_VERSION, OPSET = 8, 13


def probe(say):
    """Test ONNX Runtime."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    calculations = say.load(os.path.join(inside, "calculations.py"))
    for name in ("numpy_convolution", "numpy_random"):
        setattr(OnnxRuntime, name, staticmethod(calculations[name]))
    say.load(os.path.join(inside, "smoking.py"))["examine"](say, "onnxruntime", OnnxRuntime)


class OnnxRuntime(object):
    """ONNX Runtime on one device."""

    HAS_CPU = IS_LIBRARY = True
    DTYPES = ("fp32", "tf32", "fp16")

    def __init__(self, ordinal):
        self.is_gpu, self.ordinal = ordinal is not None, ordinal or 0
        self.kind = "cuda" if self.is_gpu else "cpu"
        self.sessions = {}

    @staticmethod
    def load(_is_cpu, _is_full):
        global numpy, ort
        import numpy
        import onnxruntime as ort

        return ort.__version__

    @staticmethod
    def count():
        # It does not tell how many GPUs there are.
        return None if "CUDAExecutionProvider" in ort.get_available_providers() else 0

    def about(self):
        return {}

    def memory_free_bytes(self):
        return None

    def dtypes(self):
        return self.DTYPES if self.is_gpu else ("fp32",)

    def session(self, operator, dtype):
        """Return a session for a model of one operator, on this device and no other."""
        if (operator, dtype) in self.sessions:
            return self.sessions[operator, dtype]
        providers = ["CPUExecutionProvider"]
        if self.is_gpu:
            options = {"device_id": self.ordinal, "use_tf32": int(dtype == "tf32")}
            options["arena_extend_strategy"] = "kSameAsRequested"  # takes no more than it needs
            providers = [("CUDAExecutionProvider", options)]
        model = one_operator(operator, FLOAT16 if dtype == "fp16" else FLOAT)
        session = ort.InferenceSession(model, providers=providers)
        if self.is_gpu and "CUDAExecutionProvider" not in session.get_providers():
            raise RuntimeError("ONNX Runtime did not take its CUDA provider, but the CPU")
        self.sessions[operator, dtype] = session
        return session

    def operands(self, dtype, size):
        drawn = [self.numpy_random(size) for _ in range(2)]
        return [self.placed(each.astype(kind_of(dtype))) for each in drawn]

    def output(self, dtype, size):
        return self.placed(numpy.full((size, size), numpy.nan, kind_of(dtype)))

    def placed(self, array):
        """Return an array on the device."""
        return ort.OrtValue.ortvalue_from_numpy(array, self.kind, self.ordinal)

    def multiply(self, dtype, a, b, out):
        self.run("MatMul", dtype, a, b, out)
        return out

    def run(self, operator, dtype, a, b, out):
        """Run a model on values that are on the device already."""
        session = self.session(operator, dtype)
        binding = session.io_binding()
        binding.bind_ortvalue_input("a", a)
        binding.bind_ortvalue_input("b", b)
        binding.bind_ortvalue_output("out", out)
        session.run_with_iobinding(binding)

    def block(self, array, rows, columns):
        part = array.numpy()
        part = part if rows is None else part[rows]
        return (part if columns is None else part[:, columns]).astype("float64")

    def has_nan(self, array):
        return bool(numpy.isnan(array.numpy()).any())

    def wait(self):
        pass  # a run returns when its outputs are there

    def convolution(self):
        images, kernels, reference = self.numpy_convolution()
        # ONNX wants NCHW images and OIHW kernels.
        wanted = images.transpose(0, 3, 1, 2), kernels.transpose(3, 2, 0, 1)
        a, b = (self.placed(numpy.ascontiguousarray(each)) for each in wanted)
        shape = reference.transpose(0, 3, 1, 2).shape
        out = self.placed(numpy.full(shape, numpy.nan, "float32"))
        self.run("Conv", "fp32", a, b, out)
        return out.numpy().astype("float64").transpose(0, 2, 3, 1), reference

    def close(self):
        self.sessions.clear()


def kind_of(dtype):
    """Return numpy's name of what holds a dtype."""
    return "float16" if dtype == "fp16" else "float32"


def one_operator(operator, element):
    """Return a model of one operator from inputs "a" and "b" to "out", of any shape."""
    names = text(1, "a") + text(1, "b") + text(2, "out") + text(4, operator)
    graph = inside(1, names) + text(2, "graph")
    graph += b"".join(inside(11, described(name, element)) for name in ("a", "b"))
    graph += inside(12, described("out", element))
    return number(1, IR_VERSION) + inside(7, graph) + inside(8, number(2, OPSET))


def described(name, element):
    """Return a ValueInfoProto: a name, and a tensor's type without its shape."""
    return text(1, name) + inside(2, inside(1, number(1, element)))


def number(field, value):
    """Return a field that holds a number below 128."""
    return bytes(bytearray([field << 3, value]))


def text(field, value):
    """Return a field that holds a text."""
    return inside(field, value.encode("ascii"))


def inside(field, content):
    """Return a field that holds a message of less than 16,384 bytes."""
    length = bytearray([field << 3 | 2])
    if len(content) < 128:
        length.append(len(content))
    else:
        length.extend([len(content) & 127 | 128, len(content) >> 7])
    return bytes(length) + content
