#!/bin/bash
# Fine-tunes on one machine. Usage: bash launch.sh
set -euo pipefail

export OMP_NUM_THREADS=4
DATA=/data/squad
OUT=runs/$(date +%s)
mkdir -p "$OUT"

python qa.py \
  --train-file "$DATA/train.json" \
  --dev-file "$DATA/dev.json" \
  --output "$OUT" \
  --learning-rate 3e-5 \
  --epochs 2 \
  --batch-size 12 \
  --doc-stride 128
