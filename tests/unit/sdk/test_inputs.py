from __future__ import annotations

from pathlib import Path

import pytest

from selftune.model.errors import UnreadableInput, UsageError
from selftune.model.request import Channel
from selftune.sdk.inputs import TrainingInput, channels_from


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "train.csv"
    path.write_text("1,2\n")
    return path


def test_no_inputs_are_no_channels() -> None:
    assert channels_from(None) == ()


def test_a_path_alone_is_the_default_channel(data: Path) -> None:
    assert channels_from(str(data)) == (Channel(name="training", path=str(data)),)
    assert channels_from(data, default_name="train") == (Channel(name="train", path=str(data)),)


def test_a_dict_names_its_channels(data: Path) -> None:
    channels = channels_from({"train": TrainingInput(str(data), content_type="text/csv"), "validation": data.parent})
    assert [(channel.name, channel.path) for channel in channels] == [
        ("train", str(data)),
        ("validation", str(data.parent)),
    ]


def test_a_file_url_is_a_path(data: Path) -> None:
    assert channels_from(f"file://{data}")[0].path == str(data)


def test_a_relative_path_becomes_absolute(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data.parent)
    assert channels_from("train.csv")[0].path == str(data)


def test_data_in_a_bucket_says_how_to_fetch_it() -> None:
    with pytest.raises(UnreadableInput, match=r"aws s3 cp --recursive s3://bucket/train"):
        channels_from({"train": "s3://bucket/train"})


def test_a_path_that_is_not_there_names_the_nearest(data: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"Did you mean 'train\.csv'"):
        channels_from(str(data.parent / "trian.csv"))


@pytest.mark.parametrize("name", ["..", "a/b", ""])
def test_a_channel_name_that_is_no_folder_name_is_refused(data: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a channel"):
        channels_from({name: str(data)})


def test_an_input_of_another_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="channel train is a list"):
        channels_from({"train": [1, 2]})  # type: ignore[dict-item]


def test_an_unknown_argument_of_training_input_names_the_nearest(data: Path) -> None:
    with pytest.raises(TypeError, match="Did you mean content_type"):
        TrainingInput(str(data), contenttype="text/csv")


def test_relative_paths_start_from_the_folder_that_is_named(data: Path) -> None:
    (channel,) = channels_from(data.name, folder=data.parent)
    assert channel.path == str(data)
