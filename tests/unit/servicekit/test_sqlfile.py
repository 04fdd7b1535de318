import pytest

from servicekit.sqlfile import in_schema, statements


def test_statements_are_named_like_their_files() -> None:
    sql = statements("servicekit")
    assert "FOR UPDATE" in sql["lock_places"]
    assert all(not name.endswith(".sql") for name in sql)


def test_a_package_without_sql_has_no_statements() -> None:
    assert dict(statements("tests.unit")) == {}


def test_a_name_without_a_file_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        statements("servicekit")["drop_everything"]


def test_the_schema_is_filled_in_everywhere() -> None:
    assert in_schema("SELECT 1 FROM {schema}.a JOIN {schema}.b", "jss") == "SELECT 1 FROM jss.a JOIN jss.b"


@pytest.mark.parametrize("name", ["", "A", "a b", "a;", 'a"', "1a", "x" * 64])
def test_what_is_no_plain_identifier_is_refused_as_a_schema(name: str) -> None:
    with pytest.raises(ValueError, match="not a schema name"):
        in_schema("{schema}", name)
