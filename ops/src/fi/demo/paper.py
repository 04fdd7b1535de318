"""The story for a person: cards and tables on a terminal, plain lines elsewhere, 100 columns at most.

Knows how things look, nothing of what they mean. Next: rule_text.py for the rules' words.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.box import ROUNDED
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from event_contracts.recorded import Recorded
from fi.demo import rule_text
from fi.demo.checks import Checks
from fi.demo.doors import Answer
from fi.demo.rule_text import minute, percent
from fi.log.gist import stars
from fi.log.table import table_of
from fi.publish.outcome import Outcome

COLUMNS: Final = 100
ROWS: Final = 8
NOTHING: Final = "-"
BADGES: Final = {
    "none": "no badge",
    "rising_talent": "Rising Talent",
    "top_rated": "Top Rated",
    "top_rated_plus": "Top Rated Plus",
}
MARKS: Final = {True: Text("✓", style="green"), False: Text("✗", style="bold red"), None: Text("·", style="dim")}

Document = Mapping[str, Any]


class Paper:
    """Writes the story to standard output."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._console.width = min(COLUMNS, self._console.width) if self._console.is_terminal else COLUMNS
        self._chapters = 0

    def chapter(self, title: str, text: str) -> None:
        self._chapters += 1
        heading = f"{self._chapters}  {title}"
        self._print("")
        if self._console.is_terminal:
            self._console.rule(Text(heading, style="bold cyan"), align="left", style="cyan")
        else:
            self._print(f"{heading}\n{'=' * len(heading)}")
        self._print(text, style="dim")
        self._print("")

    def scene(self, facts: Mapping[str, str]) -> None:
        table = _table()
        for name, value in facts.items():
            loud = name == "beware"
            table.add_row(
                Text(name, style="bold red" if loud else "dim"), Text(value, style="bold red" if loud else "")
            )
        self._print(Padding(table, (0, 0, 0, 2)))

    def published(self, what: str, sent: int, outcome: Outcome) -> None:
        parked = ", ".join(f"{count} {reason}" for reason, count in outcome.parked.items()) or "none"
        line = Text.assemble(
            f"  {what}: ",
            (f"{sent}", "bold"),
            f" sent to Kafka · {outcome.recorded} recorded · {outcome.duplicates} duplicates · parked: {parked}",
        )
        self._print(line)

    def profile(self, caption: str, document: Document) -> None:
        table = _table("ended", "client", "job", "rating", "what the client says")
        items = document["work_history"]["items"]
        for item in items[:ROWS]:
            rating, said = _feedback(item["client_feedback"], item.get("response"), who="answer")
            table.add_row(minute(item["completed_at"])[:10], item["client_id"], _title(item), rating, said)
        _more(table, document["work_history"])
        figures = _figures(document)
        self._card(f"{caption}: {_name(document, 'account_id')}", Group(figures, Text(), table))

    def client_history(self, caption: str, document: Document) -> None:
        table = _table("ended", "job", "with", "the client says", "the talent says")
        for item in document["items"][:ROWS]:
            rating, said = _feedback(item["client_feedback"], None)
            theirs, answered = _feedback(item["talent_feedback"], item.get("client_response"), who="client's answer")
            table.add_row(
                minute(item["completed_at"])[:10],
                _title(item),
                item["account_id"],
                _one(rating, said),
                _one(theirs, answered),
            )
        _more(table, document)
        self._card(f"{caption}: {_name(document, 'client_id')}", table)

    def request(self, answer: Answer, by: str, *, whole: bool) -> None:
        sent = answer.sent or {}
        granted = answer.status == 201
        verdict = (
            Text(f"{answer.status} {answer.body['status']}, decided by {answer.body['decided_by']}", style="bold green")
            if granted
            else Text(f"{answer.status} refused", style="bold red")
        )
        said = Text.assemble(
            (f"{by} → {answer.method} {answer.path}", "bold"),
            f"\n{'':>{len(by)}}   {sent['contract_id']} of {sent['account_id']}, {sent['scope']}  →  ",
            verdict,
        )
        rules = answer.body["evidence"]["rules"] if granted else answer.body["rules"]
        self._print(Padding(said, (0, 0, 1, 2)))
        told = rules if whole else [rule for rule in rules if rule["holds"] is not True]
        if told:
            self._print(Padding(_rules(told), (0, 0, 0 if not whole else 1, 2)))
        if not whole:
            others = f"the other {len(rules) - len(told)} are met" if told else f"all {len(rules)} rules are met"
            self._print(Padding(Text.assemble(MARKS[True], "  ", others), (0, 0, 1, 2)))

    def eligibility(self, document: Document) -> None:
        said = "may be removed" if document["eligible"] else "may not be removed"
        self._print(Padding(Text(f"eligibility door: {said}", style="bold"), (0, 0, 1, 2)))

    def change(self, before: Document, after: Document) -> None:
        table = _table("", "before", "after")
        for name, figure in (("Job Success Score", _score), ("star rating", _stars), ("jobs", _jobs)):
            old, new = figure(before), figure(after)
            table.add_row(name, old, Text(new, style="bold" if old != new else ""))
        self._print(Padding(table, (0, 0, 1, 2)))

    def comparison(self, columns: Mapping[str, Mapping[str, str]]) -> None:
        table = _table("", *columns)
        for area in next(iter(columns.values())):
            table.add_row(Text(area, style="dim"), *(column[area] for column in columns.values()))
        self._print(Padding(table, (0, 0, 1, 2)))

    def events(self, caption: str, events: Sequence[Recorded]) -> None:
        self._print(Padding(Text(caption, style="bold"), (0, 0, 1, 2)))
        self._print(Padding(table_of(events), (0, 0, 1, 2)))

    def verdict(self, checks: Checks, go_on: Sequence[str]) -> None:
        for failure in checks.failures:
            self._print(Text.assemble("  ", ("✗ ", "bold red"), str(failure)))
        if checks.failures:
            end = Text(f"✗ {len(checks.failures)} of {checks.count} checks against the rules failed", style="bold red")
        else:
            end = Text(f"✓ {checks.count} checks against the rules, all of them hold", style="bold green")
        self._print(Padding(end, (0, 0, 0, 2)))
        for line in go_on:
            self._print(Text(f"    {line}", style="dim"))

    def _print(self, what: RenderableType, *, style: str | None = None) -> None:
        if self._console.is_terminal:
            self._console.print(what, markup=False, style=style)
            return
        with self._console.capture() as captured:
            self._console.print(what, markup=False)
        lines = captured.get().splitlines()  # padded to the full width, which nobody wants in a file
        self._console.file.write("".join(f"{line.rstrip()}\n" for line in lines))

    def _card(self, title: str, body: RenderableType) -> None:
        if self._console.is_terminal:
            card: RenderableType = Panel(body, title=Text(title, style="bold"), title_align="left", box=ROUNDED)
        else:
            card = Group(Text(f"  {title}\n"), Padding(body, (0, 0, 0, 2)))
        self._print(Padding(card, (0, 0, 1, 0)))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=bool(columns))
    for column in columns:
        table.add_column(column)
    return table


def _rules(rules: Iterable[Document]) -> Table:
    table = _table("", "rule", "asks that", "seen")
    for rule in rules:
        style = "bold red" if rule["holds"] is False else ""
        words = rule_text.WORDS[rule["code"]]
        table.add_row(MARKS[rule["holds"]], Text(rule["code"], style=style), words, Text(rule_text.seen(rule), style))
    return table


def _figures(profile: Document) -> Text:
    return Text.assemble(
        (BADGES[profile["badge"]], "bold"),
        f", {profile['kind']}, {_jobs(profile)} jobs\nJob Success Score ",
        (_score(profile), "bold green"),
        "   stars ",
        (_stars(profile), "bold yellow"),
    )


def _score(profile: Document) -> str:
    score = profile["job_success_score"]
    removed = f", {score['removed_count']} removed" if score["removed_count"] else ""
    window = f" ({score['window_months']} months{removed})" if score["score"] is not None else ""
    return percent(score["score"]) + window


def _stars(profile: Document) -> str:
    rating = profile["star_rating"]
    includes = f", includes {rating['removed_count']} removed" if rating["removed_count"] else ""
    return f"{rating['average']} ({rating['count']} ratings{includes})"


def _jobs(profile: Document) -> str:
    return str(profile["number_of_jobs"])


def _name(document: Document, id_: str) -> str:
    return str(document["display_name"] or document[id_])


def _title(item: Document) -> Text:
    """As a text of its own: in a bare string square brackets would be markup."""
    return Text(item["title"] or NOTHING)


def _feedback(feedback: Document, response: str | None, who: str = "") -> tuple[Text, Text]:
    """The rating and the words; a tombstone says whose decision it was."""
    if feedback["state"] == "removed":
        rating, said = (
            Text(NOTHING, style="dim"),
            Text(f"{feedback['tombstone']} ({feedback['removal_class']})", "italic magenta"),
        )
    elif feedback["state"] == "none":
        rating, said = Text(NOTHING, style="dim"), Text()
    else:
        rating, said = Text(stars(feedback.get("score")), style="yellow"), Text(feedback.get("comment", ""))
    if response:
        said.append(f"{chr(10) if said.plain else ''}↳ {who}: {response}", style="cyan")
    return rating, said


def _one(rating: Text, said: Text) -> Text:
    return said if rating.plain == NOTHING else Text("  ").join((rating, said))


def _more(table: Table, page: Document) -> None:
    if len(page["items"]) > ROWS or "next" in page:
        table.add_row(Text("…", style="dim"))
