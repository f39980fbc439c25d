"""SageMaker's operations around tuning and training jobs, over the same use-cases as the command line and the SDK."""
