"""What people say of the answers that are saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FlagVerdict = Literal["wrong-answer", "wrong-citation", "should-have-refused", "should-have-answered", "good"]


@dataclass(frozen=True, slots=True)
class Flag:
    """What a person said of a saved answer; `made` is when, in UTC, as in `2025-06-28T09:30:00Z`."""

    answer_id: str
    verdict: FlagVerdict
    note: str
    made: str


@dataclass(frozen=True, slots=True)
class FlaggedAnswer:
    """A saved answer as it was given, with what was said of it and the files of the documents that it mentions.

    `file_names` leads from document id to a name without folder; an uploaded document has none. `namesakes` are the ids
    of those documents whose file name another document of the catalogue has too.
    """

    flag: Flag
    answer_json: str
    file_names: Mapping[str, str]
    namesakes: frozenset[str]
