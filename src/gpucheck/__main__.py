"""The entry point of the command `gpucheck`.

`--version` is answered here, before anything is imported: scripts ask for it often.
"""

import os
import sys


def main() -> None:
    """Run the command line and exit."""
    if sys.argv[1:] == ["--version"]:
        from gpucheck.release import RELEASE, TABLES_DATE

        try:
            sys.stdout.write(f"gpucheck {RELEASE} (tables of {TABLES_DATE})\n")
            sys.stdout.flush()
        except (OSError, ValueError):
            os._exit(0)  # nobody reads it, and Python would complain of that at exit
        return
    from gpucheck.cli.guard import run_guarded

    sys.exit(run_guarded())


if __name__ == "__main__":
    main()
