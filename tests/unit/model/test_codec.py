from selftune.model.codec import from_json, to_json
from selftune.model.request import JobKind, TuningJobRequest
from selftune.testing.factories import a_request


def test_a_request_is_read_as_it_was_written():
    request = a_request()

    assert from_json(TuningJobRequest, to_json(request)) == request


def test_a_request_from_before_training_jobs_had_a_kind_is_one_of_a_tuning_job():
    written = {**to_json(a_request()), "kind": "TuningJobRequest"}

    assert from_json(TuningJobRequest, written).kind is JobKind.TUNING
