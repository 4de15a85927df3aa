"""The statutory forms as data, and their loader."""

from gxnlp.forms.loader import Column, Form, FormTable, Row, Slot, Sum, form, load_forms, parse_form

__all__ = ["Column", "Form", "FormTable", "Row", "Slot", "Sum", "form", "load_forms", "parse_form"]
