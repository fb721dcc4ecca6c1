"""An exception ends only its own thread: the others go on, and nobody else hears of it."""

import threading

results = {}


def halve(number):
    results[number] = 100 / number


threads = [threading.Thread(target=halve, args=(n,), name=f"halver-{n}") for n in (2, 0, 5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
