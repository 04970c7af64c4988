"""nbgrader's settings for making releases. `nbgrader_config.py` and the builder use the same ones."""

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment
from traitlets.config import Config

from duecourse.authoring.notebook import INSTRUCTOR_TAG

# Code is never translated, so what stands in it for both languages is in both.
CODE_STUB = "# YOUR CODE HERE · 在这里写代码"
TEXT_STUB = "*Your answer here · 在这里作答*"


def configure_release(c: Config) -> None:
    """Set how nbgrader makes a release from `source/`.

    Parameters
    ----------
    c : Config
        Changed in place; what it holds already stays.
    """
    c.CourseDirectory.course_id = "duecourse"
    c.CourseDirectory.release_directory = "release/en"
    # Matches base names at every depth. Extended: assigning would drop nbgrader's own list.
    c.CourseDirectory.ignore.extend([".DS_Store", "Thumbs.db"])
    c.ClearSolutions.code_stub = {"python": CODE_STUB}
    c.ClearSolutions.text_stub = TEXT_STUB
    c.TagRemovePreprocessor.enabled = True
    c.TagRemovePreprocessor.remove_cell_tags = {INSTRUCTOR_TAG}
    c.GenerateAssignment.preprocessors = [TagRemovePreprocessor, *GenerateAssignment.preprocessors.default()]
