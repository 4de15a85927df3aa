"""What all tests share."""

import os

# Test processes run side by side on few cores: one thread each is faster than many that wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
