"""The whole product, started, hurt, stopped: nothing is lost and nothing stays behind."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from physio.embedded.cluster import DURABLE
from tests.embedded.product import Product, wait_until_gone
from tests.services import wait_for

PARTS = ("gunicorn", " worker ", " beat ", "redis-server", "physio.embedded.mail", "bin/postgres")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Generator[Product, None, None]:
    product = Product(tmp_path_factory.mktemp("life") / "data")
    yield product
    if product.running():
        product.end()


def test_it_survives_the_death_of_every_part_stops_without_a_trace_and_starts_again(product: Product) -> None:
    product.start()
    product.wait_until_ready()
    assert product.healthy()
    assert product.data.stat().st_mode & 0o777 == 0o700
    with product.cluster().connect("plimsoll", "plimsoll_owner") as owner:
        owner.execute("CREATE TABLE said (word text)")
        owner.execute("INSERT INTO said VALUES ('kept')")
        for name in DURABLE:
            assert owner.execute("SELECT current_setting(%s)", [name]).fetchone() == ("on",)

    everyone = product.children()
    first = {words: product.part(words) for words in PARTS}
    for victim in first.values():
        os.kill(victim.pid, signal.SIGKILL)
    wait_until_gone(list(first.values()))
    wait_for(lambda: product.said().count("is started again") >= len(PARTS), "all parts to come back")
    wait_for(product.cluster().answers, "Postgres to recover")
    wait_for(product.healthy, "the web to answer")
    with product.cluster().connect("plimsoll", "plimsoll_owner") as owner:
        assert owner.execute("SELECT word FROM said").fetchall() == [("kept",)]
    wait_until_gone(everyone)

    everyone = product.children()
    assert product.end(signal.SIGTERM) == 0, product.said()
    assert "Everything has stopped" in product.said()
    wait_until_gone(everyone, seconds=0.5)
    _again_by_make(product)


def _again_by_make(product: Product) -> None:
    """The second start finds its data, refuses a second copy, and hears a TERM that only make was sent."""
    product.start(("make", "--no-print-directory", "run"))
    product.wait_until_ready()
    with product.cluster().connect("plimsoll", "plimsoll_owner") as owner:
        assert owner.execute("SELECT word FROM said").fetchall() == [("kept",)]
    second = Product(product.data)
    second.start()
    assert second.process is not None
    assert second.process.wait(30) == 1
    assert "already runs" in second.said()
    everyone = product.children()
    product.end(signal.SIGTERM)
    wait_until_gone(everyone, seconds=15)


def test_even_a_killed_supervisor_leaves_no_orphan(product: Product) -> None:
    product.start()
    product.wait_until_ready()
    everyone = product.children()
    assert len(everyone) > len(PARTS)
    product.end(signal.SIGKILL)
    wait_until_gone(everyone, seconds=60)  # a worker may finish the task in its hands


def test_ctrl_c_while_it_starts_stops_it_too(tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    product.start()
    wait_for(lambda: "Broker" in product.said(), "the broker")
    everyone = product.children()
    assert product.end(signal.SIGINT) == 0, product.said()
    wait_until_gone(everyone, seconds=0.5)
