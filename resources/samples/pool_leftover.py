"""A pool's thread lives longer than its tasks: who is not logged in finds the user of the task before."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

session = threading.local()


def handle(user):
    if user is not None:
        session.user = user
    time.sleep(0.005)
    print(f"asked by {user}, done for {getattr(session, 'user', 'nobody')}")


with ThreadPoolExecutor(1, thread_name_prefix="pool") as pool:
    for user in ("ann", "bob", None, "cleo", None, None):
        pool.submit(handle, user)
