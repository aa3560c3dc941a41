"""The kernel that makes the enlarged map: drawn on the compute thread, shown beside the map."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.widgets.maps.map_views import MapViews

if TYPE_CHECKING:
    from gui.value_inspector.parameters import DrawnParameters


class EnlargedKernel(QObject):
    """Asks for the kernel of one map at a time; what was asked for before is cancelled."""

    def __init__(self, document: Document, compute: ComputeService, views: MapViews, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._compute, self._views = document, compute, views
        self._job: JobHandle | None = None
        self._of: tuple[str, int] | None = None
        """The layer and its map whose kernel is shown, or on its way."""

    def ask(self, node_id: str | None) -> None:
        """Have the kernel drawn that makes this layer's enlarged map, where one does; None: show none."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        channel = self._views.enlarged
        wanted = None if channel is None or node_id is None else (node_id, channel)
        if wanted is None or wanted != self._of:  # other weights of the same kernel take its place
            self._views.kernel.show_kernel(None)
        self._of = wanted
        if channel is None or node_id is None:
            return
        computed = self._compute.result(node_id)
        instead = None if computed is None else computed.instead
        node = (instead or self._document.project.network)[node_id]
        shapes = self._document.analysis.layers[node_id].input_shapes
        weight = node.layer.param_shapes(*shapes).get("weight", ()) if shapes else ()
        if len(weight) != 4 or channel >= weight[0] or node.layer.transposed:
            return
        from gui.value_inspector.parameters import DrawParameters  # behind a front tab until it is needed

        job = DrawParameters(node, shapes, self._document.project.seed, channel)
        self._job = self._compute.submit(job, self)
        self._job.finished.connect(partial(self._show, channel))

    def _show(self, channel: int, drawn: "DrawnParameters") -> None:
        if self._views.enlarged == channel:
            self._views.kernel.show_kernel(np.asarray(drawn.params["weight"][channel]))
