"""Words that nearly every question or sentence has, and how much they still count in a word search.

They are weighted down, never left out: a question that is nothing but such words still finds what holds them. Written
from Indonesian grammar: particles, prepositions, conjunctions, pronouns, auxiliaries, and the words that ask.
"""

from __future__ import annotations

QUESTION_WORD_WEIGHT = 0.1
"""Rare in news and therefore heavy in BM25, though they say only what kind of answer is wanted.

With 0.5 for function words, recall@20 of the pooled validation questions was 0.785 against 0.765 without weights; the
article of a news question was found as often as before.
"""

FUNCTION_WORD_WEIGHT = 0.5

QUESTION_WORDS = frozenset(
    """
    apa apakah apaan siapa siapakah kapan kapankah bilamana berapa berapakah berapapun mana manakah dimana dimanakah
    kemana kemanakah darimana darimanakah bagaimana bagaimanakah gimana mengapa mengapakah kenapa kenapakah ngapain
    sebutkan jelaskan tolong mohon
    apaan brp brapa kpn gmn gmna bgmn dmn dmna kmn knp napa
    """.split()
)
"""Words that ask, in writing and in chats."""

FUNCTION_WORDS = frozenset(
    """
    yang di ke dari dan pada untuk dengan oleh dalam kepada terhadap tentang mengenai bagi antara hingga sampai sejak
    selama sebagai seperti tanpa menurut demi per via
    adalah ialah merupakan yakni yaitu menjadi jadi ada tiada
    atau serta tetapi tapi namun melainkan sedangkan karena sebab agar supaya jika kalau bila apabila ketika saat
    sementara setelah sesudah sebelum sehingga maka lalu kemudian bahwa meski meskipun walau walaupun
    ini itu tersebut sini situ sana begini begitu demikian
    saya aku kami kita kamu engkau anda kalian dia ia beliau mereka nya
    akan telah sudah sedang masih belum pernah bisa dapat boleh harus perlu mau ingin
    tidak bukan jangan tak
    juga pun lah kah saja hanya lagi pula bahkan sangat paling lebih cukup terlalu sekali
    para sang si hal suatu sebuah seorang seekor semua setiap tiap beberapa banyak
    atas bawah luar
    yg dgn utk krn pd dr tdk gak nggak ngga ga gk enggak aja udah udh sdh blm dlm tsb sbg kpd skrg jg jgn bs dpt
    sih dong nih deh kok tuh ya kan loh lho emang kah mah toh yuk dulu
    """.split()
)
"""Words that hold a sentence together, in writing and in chats."""


def weight_of(word: str) -> float:
    """Return how much a case-folded word counts, in 0..1.

    >>> weight_of("siapa") < weight_of("yang") < weight_of("gubernur")
    True
    """
    if word in QUESTION_WORDS:
        return QUESTION_WORD_WEIGHT
    return FUNCTION_WORD_WEIGHT if word in FUNCTION_WORDS else 1.0
