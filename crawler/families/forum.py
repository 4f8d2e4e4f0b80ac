"""Forum programs: Discuz!, phpwind, Tieba and their like. One marked body a post; the first post is the text."""

from __future__ import annotations

from crawler.families.base import Family


class Forum(Family):
    """The programs of forums."""

    name = "forum"
    signs = (("powered by discuz", 3), ("comsenz", 2), ("phpwind", 2), ('id="postmessage_', 3))
    bodies = ("#postmessage_*", "#post_content_*", "#read_tpc", ".t_msgfont", ".t_f", ".tpc_content", ".d_post_content")
    repeats = True


FAMILY = Forum()
