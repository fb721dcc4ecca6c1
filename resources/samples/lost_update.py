"""Where did my increments go? Between reading the counter and storing it, another thread stores its own."""

import threading
import time

counter = 0


def count():
    global counter
    for _ in range(20):
        seen = counter
        time.sleep(0.0005)  # whatever else has to be done
        counter = seen + 1


threads = [threading.Thread(target=count, name=f"counter-{n}") for n in range(1, 5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{counter} of 80 increments are there")
