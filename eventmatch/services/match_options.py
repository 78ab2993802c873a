"""What can be asked of a matching from file to file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Mode = Literal["mutual", "capped", "ranked"]
OrganisationRule = Literal["allow", "avoid", "prefer"]


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """Files to read and to write, and how to choose."""

    people: Path
    output: Path
    n_suggestions: int = 10
    mode: Mode = "mutual"
    cap: int | None = None  # lists anybody stands on, where they are capped
    same_organisation: OrganisationRule = "allow"
    diverse: bool = False
    exclude: tuple[Path, ...] = ()  # pairs never to be listed
    earlier: tuple[Path, ...] = ()  # pairs who met at earlier events
    avoid_earlier: bool = False  # whether these are not to be listed again
    background: tuple[Path, ...] = ()  # people of earlier events
    learn_from: tuple[tuple[Path, Path], ...] = ()  # people of earlier events, and the pairs who belonged together
    weights: Path | None = None
    synonyms: Path | None = None  # tags written so are read as the other
    seed: int | None = None  # draws lots where people are equally suited; else the earlier line comes first
    report: Path | None = None
    jobs: int | None = None  # threads; as many as there are processors if not given
