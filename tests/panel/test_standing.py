from decimal import Decimal

from panel_records import figure, record

from gxnlp import schema
from gxnlp.panel.standing import standing_figures


def standing(*figures, checks=()):
    return standing_figures(record(figures=figures, checks=checks), 2021)


def test_the_whole_stands_and_parts_do_not():
    figures = [figure("items_total", 120, start=0), figure("items_total", 70, start=20)]
    assert standing(*figures) == {0}


def test_a_larger_figure_behind_a_smaller_one_leaves_nothing_sure():
    assert standing(figure("trainings", 2, start=0), figure("trainings", 5, start=20)) == set()


def test_a_part_that_a_breakdown_names_does_not_count():
    check = schema.Check(
        id="breakdown.20", expression="5 = 2 + 3", left=Decimal(5), right=Decimal(5), status="pass", figures=(1, 0)
    )
    assert standing(figure("trainings", 2, start=0), figure("trainings", 5, start=20), checks=[check]) == {1}


def test_labels_of_parts_never_stand():
    assert standing(figure("items_category", 3), figure("rate", 90, unit="%"), figure("funds_disbursed", 5)) == set()


def test_figures_of_another_year_or_unsure_ones_do_not_stand():
    assert standing(figure("meetings", 9, period="2020"), figure("meetings", 4, start=30)) == {1}
    assert standing(figure("meetings", 9, score=0.3)) == set()
    assert standing(figure("meetings", 9, period="2021")) == {0}


def test_cumulative_labels_are_of_all_years():
    assert standing(figure("items_cumulative", 900, period="cumulative")) == {0}
    assert standing(figure("items_cumulative", 900, period="2019")) == set()


def test_a_denial_stands_only_where_it_is_alone():
    assert standing(figure("reviews", 0, implied=True)) == {0}
    assert standing(figure("reviews", 0, implied=True), figure("reviews", 2, start=40)) == {1}
