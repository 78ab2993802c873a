"""Two hundred and more values nobody should have to survive, and everybody must."""

from typing import Any

CONTROL = [chr(n) for n in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
UNSEEN = [
    "\u200b",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\ufffe",
    "\U0010ffff",
    "\ud800",
    "\udfff",
    "a\ud83d",
]
FORMULAS = [
    f"{lead}{sign}1+1"
    for sign in ("=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠")
    for lead in ("", " ", "\u00a0")
] + ['=HYPERLINK("https://evil.example","x")', "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", ";=1+1", "\n=1+1"]
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% raw %}",
    "${7*7}",
    "#{7*7}",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "%3Cscript%3E",
    "\\x3cscript\\x3e",
]
INJECTIONS = [
    "a\r\nBcc: everybody@example.org",
    "a\nSubject: x",
    "a%0d%0aSet-Cookie: x=1",
    "' OR '1'='1",
    '"; DROP TABLE person; --',
    "1; SELECT pg_sleep(9)",
    "%s%s%s%n",
    "../../../../etc/passwd",
    "..\\..\\windows",
    "file:///etc/passwd",
    "//evil.example/",
    "/\\evil.example",
    "https://evil.example/",
    "BEGIN:VCARD\r\nEND:VCARD",
    "a;b,c\\d",
]
NUMBERS = [
    "-1",
    "0",
    "00",
    "1e308",
    "1e999",
    "NaN",
    "Infinity",
    "-Infinity",
    "9" * 400,
    str(2**31),
    str(2**53 + 1),
    str(2**63),
    str(-(2**63) - 1),
    "0x10",
    "1_000",
    "١٢٣",
    "²",
    "1,5",
    " 1 ",
    "true",
    "null",
    "undefined",
    "[]",
    "{}",
]
TIMES = [
    "2027-02-30T10:00",
    "2027-13-01T10:00",
    "0000-00-00T00:00",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "10000-01-01T00:00",
    "2027-03-28T02:30",
    "25:61",
    "24:00",
    "-1:00",
    "2027-03-04",
    "now",
    "2027-03-04T09:00:00+99:99",
]
ADDRESSES = [
    "a@b",
    "@example.org",
    "a@@example.org",
    "a b@example.org",
    '"a\r\nb"@example.org',
    "a@example.org\x00",
    "a@example.org,b@example.org",
    "<a@example.org>",
    f"{'a' * 300}@example.org",
    f"a@{'b' * 300}.org",
    "a@[127.0.0.1]",
    "ä@exämple.org",
    "a@xn--.org",
]
SCRIPTS = ["عبد الرحمن", "שלום", "王小明", "ประเทศไทย", "👩‍👩‍👧‍👦" * 50, "a" + "\u0301" * 500, "ß" * 300, "İ" * 300]
LONG = ["x" * 1_000, "x" * 100_000, "," * 10_000, "a," * 5_000, "\n" * 10_000, " " * 10_000]

TEXTS: list[str] = [*CONTROL, *UNSEEN, *FORMULAS, *MARKUP, *INJECTIONS, *NUMBERS, *TIMES, *ADDRESSES, *SCRIPTS, *LONG]

JSON_VALUES: list[Any] = [None, True, False, 0, -1, 1.5, 2**63, [], ["a"], {}, {"a": 1}, [[[[]]]], *TEXTS]

BODIES: list[bytes] = [
    b"",
    b"\x00",
    b"\xff\xfe\xfd",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b'{"code": NaN, "nonce": "1"}',
    b'{"code": Infinity, "nonce": "1"}',
    b'{"code": "a", "code": "b", "nonce": "1"}',
    b'{"code": "\\ud800", "nonce": "1"}',
    b'{"code": "\\u0000", "nonce": "1"}',
    b'{"code": "\xe4", "nonce": "1"}',
    b'{"code": 9007199254740993, "nonce": "1"}',
    b'{"code": 1' + b"0" * 5_000 + b', "nonce": "1"}',
    b"[" * 100_000,
    b'{"a":' * 10_000,
    b'{"code": "' + b"x" * 10_000_000 + b'", "nonce": "1"}',
]

TEN_MEGABYTES = "x" * 10_000_000
