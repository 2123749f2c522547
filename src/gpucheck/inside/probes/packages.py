"""What is installed in the inspected Python, read from its files: nothing is imported.

Runs under the inspected interpreter, so `sys.path` is the one that training sees. Out: the
fields of the `Packages` record, and for every file in `frameworks/` whose package or distribution
is there, `frameworks` / its NAME / the build fields of the `Framework` record. Only what concerns
GPUs is opened; the rest is counted. A folder that cannot be listed is recorded, never fatal.

    lib/python3.12/site-packages/torch-2.6.0+cu124.dist-info    a distribution
    lib/python3.12/site-packages/~orch                          left behind by an interrupted pip
    conda-meta/pytorch-2.5.1-py3.11_cuda12.4_cudnn9.1.0_0.json  a conda package
"""

import errno
import os
import sys
import sysconfig

INSIDE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# fmt: off
DISTRIBUTIONS = [  # besides those of the frameworks; "*" ends a prefix
    "apex", "bitsandbytes", "caffe2", "causal-conv1d*", "chainer", "cntk*", "ctranslate2",
    "cuda-bindings", "cuda-core", "cuda-pathfinder", "cuda-python", "cuda-toolkit", "cudf*",
    "cugraph*", "cuml*", "cutensor*", "dask-cuda", "deepspeed", "detectron2*", "faiss-gpu*",
    "flash-attn*", "flashinfer*", "jax-cuda*", "jax-rocm*", "jaxlib", "keras", "keras-nightly",
    "lightgbm", "llvmlite", "mamba-ssm", "ml-dtypes", "nccl*", "numba-cuda*", "numpy", "nvidia-*",
    "paddlepaddle-gpu*", "pycuda", "pylibcugraph*", "pynvml", "pytorch-triton*", "rmm", "rmm-cu*",
    "sglang", "spconv*", "tensorflow-directml*", "tensorrt*", "tf-keras", "tf-keras-nightly",
    "theano*", "tiny-cuda-nn", "torch-*", "torchao", "torchaudio", "torchtext", "torchvision",
    "transformer-engine*", "triton*", "vllm", "xformers", "xgboost*",
]
CONDA_PACKAGES = [  # besides those named like a distribution
    "cuda-*", "cudatoolkit*", "cudnn*", "libcu*", "libmagma*", "libmxnet", "libnv*",
    "libtensorflow*", "libtorch", "magma*", "nccl", "nvidia*", "py-mxnet", "pytorch", "pytorch-*",
]
# fmt: on
OTHER_OWNERS = {  # modules besides those of the frameworks that several distributions install
    "pynvml": ("nvidia-ml-py", "nvidia-ml-py3", "pynvml"),
    "triton": ("pytorch-triton*", "triton", "triton-*"),
}
OTHER_MODULES = ["keras", "numpy", "torchvision", "triton"]  # that frameworks cannot do without


def probe(say):
    """Report interpreter, folders, distributions, conda packages and builds, in that order."""
    installed = say.load(os.path.join(INSIDE, "installed.py"))
    as_text = installed["as_text"]
    report_interpreter(say, as_text)
    listings = list_folders(say, as_text)
    files = os.path.join(INSIDE, "frameworks")
    names = sorted(name for name in os.listdir(files) if name.endswith(".py"))
    frameworks = [say.load(os.path.join(files, name)) for name in names]
    patterns = DISTRIBUTIONS + [p for framework in frameworks for p in framework["DISTRIBUTIONS"]]

    say.stage("read distribution metadata")
    entries = find_metadata(listings, installed["SUFFIXES"])
    named = matcher(patterns)
    found = [installed["Distribution"](*e) for e in entries if named(installed["name_of"](e[1]))]
    say.fact("distribution_count", len(entries))
    say.fact("distributions", [distribution.record() for distribution in found])
    conda_builds = report_conda(say, matcher(patterns + CONDA_PACKAGES), installed)

    owners = find_owners(found, frameworks)
    names = {module: sorted({d.name for d in owners[module]}) for module in owners}
    say.fact("shared_modules", {m: names[m] for m in names if len(names[m]) > 1})
    shadowing = say.load(os.path.join(INSIDE, "shadowing.py"))["shadowing_files"]
    modules = [framework["MODULE"] for framework in frameworks] + OTHER_MODULES
    say.fact("shadowing_files", shadowing(modules, listings, as_text))
    releases = {d.name: d.release for d in reversed(found)}
    for framework in frameworks:
        location = find_module(listings, framework["MODULE"])
        owner = chosen(owners[framework["MODULE"]], location)
        if location or owner:
            package = installed["Installed"](location, owner, releases, conda_builds)
            say.fact("frameworks", framework["NAME"], describe(framework, package, as_text))


def report_interpreter(say, as_text):
    """Report which Python this is and what kind of environment it belongs to."""
    prefix = sys.prefix
    base = getattr(sys, "real_prefix", None) or getattr(sys, "base_prefix", prefix)
    is_pypy = "__pypy__" in sys.builtin_module_names
    say.fact("python_release", sys.version.split()[0].rstrip("+"))
    say.fact("python_implementation", "PyPy" if is_pypy else "CPython")
    say.fact("python_bits", 64 if sys.maxsize > 2**32 else 32)
    say.fact("platform_tag", sysconfig.get_platform())
    say.fact("prefix", as_text(prefix))
    say.fact("base_prefix", as_text(base))
    say.fact("environment_kind", environment_kind(prefix, base))


def environment_kind(prefix, base):
    """Tell the tool that made the environment by the files it leaves in it."""
    if os.path.isdir(os.path.join(prefix, "conda-meta")):
        return "pixi" if os.sep + ".pixi" + os.sep in prefix + os.sep else "conda"
    try:
        with open(os.path.join(prefix, "pyvenv.cfg")) as configuration:
            # uv writes its release there: "uv = 0.9.5".
            made_by_uv = any(line.split("=")[0].strip() == "uv" for line in configuration)
        return "uv" if made_by_uv else "poetry" if made_by_poetry(prefix) else "venv"
    except (OSError, IOError, ValueError):
        return "system" if prefix == base else "venv"


def made_by_poetry(prefix):
    """Tell Poetry's environments: in its cache's folder, or `.venv` beside its lock file."""
    folder, name = os.path.split(prefix)
    in_cache = os.sep + "pypoetry" + os.sep in prefix
    return in_cache or (name == ".venv" and os.path.exists(os.path.join(folder, "poetry.lock")))


def list_folders(say, as_text):
    """Return [(folder, names)] of every folder that packages are imported from, in import order."""
    listings, unreadable, leftovers, seen = [], [], [], set()
    standard = os.path.dirname(os.path.abspath(os.__file__))
    for folder in map(os.path.abspath, sys.path):
        in_standard = (folder + os.sep).startswith(standard + os.sep)
        real = os.path.realpath(folder)  # lib64 is a link to lib in many environments
        if real in seen or (in_standard and not folder.endswith("-packages")):
            continue
        seen.add(real)
        say.stage("list " + as_text(folder))
        try:
            names = sorted(os.listdir(folder))
        except OSError as error:
            # No folder, or a zip file, is a common entry of sys.path.
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                unreadable.append(as_text(folder))
            continue
        listings.append((folder, names))
        leftovers.extend(as_text(name) for name in names if name[:1] == "~")
    say.fact("site_folders", [as_text(folder) for folder, _ in listings])
    say.fact("unreadable_folders", unreadable)
    say.fact("leftover_entries", leftovers)
    say.fact("has_pip", any("pip" in names for _, names in listings))
    return listings


def find_metadata(listings, suffixes):
    """Return (folder, name) of every distribution's metadata, in import order."""
    return [
        (folder, name)
        for folder, names in listings
        for name in names
        if name.endswith(suffixes) and name[:1] != "~"
    ]


def matcher(patterns):
    """Return a function that tells whether a name is one of `patterns`."""
    names = frozenset(pattern for pattern in patterns if pattern[-1:] != "*")
    prefixes = tuple(pattern[:-1] for pattern in patterns if pattern[-1:] == "*")
    return lambda name: name in names or name.startswith(prefixes)


def find_owners(distributions, frameworks):
    """Return {module: distributions that installed it} for modules that several may install."""
    patterns = {f["MODULE"]: f["DISTRIBUTIONS"] for f in frameworks}
    patterns.update(OTHER_OWNERS)
    owners = {}
    for module, names in patterns.items():
        named = matcher(names)
        owners[module] = narrowed(module, [d for d in distributions if named(d.name)])
    return owners


def narrowed(module, candidates):
    """Keep those of several candidates that say they installed `module`.

    A name is not enough: tensorflow-gpu 2.12 is an empty placeholder, and pynvml 12 leaves the
    module to nvidia-ml-py (package index, 2026-11).
    """
    if len(candidates) < 2:
        return candidates
    return [candidate for candidate in candidates if candidate.owns(module)] or candidates[:1]


def chosen(owners, location):
    """Return the owner that sits beside the package, or the first one."""
    beside = [d for d in owners if location and os.path.dirname(location) == d.folder]
    return (beside or owners or [None])[0]


def find_module(listings, module):
    """Return the folder or file that `import module` would take, or None."""
    for folder, names in listings:
        if module in names:
            # Without __init__.py it is a leftover: any regular package further on wins.
            package = os.path.join(folder, module)
            if os.path.isfile(os.path.join(package, "__init__.py")):
                return package
        if module + ".py" in names:
            return os.path.join(folder, module + ".py")
    return None


def describe(framework, package, as_text):
    """Return the fields of a `Framework` record that the files tell."""
    fields = {"name": framework["NAME"], "release": package.release}
    fields["distribution"] = package.distribution
    fields["folder"] = package.folder and as_text(package.folder)
    try:
        build = framework["read_build"](package)
    except Exception as error:  # whatever a strange installation provokes costs the build only
        build = {"unavailable": {"build_source": "%s: %s" % (type(error).__name__, error)}}
    fields.update((name, value) for name, value in build.items() if value is not None)
    for name, least_parts in (("built_for_cuda", 2), ("built_for_cudnn", 1)):
        if name in fields and not is_dotted(fields[name], least_parts):
            unavailable = fields.setdefault("unavailable", {})
            unavailable[name] = "not a release: %s" % (fields.pop(name),)
    return {name: value for name, value in fields.items() if value is not None}


def is_dotted(text, least_parts):
    """Whether `text` starts with so many dotted numbers: "12.4" has two, "12.x" has one."""
    parts = ("%s" % (text,)).split(".")[:least_parts]
    return len(parts) == least_parts and all(part[:1].isdigit() for part in parts)


def report_conda(say, named, installed):
    """Report the conda packages that concern GPUs; return {package: build} of them."""
    folder = os.path.join(sys.prefix, "conda-meta")
    try:
        entries = sorted(os.listdir(folder))
    except OSError:
        return {}
    say.stage("read " + installed["as_text"](folder))
    packages = []
    for entry in entries:
        parts = installed["as_text"](entry)[: -len(".json")].rsplit("-", 2)
        if len(parts) == 3 and entry.endswith(".json") and named(parts[0]):
            package = {"name": parts[0], "release": parts[1], "build": parts[2]}
            channel = read_channel(installed["read_text"](folder, entry))
            packages.append(dict(package, channel=channel) if channel else package)
    say.fact("conda_packages", packages)
    return {package["name"]: package["build"] for package in packages}


def read_channel(text):
    """Return the channel's name: "https://conda.anaconda.org/t/SECRET/nvidia/linux-64" is "nvidia".

    The text is searched, not parsed: the file lists every path of the package, 2 MB for pytorch.
    """
    value = text.partition('"channel":')[2].partition('"')[2].partition('"')[0]
    parts = [part for part in value.partition("//")[2].split("/") if part] or [value]
    if len(parts) > 1 and ("-" in parts[-1] and parts[-1].split("-")[0] in ("linux", "osx", "win")):
        del parts[-1]
    if parts[-1:] == ["noarch"]:
        del parts[-1]
    if parts[1:2] == ["t"]:  # a private channel's token
        del parts[1:3]
    return "/".join(parts[1:] or parts)
