from __future__ import annotations

from coach.answering.guide_names import names_of
from coach.domain import Guide
from tests.coach.asking import CAIO, WEB


def test_makers_are_taken_apart(guides: dict[str, Guide]) -> None:
    makers = names_of(guides).makers

    assert {"coursera", "andrew ng", "alan cooper", "david cronin"} <= makers
    assert not any(" and " in maker for maker in makers if maker.startswith("alan"))


def test_products_are_words_that_always_have_a_capital(guides: dict[str, Guide]) -> None:
    products = names_of(guides).products

    assert {"figma", "kubernetes"} & products
    assert not {"the", "take", "course"} & products


def test_a_role_has_all_its_names(guides: dict[str, Guide]) -> None:
    roles = names_of(guides).roles

    assert roles["caio"] == guides[CAIO].to_role
    assert roles["ux designer"] == guides[WEB].to_role


def test_the_same_guides_give_the_same_names(guides: dict[str, Guide]) -> None:
    assert names_of(guides) is names_of(dict(guides))
    assert names_of(guides) is not names_of({CAIO: guides[CAIO]})
