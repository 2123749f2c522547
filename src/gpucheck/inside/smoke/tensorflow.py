"""TensorFlow's smoke test: a backend as `torch.py` describes it. It needs TensorFlow 2.

TensorFlow makes a new output for every product, so there is none to fill with NaN. It takes all
memory of a GPU unless growth is asked for before its first use, and computes products of fp32 in
tf32 unless that is switched off (tf.config, TensorFlow 2.21, 2026-11).
"""

import os

FEATURES, HIDDEN, CLASSES = 784, 256, 10


def probe(say):
    """Test TensorFlow."""
    inside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    calculations = say.load(os.path.join(inside, "calculations.py"))
    TensorFlow.numpy_convolution = staticmethod(calculations["numpy_convolution"])
    say.load(os.path.join(inside, "smoking.py"))["examine"](say, "tensorflow", TensorFlow)


class TensorFlow(object):
    """TensorFlow on one device."""

    HAS_CPU = IS_LIBRARY = True
    DTYPES = ("fp32", "tf32", "fp16", "bf16", "fp64")

    def __init__(self, ordinal):
        self.is_gpu = ordinal is not None
        self.ordinal = ordinal
        self.name = "/GPU:%d" % ordinal if self.is_gpu else "/CPU:0"
        self.last = None

    @staticmethod
    def load(is_cpu, _is_full):
        global tf, numpy
        import numpy
        import tensorflow as tf

        if is_cpu:
            tf.config.set_visible_devices([], "GPU")
        return tf.__version__

    @staticmethod
    def count():
        seen = tf.config.list_physical_devices("GPU")
        for device in seen:
            tf.config.experimental.set_memory_growth(device, True)
        return len(seen)

    def about(self):
        return {"name": self._details().get("device_name")} if self.is_gpu else {}

    def _details(self):
        device = tf.config.list_physical_devices("GPU")[self.ordinal]
        return tf.config.experimental.get_device_details(device)

    def memory_free_bytes(self):
        return None

    def dtypes(self):
        if not self.is_gpu:
            return ("fp32",)
        major = (self._details().get("compute_capability") or (0, 0))[0]
        return self.DTYPES[:4] if major >= 8 else ("fp32", "fp16")

    def operands(self, dtype, size):
        if hasattr(tf.config.experimental, "enable_tensor_float_32_execution"):  # from 2.4
            tf.config.experimental.enable_tensor_float_32_execution(dtype == "tf32")
        kind = {"fp64": tf.float64, "fp16": tf.float16, "bf16": tf.bfloat16}.get(dtype, tf.float32)
        with tf.device(self.name):
            return [tf.cast(tf.random.normal((size, size)), kind) for _ in range(2)]

    def output(self, _dtype, _size):
        return None

    def multiply(self, _dtype, a, b, _out):
        with tf.device(self.name):
            self.last = tf.matmul(a, b)
        return self.last

    def block(self, array, rows, columns):
        part = array.numpy()
        part = part if rows is None else part[rows]
        return (part if columns is None else part[:, columns]).astype("float64")

    def has_nan(self, array):
        return bool(tf.reduce_any(tf.math.is_nan(array)))

    def wait(self):
        if self.last is not None:
            self.last[0, 0].numpy()  # copying an element waits for what it is computed from

    def convolution(self):
        images, kernels, reference = self.numpy_convolution()
        with tf.device(self.name):
            out = tf.nn.conv2d(images, kernels, strides=1, padding="VALID")
        return self.block(out, None, None), reference

    def gradient(self):
        a, b = self.operands("fp32", 128)
        with tf.device(self.name), tf.GradientTape() as tape:
            tape.watch(b)
            loss = tf.reduce_sum(tf.matmul(a, b) ** 2)
        found = tape.gradient(loss, b)
        a, b, found = (self.block(each, None, None) for each in (a, b, found))
        return found, 2 * a.T.dot(a.dot(b))

    def matmul(self, size):
        a, b = self.operands("fp32", size)
        away = [each.numpy() for each in (a, b)]

        def run():
            self.multiply("fp32", a, b, None)
            self.wait()

        def transfer():
            with tf.device(self.name):
                for each in away:
                    tf.identity(each)
            a.numpy()

        return run, transfer

    def mlp_step(self, batch):
        shapes = ((FEATURES, HIDDEN), (HIDDEN, CLASSES))
        images = numpy.random.standard_normal((batch, FEATURES)).astype("float32")
        labels = numpy.random.randint(CLASSES, size=batch)
        with tf.device(self.name):
            here, answers = tf.identity(images), tf.constant(labels)
            layers = [tf.Variable(tf.random.normal(shape) / 28) for shape in shapes]

        @tf.function
        def step():
            with tf.GradientTape() as tape:
                scores = tf.matmul(tf.nn.relu(tf.matmul(here, layers[0])), layers[1])
                loss = tf.reduce_mean(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=answers, logits=scores)
                )
            for layer, slope in zip(layers, tape.gradient(loss, layers)):
                layer.assign_sub(0.01 * slope)
            return loss

        def run():
            with tf.device(self.name):
                step().numpy()

        def transfer():
            with tf.device(self.name):
                tf.identity(images)[0, 0].numpy()

        return run, transfer

    def close(self):
        self.last = None
