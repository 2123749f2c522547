"""A plan or a conflict as text; of a plan, all but the commands is a comment to the shell."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.suggest.place import Place, Steps, is_there
from gpucheck.suggest.plan import Choice, Conflict, Plan
from gpucheck.suggest.situation import Situation
from gpucheck.suggest.words import PLATFORMS, for_cuda, title
from gpucheck.visible_text import visible

WIDTH = 98


def plan_text(
    plan: Plan, steps: Steps, place: Place, facts: Facts, *, is_verbose: bool = False
) -> str:
    """Return a plan: for which machine, what and why, what to know, and the commands."""
    lines = [*_head(plan.situation, facts), ""]
    for choice in plan.choices:
        lines += _choice(choice, is_verbose=is_verbose)
    if plan.bounds:
        lines += ["", *_wrapped(f"with {', '.join(plan.bounds)}: newer ones break it")]
    if plan.limits:
        lines += ["", *_wrapped(f"with {', '.join(plan.limits)}, as asked for")]
    lines += [line for text in plan.warnings for line in ("", *_wrapped(f"! {text}"))]
    lines += [line for text in plan.unlocks for line in ("", *_wrapped(f"> {text}"))]
    if is_there(plan, place):
        lines += ["", "All of it is installed already."]
    for other in plan.apart:
        lines += ["", *_wrapped(f"apart: {' '.join(other.requirements)}")]
    return "\n".join([*map(_comment, lines), "", *commands_of(steps, place)]) + "\n"


def commands_of(steps: Steps, place: Place) -> Iterator[str]:
    """Yield the commands, each under the note that goes with it, if there are as many."""
    if steps.file:
        yield from (_comment(visible(note)) for note in steps.notes)
        yield from (_comment(f"  {visible(line)}".rstrip()) for line in steps.file.splitlines())
        yield from (_pasteable(place.shown(command)) for command in steps.commands)
        return
    paired = len(steps.notes) == len(steps.commands)
    for at, command in enumerate(steps.commands):
        if paired:
            yield from map(_comment, _wrapped(steps.notes[at]))
        yield _pasteable(place.shown(command))
    if not paired:
        yield from (_comment(line) for note in steps.notes for line in _wrapped(note))


def conflict_text(conflict: Conflict, facts: Facts, *, is_verbose: bool = False) -> str:
    """Return a conflict: which wishes, why, what would help, and what goes apart.

    All of it is a comment: nothing from outside can become a command where it is pasted.
    """
    lines = [*_head(conflict.situation, facts), ""]
    is_about_machine = len(conflict.wishes) == 1 or conflict.situation.obstacle is not None
    ending = ": cannot be installed here." if is_about_machine else " exclude each other."
    lines += _wrapped(f"{' and '.join(conflict.wishes)}{ending}")
    for reason in conflict.reasons:
        lines += _wrapped(f"  - {reason.says}", "    ")
        if is_verbose and reason.source:
            lines += _wrapped(f"    ({reason.source})", "    ")
    if conflict.relax:
        lines += ["", "What helps:"]
        lines += [line for text in conflict.relax for line in _wrapped(f"  - {text}", "    ")]
    if conflict.apart:
        lines += ["", "Or an environment for each:"]
        for plan in conflict.apart:
            lines += _wrapped(f"  - {' '.join(plan.requirements)}", "    ")
    return "\n".join(map(_comment, lines)) + "\n"


def _head(situation: Situation, facts: Facts) -> list[str]:
    machine = situation.machine
    gpus = [
        f"{visible(gpu.name or 'a GPU')} ({gpu.compute_capability or 'capability not known'})"
        for gpu in facts.visible_gpus
    ]
    nothing = "any GPU"
    if situation.is_cpu:
        nothing = "the CPU"
    elif facts.has_nvidia_gpu is False:
        nothing = "any GPU (none is here: --gpu and --driver describe a machine, --cpu wants none)"
    parts = [
        ", ".join(dict.fromkeys(gpus)) or nothing,
        f"driver {machine.driver}"
        if machine.driver
        else None
        if situation.is_cpu
        else "any driver",
        f"Python {situation.python or 'not known'}",
        PLATFORMS.get(situation.platform, "system not known"),
        f"glibc {machine.glibc}" if machine.glibc else None,
    ]
    return _wrapped(f"For {', '.join(filter(None, parts))}")


def _choice(choice: Choice, *, is_verbose: bool) -> Iterator[str]:
    offer = choice.offer
    implied = " (the others need it)" if choice.is_implied else ""
    yield f"{title(offer)}{for_cuda(offer)}{implied}"
    for why in choice.why:
        yield from _wrapped(f"  - {why}", "    ")
    if is_verbose and offer.source:
        yield from _wrapped(f"    ({offer.source})", "    ")


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        visible(text),
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _comment(line: str) -> str:
    return f"# {line}".rstrip()


def _pasteable(command: str) -> str:
    """Return a command; where it holds what cannot be shown, only that it does."""
    if visible(command) == command:
        return command
    return _comment(f"left out, for it holds characters that steer a terminal: {visible(command)}")
