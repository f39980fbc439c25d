"""What a training job inherits of the environment of the process that starts it.

Whoever puts `selftune run` in front of a command means that command in that shell, with all that is set there. A job
that came over the wire was asked for by somebody else: of the server's environment it sees what programs need to run
on this machine (where things are, languages, proxies and certificates, how libraries compute), and nothing that is
not named here, so that a secret under any name stays with the server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_LISTED = """
    PATH HOME USER LOGNAME SHELL HOSTNAME TERM PWD TMPDIR TMP TEMP TZ TZDIR LANG LANGUAGE
    VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV PYTHONPATH PYTHONHOME PYTHONHASHSEED PYTHONIOENCODING PYTHONUTF8
    LD_LIBRARY_PATH DYLD_LIBRARY_PATH JAVA_HOME HADOOP_HOME SPARK_HOME
    CUDA_HOME CUDA_PATH CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER CUBLAS_WORKSPACE_CONFIG NVIDIA_VISIBLE_DEVICES
    NVIDIA_DRIVER_CAPABILITIES ROCM_PATH HIP_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES
    HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy
    SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE
    PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST PIP_CERT PIP_CACHE_DIR PIP_FIND_LINKS PIP_NO_INDEX
    PIP_CONFIG_FILE PIP_DEFAULT_TIMEOUT PIP_RETRIES
    XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR
    HF_HOME HF_HUB_OFFLINE TRANSFORMERS_CACHE TRANSFORMERS_OFFLINE TORCH_HOME KERAS_HOME MPLCONFIGDIR MPLBACKEND
    TOKENIZERS_PARALLELISM NUMBA_NUM_THREADS NUMBA_CACHE_DIR
    OMP_NUM_THREADS OMP_PROC_BIND OMP_PLACES OMP_SCHEDULE OMP_DYNAMIC OMP_STACKSIZE OMP_WAIT_POLICY
    MKL_NUM_THREADS MKL_DYNAMIC MKL_CBWR MKL_THREADING_LAYER OPENBLAS_NUM_THREADS OPENBLAS_CORETYPE BLIS_NUM_THREADS
    VECLIB_MAXIMUM_THREADS NUMEXPR_NUM_THREADS NUMEXPR_MAX_THREADS GOMP_CPU_AFFINITY KMP_AFFINITY KMP_BLOCKTIME
"""
_NAMES = frozenset(_LISTED.split())
_LANGUAGES = re.compile(r"LC_[A-Z]+\Z")


def inherited(environ: Mapping[str, str], *, is_bounded: bool) -> dict[str, str]:
    """The variables that a training job starts from.

    Args:
        environ: Those of the process that starts it.
        is_bounded: Whether it sees only what programs need to run on this machine.
    """
    if is_bounded:
        return {name: text for name, text in environ.items() if name in _NAMES or _LANGUAGES.match(name)}
    return {name: text for name, text in environ.items() if name != "OLDPWD"}
