"""Tags meet whatever their spelling, and rare ones say more."""

import numpy as np
import pytest

from eventmatch.matching.tags import TAG_VIEWS, TagSpace, synonym_keys, tag_key

USUAL_AND_RARE = [["chess", "rowing"], ["chess", "rowing"], ["chess"], ["chess"]]


@pytest.mark.parametrize("typed", ["Kanban", " kanban ", "KANBAN", "\uff2b\uff21\uff2e\uff22\uff21\uff2e"])
def test_spellings_of_one_tag_are_one_tag(typed: str) -> None:
    assert tag_key(typed) == "kanban"


def test_a_synonym_is_one_however_it_is_typed() -> None:
    assert synonym_keys({" Project  MANAGEMENT": "PM"}) == {"project management": "pm"}


@pytest.mark.parametrize("view", range(TAG_VIEWS))
def test_a_rare_tag_in_common_says_more_than_a_usual_one(view: int) -> None:
    rows = TagSpace().fit(USUAL_AND_RARE).transform(USUAL_AND_RARE)[view].toarray()

    assert rows[0, 1] > rows[0, 0]


def test_tags_that_go_together_bring_people_together_who_share_none() -> None:
    tags = [["kanban"], ["scrum"], *[["kanban", "scrum"]] * 5, *[["chess"], ["rowing"]] * 5]

    shallow = TagSpace(depths=(1,)).fit(tags).transform(tags)[-1]

    assert (shallow[0] @ shallow[1], shallow[0] @ shallow[-1]) == (pytest.approx(1), pytest.approx(0))


def test_what_goes_together_is_also_learned_from_earlier_events() -> None:
    tags, earlier = [["kanban"], ["scrum"], ["chess"]], [["kanban", "scrum"]] * 5

    alone, taught = (TagSpace(depths=(1,)).fit(tags, known).transform(tags)[-1] for known in ([], earlier))

    assert abs(taught[0] @ taught[1]) > abs(alone[0] @ alone[1]) + 0.5


def test_without_a_single_tag_there_is_no_view() -> None:
    assert TagSpace().fit([[], []]).transform([[], []]) == []


def test_a_tag_never_seen_before_counts_for_nothing() -> None:
    space = TagSpace().fit(USUAL_AND_RARE)

    assert not any(np.any(view) for view in map(np.asarray, (v.sum() for v in space.transform([["falconry"]]))))
