"""The scenes of the page, in their order, and which of them an answer has something for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synthview.claims.answer import Answer
from synthview.claims.sections.section import Section, Table

__all__ = ["SCENES", "Scene", "scenes_of"]


@dataclass(frozen=True)
class Scene:
    """One idea: its name, its heading, and the sections without which it does not stand.

    It stands where the answer has any of the sections that name it, or `always`. A scene without a
    template of its own is of one section: its sentence and its tables.
    """

    name: str
    title: str
    needs: tuple[str, ...] = ()
    always: bool = False
    needs_script: bool = False
    sentence: str = ""
    tables: Sequence[Table] = ()
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
    Scene("tweet", "A number", always=True),
    Scene("guess", "First, a guess"),
    Scene("lights", "Lights on"),
    Scene("home", "Touch one", needs_script=True),
    Scene("detective", "Be the detective", needs=("homes",), needs_script=True),
    Scene("query", "Change one word"),
    Scene("causes", "Take a cause away"),
    Scene("worlds", "Two worlds, one tweet"),
    Scene("why", "Why this number?"),
    Scene("known", "What is known", always=True),
)


def scenes_of(answer: Answer) -> list[Scene]:
    """The scenes of an answer that stand, and before the last one those of sections without any."""
    *story, end = (scene for scene in SCENES if scene.stands(answer))
    return [*story, *_further(answer), end]


def _further(answer: Answer) -> Iterator[Scene]:
    for section, found in answer.sections():
        if not section.scenes:
            yield _own(section, found, answer)


def _own(section: Section, found: object, answer: Answer) -> Scene:
    """The scene of a section that no other shows."""
    return Scene(
        section.name.replace("_", "-"),
        section.title.format(said=f"{answer.claim.said:,.0f}"),
        sentence=section.sentence(found),
        tables=tuple(section.tables(found)),
        template="section",
    )
