"""Each holds what the other waits for: this never ends. Press Stop (Shift+F5) to see where each one stands."""

import threading
import time

left, right = threading.Lock(), threading.Lock()


def move(first, second):
    with first:
        time.sleep(0.2)
        with second:
            print("never reached")


threads = [
    threading.Thread(target=move, args=(left, right), name="to-the-right"),
    threading.Thread(target=move, args=(right, left), name="to-the-left"),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
