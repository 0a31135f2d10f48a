"""How far two who rated the same agree."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

LEAST_ALPHA = 0.667
"""Below it even tentative conclusions are not acceptable (Krippendorff 2004, Content Analysis)."""


def krippendorff_alpha(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Krippendorff's alpha, ordinal, of two who rated the same; None where it is not defined.

    1 is full agreement, 0 that of chance (Krippendorff 2004, Content Analysis, chapter 11).

    Args:
        pairs: the two ratings of each thing, 0 to 2.
    """
    if len({rating for pair in pairs for rating in pair}) < 2:
        return None
    import krippendorff

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return float(
            krippendorff.alpha(
                reliability_data=[list(ratings) for ratings in zip(*pairs, strict=True)],
                level_of_measurement="ordinal",
                value_domain=[0, 1, 2],
            )
        )
