"""UUIDs for formats that ask for one where synthview has an id: always the same for an id."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

import polars as pl

__all__ = ["uuids_of"]


def uuids_of(*ids: pl.Series) -> pl.Series:
    """Return a UUID for each row of some columns of ids, with the bits of a random one."""
    texts = (uuid_of("/".join(map(str, row))) for row in zip(*ids, strict=True))
    return pl.Series("uuid", texts, dtype=pl.String)


def uuid_of(text: str) -> str:
    """Return the UUID of a text."""
    digest = blake2b(text.encode(), digest_size=16, person=b"synthview/uuid").digest()
    return str(UUID(bytes=digest, version=4))
