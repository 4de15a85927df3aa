"""Many reports: the same extraction as of one, streamed over processes, resumable, failures kept aside."""

from gxnlp.batch.extractor import Extractor
from gxnlp.batch.items import Item
from gxnlp.batch.outcomes import Failure, Outcome
from gxnlp.batch.settings import ExtractorSettings, Limits

__all__ = ["Extractor", "ExtractorSettings", "Failure", "Item", "Limits", "Outcome"]
