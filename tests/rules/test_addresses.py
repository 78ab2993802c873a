"""Every public path we put into mails and codes leads somewhere."""

import inspect
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask

from eventmatch.domain import addresses

PATHS: dict[str, Callable[..., str]] = {
    name: build
    for name, build in inspect.getmembers(addresses, inspect.isfunction)
    if name.endswith("_path") and not name.startswith("_")
}


def sample(parameter: inspect.Parameter) -> int | str:
    """Return a value such a parameter may have."""
    return 1 if parameter.annotation is int else "Sample-1"


@pytest.mark.parametrize("build", PATHS.values(), ids=PATHS)
def test_leads_to_a_page(build: Callable[..., str], app: Flask) -> None:
    path = build(*map(sample, inspect.signature(build).parameters.values()))

    endpoint, values = app.url_map.bind("localhost").match(urlsplit(path).path, method="GET")

    assert endpoint
    assert set(values.values()) <= {1, "Sample-1"}


def test_there_are_paths_to_check() -> None:
    assert len(PATHS) >= 5
