"""``gxnlp extract``: reports in, records out."""

from __future__ import annotations

import glob
import signal
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from gxnlp.cli.output import complain, opened
from gxnlp.errors import ConfigError, WorkerError, WriteError

if TYPE_CHECKING:
    from gxnlp.batch import ExtractorSettings, Item
    from gxnlp.schema import Record


class OutputFormat(StrEnum):
    """What records are written as."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TABLE = "table"
    PARQUET = "parquet"
    DUCKDB = "duckdb"
    SQLITE = "sqlite"


class InputFormat(StrEnum):
    """What a source may be said to be."""

    TXT = "txt"
    MARKDOWN = "markdown"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


class Engine(StrEnum):
    """Where a batch runs."""

    LOCAL = "local"
    RAY = "ray"
    SPARK = "spark"


_ENGINES = {Engine.LOCAL: "gxnlp.batch", Engine.RAY: "gxnlp.batch.ray", Engine.SPARK: "gxnlp.batch.spark"}
"""The module whose ``run`` carries a batch out."""
_GO_ON = "what is done stands in {out}.parts: the same command with --resume goes on"
_STREAMED = (OutputFormat.JSON, OutputFormat.JSONL, OutputFormat.CSV, OutputFormat.TABLE)
_SUFFIXES = {f".{name.value}": name for name in OutputFormat if name is not OutputFormat.TABLE} | {
    ".db": OutputFormat.SQLITE
}


class _Stream:
    """Extracts one report after the other, in this process, and complains of what fails."""

    def __init__(self, settings: ExtractorSettings) -> None:
        from gxnlp.batch import Extractor

        self.given = self.failed = 0
        self._extract = Extractor(settings)

    def records(self, items: Iterable[Item]) -> Iterator[Record]:
        """Yield the record of every report that can be read."""
        from gxnlp.batch import Failure
        from gxnlp.errors import Category

        for item in items:
            self.given += 1
            (outcome,) = self._extract([item])
            if isinstance(outcome, Failure):
                self.failed += 1
                bug = "internal error, " if outcome.category is Category.INTERNAL else ""
                complain(f"{outcome.path}: {bug}{outcome.cause}")
            else:
                yield outcome


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
        case OutputFormat.JSON:
            for record in records:
                opening = ",\n" if count else "[\n" if several else ""
                file.write(opening + record.to_json())
                count += 1
            if several:
                file.write("\n]" if count else "[]")
            file.write("\n" if count or several else "")
        case _:
            for record in records:
                file.write(record.to_json(indent=None) + "\n")
                file.flush()
                count += 1
    return count


def _is_one_report(files: list[str]) -> bool:
    """Whether the arguments name one report, rather than a folder, a pattern, a manifest or several reports."""
    if len(files) != 1:
        return False
    path = Path(files[0])
    return files == ["-"] or not (
        path.is_dir() or (path.suffix.lower() == ".csv") or (glob.has_magic(files[0]) and not path.exists())
    )


def _stream(files: list[str], out: Path | None, output_format: OutputFormat, settings: ExtractorSettings) -> None:
    from gxnlp.batch import find_items

    several = not _is_one_report(files)
    run = _Stream(settings)
    try:
        with opened(out) as file:
            written = _write(run.records(find_items(files)), file, output_format, several=several)
            if not written and out is not None:
                raise typer.Exit(1)  # what stood in the file before stays
    except OSError as error:
        complain(f"{out or 'standard output'}: {error.strerror or error}")
        raise typer.Exit(1) from error
    if run.failed:
        if several:
            complain(f"{run.failed} of {run.given} reports could not be read")
        raise typer.Exit(1)


def _batch(
    files: list[str], out: Path, output_format: OutputFormat, settings: ExtractorSettings, options: dict[str, Any]
) -> None:
    engine = import_module(_ENGINES[options.pop("engine") or Engine.LOCAL])
    from gxnlp.batch.outputs import OutputFormat as BatchFormat

    if hasattr(signal, "SIGPIPE"):
        # A worker that dies closes its pipe: that is told to who writes to it, and must not end this process.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        summary = engine.run(files, out, settings=settings, format=BatchFormat(output_format.value), **options)
    except (KeyboardInterrupt, SystemExit):
        complain(f"stopped; {_GO_ON.format(out=out)}")
        raise
    except (WriteError, WorkerError) as error:
        hint = f"; {_GO_ON.format(out=out)}" if Path(f"{out}.parts", "run.json").is_file() else ""
        complain(f"{error}{hint}")
        raise typer.Exit(1) from error
    if summary.failed or sys.stderr.isatty():
        complain(str(summary))
    if summary.failed:
        raise typer.Exit(1)


def extract(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE...",
            help="Reports, folders, patterns in quotes, or manifests (.csv with a column path); - is standard input.",
        ),
    ] = None,
    output_format: Annotated[
        OutputFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="What to write. Default: by the name of OUT; else table on a terminal, json for one report and "
            "jsonl for several.",
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
    device: Annotated[str, typer.Option("--device", help="Where the tagger runs: cpu, cuda, cuda:1 …")] = "cpu",
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Search the prose for figures.")] = True,
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-j", min=1, help="Processes. Default: the number of cores.", show_default=False),
    ] = None,
    engine: Annotated[
        Engine | None,
        typer.Option(
            "--engine",
            help="Where a batch runs: on this machine, or on the Ray or Spark cluster that it belongs to. "
            "Default: local.",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--restart", help="Go on with an unfinished run on OUT, or begin it anew.", show_default=False
        ),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option("--errors", metavar="FILE", help="List failures in this .csv or .jsonl instead of beside OUT."),
    ] = None,
    log: Annotated[Path | None, typer.Option("--log", metavar="FILE", help="Log to a file.")] = None,
    limit_seconds: Annotated[
        float | None,
        typer.Option(min=0.001, help="Most seconds a report (batch). Default: 120.", show_default=False),
    ] = None,
    limit_pages: Annotated[
        int | None, typer.Option(min=1, help="Most pages of a PDF. Default: 3000.", show_default=False)
    ] = None,
    limit_mib: Annotated[
        float | None, typer.Option(min=0.001, help="Most MiB of a file. Default: 256.", show_default=False)
    ] = None,
    limit_memory: Annotated[
        float | None,
        typer.Option(min=1, help="Most MiB of memory to read a report, in a batch. Default: 2048.", show_default=False),
    ] = None,
) -> None:
    """Turn reports into records.

    Several reports, a folder, a pattern or a manifest with -o OUT are read as a batch: over several processes, within
    limits of time and memory, and resumed where it was stopped. OUT may be .jsonl, .json, .csv, .parquet (a folder),
    .duckdb, .sqlite or .db; what fails is listed in OUT.failures.csv.

    Reports that cannot be read are named, the others are written; the exit code is 1 then.
    """
    from gxnlp.batch import ExtractorSettings, Limits

    files = files or []
    of_batches = {"engine": engine, "workers": workers, "resume": resume, "errors": errors, "log": log}
    given = [name for name, value in of_batches.items() if value is not None]
    if given and (out is None or "-" in files):
        raise typer.BadParameter("it needs --output and reports that are files", param_hint=f"--{given[0]}")
    if not files and not resume:
        raise typer.BadParameter("no reports are given", param_hint="SOURCE")
    if files.count("-") > 1:
        raise typer.BadParameter("standard input (-) can be read once only", param_hint="SOURCE")
    if out is not None and any(Path(f).resolve() == out.resolve() for f in files if f != "-"):
        raise typer.BadParameter("it is one of the reports", param_hint="--output")
    if out is not None and not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--output")
    if output_format is None:
        on_terminal = out is None and sys.stdout.isatty()
        by_name = _SUFFIXES.get(out.suffix.lower()) if out else None
        plain = OutputFormat.JSON if _is_one_report(files) else OutputFormat.JSONL
        output_format = OutputFormat.TABLE if on_terminal else by_name or plain

    limits = {
        "seconds": limit_seconds,
        "max_pages": limit_pages,
        "max_bytes": int(limit_mib * 2**20) if limit_mib else None,
        "memory": int(limit_memory * 2**20) if limit_memory else None,
    }
    try:
        settings = ExtractorSettings(
            model=model,
            device=device,
            figures=figures,
            format=input_format.value if input_format else None,
            limits=Limits.model_validate({name: value for name, value in limits.items() if value is not None}),
        )
    except ValueError as error:  # all else is checked by its option
        raise typer.BadParameter(f"there is no device {device!r}", param_hint="--device") from error
    is_file = out is not None and (not out.exists() or out.is_file() or out.is_dir())
    batchable = is_file and "-" not in files and output_format is not OutputFormat.TABLE
    try:
        if out is not None and batchable and (given or not _is_one_report(files) or output_format not in _STREAMED):
            _batch(files, out, output_format, settings, of_batches)
        elif output_format not in _STREAMED:
            raise typer.BadParameter(
                f"{output_format.value} is written to a file only: --output", param_hint="--format"
            )
        elif given:
            raise typer.BadParameter("it goes with the output of a batch only", param_hint=f"--{given[0]}")
        else:
            _stream(files, out, output_format, settings.model_copy(update={"threads": 0}))
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error
