"""The wire of the AWS APIs that training code speaks: SageMaker, CloudWatch Logs, STS, IAM and S3."""
