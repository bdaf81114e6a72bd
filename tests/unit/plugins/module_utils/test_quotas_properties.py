"""What holds whatever a fleet wants and whatever there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ansible_collections.pgfleet.aws.plugins.module_utils._quotas import QUOTAS, Place, Take, Usage, beyond
from hypothesis import given
from hypothesis import strategies as st

PLACE = Place("123456789012", "us-west-2")
PRESENT = 3
takes = st.builds(
    lambda quota, amount, source: (
        Take(quota, amount, "x", source, PRESENT) if quota == "ReadReplicasPerMaster" else Take(quota, amount, "x")
    ),
    st.sampled_from(sorted(QUOTAS)),
    st.integers(1, 5),
    st.sampled_from("st"),
)
fleets = st.dictionaries(st.sampled_from("abcdef"), st.lists(takes, min_size=1, max_size=4))
quotas = st.dictionaries(st.sampled_from(sorted(QUOTAS)), st.builds(Usage, st.integers(0, 10), st.integers(0, 20)))


def sums(wanted: Mapping[str, Sequence[Take]]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for take in (take for own in wanted.values() for take in own):
        found[take.quota, take.source] += take.amount
    return found


def fits(wanted: Mapping[str, Sequence[Take]], there: Mapping[str, Usage]) -> bool:
    return all(
        (PRESENT if source else there[quota].used) + amount <= there[quota].most
        for (quota, source), amount in sums(wanted).items()
        if quota in there
    )


@given(fleets, quotas)
def test_nobody_is_refused_where_all_fits_and_somebody_where_it_does_not(
    wanted: dict[str, list[Take]], there: dict[str, Usage]
) -> None:
    assert (not beyond(wanted, there, PLACE)) == fits(wanted, there)


@given(fleets, quotas)
def test_the_others_fit(wanted: dict[str, list[Take]], there: dict[str, Usage]) -> None:
    refused = beyond(wanted, there, PLACE)
    others = {host: own for host, own in wanted.items() if host not in refused}
    assert beyond(others, there, PLACE) == {}


@given(fleets, quotas)
def test_with_what_is_to_be_asked_for_all_fits(wanted: dict[str, list[Take]], there: dict[str, Usage]) -> None:
    codes = {quota.code: name for name, quota in QUOTAS.items()}
    raised = dict(there)
    for problem in (each for problems in beyond(wanted, there, PLACE).values() for each in problems):
        words = problem.message.split()
        name = codes[words[words.index("--quota-code") + 1]]
        most = int(words[words.index("--desired-value") + 1])
        raised[name] = Usage(there[name].used, max(raised[name].most, most))
    assert beyond(wanted, raised, PLACE) == {}
