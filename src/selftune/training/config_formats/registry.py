"""Configuration formats by name: where their scalars stand, and how a scalar is written."""

from __future__ import annotations

from types import MappingProxyType

from selftune.training.config_formats import conf_text, json_text, python_text, shell_text, toml_text, yaml_text
from selftune.training.config_formats.located import ConfigFormat

FORMATS = MappingProxyType(
    {
        "conf": ConfigFormat(conf_text.locate, conf_text.write),
        "json": ConfigFormat(json_text.locate, json_text.write),
        "python": ConfigFormat(python_text.locate, python_text.write),
        "shell": ConfigFormat(shell_text.locate, shell_text.write, shell_text.place),
        "toml": ConfigFormat(toml_text.locate, toml_text.write),
        "yaml": ConfigFormat(yaml_text.locate, yaml_text.write, passed_over=yaml_text.passed_over),
    }
)
