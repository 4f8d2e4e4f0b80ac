import pytest

from crawler.extraction.flags import flags


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("工作总结", "团县委工作有序。", ()),
        ("工作总结", "今年，**团区委在**街道开展工作。", ("masked",)),
        ("××县团委工作总结", "工作有序。", ("masked",)),
        ("XX市团委工作总结", "工作有序。", ("masked",)),
        ("团品工作法", "打造4×4模式，长5×4米，A**算法一处。", ()),
        ("工作总结", "手机138****1234，证号3208**********1234。", ()),
        ("分隔", "************\n----", ()),
        ("工作总结", "全年工作……点击查看全文", ("truncated",)),
        ("工作总结", "全年工作有序推进，各项任务…", ("truncated",)),
        ("工作总结", "他说：“还要继续……”任务完成。", ()),
        ("20XX年工作总结", "工作有序。", ("template",)),
        ("工作总结", "20**年，工作有序。", ("template",)),
        ("团委工作总结范文", "工作有序。", ("template",)),
        ("团委工作总结", "工作总结 篇1\n工作有序。\n工作总结 篇2\n工作有序。", ("template",)),
        ("【篇一】2022年团委工作总结", "有序。\n【篇二】2022年团委工作总结\n有序。", ("template",)),
        ("名单公示", "联系电话：13900000000", ("personal_data",)),
        ("名单公示", "订单号139000000001234", ()),
        ("名单公示", "身份证号11010519491231002X", ("personal_data",)),
        ("名单公示", "编号110105194912310021", ()),
    ],
)
def test_flags_say_what_a_reader_should_know(title: str, text: str, expected: tuple[str, ...]) -> None:
    assert flags(title, text) == expected
