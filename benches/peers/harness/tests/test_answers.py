"""A contestant that answers wrong is found out, and what is read is read right."""

import json
import threading
import unittest
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import answers, load, machine, server

Answerer = Callable[[str, str, bytes], tuple[int, bytes]]


def faults(answerer: Answerer, stores: bool = True) -> list[str]:
    """What is found wrong with a server that answers so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            username = urllib.parse.unquote(self.path.removeprefix("/hello/"))
            status, answer = answerer(self.command, username, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_PUT = do_GET

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            return answers.faults(f"127.0.0.1:{running.server_port}", stores)
        finally:
            running.shutdown()
            thread.join()


def greets_everybody(method: str, username: str, _: bytes) -> tuple[int, bytes]:
    if method == "PUT":
        return 204, b""
    days = answers.BARE_DAYS
    return 200, json.dumps(
        {"message": f"Hello, {username}! Your birthday is in {days} day(s)"}
    ).encode()


class AnswersTest(unittest.TestCase):
    def test_a_server_that_stores_and_refuses_nothing_is_found_out(self) -> None:
        found = "\n".join(faults(greets_everybody))
        for part in (
            "GET of tomorrow",
            "GET of changed",
            "an unknown user",
            "65 letters",
            "PUT with the future",
        ):
            self.assertIn(part, found)

    def test_the_bare_handler_need_not_store(self) -> None:
        self.assertEqual(faults(greets_everybody, stores=False), [])

    def test_a_wrong_word_is_found_out(self) -> None:
        def other_word(method: str, username: str, body: bytes) -> tuple[int, bytes]:
            status, answer = greets_everybody(method, username, body)
            return status, answer.replace(b"Hello", b"Hallo")

        self.assertEqual(len(faults(other_word, stores=False)), 1)


class ReadingTest(unittest.TestCase):
    def test_a_run_of_wrk_with_a_wrong_answer_is_refused(self) -> None:
        self.assertEqual(load.parse_wrk("x\nresult 90 3000000 0 0 5 9\n"), load.ClosedLoad(90, 3.0))
        for bad in ("result 90 3000000 1 0 5 9", "result 90 3000000 0 1 5 9", "nothing"):
            with self.assertRaises(RuntimeError):
                load.parse_wrk(bad)

    def test_processor_time_counts_children_that_have_ended(self) -> None:
        stat = "7 (a) (b c) S 1 77 77 0 -1 4 1 2 3 4 100 20 3 1 20 0 1 0 5"
        self.assertEqual(server.cpu_ticks(stat), 124)
        self.assertEqual(server.group_of(stat), 77)

    def test_other_work_is_a_part_of_all_time(self) -> None:
        before = dict.fromkeys(machine.PROCESSOR_FIELDS, 0)
        after = before | {"user": 60, "nice": 30, "steal": 10}
        self.assertEqual(machine.other_work(before, after), {"nice": 0.3, "steal": 0.1})


if __name__ == "__main__":
    unittest.main()
