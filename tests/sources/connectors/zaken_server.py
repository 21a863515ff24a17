"""A Zaken API on this machine: cases and their statuses, for whoever signs a fresh token."""

from __future__ import annotations

import time
from typing import Any

import jwt

from tests.sources.asking.fault_server import Asked, FaultServer, Reply, replied
from tests.sources.asking.paged_list import PagedList

Item = dict[str, Any]
SECRET = "a secret of a client that is long enough"
API = "/zaken/api/v1"
# What the API believes its own address is, behind a proxy.
INTERNAL = f"http://openzaak.internal:8000{API}"


def zaak(number: int, registered: str, closed: str | None = None, **more: Any) -> Item:
    """A case, with what nobody may see."""
    return {
        "url": f"{INTERNAL}/zaken/z{number}",
        "uuid": f"z{number}",
        "identificatie": f"ZAAK-2026-{number:04d}",
        "bronorganisatie": "002220647",
        "omschrijving": "Bijstand Anna Muster",
        "toelichting": "Anna belde",
        "zaaktype": "http://catalogi.internal/catalogi/api/v1/zaaktypen/bijstand",
        "registratiedatum": registered,
        "startdatum": registered,
        "einddatum": closed,
        "einddatumGepland": None,
        "uiterlijkeEinddatumAfdoening": "2026-12-31",
        "communicatiekanaal": "https://referentielijsten.internal/api/v1/communicatiekanalen/e-mail",
        "communicatiekanaalNaam": "e-mail",
        "opschorting": {"indicatie": False, "reden": "Anna op vakantie"},
        "verlenging": None,
        "rollen": [f"{INTERNAL}/rollen/r{number}"],
        **more,
    }


def status(number: int, of_zaak: int, kind: str, at: str) -> Item:
    """A status of a case."""
    return {
        "url": f"{INTERNAL}/statussen/s{number}",
        "uuid": f"s{number}",
        "zaak": f"{INTERNAL}/zaken/z{of_zaak}",
        "statustype": f"http://catalogi.internal/catalogi/api/v1/statustypen/{kind}",
        "datumStatusGezet": at,
        "statustoelichting": "Anna gebeld",
        "gezetdoor": f"{INTERNAL}/rollen/r{number}",
        "indicatieLaatstGezetteStatus": True,
    }


class ZakenServer:
    """An Open Zaak; change the lists to change what it answers."""

    def __init__(self, server: FaultServer, page_size: int = 100) -> None:
        self.zaken: list[Item] = []
        self.statussen: list[Item] = []
        self.version = "1.5.1"
        self.server = server
        for things in ("zaken", "statussen"):
            server.script(f"{API}/{things}", lambda asked, things=things: self._page(asked, things, page_size))

    def asked(self, things: str = "zaken") -> list[Asked]:
        """The questions for a list."""
        return self.server.asked_for(f"{API}/{things}")

    def _page(self, asked: Asked, things: str, page_size: int) -> Reply:
        try:
            token = asked.headers["authorization"].removeprefix("Bearer ")
            claims = jwt.decode(token, SECRET, algorithms=["HS256"])
        except (KeyError, jwt.InvalidTokenError):
            return replied({"code": "permission_denied", "status": 403}, 403)
        if claims["client_id"] != "papierwende" or not time.time() - 3600 < claims["iat"] <= time.time():
            return replied({"code": "jwt-expired", "status": 403}, 403)
        if asked.headers.get("accept-crs") != "EPSG:4326":
            return replied({"code": "not_acceptable"}, 406)
        items = {"zaken": self.zaken, "statussen": self.statussen}[things]
        return PagedList(items, page_size, "pageSize", {"API-version": self.version}, _matches)(asked)


def _matches(item: Item, query: dict[str, str]) -> bool:
    for name, value in query.items():
        column, _, how = name.partition("__")
        if how == "gt" and not (item[column] and item[column] > value):
            return False
        if how == "isnull" and (item[column] is None) != (value == "true"):
            return False
        if name == "zaak" and item["zaak"] != value:
            return False
    return True
