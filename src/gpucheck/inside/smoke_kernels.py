"""The kernels of the smoke test that needs no framework, in PTX, which every driver compiles.

Opened by path by `smoke/cuda_driver.py`. PTX 3.2 is that of CUDA 5.5, so drivers from 319 on take
it, and .target sm_30 is the least that any later GPU runs (PTX ISA 9.0, release notes, 2025-08).
The product is plain on purpose: a thread computes an element. It tells whether the driver
compiles, launches and computes, not how fast the GPU is.
"""

TARGET = "sm_30"
HEADER = (
    """.version 3.2
.target %s
.address_size 64
"""
    % TARGET
)

PRODUCT = """
.visible .entry multiply_TYPE(
    .param .u64 a, .param .u64 b, .param .u64 out, .param .u32 size
)
{
    .reg .pred %outside, %more;
    .reg .u32 %size, %row, %column, %block, %threads, %thread, %start, %at, %inner;
    .reg .u64 %a, %b, %out, %offset, %stride;
    .reg .TYPE %sum, %left, %right;

    ld.param.u64 %a, [a];
    ld.param.u64 %b, [b];
    ld.param.u64 %out, [out];
    ld.param.u32 %size, [size];
    cvta.to.global.u64 %a, %a;
    cvta.to.global.u64 %b, %b;
    cvta.to.global.u64 %out, %out;

    mov.u32 %block, %ctaid.x;
    mov.u32 %threads, %ntid.x;
    mov.u32 %thread, %tid.x;
    mad.lo.u32 %column, %block, %threads, %thread;
    mov.u32 %block, %ctaid.y;
    mov.u32 %threads, %ntid.y;
    mov.u32 %thread, %tid.y;
    mad.lo.u32 %row, %block, %threads, %thread;
    setp.ge.u32 %outside, %column, %size;
    @%outside bra END;
    setp.ge.u32 %outside, %row, %size;
    @%outside bra END;

    mul.lo.u32 %start, %row, %size;
    mul.wide.u32 %offset, %start, BYTES;
    add.u64 %a, %a, %offset;
    mul.wide.u32 %offset, %column, BYTES;
    add.u64 %b, %b, %offset;
    mul.wide.u32 %stride, %size, BYTES;
    mov.TYPE %sum, ZERO;
    mov.u32 %inner, 0;
NEXT:
    ld.global.TYPE %left, [%a];
    ld.global.TYPE %right, [%b];
    fma.rn.TYPE %sum, %left, %right, %sum;
    add.u64 %a, %a, BYTES;
    add.u64 %b, %b, %stride;
    add.u32 %inner, %inner, 1;
    setp.lt.u32 %more, %inner, %size;
    @%more bra NEXT;

    add.u32 %at, %start, %column;
    mul.wide.u32 %offset, %at, BYTES;
    add.u64 %out, %out, %offset;
    st.global.TYPE [%out], %sum;
END:
    ret;
}
"""

NOTHING = """
.visible .entry nothing()
{
    ret;
}
"""

SPIN = """
.visible .entry spin(
    .param .u64 out, .param .u32 count
)
{
    .reg .pred %more;
    .reg .u32 %left;
    .reg .u64 %out;
    .reg .f32 %value;

    ld.param.u64 %out, [out];
    ld.param.u32 %left, [count];
    cvta.to.global.u64 %out, %out;
    mov.f32 %value, 0f3F800000;
NEXT:
    fma.rn.f32 %value, %value, %value, 0f3F000000;
    sub.u32 %left, %left, 1;
    setp.gt.u32 %more, %left, 0;
    @%more bra NEXT;
    st.global.f32 [%out], %value;
    ret;
}
"""


def product(kind, width, zero):
    """Return the product's kernel for numbers of a kind: "f32", 4 bytes each."""
    return PRODUCT.replace("TYPE", kind).replace("BYTES", str(width)).replace("ZERO", zero)


KERNELS = {
    "multiply_f32": product("f32", 4, "0f" + "0" * 8),
    "multiply_f64": product("f64", 8, "0d" + "0" * 16),
    "nothing": NOTHING,
    "spin": SPIN,
}


def module(*names):
    """Return the text of a module with these kernels; each takes the driver some milliseconds."""
    return HEADER + "".join(KERNELS[name] for name in names)
