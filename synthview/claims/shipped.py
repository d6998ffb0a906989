"""The shipped run: all findings about the tweet's number, kept so that its page opens at once."""

from __future__ import annotations

import gzip
import hashlib
import json
from importlib.resources import files

from synthview.claims.answer import Answer
from synthview.claims.written import as_dict, read
from synthview.errors import SynthviewError

__all__ = ["RUN", "digest_of", "pack", "shipped"]

RUN = "data/53-people.json.gz"
_DIGEST = "data/53-people.digest"


def shipped() -> tuple[Answer, str]:
    """What `claim` found in the run that is shipped, and the digest of it.

    Raises SynthviewError where the file is not the one that was shipped.
    """
    place = files("synthview")
    content = gzip.decompress(place.joinpath(RUN).read_bytes())
    expected, found = place.joinpath(_DIGEST).read_text("utf-8").strip(), digest_of(content)
    if found != expected:
        raise SynthviewError(
            f"The run that is shipped is damaged: its digest is {found}, not {expected}. Install "
            "synthview again."
        )
    return read(json.loads(content)), expected


def digest_of(content: bytes) -> str:
    """BLAKE2b of the JSON, 32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def pack(answer: Answer) -> tuple[bytes, str]:
    """The bytes of a run to be shipped, the same whenever they are made, and their digest."""
    content = json.dumps(as_dict(answer), ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(content, mtime=0), digest_of(content)
