"""The two pages of text in a Netflix report: they say that nothing in it is of a real person."""

from __future__ import annotations

__all__ = ["additional_information", "cover_sheet"]

LINES = (
    "Cover sheet",
    "This report is simulated by synthview. It describes no real person",
    "and was not made by Netflix. All times are UTC.",
)
ADDITIONAL = (
    "Additional Information",
    "A real report explains here how personal data is used. This one has none:",
    "it is simulated by synthview.",
)


def cover_sheet() -> bytes:
    """Return a PDF of one page."""
    return _page_of(LINES)


def additional_information() -> bytes:
    """Return a PDF of one page."""
    return _page_of(ADDITIONAL)


def _page_of(lines: tuple[str, ...]) -> bytes:
    """Return a PDF with some lines of text."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    text = f"BT /F1 14 Tf 20 TL 72 720 Td {shown} ET"
    fonts = "/Resources << /Font << /F1 5 0 R >> >>"
    page = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R {fonts}"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< {page} >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    return _pdf(objects)


def _pdf(objects: tuple[str, ...]) -> bytes:
    """Put objects into a file with the table of where each begins."""
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{one}\nendobj\n".encode("ascii")
    begins = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{begins}"
    end = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    return content + (table + end).encode("ascii")
