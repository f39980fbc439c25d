#!/usr/bin/env bash
# Tuning with the AWS CLI alone: bash tuning.sh FOLDER; what it saw lies in files of that folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"

aws s3 mb s3://cli-acceptance
tar -czf sourcedir.tar.gz -C "$here/code" train.py layers.py
aws s3 cp --quiet sourcedir.tar.gz s3://cli-acceptance/code/sourcedir.tar.gz
head -c 9000000 /dev/urandom > bytes.bin
aws s3 cp --quiet bytes.bin s3://cli-acceptance/round/bytes.bin
aws s3 cp --quiet s3://cli-acceptance/round/bytes.bin bytes.back
cmp bytes.bin bytes.back

aws sagemaker create-hyper-parameter-tuning-job --cli-input-json "file://$here/tuning_job.json" > created.json
name=cli-auto
status=InProgress
while [ "$status" = InProgress ]; do
  status=$(aws sagemaker describe-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name "$name" \
    --query HyperParameterTuningJobStatus --output text)
done
aws sagemaker describe-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name "$name" --output json > described.json
aws sagemaker list-training-jobs-for-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name "$name" \
  --output json > training_jobs.json
best=$(aws sagemaker describe-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name "$name" \
  --query BestTrainingJob.TrainingJobName --output text)
model=$(aws sagemaker describe-training-job --training-job-name "$best" \
  --query ModelArtifacts.S3ModelArtifacts --output text)
aws s3 cp --quiet "$model" model.tar.gz
aws logs get-log-events --log-group-name /aws/sagemaker/TrainingJobs --output json --log-stream-name "$(
  aws logs describe-log-streams --log-group-name /aws/sagemaker/TrainingJobs --log-stream-name-prefix "$best" \
    --query 'logStreams[0].logStreamName' --output text)" > log.json
