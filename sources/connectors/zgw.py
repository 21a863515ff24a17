"""ZGW Zaken API (Open Zaak and its kin): cases, or the history of their statuses; never a description or a role.

``connection.query`` names the list: ``zaken`` (default), or ``statussen``, whose rows also carry the columns of their
case. The API tells days, not hours, and not what changed: besides newly registered and newly closed cases all open ones
are asked for each time. What changed in a case that was closed longer ago than ``connection.overlap_hours`` is found by
a full pull (watermark None).
"""

from __future__ import annotations

import datetime as dt
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

import httpx2
import jwt

from sources.asking.asked_rows import TextRows, refuse_columns, refuse_lost, too_few
from sources.asking.pages import AnswerPage, Item, Pages, page_of
from sources.asking.watermarks import begin, written
from sources.asking.web import Web
from sources.batches.protocol import Access, Batch, Refused, Seen, wanted_columns
from sources.town.source import Source

ZAAK_COLUMNS: Final = (
    "identificatie", "bronorganisatie", "verantwoordelijkeOrganisatie", "zaaktype", "registratiedatum", "startdatum",
    "einddatum", "einddatumGepland", "uiterlijkeEinddatumAfdoening", "publicatiedatum", "laatstGemuteerd",
    "communicatiekanaal", "communicatiekanaalNaam", "vertrouwelijkheidaanduiding", "betalingsindicatie",
    "archiefnominatie", "archiefstatus", "archiefactiedatum", "status", "resultaat", "hoofdzaak",
    "opschorting.indicatie", "verlenging.duur",
)  # fmt: skip
STATUS_COLUMNS: Final = ("uuid", "statustype", "datumStatusGezet", "indicatieLaatstGezetteStatus")
LIST_COLUMNS: Final = {"zaken": ("uuid", *ZAAK_COLUMNS), "statussen": (*STATUS_COLUMNS, *ZAAK_COLUMNS)}
# These are addresses, of which the last part says which.
LINK_COLUMNS: Final = ("zaaktype", "communicatiekanaal", "status", "resultaat", "hoofdzaak", "statustype")
PERSONAL_COLUMNS: Final = frozenset(
    (
        "omschrijving", "toelichting", "rollen", "betrokkene", "statustoelichting", "gezetdoor", "zaakgeometrie",
        "eigenschappen", "kenmerken", "zaakobjecten", "opschorting.reden", "verlenging.reden",
    )
)  # fmt: skip
API: Final = "/zaken/api/v1"
RIGHTS: Final = "a client with the right zaken.lezen for all zaaktypes"
NOT_FOUND: Final = 404
PER_PAGE: Final = 100
SAFE_SECRET: Final = 32
# Clocks differ, and a token of the future is refused.
BACKDATED_SECONDS: Final = 30


class _Claims(httpx2.Auth):
    """A token for each question, for it is valid for an hour only."""

    def __init__(self, client_id: str, secret: str) -> None:
        self._client_id, self._secret = client_id, secret

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response]:
        claims = {
            "iss": self._client_id,
            "iat": int(time.time()) - BACKDATED_SECONDS,
            "client_id": self._client_id,
            "user_id": "papierwende",
            "user_representation": "Papierwende",
        }
        with warnings.catch_warnings():
            # A short secret is told to people, by ``Zgw``.
            warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
            token = jwt.encode(claims, self._secret, algorithm="HS256")
        request.headers["Authorization"] = f"Bearer {token}"
        yield request


class Zgw:
    """One Zaken API."""

    def __init__(
        self,
        source: Source,
        access: Access,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is asked yet; ``sleep`` waits so many seconds, ``clock`` gives seconds since whenever."""
        connection, secret = source.connection, (access.secret or "").strip()
        if connection is None or not connection.client_id or not secret:
            raise Refused(
                "no_secret",
                f"{source.name}: connection.client_id or its secret is missing; give the secret by the environment.",
            )
        self._source, self._access, self._connection = source, access, connection
        self._name, self._sleep, self._clock = source.name, sleep, clock
        self._auth = _Claims(connection.client_id, secret)
        self._is_short = len(secret.encode()) < SAFE_SECRET
        self._root = "" if urlsplit(connection.url).path.strip("/") else API
        self._kind = connection.query or "zaken"
        if self._kind not in LIST_COLUMNS:
            raise Refused(
                "unknown_query",
                f"{self._name}: connection.query '{self._kind}' is no list; use one of {', '.join(LIST_COLUMNS)}.",
            )
        refuse_columns(source, LIST_COLUMNS[self._kind], PERSONAL_COLUMNS)
        self._columns = wanted_columns(source)

    def test(self) -> Seen:
        """See the version, count cases; none is kept."""
        with self._web() as web:
            version, visible = self._counted(web)
        hidden = self._hidden(visible, None)
        sentences = (f"{self._name}: Zaken API {version} shows {visible} cases.", *([hidden] if hidden else []))
        return Seen((*sentences, *self._warnings()), LIST_COLUMNS[self._kind])

    def pull(self, watermark: str | None) -> Iterator[Batch]:
        """New, newly closed and all open cases, or the statuses of these.

        Raises:
            Refused: ``sudden_zero``, ``pages_moving``, or as ``Web`` does.
            Unreachable: no answer now.
        """
        with self._web() as web:
            version, visible = self._counted(web)
            if version:
                web.pin("API-version", version)
            if hidden := self._hidden(visible, watermark):
                raise Refused("sudden_zero", hidden)
            since = self._since(watermark)
            newest = _NewestDay(self._name, watermark, self._access.now.date())
            rows = TextRows(self._columns)
            for row in self._rows(web, since, newest):
                rows.add(row)
                if rows.is_full:
                    yield rows.take()
            yield rows.take(self._warnings(), newest.watermark)

    def _web(self) -> Web:
        return Web(
            self._source,
            headers={"Accept-Crs": "EPSG:4326"},
            auth=self._auth,
            sleep=self._sleep,
            clock=self._clock,
            folder=self._access.town_folder,
            rights=RIGHTS,
        )

    def _counted(self, web: Web) -> tuple[str, int]:
        answer = web.get(f"{self._root}/zaken", {"page": 1, "pageSize": 1})
        return answer.headers.get("api-version", ""), answer.count()

    def _hidden(self, count: int, watermark: str | None) -> str | None:
        reason = too_few(count, self._connection.expected_minimum, watermark)
        return reason and (
            f"{self._name}: the Zaken API shows {count} cases to this client, but {reason}; nothing was taken. "
            f"Without rights it shows none: give {RIGHTS}."
        )

    def _warnings(self) -> tuple[str, ...]:
        if not self._is_short:
            return ()
        return (f"{self._name}: the client's secret is shorter than {SAFE_SECRET} signs; have a longer one made.",)

    def _since(self, watermark: str | None) -> dt.date | None:
        """The day after which is asked; a watermark's own day is asked for again."""
        mark = begin(watermark, self._connection.overlap_hours) if watermark else None
        if mark is None or mark[0] != "day" or not isinstance(mark[1], dt.date):
            return None
        return mark[1] - dt.timedelta(days=1)

    def _rows(self, web: Web, since: dt.date | None, newest: _NewestDay) -> Iterator[Item]:
        if self._kind == "zaken":
            for zaak in self._zaken(web, since, newest):
                yield _read(zaak, self._columns)
        elif since is None:
            yield from self._all_statuses(web, newest)
        else:
            for zaak in self._zaken(web, since, newest):
                of_zaak = self._of_zaak(zaak)
                # The address as the API itself writes it: as a value it is compared, never asked.
                for status in self._items(web, "statussen", {"zaak": str(zaak["url"])}):
                    yield of_zaak | _read(status, STATUS_COLUMNS)

    def _all_statuses(self, web: Web, newest: _NewestDay) -> Iterator[Item]:
        cases = {_last_part(zaak["url"]): self._of_zaak(zaak) for zaak in self._zaken(web, None, newest)}
        for status in self._items(web, "statussen", {}):
            # Of a case that began since it was listed the next pull tells.
            if (of_zaak := cases.get(_last_part(status["zaak"]))) is not None:
                yield of_zaak | _read(status, STATUS_COLUMNS)

    def _of_zaak(self, zaak: Item) -> Item:
        return _read(zaak, [column for column in self._columns if column not in STATUS_COLUMNS])

    def _zaken(self, web: Web, since: dt.date | None, newest: _NewestDay) -> Iterator[Item]:
        """All cases, or those that may have news; each once."""
        after = since.isoformat() if since else ""
        news = ({"registratiedatum__gt": after}, {"einddatum__gt": after}, {"einddatum__isnull": "true"})
        lists: tuple[dict[str, str], ...] = news if since else ({},)
        seen: set[str] = set()
        for filters in lists:
            for zaak in self._items(web, "zaken", {**filters, "ordering": "identificatie"}):
                if zaak["url"] not in seen:
                    seen.add(zaak["url"])
                    newest.take(zaak.get("registratiedatum"))
                    newest.take(zaak.get("einddatum"))
                    yield zaak

    def _needed(self, things: str) -> set[str]:
        if things == "statussen":
            return {"url", "zaak", *(name for name in self._columns if name in STATUS_COLUMNS[1:])}
        outer = {name.partition(".")[0] for name in self._columns if name in ZAAK_COLUMNS}
        return {"url", "registratiedatum", "einddatum", *outer}

    def _items(self, web: Web, things: str, filters: dict[str, str]) -> Iterator[Item]:
        size = self._connection.page_size or PER_PAGE

        def ask(number: int) -> AnswerPage | None:
            answer = web.get(f"{self._root}/{things}", {**filters, "page": number, "pageSize": size})
            if answer.status == NOT_FOUND and number > 1:
                return None
            page = page_of(answer)
            refuse_lost(self._source, page.items, self._needed(things))
            return page

        pages = Pages(self._name, things, ask, lambda item: item["url"], lambda item: item["url"])
        for items in pages.items():
            yield from items


class _NewestDay:
    """The latest day among the cases so far that is not ahead of today."""

    def __init__(self, name: str, before: str | None, today: dt.date) -> None:
        self._name, self.watermark, self._today = name, before, today

    def take(self, text: str | None) -> None:
        if not text:
            return
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            raise Refused(
                "unexpected_shape",
                f"{self._name}: the Zaken API writes its days in an unknown way; its version is not known here.",
            ) from None
        if day <= self._today:
            self.watermark = max(written(day), self.watermark or "")


def _read(item: Item, columns: Iterable[str]) -> Item:
    """An item's values under the columns' names; of a link its last part, of a nested value its dotted name."""
    row: Item = {}
    for column in columns:
        outer, _, inner = column.partition(".")
        value = (item.get(outer) or {}).get(inner) if inner else item.get(column)
        if column == "uuid":
            value = item.get("uuid") or _last_part(item["url"])
        row[column] = _last_part(value) if column in LINK_COLUMNS and value else value
    return row


def _last_part(url: object) -> str:
    return urlsplit(str(url)).path.rstrip("/").rpartition("/")[2]
