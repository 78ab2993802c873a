"""`demo` loads once and prints four addresses each time."""

import json

from flask import Flask


def test_the_first_time_loads_and_the_second_keeps(app: Flask) -> None:
    runner = app.test_cli_runner()

    first, second = (json.loads(runner.invoke(args=["demo", "--json"]).stdout) for _ in range(2))

    assert (first["loaded"], second["loaded"]) == (True, False)
    assert [*first["addresses"]] == [*second["addresses"]] == ["organiser", "event", "ada", "door"]
    assert first["addresses"]["event"] == second["addresses"]["event"] == "http://127.0.0.1:5000/e/pm-meetup"
    fresh = {"organiser", "ada", "door"}
    assert all(first["addresses"][name] != second["addresses"][name] for name in fresh)


def test_words_are_four_lines_of_label_and_address(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["demo"])

    lines = [line.rsplit(maxsplit=1) for line in result.stdout.splitlines()]
    assert [label.strip() for label, _ in lines] == ["organiser", "event", "Ada", "front door"]
    assert all(address.startswith("http://127.0.0.1:5000/") for _, address in lines)
