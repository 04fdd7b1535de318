"""Cut a set of events into steps whose order the score depends on (domain §6.8, architecture §5).

Pure. Partitions never meet, so their steps are laid side by side: first runs of the accounts' own events, then the
broadcast events that touch accounts by the thousand.
Invariant: within a partition no event is folded before an older one; a ruling is alone in its group.
Next: rescore.py does the steps.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from event_contracts import ScoringDayOpened, SubjectErased
from event_contracts.recorded import Recorded
from jss.domain.concern import CAUSES, NAMES, RULINGS

Run = list[Recorded]
Round = dict[str, list[Recorded]]
"""Account id → its next group of events."""


@dataclass(slots=True)
class Stage:
    """Account events to fold together, and then at most one broadcast event of each partition."""

    run: Run = field(default_factory=list)
    broadcasts: list[Recorded] = field(default_factory=list)


def account_of(event: Recorded) -> str:
    """The account whose stream (or name's stream) the event stands in."""
    return event.stream.partition("/")[2]


def stages_of(events: Iterable[Recorded], turns: Callable[[Recorded], bool]) -> list[Stage]:
    """Lay the partitions' steps side by side; `turns`: a standing that changes whether a client's contracts count."""
    stages: list[Stage] = []
    for steps in zip_longest(*_steps_by_partition(events, turns).values()):
        stage = Stage()
        for run, broadcast in filter(None, steps):
            stage.run += run
            stage.broadcasts += [broadcast] if broadcast is not None else []
        stages.append(stage)
    return stages


def _steps_by_partition(
    events: Iterable[Recorded], turns: Callable[[Recorded], bool]
) -> Mapping[int, Sequence[tuple[Run, Recorded | None]]]:
    steps: dict[int, list[tuple[Run, Recorded | None]]] = {}
    runs: dict[int, Run] = {}
    for event in events:
        run = runs.setdefault(event.partition, [])
        if isinstance(event.data, (*CAUSES, *NAMES)):
            run.append(event)
        elif isinstance(event.data, ScoringDayOpened | SubjectErased) or turns(event):
            steps.setdefault(event.partition, []).append((run, event))
            runs[event.partition] = []
    for partition, run in runs.items():
        if run:
            steps.setdefault(partition, []).append((run, None))
    return steps


def rounds_of(run: Iterable[Recorded]) -> list[Round]:
    """Cut each account's events into groups that are evaluated once: a ruling by itself, what lies between together."""
    groups: dict[str, list[list[Recorded]]] = {}
    for event in run:
        own = groups.setdefault(account_of(event), [])
        if not own or isinstance(event.data, RULINGS) or isinstance(own[-1][-1].data, RULINGS):
            own.append([])
        own[-1].append(event)
    return [
        {account_id: own[nth] for account_id, own in groups.items() if nth < len(own)}
        for nth in range(max(map(len, groups.values()), default=0))
    ]
