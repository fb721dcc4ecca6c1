"""A ContextVar stays where it was set: a pool's task does not see it, unless the context is taken along."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context

user = ContextVar("user", default="nobody")


def work(how):
    print(f"{how}: {user.get()}")


user.set("ann")
with ThreadPoolExecutor(1, thread_name_prefix="pool") as pool:
    pool.submit(work, "submitted as it is").result()
    pool.submit(copy_context().run, work, "with a copy of the context").result()
