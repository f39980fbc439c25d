"""What holds for all tests.

One thread for linear algebra, since the matrices are small and the workers are many; and a hang-up that is heard, since
a runner that was started by nohup ignores it and its children would inherit that.
"""

import os
import signal

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
signal.signal(signal.SIGHUP, signal.SIG_DFL)
