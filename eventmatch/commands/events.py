"""`events`: what there is, and the numbers of the doors."""

from dataclasses import asdict

from eventmatch.commands.console import as_json, command, say
from eventmatch.services.ticket_list import EventLine, events_with_doors


@command("events")
@as_json
def events(*, as_json: bool) -> None:
    """List all events with their doors."""
    found = events_with_doors()
    values = [asdict(event) | {"starts": event.starts.isoformat(timespec="seconds")} for event in found]
    say(values, as_json=as_json, words="\n".join(map(_words, found)) or "There are no events yet.")


def _words(event: EventLine) -> str:
    """Describe one event to a person."""
    doors = [f"  door {door.id}: {door.name} ({door.room})" for door in event.doors]
    return "\n".join([f"{event.slug}: {event.name}, {event.starts:%Y-%m-%d %H:%M} UTC", *doors])


commands = (events,)
