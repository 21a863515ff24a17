"""In another thread: in order, one at a time, and what ended a piece of work is raised to whoever comes next."""

import gc
import threading
import time

import pytest

from sources.door.worker import Worker


def keepers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("keeping")]


def test_pieces_of_work_are_done_in_order_and_never_two_at_once() -> None:
    worker, seen, under_way = Worker(), [], threading.Lock()

    def work(number: int) -> None:
        assert under_way.acquire(blocking=False)
        time.sleep(0.002 * (number % 3))
        seen.append(number)
        under_way.release()

    for number in range(20):
        worker.do(lambda number=number: work(number))
    worker.wait()
    assert seen == list(range(20))


def test_work_goes_on_while_the_next_piece_is_made_ready() -> None:
    worker, is_ready = Worker(), threading.Event()
    worker.do(lambda: assert_set(is_ready))
    is_ready.set()
    worker.wait()


def assert_set(event: threading.Event) -> None:
    assert event.wait(10)


def test_what_ended_a_piece_is_raised_once_with_the_next() -> None:
    worker, full = Worker(), OSError(28, "No space left on device", "x.parquet")

    def fail() -> None:
        raise full

    worker.do(fail)
    with pytest.raises(OSError, match="No space left") as error:
        worker.do(lambda: None)
    assert error.value is full
    worker.wait()


def test_a_thread_whose_delivery_was_given_up_ends() -> None:
    worker = Worker()
    worker.do(lambda: None)
    worker.wait()
    threads = keepers()
    assert threads
    del worker
    gc.collect()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
