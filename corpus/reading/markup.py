"""HTML -> paragraphs of plain text, for fields and feeds that carry markup."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree  # type: ignore[import-untyped]
from lxml.html import HtmlElement, HTMLParser, document_fromstring  # type: ignore[import-untyped]

_TAG = re.compile(
    r"</?(?:p|br|div|span|strong|b|em|i|u|a|h[1-6]|ul|ol|li|table|tr|td|blockquote|figure|img|section|article)\b[^<>]*>",
    re.IGNORECASE,
)
_BLOCKS = (
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "tbody", "tfoot", "thead", "title", "tr", "ul",
)  # fmt: skip
_CELLS = ("td", "th")
_UNSEEN = ("script", "style", "noscript", "template", "iframe", "object", "svg", "form", "button", "figcaption", "head")

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BLOCK_TAG = re.compile(rf"<(?:{'|'.join(_BLOCKS)})\b", re.IGNORECASE)
# A non-breaking space is no white space of HTML.
_WHITE = re.compile(r"[ \t\r\n\f\v]+")
_WHITE_IN_LINE = re.compile(r"[ \t\r\f\v]+")


def looks_like_html(text: str) -> bool:
    """Whether the text holds tags of HTML, and not just a lesser-than sign.

    >>> looks_like_html("Suhu < 5 derajat"), looks_like_html("<p>Suhu</p>")
    (False, True)
    """
    return "<" in text and _TAG.search(text) is not None


def html_to_text(html: str) -> str:
    r"""Turn a fragment or page into its visible text, one paragraph a line.

    >>> html_to_text("<p>Harga <b>beras</b> naik.</p><p>Warga&nbsp;resah.</p><script>iklan()</script>")
    'Harga beras naik.\nWarga\xa0resah.'
    """
    if "\n" in html and not _BLOCK_TAG.search(html):
        html = html.replace("\n", "<br>")  # text with a few inline tags: its line breaks are meant
    root = parse_html(html)
    return visible_text(root) if root is not None else ""


def visible_text(root: HtmlElement) -> str:
    """Text of an element, one paragraph a line."""
    parts: list[str] = []
    preformatted = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        edge = "\n" if element.tag in _BLOCKS else " " if element.tag in _CELLS else ""
        preformatted += (element.tag == "pre") * (1 if event == "start" else -1)
        if event == "end":
            text = element.tail if element is not root else None
        elif element.tag in _UNSEEN and element is not root:
            walk.skip_subtree()
            text = None
        else:
            text = element.text
        parts += (edge, (text or "") if preformatted else _WHITE.sub(" ", text or ""))
    lines = (_WHITE_IN_LINE.sub(" ", line).strip(" ") for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line.strip())


def parse_html(html: str) -> HtmlElement | None:
    """Parse a page or a fragment of HTML, however broken.

    :return: the element of the whole page, or None where there is nothing to parse.
    """
    # lxml refuses text that declares an encoding, and stops at a NUL.
    text = _XML_DECLARATION.sub("", html, count=1).replace("\0", "")
    if not text.strip():
        return None
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def one_line(text: str) -> str:
    """Text without tags, entities and line breaks, for titles and names."""
    plain = html_to_text(text) if looks_like_html(text) else unescape(text)
    return " ".join(plain.split())
