"""`pair-device`: a door device for software and for trying things out."""

import click

from eventmatch.commands.console import as_json, command, now, say
from eventmatch.services import devices

HOW = (
    "Scan with it: POST /api/v1/events/{event}/doors/{door}/scans with the header “Authorization: Bearer TOKEN”.\n"
    "For a phone or laptop at the door, make a link on the event's page of devices instead."
)


@command("pair-device")
@click.argument("event")
@click.option(
    "--door", "door_id", type=click.IntRange(1, 2**31 - 1), help="Which door; the first entrance if left out."
)
@click.option("--name", required=True, help="What the device is called in lists.")
@as_json
def pair_device(event: str, door_id: int | None, name: str, *, as_json: bool) -> None:
    """Make a device of EVENT and print its token, which is shown only now."""
    made = devices.pair_directly(event, door_id, name, now=now())
    words = f"door {made.door_id}\ntoken {made.token}\n\n{HOW.format(event=event, door=made.door_id)}"
    say({"door_id": made.door_id, "token": made.token}, as_json=as_json, words=words)


commands = (pair_device,)
