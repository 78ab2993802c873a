"""What a browser is called in a list of one's own, in words its owner recognises."""

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def system_of(user_agent: str) -> str:
    """Return what a browser runs on, or nothing for what we do not know."""
    return _first(SYSTEMS, user_agent)


def spoken(user_agent: str) -> str:
    """Return a browser's name and where it runs, such as “Firefox, Windows”, or nothing for what we do not know."""
    return ", ".join(filter(None, (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))))


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    """Return the first name whose mark is there."""
    return next((name for mark, name in names if mark in user_agent), "")
