"""The command that loads the demo event."""

from flask import current_app

from eventmatch.commands.console import as_json, command, now, say
from eventmatch.domain.addresses import absolute
from eventmatch.services import demo as service


@command("demo")
@as_json
def demo(*, as_json: bool) -> None:
    """Load the demo event unless it is there, and print fresh addresses of it."""
    loaded = service.load(now=now())
    links = service.links(now=now())
    base_url = current_app.config["EVENTMATCH"].base_url
    value = {"loaded": loaded, "addresses": {link.key: absolute(base_url, link.path) for link in links}}
    say(value, as_json=as_json, words=lines(links, base_url))


def lines(links: list[service.Link], base_url: str) -> str:
    """Write addresses one a line, each after whose it is."""
    return "\n".join(f"{link.label:<12}{absolute(base_url, link.path)}" for link in links)


commands = (demo,)
