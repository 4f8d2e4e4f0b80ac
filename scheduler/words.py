"""Reasons, which are short stable words for programs, told to people."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "bad_content_encoding": "its compression is damaged",
    "bad_encoding": "its bytes are text in no encoding that is known",
    "damaged_docx": "it is no readable Word document",
    "damaged_pdf": "it is no readable PDF",
    "empty_pdf": "the PDF has no text and no picture",
    "encrypted_docx": "the Word document is encrypted",
    "encrypted_pdf": "the PDF is encrypted",
    "needs_ocr": "it has pictures of pages only: 'league ocr' reads them",
    "no_text": "it holds no text",
    "too_large": "it is larger than the limit",
    "unknown_media_type": "nothing here reads files of its type",
}


def told(reason: str) -> str:
    """The reason as a sentence, the word itself behind it; a reason without one as it is."""
    return f"{REASONS[reason]} ({reason})" if reason in REASONS else reason
