"""PDFs without dates."""

import re

from gui.figures.rendering.pdf_dates import undated

BODY = b"1 0 obj\n<< /CreationDate (D:20261121185355%s) >>\nendobj\n2 0 obj\n<< >>\nendobj\n"


def pdf(zone: bytes) -> bytes:
    body = b"%PDF-1.4\n" + BODY % zone
    places = [body.index(b"1 0 obj"), body.index(b"2 0 obj")]
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return (
        body
        + b"xref\n0 3\n0000000000 65535 f \n"
        + entries
        + b"trailer\n<< >>\nstartxref\n%d\n%%%%EOF" % start
    )


def test_the_time_zone_leaves_no_trace() -> None:
    assert undated(pdf(b"Z")) == undated(pdf(b"+09'00'")) == undated(pdf(b"-03'30'"))
    assert b"(D:20000101000000Z)" in undated(pdf(b"Z"))


def test_places_are_right_after_a_date_became_shorter() -> None:
    made = undated(pdf(b"+09'00'"))
    start = int(re.search(rb"startxref\n(\d+)", made)[1])
    assert made[start : start + 4] == b"xref"
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", made), 1):
        assert made[int(place) :].startswith(b"%d 0 obj" % number)
