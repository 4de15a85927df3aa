"""What all tests share."""

import os

from hypothesis import settings

# Test processes run side by side on few cores: one thread each is faster than many that wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A busy machine must not fail a property: time is measured in benchmarks, never in tests.
settings.register_profile("gxnlp", deadline=None)
settings.load_profile("gxnlp")
