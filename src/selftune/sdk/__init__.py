"""What a Python user touches: the tuner, estimators and ranges of SageMaker's Python SDK, and `tune`."""
