"""All sites of a simulated league internet."""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulator.families.every import FAMILIES
from tests.simulator.site import Site

SITES_OF_A_FAMILY = 2


@dataclass(frozen=True)
class World:
    """The sites, which pass their nights together."""

    sites: tuple[Site, ...]

    def pass_night(self) -> None:
        """The next night on every site."""
        for site in self.sites:
            site.pass_night()


def make_world(seed: int, *, family: str | None = None, articles: int = 16) -> World:
    """Two sites of each family, or of one, with so many articles each on the first night.

    A site's fate depends on the seed and on itself: it is the same whether its family plays alone or not.
    """
    sites = [
        Site(seed, number * SITES_OF_A_FAMILY + which, one, articles)
        for number, one in enumerate(FAMILIES)
        if family in {None, one.name}
        for which in range(SITES_OF_A_FAMILY)
    ]
    return World(tuple(sites))
