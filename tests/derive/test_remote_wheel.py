"""`RemoteWheel`: single members of a wheel by range, asked for once, and plain words on faults."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from derive.small_index import Asked, Fault, Served, metadata, small_index, wheel
from gpucheck.derive import index as index_module
from gpucheck.derive import remote_wheel as module
from gpucheck.derive.cache import Cache
from gpucheck.derive.index import Index
from gpucheck.derive.remote_wheel import IndexUnreachableError, RemoteWheel

NAME = "torch-2.8.0-cp312-cp312-win_amd64.whl"
SMALL = wheel(
    NAME, {"torch/version.py": "cuda = '12.8'\n", "torch/b.py": "b\xe9".encode("latin-1")}
)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "RETRIES", index_module.RETRIES.new(backoff_factor=0))


@contextmanager
def opened(
    file: Served, folder: Path, fault: Fault | None = None, asked: list[Asked] | None = None
) -> Iterator[RemoteWheel]:
    """Open a wheel on an index that has only this one."""
    faults = {file.filename: fault} if fault else {}
    with small_index({"torch": [file]}, faults=faults, asked=asked) as address:
        index = Index(address, Cache(folder))
        with index.open(index.files("torch")[0]) as found:
            yield found


def noise(size: int) -> bytes:
    """Return bytes that a zip cannot make smaller, the same ones each time."""
    return random.Random(1).randbytes(size)


def test_reads_a_member_whose_whole_name_fits(tmp_path: Path) -> None:
    """A pattern has to fit the whole name; bytes that are no UTF-8 are no error."""
    with opened(SMALL, tmp_path) as found:
        assert found.member(r"torch/version\.py") == "cuda = '12.8'\n"
        assert found.member(r"[^/]+/b\.py") == "b\N{REPLACEMENT CHARACTER}"
        assert found.member(r"version\.py") is None
        assert found.member(r"torch/version\.p") is None


def test_tells_whether_there_is_a_member(tmp_path: Path) -> None:
    """Only the directory is read, whatever the member's size."""
    asked: list[Asked] = []
    big = wheel(NAME, {"torch/lib/big.so": noise(3 * 1024**2)})
    with opened(big, tmp_path, asked=asked) as found:
        assert found.has(r"torch/lib/big\.so")
        assert not found.has(r"torch/lib/small\.so")
    assert [each.range for each in asked] == [None, f"bytes=-{module.CENTRAL_DIRECTORY_BYTES}"]


def test_remembers_also_what_is_not_there(tmp_path: Path) -> None:
    """Neither a member nor its absence is asked for twice."""
    asked: list[Asked] = []
    with opened(SMALL, tmp_path) as found:
        assert (found.member("no"), found.search("no", "x")) == (None, None)
        assert not found.has("no")
        assert found.search(r"torch/version\.py", "x") is None
        assert found.search(r"torch/version\.py", r"\d+") == "12"
    with opened(SMALL, tmp_path, asked=asked) as found:
        assert (found.member("no"), found.search("no", "x")) == (None, None)
        assert not found.has("no")
        assert found.search(r"torch/version\.py", "x") is None
        assert found.search(r"torch/version\.py", r"\d+") == "12"
    assert [each.name for each in asked] == ["torch"]


def test_reads_a_big_wheel_in_part(tmp_path: Path) -> None:
    """Of a wheel of some megabytes only the directory and the member cross the wire."""
    asked: list[Asked] = []
    inside: dict[str, str | bytes] = {
        "torch/lib/big.so": noise(5 * 1024**2),
        "torch/version.py": "cuda = None\n",
    }
    with opened(wheel(NAME, inside), tmp_path, asked=asked) as found:
        assert found.member(r"torch/version\.py") == "cuda = None\n"
    spans = [each.range for each in asked if each.name == NAME]
    assert spans
    assert all(span and span.startswith("bytes=") for span in spans)


@pytest.mark.parametrize("at", [0, 500, 1019, 1020, 1023, 1024, 1025, 2040, 5000])
def test_finds_across_the_borders_of_chunks(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A find that lies in two chunks is as good as one in the midst."""
    monkeypatch.setattr(module, "CHUNK_BYTES", 1024)
    monkeypatch.setattr(module, "MAX_FIND_BYTES", 64)
    content = b"." * at + b"libcudnn.so.9" + b"." * 3000
    with opened(wheel(NAME, {"a.so": content}), tmp_path) as found:
        assert found.search(r"a\.so", r"libcudnn\.so\.\d+") == "libcudnn.so.9"


@pytest.mark.parametrize("size", [10, 1024, 1024 * 2, 1024 * 2 + 5])
def test_finds_at_the_very_end(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends with the member is found whole, also where the last chunk is full."""
    monkeypatch.setattr(module, "CHUNK_BYTES", 1024)
    content = b"libcudart.so.12".rjust(size, b".")
    with opened(wheel(NAME, {"a.so": content}), tmp_path) as found:
        assert found.search(r"a\.so", r"libcudart\.so\.\d+") == "libcudart.so.12"


def test_reads_no_further_than_the_find(tmp_path: Path) -> None:
    """The rest of a library is not unpacked: damage behind the find is never seen."""
    content = b"libcudart.so.12 " + noise(8 * 1024**2)
    whole = wheel(NAME, {"a.so": content})
    broken = bytearray(whole.content)
    broken[6 * 1024**2 : 7 * 1024**2] = bytes(1024**2)
    with opened(Served(NAME, bytes(broken)), tmp_path) as found:
        assert found.search(r"a\.so", r"libcudart\.so\.\d+") == "libcudart.so.12"


def test_takes_no_library_for_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that is far too big for text is refused by its size alone."""
    monkeypatch.setattr(module, "MAX_TEXT_BYTES", 1000)
    with (
        opened(wheel(NAME, {"torch/version.py": "x" * 1001}), tmp_path) as found,
        pytest.raises(IndexUnreachableError) as caught,
    ):
        found.member(r"torch/version\.py")
    reason = "torch/version.py has 1001 bytes, which is no text"
    assert str(caught.value) == f"{NAME} cannot be read: {reason}"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("no range"), "The server doesn't support range requests"),
        (Fault("garbage"), "File is not a zip file"),
        (Fault("cut"), "the connection broke off"),
        (Fault(404), "it answers 404 Not Found"),
        (Fault(500), "it answers 500 Internal Server Error"),
    ],
)
def test_says_why_a_wheel_cannot_be_read(fault: Fault, said: str, tmp_path: Path) -> None:
    """The text names the wheel and the reason, and no address."""
    with (
        opened(SMALL, tmp_path, fault) as found,
        pytest.raises(IndexUnreachableError) as caught,
    ):
        found.metadata()
    assert str(caught.value) == f"{NAME} cannot be read: {said}"


def test_says_that_a_wheel_is_damaged(tmp_path: Path) -> None:
    """Bytes that do not unpack are an error in words, and nothing of them is remembered."""
    content = bytearray(wheel(NAME, {"a.txt": noise(1000).hex()}).content)
    content[60:200] = bytes(140)
    asked: list[Asked] = []
    for _ in range(2):
        with (
            opened(Served(NAME, bytes(content)), tmp_path, asked=asked) as found,
            pytest.raises(IndexUnreachableError, match=f"{NAME} cannot be read: "),
        ):
            found.member(r"a\.txt")
    assert sum(each.name == NAME for each in asked) >= 2


def test_a_wheel_without_metadata_says_so(tmp_path: Path) -> None:
    """What has no METADATA is none that pip would install."""
    bare = wheel(NAME, {"torch.dist-info/METADATA": ""})
    content = bare.content.replace(b"METADATA", b"METADOTO")
    with (
        opened(Served(NAME, content), tmp_path) as found,
        pytest.raises(IndexUnreachableError, match=f"{NAME} has no METADATA"),
    ):
        found.metadata()


def test_metadata_served_beside_the_wheel_is_enough(tmp_path: Path) -> None:
    """Where the index has METADATA as a file (PEP 658), the archive is not touched."""
    name = "torch-2.8.0-py3-none-any.whl"
    text = metadata("torch", "2.8.0", requires=["numpy"])
    asked: list[Asked] = []
    served = wheel(name, metadata_beside=text)
    with small_index({"torch": [served]}, asked=asked) as address:
        index = Index(address, Cache(tmp_path))
        (file,) = index.files("torch")
        with index.open(file) as remote:
            assert remote.metadata().requires == ("numpy",)
    assert [request.name for request in asked] == ["torch", f"{name}.metadata"]


def test_metadata_promised_but_not_there_is_read_from_the_archive(tmp_path: Path) -> None:
    """A mirror may copy the list and not the files beside the wheels."""
    name = "torch-2.8.0-py3-none-any.whl"
    inside = {"torch-2.8.0.dist-info/METADATA": metadata("torch", "2.8.0", requires=["sympy"])}
    served = wheel(name, inside, metadata_beside=metadata("torch", "2.8.0"))
    faults = {f"{name}.metadata": Fault(404)}
    with small_index({"torch": [served]}, faults=faults) as address:
        index = Index(address, Cache(tmp_path))
        (file,) = index.files("torch")
        with index.open(file) as remote:
            assert remote.metadata().requires == ("sympy",)


def test_a_wheel_of_the_same_name_on_another_index_is_another_wheel(tmp_path: Path) -> None:
    """What one index served under a name is not believed of another one's file."""
    found = []
    for text in ("one", "two"):
        with opened(wheel(NAME, {"torch/version.py": text}), tmp_path) as remote:
            found.append(remote.member("torch/version.py"))
    assert found == ["one", "two"]
