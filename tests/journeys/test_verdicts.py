"""The browser judges as the server does: one table, two languages."""

import json

import pytest

from tests.domain.verdict_vectors import cases
from tests.journeys.pages import Story

pytestmark = pytest.mark.browser

JUDGE_ALL = """async (everything) => {
  const { judge } = await import("/static/js/verdicts.js");
  const door = (state) => ({ ...state, opens_at: Date.parse(state.opens_at), closes_at: Date.parse(state.closes_at) });
  return JSON.parse(everything).map((one) => judge(one.ticket, door(one.door), one.direction, Date.parse(one.at)));
}"""


def test_every_combination_gets_the_verdict_of_the_table_in_the_browser(story: Story) -> None:
    everything = list(cases())
    page = story.opens()
    page.goto("/about")

    answers = page.evaluate(JUDGE_ALL, json.dumps(everything))

    wrong = [case["case"] for case, answer in zip(everything, answers, strict=True) if case["verdict"] != answer]
    assert json.dumps(wrong) == "[]"
