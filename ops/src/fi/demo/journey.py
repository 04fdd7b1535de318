"""What happens in the demo, chapter by chapter.

Calls doors, publishes, moves the clock; every answer is told and held against expected.py.
Invariant: everything told came from Kafka, a door or the log of the running system.
Next: story.py for the people, paper.py for the looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from event_contracts.instant import format_time, parse_time
from eventlog.read import LogReader
from fi.demo import expected
from fi.demo.checks import Checks
from fi.demo.doors import Answer, Doors
from fi.demo.expected import changes, failed_of, figures, item_of, rules_of
from fi.demo.narrator import Narrator
from fi.demo.stage import Stage
from fi.demo.story import Story, lines
from fi.dev.finder import Kind
from fi.generate.data_set import DataSet
from fi.generate.stream import facts_of
from fi.publish.cli import publish_and_wait
from fi.publish.outcome import Outcome
from fi.terminal import err

ACCOUNTS, CONTRACTS, SEED = 60, 400, 7
WIDE, NARROW = "jss_and_profile", "jss_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One telling of the story on one instance; `desk`: a folder for the files to publish."""

    stage: Stage
    doors: Doors
    reader: LogReader
    tell: Narrator
    checks: Checks
    story: Story
    desk: Path

    async def run(self) -> None:
        self._scene()
        await self._moves_in()
        before = await self._before()
        wide = await self._removal(before)
        await self._beside(wide)
        passes_at = await self._refusal()
        await self._granted_again(passes_at)
        await self._in_the_log()

    def _scene(self) -> None:
        instance = self.stage.instance
        how = "started for this story" if self.stage.own else "already running"
        self.tell.chapter("A whole system", f"Three services, a sequencer, a database and a broker, {how}.")
        real = f"Apache Kafka {instance.kafka_version} ({instance.kafka_kind})"
        kafka = "librdkafka's in-memory broker" if instance.kafka_kind is Kind.IN_MEMORY else real
        self.tell.scene(
            {
                "broker": f"{kafka}, {instance.bootstrap_servers}",
                "database": f"PostgreSQL ({instance.database_kind}), {instance.database_url}",
                **instance.services,
                "clock": f"a test clock, standing at {format_time(self.stage.now())}",
                "home": instance.home,
                **({"beware": " ".join(instance.warnings)} if instance.warnings else {}),
            }
        )

    async def _moves_in(self) -> None:
        text = "Facts go to Kafka as other teams send them: out of order, one twice, one that makes no sense."
        self.tell.chapter("The marketplace speaks", text)
        wish = DataSet(accounts=ACCOUNTS, contracts=CONTRACTS, seed=SEED, until=self.stage.now())
        file = self.desk / "marketplace.jsonl"
        facts = [fact.line(wish.source) for fact in facts_of(wish)]
        file.write_bytes(b"".join(facts))
        outcome = await self._publish(f"{ACCOUNTS} generated accounts", file, len(facts))
        again = outcome.duplicates == len(facts)  # an instance that has heard them before
        self.checks.equal("generated facts", outcome, outcome if again else Outcome(len(facts), 0, {}))
        story = list(self.story.beginning())
        outcome = await self._say("the story", [*story, self.story.duplicate(), self.story.nonsense()])
        self.checks.equal("facts of the story", outcome, Outcome(len(story), 1, {"invalid": 1}))

    async def _before(self) -> dict[str, Any]:
        self.tell.chapter("Before", "Noor's public profile, and the public history of the client with the bad review.")
        profile, history = (
            await self.doors.profile(self._id("noor")),
            await self.doors.client_history(self._id("delta-print")),
        )
        self.tell.profile("profile", profile)
        self.tell.client_history("client history", history)
        self.checks.equal("figures before", figures(profile), (74, 24, 0, 4.2, 4, 0, 4))
        review = item_of(profile["work_history"], self._id("noor-posters"))["client_feedback"]
        self.checks.equal("the review is visible", (review["state"], review["score"]), ("visible", 200))
        self.checks.equal("client history has both contracts", len(history["items"]), 2)
        return profile

    async def _removal(self, before: dict[str, Any]) -> dict[str, str]:
        self.tell.chapter(
            "Noor asks for its removal",
            "Every rule is judged and recorded, met or not. All are met: approved in the same transaction.",
        )
        contract = self._id("noor-posters")
        answer = await self._ask("noor", "noor", contract, WIDE)
        self._granted(answer, expected.RULES_OF_A_FREELANCER)
        noor = self._id("noor")
        again = await self.doors.request_removal(noor, contract, WIDE, sub=noor, key_=self._key(noor, contract))
        self.checks.equal("the same key gives the same answer", again.body, answer.body)
        after, history = (
            await self.doors.profile(self._id("noor")),
            await self.doors.client_history(self._id("delta-print")),
        )
        self.tell.change(before, after)
        self.tell.profile("profile after", after)
        self.tell.client_history("client history after", history)
        self.checks.equal("figures after", figures(after), (100, 24, 1, 4.2, 4, 1, 4))
        self.checks.equal(
            "score door and profile agree", await self.doors.score(self._id("noor")), after["job_success_score"]
        )
        return changes(before, after, history, contract)

    async def _beside(self, wide: dict[str, str]) -> None:
        text = "An agency's member may not ask, its admin may. The narrower scope leaves both pages as they are."
        self.tell.chapter("Beside it: from the score only", text)
        agency, contract = self._id("aurora"), self._id("aurora-video")
        before = await self.doors.profile(agency)
        refused = await self._ask("pim", "aurora", contract, NARROW, whole=False)
        self.checks.equal(
            "a member is refused", (refused.status, failed_of(refused.body)), (409, ["AGENCY_ROLE_REQUIRED"])
        )
        granted = await self._ask("ivo", "aurora", contract, NARROW, whole=False)
        self._granted(granted, expected.RULES_OF_AN_AGENCY)
        after, history = await self.doors.profile(agency), await self.doors.client_history(self._id("harbor-coffee"))
        self.tell.change(before, after)
        self.checks.equal("the agency's figures before", figures(before), (47, 24, 0, 4.3, 3, 0, 3))
        self.checks.equal("the agency's figures after", figures(after), (100, 24, 1, 4.3, 3, 0, 3))
        narrow = changes(before, after, history, contract)
        self.tell.comparison({"JSS only (Studio Aurora)": narrow, "JSS and profile (Noor)": wide})
        self.checks.equal("the table for JSS_ONLY", narrow, expected.CHANGES[NARROW])
        self.checks.equal("the table for JSS_AND_PROFILE", wide, expected.CHANGES[WIDE])

    async def _refusal(self) -> str:
        text = "Another bad review; Noor asks again. The refusal is recorded and says what is missing."
        await self.stage.move_to(self.stage.now() + timedelta(days=10))
        self.tell.chapter("Ten days later: refused", text)
        await self._say("another contract", self.story.another_bad_review())
        profile = await self.doors.profile(self._id("noor"))
        self.checks.equal("figures with the new review", figures(profile), (74, 24, 1, 3.8, 5, 1, 5))
        answer = await self._ask("noor", "noor", self._id("noor-flyers"), WIDE)
        self.checks.equal("refused", (answer.status, failed_of(answer.body)), (409, ["TOO_SOON", "TOO_FEW_CONTRACTS"]))
        rules = {rule["code"]: rule for rule in rules_of(answer.body)}
        self.checks.equal("contracts missing", rules["TOO_FEW_CONTRACTS"].get("contracts_needed"), 9)
        self.checks.equal("nothing changed", await self.doors.profile(self._id("noor")), profile)
        return str(rules["TOO_SOON"].get("passes_at"))

    async def _granted_again(self, passes_at: str) -> None:
        await self.stage.move_to(parse_time(passes_at))
        text = f"The clock stands at {passes_at}: from this very instant on Noor may ask again."
        self.tell.chapter("Three months and ten contracts later: granted", text)
        await self._say("ten contracts", self.story.ten_contracts())
        noor, contract = self._id("noor"), self._id("noor-flyers")
        before = await self.doors.profile(noor)
        eligible = await self.doors.eligibility(noor, contract, WIDE, sub=noor)
        self.tell.eligibility(eligible)
        self.checks.equal("eligible", eligible["eligible"], True)
        answer = await self._ask("noor", "noor", contract, WIDE)
        self._granted(answer, expected.RULES_OF_A_FREELANCER)
        after = await self.doors.profile(noor)
        self.tell.change(before, after)
        self.checks.equal("figures with ten more contracts", figures(before), (90, 24, 1, 4.6, 15, 1, 15))
        self.checks.equal("figures after the second removal", figures(after), (100, 24, 2, 4.6, 15, 2, 15))
        shown = item_of(after["work_history"], contract).get("client_feedback", {})
        self.checks.equal("the second tombstone", shown.get("tombstone"), expected.TOMBSTONE)

    async def _in_the_log(self) -> None:
        self.tell.chapter(
            "All of it, in the order of the log",
            "Our own events in bold; ✎ is a text, which the log holds sealed.",
        )
        events = await self.reader.by_account(self._id("noor"))
        self.tell.events(f"account {self._id('noor')} and its scores", events)
        kinds = [
            event.type.removesuffix(".v1").rpartition(".")[2] for event in events if "feedback-removal" in event.type
        ]
        self.checks.equal("removals in the log", kinds, ["requested", "approved", "refused", "requested", "approved"])
        positions = [event.position for event in events]
        self.checks.equal("positions rise", positions, sorted(set(positions)))

    async def _ask(self, who: str, account: str, contract: str, scope: str, *, whole: bool = True) -> Answer:
        by = self._id(who)
        answer = await self.doors.request_removal(
            self._id(account), contract, scope, sub=by, key_=self._key(by, contract)
        )
        self.tell.request(answer, by, whole=whole)
        return answer

    def _granted(self, answer: Answer, rules: tuple[str, ...]) -> None:
        self.checks.equal("granted", (answer.status, answer.body.get("status")), (201, "approved"))
        judged = [(rule["code"], rule["holds"]) for rule in rules_of(answer.body)]
        self.checks.equal("every rule is judged and met", judged, [(code, True) for code in rules])

    async def _say(self, what: str, events: Iterable[dict[str, Any]]) -> Outcome:
        file = self.desk / "story.jsonl"
        said = list(events)
        file.write_bytes(lines(iter(said)))
        return await self._publish(what, file, len(said))

    async def _publish(self, what: str, file: Path, count: int) -> Outcome:
        outcome = await publish_and_wait(self.stage.instance, file, count, tell=err.is_terminal)
        self.tell.published(what, count, outcome)
        return outcome

    def _key(self, by: str, contract: str) -> str:
        """An Idempotency-Key: asking for the same at the same moment is the same act."""
        return f"{by}/{contract}/{format_time(self.stage.now())}"

    def _id(self, name: str) -> str:
        return self.story.id(name)
