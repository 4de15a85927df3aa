"""Many reports: the same extraction as of one, streamed over processes, resumable, failures kept aside.

    from gxnlp import batch

    if __name__ == "__main__":
        summary = batch.run("reports/", "records.parquet", resume=True)
        print(summary, summary.failures)

`gxnlp.batch.ray.run` and `gxnlp.batch.spark.run` do the same on a cluster; an engine of another kind is a function for
`engine.carry_out`. `map` adds records to Hugging Face datasets.
"""

from gxnlp.batch.datasets import map
from gxnlp.batch.engine import run
from gxnlp.batch.extractor import Extractor
from gxnlp.batch.items import Item
from gxnlp.batch.outcomes import Failure, Outcome
from gxnlp.batch.settings import ExtractorSettings, Limits
from gxnlp.batch.sources import find_items
from gxnlp.batch.summary import Summary

__all__ = [
    "Extractor",
    "ExtractorSettings",
    "Failure",
    "Item",
    "Limits",
    "Outcome",
    "Summary",
    "find_items",
    "map",
    "run",
]
