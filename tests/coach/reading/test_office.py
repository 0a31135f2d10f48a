from __future__ import annotations

import io
import logging
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from coach.domain import Document
from coach.errors import ReadingError
from coach.reading.office import read_office

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def paragraph(words: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{words}</w:t></w:r></w:p>"


def docx(*paragraphs: str, head: str = "") -> bytes:
    body = f'{head}<w:document xmlns:w="{WORD}"><w:body>{"".join(paragraphs)}</w:body></w:document>'
    return zipped(
        {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": body}
    )


def zipped(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pptx() -> bytes:
    from pptx import Presentation

    deck = Presentation()
    for title, words in (("Bread", "Rye rises slowly."), ("Butter", "Butter does not rise.")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = words
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def pdf(content: bytes, *, trailer: str = "", packed: bool = False) -> bytes:
    """A PDF of one page; ``content`` draws it."""
    packing = " /Filter /FlateDecode" if packed else ""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)}{packing} >>\nstream\n".encode() + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data = b"%PDF-1.4\n"
    places = []
    for number, value in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + value + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        data
        + (
            f"xref\n0 6\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size 6 /Root 1 0 R {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
        ).encode()
    )


WORDS = pdf(b"BT /F1 12 Tf 72 700 Td (Rye rises slowly.) Tj ET")
LOCKED = pdf(
    b"x",
    trailer=f"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
    f"/O <{'00' * 32}> /U <{'00' * 32}> >>",
)


def read_bytes(folder: Path, data: bytes, name: str = "my_bread-notes.bin") -> tuple[str, Document]:
    path = folder / name
    path.write_bytes(data)
    return read_office(path)


def outline(text: str, content: Document) -> list[tuple[list[str], str]]:
    for block in content.blocks:
        assert text[block.span.start : block.span.end] == block.text
    return [([heading.value for heading in block.headings], block.text) for block in content.blocks]


def test_a_word_file_is_a_document_with_headings(tmp_path: Path) -> None:
    data = docx(
        paragraph("Bread", "Heading1"),
        paragraph("Rye_bread rises * slowly."),
        paragraph("Butter", "Heading2"),
        paragraph("Butter does not."),
    )
    text, content = read_bytes(tmp_path, data)
    assert content.title == "Bread"
    assert outline(text, content) == [
        (["Bread"], "Rye_bread rises * slowly."),
        (["Bread", "Butter"], "Butter does not."),
    ]


def test_a_presentation_has_a_heading_for_each_slide(tmp_path: Path) -> None:
    text, content = read_bytes(tmp_path, pptx())
    assert "Slide number" not in text
    assert outline(text, content) == [
        (["Bread"], "Rye rises slowly."),
        (["Butter"], "Butter does not rise."),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_a_pdf_is_a_document_named_after_its_file(tmp_path: Path, packed: bool) -> None:
    drawing = b"BT /F1 12 Tf 72 700 Td (Rye rises slowly.) Tj ET"
    data = pdf(zlib.compress(drawing), packed=True) if packed else pdf(drawing)
    text, content = read_bytes(tmp_path, data)
    assert content.title == "My bread notes"
    assert outline(text, content) == [([], "Rye rises slowly.")]


def test_a_book_is_a_document(tmp_path: Path) -> None:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest>'
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>'
    chapter = "<html><body><h1>Bread</h1><p>Rye rises slowly.</p></body></html>"
    data = zipped({"META-INF/container.xml": container, "b.opf": package, "a.xhtml": chapter})
    text, content = read_bytes(tmp_path, data)
    assert (["Bread"], "Rye rises slowly.") in outline(text, content)


def packed_zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(1)
    parts = [packer.compress(bytes(1_000_000)) for _ in range(megabytes)]
    return b"".join([*parts, packer.flush()])


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "bread"}">' for n in range(12))
BOMB = b"0" * 32_000_000


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(pdf(b"0 0 612 792 re f"), "no text", id="a pdf of pictures alone"),
        pytest.param(LOCKED, "encrypted", id="an encrypted pdf"),
        pytest.param(WORDS[:-300], "cut off", id="a pdf that was cut off"),
        pytest.param(b"%PDF-1.4\nnonsense\n%%EOF\n", "damaged", id="a pdf of nonsense"),
        pytest.param(docx(paragraph(""), paragraph(" ")), "no text", id="a docx without text"),
        pytest.param(docx(paragraph("Rye"))[:-60], "cut off", id="a docx that was cut off"),
        pytest.param(zipped({"word/document.xml": "<w:p"}), "damaged", id="a docx of nonsense"),
        pytest.param(zipped({"ppt/presentation.xml": "<p"}), "damaged", id="a pptx of nonsense"),
        pytest.param(
            docx(paragraph("&e11;"), head=f"<!DOCTYPE d [{ENTITIES}]>"), "damaged", id="entities"
        ),
        pytest.param(
            zipped({"word/document.xml": BOMB}), "unpacks to far more", id="a bomb in a docx"
        ),
        pytest.param(
            zipped({"word/document.xml": "<d/>"} | {f"media/{n}.png": BOMB for n in range(7)}),
            "unpacks to far more",
            id="many bombs in a docx",
        ),
        pytest.param(
            pdf(packed_zeros(220), packed=True),
            "unpacks to far more",
            id="a bomb in a pdf",
        ),
        pytest.param(zipped({"notes.txt": "Rye"}), "archive", id="another archive"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "old Office", id="a doc"),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words(
    tmp_path: Path, data: bytes, problem: str
) -> None:
    with pytest.raises(ReadingError, match=problem) as caught:
        read_bytes(tmp_path, data)
    assert caught.value.remedy


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(docx(paragraph("Rye")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(mark)
        while position >= 0:
            data[position + offset] |= 1
            position = data.find(mark, position + 1)
    with pytest.raises(ReadingError, match="encrypted"):
        read_bytes(tmp_path, bytes(data))


def test_a_converter_says_nothing_of_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    odd = pdf(b"BT /F9 12 Tf 72 700 Td (Rye rises slowly.) Tj /Nothing Do ET")
    read_bytes(tmp_path, odd)
    read_bytes(tmp_path, docx(paragraph("Rye", "Unknown")))
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_the_converters_are_loaded_only_when_a_file_needs_them() -> None:
    import subprocess

    code = (
        "import sys, coach.reading.office, coach.reading\n"
        "assert not {'markitdown', 'pdfminer', 'pptx', 'magika'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
