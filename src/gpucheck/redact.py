"""Facts in, facts out, without what tells who and where: for snapshots that are shared.

Home folders, user and host names, GPU and MIG UUIDs, serial numbers, network addresses, names of
processes and secrets in URLs go. Equal things stay equal, so that a diagnosis of the redacted
snapshot is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from gpucheck import versions
from gpucheck.facts import Facts

_HOME = re.compile(r"(?P<root>/home/|/Users/|[A-Za-z]:\\+Users\\+)(?P<name>[^/\\:;\"'\s]+)")
_ROOT_HOME = re.compile(r"(?<![\w.-])/root(?=/|$|:)")
_UUID = re.compile(r"\b(GPU|MIG)-([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b", re.IGNORECASE)
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_MAC = re.compile(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", re.IGNORECASE)
_URL_SECRET = re.compile(r"(?<=://)[^/@\s]+@")
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]+\b")
_PRIVATE_VARIABLE = re.compile(r"USER|HOST|ADDR|NODELIST|ACCOUNT|SUBMIT|PARTITION|_NAME$|JOB_?ID")
_DOTTED_VERSION_KEYS = frozenset({"release", "driver_release", "nvml_release", "kernel_release"})


def redact(facts: Facts, private_names: Iterable[str] = ()) -> Facts:
    """Return the facts without private parts.

    Args:
        facts: any snapshot; a redacted one comes out unchanged.
        private_names: further words to take out, such as this user's and host's names.
    """
    text = _Text(private_names)
    tree = msgspec.to_builtins(facts, enc_hook=versions.encode)
    cleaned = text.clean(tree)
    machine = cleaned["machine"]["value"]
    environment = machine.get("environment") or {}
    machine["environment"] = {
        name: value for name, value in environment.items() if not _PRIVATE_VARIABLE.search(name)
    }
    for gpu in cleaned["driver"]["value"].get("gpus") or ():
        gpu.pop("serial", None)
        for process in gpu.get("processes") or ():
            process.pop("name", None)
    cleaned["is_redacted"] = True
    return msgspec.convert(cleaned, Facts, dec_hook=versions.decode)


class _Text:
    """Replaces private text, the same thing by the same placeholder."""

    def __init__(self, private_names: Iterable[str]) -> None:
        # Short names such as "me" are also parts of words; as whole words they may stay.
        names = sorted({n for n in private_names if len(n) > 2}, key=len, reverse=True)  # noqa: PLR2004
        words = "|".join(map(re.escape, names))
        self._names = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])") if words else None
        self._uuids: dict[str, str] = {}

    def clean(self, value: Any, key: str = "") -> Any:
        """Clean every text inside a tree of lists and dictionaries."""
        if isinstance(value, str):
            return self._clean_text(value, key)
        if isinstance(value, list):
            return [self.clean(item, key) for item in value]
        if isinstance(value, dict):
            return {name: self.clean(item, name) for name, item in value.items()}
        return value

    def _clean_text(self, text: str, key: str) -> str:
        text = _HOME.sub(r"\g<root>user", text)
        text = _ROOT_HOME.sub("/home/user", text)
        text = _UUID.sub(self._numbered_uuid, text)
        if key not in _DOTTED_VERSION_KEYS:
            text = _IPV4.sub("0.0.0.0", text)  # noqa: S104 - a placeholder, nothing is bound
        text = _MAC.sub("00:00:00:00:00:00", text)
        text = _EMAIL.sub("user@host", _URL_SECRET.sub("", text))
        return self._names.sub("private", text) if self._names else text

    def _numbered_uuid(self, found: re.Match[str]) -> str:
        kind, uuid = found[1], found[2].lower()
        if uuid.startswith("00000000-0000-0000-0000-"):
            self._uuids.setdefault(uuid, uuid)
        number = len(self._uuids) + 1
        return f"{kind}-{self._uuids.setdefault(uuid, f'00000000-0000-0000-0000-{number:012d}')}"
