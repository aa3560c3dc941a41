"""Every system's folders, the environment first, and no file where nothing was asked for."""

from pathlib import Path

import pytest

from engine.folders import cache_folder, data_folder, log_file, settings_file


def test_the_environment_decides_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEBYONE_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("ONEBYONE_CACHE")
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    assert cache_folder() == tmp_path / "XDG_CACHE_HOME" / "onebyone"
    assert settings_file() == tmp_path / "XDG_CONFIG_HOME" / "onebyone" / "settings.ini"
    assert data_folder() == tmp_path / "XDG_DATA_HOME" / "onebyone"
    assert log_file() == tmp_path / "XDG_STATE_HOME" / "onebyone" / "log" / "onebyone.log"
    assert list(tmp_path.iterdir()) == []


def test_without_a_home_nothing_is_put_into_the_current_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ONEBYONE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as for a user whom nobody knows
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name)
    with pytest.raises(RuntimeError, match="home"):
        cache_folder()
    assert all(path.is_absolute() for path in (settings_file(), data_folder(), log_file()))
