"""Docker is installed as a snap, which does not know the GPU.

Why: a snap is shut off from the system around it. Docker's snap did not see NVIDIA's container
toolkit on ordinary Ubuntu for years; with it `--gpus all` fails although everything else is right.

How we know: Docker refuses the GPU ("could not select device driver"), and it is the snap's. On a
machine where nothing has failed it is a note: newer revisions of the snap can do it.

Fix: use Docker's own packages with the NVIDIA Container Toolkit.
"""

import re
from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import replace_snap_docker
from gpucheck.tables import Tables

SNAP = "/snap/"
IN_TEXT = re.compile(r"/snap/(?:bin/)?docker|snap\.docker|docker.{0,40}snap|snap install docker")
"""How a report shows the snap: "/var/snap/docker/…", "snap.docker.dockerd", "docker as a snap"."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a snap of Docker that refuses the GPU, or may do so."""
    machine = facts.machine.value
    paths = machine.docker_paths or ()
    is_snap = bool(paths) and all(path.startswith(SNAP) for path in paths)
    refused = said_for("GPU501", facts, tables)  # Docker's words are the same
    shown = next((line for line in facts.messages if IN_TEXT.search(line.text[:4000])), None)
    if refused and (is_snap or shown):
        seen = paths[0] if is_snap else f"{shown.where}: {shown.text[:200]}" if shown else ""
        yield Finding(
            subject="machine",
            message="Docker's snap does not know the GPU: containers cannot get it.",
            evidence=(refused[0].evidence, f"Docker is a snap: {seen}"),
        )
    elif is_snap and facts.gpus and machine.has_container_toolkit is False:
        yield Finding(
            subject="machine",
            message="Docker here is a snap: older revisions of it cannot give containers the GPU.",
            evidence=(f"Docker is a snap: {paths[0]}", "no NVIDIA Container Toolkit installed"),
            severity="note",
        )


RULE = Rule("GPU507", "docker-snap-conflict", "error", check, mend=lambda *_: replace_snap_docker())
