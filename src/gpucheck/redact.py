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
from gpucheck.facts import BATCH_JOBS, Facts, to_json

FREE_TEXT = frozenset(
    {
        "environment",
        "gpu_error",
        "kernel_log",
        "load_error",
        "message",
        "messages",
        "other_environments",
        "output_tail",
        "printed",
        "reason",
        "seen_values",
        "target",
        "traceback_tail",
        "warnings",
    }
)
"""Fields whose words are somebody else's; everywhere else only paths and UUIDs are private."""

_POSIX_HOME = re.compile(r"(/home/|/Users/)[^/:;\"'\s]+")
_WINDOWS_HOME = re.compile(r"([A-Z]:[\\/]+Users[\\/]+)[^\\/:*?\"<>|]+", re.IGNORECASE)
_ROOT_HOME = re.compile(r"(?<![\w./-])/root(?![\w-])")
_UUID = re.compile(r"\b(GPU|MIG)-([0-9a-f]{8}(?:-[0-9a-f-]{0,27})?)(?![0-9a-f])", re.IGNORECASE)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV6 = re.compile(
    r"(?<![\w:])(?=[0-9a-f:]*::|(?:[0-9a-f]{1,4}:){7})[0-9a-f:]{3,}(?![\w:])", re.IGNORECASE
)
_ADDRESSES = (
    (re.compile(rf"(?<![\d.]){_OCTET}(?:\.{_OCTET}){{3}}(?![\d.])"), "0.0.0.0"),  # noqa: S104
    (re.compile(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", re.IGNORECASE), "00:00:00:00:00:00"),
    (_IPV6, "::"),
    (re.compile(r"(?<=://)[^/\s]+@"), ""),
    (re.compile(r"(?i)([?&][\w-]*(?:token|key|secret|pass|sig|auth)[\w-]*=)[^&\s]+"), r"\1…"),
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]+\b"), "user@host"),
    (re.compile(r"\b[\w.+-]+@[\w.-]+(?=:[~/])"), "user@host"),  # a shell's prompt
    (re.compile(r"(\bLinux )\S+( \d+\.\d+\.)"), r"\1host\2"),  # uname -a
    (re.compile(r"(\bnode=['\"])[^'\"]+"), r"\1host"),  # platform.uname()
    (re.compile(r"(\w{3} [ \d]\d \d\d:\d\d:\d\d )\S+( kernel:)"), r"\1host\2"),  # the journal
)
_PACKAGE_LINE = re.compile(
    r"\W{0,12}(?:\[\w+\]\s+)?(?!(?:GPU|MIG)-)[A-Za-z][\w.-]*(?:={2,3}|\s{2,})\d"
)
"""A line of a package list: a release of four numbers looks like an address ("==9.1.0.70"). A UUID
is no package."""
_PRIVATE_VARIABLE = re.compile(r"USER|HOST|ADDR|NODELIST|ACCOUNT|SUBMIT|PARTITION|_NAME$|JOB_?ID")


def redact(facts: Facts, private_names: Iterable[str] = ()) -> Facts:
    """Return the facts without private parts; a redacted snapshot comes out unchanged.

    Args:
        facts: any snapshot.
        private_names: further words to take out, such as this user's and host's names.
    """
    tree = msgspec.json.decode(to_json(facts))
    gpus = tree["driver"]["value"].get("gpus") or []
    cleaned = _Text(private_names, _uuids_of(gpus)).clean(tree, is_free=False)
    machine = cleaned["machine"]["value"]
    if "environment" in machine:
        kept = {k: v for k, v in machine["environment"].items() if not _PRIVATE_VARIABLE.search(k)}
        machine["environment"] = _with_job_mark(machine["environment"], kept)
    for gpu in cleaned["driver"]["value"].get("gpus") or ():
        gpu.pop("serial", None)
        for process in gpu.get("processes") or ():
            process.pop("name", None)
    cleaned["is_redacted"] = True
    return msgspec.convert(cleaned, Facts, dec_hook=versions.decode)


def _with_job_mark(before: dict[str, str], kept: dict[str, str]) -> dict[str, str]:
    """Keep that it is a batch job, without its number: rules and remedies depend on it."""
    return kept | {name: "0" for name in BATCH_JOBS if name in before}


def _uuids_of(gpus: list[dict[str, Any]]) -> list[str]:
    instances = [instance for gpu in gpus for instance in gpu.get("mig_instances") or ()]
    return [item["uuid"] for item in [*gpus, *instances] if item.get("uuid")]


class _Text:
    """Replaces private text, the same thing by the same placeholder."""

    def __init__(self, private_names: Iterable[str], uuids: Iterable[str]) -> None:
        # Names of two letters are also parts of words; home folders are cleaned without them.
        names = sorted({n for n in private_names if len(n) > 2}, key=len, reverse=True)  # noqa: PLR2004
        words = "|".join(map(re.escape, names)) or r"(?!)"
        self._as_word = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")
        self._as_folder = re.compile(rf"(?<=[/\\])(?:{words})(?=[/\\]|$)")
        self._numbers: dict[str, int] = {}
        for uuid in uuids:
            _UUID.sub(self._numbered, uuid)

    def clean(self, value: Any, *, is_free: bool) -> Any:
        """Clean every text inside a tree of lists and dictionaries."""
        if isinstance(value, str):
            return self._cleaned(value, is_free=is_free)
        if isinstance(value, list):
            return [self.clean(item, is_free=is_free) for item in value]
        if isinstance(value, dict):
            return {
                self._cleaned(key, is_free=False): self.clean(
                    item, is_free=is_free or key in FREE_TEXT
                )
                for key, item in value.items()
            }
        return value

    def _cleaned(self, text: str, *, is_free: bool) -> str:
        text = _WINDOWS_HOME.sub(r"\1user", _POSIX_HOME.sub(r"\1user", text))
        text = _ROOT_HOME.sub("/home/user", text)
        text = self._as_folder.sub("private", _UUID.sub(self._numbered, text))
        if not is_free:
            return text
        addresses = _ADDRESSES[1:] if _PACKAGE_LINE.match(text) else _ADDRESSES
        for pattern, placeholder in addresses:
            text = pattern.sub(placeholder, text)
        return self._as_word.sub("private", text)

    def _numbered(self, found: re.Match[str]) -> str:
        """Return the placeholder of a UUID; its first part may stand alone, as masks allow."""
        kind, uuid = found[1], found[2].lower()
        known = next((full for full in self._numbers if full.startswith(uuid)), uuid)
        is_placeholder = known[:8].isdigit() and known[8:] in {"", _REST}
        number = int(known[:8]) if is_placeholder else len(self._numbers) + 1
        number = self._numbers.setdefault(known, number)
        return f"{kind}-{number:08d}{_REST if len(uuid) > 8 else ''}"  # noqa: PLR2004


_REST = "-0000-0000-0000-000000000000"
