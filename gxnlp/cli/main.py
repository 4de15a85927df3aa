"""The entry point: what all verbs share, from the encoding of output to exit codes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from gxnlp import __version__
from gxnlp.cli import annotate, convert, evaluate, extract, info, panel, read, schema, train
from gxnlp.cli.output import complain
from gxnlp.errors import GxnlpError

INTERRUPTED = 130

commands = typer.Typer(
    name="gxnlp",
    help="Annual disclosure reports of Chinese government bodies (政府信息公开工作年度报告) into data.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
commands.command("extract")(extract.extract)
commands.command("read")(read.read)
commands.command("panel")(panel.panel)
commands.command("schema")(schema.schema)
commands.command("convert")(convert.convert)
commands.command("train")(train.train)
commands.command("evaluate")(evaluate.evaluate)
commands.command("annotate")(annotate.annotate)
commands.command("info")(info.info)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"gxnlp {__version__}")
        raise typer.Exit


@commands.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Annual disclosure reports of Chinese government bodies (政府信息公开工作年度报告) into data."""


def _behave_as_a_filter() -> None:
    # A reader that goes away (| head) ends a Unix program by SIGPIPE, without a word.
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # SystemExit unwinds what is open, so that no half-written file stays behind.
    signal.signal(signal.SIGINT, lambda *_: sys.exit(INTERRUPTED))
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def app(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    Args:
        arguments: What stands after ``gxnlp``; default is the process's own arguments.
    """
    _behave_as_a_filter()
    try:
        commands(args=arguments, prog_name="gxnlp")
    except GxnlpError as error:
        complain(str(error))
        sys.exit(1)
    sys.exit(0)
