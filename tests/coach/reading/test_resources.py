from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain import Resource
from coach.reading.resources import read_line, read_list, read_prose
from coach.reading.text import Text


def parts(resource: Resource) -> tuple[str | None, ...]:
    return (
        resource.kind.value,
        resource.title,
        resource.author,
        resource.provider,
        resource.note,
    )


def line(words: str) -> tuple[str | None, ...] | None:
    resource = read_line(Text(words), 0, len(words))
    return parts(resource) if resource else None


def listed(words: str) -> list[tuple[str | None, ...]]:
    return [parts(resource) for resource in read_list(Text(words), 0, len(words))]


def prose(words: str) -> list[tuple[str | None, ...]]:
    return [parts(resource) for resource in read_prose(Text(words), 0, len(words))]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "Course: 'Knife Skills' by Ana Roux (Udemy): the first half",
            ("course", "Knife Skills", "Ana Roux", "Udemy", "the first half"),
        ),
        (
            "- Book: 'Leading Change' by John Kotter",
            ("book", "Leading Change", "John Kotter", None, None),
        ),
        ("Book: 'The Baker's Manual'", ("book", "The Baker's Manual", None, None, None)),
        (
            "Book: 'The Managers' Guide' by Jo Li",
            ("book", "The Managers' Guide", "Jo Li", None, None),
        ),
        ("Book: ‘Don’t Panic’ by Al O’Hara", ("book", "Don’t Panic", "Al O’Hara", None, None)),
        ("Book: “Accelerate” by N. Forsgren", ("book", "Accelerate", "N. Forsgren", None, None)),
        (
            "Book: 'The Mythical Man-Month' by Frederick P. Brooks Jr.",
            ("book", "The Mythical Man-Month", "Frederick P. Brooks Jr.", None, None),
        ),
        (
            "Coursera: 'AI For Everyone' by Andrew Ng",
            ("course", "AI For Everyone", "Andrew Ng", "Coursera", None),
        ),
        ("MIT Sloan: 'Markets: A View'", ("course", "Markets: A View", None, "MIT Sloan", None)),
        ("School of Bread: 'Rye'", ("course", "Rye", None, "School of Bread", None)),
        (
            "Platform: Kaggle for practice datasets",
            ("platform", "Kaggle", None, None, "practice datasets"),
        ),
        (
            "Conference: O'Reilly AI Conference or NeurIPS",
            ("conference", "O'Reilly AI Conference or NeurIPS", None, None, None),
        ),
        (
            "Conference: 'O'Reilly AI Conference or NeurIPS': check it",
            ("conference", "O'Reilly AI Conference or NeurIPS", None, None, "check it"),
        ),
        (
            "Network: AI Leaders LinkedIn group",
            ("network", "AI Leaders LinkedIn group", None, None, None),
        ),
        (
            "Online Course: Python for Everybody (Coursera)",
            ("course", "Python for Everybody", None, "Coursera", None),
        ),
        ("Course: 'CS50' (free online)", ("course", "CS50", None, None, "free online")),
        ("Course: 'Coders' by Jeremy (fast.ai)", ("course", "Coders", "Jeremy", "fast.ai", None)),
        (
            "Certification: 'Microsoft Certified: Azure' (Microsoft): exam AZ-900",
            ("certification", "Microsoft Certified: Azure", None, "Microsoft", "exam AZ-900"),
        ),
        ("Book a table for two.", None),
        ("Read it slowly: it is worth it.", None),
        ("Course:", None),
        ("", None),
    ],
)
def test_a_line_is_split_into_its_parts(
    words: str, expected: tuple[str | None, ...] | None
) -> None:
    assert line(words) == expected


def test_the_span_of_a_line_leaves_out_its_bullet() -> None:
    text = Text("above\r\n  •\xa0Book: 'Rye' by Jo Li  \r\n")
    resource = read_line(text, *text.lines[1])
    assert resource is not None
    assert text.text[resource.span.start : resource.span.end] == "Book: 'Rye' by Jo Li"
    assert resource.span.first_line == 2


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (
            "Coursera: 'AI For All' by Andrew NgBook: 'Minds: A Guide' by Melanie Mitchell",
            ["AI For All", "Minds: A Guide"],
        ),
        (
            "Coursera: 'Deep'Book: 'Hands-On, with Keras' by Al GéronPlatform: Kaggle",
            ["Deep", "Hands-On, with Keras", "Kaggle"],
        ),
        (
            "Book: 'X' by Rob ThomasConference: O'Reilly AI or NeurIPSNetwork: AI Leaders group",
            ["X", "O'Reilly AI or NeurIPS", "AI Leaders group"],
        ),
        (
            "edX: 'One' by Cathy O'NeilBook: 'Two' by Ian McDonaldDataCamp: 'Three'",
            ["One", "Two", "Three"],
        ),
        ("Book: 'A1' by Jo KotterLinkedIn Learning: 'B2'Quantic School: 'C3'", ["A1", "B2", "C3"]),
        ("Book: 'A1' by Jo AIMIT Sloan: 'B2' (AWS/GCP)Tool: C3", ["A1", "B2", "C3"]),
        ("Book: “A1” by Jo LiBook: ‘B2’ by Al Li", ["A1", "B2"]),
        ("Book: 'A1', Course: 'B2'; Platform: C3", ["A1", "B2", "C3"]),
        ("Course: 'A Book: Of Course' by Jo Li", ["A Book: Of Course"]),
        ("Platform: GitBook for notes", ["GitBook"]),
        ("The OpenStack documentation", ["The OpenStack documentation"]),
    ],
)
def test_glued_resources_are_taken_apart_at_their_labels(words: str, titles: list[str]) -> None:
    assert [resource[1] for resource in listed(words)] == titles


def test_glued_names_stay_whole() -> None:
    words = "edX: 'One' by Cathy O'NeilBook: 'Two' by Ian McDonaldDataCamp: 'Three'"
    assert [found[2] for found in listed(words)] == ["Cathy O'Neil", "Ian McDonald", None]
    assert [found[3] for found in listed(words)] == ["edX", None, "DataCamp"]


def test_prose_gives_its_quoted_titles_and_its_coded_courses() -> None:
    assert prose(
        "Complete Andrew Ng's 'Deep Learning Specialization' on Coursera and Stanford's CS224N: "
        "Natural Language Processing with Deep Learning (free online). Focus on transformers."
    ) == [
        ("course", "Deep Learning Specialization", "Andrew Ng", "Coursera", None),
        (
            "course",
            "CS224N: Natural Language Processing with Deep Learning",
            None,
            "Stanford",
            "free online",
        ),
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "Complete 'AI For Everyone' by Andrew Ng (Coursera) and read 'Weapons of Math "
            "Destruction' by Cathy O'Neil. Explore Google's 'Responsible AI Practices' guide.",
            [
                ("course", "AI For Everyone", "Andrew Ng", "Coursera", None),
                ("book", "Weapons of Math Destruction", "Cathy O'Neil", None, None),
                ("article", "Responsible AI Practices", None, "Google", None),
            ],
        ),
        (
            "Take MIT Sloan's 'Markets: A View' or edX's 'Chefs' Guide to Hygiene' by Wageningen.",
            [
                ("course", "Markets: A View", None, "MIT Sloan", None),
                ("course", "Chefs' Guide to Hygiene", "Wageningen", "edX", None),
            ],
        ),
        (
            "Read ‘The Engineers’ Handbook’ by Ana O’Brien and “The Manager’s Path”.",
            [
                ("book", "The Engineers’ Handbook", "Ana O’Brien", None, None),
                ("book", "The Manager’s Path", None, None, None),
            ],
        ),
        (
            "Earn Google's UX Design Professional Certificate on Coursera.",
            [
                (
                    "certification",
                    "UX Design Professional Certificate",
                    None,
                    "Google",
                    "on Coursera",
                )
            ],
        ),
        ("It's the vendors' job, isn't it? O'Hara's bakery wasn't 'fine' either.", []),
        ("ISO 9001 is a standard.", []),
    ],
)
def test_prose_tells_titles_from_apostrophes(
    words: str, expected: list[tuple[str | None, ...]]
) -> None:
    assert prose(words) == expected


def test_a_title_broken_over_two_lines_is_one_title() -> None:
    text = Text("Read 'Leading\n  Change' by John Kotter.")
    (resource,) = read_prose(text, 0, len(text.text))
    assert (resource.title, resource.author) == ("Leading Change", "John Kotter")
    assert (resource.span.first_line, resource.span.last_line) == (1, 2)


PIECES = st.sampled_from(
    [
        *("'", "’", "‘", '"', "“", "”", ": ", "Book: ", "Course", " by ", " (", ")", "Coursera"),
        *("O'Neil", "Andrew Ng", "'s ", "s' ", "MIT Sloan", "CS224N: ", " on ", ", ", ". ", "\r\n"),
        *("Read ", "AI For Everyone", "•", "- ", "\xa0", "free online", " and ", "ß", "İ", "名前"),
    ]
)
TRAPS = st.lists(PIECES, max_size=25).map("".join)


@given(st.one_of(TRAPS, st.text(max_size=200)), st.integers(0, 40), st.integers(0, 60))
def test_no_words_break_the_readers_and_every_title_is_where_its_span_says(
    words: str, skipped: int, cut: int
) -> None:
    text = Text(words)
    start = min(skipped, len(words))
    end = max(start, len(words) - cut)
    single = read_line(text, start, end)
    for found in (
        *read_list(text, start, end),
        *read_prose(text, start, end),
        *filter(None, [single]),
    ):
        assert start <= found.span.start < found.span.end <= end
        place = " ".join(words[found.span.start : found.span.end].split())
        assert found.title in place
        for part in (found.author, found.provider):
            assert part is None or part in place
