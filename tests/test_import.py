import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "spacy", "onnxruntime", "lxml", "pdfplumber", "docx", "pydantic", "numpy")
BLOCKED = f"""
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY[:4]!r}:
            raise ImportError(f"{{name}} is blocked")

sys.meta_path.insert(0, Block())
"""


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_import_is_light():
    code = f"import sys, gxnlp; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = run(code)
    assert (result.stdout.strip(), result.stderr) == ("[]", "")


def test_import_takes_less_than_half_a_second():
    code = "import time; start = time.perf_counter(); import gxnlp; print(time.perf_counter() - start)"
    assert min(float(run(code).stdout) for _ in range(3)) < 0.5


def test_tables_are_read_without_torch_spacy_or_a_model():
    code = BLOCKED + (
        "import gxnlp\n"
        "text = '青山市财政局2021年政府信息公开工作年度报告\\n一、总体情况\\n全年主动公开政府信息12条。\\n'\n"
        "text += '二、主动公开政府信息情况\\n信息内容\\t本年处理决定数量\\n行政许可\\t53\\n'\n"
        "record = gxnlp.extract(text, figures=False)\n"
        "print(record.meta.agency, record.schema_version)"
    )
    result = run(code)
    assert (result.stdout.strip(), result.returncode) == ("青山市财政局 1.0", 0), result.stderr


def test_every_public_name_is_there():
    import gxnlp

    for name in gxnlp.__all__:
        assert getattr(gxnlp, name) is not None
    assert set(gxnlp.__all__) <= set(dir(gxnlp))


def test_an_unknown_name_is_an_attribute_error():
    import gxnlp

    with pytest.raises(AttributeError, match="nosuch"):
        gxnlp.nosuch  # noqa: B018
