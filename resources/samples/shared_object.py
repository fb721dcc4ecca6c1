"""One object, several threads: each sees what the others have stored in its attributes and in its list."""

import threading
import time


class Basket:
    def __init__(self):
        self.owner = None
        self.items = []


basket = Basket()


def shop(name):
    basket.owner = name
    time.sleep(0.01)
    basket.items.append(f"{name}'s bread")
    print(f"{name} pays for the basket of {basket.owner} with {len(basket.items)} items")


threads = [threading.Thread(target=shop, args=(name,), name=name) for name in ("ann", "bob", "cleo")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
