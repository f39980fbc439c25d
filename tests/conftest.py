"""What holds for all tests: one thread for linear algebra, since the matrices are small and the workers are many."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
