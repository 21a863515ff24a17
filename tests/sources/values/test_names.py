"""What is written like a person's name, and what of a town's own words is not."""

import pytest

from sources.values.names import is_like_a_name

PEOPLE = (
    "Meyer, Petra", "Petra Meyer", "PETRA MEYER", "petra meyer", "Frau Meyer", "FRAU MEYER", "Herrn Weber",
    "Herr Dr. Öztürk", "Dr. Huber", "Schmidt, Dr. Klaus", "p.meyer", "petra.meyer", "pmeyer", "meyerp", "meyer2",
    "meyer_p", "k.oluwaseun", "MEYER", "meyer", "Müller", "Mueller", "Mueller, K.", "K. Mueller", "Mehmet Y\u0131lmaz",
    "Petra von der Heide", "Meyer-Schulz, Anna", "Anna-Lena Krause", "Oluwaseun, Adeyemi", "Petra",
)  # fmt: skip
TOWN_HALL = (
    "Antrag prüfen", "Bescheid erstellen", "Amt für Straßen", "Bürgeramt Mitte", "Post Eingang", "Eingang, Post",
    "A. Antrag", "s.antrag", "amt.32", "Referat Frau und Beruf", "Sozialamt Nord", "Team 3", "E13", "dez.ii", "General",
    "Desk 1", "Konrad-Adenauer-Platz", "Martin-Luther-Schule", "Max-Planck-Gymnasium", "Dr.-Külz-Straße 3", "Prüfung",
    "Prüfung, Freigabe", "Freigabe", "Zentrale Dienste", "Nachtrag zur Akte genommen", "T02 Check confirmation of receipt",
    "online-antrag", "erstantrag", "baugenehmigung", "winter", "Weber", "Umwelt, Natur", "unlisted",
)  # fmt: skip


@pytest.mark.parametrize("text", PEOPLE)
def test_it_is_called_like_somebody(text: str) -> None:
    assert is_like_a_name(text)


@pytest.mark.parametrize("text", TOWN_HALL)
def test_it_is_a_word_of_the_town_hall(text: str) -> None:
    assert not is_like_a_name(text)
