"""Installed distributions and package folders, read as files; nothing of them is imported.

Loaded by path by `probes/packages.py`. In: a site folder and the names in it. Out: one
`Distribution` per metadata folder or file, and an `Installed` for each framework, which is what
the `read_build` of a file in `frameworks/` is given. What cannot be read is left out, never fatal.

    torch-2.6.0+cu124.dist-info/   METADATA WHEEL INSTALLER RECORD direct_url.json
    numpy-1.24.2.egg-info/         PKG-INFO requires.txt top_level.txt (Debian, setup.py)
    PyGPU-0.7-py2.7.egg-info       the metadata itself (distutils)
    xformers.egg-link              the path of a project installed with `setup.py develop`
"""

import json
import os
import sys

SUFFIXES = (".dist-info", ".egg-info", ".egg-link")
ONLY_AST = 0x400  # ast.PyCF_ONLY_AST; importing `ast` would cost more than all it is used for
MAX_READ_BYTES = 64 * 1024 * 1024
LITERALS = {"Constant": "value", "NameConstant": "value", "Num": "n", "Str": "s"}  # node: field
PYTHON_2_CONSTANTS = {"None": None, "True": True, "False": False}


def as_text(raw):
    """Return a path or file content as text that JSON can carry, whatever bytes it has."""
    if isinstance(raw, bytes):
        return raw.decode("utf-8", "replace")
    if sys.version_info[0] > 2:
        return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return raw


def read_text(*path):
    """Return the content of a file, or "" when it cannot be read."""
    try:
        with open(os.path.join(*path), "rb") as opened:
            return as_text(opened.read(MAX_READ_BYTES))
    except (OSError, IOError):
        return ""


def normalised(name):
    """Return a distribution's name as the package index spells it: "Foo._bar" is "foo-bar"."""
    name = name.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name


def name_of(entry):
    """Return the distribution that metadata belongs to: "Foo_bar-1.0.dist-info" is "foo-bar"."""
    return normalised(as_text(os.path.splitext(entry)[0].partition("-")[0]))


class Distribution(object):
    """One metadata folder or file of a site folder; the content is read when asked for."""

    def __init__(self, folder, entry):
        stem, suffix = os.path.splitext(entry)
        parts = stem.split("-")
        self.name = name_of(entry)
        self.release = as_text(parts[1]) if len(parts) > 1 else None
        self.folder = folder
        self.info = os.path.join(folder, entry)
        self.is_link = suffix == ".egg-link"

    def record(self):
        """Return the fields of a `Distribution` record that are known."""
        if self.is_link:
            return {"name": self.name, "folder": as_text(self.folder), "is_editable": True}
        headers = self._headers()
        self.release = (headers.get("version") or [self.release])[0]
        fields = {
            "name": self.name,
            "release": self.release,
            "folder": as_text(self.folder),
            "installer": read_text(self.info, "INSTALLER").strip(),
            "wheel_tags": self.wheel_tags(),
            "requires": [r for r in headers.get("requires-dist", ()) if _is_unconditional(r)],
        }
        if self.info.endswith(".dist-info"):
            fields["is_editable"] = self._is_editable()
        return {field: value for field, value in fields.items() if value not in (None, "", [])}

    def wheel_tags(self):
        """Return the tags of the wheel that this was installed from."""
        return _headers(read_text(self.info, "WHEEL")).get("tag", [])

    def owns(self, module):
        """Whether `module` is among the modules that this distribution says it installed."""
        if module in read_text(self.info, "top_level.txt").split():
            return True
        # Lines of RECORD: "torch/__init__.py,sha256=...,92511" or "pynvml.py,sha256=...,300".
        files = "\n" + read_text(self.info, "RECORD") + "\n" + self._egg_files()
        return "\n%s/__init__.py" % module in files or "\n%s.py" % module in files

    def _egg_files(self):
        # Paths in installed-files.txt start at the metadata folder: "../cupy/__init__.py".
        return read_text(self.info, "installed-files.txt").replace("../", "\n")

    def _headers(self):
        for name in ("METADATA", "PKG-INFO", ""):
            headers = _headers(read_text(self.info, name) if name else read_text(self.info))
            if headers:
                break
        required = read_text(self.info, "requires.txt").partition("[")[0].split("\n")
        if "requires-dist" not in headers:
            headers["requires-dist"] = [line.strip() for line in required if line.strip()]
        return headers

    def _is_editable(self):
        # PEP 610: {"dir_info": {"editable": true}, "url": "file:///home/me/torch"}
        try:
            origin = json.loads(read_text(self.info, "direct_url.json") or "{}")
            return bool(origin.get("dir_info", {}).get("editable"))
        except (ValueError, AttributeError):
            return None


class Installed(object):
    """A framework as its files show it; paths are relative to the package's folder."""

    def __init__(self, folder, owner, releases, conda_builds):
        self.folder = folder  # None when only metadata is left
        self.distribution = owner.name if owner else None
        self.release = owner.release if owner else None
        self.wheel_tags = owner.wheel_tags() if owner else []
        self.releases = releases  # {distribution: release} of all that concern GPUs
        self.conda_builds = conda_builds  # {conda package: build}

    def text(self, path):
        """Return the content of a file of the package, or ""."""
        return read_text(self.folder, path) if self.folder else ""

    def has(self, *paths):
        """Whether the package has one of these files."""
        return any(self.folder and os.path.exists(os.path.join(self.folder, p)) for p in paths)

    def literals(self, path):
        """Return the names that a Python file of the package binds to literals."""
        return literals(self.text(path))


def literals(source):
    """Return the module-level names that `source` binds to literals, without executing it.

    `cuda: Optional[str] = "12.4"` and `build_info = collections.OrderedDict([("a", True)])` both
    count. Returns {} for what this Python cannot parse.
    """
    names = {}
    try:
        source = source.encode("utf-8")
        body = compile(source, "<installed>", "exec", ONLY_AST, dont_inherit=True).body
    except (SyntaxError, ValueError, TypeError, MemoryError, RuntimeError):
        return names
    for node in body:
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        try:
            names[targets[0].id] = _literal(node.value)
        except (AttributeError, KeyError, TypeError, ValueError):
            continue  # not an assignment, or not of a literal
    return names


def _literal(node):
    kind = type(node).__name__
    if kind in LITERALS:
        value = getattr(node, LITERALS[kind])
        return as_text(value) if isinstance(value, bytes) else value
    if kind == "Name":
        return PYTHON_2_CONSTANTS[node.id]
    if kind in ("List", "Tuple"):
        return [_literal(element) for element in node.elts]
    if kind == "Dict":
        return {_literal(k): _literal(v) for k, v in zip(node.keys, node.values)}
    if kind == "Call" and getattr(node.func, "attr", None) == "OrderedDict":
        return dict(_literal(node.args[0]))
    raise ValueError(kind)


def _headers(text):
    """Read "Name: value" lines up to the first empty one; names in lower case."""
    headers = {}
    for line in text.splitlines():
        if not line:
            break
        name, colon, value = line.partition(":")
        if colon and name[:1].isalpha():
            headers.setdefault(name.lower(), []).append(value.strip())
    return headers


def _is_unconditional(requirement):
    """Whether a requirement holds without an extra: 'x>=1; extra == "cuda"' does not."""
    return "extra" not in requirement.partition(";")[2]
