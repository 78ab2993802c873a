"""From one file to another: what is read, what is refused with line and value, what is written."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eventmatch.domain.errors import Invalid
from eventmatch.matching import candidates
from eventmatch.matching.profiles import Profile
from eventmatch.matching.reasons import Reason
from eventmatch.services.match_files import match_files
from eventmatch.services.match_lists import sentence
from eventmatch.services.match_options import MatchOptions
from eventmatch.services.match_people import read_people
from tests.matching.people import crowd

DATA = Path(__file__).parents[3] / "shared" / "data"
PEOPLE = """\
id,organisation,headline,interests,asks,offers,glad_to_help
ada,Harbour Works,Ferries,Kanban; Rowing,budgeting,agile coaching,yes
ben,Blue Kite,Drawing,kanban; chess,coaching,Budgeting,no
chidi,Blue Kite,,chess,,sketching,
"""


def written(folder: Path, text: str, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def lists_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_one(folder: Path, header: str, line: str) -> Profile:
    return read_people(written(folder, f"id,{header}\nada,{line}\n"))[0][0]


def test_everybody_gets_a_list_with_a_reason(tmp_path: Path) -> None:
    match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "lists.csv"))

    first = lists_of(tmp_path / "lists.csv")[0]
    assert (first["id"], first["rank"], first["other"]) == ("ada", "1", "ben")
    assert first["reason"] == "Offers Budgeting, which you ask for."
    assert 0 < float(first["score"]) <= 1


def test_the_report_counts_people_and_listings(tmp_path: Path) -> None:
    report = match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "lists.csv", n_suggestions=2))

    assert (report.people, report.listings, report.warnings, report.measures["mutual_share"]) == (3, 6, (), 1)


def test_pairs_to_exclude_are_on_no_list(tmp_path: Path) -> None:
    pairs = written(tmp_path, "a,b\nben,ada\n", "pairs.csv")

    match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "lists.csv", exclude=(pairs,)))

    assert {(row["id"], row["other"]) for row in lists_of(tmp_path / "lists.csv")} == {
        ("ada", "chidi"),
        ("chidi", "ada"),
        ("ben", "chidi"),
        ("chidi", "ben"),
    }


@pytest.mark.parametrize("data", [PEOPLE.encode("utf-8-sig"), gzip.compress(PEOPLE.encode())], ids=["mark", "gzip"])
def test_a_byte_order_mark_and_gzip_make_no_difference(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "people").write_bytes(data)

    assert read_people(tmp_path / "people") == read_people(written(tmp_path, PEOPLE))


def test_no_id_and_no_reason_runs_in_a_spreadsheet_and_an_id_comes_back_as_it_was(tmp_path: Path) -> None:
    hostile = "id,interests\n=1+1,x;=2+2\n'@SUM(1),x;=2+2\n"
    (tmp_path / "people.csv").write_text(hostile)
    match_files(MatchOptions(tmp_path / "people.csv", tmp_path / "lists.csv"))
    rows = list(csv.reader((tmp_path / "lists.csv").open(newline="")))[1:]

    assert [(row[0], row[2]) for row in rows] == [("'=1+1", "'@SUM(1)"), ("'@SUM(1)", "'=1+1")]
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert [p.id for p in read_people(tmp_path / "people.csv")[0]] == ["=1+1", "@SUM(1)"]


def test_lists_are_gzipped_where_the_name_says_so(tmp_path: Path) -> None:
    match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "lists.csv.gz"))

    assert gzip.decompress((tmp_path / "lists.csv.gz").read_bytes()).startswith(b"id,rank,other,score,reason\n")


def test_all_columns_are_read(tmp_path: Path) -> None:
    header = "organisation,team,role,headline,about,interests,asks,offers,glad_to_help,mode,hours,languages"
    line = "Blue Kite,Docks,Lead,Hi,Me,a; b,c,d;,Yes,Either,2027-03-04 09:00-10:30; 2027-03-05 13:00-14:00,en; sw"

    ada = read_one(tmp_path, header, line)

    assert (ada.organisation, ada.team, ada.role, ada.headline, ada.about) == ("Blue Kite", "Docks", "Lead", "Hi", "Me")
    assert (ada.interests, ada.asks, ada.offers, ada.languages) == (("a", "b"), ("c",), ("d",), ("en", "sw"))
    assert (ada.glad_to_help, ada.mode, ada.can_video) == (True, "either", True)
    assert [f"{start:%d %H:%M}-{end:%H:%M}" for start, end in ada.hours] == ["04 09:00-10:30", "05 13:00-14:00"]


def test_unknown_columns_are_named(tmp_path: Path) -> None:
    warnings = read_people(written(tmp_path, "id,Shoe size,headline,Star sign\nada,39,Hi,\n"))[1]

    assert warnings == ("Columns not known and not read: shoe size, star sign.",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\nada\n", "people.csv has no column id."),
        ("id,ID\na,b\n", "people.csv has two columns id."),
        ("id\n", "There is nobody in people.csv."),
        ("id,about\nada,\n ,x\n", "Line 3: the id is missing."),
        ('id,about\nada,"two\nlines"\nben,\nada,\n', "Line 5: the id 'ada' stands twice."),
        ("id,mode\nada,moon\n", "Line 2: mode is in_person, online or either, not 'moon'."),
        ("id,glad_to_help\nada,maybe\n", "Line 2: glad_to_help is yes or no, not 'maybe'."),
        ("id,hours\nada,9-10\n", "Line 2: hours are written YYYY-MM-DD HH:MM-HH:MM, not '9-10'."),
        (
            "id,hours\nada,2027-03-04 09:00-10:00+02:00\n",
            "Line 2: hours are written YYYY-MM-DD HH:MM-HH:MM, not '2027-03-04 09:00-10:00+02:00'.",
        ),
        (
            "id,hours\nada,2027-03-04 10:00-09:00\n",
            "Line 2: hours end after they begin, not '2027-03-04 10:00-09:00'.",
        ),
        ("id,about\nada,a,b\n", "Line 2 of people.csv has 3 cells under 2 columns."),
        ('id,about\nada,"open\n', "Line 2 of people.csv cannot be read: unexpected end of data."),
    ],
)
def test_what_cannot_be_read_is_named(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read_people(written(tmp_path, text))

    assert str(refused.value) == message


def test_an_unknown_id_in_a_pair_file_is_named(tmp_path: Path) -> None:
    pairs = written(tmp_path, "a,b\nben,ada\nada,zoe\n", "pairs.csv")

    with pytest.raises(Invalid, match=r"Line 3: b of pairs\.csv is the id of somebody .*, not 'zoe'"):
        match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "lists.csv", exclude=(pairs,)))


@pytest.mark.parametrize("data", [None, b"id\n\xff\xfe\n", b"\x1f\x8b\x08cut"], ids=["missing", "latin", "cut"])
def test_a_file_that_is_no_text_is_refused(data: bytes | None, tmp_path: Path) -> None:
    if data:
        (tmp_path / "people.csv").write_bytes(data)

    with pytest.raises(Invalid, match=r"people\.csv"):
        read_people(tmp_path / "people.csv")


def test_no_place_to_write_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be written"):
        match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "nowhere" / "lists.csv"))


def test_no_suggestions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="at least one"):
        match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "lists.csv", n_suggestions=0))


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], "Somebody new to you."),
        ([("complement", "A", "B", "role")], "Comes from another role: B."),
        (
            [("rare", "x", "Kanban", "interests"), ("rare", "y", "Chess", "interests")],
            "Shares your interest in Kanban and Chess.",
        ),
        ([("complement", "A", "B", "role"), ("text", "ferry", "ferry", "about")], "Also writes about ferry."),
        ([("need", "law", "tax law", "offers")], "Offers tax law; you ask for law."),
        ([("give", "my sketch.", "A\nboard?", "ask_text")], "Asks for A board; you offer my sketch."),
    ],
)
def test_the_strongest_reason_that_says_something_is_one_sentence(
    reasons: list[tuple[str, str, str, str]], expected: str
) -> None:
    found = tuple(Reason(term, mine, theirs, field, field, 0.1) for term, mine, theirs, field in reasons)  # type: ignore[arg-type]  # one of the terms

    assert sentence(found) == expected


def test_files_of_earlier_events_teach_and_give_their_words(tmp_path: Path) -> None:
    people, pairs = crowd_of_files(tmp_path)
    plain, taught = tmp_path / "plain.csv", tmp_path / "taught.csv"

    match_files(MatchOptions(people, plain))
    match_files(MatchOptions(people, taught, learn_from=((people, pairs),)))

    assert [row["other"] for row in lists_of(plain)] != [row["other"] for row in lists_of(taught)]


def test_who_met_before_comes_earlier_and_not_at_all_where_that_is_wished(tmp_path: Path) -> None:
    people, _ = crowd_of_files(tmp_path)
    output, earlier = tmp_path / "lists.csv", written(tmp_path, "a,b\n0,39\n", "earlier.csv")

    def rank(**options: Any) -> int | None:
        match_files(MatchOptions(people, output, n_suggestions=39, mode="ranked", **options))
        return next((int(r["rank"]) for r in lists_of(output) if (r["id"], r["other"]) == ("0", "39")), None)

    plain, again = rank(), rank(earlier=(earlier,))
    assert plain is not None
    assert again is not None
    assert again < plain
    assert rank(earlier=(earlier,), avoid_earlier=True) is None


def test_nothing_can_be_learned_where_nobody_belonged_together(tmp_path: Path) -> None:
    people = written(tmp_path, PEOPLE)
    nobody = written(tmp_path, "a,b\n", "nobody.csv")

    with pytest.raises(Invalid, match="Nothing can be learned"):
        match_files(MatchOptions(people, tmp_path / "lists.csv", learn_from=((people, nobody),)))


def test_weights_come_from_a_file(tmp_path: Path) -> None:
    people, weights = written(tmp_path, PEOPLE), written(tmp_path, "need = 0.5\nrare = 0.5\n", "weights.toml")

    match_files(MatchOptions(people, tmp_path / "lists.csv", weights=weights))

    scores = {(r["id"], r["other"]): float(r["score"]) for r in lists_of(tmp_path / "lists.csv")}
    assert scores["ada", "ben"] > 0.5 > scores["ben", "chidi"] > 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("need = 0.5", r"w.toml: Weights .* add up to 1. These add up to 0.5."),
        ("need = 2\ngive = -1", r"w.toml: need is a number from 0 to 1, not 2."),
        ("need = nan", r"w.toml: need is a number from 0 to 1, not nan."),
        ("need = 1" + 400 * "0", r"w.toml: need is a number from 0 to 1"),
        ("need = 1" + 5000 * "0", r"w.toml is not written in TOML"),
        ("neeed = 1", r"w.toml: neeed is no weight; there are need, give, rare, complement, text."),
        ('need = "much"', r"w.toml: need is a number from 0 to 1, not 'much'."),
        ("need: 1", r"w.toml is not written in TOML"),
    ],
)
def test_weights_that_cannot_be_used_are_refused_by_name(text: str, message: str, tmp_path: Path) -> None:
    weights = written(tmp_path, text, "w.toml")

    with pytest.raises(Invalid, match=message):
        match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "lists.csv", weights=weights))


def test_synonyms_come_from_a_file_and_a_chain_is_followed(tmp_path: Path) -> None:
    people = written(tmp_path, "id,interests\nada,boards\nben,kanban\nchidi,chess\n")
    synonyms = written(tmp_path, 'Boards = "task boards"\n"task boards" = "kanban"\n', "words.toml")

    def together(file: Path | None) -> float:
        match_files(MatchOptions(people, tmp_path / "lists.csv", synonyms=file))
        return next(
            float(r["score"]) for r in lists_of(tmp_path / "lists.csv") if (r["id"], r["other"]) == ("ada", "ben")
        )

    assert together(None) == 0 < together(synonyms)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('pm = "PM"', r"w.toml: 'pm' = 'PM': These are one already"),
        ('pm = ""', r"w.toml: 'pm' = '': Type a word."),
        ('" " = "pm"', r"w.toml: ' ' = 'pm': Type a word."),
        ('a = "b"\nb = "a"', r"w.toml: 'b' = 'a': “a” is itself read as “b”: that is a circle."),
        ('a = "b"\nA = "c"', r"w.toml: 'A' = 'c': “A” is read as “b” already."),
        ("pm = 1", r"w.toml: pm is read as a word in quotes, not 1."),
        ("[pm]", r"w.toml: pm is read as a word in quotes, not {}."),
        ("pm: management", r"w.toml is not written in TOML"),
    ],
)
def test_synonyms_that_make_no_sense_are_refused_by_name(text: str, message: str, tmp_path: Path) -> None:
    synonyms = written(tmp_path, text, "w.toml")

    with pytest.raises(Invalid, match=message):
        match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "lists.csv", synonyms=synonyms))


def test_a_colleague_is_told_as_one(tmp_path: Path) -> None:
    people = written(tmp_path, "id,organisation\nada,ACME\nben,acme\n")
    match_files(MatchOptions(people, tmp_path / "lists.csv", same_organisation="prefer"))

    assert [row["reason"] for row in lists_of(tmp_path / "lists.csv")] == [
        "Comes from your own organisation: acme.",
        "Comes from your own organisation: ACME.",
    ]


def test_lots_are_drawn_only_between_people_who_are_equally_suited(tmp_path: Path) -> None:
    alike = written(tmp_path, "id\n" + "".join(f"{number}\n" for number in range(12)))
    unlike, _ = crowd_of_files(tmp_path)

    def lists(people: Path, seed: int | None) -> list[tuple[str, str]]:
        match_files(MatchOptions(people, tmp_path / "lists.csv", n_suggestions=3, mode="ranked", seed=seed))
        return [(row["id"], row["other"]) for row in lists_of(tmp_path / "lists.csv")]

    assert lists(alike, 1) == lists(alike, 1) != lists(alike, 2)
    assert lists(unlike, 1) == lists(unlike, 2) == lists(unlike, None)


def test_the_report_file_holds_the_measures(tmp_path: Path) -> None:
    path = tmp_path / "report.json"

    match_files(MatchOptions(written(tmp_path, PEOPLE), tmp_path / "lists.csv", seed=3, report=path))

    report = json.loads(path.read_text())
    assert (report["mode"], report["seed"], report["people"], report["measures"]["mutual_share"]) == ("mutual", 3, 3, 1)
    assert report["measures"]["optimality_gap"] < 1e-6


def test_one_thread_and_two_write_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "CELLS", 400)  # ten rows at a time
    people, pairs = crowd_of_files(tmp_path)
    files = [tmp_path / name for name in ("one.csv", "two.csv")]

    for jobs, file in enumerate(files, start=1):
        match_files(MatchOptions(people, file, learn_from=((people, pairs),), jobs=jobs))

    assert files[0].read_bytes() == files[1].read_bytes()


def crowd_of_files(folder: Path) -> tuple[Path, Path]:
    """Forty people, and as pairs those of whom one offers what the other likes."""
    people = crowd(40)
    lines = [
        [p.id, p.organisation, p.about, "; ".join(p.interests), "; ".join(p.asks), "; ".join(p.offers)] for p in people
    ]
    text = "\n".join(
        ",".join(line) for line in [["id", "organisation", "about", "interests", "asks", "offers"], *lines]
    )
    pairs = "".join(f"{a.id},{b.id}\n" for a in people for b in people if a.id < b.id and {*a.offers} & {*b.interests})
    return written(folder, text, "crowd.csv"), written(folder, "a,b\n" + pairs, "pairs.csv")


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    people = written(tmp_path, PEOPLE)
    call = "import sys; from pathlib import Path; from eventmatch.services.match_files import match_files; "
    call += "from eventmatch.services.match_options import MatchOptions; "
    call += "match_files(MatchOptions(Path(sys.argv[1]), Path(sys.argv[2])))"
    for seed in ("1", "2"):  # of Python's hashes, which order its sets
        subprocess.run(  # a fresh process, as the command is
            [sys.executable, "-c", call, people, tmp_path / seed], check=True, env={"PYTHONHASHSEED": seed}
        )

    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


needs_data = pytest.mark.skipif(not DATA.exists(), reason="the events to judge by are not here (../shared/data)")


def pairs_of(path: Path) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            near.setdefault(row["a"], set()).add(row["b"])
            near.setdefault(row["b"], set()).add(row["a"])
    return near


def ndcg_of(lists: dict[str, list[str]], truth: dict[str, set[str]]) -> float:
    """Mean NDCG@10 over people who belong together with somebody."""
    gains = 1 / np.log2(np.arange(2, 12))
    scores = [
        sum(gain for gain, other in zip(gains, lists[one], strict=False) if other in others)
        / gains[: len(others)].sum()
        for one, others in truth.items()
        if others
    ]
    return float(np.mean(scores))


@needs_data
@pytest.mark.parametrize(("name", "least"), [("a", 0.2196), ("b", 0.1594), ("c", 0.2021)])
def test_ranked_lists_find_who_belongs_together_better_than_the_reference(
    name: str, least: float, tmp_path: Path
) -> None:
    known = DATA / f"conference-{name}-coauthors.csv.gz"

    match_files(
        MatchOptions(DATA / f"conference-{name}.csv.gz", tmp_path / "lists.csv", mode="ranked", exclude=(known,))
    )

    lists: dict[str, list[str]] = {}
    for row in lists_of(tmp_path / "lists.csv"):
        lists.setdefault(row["id"], []).append(row["other"])
    barred, met = pairs_of(known), pairs_of(DATA / f"conference-{name}-met.csv.gz")
    truth = {one: (met.get(one, set()) & lists.keys()) - barred.get(one, set()) - {one} for one in lists}
    assert ndcg_of(lists, truth) > least
    assert not any(other in barred.get(one, ()) for one, own in lists.items() for other in own)


@needs_data
def test_mutual_lists_of_a_whole_conference_agree_and_are_full(tmp_path: Path) -> None:
    report = match_files(MatchOptions(DATA / "conference-b.csv.gz", tmp_path / "lists.csv"))

    assert (report.measures["mutual_share"], report.measures["fill"]) == (1, 1)
