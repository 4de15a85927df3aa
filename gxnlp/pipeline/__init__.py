"""spaCy: a ``Language`` whose documents carry the record of a report and its figures and sections as spans."""

from gxnlp.pipeline.language import doc_from, load

__all__ = ["doc_from", "load"]
