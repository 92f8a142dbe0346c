from telegram_api.entities import utf16_len


def test_x():
    assert utf16_len("a") == 1
