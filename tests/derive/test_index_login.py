"""A login of an index goes to that place alone."""

from __future__ import annotations

import pytest
import requests

from gpucheck.derive.index_login import separate_login


@pytest.mark.parametrize(
    ("address", "is_sent"),
    [
        ("https://index.example/simple/torch/", True),
        ("https://index.example/files/torch.whl", True),
        ("https://files.example/torch.whl", False),  # another host
        ("http://index.example/torch.whl", False),  # in the clear
        ("https://index.example:8443/torch.whl", False),  # another server
    ],
)
def test_where_a_login_is_sent(address: str, is_sent: bool) -> None:
    """Only where the address with the login led to, by the same scheme and port."""
    bare, login = separate_login("https://user:secret@index.example/simple/")
    assert bare == "https://index.example/simple/"
    assert login is not None
    request = requests.Request("GET", address).prepare()
    assert ("Authorization" in login(request).headers) is is_sent
