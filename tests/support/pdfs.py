"""Documents to upload, good and bad, made byte by byte or by the PDF library."""

from __future__ import annotations

import io

import pypdfium2

A4 = (595.0, 842.0)
HTML = b"<!doctype html><script>alert(1)</script>"


def make_pdf(pages: int = 1, size: tuple[float, float] = A4) -> bytes:
    """A PDF with so many empty pages."""
    document = pypdfium2.PdfDocument.new()
    for _page in range(pages):
        document.new_page(*size)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def write_pdf(*objects: str, trailer: str = "") -> bytes:
    """A PDF of these objects, the first one its catalogue, with a right table of addresses."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n"
    root = f"<< /Size {len(places) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + (end + root).encode()


CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"


def locked_pdf() -> bytes:
    """A PDF that opens with a password only: its checks fit none that is empty."""
    key = "<" + "5a" * 32 + ">"
    encrypt = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O {key} /U {key} >>"
    return write_pdf(
        CATALOGUE,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE,
        encrypt,
        trailer=f"/Encrypt 4 0 R /ID [<{'00' * 16}> <{'00' * 16}>]",
    )


def circular_pdf() -> bytes:
    """A PDF whose tree of pages leads back to itself, and that promises a million of them."""
    return write_pdf(CATALOGUE, "<< /Type /Pages /Kids [2 0 R] /Count 1000000 >>")


def empty_pdf() -> bytes:
    """A PDF without a page."""
    return write_pdf(CATALOGUE, "<< /Type /Pages /Kids [] /Count 0 >>")
