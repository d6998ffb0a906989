"""One test for many values, where one test a value would cost more than what it asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

__all__ = ["each"]

T = TypeVar("T")


def each(values: Callable[[], Iterable[T]]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Ask a test of every value; it fails with what is wrong of each of them.

    `values` is called when the test runs, so that finding them costs those nothing who run other tests.
    """

    def of(test: Callable[[T], None]) -> Callable[[], None]:
        def every() -> None:
            asked, broken = 0, []
            for value in values():
                asked += 1
                try:
                    test(value)
                except AssertionError as error:
                    broken.append(f"{value}: {error}")
            assert asked, "there is nothing to ask"
            assert not broken, "\n".join(broken)

        every.__name__, every.__qualname__ = test.__name__, test.__qualname__
        every.__doc__, every.__module__ = test.__doc__, test.__module__
        return every

    return of
