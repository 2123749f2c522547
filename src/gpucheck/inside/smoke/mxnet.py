"""MXNet's smoke test: a backend as `torch.py` describes it. MXNet is retired; its last is 1.9.1."""

import os


def probe(say):
    """Test MXNet."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    calculations = say.load(os.path.join(inside, "calculations.py"))
    MxNet.numpy_convolution = staticmethod(calculations["numpy_convolution"])
    say.load(os.path.join(inside, "smoking.py"))["examine"](say, "mxnet", MxNet)


class MxNet(object):
    """MXNet on one device."""

    HAS_CPU = IS_LIBRARY = True
    DTYPES = ("fp32", "fp16", "fp64")

    def __init__(self, ordinal):
        self.is_gpu, self.ordinal = ordinal is not None, ordinal
        self.place = mx.gpu(ordinal) if self.is_gpu else mx.cpu()

    @staticmethod
    def load(_is_cpu, _is_full):
        global mx, numpy
        import mxnet as mx
        import numpy

        return mx.__version__

    @staticmethod
    def count():
        return mx.context.num_gpus()

    def about(self):
        return {}

    def memory_free_bytes(self):
        return mx.context.gpu_memory_info(self.ordinal)[0] if self.is_gpu else None

    def dtypes(self):
        return ("fp32", "fp16") if self.is_gpu else ("fp32",)

    def operands(self, dtype, size):
        kind = "float" + dtype[2:]
        return [
            mx.nd.random.normal(shape=(size, size), ctx=self.place).astype(kind) for _ in range(2)
        ]

    def output(self, dtype, size):
        return mx.nd.full((size, size), numpy.nan, ctx=self.place, dtype="float" + dtype[2:])

    def multiply(self, _dtype, a, b, out):
        return mx.nd.dot(a, b, out=out)

    def block(self, array, rows, columns):
        part = array.asnumpy()
        part = part if rows is None else part[rows]
        return (part if columns is None else part[:, columns]).astype("float64")

    def has_nan(self, array):
        return bool(numpy.isnan(array.asnumpy()).any())

    def wait(self):
        mx.nd.waitall()

    def convolution(self):
        images, kernels, reference = self.numpy_convolution()
        # MXNet wants NCHW images and OIHW kernels.
        placed = [
            mx.nd.array(numpy.ascontiguousarray(each), ctx=self.place, dtype="float32")
            for each in (images.transpose(0, 3, 1, 2), kernels.transpose(3, 2, 0, 1))
        ]
        out = mx.nd.Convolution(*placed, kernel=(3, 3), num_filter=16, no_bias=True)
        return self.block(out, None, None).transpose(0, 2, 3, 1), reference

    def gradient(self):
        a, b = self.operands("fp32", 128)
        b.attach_grad()
        with mx.autograd.record():
            loss = (mx.nd.dot(a, b) ** 2).sum()
        loss.backward()
        a, b, found = (self.block(each, None, None) for each in (a, b, b.grad))
        return found, 2 * a.T.dot(a.dot(b))

    def close(self):
        mx.nd.waitall()
