"""The look of the lessons' figures: readable on JupyterLab's light and dark themes alike."""

import plotly.graph_objects as go
import plotly.io as pio

# After Okabe and Ito's palette: apart for the colour-blind. Its lightest are darkened or replaced, so that every
# colour has a contrast of 3:1 or more both on white and on JupyterLab's dark #111.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#C26A9A", "#3B93C9")
# A grey with contrast above 4:1 on white and on JupyterLab's dark #111.
INK = "#7a7a7a"
GRID = "rgba(128,128,128,0.25)"


def template() -> go.layout.Template:
    """The plotly template: no background of its own, so that the page's theme shows through."""
    axis = {"gridcolor": GRID, "linecolor": INK, "zerolinecolor": GRID, "automargin": True}
    return go.layout.Template(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": INK, "size": 14},
            "title": {"font": {"size": 16}},
            "colorway": list(COLOURS),
            "xaxis": axis,
            "yaxis": axis,
            "height": 380,
            "margin": {"l": 60, "r": 20, "t": 60, "b": 50},
        }
    )


def use_theme() -> None:
    """Make the course's look the default of every figure drawn after this.

    Examples
    --------
    >>> use_theme()
    >>> pio.templates.default
    'duecourse'
    """
    pio.templates["duecourse"] = template()
    pio.templates.default = "duecourse"
