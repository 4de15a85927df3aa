"""The command line: ``gxnlp VERB``, a module a verb.

Exit codes: 0 all went well, 1 some input failed, 2 wrong usage, 130 interrupted. A closed pipe ends it quietly.
"""

from gxnlp.cli.main import app

__all__ = ["app"]
