"""Whether a contestant answers right: one that does not is not worth measuring."""

import datetime
import http.client
import json
import urllib.parse
from dataclasses import dataclass

DAY = datetime.timedelta(days=1)
BARE_DAYS = 200
"""The number that all greetings of the bare handler have: `benches/http/contestants.rs`."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


class Client:
    """A connection that stays open."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=10)

    def put(self, username: str, body: str) -> Answer:
        return self._ask("PUT", username, body)

    def get(self, username: str) -> Answer:
        return self._ask("GET", username, None)

    def _ask(self, method: str, username: str, body: str | None) -> Answer:
        self._connection.request(method, "/hello/" + urllib.parse.quote(username), body)
        with self._connection.getresponse() as response:
            return Answer(response.status, response.read())

    def close(self) -> None:
        self._connection.close()


def today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def date_body(date: datetime.date | str) -> str:
    return json.dumps({"dateOfBirth": str(date)})


def faults(address: str, stores: bool) -> list[str]:
    """What is answered otherwise than Jubilee's API says; nothing if all is right."""
    client = Client(address)
    try:
        return _faults_of_store(client) if stores else _faults_of_bare(client)
    finally:
        client.close()


def _faults_of_bare(client: Client) -> list[str]:
    return _greeting(client, "nobody", f"Hello, nobody! Your birthday is in {BARE_DAYS} day(s)")


def _faults_of_store(client: Client) -> list[str]:
    now = today()
    found = []
    born = {
        "tomorrow": ((now + DAY).replace(year=1996), "Your birthday is in 1 day(s)"),
        "today": (now.replace(year=1996), "Happy birthday!"),
        "Zoë": ((now + 10 * DAY).replace(year=1996), "Your birthday is in 10 day(s)"),
    }
    for username, (date, words) in born.items():
        stored = client.put(username, date_body(date))
        if stored != Answer(204, b""):
            found.append(f"PUT of {username}: {stored}")
        found += _greeting(client, username, f"Hello, {username}! {words}")
    # The same letters, taken apart.
    found += _greeting(client, "Zoe\u0308", f"Hello, Zoë! {born['Zoë'][1]}")

    client.put("changed", date_body("1990-01-01"))
    client.put("changed", date_body(now.replace(year=1996)))
    found += _greeting(client, "changed", "Hello, changed! Happy birthday!")

    unknown = client.get("unknown")
    if unknown.status != 404:
        found.append(f"an unknown user: {unknown}")
    refused = {
        "a digit in the name": ("a1", date_body("1990-01-01")),
        "65 letters": ("a" * 65, date_body("1990-01-01")),
        "today": ("refused", date_body(now)),
        "the future": ("refused", date_body(now + DAY)),
        "no day": ("refused", date_body("1990-02-30")),
        "another spelling": ("refused", date_body("19900101")),
        "no date": ("refused", "{}"),
        "a number": ("refused", '{"dateOfBirth":1990}'),
        "no JSON": ("refused", "dateOfBirth"),
        "nothing": ("refused", ""),
    }
    for what, (username, body) in refused.items():
        answer = client.put(username, body)
        if answer.status != 400:
            found.append(f"a PUT with {what}: {answer}")
    kept = client.get("refused")
    if kept.status != 404:
        found.append(f"what was refused is stored: {kept}")
    return found


def _greeting(client: Client, username: str, message: str) -> list[str]:
    answer = client.get(username)
    try:
        right = answer.status == 200 and json.loads(answer.body) == {"message": message}
    except ValueError:
        right = False
    return [] if right else [f"GET of {username}: {answer}, not {message!r}"]
