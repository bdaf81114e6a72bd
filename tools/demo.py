"""`make demo` and `make demo-down`: inventories/prod on a local AWS that runs in the background.

The local AWS begins empty but for a network that somebody else made, in which `transactions` comes up.

All of it is in .demo/: env (shell exports that lead AWS clients there), emulator.log, emulator.pid and state/.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

from tools import existing_network
from tools.connect import ROOT, use_demo

INVENTORY = "prod"
SECONDS_PER_AWS_MINUTE = "1"
START_SECONDS = 60
STOP_SECONDS = 60
WIDTH = 80


class DemoError(Exception):
    """Why the local AWS does not do what it should, and what to do about it."""


class LocalAws:
    """An emulator in the background, which outlives this process."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.env = directory / "env"
        self.log = directory / "emulator.log"
        self._pid = directory / "emulator.pid"
        self._state = directory / "state"

    def exists(self) -> bool:
        """Whether there is anything to stop or to delete."""
        return self._state.exists()

    def running(self) -> bool:
        """Whether an emulator holds the lock on our state directory, which it does for as long as it lives."""
        lock = self._state / "emulator.lock"
        if not lock.exists():
            return False
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def start(self) -> None:
        """Start it and return once clients can use it. Raises DemoError."""
        self.directory.mkdir(exist_ok=True)
        self.env.unlink(missing_ok=True)
        command = [sys.executable, "-m", "emulator", "--port", "0", "--time-scale", SECONDS_PER_AWS_MINUTE]
        command += ["--state", str(self._state), "--env-file", str(self.env)]
        with self.log.open("w") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C ends the playbook, not the AWS it works on
            )
        self._pid.write_text(f"{process.pid}\n")
        _wait(lambda: self.env.exists() or process.poll() is not None, START_SECONDS)
        if not self.env.exists():
            process.kill()
            raise DemoError(f"The local AWS did not start. Its log, {self.log}:\n{self.log.read_text()}")

    def stop(self) -> None:
        """Stop it, with its databases. Raises DemoError."""
        pid = int(self._pid.read_text())
        os.kill(pid, signal.SIGTERM)
        if not _wait(lambda: not self.running(), STOP_SECONDS):
            raise DemoError(f"The local AWS, process {pid}, does not stop. Its log: {self.log}")

    def remove(self) -> None:
        """Delete its files."""
        for path in (self.env, self.log, self._pid):
            path.unlink(missing_ok=True)
        shutil.rmtree(self._state, ignore_errors=True)


def up(aws: LocalAws) -> int:
    """Run site.yml on the local AWS, started if need be; returns what ansible-playbook does."""
    began = time.monotonic()
    if not aws.running():
        print("Starting a local AWS on 127.0.0.1 …", end=" ", flush=True)
        aws.start()
        print(f"{time.monotonic() - began:.1f} s", flush=True)
    use_demo(aws.env)
    existing_network.make(boto3.Session(region_name=existing_network.REGION).client("ec2"))
    playbook = Path(sys.executable).with_name("ansible-playbook")
    code = subprocess.run([playbook, "site.yml", "-i", f"inventories/{INVENTORY}"], cwd=ROOT).returncode
    if code:
        print("The run failed (above); the local AWS is still up. `make demo` resumes, `make demo-down` stops it.")
        return code
    outputs = {
        path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "outputs" / INVENTORY).glob("*.json"))
    }
    print(closing(outputs, time.monotonic() - began))
    return 0


def down(aws: LocalAws) -> int:
    """Stop the local AWS and say what is gone."""
    if not aws.exists():
        print("There is no demo to take down.")
        return 0
    if not aws.running():
        # It was killed: the next one on its state ends the databases that it left running.
        aws.start()
    aws.stop()
    aws.remove()
    print("Stopped the local AWS and its databases; removed their data, address and log in .demo/.")
    print(f"outputs/{INVENTORY}/ stays, though nothing is there any more.")
    return 0


def closing(outputs: dict[str, dict[str, Any]], seconds: float) -> str:
    """What a person needs next: one block per database, from what site.yml wrote to outputs/ by host."""
    blocks = [_block(host, of_host, seconds) for host, of_host in outputs.items() if "endpoint" in of_host["outputs"]]
    following = [
        "Next:  source .demo/env",
        f"       ansible-playbook site.yml -i inventories/{INVENTORY}",
        "       make demo-down",
    ]
    return "\n" + "\n\n".join([*blocks, "\n".join(following)])


def _block(host: str, outputs: dict[str, Any], seconds: float) -> str:
    values = outputs["outputs"]
    server = f"emulated RDS, PostgreSQL {values['engine_version']}, TLS"
    topic = [f"topic {values['topic_arn'].split(':')[-1]}"] if "topic_arn" in values else []
    readers = {"readers": f"{values['reader_endpoint']}:{values['port']}"} if "reader_endpoint" in values else {}
    title = f"{host} · {outputs['suffix']} · {outputs['region']}"
    facts = {
        "endpoint": f"{values['endpoint']}:{values['port']}  ({server})",
        **readers,
        "connect": f".venv/bin/python tools/connect.py --demo {host}",
        "secret": values["secret_arn"],
        "watching": " · ".join([f"{len(values['alarm_names'])} alarms", *topic]),
        "outputs": f"outputs/{INVENTORY}/{host}.json · ssm:/pgfleet/{outputs['system']}/{outputs['suffix']}/",
    }
    ready = f"ready in {seconds:.0f} s"
    lines = [title + ready.rjust(WIDTH - len(title))]
    lines += [_fit(f"  {name:<10}  {fact}") for name, fact in facts.items()]
    return "\n".join(lines)


def _fit(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def _wait(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def main() -> int:
    """Run the command line; 1 when the local AWS cannot be started or stopped, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("action", choices=("up", "down"))
    action = {"up": up, "down": down}[parser.parse_args().action]
    try:
        return action(LocalAws(ROOT / ".demo"))
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
