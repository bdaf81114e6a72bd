"""python -m emulator: a local AWS in the foreground."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

from emulator import server


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=4566, help="on 127.0.0.1; 0 = any free one (default: %(default)s)")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="everything on disk goes here")
    parser.add_argument("--env-file", type=Path, metavar="FILE", help="written once ready: shell exports for clients")
    parser.add_argument(
        "--time-scale", type=float, default=1.0, metavar="S", help="seconds per AWS minute; 0 = all is ready at once"
    )
    parser.add_argument(
        "--call-ms", type=float, default=0.0, metavar="MS", help="AWS milliseconds of every call, on the same scale"
    )
    parser.add_argument(
        "--enforce-iam",
        action="store_true",
        help="users and roles may only do what their policies allow",
    )
    parser.add_argument("--with-parent", action="store_true", help="also end when standard input does")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    try:
        server.run(
            options.port,
            options.state,
            options.env_file,
            options.time_scale,
            options.with_parent,
            options.enforce_iam,
            options.call_ms,
        )
    except server.CannotStart as error:
        sys.exit(f"emulator: {error}")
    # The interpreter would look for garbage in all of moto before it ends, which takes a second and is of no use.
    gc.freeze()


if __name__ == "__main__":
    main()
