"""`Index`: the same list from HTML and JSON, few words on what went wrong, no secrets in them."""

from __future__ import annotations

import dataclasses
import json
import socket
import traceback
from pathlib import Path
from typing import Literal

import pytest

from derive.small_index import Asked, Fault, Served, metadata, sdist, small_index, wheel
from gpucheck.derive import index as module
from gpucheck.derive.cache import Cache
from gpucheck.derive.index import Index
from gpucheck.derive.remote_wheel import IndexUnreachableError

NAME = "torch-2.8.0-cp312-cp312-manylinux_2_28_x86_64.whl"
TORCH = wheel(NAME, {"torch/version.py": "cuda = '12.8'\n"}, requires_python=">=3.9.0")
SECRET = "pa%24s=wo%40rd"
Lists = Literal["json", "html"]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRIES", module.RETRIES.new(backoff_factor=0))
    monkeypatch.setenv("NO_PROXY", "*")


def problem(address: str, folder: Path, project: str = "torch") -> str:
    """Return what the index says of itself when the list of a project cannot be read."""
    with pytest.raises(IndexUnreachableError) as caught:
        Index(address, Cache(folder)).files(project)
    return str(caught.value)


@pytest.mark.parametrize("lists", ["json", "html"])
def test_tells_of_each_file_what_the_list_says(lists: Lists, tmp_path: Path) -> None:
    """Lists in JSON and in HTML give the same records, with upload days and withdrawn files."""
    old = "torch-2.7.0-py3-none-any.whl"
    files = [TORCH, wheel(old, yanked="broken"), sdist("torch-1.tar.gz")]
    with small_index({"torch": files}, lists=lists) as address:
        found = Index(address, Cache(tmp_path)).files("torch")
    assert [file.url for file in found] == [
        address.replace("/simple/", f"/files/{file.filename}") for file in files
    ]
    assert [
        dataclasses.astuple(dataclasses.replace(file, url="", sha256=None)) for file in found
    ] == [
        ("torch", NAME, "", "2.8.0", True, False, ">=3.9.0", "2025-08-06", None, False),
        ("torch", old, "", "2.7.0", True, True, None, "2025-08-06", None, False),
        ("torch", "torch-1.tar.gz", "", "1", False, False, None, "2025-08-06", None, False),
    ]


@pytest.mark.parametrize("lists", ["json", "html"])
def test_does_not_invent_an_upload_day(lists: Lists, tmp_path: Path) -> None:
    """A list without upload times gives None."""
    files = [wheel(NAME, upload_time=None)]
    with small_index({"torch": files}, lists=lists) as address:
        assert Index(address, Cache(tmp_path)).files("torch")[0].uploaded is None


def test_skips_names_from_before_there_were_rules(tmp_path: Path) -> None:
    """Eggs, installers and names that no rule explains are left out, the rest stays."""
    odd = [
        "torch-0.1-py2.7.egg",
        "torch-0.1.win32.exe",
        "torch.whl",
        "torch-banana-py3-none-any.whl",
    ]
    files = [*(Served(name, b"") for name in odd), TORCH]
    with small_index({"torch": files}) as address:
        found = Index(address, Cache(tmp_path)).files("torch")
    assert [file.filename for file in found] == [NAME]


def test_asks_again_when_the_server_is_busy(tmp_path: Path) -> None:
    """Two answers of 503 are no reason to give up."""
    asked: list[Asked] = []
    busy = {"torch": Fault(503, times=2), NAME: Fault(503, times=2)}
    with small_index({"torch": [TORCH]}, faults=busy, asked=asked) as address:
        index = Index(address, Cache(tmp_path))
        with index.open(index.files("torch")[0]) as opened:
            assert opened.member(r"torch/version\.py") == "cuda = '12.8'\n"
    assert [each.name for each in asked] == ["torch"] * 3 + [NAME] * 3


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "it answers 404 Not Found"),
        (403, "it answers 403 Forbidden"),
        (500, "it answers 500 Internal Server Error"),
        (503, "it answers 503 Service Unavailable"),
    ],
)
def test_says_which_status_it_got(status: int, said: str, tmp_path: Path) -> None:
    """The text names the project, the host and the last answer."""
    with small_index({"torch": [TORCH]}, faults={"torch": Fault(status)}) as address:
        found = problem(address, tmp_path)
    assert found == f"the list of torch on 127.0.0.1 cannot be read: {said}"


def test_says_that_there_is_no_such_project(tmp_path: Path) -> None:
    """A project that the index lacks is a 404, not an empty list."""
    with small_index({"torch": [TORCH]}) as address:
        assert "the list of tortch" in problem(address, tmp_path, "tortch")


def test_says_that_there_is_no_such_host(tmp_path: Path) -> None:
    """A host name that nobody has is told apart from one that does not answer."""
    found = problem("https://index.invalid/simple", tmp_path)
    assert found == (
        "the list of torch on index.invalid cannot be read: there is no host of this name"
    )


def test_says_that_nothing_listens(tmp_path: Path) -> None:
    """A closed port ends in one plain sentence."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = problem(f"http://127.0.0.1:{closed.getsockname()[1]}/simple", tmp_path)
    assert found == "the list of torch on 127.0.0.1 cannot be read: no connection to its host"


def test_says_that_the_connection_broke_off(tmp_path: Path) -> None:
    """Half a list is no list."""
    with small_index({"torch": [TORCH]}, faults={"torch": Fault("cut")}) as address:
        assert problem(address, tmp_path).endswith("cannot be read: the connection broke off")


@pytest.mark.parametrize("lists", ["json", "html"])
def test_takes_no_other_page_for_a_list(lists: Lists, tmp_path: Path) -> None:
    """A page that is no list, as a hotel's network sends, is an error and not "no files"."""
    garbage = {"torch": Fault("garbage")}
    with small_index({"torch": [TORCH]}, lists=lists, faults=garbage) as address:
        found = problem(address, tmp_path)
        assert found.startswith("the list of torch on 127.0.0.1 ")
        with pytest.raises(IndexUnreachableError, match="is not in"):
            Index(address, Cache(tmp_path), is_offline=True).files("torch")


def test_answers_the_same_offline_without_a_request(tmp_path: Path) -> None:
    """What was read once is known when there is no network: the list and the members."""
    asked: list[Asked] = []
    with small_index({"torch": [TORCH]}, asked=asked) as address:
        online = Index(address, Cache(tmp_path))
        with online.open(online.files("torch")[0]) as opened:
            said = opened.member(r"torch/version\.py"), opened.metadata()
        requests = len(asked)
        offline = Index(address, Cache(tmp_path), is_offline=True)
        assert offline.files("torch") == online.files("torch")
        assert len(asked) == requests + 1  # that of `online`
        with offline.open(offline.files("torch")[0]) as opened:
            assert (opened.member(r"torch/version\.py"), opened.metadata()) == said
    assert len(asked) == requests + 1


def test_says_offline_what_it_lacks(tmp_path: Path) -> None:
    """An empty memory is named, with its folder; so is a wheel that was never read."""
    with small_index({"torch": [TORCH]}) as address:
        offline = Index(address, Cache(tmp_path), is_offline=True)
        with pytest.raises(IndexUnreachableError) as caught:
            offline.files("torch")
        assert str(caught.value) == f"the list of torch is not in {tmp_path}"
        file = Index(address, Cache(tmp_path)).files("torch")[0]
        with pytest.raises(IndexUnreachableError) as caught, offline.open(file) as opened:
            opened.metadata()
        assert str(caught.value) == f"{NAME} was never read, and this is offline"


def test_each_keeps_the_order_and_raises_the_first_error(tmp_path: Path) -> None:
    """Answers come in the order of the items; an error of one is an error."""
    index = Index(None, Cache(tmp_path), is_offline=True)
    assert index.each(range(20), lambda number: number * number) == [n * n for n in range(20)]
    with pytest.raises(ZeroDivisionError):
        index.each([1, 0], lambda number: 1 / number)


def test_stops_when_too_much_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a cap on what one run may receive; what was read before stays known."""
    with small_index({"torch": [TORCH]}) as address:
        index = Index(address, Cache(tmp_path))
        file = index.files("torch")[0]
        monkeypatch.setattr(module, "MAX_BYTES", index.announced_bytes + 10)
        with pytest.raises(IndexUnreachableError, match="stopped"), index.open(file) as opened:
            opened.metadata()
        assert Index(address, Cache(tmp_path), is_offline=True).files("torch") == (file,)


def test_leaves_out_releases_that_are_known(tmp_path: Path) -> None:
    """A narrowed index lacks the files of a release; the index itself still has them."""
    with small_index({"torch": [TORCH, wheel("torch-2.9.0-py3-none-any.whl")]}) as address:
        index = Index(address, Cache(tmp_path))
        narrowed = index.without({("torch", "2.8.0")})
        assert [file.release for file in narrowed.files("torch")] == ["2.9.0"]
        assert [file.release for file in index.files("torch")] == ["2.8.0", "2.9.0"]


def test_sends_the_login_of_the_address(tmp_path: Path) -> None:
    """A private index gets user and password for lists and wheels, and neither is kept."""
    asked: list[Asked] = []
    login = ("me", "pa$s=wo@rd")
    with small_index({"torch": [TORCH]}, login=login, asked=asked) as address:
        private = address.replace("://", f"://me:{SECRET}@")
        index = Index(private, Cache(tmp_path))
        with index.open(index.files("torch")[0]) as opened:
            opened.metadata()
        assert all(each.authorization for each in asked)
        offline = Index(private, Cache(tmp_path), is_offline=True)
        assert offline.files("torch") == index.files("torch")
    kept = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.json"))
    assert NAME in kept
    assert "wo%40rd" not in kept
    assert "wo@rd" not in kept


def test_sends_the_login_to_no_other_host(tmp_path: Path) -> None:
    """A private list may point to files elsewhere: these requests go without the login."""
    elsewhere: list[Asked] = []
    with (
        small_index({"torch": [TORCH]}, asked=elsewhere) as public,
        small_index({"torch": [TORCH]}, login=("me", "secret")) as address,
    ):
        index = Index(address.replace("://", "://me:secret@"), Cache(tmp_path))
        here = index.files("torch")[0]
        there = dataclasses.replace(here, url=public.replace("/simple/", f"/files/{NAME}"))
        with index.open(there) as opened:
            opened.metadata()
    assert [each.authorization for each in elsewhere] == [None]


@pytest.mark.parametrize(
    "address",
    [
        "https://me:{}@index.invalid/simple",
        "http://me:{}@127.0.0.1:1/simple",
        "ftp://me:{}@127.0.0.1/simple",
        "me:{}@127.0.0.1/simple",
        "https://me:{}@/simple",
        "https://me:{}@[::1/simple",
        "https://me:{}@host:port/simple",
        "file:///home/me/{}",
    ],
)
def test_shows_no_password(address: str, tmp_path: Path) -> None:
    """However wrong the user's address is, no error text has a part of its login."""
    found = problem(address.format("hunter2"), tmp_path)
    assert "hunter2" not in found
    assert "me:" not in found


@pytest.mark.parametrize("fault", [Fault(401), Fault("garbage"), Fault("cut"), Fault("no range")])
@pytest.mark.parametrize("spoilt", ["torch", NAME])
def test_shows_no_password_when_reading_fails(fault: Fault, spoilt: str, tmp_path: Path) -> None:
    """Neither the text nor the cause that a traceback would show has the password."""
    with small_index({"torch": [TORCH]}, faults={spoilt: fault}) as address:
        index = Index(address.replace("://", "://me:hunter2@"), Cache(tmp_path))
        if spoilt == "torch" and fault.kind == "no range":
            assert index.files("torch")  # a list is never read in part
            return
        with (
            pytest.raises(IndexUnreachableError) as caught,
            index.open(index.files("torch")[0]) as it,
        ):
            it.metadata()
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_reads_a_metadata_in_full(tmp_path: Path) -> None:
    """Requirements, extras and the Pythons come from the head, not from the description."""
    text = metadata(
        "torch",
        "2.8.0",
        requires=["numpy", 'nvidia-nccl-cu12==2.27.3; platform_system == "Linux"'],
        extras=["opt"],
        requires_python=">=3.9",
    )
    files = [wheel(NAME, {"torch-2.8.0.dist-info/METADATA": text})]
    with small_index({"torch": files}) as address:
        index = Index(address, Cache(tmp_path))
        with index.open(index.files("torch")[0]) as opened:
            said = opened.metadata()
    assert said.requires_python == ">=3.9"
    assert said.requires == ("numpy", 'nvidia-nccl-cu12==2.27.3; platform_system == "Linux"')
    assert said.extras == ("opt",)


def test_a_newer_form_of_list_is_an_error_in_words(tmp_path: Path) -> None:
    """A list of a version that the client does not know is refused, not half understood."""
    page = json.dumps({"meta": {"api-version": "9.0"}, "name": "torch", "files": []})
    with (
        small_index({"torch": [TORCH]}) as address,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setattr("derive.small_index._as_json", lambda *_: page.encode())
        found = problem(address, tmp_path)
    assert found == "the list of torch on 127.0.0.1 is none that this program can read"


def test_a_list_without_end_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is not at the mercy of a server."""
    monkeypatch.setattr(module, "MAX_LIST_BYTES", 1024)
    files = [wheel(f"torch-2.{minor}.0-py3-none-any.whl") for minor in range(50)]
    with (
        small_index({"torch": files}) as address,
        pytest.raises(IndexUnreachableError, match="the list of torch"),
    ):
        Index(address, Cache(tmp_path)).files("torch")
