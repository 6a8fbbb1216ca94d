from __future__ import annotations

import pytest

from tests.standin.declarations import parameter_declarations


@pytest.mark.parametrize(
    ("declarations", "names"),
    [
        ("", ()),
        ("@P1 int", ("@P1",)),
        ("@P1 int,@P2 nvarchar(4000)", ("@P1", "@P2")),
        ("@a decimal(10,2) , @b datetime2(7) OUTPUT", ("@a", "@b")),
    ],
)
def test_names_in_order_of_declaration(declarations: str, names: tuple[str, ...]) -> None:
    assert tuple(found.name for found in parameter_declarations(declarations)) == names
