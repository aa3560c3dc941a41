"""The guards that watch all other tests do catch what they are there for."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QSettings

ROOT = Path(__file__).resolve().parent.parent

LEAKS = """
import threading
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QLabel, QPushButton

KEPT = []

def test_a_timer_is_kept(qtbot):
    KEPT.append(QTimer(interval=1000))
    KEPT[-1].start()

def test_a_qt_thread_is_kept(qtbot):
    KEPT.append(QThread(objectName="worker"))
    KEPT[-1].start()

def test_a_python_thread_is_kept(qtbot):
    KEPT.append(threading.Event())
    threading.Thread(target=KEPT[-1].wait, name="waiter").start()

def test_a_timer_goes_with_its_label(qtbot):
    label = QLabel("text")
    qtbot.addWidget(label)
    QTimer(label, interval=1000).start()
    label.show()

def test_a_timer_goes_with_a_circle_of_objects(qtbot):
    circle = [QTimer(interval=1000)]
    circle.append(circle)
    circle[0].start()

def test_a_thread_is_waited_for(qtbot):
    thread = QThread()
    thread.start()
    thread.quit()
    assert thread.wait(5000)

def test_a_click_in_vain(qtbot):
    button = QPushButton("Keep")
    qtbot.addWidget(button)
    button.setEnabled(False)
    button.click()

def test_the_end(qtbot):
    KEPT[0].stop()
    KEPT[1].quit()
    KEPT[1].wait()
    KEPT[2].set()
"""


def test_what_is_left_behind_or_clicked_in_vain_fails_its_test(tmp_path: Path) -> None:
    (tmp_path / "test_leaks.py").write_text(LEAKS)
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-q", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert "1 failed, 7 passed, 3 errors" in done.stdout, done.stdout + done.stderr
    assert "a click on 'Keep', which is disabled" in done.stdout
    for left in ("QTimer of nobody, every 1000 ms", "QThread worker", "thread waiter"):
        assert f"left running: {left}\n" in done.stdout


def test_settings_are_written_here(qapp: object) -> None:
    settings = QSettings("OneByOne", "test")
    assert settings.value("theme") is None
    settings.setValue("theme", "dark")
    settings.sync()
    assert "homes" in settings.fileName()


def test_settings_of_another_test_are_not_seen(qapp: object) -> None:
    assert QSettings("OneByOne", "test").value("theme") is None
