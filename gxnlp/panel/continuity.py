"""What one year's form must take over from the last: requests carried over, and documents in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from gxnlp.panel.reduction import Value
from gxnlp.panel.versions import Version
from gxnlp.panel.yearly import YearCheck, following_years
from gxnlp.schema import CheckStatus

APPLICANTS = (
    "natural_person", "company", "research_institute", "social_organisation", "legal_service", "other_organisation",
    "total",
)  # fmt: skip
DOCUMENTS = ("regulations", "normative_documents")
CARRIED_ON = (
    *(f"requests.carried_{way}.{applicant}" for way in ("in", "out") for applicant in APPLICANTS),
    *(f"disclosure.{documents}.{column}" for documents in DOCUMENTS for column in ("in_force", "issued", "repealed")),
)
"""All indicators that these checks ask for."""

ValuesByName = Mapping[str, Value]


def check_continuity(versions: Sequence[Version], values: Callable[[int], ValuesByName]) -> Iterator[YearCheck]:
    """Check what a report takes over from that of the year before.

    ``carried.{applicant}``: 二、上年结转 is the year before's 四、结转下年度继续办理 of the same applicant.
    ``in_force.{documents}``: 现行有效件数 is the year before's, plus 本年制发件数, less 本年废止件数 (form of 2021).

    Args:
        versions: In order of body and year.
        values: Gives the indicators of a report by name.

    Returns:
        A check where at least one of the two reports has the indicator; ``not_assessable`` where a value is missing.
    """
    held: tuple[int, ValuesByName] | None = None
    for before, after in following_years(versions):
        earlier = held[1] if held and held[0] == before.report else values(before.report)
        later = values(after.report)
        held = after.report, later
        for applicant in APPLICANTS:
            taken, left_over = f"requests.carried_in.{applicant}", f"requests.carried_out.{applicant}"
            if taken in later or left_over in earlier:
                expected = _value(earlier, left_over)
                words = f"{taken} {after.year} = {left_over} {before.year}"
                yield _checked(f"carried.{applicant}", after, later.get(taken), expected, words)
        for documents in DOCUMENTS:
            stem = f"disclosure.{documents}"
            stock = f"{stem}.in_force"
            if stock in later or stock in earlier:
                terms = _value(earlier, stock), _value(later, f"{stem}.issued"), _value(later, f"{stem}.repealed")
                expected = None
                if terms[0] is not None and terms[1] is not None and terms[2] is not None:
                    expected = terms[0] + terms[1] - terms[2]
                words = f"{stock} {after.year} = {stock} {before.year} + issued - repealed {after.year}"
                yield _checked(f"in_force.{documents}", after, later.get(stock), expected, words)


def _value(values: ValuesByName, name: str) -> Decimal | None:
    found = values.get(name)
    return found.value if found else None


def _checked(id: str, after: Version, found: Value | None, expected: Decimal | None, detail: str) -> YearCheck:
    assert after.body is not None and after.year is not None  # noqa: S101, PT018 - of a chosen version
    left = found.value if found else None
    if left is None or expected is None:
        status = CheckStatus.NOT_ASSESSABLE
    else:
        status = CheckStatus.PASS if left == expected else CheckStatus.FAIL
    place = (found.start, found.end, found.page) if found else (None, None, None)
    return YearCheck(id, after.body, after.year, status, left, expected, after.report, *place, detail)
