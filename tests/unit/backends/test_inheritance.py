"""What a job that came over the wire sees of the server's environment is listed; other jobs see their shell's."""

from __future__ import annotations

from selftune.backends.inheritance import inherited

ENVIRON = {
    "PATH": "/bin",
    "LC_ALL": "C",
    "OMP_NUM_THREADS": "2",
    "https_proxy": "http://proxy:1",
    "OLDPWD": "/before",
    "DB_PASSWORD": "secret",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "LC_TOKEN_1": "secret",
    "OMP_API_KEY": "secret",
    "XPATH": "secret",
}


def test_a_bounded_job_sees_what_programs_need_and_nothing_else() -> None:
    seen = inherited(ENVIRON, is_bounded=True)
    assert seen == {name: ENVIRON[name] for name in ("PATH", "LC_ALL", "OMP_NUM_THREADS", "https_proxy")}


def test_a_job_of_the_shell_sees_the_shell() -> None:
    assert inherited(ENVIRON, is_bounded=False) == {n: t for n, t in ENVIRON.items() if n != "OLDPWD"}
