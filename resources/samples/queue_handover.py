"""Handing over in order: what goes through a queue is another thread's, and yet nothing is wrong with it."""

import queue
import threading
import time

orders = queue.Queue()
done = []


def cook():
    while (order := orders.get()) is not None:
        time.sleep(0.003)
        done.append(f"{order}, cooked")


kitchen = threading.Thread(target=cook, name="kitchen")
kitchen.start()
for order in ("soup", "fish", "cake"):
    orders.put(order)
orders.put(None)
kitchen.join()
print(done)
