"""Profiles become arrays without losing anybody."""

from dataclasses import replace

import pytest

from eventmatch.matching.profiles import Profile, ProfileEncoder, under_one_name
from tests.matching.people import ADA, BEN, CAST, DANA


def test_everybody_has_a_row_in_every_space() -> None:
    encoded = ProfileEncoder().fit_transform(CAST)

    shapes = {space.shape[0] for space in (encoded.need, encoded.cover, *encoded.interests, *encoded.text)}
    assert shapes | {len(encoded), len(encoded.traits)} == {len(CAST)}


def test_an_empty_profile_is_an_empty_row() -> None:
    encoded = ProfileEncoder().fit_transform(CAST)

    empty = CAST.index(DANA)
    spaces = (encoded.need, encoded.cover, *encoded.interests, *encoded.text)
    assert all(abs(space[[empty]]).sum() == 0 for space in spaces)


def test_weights_of_ones_asks_add_up_to_one() -> None:
    profiles = [Profile("ada", asks=("budgeting", "law", "chairs"), ask_text="Who knows ferries?"), DANA]

    encoded = ProfileEncoder().fit_transform(profiles)

    assert encoded.need.sum(axis=1) == pytest.approx([1, 0])


def test_the_names_of_known_organisations_are_told_apart_and_unknown_is_zero() -> None:
    profiles = [Profile("1", organisation=name) for name in ("Blue Kite", "BLUE  kite", "Harbour Works", "")]

    encoded = ProfileEncoder().fit_transform(profiles)

    assert encoded.traits[:, 0].tolist() == [1, 1, 2, 0]


def test_a_latecomer_is_read_with_the_words_of_the_event() -> None:
    encoder = ProfileEncoder().fit([ADA, BEN])

    late = encoder.transform([Profile("chidi", interests=("KANBAN", "Falconry"), offers=("budget planning",))])

    assert (late.interests[0].nnz, late.cover.nnz) == (1, 1)


def test_nobody_to_learn_from_is_an_error() -> None:
    with pytest.raises(ValueError, match="nobody"):
        ProfileEncoder().fit([])


def test_a_tag_written_as_the_organiser_knows_it_is_read_as_the_other() -> None:
    profiles = [Profile("1", interests=("PM",)), Profile("2", interests=("Project management",))]

    plain, merged = (
        ProfileEncoder(synonyms=known).fit_transform(profiles) for known in (None, {"pm": "project MANAGEMENT"})
    )

    assert [encoded.interests[0].shape[1] for encoded in (plain, merged)] == [2, 1]


def test_parameters_are_those_of_a_scikit_learn_transformer() -> None:
    encoder = ProfileEncoder().set_params(min_similarity=0.9)

    expected = {"synonyms": None, "background": (), "depths": (32, 64, 128), "min_similarity": 0.9}
    assert encoder.get_params() == expected


def test_encoding_twice_gives_the_same_numbers() -> None:
    once, twice = (ProfileEncoder().fit_transform(CAST) for _ in range(2))

    assert all(abs(one - other).max() == 0 for one, other in zip(once.text, twice.text, strict=True))


def test_an_organisation_is_read_as_the_organiser_says_and_nothing_else_is_changed() -> None:
    profiles = [Profile("ada", organisation="Acme  LTD", about="x"), Profile("ben", organisation="Blue Kite")]

    read = under_one_name(profiles, {"acme ltd": "ACME"})

    assert [profile.organisation for profile in read] == ["acme", "Blue Kite"]
    assert replace(read[0], organisation="Acme  LTD") == profiles[0]
    assert read[1] == profiles[1]
