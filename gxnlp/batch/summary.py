"""What a batch came to, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gxnlp.errors import Category


@dataclass(frozen=True, slots=True)
class Summary:
    """What a batch came to.

    Attributes:
        inputs: Reports that were given.
        records: Reports that gave a record.
        failures: Reports that gave none, by category.
        not_reports: Records in which nothing shows a disclosure report (warning ``not_a_report``).
        resumed: Inputs that an earlier run had done.
        seconds: Wall time of this run.
        output: Where the records are.
        errors: Where the failures are listed, None where there are none.
    """

    inputs: int
    records: int
    failures: Mapping[Category, int]
    not_reports: int
    resumed: int
    seconds: float
    output: Path
    errors: Path | None

    @property
    def failed(self) -> int:
        """Number of reports that gave no record."""
        return self.inputs - self.records

    def __str__(self) -> str:
        rate = (self.inputs - self.resumed) / self.seconds if self.seconds else 0.0
        said = [f"{self.records} of {self.inputs} reports in {self.seconds:.1f} s ({rate:.1f}/s)"]
        if self.resumed:
            said.append(f"{self.resumed} were done before")
        if self.not_reports:
            said.append(f"{self.not_reports} show no disclosure report")
        if self.failed:
            kinds = ", ".join(f"{category} {count}" for category, count in self.failures.items())
            said.append(f"{self.failed} failed ({kinds}): see {self.errors}")
        return "; ".join(said)
