"""The families that the simulator plays, written from what is known of these CMSs' markup."""

from tests.simulator.families.base import Family
from tests.simulator.families.boda import Boda
from tests.simulator.families.gkmlpt import Gkmlpt
from tests.simulator.families.hanweb import Hanweb
from tests.simulator.families.java import JeeCms
from tests.simulator.families.microsoft import PowerEasy, WebForms
from tests.simulator.families.php import DedeCms, Empire, PhpCms, WordPress
from tests.simulator.families.plain import Government, Handmade, Shell
from tests.simulator.families.sudy import Sudy
from tests.simulator.families.trs import Trs

FAMILIES: tuple[Family, ...] = (
    Trs(),
    Hanweb(),
    Boda(),
    Sudy(),
    Gkmlpt(),
    DedeCms(),
    PhpCms(),
    Empire(),
    JeeCms(),
    WebForms(),
    PowerEasy(),
    WordPress(),
    Government(),
    Handmade(),
    Shell(),
)
"""Every family, in the order of the table."""
