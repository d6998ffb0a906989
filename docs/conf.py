"""Configuration of the documentation's site, which `bash .ci/docs` builds with Sphinx.

Pages of `docs/reference` are made from the code at every build, and are in no repository.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import reference_pages  # noqa: E402  a script beside this one

project = "synthview"
author = "The synthview founders"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["sample/zoo/**"]
myst_heading_anchors = 4  # links to headings, as everywhere else that shows Markdown
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["misc.highlighting_failure"]  # examples are shortened with an ellipsis
html_theme = "furo"
html_title = "synthview"
html_copy_source = False
html_show_sphinx = False
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_class_signature = "separated"
napoleon_numpy_docstring = False

reference_pages.write(HERE / "reference")
