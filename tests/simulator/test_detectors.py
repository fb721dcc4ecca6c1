"""What is found in scripts, told row by row: the right kind, variable, threads, lines, severity and cure."""

from __future__ import annotations

import pytest

from simulator.analysis.findings import Finding, Severity
from tests.simulator.stories import Story

COUNTER = """
lock = threading.Lock()
def work():
    global counter
    with lock:
        value = counter
    value = value + 1
    with lock:
        counter = value
"""


def only(findings: list[Finding], kind: str) -> Finding:
    """Return the one finding of a kind; there is no other of severity warning or error."""
    problems = [finding for finding in findings if finding.severity >= Severity.WARNING]
    (finding,) = problems
    assert finding.kind == kind
    assert finding.message.count(". ") <= 2, "at most three sentences"
    return finding


def lines(finding: Finding) -> set[int]:
    return {place.line for place in finding.places}


def two_threads(code: str, **storages: str) -> Story:
    story = Story(code, **storages)
    story.start(2, "worker-1", 0)
    story.start(3, "worker-2", 0)
    return story


def ended(story: Story) -> list[Finding]:
    story.join(2, "worker-1", 0)
    story.join(3, "worker-2", 0)
    return story.findings()


def test_a_race_names_variable_threads_lines_and_what_was_got() -> None:
    story = two_threads("def put():\n    ctx.v = 7\ndef show():\n    print(ctx.v)\n")
    story.write(2, "ctx.v", 7, 2)
    story.read(3, "ctx.v", 4)
    finding = only(ended(story), "data-race")
    assert (finding.variable, finding.threads, lines(finding)) == ("ctx.v", ("worker-2", "worker-1"), {2, 4})
    assert "worker-1 stored 7 in ctx.v (line 2), worker-2 read ctx.v (line 4)" in finding.message
    assert "came second and got 7" in finding.message
    assert "with lock:  # line 2\n    ctx.v = 7" in finding.cure
    assert "with lock:  # line 4\n    print(ctx.v)" in finding.cure


def test_a_lock_on_one_side_only_is_named_and_the_cure_is_for_the_other_side() -> None:
    story = two_threads("def put():\n    with lock:\n        total = 7\ndef show():\n    print(total)\n")
    hold = story.take(2, "lock", 2)
    story.write(2, "total", 7, 3)
    story.give(2, hold)
    story.read(3, "total", 5)
    finding = only(ended(story), "data-race")
    assert "worker-1 holds lock, worker-2 does not" in finding.message
    assert finding.cure == "with lock:  # line 5\n    print(total)"


def test_two_different_locks_do_not_help() -> None:
    story = two_threads("with a:\n    x = 1\nwith b:\n    x = 2\n")
    hold = story.take(2, "a", 1)
    story.write(2, "x", 1, 2)
    story.give(2, hold)
    hold = story.take(3, "b", 3)
    story.write(3, "x", 2, 4)
    story.give(3, hold)
    finding = only(ended(story), "data-race")
    assert "worker-1 holds a and worker-2 b, which are different locks" in finding.message


def test_a_finding_whose_order_cannot_be_told_is_a_note_that_says_so() -> None:
    story = two_threads("n = 0\ndef work():\n    global n\n    n += 1\n")
    story.read(2, "n", 4)
    story.update(3, "n", 1, 4)
    story.write(2, "n", 1, 4)
    story.uncertain = True
    lost = [finding for finding in ended(story) if finding.kind == "lost-update"]
    assert [finding.severity for finding in lost] == [Severity.NOTE]
    assert "cannot tell their order for certain" in lost[0].message


def test_equal_races_are_folded_and_counted() -> None:
    story = two_threads("x = 1\nprint(x)\n")
    for number in range(5):
        story.write(2, f"self.x of C#{number}", number, 1)
    for number in range(5):
        story.read(3, f"self.x of C#{number}", 2)
    finding = only(ended(story), "data-race")
    assert (finding.count, finding.variable) == (5, "self.x of C#0")


def test_an_increment_that_is_lost_is_told_with_its_values() -> None:
    story = two_threads("n = 0\ndef work():\n    global n\n    n += 1\n")
    story.read(2, "n", 4)
    story.update(3, "n", 1, 4)
    story.write(2, "n", 1, 4)
    finding = only(ended(story), "lost-update")
    assert (finding.variable, set(finding.threads), lines(finding)) == ("n", {"worker-1", "worker-2"}, {4})
    assert "what worker-2 did is lost" in finding.message
    assert finding.cure.endswith("with lock:  # line 4\n    n += 1")


def test_an_update_in_two_halves_is_lost_although_each_half_holds_the_lock() -> None:
    story = two_threads(COUNTER)
    for step in ("read", "other", "write"):
        thread = 3 if step == "other" else 2
        hold = story.take(thread, "lock", 4)
        if step != "write":
            story.read(thread, "counter", 5)
        if step == "other":
            story.give(thread, hold)
            hold = story.take(thread, "lock", 7)
        if step != "read":
            story.write(thread, "counter", 1, 8)
        story.give(thread, hold)
    finding = only(ended(story), "atomicity")
    assert (finding.severity, finding.variable, lines(finding)) == (Severity.ERROR, "counter", {5, 8})
    assert "given back between the read and the write" in finding.message
    assert finding.cure == "with lock:  # lines 4–8\n    value = counter\n    value = value + 1\n    counter = value"


def test_a_counter_under_one_lock_everywhere_is_nothing() -> None:
    story = two_threads("with lock:\n    n += 1\n")
    for number in range(6):
        hold = story.take(2 + number % 2, "lock", 1)
        story.update(2 + number % 2, "n", number, 2)
        story.give(2 + number % 2, hold)
    assert ended(story) == []


def test_a_check_that_no_longer_held_when_it_was_acted_on() -> None:
    code = "def get():\n    with lock:\n        free = seat\n    if free:\n        with lock:\n            seat = me\n"
    story = two_threads(code)
    hold = story.take(2, "lock", 2)
    story.read(2, "seat", 3)
    story.give(2, hold)
    hold = story.take(3, "lock", 5)
    story.write(3, "seat", "bob", 6)
    story.give(3, hold)
    hold = story.take(2, "lock", 5)
    story.write(2, "seat", "amy", 6)
    story.give(2, hold)
    finding = only(ended(story), "atomicity")
    assert "between the check and the act" in finding.message
    assert lines(finding) == {3, 6}


def test_a_write_that_has_nothing_to_do_with_the_read_is_no_broken_update() -> None:
    code = "def work():\n    with lock:\n        print(status)\n    with lock:\n        status = 'done'\n"
    story = two_threads(code)
    for thread, other in ((2, 3), (3, 2)):
        hold = story.take(thread, "lock", 2)
        story.read(thread, "status", 3)
        story.give(thread, hold)
        hold = story.take(other, "lock", 4)
        story.write(other, "status", "done", 5)
        story.give(other, hold)
    hold = story.take(2, "lock", 4)
    story.write(2, "status", "done", 5)
    story.give(2, hold)
    assert ended(story) == []


def test_a_value_that_another_overwrote_before_it_was_read_back() -> None:
    code = "ctx = Namespace()\ndef handle(rid):\n    ctx.rid = rid\n    work()\n    answer(ctx.rid)\n"
    story = two_threads(code)
    story.write(2, "ctx.rid", 1, 3)
    story.write(3, "ctx.rid", 2, 3)
    story.read(2, "ctx.rid", 5)
    story.read(3, "ctx.rid", 5)
    finding = only(ended(story), "clobbered-read")
    assert (finding.severity, finding.value, finding.writer) == (Severity.ERROR, "2", "worker-2")
    assert "so worker-1 got 2" in finding.message
    assert finding.cure == "ctx = threading.local()  # line 1, in place of: ctx = Namespace()"


def test_a_flag_that_another_thread_clears_is_a_race_and_not_clobbered() -> None:
    code = "def run():\n    on = True\n    while on:\n        pass\ndef stop():\n    on = False\n"
    story = two_threads(code)
    story.write(2, "on", True, 2)
    story.write(3, "on", False, 6)
    story.read(2, "on", 3)
    assert only(ended(story), "data-race").variable == "on"


def test_a_value_that_another_deleted_before_it_was_read_back() -> None:
    story = two_threads("def handle():\n    ctx.user = 'amy'\n    show(ctx.user)\n    del ctx.user\n")
    story.write(2, "ctx.user", "amy", 2)
    story.write(3, "ctx.user", "bob", 2)
    story.delete(3, "ctx.user", 4)
    story.read(2, "ctx.user", 3)
    finding = only(ended(story), "erased-read")
    assert "worker-2 deleted it (line 4) before worker-1 read it back (line 3)" in finding.message


@pytest.mark.parametrize("way", ["start and join", "event", "queue", "lock"])
def test_what_is_ordered_is_nothing(way: str) -> None:
    story = Story("x = 1\nprint(x)\n")
    if way == "start and join":
        story.write(1, "x", 1, 1)
    story.start(2, "worker-1", 0)
    if way == "start and join":
        story.read(2, "x", 2)
        story.write(2, "x", 2, 1)
    else:
        hold = story.take(1, "lock", 0) if way == "lock" else 0
        story.write(1, "x", 1, 1)
        if way == "lock":
            story.give(1, hold)
            hold = story.take(2, "lock", 0)
        else:
            signal = story.signal(1, "done", 0, "put" if way == "queue" else "set")
            story.receive(2, "done", 0, signal)
        story.read(2, "x", 2)
        if way == "lock":
            story.give(2, hold)
    story.join(2, "worker-1", 0)
    story.read(1, "x", 2)
    assert story.findings() == []


def test_a_deadlock_says_who_holds_what_and_waits_for_what() -> None:
    story = two_threads("with a:\n    with b:\n        pass\nwith b:\n    with a:\n        pass\n")
    story.take(2, "a", 1)
    story.take(3, "b", 4)
    story.wait(2, "b", 2)
    story.wait(3, "a", 5)
    story.wait(1, "worker-1", 0, "join")
    finding = only(story.findings(), "deadlock")
    assert "worker-1 holds a (line 1) and waits for b (line 2)" in finding.message
    assert "worker-2 holds b (line 4) and waits for a (line 5)" in finding.message
    assert (set(finding.threads), finding.count) == ({"worker-1", "worker-2"}, 1)
    assert lines(finding) == {1, 2, 4, 5}


def test_a_lock_taken_twice_by_one_thread_waits_for_itself() -> None:
    story = Story("with lock:\n    with lock:\n        pass\n")
    story.take(1, "lock", 1)
    story.wait(1, "lock", 2)
    finding = only(story.findings(), "deadlock")
    assert finding.threads == ("MainThread",)
    assert "RLock" in finding.cure


def test_two_threads_that_join_each_other() -> None:
    story = two_threads("a.join()\nb.join()\n")
    story.wait(2, "worker-2", 1, "join")
    story.wait(3, "worker-1", 2, "join")
    story.wait(1, "worker-1", 0, "join")
    assert "worker-1 waits for the end of worker-2 (line 1)" in only(story.findings(), "deadlock").message


def test_waiting_for_what_nobody_is_left_to_do() -> None:
    story = Story("done.wait()\n")
    story.start(2, "worker-1", 0)
    story.wait(2, "done", 1, "event")
    story.wait(1, "worker-1", 0, "join")
    assert "nobody can end these waits" in only(story.findings(), "deadlock").message


def nested(story: Story, thread: int, outer: str, inner: str, line: int) -> None:
    first = story.take(thread, outer, line)
    second = story.take(thread, inner, line + 1)
    story.give(thread, second)
    story.give(thread, first)


def test_locks_taken_in_opposite_orders_may_meet_another_time() -> None:
    story = two_threads("with a:\n    with b:\n        pass\nwith b:\n    with a:\n        pass\n")
    nested(story, 2, "a", "b", 1)
    nested(story, 3, "b", "a", 4)
    finding = only(ended(story), "lock-order")
    assert (set(finding.threads), lines(finding)) == ({"worker-1", "worker-2"}, {2, 5})
    assert finding.cure == "with a:  # line 4\n\nwith b:  # line 5"


def test_three_locks_in_a_circle_are_one_finding() -> None:
    story = two_threads("pass\n" * 9)
    story.start(4, "worker-3", 0)
    for thread, outer, inner in ((2, "a", "b"), (3, "b", "c"), (4, "c", "a")):
        nested(story, thread, outer, inner, thread)
    story.join(4, "worker-3", 0)
    assert set(only(ended(story), "lock-order").threads) == {"worker-1", "worker-2", "worker-3"}


@pytest.mark.parametrize("way", ["one thread", "a lock round both", "one after the other"])
def test_opposite_orders_that_cannot_meet_are_nothing(way: str) -> None:
    story = Story("pass\n" * 9)
    story.start(2, "worker-1", 0)
    gate = story.take(2, "gate", 1) if way == "a lock round both" else 0
    nested(story, 2, "a", "b", 1)
    if gate:
        story.give(2, gate)
    if way == "one after the other":
        story.join(2, "worker-1", 0)
    second = 2 if way == "one thread" else 3
    if second == 3:
        story.start(3, "worker-2", 0)
    gate = story.take(second, "gate", 1) if way == "a lock round both" else 0
    nested(story, second, "b", "a", 4)
    if gate:
        story.give(second, gate)
    if second == 3:
        story.join(3, "worker-2", 0)
    if way != "one after the other":
        story.join(2, "worker-1", 0)
    assert story.findings() == []


def test_a_leftover_in_a_thread_of_a_pool() -> None:
    story = Story("def task(n):\n    print(ctx.user)\n    ctx.user = n\n", **{"ctx.user": "local"})
    first = story.task(1, 1)
    story.write(1, "ctx.user", 1, 3)
    story.give(1, first)
    second = story.task(1, 2)
    story.read(1, "ctx.user", 2)
    story.give(1, second)
    finding = only(story.findings(), "leftover")
    assert "task-1 on MainThread stored 1 in ctx.user (line 3) and ended" in finding.message
    assert "del ctx.user" in finding.cure


def test_what_is_made_once_for_each_thread_is_kept_on_purpose() -> None:
    code = "def connection():\n    if not hasattr(ctx, 'db'):\n        ctx.db = connect()\n    return ctx.db\n"
    story = Story(code, **{"ctx.db": "local"})
    for number in (1, 2):
        task = story.task(1, number)
        story.read(1, "ctx.db", 2)
        if number == 1:
            story.write(1, "ctx.db", "connection", 3)
        story.read(1, "ctx.db", 4)
        story.give(1, task)
    assert story.findings() == []


def test_what_a_task_leaves_behind_unread_is_a_note() -> None:
    story = Story("def task(n):\n    ctx.user = n\n", **{"ctx.user": "local"})
    task = story.task(1, 1)
    story.write(1, "ctx.user", 1, 2)
    story.give(1, task)
    (finding,) = story.findings()
    assert (finding.kind, finding.severity) == ("not-cleaned-up", Severity.NOTE)


def test_a_context_variable_that_did_not_come_along() -> None:
    code = "user.set('amy')\nthread = Thread(target=show, args=(1,))\n\ndef show():\n    print(user.get())\n"
    story = Story(code, user="context")
    story.write(1, "user", "amy", 1)
    story.start(2, "worker-1", 2)
    story.read(2, "user", 5)
    story.join(2, "worker-1", 0)
    finding = only(story.findings(), "lost-context")
    assert "MainThread set user to 'amy' (line 1)" in finding.message
    assert "Thread(target=contextvars.copy_context().run, args=(show, 1))" in finding.cure


def test_an_attribute_that_only_another_thread_has() -> None:
    story = Story("ctx.user = 1\ndef show():\n    print(ctx.user)\n", **{"ctx.user": "local"})
    story.write(1, "ctx.user", 1, 1)
    story.start(2, "worker-1", 0)
    story.die(2, "AttributeError", "'_thread._local' object has no attribute 'user'", 3)
    story.join(2, "worker-1", 0)
    finding = only(story.findings(), "missing-attribute")
    assert (finding.variable, finding.threads) == ("ctx.user", ("worker-1", "MainThread"))
    assert lines(finding) == {1, 3}


def test_a_thread_that_died() -> None:
    story = Story("def work():\n    1 / 0\n")
    story.start(2, "worker-1", 0)
    story.die(2, "ZeroDivisionError", "division by zero", 2)
    story.join(2, "worker-1", 0)
    finding = only(story.findings(), "thread-died")
    assert "worker-1 ended at line 2 with ZeroDivisionError: division by zero" in finding.message


@pytest.mark.parametrize(("who_ended", "how"), [(1, "was still running when recording ended"), (2, "ended unnoticed")])
def test_a_thread_that_nobody_waited_for_is_a_note(who_ended: int, how: str) -> None:
    story = Story("thread.start()\n")
    story.start(2, "worker-1", 1)
    assert story.findings() == [], "who started it may still wait for it"
    story.end(who_ended)
    (finding,) = story.findings()
    assert how in finding.message
    assert (finding.kind, finding.severity, finding.line) == ("not-joined", Severity.NOTE, 1)
    assert "thread.join()" in finding.cure


OWNERS = """
class Job:
    def step(self):
        self.n += 1
def grind(job):
    seen = job.n
    jobs["a"].n = seen + 1
def other(a, b):
    a.n = b.n
"""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (3, "self.n of Job#1"),
        (5, "job.n of Job#1"),
        (6, 'jobs["a"].n of Job#1'),
        (8, "self.n of Job#1"),
        (99, "self.n of Job#1"),
    ],
    ids=["in its class", "by a parameter", "as an item", "two of them", "nowhere"],
)
def test_an_object_is_named_as_the_source_names_it_there(line: int, name: str) -> None:
    story = Story(OWNERS)
    story.start(2, "ann", 7)
    story.start(3, "bob", 7)
    story.write(2, "self.n of Job#1", 7, line)
    story.read(3, "self.n of Job#1", 5)
    (finding,) = (one for one in story.findings() if one.kind == "data-race")
    assert finding.variable == "self.n of Job#1"
    assert f"ann stored 7 in {name} (line {line}), bob read job.n of Job#1 (line 5)" in finding.message
    assert f"ann writes {name}" in [place.text for place in finding.places]


@pytest.mark.parametrize(("n", "names"), [(20, 20), (21, 1)])
def test_very_many_variables_that_are_raced_for_at_the_same_lines_are_told_as_one(n: int, names: int) -> None:
    story = Story("def put(o, k):\n    setattr(o, k, 7)\ndef get(o, k):\n    return getattr(o, k)\n")
    story.start(2, "ann", 0)
    story.start(3, "bob", 0)
    for i in reversed(range(n)):
        story.write(2, f"job.field_{i:02}", 7, 2)
    for i in reversed(range(n)):
        story.read(3, f"job.field_{i:02}", 4)
    found = [one for one in story.findings() if one.kind == "data-race"]
    assert len(found) == names
    assert sum(one.count for one in found) == n
    if names == 1:
        assert found[0].variable == "job.field_00 and others"
        assert "ann stored 7 in job.field_00 (line 2), bob read job.field_00 (line 4)" in found[0].message
        assert found[0].message.endswith("The same holds for 20 more variables at these lines.")
