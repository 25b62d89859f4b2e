"""Puts the clock of the Python program that imports this to the times on file descriptor 3, one a line, where it
stands still; each is answered with a line on file descriptor 4. Python imports a module of this name when it starts."""

import datetime
import os
import threading

import time_machine


def follow(times, answers):
    travelled = None
    for line in times:
        time = datetime.datetime.fromisoformat(line.strip())
        if travelled is None:
            travelled = time_machine.travel(time, tick=False).start()
        else:
            travelled.move_to(time)
        answers.write("there\n")
        answers.flush()


if os.environ.pop("WITNESSMARK_CLOCK", None) is not None:
    threading.Thread(target=follow, args=(os.fdopen(3), os.fdopen(4, "w")), daemon=True).start()
