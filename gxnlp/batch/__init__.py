"""Many reports: the same extraction as of one, streamed over processes, resumable, failures kept aside.

    from gxnlp import batch

    if __name__ == "__main__":
        summary = batch.run("reports/", "records.parquet", resume=True)
        print(summary, summary.failures)

An engine of another kind runs `Extractor` on the items of `work.Work`, and `assembly.assemble` in the end.
"""

from gxnlp.batch.engine import run
from gxnlp.batch.extractor import Extractor
from gxnlp.batch.items import Item
from gxnlp.batch.outcomes import Failure, Outcome
from gxnlp.batch.settings import ExtractorSettings, Limits
from gxnlp.batch.sources import find_items
from gxnlp.batch.summary import Summary

__all__ = ["Extractor", "ExtractorSettings", "Failure", "Item", "Limits", "Outcome", "Summary", "find_items", "run"]
