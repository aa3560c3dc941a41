"""The form of the panel "Train": everything that decides how training goes can be set in it."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.training.data.augmentation import augmentations
from engine.training.losses import losses
from engine.training.optimizers import optimizers
from engine.training.runs import Plan
from engine.training.schedules import schedules
from engine.training.settings import STARTS, Settings
from engine.training.tasks import tasks
from engine.training.tasks.task import Task
from gui.training.form import TrainForm
from gui.training.more_settings import NAMES
from gui.training.task_options import OfferedChoice

VALUES: dict[str, list[Any]] = {
    "epochs": [0.5, 12],
    "steps": [1, 1234],
    "batch": [1, 256],
    "optimizer": list(optimizers()),
    "learning_rate": [1e-4, 0.5],
    "momentum": [0.0, 0.5],
    "weight_decay": [0.01],
    "decays_all": [True, False],
    "schedule": list(schedules()),
    "clip": [None, 0.25],
    "loss": [""],
    "augmentation": [(), ("shift",), tuple(augmentations())],
    "start": list(STARTS),
    "seed": [0, 7],
}
"""Some of each setting; losses come with their tasks."""


@pytest.fixture
def form(qtbot: QtBot) -> TrainForm:
    made = TrainForm(lambda: None)
    qtbot.addWidget(made)
    return made


def plan_of(form: TrainForm, **settings: Any) -> Plan:
    """The form's plan with other settings."""
    return replace(form.plan, settings=replace(form.plan.settings, **settings))


def test_every_setting_is_tried_below() -> None:
    assert set(VALUES) == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("name", list(VALUES))
def test_every_setting_can_be_set(form: TrainForm, name: str) -> None:
    for value in VALUES[name]:
        wanted = plan_of(form, **{name: value})
        form.show_plan(wanted)
        assert getattr(form.plan.settings, name) == value
        assert form.plan == wanted
        assert getattr(wanted.settings, name) == getattr(TrainForm(lambda: None).plan.settings, name) or (
            name not in NAMES or form.more.button.text() == "Less ▴"
        ), "what is not as usual is seen"


@pytest.mark.parametrize("name", list(tasks()))
def test_every_loss_of_a_task_can_be_chosen(form: TrainForm, name: str) -> None:
    form.task.setCurrentIndex(list(tasks()).index(name))
    form.task.activated.emit(form.task.currentIndex())
    assert form.plan.settings.loss == ""
    for place, loss in enumerate(tasks()[name].losses):
        form.more.loss.setCurrentIndex(place)
        assert form.more.loss.currentText() == losses()[loss].title
        assert form.plan.settings.loss == (loss if place else "")
        again = TrainForm(lambda: None)
        again.show_plan(form.plan)
        assert again.plan == form.plan


def test_momentum_is_asked_for_where_there_is_one(form: TrainForm) -> None:
    form.more.show_more(True)
    form.show()
    for name, one in optimizers().items():
        form.optimizer.setCurrentIndex(list(optimizers()).index(name))
        form.optimizer.activated.emit(form.optimizer.currentIndex())
        assert form.more.momentum.isVisibleTo(form) is one.has_momentum
        assert ("μ" in one.formula) is one.has_momentum


def test_a_folder_holds_classes_or_photographs_for_patches(form: TrainForm, tmp_path: Path) -> None:
    form.use_folder(tmp_path)
    assert form.plan.data == str(tmp_path)
    form.task.setCurrentIndex(list(tasks()).index("denoise"))
    form.task.activated.emit(form.task.currentIndex())
    assert form.plan.data == f"patches:{tmp_path}"
    again = TrainForm(lambda: None)
    again.show_plan(form.plan)
    assert again.plan == form.plan


def choose(form: TrainForm, name: str) -> Task:
    """Choose a task as people do."""
    form.task.setCurrentIndex(list(tasks()).index(name))
    form.task.activated.emit(form.task.currentIndex())
    return tasks()[name]


@pytest.mark.parametrize("name", list(tasks()))
def test_each_option_of_a_task_has_a_field_of_its_own_that_says_what_it_is(
    form: TrainForm, name: str
) -> None:
    chosen = choose(form, name)
    assert form.plan.options == dict(chosen.options)
    for (of, option), field in form.options.fields.items():
        assert field.isVisibleTo(form) is (of == name)
        assert field.toolTip() == tasks()[of].option_help[option]
    for option, offered in chosen.offers.items():
        field = form.options.fields[name, option]
        assert isinstance(field, OfferedChoice)
        for place, value in enumerate(offered()):
            field.setCurrentIndex(place)
            field.activated.emit(place)
            assert form.plan.options[option] == value
            again = TrainForm(lambda: None)
            again.show_plan(form.plan)
            assert again.plan == form.plan


def test_what_is_chosen_of_a_task_is_told(form: TrainForm, qtbot: QtBot) -> None:
    for (name, _), field in form.options.fields.items():
        choose(form, name)
        with qtbot.waitSignal(form.changed):
            if isinstance(field, OfferedChoice):
                field.activated.emit(1)
            else:
                qtbot.keyClicks(field, "5")


def test_a_network_to_be_imitated_is_a_file_that_is_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    answers: list[Path | None] = [None, tmp_path / "teacher.onebyone", None]
    form = TrainForm(lambda: None, lambda: answers.pop(0))
    qtbot.addWidget(form)
    usual = choose(form, "imitate").options["teacher"]
    field = form.options.fields["imitate", "teacher"]
    assert isinstance(field, OfferedChoice)
    last = field.count() - 1
    for expected in (usual, str(tmp_path / "teacher.onebyone"), str(tmp_path / "teacher.onebyone")):
        field.setCurrentIndex(last)
        field.activated.emit(last)
        assert form.plan.options["teacher"] == expected
    assert field.currentText() == "teacher.onebyone …"
    again = TrainForm(lambda: None)
    again.show_plan(form.plan)
    assert again.plan == form.plan


@pytest.mark.parametrize("name", list(tasks()))
def test_a_task_comes_with_its_usual_length_and_rate_where_nobody_chose_others(
    form: TrainForm, name: str
) -> None:
    for optimizer in optimizers():
        form.optimizer.setCurrentIndex(list(optimizers()).index(optimizer))
        form.optimizer.activated.emit(form.optimizer.currentIndex())
        chosen = choose(form, name)
        assert form.plan.settings.epochs == chosen.epochs
        assert form.plan.settings.rate == chosen.learning_rate(optimizer)
    form.epochs.show_value(3)
    form.rate.show_value(0.125)
    for other in tasks():
        choose(form, other)
        assert (form.plan.settings.epochs, form.plan.settings.rate) == (3, 0.125)


def test_a_run_on_other_data_than_the_last_folder_shows_them(form: TrainForm, tmp_path: Path) -> None:
    before = form.plan
    form.use_folder(tmp_path)
    form.show_plan(before)
    assert form.plan == before


def test_no_folder_chosen_leaves_the_data_as_they_were(form: TrainForm) -> None:
    choose(form, "denoise")
    before = form.plan.data
    form.data.setCurrentIndex(form.data.count() - 1)
    form.data.activated.emit(form.data.count() - 1)
    assert form.plan.data == before
