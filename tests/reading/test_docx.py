"""DOCX: order, merged cells, what Word keeps apart from the text, and files that cannot be read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from gxnlp.document import Document, Table
from gxnlp.errors import ReadError
from gxnlp.reading import docx_package
from gxnlp.reading.docx import read_docx
from gxnlp.reading.docx_numbering import Level, Numbering


def saved(document: docx.document.Document) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def read(document: docx.document.Document) -> Document:
    return read_docx(saved(document), "<bytes>")


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def at(table: Table, row: int, column: int) -> str:
    return next(cell.text for cell in table.cells if (cell.row, cell.column) == (row, column))


def paragraph_xml(inner: str) -> object:
    return parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>")


def replaced(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Return the archive with its parts changed."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_paragraphs_and_tables_keep_their_order() -> None:
    source = docx.Document()
    source.add_heading("一、总体情况", 1)
    source.add_paragraph("水务站全年公开信息17条。")
    table = source.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "规章", "3"
    source.add_paragraph("以上为全部数据。")
    document = read(source)
    assert document.text == "一、总体情况\n水务站全年公开信息17条。\n规章\t3\n以上为全部数据。"
    assert [block.kind for block in document.blocks] == ["heading", "paragraph", "paragraph"]
    assert document.source.format == "docx"


def test_merged_cells_come_once_with_their_spans() -> None:
    source = docx.Document()
    table = source.add_table(4, 4)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "事项"
    table.cell(0, 2).merge(table.cell(0, 3)).text = "件数"
    table.cell(1, 2).text, table.cell(1, 3).text = "本年", "上年"
    table.cell(2, 0).merge(table.cell(3, 0)).text = "办理结果"
    for row, (title, *numbers) in enumerate([("公开", "11", "12"), ("不公开", "21", "22")], 2):
        table.cell(row, 1).text = title
        table.cell(row, 2).text, table.cell(row, 3).text = numbers
    (grid,) = read(source).tables
    spans = {cell.text: (cell.row, cell.column, cell.row_span, cell.column_span) for cell in grid.cells}
    assert spans == {
        "事项": (0, 0, 2, 2),
        "件数": (0, 2, 1, 2),
        "本年": (1, 2, 1, 1),
        "上年": (1, 3, 1, 1),
        "办理结果": (2, 0, 2, 1),
        "公开": (2, 1, 1, 1),
        "11": (2, 2, 1, 1),
        "12": (2, 3, 1, 1),
        "不公开": (3, 1, 1, 1),
        "21": (3, 2, 1, 1),
        "22": (3, 3, 1, 1),
    }
    assert (grid.rows, grid.columns) == (4, 4)


def test_every_cell_lies_where_its_offsets_say() -> None:
    source = docx.Document()
    source.add_paragraph("前言")
    table = source.add_table(2, 3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"第{number}\t格"
    document = read(source)
    for cell in document.tables[0].cells:
        assert document.text[cell.start : cell.end] == cell.text
        assert "\t" not in cell.text


def test_rows_that_begin_further_right_keep_their_columns() -> None:
    source = docx.Document()
    table = source.add_table(2, 3)
    for row in range(2):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    second = table.rows[1]._tr
    second.remove(second.tc_lst[0])
    second.get_or_add_trPr().append(parse_xml(f'<w:gridBefore {nsdecls("w")} w:val="1"/>'))
    (grid,) = read(source).tables
    assert [(cell.text, cell.column) for cell in grid.cells if cell.row == 1] == [("11", 1), ("12", 2)]


def test_sliver_columns_of_sections_pushed_together_are_one_column() -> None:
    rows = (("甲", 2, "1", 2), ("乙", 1, "2", 3))
    xml = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>'
            for text, span in ((title, first), (value, second))
        )
        + "</w:tr>"
        for title, first, value, second in rows
    )
    grid_columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in (2000, 90, 1000, 1000))
    source = docx.Document()
    source.element.body.insert(
        0, parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid>{grid_columns}</w:tblGrid>{xml}</w:tbl>")
    )
    (grid,) = read(source).tables
    assert {cell.text: cell.column for cell in grid.cells} == {"甲": 0, "乙": 0, "1": 1, "2": 1}


def test_a_table_within_a_cell_is_a_table_of_its_own() -> None:
    source = docx.Document()
    outer = source.add_table(2, 2)
    outer.cell(0, 0).text, outer.cell(0, 1).text, outer.cell(1, 0).text = "附注", "说明", "明细"
    inner = outer.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "复议", "5"
    first, second = read(source).tables
    assert [cell.text for cell in first.cells] == ["附注", "说明", "明细", ""]
    assert [cell.text for cell in second.cells] == ["复议", "5"]


def test_a_frame_of_one_cell_is_prose() -> None:
    source = docx.Document()
    frame = source.add_table(1, 1).cell(0, 0)
    frame.text = "一、总体情况"
    frame.add_paragraph("全年答复留言6件。")
    inner = frame.add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "诉讼", "2"
    document = read(source)
    assert texts(document)[:2] == ["一、总体情况", "全年答复留言6件。"]
    assert [cell.text for cell in document.tables[0].cells] == ["诉讼", "2"]


def test_deleted_text_is_dropped_and_inserted_text_kept() -> None:
    source = docx.Document()
    source.element.body.insert(
        0,
        paragraph_xml(
            "<w:r><w:t>公开</w:t></w:r>"
            '<w:del w:id="1" w:author="a"><w:r><w:delText>30条</w:delText></w:r></w:del>'
            '<w:ins w:id="2" w:author="a"><w:r><w:t>31条</w:t></w:r></w:ins>'
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        ),
    )
    assert read(source).text == "公开31条"


def test_a_field_gives_its_result_and_not_its_instruction() -> None:
    source = docx.Document()
    source.element.body.insert(
        0,
        paragraph_xml(
            '<w:r><w:t>共</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>48</w:t></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>件</w:t></w:r>'
        ),
    )
    assert read(source).text == "共48件"


def test_soft_breaks_part_items_and_keep_a_sentence_in_one_block() -> None:
    source = docx.Document()
    run = source.add_paragraph().add_run("某某县水务局")
    run.add_break()
    run.add_text("政府信息公开年报")
    run.add_break()
    run.add_text("一、总体情况")
    run.add_break()
    run.add_text("全年公开9条。")
    run.add_break(WD_BREAK.PAGE)
    run.add_text("按时办结。")
    assert texts(read(source)) == ["某某县水务局\n政府信息公开年报", "一、总体情况", "全年公开9条。按时办结。"]


def test_text_boxes_follow_their_paragraph_and_are_read_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>联系电话见网站</w:t></w:r></w:p></w:txbxContent>"
    namespaces = (
        f'{nsdecls("w", "wp", "a")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    source = docx.Document()
    source.element.body.insert(
        0,
        parse_xml(
            f"<w:p {namespaces}><w:r><w:t>正文一段</w:t></w:r><w:r><mc:AlternateContent>"
            f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
            f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r></w:p>"
        ),
    )
    assert texts(read(source)) == ["正文一段", "联系电话见网站"]


def test_headers_footers_and_placeholders_are_not_prose() -> None:
    source = docx.Document()
    source.sections[0].header.paragraphs[0].text = "某某县水务局"
    source.sections[0].footer.paragraphs[0].text = "- 1 -"
    source.add_paragraph("公开信息8条。")
    source.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            "<w:p><w:r><w:t>单击此处输入</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    assert read(source).text == "公开信息8条。"


def test_a_table_of_contents_is_furniture() -> None:
    source = docx.Document()
    source.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
            "</w:sdtPr><w:sdtContent><w:p><w:r><w:t>一、总体情况</w:t><w:tab/><w:t>2</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    source.add_paragraph("公开信息8条。")
    document = read(source)
    assert [block.kind for block in document.blocks] == ["furniture", "paragraph"]


NUMBERING = """
<w:abstractNum {ns} w:abstractNumId="90">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>"""


def numbered(source: docx.document.Document, text: str, level: int, list_id: int = 91) -> None:
    paragraph = source.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')
    )


def test_automatic_numbers_are_written_out() -> None:
    source = docx.Document()
    part = source.part.numbering_part.element
    part.insert(0, parse_xml(NUMBERING.format(ns=nsdecls("w"))))
    part.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    for text, level in (
        ("总体情况", 0),
        ("主动公开", 1),
        ("2023年更新栏目", 2),
        ("发布预算", 2),
        ("依申请公开", 1),
        ("接收申请", 2),
        ("问题", 0),
    ):
        numbered(source, text, level)
    assert texts(read(source)) == [
        "一、总体情况",
        "（一）主动公开",
        "1. 2023年更新栏目",
        "2.发布预算",
        "（二）依申请公开",
        "1.接收申请",
        "二、问题",
    ]


def test_a_list_may_start_anew_and_bullets_have_no_number() -> None:
    levels = {"a": {0: Level(1, "decimal", "%1.")}, "b": {0: Level(1, "bullet", "●")}}
    numbering = Numbering(levels, {"1": "a", "2": "a", "3": "b"}, {("2", 0): 5})
    assert [numbering.next(key, 0) for key in ("1", "1", "2", "2", "3")] == ["1.", "2.", "5.", "6.", ""]


def test_bold_and_centred_lines_alone_are_headings() -> None:
    source = docx.Document()
    title = source.add_paragraph("某某镇2022年政府信息公开工作年度报告")
    title.alignment = 1
    source.add_paragraph().add_run("主动公开情况").bold = True
    mixed = source.add_paragraph()
    mixed.add_run("一是加强公开。").bold = True
    mixed.add_run("全年召开会议2次。")
    document = read(source)
    assert [block.kind for block in document.blocks] == ["heading", "heading", "paragraph"]
    assert document.title == "某某镇2022年政府信息公开工作年度报告"


def test_rows_whose_deletion_is_tracked_are_gone() -> None:
    source = docx.Document()
    table = source.add_table(2, 2)
    for row, texts_ in enumerate((("许可", "4"), ("处罚", "9"))):
        table.cell(row, 0).text, table.cell(row, 1).text = texts_
    row = table.rows[0]._tr.get_or_add_trPr()
    row.append(parse_xml(f'<w:del {nsdecls("w")} w:id="3" w:author="a"/>'))
    (grid,) = read(source).tables
    assert [cell.text for cell in grid.cells] == ["处罚", "9"]


def test_the_strict_dialect_is_read_alike() -> None:
    source = docx.Document()
    source.add_paragraph("公开信息12条。")

    def to_strict(parts: dict[str, bytes]) -> None:
        old = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        new = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
        parts["word/document.xml"] = parts["word/document.xml"].replace(old, new)

    assert read_docx(replaced(saved(source), to_strict), "<bytes>").text == "公开信息12条。"


def test_a_file_without_styles_or_numbering_is_read() -> None:
    source = docx.Document()
    source.add_heading("总体情况", 1)

    def strip(parts: dict[str, bytes]) -> None:
        for name in ("word/styles.xml", "word/numbering.xml"):
            parts.pop(name, None)

    assert read_docx(replaced(saved(source), strip), "<bytes>").text == "总体情况"


def plain() -> bytes:
    source = docx.Document()
    source.add_paragraph("公开信息12条。" * 50)
    return saved(source)


def broken_xml(parts: dict[str, bytes]) -> None:
    parts["word/document.xml"] = parts["word/document.xml"][:-40]


def without_document(parts: dict[str, bytes]) -> None:
    del parts["word/document.xml"]


def declaring(parts: dict[str, bytes]) -> None:
    head, _, rest = parts["word/document.xml"].partition(b"?>")
    entity = b'<!DOCTYPE x [<!ENTITY a "' + b"z" * 1000 + b'">]>'
    parts["word/document.xml"] = head + b"?>" + entity + rest.replace("公开".encode(), b"&a;")


def damaged() -> bytes:
    data = plain()
    at = data.index(b"word/document.xml") + 60
    return data[:at] + b"\xff" * 40 + data[at + 40 :]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("make", "category"),
    [
        (lambda: b"", "empty"),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "unsupported"),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (lambda: OLE + "WordDocument".encode("utf-16-le"), "unsupported"),
        (lambda: plain()[:-400], "truncated"),
        (damaged, "corrupt"),
        (lambda: replaced(plain(), declaring), "corrupt"),
        (lambda: replaced(plain(), broken_xml), "corrupt"),
        (lambda: replaced(plain(), without_document), "unsupported"),
        (lambda: saved(docx.Document()), "no_text"),
    ],
)
def test_what_cannot_be_read_is_a_typed_error(make: Callable[[], bytes], category: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_docx(make(), "年报.docx")
    assert caught.value.category == category
    assert str(caught.value).startswith("年报.docx: ")


def test_an_archive_that_unpacks_to_absurd_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_package, "_MAX_PART", 500)
    with pytest.raises(ReadError) as caught:
        read_docx(plain(), "<bytes>")
    assert caught.value.category == "too_large"


def test_cells_with_several_paragraphs_keep_them_apart() -> None:
    source = docx.Document()
    table = source.add_table(1, 2)
    table.cell(0, 0).text = "社会公益\n组织"
    table.cell(0, 1).text = "7"
    table.cell(0, 1).add_paragraph("8")
    (grid,) = read(source).tables
    assert at(grid, 0, 0) == "社会公益\n组织"
    assert at(grid, 0, 1) == "7\n8"
