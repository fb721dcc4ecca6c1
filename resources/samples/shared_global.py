"""Whose request is it? Each thread stores its own number in one global, works, and reads it back."""

import threading
import time

request_id = None


def handle(number):
    global request_id
    request_id = number
    time.sleep(0.2)  # work: meanwhile the others store theirs
    print(f"request {number} is answered as {request_id}")


threads = [threading.Thread(target=handle, args=(n,), name=f"worker-{n}") for n in range(1, 6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
