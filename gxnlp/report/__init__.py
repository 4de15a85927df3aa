"""Cells and figures into one record: metadata, merge, checks, export."""
