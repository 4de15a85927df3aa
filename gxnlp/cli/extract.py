"""``gxnlp extract``: reports in, records out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from gxnlp.cli.output import complain, opened
from gxnlp.errors import GxnlpError, ModelError

if TYPE_CHECKING:
    from gxnlp.schema import Record


class OutputFormat(StrEnum):
    """What records are written as."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TABLE = "table"


class InputFormat(StrEnum):
    """What a source may be said to be."""

    TXT = "txt"
    MARKDOWN = "markdown"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


_SUFFIXES = {".json": OutputFormat.JSON, ".jsonl": OutputFormat.JSONL, ".csv": OutputFormat.CSV}


class _Run:
    """Extracts one file after the other and sets aside what fails."""

    def __init__(self, input_format: InputFormat | None, model: Path | None, *, figures: bool) -> None:
        self.failed = 0
        self._figures = figures
        self._options: dict[str, Any] = {"format": input_format.value if input_format else None, "figures": figures}
        if model is not None and figures:
            from gxnlp.figures.tagger import Tagger

            self._options["tagger"] = Tagger.load(model)

    def records(self, files: Iterable[str]) -> Iterator[Record]:
        """Yield the record of every file that can be read; complain of the others."""
        from gxnlp.report.build import extract

        for file in files:
            try:
                yield extract(file if file == "-" else Path(file), **self._options)
            except ModelError:
                raise  # no other file would fare better
            except GxnlpError as error:
                self._set_aside(str(error))
            except Exception as error:  # one report that shows a bug must not cost the others
                self._set_aside(f"{file}: internal error, please report it: {type(error).__name__}: {error}")

    def _set_aside(self, message: str) -> None:
        self.failed += 1
        complain(message)


def _write(records: Iterable[Record], file: IO[str], output_format: OutputFormat, *, several: bool) -> int:
    """Write records and return how many there were."""
    count = 0
    match output_format:
        case OutputFormat.CSV:
            from gxnlp.report.export import write_csv

            for record in records:
                write_csv([record], file, header=not count)
                count += 1
        case OutputFormat.TABLE:
            from rich.console import Console

            from gxnlp.report.export import print_record

            console = Console(file=file)
            for record in records:
                if count:
                    console.print()
                print_record(record, console)
                count += 1
        case OutputFormat.JSONL:
            for record in records:
                file.write(record.to_json(indent=None) + "\n")
                file.flush()
                count += 1
        case OutputFormat.JSON:
            for record in records:
                opening = ",\n" if count else "[\n" if several else ""
                file.write(opening + record.to_json())
                count += 1
            if several:
                file.write("\n]" if count else "[]")
            file.write("\n" if count or several else "")
    return count


def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Reports to read; - is standard input.")],
    output_format: Annotated[
        OutputFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="What to write. Default: table on a terminal, else json for one report and jsonl for several.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT", help="Write to a file, whole or not at all.")
    ] = None,
    input_format: Annotated[
        InputFormat | None, typer.Option("--from", help="Format of the reports, where it must not be guessed.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option("--model", metavar="DIR", help="Folder of a tagger instead of the one that ships.")
    ] = None,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Search the prose for figures.")] = True,
) -> None:
    """Turn reports into records.

    Reports that cannot be read are named on standard error, the others are written; the exit code is 1 then.
    """
    if files.count("-") > 1:
        raise typer.BadParameter("standard input (-) can be read once only", param_hint="FILE")
    if out is not None and any(Path(f).resolve() == out.resolve() for f in files if f != "-"):
        raise typer.BadParameter("it is one of the reports", param_hint="--output")
    if out is not None and not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--output")
    several = len(files) > 1
    if output_format is None:
        on_terminal = out is None and sys.stdout.isatty()
        by_name = _SUFFIXES.get(out.suffix.lower()) if out else None
        plain = OutputFormat.JSONL if several else OutputFormat.JSON
        output_format = OutputFormat.TABLE if on_terminal else by_name or plain

    run = _Run(input_format, model, figures=figures)
    try:
        with opened(out) as file:
            written = _write(run.records(files), file, output_format, several=several)
            if not written and out is not None:
                raise typer.Exit(1)  # what stood in the file before stays
    except OSError as error:
        complain(f"{out or 'standard output'}: {error.strerror or error}")
        raise typer.Exit(1) from error
    if run.failed:
        if several:
            complain(f"{run.failed} of {len(files)} reports could not be read")
        raise typer.Exit(1)
