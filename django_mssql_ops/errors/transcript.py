r"""A pasted text, brought back to what the program wrote.

Logs escape it (JSON, repr, HTML), mail quotes it, terminals and web pages change its blanks. A
backslash before an ``n`` is a line's end or the name of a server's instance: ``HOST\new``. It is a
line's end where the text has tracebacks or tuples in one line, and where no lower-case letter
follows.
"""

from __future__ import annotations

import re
from typing import Final

from django_mssql_ops.errors.message import MAX_INPUT_LENGTH

_ENTITIES: Final = (
    ("&quot;", '"'),
    ("&#34;", '"'),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", " "),
    ("&amp;", "&"),
)
_UNICODE_ESCAPE = re.compile(r"\\{1,8}u00(22|27|3[cCeE]|[aA]0|26)")
_QUOTE_ESCAPE = re.compile(r"\\{1,8}([\"'])")
_LINE_ESCAPE = re.compile(r"(?:\\{1,4}r)?\\{1,4}n(?![a-z])|\\{1,4}r\\{1,4}n")
_ANY_LINE_ESCAPE = re.compile(r"(?:\\{1,4}r)?\\{1,4}n")
_BLANKS = re.compile("[\t\x0b\x0c\x1f\xa0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]")
_LINE_QUOTE = re.compile(r"^(?:(?: {0,8}[>|]){1,8} ?|E {2,8})", re.MULTILINE)


def transcribe(text: str) -> str:
    """``text`` in lines, unescaped; of a text that is too long its beginning and its end."""
    if len(text) > MAX_INPUT_LENGTH:
        half = MAX_INPUT_LENGTH // 2
        text = f"{text[:half]}\n\n{text[-half:]}"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
    if "\\" in text:
        text = _unescape(text)
    return _LINE_QUOTE.sub("", _BLANKS.sub(" ", text))


def _unescape(text: str) -> str:
    text = _UNICODE_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    text = _QUOTE_ESCAPE.sub(r"\1", text)
    in_one_line = "\\nTraceback (most recent" in text or '\\n  File "' in text
    return (_ANY_LINE_ESCAPE if in_one_line else _LINE_ESCAPE).sub("\n", text)
