"""ASP.NET WebForms: pagers that post the page's own form back, with its state."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from form2request import form2request

from crawler.families.base import FORM, Family, Markup, More, Post, digest

MOST_STATE = 2_000_000
"""Characters of a page's state that are posted back; servers refuse about as much."""
_CALL = re.compile(r"__doPostBack\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]\s*\)")
_BACK = re.compile(r"上一?页|首页|第一页|prev|first", re.IGNORECASE)
_LINK = re.compile(r"""<a\b[^>]*?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


class _WebForms(Family):
    name = "webforms"
    signs = (("__viewstate", 2), ("__dopostback(", 2), ("aspnetpager", 2))

    forms = ((re.compile(r"^[^\n]*\.aspx(?:[?\n])"), 1),)

    def more(self, page: Markup) -> More:
        """A request for each number in the pager, and for the next page, from the state of this very page."""
        if "__VIEWSTATE" not in page.html or not page.scripted:
            return More()
        calls: dict[tuple[str, str], None] = {}
        for link in page.scripted:
            found = _CALL.search(link.script)
            if found and not _BACK.search(link.text):
                calls[found[1], found[2]] = None
        return More(posts=tuple(_posts(page, list(calls))) if calls else ())


def _posts(page: Markup, calls: list[tuple[str, str]]) -> Iterator[Post]:
    root = lxml.html.document_fromstring(page.html.encode("utf-8", "replace"), base_url=page.base, parser=_PARSER)
    forms = (form for form in root.iter("form") if isinstance(form, lxml.html.FormElement))
    form = next((form for form in forms if "__VIEWSTATE" in form.fields), None)
    if form is None or len(form.fields["__VIEWSTATE"] or "") > MOST_STATE:
        return
    # a button without an argument leads on from here: from another page it is another one
    here = digest("\n".join(_LINK.findall(page.html)))
    for target, argument in calls:
        made = form2request(
            form,
            {"__EVENTTARGET": target, "__EVENTARGUMENT": argument},
            click=False,
            method="POST",
            enctype=FORM,
        )
        number = argument if any(character.isdigit() for character in argument) else f"{argument} after {here}"
        if any(character.isdigit() for character in target.rpartition("$")[2]) and not argument:
            number = f"after {here}"
        yield Post(url=made.url, body=made.body, identity=f"{target}={number}")


_PARSER = lxml.html.HTMLParser(encoding="utf-8", recover=True, huge_tree=True)

FAMILY = _WebForms()
