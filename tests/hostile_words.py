"""Words that try to break a message: tags, references, marks of direction, halves of characters, emoji."""

from __future__ import annotations

from hypothesis import strategies as st

HOSTILE = st.sampled_from(
    [
        "<b>",
        "</b>",
        "</blockquote>",
        "<a href='x'>",
        "&lt;",
        "&",
        '"',
        "'",
        "\u202e",
        "\u2066",
        "\0",
        "\n",
        "\r",
        "\u2028",
        "😀",
        "👨‍👩‍👧",
        "🏳️‍🌈",
        "مرحبا",
        "שלום",
        "@warta",
        "/hapus",
        "#tag",
        "\ud800",
        "Satu kalimat. ",
        " ",
    ]
)
WORDS = st.lists(st.one_of(HOSTILE, st.text(max_size=8)), max_size=5).map("".join)
LONG = st.builds(lambda text, times: text * times, WORDS, st.sampled_from([1, 1, 1, 200]))
URLS = st.one_of(
    st.none(),
    WORDS,
    st.builds("https://warta.example/{}".format, WORDS),
    st.just('https://warta.example/?a="b"&c=<d>'),
)
