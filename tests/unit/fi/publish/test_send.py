from fi.publish.send import Sent


def test_runs_of_offsets_grow_together_and_know_what_they_hold() -> None:
    sent = Sent()
    sent.add(("t", 0), 10, 5)
    sent.add(("t", 0), 15, 1)
    sent.add(("t", 0), 20, 2)
    sent.add(("t", 1), 0, 1)
    assert sent.runs == {("t", 0): [(10, 6), (20, 2)], ("t", 1): [(0, 1)]}
    assert sent.records == 9
    held = [
        (partition, offset) for partition in (0, 1, 2) for offset in range(25) if sent.holds("t", partition, offset)
    ]
    assert held == [(0, n) for n in (10, 11, 12, 13, 14, 15, 20, 21)] + [(1, 0)]
    assert not sent.holds("other", 0, 10)
