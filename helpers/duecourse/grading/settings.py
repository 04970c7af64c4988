"""nbgrader's settings for grading: its own converters, formgrader's button among them, use our examiner."""

from pathlib import Path

from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config, PyFileConfigLoader

from duecourse.authoring.settings import configure_release
from duecourse.errors import DuecourseError

# A file as a learning platform hands it over: name+20261123T091500+first-roll.ipynb, the time being optional.
HANDED_IN = r".*/(?P<student_id>[^+/]+)(\+(?P<timestamp>\d{8}T\d{6}))?\+(?P<file_id>[^+/]+)\.ipynb"

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
    c.FileNameCollectorPlugin.named_regexp = HANDED_IN
    c.ExportApp.plugin_class = "duecourse.reports.export.GradesCsv"


def grading_config(root: Path) -> Config:
    """The settings of the course at `root`: ours, and what its `nbgrader_config.py` adds.

    Raises
    ------
    DuecourseError
        If that file cannot be run.
    """
    config = Config()
    configure(config)
    path = root / "nbgrader_config.py"
    if path.is_file():
        try:
            config = PyFileConfigLoader(path.name, path=str(root)).load_config()
        except Exception as error:
            raise DuecourseError(f"{path} cannot be run: {type(error).__name__}: {error}.") from None
    config.CourseDirectory.root = str(root)
    return config
