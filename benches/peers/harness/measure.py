"""One whole run: all contestants in turns, so that what else the machine does hits all alike."""

import random
import signal
import string
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness import answers, figures, load, machine, plan
from harness.contestants import BY_NAME, Programs
from harness.plan import Plan
from harness.server import Server

LETTERS_OF_A_NAME = 10
SYNC_TOLERANCE = 1.5
"""Two looks at the disk differ by less than this, most of the time."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Measurement:
    """Running contestants, and what was measured of them so far."""

    def __init__(self, programs: Programs, folder: Path, planned: Plan) -> None:
        self._programs = programs
        self._folder = folder
        self._plan = planned
        self._random = random.Random(planned.seed)
        self._servers: dict[str, Server] = {}
        self._users = {
            "get": self._users_file("read", planned.read_users),
            "put": self._users_file("written", planned.written_users),
        }
        self._results: dict[str, Any] = {
            "closed_loop": {},
            "open_loop": {},
            "half_of_knee": {},
            "memory": {},
        }

    def run(self) -> dict[str, Any]:
        self._results |= {"plan": asdict(self._plan), **machine.describe(self._programs)}
        before = machine.processor_times()
        with ExitStack() as stack:
            for contestant in BY_NAME.values():
                say(f"starts {contestant.title}")
                server = stack.enter_context(Server(contestant, self._programs, self._folder))
                self._servers[contestant.name] = server
                self._prove(server)
            self._store_users()
            for method, names in (("get", plan.GET), ("put", plan.PUT)):
                self._closed(method, names)
            for name in plan.OPEN_GET:
                self._memory("loaded", name)
            gin = figures.fastest(self._results, "put", plan.GIN_WRITERS)
            self._open("get", plan.OPEN_GET, self._plan.get_steps)
            self._open("put", plan.open_put(gin), self._plan.put_steps)
            self._half_of_knee()
        self._results["other_work"] = machine.other_work(before, machine.processor_times())
        return self._results

    def _users_file(self, name: str, count: int) -> Path:
        names: dict[str, None] = {}
        while len(names) < count:
            names["".join(self._random.choices(string.ascii_lowercase, k=LETTERS_OF_A_NAME))] = None
        path = self._folder / f"{name}-users"
        path.write_text("\n".join(names), encoding="ascii")
        return path

    def _prove(self, server: Server) -> None:
        """Nothing is measured of a contestant that answers wrong or whose 204 is not durable."""
        who = server.contestant
        found = answers.faults(server.address, who.stores)
        if found:
            raise RuntimeError(f"{who.name} answers wrong:\n" + "\n".join(found))
        if who.name in plan.OPEN_GET:
            self._memory("started", who.name)
        if not who.stores:
            return
        before = load.disk_syncs_per_second(self._folder, 0.5)
        alone = load.closed_loop(server.address, "PUT", self._users["put"], 1, 1)
        after = load.disk_syncs_per_second(self._folder, 0.5)
        rate, most = alone.requests / alone.seconds, SYNC_TOLERANCE * max(before, after)
        if rate > most:
            raise RuntimeError(
                f"{who.name}: {rate:.0f} PUT/s one after the other, {most:.0f} syncs/s at most"
            )
        self._results.setdefault("one_writer", {})[who.name] = {
            "per_second": rate,
            "disk_syncs_per_second": [before, after],
        }
        server.end(signal.SIGKILL)
        server.start()
        client = answers.Client(server.address)
        kept = client.get("changed")
        client.close()
        if b"Happy birthday!" not in kept.body:
            raise RuntimeError(f"{who.name} has lost a PUT when it was killed: {kept}")

    def _store_users(self) -> None:
        body = answers.date_body("1988-05-17")
        for server in self._servers.values():
            if not server.contestant.stores:
                continue
            client = answers.Client(server.address)
            for username in self._users["get"].read_text(encoding="ascii").split():
                stored = client.put(username, body)
                if stored.status != 204:
                    raise RuntimeError(f"{server.contestant.name} answered {stored}")
            client.close()

    def _memory(self, when: str, name: str) -> None:
        self._results["memory"].setdefault(name, {})[when] = self._servers[name].memory_bytes()

    @contextmanager
    def _used(self, server: Server, row: dict[str, float]) -> Iterator[None]:
        before = server.cpu_seconds()
        yield
        row["cpu_seconds"] = server.cpu_seconds() - before
        server.empty_log()

    def _closed(self, method: str, names: Sequence[str]) -> None:
        users, connections = self._users[method], self._plan.connections
        rows: dict[str, list[dict[str, float]]] = {name: [] for name in names}
        for name in names:
            self._warm_up(name, method)
        for turn in range(self._plan.rounds):
            for name in _rotated(names, turn):
                server, row = self._servers[name], dict[str, float]()
                with self._used(server, row):
                    asked = load.closed_loop(
                        server.address, method.upper(), users, connections, self._plan.seconds
                    )
                row["per_second"] = asked.requests / asked.seconds
                row["per_cpu_second"] = asked.requests / row["cpu_seconds"]
                row["busy"] = row["cpu_seconds"] / asked.seconds
                rows[name].append(row)
                say(
                    f"{method} round {turn + 1} {name}: {row['per_second']:.0f}/s,"
                    f" {row['per_cpu_second']:.0f} per CPU-second, {row['busy']:.0%} busy"
                )
        self._results["closed_loop"][method] = rows

    def _warm_up(self, name: str, method: str) -> None:
        server = self._servers[name]
        load.closed_loop(
            server.address,
            method.upper(),
            self._users[method],
            self._plan.connections,
            self._plan.warm_up_seconds,
        )
        server.empty_log()

    def _open(self, method: str, names: Sequence[str], parts: Sequence[float]) -> None:
        closed = self._results["closed_loop"][method]
        ladders = {
            name: figures.steps(figures.of_rounds(closed[name], "per_second"), parts)
            for name in names
        }
        measured: dict[str, list[dict[str, Any]]] = {
            name: [{"offered": rate, "rounds": []} for rate in ladder]
            for name, ladder in ladders.items()
        }
        for turn in range(self._plan.open_rounds):
            for step in range(len(parts)):
                for name in _rotated(names, turn):
                    at = measured[name][step]
                    at["rounds"].append(self._offer(name, method, at["offered"], turn))
        self._results["open_loop"][method] = measured

    def _offer(self, name: str, method: str, rate: float, turn: int) -> dict[str, float]:
        server, row = self._servers[name], dict[str, float]()
        with self._used(server, row):
            row |= load.open_loop(
                self._programs.open_loop,
                server.address,
                method.upper(),
                self._users[method],
                rate,
                self._plan.open_seconds,
                self._plan.open_connections,
                self._plan.seed + turn,
            )
        say(
            f"{method} at {rate:g}/s, round {turn + 1}, {name}:"
            f" {row['answered_in_time'] / row['due']:.1%} in time, p50 {row['p50']:.0f},"
            f" p99 {row['p99']:.0f} µs; generator late {row['late_p99']:.0f} µs"
        )
        return row

    def _half_of_knee(self) -> None:
        for method, measured in self._results["open_loop"].items():
            found = self._results["half_of_knee"].setdefault(method, {})
            for name, ladder in measured.items():
                knee = figures.knee(method, figures.points(ladder))
                if knee is None:
                    say(f"{method}: {name} held nothing that was offered")
                    continue
                half = float(f"{knee.offered / 2:.3g}")
                rounds = [
                    self._offer(name, method, half, turn) for turn in range(self._plan.open_rounds)
                ]
                found[name] = {"offered": half, "rounds": rounds}


def _rotated(names: Sequence[str], turn: int) -> list[str]:
    """Each round begins with another, so that none always follows the same one."""
    first = turn % len(names)
    return [*names[first:], *names[:first]]
