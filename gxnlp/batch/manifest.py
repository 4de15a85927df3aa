"""What a manifest says of a report, held against what the report says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from gxnlp.schema import Meta, Warning
from gxnlp.view import View

CODE = "manifest_differs"
"""Code of the warning that manifest and report do not say the same."""

_SITE_PARTS = 3  # www.example.gov.cn and xxgk.example.gov.cn are one site
_YEAR = re.compile(r"(?:19|20)\d\d")


def differences(meta: Meta, columns: Mapping[str, str]) -> Iterator[Warning]:
    """Yield a warning for each column that the report contradicts; nothing is changed.

    Columns ``body``, ``region``, ``year`` and ``url`` are compared, and only where the report says something on the
    matter. A body or a region may be given in short (财政局 for 青山市财政局); of an address only the site counts.

    Args:
        meta: What the report says of itself.
        columns: A manifest's row.

    >>> [w.message for w in differences(Meta(agency="青山市财政局", year=2021), {"body": "财政局", "year": "2020"})]
    ["the manifest's year is '2020', the report says '2021'"]
    """
    said = {
        "body": (meta.agency, _same_name),
        "region": (meta.region, _same_name),
        "year": (str(meta.year) if meta.year else None, _same_year),
        "url": (meta.website, _same_site),
    }
    for column, (own, same) in said.items():
        given = columns.get(column, "").strip()
        if given and own and not same(given, own):
            yield Warning(code=CODE, message=f"the manifest's {column} is {given!r}, the report says {own!r}")


def _same_name(given: str, own: str) -> bool:
    a, b = ("".join(View(name).text.split()) for name in (given, own))
    return a in b or b in a


def _same_year(given: str, own: str) -> bool:
    years = _YEAR.findall(View(given).text)
    return own in years if years else given == own


def _same_site(given: str, own: str) -> bool:
    a, b = _site(given), _site(own)
    return not a or not b or a == b


def _site(address: str) -> str:
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    return ".".join(host.lower().split(".")[-_SITE_PARTS:])
