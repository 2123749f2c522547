"""PyTorch's smoke test.

Its class is a backend as `smoking.py` wants one; the other files here do the same for other
frameworks. An ordinal is a GPU, None the CPU. What a backend has:

    load(is_cpu, is_full), count()  import it, return its release; how many GPUs it sees
    about(), memory_free_bytes()    what it says of the device; None: it does not tell
    DTYPES, dtypes()                all that it can be asked for; those that the device has
    operands, output, multiply      the parts of a matrix product
    block(array, rows, columns)     part of an array, as float64 on the CPU; None is everything
    has_nan(array)                  whether some element is not a number
    event_seconds(run, count)       the seconds of so many runs; or wait(), which ends with them
    convolution(), gradient()       a result and its reference, as float64 on the CPU
    matmul(size), mlp_step(batch)   two functions that wait for their end: calculate, and copy
"""

import os

IMAGES, KERNELS = (4, 8, 32, 32), (16, 8, 3, 3)
FEATURES, HIDDEN, CLASSES = 784, 256, 10  # the usual first network for handwritten digits


def probe(say):
    """Test PyTorch."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    say.load(os.path.join(inside, "smoking.py"))["examine"](say, "torch", Torch)


class Torch(object):
    """PyTorch on one device."""

    HAS_CPU = IS_LIBRARY = True
    DTYPES = ("fp32", "tf32", "fp16", "bf16", "fp64")

    def __init__(self, ordinal):
        self.is_gpu = ordinal is not None
        self.place = "cuda:%d" % ordinal if self.is_gpu else "cpu"
        self.ordinal = ordinal
        if self.is_gpu:
            torch.cuda.set_device(ordinal)
            torch.backends.cudnn.allow_tf32 = False

    @staticmethod
    def load(_is_cpu, _is_full):
        global torch
        import torch

        return torch.__version__

    @staticmethod
    def count():
        return torch.cuda.device_count() if torch.cuda.is_available() else 0

    def about(self):
        if not self.is_gpu:
            return {}
        return {"name": torch.cuda.get_device_name(self.ordinal)}

    def memory_free_bytes(self):
        if self.is_gpu and hasattr(torch.cuda, "mem_get_info"):  # from 1.11
            return torch.cuda.mem_get_info(self.ordinal)[0]
        return None

    def dtypes(self):
        if not self.is_gpu:
            return ("fp32",)
        major = torch.cuda.get_device_capability(self.ordinal)[0]
        return self.DTYPES[:4] if major >= 8 else ("fp32", "fp16")

    def operands(self, dtype, size):
        kind = {"fp64": torch.float64, "fp16": torch.float16, "bf16": torch.bfloat16}.get(dtype)
        if self.is_gpu:
            torch.backends.cuda.matmul.allow_tf32 = dtype == "tf32"
        shape = (size, size)
        drawn = [torch.randn(shape, device=self.place) for _ in range(2)]
        return [each.to(kind) if kind else each for each in drawn]

    def output(self, dtype, size):
        like = self.operands(dtype, 1)[0]
        return torch.full((size, size), float("nan"), dtype=like.dtype, device=self.place)

    def multiply(self, _dtype, a, b, out):
        return torch.matmul(a, b, out=out)

    def block(self, array, rows, columns):
        part = array if rows is None else array[rows]
        return (part if columns is None else part[:, columns]).cpu().double()

    def has_nan(self, array):
        return bool(torch.isnan(array).any())

    def wait(self):
        if self.is_gpu:
            torch.cuda.synchronize(self.ordinal)

    def event_seconds(self, run, count):
        began, ended = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        began.record()
        for _ in range(count):
            run()
        ended.record()
        ended.synchronize()
        return began.elapsed_time(ended) / 1000.0  # milliseconds

    def convolution(self):
        images, kernels = (torch.randn(shape) for shape in (IMAGES, KERNELS))
        convolve = torch.nn.functional.conv2d
        out = convolve(images.to(self.place), kernels.to(self.place))
        return out.cpu().double(), convolve(images.double(), kernels.double())

    def gradient(self):
        a, b = self.operands("fp32", 128)
        b.requires_grad_()
        (torch.matmul(a, b) ** 2).sum().backward()
        a, b, found = (self.block(each.detach(), None, None) for each in (a, b, b.grad))
        return found, 2 * a.t().matmul(a.matmul(b))

    def matmul(self, size):
        a, b = self.operands("fp32", size)
        away = [torch.randn(size, size) for _ in range(2)]

        def run():
            torch.matmul(a, b)
            self.wait()

        def transfer():
            for each in away:
                each.to(self.place)
            a.cpu()

        return run, transfer

    def mlp_step(self, batch):
        images = torch.randn(batch, FEATURES)
        labels = torch.randint(CLASSES, (batch,))
        here, answers = images.to(self.place), labels.to(self.place)
        layers = [
            torch.nn.Linear(FEATURES, HIDDEN),
            torch.nn.ReLU(),
            torch.nn.Linear(HIDDEN, CLASSES),
        ]
        model = torch.nn.Sequential(*layers).to(self.place)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

        def run():
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(here), answers).backward()
            optimizer.step()
            self.wait()

        def transfer():
            images.to(self.place), labels.to(self.place)
            self.wait()

        return run, transfer

    def close(self):
        if self.is_gpu:
            torch.cuda.empty_cache()
