import pytest

from gxnlp.batch import find_items
from gxnlp.errors import ConfigError


@pytest.fixture
def folder(tmp_path):
    for name in ("b.txt", "a.PDF", "sub/c.html", "sub/d.doc", "e.png", ".hidden.txt", "~$open.docx", "f.jsonl"):
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.touch()
    return tmp_path / "in"


def paths(*sources):
    return [item.path for item in find_items(sources)]


def test_a_folder_is_read_with_all_below_it_in_order(folder):
    found = [path.removeprefix(f"{folder}/") for path in paths(folder)]
    assert found == ["a.PDF", "b.txt", "sub/c.html", "sub/d.doc"]


def test_patterns_and_files_stand_in_the_order_given(folder):
    assert paths(f"{folder}/sub/*", folder / "b.txt", f"{folder}/**/*.html") == [
        f"{folder}/sub/c.html", f"{folder}/sub/d.doc", f"{folder}/b.txt", f"{folder}/sub/c.html",
    ]  # fmt: skip
    assert [item.index for item in find_items([folder, folder])] == list(range(8))


def test_a_file_that_is_not_there_is_an_item_of_its_own(tmp_path):
    assert paths(tmp_path / "none.txt") == [f"{tmp_path}/none.txt"]


def test_a_name_with_brackets_is_a_name(tmp_path):
    path = tmp_path / "年报[2021].txt"
    path.touch()
    assert paths(path) == [str(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_manifest_carries_its_columns(tmp_path, encoding):
    manifest = tmp_path / "list.csv"
    manifest.write_text('body,File,note\n青山市财政局,a.txt,"甲\n乙"\n\n水利局, sub/b.pdf ,\n', encoding)
    assert [(i.path, i.columns) for i in find_items([manifest])] == [
        (f"{tmp_path}/a.txt", {"body": "青山市财政局", "note": "甲\n乙"}),
        (f"{tmp_path}/sub/b.pdf", {"body": "水利局", "note": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("body,year\nx,2021\n", "needs a column 'path'"),
        ("", "needs a column 'path'"),
        ("path,year\na.txt,2021,more\n", "line 2 has more values"),
        ("path,year\n,2021\n", "line 2 names no file"),
    ],
)
def test_a_manifest_that_makes_no_sense(tmp_path, content, words):
    manifest = tmp_path / "list.csv"
    manifest.write_text(content)
    with pytest.raises(ConfigError, match=words):
        list(find_items([manifest]))


def test_sources_that_name_nothing(tmp_path):
    with pytest.raises(ConfigError, match="no report in the folder"):
        paths(tmp_path)
    with pytest.raises(ConfigError, match="no file has such a name"):
        paths(f"{tmp_path}/*.pdf")
