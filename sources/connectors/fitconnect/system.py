"""FIT-Connect: the event logs of the cases that online services delivered, from the national delivery service.

What comes is the log of a transport. ``accept-submission`` and ``reject-submission`` are receipts: the authority's
software could or could not open what arrived. Neither is the decision on a case, nor its end.

The service has no list of cases, and deletes a case 730 days after its last event; so the town keeps a ledger of its
own (``fitconnect_ledger``), fed by what waits for pick-up and by stored callbacks.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sources.batches.protocol import BATCH_ROWS, Access, Batch, Refused, Seen, refuse_missing, wanted_columns
from sources.connectors.fitconnect.callbacks import stored_case_ids
from sources.connectors.fitconnect.ledger import OVERLAP, QUIET_AFTER, Ledger, Taken
from sources.connectors.fitconnect.log import LOG_COLUMNS, PulledLog
from sources.connectors.fitconnect.service import FitConnectService, Login, NotOurs, TimeIsUp
from sources.connectors.fitconnect.tokens import Keys
from sources.town.connection import Connection
from sources.town.source import Source

RECEIPTS: Final = "accept-submission and reject-submission are receipts of transport, never decisions on a case."
# A younger case cannot have gone by the source's own rule of 730 days.
TOO_YOUNG_TO_GO: Final = dt.timedelta(days=700)
SUSPICIOUS: Final = 3


@dataclass
class _Heard:
    """What one pull heard of cases, beside their events.

    Attributes:
        answered: so many had an event log.
        forbidden: so many this client may not see.
        vanished: cases the source does not have.
        warnings: sentences about the pull as a whole.
    """

    answered: int = 0
    forbidden: int = 0
    vanished: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class FitConnect:
    """One client's view of the delivery service."""

    def __init__(
        self,
        source: Source,
        access: Access,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        batch_rows: int = BATCH_ROWS,
    ) -> None:
        """Nothing is asked yet; ``sleep`` waits so many seconds, ``clock`` gives seconds since whenever."""
        refuse_missing(Path(source.name), LOG_COLUMNS, wanted_columns(source))
        self._source, self._access, self._batch_rows = source, access, batch_rows
        self._connection, self._login, self._callback_secret = _credentials(source, access)
        self._sleep, self._clock = sleep, clock

    def test(self) -> Seen:
        """Log in, see the keys, count what waits; nothing is taken and no case is asked for."""
        name = self._source.name
        with self._service() as service:
            minutes = service.log_in() / 60
            keys = Keys(service.key_set, service.destination_key).ids
            _, waiting = next(service.waiting(limit=1))
        ledger = Ledger(self._access.memory)
        listed = ", ".join(keys[:SUSPICIOUS]) + (", …" if len(keys) > SUSPICIOUS else "")
        sentences = (
            f"{name}: {self._connection.host} granted a token for {minutes:.0f} minutes.",
            f"{name}: the key set has {len(keys)} keys that can sign events{': ' if keys else ''}{listed}.",
            f"{name}: {waiting} submissions wait for pick-up; {len(ledger.first_heard)} cases are known here, "
            f"{len(ledger.gone)} of them are gone at the source.",
            f"{name}: {RECEIPTS}",
        )
        return Seen(sentences, LOG_COLUMNS)

    def pull(self, watermark: str | None) -> Iterator[Batch]:
        """The events since the watermark that landed; the last batch may be empty and carries the warnings.

        A pull ends after connection.patience_minutes; the next one goes on from there.

        Raises:
            Refused: wrong answers, or known cases that are all gone at once.
            Unreachable: no answer now.
        """
        now = self._access.now.isoformat(timespec="microseconds")
        # Rises also when the clock was set back.
        begun = now if watermark is None or now > watermark else watermark
        ledger, heard = Ledger(self._access.memory), _Heard()
        ledger.roll_back(watermark)
        number = 1
        with self._service() as service:
            keys = Keys(service.key_set, service.destination_key)
            log = PulledLog(keys, wanted_columns(self._source), self._access.now)
            self._listen(service, ledger, heard)
            for _ in self._ask(service, ledger, log, heard):
                if log.waiting >= self._batch_rows:
                    yield _noted(ledger, log, f"{begun}/{number:06d}")
                    number += 1
        self._bury(ledger, heard)
        yield _noted(ledger, log, f"{begun}/{number:06d}", tuple(heard.warnings))

    def _service(self) -> FitConnectService:
        folder = self._access.town_folder
        return FitConnectService(self._source, self._connection, self._login, folder, self._sleep, self._clock)

    def _listen(self, service: FitConnectService, ledger: Ledger, heard: _Heard) -> None:
        """Learn of cases, all of them before one is asked for, so that no kill makes the town forget them."""
        name = self._source.name
        if self._connection.case_ids is not None:
            pattern, folder = self._connection.case_ids, self._access.town_folder
            cases, unusable = stored_case_ids(folder, pattern, self._callback_secret)
            ledger.learn(cases, self._access.now)
            if unusable:
                heard.warnings.append(
                    f"{name}: {unusable} files at connection.case_ids name no case or are not signed with the "
                    "callback secret, and were left out; see who wrote them, and remove them."
                )
        # What still waits when time is up will wait for the next pull as well.
        with suppress(TimeIsUp):
            for cases, _ in service.waiting():
                ledger.learn(cases, self._access.now)
        known, minimum = len(ledger.first_heard), self._connection.expected_minimum
        if known < minimum:
            raise Refused(
                "too_few_cases",
                f"{name}: {known} cases are known, but connection.expected_minimum is {minimum}; nothing was taken, "
                "bring the ledger back from its backup.",
            )
        if not known:
            heard.warnings.append(
                f"{name}: no case is known yet, for FIT-Connect lists only what waits for pick-up; have its callbacks "
                "stored in the inbox and name them in connection.case_ids."
            )

    def _ask(self, service: FitConnectService, ledger: Ledger, log: PulledLog, heard: _Heard) -> Iterator[None]:
        """Ask for the due cases, as many as there is time for; yields after each page."""
        due = ledger.due(self._access.now)
        for done, case in enumerate(due):
            try:
                if done:
                    service.refuse_when_time_is_up()
                yield from self._ask_case(service, case, ledger.taken.get(case, Taken()), log, heard)
            except TimeIsUp:
                ledger.resume_at(case)
                heard.warnings.append(
                    f"{self._source.name}: time was up after {done} of {len(due)} cases; the next pull goes on from "
                    "there, or set a longer connection.patience_minutes."
                )
                return
            except NotOurs:
                heard.forbidden += 1
        ledger.resume_at("")

    def _ask_case(
        self, service: FitConnectService, case: str, known: Taken, log: PulledLog, heard: _Heard
    ) -> Iterator[None]:
        offset = max(0, known.entries - OVERLAP)
        page = service.events(case, offset)
        if page is not None and page.total < known.entries:
            # A log that became shorter is another log: what had landed of it lands once more, as duplicates.
            offset, known = 0, Taken()
            page = service.events(case, offset)
        heard.answered += 1 if page is not None else 0
        before = known.entries
        while page is not None and page.entries:
            known = log.take(case, known, offset, page.entries)
            offset += len(page.entries)
            yield
            if offset >= page.total:
                return
            # Not among what is asked once more: however small the pages, each pull gets on.
            if known.entries > before:
                service.refuse_when_time_is_up()
            page = service.events(case, offset)
        if page is None:
            heard.vanished.append(case)

    def _bury(self, ledger: Ledger, heard: _Heard) -> None:
        """Mark cases that are gone; one that never showed an event may still be on its way for some days."""
        name, now = self._source.name, self._access.now
        newest = {case: ledger.taken.get(case, Taken()).newest_at for case in heard.vanished}
        young = [case for case, at in newest.items() if at is not None and now - at < TOO_YOUNG_TO_GO]
        if len(young) >= SUSPICIOUS and not heard.answered:
            raise Refused(
                "cases_vanished",
                f"{name}: {self._connection.host} has none of the {len(heard.vanished)} known cases that were asked "
                "for, though it keeps them for 730 days; nothing was taken, check connection.url and the client's "
                "destinations.",
            )
        if young:
            heard.warnings.append(
                f"{name}: {len(young)} cases are gone at the source before their 730 days; what landed of them stays."
            )
        if heard.forbidden:
            heard.warnings.append(
                f"{name}: {heard.forbidden} cases may not be seen by this client; give it the right to their "
                "destination, or take their callbacks out of the inbox."
            )
        ledger.bury(
            [case for case, at in newest.items() if at is not None or now - ledger.first_heard[case] > QUIET_AFTER], now
        )


def _noted(ledger: Ledger, log: PulledLog, watermark: str, warnings: tuple[str, ...] = ()) -> Batch:
    """The next batch; what it takes is in the ledger before anybody can land it."""
    batch, taken = log.hand_on(watermark, warnings)
    ledger.take(watermark, taken)
    return batch


def _credentials(source: Source, access: Access) -> tuple[Connection, Login, str | None]:
    """Connection, log-in, and the callback secret: the second line of the secret, if it has one."""
    connection = source.connection
    if connection is None or connection.token_url is None or connection.client_id is None:
        raise Refused(
            "incomplete_connection",
            f"{source.name}: [source.connection] needs url, token_url and client_id; the self-service portal of "
            "FIT-Connect shows them.",
        )
    secret, _, second = (access.secret or "").partition("\n")
    if not secret.strip():
        raise Refused("no_secret", f"{source.name}: the client secret is missing; give it by the environment.")
    login = Login(connection.token_url, connection.client_id, secret.strip())
    return connection, login, second.strip() or None
