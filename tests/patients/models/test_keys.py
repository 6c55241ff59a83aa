from datetime import UTC, datetime

from patients.models import uuid7


def test_keys_rise_and_never_repeat() -> None:
    keys = [uuid7() for _ in range(20_000)]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_a_key_is_a_version_7_uuid_that_tells_its_millisecond() -> None:
    before = datetime.now(UTC).timestamp() * 1000
    key = uuid7()
    assert key.version == 7
    assert key.variant == "specified in RFC 4122"
    assert before - 2 <= key.int >> 80 <= datetime.now(UTC).timestamp() * 1000 + 30
