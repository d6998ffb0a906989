"""The scenes of the page, in their order, and which of them an answer has something for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from synthview.claims.answer import Answer
from synthview.claims.sections.section import Section, ShownTable

__all__ = ["SCENES", "PageScene", "scenes_of"]


@dataclass(frozen=True)
class PageScene:
    """One idea: its name, its heading, and the sections without which it does not stand.

    It stands where the answer has any of the sections that name it, or `always`. What it tells that
    `is_behind_doors` is shown once the lights are on. A scene without a template of its own is of
    one section: its sentence and its tables.
    """

    name: str
    title: str
    needs: tuple[str, ...] = ()
    always: bool = False
    needs_script: bool = False
    is_behind_doors: bool = False
    sentence: str = ""
    tables: Sequence[ShownTable] = ()
    template: str = ""

    @property
    def file(self) -> str:
        """Its template."""
        return f"scenes/{self.template or self.name}.html"

    def stands(self, answer: Answer) -> bool:
        """Whether an answer has something for it."""
        if not all(name in answer.found for name in self.needs):
            return False
        return self.always or any(self.name in section.scenes for section, _ in answer.sections())


SCENES = (
    PageScene("tweet", "A number", always=True),
    PageScene("guess", "First, a guess"),
    PageScene("lights", "Lights on"),
    PageScene("home", "Open one", needs_script=True, is_behind_doors=True),
    PageScene(
        "detective", "Be the detective", needs=("homes",), needs_script=True, is_behind_doors=True
    ),
    PageScene("holder", "Who it was", needs=("holder",)),
    PageScene("query", "Change one word"),
    PageScene("causes", "Take a cause away", is_behind_doors=True),
    PageScene("worlds", "Many worlds, one number", is_behind_doors=True),
    PageScene("why", "Why {days} days?"),
    PageScene("known", "Known, guessed, unknowable", always=True),
)


def scenes_of(answer: Answer) -> list[PageScene]:
    """The scenes of an answer that stand, and before the last one those of sections without any."""
    *story, end = (_of(scene, answer) for scene in SCENES if scene.stands(answer))
    return [*story, *_further(answer), end]


def _of(scene: PageScene, answer: Answer) -> PageScene:
    """A scene as an answer has it: its days in its heading, and no doors where no homes are."""
    hides = scene.is_behind_doors and "homes" in answer.found
    title = scene.title.format(days=answer.claim.days)
    return replace(scene, title=title, is_behind_doors=hides, tables=_tables_of(scene, answer))


def _tables_of(scene: PageScene, answer: Answer) -> tuple[ShownTable, ...]:
    """The tables of the section that a scene has its name from."""
    of_scene = (one for one in answer.sections() if one[0].name == scene.name)
    return tuple(table for section, found in of_scene for table in section.tables(found))


def _further(answer: Answer) -> Iterator[PageScene]:
    for section, found in answer.sections():
        if not section.scenes:
            yield _own(section, found, answer)


def _own(section: Section, found: object, answer: Answer) -> PageScene:
    """The scene of a section that no other shows."""
    return PageScene(
        section.name.replace("_", "-"),
        section.title.format(said=f"{answer.claim.said:,.0f}"),
        sentence=section.sentence(found),
        tables=tuple(section.tables(found)),
        template="section",
    )
