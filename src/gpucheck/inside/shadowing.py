"""Files that Python imports in place of an installed package of the same name.

Loaded by path by `probes/packages.py`. In: modules, and the listed folders of `sys.path` in
import order. Out: fields of `ShadowingFile` records. Only names are looked at, nothing is opened.

    ./torch.py                                a script of the user's, beside the one that is run
    ./torch/__init__.py                       a checkout of PyTorch: its sources, not built
    ~/.local/lib/python3.11/site-packages     comes before a conda environment's own

A folder without __init__.py wins over nothing. A folder that is itself a package (it has an
__init__.py) is not where scripts are started, so its modules do not count.
"""

import os
import sys


def shadowing_files(modules, listings, as_text):
    """Return one dictionary for each of `modules` of which something else is imported."""
    early = early_folders()
    found = []
    for module in modules:
        homes = [f for f, names in listings if importable(f, module, names)]
        own = [folder for folder in homes if os.path.realpath(folder) not in early]
        if not own:
            continue  # nothing is shadowed
        winner, via = homes[0], early.get(os.path.realpath(homes[0]))
        if via is None:
            winner, via = current_folder(module, homes), "current folder"
        if winner is None:
            continue
        names = [n for folder, ns in listings if folder == winner for n in ns]
        fields = {"module": module, "found_via": via}
        fields["path"] = as_text(importable(winner, module, names or None))
        fields["is_installation"] = any(is_metadata(name, module) for name in names)
        found.append(fields)
    return found


def early_folders():
    """Return {folder: why} of what the user put before the environment's own folders."""
    folders = {}
    user_site = getattr(sys.modules.get("site"), "USER_SITE", None)
    if user_site:
        folders[os.path.realpath(user_site)] = "user site"
    for part in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        if part:
            folders[os.path.realpath(part)] = "PYTHONPATH"
    return folders


def current_folder(module, homes):
    """Return the current folder if `module` is imported from there by what is started in it."""
    if getattr(sys.flags, "safe_path", False):
        return None  # Python 3.11's -P and PYTHONSAFEPATH leave the folder out
    try:
        folder = os.path.realpath(os.getcwd())
    except OSError:  # it was removed
        return None
    if os.path.isfile(os.path.join(folder, "__init__.py")):
        return None
    is_home = folder in [os.path.realpath(home) for home in homes]
    return None if is_home or not importable(folder, module) else folder


def importable(folder, module, names=None):
    """Return the file that `import module` would take from a folder, or None."""
    package = os.path.join(folder, module, "__init__.py")
    if (names is None or module in names) and os.path.isfile(package):
        return package
    for ending in (".py", ".pyc"):
        file = os.path.join(folder, module + ending)
        if (names is None or module + ending in names) and os.path.isfile(file):
            return file
    return None


def is_metadata(name, module):
    """Whether this is the metadata of a distribution of that name: "torch-2.6.0.dist-info"."""
    stem, ending = os.path.splitext(name)
    name = stem.split("-")[0].lower().replace(".", "_")
    is_its_own = name == module or name.startswith(module + "_")  # "cupy_cuda12x"
    return is_its_own and ending in (".dist-info", ".egg-info")
