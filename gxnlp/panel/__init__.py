"""Records of many reports as a panel: body x year x indicator, checked over the years."""

from gxnlp.panel.jumps import JumpRule
from gxnlp.panel.panel import Panel, PanelSettings, build_panel, read_panel
from gxnlp.panel.repeats import RepeatRule

__all__ = ["JumpRule", "Panel", "PanelSettings", "RepeatRule", "build_panel", "read_panel"]
