"""Modules that stay unloaded: missing while they are left out, there again afterwards, and loaded once they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipelines.run.unloaded import left_out, load_when_used
from tests.house.blueprint import ROOT

USED = """
import sys
sys.path.insert(0, sys.argv[1])
from pipelines.run.unloaded import load_when_used
load_when_used("xml.sax")
from xml import sax
assert "xml.sax.handler" not in sys.modules
assert sax.ContentHandler is not None
assert "xml.sax.handler" in sys.modules
"""


def test_a_module_is_missing_while_it_is_left_out() -> None:
    import colorsys

    with left_out("colorsys", "no_such_module"), pytest.raises(ImportError):
        import colorsys
    assert sys.modules["colorsys"] is colorsys
    assert "no_such_module" not in sys.modules


def test_a_module_is_there_again_when_the_block_breaks() -> None:
    import colorsys

    with pytest.raises(RuntimeError), left_out("colorsys"):
        raise RuntimeError
    assert sys.modules["colorsys"] is colorsys


def test_a_part_of_a_package_is_loaded_with_its_first_use() -> None:
    done = subprocess.run([sys.executable, "-c", USED, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_loaded_stays_and_what_is_not_there_is_not_made() -> None:
    import xml.dom as dom

    load_when_used("xml.dom")
    load_when_used("xml.no_such_part")
    assert sys.modules["xml.dom"] is dom
    assert "xml.no_such_part" not in sys.modules
