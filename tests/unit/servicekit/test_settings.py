from pathlib import Path

import pytest
from pydantic import ValidationError

from servicekit.settings import AuthSettings, DatabaseSettings, KafkaSettings, ProcessSettings, ServiceSettings

WHOLE = {
    "FI_DATABASE_URL": "postgresql://fi:hush@db/fi",
    "FI_KAFKA_BOOTSTRAP_SERVERS": "a:9092, b:9092",
    "FI_AUTH_JWKS": "https://id.example/jwks.json",
    "FI_AUTH_ISSUER": "https://id.example",
    "FI_AUTH_AUDIENCE": "feedback-integrity",
    "FI_SEALING_KEY": "hush-key",
    "FI_LOG_ORIGIN": "log.example/feedback",
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*WHOLE, "FI_DEV", "FI_TEST_CLOCK", "FI_SECRETS_DIR", "FI_KEYS_DATABASE_URL", "FI_KAFKA_PARTITIONS"]:
        monkeypatch.delenv(name, raising=False)


def environment(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_everything_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, WHOLE)
    settings = ServiceSettings()
    assert settings.kafka.servers == ["a:9092", "b:9092"]
    assert settings.kafka_partitions == 8
    assert settings.keys_database_url == WHOLE["FI_DATABASE_URL"]
    assert settings.sealing_key.get_secret_value() == "hush-key"
    assert (settings.http_host, settings.test_clock) == ("127.0.0.1", None)


def test_the_keys_may_live_in_a_database_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, WHOLE | {"FI_KEYS_DATABASE_URL": "postgresql://keys/keys"})
    assert DatabaseSettings().keys_database_url == "postgresql://keys/keys"


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_nothing_that_matters_has_a_default(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    environment(monkeypatch, {name: value for name, value in WHOLE.items() if name != missing})
    with pytest.raises(ValidationError, match=missing.removeprefix("FI_").lower()):
        ServiceSettings()


def test_a_process_asks_only_for_what_it_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    class SequencerSettings(DatabaseSettings, KafkaSettings):
        pass

    environment(monkeypatch, {name: WHOLE[name] for name in ("FI_DATABASE_URL", "FI_KAFKA_BOOTSTRAP_SERVERS")})
    assert SequencerSettings().kafka_bootstrap_servers
    with pytest.raises(ValidationError):
        AuthSettings()


def test_files_in_the_secrets_folder_stand_in_for_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "fi_sealing_key").write_text("from-a-file\n")
    environment(monkeypatch, {k: v for k, v in WHOLE.items() if k != "FI_SEALING_KEY"})
    monkeypatch.setenv("FI_SECRETS_DIR", str(tmp_path))
    assert ServiceSettings().sealing_key.get_secret_value() == "from-a-file"


def test_neither_errors_nor_the_printed_settings_show_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, WHOLE)
    assert "hush" not in repr(ServiceSettings())
    monkeypatch.setenv("FI_DATABASE_URL", "mysql://fi:hush@db/fi")
    with pytest.raises(ValidationError) as refused:
        ServiceSettings()
    assert "hush" not in str(refused.value)


def test_a_test_clock_is_refused_outside_the_sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FI_TEST_CLOCK", str(tmp_path / "clock"))
    with pytest.raises(ValidationError, match="refused outside"):
        ProcessSettings()
    monkeypatch.setenv("FI_DEV", "1")
    assert ProcessSettings().test_clock == tmp_path / "clock"


@pytest.mark.parametrize("origin", ["https://log.example", "log.example/", "/log", "log example", "log+example"])
def test_an_origin_that_notes_could_not_carry_is_refused(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    environment(monkeypatch, WHOLE | {"FI_LOG_ORIGIN": origin})
    with pytest.raises(ValidationError, match="log_origin"):
        ServiceSettings()


def test_sasl_needs_a_name_and_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, WHOLE | {"FI_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"})
    with pytest.raises(ValidationError, match="USERNAME"):
        ServiceSettings()
    environment(
        monkeypatch,
        {
            "FI_KAFKA_SECURITY_MECHANISM": "SCRAM-SHA-512",
            "FI_KAFKA_SECURITY_USERNAME": "us",
            "FI_KAFKA_SECURITY_PASSWORD": "hush",
        },
    )
    options = ServiceSettings().kafka.client_options()
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert options["sasl_plain_password"] == "hush"
    assert options["ssl_context"] is not None


def test_settings_are_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, WHOLE)
    with pytest.raises(ValidationError, match="frozen"):
        ServiceSettings().http_port = 1  # type: ignore[misc]
