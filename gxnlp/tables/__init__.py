"""The statutory tables of a document, read into cells of the form."""

from gxnlp.tables.reader import TableReading, read_cells

__all__ = ["TableReading", "read_cells"]
