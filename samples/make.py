"""Make the sample reports: each form, each format, each layout of a table. Every run gives the same bytes.

    python samples/make.py [folder]

The bodies are invented; so is every number. In ``2021-district`` prose and tables agree but for one number: the prose
gives 33 normative documents in force, the table 31.
"""

from __future__ import annotations

import html
import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gxnlp.forms import form
from gxnlp.forms.rendering import (
    Sheet,
    expected,
    sheets,
    to_bars,
    to_blanks,
    to_html,
    to_lines,
    to_markdown,
    to_tabs,
)

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Report:
    """A report before it has a format: prose and headings, and where in it the tables stand."""

    name: str
    title: str
    edition: str
    values: dict[str, str]
    parts: tuple[str | int, ...]
    """Paragraphs, and the positions of tables among ``sheets(form, values)``."""

    @property
    def printed(self) -> list[Sheet]:
        """The tables."""
        return sheets(form(self.edition), self.values)


def _filled(edition: str, given: dict[str, int | str], *, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Fill a form: what is given, zero elsewhere, totals added up."""
    chosen = form(edition)
    names = [n for n in chosen.slots if not n.startswith(without)]
    unknown = set(given) - set(names)
    if unknown:
        raise ValueError(f"not in the form: {sorted(unknown)}")
    values = {n: str(given.get(n, 0)) for n in names}
    for _ in range(2):
        for item in chosen.sums:
            sides = item.resolve(values)
            if sides is not None and len(sides[1]) == 1:
                values[sides[1][0]] = str(sum(int(values[n]) for n in sides[0]))
    for item in chosen.sums:
        sides = item.resolve(values)
        if sides is not None and sum(int(values[n]) for n in sides[0]) != sum(int(values[n]) for n in sides[1]):
            raise ValueError(f"{item.id} does not hold")
    return values


def _requests(rows: dict[str, tuple[int, int]]) -> dict[str, int | str]:
    """Rows of the table of requests, by the numbers of natural persons and of companies."""
    found: dict[str, int | str] = {}
    for name, (persons, companies) in rows.items():
        found[f"requests.{name}.natural_person"] = persons
        found[f"requests.{name}.company"] = companies
    return found


DISTRICT = Report(
    name="2021-district",
    title="青禾市临江区人民政府2022年政府信息公开工作年度报告",
    edition="2021",
    values=_filled(
        "2021",
        {
            "disclosure.normative_documents.issued": 9,
            "disclosure.normative_documents.repealed": 4,
            "disclosure.normative_documents.in_force": 31,
            "disclosure.permits.decisions": 18423,
            "disclosure.penalties.decisions": 2675,
            "disclosure.compulsory_measures.decisions": 38,
            "disclosure.fees.amount": "1260.5",
            **_requests(
                {
                    "new": (78, 8),
                    "carried_in": (3, 0),
                    "results.granted": (37, 4),
                    "results.partly_granted": (5, 1),
                    "results.refused.third_party": (2, 0),
                    "results.refused.internal_affairs": (1, 0),
                    "results.refused.process_information": (3, 1),
                    "results.unavailable.not_held": (21, 2),
                    "results.unavailable.needs_creation": (2, 0),
                    "results.unavailable.unclear_after_correction": (1, 0),
                    "results.not_handled.complaints": (2, 0),
                    "results.not_handled.repeated": (1, 0),
                    "results.other.not_corrected": (1, 0),
                    "carried_out": (5, 0),
                }
            ),
            "reviews.upheld": 2,
            "reviews.other": 1,
            "lawsuits.direct.upheld": 1,
            "lawsuits.after_review.pending": 1,
        },
        without=("requests.results.other.all", "disclosure.procurement", "disclosure.other_services", "fees."),
    ),
    parts=(
        "本报告依据《中华人民共和国政府信息公开条例》和国务院办公厅政府信息与政务公开办公室《中华人民共和国政府信息公开工作"
        "年度报告格式》（国办公开办函〔2021〕30号）编制。报告所列数据的统计期限自2022年1月1日起至2022年12月31日止。电子版可在"
        "临江区人民政府网站（http://www.linjiang.example.cn）查阅。如有疑问，请与临江区人民政府办公室联系（地址：青禾市临江区"
        "望江路18号，邮编：099001，电话：0399-8801234，电子邮箱：zwgk@linjiang.example.cn）。",
        "一、总体情况",
        "2022年，全区坚持以公开促落实、强监督，主动公开政府信息2846条，包括政策文件126条、财政信息318条等。",
        "（一）主动公开。全年制发规范性文件9件，废止4件，现行有效规范性文件33件。围绕减税降费、稳岗就业等重点工作发布政策解读"
        "54篇，举办新闻发布会6场、在线访谈12期，回应群众留言1,205条，答复率100%。",
        "（二）依申请公开。全年共收到政府信息公开申请86件，上年结转3件，办结84件，结转下年度继续办理5件，其中予以公开41件。因政府"
        "信息公开引起的行政复议3件、行政诉讼2件。全年未收取信息处理费。",
        "（三）政府信息管理。落实“三审三校”制度，清理过时信息近40条，调整栏目8个。全区行政许可办理1.8万余件，作出行政处罚决定"
        "2675件。",
        "（四）平台建设。区政府网站全年访问量超过210万次，政务新媒体关注用户12.3万个，编印政府公报4期，每期1500册。",
        "（五）监督保障。召开政务公开工作推进会3次，举办培训班2期，培训280人次。全区从事政务公开工作人员46人，其中专职人员9人。",
        "二、主动公开政府信息情况",
        0,
        "三、收到和处理政府信息公开申请情况",
        1,
        "四、政府信息公开行政复议、行政诉讼情况",
        2,
        "五、存在的主要问题及改进情况",
        "一是部分栏目更新不够及时，个别单位政策解读形式单一。二是基层工作人员变动较多，业务能力有待提高。下一步，将修订公开事项"
        "目录，对8个镇街开展业务指导，力争政策解读率达到100%，并把政务公开纳入年度考核，推动工作再上新台阶。",
        "六、其他需要报告的事项",
        "本年度无其他需要报告的事项。",
    ),
)

BUREAU = Report(
    name="2019-bureau",
    title="青禾市文化和旅游局2020年政府信息公开工作年度报告",
    edition="2019",
    values=_filled(
        "2019",
        {
            "disclosure.normative_documents.made": 3,
            "disclosure.normative_documents.disclosed": 3,
            "disclosure.normative_documents.total_disclosed": 17,
            "disclosure.permits.items_last_year": 21,
            "disclosure.permits.change": -2,
            "disclosure.permits.decisions": 346,
            "disclosure.other_services.items_last_year": 9,
            "disclosure.other_services.change": 1,
            "disclosure.other_services.decisions": 58,
            "disclosure.penalties.items_last_year": 112,
            "disclosure.penalties.decisions": 14,
            "disclosure.compulsory_measures.items_last_year": 6,
            "disclosure.fees.items_last_year": 1,
            "disclosure.fees.change": -1,
            "disclosure.procurement.items": 7,
            "disclosure.procurement.amount": "3,482,600.00",
            **_requests(
                {
                    "new": (11, 1),
                    "results.granted": (6, 1),
                    "results.partly_granted": (1, 0),
                    "results.unavailable.not_held": (3, 0),
                    "results.not_handled.complaints": (1, 0),
                }
            ),
        },
        without=("requests.results.other.not", "requests.results.other.fee", "requests.results.other.other", "fees."),
    ),
    parts=(
        "根据《中华人民共和国政府信息公开条例》和《中华人民共和国政府信息公开工作年度报告格式（试行）》的要求，由青禾市文化和旅游"
        "局结合有关统计数据编制本报告。报告中所列数据的统计期限自2020年1月1日起至2020年12月31日止。如对本报告有疑问，请与我局"
        "办公室联系（地址：青禾市文昌街6号，邮编：099000，联系电话：0399-8205566）。",
        "一、总体情况",
        "2020年，我局围绕疫情防控和文旅行业复苏，通过多种渠道公开政府信息963条，其中局网站412条、微信公众号551条。",
        "（一）主动公开情况。全年新制作规范性文件3件，对外公开总数17件。发布政策解读16篇，其中图解9篇。公开权责清单150余项，公示"
        "行政处罚决定14件。举办线上发布会两场，接受媒体采访二十一次。",
        "（二）依申请公开情况。共收到政府信息公开申请12件，其中自然人申请11件、企业申请1件，均按时办结，办结率100%。没有发生因政府"
        "信息公开被申请行政复议、提起行政诉讼的情况。",
        "（三）信息管理情况。制定信息发布审核办法，对历年累计公开的5800多条信息逐一核对，更正不准确信息32条。",
        "（四）平台建设情况。改版局网站，新设“文旅惠民”等专栏5个，公众号粉丝数达到4.6万人，全年阅读量约180万次。",
        "（五）监督保障情况。召开专题会议4次，开展业务培训3次，参训人员135人次，配备专（兼）职人员5名。",
        "二、主动公开政府信息情况",
        0,
        "三、收到和处理政府信息公开申请情况",
        1,
        "四、政府信息公开行政复议、行政诉讼情况",
        2,
        "五、存在的主要问题及改进情况",
        "存在的主要问题：一是主动公开的内容还不够全面；二是政策解读的方式不够生动。改进措施：进一步细化公开目录，丰富解读形式，加强"
        "与县（区）文旅部门的联动，提高公开质量，计划2021年新增短视频解读10个。",
        "六、其他需要报告的事项",
        "无。",
    ),
)

COUNTY = Report(
    name="2014-county",
    title="临江县水务局2016年政府信息公开工作年度报告",
    edition="2014",
    values=_filled(
        "2014",
        {
            "statistics.items.total": 512,
            "statistics.items.normative_documents": 2,
            "disclosure.normative_documents.issued": 2,
            "statistics.items.by_website": 351,
            "statistics.items.by_weibo": 38,
            "statistics.items.by_wechat": 96,
            "statistics.items.by_other": 27,
            "statistics.responses.topics": 5,
            "statistics.press_conferences.total": 1,
            "statistics.interviews.total": 2,
            "statistics.interviews.by_head": 1,
            "statistics.interpretations.total": 8,
            "statistics.responses.by_social_media": 4,
            "statistics.responses.by_other": 3,
            "statistics.requests.in_person": 2,
            "statistics.requests.online": 4,
            "statistics.requests.by_letter": 1,
            "statistics.requests.closed.on_time": 6,
            "statistics.requests.closed.extended": 1,
            "statistics.replies.already_disclosed": 2,
            "requests.results.granted.total": 3,
            "requests.results.partly_granted.total": 1,
            "statistics.replies.not_this_body": 1,
            "reviews.upheld": 1,
            "statistics.complaints.total": 1,
            "fees.information.amount_collected": "0.02",
            "statistics.capacity.offices": 1,
            "statistics.capacity.reading_points": 3,
            "statistics.capacity.staff_full_time": 1,
            "statistics.capacity.staff_part_time": 6,
            "statistics.capacity.budget": "3.6",
            "statistics.meetings.total": 4,
            "statistics.trainings.total": 2,
            "statistics.trainings.people": 64,
        },
    ),
    parts=(
        "按照《中华人民共和国政府信息公开条例》的规定，现公布临江县水务局2016年政府信息公开工作年度报告。本报告数据的统计期限为"
        "2016年1月1日至12月31日。联系电话：0399-6602288，地址：临江县城关镇清源路33号，邮编：099300。",
        "一、概述",
        "2016年，县水务局把政府信息公开作为改进作风、服务群众的重要抓手，成立由局长任组长的领导小组，设立专门机构1个，配备工作"
        "人员7人，其中专职1人、兼职6人，全年安排专项经费3.6万元。召开专题会议4次，举办培训班2期，培训64人次。",
        "二、主动公开政府信息情况",
        "全年主动公开政府信息512条。其中，通过政府网站公开351条，通过政务微博公开38条，通过政务微信公开96条，通过其他方式公开27条。"
        "制发规范性文件2件，全部主动公开。围绕防汛抗旱、饮水安全、河道整治等群众关心的事项，发布政策解读稿件8篇。",
        "三、回应解读情况",
        "全年回应公众关注热点5次，参加新闻发布会1次，开展在线访谈2次，其中主要负责同志参加1次。县内主要河流水位信息每日更新，汛期"
        "累计发布预警短信三万余条。",
        "四、依申请公开政府信息情况",
        "全年收到政府信息公开申请7件，其中当面申请2件、网络申请4件、信函申请1件。按时办结6件，延期办结1件。收取费用200元。",
        "五、行政复议、行政诉讼和举报投诉情况",
        "2016年发生因政府信息公开引起的行政复议1件，维持具体行政行为；未发生行政诉讼；受理举报投诉1件，已办结。",
        "六、存在的主要问题和改进措施",
        "主要问题是公开的及时性不够，少数股室对公开工作认识不足。下一步将健全考核制度，完善查阅点建设，推进水务信息全面公开。",
        "附件：政府信息公开情况统计表",
        0,
    ),
)

TOWN = Report(
    name="2021-town",
    title="云溪镇人民政府2023年政府信息公开工作年度报告",
    edition="2021",
    values=_filled(
        "2021",
        {
            "disclosure.permits.decisions": 27,
            "disclosure.penalties.decisions": 3,
            **_requests({"new": (2, 0), "results.granted": (1, 0), "results.unavailable.not_held": (1, 0)}),
        },
        without=(
            "requests.results.other.not",
            "requests.results.other.fee",
            "requests.results.other.other",
            "disclosure.regulations",
            "disclosure.procurement",
            "disclosure.other_services",
        ),
    ),
    parts=(
        "本报告按照国办公开办函〔2021〕30号文件规定的格式编制，数据统计期限为2023年1月1日至2023年12月31日。联系人地址：临江区"
        "云溪镇人民路5号，电话：0399-8866001，邮编：099012。",
        "一、总体情况",
        "2023年，云溪镇在镇政府公开栏和区政府网站公开信息187条，其中惠农补贴信息46条、社会救助信息31条、工作动态110条。入户发放"
        "政策明白纸2300余份，惠及农户1,860户，发放耕地地力保护补贴416.72万元。",
        "全年收到政府信息公开申请2件，均已办结。未发生行政复议和行政诉讼。全镇12个村（社区）均设立公开栏，更新公开内容五百多条次。"
        "开展专题培训1次，参训32人。",
        "我镇坚持把政务公开与村务公开结合起来，由镇党政办公室统一登记、统一审核、统一发布，村级信息员按月报送，确保公开内容真实、"
        "及时。",
        "二、主动公开政府信息情况",
        0,
        "三、收到和处理政府信息公开申请情况",
        1,
        "四、政府信息公开行政复议、行政诉讼情况",
        2,
        "五、信息处理费收取情况",
        3,
        "六、存在的主要问题及改进情况",
        "问题：公开形式较为单一，人员少、任务重。改进：加强学习培训，用好微信群和广播，把政策送到群众身边。",
        "七、其他需要报告的事项",
        "本年度未收取信息处理费。",
    ),
)

REPORTS = (DISTRICT, BUREAU, COUNTY, TOWN)


def to_txt(report: Report, layout: Callable[[Sheet], str]) -> bytes:
    """Return the report as plain text, its tables in one layout."""
    parts = [part if isinstance(part, str) else layout(report.printed[part]) for part in report.parts]
    return "\n".join([report.title, *parts, ""]).encode()


def to_md(report: Report) -> bytes:
    """Return the report as Markdown."""
    parts = [f"# {report.title}"]
    for part in report.parts:
        if isinstance(part, int):
            parts.append(to_markdown(report.printed[part]))
        else:
            parts.append(f"## {part}" if _is_heading(part) else part)
    return ("\n\n".join(parts) + "\n").encode()


def _is_heading(part: str) -> bool:
    return len(part) < 30 and part[1:2] == "、"


def to_page(report: Report) -> bytes:
    """Return the report as a web page with a menu and a foot."""
    body = []
    for part in report.parts:
        if isinstance(part, int):
            body.append(to_html(report.printed[part]))
        else:
            tag = "h2" if _is_heading(part) else "p"
            body.append(f"<{tag}>{html.escape(part)}</{tag}>")
    joined = "\n".join(body)
    page = (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n'
        f'<head><meta charset="utf-8"><title>{report.title}</title></head>\n<body>\n'
        '<div class="nav"><a href="/">首页</a> <a href="/zwgk">政务公开</a> <a href="/hd">互动交流</a></div>\n'
        f'<div class="article">\n<h1>{report.title}</h1>\n<div class="info">发布时间：2023-01-28 浏览次数：356</div>\n'
        f'{joined}\n</div>\n<div class="footer">主办单位：{report.title.split("20")[0]}　网站标识码：9900000001</div>\n'
        "</body>\n</html>\n"
    )
    return page.encode()


def to_docx(report: Report) -> bytes:
    """Return the report as a Word document with merged cells."""
    import datetime

    from docx import Document

    document = Document()
    stamp = datetime.datetime(2023, 1, 28, tzinfo=datetime.UTC)
    document.core_properties.created = document.core_properties.modified = stamp
    document.core_properties.author = ""
    document.add_heading(report.title, 0)
    for part in report.parts:
        if isinstance(part, str):
            document.add_heading(part, 1) if _is_heading(part) else document.add_paragraph(part)
            continue
        sheet = report.printed[part]
        table = document.add_table(rows=len(sheet.rows()), cols=sheet.width)
        table.style = "Table Grid"
        for cell in sheet.cells:
            first = table.cell(cell.row, cell.column)
            last = table.cell(cell.row + cell.row_span - 1, cell.column + cell.column_span - 1)
            (first.merge(last) if first is not last else first).text = cell.text
    buffer = io.BytesIO()
    document.save(buffer)
    return _same_dates(buffer.getvalue())


def _same_dates(data: bytes) -> bytes:
    """Return a zip archive with the dates of its members set to one day."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, (2023, 1, 28, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return buffer.getvalue()


def to_pdf(report: Report) -> bytes:
    """Return the report as a PDF with ruled tables that go over pages, running heads and page numbers."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    prose = ParagraphStyle(
        "prose", fontName="STSong-Light", fontSize=11, leading=18, firstLineIndent=22, wordWrap="CJK"
    )
    heading = ParagraphStyle("heading", prose, fontSize=13, leading=22, firstLineIndent=0)
    title = ParagraphStyle("title", prose, fontSize=16, leading=28, firstLineIndent=0, alignment=1)
    small = ParagraphStyle("small", prose, fontSize=7, leading=9, firstLineIndent=0)

    def furniture(canvas, page) -> None:  # type: ignore[no-untyped-def]
        canvas.setFont("STSong-Light", 9)
        canvas.drawCentredString(A4[0] / 2, 30, f"- {page.page} -")

    story = [Paragraph(report.title, title)]
    for part in report.parts:
        if isinstance(part, str):
            story.append(Paragraph(html.escape(part), heading if _is_heading(part) else prose))
            continue
        sheet = report.printed[part]
        places: list[list[object]] = [[""] * sheet.width for _ in sheet.rows()]
        rules = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        for cell in sheet.cells:
            places[cell.row][cell.column] = Paragraph(html.escape(cell.text), small)
            end = (cell.column + cell.column_span - 1, cell.row + cell.row_span - 1)
            if end != (cell.column, cell.row):
                rules.append(("SPAN", (cell.column, cell.row), end))
        wide = {
            i for c in sheet.cells if not c.indicator and c.column_span == 1 and len(c.text) > 6 for i in [c.column]
        }
        narrow = 440 / (sheet.width + 2 * len(wide))
        widths = [narrow * (3 if i in wide else 1) for i in range(sheet.width)]
        story += [Spacer(1, 6), Table(places, colWidths=widths, style=TableStyle(rules)), Spacer(1, 6)]
    buffer = io.BytesIO()
    template = SimpleDocTemplate(buffer, pagesize=A4, title=report.title, invariant=1)
    template.build(story, onFirstPage=furniture, onLaterPages=furniture)
    return buffer.getvalue()


def files() -> dict[str, tuple[Report, Callable[[], bytes]]]:
    """Return every sample by file name, with the report that it holds and what makes it."""
    layouts = {"2021-district": to_bars, "2019-bureau": to_tabs, "2014-county": to_bars, "2021-town": to_lines}
    found: dict[str, tuple[Report, Callable[[], bytes]]] = {}
    for report in REPORTS:
        found[f"{report.name}.txt"] = report, lambda r=report: to_txt(r, layouts[r.name])
    found["2021-town-blanks.txt"] = TOWN, lambda: to_txt(TOWN, to_blanks)
    for report in (DISTRICT, BUREAU, COUNTY):
        found[f"{report.name}.md"] = report, lambda r=report: to_md(r)
        found[f"{report.name}.html"] = report, lambda r=report: to_page(r)
        found[f"{report.name}.docx"] = report, lambda r=report: to_docx(r)
        found[f"{report.name}.pdf"] = report, lambda r=report: to_pdf(r)
    return found


def main(folder: Path = HERE) -> None:
    """Write all samples into a folder."""
    for name, (report, make) in files().items():
        (folder / name).write_bytes(make())
        print(f"{name}: {len(expected(form(report.edition), report.values))} cells")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
