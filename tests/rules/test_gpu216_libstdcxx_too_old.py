"""GPU216: libstdc++ is too old."""

from make import facts, findings

FILE = "/usr/lib/x86_64-linux-gnu/libstdc++.so.6"
LINE = f"ImportError: {FILE}: version `GLIBCXX_3.4.30' not found (required by /x/_C.so)"


def test_names_the_file_and_the_version() -> None:
    """Both stand in the loader's words."""
    (finding,) = findings(facts(messages=[LINE]), "GPU216")
    assert finding.message == f"/x/_C.so needs GLIBCXX_3.4.30; {FILE} is too old for it."


def test_conda_has_one_of_its_own() -> None:
    """It is installed, and found before the system's."""
    conda = {"environment_kind": "conda"}
    (finding,) = findings(facts(messages=[LINE], packages=conda), "GPU216")
    assert finding.remedy
    assert "libstdcxx-ng" in finding.remedy.commands[0]
    assert finding.remedy.commands[1] == "export LD_LIBRARY_PATH=/env/lib"


def test_an_old_copy_on_the_loader_s_path_is_taken_off() -> None:
    """Another program's folder comes first."""
    line = LINE.replace(FILE, "/opt/tool/lib/libstdc++.so.6")
    variable = {"LD_LIBRARY_PATH": "/opt/tool/lib"}
    (finding,) = findings(facts(messages=[line], environment=variable), "GPU216")
    assert finding.remedy
    assert finding.remedy.commands == ("unset LD_LIBRARY_PATH",)


def test_silent_on_another_library() -> None:
    """That is glibc, and has a rule of its own."""
    line = "libc.so.6: version `GLIBC_2.34' not found (required by a.so)"
    assert findings(facts(messages=[line]), "GPU216") == []
