"""What all tests of the window, the figures and the commands share."""

import pytest
from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="session", autouse=True)
def one_application(qapp: QApplication) -> QApplication:
    """The application of the whole run, made before anything draws.

    What draws without a window makes a QGuiApplication where there is none, and Qt has no second one for
    the tests of widgets that come later in the same process.
    """
    return qapp
