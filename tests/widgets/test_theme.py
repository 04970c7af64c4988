"""Figures can be read on JupyterLab's light and dark themes."""

from itertools import combinations

import plotly.graph_objects as go
import plotly.io as pio
import pytest

from duecourse.widgets.theme import COLOURS, INK, template, use_theme

PAGES = {"light": "#ffffff", "dark": "#111111"}


def channels(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def linear(colour: str) -> list[float]:
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels(colour)]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    light, dark = sorted(
        (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True)) for colour in (one, other)),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture
def default_template():
    before = pio.templates.default
    yield
    pio.templates.default = before


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_text_stands_out_from_the_page(page):
    assert contrast(INK, page) > 4


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("colour", COLOURS)
def test_bars_and_lines_stand_out_from_the_page(colour, page):
    """WCAG 1.4.11: graphics need 3 to 1."""
    assert contrast(colour, page) >= 3


# Viénot, Brettel and Mollon (1999): what someone without red or green cones sees, on linear RGB.
CONES = {
    "protan": [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]],
    "deutan": [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]],
}


@pytest.mark.parametrize("matrix", CONES.values(), ids=CONES)
def test_colours_stay_apart_for_the_colour_blind(matrix):
    def seen(colour):
        rgb = linear(colour)
        return [max(0.0, sum(w * c for w, c in zip(row, rgb, strict=True))) ** (1 / 2.2) for row in matrix]

    for one, other in combinations(COLOURS, 2):
        assert sum((a - b) ** 2 for a, b in zip(seen(one), seen(other), strict=True)) ** 0.5 > 0.1, (one, other)


def test_a_figure_lets_the_page_show_through_and_fits_a_narrow_one():
    layout = template().layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert layout.xaxis.automargin and layout.yaxis.automargin
    assert layout.width is None


def test_figures_drawn_later_have_the_look(default_template):  # noqa: ARG001
    use_theme()
    figure = go.Figure(go.Bar(x=["M1"], y=[1]))
    assert figure.layout.template.layout.colorway == COLOURS
    assert figure.layout.template.layout.font.color == INK
