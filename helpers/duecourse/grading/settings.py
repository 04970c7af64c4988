"""nbgrader's settings for grading: its own converters, formgrader's button among them, use our examiner."""

from pathlib import Path

from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from duecourse.authoring.settings import configure_release

# By name: nbgrader's apps import them only when they grade.
_SANITIZE = ["duecourse.grading.preprocessors.Intake"]
_AUTOGRADE = [
    "duecourse.grading.preprocessors.Examine",
    "duecourse.grading.preprocessors.Record",
    AssignLatePenalties,
]


def configure(c: Config) -> None:
    """Set up nbgrader for a Duecourse course; `nbgrader_config.py` calls this.

    Parameters
    ----------
    c : Config
        Changed in place.
    """
    configure_release(c)
    c.Autograde.sanitize_preprocessors = list(_SANITIZE)
    c.Autograde.autograde_preprocessors = list(_AUTOGRADE)
    c.ExportApp.plugin_class = "duecourse.reports.export.GradesCsv"


def grading_config(root: Path) -> Config:
    """The settings of the course at `root`, without any file's additions."""
    config = Config()
    configure(config)
    config.CourseDirectory.root = str(root)
    return config
