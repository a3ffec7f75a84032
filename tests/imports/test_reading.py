"""Tables as people export them are read; hostile ones are refused with a sentence."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from peer_visits.imports.reading import Limits, read_sheet
from peer_visits.kernel.errors import Refused


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 120_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "Name,Place\nAda,Łódź\n".encode(),
        "\ufeffName;Place\r\nAda;Łódź\r\n".encode(),
        "Name\tPlace\nAda\tŁódź\n".encode("utf-16"),
        '"Name","Place"\n\n"Ada","Łódź"\n,\n'.encode(),
        workbook(["Name", "Place"], [None, None], ["Ada", "Łódź"]),
    ],
    ids=["comma", "semicolon and mark", "tab and utf-16", "quotes and empty rows", "workbook"],
)
def test_the_same_table_in_every_clothing(content: bytes) -> None:
    sheet = read_sheet(io.BytesIO(content), "table")
    assert (sheet.headers, sheet.rows) == (["Name", "Place"], [["Ada", "Łódź"]])
    assert not sheet.is_guessed


def test_letters_without_a_mark_are_guessed_and_said() -> None:
    sheet = read_sheet(io.BytesIO("Name,Place\nJörg,Győr\n".encode("cp1252", "replace")), "table.csv")
    assert sheet.is_guessed
    assert sheet.rows[0][0] == "Jörg"


def test_formulas_are_text_and_numbers_as_they_are_typed() -> None:
    sheet = read_sheet(io.BytesIO(workbook(["a", "b", "c"], ["=1+1", 12.0, True])), "t.xlsx")
    assert sheet.rows == [["=1+1", "12", "yes"]]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"Name,Place\n", "no row below"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "old kind"),
        (b"<!doctype html><html><table></table></html>", "neither CSV nor XLSX"),
        (b"%PDF-1.7\n", "neither CSV nor XLSX"),
        (b"a,b\n1,\x002\n", "neither CSV nor XLSX"),
        (b"PK\x03\x04" + bytes(100), "cannot be read"),
        (bomb(), "unpacked"),
        (b",".join([b"h"] * 300) + b"\n" + b",".join([b"x"] * 300), "more than 200 columns"),
        (b"h,i\n" + b"x,y\n" * 5002, "more than 5000 rows"),
        (b"h\n" + b"x" * 20_001, "20,000 characters"),
    ],
    ids=["empty", "heads", "xls", "html", "pdf", "nul", "no zip", "bomb", "wide", "long", "cell"],
)
def test_what_is_no_good_table_is_refused(content: bytes, word: str) -> None:
    with pytest.raises(Refused) as refused:
        read_sheet(io.BytesIO(content), "table")
    assert word in str(refused.value.reason)


def test_a_file_larger_than_allowed_is_not_read() -> None:
    with pytest.raises(Refused, match="larger than"):
        read_sheet(io.BytesIO(b"x" * 2_000_000), "t.csv", Limits(size=1024 * 1024))
