"""Working behind: in order, one at a time, and what ended a piece of work is told to whoever comes next."""

import gc
import threading
import time

import pytest

from sources.door.worker import Behind


def keepers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("keeping behind")]


def test_pieces_of_work_are_done_in_order_and_never_two_at_once() -> None:
    behind, seen, under_way = Behind(), [], threading.Lock()

    def work(number: int) -> None:
        assert under_way.acquire(blocking=False)
        time.sleep(0.002 * (number % 3))
        seen.append(number)
        under_way.release()

    for number in range(20):
        behind.do(lambda number=number: work(number))
    behind.wait()
    assert seen == list(range(20))


def test_work_goes_on_while_the_next_piece_is_made_ready() -> None:
    behind, is_ready = Behind(), threading.Event()
    behind.do(lambda: assert_set(is_ready))
    is_ready.set()
    behind.wait()


def assert_set(event: threading.Event) -> None:
    assert event.wait(10)


def test_what_ended_a_piece_is_raised_once_with_the_next() -> None:
    behind, full = Behind(), OSError(28, "No space left on device", "x.parquet")

    def fail() -> None:
        raise full

    behind.do(fail)
    with pytest.raises(OSError, match="No space left") as error:
        behind.do(lambda: None)
    assert error.value is full
    behind.wait()


def test_a_thread_whose_delivery_was_given_up_ends() -> None:
    behind = Behind()
    behind.do(lambda: None)
    behind.wait()
    threads = keepers()
    assert threads
    del behind
    gc.collect()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
