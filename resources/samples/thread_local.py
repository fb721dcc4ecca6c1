"""The same with threading.local: each thread has a value of its own, and nobody reads another's."""

import threading
import time

request = threading.local()


def handle(number):
    request.id = number
    time.sleep(0.02)
    print(f"request {number} is answered as {request.id}")


threads = [threading.Thread(target=handle, args=(n,), name=f"worker-{n}") for n in range(1, 6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
