"""gxnlp: annual disclosure reports of Chinese government bodies into data that people can trust."""

__version__ = "0.1.0"
