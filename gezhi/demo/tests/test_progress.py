"""Whoever waits for the demo sees at once what is being made, and at every second that it goes on."""

from __future__ import annotations

import io
import re
import time

import pytest

from gezhi.demo.progress import Bar, along


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_moves_every_second_however_long_a_step_takes() -> None:
    terminal = Terminal()
    with Bar("区划", 4, to=terminal):
        assert terminal.getvalue().startswith("\r区划 ")
        until = time.monotonic() + 60
        while "  2 秒" not in terminal.getvalue() and time.monotonic() < until:
            time.sleep(0.05)
        assert len(set(re.findall(r"  (\d) 秒", terminal.getvalue()))) > 1  # a busy machine may pass one over
    assert re.search(r"100 %  \d+ 秒 \n$", terminal.getvalue())
    silent = len(terminal.getvalue())
    time.sleep(1.2)
    assert len(terminal.getvalue()) == silent


def test_where_there_is_no_terminal_each_quarter_is_a_line() -> None:
    log = io.StringIO()
    with Bar("事项", 8, to=log) as bar:
        assert log.getvalue() == "事项 0 %\n"
        for _ in range(8):
            bar.step()
    assert log.getvalue() == "事项 0 %\n事项 25 %\n事项 50 %\n事项 75 %\n事项 100 %\n"


def test_what_failed_is_not_told_as_done(capsys: pytest.CaptureFixture[str]) -> None:
    def until_three() -> None:
        for number in along("事项", [1, 2, 3, 4], 4):
            if number == 3:
                raise ValueError("three")

    with pytest.raises(ValueError, match="three"):
        until_three()
    assert "100 %" not in capsys.readouterr().err
