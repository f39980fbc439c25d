class MetricLogger:
    def __init__(self):
        self.sums, self.counts = {}, {}

    def update(self, **values):
        for k, v in values.items():
            self.sums[k] = self.sums.get(k, 0.0) + v
            self.counts[k] = self.counts.get(k, 0) + 1

    def __str__(self):
        return "  ".join(f"{k}: {self.sums[k] / self.counts[k]:.4f}" for k in self.sums)
