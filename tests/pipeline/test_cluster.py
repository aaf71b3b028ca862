"""A cluster that is not there is one line, at once."""

from __future__ import annotations

import socket
import time
from dataclasses import replace

import pytest
from rich.console import Console

from genims_ray import config
from genims_ray.errors import UserError
from genims_ray.pipeline.cluster import Workers


@pytest.mark.parametrize("login", ["", "ray://", "ray://ann:hunter2@"])
def test_an_address_where_nobody_listens_is_named_without_its_login(login: str):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, but not listening: nobody else gets the port meanwhile
        place = f"127.0.0.1:{unused.getsockname()[1]}"
        settings = replace(config.load().ray, address=f"{login}{place}")
        began = time.monotonic()
        with pytest.raises(UserError, match=f"cannot join the Ray cluster .*{place}: ") as raised:
            Workers(settings, Console()).start()
    assert time.monotonic() - began < 15
    assert "hunter2" not in str(raised.value)
    assert "\n" not in str(raised.value)
