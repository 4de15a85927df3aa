"""Annotated reports in, models out: formats, corpus checks, training, evaluation, export."""
