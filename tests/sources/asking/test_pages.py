"""Lists in pages lose nothing while they change underneath, and no list is without end."""

from collections.abc import Callable, Iterator

import pytest

from sources.asking.pages import AnswerPage, Pages
from sources.asking.web import Web
from sources.batches.protocol import Refused
from tests.sources.asking.fault_server import FaultServer, Reply, replied, serving
from tests.sources.asking.paged_list import Item, PagedList, scripted
from tests.towns import make_source

NOT_FOUND = 404


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving() as running:
        yield running


def pages_of(server: FaultServer, ordering: str = "id") -> Pages:
    source = make_source(format="zgw", path="", name="dms", connection={"url": server.url, "patience_minutes": 0})
    web = Web(source, headers={})

    def ask(number: int) -> AnswerPage | None:
        answer = web.get("/items/", {"page": number, "ordering": ordering})
        if answer.status == NOT_FOUND and number > 1:
            return None
        found = answer.record()
        return AnswerPage(answer.objects(found["results"]), found["count"], found["next"] is not None)

    return Pages("dms", "items", ask, lambda item: item["id"], lambda item: (item["id"], item["modified"]))


def items_of(count: int) -> list[Item]:
    return [{"id": number, "modified": number} for number in range(1, count + 1)]


def walked(pages: Pages) -> list[tuple[int, int]]:
    return [(item["id"], item["modified"]) for page in pages.items() for item in page]


def page(*numbers: int, count: int, last: bool = False) -> Reply:
    items = [{"id": number, "modified": number} for number in numbers]
    return replied({"count": count, "next": None if last else "http://internal.invalid/?page=9", "results": items})


def refusal(pages: Pages) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        walked(pages)
    return refused.value.reason_code, refused.value.sentence


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 100, 105])
def test_every_item_comes_once(server: FaultServer, count: int) -> None:
    server.script("/items/", PagedList(items_of(count), page_size=10))
    assert [number for number, _ in walked(pages_of(server))] == list(range(1, count + 1))
    assert len(server.asked) == max(1, -(-count // 10))


def test_a_page_that_comes_twice_gives_its_items_once(server: FaultServer) -> None:
    pages = {1: page(1, 2, count=4), 2: page(1, 2, count=4), 3: page(3, 4, count=4, last=True)}
    server.script("/items/", scripted(pages))
    assert [number for number, _ in walked(pages_of(server))] == [1, 2, 3, 4]


def test_a_page_that_was_skipped_is_found_by_the_count_and_asked_for_again(server: FaultServer) -> None:
    replies = [page(1, 2, count=6), page(5, 6, count=6, last=True)]
    replies += [page(1, 2, count=6), page(3, 4, count=6), page(5, 6, count=6, last=True)]
    server.answers("/items/", *replies)
    assert [number for number, _ in walked(pages_of(server))] == [1, 2, 5, 6, 3, 4]


def test_pages_in_another_order_lose_nothing(server: FaultServer) -> None:
    items = items_of(40)
    listed = PagedList(items, page_size=10)

    def turned(number: int) -> None:
        if number == 3 and len(server.asked) == 3:
            items.reverse()

    listed.meanwhile = turned
    server.script("/items/", listed)
    assert sorted(walked(pages_of(server, ordering=""))) == [(number, number) for number in range(1, 41)]


@pytest.mark.parametrize("moved", [1, 10, 11, 15, 20, 21, 30])
@pytest.mark.parametrize("before", [2, 3])
def test_an_item_that_moves_to_the_end_takes_no_other_with_it(server: FaultServer, moved: int, before: int) -> None:
    items = items_of(30)
    listed = PagedList(items, page_size=10)

    def change(number: int) -> None:
        if number == before:
            items[moved - 1]["modified"] = 1000

    listed.meanwhile = change
    server.script("/items/", listed)
    seen = walked(pages_of(server, ordering="modified,id"))
    assert {number for number, _ in seen} == set(range(1, 31))
    assert (moved, 1000) in seen
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("removed", [1, 10, 11, 15, 20, 21, 30])
def test_an_item_deleted_while_walking_takes_no_other_with_it(server: FaultServer, removed: int) -> None:
    items = items_of(30)
    listed = PagedList(items, page_size=10)
    listed.meanwhile = lambda number: items.remove(gone) if number == 2 and gone in items else None
    gone = items[removed - 1]
    server.script("/items/", listed)
    assert {number for number, _ in walked(pages_of(server))} >= set(range(1, 31)) - {removed}


def test_the_last_page_may_vanish_while_walking(server: FaultServer) -> None:
    items = items_of(21)
    listed = PagedList(items, page_size=10)
    listed.meanwhile = lambda number: items.pop() if number == 3 and len(items) == 21 else None
    server.script("/items/", listed)
    assert [number for number, _ in walked(pages_of(server))] == list(range(1, 21))


def test_a_list_that_shrinks_whenever_it_is_walked_is_refused(server: FaultServer) -> None:
    items = items_of(60)
    listed = PagedList(items, page_size=10)
    listed.meanwhile = lambda _: items.pop(0) and None
    server.script("/items/", listed)
    assert refusal(pages_of(server))[0] == "pages_moving"


def test_an_item_added_while_walking_is_no_fault(server: FaultServer) -> None:
    items = items_of(20)
    listed = PagedList(items, page_size=10)
    listed.meanwhile = lambda number: items.append({"id": 21, "modified": 21}) if number == 2 else None
    server.script("/items/", listed)
    assert {number for number, _ in walked(pages_of(server))} >= set(range(1, 21))


def test_an_empty_page_in_the_middle_is_no_end(server: FaultServer) -> None:
    pages = {1: page(1, 2, count=4), 2: page(count=4), 3: page(3, 4, count=4, last=True)}
    server.script("/items/", scripted(pages))
    assert [number for number, _ in walked(pages_of(server))] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "reply",
    [lambda _: page(1, 2, count=10), lambda _: page(count=10)],
    ids=["always the same", "always empty"],
)
def test_a_next_page_without_end_is_refused(server: FaultServer, reply: Callable[..., Reply]) -> None:
    server.script("/items/", reply)
    assert refusal(pages_of(server)) == (
        "endless_pages",
        "dms: page after page of items is announced but brings nothing new; nothing was taken, "
        "ask whoever runs the system.",
    )
    assert len(server.asked) < 6


def test_a_count_that_is_never_reached_is_asked_once_more_and_then_refused(server: FaultServer) -> None:
    server.script("/items/", lambda _: page(1, 2, 3, count=5, last=True))
    assert refusal(pages_of(server)) == (
        "pages_moving",
        "dms: the system counts 5 items but showed 3 of them, or lost some while it showed them, twice; "
        "nothing was taken, run again when nobody changes them, or ask whoever runs it.",
    )
    assert len(server.asked) == 2


def test_a_count_that_is_reached_the_second_time_is_no_fault(server: FaultServer) -> None:
    server.answers("/items/", page(1, 2, 3, count=5, last=True), page(1, 2, 3, 4, 5, count=5, last=True))
    assert [number for number, _ in walked(pages_of(server))] == [1, 2, 3, 4, 5]


def test_the_next_link_is_never_followed_to_its_host(server: FaultServer) -> None:
    server.script("/items/", PagedList(items_of(25), page_size=10))
    walked(pages_of(server))
    assert [asked.query["page"] for asked in server.asked] == ["1", "2", "3"]
    assert {asked.headers["host"] for asked in server.asked} == {server.url.removeprefix("http://")}
