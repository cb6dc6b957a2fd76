import pytest

from evals.training.attribution import attribution_section
from evals.training.markdown import cell, evenly, table, table_of

PAGE = """# Attribution

Publish these. Licence texts: `licences/`. CC BY 4.0: https://creativecommons.org/licenses/by/4.0/

- **squad2** (`reader/squad2`, `retrieval/squad2`): SQuAD 2.0. Repository: chrischute/squad (a copy).
- **qed** (`reader/qed`): QED. Repository: google-research-datasets/QED.
- **gimp_help** (`verifier/nl_en_gimp_help`): Manual. Repository: GNOME/gimp-help.
"""


@pytest.fixture
def attribution(tmp_path):
    path = tmp_path / "ATTRIBUTION.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_only_sets_that_were_used_are_attributed(attribution):
    text = attribution_section(attribution, sets={"reader/squad2": {}, "retrieval/qed": {}})
    assert "SQuAD 2.0" in text and "QED" not in text and "Manual" not in text


def test_attributions_link_to_repository_and_licence(attribution):
    text = attribution_section(attribution, sets=["reader/squad2", "reader/qed"])
    assert "[chrischute/squad](https://github.com/chrischute/squad) (a copy)." in text
    assert "[google-research-datasets/QED](https://github.com/google-research-datasets/QED)." in text
    assert "CC BY 4.0: https://creativecommons.org/licenses/by/4.0/" in text and "Publish" not in text


def test_data_of_our_own_need_no_attribution(tmp_path):
    assert "written for Quoth" in attribution_section(tmp_path / "missing.md", sets=["reader/squad2"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"value": 0.68213, "low": 0.6512, "high": 0.71}, "0.682 (0.651–0.710)"),
        ({"value": None, "low": None, "high": None}, ""),
        (None, ""),
        (12_000_000, "12,000,000"),
        (0.0001, "0.0001"),
        (0.0, "0.000"),
        ([4_900_000, 12_000_000], "4,900,000, 12,000,000"),
        ("squad2", "squad2"),
    ],
)
def test_values_are_written_as_they_are_read(value, text):
    assert cell(value) == text


def test_tables_have_a_row_for_each_group():
    text = table_of("set", {"squad2": {"f1_answering": 0.5}, "qed": {"f1_answering": None}})
    assert text.splitlines() == ["| set | f1 answering |", "| --- | --- |", "| squad2 | 0.500 |", "| qed |  |"]
    assert table(["a"], []) == "| a |\n| --- |\n"


def test_points_are_picked_evenly_with_both_ends():
    assert evenly(range(3)) == [0, 1, 2]
    assert evenly(range(131)) == list(range(0, 131, 10))
