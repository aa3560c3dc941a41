"""The panels that a step may point at, each made for the stage when it is first spoken of."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from gui.look.appearance import Appearance
from gui.panels.feature_maps.panel import FeatureMapsPanel
from gui.session.baseline import Baseline
from gui.session.session import Session

Make = Callable[[], QWidget]


def stage_panels(
    session: Session, appearance: Appearance, baseline: Baseline, train: Make
) -> Mapping[str, Make]:
    """Them by the title of their dock: views of the same document as the window's. `train` makes the one
    that belongs to the window's threads."""
    from gui.panels.arithmetic import ArithmeticPanel
    from gui.panels.costs import CostsPanel
    from gui.panels.inspector import InspectorPanel
    from gui.panels.outline import OutlinePanel
    from gui.panels.photograph import PhotographPanel
    from gui.panels.trade_off import TradeOffPanel
    from gui.panels.why import WhyPanel

    document, selection, compute = session.document, session.selection, session.compute
    parts = (document, selection, compute, appearance)

    def maps() -> FeatureMapsPanel:
        panel = FeatureMapsPanel(*parts)
        panel.switches.hide()
        return panel

    def costs() -> CostsPanel:
        return CostsPanel(document, selection, appearance, session.settings, baseline)

    return {
        "Feature maps": maps,
        "Photograph": lambda: PhotographPanel(*parts),
        "Arithmetic": lambda: ArithmeticPanel(*parts),
        "Costs": costs,
        "Trade-off": lambda: TradeOffPanel(*parts),
        "Why": lambda: WhyPanel(*parts),
        "Inspector": lambda: InspectorPanel(document, selection, appearance),
        "Outline": lambda: OutlinePanel(document, selection, appearance),
        "Train": train,
    }
