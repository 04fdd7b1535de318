"""A sealed text opens with its own key, event and part, and with nothing else."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from eventlog.framing import framed
from eventlog.seal import UnopenableError, seal, unseal

CIPHER = AESGCM(b"k" * 32)


@given(st.text(max_size=200))
def test_what_is_sealed_opens_to_the_same_text_and_its_commitment_can_be_checked(text: str) -> None:
    committed, ciphertext = seal(CIPHER, event_id="e1", path="comment", text=text)
    salt, opened = unseal(CIPHER, event_id="e1", path="comment", ciphertext=ciphertext)
    assert opened == text
    by_hand = framed(b"feedback-integrity/commit/v1") + salt + framed(b"comment") + text.encode()
    assert base64.b64decode(committed) == hashlib.sha256(by_hand).digest()


def test_two_seals_of_one_text_have_nothing_in_common() -> None:
    first, second = (seal(CIPHER, event_id="e1", path="comment", text="same") for _ in range(2))
    assert first[0] != second[0]
    assert first[1] != second[1]


@pytest.mark.parametrize(
    ("cipher", "event_id", "path"),
    [(AESGCM(b"x" * 32), "e1", "comment"), (CIPHER, "e2", "comment"), (CIPHER, "e1", "title")],
)
def test_another_key_event_or_part_does_not_open_it(cipher: AESGCM, event_id: str, path: str) -> None:
    _, ciphertext = seal(CIPHER, event_id="e1", path="comment", text="hers")
    with pytest.raises(UnopenableError):
        unseal(cipher, event_id=event_id, path=path, ciphertext=ciphertext)


def test_a_flipped_bit_does_not_open() -> None:
    _, ciphertext = seal(CIPHER, event_id="e1", path="comment", text="hers")
    for at in range(len(ciphertext)):
        damaged = bytearray(ciphertext)
        damaged[at] ^= 1
        with pytest.raises(UnopenableError):
            unseal(CIPHER, event_id="e1", path="comment", ciphertext=bytes(damaged))
