"""Jubilee's two main requests on Flask and SQLite, for gunicorn: `birthdays:application`.

As a careful engineer would write it in an afternoon: each PUT is its own durable transaction, each
thread has its connection. Left out: sync tokens, `?tz=`, DELETE, problems as JSON, bounds on what
waits, metrics and a request log.
"""

import datetime
import os
import re
import sqlite3
import threading
import unicodedata

from flask import Flask, request

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

application = Flask(__name__)
application.config["MAX_CONTENT_LENGTH"] = 1024
_of_thread = threading.local()


def connection() -> sqlite3.Connection:
    """This thread's connection; it stays open."""
    opened = getattr(_of_thread, "connection", None)
    if opened is None:
        path = os.path.join(os.environ["DATA"], "birthdays.sqlite3")
        opened = sqlite3.connect(path, isolation_level=None, timeout=10)
        opened.execute("PRAGMA journal_mode = WAL")
        # With WAL this syncs the log at each commit: a 204 survives the loss of power.
        opened.execute("PRAGMA synchronous = FULL")
        opened.execute(
            "CREATE TABLE IF NOT EXISTS birthdays"
            " (username TEXT PRIMARY KEY, date_of_birth TEXT NOT NULL) WITHOUT ROWID"
        )
        _of_thread.connection = opened
    return opened


def normalised(username: str) -> str | None:
    """The username as it is stored, or none if it is not 1 to 64 letters."""
    username = unicodedata.normalize("NFC", username)
    return username if username.isalpha() and len(username) <= 64 else None


def today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def days_until_birthday(born: datetime.date, now: datetime.date) -> int:
    for year in (now.year, now.year + 1):
        try:
            birthday = born.replace(year=year)
        except ValueError:  # 29 February, greeted the day before in a common year
            birthday = datetime.date(year, 2, 28)
        if birthday >= now:
            return (birthday - now).days
    raise AssertionError("next year's birthday is never over")


@application.put("/hello/<username>")
def put(username: str):
    name = normalised(username)
    if name is None:
        return {"detail": "a username is 1 to 64 letters"}, 400
    body = request.get_json(force=True)
    text = body.get("dateOfBirth") if isinstance(body, dict) else None
    if not isinstance(text, str) or not DATE.fullmatch(text):
        return {"detail": "dateOfBirth is missing or not YYYY-MM-DD"}, 400
    try:
        born = datetime.date.fromisoformat(text)
    except ValueError:
        return {"detail": "dateOfBirth is no day of the calendar"}, 400
    if born >= today():
        return {"detail": "dateOfBirth is not before today"}, 400
    connection().execute(
        "INSERT INTO birthdays VALUES (?, ?)"
        " ON CONFLICT (username) DO UPDATE SET date_of_birth = excluded.date_of_birth",
        (name, text),
    )
    return "", 204


@application.get("/hello/<username>")
def get(username: str):
    name = normalised(username)
    if name is None:
        return {"detail": "a username is 1 to 64 letters"}, 400
    row = (
        connection()
        .execute("SELECT date_of_birth FROM birthdays WHERE username = ?", (name,))
        .fetchone()
    )
    if row is None:
        return {"detail": "nobody of that name is known"}, 404
    days = days_until_birthday(datetime.date.fromisoformat(row[0]), today())
    if days == 0:
        return {"message": f"Hello, {name}! Happy birthday!"}
    return {"message": f"Hello, {name}! Your birthday is in {days} day(s)"}
