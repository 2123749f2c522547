"""GPU306: TensorFlow without the extra and-cuda."""

from gpucheck.facts import LoaderLibrary
from make import facts, faults, found, framework

BLIND = framework("tensorflow", "2.17.0", "12.3", devices=(), is_gpu_usable=False)
LINE = "Cannot dlopen some GPU libraries. Please make sure the missing libraries are installed"


def loader(*sonames: str) -> dict[str, object]:
    """Return a toolkit section whose loader finds these."""
    found_libraries = (LoaderLibrary(soname=name, path=f"/usr/lib/{name}") for name in sonames)
    return {"loader_libraries": tuple(found_libraries)}


def test_fires_without_any_of_cuda_s_libraries() -> None:
    """The silent fallback becomes its consequence."""
    here = facts(driver="550.54.15", frameworks=[BLIND], toolkit=loader("libcuda.so.1"))
    (finding,) = faults(here)
    assert finding.rule == "GPU306"
    assert [each.rule for each in finding.consequences] == ["GPU324"]
    assert finding.remedy
    assert "tensorflow[and-cuda]==2.17.0" in finding.remedy.commands[-1]


def test_fires_before_the_import() -> None:
    """With --no-import the files tell as much."""
    build = framework("tensorflow", "2.17.0", "12.3")
    here = facts(frameworks=[build], toolkit=loader(), outcomes={"tensorflow": "not_asked"})
    import msgspec

    section = msgspec.structs.replace(here.frameworks["tensorflow"], value=build)
    assert "GPU306" in found(msgspec.structs.replace(here, frameworks={"tensorflow": section}))


def test_silent_with_wheels_or_a_system_cuda() -> None:
    """Wheels of NVIDIA's, or libraries on the loader's path."""
    wheels = {
        "nvidia-cuda-runtime-cu12": "12.3.101",
        "nvidia-cublas-cu12": "12.3.4.1",
        "nvidia-cudnn-cu12": "8.9.7.29",
    }
    assert "GPU306" not in found(facts(frameworks=[BLIND], toolkit=loader(), distributions=wheels))
    system = loader("libcudart.so.12", "libcublas.so.12", "libcudnn.so.8")
    assert "GPU306" not in found(facts(frameworks=[BLIND], toolkit=system))


def test_silent_before_2_14_and_where_nothing_is_known() -> None:
    """2.13 has no such extra; without the loader's list only its own line counts."""
    old = framework("tensorflow", "2.13.0", "11.8", devices=(), is_gpu_usable=False)
    assert "GPU306" not in found(facts(frameworks=[old], toolkit=loader()))
    assert "GPU306" not in found(facts(frameworks=[BLIND]))
    assert "GPU306" in found(facts(frameworks=[BLIND], messages=[LINE]))


def test_silent_when_it_sees_the_gpu() -> None:
    """Whatever the files look like."""
    seeing = framework("tensorflow", "2.17.0", "12.3")
    assert "GPU306" not in found(facts(frameworks=[seeing], toolkit=loader()))
