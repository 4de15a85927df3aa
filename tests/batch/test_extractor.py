import pickle
from pathlib import Path

import pytest

import gxnlp
from gxnlp.batch import Extractor, ExtractorSettings, Failure, Item, Limits
from gxnlp.batch.outcomes import failure_of, from_line, is_failure, to_line
from gxnlp.errors import Category
from gxnlp.schema import Record

SAMPLES = sorted(p for p in (Path(__file__).parents[2] / "samples").iterdir() if p.suffix != ".py")
REPORT = "青山市财政局2021年政府信息公开工作年度报告\n一、总体情况\n全年主动公开政府信息31415条。\n"


@pytest.fixture(scope="module")
def extractor():
    return Extractor(ExtractorSettings())


def items(*paths, **columns):
    return [Item(i, str(path), columns) for i, path in enumerate(paths)]


def test_records_are_those_of_one_report_at_a_time(extractor):
    assert extractor(items(*SAMPLES)) == [gxnlp.extract(path) for path in SAMPLES]


def test_a_bad_report_does_not_touch_the_others(extractor, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    outcomes = extractor(items(SAMPLES[0], empty, tmp_path / "missing.pdf", SAMPLES[1]))
    assert [o.category if isinstance(o, Failure) else o.source.path for o in outcomes] == [
        str(SAMPLES[0]), "empty", "not_found", str(SAMPLES[1]),
    ]  # fmt: skip


def test_a_report_that_breaks_the_tagger_is_set_aside_alone(tmp_path):
    class Fragile:
        def tag_many(self, texts, *, years):
            if any("31415条" in text for text in texts):
                raise ZeroDivisionError("odd")
            return [[] for _ in texts]

    report = tmp_path / "report.txt"
    report.write_text(REPORT, "utf-8")
    outcomes = Extractor(tagger=Fragile())(items(SAMPLES[0], report, SAMPLES[1]))
    assert [type(o) for o in outcomes] == [Record, Failure, Record]
    assert (outcomes[1].category, "ZeroDivisionError: odd" in outcomes[1].cause) == (Category.INTERNAL, True)


def test_limits_of_size_and_pages():
    limits = Limits(max_bytes=5000, max_pages=1)
    small = Extractor(ExtractorSettings(figures=False, limits=limits))
    paged = Extractor(ExtractorSettings(figures=False, limits=Limits(max_pages=1)))
    pdf = next(p for p in SAMPLES if p.suffix == ".pdf")
    assert small(items(pdf))[0].category == Category.TOO_LARGE
    assert paged(items(pdf))[0].category == Category.TOO_MANY_PAGES


def test_columns_are_carried_and_compared(tmp_path):
    report = tmp_path / "report.txt"
    report.write_text(REPORT, "utf-8")
    plain = Extractor(ExtractorSettings(figures=False))
    columns = {"body": "财政局", "region": "", "year": "2020", "note": "甲"}
    (record,) = plain(items(report, **columns))
    assert record.manifest == columns
    assert [w.message for w in record.warnings if w.code == "manifest_differs"] == [
        "the manifest's year is '2020', the report says '2021'"
    ]
    assert record.meta.year == 2021
    (failed,) = plain(items(tmp_path / "none.txt", **columns))
    assert failed.manifest == columns


def test_outcomes_go_through_a_line_unharmed(extractor):
    outcomes = extractor(
        [Item(0, str(SAMPLES[0]), {"note": '"甲"\n'}), Item(1, "none\n.txt"), Item(2, str(SAMPLES[2]))]
    )
    lines = [to_line(outcome) for outcome in outcomes]
    assert [is_failure(line) for line in lines] == [False, True, False]
    assert "\n" not in "".join(lines)
    assert [from_line(line) for line in lines] == outcomes
    assert '"manifest"' not in lines[2]


def test_errors_have_categories():
    item = Item(0, "a.txt")
    assert failure_of(item, MemoryError()).category == Category.OUT_OF_MEMORY
    assert failure_of(item, gxnlp.ReadError("a.txt", "no", "empty")).category == Category.EMPTY
    error = pickle.loads(pickle.dumps(gxnlp.ReadError("a.txt", "no", "empty")))  # noqa: S301
    assert (error.category, error.cause) == (Category.EMPTY, "no")


def test_what_records_depend_on():
    settings = ExtractorSettings()
    assert settings.fingerprint() == ExtractorSettings(threads=3).fingerprint()
    assert settings.fingerprint() != ExtractorSettings(figures=False).fingerprint()
    assert settings.fingerprint() != ExtractorSettings(limits=Limits(max_pages=3)).fingerprint()


def test_an_unknown_setting_is_an_error():
    with pytest.raises(ValueError, match="figure"):
        ExtractorSettings(figure=True)
