#!/usr/bin/env bash
# Logistic regression by gradient descent in awk: two noisy classes of points, 300 to learn from and 100 to judge by.
#
#   bash logistic.sh --lr 0.05 --l2 0.0001 --momentum 0.5 --epochs 40
set -euo pipefail

lr=0.05 l2=0.0001 momentum=0.5 epochs=40
while [ $# -gt 0 ]; do
  case "$1" in
    --lr) lr=$2 ;;
    --l2) l2=$2 ;;
    --momentum) momentum=$2 ;;
    --epochs) epochs=$2 ;;
    *) echo "logistic.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done

awk -v lr="$lr" -v l2="$l2" -v momentum="$momentum" -v epochs="$epochs" '
# A linear congruential generator, because rand() differs from one awk to the next.
function uniform() { state = (state * 16807) % 2147483647; return state / 2147483647 }
function noise() { return sqrt(-2 * log(uniform())) * cos(6.283185307 * uniform()) }
function probability(i,    z, j) {
  z = weight[0]
  for (j = 1; j <= 3; j++) z += weight[j] * x[i, j]
  return 1 / (1 + exp(-z))
}
function validation_loss(    i, p, sum) {
  for (i = 301; i <= 400; i++) {
    p = probability(i)
    if (!y[i]) p = 1 - p
    sum -= log(p > 1e-12 ? p : 1e-12)
  }
  return sum / 100
}
BEGIN {
  state = 42
  for (i = 1; i <= 400; i++) {
    y[i] = uniform() < 0.5
    x[i, 1] = noise() + (y[i] ? 1.1 : -0.4)
    x[i, 2] = noise() * 2 - (y[i] ? 0.8 : -0.8)
    x[i, 3] = noise() * 3
  }
  for (epoch = 1; epoch <= epochs; epoch++) {
    for (j = 0; j <= 3; j++) slope[j] = l2 * weight[j]
    for (i = 1; i <= 300; i++) {
      error = probability(i) - y[i]
      slope[0] += error / 300
      for (j = 1; j <= 3; j++) slope[j] += error * x[i, j] / 300
    }
    for (j = 0; j <= 3; j++) {
      speed[j] = momentum * speed[j] - lr * slope[j]
      weight[j] += speed[j]
    }
    if (epoch % 10 == 0 || epoch == epochs) printf "epoch %d val_loss=%.6f\n", epoch, validation_loss()
  }
  printf "weights %.4f %.4f %.4f %.4f\n", weight[0], weight[1], weight[2], weight[3] > "weights.txt"
}'
