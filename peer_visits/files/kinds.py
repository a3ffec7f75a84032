"""The kinds of file that are taken in."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    """What a file is, once a parser has opened it."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"


KIND_NAMES = {FileKind.PDF: "PDF", FileKind.PNG: "PNG", FileKind.JPEG: "JPEG"}
MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
}
SUFFIXES = {FileKind.PDF: ".pdf", FileKind.PNG: ".png", FileKind.JPEG: ".jpg"}
DOCUMENTS_AND_PICTURES = frozenset(FileKind)
