"""What files Python's own handlers leave behind; prints tests/golden/python_handlers.txt."""

import datetime
import logging
import logging.handlers
import os
import tempfile
import time

os.environ["TZ"] = "Europe/Vienna"
time.tzset()

SPRING, AUTUMN, HOUR = 1806195600, 1824944400, 3600
DAY = 24 * HOUR

# When, at which time of day, and the moments at which something is logged.
TIMED = [
    ("midnight", None, [SPRING - 30 * HOUR + i * 7 * HOUR for i in range(12)]),
    ("midnight", None, [AUTUMN - 30 * HOUR + i * 7 * HOUR for i in range(12)]),
    ("midnight", "03:30", [SPRING - 30 * HOUR + i * 5 * HOUR for i in range(15)]),
    ("midnight", "03:30", [AUTUMN - 30 * HOUR + i * 5 * HOUR for i in range(15)]),
    ("W0", "03:30", [SPRING - 10 * DAY + i * 2 * DAY for i in range(12)]),
    ("W6", "12:15", [AUTUMN - 10 * DAY + i * 2 * DAY for i in range(12)]),
    ("H", None, [SPRING - 6 * HOUR + i * 1800 for i in range(10)]),
    ("M", None, [SPRING + i * 20 for i in range(10)]),
    ("S", None, [SPRING + i // 2 for i in range(10)]),
]

now = 0
time.time = lambda: now


def log(handler, message):
    handler.emit(logging.LogRecord("x", logging.INFO, "", 0, message, None, None))


def show(folder):
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name)) as file:
            print("file", name, " ".join(file.read().split("\n")).strip())


for when, at, moments in TIMED:
    with tempfile.TemporaryDirectory() as folder:
        now = moments[0]
        at_time = at and datetime.time.fromisoformat(at)
        path = os.path.join(folder, "x.log")
        handler = logging.handlers.TimedRotatingFileHandler(
            path, when=when, atTime=at_time, delay=True
        )
        print("timed", when, at or "-", " ".join(map(str, moments)))
        for index, now in enumerate(moments):
            log(handler, str(index))
        handler.close()
        show(folder)

for most, keep, lengths in [(40, 3, [12] * 14), (30, 2, [5, 40, 7, 7, 7, 25, 3, 28])]:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.log")
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=most, backupCount=keep)
        print("sized", most, keep, " ".join(map(str, lengths)))
        for index, length in enumerate(lengths):
            log(handler, f"{index}".ljust(length, "x"))
        handler.close()
        show(folder)
