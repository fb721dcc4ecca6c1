"""The same counter with a lock round reading and storing: threads wait for each other, and nothing is lost."""

import threading
import time

counter = 0
lock = threading.Lock()


def count():
    global counter
    for _ in range(20):
        with lock:
            seen = counter
            time.sleep(0.0005)
            counter = seen + 1


threads = [threading.Thread(target=count, name=f"counter-{n}") for n in range(1, 5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{counter} of 80 increments are there")
