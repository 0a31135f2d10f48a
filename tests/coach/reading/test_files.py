from __future__ import annotations

import os

import pytest

from coach.domain import Document, Guide
from coach.errors import ReadingError
from coach.reading import read
from coach.reading.files import SIZE_LIMIT, decode
from coach.reading.text import Text


def read_bytes(tmp_path, data, name="some-notes.md"):
    path = tmp_path / name
    path.write_bytes(data)
    return read(path, name=f"shown/{name}", key=name)


def error_of(tmp_path, data, name="some-notes.md"):
    with pytest.raises(ReadingError) as raised:
        read_bytes(tmp_path, data, name)
    assert raised.value.remedy
    assert raised.value.where.startswith(f"shown/{name}")
    return raised.value


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_text_in_unicode_is_read_whatever_its_form(tmp_path, encoding):
    reading = read_bytes(tmp_path, "# Café\n\nSoil – and seeds.\n".encode(encoding))

    assert reading.source.text == "# Café\n\nSoil – and seeds.\n"
    assert reading.content.title == "Café"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_guide_in_another_form_of_unicode_is_the_same_guide(tmp_path, guide_text, encoding):
    plain = read_bytes(tmp_path, guide_text.encode(), "a.md")
    other = read_bytes(tmp_path, guide_text.encode(encoding), "a.md")

    assert isinstance(plain.content, Guide)
    assert other.content == plain.content


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        ("\ufeff".encode(), "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"text with\x00 a zero", "binary"),
        (bytes(range(1, 32)) * 9, "binary"),
        (b"{\\rtf1 rich text}", "binary"),
    ],
)
def test_what_holds_no_text_is_refused(tmp_path, data, problem):
    error = error_of(tmp_path, data)

    assert problem in error.problem
    assert error.where == "shown/some-notes.md:1"


def test_text_in_another_encoding_is_refused_with_its_line(tmp_path):
    error = error_of(tmp_path, "# Soil\n\nLe café est fermé, hélas, à midi.\n".encode("cp1252"))

    assert "not UTF-8" in error.problem
    assert error.where == "shown/some-notes.md:3"
    assert "UTF-8" in error.remedy


def test_text_cut_off_within_a_letter_is_refused_as_cut_off(tmp_path):
    error = error_of(tmp_path, "# Soil\n\nThe café".encode()[:-1])

    assert "cut off" in error.problem
    assert error.where == "shown/some-notes.md:3"


def test_encoding_that_a_page_declares_is_believed():
    markup = '<html><meta charset="iso-8859-1"><p>Café</p></html>'

    assert decode(markup.encode("iso-8859-1")) == markup


@pytest.mark.parametrize("declared", ["gbnonsense", "koi8-zz", "big5"])
def test_declared_encoding_that_does_not_fit_is_refused(declared):
    markup = f'<html><meta charset="{declared}"><p>'.encode() + b"\xff\xff</p>"

    with pytest.raises(ReadingError, match="not UTF-8"):
        decode(markup)


def test_file_of_fifty_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(SIZE_LIMIT)

    with pytest.raises(ReadingError, match="too large: 50 MB") as raised:
        read(path, name="large.md", key="large.md")
    assert "50 MB" in raised.value.remedy


def test_links_that_lead_to_themselves_are_refused(tmp_path):
    (tmp_path / "a.md").symlink_to("b.md")
    (tmp_path / "b.md").symlink_to("a.md")

    with pytest.raises(ReadingError, match="back to itself"):
        read(tmp_path / "a.md", name="a.md", key="a.md")


def test_missing_file_folder_pipe_and_impossible_name_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none.md", tmp_path, tmp_path / "pipe", tmp_path / "a\x00b"):
        with pytest.raises(ReadingError) as raised:
            read(path, name="x", key="x")
        assert raised.value.where == "x"
        assert raised.value.remedy


def test_lines_end_in_any_of_the_three_ways():
    text = Text("one\ntwo\r\nthree\rfour")

    assert [text.text[start:end] for start, end in text.lines] == ["one", "two", "three", "four"]
    span = text.sourced(4, 14).span
    assert (span.first_line, span.last_line) == (2, 3)
    assert text.text[span.start : span.end] == "two\r\nthree"


def test_plain_text_is_paragraphs_under_unmistakable_headings(tmp_path):
    words = (
        "Growing Herbs\n=============\nSow in spring.\n\nWATERING BY HAND\n\nWater at dawn,\n"
        "not at noon.\n\nRain is better\n\nTools\n-----\n\nA can.\n"
    )
    reading = read_bytes(tmp_path, words.encode(), "herbs.txt")

    assert isinstance(reading.content, Document)
    assert reading.content.title == "Growing Herbs"
    assert [
        (tuple(heading.value for heading in block.headings), block.text)
        for block in reading.content.blocks
    ] == [
        (("Growing Herbs",), "Sow in spring."),
        (("Growing Herbs", "WATERING BY HAND"), "Water at dawn,\nnot at noon."),
        (("Growing Herbs", "WATERING BY HAND"), "Rain is better"),
        (("Growing Herbs", "Tools"), "A can."),
    ]


def test_text_without_headings_is_named_after_its_file(tmp_path):
    reading = read_bytes(tmp_path, b"Only words.", "my-own_notes.txt")

    assert reading.content.title == "My own notes"
