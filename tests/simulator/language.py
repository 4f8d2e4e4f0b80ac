"""Invented league Chinese: places that do not exist, and a small grammar of titles and texts."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_FIRST = "霁砚芷澹岫蓼筱霭蕖翎"
_SECOND = "汀岚陌畹浔坞屿渚"
_RANK = "县市区"
_DEEDS = (
    "护河净滩",
    "敬老助餐",
    "返乡创业",
    "夜读陪伴",
    "垃圾分类",
    "非遗传习",
    "普法进校",
    "消防宣讲",
    "古树寻访",
    "图书漂流",
)
_FORMS = ("行动", "计划", "项目", "活动周")
_WHO = ("青年志愿者", "团员青年", "基层团干部", "返乡大学生", "青年突击队员", "少先队辅导员")
_DID = ("开展服务", "走访村居", "举办座谈", "结对帮扶", "组织宣讲", "参与值守")
_WORDS = ("扎实推进", "持续深化", "统筹开展", "稳步实施", "全面铺开")
_OFFICES = ("团委办公室", "组织部", "宣传部", "青年发展部", "学校部")
COLUMNS = (("tzgg", "通知公告"), ("gzdt", "工作动态"), ("wjjh", "文件计划"), ("zjbg", "总结报告"))
"""Slugs and names of the columns that sites may have."""


def place(random: Random) -> str:
    """A county, city or district that does not exist."""
    return random.choice(_FIRST) + random.choice(_SECOND) + random.choice(_RANK)


def office(random: Random) -> str:
    """Who handed a text in."""
    return random.choice(_OFFICES)


def title(random: Random, where: str, year: int) -> str:
    """A title of a document of that place and year."""
    deed, form, number = random.choice(_DEEDS), random.choice(_FORMS), random.randint(2, 60)
    makers: tuple[Callable[[], str], ...] = (
        lambda: f"共青团{where}委员会{year}年“{deed}”{form}工作总结",
        lambda: f"{year}年{where}共青团{deed}工作要点（第{number}号）",
        lambda: f"关于开展第{number}期“{deed}”{form}的通知",
        lambda: f"关于公布{year}年度“{deed}”{form}第{number}批名单的公告",
        lambda: f"共青团{where}委员会关于{deed}情况的报告（{year}年第{number}期）",
        lambda: f"{where}{deed}{form}工作计划（{year}—{year + 2}年）",
        lambda: f"{number}名{random.choice(_WHO)}走进{place(random)}{random.choice(_DID)}",
    )
    return random.choice(makers)()


def paragraphs(random: Random) -> tuple[str, ...]:
    """The body of a document: four to eight paragraphs."""
    return tuple(_paragraph(random) for _ in range(random.randint(4, 8)))


def _paragraph(random: Random) -> str:
    return "".join(_sentence(random) for _ in range(random.randint(2, 4)))


def _sentence(random: Random) -> str:
    deed, form, who = random.choice(_DEEDS), random.choice(_FORMS), random.choice(_WHO)
    number = random.randint(3, 980)
    return (
        f"{random.choice(_WORDS)}“{deed}”{form}，组织{who}{number}人次{random.choice(_DID)}，"
        f"覆盖{random.randint(2, 40)}个{random.choice(('村', '社区', '乡镇', '学校'))}。"
    )
