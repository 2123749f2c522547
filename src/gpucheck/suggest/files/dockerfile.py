"""A Dockerfile: the wheels bring CUDA, so Python's own image will do."""

from __future__ import annotations

from gpucheck.shell_words import quoted_for
from gpucheck.suggest.pip_commands import index_options
from gpucheck.suggest.place import Place
from gpucheck.suggest.plan import Plan


def written(plan: Plan, place: Place) -> str:
    """Return the file's text; what an image of Python lacks is said in it."""
    lines = [f"FROM python:{plan.situation.python}-slim"]
    needs = [choice.offer.needs for choice in plan.choices if choice.offer.needs]
    lines += [f"# This image lacks {each}: take one that has it." for each in needs]
    if not plan.situation.is_cpu:
        lines += ["# The driver comes from the host: docker run --gpus all"]
        lines += ["ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility"]
    pip = ("pip", "install", "--no-cache-dir")
    options = index_options(plan, place)
    lines.append(f"RUN {quoted_for(None, *pip, *plan.requirements_of_wheels, *options)}")
    for source in plan.requirements_of_sources:
        lines.append(f"RUN {quoted_for(None, *pip, '--no-build-isolation', source)}")
    return "\n".join(lines) + "\n"
