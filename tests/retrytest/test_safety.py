"""Which databases may be used for faults."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retrytest.safety import PRODUCTIVE, check_database


def may(name: str, **changes: Any) -> bool:
    plain: dict[str, Any] = {"debug": False, "allowed": (), "override": False}
    try:
        check_database("default", name, **{**plain, **changes})
    except ConfigurationError:
        return False
    return True


@pytest.mark.parametrize(
    "name",
    ["test", "test_shop", "shop_test", "ShopTest", "shop-staging", "SHOP_DEV2", "qa.shop", "ci17"],
)
def test_a_name_that_says_what_it_is_for_may_be_used(name: str) -> None:
    assert may(name)


@pytest.mark.parametrize("name", ["shop", "latest", "contest", "devices", "master", "", "app"])
def test_a_name_that_says_nothing_may_be_used_under_debug_alone(name: str) -> None:
    assert not may(name)
    assert may(name, debug=True)


@pytest.mark.parametrize("name", ["shop_prod", "ProdTest", "live", "production-test", "prd_dev"])
def test_production_may_not_be_used_even_under_debug(name: str) -> None:
    assert not may(name, debug=True)
    assert may(name, override=True)
    assert may(name, allowed=(name.upper(),))


@pytest.mark.parametrize(("pattern", "is_allowed"), [("shop*", True), ("shop?", False)])
def test_patterns_of_the_setting(pattern: str, is_allowed: bool) -> None:
    assert may("shop_eu", allowed=("other", pattern)) is is_allowed


@settings(max_examples=min(40, settings().max_examples))
@given(st.text(max_size=12), st.sampled_from(sorted(PRODUCTIVE)), st.text(max_size=12))
def test_no_name_with_a_productive_word_slips_through(before: str, word: str, after: str) -> None:
    assert not may(f"{before} {word} {after}", debug=True)


def test_the_sentence_names_what_to_do() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_database("default", "shop", debug=False, allowed=(), override=False)
    assert str(caught.value) == (
        "alias 'default' is the database 'shop', and nothing in its name says that it is for "
        "tests, and DEBUG is off; allow it with MSSQL_OPS['RETRYTEST_DATABASES'] = ('shop',), or "
        "add --i-know-this-is-production"
    )
