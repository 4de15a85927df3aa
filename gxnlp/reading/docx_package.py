"""The parts of a DOCX file, and its XML read by local names.

Local names bear what programs differ in: the transitional and the strict dialect use other name spaces for the same.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from gxnlp.errors import ReadError

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_PART = 64 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Package:
    """The zip archive that a DOCX file is; every fault of it is a ReadError.

    Args:
        data: The file.
        name: What errors call it.

    Attributes:
        main: The root of the main document part.

    Raises:
        ReadError: Category ``empty``, ``unsupported``, ``encrypted``, ``truncated``, ``corrupt`` or ``too_large``.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        if not data.strip():
            raise ReadError(name, "the file is empty", "empty")
        if data.startswith(_OLE):
            if "EncryptedPackage".encode("utf-16-le") in data:
                raise ReadError(name, "the document is encrypted; save it without a password first", "encrypted")
            raise ReadError(name, "this is a file of old Word (.doc); save it as .docx first", "unsupported")
        if not data.startswith(b"PK"):
            raise ReadError(name, "this is not a DOCX file: it is no zip archive", "unsupported")
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            category = "corrupt" if b"PK\x05\x06" in data else "truncated"
            cause = "is damaged" if category == "corrupt" else "breaks off before its end; fetch it again"
            raise ReadError(name, f"the DOCX file {cause} ({error})", category) from error
        self._names = {n.lstrip("/").replace("\\", "/"): n for n in self._zip.namelist()}
        path = self._main_path()
        self._folder = path.rpartition("/")[0]
        self.main = self._xml(path)

    def part(self, name: str) -> _Element | None:
        """Return a part that stands beside the main one, or None."""
        path = f"{self._folder}/{name}" if self._folder else name
        return self._xml(path) if path in self._names else None

    def _main_path(self) -> str:
        if "word/document.xml" in self._names:
            return "word/document.xml"
        if "_rels/.rels" in self._names:
            for relation in self._xml("_rels/.rels"):
                kind, target = relation.get("Type", ""), relation.get("Target", "").lstrip("/")
                if kind.endswith("/officeDocument") and target in self._names and "word" in target:
                    return str(target)
        raise ReadError(self._name, "this zip archive holds no Word document (word/document.xml)", "unsupported")

    def _xml(self, path: str) -> _Element:
        from lxml import etree

        try:
            with self._zip.open(self._names[path]) as stream:
                data = stream.read(_MAX_PART + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise ReadError(self._name, f"the part {path} is damaged ({error})", "corrupt") from error
        except RuntimeError as error:
            raise ReadError(self._name, "the archive is encrypted; save it without a password", "encrypted") from error
        if len(data) > _MAX_PART:
            raise ReadError(self._name, f"the part {path} unpacks to more than any report holds", "too_large")
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise ReadError(self._name, f"the part {path} is no valid XML ({error})"[:300], "corrupt") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise ReadError(self._name, f"the part {path} declares entities, as no Word file does", "corrupt")
        return root


def tag_of(element: _Element) -> str:
    """Return the local name of an element; empty for comments and the like."""
    name: object = element.tag
    return str(name).rpartition("}")[2] if isinstance(name, str) else ""


def children(element: _Element | None, *names: str) -> Iterator[_Element]:
    """Yield the children of these local names."""
    if element is not None:
        yield from (child for child in element if tag_of(child) in names)


def child_of(element: _Element | None, *path: str) -> _Element | None:
    """Return what stands at a path of local names, the first of each, or None."""
    for name in path:
        element = next(children(element, name), None)
    return element


def attribute(element: _Element | None, name: str = "val") -> str | None:
    """Return an attribute by its local name."""
    if element is None:
        return None
    values = (str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name)
    return next(values, None)


def is_on(element: _Element | None) -> bool:
    """Whether a switch such as ``w:b`` is there and not turned off."""
    return element is not None and attribute(element) not in ("0", "false", "off", "none")


def integer(text: str | None, default: int) -> int:
    """Return a whole number, or the default where there is none."""
    try:
        return int(text or "")
    except ValueError:
        return default
