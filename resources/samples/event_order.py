"""An Event lets one thread wait until another has made something ready."""

import threading
import time

ready = threading.Event()
answer = None


def prepare():
    global answer
    time.sleep(0.02)
    answer = 42
    ready.set()


def use(number):
    ready.wait()
    print(f"reader {number} got {answer}")


threads = [threading.Thread(target=use, args=(n,), name=f"reader-{n}") for n in (1, 2)]
threads.append(threading.Thread(target=prepare, name="writer"))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
