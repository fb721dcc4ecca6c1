"""CPython's own tests, and modules that people use, under recording with the result that they have without."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulator.script.running import finish, start_script, write_script

CPYTHON = (
    *("test_threading_local", "test_context", "test_grammar", "test_scope", "test_generators", "test_with"),
    *("test_enumerate", "test_deque"),
)
RUNNER = """
import sys, unittest
name = sys.argv.pop(1)
unittest.main(name, argv=["tests"], verbosity=2)
"""


def results(text: str) -> list[str]:
    """Return each test's line with its result, and the last lines without the time that it took."""
    lines = [line for line in text.splitlines() if re.search(r" \.\.\. |^(FAILED|OK)|^Ran", line)]
    return sorted(re.sub(r" in [0-9.]+s", "", line) for line in lines)


@pytest.mark.parametrize("name", CPYTHON)
def test_cpythons_own_tests_have_the_result_that_they_have_without(name: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("test") is None or importlib.util.find_spec(f"test.{name}") is None:
        pytest.skip("declared: this Python comes without its own tests")
    path = write_script(tmp_path, RUNNER)
    native = subprocess.run(
        [sys.executable, str(path), f"test.{name}"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    seen = finish(start_script(path, argv=(f"test.{name}",), include=("test.*",)))
    assert seen.untouched == []
    assert results(seen.stderr.decode()) == results(native.stderr)
    assert seen.exit_code == native.returncode
    assert len(results(native.stderr)) > 15


PROGRAMS = {
    "werkzeug.local": """
        import threading
        from werkzeug.local import Local, LocalStack, LocalProxy, release_local
        local, stack = Local(), LocalStack()
        user = local("user")
        top = stack()
        log = []
        def work(name):
            local.user = name
            stack.push({"name": name})
            stack.push({"name": name * 2})
            barrier.wait()
            log.append((str(user), user == name, top["name"], stack.pop(), len(list(local))))
            release_local(local)
            log.append((name, hasattr(local, "user")))
        barrier = threading.Barrier(3)
        threads = [threading.Thread(target=work, args=(n,)) for n in "abc"]
        for t in threads: t.start()
        for t in threads: t.join()
        print(sorted(map(str, log)))
        try: user.upper()
        except RuntimeError as e: print(e)
        """,
    "asgiref.local": """
        import asyncio, threading
        from asgiref.local import Local
        from asgiref.sync import sync_to_async, async_to_sync
        local = Local()
        local.x = 0
        def sync(n):
            local.x = n
            return local.x
        async def work(n):
            local.x = n
            await asyncio.sleep(0)
            return local.x, await sync_to_async(sync)(n + 10), local.x
        async def main(): return await asyncio.gather(*map(work, range(3)))
        print(asyncio.run(main()), async_to_sync(work)(5), local.x)
        t = threading.Thread(target=lambda: print(hasattr(local, "x"))); t.start(); t.join()
        """,
    "sqlalchemy.orm": """
        import threading
        from sqlalchemy import create_engine, Column, Integer, String, select, func
        from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker
        from sqlalchemy.pool import StaticPool
        Base = declarative_base()
        class User(Base):
            __tablename__ = "users"
            id = Column(Integer, primary_key=True)
            name = Column(String)
        engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
        Base.metadata.create_all(engine)
        Session = scoped_session(sessionmaker(engine))
        lock, ids = threading.Lock(), set()
        def work(name):
            with lock:
                Session.add(User(name=name))
                Session.commit()
                ids.add(id(Session()))
                kept.append(Session())
                Session.remove()
        kept = []
        threads = [threading.Thread(target=work, args=(n,)) for n in "abc"]
        for t in threads: t.start()
        for t in threads: t.join()
        print(len(ids), sorted(Session.scalars(select(User.name))), Session.scalar(select(func.count(User.id))))
        """,
}


INCLUDED = {
    "werkzeug.local": ("werkzeug.local",),
    "asgiref.local": ("asgiref.*",),
    "sqlalchemy.orm": ("sqlalchemy.orm.scoping", "sqlalchemy.util._collections", "sqlalchemy.orm.session"),
}


@pytest.mark.parametrize("module", PROGRAMS)
def test_modules_built_on_thread_locals_work_as_without(module: str, tmp_path: Path) -> None:
    package = module.partition(".")[0]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"declared: {package} is not installed")
    path = write_script(tmp_path, PROGRAMS[module])
    native = subprocess.run([sys.executable, str(path)], capture_output=True, cwd=tmp_path, check=False)
    seen = finish(start_script(path, include=INCLUDED[module], timeout_s=300.0))
    assert native.returncode == 0, native.stderr
    assert seen.untouched == []
    assert (seen.stdout, seen.stderr, seen.exit_code) == (native.stdout, native.stderr, 0)
    assert len(seen.rows) > 30
