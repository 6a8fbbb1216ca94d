"""A run as one page that needs nothing else: no script, no font, no picture from elsewhere. Pure.

Every scenario has its verdict, its figures and a timeline; what did not hold comes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from django_mssql_ops.findings import Severity
from django_mssql_ops.retrytest.result import Layer, Result, Run
from django_mssql_ops.retrytest.timeline import svg

_STYLE: Final = """
:root{--paper:#fff;--ink:#1c2128;--soft:#5c6670;--line:#d8dee4;--card:#f6f8fa;--good:#1a7f37;
--bad:#c62828;--note:#9a6700;--attempt:#2f81f7;--delay:#c9d1d9}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--soft:#9aa4af;
--line:#30363d;--card:#161b22;--good:#56d364;--bad:#ff7b72;--note:#e3b341;--attempt:#58a6ff;
--delay:#3d444d}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1rem 4rem;max-width:62rem;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2.5rem 0 .75rem}
.lead{font-size:1.1rem;margin:.25rem 0 1.5rem}
.good{color:var(--good)}.bad{color:var(--bad)}.note{color:var(--note)}
.facts{color:var(--soft);font-size:.9rem;margin:.25rem 0}
.meter{display:flex;height:.6rem;border-radius:.3rem;overflow:hidden;background:var(--bad);
margin:.5rem 0}
.meter span{background:var(--good)}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
details{border:1px solid var(--line);border-radius:.5rem;background:var(--card);margin:.5rem 0;
padding:.5rem .9rem}
summary{cursor:pointer}summary b{font-weight:600}
.timeline{width:100%;height:auto;margin:.5rem 0;overflow:visible}
.timeline .axis{stroke:var(--line)}.timeline .attempt{fill:var(--attempt)}
.timeline .failed{fill:var(--bad)}.timeline .delay{fill:var(--delay)}
.timeline .fault{fill:var(--note)}.timeline .login{fill:none;stroke:var(--soft)}
.timeline .seconds{fill:var(--soft);font-size:10px}
.key span{margin-right:1.2rem}.key i{display:inline-block;width:.8rem;height:.8rem;
border-radius:.15rem;margin-right:.35rem;vertical-align:-.08rem}
code{font:.9em ui-monospace,monospace}
@media print{details{break-inside:avoid}}
"""

_KEY: Final = (
    ("attempt", "background:var(--attempt)"),
    ("failed attempt", "background:var(--bad)"),
    ("delay", "background:var(--delay)"),
    ("fault", "background:var(--note);clip-path:polygon(0 0,100% 0,50% 100%)"),
    ("login", "border:1px solid var(--soft);border-radius:50%;width:.6rem;height:.6rem"),
)
_COLUMNS: Final = (
    ("scenario", False),
    ("verdict", False),
    ("attempts", True),
    ("seconds", True),
    ("logins", True),
    ("statements", True),
    ("rows", True),
)


def render(run: Run) -> str:
    """The page, ending in a newline."""
    return "".join(_page(run)) + "\n"


def _page(run: Run) -> Iterator[str]:
    title = f"mssql_retrytest: {'ok' if run.is_good else 'FAILED'}"
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"/>'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>"
    )
    yield f"<h1>{_text(title)}</h1>{_lead(run)}"
    # What is there for comparison comes last: its red is no one's fault.
    for layer in sorted(run.layers, key=lambda layer: layer in run.compared):
        yield from _layer(run, layer)
    yield _left_out(run)
    yield "</body></html>"


def _lead(run: Run) -> str:
    counted = [result for result in run.results if result.layer not in run.compared]
    held = sum(result.held for result in counted)
    kind = "good" if run.is_good else "bad"
    lapse = "delays are shown in full, and were not waited for" if run.time_lapse else "real time"
    facts = (
        f"alias <code>{_text(run.alias)}</code> · {_text(run.driver)} · {_text(run.target)} · "
        f"seed <code>{run.seed}</code> · {run.seconds:.1f} s · {lapse}"
    )
    notes = "".join(f'<p class="facts">{_text(note)}</p>' for note in run.notes)
    key = "".join(f'<span><i style="{style}"></i>{name}</span>' for name, style in _KEY)
    return (
        f'<p class="lead {kind}">{held} of {len(counted)} scenarios held</p>'
        f'<p class="facts">{facts}</p>{notes}<p class="facts key">{key}</p>'
    )


def _layer(run: Run, layer: Layer) -> Iterator[str]:
    results = run.on(layer)
    held = sum(result.held for result in results)
    compared = ", for comparison" if layer in run.compared else ""
    yield f"<h2>Layer {_text(layer.value)}: {held} of {len(results)} held{compared}</h2>"
    yield f'<div class="meter"><span style="width:{100 * held / len(results):.1f}%"></span></div>'
    yield '<div class="scroll"><table><thead><tr>'
    for name, is_number in _COLUMNS:
        yield f"<th{_number(is_number)}>{name}</th>"
    yield "</tr></thead><tbody>"
    for result in results:
        yield _row(result)
    yield "</tbody></table></div>"
    for result in sorted(results, key=lambda result: result.held):
        yield _details(result)


def _row(result: Result) -> str:
    seen = result.seen
    rows = "" if seen.writes is None else str(seen.writes.rows)
    cells = (
        f"<code>{_text(result.scenario.name)}</code>",
        f'<span class="{_kind(result)}">{_text(result.judgement.verdict.words)}</span>',
        str(seen.attempts),
        f"{seen.seconds:.1f}",
        str(seen.logins),
        str(seen.statements),
        rows,
    )
    marked = zip(_COLUMNS, cells, strict=True)
    return "<tr>" + "".join(f"<td{_number(n)}>{cell}</td>" for (_, n), cell in marked) + "</tr>"


def _details(result: Result) -> str:
    scenario, seen, judgement = result.scenario, result.seen, result.judgement
    opened = "" if result.held else " open=''"
    failure = "" if seen.failure is None else str(seen.failure)
    error = f" Error: {_text(failure)}." if failure and failure not in judgement.why else ""
    hint = f'<p class="facts">To do: {_text(judgement.hint)}</p>' if judgement.hint else ""
    picture = svg(result.marks, title=f"{scenario.name}: {judgement.verdict.words}")
    return (
        f"<details{opened}><summary><b>{_text(scenario.title)}</b> "
        f'<span class="{_kind(result)}">{_text(judgement.verdict.words)}</span></summary>'
        f"{picture}<p>{_text(_sentence(judgement.why))}{error}</p>{hint}"
        f'<p class="facts">{_text(scenario.phase.value)} · expected: '
        f"{_text(scenario.expectation.value)} · {_text(_sentence(scenario.why))}</p></details>"
    )


def _left_out(run: Run) -> str:
    if not run.left_out:
        return ""
    rows = "".join(
        f"<tr><td><code>{_text(scenario.name)}</code></td><td>{_text(reason)}</td></tr>"
        for scenario, reason in run.left_out
    )
    return (
        f"<h2>Not run: {len(run.left_out)}</h2><div class='scroll'><table><tbody>{rows}</tbody>"
        "</table></div>"
    )


def _kind(result: Result) -> str:
    if not result.held:
        return "bad"
    return "note" if result.judgement.verdict.severity is Severity.INFO else "good"


def _number(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _text(text: str) -> str:
    """``text`` as text of a page: no markup, no control characters."""
    return escape("".join(c if c.isprintable() else " " for c in text))
