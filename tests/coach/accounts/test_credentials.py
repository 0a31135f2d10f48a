"""What is kept of passwords, and that finding out takes as long for nobody as for somebody."""

from __future__ import annotations

import time
from statistics import median

import pytest
from argon2 import Type, extract_parameters

from coach.accounts.credentials import hash_password, password_fits


def test_password_is_hashed_as_the_rfc_advises_with_a_salt_of_its_own() -> None:
    first, second = hash_password("correct horse"), hash_password("correct horse")

    parameters = extract_parameters(first)
    assert first != second
    assert parameters.type is Type.ID
    assert (parameters.time_cost, parameters.memory_cost) == (3, 64 * 1024)


@pytest.mark.parametrize("kept", [None, "", "damaged", "$argon2id$v=19$m=65536,t=3,p=4$damaged"])
def test_nothing_fits_a_hash_that_is_missing_or_damaged(kept: str | None) -> None:
    assert not password_fits("", kept)
    assert not password_fits("correct horse", kept)


def test_nobody_takes_as_long_as_somebody() -> None:
    kept = hash_password("correct horse")

    def seconds(hashed: str | None) -> float:
        started = time.process_time()
        password_fits("wrong horse", hashed)
        return time.process_time() - started

    seconds(None)
    nobody = median(seconds(None) for _ in range(3))
    somebody = median(seconds(kept) for _ in range(3))
    assert 1 / 3 < nobody / somebody < 3
