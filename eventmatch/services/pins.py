"""The PIN that locks a kiosk: four to eight digits, five tries, then a pause."""

from datetime import datetime, timedelta

from sqlalchemy import case, or_, update

from eventmatch.domain.errors import Invalid, TooMany
from eventmatch.formats import pin as pins
from eventmatch.models.base import write_transaction
from eventmatch.models.device import Device

SHORTEST, LONGEST = 4, 8
TRIES = 5
PAUSE = timedelta(minutes=5)


def clean(pin: str) -> str:
    """Return a PIN somebody chose, or say what one looks like."""
    pin = pin.strip()
    if not (SHORTEST <= len(pin) <= LONGEST and pin.isascii() and pin.isdigit()):
        raise Invalid(f"A PIN has {SHORTEST} to {LONGEST} digits.", field="pin")
    return pin


def check(device_id: int, pin: str, *, now: datetime) -> None:
    """Accept the right PIN of a device; each try is written down before it is looked at.

    Raises
    ------
    Invalid
        If it is the wrong one.
    TooMany
        If five were wrong, and the pause is not over.
    """
    stored = _counted(device_id, now)
    if not stored or not pins.fits(pin.strip(), stored):
        raise Invalid("This is not the PIN.", field="pin")
    with write_transaction() as session:
        session.execute(update(Device).where(Device.id == device_id).values(pin_tries=0))


def _counted(device_id: int, now: datetime) -> str:
    """Count one try, if there is one left, and return what the PIN is compared with."""
    rested = Device.pin_tried_at <= now - PAUSE
    left = update(Device).where(Device.id == device_id, or_(Device.pin_tries < TRIES, rested))
    values = {"pin_tries": case((rested, 1), else_=Device.pin_tries + 1), "pin_tried_at": now}
    with write_transaction() as session:
        row = session.execute(left.values(values).returning(Device.pin_hash)).first()
    if row is None:
        raise TooMany(f"{TRIES} wrong PINs. Wait five minutes, then try again.", field="pin")
    return row[0] or ""
